"""Reads a recorded day: CSV with ``time_s,event,ticket,service,priority,queued,server``.

A: a ticket is taken. S: its service starts at a server. E: it ends. X: the visitor leaves unserved. P / O: a server
pauses / opens again. Times are seconds of the day, in order. All mistakes are reported at once, with their lines.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from broker.model.words import Level
from firmware_config.virtual.day import Day, Shift, Visitor

COLUMNS = ["time_s", "event", "ticket", "service", "priority", "queued", "server"]
EVENTS = ("A", "S", "E", "X", "P", "O")
ROWS_MOST = 200_000
SHOWN_MOST = 12
LEVEL_WEIGHTS = (70, 18, 7, 3, 2)
RATING_SHARE = 0.6
FALLBACK_SERVICE_MS = 180_000
PRIORITIES = {"1": "elderly", "2": "appointment"}


class DayFileError(ValueError):
    """The day file has mistakes; the message lists them with line numbers."""

    def __init__(self, mistakes: list[str]) -> None:
        rest = len(mistakes) - SHOWN_MOST
        more = [f"... and {rest} more"] if rest > 0 else []
        super().__init__("\n".join([*mistakes[:SHOWN_MOST], *more]))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Row:
    """One event of the file."""

    line: int
    time_s: float
    event: str
    ticket: str
    service: str
    priority: str
    server: str


@dataclass
class _Story:
    """What the file tells of one ticket."""

    taken: Row
    started_s: float | None = None
    ended_s: float | None = None
    left_s: float | None = None


@dataclass
class Recorded:
    """A parsed file: rows in order, and the names it uses, in order of appearance."""

    rows: list[Row]
    services: list[str] = field(default_factory=list)
    servers: dict[str, list[str]] = field(default_factory=dict)
    """server -> services it started"""

    def taken(self) -> dict[str, int]:
        """service -> tickets taken"""
        return Counter(row.service for row in self.rows if row.event == "A")

    @property
    def first_s(self) -> float:
        return self.rows[0].time_s

    @property
    def last_s(self) -> float:
        return self.rows[-1].time_s


def read_day_file(text: str) -> Recorded:
    """The events of a file; DayFileError names every line that cannot be used."""
    cells_of_lines = _cells(text)
    header = next(cells_of_lines, [])
    if [column.strip() for column in header] != COLUMNS:
        raise DayFileError([f"line 1: the columns must be {','.join(COLUMNS)}"])
    mistakes: list[str] = []
    rows: list[Row] = []
    for line, cells in enumerate(cells_of_lines, start=2):
        if line > ROWS_MOST:
            raise DayFileError([f"line {line}: more than {ROWS_MOST} events"])
        row = _row(line, cells, mistakes)
        if row is not None:
            rows.append(row)
    mistakes += [f"line {b.line}: time goes back" for a, b in pairwise(rows) if b.time_s < a.time_s]
    if not rows and not mistakes:
        mistakes = ["the file holds no events"]
    if mistakes:
        raise DayFileError(mistakes)
    return _named(rows)


def _cells(text: str) -> Iterator[list[str]]:
    """The cells of each line, whatever ends the lines; DayFileError for what is no CSV, such as a huge cell."""
    reader = csv.reader(io.StringIO(text, newline=None))
    try:
        yield from reader
    except csv.Error as error:
        raise DayFileError([f"line {reader.line_num}: {error}"]) from None


def _row(line: int, cells: list[str], mistakes: list[str]) -> Row | None:
    if len(cells) != len(COLUMNS):
        mistakes.append(f"line {line}: {len(cells)} cells, {len(COLUMNS)} are needed")
        return None
    time, event, ticket, service, priority, _, server = (cell.strip() for cell in cells)
    try:
        time_s = float(time)
    except ValueError:
        time_s = -1.0
    if not 0 <= time_s < 2 * 86_400:
        mistakes.append(f"line {line}: time_s {time!r} is not a second of the day")
        return None
    if event not in EVENTS:
        mistakes.append(f"line {line}: event {event!r} is none of {', '.join(EVENTS)}")
        return None
    needed = {"A": (ticket, service), "S": (ticket, server), "E": (ticket, server), "X": (ticket,)}
    if not all(needed.get(event, (server,))):
        mistakes.append(f"line {line}: event {event} lacks its ticket, service or server")
        return None
    return Row(line, time_s, event, ticket, service, priority, server)


def _named(rows: list[Row]) -> Recorded:
    recorded = Recorded(rows)
    service_of: dict[str, str] = {}
    for row in rows:
        if row.event == "A":
            service_of[row.ticket] = row.service
            if row.service not in recorded.services:
                recorded.services.append(row.service)
        if row.server:
            served = recorded.servers.setdefault(row.server, [])
            service = service_of.get(row.ticket)
            if row.event == "S" and service is not None and service not in served:
                served.append(service)
    return recorded


def day_of(recorded: Recorded, seed: int = 1) -> Day:
    """The people of a recorded day. Ratings are not in the file: a share of visitors rates, by ``seed``."""
    stories = _stories(recorded.rows)
    chance = Random(seed)
    start_s = recorded.first_s
    visitors = [_visitor(name, story, start_s, chance) for name, story in stories.items()]
    shifts = _shifts(recorded, start_s)
    return Day(
        visitors=tuple(sorted(visitors, key=lambda visitor: visitor.comes_ms)),
        shifts=tuple(sorted(shifts, key=lambda shift: shift.at_ms)),
        length_ms=int((recorded.last_s - start_s) * 1000),
    )


def _stories(rows: list[Row]) -> dict[str, _Story]:
    stories: dict[str, _Story] = {}
    for row in rows:
        if row.event == "A":
            stories.setdefault(row.ticket, _Story(row))
        story = stories.get(row.ticket)
        if story is None:
            continue
        if row.event == "S":
            story.started_s = row.time_s
        elif row.event == "E":
            story.ended_s = row.time_s
        elif row.event == "X":
            story.left_s = row.time_s
    return stories


def _visitor(name: str, story: _Story, start_s: float, chance: Random) -> Visitor:
    taken = story.taken
    known = story.started_s is not None and story.ended_s is not None
    service_ms = int(((story.ended_s or 0) - (story.started_s or 0)) * 1000) if known else FALLBACK_SERVICE_MS
    rates = chance.random() < RATING_SHARE
    level = chance.choices(list(Level), LEVEL_WEIGHTS)[0]
    return Visitor(
        name=name,
        comes_ms=int((taken.time_s - start_s) * 1000),
        service=taken.service,
        service_ms=max(1000, service_ms),
        priority=PRIORITIES.get(taken.priority),
        patience_ms=None if story.left_s is None else int((story.left_s - taken.time_s) * 1000),
        level=level if rates else None,
    )


def _shifts(recorded: Recorded, start_s: float) -> list[Shift]:
    """Each server opens with its first event and closes after its last; P and O are pauses between."""
    first: dict[str, Row] = {}
    last: dict[str, Row] = {}
    shifts: list[Shift] = []
    for row in recorded.rows:
        if not row.server:
            continue
        at_ms = int((row.time_s - start_s) * 1000)
        if row.server not in first:
            first[row.server] = row
            shifts.append(Shift(at_ms, row.server, "open"))
        elif row.event == "P":
            shifts.append(Shift(at_ms, row.server, "pause", "1"))
        elif row.event == "O":
            shifts.append(Shift(at_ms, row.server, "resume"))
        last[row.server] = row
    return shifts
