"""Cases of the quality desk: begun, led from step to step by the table of their kind, told when they are late. Pure.

Deadlines are working days of the hall's calendar, reckoned when the step is taken and written into the event: a holiday
that is announced later moves no day that somebody was told.
"""

from collections.abc import Iterator

from broker.engine.case_state import Case
from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.blame_causes import BY_HAND, OVERDUE
from broker.model.case_life import CLOSED, LETTERS, LIVES, CaseKind, Step
from broker.model.ratings import LOW_LEVELS
from broker.model.visible_text import says_something


def open_case(desk: Desk, command: c.OpenCase) -> Outcome:
    """A complaint, a piece of work with a promised day, a finding, a question, or a record of accountability."""
    if not desk.hall.quality.keeps(command.kind):
        raise Refused(r.CasesNotKept(kind=command.kind))
    _check_about(desk, command)
    origin = _origin(desk, command) if command.kind == "blame" else None
    received_ms = desk.now_ms if command.received_ms is None else min(command.received_ms, desk.now_ms)
    event = _opened(
        desk,
        command.kind,
        received_ms,
        counter=command.counter or (origin and origin.counter),
        service=command.service or (origin and origin.service),
        clerk=command.clerk or (origin and origin.clerk),
        channel=command.channel if command.kind == "complaint" else None,
        item=command.item,
        of=command.of if origin else None,
        cause=command.cause if command.kind == "blame" else None,
        reason=command.reason if command.kind == "blame" else "",
        owner=command.owner or desk.asked.by,
    )
    return Outcome((event,), {"case": event.case, "number": event.number, "due_ms": event.due_ms})


def of_rating(desk: Desk, rating: e.EvaluationRecorded) -> Iterator[e.Event]:
    """差评: whoever rated low is heard, where the hall keeps such cases."""
    if rating.level in LOW_LEVELS and desk.hall.quality.bad_ratings.on:
        yield _opened(
            desk,
            "rating",
            desk.now_ms,
            counter=rating.counter,
            service=rating.service,
            clerk=rating.clerk,
            evaluation=rating.evaluation,
            level=rating.level,
            contact=rating.contact,
        )


def of_finding(desk: Desk, item: str, counter: str | None, *, more: int) -> e.CaseOpened:
    """A point of an inspection that was not fine; ``more`` others begin before it in one decision."""
    return _opened(desk, "finding", desk.now_ms, more=more, item=item, counter=counter, owner=desk.asked.by)


def take_step(desk: Desk, command: c.TakeStep) -> Outcome:
    """As the table of the case's kind allows it, by who may, with what must be said."""
    case = _case(desk, command.case)
    step = LIVES[case.kind].steps.get(command.step)
    if step is None or command.stage != case.stage or case.stage not in step.at:
        raise Refused(r.CaseMovedOn(number=case.number, stage=case.stage))
    _check_step(desk, case, step, command)
    stage = _leads_to(desk, case, step, command)
    anew = command.verdict in step.anew
    due_ms, red_ms = _deadlines(desk, case, stage, command, anew=anew)
    event = e.CaseStepped(
        at_ms=desk.now_ms,
        case=case.case,
        step=command.step,
        stage=stage,
        due_ms=due_ms,
        red_ms=red_ms,
        verdict=command.verdict,
        target=command.target,
        reason=command.reason,
        days=command.days or 0,
        days_left=_left(desk, case, case.due_ms) if stage == "paused" else None,
        red_left=_left(desk, case, case.red_ms) if stage == "paused" and case.red_ms else None,
        late=case.stage != CLOSED and bool(case.due_ms) and desk.now_ms >= case.due_ms,
        anew=anew,
        by=desk.asked.by,
    )
    return Outcome((event,), {"case": case.case, "stage": stage, "due_ms": due_ms})


def give(desk: Desk, command: c.GiveCase) -> Outcome:
    """Who looks after it from now on."""
    case = _case(desk, command.case)
    if case.owner == command.owner:
        return Outcome(result={"case": case.case})
    event = e.CaseGiven(at_ms=desk.now_ms, case=case.case, owner=command.owner, by=desk.asked.by)
    return Outcome((event,), {"case": case.case})


def overdue(desk: Desk) -> Iterator[e.Event]:
    """Each deadline that passed is told once; a promise that was not kept is a matter of accountability."""
    broken = 0
    for case in desk.state.cases.values():
        if case.stage == CLOSED:
            continue
        if case.due_ms and not case.told and case.due_ms <= desk.now_ms:
            yield e.CaseOverdue(at_ms=desk.now_ms, case=case.case, stage=case.stage, due_ms=case.due_ms)
            if case.kind == "promise" and OVERDUE not in case.causes:
                yield _opened(
                    desk,
                    "blame",
                    desk.now_ms,
                    more=broken,
                    counter=case.counter,
                    service=case.service,
                    clerk=case.clerk,
                    of=case.case,
                    cause=OVERDUE,
                )
                broken += 1
        if case.red_ms and not case.red_told and case.red_ms <= desk.now_ms:
            yield e.CaseOverdue(at_ms=desk.now_ms, case=case.case, stage=case.stage, due_ms=case.red_ms, light="red")


def _opened(desk: Desk, kind: CaseKind, begun_ms: int, *, more: int = 0, **about: object) -> e.CaseOpened:
    """The event; ``more`` cases of the kind begin before it in one decision."""
    year = desk.asked.calendar.year(desk.now_ms)
    count = desk.state.case_numbers.get((kind, str(year)), 0) + 1 + more
    number = f"{LETTERS[kind]}{year}-{count:04d}"
    due_ms, red_ms = _first_deadlines(desk, kind, begun_ms, about.get("service"))
    return e.CaseOpened(
        at_ms=desk.now_ms,
        case=f"{number}.{desk.asked.run}" if desk.asked.run else number,
        kind=kind,
        number=number,
        stage=LIVES[kind].first,
        due_ms=due_ms,
        red_ms=red_ms,
        received_ms=begun_ms,
        by=desk.asked.by,
        **about,  # type: ignore[arg-type]
    )


def _first_deadlines(desk: Desk, kind: CaseKind, begun_ms: int, service: object) -> tuple[int, int]:
    calendar = desk.asked.calendar
    if kind == "promise":
        known = desk.hall.services[str(service)]
        promised = calendar.end_ms(int(known.promised_days or 0), known.promised_unit, begun_ms)
        supervised = known.supervised_days
        return promised, 0 if supervised is None else calendar.end_ms(supervised, known.promised_unit, begun_ms)
    due_ms = _stage_end(desk, kind, LIVES[kind].first, begun_ms, begun_ms)
    most = desk.hall.quality.bad_ratings.most_days if kind == "rating" else 0
    return due_ms, calendar.end_ms(most, "workday", begun_ms) if most else 0


def _stage_end(desk: Desk, kind: CaseKind, stage: str, begun_ms: int, since_ms: int) -> int:
    """When a stage is late; 0 where it has no deadline."""
    named = LIVES[kind].stages[stage]
    if named.days is None:
        return 0
    days = getattr(desk.hall.quality.of(kind), named.days)
    return desk.asked.calendar.end_ms(days, "workday", begun_ms if named.since == "opened" else since_ms)


def _deadlines(desk: Desk, case: Case, stage: str, command: c.TakeStep, *, anew: bool) -> tuple[int, int]:
    """Of the stage that a step leads to, and of the whole case."""
    calendar, table = desk.asked.calendar, desk.hall.quality.of(case.kind)
    if stage == CLOSED:
        return calendar.end_ms(getattr(table, LIVES[case.kind].asked_days), "workday", desk.now_ms), 0
    if case.kind == "promise":
        return _promised(desk, case, stage, command)
    if command.step == "complex":
        return calendar.end_ms(desk.hall.quality.complaints.complex_days, "workday", case.begun_ms), case.red_ms
    if anew:
        return _stage_end(desk, case.kind, stage, desk.now_ms, desk.now_ms), case.red_ms
    if stage == case.stage or (case.kind == "complaint" and "complex" in case.taken and stage == "answer"):
        return case.due_ms, case.red_ms
    return _stage_end(desk, case.kind, stage, case.begun_ms, desk.now_ms), case.red_ms


def _promised(desk: Desk, case: Case, stage: str, command: c.TakeStep) -> tuple[int, int]:
    """While papers are missing the clock stands still: what was left is left when they are there."""
    if stage == "paused":
        return 0, 0
    unit = desk.hall.services[case.service or ""].promised_unit
    end_ms = desk.asked.calendar.end_ms
    if command.step == "extend":
        return end_ms(command.days or 0, unit, case.due_ms - 1), case.red_ms
    red_ms = 0 if case.red_left is None else end_ms(case.red_left, unit, desk.now_ms)
    return end_ms(case.days_left or 0, unit, desk.now_ms), red_ms


def _left(desk: Desk, case: Case, until_ms: int) -> int:
    unit = desk.hall.services[case.service or ""].promised_unit
    return desk.asked.calendar.left(unit, desk.now_ms, until_ms)


def _leads_to(desk: Desk, case: Case, step: Step, command: c.TakeStep) -> str:
    stage = step.to[command.verdict]
    tried = case.taken.count(command.step) + 1
    if stage == "call_back" and not case.contact:
        return CLOSED  # nobody left a number
    table = desk.hall.quality.of(case.kind)
    if command.verdict == "not_reached" and tried >= getattr(table, "call_tries", 0):
        return CLOSED
    return stage


def _check_step(desk: Desk, case: Case, step: Step, command: c.TakeStep) -> None:
    if command.verdict not in step.to:
        raise Refused(r.VerdictNeeded(verdicts=", ".join(sorted(step.to))))
    if step.reason and not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    if step.target and not says_something(command.target):
        raise Refused(r.TargetNeeded())
    if step.other and desk.asked.by in (*case.hands, case.owner):
        raise Refused(r.AnotherPersonNeeded(number=case.number))
    if step.once and command.step in case.taken:
        raise Refused(r.OnlyOnce(number=case.number))
    if case.stage == CLOSED and desk.now_ms >= case.due_ms:
        raise Refused(r.CaseOver(number=case.number))
    if command.step == "extend":
        most = desk.hall.quality.promises.extension_days
        if command.days is None or command.days > most:
            raise Refused(r.TooManyDaysMore(days=most))


def _check_about(desk: Desk, command: c.OpenCase) -> None:
    if command.counter is not None:
        desk.counter(command.counter)
    if command.service is not None and command.service not in desk.hall.services:
        raise Refused(r.UnknownService(service=command.service))
    if command.clerk is not None and command.clerk not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=command.clerk))
    if command.kind == "complaint" and command.channel is None:
        raise Refused(r.ChannelNeeded())
    if command.kind == "promise":
        promised = None if command.service is None else desk.hall.services[command.service].promised_days
        if promised is None:
            raise Refused(r.NothingPromised())


def _origin(desk: Desk, command: c.OpenCase) -> Case | None:
    """问责 by hand: for a cause, with a reason; of a case only if it is founded, once for each cause."""
    if command.cause not in BY_HAND:
        raise Refused(r.CauseNeeded(causes=", ".join(BY_HAND)))
    if not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    if command.of is None:
        return None
    origin = _case(desk, command.of)
    if origin.kind == "blame" or (origin.kind in ("rating", "complaint") and not origin.founded):
        raise Refused(r.NotFounded(number=origin.number))
    if command.cause in origin.causes:
        raise Refused(r.AccountedFor(number=origin.number))
    return origin


def _case(desk: Desk, case: str) -> Case:
    known = desk.state.cases.get(case)
    if known is None:
        raise Refused(r.UnknownCase(case=case))
    return known
