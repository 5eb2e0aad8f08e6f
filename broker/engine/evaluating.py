"""一次一评: one visitor's rating of one served visit, inside its window, stored exactly once."""

from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r

GRACE_MS = 5_000
HOUR_MS = 3_600_000
SET_BACK_MS = 1_800_000
"""A server's clock may have been ahead by as much as is believed at once (``SteadyTime``), and be put right by now."""


def record(desk: Desk, command: c.RecordEvaluation) -> Outcome:
    """A keypad must have been pressed within the visit's window; other ways may rate until the hall's later limit."""
    visit = desk.state.visits.get(command.visit)
    if visit is None:
        raise Refused(r.VisitNotRateable(visit=command.visit))
    if visit.rated or command.evaluation in desk.state.evaluations:
        raise Refused(r.AlreadyRated(visit=command.visit))
    keypad = desk.hall.keypads.get(command.device)
    if keypad is not None and keypad.counter != visit.counter:
        raise Refused(r.VisitNotRateable(visit=command.visit))
    after_ms = _pressed_ms(desk, command, visit.finished_at_ms) - visit.finished_at_ms
    prompt = keypad is not None and desk.asked.sure
    latest_ms = desk.hall.rules.rating_window_s * 1000 + GRACE_MS if prompt else desk.hall.rules.rating_late_h * HOUR_MS
    too_early = after_ms < -GRACE_MS and desk.asked.sure  # a clock that was unsure may place the press before the visit
    if too_early or after_ms > latest_ms:
        raise Refused(r.RatingClosed(visit=command.visit))
    event = e.EvaluationRecorded(
        at_ms=desk.now_ms,
        evaluation=command.evaluation,
        visit=command.visit,
        level=command.level,
        device=command.device,
        raw_key=command.raw_key,
        counter=visit.counter,
        service=visit.service,
        clerk=visit.clerk,
        pressed_at_ms=command.pressed_at_ms,
    )
    return Outcome((event,), {"visit": command.visit, "level": command.level})


def rate_visit(desk: Desk, command: c.RateVisit) -> Outcome:
    """By the number on today's paper; otherwise like any rating that does not come from a keypad."""
    ticket = desk.state.find(command.number)
    if ticket is None:
        raise Refused(r.UnknownTicket(ticket=command.number))
    if ticket.visit is None:
        raise Refused(r.NotServedYet(number=ticket.number))
    rating = c.RecordEvaluation(
        evaluation=command.evaluation,
        visit=ticket.visit,
        level=command.level,
        device=command.device,
        pressed_at_ms=command.pressed_at_ms,
    )
    return record(desk, rating)


def _pressed_ms(desk: Desk, command: c.RecordEvaluation, finished_at_ms: int) -> int:
    """The earlier of what the age and the press itself say, as far as the visit was over by then.

    An age cannot tell how long the message lay about in a network that stood still; the keypad judged the window by
    the engine's clock when it thanked. Where that clock was set back since, time has stood still and the age reaches
    behind the end of the visit, although the press, by the clock of that moment, did not.
    """
    acted_ms, named_ms = desk.asked.acted_ms, command.pressed_at_ms
    if named_ms < finished_at_ms:
        return acted_ms
    stood_still = acted_ms < finished_at_ms <= acted_ms + SET_BACK_MS
    return finished_at_ms if stood_still else min(acted_ms, named_ms)
