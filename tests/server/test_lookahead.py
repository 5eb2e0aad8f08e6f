"""The look ahead beside the server's loop: what it says reaches tickets, old news does not, faults stop nobody."""

import logging
import threading
from pathlib import Path

import pytest

from broker.model import commands as c
from broker.model.events import TicketReserved
from broker.server import lookahead
from broker.server.lookahead import EVERY_S, FRESH_MS, Lookahead
from tests.engine.bench_hall import HallAtWork
from tests.halls import small_hall
from tests.server.server_rig import ServerRig
from tests.waiting import until


def busy() -> HallAtWork:
    """One counter, somebody there and five in line."""
    work = HallAtWork(small_hall()).open_day().open_counters("c1")
    for _ in range(6):
        work.take_ticket()
    work.call("c1")
    return work


def test_a_thread_of_its_own_says_how_long_whoever_came_now_would_wait() -> None:
    work = busy()
    look = Lookahead(work.hall)
    look.start()
    try:
        look.offer(work.state, work.now_ms, 100.0)
        until(lambda: look.latest(work.now_ms) is not None)
        found = look.latest(work.now_ms)
        assert found is not None and set(found.tickets) == {f"ticket-{n:06d}" for n in range(2, 7)}
        assert (look.newcomers(work.now_ms) or {})["pension", ""] >= max(found.tickets.values())
    finally:
        look.stop()
    assert not look.is_working


def test_it_says_the_same_with_and_without_a_thread() -> None:
    work = busy()
    at_once, beside = Lookahead(work.hall, threaded=False), Lookahead(work.hall)
    beside.start()
    for look in (at_once, beside):
        look.offer(work.state, work.now_ms, 0.0)
    until(lambda: beside.latest(work.now_ms) is not None)
    beside.stop()
    assert beside.latest(work.now_ms) == at_once.latest(work.now_ms)


def test_a_picture_is_taken_every_ten_seconds_and_what_came_of_it_is_used_for_a_minute() -> None:
    work = busy()
    look = Lookahead(work.hall, threaded=False)
    look.offer(work.state, work.now_ms, 100.0)
    first = look.latest(work.now_ms)
    look.offer(work.state, work.now_ms + 5_000, 100.0 + EVERY_S - 1)
    assert first is not None and look.latest(work.now_ms + 5_000) is first
    look.offer(work.state, work.now_ms + 10_000, 100.0 + EVERY_S)
    assert look.latest(work.now_ms + 10_000) is not first
    assert look.latest(work.now_ms + 10_000 + FRESH_MS) is not None
    assert look.latest(work.now_ms + 10_000 + FRESH_MS + 1) is None
    assert look.latest(work.now_ms) is None, "the hall's clock was behind what it knows of"


def test_what_was_said_before_an_emergency_is_not_used_in_it() -> None:
    work = busy()
    look = Lookahead(work.hall, threaded=False)
    look.offer(work.state, work.now_ms, 0.0)
    work.done(c.BeginEmergency(zh="疏散", en="Leave"))
    look.offer(work.state, work.now_ms, EVERY_S)
    assert look.latest(work.now_ms) is None


@pytest.mark.parametrize("threaded", [False, True])
def test_a_fault_is_logged_once_and_the_hall_goes_on_until_it_is_over(
    threaded: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work, tried = busy(), threading.Semaphore(0)

    def fail(*_: object) -> None:
        tried.release()
        raise ZeroDivisionError("planted")

    whole = lookahead.Rolling
    monkeypatch.setattr(lookahead, "Rolling", fail)
    look = Lookahead(work.hall, threaded=threaded)
    look.start()
    try:
        with caplog.at_level(logging.ERROR):
            for turn in range(3):
                look.offer(work.state, work.now_ms, turn * EVERY_S)
                assert tried.acquire(timeout=10)
        assert look.latest(work.now_ms) is None
        assert [record.message for record in caplog.records] == [
            "the hall cannot be rolled forward, waits are told without"
        ]
        monkeypatch.setattr(lookahead, "Rolling", whole)
        look.offer(work.state, work.now_ms, 3 * EVERY_S)
        until(lambda: look.latest(work.now_ms) is not None)
    finally:
        look.stop()


def test_a_picture_that_cannot_be_taken_holds_up_no_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(lookahead, "freeze", fail)
    rig = ServerRig(tmp_path / "hall.db", lookahead=Lookahead(small_hall(), threaded=False))
    rig.turn()
    rig.say(c.IssueTicket(ticket="ticket-000001", service="pension"), "command-000001")
    rig.turn()
    assert rig.replies()[-1].kind == "done"
    assert sum("rolled forward" in record.message for record in caplog.records) == 1
    rig.server.stop()


def numbers_told(folder: Path, look: Lookahead | None) -> list[int]:
    """Of three tickets in a row, of how many predictors the forecast was mixed."""
    rig = ServerRig(folder, lookahead=look)
    rig.turn()
    rig.say(c.OpenCounter(counter="c1"), "command-000001")
    rig.turn(EVERY_S)
    for place in range(3):
        rig.say(c.IssueTicket(ticket=f"ticket-{place:06d}", service="pension"), f"command-1{place:05d}")
        rig.turn(EVERY_S)
    events = [event for _, event in rig.server.journal.read(0) if isinstance(event, TicketReserved)]
    rig.server.stop()
    return [len(event.forecast.numbers) for event in events if event.forecast is not None]


def test_the_tickets_of_a_server_that_looks_ahead_know_of_it(tmp_path: Path) -> None:
    without = numbers_told(tmp_path / "without.db", None)
    looking = numbers_told(tmp_path / "looking.db", Lookahead(small_hall(), threaded=False))
    assert len(without) == 3 and looking == [count + 1 for count in without]
