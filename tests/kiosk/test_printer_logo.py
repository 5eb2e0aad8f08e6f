"""The hall's mark: any PNG becomes a small black and white picture, or a sentence about why it does not."""

import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosk.printer.logo import BYTES_MOST, HEIGHT_MOST_DOTS, LogoUnusable, load_logo
from kiosk.printer.profile import profile_of
from kiosk.printer.raster import Raster

WIDE, NARROW = profile_of("generic", "80"), profile_of("generic", "58")


def loaded(folder: Path, picture: Image.Image, profile=WIDE) -> Raster:
    picture.save(folder / "mark.png")
    return load_logo(folder / "mark.png", profile)


@pytest.mark.parametrize("size", [(8, 8), (96, 96), (2000, 2000), (1999, 30), (20, 1900), (1000, 400)])
@pytest.mark.parametrize("profile", [WIDE, NARROW])
def test_a_mark_keeps_its_shape_within_the_bounds(tmp_path: Path, size: tuple[int, int], profile) -> None:
    mark = loaded(tmp_path, Image.new("L", size, 0), profile)
    assert len(mark.rows) <= BYTES_MOST
    assert mark.height <= HEIGHT_MOST_DOTS
    assert mark.width <= profile.dots * 2 / 3
    assert mark.width <= size[0]
    shape, expected = mark.width / mark.height, size[0] / size[1]
    assert abs(shape - expected) / expected < 0.5
    assert mark.dot(0, 0)


def test_what_is_see_through_is_paper_and_the_white_edge_is_cut_away(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste((200, 0, 0, 255), (40, 40, 60, 60))
    mark = loaded(tmp_path, picture)
    assert (mark.width, mark.height) == (20, 20)
    assert all(mark.dot(x, y) for x in range(20) for y in range(20))


BLACK = {"LA": (0, 255), "RGBA": (0, 0, 0, 255)}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_any_kind_of_png_can_be_a_mark(tmp_path: Path, mode: str) -> None:
    mark = loaded(tmp_path, Image.new(mode, (16, 16), BLACK.get(mode, 0)))
    assert mark.dot(3, 3)


def test_what_cannot_be_a_mark_is_said_in_both_languages(tmp_path: Path) -> None:
    white, text, large, cut = (tmp_path / f"{name}.png" for name in ("white", "text", "large", "cut"))
    Image.new("L", (50, 50), 255).save(white)
    text.write_text("no picture")
    Image.new("1", (5000, 5000)).save(large)
    Image.effect_noise((200, 200), 90).save(cut)
    cut.write_bytes(cut.read_bytes()[:3_000])
    (tmp_path / "huge.png").write_bytes(bytes(2_000_001))
    for path in (white, text, large, cut, tmp_path / "huge.png", tmp_path / "missing.png", tmp_path):
        with pytest.raises(LogoUnusable) as refused:
            load_logo(path, WIDE)
        assert str(path) in str(refused.value)
        assert refused.value.zh.startswith(str(path))


def test_a_mark_that_says_it_is_vast_or_never_begins_is_refused_and_the_kiosk_starts(tmp_path: Path) -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    (tmp_path / "vast.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("vast.png", "pipe.png"):
        with pytest.raises(LogoUnusable):
            load_logo(tmp_path / name, WIDE)
