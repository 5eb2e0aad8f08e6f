"""Answers that said no are kept for whoever missed them, but not without end: nonsense must not fill the disk."""

from pathlib import Path

import pytest

from broker.contract.codec import encode
from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.server import writer as writer_module
from broker.server.app import TICK_S
from tests.server.rig import WriterRig
from tests.server.server_rig import ServerRig

KEPT, BEYOND = 30, 10


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriterRig:
    monkeypatch.setattr(writer_module, "REFUSALS_KEPT", KEPT)
    monkeypatch.setattr(writer_module, "REFUSALS_BEYOND", BEYOND)
    return WriterRig(tmp_path)


def rating(index: int) -> c.Command:
    return c.RecordEvaluation(
        evaluation=f"rating-{index:05d}", visit=f"no-visit-{index}", level="satisfied", device="keypad-1",
        raw_key="1", pressed_at_ms=1,
    )  # fmt: skip


def refuse(rig: WriterRig, index: int, **frame: object) -> Reply:
    rig.now_ms += 10
    reply = rig.ask(rating(index), id=f"rating-{index:05d}", **frame)
    assert reply.kind == "refused"
    rig.writer.forget_refusals()
    return reply


def kept(rig: WriterRig, device: str = "collector") -> int:
    return rig.journal.connection.execute("SELECT count(*) FROM receipts WHERE device = ?", (device,)).fetchone()[0]


def test_a_flood_of_ratings_of_no_visit_leaves_a_bounded_number_of_answers(rig: WriterRig) -> None:
    for index in range(5 * KEPT):
        refuse(rig, index)
    assert KEPT <= kept(rig) <= KEPT + BEYOND


def test_restarts_do_not_add_up(rig: WriterRig) -> None:
    for round_ in range(10):
        for index in range(BEYOND - 1):
            refuse(rig, round_ * 100 + index)
        rig.restart()
    assert kept(rig) <= KEPT + BEYOND


def test_whoever_missed_an_answer_gets_the_same_one(rig: WriterRig) -> None:
    answers = [refuse(rig, index) for index in range(5 * KEPT)]
    assert [refuse(rig, index) for index in range(4 * KEPT, 5 * KEPT)] == answers[4 * KEPT :]


def test_what_was_done_is_never_forgotten_for_refusals(rig: WriterRig) -> None:
    reason = '"kind":"refused"'
    done = rig.ask(c.PauseIssuing(reason=reason), id="pause-00001")
    spoken = rig.ask(c.IssueTicket(ticket="ticket-00001", service="pension"), id="issue-00001")
    assert spoken.refusal is not None and spoken.refusal.facts["reason"] == reason
    assert writer_module._REFUSED not in encode(done)
    issued = rig.ask(c.ResumeIssuing(), id="resume-0001")
    for index in range(5 * KEPT):
        refuse(rig, index)
    assert rig.ask(c.PauseIssuing(reason=reason), id="pause-00001") == done
    assert rig.ask(c.ResumeIssuing(), id="resume-0001") == issued


def test_a_flood_of_one_device_drops_no_answer_of_another(rig: WriterRig) -> None:
    other = rig.ask(c.CallNext(counter="c1"), "desk-1", id="press-00001")
    for index in range(5 * KEPT):
        refuse(rig, index)
    assert rig.ask(c.CallNext(counter="c1"), "desk-1", id="press-00001") == other


def test_a_stream_goes_on_although_its_old_refusals_are_gone(rig: WriterRig) -> None:
    for index in range(3 * KEPT):
        refuse(rig, index, epoch="e1", seq=index + 1)
    assert rig.writer.expects("collector", "e1") == 3 * KEPT + 1
    old = rig.ask(rating(0), id="rating-00000", epoch="e1", seq=1)
    assert old.refusal is not None and old.refusal.code == "too_late"


def test_the_server_looks_after_it_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "REFUSALS_KEPT", KEPT)
    monkeypatch.setattr(writer_module, "REFUSALS_BEYOND", BEYOND)
    rig = ServerRig(tmp_path / "hall.db")
    for index in range(5 * KEPT):
        rig.say(rating(index), f"rating-{index:05d}")
        rig.turn(TICK_S)
    count = rig.server.journal.connection.execute("SELECT count(*) FROM receipts WHERE device = 'collector'")
    assert count.fetchone()[0] <= KEPT + BEYOND
