"""When a hall that is shut serves again: later today by the engine's word, on another day by the calendar. Pure."""

from __future__ import annotations

from datetime import date

import msgspec

from broker.model.hours import NextOpening
from broker.model.views import OpenState
from broker.model.words import Names
from display import phrases


class ShutUntil(OpenState, frozen=True, kw_only=True):
    """A hall that serves no more today, and when it opens on a later day."""

    again: NextOpening


def shut_until(state: OpenState, again: NextOpening | None) -> OpenState:
    """Return the same with the next opening, where the day has no more of them and the calendar knows one."""
    if again is None or not serves_no_more(state):
        return state
    return ShutUntil(**msgspec.structs.asdict(state), again=again)


def serves_no_more(state: OpenState | None) -> bool:
    """Return whether the engine's day is over, so that the calendar has to tell."""
    return state is not None and state.state == "closed" and not state.next_opens


def opens_again(state: OpenState) -> Names | None:
    """Return when the hall serves again, with its day if that is not today; None where nobody knows."""
    if state.next_opens:
        return phrases.opens_next(state.next_opens)
    if not isinstance(state, ShutUntil):
        return None
    day = date.fromisoformat(state.again.day)
    weekday, month = phrases.WEEKDAYS[day.weekday()], phrases.MONTHS[day.month - 1]
    return Names(
        f"{day.month}月{day.day}日 {weekday.zh} {state.again.opens} 开始服务",
        f"Service starts {weekday.en} {day.day} {month}, {state.again.opens}",
    )
