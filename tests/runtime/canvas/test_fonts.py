from pathlib import Path

import pytest

from broker.runtime.canvas import metrics
from broker.runtime.canvas.metrics import MISSING_SIGN, SYSTEM_FOLDER, Fonts, FontsMissing

STANDARD = "".join((Path(__file__).parent / "standard_characters.txt").read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def bundled() -> Fonts:
    fonts = Fonts(system_folder=Path("/nowhere"))
    fonts.start()
    return fonts


@pytest.mark.parametrize("bold", [True, False])
def test_both_weights_have_every_character_of_the_standard_table(bundled: Fonts, bold: bool) -> None:
    assert len(STANDARD) == len(set(STANDARD)) == 8105
    missing = [c for c in STANDARD if bundled.runs(c, bold)[0][1] == MISSING_SIGN]
    assert not missing, f"missing: {''.join(missing[:40])}"


def test_old_names_in_gb_2312_and_the_marks_of_screens_are_there(bundled: Fonts) -> None:
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    hanzi = [c for pair in pairs if (c := pair.decode("gb2312", errors="ignore"))]
    marks = "，。、；：？！（）《》“”‘’…—·◆●○■★→←↑↓①⑳¥￥°℃№–éüā０Ａ"
    assert len(hanzi) == 6763
    assert not [c for c in [*hanzi, *marks] if bundled.runs(c, True)[0][1] == MISSING_SIGN]


def test_a_character_in_no_font_becomes_a_sign_and_not_a_box(bundled: Fonts) -> None:
    assert [piece for _, piece in bundled.runs("A\U0001f600B", True)] == [f"A{MISSING_SIGN}B"]


@pytest.mark.skipif(
    not SYSTEM_FOLDER.exists(), reason="fonts-noto-cjk is not installed, so there is nothing to fall to"
)
def test_a_rare_character_comes_from_the_system_font() -> None:
    fonts = Fonts()
    fonts.start()
    pieces = fonts.runs("王㐂明", True)
    assert [piece for _, piece in pieces] == ["王", "㐂", "明"]
    assert pieces[0][0] is not pieces[1][0]


def test_digits_are_equally_wide_so_that_clocks_and_numbers_do_not_jump(bundled: Fonts) -> None:
    assert len({bundled.advance(digit, 66, True) for digit in "0123456789"}) == 1


def own_advance(fonts: Fonts, character: str, size: int, bold: bool) -> float:
    """What FreeType says of a character at this very size."""
    ((font, drawn),) = fonts.runs(character, bold)
    return font.get_metrics(drawn, size=size)[0][4]


@pytest.mark.parametrize("bold", [True, False])
def test_one_look_at_a_character_tells_its_width_at_every_size_as_freetype_says_it(bold: bool) -> None:
    fonts = Fonts()
    fonts.start()
    words = "".join(map(chr, range(0x20, 0x7F))) + "éüß“”…—·，。㐂取号한"
    wrong = [
        (character, size)
        for character in words
        for size in (*range(8, 130), 177, 240, 299, 333)
        if fonts.advance(character, size, bold) != own_advance(fonts, character, size, bold)
    ]
    assert wrong == []
    assert fonts.advance("取号A1", 66, bold) == sum(own_advance(fonts, character, 66, bold) for character in "取号A1")


def test_what_is_kept_of_characters_is_known_after_one_size_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = Fonts(system_folder=Path("/nowhere"))
    fonts.start()
    for size in range(20, 80):
        fonts.advance("请到三号窗口 A005", size, True)
    assert len(fonts._characters[True]) == len(set("请到三号窗口 A005"))
    monkeypatch.setattr(metrics, "CHARACTERS_MOST", 100)
    wide = [fonts.advance(character, 40, True) for character in STANDARD[:250]]
    assert len(fonts._characters[True]) <= 100
    assert wide == [40.0] * 250


def test_bounds_are_kept_until_their_words_are_forgotten(bundled: Fonts) -> None:
    found = bundled.bounds("7391", 40, True), bundled.bounds("取号", 40, True)
    assert bundled._bounds.used_bytes <= metrics.BOUNDS_BYTES
    bundled.forget(lambda words: "73" in words)
    kept = [key[0] for key in bundled._bounds._values]
    assert "取号" in kept
    assert "7391" not in kept
    assert (bundled.bounds("7391", 40, True), bundled.bounds("取号", 40, True)) == found


def test_hanzi_have_mainland_shapes(bundled: Fonts) -> None:
    # The Japanese 直 has a stroke down its left side; the mainland one stands on a long bar and is open there.
    picture, _, _ = bundled.render("直", 200, True, (255, 255, 255), 0)
    width, height = picture.get_size()
    assert picture.get_at((int(width * 0.08), int(height * 0.6))).a == 0
    assert picture.get_at((int(width * 0.08), int(height * 0.95))).a == 255


def test_a_folder_without_fonts_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing) as caught:
        Fonts(tmp_path).start()
    assert caught.value.path.parent == tmp_path


def test_spaced_letters_are_wider_than_plain_ones(bundled: Fonts) -> None:
    plain, _, _ = bundled.render("NOW", 30, False, (255, 255, 255), 0)
    spaced, _, _ = bundled.render("NOW", 30, False, (255, 255, 255), 5)
    assert spaced.get_width() == plain.get_width() + 10
