"""Every kind of process is killed in the middle of traffic, as by a power cut, and the hall comes together again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from broker.model import events as e
from broker.model.views import BoardView
from broker.model.words import TicketStatus
from tests.system.eyes import TESSERACT, numbers_seen, ticket_on_paper
from tests.system.halls import PUBLIC_URL, small_hall
from tests.system.town import Town
from tests.system.traffic import Traffic
from tests.system.truth import Truth, await_retained, ledger, thanked, truth, unanswered

pytestmark = pytest.mark.system

VICTIMS = ("server", "mqtt", "kiosk-1", "desk-1", "board-1", "collector")
KIOSKS = {"kiosk-1": ("pension", "card"), "kiosk-2": ("pension",)}
NOT_GIVEN = (TicketStatus.VOID, TicketStatus.RESERVED)


@dataclass
class Aftermath:
    """What was left when everybody had gone home."""

    town: Town
    now: Truth
    seen_on_screens: list[str]
    codes_on_paper: set[str]
    rated: int
    back_after_s: dict[str, float] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, str]:
        """Ticket id -> number of every paper that may exist, by the kiosks' own books."""
        return {id: number for kiosk in KIOSKS for id, number, _ in ledger(self.town.folder, kiosk)}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    with Town(small_hall(tmp_path_factory.mktemp("killed"))) as town:
        town.watcher.ask_pictures("kiosk-1", "kiosk-2", "board-1")
        back_after_s = {}
        with Traffic(town, KIOSKS) as traffic:
            for victim in VICTIMS:
                await_traffic(town, traffic)
                back_after_s[victim] = town.kill(victim)
            await_traffic(town, traffic)
            traffic.let_nobody_in()
            town.watcher.await_that(lambda: everybody_served(town), "everybody is served", 180.0)
            town.watcher.await_that(lambda: not unanswered(town.folder), "every outbox is empty")
            assert traffic.failures == []
        papers = [png for kiosk in KIOSKS for png in town.watcher.pictures[(kiosk, "paper")]]
        codes = {code for png in papers if (code := ticket_on_paper(png, PUBLIC_URL))}
        now = truth(town.hall, town.database)
        yield Aftermath(town, now, traffic.numbers, codes, traffic.rated, back_after_s)


def await_traffic(town: Town, traffic: Traffic) -> None:
    """Two more visitors have come and somebody was served, so that the next blow falls into the middle of things."""
    came, served = len(traffic.numbers), truth(town.hall, town.database).count(e.ServiceFinished)
    town.watcher.await_that(lambda: len(traffic.numbers) >= came + 2, f"visitors go on: {traffic.failures}")
    town.watcher.await_that(
        lambda: truth(town.hall, town.database).count(e.ServiceFinished) > served, f"clerks go on: {traffic.failures}"
    )


def everybody_served(town: Town) -> bool:
    state = truth(town.hall, town.database).state
    return all(ticket.status in (TicketStatus.SERVED, TicketStatus.VOID) for ticket in state.tickets.values())


def test_every_victim_came_back_and_nobody_else_fell(after: Aftermath) -> None:
    expected = {name: int(name in VICTIMS) for name in after.town.launcher.running}
    assert after.town.restarts == expected
    assert set(after.back_after_s) == set(VICTIMS)
    for name, status in after.town.watcher.status.items():
        assert status.online, f"{name} says that it is offline"


def test_every_paper_is_a_known_ticket_and_every_ticket_is_on_paper(after: Aftermath) -> None:
    known = {t.ticket: t.number for t in after.now.state.tickets.values() if t.status not in NOT_GIVEN}
    assert known == after.given
    assert len(set(known.values())) == len(known), "a number was given twice"


def test_what_people_saw_on_screens_and_paper_is_among_them(after: Aftermath) -> None:
    numbers = set(after.given.values())
    assert set(after.seen_on_screens) <= numbers
    assert Counter(after.seen_on_screens).most_common(1)[0][1] == 1, "two visitors were shown one number"
    assert after.codes_on_paper <= set(after.given)
    assert len(after.codes_on_paper) >= len(VICTIMS), "papers were looked at"


def test_everybody_was_called_once_and_served_once(after: Aftermath) -> None:
    given = set(after.given)
    assert after.now.tally(e.TicketCalled, "ticket") == Counter(given)
    assert after.now.tally(e.ServiceFinished, "ticket") == Counter(given)


def test_every_rating_that_was_thanked_is_stored_once(after: Aftermath) -> None:
    stored = {x.visit: x.evaluation for x in after.now.events if isinstance(x, e.EvaluationRecorded)}
    assert stored == thanked(after.town.folder, "desk-1")
    assert after.now.count(e.EvaluationRecorded) == len(stored)
    assert 0 < len(stored) <= after.rated


def test_every_outbox_is_empty_by_its_devices_own_word(after: Aftermath) -> None:
    for device in (*KIOSKS, "desk-1"):
        health = lambda d=device: after.town.watcher.health[d].outbox_length == 0  # noqa: E731
        after.town.watcher.await_that(health, f"{device} says that nothing waits")
    assert unanswered(after.town.folder) == {}


def test_retained_views_are_what_the_journal_projects_to_and_never_went_back(after: Aftermath) -> None:
    await_retained(after.town, after.now)
    assert after.town.watcher.steps_back() == []
    assert {seen.epoch for seen in after.town.watcher.history} == {1, 2}


def test_the_board_that_was_killed_shows_the_last_call(after: Aftermath) -> None:
    view = after.town.watcher.view("board", "board-1")
    assert isinstance(view, BoardView)
    number, pictures = view.calls[0].number, after.town.watcher.pictures[("board-1", "screen")]
    assert pictures, "the board gave no picture"
    if TESSERACT:
        read = lambda: number in numbers_seen(pictures[-1], after.town.folder)  # noqa: E731
        after.town.watcher.await_that(read, f"{number} can be read on the board")


def test_the_checkers_anyone_can_run_find_nothing(after: Aftermath) -> None:
    checked, replayed = after.town.command("check"), after.town.command("replay")
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "every law held"), checked.stderr
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (0, "byte-identical"), replayed.stderr


def test_no_log_tells_of_an_accident(after: Aftermath) -> None:
    for name in after.town.launcher.running:
        assert "Traceback" not in after.town.log(name), f"{name} had an accident"
