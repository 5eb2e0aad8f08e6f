"""What is done once a day has ended: one program at a time, each once a day, again when it failed, never in the way."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from broker.model import commands as c
from broker.model.hall_file import parse_hall
from broker.server.snapshot import fold
from broker.server.upkeep import AGAIN_S, LONGEST_S, Chore, Upkeep, chores_of
from tests.halls import SMALL, small_hall
from tests.server.server_rig import ServerRig

CHORES = (Chore("archive", ("put", "away")), Chore("backup", ("copy", "it")))


class Work:
    """A program that ends when it is told to."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)
        self.code: int | None = None
        self.ends: list[str] = []

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.ends.append("asked")

    def kill(self) -> None:
        self.ends.append("killed")

    def wait(self, timeout: float | None = None) -> int:
        if timeout is not None and "killed" not in self.ends:
            raise subprocess.TimeoutExpired("work", timeout)
        return -9


class Desk:
    """The journal's memory and everything that was begun."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.begun: list[Work] = []
        self.broken = False

    def fact(self, name: str) -> str | None:
        return self.facts.get(name)

    def note(self, name: str, value: str) -> None:
        self.facts[name] = value

    def begin(self, command: Sequence[str]) -> Work:
        if self.broken:
            raise OSError("no more processes")
        self.begun.append(Work(command))
        return self.begun[-1]

    def upkeep(self) -> Upkeep:
        return Upkeep(CHORES, self, self.begin)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_nothing_is_done_before_a_day_has_ended(desk: Desk) -> None:
    upkeep = desk.upkeep()
    upkeep.look(1.0)
    assert desk.begun == []


def test_one_after_the_other_once_a_day(desk: Desk) -> None:
    upkeep = desk.upkeep()
    upkeep.day_ended("2026-03-04")
    for now_s in range(5):
        upkeep.look(now_s)
    assert [work.command for work in desk.begun] == [("put", "away")]
    desk.begun[0].code = 0
    for now_s in range(5, 10):
        upkeep.look(now_s)
    desk.begun[1].code = 0
    for now_s in range(10, 20):
        upkeep.look(now_s)
    assert [work.command for work in desk.begun] == [("put", "away"), ("copy", "it")]
    assert desk.facts == {"archive": "2026-03-04", "backup": "2026-03-04"}
    upkeep.day_ended("2026-03-05")
    upkeep.look(20)
    assert len(desk.begun) == 3


def test_what_was_done_is_not_done_again_after_a_restart(desk: Desk) -> None:
    desk.facts = {"archive": "2026-03-04", "backup": "2026-03-03"}
    upkeep = desk.upkeep()
    upkeep.day_ended("2026-03-04")
    upkeep.look(0)
    assert [work.command for work in desk.begun] == [("copy", "it")]


def test_one_that_fails_is_told_of_and_tried_again_later(desk: Desk) -> None:
    desk.facts = {"archive": "2026-03-04"}
    upkeep = desk.upkeep()
    upkeep.day_ended("2026-03-04")
    upkeep.look(0)
    desk.begun[0].code = 74
    upkeep.look(1)
    assert upkeep.trouble == "backup_failed"
    upkeep.look(AGAIN_S - 1)
    assert len(desk.begun) == 1
    upkeep.look(AGAIN_S + 2)
    desk.begun[1].code = 0
    upkeep.look(AGAIN_S + 3)
    assert (upkeep.trouble, desk.facts["backup"]) == ("", "2026-03-04")


def test_one_that_fails_does_not_keep_the_other_from_its_turn(desk: Desk) -> None:
    upkeep = desk.upkeep()
    upkeep.day_ended("2026-03-04")
    upkeep.look(0)
    desk.begun[0].code = 1
    upkeep.look(1)
    upkeep.look(2)
    assert desk.begun[1].command == ("copy", "it")
    assert upkeep.trouble == "archive_failed"


def test_one_that_cannot_begin_or_never_ends_has_failed(desk: Desk) -> None:
    upkeep = desk.upkeep()
    upkeep.day_ended("2026-03-04")
    desk.broken = True
    upkeep.look(0)
    assert upkeep.trouble == "archive_failed"
    desk.broken = False
    upkeep.look(1)
    upkeep.look(LONGEST_S + 2)
    assert desk.begun[0].ends == ["killed"]
    assert desk.facts == {}


def test_a_chore_at_work_ends_with_the_server(desk: Desk) -> None:
    upkeep = desk.upkeep()
    upkeep.day_ended("2026-03-04")
    upkeep.look(0)
    upkeep.stop()
    assert desk.begun[0].ends == ["asked", "killed"]
    upkeep.stop()


def test_the_hall_file_says_what_is_done() -> None:
    plain = chores_of(small_hall(), Path("hall.toml"))
    assert [chore.name for chore in plain] == ["archive", "report"]
    assert plain[1].command[1:] == ("-m", "broker", "report", "hall.toml", "--keep", "--gently")
    hall = parse_hall(SMALL + '[records]\nbackup_folder = "/mnt/stick"\nbackups_kept = 7\n')
    backup = chores_of(hall, Path("hall.toml"))[1]
    assert backup.command[1:] == ("-m", "broker", "backup", "hall.toml", "/mnt/stick", "--keep", "7", "--gently")
    beside = parse_hall(SMALL + '[records]\nbackup_folder = "backups"\n')
    assert "/etc/hall/backups" in chores_of(beside, Path("/etc/hall/hall.toml"))[1].command


def day_after_day(rig: ServerRig) -> None:
    rig.turn()
    rig.say(c.OpenCounter(counter="c1"), "open-0001")
    rig.turn()
    rig.clock.advance(24 * 3600)
    rig.turn()
    rig.turn()


def test_a_server_begins_its_chores_when_a_day_has_ended_and_works_on(tmp_path: Path) -> None:
    told = tmp_path / "told"
    chore = Chore("backup", (sys.executable, "-c", f"open({str(told)!r}, 'w').write('done')"))
    rig = ServerRig(tmp_path / "hall.db", chores=(chore,))
    rig.turn()
    assert rig.server.journal.fact("backup") is None
    day_after_day(rig)
    until_s = time.monotonic() + 30
    while rig.server.journal.fact("backup") is None and time.monotonic() < until_s:
        rig.turn()
        time.sleep(0.02)
    assert (told.read_text(), rig.server.journal.fact("backup")) == ("done", "2026-03-04")
    rig.server.stop()


def test_a_failed_chore_is_in_the_engines_heartbeat(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db", chores=(Chore("backup", (sys.executable, "-c", "raise SystemExit(3)")),))
    day_after_day(rig)
    until_s = time.monotonic() + 30
    while rig.beats()[-1].trouble == "" and time.monotonic() < until_s:
        rig.turn(5.0)
        time.sleep(0.02)
    beat = rig.beats()[-1]
    assert (beat.online, beat.trouble) == (True, "backup_failed")
    rig.server.stop()


def test_each_new_day_leaves_a_snapshot_to_begin_with(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    day_after_day(rig)
    assert rig.server.writer.state.day == "2026-03-05"
    kept = next(rig.server.journal.snapshots())
    rig.server.stop()
    rig.boot()
    assert kept.position > 3
    folded = fold(rig.server.journal)
    assert folded.events == rig.server.journal.position - kept.position
    assert folded.state == rig.server.writer.state
    rig.server.stop()
