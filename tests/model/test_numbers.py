"""Who may hand out which number, and how a number is printed and read back."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.hall import Hall, Series
from broker.model.hall_file import HallFileError, hall_of
from broker.model.numbers import (
    ENGINE,
    NumberRange,
    kiosks_on,
    offered_by,
    owner_of,
    parse_printed,
    printed,
    ranges_of,
)
from tests.model.hall_edits import CUT, base, edited

KIOSK = {"names": {"zh": "机", "en": "Kiosk"}, "screen": "virtual://screen?size=1080x1920", "printer": "virtual://p"}


def hall_with(kiosks: list[tuple[str, ...]], first: int = 1, last: int = 999, part: int = 100, digits: int = 4) -> Hall:
    """A hall whose kiosks offer the given services (none: all); HallFileError when ranges do not fit."""
    raw = base()
    raw["series"]["a"] |= {"first": first, "last": last, "kiosk_part": part, "digits": digits}
    raw["kiosks"] = {f"kiosk-{n}": {**KIOSK, "services": list(offers)} for n, offers in enumerate(kiosks)}
    raw["consoles"] = {}  # their terminals show three digits only
    return hall_of(raw)


OFFERS = st.sampled_from([(), ("pension",), ("contributions",), ("pension", "contributions")])


@given(
    st.lists(OFFERS, max_size=6),
    st.integers(1, 9998),
    st.integers(2, 9999),
    st.integers(1, 3000),
)
@settings(deadline=None, max_examples=300)
def test_ranges_are_disjoint_and_cover_the_series_or_the_hall_is_refused(kiosks, first, last, part):
    try:
        hall = hall_with(kiosks, first, last, part)
    except HallFileError as error:
        assert all(mistake.path.startswith("series.") for mistake in error.mistakes)
        refused = first >= last or last - part * len(kiosks) < first
        assert refused, error
        return
    for series, declared in hall.series.items():
        ranges = ranges_of(hall, series)
        owned = sorted((numbers.first, numbers.last) for numbers in ranges.values())
        assert owned[0][0] == declared.first and owned[-1][1] == declared.last
        assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(owned))
        assert all(len(numbers) > 0 for numbers in ranges.values())
        offering = kiosks_on(hall, series)
        assert set(ranges) == ({offering[0]} if len(offering) == 1 else {ENGINE, *offering})


@given(st.integers(0, 1200))
def test_every_number_has_exactly_the_owner_whose_range_holds_it(value: int):
    hall = hall_with([(), ()], part=50)
    owners = [owner for owner, numbers in ranges_of(hall, "a").items() if value in numbers]
    assert owners == ([owner_of(hall, "a", value)] if 1 <= value <= 999 else [])


def test_one_kiosk_owns_the_whole_series():
    hall = hall_with([("pension",), ("contributions",)])
    assert ranges_of(hall, "a") == {"kiosk-0": NumberRange(1, 999)}
    assert ranges_of(hall, "b") == {"kiosk-1": NumberRange(1, 999)}


def test_two_kiosks_have_the_top_in_name_order_and_the_engine_the_rest():
    ranges = ranges_of(hall_with([(), ()]), "a")
    assert ranges == {
        ENGINE: NumberRange(1, 799),
        "kiosk-0": NumberRange(800, 899),
        "kiosk-1": NumberRange(900, 999),
    }


def test_without_a_kiosk_the_engine_owns_all():
    assert ranges_of(hall_with([]), "a") == {ENGINE: NumberRange(1, 999)}


def test_the_order_of_kiosks_in_the_file_does_not_move_a_range():
    raw = edited({"kiosks": {"west": KIOSK, "east": KIOSK}})
    turned = edited({"kiosks": {"east": KIOSK, "west": KIOSK}})
    assert ranges_of(hall_of(raw), "a") == ranges_of(hall_of(turned), "a")


def test_a_hidden_service_is_offered_only_by_a_kiosk_that_names_it():
    raw = edited(
        {
            "services.pension.hidden": True,
            "kiosks": {"all": KIOSK, "chosen": {**KIOSK, "services": ["contributions", "pension"]}},
        }
    )
    hall = hall_of(raw)
    assert offered_by(hall, "all") == ("contributions",)
    assert offered_by(hall, "chosen") == ("pension", "contributions"), "in hall order"


@given(
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    st.integers(2, 4),
    st.integers(1, 9999),
)
def test_a_printed_number_is_read_back(letter: str, digits: int, value: int):
    series = Series(letter=letter, last=10**digits - 1, digits=digits)
    hall = Hall(**{**_fields(hall_of(base())), "series": {"only": series}})
    text = printed(series, value)
    assert parse_printed(hall, text) == (("only", value) if value <= series.last else None)


def _fields(hall: Hall) -> dict:
    return {name: getattr(hall, name) for name in hall.__struct_fields__}


@pytest.mark.parametrize(
    "text",
    ["", "A", "A1", "A01", "A0001", "A000", "a001", "C001", "A００１", "A٠٠١", "A001\n", " A001", "A-01", "AA01"],
)
def test_what_this_hall_never_prints_is_no_number(text: str):
    assert parse_printed(hall_of(base()), text) is None


@given(st.text(max_size=8))
def test_any_text_is_a_number_only_if_it_prints_the_same(text: str):
    hall = hall_of(base())
    found = parse_printed(hall, text)
    assert found is None or printed(hall.series[found[0]], found[1]) == text


def test_numbers_outside_the_declared_range_are_none():
    hall = hall_of(edited({"series.a.first": 100, "series.a.last": 199, "kiosks.kiosk-1.buttons": CUT}))
    assert parse_printed(hall, "A099") is None
    assert parse_printed(hall, "A100") == ("a", 100)
    assert parse_printed(hall, "A200") is None
