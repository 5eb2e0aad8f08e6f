"""Every piece of advice about counters and what became of it: in a file of the collector's own, apart from the journal.

It changes nothing about the hall, so it is no event. The sentence on the page counts what lies here; rows are erased
after half a year.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction
from broker.staffing.judging import UNTIL_MS, Judged, Precision, precision_of

FILE_NAME = "staffing.db"
KEPT_MS = 183 * 86_400_000
"""The half year for which logs are kept."""
_COLUMNS = "group_key, at_ms, day, services, open, needed, most_open, cleared_ms, verdict, n, mean_min, target_min"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS advice (
  group_key TEXT NOT NULL, at_ms INTEGER NOT NULL, day TEXT NOT NULL, services TEXT NOT NULL,
  open INTEGER NOT NULL, needed INTEGER, most_open INTEGER NOT NULL, cleared_ms INTEGER,
  verdict TEXT, n INTEGER, mean_min REAL, target_min REAL, PRIMARY KEY (group_key, at_ms)
) STRICT
"""


@dataclass(frozen=True)
class Advised:
    """At ``at_ms`` the group was advised to open a counter: ``open`` of them were, ``needed`` (None: over 99) wanted.

    ``most_open`` were open at once since, as long as it was to be judged; ``verdict`` and the rest once it was.
    """

    group: str
    at_ms: int
    day: str
    services: tuple[str, ...]
    open: int
    needed: int | None
    most_open: int
    cleared_ms: int | None = None
    verdict: str | None = None
    n: int | None = None
    mean_min: float | None = None
    target_min: float | None = None

    @property
    def followed(self) -> bool:
        """Whether another counter was opened meanwhile."""
        return self.most_open > self.open


class AdviceLog:
    """The log of one hall; any thread may ask, a DatabaseError when the disk refuses."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def raised(self, one: Advised) -> None:
        """Keep a new one."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM advice WHERE at_ms < ?", (self._now_ms() - KEPT_MS,))
            row = (one.group, one.at_ms, one.day, json.dumps(one.services), one.open, one.needed, one.most_open)
            db.execute(
                f"INSERT OR IGNORE INTO advice ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,{','.join(['NULL'] * 5)})", row
            )

    def cleared(self, group: str) -> None:
        """It is not advised any more."""
        with transaction(self._db()) as db:
            sql = "UPDATE advice SET cleared_ms = ? WHERE group_key = ? AND cleared_ms IS NULL"
            db.execute(sql, (self._now_ms(), group))

    def opened(self, one: Advised, open: int) -> None:
        """More counters are open now than at any time since the advice."""
        with transaction(self._db()) as db:
            sql = "UPDATE advice SET most_open = ? WHERE group_key = ? AND at_ms = ?"
            db.execute(sql, (open, one.group, one.at_ms))

    def judged(self, one: Advised, found: Judged) -> None:
        """What became of it; the first verdict stands."""
        with transaction(self._db()) as db:
            row = (found.verdict, found.n, found.mean_min, found.target_min, one.group, one.at_ms)
            sql = "UPDATE advice SET verdict = ?, n = ?, mean_min = ?, target_min = ? WHERE group_key = ? AND at_ms = ?"
            db.execute(f"{sql} AND verdict IS NULL", row)

    def standing(self) -> tuple[Advised, ...]:
        """What is advised and was not taken back."""
        return self._read("WHERE cleared_ms IS NULL ORDER BY at_ms")

    def unjudged(self) -> tuple[Advised, ...]:
        """What has no verdict yet, oldest first."""
        return self._read("WHERE verdict IS NULL ORDER BY at_ms")

    def due(self) -> tuple[Advised, ...]:
        """Of these whatever can be judged by now."""
        now_ms = self._now_ms()
        return tuple(one for one in self.unjudged() if one.at_ms + UNTIL_MS <= now_ms)

    def precision(self) -> Precision:
        """How good all of it was."""
        sql = "SELECT verdict, count(*) FROM advice WHERE verdict IS NOT NULL GROUP BY verdict"
        return precision_of(dict(query(self._db(), sql)))

    def latest(self, most: int = 8) -> tuple[Advised, ...]:
        """The newest, newest first."""
        return self._read(f"ORDER BY at_ms DESC LIMIT {int(most)}")

    def _read(self, rest: str) -> tuple[Advised, ...]:
        rows = query(self._db(), f"SELECT {_COLUMNS} FROM advice {rest}")
        return tuple(Advised(row[0], row[1], row[2], tuple(json.loads(row[3])), *row[4:]) for row in rows)
