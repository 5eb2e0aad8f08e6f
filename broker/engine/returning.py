"""过号返回: how long, how often and where a missed number may get back in line."""

from broker.engine.context import Desk, Refused
from broker.engine.local_time import MINUTE_MS
from broker.engine.state import Lane, Ticket
from broker.model import refusals as r


def may_return(desk: Desk, missed: Ticket) -> bool:
    """Whether a missed number is within the hall's tolerance; once it is not, it never is again."""
    rules = desk.hall.rules
    late = desk.now_ms - missed.since_ms > rules.return_within_min * MINUTE_MS
    return missed.returns < rules.return_times and not late


def return_clock(desk: Desk, missed: Ticket) -> int:
    """A clock that puts the ticket behind the first ``return_places`` people of its lane."""
    if not may_return(desk, missed):
        raise Refused(r.ReturnNotPossible(number=missed.number))
    return place_behind(desk, missed.lane, missed.clock_ms)


def place_behind(desk: Desk, lane: Lane, clock_ms: int) -> int:
    """A clock, no earlier than this one, behind the first ``return_places`` people of a lane.

    Behind those of them whose waiting counts by now: whoever returns is not made to wait for a time that is booked.
    """
    places = desk.state.lanes.get(lane, [])
    behind = desk.hall.rules.return_places
    if not places or behind == 0:
        return clock_ms
    return max(clock_ms, min(desk.now_ms, places[min(behind, len(places)) - 1][0]))
