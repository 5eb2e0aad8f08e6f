"""一次一评: one visitor's rating of one served visit, inside its window, stored exactly once.

An evaluator says which visit it asked about. Everybody else must prove it by what stands on the paper or, for a short
time, on the counter's own sign, under keys that staff do not have (``broker.model.rating_keys``).
"""

from broker.engine import cases
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.state import Visit
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.ratings import LOW_LEVELS, PAPER_FORM, PHONE, SIGN_CODE, reasons_kept

GRACE_MS = 5_000
UNSURE_MS = 5 * 86_400_000
"""So late a key may have been pressed by a clock of which nobody knows whether it was right."""
SET_BACK_MS = 1_800_000
"""A server's clock may have been ahead by as much as is believed at once (``SteadyTime``), and be put right by now."""


def record(desk: Desk, command: c.RecordEvaluation) -> Outcome:
    """A keypad must have been pressed within the visit's window; other ways may rate until the hall's later limit."""
    visit = desk.state.visits.get(command.visit)
    if visit is None:
        raise Refused(r.VisitNotRateable(visit=command.visit))
    if command.device == PAPER_FORM:
        _check_time(desk, command, visit, False)  # first: whether it is too late must not depend on a rating
    if visit.rated or command.evaluation in desk.state.evaluations:
        raise Refused(r.AlreadyRated(visit=command.visit))
    keypad = desk.hall.keypads.get(command.device)
    if (keypad is not None and keypad.counter != visit.counter) or (keypad is None and visit.taken_back):
        raise Refused(r.VisitNotRateable(visit=command.visit))
    _check_time(desk, command, visit, keypad is not None)
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
        entered_by=desk.asked.by if command.device == PAPER_FORM else "",
    )
    return Outcome((event, *cases.of_rating(desk, event)), {"visit": command.visit, "level": command.level})


def _check_time(desk: Desk, command: c.RecordEvaluation, visit: Visit, at_counter: bool) -> None:
    """At the counter within the prompt's window; by a paper until the hall's later limit."""
    first_ms = visit.first_ms or visit.finished_at_ms  # who was thanked before its end was taken back has rated it
    pressed_ms = _pressed_ms(desk, command, first_ms)
    after_ms = pressed_ms - visit.finished_at_ms
    if (
        pressed_ms - first_ms < -GRACE_MS and desk.asked.sure
    ):  # a clock that was unsure may place the press before the visit
        raise Refused(r.RatingClosed(visit=command.visit))
    if at_counter:
        closed = after_ms > (_window_ms(desk) if desk.asked.sure else UNSURE_MS)
    else:
        closed = visit.finished_at_ms < desk.asked.rate_from_ms
    if closed:
        raise Refused(r.RatingClosed(visit=command.visit))


def _window_ms(desk: Desk) -> int:
    return desk.hall.rules.rating_window_s * 1000 + GRACE_MS


def rate_visit(desk: Desk, command: c.RateVisit) -> Outcome:
    """By the number on the paper, and at a kiosk its code; otherwise like any rating but a keypad's.

    The number stands on every screen: at a kiosk, where nobody is known, only the code says whose paper it is. Numbers
    begin anew each day, so the code also tells which day's paper it is; of a paper form staff say the day.
    """
    if desk.asked.role == "kiosk":
        return _record(desk, command, _visit_of_paper(desk, command.number, command.code or ""), command.device)
    if command.day not in (None, desk.state.day or desk.state.last_day):
        return _record(desk, command, _visit_of_day(desk, command.number, command.day or ""), command.device)
    ticket = desk.state.find(command.number)
    if ticket is None:
        raise Refused(r.UnknownTicket(ticket=command.number))
    if ticket.visit is None:
        raise Refused(r.NotServedYet(number=ticket.number))
    return _record(desk, command, ticket.visit, command.device)


def _visit_of_paper(desk: Desk, number: str, code: str) -> str:
    """The newest visit of the ticket whose paper bears this number and code; a paper that became known late bears
    another number than the visit was under."""
    waits, state = desk.state.find(number), desk.state
    own = waits.ticket if waits is not None else None
    visits = [
        visit
        for visit in state.visits.values()
        if visit.ticket and (visit.number == number or visit.ticket == own) and not visit.taken_back
    ]
    newest = _newest([visit for visit in visits if _made_code(desk, visit.ticket, visit.kiosk, code)])
    if newest is not None:
        return newest.visit
    if waits is None and not visits:
        raise Refused(r.UnknownTicket(ticket=number))
    if waits is not None and _made_code(desk, waits.ticket, waits.kiosk, code):
        raise Refused(r.NotServedYet(number=number))
    raise Refused(r.WrongRatingCode(number=number))


def _visit_of_day(desk: Desk, number: str, day: str) -> str:
    """The newest visit of that number on an earlier day."""
    visits = [
        visit
        for visit in desk.state.visits.values()
        if visit.number == number and desk.is_of_day(visit.visit, day) and not visit.taken_back
    ]
    newest = _newest(visits)
    if newest is None:
        raise Refused(r.NotServedThatDay(number=number, day=day))
    return newest.visit


def _newest(visits: list[Visit]) -> Visit | None:
    """Of several that ended within one millisecond the last."""
    return max(reversed(visits), key=_finished_ms, default=None)


def _finished_ms(visit: Visit) -> int:
    return visit.finished_at_ms


def _made_code(desk: Desk, ticket: str, kiosk: str | None, code: str) -> bool:
    return kiosk is not None and desk.asked.keys.of(kiosk).made_code(ticket, code)


def rate_by_ticket(desk: Desk, command: c.RateByTicket) -> Outcome:
    """Whoever has the paper has its QR code; a made up proof learns nothing about the ticket."""
    state = desk.state
    ticket = state.tickets.get(command.ticket)
    visits = [visit for visit in state.visits.values() if visit.ticket == command.ticket and not visit.taken_back]
    newest = _newest(visits)
    kiosk = ticket.kiosk if ticket is not None else newest.kiosk if newest is not None else None
    if kiosk is None or not desk.asked.keys.of(kiosk).made_ticket_proof(command.ticket, command.proof):
        raise Refused(r.WrongRatingProof())
    if newest is None:
        assert ticket is not None
        raise Refused(r.NotServedYet(number=ticket.number))
    return _record(desk, command, newest.visit, PHONE)


def rate_by_sign(desk: Desk, command: c.RateBySign) -> Outcome:
    """The code that the counter's own sign or evaluator shows for a short time, for the visit it was shown for."""
    visit = desk.state.visits.get(command.visit)
    shown_at = desk.hall.signs.get(command.device) or desk.hall.keypads.get(command.device)
    if visit is None or shown_at is None or shown_at.counter != visit.counter:
        raise Refused(r.WrongRatingProof())
    if not desk.asked.keys.of(command.device).made_visit_proof(command.visit, command.proof):
        raise Refused(r.WrongRatingProof())
    if not visit.rated and desk.now_ms - visit.finished_at_ms > _window_ms(desk):
        raise Refused(r.SignCodeOver(visit=command.visit))
    return _record(desk, command, visit.visit, SIGN_CODE)


def _record(desk: Desk, command: c.RateVisit | c.RateByTicket | c.RateBySign, visit: str, device: str) -> Outcome:
    rating = c.RecordEvaluation(
        evaluation=command.evaluation,
        visit=visit,
        level=command.level,
        device=device,
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
