"""The date is unknown, and the program is started again: whoever came before that came today as well."""

from pathlib import Path

from broker.model import commands as c
from broker.model.words import TicketStatus
from tests.server.server_rig import ServerRig

DAY_S = 86_400


def asked(rig: ServerRig, number: int) -> str:
    """A ticket that the collector asked for; its id."""
    ticket = f"ticket-{number:04d}"
    rig.say(c.IssueTicket(ticket=ticket, service="pension"), f"issue-{number:04d}")
    rig.say(c.ConfirmTicket(ticket=ticket), f"confirm-{number:04d}")
    rig.turn()
    return ticket


def in_doubt(path: Path) -> ServerRig:
    """A server that has opened Wednesday, and after a night without power does not know that it is Thursday."""
    rig = ServerRig(path)
    asked(rig, 1)
    rig.clock.advance(3_600)
    rig.clock.is_sure = False
    rig.clock.era = "thursday's boot"
    rig.boot()
    rig.turn()
    return rig


def date_becomes_known(rig: ServerRig) -> None:
    rig.clock.step_wall(DAY_S)
    rig.clock.is_sure = True
    for _ in range(4):
        rig.turn(61)
    assert rig.server.writer.state.day == "2026-03-05"


def waiting(rig: ServerRig) -> set[str]:
    tickets = rig.server.writer.state.tickets.values()
    return {ticket.ticket for ticket in tickets if ticket.status is TicketStatus.WAITING}


def test_who_came_before_the_program_was_started_again_keeps_his_place(tmp_path: Path) -> None:
    rig = in_doubt(tmp_path / "hall.db")
    early = asked(rig, 2)
    rig.boot()
    late = asked(rig, 3)
    date_becomes_known(rig)
    assert waiting(rig) == {early, late}, "and nobody of Wednesday"


def test_a_start_while_the_new_date_is_not_yet_believed_loses_nobody_either(tmp_path: Path) -> None:
    rig = in_doubt(tmp_path / "hall.db")
    early = asked(rig, 2)
    rig.clock.step_wall(DAY_S)
    rig.clock.is_sure = True
    rig.turn()
    rig.boot()
    for _ in range(4):
        rig.turn(61)
    assert rig.server.writer.state.day == "2026-03-05"
    assert waiting(rig) == {early}


def test_after_a_cut_of_power_the_doubt_begins_anew(tmp_path: Path) -> None:
    """It may have been a night, and Thursday's visitors would stand in Friday's line."""
    rig = in_doubt(tmp_path / "hall.db")
    asked(rig, 2)
    rig.clock.era = "another boot"
    rig.boot()
    late = asked(rig, 3)
    date_becomes_known(rig)
    assert waiting(rig) == {late}


def test_a_doubt_that_ended_is_not_remembered(tmp_path: Path) -> None:
    rig = in_doubt(tmp_path / "hall.db")
    asked(rig, 2)
    date_becomes_known(rig)
    rig.boot()
    asked(rig, 3)
    rig.clock.advance(DAY_S)
    rig.turn()
    assert rig.server.writer.state.day == "2026-03-06"
    assert waiting(rig) == set()


def test_a_date_that_was_right_all_along_takes_nobody_into_the_day_after_a_night_without_the_program(
    tmp_path: Path,
) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    rig.clock.is_sure = False
    rig.clock.era = "noon's boot"
    rig.boot()
    rig.turn()
    asked(rig, 2)
    rig.server.stop()
    rig.clock.is_sure = True
    rig.clock.advance(DAY_S)
    rig.boot()
    rig.turn()
    assert rig.server.writer.state.day == "2026-03-05"
    assert waiting(rig) == set(), "Wednesday's visitors went home"
