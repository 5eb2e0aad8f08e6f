"""Every range that is published is noted once, in a file that may fail, be full or be gone without any harm."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broker.contract.codec import decode_view
from broker.model import commands as c
from broker.model import events as e
from broker.model.views import ServiceView, WaitRange
from broker.model.words import Holding
from broker.runtime.errors import DiskFull, PayloadTooLarge, SendRefused
from broker.server.publisher import Publisher
from broker.server.shown_log import ShownLog
from broker.store import shown_waits
from broker.store.shown_waits import DAY_MOST, FILE_NAME, KEPT_DAYS, ShownFile, ShownWait, catch_up
from broker.store.told_waits import ToldFold
from tests.engine.made_up_day import MadeUpHall, hall_of_three
from tests.halls import DAY
from tests.server.rig import WriterRig
from tests.server.server_rig import ServerRig
from tests.waiting import until

ROW = ShownWait(DAY, 1_000, "pension", 0, 4, 10, "ticket-1")


def rows_of(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT day, at_ms, service, place, low_min, high_min, ticket FROM shown").fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


# -- a made-up day ------------------------------------------------


class ReadHall(MadeUpHall):
    """A made-up hall whose screens somebody reads and writes down, and which notes itself what it shows."""

    def __init__(self, seed: int) -> None:
        super().__init__(hall_of_three(), seed, load=1.1)
        self.rows: list[ShownWait] = []
        self.read: list[tuple[int, str, int, WaitRange]] = []
        """(moment, number, place, range), as often as a reader of the bytes saw it change."""
        self._last: dict[str, dict[str, WaitRange]] = {}
        self.publisher = Publisher(self.hall, 1, self._publish, calm_s=0.0, note=self.rows.extend)

    def ask(self, command: c.Command, role: str = "collector") -> object:
        outcome = super().ask(command, role)
        self.publisher.show(self.state, self.now_ms, self.now_ms / 1000)
        return outcome

    def _publish(self, topic: str, payload: bytes) -> None:
        kind, name = topic.split("/")[-2:]
        if kind != "service":
            return
        _, view = decode_view(payload)
        assert isinstance(view, ServiceView)
        seen = dict(zip(view.numbers, view.waits, strict=False))
        for place, (number, wait) in enumerate(seen.items()):
            if self._last.get(name, {}).get(number) != wait:
                self.read.append((self.now_ms, number, place, wait))
        self._last[name] = seen


@pytest.fixture(scope="module")
def lived() -> ReadHall:
    hall = ReadHall(7)
    hall.day(3.0)
    return hall


def test_a_made_up_day_recounted_from_the_screens_says_the_same(lived: ReadHall, path: Path) -> None:
    log = ShownLog(path)
    log.start()
    for place in range(0, len(lived.rows), 50):
        log.offer(lived.rows[place : place + 50])
    log.stop()
    assert log.lost == 0
    fold = ToldFold()
    for event in lived.events:
        fold.fold(event)
    day = lived.rows[0].day
    found = catch_up(path, day, None)
    assert found is not None
    told = found.judge(fold.first_calls)

    called = {}
    numbers = {event.ticket: event.number for event in lived.events if isinstance(event, e.TicketReserved)}
    for event in lived.events:
        if isinstance(event, e.TicketCalled):
            called.setdefault(numbers[event.ticket], event.at_ms)
    outcomes = []
    for at_ms, number, _, wait in lived.read:
        if number in called:
            left_ms = called[number] - at_ms
            is_sooner, is_later = left_ms < wait.low_min * 60_000, left_ms > wait.high_min * 60_000
            outcomes.append("sooner" if is_sooner else "later" if is_later else "kept")
    assert len(outcomes) > 200
    counted = tuple(outcomes.count(one) for one in ("sooner", "kept", "later"))
    assert (told.shorter, told.kept, told.longer) == counted
    assert told.kept_share == round(counted[1] / len(outcomes), 4)
    people = [(row.at_ms, numbers[row.ticket], row.place, row.low_min) for row in lived.rows if row.ticket]
    assert sorted(people) == sorted((at, number, place, wait.low_min) for at, number, place, wait in lived.read)


def test_a_day_makes_so_few_rows_that_the_bound_is_far(lived: ReadHall) -> None:
    tickets = sum(isinstance(event, e.TicketReserved) for event in lived.events)
    assert tickets > 80
    assert len(lived.rows) < 20 * tickets
    assert DAY_MOST >= 4 * 20 * 600


def test_no_row_holds_anything_of_a_person(tmp_path: Path, path: Path) -> None:
    rig, log = WriterRig(tmp_path), ShownLog(path)
    publisher = Publisher(rig.hall, 1, lambda *_: None, calm_s=0.0, note=log.offer)
    rig.ask(c.OpenCounter(counter="c1"))
    for tail in ("7777", "8888", "9999"):
        ticket = f"ticket-{tail[::-1]}-x"
        rig.ask(c.IssueTicket(ticket=ticket, service="pension", phone_tail=tail, needs=("hearing",)))
        rig.ask(c.ConfirmTicket(ticket=ticket, holding=Holding.SCREEN))
        publisher.show(rig.writer.state, rig.now_ms, rig.now_ms / 1000)
    log.start()
    log.stop()
    rows = rows_of(path)
    assert rows
    known = {*rig.hall.services, *rig.writer.state.tickets, DAY}
    assert {value for row in rows for value in row if isinstance(value, str)} <= known
    assert {type(value) for row in rows for value in row} <= {str, int, type(None)}
    numbers = {value for row in rows for value in row if isinstance(value, int)}
    assert max(numbers - {rig.now_ms}) < 500, "a place, or minutes"


# -- what is noted ------------------------------------------------


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[WriterRig]:
    made = WriterRig(tmp_path)
    made.ask(c.OpenCounter(counter="c1"))
    for ticket in ("ticket-0001", "ticket-0002"):
        made.ask(c.IssueTicket(ticket=ticket, service="pension"))
        made.ask(c.ConfirmTicket(ticket=ticket, holding=Holding.SCREEN))
    yield made


def shown(rig: WriterRig, publisher: Publisher) -> None:
    publisher.show(rig.writer.state, rig.now_ms, rig.now_ms / 1000)


def test_a_range_is_noted_when_it_changes_and_not_when_it_is_painted_again(rig: WriterRig) -> None:
    rows: list[ShownWait] = []
    publisher = Publisher(rig.hall, 1, lambda *_: None, calm_s=0.0, note=rows.extend)
    shown(rig, publisher)
    assert [row.ticket for row in rows if row.service == "pension"] == [None, "ticket-0001", "ticket-0002"]
    assert [row.place for row in rows if row.service == "pension"] == [None, 0, 1]
    rows.clear()
    publisher.forget()
    shown(rig, publisher)
    assert rows == []
    rig.ask(c.CloseCounter(counter="c1"))
    shown(rig, publisher)
    closed = next(row for row in rows if row.service == "pension")
    assert (closed.low_min, closed.high_min, closed.ticket) == (None, None, None), "words took the place of minutes"
    rig.ask(c.OpenCounter(counter="c1"))
    rows.clear()
    shown(rig, publisher)
    assert "ticket-0001" in [row.ticket for row in rows], "shown anew"


def test_what_could_not_be_sent_was_shown_to_nobody(rig: WriterRig) -> None:
    rows: list[ShownWait] = []

    troubles = [PayloadTooLarge(2, 1), SendRefused("the link is full")]

    def refuse(topic: str, _: bytes) -> None:
        raise troubles[-1]

    publisher = Publisher(rig.hall, 1, refuse, calm_s=0.0, note=rows.extend)
    while troubles:
        shown(rig, publisher)
        troubles.pop()
        assert rows == []


def test_a_rise_that_is_held_is_noted_when_it_is_shown(rig: WriterRig) -> None:
    rows: list[ShownWait] = []
    publisher = Publisher(rig.hall, 1, lambda *_: None, calm_s=0.0, note=rows.extend)
    shown(rig, publisher)
    for made in range(10, 20):
        rig.ask(c.IssueTicket(ticket=f"ticket-00{made}", service="pension"))
        rig.ask(c.ConfirmTicket(ticket=f"ticket-00{made}", holding=Holding.SCREEN))
    rows.clear()
    shown(rig, publisher)
    assert not [row for row in rows if row.service == "pension" and row.ticket is None]
    rig.now_ms += 60_000
    shown(rig, publisher)
    (risen,) = [row for row in rows if row.service == "pension" and row.ticket is None]
    assert risen.at_ms == rig.now_ms


# -- the file ------------------------------------------------


def test_what_a_server_shows_is_in_the_file_when_it_has_stopped(tmp_path: Path, path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db", shown=ShownLog(path))
    rig.say(c.OpenCounter(counter="c1"), "command-0001")
    for _ in range(4):
        rig.turn()
    rig.server.stop()
    assert {row[2] for row in rows_of(path)} == set(rig.hall.services)


def test_a_server_whose_file_refuses_serves_on(tmp_path: Path, path: Path) -> None:
    path.mkdir()
    rig = ServerRig(tmp_path / "hall.db", shown=ShownLog(path))
    rig.say(c.OpenCounter(counter="c1"), "command-0001")
    rig.turn()
    until(lambda: rig.server.shown.lost)
    rig.say(c.IssueTicket(ticket="ticket-0001", service="pension"), "command-0002")
    rig.turn()
    rig.server.stop()
    assert [reply.kind for reply in rig.replies()] == ["done", "done"]


def test_a_disk_that_refuses_is_told_once_and_rows_are_kept_again_when_it_takes_them(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refusals = [DiskFull(path), DiskFull(path)]

    def open_file(place: Path) -> ShownFile:
        if refusals:
            raise refusals.pop()
        return ShownFile(place)

    caplog.set_level(logging.WARNING)
    log = ShownLog(path, open_file=open_file, rest_s=0.0)
    log.start()
    for kept in (1, 2):
        log.offer([ROW])
        until(lambda kept=kept: log.lost == kept)
    log.offer([ROW])
    log.stop()
    assert (log.lost, len(rows_of(path))) == (2, 1)
    told = [record.getMessage() for record in caplog.records]
    assert len([one for one in told if "not written down" in one]) == 1
    assert len([one for one in told if "written down again, 2 rows" in one]) == 1


def test_a_file_that_is_no_database_harms_nothing(path: Path) -> None:
    path.write_bytes(b"not a database at all " * 400)
    log = ShownLog(path)
    log.start()
    log.offer([ROW, ROW])
    log.stop()
    assert log.lost == 2


def test_a_file_with_another_table_of_that_name_harms_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE shown (row INTEGER PRIMARY KEY, day TEXT)")
    log = ShownLog(path)
    log.start()
    log.offer([ROW])
    log.stop()
    assert log.lost == 1


def test_a_full_queue_is_counted_and_told_once_and_keeps_nobody_waiting(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    log = ShownLog(path, bound=2)
    for _ in range(6):
        log.offer([ROW, ROW])
    log.offer([])
    assert log.lost == 8
    assert len(caplog.records) == 1
    log.start()
    log.stop()
    assert (log.lost, len(rows_of(path))) == (8, 4)


def test_a_day_takes_so_many_rows_and_the_next_begins_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_waits, "DAY_MOST", 3)
    file = ShownFile(path)
    assert file.keep([ROW] * 2) == 0
    file.close()
    file = ShownFile(path)  # what a start finds counts too
    assert file.keep([ROW] * 5) == 4
    assert file.keep([ROW._replace(day="2026-03-05")] * 2) == 0
    file.close()
    assert [row[0] for row in rows_of(path)] == [DAY] * 3 + ["2026-03-05"] * 2


def test_a_month_of_days_is_kept_and_no_more(path: Path) -> None:
    file = ShownFile(path)
    for day in range(1, 41):
        file.keep([ROW._replace(day=f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}")])
    file.close()
    days = [row[0] for row in rows_of(path)]
    assert (len(days), days[0], days[-1]) == (KEPT_DAYS, "2026-01-11", "2026-02-13")
