"""What the day's sheet of a counter consists of: frozen, complete, the same for page, paper and spreadsheet. Pure."""

from typing import Literal

import msgspec

from broker.model.sheet_items import SheetStage
from broker.oversight.spread import Spread

Band = Literal["to_5", "to_8", "to_10", "over_10"]
BANDS: tuple[Band, ...] = ("to_5", "to_8", "to_10", "over_10")
"""Of a pause: up to 5 minutes, under 8, up to 10, longer."""
OUTCOMES = ("done", "papers_missing", "referred", "day_end")


class PostLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who stood there (a key of the hall file), from and until when; None: is still there."""

    clerk: str
    from_ms: int
    until_ms: int | None


class OnPost(msgspec.Struct, frozen=True, kw_only=True):
    """Since when somebody stood there as a session opened, or came first after that; ``minutes_before`` is negative
    when that was late, None when nobody came."""

    session: str
    opens_ms: int
    since_ms: int | None
    minutes_before: int | None


class PauseLine(msgspec.Struct, frozen=True, kw_only=True):
    """``took_s``: within the day's sessions; ``band``: of the longest piece in one, as the pause rule times it, from
    the beginning of the absence, where the clerk was back in between and called nobody."""

    from_ms: int
    until_ms: int | None
    took_s: int | None
    band: Band | None
    reason: str
    clerk: str | None
    substitute: str | None
    warned: bool
    asked: bool
    left_empty: bool
    excused: str


class TaskLine(msgspec.Struct, frozen=True, kw_only=True):
    """The duty leader was asked for a substitute. ``outcome``: covered, excused, lapsed, closed, left_empty; empty
    when the session ended first."""

    at_ms: int
    kind: str
    since_ms: int
    due_ms: int
    clerk: str | None
    waiting: int
    substitute: str | None
    outcome: str
    settled_ms: int | None
    reason: str


class SentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A substitute whom the duty leader sent."""

    at_ms: int
    clerk: str


class RatingSums(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the day's rateable visits; ``on_paper`` of the rated ones were entered from paper forms."""

    rateable: int
    rated: int
    levels: dict[str, int]
    declined: int
    device_fault: int
    unrated: int
    on_paper: int


class SheetFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The part that fills itself."""

    opened_ms: int | None
    closed_ms: int | None
    served: int
    direct: int
    next_services: int
    items: int
    outcomes: dict[str, int]
    wait: Spread | None
    service: Spread | None
    calls: int
    recalls: int
    no_shows: int
    held: int
    transferred: int
    slips: int
    posts: tuple[PostLine, ...]
    on_post: tuple[OnPost, ...]
    pauses: tuple[PauseLine, ...]
    bands: dict[str, int]
    paused_s: int
    tasks: tuple[TaskLine, ...]
    left_empty: int
    sent: tuple[SentLine, ...]
    ratings: RatingSums


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A signature and whether it still covers what stands there."""

    by: str
    clerk: str | None
    at_ms: int
    holds: bool
    note: str


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """The part that is completed by hand."""

    items_version: int
    counts: dict[str, int]
    checks: dict[str, bool]
    remark: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One counter and day. ``missing`` names what it lacks, items and signatures; ``digest`` is of its content.

    ``sums_told`` and ``levels_told``: how many have rated, and how, may be read by staff; before, it would say who.
    ``late_told``: of how many late ratings they may read, by whole fives and half days.
    """

    day: str
    counter: str
    figures: SheetFigures
    entries: Entries
    filled_by: str
    filled_ms: int | None
    clerk: Signed | None
    leader: Signed | None
    stage: SheetStage
    missing: tuple[str, ...]
    reopened: tuple[str, ...]
    late_ratings: int
    digest: str
    sums_told: bool = False
    levels_told: bool = False
    late_told: int = 0

    @property
    def clerks(self) -> tuple[str, ...]:
        """Who stood there that day, each once."""
        return tuple(dict.fromkeys(post.clerk for post in self.figures.posts))

    @property
    def is_over(self) -> bool:
        """Whether the counter is closed and nobody is logged in: before that nobody signs."""
        posts = self.figures.posts
        opened = self.figures.opened_ms is not None and self.figures.closed_ms is None
        return not opened and all(post.until_ms is not None for post in posts)


class DaySheets(msgspec.Struct, frozen=True, kw_only=True):
    """The sheets of a day, in hall order, as the journal stood at ``as_of``; ``ended``: no session is to come.

    ``position``: the same for people to read, once the date has changed; before, it would tell when somebody rates.
    """

    day: str
    as_of: int
    ended: bool
    position: int | None
    sheets: tuple[Sheet, ...]

    def of(self, counter: str) -> Sheet | None:
        """The sheet of one counter; None where nothing happened."""
        return next((sheet for sheet in self.sheets if sheet.counter == counter), None)
