"""Streams of commands are bounded for each device: a flood of made-up ones displaces itself, not the device at work."""

from collections.abc import Callable
from pathlib import Path

import pytest

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.server.streams import STREAMS_MOST, Streams
from tests.server.rig import WriterRig

FLOOD = 3 * STREAMS_MOST


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    return WriterRig(tmp_path)


@pytest.fixture
def say(rig: WriterRig) -> Callable[[str, int], Reply]:
    """One command of kiosk-1 at a place of a stream."""

    def one(epoch: str, seq: int) -> Reply:
        ticket = c.IssueTicket(ticket=f"ticket-{epoch}-{seq}", service="pension", kiosk="kiosk-1")
        return rig.ask(ticket, "kiosk-1", epoch=epoch, seq=seq, id=f"command-{epoch}-{seq}")

    return one


def kept(rig: WriterRig) -> int:
    return len(rig.journal.streams())


def test_a_flood_of_streams_is_bounded_in_memory_and_on_the_disk(
    rig: WriterRig, say: Callable[[str, int], Reply]
) -> None:
    for index in range(FLOOD):
        assert say(f"made-up-{index:04d}", 1).kind == "done"
    assert (kept(rig), len(rig.writer._streams)) == (STREAMS_MOST, STREAMS_MOST)
    rig.restart()
    assert len(rig.writer._streams) == STREAMS_MOST


def test_a_device_at_work_goes_on_in_its_stream_through_a_flood(
    rig: WriterRig, say: Callable[[str, int], Reply]
) -> None:
    assert [say("own", seq).kind for seq in (1, 2)] == ["done"] * 2
    for index in range(FLOOD):
        say(f"made-up-{index:04d}", 1)
    assert say("own", 3).kind == "done"
    rig.restart()
    for index in range(FLOOD):
        say(f"more-{index:04d}", 1)
    assert say("own", 4).kind == "done"


def test_a_flood_on_one_device_displaces_no_stream_of_another(rig: WriterRig, say: Callable[[str, int], Reply]) -> None:
    ticket = c.IssueTicket(ticket="ticket-two-1", service="pension", kiosk="kiosk-2")
    rig.ask(ticket, "kiosk-2", epoch="own", seq=1)
    for index in range(FLOOD):
        say(f"made-up-{index:04d}", 1)
    again = c.IssueTicket(ticket="ticket-two-2", service="pension", kiosk="kiosk-2")
    assert rig.ask(again, "kiosk-2", epoch="own", seq=2).kind == "done"


def test_a_forgotten_stream_goes_back_to_its_beginning_and_nothing_counts_twice(
    rig: WriterRig, say: Callable[[str, int], Reply]
) -> None:
    first = say("forgotten", 1)
    for index in range(FLOOD):
        say(f"made-up-{index:04d}", 1)
    issued = len(rig.writer.state.tickets)
    asked = say("forgotten", 2)
    assert (asked.kind, asked.expected) == ("go_back", 1)
    again = say("forgotten", 1)
    assert again.result == first.result
    assert len(rig.writer.state.tickets) == issued


@pytest.mark.parametrize("at_once", [True, False], ids=["in one transaction", "in many"])
def test_a_forgotten_stream_may_begin_again_with_other_commands(rig: WriterRig, at_once: bool) -> None:
    """Its old places must not stand in the way of the new ones: SQL lets a place be there once."""
    wanted = ["again", *(f"made-up-{index:04d}" for index in range(FLOOD)), "again", "again"]
    for index, epoch in enumerate(wanted):
        rig.put(c.CallNext(counter="c1"), "desk-1", epoch=epoch, seq=1 + (index == len(wanted) - 1))
        if not at_once:
            rig.writer.commit()
    rig.writer.commit()
    rig.restart()
    assert rig.writer.expects("desk-1", "again") == 3
    assert rig.writer.counters.laws_broken == 0


def test_a_new_stream_is_never_the_one_that_is_forgotten() -> None:
    streams = Streams({("desk", f"long-{index}"): 50 for index in range(STREAMS_MOST)})
    assert streams.answered(("desk", "new"), 1) == ("desk", "long-0")
    assert streams.last(("desk", "new")) == 1
    assert streams.answered(("desk", "new"), 2) is None
