"""Widths read from font files, against what FreeType says of them."""

import random
import struct
from pathlib import Path

import pygame.freetype
import pytest

from broker.runtime.canvas.advances import Advances, AdvancesUnreadable
from broker.runtime.canvas.metrics import FONT_FOLDER, Fonts

BOLD = FONT_FOLDER / "NotoSansSC-Bold.otf"
STANDARD = "".join((Path(__file__).parent / "standard_characters.txt").read_text(encoding="utf-8").split())
SOME = [
    *map(chr, range(0x20, 0x250)),
    *random.Random(7).sample(STANDARD, 300),
    *"，。“”…—·①→한글가각あア㐂𠮷",
    "\U0001f600",
]


@pytest.mark.parametrize("weight", ["Bold", "Medium"])
def test_they_are_those_that_freetype_says_and_no_character_is_had_that_it_has_not(weight: str) -> None:
    path = FONT_FOLDER / f"NotoSansSC-{weight}.otf"
    pygame.freetype.init()
    font, read = pygame.freetype.Font(str(path)), Advances(path)
    said = [font.get_metrics(character, size=1000)[0] for character in SOME]
    assert None in said
    assert [read.of(character) for character in SOME] == [None if one is None else one[4] for one in said]


def test_a_font_of_a_collection_is_found_by_its_place(tmp_path: Path) -> None:
    alone = BOLD.read_bytes()
    head = 12 + 4 * 2
    (count,) = struct.unpack_from(">H", alone, 4)
    moved = bytearray(alone)
    for row in range(count):
        place = 12 + 16 * row + 8
        struct.pack_into(">I", moved, place, struct.unpack_from(">I", alone, place)[0] + head)
    both = tmp_path / "two.ttc"
    both.write_bytes(b"ttcf" + struct.pack(">HHIII", 1, 0, 2, 0, head) + moved)
    found, usual = Advances(both, 1), Advances(BOLD)
    assert [found.of(character) for character in SOME] == [usual.of(character) for character in SOME]
    with pytest.raises(AdvancesUnreadable):
        Advances(both, 0)


@pytest.mark.parametrize("length", [0, 3, 40, 4_000])
def test_a_file_that_is_no_whole_font_is_said_to_be_none(tmp_path: Path, length: int) -> None:
    cut = tmp_path / "cut.otf"
    cut.write_bytes(BOLD.read_bytes()[:length])
    with pytest.raises(AdvancesUnreadable, match=r"cut\.otf"):
        Advances(cut)


def test_no_character_is_drawn_to_learn_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = Fonts(system_folder=Path("/nowhere"))
    fonts.start()
    asked: list[str] = []

    class Asked:
        def get_metrics(self, words: str, **_: object) -> list[tuple[int, ...]]:
            asked.append(words)
            return [(0, 0, 0, 0, 500, 0)]

    monkeypatch.setattr(fonts, "_chains", {bold: tuple(one._replace(font=Asked()) for one in chain)
                                           for bold, chain in fonts._chains.items()})  # fmt: skip
    assert fonts.advance("请到三号窗口 A005\U0001f600", 40, True) > 200
    assert asked == []


def test_a_font_whose_tables_are_not_known_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, slow = Fonts(system_folder=Path("/nowhere")), Fonts(system_folder=Path("/nowhere"))
    usual.start()

    def unknown(path: Path, face: int) -> Advances:
        raise AdvancesUnreadable(f"{path.name}: {face}")

    monkeypatch.setattr("broker.runtime.canvas.metrics.Advances", unknown)
    slow.start()
    words = "请到三号窗口 A005\U0001f600é"
    assert [slow.runs(c, True)[0][1] for c in words] == [usual.runs(c, True)[0][1] for c in words]
    assert slow.advance(words, 47, True) == usual.advance(words, 47, True)
