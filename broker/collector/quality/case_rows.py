"""Cases as lists show them: how urgent each is, in words that need no colour, the most urgent first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from broker.oversight.case_stories import Story

DAY_MS = 86_400_000
Urgency = Literal["red", "yellow", "today", "soon", "later", "none", "closed"]
ORDER: tuple[Urgency, ...] = ("red", "yellow", "today", "soon", "later", "none", "closed")


@dataclass(frozen=True)
class CaseRow:
    """``late_days``: begun days since the deadline passed; ``last_ms``: the last moment of the last day in time."""

    story: Story
    urgency: Urgency
    last_ms: int
    late_days: int = 0


def rows_of(stories: Iterable[Story], now_ms: int) -> list[CaseRow]:
    """Open ones by urgency and then by deadline, then the closed ones, newest first."""
    rows = [row_of(story, now_ms) for story in stories]
    open_ones = sorted(
        (row for row in rows if row.story.is_open),
        key=lambda row: (ORDER.index(row.urgency), row.story.due_ms or 2**53, row.story.opened_ms),
    )
    closed = sorted(
        (row for row in rows if not row.story.is_open), key=lambda row: row.story.closed_ms or 0, reverse=True
    )
    return open_ones + closed


def row_of(story: Story, now_ms: int) -> CaseRow:
    """One case as it stands at a moment. Deadlines end with a day, so the last moment in time is one before."""
    if not story.is_open:
        return CaseRow(story, "closed", story.due_ms - 1)
    if story.red_ms and story.red_ms <= now_ms:
        return CaseRow(story, "red", story.red_ms - 1, _days(now_ms - (story.due_ms or story.red_ms)))
    if not story.due_ms:
        return CaseRow(story, "none", 0)
    if story.due_ms <= now_ms:
        return CaseRow(story, "yellow", story.due_ms - 1, _days(now_ms - story.due_ms))
    left_ms = story.due_ms - now_ms
    urgency: Urgency = "today" if left_ms <= DAY_MS else "soon" if left_ms <= 2 * DAY_MS else "later"
    return CaseRow(story, urgency, story.due_ms - 1)


def _days(late_ms: int) -> int:
    return late_ms // DAY_MS + 1
