"""The events of the day at the counters are kept like any: after an older journal, archived, backed up, restored."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import Level
from broker.server import audit
from broker.server.archiving import archive_old_days
from broker.server.backup import make_backup
from broker.server.restore import restore_backup
from broker.store.archive import archive_path
from broker.store.journal import read_events
from tests.server.rig import WriterRig
from tests.store.fixtures import LOBBY, load_old_journal
from tests.store.many_days import LongTown

NEW = {
    *(e.ActionUndone, e.VisitPartFinished, e.DirectServed, e.ExtensionApproved, e.ReturnSlipGiven),
    *(e.ClerkLoggedIn, e.ClerkLoggedOut, e.PauseRanLong, e.CoverWanted, e.SubstituteAppointed),
    *(e.CounterExcused, e.CounterStoodEmpty, e.CoverLapsed, e.EvaluationExplained, e.VisitLeftUnrated),
}
DAYS, KEPT = 17, 14


class CounterTown(LongTown):
    """Each day has one of everything that happens at counters."""

    def store_digest(self) -> None:
        """At the end of each day, before it is looked at."""
        self._at_the_counters()
        super().store_digest()

    def _at_the_counters(self) -> None:
        hub, day = self.hub, self.days
        for service in ("pension", "pension", "pension"):
            hub.take_ticket(service)
        hub.done(c.CallNext(counter="c1"))
        hub.done(c.UndoLast(counter="c1"))
        hub.done(c.CallNext(counter="c1"))
        hub.done(c.NextService(counter="c1", service="card", to_counter="c1"))
        slip = {"slip": f"slip-{day:04d}", "code": f"SLIP{day:04d}", "missing": "户口簿"}
        hub.done(c.GiveReturnSlip(counter="c1", **slip))
        visit = str(hub.done(c.ServeDirect(counter="c1", service="card", reason="咨询"))["visit"])
        hub.done(c.LeaveUnrated(visit=visit, device="keypad-1", why="declined"))
        rating = c.RecordEvaluation(
            evaluation=f"low-rating-{day:04d}", visit=visit, level=Level.DISSATISFIED, device="phone",
            pressed_at_ms=hub.clock.now_ms(),
        )  # fmt: skip
        hub.done(rating)
        hub.done(c.ExplainEvaluation(visit=visit, device="phone", reasons=("slow",), reasons_version=1))
        hub.done(c.ApproveExtension(reason="最后一位", minutes=30))
        self._nobody_there()

    def _nobody_there(self) -> None:
        """A pause that becomes an incident, one that is excused, and a counter that is wanted and needless again."""
        hub = self.hub
        hub.done(c.PauseCounter(counter="c1", reason="会议"))
        hub.pass_time(11)
        hub.done(c.AppointSubstitute(counter="c1", clerk="staff-17"))
        hub.pass_time(6)
        hub.done(c.ExcuseCounter(counter="c1", reason="检修"))
        hub.done(c.LogIn(counter="c1", clerk="staff-19"))
        number = hub.take_ticket("unit")
        hub.done(c.LogIn(counter="c4", clerk="staff-16"))
        hub.done(c.LogOut(counter="c4"))
        hub.pass_time(6)
        hub.done(c.CancelTicket(number=number))
        hub.pass_time(1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> CounterTown:
    return CounterTown(tmp_path_factory.mktemp("counter-town")).live(DAYS)


def everything(path: Path) -> list[tuple[int, e.Event]]:
    with closing(sqlite3.connect(path)) as connection:
        return list(read_events(connection))


def findings(hall: Hall, path: Path) -> list[str]:
    return [*audit.check(hall, path).findings, *audit.replay(hall, path).findings]


def test_the_stories_hold_every_new_event(lived: CounterTown) -> None:
    kinds = {type(event) for _, event in everything(lived.path)}
    assert kinds >= NEW
    assert set(get_args(e.AnyEvent)) >= NEW
    assert findings(lived.hall, lived.path) == []


def test_old_days_at_the_counters_are_archived_backed_up_and_restored_whole(lived: CounterTown, tmp_path: Path) -> None:
    path = tmp_path / "server" / "hall.db"
    path.parent.mkdir()
    path.write_bytes(lived.path.read_bytes())
    before = everything(path)
    assert archive_old_days(lived.hall, path, KEPT).events > 0
    with closing(sqlite3.connect(archive_path(path, "2026-03"))) as archive:
        assert {row[0] for row in archive.execute("SELECT type FROM events")} >= {kind.__name__ for kind in NEW}
    assert everything(path) == before
    assert findings(lived.hall, path) == []
    now_ms = lived.hub.clock.now_ms()
    made = make_backup(lived.hall, path, {}, tmp_path / "town.zip", now_ms)
    path.write_bytes(b"")
    path.unlink()
    restore_backup(lived.hall, path, {}, made.path, now_ms)
    assert everything(path)[:-1] == before
    assert findings(lived.hall, path) == []


# -- a journal of before ------------------------------------------------


def test_a_journal_of_before_opens_as_it_is_and_its_day_goes_on_with_all_that_is_new(tmp_path: Path) -> None:
    hall = load_old_journal(LOBBY, tmp_path / "hall.db")
    before = everything(tmp_path / "hall.db")
    assert findings(hall, tmp_path / "hall.db") == []
    assert not {type(event) for _, event in before} & NEW
    rig = WriterRig(tmp_path, hall, at_ms=before[-1][1].at_ms + 1000)
    rig.made = 1_000_000

    def done(command: c.Command) -> None:
        assert rig.ask(command).kind == "done", command

    done(c.LogIn(counter="c2", clerk="a2"))
    done(c.FinishService(counter="c2"))
    done(c.UndoLast(counter="c2"))
    done(c.NextService(counter="c2", service="pension", to_counter="c2"))
    done(c.GiveReturnSlip(counter="c2", slip="slip-0001", code="SLIP0001", missing="户口簿"))
    done(c.ServeDirect(counter="c2", service="pension", reason="咨询"))
    done(c.PauseCounter(counter="c2"))
    rig.now_ms += 601_000
    rig.writer.ask(c.PassTime(), rig.new_id())
    rig.writer.commit()
    assert rig.writer.state.covers["c2"].stage == "wanted"
    rig.restart()
    assert rig.writer.state.covers["c2"].stage == "wanted"
    rig.journal.close()
    assert everything(tmp_path / "hall.db")[: len(before)] == before
    assert findings(hall, tmp_path / "hall.db") == []
