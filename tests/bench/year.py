"""A year of a town hall, made up: 250 business days of 4,800 tickets, for reports to be made of.

Facts of each day are written as the server's chore keeps them. Journal and archives hold as many events as such days
have, of which reports ask days, positions and ratings: their bodies are empty, and nothing here is ever played again.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from broker.model.hall import Hall
from broker.model.words import Level
from broker.oversight.facts import NO_TIME, NOBODY, RATEABLE, DayFacts, Kind, ToldRow, encoded
from broker.runtime.database import open_database, transaction
from broker.store.archive import FOLDER_NAME as ARCHIVE
from broker.store.archive import archive_path, open_archive
from broker.store.day_fold import WALK_IN
from broker.store.facts import FOLDER_NAME as FACTS
from broker.store.facts import LATE_DAYS
from broker.store.journal import Journal, fact

DAYS, TICKETS = 250, 4_800
LAST_DAY = date(2026, 10, 30)
IN_JOURNAL = 62
EVENTS_A_TICKET, RATED_OF_TEN = 7, 6
OPENS_MIN, MINUTES = 9 * 60, 8 * 60
_DTYPES = {"kind": "u1", "slot": "u1", "marks": "u1", "items": "<u2", "time_ms": "<i4"}
Column = NDArray[np.int64]


@dataclass(frozen=True)
class Year:
    """``journal`` is the file; ``first`` and ``last`` are its business days."""

    journal: Path
    first: str
    last: str
    tickets: int


def made_up_year(hall: Hall, folder: Path, days: int = DAYS, tickets: int = TICKETS) -> Year:
    """Write it; some minutes and about a gigabyte for a whole one."""
    journal = Journal(folder / "hall.db", hall.hall.id)
    journal.open()
    identity, path = journal.identity, journal.path
    journal.close()
    (folder / FACTS).mkdir()
    (folder / ARCHIVE).mkdir()
    names, chance, a_day = workdays(days), default_rng(7), tickets * EVENTS_A_TICKET
    for place, day in enumerate(names):
        facts = facts_of_day(hall, day, tickets, chance)
        settled = (date.fromisoformat(day) + timedelta(LATE_DAYS)).isoformat()
        seen_day = next((one for one in names[place:] if one >= settled), names[-1])  # the chore wrote it anew then
        kept = DayFacts(journal=identity, position=(place + 1) * a_day, seen_day=seen_day, **facts)
        (folder / FACTS / f"{day}.facts").write_bytes(encoded(kept))
    _fill(hall, path, names, a_day, tickets)
    return Year(path, names[0], names[-1], days * tickets)


def workdays(count: int) -> list[str]:
    """So many Mondays to Fridays up to ``LAST_DAY``, oldest first."""
    days = (LAST_DAY - timedelta(back) for back in range(2 * count + 7))
    return sorted([day.isoformat() for day in days if day.weekday() < 5][:count])


def facts_of_day(hall: Hall, day: str, tickets: int, chance: Generator) -> dict[str, object]:
    """All of a ``DayFacts`` but its place in a journal. Each ticket is issued to somebody who came; of a hundred five
    are cancelled, two expire, eight do not come when called, and the rest are served."""
    counters = [(key, one.clerk) for key, one in hall.counters.items()]
    names = list(
        dict.fromkeys(
            [*hall.services, *hall.counters, *(clerk for _, clerk in counters if clerk), *hall.priority, WALK_IN]
        )
    )
    at = {name: place for place, name in enumerate(names)}
    service = chance.choice([at[key] for key in hall.services], tickets)
    usual = [at[WALK_IN]] * 9 + [at[key] for key in hall.priority][:1]
    standing = chance.choice(usual, tickets)
    slot = (OPENS_MIN + chance.integers(0, MINUTES, tickets)) // 30
    fate = chance.integers(0, 100, tickets)
    post = chance.integers(0, len(counters), tickets)
    counter = np.array([at[key] for key, _ in counters])[post]
    clerk = np.array([NOBODY if one is None else at[one] for _, one in counters])[post]
    nobody, none = np.full(tickets, NOBODY), np.zeros(tickets, np.int64)
    no_time = np.full(tickets, NO_TIME)
    wait = chance.gamma(2.0, 6 * 60_000, tickets).astype(np.int64)
    took = chance.gamma(3.0, 2 * 60_000, tickets).astype(np.int64)
    called, served = fate >= 7, fate >= 15
    parts = [
        (np.full(tickets, True), Kind.ISSUED, nobody, nobody, no_time, none, none),
        (np.full(tickets, True), Kind.ARRIVED, nobody, nobody, no_time, none, none),
        (fate < 5, Kind.CANCELLED, nobody, nobody, no_time, none, none),
        ((fate >= 5) & ~called, Kind.EXPIRED, nobody, nobody, no_time, none, none),
        (called, Kind.CALLED, counter, clerk, wait, none, none),
        (called & ~served, Kind.NO_SHOW, counter, clerk, no_time, none, none),
        (served, Kind.SERVED, counter, clerk, took, none + 1, none + RATEABLE),
    ]
    rows = {
        "kind": np.concatenate([np.full(int(which.sum()), kind) for which, kind, *_ in parts]),
        "service": np.concatenate([service[which] for which, *_ in parts]),
        "standing": np.concatenate([standing[which] for which, *_ in parts]),
        "slot": np.concatenate([slot[which] for which, *_ in parts]),
    }
    for place, name in enumerate(("counter", "clerk", "time_ms", "items", "marks"), 2):
        rows[name] = np.concatenate([one[place][one[0]] for one in parts])
    rated = served & (chance.integers(0, 10, tickets) < RATED_OF_TEN)
    level = chance.choice(len(Level), tickets, p=[0.6, 0.3, 0.06, 0.03, 0.01])
    groups = (("counter", counter), ("clerk", clerk), ("service", service))
    told = [row for by, column in groups for row in _told(by, column[rated], level[rated], names)]
    return {
        "day": day,
        "names": tuple(names),
        **{name: column.astype(_DTYPES.get(name, "<u2")).tobytes() for name, column in rows.items()},
        "visits": int(served.sum()),
        "own": _levels(level[rated]),
        "told": (*told, *_told("hour", (slot // 2)[rated], level[rated], [f"{hour:02d}" for hour in range(24)])),
    }


def _told(by: str, keys: Column, levels: Column, names: list[str]) -> Iterator[ToldRow]:
    for key in np.unique(keys):
        if key != NOBODY:
            yield ToldRow(by, names[key], _levels(levels[keys == key]))


def _levels(levels: Column) -> tuple[int, ...]:
    return tuple(np.bincount(levels, minlength=len(Level)).tolist())


def _fill(hall: Hall, path: Path, days: list[str], a_day: int, tickets: int) -> None:
    """As many events as such days have: the newest in the journal, the others in archives by month."""
    old, new = days[:-IN_JOURNAL], days[-IN_JOURNAL:]
    with closing(open_database(path)) as journal:
        for month, of_month in groupby(old, lambda day: day[:7]):
            inside = list(of_month)
            first = days.index(inside[0]) * a_day + 1
            last = first + len(inside) * a_day - 1
            with closing(open_archive(archive_path(path, month), hall.hall.id)) as archive:
                _events(archive, days, inside, a_day, tickets)
            with transaction(journal):
                journal.execute("INSERT INTO archives VALUES (?, ?, ?, '')", (month, first, last))
        _events(journal, days, new, a_day, tickets)
        assert fact(journal, "hall") == hall.hall.id


def _events(connection: object, days: list[str], inside: list[str], a_day: int, tickets: int) -> None:
    """Bare rows of some days, and the visits of them that were rated."""
    events = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO events"
        " SELECT ? + i, 0, CASE i % 7 WHEN 0 THEN 'ServiceFinished' WHEN 1 THEN 'TicketCalled'"
        " ELSE 'TicketReserved' END, '', ?, NULL, NULL, x'7b7d' FROM n"
    )
    ratings = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO evaluations"
        " SELECT ? || '-v' || i, ? || '-e' || i, ? + i FROM n"
    )
    with transaction(connection) as open_one:  # type: ignore[arg-type]
        for day in inside:
            before = days.index(day) * a_day
            open_one.execute(events, (a_day, before, day))
            open_one.execute(ratings, (tickets * RATED_OF_TEN // 10, day, day, before))
