"""The publisher holds a rise for a minute, shows it without a further event, and forgets who is gone."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from broker.contract.codec import decode_view
from broker.engine.project import project
from broker.model import commands as c
from broker.model.views import BoardView, ServiceView, WaitRange
from broker.model.words import Holding
from broker.runtime.errors import SendRefused
from broker.server.audit import replay
from broker.server.held_waits import NEVER_MS, HeldWaits
from broker.server.publisher import Publisher, digest_of
from tests.server.rig import WriterRig
from tests.server.server_rig import ServerRig

SHORT, LONG = WaitRange(low_min=4, high_min=10), WaitRange(low_min=6, high_min=15)


class Reader:
    """Who reads what is published, and can be out of reach."""

    def __init__(self, rig: WriterRig) -> None:
        self.rig, self.read = rig, {}
        self.publisher = Publisher(rig.hall, 1, self._take, calm_s=0.0)

    def _take(self, topic: str, payload: bytes) -> None:
        self.read[tuple(topic.split("/")[-2:])] = payload

    def show(self) -> None:
        self.publisher.show(self.rig.writer.state, self.rig.now_ms, self.rig.now_ms / 1000)

    def wait(self) -> WaitRange | None:
        return self.view("service", "pension", ServiceView).line.wait

    def view(self, kind: str, name: str, model: type) -> Any:
        _, found = decode_view(self.read[kind, name])
        assert isinstance(found, model)
        return found


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    return WriterRig(tmp_path)


def wanted(rig: WriterRig) -> WaitRange | None:
    return project(rig.hall, rig.writer.state, ("service",))["service", "pension"].line.wait  # type: ignore[union-attr]


@pytest.fixture
def reader(rig: WriterRig) -> Reader:
    """A counter is open and people wait; what is read is what the state says."""
    rig.ask(c.OpenCounter(counter="c1"))
    rig.ask(c.OpenCounter(counter="c2"))
    come(rig, 6)
    made = Reader(rig)
    made.show()
    assert made.wait() == wanted(rig)
    return made


def come(rig: WriterRig, people: int) -> None:
    for _ in range(people):
        ticket = f"ticket-{rig.made:06d}"
        rig.ask(c.IssueTicket(ticket=ticket, service="pension"))
        rig.ask(c.ConfirmTicket(ticket=ticket, holding=Holding.SCREEN))


def test_who_reads_a_wait_sees_it_rise_after_a_minute_in_which_nothing_else_happened(
    rig: WriterRig, reader: Reader
) -> None:
    before = reader.wait()
    come(rig, 8)
    reader.show()
    assert wanted(rig) != before
    assert reader.wait() == before
    board = reader.view("board", "display-1", BoardView).services
    assert next(line.wait for line in board if line.service == "pension") == before, "one hall says one thing"
    assert reader.publisher.holds_a_rise
    position, sent = rig.writer.state.position, reader.publisher.sent
    rig.now_ms += 59_000
    reader.show()
    assert (reader.wait(), reader.publisher.sent) == (before, sent)
    rig.now_ms += 1_000
    reader.show()
    reader.show()
    assert reader.wait() == wanted(rig) != before
    assert rig.writer.state.position == position
    assert not reader.publisher.holds_a_rise


def test_who_sees_the_last_counter_close_reads_at_once_that_there_is_none(rig: WriterRig, reader: Reader) -> None:
    rig.ask(c.CloseCounter(counter="c1"))
    rig.ask(c.CloseCounter(counter="c2"))
    reader.show()
    assert reader.wait() is None


def test_a_rise_that_could_not_be_sent_is_sent_later(rig: WriterRig, reader: Reader) -> None:
    come(rig, 8)
    reader.show()
    rig.now_ms += 60_000
    take, reader.publisher._publish = reader.publisher._publish, refuse
    reader.show()
    reader.publisher._publish = take
    reader.show()
    assert reader.wait() == wanted(rig)


def refuse(_: str, __: bytes) -> None:
    raise SendRefused("the link is full")


def test_a_number_that_has_gone_is_forgotten_and_makes_nobody_work() -> None:
    waits = HeldWaits()
    for now_ms, one in ((0, SHORT), (1_000, LONG)):
        waits.look(now_ms)
        assert waits.told("A001", one) == SHORT
    assert waits.due_ms == 61_000
    waits.look(2_000)
    waits.told("A002", SHORT)
    waits.drop_others()
    assert waits.due_ms == NEVER_MS
    waits.look(3_000)
    assert waits.told("A001", LONG) == LONG, "it is shown afresh"


def test_the_digest_of_l13_is_made_of_what_the_state_says_while_a_rise_is_held_from_readers(tmp_path: Path) -> None:
    """Whoever replays the journal knows nothing of what was held, and must find the same bytes."""
    rig = ServerRig(tmp_path / "hall.db")
    rig.turn()
    rig.say(c.OpenCounter(counter="c1"), "open-counter-1")
    rig.turn(11)
    for number in range(24):
        ticket = f"ticket-{number:06d}"
        rig.say(c.IssueTicket(ticket=ticket, service="pension"), f"issue-{number}")
        rig.say(c.ConfirmTicket(ticket=ticket, holding=Holding.SCREEN), f"confirm-{number}")
        rig.turn(0.5)
    rig.turn(11)
    assert rig.server.publisher.holds_a_rise
    state = rig.server.writer.state
    topic = rig.topics.view("service", "pension")
    shown = decode_view(next(body for place, body in reversed(rig.link.published) if place == topic))[1]
    assert isinstance(shown, ServiceView)
    assert shown != project(rig.hall, state, ("service",))["service", "pension"], "readers see less than the state says"
    rig.server.stop()
    report = replay(rig.hall, rig.path)
    assert report.digests_compared > 1
    assert report.findings == []
    with closing(sqlite3.connect(rig.path)) as kept:
        newest = kept.execute("SELECT position, digest FROM digests ORDER BY position DESC LIMIT 1").fetchone()
    assert newest == (state.position, digest_of(rig.hall, state))
