"""What is to be sent, in a file of its own, apart from the journal: no backup holds it, what is erased is overwritten.

Of a message that left or shall not leave any more only its id, kind and end stay until its day is over, so that it does
not leave twice; one that cannot be brought is kept whole until then, so that staff can see that somebody was not told.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from broker.collector.notify.message import Message
from broker.collector.own_file import OwnFile
from broker.runtime.database import query, transaction

FILE_NAME = "notify.db"
WAITING_MOST = 5_000
KEPT_MOST = 50_000
"""Rows of one way, with those that left; beyond it nothing more is taken."""
TRIES_MOST = 8
REFUSED_MOST = 10_000
REFUSED_MS = 24 * 60 * 60_000
"""So many messages that found no room are counted, and so long: nothing is known of them but their ids."""
FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 3_600.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
  id TEXT PRIMARY KEY, way TEXT NOT NULL, sent_to TEXT NOT NULL, kind TEXT NOT NULL, facts TEXT NOT NULL,
  language TEXT, made_ms INTEGER NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER, erase_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL, tries INTEGER NOT NULL, state TEXT NOT NULL, fault TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS by_due ON messages (state, due_ms);
CREATE INDEX IF NOT EXISTS by_way ON messages (way, state, due_ms);
CREATE TABLE IF NOT EXISTS refused (id TEXT PRIMARY KEY, way TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
"""
_COLUMNS = "id, way, sent_to, kind, facts, language, until_ms, from_ms, erase_ms, tries, fault, made_ms"


@dataclass(frozen=True)
class Entry:
    """A message with what became of it."""

    message: Message
    tries: int
    fault: str
    made_ms: int


class Queue:
    """One hall's messages. ``now_ms`` is the hall's clock. Every method may raise a DatabaseError."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def add(self, message: Message) -> bool:
        """Whether it is in the queue now, or was before; False when the queue is full."""
        now_ms = self._now_ms()
        row = (
            message.id, message.way, message.to, message.kind, json.dumps(dict(message.facts), ensure_ascii=False),
            message.language, now_ms, message.from_ms, message.until_ms, message.erase_ms, max(now_ms, message.from_ms),
        )  # fmt: skip
        with transaction(self._db()) as db:
            if db.execute("SELECT 1 FROM messages WHERE id = ?", (message.id,)).fetchone():
                return True
            # Each way for itself: reminders of the next days must not keep anybody from being told that he is called.
            counted = "SELECT COUNT(*), COALESCE(SUM(state = 'waiting'), 0) FROM messages WHERE way = ?"
            kept, waiting = db.execute(counted, (message.way,)).fetchone()
            if kept >= KEPT_MOST or waiting >= WAITING_MOST:
                if db.execute("SELECT COUNT(*) FROM refused").fetchone()[0] < REFUSED_MOST:
                    db.execute("INSERT OR REPLACE INTO refused VALUES (?, ?, ?)", (message.id, message.way, now_ms))
                return False
            db.execute("DELETE FROM refused WHERE id = ?", (message.id,))
            db.execute("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'waiting', '')", row)
        return True

    def due(self, most: int = 20, *, way: str = "", but: Collection[str] = ()) -> list[Entry]:
        """What is to be sent now, the longest due first; of one ``way``, or of all ``but`` some."""
        marks = ", ".join("?" * len(but))
        where = f"state = 'waiting' AND due_ms <= ? AND (way = ? OR ? = '') AND way NOT IN ({marks})"
        return self._entries(f"{where} ORDER BY due_ms, id LIMIT ?", (self._now_ms(), way, way, *but, most))

    def next_due_ms(self) -> int | None:
        """When something is to be sent; None when nothing waits."""
        found = query(self._db(), "SELECT MIN(due_ms) FROM messages WHERE state = 'waiting'")[0][0]
        return None if found is None else int(found)

    def left(self, id: str) -> None:
        """It arrived: whom it was for is erased now."""
        self._end(id, "sent")

    def cancel(self, id: str) -> None:
        """It shall not leave any more."""
        self._end(id, "cancelled")

    def overdue(self, id: str) -> None:
        """Nobody would want it any more."""
        self._end(id, "late")

    def failed(self, entry: Entry, fault: str, *, for_good: bool, after_s: float = 0) -> bool:
        """It did not arrive; whether it is tried again."""
        tries = entry.tries + 1
        again = not for_good and tries < TRIES_MOST
        wait_s = max(after_s, min(FIRST_WAIT_S * 4 ** (tries - 1), LONGEST_WAIT_S))
        due_ms = self._now_ms() + round(wait_s * 1000)
        state = "waiting" if again else "dead"
        with transaction(self._db()) as db:
            db.execute(
                "UPDATE messages SET tries = ?, fault = ?, due_ms = ?, state = ? WHERE id = ? AND state = 'waiting'",
                (tries, fault[:200], due_ms, state, entry.message.id),
            )
        return again

    def dead(self, most: int = 200) -> list[Entry]:
        """Who was not told, the newest first."""
        return self._entries("state = 'dead' ORDER BY made_ms DESC, id LIMIT ?", (most,))

    def not_left(self, beginning: str, most: int = 20) -> list[Entry]:
        """What waits, or could not be brought, of ids that begin so."""
        where = "id >= ? AND id < ? AND state IN ('waiting', 'dead') ORDER BY from_ms, id LIMIT ?"
        return self._entries(where, (beginning, beginning + chr(0x10FFFF), most))

    def retry_dead(self, id: str) -> bool:
        """Try once more what was given up; whether there was such a message."""
        with transaction(self._db()) as db:
            found = db.execute(
                "UPDATE messages SET state = 'waiting', tries = 0, due_ms = ? WHERE id = ? AND state = 'dead'",
                (self._now_ms(), id),
            ).rowcount
        return bool(found)

    def counts(self) -> dict[str, int]:
        """How many of each state: waiting, sent, late, cancelled, dead."""
        return dict(query(self._db(), "SELECT state, COUNT(*) FROM messages GROUP BY state"))

    def refused(self) -> dict[str, int]:
        """Of each way, how many messages of the last day found no room; none of them was sent or is kept."""
        sql = "SELECT way, COUNT(*) FROM refused WHERE at_ms > ? GROUP BY way ORDER BY way"
        return dict(query(self._db(), sql, (self._now_ms() - REFUSED_MS,)))

    def erase_old(self) -> int:
        """Erase everything whose day is over; how many."""
        with transaction(self._db()) as db:
            gone = db.execute("DELETE FROM messages WHERE erase_ms <= ?", (self._now_ms(),)).rowcount
            db.execute("DELETE FROM refused WHERE at_ms <= ?", (self._now_ms() - REFUSED_MS,))
        if gone:
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone)

    def _end(self, id: str, state: str) -> None:
        with transaction(self._db()) as db:
            db.execute(
                "UPDATE messages SET state = ?, sent_to = '', facts = '{}', fault = '' WHERE id = ? AND state IN "
                "('waiting', 'dead')",
                (state, id),
            )

    def _entries(self, where: str, values: tuple[object, ...]) -> list[Entry]:
        rows = query(self._db(), f"SELECT {_COLUMNS} FROM messages WHERE {where}", values)
        return [
            Entry(
                Message(
                    id=row[0], way=row[1], to=row[2], kind=row[3], facts=json.loads(row[4]), language=row[5],
                    until_ms=row[6], from_ms=row[7], erase_ms=row[8],
                ),
                tries=row[9], fault=row[10], made_ms=row[11],
            )
            for row in rows
        ]  # fmt: skip
