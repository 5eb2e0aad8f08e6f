"""A ticket that a guide takes for somebody is given by a kiosk like every other: once, and its ledger knows first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.model.commands import ConfirmTicket, IssueTicket, OrderTicket, ReportTicket
from broker.model.views import DeskOrder
from broker.model.words import Holding, TicketStatus
from kiosk.desk_orders import DeskOrders
from kiosk.ticket import Order, PaperEnd, Slip, TicketState
from kiosk.visit import at_rest
from tests.halls import one_kiosk_hall, small_hall
from tests.kiosk.app_bench import Bench
from tests.kiosk.citizen_rig import Citizen, hall_at_work
from tests.kiosk.small_hall import BUTTONS, parsed


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, parsed(more=BUTTONS)).goes_online()
    yield bench
    bench.close()


def wanted(bench: Bench, ticket: str = "desk-ticket-1", in_s: int = 60) -> DeskOrder:
    service = bench.app.offering.menu(bench.hand.machine_s()).offers[0].service
    return DeskOrder(ticket=ticket, service=service, until_ms=bench.hand.now_ms() + in_s * 1000, language="en")


def begun(bench: Bench) -> list[str]:
    return [command.ticket for command in (*bench.said(IssueTicket), *bench.said(ReportTicket))]  # type: ignore[attr-defined]


def test_a_ticket_for_the_desk_is_given_once_and_nothing_changes_on_the_screen(bench: Bench):
    order = wanted(bench)
    for _ in range(3):
        bench.hears(orders=(order,))
        bench.turn()
    assert begun(bench).count("desk-ticket-1") == 1
    assert bench.rig.ledger.state_of("desk-ticket-1") is not None, "the ledger knows it before there is paper"
    assert at_rest(bench.app.visit)
    bench.turn(5)  # nobody answers: the kiosk gives a number of its own
    printed, slip = bench.press.printed[-1]
    assert (printed.ticket, printed.language) == ("desk-ticket-1", "en")
    bench.press.end(PaperEnd.FAILED)
    bench.turn()
    held = [c.holding for c in bench.said(ConfirmTicket) if c.ticket == "desk-ticket-1"]  # type: ignore[attr-defined]
    assert held == [Holding.SCREEN] and slip.number, "the desk reads the number from its page"


def test_whoever_stands_at_the_kiosk_is_served_first(bench: Bench):
    bench.tap("more")
    bench.hears(orders=(wanted(bench),))
    bench.turn()
    assert begun(bench) == []
    bench.tap("back")
    bench.turn()
    assert begun(bench) == ["desk-ticket-1"]


def test_what_is_too_late_or_was_given_before_a_restart_is_not_given():
    orders = DeskOrders()
    late = DeskOrder(ticket="late", service="pension", until_ms=1_000)
    known = DeskOrder(ticket="known", service="pension", until_ms=9_000)
    fresh = DeskOrder(ticket="fresh", service="pension", until_ms=9_000, large=True)
    found = orders.next((late, known, fresh), 1_000, lambda ticket: ticket == "known")
    assert found is not None and (found.ticket, found.large) == ("fresh", True)
    assert orders.next((late, known, fresh), 1_000, lambda ticket: False) is None, "begun is begun"


@pytest.mark.parametrize("alone", [False, True])
def test_what_the_desk_orders_of_the_engine_a_whole_kiosk_prints_with_the_ledger_before_the_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
):
    """Real engine, journal, outbox, ledger and kiosk; alone it owns the series and reports its number."""
    engine = hall_at_work(tmp_path, one_kiosk_hall() if alone else small_hall())
    citizen = Citizen(engine)
    known: list[TicketState | None] = []
    printing = citizen.press.print_ticket

    def print_ticket(order: Order, slip: Slip, *, copy: bool = False) -> bool:
        known.append(citizen.device.ledger.state_of(order.ticket))
        return printing(order, slip, copy=copy)

    monkeypatch.setattr(citizen.press, "print_ticket", print_ticket)
    engine.ask(OrderTicket(ticket="desk-ticket-1", kiosk="kiosk-1", service="pension", language="en"))
    citizen.waits(8)
    [(order, slip)] = citizen.press.printed
    assert (order.ticket, order.service, order.language) == ("desk-ticket-1", "pension", "en")
    assert known == [TicketState.MAYBE], "the ledger had the number before the printer did"
    citizen.press.end(PaperEnd.PRINTED)
    citizen.waits(2)
    assert citizen.device.ledger.state_of("desk-ticket-1") is TicketState.PAPER
    given = engine.writer.state.tickets["desk-ticket-1"]
    assert (given.number, given.status, given.kiosk) == (slip.number, TicketStatus.WAITING, "kiosk-1")
    citizen.waits(70)
    assert len(citizen.press.printed) == 1 and not engine.writer.state.orders
