"""A server whose machine goes on while the program is started again: what its clock says, and what time it is."""

from pathlib import Path

import msgspec

from broker.model import commands as c
from broker.model.commands import Command
from broker.model.views import CounterView
from broker.model.words import Level
from tests.server.server_rig import ServerRig

DAY_S = 86_400


def restarted(rig: ServerRig, era: str = "manual") -> str | None:
    """The program dies without a farewell; the business day it has opened after a new start."""
    rig.clock.era = era
    rig.boot()
    rig.turn()
    return rig.server.writer.state.day


def test_a_clock_that_leapt_while_the_program_was_away_opens_no_day(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    rig.turn()
    rig.clock.advance(10)
    rig.clock.step_wall(DAY_S)
    assert restarted(rig) == "2026-03-04"
    rig.clock.step_wall(-DAY_S)
    rig.turn()
    assert rig.server.time.now_ms() == rig.clock.now_ms()
    assert rig.server.writer.state.day == "2026-03-04"


def test_a_date_that_holds_for_a_minute_is_believed_after_a_restart_too(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    rig.turn()
    rig.clock.step_wall(DAY_S)
    assert restarted(rig) == "2026-03-04"
    rig.turn(61)
    assert rig.server.writer.state.day == "2026-03-05"


def test_a_machine_that_was_off_for_the_night_opens_the_day_at_once(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    rig.turn()
    rig.clock.step_wall(DAY_S)
    assert restarted(rig, era="the next boot") == "2026-03-05"


def served(rig: ServerRig) -> str:
    """One visitor from number to finish, on the collector's word; the visit."""
    rig.turn()
    steps: list[Command] = [c.OpenCounter(counter="c1"), c.IssueTicket(ticket="ticket-0001", service="pension")]
    steps += [c.ConfirmTicket(ticket="ticket-0001"), c.CallNext(counter="c1"), c.StartService(counter="c1")]
    for number, command in enumerate([*steps, c.FinishService(counter="c1")]):
        rig.say(command, f"command-{number:04d}")
        rig.turn(0.01)
    reply = rig.replies()[-1]
    assert reply.result is not None, reply
    return str(reply.result["visit"])


def test_a_server_that_lost_the_date_asks_nobody_for_yesterdays_rating(tmp_path: Path) -> None:
    """Found by simulation seed 477: it went on with last evening's minute, and a passer-by could rate."""
    rig = ServerRig(tmp_path / "hall.db")
    served(rig)
    rig.clock.is_sure = False
    restarted(rig, era="the next morning, without a date")
    rig.turn()
    shown = rig.views("counter", "c1")[-1]
    request = msgspec.json.decode(bytes(shown.body), type=CounterView).evaluation
    assert request is None or request.until_ms <= rig.server.time.now_ms()


def test_a_time_that_nobody_was_sure_of_opens_no_day_once_the_clock_is_right(tmp_path: Path) -> None:
    """Found by simulation seed 2485: a board woke up a day ahead, unsure, and was set right a minute later."""
    rig = ServerRig(tmp_path / "hall.db")
    rig.turn()
    rig.clock.is_sure = False
    rig.clock.step_wall(DAY_S)
    assert restarted(rig, era="the next boot") == "2026-03-04"
    rig.clock.step_wall(-DAY_S)
    rig.clock.is_sure = True
    rig.turn()
    assert rig.server.writer.state.day == "2026-03-04"
    assert rig.server.time.now_ms() <= rig.clock.now_ms() + 60_000


def test_a_program_that_only_restarted_leaves_the_window_open_without_a_date_too(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    rig.clock.is_sure = False
    rig.boot()
    before_ms = rig.server.time.now_ms()
    restarted(rig)
    assert rig.server.time.now_ms() < before_ms + 60_000


def test_a_rating_thanked_in_the_evening_counts_for_a_server_without_the_date(tmp_path: Path) -> None:
    """Found by simulation seed 532: its age reaches behind a visit that a lost night ago was a minute old."""
    rig = ServerRig(tmp_path / "hall.db")
    visit = served(rig)
    pressed_at_ms = rig.clock.now_ms() + 20_000
    rig.clock.is_sure = False
    restarted(rig, era="the next morning, without a date")
    rated = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=pressed_at_ms
    )
    rig.say(rated, "rating-0001", age_ms=16 * 3_600_000)
    rig.turn()
    assert rig.replies()[-1].kind == "done"
