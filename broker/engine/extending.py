"""延时服务: when the last session of the day is over, what was begun is finished; to call anybody else needs approval.

Whoever is at a counter, on hold or sent on by a counter is work begun. Whoever waits stays in line: nobody is lost, the
refusal says how many there are, and a manager's word lets one counter or all of them go on for a while. It ends with
the day.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.local_time import MINUTE_MS
from broker.engine.policy import eligible_count
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.visible_text import says_something
from broker.model.words import TicketStatus


def approve(desk: Desk, command: c.ApproveExtension) -> Outcome:
    """So many minutes from now, or from the end of service if that is still to come; why is kept."""
    if command.counter is not None:
        desk.counter(command.counter)
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    if not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    from_ms = max(desk.now_ms, ends_ms(desk) or desk.now_ms)
    until_ms = from_ms + command.minutes * MINUTE_MS if command.minutes else desk.now_ms
    event = e.ExtensionApproved(
        at_ms=desk.now_ms,
        counter=command.counter,
        until_ms=until_ms,
        reason=command.reason,
        by=desk.asked.by,
    )
    return Outcome((event,), {"until_ms": until_ms})


def may_call_now(desk: Desk, counter: str) -> bool:
    """Within the hours, extended if need be."""
    end_ms = ends_ms(desk)
    if end_ms is None or desk.now_ms < end_ms or not desk.hall.rules.extended_service_approval:
        return True
    extended = desk.state.extended
    return desk.now_ms < max(extended.get(counter, 0), extended.get("", 0))


def is_begun(ticket: Ticket) -> bool:
    """On hold, or sent on by a counter that had called it: work begun."""
    sent_on = ticket.status is TicketStatus.WAITING and ticket.called_at_ms is not None and not ticket.returns
    return ticket.status is TicketStatus.HELD or sent_on


def check_hours(desk: Desk, counter: str) -> None:
    """Refused(ExtensionNeeded) when the last session is over and no manager has said that this counter goes on."""
    if not may_call_now(desk, counter):
        raise Refused(r.ExtensionNeeded(waiting=eligible_count(desk.hall, desk.state, counter)))


def ends_ms(desk: Desk) -> int | None:
    """The end of the day's last session; None when its hours are not known."""
    return max((session.closes_ms for session in desk.state.sessions), default=None)
