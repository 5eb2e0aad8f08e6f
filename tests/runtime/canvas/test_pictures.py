"""Picture files of a hall: bounded before they are opened, refused in a sentence, cut and rounded once."""

import io
import os
import struct
from pathlib import Path

import pytest
from PIL import Image

from broker.runtime.canvas.pictures import FILE_BYTES_MOST, PictureUnusable, load_picture, picture_size

GROUND = (10, 22, 38)
RED, BLUE = (200, 0, 0), (0, 0, 200)


def halves(path: Path, size: tuple[int, int], **how: object) -> Path:
    """A picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    picture.save(path, **how)
    return path


def shown(path: Path, size: tuple[int, int], radius: int = 0, **how: bool) -> Image.Image:
    found = Image.open(io.BytesIO(load_picture(path, size, radius, GROUND, **how))).convert("RGB")
    assert found.size == size
    return found


def near(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("name", "how"), [("a.png", {}), ("b.jpg", {"quality": 95}), ("c.jpg", {"quality": 95, "progressive": True})]
)
def test_a_picture_fills_a_place_of_nearly_its_shape(tmp_path: Path, name: str, how: dict) -> None:
    path = halves(tmp_path / name, (640, 400), **how)
    assert picture_size(path.read_bytes()) == (640, 400)
    found = shown(path, (300, 180))
    assert near(found.getpixel((2, 90)), RED)
    assert near(found.getpixel((297, 90)), BLUE)
    assert near(found.getpixel((100, 1)), RED)


def test_a_picture_of_another_shape_is_shown_whole_unless_it_may_be_cut(tmp_path: Path) -> None:
    path = halves(tmp_path / "wide.png", (800, 200))
    whole = shown(path, (300, 300))
    assert whole.getpixel((150, 10)) == GROUND
    assert near(whole.getpixel((4, 150)), RED)
    cut = shown(path, (300, 300), cut=True)
    assert near(cut.getpixel((10, 10)), RED)
    assert near(cut.getpixel((290, 290)), BLUE)


def test_its_corners_are_round_and_its_edges_are_not_touched(tmp_path: Path) -> None:
    found = shown(halves(tmp_path / "a.png", (300, 200)), (300, 200), radius=30)
    for corner in ((0, 0), (299, 0), (0, 199), (299, 199), (6, 6)):
        assert near(found.getpixel(corner), GROUND)
    for edge in ((0, 100), (40, 0), (31, 0)):
        assert near(found.getpixel(edge), RED)


def test_what_is_clear_in_a_picture_shows_the_ground(tmp_path: Path) -> None:
    Image.new("RGBA", (50, 50), (255, 255, 255, 0)).save(tmp_path / "clear.png")
    assert shown(tmp_path / "clear.png", (50, 50)).getpixel((25, 25)) == GROUND


def test_a_file_that_says_it_is_huge_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = halves(tmp_path / "bomb.png", (10, 10))
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    path.write_bytes(data)
    with pytest.raises(PictureUnusable, match="pixels"):
        load_picture(path, (10, 10), 0, GROUND)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x02" * 3, b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(99),
     b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 4, 4) + bytes(40)],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(PictureUnusable) as caught:
        load_picture(path, (10, 10), 0, GROUND)
    assert caught.value.path == path
    assert caught.value.reason


def test_a_picture_as_narrow_as_a_hair_is_not_cut_to_a_place(tmp_path: Path) -> None:
    Image.new("L", (10, 60_000)).save(tmp_path / "hair.png")
    assert shown(tmp_path / "hair.png", (520, 312)).size == (520, 312)
    with pytest.raises(PictureUnusable, match="narrow"):
        load_picture(tmp_path / "hair.png", (520, 312), 0, GROUND, cut=True)


def test_what_never_ends_or_never_begins_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "endless.png").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("endless.png", "pipe.png"):
        with pytest.raises(PictureUnusable, match="plain file"):
            load_picture(tmp_path / name, (10, 10), 0, GROUND)


def test_a_small_size_behind_a_marker_that_stands_alone_is_not_believed() -> None:
    small = b"\xff\xc0\x00\x11\x08\x00\x08\x00\x08" + bytes(8)
    huge = b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff" + bytes(8)
    hidden = b"\xff\xfe" + (len(small) + 2).to_bytes(2, "big") + small  # a comment that looks like a size
    skipped = (len(huge) + 4).to_bytes(2, "big")
    assert picture_size(b"\xff\xd8" + hidden + huge) == (65_535, 65_535)
    assert picture_size(b"\xff\xd8\xff\x01" + huge + hidden) == (65_535, 65_535)
    assert picture_size(b"\xff\xd8\xff\x01" + skipped + huge + small) is None


def test_a_missing_file_and_one_with_too_many_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureUnusable):
        load_picture(tmp_path / "nowhere.png", (10, 10), 0, GROUND)
    with (tmp_path / "big.png").open("wb") as file:
        file.truncate(FILE_BYTES_MOST + 1)
    with pytest.raises(PictureUnusable, match="bytes"):
        load_picture(tmp_path / "big.png", (10, 10), 0, GROUND)
