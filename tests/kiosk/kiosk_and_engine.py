"""A kiosk's ledger and outbox before the real writer and journal, with nothing but memory between them."""

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path

from broker.contract.codec import encode
from broker.contract.topics import Topics
from broker.engine.project import project
from broker.model.events import JournalRestored
from broker.model.hall import Hall
from broker.model.views import KioskView
from broker.runtime.clock import ManualClock
from broker.runtime.database import open_database
from broker.runtime.outbox import Outbox
from broker.runtime.sender import CommandTransport, Sender
from broker.store.journal import Batch, Journal
from kiosk.ledger import Ledger, Recovery
from kiosk.numbering import own_parts
from kiosk.standing import Standing
from tests.halls import DAY, OPENS_MS, small_hall
from tests.server.rig import WriterRig


class Wire:
    """Carries to the writer at once; ``cut`` loses everything."""

    def __init__(self, carry: Callable[[bytes], None]) -> None:
        self.cut = False
        self._carry = carry

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        if not self.cut:
            self._carry(payload)


class KioskAtWork:
    """One kiosk. ``answers`` are (command id, code of the refusal or None), oldest first."""

    recovery: Recovery

    def __init__(self, engine: "EngineAtWork", folder: Path, name: str) -> None:
        self.engine, self.folder, self.name = engine, folder, name
        self.clock = engine.clock
        self.answers: list[tuple[str, str | None]] = []
        self.wire = Wire(lambda payload: engine.hears(self, payload))
        self.power_on()

    def power_on(self) -> None:
        self.connection = open_database(self.folder / f"{self.name}.db")
        topics = Topics(self.engine.hall.hall.id)
        self.outbox = Outbox(self.connection, self.clock, CommandTransport(self.wire, topics, self.name))
        self.outbox.start()
        self.sender = Sender(self.outbox, topics, self.name, self._answered)
        parts = own_parts(self.engine.hall, self.name)
        self.ledger = Ledger(self.connection, self.sender, self.clock, self.name, parts)
        self.recovery = self.ledger.start()
        self.sender.on_online(True)

    def power_cut(self) -> None:
        self.connection.close()
        self.power_on()

    def _answered(self, id: str, reply) -> None:  # type: ignore[no-untyped-def]
        code = reply.refusal.code if reply.refusal is not None else None
        self.answers.append((id, code))
        ticket, _, step = id.rpartition(".")
        if step == "report":
            self.ledger.settle(ticket, reply.as_of, code)


class EngineAtWork(WriterRig):
    """The server's writer with its journal; ``talk`` lets time pass until nobody has anything to say."""

    def __init__(self, folder: Path, *kiosks: str, hall: Hall | None = None) -> None:
        self.clock = ManualClock(OPENS_MS)
        super().__init__(folder, hall or small_hall())
        self.folder = folder
        self.kiosks = {name: KioskAtWork(self, folder, name) for name in kiosks}
        self._said: list[tuple[KioskAtWork, bytes]] = []
        self.talk()

    def hears(self, kiosk: KioskAtWork, payload: bytes) -> None:
        self._said.append((kiosk, payload))

    def talk(self, seconds: float = 11.0) -> None:
        """Heartbeat, views, commands and answers for a while."""
        for _ in range(int(seconds * 4)):
            self.clock.advance(0.25)
            self.now_ms = self.clock.now_ms()
            for kiosk in self.kiosks.values():
                kiosk.outbox.pump()
            self._turn()
        self.heartbeat()
        self._turn()

    def heartbeat(self) -> None:
        """What every kiosk in reach hears about every five seconds."""
        for kiosk in self.kiosks.values():
            if not kiosk.wire.cut:
                kiosk.ledger.engine_stands(Standing(self.journal.identity, self.journal.position))
                view = self.view(kiosk.name)
                kiosk.ledger.learn(view.day, view.highest, self.writer.state.position)

    def view(self, kiosk: str) -> KioskView:
        view = project(self.hall, self.writer.state, ("kiosk",))["kiosk", kiosk]
        assert isinstance(view, KioskView)
        return view

    def _turn(self) -> None:
        while self._said:
            said, self._said = self._said, []
            for kiosk, payload in said:
                self.writer.take(kiosk.name, payload)
            for answer in self.writer.commit():
                kiosk = self.kiosks.get(answer.device)
                if kiosk is not None and not kiosk.wire.cut:
                    kiosk.sender.on_message(encode(answer.reply))

    def numbers(self) -> dict[str, str]:
        """Ticket -> number, as the engine knows them today."""
        return {ticket.ticket: ticket.number for ticket in self.writer.state.tickets.values()}

    # -- backups

    def back_up(self) -> Path:
        """A copy of the journal as it is now."""
        copy = self.folder / "backup.db"
        with sqlite3.connect(copy) as target:
            self.journal.connection.backup(target)
        target.close()
        return copy

    def restore(self, copy: Path, *, renamed: bool = True, says_so: bool = True) -> None:
        """Put the copy in the journal's place: by the command, which gives it a new name, or by hand.

        ``says_so``: the journal says itself that it was restored, as the command makes it.
        """
        self.journal.close()
        for part in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            part.unlink(missing_ok=True)
        shutil.copy(copy, self.path)
        if renamed:
            with sqlite3.connect(self.path) as target:
                target.execute("UPDATE facts SET value = ? WHERE name = 'journal'", (uuid.uuid4().hex,))
            target.close()
        if renamed and says_so:
            self._say_that_it_was_restored()
        self._boot()

    def _say_that_it_was_restored(self) -> None:
        journal = Journal(self.path, self.hall.hall.id)
        journal.open()
        journal.append(Batch(events=[(JournalRestored(at_ms=0, through=DAY), "server/restored")]))
        journal.close()
