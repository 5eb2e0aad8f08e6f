"""Bugs of the server: receipts, streams, commits, its clock, what it publishes."""

import sqlite3
from contextlib import AbstractContextManager
from typing import Any

from broker.contract.codec import decode
from broker.contract.envelope import Reply
from broker.runtime.errors import DatabaseError
from broker.server import publisher
from broker.server.app import Server
from broker.server.steady_time import SteadyTime
from broker.server.writer import Writer
from broker.store.journal import Journal
from tests.simulation import disk
from tests.simulation.bugs.bug import both, bug, swap, wrap

Planted = AbstractContextManager[Any]


@bug("server.writer", "L8")
def receipts_are_not_kept() -> Planted:
    """No answer is stored with the events, so a command that comes again gets another one."""
    return swap(Writer, "_store", lambda self, receipt: None)


@bug("server.writer", "L8")
def refusals_are_not_kept() -> Planted:
    """Only accepted commands leave a receipt; a refused one is judged anew when it comes again."""

    def store(original: Any, self: Writer, receipt: Any) -> None:
        if decode(receipt.reply, Reply).kind == "done":
            original(self, receipt)

    return wrap(Writer, "_store", store)


@bug("server.writer", "L8")
def receipts_are_found_by_place_only() -> Planted:
    """A command without a place in a stream is not looked up by its id, so a browser's repeat is decided again."""

    def known(original: Any, self: Writer, device: str, id: str) -> Any:
        return None if device == "collector" else original(self, device, id)

    return wrap(Writer, "_known", known)


@bug("server.writer", "L2", "L15", "L8")
def gaps_are_skipped() -> Planted:
    """A command that comes before its predecessor is taken; the predecessor is then too late."""

    def out_of_turn(original: Any, self: Writer, stream: Any, envelope: Any) -> Any:
        last = self._streams.last(stream)
        return None if (envelope.seq or 0) > last else original(self, stream, envelope)

    return wrap(Writer, "_out_of_turn", out_of_turn)


@bug("server.app", "L14")
def answers_leave_before_the_commit() -> Planted:
    """A command is answered as soon as it is decided."""

    def on_message(original: Any, self: Server, message: Any) -> None:
        original(self, message)
        for answer in self.writer._open.answers:
            self._reply(answer)
        self.writer._open.answers.clear()

    return wrap(Server, "_on_message", on_message)


@bug("server.app", "L14")
def views_leave_before_the_commit() -> Planted:
    """What was decided is shown at once and committed afterwards."""

    def on_message(original: Any, self: Server, message: Any) -> None:
        original(self, message)
        self.publisher.show(self.writer.state, self.time.now_ms(), self._clock.machine_s())

    return wrap(Server, "_on_message", on_message)


@bug("store.journal", "L14", "L4", "L13", "L15", hours=1.0)
def a_full_disk_is_overlooked() -> Planted:
    """A commit that failed because the disk is full counts as done."""

    def append(original: Any, self: Journal, batch: Any) -> None:
        try:
            original(self, batch)
        except (DatabaseError, sqlite3.OperationalError):
            return

    return wrap(Journal, "append", append)


@bug("runtime.database", "L14", "L2", "L8", "L15", "L9")
def the_disk_is_not_asked_to_sync() -> Planted:
    """Databases are opened with synchronous=NORMAL: quicker, and the last commits go with the power."""

    def careless(original: Any, connection: sqlite3.Connection, *, read_only: bool = False) -> bool:
        new = original(connection, read_only=read_only)
        connection.execute("PRAGMA synchronous=NORMAL")
        return new

    return wrap(disk, "make_safe", careless)


@bug("server.steady_time", "L18")
def time_follows_the_wall_clock() -> Planted:
    """The server believes its wall clock whatever it does, also when it goes back."""
    return both(
        swap(SteadyTime, "now_ms", lambda self: self._wall_ms()), swap(Writer, "_now", lambda self: self._now_ms())
    )


@bug("server.steady_time", "L17")
def a_leap_of_the_clock_is_believed_at_once() -> Planted:
    """A wall clock that leaps ahead by hours opens a day that has not come."""
    return swap(SteadyTime, "_believed", lambda self, ahead_ms, now_s: ahead_ms >= 0)


@bug("server.publisher", "L10", hours=0.24)
def nothing_is_shown_again() -> Planted:
    """After a broker that lost everything, only what changes is published."""
    return swap(publisher.Publisher, "forget", lambda self: None)


@bug("server.publisher", "L11", "L14")
def views_bear_a_wrong_position() -> Planted:
    """Views say the position of the next event instead of the last one."""

    def encode_view(original: Any, kind: str, name: str, epoch: int, as_of: int, at_ms: int, body: bytes) -> bytes:
        return original(kind, name, epoch, as_of + 1, at_ms, body)

    return wrap(publisher, "encode_view", encode_view)
