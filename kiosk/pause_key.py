"""The staff's pause key: its last wish, kept here so that it counts at once, also without the engine.

The wish rules until the engine has answered it and shows a view as new as that answer; from then on the view does, so
that a manager can end a pause. An answer is said once: one that the disk refuses is remembered here, and a start takes
a wish that no longer waits in the outbox as answered. A wish that stuck would keep its kiosk shut for good.
"""

import sqlite3
from dataclasses import dataclass

from broker.model.commands import PauseIssuing, ResumeIssuing
from broker.runtime.database import transaction
from broker.runtime.sender import Sender
from kiosk.ticket import WORDS_EACH


@dataclass(frozen=True)
class Pause:
    """The last wish and, once answered, the journal position of the answer."""

    paused: bool
    answered_as_of: int | None


class PauseKey:
    """One row in the ledger's file. ``sender`` must use the database of ``connection``."""

    def __init__(self, connection: sqlite3.Connection, sender: Sender, kiosk: str) -> None:
        self._connection = connection
        self._sender = sender
        self._kiosk = kiosk
        self._answered: tuple[str, int] | None = None
        """The last answer that the disk refused: command and journal position."""

    def recover(self, connection: sqlite3.Connection) -> None:
        """At a start, within its transaction: who is not in the outbox any more was answered, at a place unknown."""
        connection.execute(
            "UPDATE pause SET answered_as_of = 0 WHERE answered_as_of IS NULL"
            " AND command NOT IN (SELECT id FROM outbox)"
        )

    def unsettle(self) -> None:
        """Positions of a journal that was replaced mean nothing (as ``ledger_tables.unsettle`` in the file)."""
        if self._answered is not None:
            self._answered = (self._answered[0], 0)

    def wish(self, paused: bool, command: str) -> None:
        """Keep and send a wish. It leaves room for a ticket under way; OutboxError or DatabaseError: it is not kept."""
        self._sender.outbox.check_room(WORDS_EACH)
        asked = PauseIssuing(kiosk=self._kiosk) if paused else ResumeIssuing(kiosk=self._kiosk)
        with self._sender.outbox.adding() as adding:
            adding.connection.execute("INSERT OR REPLACE INTO pause VALUES (1, ?, ?, NULL)", (int(paused), command))
            self._sender.put_within(adding, asked, id=command)
        self._sender.tick()

    def answered(self, command: str, as_of: int) -> None:
        """The engine answered a wish; only the answer to the last one counts. DatabaseError: it counts all the same."""
        if self._connection.execute("SELECT 1 FROM pause WHERE command = ?", (command,)).fetchone() is None:
            return
        self._answered = (command, as_of)
        with transaction(self._connection) as connection:
            connection.execute("UPDATE pause SET answered_as_of = ? WHERE command = ?", (as_of, command))
        self._answered = None

    def last(self) -> Pause | None:
        """The last wish; None if the key was never pressed."""
        row = self._connection.execute("SELECT paused, command, answered_as_of FROM pause").fetchone()
        if row is None:
            return None
        paused, command, as_of = row
        if as_of is None and self._answered is not None and self._answered[0] == command:
            as_of = self._answered[1]
        return Pause(bool(paused), as_of)
