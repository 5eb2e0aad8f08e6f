from pathlib import Path

import msgspec
import pytest

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.naming import ems, fitting, holds, named, several
from broker.runtime.canvas.ops import Span, Text
from broker.runtime.canvas.texts import fit, ink_of
from broker.runtime.canvas.theme import WHITE

HALLS = Path(__file__).parents[3] / "firmware_config" / "halls"
LONG = Names("养老、医疗保险和公积金转出", "Transfer Out of Insurance and Housing Fund")
SHORT = Names("税务", "Tax")


def shipped_names() -> list[Names]:
    """Every service of the hall files that are shipped."""
    found = []
    for path in sorted(HALLS.glob("*.toml")):
        for service in msgspec.toml.decode(path.read_bytes())["services"].values():
            found.append(Names(service["names"]["zh"], service["names"]["en"]))
    return found


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


def test_the_table_of_widths_is_about_as_wide_as_the_letters(fonts: Fonts) -> None:
    names = shipped_names()
    assert len(names) > 30
    for words in (*(n.zh for n in names), *(n.en for n in names)):
        for bold in (True, False):
            real = fonts.advance(words, 100, bold) / 100
            assert real * 0.98 <= ems(words) <= real * 1.12, words


@pytest.mark.parametrize(("width", "height"), [(314, 96), (388, 102), (446, 105), (500, 100), (578, 78)])
def test_no_name_of_a_shipped_hall_is_cut_in_the_places_of_names(width: int, height: int, fonts: Fonts) -> None:
    place = Rect(10, 10, width, height)
    for names in shipped_names():
        for op in named(place, names, (40, 27)):
            assert isinstance(op, Text)
            fitted = fit(op, fonts)
            assert not fitted.shortened, names
            assert place.inset(-2, -4).encloses(ink_of(fitted, fonts)), names


def test_a_short_name_keeps_its_size_and_its_one_line() -> None:
    zh, en = named(Rect(0, 0, 400, 100), SHORT, (40, 27))
    assert isinstance(zh, Text) and isinstance(en, Text)
    assert (zh.spans[0].size, zh.lines, en.spans[0].size, en.lines) == (40, 1, 27, 1)


def test_a_name_that_fits_nowhere_still_stands_inside_its_place(fonts: Fonts) -> None:
    place = Rect(0, 0, 200, 80)
    for op in named(place, Names("长" * 40, "long " * 40), (40, 27)):
        assert isinstance(op, Text)
        assert fit(op, fonts).shortened
        assert place.inset(-3, -4).encloses(ink_of(fit(op, fonts), fonts))


def test_whether_names_fit_depends_on_the_longest_of_them() -> None:
    assert holds(296, (SHORT,))
    assert not holds(296, (SHORT, LONG))
    assert not holds(388, (LONG,))
    assert holds(388, (LONG,), english_lines=2)
    assert holds(10, ())
    assert not holds(100, (Names("税", "Unemployment"),), english_lines=9), "a single word is not broken"


def test_services_are_told_by_name_as_far_as_there_is_room() -> None:
    assert several(tuple(Names(c * 6, c) for c in "甲乙丙丁")) == Names(
        "甲甲甲甲甲甲、乙乙乙乙乙乙 等 4 项", "甲, 乙 and 2 more"
    )
    assert several((SHORT,)) == SHORT
    assert several((LONG, SHORT, SHORT)).en == "3 services"
    assert several((LONG,)) == LONG


def test_of_a_line_of_facts_the_least_goes_first() -> None:
    number, english = Span("0512-6688-1234", 28, WHITE), Span("Ouyang Chunxiao", 24, WHITE, False, 12)
    assert fitting(600, (number, english), (number,)) == (number, english)
    assert fitting(300, (number, english), (number,)) == (number,)
    assert fitting(10, (number, english), (number,)) == (number,)
