"""What a visitor is told of his wait, what the hall learns when it ends, and what it must not learn."""

import datetime
from copy import deepcopy
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from broker.contract.codec import encode
from broker.engine.apply import apply
from broker.engine.apply_pace import DAYS_KEPT
from broker.engine.context import Asked, Desk
from broker.engine.coverage import Coverage, coverage
from broker.engine.forecasting import TOLD_EACH, foretell, usual_s
from broker.engine.laws import broken_in
from broker.engine.project import project
from broker.engine.state import State, Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model.views import WaitRange
from broker.model.words import Holding
from broker.server.snapshot import load_state, save_state
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, view
from tests.halls import CLOSES_MS, DAY, lobby_hall, small_hall


def at_work() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2", "c3")


def busy(people: int = 4) -> HallAtWork:
    """Both counters for pensions have somebody, and so many more wait."""
    work = at_work()
    for counter in ("c1", "c2"):
        work.take_ticket()
        work.call(counter)
    for _ in range(people):
        work.take_ticket()
    return work


def issued(work: HallAtWork, **changes: Any) -> tuple[dict, e.TicketReserved]:
    """What the visitor is told, and the event."""
    work.made += 1
    asked = c.IssueTicket(ticket=f"ticket-{work.made:06d}", service="pension", **changes)
    outcome = work.ask(asked)
    event = outcome.events[0]
    assert isinstance(event, e.TicketReserved) and outcome.result is not None
    work.done(c.ConfirmTicket(ticket=asked.ticket))
    return outcome.result, event


def lived(state: State) -> tuple[Any, ...]:
    """What calls have taught; not the time that passed."""
    pace = state.pace
    assert pace is not None
    return deepcopy((pace.mix, pace.residuals, pace.outer, pace.shown, pace.waits, state.foretold))


def test_what_is_told_is_what_the_event_keeps_and_what_the_boards_show() -> None:
    work = busy()
    shown = view(work, "service", "pension").line.wait
    told, event = issued(work)
    assert event.forecast is not None
    low_min, high_min = event.forecast.told_min
    assert told["wait"] == {"low_min": low_min, "high_min": high_min}
    assert shown == WaitRange(low_min=low_min, high_min=high_min)
    assert low_min * 60 <= event.forecast.shown_s[0] < event.forecast.shown_s[1] <= high_min * 60


def test_on_the_first_day_it_is_people_ahead_times_service_over_counters() -> None:
    _, event = issued(busy(people=5))
    assert event.forecast is not None
    low_s, high_s = event.forecast.shown_s
    assert low_s < 6 * 300 / 2 < high_s
    assert event.forecast.ahead == 5 and event.forecast.ahead_alike == 5


def test_whoever_goes_first_is_told_less() -> None:
    work = busy(people=8)
    walk_in, elderly = issued(work)[1].forecast, issued(work, priority="elderly")[1].forecast
    assert walk_in is not None and elderly is not None
    assert elderly.ahead < walk_in.ahead and elderly.told_min < walk_in.told_min


def test_without_an_open_counter_nothing_is_told_or_kept() -> None:
    work = HallAtWork(small_hall()).open_day()
    told, event = issued(work)
    assert told["wait"] is None and event.forecast is None
    assert view(work, "service", "pension").line.wait is None


def test_a_paper_that_a_kiosk_gave_has_a_forecast_from_its_report_on() -> None:
    work = busy()
    paper = c.ReportTicket(
        ticket="paper-0001", service="pension", number="A801", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
    )
    outcome = work.ask(paper, **AT_KIOSK)
    assert outcome.events[0].forecast is not None  # type: ignore[attr-defined]
    ticket = work.state.tickets["paper-0001"]
    assert ticket.forecast is not None and ticket.foretold_ms == work.now_ms
    assert ticket.forecast.told_min is not None


def test_a_paper_that_became_known_long_after_it_was_given_teaches_but_is_no_promise() -> None:
    work = busy()
    work.wait(900)
    paper = c.ReportTicket(
        ticket="paper-0001", service="pension", number="A801", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
    )
    outcome = work.ask(paper, age_ms=600_000, **AT_KIOSK)
    forecast = outcome.events[0].forecast  # type: ignore[attr-defined]
    assert forecast.told_min is None and forecast.log_s > 0
    assert outcome.result is not None and outcome.result["wait"] is not None
    work.done(c.FinishService(counter="c1"))
    work.done(c.CallNumber(counter="c1", number="A801", reason="自选"))
    assert sum(one.told for one in coverage(work.state)) == 2, "the two who were called before"
    assert work.state.pace is not None and len(work.state.pace.waits["pension"].last) == 3


def test_a_wait_through_an_emergency_did_not_come_true_but_teaches_nothing() -> None:
    work = busy()
    issued(work)
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    work.wait(3_600)
    work.done(c.EndEmergency())
    for counter in ("c1", "c2"):
        work.done(c.FinishService(counter=counter))
    mix, residuals, *_ = lived(work.state)
    for _ in range(3):
        work.call("c1")
        work.done(c.FinishService(counter="c1"))
    after_mix, after_residuals, *_, counted = lived(work.state)
    assert (after_mix, after_residuals) == (mix, residuals)
    assert counted[DAY]["pension"][2] == 3, "later than they were told, which the page says"
    _, event = issued(work)
    assert event.forecast is not None
    while any(work.state.lanes.values()):
        work.call("c1")
        work.done(c.FinishService(counter="c1"))
    assert lived(work.state)[0] != mix, "who came after it teaches as always"


def test_while_every_counter_is_shut_nobody_is_slow() -> None:
    work = busy()
    for counter in ("c1", "c2"):
        work.done(c.FinishService(counter=counter))
    for counter in ("c1", "c2", "c3"):
        work.done(c.CloseCounter(counter=counter))
    assert work.state.pace is not None
    before = deepcopy(work.state.pace)
    work.wait(5_400)
    work.open_counters("c1")
    assert work.state.pace == before
    work.wait(60)
    work.open_counters("c2")
    assert work.state.pace.rate.new_s == before.rate.new_s + 60


def test_the_first_call_is_learned_from_once_and_counted_by_what_came_true() -> None:
    work = at_work()
    for waited_s in (30, 3_000, 61):
        issued(work)
        work.wait(waited_s)
        work.call("c1")
        work.done(c.FinishService(counter="c1"))
    pace = work.state.pace
    assert pace is not None and sum(len(one.came) for one in pace.residuals.bins) == 3
    assert coverage(work.state) == (Coverage(DAY, "pension", kept=1, sooner=1, later=1),)
    assert coverage(work.state)[0].told == 3
    assert pace.waits["pension"].last == [30.0, 3000.0, 61.0]


def test_a_call_that_is_taken_back_is_not_learned_from_twice() -> None:
    work = busy(people=0)
    work.done(c.FinishService(counter="c1"))
    issued(work)
    work.wait(60)
    work.call("c1")
    learned = lived(work.state)
    work.done(c.UndoLast(counter="c1"))
    work.wait(60)
    work.call("c1")
    assert lived(work.state) == learned


def test_an_end_that_is_taken_back_counts_as_one_service() -> None:
    work = busy(people=0)
    work.wait(200)
    work.done(c.FinishService(counter="c1"))
    assert work.state.pace is not None
    counted = deepcopy(work.state.pace.means)
    work.done(c.UndoLast(counter="c1"))
    work.wait(100)
    work.done(c.FinishService(counter="c1"))
    assert work.state.pace.means == counted


MOVED = {
    "transferred": lambda work, number: [
        work.call("c1"),
        work.done(c.TransferTicket(counter="c1", to_service="pension", to_counter="c2")),
    ],
    "missed and back": lambda work, number: [
        work.call("c1"),
        work.done(c.MarkNoShow(counter="c1")),
        work.done(c.ReturnTicket(number=number)),
    ],
}


@pytest.mark.parametrize("how", MOVED)
def test_a_ticket_that_was_moved_is_not_learned_from_again(how: str) -> None:
    work = busy(people=0)
    work.done(c.FinishService(counter="c1"))
    told, _ = issued(work)
    MOVED[how](work, told["number"])
    learned = lived(work.state)
    work.wait(500)
    work.done(c.FinishService(counter="c2"))
    work.call("c2")
    assert lived(work.state) == learned


def test_a_ticket_that_became_another_class_is_not_learned_from() -> None:
    work = busy(people=0)
    told, event = issued(work)
    work.done(c.ConfirmPriority(number=told["number"], priority="elderly"))
    assert work.state.tickets[event.ticket].forecast is None
    learned = lived(work.state)
    work.done(c.FinishService(counter="c1"))
    work.call("c1")
    assert lived(work.state) == learned


def test_who_leaves_is_not_learned_from_and_leaves_no_forecast_behind() -> None:
    work = busy()
    told, event = issued(work)
    learned = lived(work.state)
    work.done(c.CancelTicket(number=told["number"]))
    assert work.state.tickets[event.ticket].forecast is None
    assert lived(work.state) == learned


def test_a_visit_that_nobody_ended_before_the_night_teaches_nothing_of_services() -> None:
    work = busy(people=0)
    work.done(c.StartService(counter="c1"))
    assert work.state.pace is not None
    means = deepcopy((work.state.pace.means, work.state.mean_ms))
    work.wait(20 * 3_600)
    work.ask(c.OpenDay(day="2026-03-05", sessions=()), "server", "server")
    assert any(isinstance(event, e.ServiceFinished) for event in work.events)
    assert (work.state.pace.means, work.state.mean_ms) == means


def test_what_was_learned_outlives_the_day_and_only_a_month_of_counts_is_kept() -> None:
    work = at_work()
    for day in range(DAYS_KEPT + 3):
        work.wait(86_400)
        date = (datetime.date(2026, 3, 5) + datetime.timedelta(days=day)).isoformat()
        work.ask(c.OpenDay(day=date, sessions=(c.SessionTimes("day", 0, 2**50, 2**50),)), "server", "server")
        work.ask(c.OpenCounter(counter="c1"))
        issued(work)
        work.call("c1")
        work.done(c.FinishService(counter="c1"))
    assert work.state.pace is not None
    assert len(work.state.pace.waits["pension"].last) == 10
    days = [one.day for one in coverage(work.state)]
    assert len(days) == DAYS_KEPT and days == sorted(days) and days[-1] == date


def test_a_journal_of_an_earlier_program_says_what_it_always_said_until_the_next_day_opens() -> None:
    work = busy()
    old = State()
    for event in work.events:
        if isinstance(event, e.DayOpened):
            event = msgspec.structs.replace(event, usual_s=None)
        if isinstance(event, e.TicketReserved):
            event = msgspec.structs.replace(event, forecast=None)
        apply(old, event)  # type: ignore[arg-type]
    assert old.pace is None and old.foretold == {}
    assert project(work.hall, old, ("service",))["service", "pension"].line.wait == WaitRange(low_min=6, high_min=20)  # type: ignore[union-attr]
    work.state = old
    told, event = issued(work)
    assert told["wait"] == {"low_min": 6, "high_min": 20} and event.forecast is None
    work.wait(86_400)
    work.ask(c.OpenDay(day="2026-03-05", sessions=()), "server", "server")
    assert work.state.pace is not None and work.state.pace.usual_s == usual_s(work.hall) == 300


def test_a_fold_may_go_on_from_a_snapshot_in_the_middle_of_the_learning() -> None:
    work = busy()
    for _ in range(6):
        issued(work)
        work.wait(200)
        work.done(c.FinishService(counter="c1"))
        work.call("c1")
    half = State()
    middle = len(work.events) // 2
    for event in work.events[:middle]:
        apply(half, event)  # type: ignore[arg-type]
    again = load_state(save_state(half))
    assert again == half and again is not None
    for event in work.events[middle:]:
        apply(again, event)  # type: ignore[arg-type]
    assert again == work.state
    shown = [{key: encode(one) for key, one in project(work.hall, state).items()} for state in (again, work.state)]
    assert shown[0] == shown[1]
    assert not list(broken_in(again))


def test_asking_how_long_it_will_take_changes_nothing() -> None:
    work = busy()
    before = deepcopy(work.state)
    project(work.hall, work.state)
    desk = Desk(work.hall, work.state, Asked(work.now_ms, "collector", "collector", work.now_ms))
    assert foretell(desk, "ticket-x", "card", "elderly", work.now_ms) is not None
    assert work.state == before


def test_what_a_look_ahead_says_moves_what_is_told_by_four_fifths_on_the_first_day() -> None:
    work = busy()
    asked = Asked(work.now_ms, "collector", "collector", work.now_ms)
    seen = replace(asked, ahead={("pension", ""): 3_000.0})
    without, with_it, other = (
        foretell(Desk(work.hall, work.state, one), "ticket-x", service, None, work.now_ms)
        for one, service in ((asked, "pension"), (seen, "pension"), (seen, "card"))
    )
    assert without is not None and with_it is not None and other is not None
    begin_s = 0.055 * 300
    believed = (with_it.numbers[0] + with_it.numbers[5]) / 2
    assert len(other.numbers) == len(without.numbers) == len(with_it.numbers) - 1
    assert with_it.log_s - without.log_s == pytest.approx(0.8 * with_it.numbers[-1], abs=1e-3)
    assert begin_s + 3_000 == pytest.approx(2.718281828 ** (believed + with_it.numbers[-1]), rel=1e-3)


def test_those_in_front_of_a_line_are_told_of_their_own_place_and_who_goes_first_of_his() -> None:
    work = busy(people=14)
    hurried = issued(work, priority="elderly")[0]["number"]
    work.wait(300)
    work.take_ticket("card")  # views are of the moment of the last event
    shown = view(work, "service", "pension")
    assert len(shown.numbers) == 15 and len(shown.waits) == TOLD_EACH
    assert shown.numbers[0] == hurried
    ranges = [(wait.low_min, wait.high_min) for wait in shown.waits]
    assert ranges[1:] == sorted(ranges[1:]), "of one class, whoever stands behind is told no less"
    assert ranges[0] < ranges[-1] and shown.waits[-1].high_min <= shown.line.wait.high_min


def test_a_line_that_no_counter_serves_tells_nobody_how_long() -> None:
    work = busy()
    for counter in ("c1", "c2"):
        work.done(c.FinishService(counter=counter))
        work.done(c.CloseCounter(counter=counter))
    shown = view(work, "service", "pension")
    assert len(shown.numbers) == 4 and shown.waits == ()


def test_with_a_counter_free_nobody_waits_until_the_hall_has_taught_otherwise() -> None:
    work = at_work()
    assert view(work, "service", "pension").line.wait == WaitRange(low_min=0, high_min=0)
    for _ in range(60):
        told, _ = issued(work)
        work.wait(400)
        work.call("c1")
        work.done(c.FinishService(counter="c1"))
    assert told["wait"] == {"low_min": 6, "high_min": 8}
    shown = view(work, "service", "pension").line.wait
    assert shown is not None and shown.low_min * 60 <= 400 <= shown.high_min * 60


def test_what_one_who_waits_is_shown_is_kept_with_him_and_counted_when_he_is_called() -> None:
    work = busy()
    _, event = issued(work)
    assert event.again is not None
    holder = work.state.tickets[event.again.ticket]
    kept = len(holder.again)
    assert (event.at_ms, event.again) in holder.again
    before = sum(one.told for one in coverage(work.state, again=True))
    work.done(c.FinishService(counter="c1"))
    while work.call("c1") != holder.number:
        assert kept <= len(holder.again), "only who is called has seen how it ended"
        work.done(c.FinishService(counter="c1"))
    assert not holder.again
    assert sum(one.told for one in coverage(work.state, again=True)) >= before + kept


def one_shown_again(work: HallAtWork) -> Ticket:
    """Somebody who waits and was shown a range meanwhile."""
    _, event = issued(work)
    assert event.again is not None
    return work.state.tickets[event.again.ticket]


def test_whoever_is_moved_back_teaches_nothing_by_what_was_shown_before() -> None:
    work = busy()
    holder = one_shown_again(work)
    now_ms = work.state.now_ms
    apply(work.state, e.TicketPostponed(at_ms=now_ms, ticket=holder.ticket, places=3, clock_ms=now_ms))
    assert not holder.again


def test_a_call_taken_back_does_not_count_what_was_shown_twice() -> None:
    work = busy()
    holder = one_shown_again(work)
    work.done(c.FinishService(counter="c1"))
    while work.call("c1") != holder.number:
        work.done(c.FinishService(counter="c1"))
    counted = sum(one.told for one in coverage(work.state, again=True))
    work.done(c.UndoLast(counter="c1"))
    while work.call("c1") != holder.number:
        work.done(c.FinishService(counter="c1"))
    assert sum(one.told for one in coverage(work.state, again=True)) == counted


def test_the_same_events_fold_to_the_same_ranges_of_those_who_wait() -> None:
    work = busy()
    for _ in range(6):
        one_shown_again(work)
    folded = State()
    for event in work.events:
        apply(folded, event)
    assert folded == work.state


def told_waits(work: HallAtWork) -> list[WaitRange | None]:
    service = view(work, "service", "pension")
    return [service.line.wait, *service.waits]


def test_an_emergency_is_no_busy_time_and_nobody_is_told_a_wait_while_it_is_shown() -> None:
    work = busy()
    work.wait(60)
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    before = deepcopy(work.state.pace)
    work.wait(3_600)
    work.done(c.PauseCounter(counter="c3", reason="会议"))
    assert told_waits(work) == [None]
    work.done(c.EndEmergency())
    assert work.state.pace == before
    assert told_waits(work)[0] is not None


@pytest.mark.parametrize("approval", [True, False])
def test_after_the_end_of_service_time_counts_only_while_somebody_may_be_called(approval: bool) -> None:
    hall = small_hall()
    hall = msgspec.structs.replace(hall, rules=msgspec.structs.replace(hall.rules, extended_service_approval=approval))
    work = HallAtWork(hall).open_day().open_counters("c1", "c2", "c3")
    for _ in range(3):
        work.take_ticket()
    work.call("c1")
    work.now_ms = CLOSES_MS
    work.ask(c.PassTime(), "server", "server")
    before = deepcopy(work.state.pace)
    work.wait(1_800)
    work.done(c.PauseCounter(counter="c3", reason="会议"))
    assert (work.state.pace == before) == approval
    assert (told_waits(work)[0] is None) == approval
    if approval:
        work.done(c.ApproveExtension(minutes=30, reason="人多"))
        work.wait(60)
        work.done(c.ResumeCounter(counter="c3"))
        assert work.state.pace != before and told_waits(work)[0] is not None


def early_bird(people: int, early_min: int = 12) -> tuple[HallAtWork, dict]:
    """Somebody checks in so much before the booked time, while so many wait; what he is told."""
    work = HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2")
    work.wait(1_200)
    at_ms = work.now_ms + early_min * 60_000
    work.done(c.BookAppointment(appointment="booked-0001", code="40718254", service="pension", at_ms=at_ms))
    for counter in ("c1", "c2"):
        work.take_ticket()
        work.call(counter)
    for _ in range(people):
        work.take_ticket()
    told = work.done(c.CheckIn(ticket="ticket-early", code="40718254"))
    work.ask(c.ConfirmTicket(ticket="ticket-early"))
    return work, told


@pytest.mark.parametrize("early_min", [3, 12])
def test_who_comes_before_the_booked_time_is_told_that_too_and_his_page_says_the_same(early_min: int) -> None:
    work, told = early_bird(4, early_min)
    at_once = early_bird(4, 0)[1]["wait"]
    wait = told["wait"]
    assert wait["low_min"] >= early_min - 2 + at_once["low_min"] - 5 and wait["high_min"] > at_once["high_min"]
    line = view(work, "service", "pension")
    place = line.numbers.index(told["number"])
    assert line.waits[place].low_min >= early_min - 2


def test_who_comes_early_into_an_empty_hall_may_be_called_at_once() -> None:
    told = early_bird(0)[1]
    assert told["wait"]["low_min"] == 0 and told["wait"]["high_min"] >= 12


def test_the_hall_learns_of_who_came_early_from_the_booked_time_on() -> None:
    """He is called three minutes after it: a wait of three minutes, not of fifteen."""
    learned = []
    for early_min in (0, 12):
        work, told = early_bird(0, early_min)
        ticket = work.state.find(told["number"])
        assert ticket is not None and ticket.forecast is not None
        assert ticket.foretold_ms == work.now_ms + early_min * 60_000
        work.wait(early_min * 60 + 180)
        work.done(c.StartService(counter="c1"))
        work.done(c.FinishService(counter="c1"))
        assert work.call("c1") == told["number"]
        assert work.state.pace is not None
        learned.append(work.state.pace.waits["pension"].last[-1])
    assert learned == [pytest.approx(180.0), pytest.approx(180.0)]
