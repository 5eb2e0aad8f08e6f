"""A server whose machine goes on while the program is started again: what its clock says, and what time it is."""

from pathlib import Path

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
