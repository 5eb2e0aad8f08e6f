"""The judges of the journal on traces made by hand: what is right passes, each wrong is found and named."""

import pytest

from broker.model import events as e
from broker.model.words import Holding
from tests.halls import DAY
from tests.simulation import checkers
from tests.simulation.hand_made import Tale, a_good_day
from tests.simulation.trace import Fault, Trace


def laws(trace: Trace) -> set[str]:
    return {violation.law for violation in checkers.check(trace)}


def sentences(trace: Trace, law: str) -> list[str]:
    return [violation.sentence for violation in checkers.check(trace) if violation.law == law]


def test_a_good_day_breaks_no_law() -> None:
    assert checkers.check(a_good_day().rests()) == []


def test_l1_a_number_bound_to_two_tickets_is_found() -> None:
    tale = a_good_day()
    tale.waits("t3", 2)
    assert "A002 of 2026-03-04 is bound to t2 and t3" in sentences(tale.rests(), "L1")


def test_l1_a_voided_number_given_once_more_is_found() -> None:
    tale = a_good_day()
    facts = {"number": "A800", "series": "a", "value": 800, "owner": "kiosk-1"}
    tale.reserves("t3", 3)
    tale.happens(e.TicketRenumbered, ticket="t3", voided="A003", holding=Holding.PAPER, **facts)
    assert laws(tale.trace) == set()
    tale.reserves("t4", 3)
    assert "L1" in laws(tale.trace)


def test_l1_two_papers_with_one_number_are_found() -> None:
    tale = a_good_day()
    tale.paper("t9", "A001", kiosk="kiosk-2")
    assert sentences(tale.trace, "L1") == ["two papers of 2026-03-04 carry A001"]


def test_l1_a_number_of_the_engine_is_of_its_day_whatever_day_the_kiosk_thinks_it_is() -> None:
    tale = a_good_day().opens("2026-03-05").waits("t3", 1)
    assert sentences(tale.trace, "L1") == []
    tale.paper("t9", "A001", kiosk="kiosk-2", day="2026-03-05")
    assert sentences(tale.trace, "L1") == ["two papers of 2026-03-05 carry A001"]


def test_l1_a_number_that_only_a_lost_card_knew_may_come_again() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800").wait(10)
    tale.paper("t4", "A800")
    tale.reports("t4", 800)
    assert "L1" in laws(tale.trace)
    tale.trace.faults.append(Fault(tale.now_ms - 5_000, "lost card", "kiosk-1"))
    assert laws(tale.rests()) == set()
    tale.trace.faults[:] = [Fault(tale.now_ms + 5_000, "lost card", "kiosk-1")]
    assert "L1" in laws(tale.trace)


def test_l1_a_ticket_printed_twice_is_found() -> None:
    tale = a_good_day()
    tale.reports("t3", 800)
    tale.paper("t3", "A800").paper("t3", "A800")
    assert sentences(tale.trace, "L1") == ["ticket t3 was printed twice"]


def test_l2_a_paper_that_nobody_knows_is_found_also_when_it_broke_off() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800", whole=False)
    assert sentences(tale.rests(), "L2") == ["nobody knows the paper A800 of 2026-03-04"]


def test_l2_a_paper_of_a_lost_card_is_nobodys_fault() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800")
    tale.trace.faults.append(Fault(tale.now_ms + 1, "lost card", "kiosk-1"))
    assert laws(tale.rests()) == set()


def test_l2_a_paper_known_under_another_number_is_found() -> None:
    tale = a_good_day()
    tale.reserves("t3", 3)
    tale.paper("t3", "A800")
    assert sentences(tale.rests(), "L2") == ["the paper A800 is known as A003"]


def test_l2_a_paper_declared_void_is_found() -> None:
    tale = a_good_day()
    tale.reports("t3", 800, holding=Holding.MAYBE)
    tale.paper("t3", "A800")
    tale.happens(e.TicketVoided, ticket="t3")
    assert sentences(tale.rests(), "L2") == ["the paper A800 is void"]


def test_l2_a_paper_of_yesterday_on_record_is_known() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800")
    tale.happens(e.TicketReportedLate, ticket="t3", number="A800", service="pension", day=DAY)
    assert laws(tale.rests()) == set()


def test_l3_calling_what_was_declared_unprinted_is_found() -> None:
    tale = a_good_day()
    tale.reserves("t3", 3)
    tale.confirms("t3")
    tale.calls("t3")
    assert "A003 was declared unprinted and was called" in sentences(tale.rests(unprinted={"t3"}), "L3")


@pytest.mark.parametrize("day", ["2026-03-03", DAY])
def test_l3_calling_a_number_of_a_wish_that_came_a_day_late_is_found(day: str) -> None:
    tale = a_good_day()
    tale.reserves("t3", 3)
    tale.happens(e.TicketReportedLate, ticket="t3", number="A800", service="pension", day=day)
    tale.confirms("t3")
    tale.calls("t3")
    wrong = ["A003 was called, and its visitor has a paper of another day"]
    assert sentences(tale.trace, "L3") == (wrong if day < DAY else [])


def test_l3_a_silent_reservation_waits_its_time() -> None:
    tale = a_good_day()
    tale.reserves("t3", 3)
    tale.wait(29).confirms("t3", "server/time-1", Holding.MAYBE)
    assert sentences(tale.trace, "L3") == ["A003 got into the line too early"]


@pytest.mark.parametrize("command", ["server/time-1", "t3.hold"])
def test_l3_after_its_time_or_by_the_kiosks_own_word_it_stands_in_line(command: str) -> None:
    tale = a_good_day()
    tale.reserves("t3", 3)
    tale.wait(30 if command.startswith("server") else 1).confirms("t3", command, Holding.MAYBE)
    assert laws(tale.trace) == set()


def test_l3_a_closing_day_ends_a_reservation_at_once() -> None:
    tale = Tale().opens()
    tale.reserves("t1", 1)
    tale.confirms("t1", "server/open-day", Holding.MAYBE)
    tale.happens(e.TicketExpired, "server/open-day", ticket="t1")
    tale.happens(e.DayClosed, "server/open-day", day=DAY)
    assert laws(tale.trace) == set()


def test_l4_a_ticket_that_nobody_gave_out_is_found() -> None:
    tale = a_good_day()
    tale.confirms("t9")
    assert sentences(tale.trace, "L4") == ["TicketConfirmed of ticket t9, which nobody ever gave out"]


def test_l4_a_ticket_born_twice_is_found() -> None:
    tale = a_good_day()
    tale.reserves("t2", 3)
    assert "ticket t2 came into the world twice" in sentences(tale.trace, "L4")


def test_l4_a_gap_in_the_journal_is_found() -> None:
    tale = a_good_day()
    del tale.trace.journal[3]
    assert "L4" in laws(tale.trace)


def test_l4_the_halls_own_count_must_be_ours() -> None:
    assert laws(a_good_day().rests(counts={"served": 1, "waiting": 1})) == set()
    assert "the hall does not count its tickets as we do" in sentences(a_good_day().rests(counts={"served": 2}), "L4")


def test_l5_a_second_ticket_at_a_counter_is_found() -> None:
    tale = a_good_day().wait(600)
    tale.calls("t2")
    tale.waits("t3", 3)
    tale.calls("t3")
    assert sentences(tale.trace, "L5") == ["ticket t3 was called to counter c1, where t2 still is"]


def test_l5_a_ticket_at_two_counters_is_found() -> None:
    tale = a_good_day().counter_opens("c2")
    tale.calls("t2", "c1")
    tale.calls("t2", "c2", call="call-2")
    assert any("A002 is at counter c1 and was called to c2" in sentence for sentence in sentences(tale.trace, "L5"))


def test_l5_ending_a_visit_at_another_counter_is_found() -> None:
    tale = a_good_day()
    tale.calls("t2")
    tale.happens(e.TicketMissed, ticket="t2", counter="c2")
    assert sentences(tale.trace, "L5") == ["TicketMissed of ticket t2 at counter c2, where it is not"]


def test_l5_a_counter_said_to_be_busy_must_be() -> None:
    tale = a_good_day()
    tale.answers("press-1", code="counter_busy", facts={"number": "A001"})
    assert sentences(tale.trace, "L5") == ["press-1 was refused because of A001, which is at no counter"]


def test_l6_a_change_outside_the_table_is_found() -> None:
    tale = a_good_day()
    tale.happens(e.TicketReturned, ticket="t1", clock_ms=tale.trace.journal[2].event.at_ms)
    assert sentences(tale.trace, "L6") == ["ticket A001 went from served to waiting"]


def test_l6_a_day_that_closes_leaves_nobody_in_line() -> None:
    tale = a_good_day()
    tale.happens(e.DayClosed, day=DAY)
    assert sentences(tale.trace, "L6") == ["the day closed and ticket A002 is still waiting"]


@pytest.mark.parametrize("ends", [e.CounterPaused, e.CounterClosed, None])
def test_l16_a_call_to_a_counter_that_does_not_serve_is_found(ends: type[e.Event] | None) -> None:
    tale = a_good_day()
    if ends is e.CounterPaused:
        tale.happens(ends, counter="c1", reason="", contact="", phone="")
    elif ends is not None:
        tale.happens(ends, counter="c1")
    tale.calls("t2", "c1" if ends else "c2")
    assert "L16" in laws(tale.trace)


def test_l16_a_counter_that_resumed_may_call() -> None:
    tale = a_good_day()
    tale.happens(e.CounterPaused, counter="c1", reason="", contact="", phone="")
    tale.happens(e.CounterResumed, counter="c1", owes=True)
    tale.calls("t2")
    assert laws(tale.trace) == set()


def test_l17_a_number_of_somebody_else_is_found() -> None:
    tale = a_good_day()
    tale.reports("t3", 800, kiosk="kiosk-2")
    assert any("does not own it" in sentence for sentence in sentences(tale.trace, "L17"))


def test_l17_a_number_left_out_is_found_unless_a_card_was_lost() -> None:
    tale = a_good_day()
    tale.reports("t3", 800)
    tale.reports("t4", 802)
    assert sentences(tale.trace, "L17") == ["the numbers of kiosk-1 in series a do not rise by one"]
    tale.trace.faults.append(Fault(tale.now_ms - 1, "lost card", "kiosk-1"))
    assert laws(tale.trace) == set()


def test_l17_the_engine_leaves_no_number_out() -> None:
    tale = a_good_day()
    tale.waits("t4", 4)
    assert "L17" in laws(tale.trace)


def test_l17_numbers_of_the_night_push_the_new_days_beginning_up() -> None:
    tale = a_good_day()
    tale.reports("t3", 800)
    tale.wait(86_400).opens("2026-03-05")
    tale.reports("t4", 801)
    assert laws(tale.trace) == set()
    tale.reports("t5", 803)
    assert "L17" in laws(tale.trace)


def test_l17_a_kiosk_that_did_not_hear_of_the_day_counts_on_above_what_the_day_took_over() -> None:
    tale = a_good_day()
    tale.reports("t3", 800)
    tale.reports("t4", 801)
    tale.wait(86_400).opens("2026-03-05")
    tale.happens(
        e.TicketReported,
        tale.trace.journal[-1].command,
        ticket="t3",
        number="A800",
        series="a",
        value=800,
        owner="kiosk-1",
        service="pension",
        arrived_at_ms=tale.now_ms,
        kiosk="kiosk-1",
        holding=Holding.PAPER,
    )
    tale.reports("t5", 802)
    assert "L17" not in laws(tale.trace)
    tale.reports("t6", 804)
    assert "L17" in laws(tale.trace)


def test_l17_a_day_opened_by_a_wrong_clock_is_found() -> None:
    tale = a_good_day().opens("2026-03-05")
    assert sentences(tale.trace, "L17") == ["day 2026-03-05 was opened on 2026-03-04"]


def test_l17_a_day_begun_anew_within_itself_is_found() -> None:
    assert laws(a_good_day().opens(again=True).trace) == set()
    assert "L17" in laws(a_good_day().opens(again=False).trace)


def test_l17_a_paper_of_a_day_that_nobody_opened_is_found() -> None:
    tale = a_good_day()
    tale.reports("t3", 800)
    tale.paper("t3", "A800", day="2026-03-05")
    assert sentences(tale.trace, "L17") == ["kiosk-1 gave numbers of 2026-03-05, which nobody had opened"]


def test_l18_time_that_goes_back_is_found() -> None:
    tale = a_good_day().wait(-100)
    tale.confirms("t2")
    assert "TicketConfirmed happened before the event that precedes it" in sentences(tale.trace, "L18")


def test_l18_an_arrival_in_the_future_is_found() -> None:
    tale = a_good_day()
    tale.reports("t3", 800, arrived_at_ms=tale.now_ms + 1)
    assert "L18" in laws(tale.trace)


def test_l18_a_call_before_the_arrival_is_found() -> None:
    tale = a_good_day()
    tale.calls("t2", at_ms=tale.now_ms - 3_600_000)
    assert "ticket A002 was called before it arrived" in sentences(tale.trace, "L18")


def test_l18_an_offline_arrival_is_the_moment_of_the_touch() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800", alone=True)
    touched_ms = tale.now_ms - 100
    tale.wait(300).reports("t3", 800, arrived_at_ms=touched_ms)
    assert laws(tale.trace) == set()
    tale.paper("t4", "A801", alone=True)
    tale.wait(300).reports("t4", 801)
    assert sentences(tale.trace, "L18") == ["A801 did not arrive when its visitor came"]


def test_l18_a_restarted_kiosk_may_err_but_keeps_the_order() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800", alone=True).wait(10).paper("t4", "A801", alone=True)
    tale.trace.faults.append(Fault(tale.now_ms, "kiosk power", "kiosk-1"))
    tale.wait(300).reports("t3", 800, arrived_at_ms=tale.now_ms - 20_000)
    tale.reports("t4", 801, arrived_at_ms=tale.now_ms - 30_000)
    assert sentences(tale.trace, "L18") == ["A801 was put before A800"]


def test_l18_arrivals_of_a_server_without_a_date_keep_their_order_and_may_err_until_the_day_opens() -> None:
    day_ms = 86_400_000
    tale = a_good_day().wait(86_400)
    tale.paper("t3", "A800", alone=True).wait(60).paper("t4", "A801", alone=True)
    behind = {"at_ms": tale.now_ms - day_ms, "arrived_at_ms": tale.now_ms - day_ms}
    tale.reports("t3", 800, **behind)
    tale.reports("t4", 801, **behind)
    assert laws(tale.trace) == set()
    tale.wait(60).opens("2026-03-05")
    tale.reports("t3", 800, arrived_at_ms=tale.now_ms - 120_000)
    assert "L18" not in laws(tale.trace), "its arrival was put right; that of A801 stands in the old calendar"
    tale.reports("t4", 801, arrived_at_ms=tale.now_ms - 130_000)
    assert sentences(tale.trace, "L18") == ["A801 was put before A800"]


def test_no_visitor_waits_because_the_network_is_gone() -> None:
    tale = a_good_day()
    tale.paper("t3", "A800", alone=True, waited_ms=900)
    tale.reports("t3", 800, arrived_at_ms=tale.now_ms - 900)
    assert laws(tale.trace) == set()
    tale.paper("t4", "A801", alone=True, waited_ms=2_000)
    tale.reports("t4", 801, arrived_at_ms=tale.now_ms - 2_000)
    assert sentences(tale.trace, "wait") == ["kiosk-1 let a visitor wait"]
