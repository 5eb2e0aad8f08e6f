"""A disk that is full, read-only or broken: nobody is answered, nothing unkept is shown, staff are told why."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.model import commands as c
from broker.runtime.database import open_database
from broker.runtime.errors import DatabaseDamaged, DiskFailed
from broker.server.audit import check, replay
from broker.server.disk_trouble import RETRY_S
from tests.runtime.small_disk import fill, small_disk
from tests.server.server_rig import ServerRig

CODES = {
    "disk_full": sqlite3.SQLITE_FULL,
    "disk_read_only": sqlite3.SQLITE_READONLY,
    "disk_failed": sqlite3.SQLITE_IOERR_WRITE,
    "disk_busy": sqlite3.SQLITE_BUSY,
    "damaged": sqlite3.SQLITE_CORRUPT,
}


class FailingDisk:
    """Opens real files; while ``cause`` is set no transaction begins, or, with ``at_commit``, none ends."""

    def __init__(self) -> None:
        self.cause = ""
        self.at_commit = False

    def open(self, path: Path) -> sqlite3.Connection:
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:  # type: ignore[override]
                if disk.cause and sql == ("COMMIT" if disk.at_commit else "BEGIN IMMEDIATE"):
                    error = sqlite3.OperationalError(disk.cause)
                    error.sqlite_errorcode = CODES[disk.cause]
                    raise error
                return super().execute(sql, *parameters)

        open_database(path).close()
        connection = sqlite3.connect(path, isolation_level=None, factory=Connection)
        connection.execute("PRAGMA synchronous=FULL")
        return connection


@pytest.fixture
def disk() -> FailingDisk:
    return FailingDisk()


@pytest.fixture
def rig(tmp_path: Path, disk: FailingDisk) -> ServerRig:
    rig = ServerRig(tmp_path / "hall.db", open_file=disk.open)
    rig.turn()
    rig.say(c.OpenCounter(counter="c1"), "open-0001")
    rig.turn()
    assert rig.beats()[-1].online
    assert [reply.id for reply in rig.replies()] == ["open-0001"]
    return rig


def ticket(number: int) -> c.IssueTicket:
    return c.IssueTicket(ticket=f"ticket-{number:04d}", service="pension")


def hold_still(rig: ServerRig, turns: int = 12) -> None:
    for _ in range(turns):
        rig.turn()


@pytest.mark.parametrize("at_commit", [False, True])
@pytest.mark.parametrize("cause", ["disk_full", "disk_read_only", "disk_failed", "disk_busy"])
def test_nobody_is_answered_and_everybody_hears_why(
    rig: ServerRig, disk: FailingDisk, cause: str, at_commit: bool
) -> None:
    disk.cause, disk.at_commit = cause, at_commit
    before, shown = rig.server.journal.position, len(rig.views("hall", rig.hall.hall.id))
    rig.say(ticket(1), "issue-0001")
    rig.turn()
    rig.turn()
    assert [reply.id for reply in rig.replies()] == ["open-0001"]
    beat = rig.beats()[-1]
    assert (beat.online, beat.trouble, beat.as_of) == (False, cause, before)
    rig.say(ticket(2), "issue-0002")
    hold_still(rig)
    assert [reply.id for reply in rig.replies()] == ["open-0001"]
    assert len(rig.views("hall", rig.hall.hall.id)) == shown
    assert not rig.link.arriving
    assert len(rig.link.acknowledged) == 3


@pytest.mark.parametrize("cause", ["disk_full", "disk_read_only", "disk_failed", "disk_busy"])
def test_it_goes_on_by_itself_and_the_same_command_is_decided_then(
    rig: ServerRig, disk: FailingDisk, cause: str
) -> None:
    disk.cause = cause
    rig.say(ticket(1), "issue-0001")
    hold_still(rig)
    disk.cause = ""
    rig.turn(RETRY_S)
    rig.turn()
    assert (rig.beats()[-1].online, rig.beats()[-1].trouble) == (True, "")
    rig.say(ticket(1), "issue-0001")
    rig.turn()
    reply = rig.replies()[-1]
    assert (reply.id, reply.kind, (reply.result or {})["number"]) == ("issue-0001", "done", "A001")
    rig.say(ticket(1), "issue-0001")
    rig.turn()
    assert rig.replies()[-1] == reply
    rig.server.stop()
    assert check(rig.hall, rig.path).findings == []
    assert replay(rig.hall, rig.path).findings == []


def test_nothing_is_shown_that_was_not_kept(rig: ServerRig, disk: FailingDisk) -> None:
    disk.cause = "disk_full"
    for number in range(5):
        rig.say(ticket(number), f"issue-{number:04d}")
    hold_still(rig)
    disk.cause = ""
    hold_still(rig)
    assert all(view.as_of <= rig.server.journal.position for view in rig.views("hall", rig.hall.hall.id))
    assert rig.server.writer.state.tickets == {}
    assert b'"A00' not in bytes(rig.views("hall", rig.hall.hall.id)[-1].body)


def test_a_commit_that_was_kept_although_the_disk_complained_is_not_done_twice(
    rig: ServerRig, disk: FailingDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an input/output error nobody knows; the file tells when it is opened again."""
    real = rig.server.journal.append

    def kept_and_failed(batch: object) -> None:
        real(batch)  # type: ignore[arg-type]
        raise DiskFailed(rig.path, "planted")

    with monkeypatch.context() as patch:
        patch.setattr(rig.server.journal, "append", kept_and_failed)
        rig.say(ticket(1), "issue-0001")
        rig.turn()
    rig.turn(RETRY_S)
    rig.say(ticket(1), "issue-0001")
    rig.turn()
    rig.turn()
    assert (rig.replies()[-1].result or {})["number"] == "A001"
    assert len(rig.server.writer.state.tickets) == 1


def test_a_damaged_file_ends_the_server(rig: ServerRig, disk: FailingDisk) -> None:
    disk.cause = "damaged"
    rig.say(ticket(1), "issue-0001")
    with pytest.raises(DatabaseDamaged):
        rig.turn()


def test_it_ends_in_order_while_the_disk_fails(rig: ServerRig, disk: FailingDisk) -> None:
    disk.cause = "disk_full"
    rig.say(ticket(1), "issue-0001")
    hold_still(rig)
    rig.server.stop()
    disk.cause = ""
    rig.boot()
    assert rig.server.writer.state.tickets == {}


@contextmanager
def little_room(folder: Path) -> Iterator[Path]:
    with small_disk(folder, 8 * 1024) as place:
        yield place


def test_a_really_full_disk_and_room_again(tmp_path: Path) -> None:
    with little_room(tmp_path / "disk") as place:
        rig = ServerRig(place / "hall.db")
        rig.say(c.OpenCounter(counter="c1"), "open-0001")
        rig.turn()
        fill(place)
        number = 0
        while rig.server._trouble.cause == "" and number < 3000:
            number += 1
            rig.say(ticket(number), f"issue-{number:04d}")
            rig.turn(0.01)
        rig.turn()
        assert rig.beats()[-1].trouble == "disk_full"
        answered = {reply.id for reply in rig.replies()}
        assert f"issue-{number:04d}" not in answered
        hold_still(rig)
        assert rig.beats()[-1].trouble == "disk_full"
        (place / "filler").unlink()
        rig.turn(RETRY_S)
        rig.say(ticket(number), f"issue-{number:04d}")
        rig.turn()
        rig.turn()
        assert rig.replies()[-1].id == f"issue-{number:04d}"
        assert rig.beats()[-1].online
        rig.server.stop()
        assert check(rig.hall, rig.path).findings == []
