"""A lost ticket is looked for by four digits of a telephone: not so often that somebody could try them all."""

from pathlib import Path

from broker.model.commands import FindTicket
from broker.server.lookups import AT_ONCE
from tests.halls import lobby_hall
from tests.server.rig import WriterRig


def look(rig: WriterRig, tail: int, device: str = "kiosk-1") -> str:
    """``done``, or the code of the refusal."""
    reply = rig.ask(FindTicket(phone_tail=f"{tail:04d}", kiosk="kiosk-1"), device)
    return reply.kind if reply.refusal is None else reply.refusal.code


def test_who_tries_all_telephones_is_stopped_after_a_few_and_somebody_else_is_not(tmp_path: Path) -> None:
    rig = WriterRig(tmp_path, lobby_hall())
    assert [look(rig, tail) for tail in range(AT_ONCE)] == ["done"] * AT_ONCE
    reply = rig.ask(FindTicket(phone_tail="7777", kiosk="kiosk-1"), "kiosk-1")
    assert reply.refusal is not None
    assert (reply.refusal.code, reply.refusal.facts["wait_min"]) == ("lookups_used_up", 1)
    other = rig.ask(FindTicket(phone_tail="7777", kiosk="kiosk-2"), "kiosk-2")
    assert other.kind == "done"
    assert look(rig, 7777, "collector") == "done"
    rig.now_ms += 60_000
    assert [look(rig, 7777), look(rig, 7778)] == ["done", "lookups_used_up"]


def test_in_a_whole_hour_a_kiosk_has_tried_less_than_one_in_a_hundred_telephones(tmp_path: Path) -> None:
    rig = WriterRig(tmp_path, lobby_hall())
    found = 0
    for tail in range(360):
        rig.now_ms += 10_000
        found += look(rig, tail) == "done"
    assert found <= 66


def test_the_same_look_up_said_again_is_answered_again_and_counts_once(tmp_path: Path) -> None:
    rig = WriterRig(tmp_path, lobby_hall())
    command = FindTicket(phone_tail="1234", kiosk="kiosk-1")
    kinds = [rig.ask(command, "kiosk-1", id="look-000001").kind for _ in range(AT_ONCE + 3)]
    assert set(kinds) == {"done"}
    assert look(rig, 1) == "done"
