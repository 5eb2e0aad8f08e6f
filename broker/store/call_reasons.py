"""Why one was called before another: what stands in the journal with a call, and everybody who waited then. Pure.

With a call the engine keeps the head of each line that it compared. Whoever stood behind such a head has the same
target and skill, so his ratio follows from his own waiting: nothing here knows the hall's rules, or needs the hall file
of that moment. Who was in no such line could not be called there then, and why not is read from what he was doing.
"""

from typing import Literal

import msgspec

from broker.model.ratios import COMPARED_MOST, RATIO, Compared
from broker.model.words import TicketStatus
from broker.store.line_fold import CallTold, Holder, LineFold, Stay

CALLS_MOST = 200
WAITING_MOST = 300
"""A page names so many; everybody else is found by his number."""
BY_RATIO = ("", RATIO)
"""What calls by the ratio say of their rule; by any other one no ratio is told, for it decided nothing."""
Standing = Literal["called", "waited", "not_comparable", "elsewhere", "on_the_way", "not_there"]
"""Called; in line and compared; in line, but nothing was compared; for other counters; has not come; in no line."""


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the day. ``waited_ms`` since what its waiting is counted from; ``others`` is how many lines had
    somebody whom this counter could have called. ``chosen``: by number, out of turn, for the ``reason`` that was typed.
    ``rule``: by which rule, where the program that called said so.
    """

    call_id: str
    at_ms: int
    number: str
    counter: str
    clerk: str | None
    service: str
    priority: str | None
    waited_ms: int
    chosen: bool
    reason: str
    undone: bool
    ratio: float | None
    others: int
    rule: str = ""


class Waiter(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket at the moment of a call. ``ratio`` is its waiting over ``target_ms`` at a counter of this ``skill``,
    with all factors; None of whoever could not be called there. ``status``: what it was, where it was not in line.
    ``tier`` and ``credit_ms``: as in ``Compared``, of the head of its line.
    """

    number: str
    standing: Standing
    service: str
    priority: str | None
    arrived_at_ms: int
    clock_ms: int
    waited_ms: int
    ratio: float | None = None
    target_ms: float | None = None
    skill: int | None = None
    class_factor: float = 1.0
    raised: float = 1.0
    tier: int = 0
    credit_ms: float = 0.0
    to_counter: str | None = None
    status: TicketStatus | None = None
    at_counter: str | None = None
    since_ms: int | None = None


class CallReason(msgspec.Struct, frozen=True, kw_only=True):
    """A call with everybody who waited at that moment, whom the counter could call first, best first. ``words`` is the
    engine's own sentence; ``left_out`` is how many more waited.
    """

    day: str
    call: CallRow
    called: Waiter
    waiting: tuple[Waiter, ...]
    left_out: int
    words: str


def call_rows(fold: LineFold, most: int = CALLS_MOST) -> tuple[CallRow, ...]:
    """The newest calls of the day, newest first."""
    return tuple(_row(fold, told) for told in reversed(fold.calls[-most:]))


def reason_of(fold: LineFold, call_id: str) -> CallReason | None:
    """Everything about one call; None for no such call that day."""
    index = fold.by_call.get(call_id)
    if index is None:
        return None
    told = fold.calls[index]
    heads = _heads(fold, told)
    found = [_waiter(told, heads, holder, stay) for holder, stay in fold.waiting_at(told.position)]
    called = next((one for one in found if one.standing == "called"), None)
    others = sorted((one for one in found if one.standing != "called"), key=_order)
    return CallReason(
        day=fold.day,
        call=_row(fold, told),
        called=called or _absent(fold, told, fold.holders[told.event.ticket]),
        waiting=tuple(others[:WAITING_MOST]),
        left_out=max(0, len(others) - WAITING_MOST),
        words=told.event.why,
    )


def call_and_called(fold: LineFold, told: CallTold) -> tuple[CallRow, Waiter]:
    """A call and how the called one stood then, without everybody else who waited."""
    holder = fold.holders[told.event.ticket]
    stay = holder.stay_at(told.position)
    called = _absent(fold, told, holder) if stay is None else _waiter(told, _heads(fold, told), holder, stay)
    return _row(fold, told), called


def compared_with(fold: LineFold, call_id: str, number: str) -> Waiter | None:
    """Where one number stood at a call; None where the day has no such call or number."""
    index, ticket = fold.by_call.get(call_id), fold.by_number.get(number)
    if index is None or ticket is None:
        return None
    told, holder = fold.calls[index], fold.holders[ticket]
    stay = holder.stay_at(told.position)
    return _absent(fold, told, holder) if stay is None else _waiter(told, _heads(fold, told), holder, stay)


def _row(fold: LineFold, told: CallTold) -> CallRow:
    event, holder = told.event, fold.holders[told.event.ticket]
    stay = holder.stay_at(told.position)
    clock_ms = stay.clock_ms if stay is not None else holder.clock_ms
    best = event.compared[0] if event.compared else None
    return CallRow(
        call_id=event.call_id,
        at_ms=event.at_ms,
        number=holder.number,
        counter=event.counter,
        clerk=event.clerk,
        service=stay.service if stay is not None else holder.service,
        priority=stay.priority if stay is not None else holder.priority,
        waited_ms=max(0, event.at_ms - clock_ms),
        chosen=event.chosen,
        reason=event.reason,
        undone=told.undone,
        ratio=None if best is None or event.rule not in BY_RATIO else best.ratio(best.clock_ms, event.at_ms),
        others=max(0, len(event.compared) - 1),
        rule=event.rule,
    )


def _heads(fold: LineFold, told: CallTold) -> dict[tuple[str, str | None, str | None], Compared]:
    """Line -> what its head was compared with."""
    heads = {}
    for one in told.event.compared:
        holder = fold.holders[fold.by_number[one.number]]
        stay = holder.stay_at(told.position)
        if stay is not None:
            heads[stay.service, stay.priority, stay.to_counter] = one
    return heads


def _waiter(
    told: CallTold, heads: dict[tuple[str, str | None, str | None], Compared], holder: Holder, stay: Stay
) -> Waiter:
    event = told.event
    head = heads.get((stay.service, stay.priority, stay.to_counter)) if stay.here else None
    standing: Standing = "waited"
    if holder.ticket == event.ticket:
        standing = "called"
    elif not stay.here:
        standing = "on_the_way"
    elif head is None:
        standing = "elsewhere" if 0 < len(event.compared) < COMPARED_MOST else "not_comparable"
    return Waiter(
        number=holder.number,
        standing=standing,
        service=stay.service,
        priority=stay.priority,
        arrived_at_ms=holder.arrived_at_ms,
        clock_ms=stay.clock_ms,
        waited_ms=max(0, event.at_ms - stay.clock_ms),
        ratio=None if head is None or event.rule not in BY_RATIO else head.ratio(stay.clock_ms, event.at_ms),
        target_ms=None if head is None else head.target_ms,
        skill=None if head is None else head.skill,
        class_factor=1.0 if head is None else head.priority,
        raised=1.0 if head is None else head.raised,
        tier=0 if head is None else head.tier,
        credit_ms=0.0 if head is None else head.credit_ms,
        to_counter=stay.to_counter,
    )


def _absent(fold: LineFold, told: CallTold, holder: Holder) -> Waiter:
    """Not in line then: not come yet, at a counter, set aside, missed, or done."""
    step = holder.step_before(told.position)
    return Waiter(
        number=holder.number,
        standing="called" if holder.ticket == told.event.ticket else "not_there",
        service=holder.service,
        priority=holder.priority,
        arrived_at_ms=holder.arrived_at_ms,
        clock_ms=holder.clock_ms,
        waited_ms=max(0, told.event.at_ms - holder.clock_ms),
        status=None if step is None else step.status,
        at_counter=None if step is None else step.counter,
        since_ms=None if step is None else step.at_ms,
    )


def _order(one: Waiter) -> tuple[bool, float, int]:
    return (one.ratio is None, -(one.ratio or 0.0), one.clock_ms)
