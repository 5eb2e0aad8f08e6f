"""Papers that exist already: none is lost to a closed day, a day that cannot be told, another kiosk or a restore."""

import pytest

from broker.engine.apply import apply
from broker.engine.context import Asked
from broker.engine.decide import decide
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import Holding, TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, DAY, OPENS_MS, small_hall

NEXT_DAY = "2026-03-05"
DAY_MS = 86_400_000
KIOSK = {"device": "kiosk-1", "role": "kiosk"}
OTHER = {"device": "kiosk-2", "role": "kiosk"}
SERVER = {"device": "server", "role": "server"}


@pytest.fixture
def hall() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def paper(
    number: str = "A800",
    ticket: str = "ticket-abc",
    day: str = DAY,
    holding: Holding = Holding.PAPER,
    kiosk: str = "kiosk-1",
) -> c.ReportTicket:
    return c.ReportTicket(ticket=ticket, service="pension", number=number, holding=holding, day=day, kiosk=kiosk)


def next_day(hall: HallAtWork, unsure_from: int | None = None, now_ms: int = OPENS_MS + DAY_MS + 600_000) -> None:
    hall.now_ms = now_ms
    opens, closes = OPENS_MS + DAY_MS, CLOSES_MS + DAY_MS
    sessions = (c.SessionTimes("day", opens, closes, closes - 1_800_000),)
    hall.done(c.OpenDay(day=NEXT_DAY, sessions=sessions, unsure_from=unsure_from), **SERVER)


# -- whose ticket it is


@pytest.mark.parametrize("command", [c.ConfirmTicket(ticket="ticket-abc"), c.VoidTicket(ticket="ticket-abc")])
def test_a_kiosk_speaks_for_its_own_tickets_only(hall: HallAtWork, command: c.Command) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)
    assert isinstance(hall.refused(command, **OTHER), r.NotAllowed)
    assert hall.state.tickets["ticket-abc"].status is TicketStatus.RESERVED
    hall.done(command, **KIOSK)


def test_a_kiosk_is_not_told_another_kiosks_number_to_print_it_again(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)
    again = c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-2")
    assert isinstance(hall.refused(again, **OTHER), r.NotAllowed)
    assert isinstance(hall.refused(paper("A900", kiosk="kiosk-2"), **OTHER), r.NotAllowed)


# -- what became of it before


def test_a_ticket_that_is_void_is_neither_issued_nor_reported_as_if_nothing_were(hall: HallAtWork) -> None:
    ask = c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1")
    hall.done(ask, **KIOSK)
    hall.done(c.VoidTicket(ticket="ticket-abc"), **KIOSK)
    assert isinstance(hall.refused(ask, **KIOSK), r.TicketIsSettled)
    refusal = hall.refused(paper(), **KIOSK)
    assert isinstance(refusal, r.TicketIsSettled)
    assert refusal.status is TicketStatus.VOID
    assert [clash.number for clash in hall.state.clashes] == ["A800"], "a paper nobody should hold is for a human"


def test_a_late_request_for_a_paper_already_reported_does_nothing(hall: HallAtWork) -> None:
    hall.done(paper(), **KIOSK)
    position = hall.state.position
    late = hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)
    assert late["number"] == "A800"
    assert hall.state.position == position


def test_the_paper_is_known_also_when_its_ticket_expired_under_the_reserved_number(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)
    hall.done(c.CloseDay())
    hall.open_day()
    assert hall.state.tickets["ticket-abc"].status is TicketStatus.EXPIRED
    hall.done(paper(), **KIOSK)
    known = hall.state.find("A800")
    assert known is not None
    assert known.status is TicketStatus.EXPIRED


def test_a_report_on_paper_confirms_what_a_restored_journal_holds_only_as_reserved(hall: HallAtWork) -> None:
    number = hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)["number"]
    hall.done(paper(number), **KIOSK)
    assert hall.call() == number


def test_a_number_that_a_lost_journal_gave_is_taken_from_its_kiosk_and_not_given_again(hall: HallAtWork) -> None:
    hall.done(paper("A007"), **KIOSK)
    assert hall.take_ticket() == "A008"
    assert hall.call() == "A007"


def test_a_clash_is_kept_for_staff_until_the_day_is_over(hall: HallAtWork) -> None:
    hall.done(paper(), **KIOSK)
    assert isinstance(hall.refused(paper(ticket="ticket-two"), **KIOSK), r.NumberTaken)
    assert [(clash.number, clash.kiosk) for clash in hall.state.clashes] == [("A800", "kiosk-1")]
    next_day(hall)
    assert hall.state.clashes == ()


# -- arrival


def test_an_offline_arrival_lies_between_the_kiosks_last_visitor_and_the_merge(hall: HallAtWork) -> None:
    hall.wait(1_800)
    hall.done(paper("A800", "ticket-one"), **KIOSK, age_ms=600_000)
    first_ms = hall.state.tickets["ticket-one"].arrived_at_ms
    assert first_ms == hall.now_ms - 600_000
    hall.done(paper("A801", "ticket-two"), **KIOSK, age_ms=3_000_000, sure=False)
    assert hall.state.tickets["ticket-two"].arrived_at_ms == first_ms, "a wrong clock moves nobody before others"
    hall.done(paper("A802", "ticket-six"), **KIOSK, age_ms=-60_000)
    assert hall.state.tickets["ticket-six"].arrived_at_ms == hall.now_ms
    hall.done(paper("A900", "ticket-ten", kiosk="kiosk-2"), **OTHER, age_ms=900_000)
    assert hall.state.tickets["ticket-ten"].arrived_at_ms == hall.now_ms - 900_000, "each kiosk has its own order"
    assert [hall.call("c1"), hall.call("c2")] == ["A900", "A800"]


# -- a day that is closed


def test_a_paper_told_while_the_day_is_briefly_closed_gets_in_line_when_it_opens_again(hall: HallAtWork) -> None:
    hall.wait(600)
    hall.done(c.CloseDay())
    assert hall.done(paper(holding=Holding.MAYBE), **KIOSK, age_ms=60_000)["late"] is True
    came_ms = hall.now_ms - 60_000
    hall.wait(120)
    hall.open_day()
    hall.open_counters("c1")
    assert hall.state.tickets["ticket-abc"].arrived_at_ms == came_ms
    assert hall.call() == "A800"
    assert hall.state.late == {}


def test_a_paper_that_waited_for_the_day_overrules_the_number_reserved_before_the_close(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **KIOSK)
    hall.done(c.CloseDay())
    hall.done(paper(), **KIOSK)
    hall.open_day()
    assert hall.state.find("A800") is hall.state.tickets["ticket-abc"]
    assert hall.state.find("A001") is None


def test_two_papers_with_one_number_that_waited_for_the_day_are_an_alert(hall: HallAtWork) -> None:
    hall.done(paper(), **KIOSK)
    hall.done(c.CloseDay())
    hall.done(paper(ticket="ticket-two"), **KIOSK)
    hall.open_day()
    assert [clash.ticket for clash in hall.state.clashes] == ["ticket-two"]


def test_a_paper_of_a_day_that_is_over_stays_on_record_only(hall: HallAtWork) -> None:
    hall.done(c.CloseDay())
    hall.done(paper(), **KIOSK)
    next_day(hall)
    assert hall.state.tickets == {}
    events = [event for event in hall.events if not isinstance(event, e.SheetUnfinished)]
    assert isinstance(events[-3], e.TicketReportedLate)


def test_a_wish_of_yesterday_that_came_too_late_holds_no_number_of_today(hall: HallAtWork) -> None:
    """The kiosk had no answer and gave a number of its own; both travel only in the morning, in this order."""
    hall.done(c.CloseDay())
    next_day(hall)
    yesterday = KIOSK | {"age_ms": DAY_MS}
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"), **yesterday)
    assert hall.state.find("A001") is hall.state.tickets["ticket-abc"]
    assert hall.done(paper(), **yesterday)["late"]
    assert hall.state.tickets["ticket-abc"].status is TicketStatus.VOID
    held = c.ConfirmTicket(ticket="ticket-abc", holding=Holding.PAPER)
    assert hall.refused(held, **yesterday).code == "ticket_is_settled"
    hall.open_counters("c1")
    hall.wait(60)
    hall.ask(c.PassTime(), **SERVER)
    assert hall.refused(c.CallNext(counter="c1")).code == "nobody_waiting", "nobody has A001"


def test_a_paper_of_this_morning_told_before_the_day_was_opened_gets_in_line(hall: HallAtWork) -> None:
    hall.done(c.CloseDay())
    hall.now_ms = OPENS_MS + DAY_MS - 300_000
    hall.done(paper(), **KIOSK)
    next_day(hall)
    hall.open_counters("c1")
    assert hall.call() == "A800"


# -- a date that could not be told


def test_papers_of_this_morning_outlive_a_yesterday_that_was_still_open(hall: HallAtWork) -> None:
    hall.done(paper("A800", "ticket-old"), **KIOSK)
    hall.now_ms = OPENS_MS + DAY_MS + 300_000
    hall.done(paper("A801", "ticket-new"), **KIOSK)
    next_day(hall)
    hall.open_counters("c1")
    assert list(hall.state.tickets) == ["ticket-new"]
    assert hall.call() == "A801"
    again = hall.done(paper("A801", "ticket-new"), **KIOSK)
    assert again == {"number": "A801"}, "its kiosk may repeat itself"


def test_what_came_since_the_server_lost_the_date_is_of_the_day_it_finds(hall: HallAtWork) -> None:
    """The clock stood at yesterday noon, so by it nobody came today."""
    hall.done(paper("A800", "ticket-old"), **KIOSK)
    unsure_from = hall.state.position
    for place, holding in enumerate((Holding.PAPER, Holding.MAYBE, Holding.PAPER, Holding.PAPER)):
        hall.wait(60)
        hall.done(paper(f"A80{place + 1}", f"ticket-00{place}", holding=holding), **KIOSK)
    assert hall.call("c1") == "A800"
    hall.done(c.FinishService(counter="c1"))
    assert hall.call("c1") == "A801"
    hall.done(c.StartService(counter="c1"))
    assert hall.call("c2") == "A803"
    next_day(hall, unsure_from)
    waiting = [t.number for t in hall.state.tickets.values() if t.status is TicketStatus.WAITING]
    reserved = [t.number for t in hall.state.tickets.values() if t.status is TicketStatus.RESERVED]
    assert (waiting, reserved) == (["A803", "A804"], ["A802"]), "who was being served is served; all others stay"
    assert [t.arrived_at_ms for t in hall.state.tickets.values()] == [hall.now_ms - ago for ago in (120_000, 60_000, 0)]
    hall.open_counters("c1")
    assert hall.call() == "A803"
    hall.done(paper("A805", "ticket-neu", day=NEXT_DAY), **KIOSK)


def test_only_the_server_says_that_it_lost_the_date(hall: HallAtWork) -> None:
    hall.done(paper(), **KIOSK)
    hall.now_ms = OPENS_MS + DAY_MS + 600_000
    hall.done(c.OpenDay(day=NEXT_DAY, unsure_from=0))
    assert hall.state.tickets == {}


def test_a_paper_of_a_later_day_than_the_engines_gets_in_line_at_once_or_waits_for_its_day(hall: HallAtWork) -> None:
    """A restored journal is a day behind, and the server's clock cannot tell it."""
    hall.done(paper("A800", "ticket-old"), **KIOSK)
    hall.done(paper("A801", "ticket-one", day=NEXT_DAY), **KIOSK)
    assert hall.state.find("A801") is not None
    assert hall.done(paper("A800", "ticket-two", day=NEXT_DAY), **KIOSK)["late"] is True
    next_day(hall, unsure_from=hall.state.position - 2)
    assert {t.number: t.ticket for t in hall.state.tickets.values()} == {"A801": "ticket-one", "A800": "ticket-two"}


# -- ids for ever


def test_a_restored_journal_makes_other_ids_for_its_calls_and_visits(hall: HallAtWork) -> None:
    hall.take_ticket()

    def ids(run: str) -> tuple[str, str]:
        state = State()
        for event in hall.events:
            apply(state, event)  # type: ignore[arg-type]
        found = []
        for command, name in ((c.CallNext(counter="c1"), "call_id"), (c.FinishService(counter="c1"), "visit")):
            outcome = decide(hall.hall, state, command, Asked(hall.now_ms, "x", "server", hall.now_ms, run=run))
            for event in outcome.events:
                apply(state, event)
            assert outcome.result is not None
            found.append(outcome.result[name])
        return found[0], found[1]

    before, after = ids("4-abcdef"), ids("4-fedcba")
    assert before == (f"{DAY}-c1.4-abcdef", f"{DAY}-v1.4-abcdef")
    assert not set(before) & set(after)
