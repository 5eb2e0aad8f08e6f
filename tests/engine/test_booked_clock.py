"""From when the waiting of somebody counts who is booked: not before the booked time, wherever the ticket stands."""

from random import Random
from typing import get_args

import msgspec
import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.hall_calling import RuleName
from broker.model.hall_remote import Remote
from broker.model.words import Holding, TicketStatus
from tests.engine.bench_hall import AT_KIOSK, KEYS, HallAtWork
from tests.halls import DAY, OPENS_MS, lobby_hall, one_kiosk_hall

MINUTE_MS = 60_000
EARLY = "ticket-early"


@pytest.fixture
def work() -> HallAtWork:
    hall = lobby_hall()
    card = msgspec.structs.replace(hall.services["card"], real_name=False)
    hall = msgspec.structs.replace(hall, services=dict(hall.services) | {"card": card})
    return HallAtWork(hall).open_day().open_counters("c1", "c2", "c3")


def check_in(work: HallAtWork, in_min: int, ticket: str = EARLY, service: str = "pension") -> str:
    """Somebody who is booked in so many minutes is there now, or whose time was so many ago; the printed number."""
    time_ms, code = work.now_ms + max(0, in_min) * MINUTE_MS, ticket.upper().replace("-", "")
    work.done(c.BookAppointment(appointment=f"booked-{code}", code=code, service=service, at_ms=time_ms))
    work.wait(-60 * min(0, in_min))
    number = work.done(c.CheckIn(ticket=ticket, code=code, kiosk="kiosk-1"), **AT_KIOSK)["number"]
    work.done(c.ConfirmTicket(ticket=ticket), **AT_KIOSK)
    return str(number)


def clock_min(work: HallAtWork, ticket: str = EARLY) -> float:
    """In minutes after the day was opened."""
    return (work.state.tickets[ticket].clock_ms - OPENS_MS) / MINUTE_MS


@pytest.mark.parametrize(("in_min", "counted_min"), [(15, 15), (1, 1), (0, 0), (-10, 10), (-11, 11)])
def test_the_waiting_counts_from_the_booked_time_or_from_when_he_came_if_that_is_later(
    work: HallAtWork, in_min: int, counted_min: int
) -> None:
    check_in(work, in_min)
    assert clock_min(work) == counted_min
    assert work.state.tickets[EARLY].arrived_at_ms == work.now_ms


def test_before_the_booked_time_he_is_called_only_while_nobody_else_waits(work: HallAtWork) -> None:
    early = check_in(work, 10)
    work.wait(8 * 60)
    walk_in = work.take_ticket()
    assert work.call("c1") == walk_in
    assert work.call("c2") == early


def test_from_the_booked_time_on_he_goes_first_as_ever(work: HallAtWork) -> None:
    walk_in, early = work.take_ticket(), check_in(work, 10)
    work.wait(18 * 60)
    assert work.call("c1") == early, "8 minutes of a short target, and the other 18 of a long one"
    assert work.call("c2") == walk_in


def test_a_paper_of_a_kiosk_counts_like_a_number_of_the_engine() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day()
    work.done(report(work, 10), **AT_KIOSK)
    assert clock_min(work) == 10


def test_a_paper_that_waited_for_its_day_to_open_again_counts_from_the_booked_time() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day()
    paper = report(work, 10)
    work.done(c.CloseDay())
    assert work.done(paper, **AT_KIOSK)["late"]
    work.open_day()
    assert clock_min(work) == 10


def test_a_ticket_that_a_new_day_takes_over_still_counts_from_the_booked_time(work: HallAtWork) -> None:
    check_in(work, 10)
    work.wait(60)
    work.open_day("2026-03-05")
    assert clock_min(work) == 10


def test_the_paper_of_an_appointment_that_was_moved_meanwhile_does_not_wait_for_another_day() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day()
    paper = report(work, 10)
    to_ms = work.now_ms + 24 * 60 * MINUTE_MS
    work.done(c.MoveAppointment(appointment="booked-1", at_ms=to_ms, source="desk"))
    work.done(paper, **AT_KIOSK)
    assert clock_min(work) == 0


def report(work: HallAtWork, in_min: int) -> c.ReportTicket:
    """What the only kiosk of a hall says of somebody booked in so many minutes who is there now."""
    time_ms = work.now_ms + in_min * MINUTE_MS
    work.done(c.BookAppointment(appointment="booked-1", code="ABC123", service="pension", at_ms=time_ms))
    assert work.done(c.CheckIn(ticket=EARLY, code="ABC123", kiosk="kiosk-1"), **AT_KIOSK)["own"]
    return c.ReportTicket(
        ticket=EARLY, service="pension", number="A001", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1",
        priority="appointment", appointment="booked-1",
    )  # fmt: skip


# -- sent on, back in line, moved back ------------------------------------------------


def test_who_was_served_before_his_time_goes_before_nobody_at_the_next_counter_for_it(work: HallAtWork) -> None:
    early = check_in(work, 10)
    assert work.call("c1") == early, "nobody else waits"
    card = work.take_ticket("card")
    work.done(c.TransferTicket(counter="c1", to_service="card"))
    assert clock_min(work) == 10
    assert work.call("c3") == card


def test_a_further_service_begins_before_the_booked_time_only_while_nobody_else_waits(work: HallAtWork) -> None:
    check_in(work, 10)
    work.call("c1")
    assert work.done(c.NextService(counter="c1", service="card", to_counter="c1"))["stays"]
    work.take_ticket("card")
    assert not work.done(c.NextService(counter="c1", service="card", to_counter="c1"))["stays"]
    assert clock_min(work) == 10


def test_where_a_transfer_begins_a_new_wait_it_does_so_for_who_is_early_too(work: HallAtWork) -> None:
    rules = msgspec.structs.replace(work.hall.rules, transfer_keeps_arrival=False)
    work.hall = msgspec.structs.replace(work.hall, rules=rules)
    check_in(work, 10)
    work.call("c1")
    work.wait(60)
    work.done(c.TransferTicket(counter="c1", to_service="card"))
    assert clock_min(work) == 1


def test_a_missed_number_that_returns_stands_behind_those_who_wait_by_now_and_not_behind_a_booked_time(
    work: HallAtWork,
) -> None:
    missed = work.take_ticket(priority="appointment")
    work.call("c1")
    work.done(c.MarkNoShow(counter="c1"))
    check_in(work, 10)
    work.wait(60)
    work.done(c.ReturnTicket(number=missed))
    ticket = work.state.find(missed)
    assert ticket is not None and ticket.clock_ms == work.now_ms
    assert work.call("c2") == missed


def test_who_lets_others_go_first_is_not_put_behind_a_booked_time(work: HallAtWork) -> None:
    work.wait(60)
    first = check_in(work, 0, "ticket-first")
    wish = c.PostponeTicket(ticket="ticket-first", proof=KEYS.of("kiosk-1").ticket_proof("ticket-first"))
    check_in(work, 10)
    assert work.refused(wish).code == "nobody_behind", "nobody else's waiting counts yet"
    check_in(work, 0, "ticket-other")
    assert work.done(wish) == {"number": first, "places": 1}
    assert work.state.tickets["ticket-first"].clock_ms == work.now_ms


def test_the_turn_of_who_is_on_the_way_is_over_once_somebody_was_called_who_was_to_wait_from_later_on() -> None:
    """Both kinds of moments are compared as waiting counts: here the one in the hall came first, for a later time."""
    hall = msgspec.structs.replace(lobby_hall(), priority={}, remote=Remote(services=("pension",)))
    work = HallAtWork(hall).open_day().open_counters("c1", "c2")
    early = check_in(work, 10)
    work.wait(60)
    afar = work.done(c.TakeOnPhone(ticket="ticket-phone", service="pension", person="a" * 32))["number"]
    assert work.call("c1") == early
    for _ in range(4):
        work.wait(10)
        work.take_ticket()
    work.done(c.ReturnTicket(number=afar))
    assert work.state.tickets["ticket-phone"].clock_ms > work.state.tickets["ticket-000001"].clock_ms


# -- what else asks how long somebody has waited ------------------------------------------------


def test_a_counter_without_its_clerk_is_nobodys_wait_before_the_booked_time() -> None:
    work = HallAtWork(lobby_hall()).open_day().open_counters("c3")
    check_in(work, 10)
    wanted = []
    for minute in range(1, 18):
        work.wait(60)
        work.ask(c.PassTime(), "server", "server")
        wanted += [minute] * any(isinstance(event, e.CoverWanted) for event in work.events)
    assert wanted[0] == 16, "five minutes after his waiting began"


# -- by every rule, whatever the hall looks like ------------------------------------------------


@pytest.mark.parametrize("rule", get_args(RuleName))
@pytest.mark.parametrize("classed", [True, False])
def test_nobody_is_called_before_his_booked_time_while_the_counter_could_call_somebody_whose_waiting_counts(
    rule: RuleName, classed: bool
) -> None:
    early = 0
    for seed in range(20):
        early += _a_morning(Random(seed), rule, classed)
    assert early > 20, "the mornings are too poor"


def _a_morning(chance: Random, rule: RuleName, classed: bool) -> int:
    """People come as they like, booked and not, and counters call; how many were called before their time."""
    hall = lobby_hall()
    card = msgspec.structs.replace(hall.services["card"], real_name=False)
    hall = msgspec.structs.replace(
        hall,
        services=dict(hall.services) | {"card": card},
        priority=hall.priority if classed else {},
        calling=msgspec.structs.replace(hall.calling, rule=rule),
        rules=msgspec.structs.replace(hall.rules, appointment_slot_capacity=60),
    )
    work, early = HallAtWork(hall).open_day().open_counters("c1", "c2", "c3"), 0
    for step in range(60):
        work.wait(chance.uniform(1, 120))
        service, counter = chance.choice(("pension", "card")), chance.choice(("c1", "c2", "c3"))
        match chance.choice(("comes", "booked", "call", "call", "call", "on", "missed")):
            case "comes":
                work.take_ticket(service, priority=chance.choice((None, "elderly")) if classed else None)
            case "booked":
                check_in(work, chance.choice((-5, 0, 1, 7, 15)), f"ticket-b{step:03d}", service)
            case "call":
                early += _calls(work, counter)
            case "on" if work.state.counter(counter).ticket is not None and counter != "c2":
                work.done(c.TransferTicket(counter=counter, to_service="card"))
            case "missed" if work.state.counter(counter).ticket is not None:
                number = work.state.tickets[work.state.counter(counter).ticket or ""].number
                work.done(c.MarkNoShow(counter=counter))
                work.ask(c.ReturnTicket(number=number))
    return early


def _calls(work: HallAtWork, counter: str) -> int:
    """Whom the counter calls; 1 for somebody before his time, who must have been alone."""
    if work.state.counter(counter).ticket is not None:
        work.ask(c.FinishService(counter=counter))
    served = work.hall.counters[counter].services
    due = [
        ticket.number
        for ticket in work.state.tickets.values()
        if ticket.status is TicketStatus.WAITING and ticket.service in served and ticket.clock_ms <= work.now_ms
    ]
    called = work.ask(c.CallNext(counter=counter)).result
    if called is None:
        assert not due
        return 0
    ticket = work.state.find(str(called["number"]))
    assert ticket is not None
    booked = work.state.appointments.get(ticket.appointment or "")
    if booked is None or booked.time_ms <= work.now_ms:
        return 0
    assert not due, f"{ticket.number} was called before its time, and {due} waited"
    return 1
