"""The status bytes: what is no proper answer is unknown, never healthy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer.status import ALL_QUESTIONS, PrinterState, acknowledgement_of, is_status, state_of, status_request

HEALTHY = {1: b"\x12", 2: b"\x12", 3: b"\x12", 4: b"\x12"}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PrinterState.OK),
        ({1: b"\x16"}, PrinterState.OK),  # the cash drawer's pin is of no concern
        ({4: b"\x1e"}, PrinterState.NEAR_END),
        ({1: b"\x1a", 2: b"\x32", 4: b"\x7e"}, PrinterState.PAPER_OUT),
        ({4: b"\x72"}, PrinterState.PAPER_OUT),
        ({1: b"\x1a", 2: b"\x16"}, PrinterState.COVER),
        ({1: b"\x1a", 2: b"\x36", 4: b"\x7e"}, PrinterState.COVER),
        ({1: b"\x1a", 2: b"\x52", 3: b"\x1a"}, PrinterState.CUTTER),
        ({3: b"\x32"}, PrinterState.OFFLINE),
        ({1: b"\x1a"}, PrinterState.OFFLINE),
        ({2: b"\x52"}, PrinterState.OFFLINE),
    ],
)
def test_each_status_bit_has_its_meaning(changes, state):
    assert state_of({**HEALTHY, **changes}) is state


@pytest.mark.parametrize("answer", [b"", b"\x00", b"\xff", b"\x13", b"\x92", b"\x02", b"\x10", b"\x12\x12"])
@pytest.mark.parametrize("question", ALL_QUESTIONS)
def test_one_improper_answer_of_four_makes_the_printer_unknown(question, answer):
    assert state_of({**HEALTHY, question: answer}) is PrinterState.UNKNOWN


def test_a_missing_answer_makes_the_printer_unknown():
    for question in ALL_QUESTIONS:
        answers = {n: byte for n, byte in HEALTHY.items() if n != question}
        assert state_of(answers) is PrinterState.UNKNOWN


def test_a_printer_that_is_asked_nothing_is_unknown():
    assert state_of({}, ()) is PrinterState.UNKNOWN


def test_only_the_questions_of_the_profile_count():
    assert state_of({1: b"\x12", 4: b"\x1e"}, (1, 4)) is PrinterState.NEAR_END


@given(st.dictionaries(st.integers(0, 6), st.binary(max_size=3)))
def test_no_answer_whatever_breaks_the_reading(answers):
    state = state_of(answers)
    proper = all(len(answers.get(n, b"")) == 1 and is_status(answers[n][0]) for n in ALL_QUESTIONS)
    assert (state is PrinterState.UNKNOWN) == (not proper)


def test_an_acknowledgement_tells_the_paper():
    assert acknowledgement_of(0x00).paper_out is False
    assert acknowledgement_of(0x03).near_end is True
    assert acknowledgement_of(0x0C).paper_out is True


@given(st.integers(-5, 300))
def test_no_byte_is_both_a_status_and_an_acknowledgement(byte):
    acknowledgement = acknowledgement_of(byte)
    assert not (acknowledgement is not None and is_status(byte))


def test_there_are_four_questions():
    assert [status_request(n) for n in ALL_QUESTIONS] == [
        b"\x10\x04\x01",
        b"\x10\x04\x02",
        b"\x10\x04\x03",
        b"\x10\x04\x04",
    ]
    with pytest.raises(ValueError, match="question 5"):
        status_request(5)
