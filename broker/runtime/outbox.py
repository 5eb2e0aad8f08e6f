"""A device's durable, ordered queue to the engine: committed before anyone is told, emptied only by the answer.

Commit first, then screen and send. What goes out is decided by ``outbox_mind``, kept by SQLite here, and carried by a
``Transport``: MQTT (``sender.py``) or anything else that can hand over one entry, such as an HTTP post. All calls come
from the one thread that opened the database.
"""

import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from broker.runtime.clock import Age, Clock, Moment, age_of, moment
from broker.runtime.database import query, transaction
from broker.runtime.errors import AlreadyInOutbox, DatabaseError, OutboxFull, PayloadTooLarge, SendRefused
from broker.runtime.outbox_mind import OutboxMind, Turn

logger = logging.getLogger(__name__)

HOLD_MOST_S = 2.0
"""No answer, true or forged, keeps an outbox still for longer; the engine may ask again."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS outbox_state (only INTEGER PRIMARY KEY CHECK (only = 1),"
    " epoch TEXT NOT NULL, last_seq INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, payload BLOB NOT NULL,"
    " ttl_ms INTEGER NOT NULL, by_whom TEXT NOT NULL, at_ms INTEGER NOT NULL, monotonic_s REAL NOT NULL,"
    " era TEXT NOT NULL) STRICT",
)
_COLUMNS = "seq, id, payload, ttl_ms, by_whom, at_ms, monotonic_s, era"


@dataclass(frozen=True)
class Entry:
    """One kept message. ``payload`` is opaque here; ``ttl_ms`` 0 means for ever; ``by`` is who acted, or empty."""

    seq: int
    id: str
    payload: bytes
    ttl_ms: int
    by: str
    created: Moment


@dataclass(frozen=True)
class Again:
    """Something told before that must be told once more; its age counts from ``created``."""

    payload: bytes
    id: str
    created: Moment


@dataclass(frozen=True)
class OutboxHealth:
    """``length`` of ``bound`` entries wait; the oldest since ``oldest.ms`` (None when empty)."""

    length: int
    bound: int
    oldest: Age | None
    epoch: str


class Transport(Protocol):
    """Hands one entry over to the network without waiting; raises SendRefused when it cannot now.

    ``age`` is the entry's age at this moment, ``epoch`` the outbox's: entries are known by (epoch, seq) and by id.
    """

    def send(self, entry: Entry, epoch: str, age: Age) -> None: ...


class Adding:
    """An open transaction: other tables of the file may be changed through ``connection`` in the same commit."""

    def __init__(self, outbox: "Outbox", connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.entries: list[Entry] = []
        self._outbox = outbox

    def put(self, payload: bytes, *, id: str, ttl_ms: int = 0, by: str = "") -> Entry:
        """Add an entry; OutboxFull or PayloadTooLarge end the whole transaction if they are not caught."""
        entry = self._outbox._insert(payload, id, ttl_ms, by, already=len(self.entries))
        self.entries.append(entry)
        return entry


class Outbox:
    """The queue. ``connection`` comes from ``open_database``; its file may hold other tables of the same device.

    ``bound`` entries at most are kept, each of ``payload_limit_bytes`` at most.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        clock: Clock,
        transport: Transport,
        *,
        bound: int = 5_000,
        payload_limit_bytes: int = 3_072,
        window: int = 20,
        patience_s: float = 2.0,
        make_epoch: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._transport = transport
        self._bound = bound
        self._payload_limit_bytes = payload_limit_bytes
        self._window, self._patience_s = window, patience_s
        self._make_epoch = make_epoch
        self._answered: list[int] = []
        self._told_of_refusal = False
        self.epoch = ""
        self._mind = OutboxMind()

    def start(self) -> None:
        """Make the tables when they are new and read what is still unanswered. Raises a DatabaseError."""
        with transaction(self._connection) as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT OR IGNORE INTO outbox_state VALUES (1, ?, 0)", (self._make_epoch(),))
            self.epoch, last_seq = connection.execute("SELECT epoch, last_seq FROM outbox_state").fetchone()
            pending = [row[0] for row in connection.execute("SELECT seq FROM outbox ORDER BY seq")]
        self._mind = OutboxMind(last_seq, pending, window=self._window, patience_s=self._patience_s)

    def __len__(self) -> int:
        return len(self._mind)

    def check_room(self, entries: int) -> None:
        """OutboxFull unless so many more entries fit: what is begun must also be told to its end."""
        if len(self._mind) + entries > self._bound:
            raise OutboxFull(len(self._mind), self._bound)

    def put(self, payload: bytes, *, id: str, ttl_ms: int = 0, by: str = "") -> Entry:
        """Commit one entry; when this returns it survives a power cut. OutboxError or DatabaseError: it is not kept."""
        with self.adding() as adding:
            return adding.put(payload, id=id, ttl_ms=ttl_ms, by=by)

    @contextmanager
    def adding(self) -> Iterator[Adding]:
        """One transaction for entries and other tables of the same file: ``with outbox.adding() as adding: ...``."""
        with transaction(self._connection) as connection:
            adding = Adding(self, connection)
            yield adding
        for entry in adding.entries:
            self._mind.added(entry.seq)

    def connected(self) -> None:
        """The transport is up: the next ``pump`` begins again at the oldest entry."""
        self._mind.connected()

    def disconnected(self) -> None:
        """The transport is down."""
        self._mind.disconnected()

    def pump(self) -> None:
        """Drop what was answered, send what is due. Call it after every put, answer and state, and after ``wait_s``."""
        self._forget_answered()
        now_s = self._clock.machine_s()
        for entry in self._read(self._mind.due(now_s)):
            try:
                self._transport.send(entry, self.epoch, age_of(self._clock, entry.created))
            except SendRefused as refusal:
                logger.debug("outbox holds seq=%d: %s", entry.seq, refusal)
                self._mind.held(entry.seq, now_s)
                return

    def wait_s(self) -> float | None:
        """Real seconds until ``pump`` has something to do by itself; None when only an event can bring it."""
        return self._mind.wait_s(self._clock.machine_s())

    def answered(self, epoch: str | None, seq: int | None, id: str) -> bool:
        """An answer came. True exactly once per entry: act on the result, then ``pump`` removes the entry."""
        if epoch != self.epoch or seq is None or seq not in self._mind:
            return False
        if self._id_of(seq) != id:
            # The engine remembers another command under this number: this database is a copy of an older one.
            logger.warning("outbox answer names another entry seq=%d epoch=%s", seq, epoch)
            self._begin_new_epoch()
            return False
        self._answered.append(seq)
        return self._mind.answered(seq, self._clock.machine_s())

    def go_back(self, epoch: str | None, expected: int | None) -> None:
        """The engine stands at a gap and wants ``expected``."""
        if epoch != self.epoch or expected is None:
            return
        if self._mind.go_back(expected, self._clock.machine_s()) is Turn.NEW_EPOCH:
            self._begin_new_epoch()

    def hold(self, epoch: str | None, expected: int | None, pause_s: float) -> None:
        """The engine has too much of us: begin again at ``expected`` after the pause, ``HOLD_MOST_S`` at most."""
        if epoch == self.epoch and expected is not None and expected in self._mind:
            self._mind.held(expected, self._clock.machine_s(), min(max(0.0, pause_s), HOLD_MOST_S))

    def begin_again(self, first: Sequence[Again], also: Callable[[sqlite3.Connection], None]) -> int:
        """The other side forgot what it had answered: say ``first`` again, then all that is unanswered, in a new epoch.

        Answers still on their way from before name the old epoch and count no more. ``also`` changes other tables of
        the file in the same commit. What is told again is kept even beyond the bound: it is no new wish. Returns how
        many entries were added; raises DatabaseError, and then nothing was changed.
        """
        epoch = self._make_epoch()
        with transaction(self._connection) as connection:
            answered = set(self._answered)
            rows = connection.execute(f"SELECT {_COLUMNS} FROM outbox ORDER BY seq").fetchall()
            rows = [row[1:] for row in rows if row[0] not in answered]
            waiting = {row[0] for row in rows}
            told = [(a.id, a.payload, 0, "", a.created.at_ms, a.created.monotonic_s, a.created.era)
                    for a in first if a.id not in waiting]  # fmt: skip
            connection.execute("DELETE FROM outbox")
            connection.executemany(
                f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(seq, *row) for seq, row in enumerate([*told, *rows], start=1)],
            )
            entries = len(told) + len(rows)
            connection.execute("UPDATE outbox_state SET epoch = ?, last_seq = ?", (epoch, entries))
            also(connection)
        self._answered.clear()
        self.epoch = epoch
        self._mind.renumbered(entries)
        logger.warning("outbox tells again entries=%d of %d in epoch=%s", len(told), entries, epoch)
        return len(told)

    def health(self) -> OutboxHealth:
        """Length, bound and age of the oldest entry."""
        oldest = None
        if self._mind.oldest is not None:
            oldest = next((age_of(self._clock, e.created) for e in self._read((self._mind.oldest,))), None)
        return OutboxHealth(len(self._mind), self._bound, oldest, self.epoch)

    def _insert(self, payload: bytes, id: str, ttl_ms: int, by: str, already: int) -> Entry:
        if len(payload) > self._payload_limit_bytes:
            raise PayloadTooLarge(len(payload), self._payload_limit_bytes)
        if len(self._mind) + already >= self._bound:
            raise OutboxFull(len(self._mind) + already, self._bound)
        if query(self._connection, "SELECT 1 FROM outbox WHERE id = ?", (id,)):
            raise AlreadyInOutbox(id)
        entry = Entry(self._mind.last_seq + already + 1, id, payload, ttl_ms, by, moment(self._clock))
        created = entry.created
        self._connection.execute(
            f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (entry.seq, id, payload, ttl_ms, by, created.at_ms, created.monotonic_s, created.era),
        )
        self._connection.execute("UPDATE outbox_state SET last_seq = ?", (entry.seq,))
        return entry

    def _read(self, seqs: tuple[int, ...]) -> Iterator[Entry]:
        for seq in seqs:
            for row in query(self._connection, f"SELECT {_COLUMNS} FROM outbox WHERE seq = ?", (seq,)):
                yield Entry(row[0], row[1], row[2], row[3], row[4], Moment(*row[5:]))

    def _id_of(self, seq: int) -> str | None:
        rows = query(self._connection, "SELECT id FROM outbox WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def _forget_answered(self) -> None:
        if not self._answered:
            return
        try:
            with transaction(self._connection) as connection:
                connection.executemany("DELETE FROM outbox WHERE seq = ?", [(seq,) for seq in self._answered])
        except DatabaseError as error:
            # Harmless: after a restart they are sent and answered once more. Tried again at the next pump, fifty times
            # a second, and said once: a full disk must not push everything else out of the log.
            if not self._told_of_refusal:
                logger.warning("outbox cannot remove answered entries: %s", error)
            self._told_of_refusal = True
            return
        self._told_of_refusal = False
        self._answered.clear()

    def _begin_new_epoch(self) -> None:
        """Number the unanswered entries anew under a new random epoch; their ids keep each from counting twice."""
        self._forget_answered()
        if self._answered:
            return
        epoch = self._make_epoch()
        try:
            with transaction(self._connection) as connection:
                seqs = [row[0] for row in connection.execute("SELECT seq FROM outbox ORDER BY seq")]
                for number, seq in enumerate(seqs, start=1):
                    connection.execute("UPDATE outbox SET seq = ? WHERE seq = ?", (number, seq))
                connection.execute("UPDATE outbox_state SET epoch = ?, last_seq = ?", (epoch, len(seqs)))
        except DatabaseError as error:
            logger.warning("outbox cannot begin a new epoch, the engine's next word tries again: %s", error)
            return
        self.epoch = epoch
        self._mind.renumbered()
        logger.warning("outbox begins a new epoch=%s entries=%d", epoch, len(seqs))
