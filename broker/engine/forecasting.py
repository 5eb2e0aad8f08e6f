"""How long it will take, as it is told: a range, P20 to P85, rounded outwards; nothing when no number would be honest.

What is before somebody is judged by the hall's rule (``queue_ahead``), what that means in minutes by what the hall has
taught (``pace``). Before the first day that it could learn from, the range is that of ``waiting``. Pure: the same state
gives the same ranges; what a look ahead says (``foreseen``) is used for a ticket alone, whose event keeps the forecast.
"""

from collections.abc import Mapping
from functools import cached_property
from statistics import fmean

from msgspec.structs import replace

from broker.engine.calling_hours import nobody_is_called
from broker.engine.context import Desk
from broker.engine.pace.predictor import Forecast, Line, Pace
from broker.engine.pace.spread import bin_of
from broker.engine.queue_ahead import Before, Floor, bound_to
from broker.engine.queue_rule import NOBODY_LATER, Rule
from broker.engine.state import ON_THE_WAY, State, Ticket
from broker.engine.waiting import expected, load_of
from broker.model.forecasts import Again, Foretold
from broker.model.hall import Hall
from broker.model.views import WaitRange
from broker.model.waits import FINE_STEP_MIN, rounded_outwards

Foreseen = Mapping[tuple[str, str], float]
"""(service, priority class or nothing) -> seconds that whoever came now would wait, by rolling the hall forward."""
NOT_GIVEN_YET = ""
TOLD_EACH = 10
"""So many in front of a line have a range of their own; what is said to the others follows from the newcomers'."""
SCATTER = 2_654_435_761
"""Knuth's multiplier: numbers that follow each other come to lie apart."""
AT_ONCE, NO_WAIT = WaitRange(low_min=0, high_min=FINE_STEP_MIN), WaitRange(low_min=0, high_min=0)


def usual_s(hall: Hall) -> float:
    """How long a service takes by the hall file, on an average of all services, in seconds."""
    return fmean(service.mean_minutes for service in hall.services.values()) * 60


class Outlook:
    """All waits of one state at one moment; none while nobody is called. What several questions need is worked out
    once."""

    def __init__(self, hall: Hall, state: State, now_ms: int) -> None:
        self._hall, self._state, self._now_ms = hall, state, now_ms
        self._pace: Pace | None = state.pace
        self._off: dict[tuple[int, bool], tuple[float, float] | None] = {}
        self._at_rest = nobody_is_called(state, now_ms)
        if self._pace is None:
            self._load = load_of(hall, state)
        else:
            self._floor = Floor(hall, state, now_ms, self._pace.usual_of)

    @cached_property
    def rule(self) -> Rule:
        """By which rule is called at this moment."""
        return Rule(self._hall, self._state, self._now_ms) if self._pace is None else self._floor.rule

    def of_service(self, service: str) -> WaitRange | None:
        """For somebody who simply came now; None when no counter is open for it.

        With nobody ahead and a counter free it is nothing to nothing, which pages put as *no wait*, unless the hall has
        taught that people wait there all the same. Who takes a ticket is promised no such thing.
        """
        if self._at_rest:
            return None
        if self._pace is None:
            return expected(self._load, service)
        before = self._floor.before(service, None, (self._now_ms, NOBODY_LATER, NOT_GIVEN_YET))
        shown = self._shown(service, None, before)
        return NO_WAIT if shown == AT_ONCE and before is not None and before.free else shown

    def of_ticket(self, ticket: Ticket, ahead: int) -> WaitRange | None:
        """What is left for a ticket in line, or about to be; ``ahead`` people of its service stand before it."""
        if self._at_rest:
            return None
        if self._pace is None:
            return expected(self._load, ticket.service, ahead, only=bound_to(self._hall, self._state, ticket.lane))
        before = self._floor.before(*ticket.lane[:2], ticket.place, ticket.lane[2])
        shown = self._shown(ticket.service, ticket.priority, before, again=True)
        return not_before(shown, ticket.clock_ms - self._now_ms, alone=_waiting(self._state) <= 1)

    def of_one_who_waits(self) -> Again | None:
        """What somebody in line is shown now; None before the hall learns, or where nobody waits or no counter is open.

        Whom it is of follows from the journal's position, scattered over all who stand among the first of a lane; so
        each of them is as likely as the next, whatever the service, the class or the place.
        """
        lanes = [places for lane, places in self._state.lanes.items() if lane[2] != ON_THE_WAY]
        people = sum(min(len(places), TOLD_EACH) for places in lanes)
        if self._pace is None or self._at_rest or not people:
            return None
        index = (self._state.position * SCATTER % 2**32) * people >> 32
        for places in lanes:
            if index < min(len(places), TOLD_EACH):
                break
            index -= min(len(places), TOLD_EACH)
        ticket = self._state.tickets[places[index][2]]
        if ticket.service not in self._hall.services or ticket.clock_ms > self._now_ms:
            return None
        before = self._floor.before(*ticket.lane[:2], ticket.place, ticket.lane[2])
        if before is None:
            return None
        low_s, high_s = self._range_s(ticket.service, ticket.priority, before, True)
        said = _said((low_s, high_s))
        return Again(ticket.ticket, (round(low_s, 1), round(high_s, 1)), (said.low_min, said.high_min))

    def of_newcomer(
        self, service: str, priority: str | None, clock_ms: int, foreseen: Foreseen | None
    ) -> Forecast | None:
        """The whole forecast for a ticket that is given now; None before the hall learns, or without a counter."""
        if self._pace is None or self._at_rest:
            return None
        before = self._floor.before(service, priority, (clock_ms, NOBODY_LATER, NOT_GIVEN_YET))
        if before is None:
            return None
        seen_s = None if foreseen is None else foreseen.get((service, priority or ""))
        return self._pace.forecast(_line(service, priority, before, seen_s))

    def _shown(
        self, service: str, priority: str | None, before: Before | None, *, again: bool = False
    ) -> WaitRange | None:
        return None if before is None else _said(self._range_s(service, priority, before, again))

    def _range_s(self, service: str, priority: str | None, before: Before, again: bool) -> tuple[float, float]:
        assert self._pace is not None
        key = bin_of(before.ahead), again
        if key not in self._off:
            self._off[key] = self._pace.usually_off(before.ahead, again=again)
        return self._pace.shown_s(_line(service, priority, before, None), self._off[key], again=again)


def _line(service: str, priority: str | None, before: Before, foreseen_s: float | None) -> Line:
    return Line(
        service,
        priority or "",
        before.ahead,
        before.ahead_alike,
        before.counters,
        before.longest_s,
        before.work_s,
        before.share,
        before.free,
        foreseen_s,
    )


def _said(range_s: tuple[float, float]) -> WaitRange:
    return rounded_outwards(range_s[0] / 60, range_s[1] / 60)


def _waiting(state: State) -> int:
    """How many people wait in the hall, for whatever."""
    return sum(len(places) for lane, places in state.lanes.items() if lane[2] != ON_THE_WAY)


def not_before(said: WaitRange | None, by_ms: int, *, alone: bool) -> WaitRange | None:
    """What is left for somebody whose waiting begins ``by_ms`` from now, where ``said`` comes after that.

    ``alone``: nobody else waits, and he is called before his time if a counter is free.
    """
    if said is None or by_ms <= 0:
        return said
    by_min = by_ms / 60_000
    return rounded_outwards(0.0 if alone else by_min + said.low_min, by_min + said.high_min)


def foretell(
    desk: Desk, ticket: str, service: str, priority: str | None, clock_ms: int, *, told: bool = True
) -> Foretold | None:
    """As ``foretell_both``, where the event has no room for another's range."""
    return foretell_both(desk, ticket, service, priority, clock_ms, told=told)[0]


def foretell_both(
    desk: Desk, ticket: str, service: str, priority: str | None, clock_ms: int, *, told: bool = True
) -> tuple[Foretold | None, Again | None]:
    """The forecast that rides in the event of a ticket that is given now; not ``told`` is one of an older paper.

    With it what somebody is shown who waits already, of which the ranges in front of a line learn.

    What the guide desk saw of whoever takes it counts, as it will when the ticket is there.
    """
    ordered = desk.state.orders.get(ticket)
    priority = ordered.priority if ordered is not None and ordered.priority is not None else priority
    outlook = Outlook(desk.hall, desk.state, desk.now_ms)
    again = outlook.of_one_who_waits()
    found = outlook.of_newcomer(service, priority, clock_ms, desk.asked.ahead)
    if found is None:
        return None, again
    kept = found.foretold()
    said = _said(kept.shown_s)
    return replace(kept, told_min=(said.low_min, said.high_min)) if told else kept, again


def as_told(
    desk: Desk, foretold: Foretold | None, service: str, ahead: int, clock_ms: int | None = None
) -> WaitRange | None:
    """The range that goes with a new ticket: exactly what its event keeps, or what is said while nothing is learned.

    ``clock_ms``: from when the wait counts, where that is not now: what is kept then comes after it.
    """
    by_ms = 0 if clock_ms is None else clock_ms - desk.now_ms
    if foretold is not None:
        return not_before(_said(foretold.shown_s), by_ms, alone=not _waiting(desk.state))
    if desk.state.pace is not None or nobody_is_called(desk.state, desk.now_ms):
        return None
    return not_before(expected(load_of(desk.hall, desk.state), service, ahead), by_ms, alone=not _waiting(desk.state))
