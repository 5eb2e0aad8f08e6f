"""Whoever guesses rating codes at a kiosk is stopped, and the holder of the paper is served again after a while."""

from pathlib import Path

from broker.model import commands as c
from broker.model.words import Level
from tests.rating_keys import keys_of
from tests.server.rig import WriterRig


def rating(number: str, code: str, id: str) -> c.RateVisit:
    return c.RateVisit(
        evaluation=id, number=number, level=Level.SATISFIED, device="kiosk-1", pressed_at_ms=0, code=code
    )


def test_six_wrong_codes_are_taken_at_once_then_one_a_minute_and_right_ones_are_not_counted(tmp_path: Path) -> None:
    rig = WriterRig(tmp_path)
    issued = rig.ask(c.IssueTicket(ticket="ticket-0001", service="pension", kiosk="kiosk-1"), "kiosk-1")
    number = str((issued.result or {})["number"])
    rig.ask(c.ConfirmTicket(ticket="ticket-0001"), "kiosk-1")
    for command in (c.OpenCounter(counter="c1"), c.CallNext(counter="c1"), c.StartService(counter="c1")):
        assert rig.ask(command).kind == "done"
    assert rig.ask(c.FinishService(counter="c1")).kind == "done"
    right = keys_of(rig.hall).of("kiosk-1").code("ticket-0001")
    wrong = [f"{(int(right) + n) % 10**6:06d}" for n in range(1, 9)]
    codes = []
    for n, code in enumerate(wrong):
        reply = rig.ask(rating(number, code, f"guess-{n:05d}"), "kiosk-1")
        assert reply.refusal is not None
        codes.append(reply.refusal.code)
    assert codes == ["wrong_rating_code"] * 6 + ["rating_codes_used_up"] * 2
    held = rig.ask(rating(number, right, "rating-00001"), "kiosk-1")
    assert held.refusal is not None and held.refusal.code == "rating_codes_used_up"
    rig.now_ms += 61_000
    assert rig.ask(rating(number, right, "rating-00002"), "kiosk-1").kind == "done"
