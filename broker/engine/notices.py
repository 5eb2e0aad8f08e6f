"""Lines of the ticker: posted by staff until a moment, or of the hall file on days and at times."""

from collections.abc import Iterator
from datetime import date

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.local_time import clock_ms, midnight_ms
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.days import DayKind, names_of_day
from broker.model.hall import Hall, HallNotice
from broker.model.notices import has_schedule
from broker.model.views import Notice
from broker.model.visible_text import says_something

NOTICES_MOST = 8
"""More would be read by nobody, and a view has a limit."""


def post(desk: Desk, command: c.PostNotice) -> Outcome:
    """A line in the ticker; the same key replaces the line."""
    if not says_something(command.zh + command.en):
        raise Refused(r.NothingToShow())
    if len(desk.state.notices) >= NOTICES_MOST and command.notice not in desk.state.notices:
        raise Refused(r.TooManyNotices(most=NOTICES_MOST))
    if command.until_ms is not None and command.until_ms <= desk.now_ms:
        raise Refused(r.NoticeOver())
    event = e.NoticePosted(
        at_ms=desk.now_ms,
        notice=command.notice,
        zh=command.zh,
        en=command.en,
        until_ms=command.until_ms,
        urgent=command.urgent,
    )
    return Outcome((event,))


def clear(desk: Desk, command: c.ClearNotice) -> Outcome:
    """Take the line down."""
    if command.notice not in desk.state.notices:
        raise Refused(r.UnknownNotice(notice=command.notice))
    return Outcome((e.NoticeCleared(at_ms=desk.now_ms, notice=command.notice),))


def over(desk: Desk) -> Iterator[e.NoticeCleared]:
    """What takes down the lines whose end has come."""
    for key, notice in desk.state.notices.items():
        if notice.until_ms is not None and notice.until_ms <= desk.now_ms:
            yield e.NoticeCleared(at_ms=desk.now_ms, notice=key)


def shown(hall: Hall, state: State) -> tuple[Notice, ...]:
    """Urgent ones first, then what staff posted, then those of the hall file that are for this day."""
    posted = sorted(state.notices.values(), key=lambda notice: not notice.urgent)
    fixed = (_of_hall(hall, state, key, text) for key, text in hall.notices.items())
    return (*posted, *(notice for notice in fixed if notice is not None))


def _of_hall(hall: Hall, state: State, key: str, text: HallNotice) -> Notice | None:
    """The line with its times of this day; None when it is for other days. One with a schedule needs an open day."""
    if not has_schedule(text):
        return Notice(notice=key, zh=text.zh, en=text.en)
    midnight = midnight_ms(hall, state)
    if midnight is None or state.day is None or not _is_for(text, state.day, state.day_kind):
        return None
    begins = midnight + clock_ms(text.from_time) if text.from_time else None
    ends = midnight + clock_ms(text.until_time) if text.until_time else None
    return Notice(notice=key, zh=text.zh, en=text.en, from_ms=begins, until_ms=ends)


def _is_for(text: HallNotice, day: str, kind: DayKind | None) -> bool:
    if (text.from_day or day) > day or (text.until_day or day) < day:
        return False
    weekday = date.fromisoformat(day).weekday()
    plain = DayKind.WEEKEND if weekday > 4 else DayKind.WORKDAY
    return not text.days or bool(names_of_day(kind or plain, weekday) & set(text.days))
