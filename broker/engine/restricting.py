"""解除预约限制: who missed too many books none from home for a while; staff find that out, and end it with a reason.

Nobody proves at home whose number is typed there, so what counts against somebody may be another one's doing. What was
missed counts no more after that: else the next one would restrict at once.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.visible_text import what_it_says


def find(desk: Desk, command: c.FindRestriction) -> Outcome:
    """``until_ms`` (None: not restricted) and how many missed appointments count now."""
    keys = (command.who, command.who_before)
    return Outcome(result={"until_ms": _until_ms(desk, keys), "missed": _missed(desk, keys)})


def lift(desk: Desk, command: c.LiftRestriction) -> Outcome:
    """ReasonNeeded, or NotRestricted where nothing holds whoever it is back."""
    reason = what_it_says(command.reason)
    if not reason:
        raise Refused(r.ReasonNeeded())
    keys = (command.who, command.who_before)
    until_ms = _until_ms(desk, keys)
    if until_ms is None:
        raise Refused(r.NotRestricted())
    event = e.RestrictionLifted(
        at_ms=desk.now_ms,
        whose=tuple(who for who in keys if who in desk.state.restricted or who in desk.state.no_shows),
        until_ms=until_ms,
        missed=_missed(desk, keys),
        reason=reason,
    )
    return Outcome((event,), {"until_ms": until_ms, "missed": event.missed})


def _until_ms(desk: Desk, keys: tuple[str, str]) -> int | None:
    until_ms = max(desk.state.restricted.get(who, 0) for who in keys)
    return until_ms if until_ms > desk.now_ms else None


def _missed(desk: Desk, keys: tuple[str, str]) -> int:
    return sum(until > desk.now_ms for who in dict.fromkeys(keys) for until in desk.state.no_shows.get(who, ()))
