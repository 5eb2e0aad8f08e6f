"""Bugs of the day at the counters: pauses, posts, undo, hours, further services, slips, recalls, reasons, ratings."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest import mock

import msgspec

from broker.engine import (
    apply,
    apply_hall,
    appointments,
    calling,
    counters,
    cover,
    extending,
    going_on,
    posts,
    reporting,
    undoing,
)
from broker.engine.context import Desk, Outcome, every_day
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.views import CounterView
from broker.model.words import TicketStatus
from broker.runtime import business_calendar
from caller.station import Station
from tests.simulation.bugs.bug import both, bug, decider, swap, wrap

Planted = AbstractContextManager[Any]


def _writer(kind: type[e.Event], around: Any) -> Planted:
    """``around(original, state, event)`` in place of what an event changes."""
    original = apply.WRITERS[kind]
    return mock.patch.dict(apply.WRITERS, {kind: lambda state, event: around(original, state, event)})


def _ruled(**rules: Any) -> Any:
    """A decider that believes in other rules than the hall file's."""

    def decide(original: Any, desk: Desk, command: Any) -> Outcome:
        other = msgspec.structs.replace(desk.hall.rules, **rules)
        return original(replace(desk, hall=msgspec.structs.replace(desk.hall, rules=other)), command)

    return decide


# -- pauses, and counters without anybody ------------------------------------------------


@bug("engine.cover", "L30", hours=1.0)
def a_long_pause_is_nobody_s_task() -> Planted:
    """The clerk is warned, and there it ends."""
    return wrap(
        cover, "passing", lambda original, desk: (x for x in original(desk) if not isinstance(x, e.CoverWanted))
    )


@bug("engine.cover", "L30", hours=1.0)
def a_task_comes_a_minute_late() -> Planted:
    """The limit is counted from a minute later."""
    return _limits(1)


@bug("engine.cover", "L30", hours=1.0)
def a_task_comes_a_minute_early() -> Planted:
    """The limit is counted from a minute earlier."""
    return _limits(-1)


def _limits(more_min: int) -> Planted:
    def step(original: Any, desk: Desk, key: str, opens_ms: int, index: int) -> Any:
        rules = desk.hall.rules
        other = msgspec.structs.replace(rules, pause_limit_min=rules.pause_limit_min + more_min)
        return original(replace(desk, hall=msgspec.structs.replace(desk.hall, rules=other)), key, opens_ms, index)

    return wrap(cover, "_step", step)


@bug("engine.cover", "L30", hours=1.0)
def the_clerk_is_not_warned() -> Planted:
    """Whoever pauses hears nothing before the duty leader does."""
    return wrap(
        cover, "passing", lambda original, desk: (x for x in original(desk) if not isinstance(x, e.PauseRanLong))
    )


@bug("engine.cover", "L30", hours=1.0)
def a_task_is_made_again_and_again() -> Planted:
    """That there is a task already is forgotten."""

    def wanted(original: Any, state: Any, event: e.CoverWanted) -> None:
        state.tasks_made += 1

    return _writer(e.CoverWanted, wanted)


@bug("engine.cover", "L30", hours=1.0)
def an_empty_window_is_no_incident() -> Planted:
    """The time to send somebody runs out, and nothing is put on record."""
    return wrap(
        cover, "passing", lambda original, desk: (x for x in original(desk) if not isinstance(x, e.CounterStoodEmpty))
    )


@bug("engine.cover", "L30", hours=1.0)
def whoever_is_sent_buys_time_for_ever() -> Planted:
    """Each appointment of a substitute puts the incident off."""

    def appoint(original: Any, desk: Desk, command: c.AppointSubstitute) -> Outcome:
        outcome = original(desk, command)
        due_ms = desk.now_ms + desk.hall.rules.cover_within_min * 60_000
        events = tuple(msgspec.structs.replace(event, due_ms=due_ms) for event in outcome.events)
        return Outcome(events, outcome.result, outcome.refusal)

    return decider(c.AppointSubstitute, appoint)


@bug("engine.apply_duty", "L30", hours=1.0)
def a_clerk_who_is_back_is_still_wanted() -> Planted:
    """The task and the excuse of a counter outlive its pause."""
    return both(*(_plain(kind) for kind in (e.CounterResumed, e.CounterOpened)))


def _plain(kind: type[e.Event]) -> Planted:
    def changed(original: Any, state: Any, event: Any) -> None:
        cover_before, excused = state.covers.get(event.counter), event.counter in state.excused
        original(state, event)
        if cover_before is not None:
            state.covers[event.counter] = cover_before
        if excused:
            state.excused.add(event.counter)

    return _writer(kind, changed)


@bug("engine.cover", "L30", hours=1.0)
def a_log_in_covers_a_counter() -> Planted:
    """Who logs in and does not open is taken for serving."""

    def unattended(original: Any, desk: Desk, key: str, opens_ms: int) -> Any:
        counter = desk.state.counter(key)
        return None if counter.pause is None and counter.clerk is not None else original(desk, key, opens_ms)

    return wrap(cover, "unattended", unattended)


@bug("engine.apply_duty", "L30", hours=1.0)
def a_moment_s_return_ends_an_absence() -> Planted:
    """Whoever presses resume and goes away again, with people waiting and nobody called, begins anew."""

    def come_back(original: Any, state: Any, counter: Any, owing: bool, at_ms: int) -> None:
        original(state, counter, False, at_ms)

    return wrap(apply_hall, "come_back", come_back)


@bug("engine.absence", "L30", hours=1.0)
def a_pause_after_a_moment_s_return_is_a_new_one() -> Planted:
    """The absence is remembered while the counter is open, and forgotten as it pauses again."""
    return swap(counters, "absent_since", lambda hall, state, key, now_ms: None)


@bug("engine.absence", "L30", hours=1.0)
def a_closing_takes_up_what_was_over() -> Planted:
    """A counter that closes is missed since an absence in which nobody waits any more."""

    def closed_since(original: Any, hall: Any, state: Any, key: str, now_ms: int) -> int:
        away_ms = state.counter(key).away_ms
        return now_ms if away_ms is None or key in state.excused else away_ms

    return both(*(wrap(module, "closed_since", closed_since) for module in (counters, posts)))


@bug("engine.cover", "L30", hours=1.0)
def an_excuse_is_heard_and_forgotten() -> Planted:
    """The duty leader says why nobody has to stand there, and is asked again at once."""

    def excused(original: Any, state: Any, event: e.CounterExcused) -> None:
        state.covers.pop(event.counter, None)

    return _writer(e.CounterExcused, excused)


@bug("engine.cover", "L30", hours=1.0)
def a_counter_without_anybody_is_not_seen() -> Planted:
    """Only pauses are looked at, not counters that nobody logged in to."""

    def unattended(original: Any, desk: Desk, key: str, opens_ms: int) -> Any:
        found = original(desk, key, opens_ms)
        return found if found is not None and found[0] == "pause" else None

    return wrap(cover, "unattended", unattended)


@bug("engine.cover", "L30", hours=1.0)
def nobody_is_missed_where_nobody_waits() -> Planted:
    """A counter that nobody logged in to is wanted for from its closing on, not since somebody has waited for it."""

    def unattended(original: Any, desk: Desk, key: str, opens_ms: int) -> Any:
        found = original(desk, key, opens_ms)
        if found is None or found[0] == "pause":
            return found
        return "nobody", max(opens_ms, desk.state.counter(key).since_ms)

    return wrap(cover, "unattended", unattended)


@bug("engine.cover", "L30", hours=1.0)
def nobody_counts_who_is_stranded() -> Planted:
    """The task does not say how many people only this counter could serve."""
    return swap(cover, "stranded", lambda hall, state, key: ())


@bug("engine.cover", "L30", hours=1.0)
def substitutes_are_wanted_in_an_emergency() -> Planted:
    """While everybody leaves the hall the duty leader gets tasks."""

    def passing(original: Any, desk: Desk) -> Iterator[Any]:
        with mock.patch.object(desk.state, "emergency", None):
            found = list(original(desk))
        yield from found

    return wrap(cover, "passing", passing)


@bug("engine.cover", "L31", hours=1.0)
def any_telephone_is_shown() -> Planted:
    """A clerk's own telephone gets onto the boards."""
    return swap(counters, "check_office_phone", lambda hall, phone: None)


# -- who is there ------------------------------------------------


@bug("engine.posts", "L35", hours=1.0)
def a_clerk_works_at_two_counters() -> Planted:
    """Who logs in is not looked for elsewhere."""

    def anybody(desk: Desk, clerk: str | None, counter: str) -> None:
        return None

    return both(swap(posts, "check_clerk", anybody), swap(counters, "check_clerk", anybody))


@bug("engine.posts", "L35", hours=1.0)
def a_counter_opens_for_nobody() -> Planted:
    """Where clerks log in, a counter opens with nobody at it."""
    return swap(counters, "who_opens", lambda desk, counter, wanted: desk.state.counter(counter).clerk)


@bug("engine.posts", "L35", hours=1.0)
def who_came_too_late_is_not_on_the_list() -> Planted:
    """The list of the absent is always empty."""
    return swap(posts, "_absent", lambda hall, state, session: iter(()))


@bug("engine.posts", "L35", hours=1.0)
def who_is_on_post_is_asked_again_and_again() -> Planted:
    """That it was looked at is not kept."""
    return _writer(e.AttendanceTaken, lambda original, state, event: None)


@bug("engine.counters", "L37", hours=1.0)
def a_pause_with_somebody_at_the_window_needs_no_reason() -> Planted:
    """The pause key works whoever stands there."""

    def pause(original: Any, desk: Desk, command: c.PauseCounter) -> Outcome:
        counter = desk.state.counter(command.counter)
        with mock.patch.object(counter, "ticket", None):
            return original(desk, command)

    return decider(c.PauseCounter, pause)


# -- undo ------------------------------------------------


@bug("engine.undoing", "L6", hours=1.0)
def anything_is_undone_for_a_minute() -> Planted:
    """Ten seconds are counted as sixty."""
    return decider(c.UndoLast, _ruled(undo_s=60))


@bug("engine.undoing", "L6", "L5", hours=1.0)
def an_undo_does_not_look_who_went_on() -> Planted:
    """A ticket that another counter has called since is taken back all the same."""
    return swap(undoing, "_check_untouched", lambda *asked: None)


@bug("engine.apply_undo", "L7", "L10", hours=1.0)
def an_undone_call_loses_the_place() -> Planted:
    """Whoever was called by mistake waits from that moment on."""

    def undone(original: Any, state: Any, event: e.ActionUndone) -> None:
        original(state, event)
        ticket = state.tickets[event.ticket]
        if ticket.status is TicketStatus.WAITING:
            state.leave_line(ticket)
            ticket.clock_ms = event.at_ms
            state.enter_line(ticket)

    return _writer(e.ActionUndone, undone)


@bug("engine.apply_undo", "L9", hours=1.0)
def an_undone_visit_is_forgotten() -> Planted:
    """The visit's record goes with its end, and so does the rating that was thanked meanwhile."""

    def undone(original: Any, state: Any, event: e.ActionUndone) -> None:
        original(state, event)
        state.visits.pop(event.visit, None)

    return _writer(e.ActionUndone, undone)


@bug("engine.undoing", "L14", hours=1.0)
def an_undo_is_said_and_not_done() -> Planted:
    """The console blinks, and the journal knows nothing of it."""
    return decider(c.UndoLast, lambda original, desk, command: Outcome((), original(desk, command).result))


# -- hours, further services, slips ------------------------------------------------


@bug("engine.extending", "L32", hours=1.0)
def calls_go_on_after_hours() -> Planted:
    """Nobody asks whether the last session is over."""
    return swap(calling, "check_hours", lambda desk, counter: None)


@bug("engine.extending", "L32", hours=1.0)
def one_counter_s_extension_is_good_for_all() -> Planted:
    """A manager's word for one counter lets the others go on as well."""

    def approved(original: Any, state: Any, event: e.ExtensionApproved) -> None:
        state.extended[""] = event.until_ms

    return _writer(e.ExtensionApproved, approved)


@bug("engine.extending", "L32", hours=1.0)
def whoever_returns_counts_as_begun() -> Planted:
    """A missed number that came back is called after hours as if it had been sent on."""

    def is_begun(ticket: Any) -> bool:
        return ticket.called_at_ms is not None

    return both(swap(extending, "is_begun", is_begun), swap(calling, "is_begun", is_begun))


@bug("engine.going_on", "L33", hours=1.0)
def a_further_service_comes_before_everybody() -> Planted:
    """Whoever has another wish stays at the counter, however long others have waited."""
    return swap(going_on, "_goes_on_here", lambda desk, command, ticket, clock_ms: True)


@bug("engine.going_on", "L33", hours=1.0)
def a_further_service_always_waits() -> Planted:
    """Nobody goes on at once, though nobody else is there."""
    return swap(going_on, "_goes_on_here", lambda desk, command, ticket, clock_ms: False)


@bug("engine.going_on", "L33", hours=1.0)
def a_further_service_begins_a_new_wait() -> Planted:
    """A ticket that goes on is counted from now."""

    def go_on(original: Any, desk: Desk, command: c.NextService) -> Outcome:
        return _ruled(transfer_keeps_arrival=False)(original, desk, command)

    return decider(c.NextService, go_on)


@bug("engine.going_on", "L33", hours=1.0)
def a_direct_visit_is_had_at_a_counter_that_is_taken() -> Planted:
    """Somebody is served without a ticket while another stands there."""
    return swap(going_on, "check_free", lambda desk, counter: None)


@bug("engine.slips", "L34", hours=1.0)
def a_slip_jumps_the_line() -> Planted:
    """Its number stands at the very head."""

    def clock_for(original: Any, desk: Desk, slip: Any, service: str, came_ms: int) -> int | None:
        if slip is None or slip.until_ms is None:
            return original(desk, slip, service, came_ms)  # type: ignore[no-any-return]
        places = desk.state.lanes.get((service, None, None), [])
        return min(places[0][0] - 1, came_ms) if places else None

    return _clock(clock_for)


@bug("engine.slips", "L34", hours=1.0)
def a_slip_waits_like_everybody() -> Planted:
    """Whoever lacked papers waits all over."""

    def clock_for(original: Any, desk: Desk, slip: Any, service: str, came_ms: int) -> int | None:
        of_a_slip = slip is not None and slip.until_ms is not None
        return None if of_a_slip else original(desk, slip, service, came_ms)

    return _clock(clock_for)


@bug("engine.booked", "L26", hours=1.0)
def who_is_early_for_an_appointment_gains_by_it() -> Planted:
    """The waiting of somebody booked counts from when he came."""

    def clock_for(original: Any, desk: Desk, slip: Any, service: str, came_ms: int) -> int | None:
        return original(desk, slip, service, came_ms) if slip is not None and slip.until_ms is not None else None

    return _clock(clock_for)


def _clock(around: Any) -> Planted:
    return both(wrap(appointments, "clock_for", around), wrap(reporting, "clock_for", around))


@bug("engine.slips", "L34", hours=1.0)
def a_slip_is_good_again_and_again() -> Planted:
    """That its holder was served does not use it up."""

    def ticket_of(original: Any, desk: Desk, booked: Any) -> Any:
        held = original(desk, booked)
        return None if held is not None and booked.until_ms and held.status is TicketStatus.SERVED else held

    return wrap(appointments, "_ticket_of", ticket_of)


@bug("engine.slips", "L34", hours=1.0)
def a_slip_ends_at_any_hour() -> Planted:
    """So many times twenty-four hours are counted from the visit, not to the end of a day."""

    def give(original: Any, desk: Desk, command: c.GiveReturnSlip) -> Any:
        return original(replace(desk, asked=replace(desk.asked, service_days=every_day)), command)

    return decider(c.GiveReturnSlip, give)


@bug("engine.slips", "L34", hours=1.0)
def a_slip_counts_days_on_which_nobody_could_come() -> Planted:
    """Three days from a Wednesday are over on Saturday."""
    return swap(business_calendar.ServiceDays, "_is_open", lambda self, service, day: True)


# -- recalls, reasons, ratings ------------------------------------------------


@bug("engine.apply_tickets", "L9")
def a_call_ends_the_window_of_a_rating() -> Planted:
    """Whoever calls the next at once has no ratings."""

    def called(original: Any, state: State, event: e.TicketCalled) -> None:
        original(state, event)
        state.counters[event.counter].visit = None

    return _writer(e.TicketCalled, called)


@bug("engine.apply_tickets", "L9")
def the_next_visitor_is_asked_about_the_last() -> Planted:
    """A service that begins ends no window: whoever sits there now rates the one before."""

    def started(original: Any, state: State, event: e.ServiceStarted) -> None:
        visit = state.counters[event.counter].visit
        original(state, event)
        state.counters[event.counter].visit = visit

    return _writer(e.ServiceStarted, started)


@bug("caller.station", "L9")
def an_evaluator_falls_silent_at_a_call() -> Planted:
    """The window goes on, and the counter's own evaluator asks no more once somebody is called there."""

    def shown(original: Any, self: Station, view: CounterView, now_ms: int) -> None:
        original(self, msgspec.structs.replace(view, evaluation=None) if view.ticket else view, now_ms)

    return wrap(Station, "shown", shown)


@bug("engine.calling", "L36", hours=1.0)
def a_visitor_is_recalled_for_ever() -> Planted:
    """Nobody counts how often."""
    return decider(c.Recall, _ruled(recall_most=9))


@bug("engine.calling", "L36", hours=1.0)
def recalls_follow_each_other_at_once() -> Planted:
    """Nobody looks when the last one was."""
    return decider(c.Recall, _ruled(recall_gap_s=0))


@bug("engine.calling", "L37", hours=1.0)
def a_number_is_called_out_of_turn_without_a_word() -> Planted:
    """The reason typed at the console is not kept."""

    def call(original: Any, desk: Desk, command: c.CallNumber) -> Outcome:
        outcome = original(desk, command)
        blank = [
            msgspec.structs.replace(event, reason="") if isinstance(event, e.TicketCalled) else event
            for event in outcome.events
        ]
        return Outcome(tuple(blank), outcome.result, outcome.refusal)

    return decider(c.CallNumber, call)


@bug("engine.evaluating", "L9", hours=1.0)
def whoever_declined_is_counted_twice() -> Planted:
    """An evaluator says it twice, and it is written down twice."""

    def leave(original: Any, desk: Desk, command: c.LeaveUnrated) -> Outcome:
        visit = desk.state.visits.get(command.visit)
        if visit is None:
            return original(desk, command)
        with mock.patch.object(visit, "unrated", None):
            return original(desk, command)

    def told(original: Any, self: Station, effect: Any) -> None:
        original(self, effect)
        original(self, replace(effect, id=f"{effect.id}-again"))

    return both(decider(c.LeaveUnrated, leave), wrap(Station, "_keep_told", told))


@bug("engine.evaluating", "L9", hours=1.0)
def anybody_explains_anybody_s_rating() -> Planted:
    """Whoever knows the visit adds reasons, as often as he likes."""

    def explain(original: Any, desk: Desk, command: c.ExplainEvaluation) -> Outcome:
        visit = desk.state.visits.get(command.visit)
        if visit is None:
            return original(desk, command)
        with mock.patch.object(visit, "explained", False), mock.patch.object(visit, "rated_at", command.device):
            return original(desk, command)

    return decider(c.ExplainEvaluation, explain)
