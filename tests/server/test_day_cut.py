"""The hall file gets another kiosk: overnight that is nothing, at midday its numbers would be on others' papers."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from broker.model import commands as c
from broker.model.hall import Hall
from broker.runtime.errors import SettingError
from tests.halls import small_hall
from tests.server.server_rig import ServerRig

TWO = small_hall()
THREE = replace(TWO, kiosks={**TWO.kiosks, "kiosk-3": TWO.kiosks["kiosk-2"]})


def served(folder: Path, hall: Hall, tickets: int) -> ServerRig:
    """A server at work that gave out so many numbers, and died."""
    rig = ServerRig(folder / "hall.db", hall)
    rig.turn()
    for number in range(tickets):
        ticket = f"ticket-{number:04d}"
        rig.say(c.IssueTicket(ticket=ticket, service="pension"), f"command-{number:04d}")
        rig.turn(0.01)
    assert [reply.kind for reply in rig.replies()] == ["done"] * tickets
    return rig


def restart(rig: ServerRig, hall: Hall) -> None:
    rig.hall = hall
    rig.boot()
    rig.turn()


def test_a_server_refuses_another_cut_of_numbers_that_are_on_paper_today(tmp_path: Path) -> None:
    rig = served(tmp_path, TWO, 1)
    with pytest.raises(SettingError, match="share the numbers otherwise"):
        restart(rig, THREE)
    restart(rig, TWO)


def test_before_the_first_number_and_on_the_next_day_it_takes_any(tmp_path: Path) -> None:
    rig = served(tmp_path, TWO, 0)
    restart(rig, THREE)
    rig.say(c.IssueTicket(ticket="ticket-0001", service="pension"), "command-0001")
    rig.turn()
    rig.clock.era = "the next boot"
    rig.clock.step_wall(86_400)
    restart(rig, TWO)
    assert rig.server.writer.state.day == "2026-03-05"


def test_a_new_day_that_began_while_it_ran_has_the_cut_of_then(tmp_path: Path) -> None:
    rig = served(tmp_path, TWO, 1)
    rig.clock.advance(86_400)
    rig.turn()
    rig.say(c.IssueTicket(ticket="ticket-0009", service="pension"), "command-0009")
    rig.turn(31)
    with pytest.raises(SettingError, match="2026-03-05"):
        restart(rig, THREE)


def test_other_changes_of_the_file_are_free_at_any_time(tmp_path: Path) -> None:
    rig = served(tmp_path, TWO, 1)
    restart(rig, replace(TWO, rules=replace(TWO.rules, pause_reason_default="开会")))
