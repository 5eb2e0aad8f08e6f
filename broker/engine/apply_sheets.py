"""What events change about the day's sheets. Looked at after every event; no decisions, no clock of its own."""

from collections.abc import Callable
from typing import Any

from broker.engine.sheet_state import Sheet, Signature
from broker.engine.state import State
from broker.model import events as e
from broker.model.sheet_items import OPEN_DAYS_MOST
from broker.model.sheet_touch import all_touched, touched_counter


def touch(state: State, event: e.Event) -> None:
    """Mark the sheet that an event changed, at the event's own position; called before that is counted."""
    if isinstance(event, e.DayOpened):
        _begin_day(state, event.day)
    counter = touched_counter(event)
    if counter is not None and state.day is not None:
        sheet = state.sheets.setdefault(state.day, {}).setdefault(counter, Sheet(counter))
        sheet.touched = state.position + 1
        clerk = event.clerk if isinstance(event, e.CounterOpened | e.ClerkLoggedIn) else None
        if clerk is not None and clerk not in sheet.clerks:
            sheet.clerks.append(clerk)


def touch_day(state: State, event: e.DayOpened) -> None:
    """A day that is opened again, by other times; called before those are the day's."""
    if all_touched(state.sessions, event):
        for sheet in state.sheets.get(event.day, {}).values():
            sheet.touched = state.position + 1


def _filled(state: State, event: e.SheetFilled) -> None:
    sheet = state.sheets[event.day][event.counter]
    sheet.counts, sheet.checks, sheet.remark = dict(event.counts), dict(event.checks), event.remark
    sheet.touched = sheet.filled = state.position + 1


def _signed(state: State, event: e.SheetSigned) -> None:
    sheet = state.sheets[event.day][event.counter]
    signature = Signature(event.by, event.clerk, event.at_ms, sheet.touched, event.note)
    if event.who == "clerk":
        sheet.clerk = signature
    else:
        sheet.leader = signature


def _reopened(state: State, event: e.SheetReopened) -> None:
    state.sheets[event.day][event.counter].touched = state.position + 1


def _unfinished(state: State, event: e.SheetUnfinished) -> None:
    state.sheets[event.day][event.counter].task = event.task


def _lapsed(state: State, event: e.SheetLapsed) -> None:
    state.sheets[event.day][event.counter].task = ""


def _begin_day(state: State, day: str) -> None:
    """A day's sheets begin empty; only the newest days are remembered."""
    state.sheets.setdefault(day, {})
    for old in sorted(state.sheets)[: -(OPEN_DAYS_MOST + 2)]:  # one more, which may be told to have lapsed
        del state.sheets[old]


SHEET_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.SheetFilled: _filled,
    e.SheetSigned: _signed,
    e.SheetReopened: _reopened,
    e.SheetUnfinished: _unfinished,
    e.SheetLapsed: _lapsed,
}
"""Event -> what it changes."""
