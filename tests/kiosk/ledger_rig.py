"""A real ledger on a real file with a wire made of a list, which can lose its power between any two SQL statements."""

import sqlite3
from pathlib import Path
from typing import Any

from broker.contract.codec import decode
from broker.contract.topics import Topics
from broker.model.commands import AnyCommand, Command
from broker.model.hall import Hall
from broker.runtime.clock import Age, ManualClock
from broker.runtime.database import open_database
from broker.runtime.outbox import Entry, Outbox
from broker.runtime.sender import Sender
from kiosk.ledger import Ledger, Recovery
from kiosk.numbering import own_parts


class PowerCut(BaseException):
    """The power is gone: nothing after this line ran."""


class Wire:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[Entry] = []

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        self.sent.append(entry)


class Rig:
    """``cut_before`` counts SQL statements from the call on: the power goes before that one (1 = the next)."""

    def __init__(self, folder: Path, hall: Hall, kiosk: str = "kiosk-1") -> None:
        self.folder, self.hall, self.kiosk = folder, hall, kiosk
        self.clock = ManualClock()
        self.recovery: Recovery | None = None
        self.power_on()

    def power_on(self) -> None:
        self.connection = open_database(self.folder / "kiosk.db")
        self.mains = Mains(self.connection)
        self.wire = Wire()
        self.outbox = Outbox(self.mains, self.clock, self.wire)  # type: ignore[arg-type]
        self.outbox.start()
        self.outbox.connected()
        self.sender = Sender(self.outbox, Topics("town"), self.kiosk, lambda id, reply: None)
        parts = own_parts(self.hall, self.kiosk)
        self.ledger = Ledger(self.mains, self.sender, self.clock, self.kiosk, parts)  # type: ignore[arg-type]
        self.recovery = self.ledger.start()

    def power_off(self) -> None:
        self.connection.close()

    def restart(self) -> None:
        self.power_off()
        self.power_on()

    def kept(self) -> list[Command]:
        """All commands in the outbox, in order."""
        rows = self.connection.execute("SELECT payload FROM outbox ORDER BY seq").fetchall()
        return [decode(row[0], AnyCommand) for row in rows]  # type: ignore[arg-type]

    def answer_all(self, as_of: int = 10) -> None:
        """The engine takes everything, at journal position ``as_of``."""
        for seq, id in self.connection.execute("SELECT seq, id FROM outbox ORDER BY seq").fetchall():
            if id.endswith(".report"):
                self.ledger.settle(id.removesuffix(".report"), as_of)
            assert self.outbox.answered(self.outbox.epoch, seq, id)
        self.outbox.pump()


class Mains:
    """An SQLite connection whose power can be cut."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._left: int | None = None
        self.statements = 0

    def cut_before(self, statement: int) -> None:
        self._left = statement

    def _step(self) -> None:
        self.statements += 1
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            raise PowerCut

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        if sql != "ROLLBACK":  # after a power cut the file rolls itself back
            self._step()
        return self._connection.execute(sql, *arguments)

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        self._step()
        return self._connection.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
