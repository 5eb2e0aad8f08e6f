"""The code of an appointment, scanned or typed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.contract.appointment_code import CodeOfAnotherHall, NotACode, parse_code, text_of

CODES = st.from_regex(r"\A[0-9A-Z]{6,16}\Z")
HALLS = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,31}\Z")


@given(hall=HALLS, code=CODES)
def test_what_a_qr_code_holds_is_read_as_the_code(hall: str, code: str) -> None:
    assert parse_code(text_of(hall, code), hall) == parse_code(code, hall) == code


@given(hall=HALLS, other=HALLS, code=CODES)
def test_a_code_of_another_hall_is_never_taken(hall: str, other: str, code: str) -> None:
    if hall != other:
        with pytest.raises(CodeOfAnotherHall):
            parse_code(text_of(other, code), hall)


@pytest.mark.parametrize("typed", ["4071 8253", "4071-8253", " 40718253 ", "４０７１８２５３", "jh:small:40718253"])
def test_a_code_may_be_written_as_people_write_it(typed: str) -> None:
    assert parse_code(typed, "small") == "40718253"


@pytest.mark.parametrize(
    "text", ["", "12345", "1" * 17, "https://hall.example/t/8F3K", "JH::40718253", "JH:small:", "JH:small:预约", "A042"]
)
def test_whatever_else_is_scanned_is_no_code(text: str) -> None:
    with pytest.raises(NotACode):
        parse_code(text, "small")


@given(text=st.text(max_size=300))
def test_any_text_is_a_code_or_is_refused(text: str) -> None:
    with contextlib.suppress(NotACode):
        assert 6 <= len(parse_code(text, "small")) <= 16
