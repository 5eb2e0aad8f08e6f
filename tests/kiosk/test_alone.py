"""A kiosk whose network is gone, on a virtual clock: nobody waits longer than 0.8 s, and no paper is lost.

The clock is the kiosk's own and moves a loop's turn (0.02 s) at a time, so a wait is counted, not measured.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.contract.codec import encode
from broker.contract.envelope import EngineState
from broker.model.commands import ConfirmTicket, IssueTicket, PauseIssuing, ReportTicket, ReturnTicket
from broker.model.words import Holding
from broker.runtime.errors import LinkOffline, OutboxFull
from kiosk.events import Rejoin
from kiosk.issuing import CANNOT_KEEP
from kiosk.node import TURN_S
from kiosk.ticket import PaperEnd
from kiosk.visit import Step
from tests.kiosk.app_bench import Bench
from tests.kiosk.ledger_rig import Wire
from tests.kiosk.small_hall import parsed

LONGEST_S = 0.8


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """One of two kiosks on the series, so it asks the engine when it can."""
    made = Bench(tmp_path, parsed("kiosk-1", "kiosk-2")).goes_online()
    yield made
    made.close()


def refuse(*arguments: object) -> None:
    raise LinkOffline("waiting")


def lose_network(bench: Bench, how: str) -> None:
    """``Wire`` keeps what is sent and answers nothing, as a half-open link and a standing engine do."""
    if how == "the link is down":
        bench.app.on_linked(False)
    elif how == "the link takes nothing":
        bench.rig.outbox._transport.send = refuse  # type: ignore[attr-defined, method-assign]
    elif how == "the engine said farewell":
        state = EngineState(online=False, epoch=1, at_ms=bench.hand.now_ms())
        bench.app.engine.take_state(encode(state), retained=False)
    elif how == "the engine has been silent for long":
        bench.turn(16.0)
    else:
        assert how in ("half-open link", "the engine answers nothing", "the engine beats and answers nothing")


def waits_s(bench: Bench, service: str = "pension", beating: bool = False) -> float:
    """A visitor takes a ticket; how long until the number is on the screen."""
    if bench.app.visit.step is not Step.HOME:
        bench.press.end(PaperEnd.PRINTED)
        bench.turn()
        bench.turn(120.0)
        if beating:
            beat(bench)
    bench.tap(f"service/{service}")
    x, y = bench.app.screen.targets()["take"]
    bench.app.screen.press(x, y)
    waited_s = 0.0
    while bench.app.shown_number() == "":
        assert waited_s < 20.0, bench.app.visit.step
        bench.turn(TURN_S)
        waited_s += TURN_S
    return waited_s


def beat(bench: Bench) -> None:
    state = EngineState(online=True, epoch=1, at_ms=bench.hand.now_ms(), as_of=0)
    bench.app.engine.take_state(encode(state), retained=False)


HOW = [
    "the link is down",
    "the link takes nothing",
    "the engine said farewell",
    "the engine has been silent for long",
    "half-open link",
    "the engine answers nothing",
    "the engine beats and answers nothing",
]


@pytest.mark.parametrize("how", HOW)
def test_no_visitor_waits_longer_than_eight_tenths_of_a_second_for_a_number(bench: Bench, how: str) -> None:
    lose_network(bench, how)
    beating = how == "the engine beats and answers nothing"
    waits = [waits_s(bench, beating=beating) for _ in range(4)]
    assert max(waits) <= LONGEST_S
    if how in ("the link is down", "the engine said farewell", "the engine has been silent for long"):
        assert max(waits) <= 2 * TURN_S, "nobody is there to be asked, so nobody waits"
    numbers = [slip.number for _, slip in bench.press.printed]
    assert numbers == ["A800", "A801", "A802", "A803"]


def test_the_only_kiosk_of_a_series_never_waits(tmp_path: Path) -> None:
    bench = Bench(tmp_path, parsed()).goes_online()
    assert waits_s(bench) <= 2 * TURN_S
    bench.app.on_linked(False)
    assert waits_s(bench) <= 2 * TURN_S
    bench.close()


def test_a_morning_alone_is_kept_in_order_and_nothing_of_it_is_asked_for(bench: Bench) -> None:
    lose_network(bench, "the link is down")
    given: list[str] = []
    for _ in range(40):
        waits_s(bench)
        given.append(bench.press.printed[-1][1].number)
    told = [command for command in bench.rig.kept() if isinstance(command, ReportTicket)]
    assert [command.number for command in told] == given
    assert {command.holding for command in told} == {Holding.MAYBE}
    confirmed = [command.holding for command in bench.said(ConfirmTicket)]
    assert confirmed == [Holding.PAPER] * 39, "the last paper is still printing"
    assert bench.said(IssueTicket) == []
    health = bench.rig.outbox.health()
    assert health.length == 79
    assert health.length < health.bound


def test_a_full_outbox_gives_no_number_at_all_and_says_so_on_screen_and_to_staff(bench: Bench) -> None:
    """Paper that nobody could be told of would be a number that is lost; so there is room for a ticket's every word."""
    lose_network(bench, "the link is down")
    waits_s(bench)
    kept = len(bench.rig.kept())
    bench.rig.outbox._bound = kept + 1 + 1
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    assert bench.said(ConfirmTicket)[-1].holding is Holding.PAPER, "the word about the paper still found room"
    bench.turn(120.0)
    bench.tap("service/pension", "take")
    assert bench.app.visit.step is Step.NOTE
    assert bench.app.visit.note == CANNOT_KEEP
    assert len(bench.press.printed) == 1
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "outbox-full"
    with pytest.raises(OutboxFull):
        bench.rig.outbox.check_room(2)
    bench.rig.outbox._bound = 5_000
    bench.turn(120.0)
    assert waits_s(bench) <= 2 * TURN_S
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "ok"


def test_neither_the_staff_key_nor_a_question_takes_the_room_of_a_ticket_under_way(bench: Bench) -> None:
    waits_s(bench)
    bench.rig.outbox._bound = len(bench.rig.kept()) + 1
    bench.app._toggle_pause(bench.hand.machine_s())
    bench.app.asking.ask(Rejoin("A001"), True, bench.hand.machine_s())
    bench.turn()
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    assert bench.said(ConfirmTicket)[-1].holding is Holding.PAPER
    assert bench.said(PauseIssuing) == bench.said(ReturnTicket) == []


def test_a_new_card_that_starts_alone_gives_nothing_says_so_and_counts_on_from_what_the_engine_saw(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, parsed("kiosk-1", "kiosk-2"))
    bench.turn(1.0)
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "connecting"
    assert "service/pension" not in bench.app.screen.targets()
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "day-unknown"
    bench.hears(highest={"a": 817, "b": 0}, retained=True)
    bench.turn(1.0)
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "ok"
    waits_s(bench)
    assert bench.press.printed[-1][1].number == "A818"
    bench.close()


def test_the_wire_of_this_bench_answers_nothing(bench: Bench) -> None:
    assert isinstance(bench.rig.wire, Wire)
    waits_s(bench)
    assert bench.rig.wire.sent
