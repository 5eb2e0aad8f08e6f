"""Bugs of what is asked from outside the hall, of what its leader changes for a while, and of sheets."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import msgspec

from broker.engine import appointments, booking, day, floor, phones, policy, sheets
from broker.engine.context import Desk, Outcome
from broker.model import commands as c
from broker.model import events as e
from tests.simulation.bugs.bug import bug, decider, swap, wrap

Planted = AbstractContextManager[Any]


def _events(outcome: Outcome, change: Any) -> Outcome:
    return replace(outcome, events=tuple(change(event) for event in outcome.events))


# -- booked from home ------------------------------------------------


@bug("engine.appointments", "L38", hours=1.0)
def home_takes_what_is_kept_for_who_comes() -> Planted:
    """From home the whole slot is booked, also the part that is kept for people who simply come."""
    return swap(appointments, "reserved_of", lambda hall, service: 0)


@bug("engine.booking", "L44", hours=1.0)
def a_person_books_as_often_as_he_likes() -> Planted:
    """Nobody counts what a person has booked for the day."""
    return swap(booking, "_check_a_day", lambda *asked: None)


@bug("engine.booking", "L44", hours=1.0)
def anybody_moves_anybody_s_appointment() -> Planted:
    """Whoever knows an appointment moves it; nobody looks whose it is."""

    def move(original: Any, desk: Desk, command: c.MoveAppointment) -> Outcome:
        known = desk.state.appointments.get(command.appointment)
        whose = known.person if known is not None else None
        return original(desk, msgspec.structs.replace(command, was=whose))

    return decider(c.MoveAppointment, move)


@bug("engine.booking", "L44", hours=1.0)
def a_time_is_given_back_in_the_last_minute() -> Planted:
    """From home a time is moved or cancelled until it is over."""
    return swap(booking, "HOUR_MS", 0)


@bug("engine.booking", "L44", hours=1.0)
def who_did_not_come_is_forgotten() -> Planted:
    """As the next day opens nobody looks who did not come."""
    return swap(booking, "missed", lambda desk: iter(()))


@bug("engine.booking", "L44", hours=1.0)
def who_was_served_anyway_counts_as_missing() -> Planted:
    """Whoever came and checked in counts as missing all the same."""

    def missed(original: Any, desk: Desk) -> Any:
        known = {key: replace(one, ticket=None) for key, one in desk.state.appointments.items()}
        state = replace(desk.state, appointments=known, tickets={})
        return original(replace(desk, state=state))

    return wrap(booking, "missed", missed)


# -- tickets on phones ------------------------------------------------


@bug("engine.phones", "L42", hours=1.0)
def a_ticket_is_moved_back_by_anybody() -> Planted:
    """Nobody looks at the proof."""
    return swap(phones, "_proved", lambda desk, ticket, proof: desk.state.tickets[ticket])


@bug("engine.phones", "L42", hours=1.0)
def a_ticket_is_moved_back_again_and_again() -> Planted:
    """Nobody counts how often."""

    def postpone(original: Any, desk: Desk, command: c.PostponeTicket) -> Outcome:
        rules = msgspec.structs.replace(desk.hall.rules, postpone_times=3)
        return original(replace(desk, hall=msgspec.structs.replace(desk.hall, rules=rules)), command)

    return decider(c.PostponeTicket, postpone)


@bug("engine.phones", "L42", hours=1.0)
def who_lets_others_go_first_keeps_the_clock() -> Planted:
    """The place moves and the waiting does not, so that it overtakes other lines later."""

    def postpone(original: Any, desk: Desk, command: c.PostponeTicket) -> Outcome:
        outcome = original(desk, command)
        ticket = desk.state.tickets[command.ticket]
        return _events(outcome, lambda event: msgspec.structs.replace(event, clock_ms=ticket.clock_ms))

    return decider(c.PostponeTicket, postpone)


@bug("engine.policy", "L43", hours=1.0)
def who_is_on_the_way_is_called() -> Planted:
    """The counters do not know who is in the hall."""
    return swap(policy, "ON_THE_WAY", "-")


@bug("engine.phones", "L43", hours=1.0)
def who_comes_after_his_turn_goes_first() -> Planted:
    """Whoever arrives late stands where he would have stood."""
    return swap(phones, "_passed", lambda desk, ticket: False)


@bug("engine.phones", "L43", hours=1.0)
def any_number_of_people_are_on_their_way() -> Planted:
    """Nobody counts how many numbers were taken from afar."""
    return swap(phones, "_check_room", lambda desk, service: None)


@bug("engine.calling", "L43", hours=1.0)
def who_arrives_is_said_to_have_come_now() -> Planted:
    """An arrival costs the place that the number held."""

    def back(original: Any, desk: Desk, command: c.ReturnTicket) -> Outcome:
        def now(event: e.Event) -> e.Event:
            arrives = isinstance(event, e.HolderArrived)
            return msgspec.structs.replace(event, clock_ms=desk.now_ms) if arrives else event

        return _events(original(desk, command), now)

    return decider(c.ReturnTicket, back)


# -- the floor ------------------------------------------------


@bug("engine.floor", "L7", hours=1.0)
def what_was_changed_for_a_while_stays() -> Planted:
    """Nobody puts a counter's services back when their time is over."""
    return swap(day.floor, "over", lambda desk: iter(()))


@bug("engine.floor", "L7", hours=1.0)
def the_last_counter_gives_a_service_up() -> Planted:
    """A service may be left without any counter."""
    return swap(floor, "_check_nothing_left_alone", lambda *asked: None)


@bug("engine.policy", "L7", hours=1.0)
def calls_do_not_know_of_changed_services() -> Planted:
    """A counter calls what the hall file says it serves."""
    return swap(policy, "services_of", lambda hall, state, counter: hall.counters[counter].services)


@bug("engine.policy", "L7", hours=1.0)
def a_raised_class_goes_no_sooner() -> Planted:
    """Raising a class is written down and changes nothing."""
    return swap(policy, "raised_factor", lambda state, lane, now_ms: 1.0)


# -- sheets ------------------------------------------------


@bug("engine.sheets", "L40", hours=1.0)
def a_duty_leader_signs_alone_without_a_word() -> Planted:
    """The duty leader's signature is taken before the clerk's, whoever gives it."""
    return swap(sheets, "_check_leader", lambda *asked: None)


@bug("engine.sheets", "L40", hours=1.0)
def anybody_signs_as_the_clerk() -> Planted:
    """Nobody looks who stood at the counter that day."""
    return swap(sheets, "_check_part", lambda *asked: None)
