from hypothesis import given
from hypothesis import strategies as st

from broker.model.hall import Series
from broker.model.numbers import NumberRange
from kiosk.errors import NumbersExhausted
from kiosk.numbering import OwnPart, begins_new_day, left_of, next_value, own_parts
from tests.kiosk.small_hall import parsed

PART = OwnPart("a", Series(letter="A"), NumberRange(800, 899), sole=False)
DAYS = st.none() | st.dates().map(str)


def test_the_only_kiosk_owns_the_whole_series():
    part = own_parts(parsed(), "kiosk-1")["a"]
    assert part.sole
    assert (part.numbers.first, part.numbers.last) == (1, 999)


def test_two_kiosks_own_disjoint_parts_and_neither_is_alone():
    hall = parsed("east", "west")
    east, west = own_parts(hall, "east")["a"], own_parts(hall, "west")["a"]
    assert not east.sole
    assert not west.sole
    assert east.numbers.last < west.numbers.first


def test_the_first_number_of_a_day_is_the_first_of_the_part():
    assert next_value(PART, 0, 0) == 800


def test_a_number_is_printed_with_its_letter_and_zeros():
    assert own_parts(parsed(), "kiosk-1")["a"].printed(7) == "A007"


def test_a_used_up_part_says_so_with_its_series():
    try:
        next_value(PART, 899, 0)
    except NumbersExhausted as error:
        assert (error.series, error.last) == ("a", 899)
    else:
        raise AssertionError("a number beyond the part was given")


def test_another_owners_number_does_not_use_the_part_up():
    assert next_value(PART, 0, 950) == 800
    assert next_value(PART, 0, 12) == 800


@given(cursor=st.integers(0, 1000), highest=st.integers(0, 1200))
def test_a_number_is_always_new_and_inside_the_part(cursor: int, highest: int):
    try:
        value = next_value(PART, cursor, highest)
    except NumbersExhausted:
        assert max(cursor, highest if highest in PART.numbers else 0) >= PART.numbers.last
    else:
        assert value in PART.numbers
        assert value > cursor
        assert value > highest or highest not in PART.numbers


@given(highest=st.integers(0, 899), count=st.integers(1, 120))
def test_counting_on_rises_by_one_and_never_repeats(highest: int, count: int):
    given_numbers, cursor = [], 0
    while len(given_numbers) < count and left_of(PART, cursor, highest):
        cursor = next_value(PART, cursor, highest)
        given_numbers.append(cursor)
    assert (
        given_numbers == list(range(given_numbers[0], given_numbers[0] + len(given_numbers))) if given_numbers else True
    )
    assert left_of(PART, cursor, highest) == PART.numbers.last - max(cursor, highest, 799)


@given(known=DAYS, heard=DAYS)
def test_the_day_only_ever_goes_forward_and_only_by_the_engine(known: str | None, heard: str | None):
    if begins_new_day(known, heard):
        assert heard is not None
        assert known is None or heard > known
    else:
        assert heard is None or (known is not None and heard <= known)
