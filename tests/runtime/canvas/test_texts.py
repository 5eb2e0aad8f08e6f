import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Span, Text, text
from broker.runtime.canvas.texts import clean, fit, ink_of, wrap
from tests.runtime.canvas.ruler import Ruler

RULER = Ruler()


def placed(words: str, width: int, height: int, size: int, lines: int = 1) -> list[tuple[str, int]]:
    op = text(Rect(0, 0, width, height), words, size, theme.WHITE, lines=lines)
    return [(piece.span.text, piece.span.size) for piece in fit(op, RULER).pieces]


@given(st.text(max_size=80))
def test_cleaned_text_is_safe_for_any_font(words: str) -> None:
    cleaned = clean(words)
    cleaned.encode("utf-8")
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or 0x200B <= ord(c) <= 0x200F for c in cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("a\0b", "ab"),
        ("户籍\n与\t身份证", "户籍 与 身份证"),
        ("\ud800号", "号"),
        ("\u202eA012", "A012"),
        ("e\u0301", "é"),
    ],
)
def test_what_breaks_fonts_is_dropped(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


def test_five_thousand_characters_are_cut_before_they_reach_a_font() -> None:
    assert len(clean("长" * 5000)) == 600


def test_clean_words_are_not_copied() -> None:
    words = "".join(("73", "91 取号"))
    assert clean(words) is words


def test_what_fits_is_left_alone() -> None:
    assert placed("社会保险", 200, 60, 50) == [("社会保险", 50)]


def test_what_does_not_fit_is_shrunk_first() -> None:
    assert placed("社会保险", 160, 60, 50) == [("社会保险", 40)]


def test_then_it_is_broken_into_lines() -> None:
    assert placed("城乡居民基本养老保险", 200, 100, 36, lines=2) == [("城乡居民基", 36), ("本养老保险", 36)]


def test_and_only_then_shortened() -> None:
    pieces = placed("城乡居民基本养老保险待遇领取资格认证", 120, 40, 36)
    assert pieces == [("城乡居民…", 24)]


def test_shortening_is_reported() -> None:
    op = text(Rect(0, 0, 120, 40), "城乡居民基本养老保险待遇", 36, theme.WHITE)
    assert fit(op, RULER).shortened
    assert not fit(op, RULER).overflow


def test_the_small_words_beside_a_large_number_stop_shrinking_at_the_least_size() -> None:
    spans = (Span("1234", 64, theme.WHITE, True), Span("人", 30, theme.SOFT, False, 10))
    fitted = fit(Text(rect=Rect(0, 0, 100, 80), spans=spans), RULER)
    assert not fitted.shortened
    assert [piece.span.text for piece in fitted.pieces] == ["1234", "人"]
    assert fitted.pieces[1].span.size == 24


def test_spans_stand_on_one_baseline() -> None:
    spans = (Span("6", 64, theme.WHITE), Span("人", 30, theme.SOFT, False, 10))
    pieces = fit(Text(rect=Rect(0, 0, 300, 80), spans=spans), RULER).pieces
    assert pieces[0].baseline == pieces[1].baseline
    assert pieces[1].x == 32 + 10


@given(st.text(alphabet="社会保险，。（）ABC 12", min_size=1, max_size=60), st.integers(60, 400))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(words: str, width: int) -> None:
    lines = [line.text for line in wrap(Span(words, 30, theme.WHITE), width, RULER)]
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    for line in lines[1:]:
        assert line[0] not in "，。）" or len(line.rstrip("，。）")) == 0
    for line in lines[:-1]:
        assert line[-1] != "（"


def test_latin_words_are_not_broken() -> None:
    lines = [line.text for line in wrap(Span("Please go to counter twelve", 20, theme.WHITE), 140, RULER)]
    assert lines == ["Please go to", "counter twelve"]


@given(
    st.text(min_size=0, max_size=40), st.integers(1, 500), st.integers(1, 200), st.integers(8, 200), st.integers(1, 3)
)
@example("\r", 1, 1, 8, 2)
def test_fitting_never_fails(words: str, width: int, height: int, size: int, lines: int) -> None:
    fit(text(Rect(0, 0, width, height), words, size, theme.WHITE, lines=lines), RULER)


def test_ink_surrounds_all_pieces() -> None:
    op = text(Rect(10, 10, 200, 100), "城乡居民基本养老保险", 36, theme.WHITE, lines=2)
    ink = ink_of(fit(op, RULER), RULER)
    assert ink.x == 10
    assert ink.h > 36
