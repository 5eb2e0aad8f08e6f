"""Codes of appointments and numbers of who comes back are not tried in turn at a kiosk; the next one waits little."""

from pathlib import Path

import pytest

from broker.contract.envelope import Reply
from broker.model.commands import BookAppointment, CheckIn, Command, ReturnTicket
from broker.server.lookups import FIRST_PAUSE_S, LONGEST_PAUSE_S, WRONG_FREE
from tests.halls import OPENS_MS, lobby_hall
from tests.server.rig import WriterRig

CODE = "20260301"


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    return WriterRig(tmp_path, lobby_hall())


def code_try(rig: WriterRig, code: str, device: str = "kiosk-1") -> Reply:
    rig.made += 1
    kiosk = device if device.startswith("kiosk") else None
    return rig.ask(CheckIn(ticket=f"ticket-{rig.made:06d}", code=code, kiosk=kiosk), device)


def number_try(rig: WriterRig, number: int, device: str = "kiosk-1") -> Reply:
    return rig.ask(ReturnTicket(number=f"A{number:03d}"), device)


def said(reply: Reply) -> str:
    return reply.kind if reply.refusal is None else reply.refusal.code


def wait_s(reply: Reply) -> int:
    assert reply.refusal is not None
    assert reply.refusal.code == "too_many_wrong"
    return int(str(reply.refusal.facts["wait_s"]))


def book(rig: WriterRig) -> None:
    wish = BookAppointment(appointment="appointment-1", code=CODE, service="pension", at_ms=OPENS_MS + 600_000)
    assert said(rig.ask(wish)) == "done"


def test_a_few_mistyped_codes_cost_nothing_and_more_make_a_pause_of_seconds(rig: WriterRig) -> None:
    assert [said(code_try(rig, f"0000000{turn}")) for turn in range(WRONG_FREE)] == ["unknown_appointment"] * WRONG_FREE
    stopped = code_try(rig, "99999999")
    assert wait_s(stopped) == FIRST_PAUSE_S
    assert stopped.refusal is not None
    assert f"{FIRST_PAUSE_S:.0f} 秒" in stopped.refusal.sentence.zh
    assert f"{FIRST_PAUSE_S:.0f} s" in stopped.refusal.sentence.en


def test_each_wrong_try_after_a_pause_makes_the_next_one_longer_up_to_a_minute(rig: WriterRig) -> None:
    pauses = []
    for turn in range(WRONG_FREE + 4):
        code_try(rig, f"{turn:08d}")
        if turn >= WRONG_FREE - 1:
            pauses.append(wait_s(code_try(rig, "99999999")))
            rig.now_ms += pauses[-1] * 1000
    assert pauses[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, LONGEST_PAUSE_S]
    assert set(pauses[3:]) == {LONGEST_PAUSE_S}


def test_in_a_pause_a_right_code_waits_too_and_is_taken_right_after_it(rig: WriterRig) -> None:
    book(rig)
    for turn in range(WRONG_FREE):
        code_try(rig, f"{turn:08d}")
    stopped = code_try(rig, CODE)
    rig.now_ms += wait_s(stopped) * 1000
    assert said(code_try(rig, CODE)) == "done"


def test_whatever_a_guesser_did_nobody_waits_longer_than_a_minute_and_three_later_all_is_forgotten(
    rig: WriterRig,
) -> None:
    book(rig)
    for turn in range(200):
        rig.now_ms += 5_000
        code_try(rig, f"{turn:08d}")
    rig.now_ms += int(LONGEST_PAUSE_S * 1000)
    assert said(code_try(rig, CODE)) == "done"
    rig.now_ms += 180_000
    assert said(code_try(rig, "99999999")) == "unknown_appointment"
    assert said(code_try(rig, "99999998")) == "unknown_appointment"


def test_in_a_whole_hour_a_kiosk_tries_less_than_seventy_codes_however_often_it_asks(rig: WriterRig) -> None:
    looked_at = 0
    for turn in range(1_800):
        rig.now_ms += 2_000
        looked_at += said(code_try(rig, f"{turn:08d}")) == "unknown_appointment"
    assert WRONG_FREE < looked_at < 70


def test_numbers_typed_in_turn_are_stopped_like_codes_and_count_together_with_them(rig: WriterRig) -> None:
    assert [said(number_try(rig, turn)) for turn in range(3)] == ["unknown_ticket"] * 3
    assert [said(code_try(rig, f"{turn:08d}")) for turn in range(2)] == ["unknown_appointment"] * 2
    assert said(number_try(rig, 7)) == said(code_try(rig, "99999999")) == "too_many_wrong"


def test_right_codes_are_not_counted_nor_is_anything_at_another_kiosk_or_at_the_desk(rig: WriterRig) -> None:
    book(rig)
    assert {said(code_try(rig, CODE)) for _ in range(WRONG_FREE + 3)} == {"done"}
    for turn in range(WRONG_FREE):
        code_try(rig, f"{turn:08d}")
    assert said(code_try(rig, CODE)) == "too_many_wrong"
    assert said(code_try(rig, "99999999", "kiosk-2")) == "unknown_appointment"
    tries: list[Command] = [ReturnTicket(number=f"A{turn:03d}") for turn in range(WRONG_FREE + 3)]
    assert "too_many_wrong" not in {said(rig.ask(one, "collector")) for one in tries}


def test_the_same_wrong_try_sent_again_by_an_outbox_counts_once(rig: WriterRig) -> None:
    command = CheckIn(ticket="ticket-again", code="00000000", kiosk="kiosk-1")
    for _ in range(WRONG_FREE + 3):
        assert said(rig.ask(command, "kiosk-1", id="try-000001")) == "unknown_appointment"
    assert said(code_try(rig, "99999999")) == "unknown_appointment"


def test_a_clock_that_is_put_back_lengthens_no_pause(rig: WriterRig) -> None:
    for turn in range(WRONG_FREE):
        code_try(rig, f"{turn:08d}")
    rig.now_ms -= 3_600_000
    assert wait_s(code_try(rig, "99999999")) <= LONGEST_PAUSE_S
