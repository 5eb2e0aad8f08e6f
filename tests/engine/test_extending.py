"""延时服务: after the last session what was begun is finished; others are called only with approval."""

import msgspec
import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import CLOSES_MS, small_hall


@pytest.fixture
def work() -> HallAtWork:
    """One at c1, two in line, and the hall closes."""
    work = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    for _ in range(3):
        work.take_ticket()
    work.call("c1")
    work.now_ms = CLOSES_MS
    work.done(c.PassTime(), device="server", role="server")
    return work


def test_work_in_progress_at_closing_time_is_finished(work: HallAtWork) -> None:
    for command in (
        c.Recall(counter="c1"),
        c.StartService(counter="c1"),
        c.HoldTicket(counter="c1", note="去复印"),
        c.CallNumber(counter="c1", number="A001"),
        c.NextService(counter="c1", service="card", to_counter="c1"),
        c.FinishService(counter="c1"),
        c.CloseCounter(counter="c1"),
    ):
        work.done(command)


def test_whoever_was_sent_on_to_another_counter_is_work_begun(work: HallAtWork) -> None:
    work.done(c.TransferTicket(counter="c1", to_service="pension", to_counter="c2"))
    work.done(c.CallNumber(counter="c2", number="A001", reason="转来"))


def test_nobody_else_is_called_without_approval_and_nobody_is_lost(work: HallAtWork) -> None:
    refused = r.ExtensionNeeded(waiting=2)
    assert work.refused(c.CallNext(counter="c2")) == refused
    assert work.refused(c.CallNumber(counter="c2", number="A002", reason="特呼")) == refused
    assert view(work, "service", "pension").numbers == ("A002", "A003")
    work.done(c.ApproveExtension(counter="c2", minutes=30, reason="两位老人等候"))
    event = work.events[-1]
    assert isinstance(event, e.ExtensionApproved)
    assert (event.counter, event.until_ms) == ("c2", CLOSES_MS + 30 * 60_000)
    assert view(work, "counter", "c2").extended_until_ms == event.until_ms
    assert work.call("c2") == "A002"
    work.done(c.FinishService(counter="c2"))
    work.done(c.FinishService(counter="c1"))
    assert work.refused(c.CallNext(counter="c1")).code == "extension_needed", "it was said of the other counter"
    work.wait(30 * 60)
    assert work.refused(c.CallNext(counter="c2")) == r.ExtensionNeeded(waiting=1)
    work.done(c.ApproveExtension(minutes=10, reason="全部办完"))
    assert work.call("c1") == "A003"


def test_approval_said_before_the_end_counts_from_the_end_and_can_be_ended(work: HallAtWork) -> None:
    work.now_ms = CLOSES_MS - 600_000
    assert work.done(c.ApproveExtension(minutes=20, reason="人多"))["until_ms"] == CLOSES_MS + 20 * 60_000
    work.now_ms = CLOSES_MS + 60_000
    work.done(c.ApproveExtension(minutes=0, reason="已办完"))
    assert work.refused(c.CallNext(counter="c2")).code == "extension_needed"


def test_approval_needs_a_reason_and_is_not_for_a_key_pad(work: HallAtWork) -> None:
    assert work.refused(c.ApproveExtension(minutes=20, reason="")).code == "reason_needed"
    assert work.refused(c.ApproveExtension(minutes=20, reason="人多", counter="c9")).code == "unknown_counter"
    wish = c.ApproveExtension(minutes=20, reason="人多", counter="c1")
    assert work.refused(wish, device="desk-1", role="caller").code == "not_allowed"


def test_a_hall_may_do_without_approval() -> None:
    hall = small_hall()
    hall = msgspec.structs.replace(hall, rules=msgspec.structs.replace(hall.rules, extended_service_approval=False))
    work = HallAtWork(hall).open_day().open_counters("c1")
    number = work.take_ticket()
    work.now_ms = CLOSES_MS + 60_000
    assert work.call("c1") == number


def test_it_ends_with_the_day(work: HallAtWork) -> None:
    work.done(c.ApproveExtension(minutes=600, reason="人多"))
    work.done(c.FinishService(counter="c1"))
    work.done(c.CloseDay(), device="server", role="server")
    work.wait(86_400)
    work.open_day("2026-03-05")
    assert work.state.extended == {}
