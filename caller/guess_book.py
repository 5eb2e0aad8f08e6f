"""Wrong PINs and cards on disk, so that a restart buys no fresh guesses. A disk that fails costs only that."""

from __future__ import annotations

import logging
import sqlite3

from broker.runtime.clock import Clock
from broker.runtime.database import query, transaction
from broker.runtime.errors import DatabaseError
from caller.console.guesses import Guesses, Wrong

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS wrong (
  counter TEXT NOT NULL, clerk TEXT NOT NULL, count INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (counter, clerk)
) STRICT
"""


class GuessBook:
    """``guesses`` are counted in memory and written down with each change, by the machine's clock."""

    def __init__(self, database: sqlite3.Connection, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self.guesses = Guesses()

    def start(self) -> None:
        """Read what was counted before. A clock that was set back since begins the delay anew, and no longer."""
        now_s, now_ms = self._clock.machine_s(), self._clock.now_ms()
        try:
            self._database.execute(_SCHEMA)
            rows = query(self._database, "SELECT counter, clerk, count, at_ms FROM wrong")
        except (DatabaseError, sqlite3.Error) as error:
            log.error("wrong PINs of before cannot be read: %s", error)
            return
        self.guesses.know(
            Wrong(counter, clerk, count, now_s - max(0, now_ms - at_ms) / 1000) for counter, clerk, count, at_ms in rows
        )
        self.guesses.changed = self._keep

    def _keep(self) -> None:
        now_s, now_ms = self._clock.machine_s(), self._clock.now_ms()
        rows = [
            (one.counter, one.clerk, one.count, now_ms - int((now_s - one.at_s) * 1000)) for one in self.guesses.all()
        ]
        try:
            with transaction(self._database) as database:
                database.execute("DELETE FROM wrong")
                database.executemany("INSERT INTO wrong VALUES (?, ?, ?, ?)", rows)
        except (DatabaseError, sqlite3.Error) as error:
            log.error("wrong PINs cannot be kept: %s", error)
