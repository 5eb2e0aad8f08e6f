"""A backup is put back by the hall's own command: papers printed since are known again, and no call has an old id."""

from pathlib import Path

import pytest

from broker.model import events as e
from broker.model.numbers import ENGINE, owner_of, parse_printed
from broker.model.words import CounterStatus, TicketStatus
from firmware_config.plan import Program
from tests.system.halls import small_hall
from tests.system.people import Hands, counter_view
from tests.system.town import Town
from tests.system.truth import Truth, ledger, truth, unanswered

pytestmark = pytest.mark.system

KIOSKS = ("kiosk-1", "kiosk-2")


def needed(program: Program) -> bool:
    return program.name in ("server", "desk-1", *KIOSKS)


def papers(town: Town) -> dict[str, str]:
    """Ticket id -> number of every paper that the kiosks gave."""
    return {ticket: number for kiosk in KIOSKS for ticket, number, _ in ledger(town.folder, kiosk)}


def known(town: Town) -> dict[str, str]:
    """The same, as the engine knows it today."""
    return {ticket.ticket: ticket.number for ticket in truth(town.hall, town.database).state.tickets.values()}


def take(town: Town, hands: Hands, kiosk: str) -> str:
    number = hands.take_ticket(kiosk, "pension")
    assert number is not None
    hands.leave(kiosk)
    town.watcher.await_that(lambda: number in known(town).values(), f"{number} is known")
    return number


def call(town: Town, hands: Hands) -> str:
    hands.press("console-1", "pause")
    town.watcher.await_that(lambda: counter_view(town, "c1").status is CounterStatus.OPEN, "counter 1 is open")
    hands.press("console-1", "call")
    ticket = town.watcher.await_that(lambda: counter_view(town, "c1").ticket, "somebody is called")
    return ticket.call_id


def await_presses(town: Town) -> None:
    told = lambda: getattr(town.watcher.health.get("desk-1"), "clock_offset_ms", None) is not None  # noqa: E731
    town.watcher.await_that(told, "the caller has heard the engine's clock")


def number_owner(now: Truth, number: str) -> str | None:
    parsed = parse_printed(now.hall, number)
    return owner_of(now.hall, *parsed) if parsed else None


def test_papers_given_after_the_backup_are_known_after_its_return(tmp_path: Path) -> None:
    file, backup = small_hall(tmp_path), tmp_path / "kept.zip"
    with Town(file, wanted=needed) as town:
        hands = Hands(town).await_link()
        await_presses(town)
        take(town, hands, "kiosk-1")
        saved = town.command("backup", str(backup))
        assert saved.returncode == 0, saved.stdout + saved.stderr
        after = [take(town, hands, kiosk) for kiosk in (*KIOSKS, "kiosk-1")]
        first_call = call(town, hands)
        before = truth(town.hall, town.database)
        assert {number_owner(before, number) for number in after} == {ENGINE}, "the engine's own numbers are at stake"
        hands.close()

    restored = town.command("restore", str(backup))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert len(truth(town.hall, town.database).state.tickets) == 1

    with Town(file, wanted=needed) as town:
        town.watcher.await_that(lambda: known(town) == papers(town), f"{papers(town)} are known again: {known(town)}")
        assert len(papers(town)) == 4
        town.watcher.await_that(lambda: not unanswered(town.folder), f"all is answered: {unanswered(town.folder)}")
        hands = Hands(town).await_link()
        await_presses(town)
        now_given = take(town, hands, "kiosk-2")
        assert now_given not in after, "no number is given twice"
        assert number_owner(truth(town.hall, town.database), now_given) == "kiosk-2", "the engine keeps its own back"
        assert call(town, hands) != first_call, "no display takes the new call for one that it has spoken"
        now = truth(town.hall, town.database)
        assert now.count(e.NumberClashed) == 0
        assert now.state.counts.get(TicketStatus.VOID, 0) == 0
        hands.close()
    for command in ("check", "replay"):
        checked = town.command(command)
        assert checked.returncode == 0, checked.stdout + checked.stderr
