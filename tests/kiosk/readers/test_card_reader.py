"""A card is read once each time it is laid, and a reader that lies, stalls or goes is only a reader less."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.readers import sdt
from kiosk.readers.cards import CardRead, CardUnread
from kiosk.readers.sdt_simulator import CARDS, Fault, SampleCard
from tests.kiosk.readers.reader_rig import Bench, Talk, identify

ELDER = identify(CARDS["elder"].whole_number)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.stop()


def test_a_card_that_is_laid_is_read_once_however_long_it_lies(bench: Bench) -> None:
    assert bench.run(1.0) == []
    bench.simulator.play("elder")
    assert bench.run(20.0) == [ELDER]
    assert bench.reader.health() == "ok"


def test_a_card_that_is_lifted_and_laid_again_is_read_again_and_another_one_too(bench: Bench) -> None:
    for _ in range(2):
        bench.simulator.play("elder")
        assert bench.run(2.0) == [ELDER]
        bench.simulator.play("lift")
        assert bench.run(1.0) == []
    bench.simulator.play("young")
    (event,) = bench.run(2.0)
    assert isinstance(event, CardRead)
    assert event.age == 24


def test_a_card_that_lies_there_at_the_start_is_read(bench: Bench) -> None:
    bench.simulator.play("middle")
    assert len(bench.run(3.0)) == 1


def test_a_reader_that_finds_a_read_card_for_ever_gives_it_once_too() -> None:
    talk = Talk()
    found = sdt.encode(bytes((0, 0, sdt.Status.FOUND)) + bytes(4))
    talk.machine.lay(CARDS["elder"])
    none = sdt.encode(bytes((0, 0, sdt.Status.NO_CARD)))
    for_ever = lambda answer: found if answer == none else answer  # noqa: E731
    assert talk.run(1.0, for_ever) == [ELDER]
    assert talk.run(30.0, for_ever) == []
    talk.machine.lay(None)
    assert talk.run(2.0) == []
    talk.machine.lay(CARDS["elder"])
    assert talk.run(2.0, for_ever) == [ELDER]


def test_a_card_that_cannot_be_read_is_said_once_and_read_when_it_is_laid_again(bench: Bench) -> None:
    bench.simulator.play("unreadable")
    bench.simulator.play("elder")
    assert bench.run(5.0)[:1] == [CardUnread("moved")]
    bench.simulator.play("lift")
    bench.run(1.0)
    bench.simulator.play("ok")
    bench.simulator.play("elder")
    assert bench.run(2.0) == [ELDER]


def test_a_card_taken_away_in_the_middle_is_said_and_the_next_one_is_read() -> None:
    talk = Talk()
    talk.machine.lay(CARDS["elder"])
    answers: list[bytes] = []

    def cut(answer: bytes) -> bytes:
        answers.append(answer)
        return answer[:700] if len(answer) > 1_000 else answer

    assert talk.run(4.0, cut) == [CardUnread("moved")]
    talk.machine.lay(None)
    talk.run(1.0)
    talk.machine.lay(CARDS["elder"])
    assert talk.run(2.0) == [ELDER]


def test_without_a_business_day_nothing_is_known_of_a_card() -> None:
    talk = Talk(lambda number: None)
    talk.machine.lay(CARDS["elder"])
    assert talk.run(2.0) == [CardUnread("no_day")]


def test_another_kind_of_card_is_said_to_be_one(caplog: pytest.LogCaptureFixture) -> None:
    class Permit(SampleCard):
        @property
        def whole_number(self) -> str:
            return "HKG810000199001011"[:18]

    talk = Talk()
    talk.machine.lay(Permit(CARDS["elder"].names, CARDS["elder"].number))
    with caplog.at_level(logging.DEBUG):
        assert talk.run(2.0) == [CardUnread("other")]
    assert "HKG" not in caplog.text


def test_a_silent_reader_is_called_silent_asked_less_and_taken_back(bench: Bench) -> None:
    bench.simulator.play("silent")
    bench.run(3.0)
    assert bench.reader.health() == "silent"
    bench.simulator.play("ok")
    bench.simulator.play("elder")
    assert bench.run(6.0) == [ELDER]
    assert bench.reader.health() == "ok"


def test_answers_that_are_nonsense_are_no_answers(bench: Bench) -> None:
    bench.simulator.play("garbage")
    bench.simulator.play("elder")
    assert bench.run(4.0) == []
    assert bench.reader.health() == "silent"


def test_a_reader_that_is_unplugged_and_plugged_in_again_goes_on(bench: Bench) -> None:
    bench.run(1.0)
    bench.simulator.play("unplugged")
    bench.run(2.0)
    assert bench.reader.health() == "offline"
    bench.simulator.play("ok")
    bench.simulator.play("elder")
    assert bench.run(8.0) == [ELDER]


def test_a_late_answer_is_not_taken_for_that_to_another_question() -> None:
    talk = Talk()
    talk.machine.lay(CARDS["elder"])
    late: list[bytes] = [b""] * 60

    def delayed(answer: bytes) -> bytes:
        late.append(answer)
        return late.pop(0)

    events = talk.run(30.0, delayed)
    assert all(event in (ELDER, CardUnread("moved")) for event in events)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=30), max_size=40))
def test_whatever_a_line_says_there_is_no_accident_and_no_invented_person(noise: list[bytes]) -> None:
    talk = Talk()
    pieces = iter(noise)
    assert talk.run(3.0, lambda answer: next(pieces, b"")) == []
    talk.machine.lay(CARDS["elder"])
    assert talk.run(6.0) == [ELDER]


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_the_panel_can_be_played_and_mended(bench: Bench, fault: Fault) -> None:
    assert bench.simulator.play(fault.value)
    assert bench.simulator.state == fault.value
    assert bench.simulator.play("ok")
    assert bench.simulator.state == "ok"
    assert not bench.simulator.play("no-such-key")
