"""Calls as strace writes them down, played to a disk."""

from tests.powercut.by_recording import play, read_calls
from tests.powercut.disk import Disk, File

ROOT = "/tmp/disk"


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def opened(handle: int, name: str, how: str = "O_RDWR|O_CREAT") -> str:
    return f'openat(AT_FDCWD<{hexed("/work")}>, "{hexed(f"{ROOT}/{name}")}", {how}, 0600) = {handle}<{hexed(name)}>'


def of(handle: int, name: str) -> str:
    return f"{handle}<{hexed(f'{ROOT}/{name}')}>"


def played(*lines: str) -> Disk:
    disk = Disk({"/old": None, "/old/part": b"stays in no folder"})
    for call in read_calls(iter(lines), ROOT, {"/old": None, "/old/part": b""}):
        play(disk, call)
    return disk


def live(disk: Disk, path: str) -> bytes:
    node = disk.find(path)
    assert isinstance(node, File)
    return bytes(node.live)


def test_a_file_is_written_where_the_last_write_or_seek_left_it() -> None:
    """A ZIP file's headers are filled in afterwards; a handle's number is used again."""
    disk = played(
        opened(3, "a.zip"),
        f'write({of(3, "a.zip")}, "{hexed("????")}", 4) = 4',
        f'write({of(3, "a.zip")}, "{hexed("content")}", 7) = 7',
        f"lseek({of(3, 'a.zip')}, 0, SEEK_SET) = 0",
        f'write({of(3, "a.zip")}, "{hexed("head")}", 4) = 4',
        opened(3, "b"),
        f'write({of(3, "b")}, "{hexed("new")}", 3) = 3',
    )
    assert live(disk, "/a.zip") == b"headcontent"
    assert live(disk, "/b") == b"new"


def test_a_file_that_is_copied_by_the_kernel_is_copied_on_the_disk() -> None:
    disk = played(
        opened(3, "a"),
        f'write({of(3, "a")}, "{hexed("12345678")}", 8) = 8',
        opened(4, "copy"),
        f"sendfile({of(4, 'copy')}, {of(3, 'a')}, [0] => [5], 5) = 5",
        f"sendfile({of(4, 'copy')}, {of(3, 'a')}, [5] => [8], 5) = 3",
    )
    assert live(disk, "/copy") == b"12345678"


def test_a_name_that_is_removed_from_an_open_folder_is_that_name_alone() -> None:
    disk = played(f'unlinkat({of(5, "old")}, "{hexed("part")}", 0) = 0')
    assert disk.find("/old") is not None and disk.find("/old/part") is None
