from pathlib import Path

import pytest

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
