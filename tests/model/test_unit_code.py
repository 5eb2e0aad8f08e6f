"""统一社会信用代码 and ID numbers: what is one, and what a slip of the finger is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.person_keys import NotAnIdentityNumber, PersonKeys, check_digit, identity_number
from broker.model.unit_code import ALPHABET, NotAUnitCode, check_character, masked_unit, unit_code

KNOWN = "91350100M000100Y43"
"""The worked example of GB 32100-2015."""


def test_the_example_of_the_standard_is_right_however_it_is_typed() -> None:
    assert unit_code(KNOWN) == unit_code(" 91350100 m000100y43 ") == KNOWN
    assert masked_unit(unit_code(KNOWN)) == "91************0Y43"


@given(st.integers(0, 17), st.sampled_from(ALPHABET))
@settings(max_examples=60)
def test_one_wrong_character_is_found(place: int, other: str) -> None:
    typed = KNOWN[:place] + other + KNOWN[place + 1 :]
    if typed == KNOWN:
        return
    with pytest.raises(NotAUnitCode):
        unit_code(typed)


@pytest.mark.parametrize("typed", ["", KNOWN[:-1], KNOWN + "0", "I" + KNOWN[1:], "91" + "A" + KNOWN[3:], "九" * 18])
def test_what_is_no_code_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(NotAUnitCode) as refused:
        unit_code(typed)
    assert not typed or typed not in str(refused.value)


def test_every_seventeen_places_have_one_check_character() -> None:
    assert {check_character(KNOWN[:16] + last) for last in ALPHABET} == set(ALPHABET)


def test_an_id_number_has_a_date_and_a_check_digit() -> None:
    good = "11010519491231002X"
    assert identity_number("11010519491231002x ") == good
    assert check_digit(good[:17]) == "X"
    body = "11010519490231002"
    for typed in ("110105194912310021", good[:-1], body + check_digit(body), "", "0" * 18):
        with pytest.raises(NotAnIdentityNumber):
            identity_number(typed)


def test_a_number_in_digits_of_another_script_is_not_a_second_person() -> None:
    good = "11010519491231002X"
    for zero in ("\u0660", "\u06f0", "\u0966", "\U0001d7ce"):
        digits = {ord(str(n)): ord(zero) + n for n in range(10)}
        typed = good[0] + good[1:6].translate(digits) + good[6:]
        try:
            assert identity_number(typed) == good
        except NotAnIdentityNumber:
            continue


def test_the_key_of_missed_bookings_changes_with_its_period_and_leads_to_no_day() -> None:
    from datetime import date

    keys = PersonKeys(b"0123456789abcdef", "hall")
    first, before = keys.of_bookings("11010519491231002X", date(2026, 3, 4))
    following = keys.of_bookings("11010519491231002X", date(2026, 6, 10))
    assert following[1] == first
    assert len({first, before, following[0], keys.key("11010519491231002X", "2026-03-04")}) == 4
