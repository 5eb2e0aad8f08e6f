"""Bugs of the rules: issuing, reporting, calling, the policy, the day, ratings, and the fold itself."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest import mock

import msgspec

from broker.engine import apply, apply_tickets, calling, day, issuing, policy, project, reporting
from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import ratios
from broker.model import refusals as r
from broker.model.numbers import ENGINE, ranges_of
from broker.model.words import TicketStatus
from tests.simulation.bugs.bug import both, bug, decider, swap, wrap

Planted = AbstractContextManager[Any]


def _events(outcome: Outcome, change: Any) -> Outcome:
    return replace(outcome, events=tuple(change(event) for event in outcome.events))


# -- numbers ------------------------------------------------


@bug("engine.issuing", "L1")
def engine_counts_only_who_waits() -> Planted:
    """The engine's next number is one above the highest in line, so numbers come again once people were called."""

    def next_value(desk: Desk, series: str) -> int:
        own = ranges_of(desk.hall, series)[ENGINE]
        waiting = [
            int(ticket.number[1:])
            for ticket in desk.state.tickets.values()
            if ticket.series == series and ticket.status is TicketStatus.WAITING and int(ticket.number[1:]) in own
        ]
        return max([own.first - 1, *waiting]) + 1

    return swap(issuing, "next_value", next_value)


@bug("engine.issuing", "L17")
def engine_leaves_a_number_out() -> Planted:
    """Whoever asks for a number with a priority class makes the engine skip one."""

    def issue(original: Any, desk: Desk, command: c.IssueTicket) -> Outcome:
        skip = 1 if command.priority else 0
        with wrap(issuing, "next_value", lambda real, desk, series: real(desk, series) + skip):
            return original(desk, command)

    return decider(c.IssueTicket, issue)


@bug("engine.issuing", "L17")
def engine_takes_a_kiosks_numbers() -> Planted:
    """The engine hands out the asking kiosk's own numbers instead of those of its own part."""

    def issue(original: Any, desk: Desk, command: c.IssueTicket) -> Outcome:
        series = desk.hall.services[command.service].series
        first = ranges_of(desk.hall, series).get(command.kiosk or "")

        def next_value(real: Any, desk: Desk, key: str) -> int:
            value = real(desk, key)
            return value if first is None else first.first + value

        with wrap(issuing, "next_value", next_value):
            return original(desk, command)

    return decider(c.IssueTicket, issue)


@bug("engine.reporting", "L2")
def reservation_beats_paper() -> Planted:
    """When a paper arrives for a ticket that holds a reserved number, the reserved number stays."""

    def known(original: Any, desk: Desk, command: c.ReportTicket, *rest: Any) -> Outcome:
        return Outcome(result={"number": command.number})

    return wrap(reporting, "_report_known", known)


@bug("engine.reporting", "L2", hours=1.0)
def late_paper_is_dropped() -> Planted:
    """A paper that no open day takes is answered politely and written down nowhere."""
    return wrap(reporting, "_report_late", lambda original, desk, command, *rest: Outcome(result={"late": True}))


@bug("engine.reporting", "L2", "L6", hours=1.0)
def new_day_forgets_who_came_before_it() -> Planted:
    """Tickets of visitors who came on the day that is opened now are not taken over into it."""
    return swap(day, "taken_over", lambda desk, command, staying: ())


@bug("engine.issuing", "L18")
def arrival_is_the_moment_of_the_report() -> Planted:
    """The engine takes the moment at which a report reaches it for the moment at which the visitor came."""

    def arrival(desk: Desk, kiosk: str | None) -> int:
        return desk.now_ms

    return both(swap(issuing, "arrival", arrival), swap(reporting, "arrival", arrival))


@bug("engine.issuing", "L18")
def arrival_is_not_clamped() -> Planted:
    """A kiosk whose clock was wrong puts its visitors before those who stood there earlier."""

    def arrival(desk: Desk, kiosk: str | None) -> int:
        return min(desk.asked.acted_ms, desk.now_ms)

    return both(swap(issuing, "arrival", arrival), swap(reporting, "arrival", arrival))


@bug("engine.day", "L3")
def reservation_is_believed_at_once() -> Planted:
    """A reserved number gets into the line after three seconds of silence instead of thirty."""

    def pass_time(original: Any, desk: Desk, command: c.PassTime) -> Outcome:
        rules = msgspec.structs.replace(desk.hall.rules, reservation_s=3)
        return original(replace(desk, hall=msgspec.structs.replace(desk.hall, rules=rules)), command)

    return decider(c.PassTime, pass_time)


@bug("engine.day", "L6")
def held_tickets_outlive_the_day() -> Planted:
    """Closing the day forgets those who were set aside or missed."""
    return swap(day, "EXPIRES_AT_CLOSE", (TicketStatus.WAITING,))


# -- calling ------------------------------------------------


@bug("engine.calling", "L5")
def busy_counter_calls_again() -> Planted:
    """A counter may call while somebody is still there."""
    return swap(calling, "check_free", lambda desk, counter: None)


@bug("engine.counters", "L16")
def paused_counter_calls() -> Planted:
    """A counter that is paused or closed may call."""

    def call(original: Any, desk: Desk, command: Any) -> Outcome:
        with swap(Desk, "open_counter", Desk.counter):
            return original(desk, command)

    return both(decider(c.CallNext, call), decider(c.CallNumber, call))


@bug("engine.calling", "L12")
def recall_bears_the_old_id() -> Planted:
    """A repeated summons bears the id of the first one, so no display speaks it."""

    def recall(original: Any, desk: Desk, command: c.Recall) -> Outcome:
        outcome = original(desk, command)
        call_id = desk.ticket_at(command.counter).call_id
        return _events(outcome, lambda event: msgspec.structs.replace(event, call_id=call_id))

    return decider(c.Recall, recall)


@bug("engine.calling", "L7")
def transfer_goes_to_the_end() -> Planted:
    """A transferred visitor waits from now on, although the hall keeps arrivals."""

    def transfer(original: Any, desk: Desk, command: c.TransferTicket) -> Outcome:
        outcome = original(desk, command)
        return _events(outcome, lambda event: msgspec.structs.replace(event, clock_ms=desk.now_ms))

    return decider(c.TransferTicket, transfer)


@bug("engine.calling", "L7")
def missed_visitor_jumps_the_line() -> Planted:
    """Whoever missed the call comes back to the old place instead of behind the first few."""
    return swap(calling, "return_clock", lambda desk, ticket: ticket.clock_ms)


@bug("engine.calling", "L5", "L15", "L14")
def no_show_keeps_the_counter() -> Planted:
    """A missed visitor is noted but stays at the counter."""
    original = apply_tickets._leave_counter

    def leave(state: Any, ticket: Any) -> None:
        if ticket.status is not TicketStatus.NO_SHOW:
            original(state, ticket)

    return swap(apply_tickets, "_leave_counter", leave)


# -- the policy ------------------------------------------------


@bug("engine.policy", "L7")
def policy_forgets_priority() -> Planted:
    """Priority classes have no influence on who is next."""
    return wrap(policy, "target_ms", lambda original, hall, lane: original(hall, (lane[0], None, lane[2])))


@bug("engine.policy", "L7", hours=1.0)
def policy_forgets_skill() -> Planted:
    """A counter does not prefer what it does best."""
    return swap(ratios, "SKILL_WEIGHT", 0.0)


@bug("engine.policy", "L7")
def last_come_first_called() -> Planted:
    """Of a line the end is looked at instead of the head."""

    def candidates(hall: Any, state: Any, counter: str, now_ms: int) -> Any:
        skills = policy.services_of(hall, state, counter)
        for lane, places in state.lanes.items():
            if policy.serves(hall, state, counter, lane):
                ticket = state.tickets[places[-1][2]]
                yield policy.Candidate(ticket, policy.score(hall, ticket, skills[lane[0]], now_ms))

    return swap(policy, "candidates", candidates)


@bug("engine.policy", "L7")
def wish_for_a_counter_is_ignored() -> Planted:
    """A visitor transferred to one counter is called by any."""

    def serves(hall: Any, state: Any, counter: str, lane: Any) -> bool:
        return lane[0] in hall.counters[counter].services

    return swap(policy, "serves", serves)


@bug("engine.policy", "L7")
def transferred_are_invisible() -> Planted:
    """Who was sent to one counter is called by nobody: that counter is told that nobody waits."""

    def serves(hall: Any, state: Any, counter: str, lane: Any) -> bool:
        return lane[0] in hall.counters[counter].services and lane[2] is None

    return swap(policy, "serves", serves)


# -- ratings ------------------------------------------------


@bug("engine.evaluating", "L9")
def rating_is_dated_by_its_way() -> Planted:
    """The engine judges a rating by when it arrives, not by when the key was pressed."""

    def record(original: Any, desk: Desk, command: c.RecordEvaluation) -> Outcome:
        asked = replace(desk.asked, acted_ms=desk.now_ms, sure=True)
        return original(replace(desk, asked=asked), msgspec.structs.replace(command, pressed_at_ms=desk.now_ms))

    return decider(c.RecordEvaluation, record)


@bug("engine.evaluating", "L9")
def unsure_ratings_are_refused() -> Planted:
    """A rating kept over a restart of the keypad's machine, whose age is unsure, is judged as if it were sure."""

    def record(original: Any, desk: Desk, command: c.RecordEvaluation) -> Outcome:
        visit = desk.state.visits.get(command.visit)
        if visit is not None and not desk.asked.sure:
            raise Refused(r.RatingClosed(visit=command.visit))
        return original(desk, command)

    return decider(c.RecordEvaluation, record)


@bug("engine.evaluating", "L9")
def every_rating_is_the_best() -> Planted:
    """The engine keeps the level of the keypad's first key, whichever was pressed."""

    def record(original: Any, desk: Desk, command: c.RecordEvaluation) -> Outcome:
        outcome = original(desk, command)
        best = next(iter(desk.hall.keypads[command.device].levels.values()))
        return _events(outcome, lambda event: msgspec.structs.replace(event, level=best))

    return decider(c.RecordEvaluation, record)


# -- the fold and what is shown of it ------------------------------------------------


@bug("engine.apply", "L4", "L5")
def a_status_is_counted_twice() -> Planted:
    """A ticket that is served is counted as served and still as what it was."""

    def finished(original: Any, state: Any, event: e.ServiceFinished) -> None:
        before = state.tickets[event.ticket].status
        original(state, event)
        state.counts[before] += 1

    real = apply.WRITERS[e.ServiceFinished]
    return mock.patch.dict(apply.WRITERS, {e.ServiceFinished: lambda state, event: finished(real, state, event)})


@bug("engine.issuing", "L13")
def deciding_changes_the_state() -> Planted:
    """The decider counts a ticket against its service's quota, and so does the event: a replay counts once."""

    def issue(original: Any, desk: Desk, command: c.IssueTicket) -> Outcome:
        outcome = original(desk, command)
        desk.state.issued[command.service] = desk.state.issued.get(command.service, 0) + bool(outcome.events)
        return outcome

    return decider(c.IssueTicket, issue)


@bug("engine.apply", "L13")
def the_fold_depends_on_the_process() -> Planted:
    """The running mean of service times weighs by how many events this process has seen, not the journal."""
    seen = {"events": 0}

    def learn(original: Any, state: Any, ticket: Any, at_ms: int) -> None:
        seen["events"] += 1
        took_ms = at_ms - (ticket.called_at_ms or at_ms)
        known = state.mean_ms.get(ticket.service, took_ms)
        state.mean_ms[ticket.service] = known + (took_ms - known) / (1 + seen["events"] % 7)

    return wrap(apply_tickets, "_learn", learn)


@bug("engine.project", "L1", "L2")
def kiosk_is_not_told_its_highest_number() -> Planted:
    """The kiosk's view does not say which of its numbers the engine has seen, so a new card begins again."""

    def kiosk(original: Any, projection: Any, key: str) -> Any:
        return msgspec.structs.replace(original(projection, key), highest={})

    return wrap(project.Projection, "_kiosk", kiosk)
