"""Who came later and was called before somebody, and why: what a clerk is asked at the window. Pure.

A person is overtaken while he stands in line, or is on his way with a number from afar: by whoever came to the hall
after him and is called then. Each is counted once, at his first call that was not taken back. One whom a counter called
that could not have called the person who asks took nothing from him, and is told apart (``elsewhere``, ``on_the_way``).
"""

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec.structs import replace

from broker.model.ratios import at_skill
from broker.model.words import TicketStatus
from broker.store.call_reasons import BY_RATIO, CallRow, Waiter, call_and_called, compared_with
from broker.store.line_fold import CallTold, Holder, LineFold

OVERTAKERS_MOST = 60
"""So many are named, first those that count; all are counted."""
Why = Literal[
    "by_number", "elsewhere", "on_the_way", "early", "class", "raised", "service", "skill", "clock", "rule", "unknown"
]
"""Called by number; at a counter that could not call who asks; who asks had not checked in; who asks is booked and his
time had not come; a priority class with a shorter target; raised by a manager; a service with a shorter target; one
that the counter does better; waiting that is counted from earlier (a place kept); the rule of the hall, where no
target says it; no comparison was kept."""
NO_LOSS: tuple[Why, ...] = ("elsewhere", "on_the_way")


class Overtaker(msgspec.Struct, frozen=True, kw_only=True):
    """One who came later and was called before: his call, how both stood at that moment, and why."""

    call: CallRow
    called: Waiter
    asked: Waiter
    words: str
    why: Why


class Overtaken(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the day and who overtook it. ``overtaken`` counts those whose counter could have called it instead,
    which are the first in ``by``, ``elsewhere`` the others who came later; each newest first, and ``left_out`` of both
    are not in it. ``status``: now.
    """

    day: str
    number: str
    service: str
    arrived_at_ms: int
    status: TicketStatus
    overtaken: int
    elsewhere: int
    by: tuple[Overtaker, ...]
    left_out: int


def overtaken_by(fold: LineFold, number: str, most: int = OVERTAKERS_MOST) -> Overtaken | None:
    """Everything about one number; None where the day has no such number."""
    ticket = fold.by_number.get(number)
    if ticket is None:
        return None
    holder = fold.holders[ticket]
    found = [_overtaker(fold, told, holder) for told in reversed(_calls_before(fold, holder))]
    found.sort(key=lambda one: one.why in NO_LOSS)
    lost = sum(one.why not in NO_LOSS for one in found)
    return Overtaken(
        day=fold.day,
        number=holder.number,
        service=holder.service,
        arrived_at_ms=holder.arrived_at_ms,
        status=holder.status,
        overtaken=lost,
        elsewhere=len(found) - lost,
        by=tuple(found[:most]),
        left_out=max(0, len(found) - most),
    )


def _calls_before(fold: LineFold, holder: Holder) -> list[CallTold]:
    """The first call of each who came later, while the holder stood in line, in order."""
    place = _came(holder)
    found: dict[str, CallTold] = {}
    for told in fold.calls:
        other = told.event.ticket
        if told.undone or other in found or _came(fold.holders[other]) <= place:
            continue
        if holder.stay_at(told.position) is not None:
            found[other] = told
    return list(found.values())


def _came(holder: Holder) -> tuple[int, int]:
    return (holder.arrived_at_ms, holder.steps[0].position)


def _overtaker(fold: LineFold, told: CallTold, holder: Holder) -> Overtaker:
    call, called = call_and_called(fold, told)
    asked = compared_with(fold, told.event.call_id, holder.number)
    assert asked is not None
    return Overtaker(call=call, called=called, asked=asked, words=told.event.why, why=why_before(call, called, asked))


def why_before(call: CallRow, called: Waiter, asked: Waiter) -> Why:
    """What made the difference, in the order in which people would name it."""
    if asked.standing == "on_the_way":
        return "on_the_way"
    if call.chosen:
        return "by_number"
    if asked.standing == "elsewhere":
        return "elsewhere"
    if asked.clock_ms > call.at_ms:
        return "early"
    if asked.target_ms is None or called.target_ms is None:
        return "unknown"
    for why, otherwise in _had_it_been_equal(call, called, asked):
        if otherwise != called and not _first(call, otherwise, asked):
            return why
    return "clock" if called.clock_ms < asked.clock_ms else "rule"


def _had_it_been_equal(call: CallRow, called: Waiter, asked: Waiter) -> Iterator[tuple[Why, Waiter]]:
    """The called one, each time with one thing as it was of who asks: what he would not have been first without."""
    target_ms, other_ms = called.target_ms or 0.0, asked.target_ms or 0.0
    yield "raised", replace(called, raised=asked.raised, target_ms=target_ms / called.raised * asked.raised)
    if call.rule not in BY_RATIO:
        return  # classes and targets count otherwise there, or not at all
    factor = asked.class_factor / called.class_factor
    yield "class", replace(called, class_factor=asked.class_factor, target_ms=target_ms * factor)
    yield "clock", replace(called, clock_ms=asked.clock_ms, waited_ms=asked.waited_ms)
    same_service_ms = other_ms / asked.class_factor / asked.raised * called.class_factor * called.raised
    yield "service", replace(called, target_ms=same_service_ms)
    yield "skill", replace(called, skill=asked.skill)


def _first(call: CallRow, one: Waiter, other: Waiter) -> bool:
    """Whether the rule of this call puts one before the other, whose line may stand first among equals."""
    mine, theirs = _claim(call, one), _claim(call, other)
    return mine < theirs or (mine == theirs and one.clock_ms < other.clock_ms)


def _claim(call: CallRow, one: Waiter) -> tuple[int, float]:
    """Smallest first, from what was kept: as ``broker.engine.policy_rules`` reckons it."""
    target_ms = at_skill(one.target_ms or 1.0, one.skill or 1)
    if call.rule in BY_RATIO:
        return 0, -one.waited_ms / target_ms
    if call.rule == "max_wait":
        return one.tier, target_ms - one.waited_ms
    return one.tier, -(one.waited_ms + one.credit_ms) / one.raised
