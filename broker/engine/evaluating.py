"""一次一评: one visitor's rating of one served visit, inside its window, stored exactly once."""

from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.ratings import LOW_LEVELS, rating_code, reasons_kept

GRACE_MS = 5_000
HOUR_MS = 3_600_000
PAPER = "paper"
"""The device of a paper form that staff entered; only their account names are kept with it."""
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
    reasons = reasons_kept(command.level, command.reasons, command.reasons_version)
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
        reasons=reasons,
        reasons_version=command.reasons_version if reasons else 0,
        contact=command.contact and command.level in LOW_LEVELS,
        entered_by=desk.asked.by if command.device == PAPER else "",
    )
    return Outcome((event,), {"visit": command.visit, "level": command.level})


def rate_visit(desk: Desk, command: c.RateVisit) -> Outcome:
    """By the number on today's paper, and at a kiosk its code; otherwise like any rating but a keypad's.

    The number stands on every screen: at a kiosk, where nobody is known, only the code says whose paper it is.
    """
    ticket = desk.state.find(command.number)
    if ticket is None:
        raise Refused(r.UnknownTicket(ticket=command.number))
    if desk.asked.role == "kiosk" and command.code != rating_code(ticket.ticket):
        raise Refused(r.WrongRatingCode(number=ticket.number))
    if ticket.visit is None:
        raise Refused(r.NotServedYet(number=ticket.number))
    rating = c.RecordEvaluation(
        evaluation=command.evaluation,
        visit=ticket.visit,
        level=command.level,
        device=command.device,
        pressed_at_ms=command.pressed_at_ms,
        reasons=command.reasons,
        reasons_version=command.reasons_version,
        contact=command.contact,
    )
    return record(desk, rating)


def explain(desk: Desk, command: c.ExplainEvaluation) -> Outcome:
    """Once, at the device that took the rating, of a low rating."""
    visit = desk.state.visits.get(command.visit)
    if visit is None or visit.evaluation is None or visit.explained or visit.rated_at != command.device:
        raise Refused(r.NotExplainable(visit=command.visit))
    level = visit.level
    reasons = () if level is None else reasons_kept(level, command.reasons, command.reasons_version)
    if level not in LOW_LEVELS or not (reasons or command.contact):
        raise Refused(r.NotExplainable(visit=command.visit))
    event = e.EvaluationExplained(
        at_ms=desk.now_ms,
        evaluation=visit.evaluation,
        visit=command.visit,
        device=command.device,
        reasons=reasons,
        reasons_version=command.reasons_version if reasons else 0,
        contact=command.contact,
    )
    return Outcome((event,), {"visit": command.visit})


def leave_unrated(desk: Desk, command: c.LeaveUnrated) -> Outcome:
    """The counter's own evaluator says that the visitor declined, or that it could not be used."""
    visit, keypad = desk.state.visits.get(command.visit), desk.hall.keypads.get(command.device)
    if visit is None or keypad is None or keypad.counter != visit.counter:
        raise Refused(r.VisitNotRateable(visit=command.visit))
    if visit.rated:
        raise Refused(r.AlreadyRated(visit=command.visit))
    result = {"visit": command.visit, "why": command.why}
    if visit.unrated:
        return Outcome(result=result)
    event = e.VisitLeftUnrated(at_ms=desk.now_ms, visit=command.visit, device=command.device, why=command.why)
    return Outcome((event,), result)


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
