"""顶岗: a counter that nobody serves does not stay so. Pure; time passes twice a second by ``PassTime``.

After ``pause_warning_min`` (8) of a pause its clerk is warned; over ``pause_limit_min`` (10) the duty leader has the
task to appoint a substitute; if nobody serves there ``cover_within_min`` (5) later, or as long after somebody was sent,
that is an incident (空窗). The same for a counter that its clerk should stand at and nobody opened, once somebody
has waited for it ``nobody_limit_min`` (5), and for one that has been open again for so long without a call to those who
stood there. What an absence is and when it ends: ``absence``. It counts while the hall serves: the lunch break is
nobody's pause. In an emergency nothing new is asked of anybody.
"""

from collections.abc import Iterator

from broker.engine.absence import goes_on
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.duty_state import Cover
from broker.engine.local_time import MINUTE_MS
from broker.engine.policy import serves
from broker.engine.posts import is_staffed
from broker.engine.state import Lane, State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.events.duty import CoverKind
from broker.model.hall import Hall
from broker.model.visible_text import says_something
from broker.model.words import CounterStatus


def appoint(desk: Desk, command: c.AppointSubstitute) -> Outcome:
    """Send somebody: waiting people see whom, and the time to be there runs once more, once."""
    counter, cover = desk.counter(command.counter), desk.state.covers.get(command.counter)
    if cover is None and counter.status is not CounterStatus.PAUSED:
        raise Refused(r.NoCoverWanted(counter=command.counter))
    if command.clerk not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=command.clerk))
    if command.clerk == counter.clerk:
        raise Refused(r.OwnSubstitute(clerk=command.clerk))
    first = cover is not None and cover.stage == "wanted"
    event = e.SubstituteAppointed(
        at_ms=desk.now_ms,
        task=cover.task or None if cover else None,
        counter=command.counter,
        clerk=command.clerk,
        phone=office_phone(desk.hall, command.clerk),
        due_ms=desk.now_ms + desk.hall.rules.cover_within_min * MINUTE_MS if first else None,
    )
    return Outcome((event,))


def excuse(desk: Desk, command: c.ExcuseCounter) -> Outcome:
    """Nobody has to stand there, and why."""
    desk.counter(command.counter)
    cover = desk.state.covers.get(command.counter)
    if cover is None:
        raise Refused(r.NoCoverWanted(counter=command.counter))
    if not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    event = e.CounterExcused(at_ms=desk.now_ms, task=cover.task or None, counter=command.counter, reason=command.reason)
    return Outcome((event,))


def passing(desk: Desk) -> Iterator[e.Event]:
    """What became due at the counters by this moment: one step each."""
    state = desk.state
    opens_ms = next((s.opens_ms for s in state.sessions if s.name == state.session), None)
    if state.day is None or opens_ms is None or state.emergency is not None:
        return
    wanted = 0
    for key in desk.hall.counters:
        step = _step(desk, key, opens_ms, wanted)
        if step is not None:
            wanted += isinstance(step, e.CoverWanted)
            yield step


def _step(desk: Desk, key: str, opens_ms: int, index: int) -> e.Event | None:
    cover, found = desk.state.covers.get(key), unattended(desk, key, opens_ms)
    if found is None:
        return e.CoverLapsed(at_ms=desk.now_ms, task=cover.task, counter=key) if cover else None
    kind, since_ms = found
    rules, age_ms = desk.hall.rules, desk.now_ms - since_ms
    if cover is None or cover.stage == "long":
        limit_min = rules.pause_limit_min if kind == "pause" else rules.nobody_limit_min
        if age_ms > limit_min * MINUTE_MS:
            return _wanted(desk, key, kind, since_ms, index)
        warn = cover is None and kind == "pause" and age_ms >= rules.pause_warning_min * MINUTE_MS
        return e.PauseRanLong(at_ms=desk.now_ms, counter=key, since_ms=since_ms) if warn else None
    if cover.stage != "incident" and cover.due_ms is not None and desk.now_ms >= cover.due_ms:
        return _stood_empty(desk, cover)
    return None


def unattended(desk: Desk, key: str, opens_ms: int) -> tuple[CoverKind, int] | None:
    """Why nobody serves there, and since when; None when all is well or the duty leader has excused it."""
    counter, cover = desk.state.counter(key), desk.state.covers.get(key)
    if key in desk.state.excused or counter.away_ms is None:
        return None
    if counter.pause is not None:
        return "pause", max(opens_ms, counter.away_ms)
    if counter.status is CounterStatus.OPEN:
        found = goes_on(desk.hall, desk.state, key, desk.now_ms)
        return ("nobody", max(opens_ms, counter.back_ms)) if found else None
    if cover is not None and cover.kind == "pause":
        return "pause", cover.since_ms
    if cover is None and not is_staffed(desk.hall.counters[key], desk.state.session):
        return None
    waits = [places[0][0] for lane, places in desk.state.lanes.items() if serves(desk.hall, desk.state, key, lane)]
    return ("nobody", max(opens_ms, counter.away_ms, min(waits))) if waits else None


def stranded(hall: Hall, state: State, key: str) -> tuple[str, ...]:
    """Printed numbers of the people who wait for this counter and whom no open counter could call, longest first."""
    lanes = [places for lane, places in state.lanes.items() if _only_here(hall, state, key, lane)]
    return tuple(state.tickets[place[2]].number for place in sorted(place for places in lanes for place in places))


def office_phone(hall: Hall, clerk: str | None) -> str:
    """The clerk's office line, else the hall's."""
    known = hall.clerks.get(clerk or "")
    return (known.phone if known else "") or hall.hall.phone


def check_office_phone(hall: Hall, phone: str) -> None:
    """Refused(PhoneNotOfOffice) unless the hall file has the number, however it is written; none is a fine one."""
    known = {_digits(line) for line in (hall.hall.phone, *(clerk.phone for clerk in hall.clerks.values()))}
    if phone and (not _digits(phone) or _digits(phone) not in known):
        raise Refused(r.PhoneNotOfOffice())


def _digits(phone: str) -> str:
    return "".join(mark for mark in phone if mark.isdecimal())


def _only_here(hall: Hall, state: State, key: str, lane: Lane) -> bool:
    """Whether this counter could call from the lane and no open one can."""
    if not serves(hall, state, key, lane):
        return False
    open_ones = (name for name in hall.counters if state.counter(name).status is CounterStatus.OPEN)
    return not any(serves(hall, state, name, lane) for name in open_ones if name != key)


def _wanted(desk: Desk, key: str, kind: CoverKind, since_ms: int, index: int) -> e.CoverWanted:
    declared = desk.hall.counters[key]
    return e.CoverWanted(
        at_ms=desk.now_ms,
        task=desk.next_task_id(index),
        counter=key,
        kind=kind,
        since_ms=since_ms,
        due_ms=desk.now_ms + desk.hall.rules.cover_within_min * MINUTE_MS,
        clerk=desk.state.counter(key).clerk or declared.clerk,
        waiting=len(stranded(desk.hall, desk.state, key)),
    )


def _stood_empty(desk: Desk, cover: Cover) -> e.CounterStoodEmpty:
    return e.CounterStoodEmpty(
        at_ms=desk.now_ms,
        task=cover.task,
        counter=cover.counter,
        kind=cover.kind,
        since_ms=cover.since_ms,
        clerk=cover.clerk,
        substitute=cover.substitute,
    )
