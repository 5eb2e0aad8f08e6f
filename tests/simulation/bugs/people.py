"""Bugs of the rules about people: priority, emergencies, real names, appointments, notices, help, lost papers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

import msgspec

from broker.engine import (
    apply,
    appointments,
    calling,
    day,
    evaluating,
    issuing,
    lost_tickets,
    notices,
    persons,
)
from broker.engine.context import Desk, Outcome
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import TicketStatus
from tests.simulation.bugs.bug import bug, decider, swap, wrap

Planted = AbstractContextManager[Any]


def _writer(kind: type[e.Event], around: Any) -> Planted:
    """``around(original, state, event)`` in place of what an event changes."""
    original = apply.WRITERS[kind]
    return mock.patch.dict(apply.WRITERS, {kind: lambda state, event: around(original, state, event)})


# -- priority ------------------------------------------------


@bug("engine.priority", "L7", hours=1.0)
def a_revoked_priority_counts_on() -> Planted:
    """Staff take a priority away, it is written down, and the ticket stays in its line."""
    return _writer(e.PriorityRevoked, lambda original, state, event: None)


@bug("engine.priority", "L7", hours=1.0)
def a_confirmation_begins_the_wait_anew() -> Planted:
    """Whoever is given a priority is counted from that moment, not from the arrival."""

    def confirmed(original: Any, state: Any, event: e.PriorityConfirmed) -> None:
        original(state, event)
        ticket = state.tickets[event.ticket]
        if ticket.status is TicketStatus.WAITING:
            state.leave_line(ticket)
            ticket.clock_ms = event.at_ms
            state.enter_line(ticket)

    return _writer(e.PriorityConfirmed, confirmed)


@bug("engine.priority", "L14", hours=1.0)
def a_priority_is_taken_away_in_words_only() -> Planted:
    """The page says that a priority was revoked, and nothing was."""
    return decider(c.RevokePriority, lambda original, desk, command: Outcome((), original(desk, command).result))


# -- emergencies ------------------------------------------------


@bug("engine.emergency", "L22", hours=1.0)
def calls_go_on_in_an_emergency() -> Planted:
    """Nobody told the counters."""
    return swap(calling, "check_calm", lambda desk: None)


@bug("engine.emergency", "L22", hours=1.0)
def numbers_are_given_in_an_emergency() -> Planted:
    """Nobody told those who give numbers."""
    return swap(issuing, "check_calm", lambda desk: None)


@bug("engine.emergency", "L22", hours=1.0)
def an_emergency_ends_by_itself() -> Planted:
    """After twenty seconds the server takes it for over."""

    def pass_time(original: Any, desk: Desk, command: c.PassTime) -> Outcome:
        outcome = original(desk, command)
        shown = desk.state.emergency
        if shown is None or desk.now_ms - shown.since_ms < 20_000:
            return outcome
        return Outcome((*outcome.events, e.EmergencyEnded(at_ms=desk.now_ms)), outcome.result)

    return decider(c.PassTime, pass_time)


# -- real names ------------------------------------------------


@bug("engine.persons", "L25", hours=1.0)
def a_person_gets_a_second_ticket() -> Planted:
    """Only what the same kiosk gave is looked at, and the desk is no kiosk."""
    return swap(persons, "check_no_ticket", lambda desk, service, beneficiary, but="": None)


@bug("engine.persons", "L25", hours=1.0)
def the_day_cap_forgets_who_was_served() -> Planted:
    """Only live tickets count for what a person may take in a day."""

    def of_today(original: Any, desk: Desk) -> Iterator[Any]:
        return (ticket for ticket in original(desk) if ticket.status is not TicketStatus.SERVED)

    return wrap(persons, "_of_today", of_today)


@bug("engine.persons", "L25", hours=1.0)
def an_agent_s_ticket_counts_for_the_agent_alone() -> Planted:
    """Whose business it is does not count, so that an agent's client gets a second ticket."""

    def check(original: Any, desk: Desk, service: str, person: str | None, principal: str | None) -> None:
        original(desk, service, person, None)

    return wrap(issuing, "check_person", check)


@bug("engine.persons", "L25", hours=1.0)
def a_desk_asks_nobody_for_a_name() -> Planted:
    """A number of a service by real name is given to whoever shows nothing, and the key is not kept."""

    def issue(original: Any, desk: Desk, command: c.IssueTicket) -> Outcome:
        with swap(issuing, "check_person", lambda *asked: None):
            return original(desk, msgspec.structs.replace(command, person=None, principal=None))

    return decider(c.IssueTicket, issue)


# -- appointments ------------------------------------------------


@bug("engine.appointments", "L26", hours=1.0)
def an_appointment_is_good_twice() -> Planted:
    """Each check-in gives another ticket."""
    return swap(appointments, "_ticket_of", lambda desk, booked: None)


@bug("engine.appointments", "L26", hours=1.0)
def who_is_late_goes_first_all_the_same() -> Planted:
    """An appointment's time is not looked at once it has come."""

    def in_time(original: Any, *asked: Any) -> bool:
        original(*asked)
        return True

    return wrap(appointments, "_in_time", in_time)


@bug("engine.appointments", "L26", hours=1.0)
def who_is_early_is_taken_at_once() -> Planted:
    """Nobody is sent to wait for the time of an appointment."""
    return swap(appointments, "_in_time", lambda desk, booked, came_ms: came_ms <= booked.time_ms + 600_000)


@bug("engine.appointments", "L26", hours=1.0)
def a_cancelled_appointment_is_good() -> Planted:
    """Cancelling is written down and forgotten."""
    return _writer(e.AppointmentCancelled, lambda original, state, event: None)


@bug("engine.appointments", "L38", hours=1.0)
def a_slot_is_never_full() -> Planted:
    """Whoever asks for a time gets it."""
    return swap(appointments, "_check_room", lambda *asked: None)


@bug("engine.appointments", "L38", hours=1.0)
def a_slot_that_is_over_takes_more() -> Planted:
    """Nobody looks at the clock when a time is booked."""
    return swap(appointments, "_check_ahead", lambda *asked: None)


# -- notices ------------------------------------------------


@bug("engine.notices", "L27", hours=1.0)
def notices_outlive_their_end() -> Planted:
    """Nobody takes a notice down when its end has come."""
    return swap(day.notices, "over", lambda desk: iter(()))


@bug("engine.notices", "L27", hours=1.0)
def a_notice_for_ever_is_taken_down_with_the_others() -> Planted:
    """When one notice ends, all do."""

    def over(original: Any, desk: Desk) -> Iterator[e.NoticeCleared]:
        if any(True for _ in original(desk)):
            yield from (e.NoticeCleared(at_ms=desk.now_ms, notice=key) for key in desk.state.notices)

    return wrap(notices, "over", over)


# -- help, lost papers, ratings ------------------------------------------------


@bug("engine.helping", "L28", hours=1.0)
def each_press_for_help_is_a_call() -> Planted:
    """A kiosk's second press before anybody came calls for help again."""

    def call(original: Any, desk: Desk, command: c.CallForHelp) -> Outcome:
        event = e.HelpWanted(at_ms=desk.now_ms, help=desk.next_help_id(), kiosk=command.kiosk)
        return Outcome((event,), {"help": event.help})

    return decider(c.CallForHelp, call)


@bug("engine.helping", "L14", hours=1.0)
def who_goes_to_help_is_not_written_down() -> Planted:
    """Staff say that they are on the way, and the next one is told to go as well."""

    return decider(c.AnswerHelp, lambda original, desk, command: Outcome((), original(desk, command).result))


@bug("engine.lost_tickets", "L29", hours=1.0)
def a_lost_paper_is_found_after_it_was_served() -> Planted:
    """A telephone is told every ticket of the day, also those that are over."""
    return swap(lost_tickets, "FINAL", frozenset())


@bug("engine.lost_tickets", "L29", hours=1.0)
def a_telephone_finds_everybody_s_tickets() -> Planted:
    """Whatever the digits are, the tickets of all who left some are told."""

    def find(original: Any, desk: Desk, command: c.FindTicket) -> Outcome:
        tails = sorted({ticket.phone_tail for ticket in desk.state.tickets.values() if ticket.phone_tail})
        wishes = [msgspec.structs.replace(command, phone_tail=tail) for tail in tails]
        told = [ticket for wish in wishes for ticket in original(desk, wish).result["tickets"]]
        return Outcome(result={"tickets": told[: lost_tickets.FOUND_MOST]})

    return decider(c.FindTicket, find)


@bug("engine.evaluating", "L9", hours=1.0)
def a_number_is_rated_twice() -> Planted:
    """By the number on the paper a visit is rated as often as anybody likes; SQL says no."""

    def rate(original: Any, desk: Desk, command: c.RateVisit) -> Outcome:
        try:
            return original(desk, command)
        except evaluating.Refused as refused:
            ticket = desk.state.find(command.number)
            if not isinstance(refused.refusal, r.AlreadyRated) or ticket is None or ticket.visit is None:
                raise
            visit = desk.state.visits[ticket.visit]
            with swap(visit, "evaluation", None):
                return original(desk, command)

    return decider(c.RateVisit, rate)
