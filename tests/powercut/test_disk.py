"""The disk of the power cuts: what was synced is always there, what was not is gone, torn or there by chance."""

from random import Random

import pytest

from tests.powercut.disk import SECTOR, Disk, File, Folder

SEEDS = range(200)


def images(prepare, **how):
    """What 200 power cuts leave of the same work."""
    for seed in SEEDS:
        disk = Disk(**how)
        prepare(disk)
        yield disk.cut(Random(seed))[0]


def file_at(disk: Disk, path: str) -> File:
    node = disk.find(path)
    assert isinstance(node, File)
    return node


def durable_file(disk: Disk, content: bytes) -> File:
    disk.make("/a", File())
    file_at(disk, "/a").write(0, content)
    disk.sync(file_at(disk, "/a"))
    disk.sync(disk.root)
    return file_at(disk, "/a")


def test_what_was_synced_with_its_name_survives_every_cut():
    assert all(image == {"/a": b"kept"} for image in images(lambda disk: durable_file(disk, b"kept")))


def test_a_synced_file_without_a_synced_name_may_be_gone():
    def prepare(disk):
        disk.make("/a", File())
        file_at(disk, "/a").write(0, b"kept")
        disk.sync(file_at(disk, "/a"))

    found = [image.get("/a") for image in images(prepare)]
    assert set(found) == {None, b"kept"}


def test_a_file_is_lost_with_the_folder_above_it():
    def prepare(disk):
        disk.make("/f", Folder())
        disk.make("/f/a", File())
        disk.sync(disk.find("/f"))

    assert {tuple(image) for image in images(prepare)} == {(), ("/f", "/f/a")}


def test_an_unsynced_write_is_kept_dropped_or_torn_and_a_sector_is_one_of_its_own_versions():
    def prepare(disk):
        durable_file(disk, b"1" * 3 * SECTOR).write(0, b"2" * 3 * SECTOR)
        file_at(disk, "/a").write(SECTOR, b"3" * SECTOR)

    found = {image["/a"] for image in images(prepare)}
    sectors = {tuple(content[at : at + SECTOR] for at in range(0, len(content), SECTOR)) for content in found}
    assert all({*map(len, content)} == {SECTOR} for content in sectors)
    assert {content[0][:1] for content in sectors} == {b"1", b"2"}
    assert {content[1][:1] for content in sectors} == {b"1", b"2", b"3"}
    assert all(len(set(sector)) == 1 for content in sectors for sector in content)
    assert any(content[0] != content[2] for content in sectors), "some cut tears the write"


def test_bytes_of_a_sector_that_were_not_written_stay_as_they_were():
    def prepare(disk):
        durable_file(disk, b"1" * SECTOR).write(100, b"2" * 10)

    assert {image["/a"] for image in images(prepare)} == {
        b"1" * SECTOR,
        b"1" * 100 + b"2" * 10 + b"1" * (SECTOR - 110),
    }


def test_a_length_may_survive_without_its_data_which_is_then_zeros_or_rubbish():
    def prepare(disk):
        durable_file(disk, b"").write(0, b"2" * 1000)

    found = [image["/a"] for image in images(prepare)]
    assert {len(content) for content in found} == {0, 1000}
    assert bytes(1000) in found and any(set(content) - {0, ord("2")} for content in found)


def test_an_unsynced_cut_of_a_file_may_be_undone():
    def prepare(disk):
        durable_file(disk, b"1" * 1000).resize(3)

    assert {image["/a"][:3] for image in images(prepare)} == {b"111"}
    assert {len(image["/a"]) for image in images(prepare)} == {3, 1000}


@pytest.mark.parametrize("do", ["move", "remove"])
def test_a_name_moves_or_goes_in_one_step_and_only_perhaps(do):
    def prepare(disk):
        durable_file(disk, b"1")
        disk.move("/a", "/b") if do == "move" else disk.remove("/a")

    after = ("/b",) if do == "move" else ()
    assert {tuple(image) for image in images(prepare)} == {("/a",), after}


def test_a_disk_that_silences_syncs_loses_what_was_promised():
    found = list(images(lambda disk: durable_file(disk, b"1"), syncs_files=False, syncs_folders=False))
    assert {} in found and {"/a": b"1"} in found


def test_programs_see_all_they_wrote_until_the_cut():
    disk = Disk({"/f": None, "/f/a": b"old"})
    file_at(disk, "/f/a").write(5, b"new")
    assert bytes(file_at(disk, "/f/a").live) == b"old\0\0new"
    disk.move("/f/a", "/f/b")
    assert disk.find("/f/a") is None and disk.find("/f/b") is not None
    with pytest.raises(FileNotFoundError):
        disk.make("/nowhere/a", File())
