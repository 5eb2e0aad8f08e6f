"""Somebody stands still or dies at the worst moment: paper comes, old presses do not, nothing is doubled."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from broker.model import events as e
from broker.model.numbers import ENGINE, owner_of, parse_printed
from broker.model.words import CounterStatus, Holding, TicketStatus
from tests.system.eyes import ticket_on_paper
from tests.system.halls import PUBLIC_URL, small_hall
from tests.system.people import Hands, counter_view
from tests.system.town import Town
from tests.system.truth import ledger, thanked, tickets_of, truth, unanswered

pytestmark = pytest.mark.system

ANSWER_WITHIN_S = 0.8
BUSY_MACHINE_S = 8.0
"""Two busy cores and a panel every 0.1 s; the next thing that could end the wait comes after 10 s."""
SLOW_MM_S = 30
"""A ticket takes some three seconds on the second printer: time to die in the middle of it."""
STANDSTILL_S = 6.5
"""Longer than a press may live (5 s), shorter than the server's connection to its MQTT broker."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(small_hall(tmp_path_factory.mktemp("moments"), second_printer_mm_s=SLOW_MM_S)) as running:
        yield running


@pytest.fixture(scope="module")
def hands(town: Town) -> Iterator[Hands]:
    made = Hands(town).await_link()
    # Until the first live heartbeat a caller cannot say in the engine's time until when a press is meant.
    told = lambda: getattr(town.watcher.health.get("desk-1"), "clock_offset_ms", None) is not None  # noqa: E731
    town.watcher.await_that(told, "the caller has heard the engine's clock")
    made.press("console-1", "pause")
    town.watcher.await_that(lambda: counter_view(town, "c1").status is CounterStatus.OPEN, "counter 1 is open")
    yield made
    made.close()


@contextmanager
def frozen(town: Town, name: str) -> Iterator[float]:
    """The process stands still; the moment it did."""
    pid = town.pid(name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield time.monotonic()
    finally:
        os.kill(pid, signal.SIGCONT)


def owner(town: Town, number: str) -> str | None:
    """Whose range a number belongs to."""
    parsed = parse_printed(town.hall, number)
    return owner_of(town.hall, *parsed) if parsed else None


def test_paper_comes_without_the_server_and_a_press_that_waited_is_refused(town: Town, hands: Hands) -> None:
    watcher = town.watcher
    watcher.ask_pictures("kiosk-1")
    first = hands.take_ticket("kiosk-1", "pension")
    assert first is not None
    assert owner(town, first) == ENGINE
    hands.leave("kiosk-1")
    calls = truth(town.hall, town.database).count(e.TicketCalled)

    with frozen(town, "server") as frozen_s:
        hands.press("console-1", "call")
        second = hands.take_ticket("kiosk-1", "pension")
        took_s = hands.waited_s
        assert second is not None
        assert owner(town, second) == "kiosk-1"
        assert took_s < ANSWER_WITHIN_S + BUSY_MACHINE_S, f"the visitor waited {took_s:.1f} s for a number"
        papers = watcher.pictures[("kiosk-1", "paper")]
        own = tickets_of(town.folder, "kiosk-1")[second]
        watcher.await_that(lambda: any(ticket_on_paper(png, PUBLIC_URL) == own for png in list(papers)), "the paper")
        time.sleep(max(0.0, STANDSTILL_S - (time.monotonic() - frozen_s)))

    def found() -> bool:
        ticket = truth(town.hall, town.database).state.find(second)
        return ticket is not None and ticket.status is TicketStatus.WAITING and ticket.holding is Holding.PAPER

    watcher.await_that(found, "the server knows the paper")
    watcher.await_that(lambda: "too_late" in watcher.refusals(), "the old press is refused")
    now = truth(town.hall, town.database)
    assert now.count(e.TicketCalled) == calls, "a press of seconds ago was carried out"
    assert {number for _, number, _ in ledger(town.folder, "kiosk-1")} == {first, second}


def test_the_papers_of_that_moment_are_called_like_any_other(town: Town, hands: Hands) -> None:
    watcher = town.watcher
    papers = [number for _, number, _ in ledger(town.folder, "kiosk-1")]
    called = []
    for _ in papers:
        hands.press("console-1", "call")
        ticket = watcher.await_that(lambda: counter_view(town, "c1").ticket, "somebody is called")
        called.append(ticket.number)
        hands.press("console-1", "confirm", "rate")
        watcher.await_that(lambda: counter_view(town, "c1").ticket is None, "the visit is over")
        time.sleep(1.6)  # the console takes the same key again only after this time
    assert called == papers, "those who came first are called first"
    assert truth(town.hall, town.database).state.counts[TicketStatus.SERVED] == len(papers)


def test_the_first_visitor_after_a_crash_of_server_and_broker_is_served(town: Town, hands: Hands) -> None:
    """The broker's process ends with the server's; the kiosk may not have heard of the new one yet."""
    hands.leave("kiosk-2")
    before = truth(town.hall, town.database).position
    returned_s = town.kill("server")
    number = hands.take_ticket("kiosk-2", "pension")
    assert number is not None, f"no number, the server returned after {returned_s:.1f} s"
    town.watcher.await_that(lambda: truth(town.hall, town.database).state.find(number), "the ticket is known")
    assert truth(town.hall, town.database).position > before
    assert town.watcher.steps_back() == []


def test_a_kiosk_that_dies_while_it_prints_leaves_a_number_that_is_called(town: Town, hands: Hands) -> None:
    hands.leave("kiosk-2")
    number = hands.take_ticket("kiosk-2", "pension")
    assert number is not None
    assert owner(town, number) == ENGINE
    assert [state for _, found, state in ledger(town.folder, "kiosk-2") if found == number] == ["maybe"]
    town.kill("kiosk-2")

    def in_line() -> bool:
        ticket = truth(town.hall, town.database).state.find(number)
        return ticket is not None and (ticket.status, ticket.holding) == (TicketStatus.WAITING, Holding.MAYBE)

    # The kiosk itself says so; without it the engine would wait for 30 s of silence.
    town.watcher.await_that(in_line, "the number that may be on paper waits in line", 25.0)
    assert [state for _, found, state in ledger(town.folder, "kiosk-2") if found == number] == ["unclear"]
    again = hands.take_ticket("kiosk-2", "pension")
    assert again not in (None, number), "the next visitor gets another number"


def test_a_caller_that_dies_after_its_thanks_posts_the_rating_once(town: Town, hands: Hands) -> None:
    watcher, rated = town.watcher, truth(town.hall, town.database).count(e.EvaluationRecorded)
    hands.press("console-1", "call")
    watcher.await_that(lambda: counter_view(town, "c1").ticket, "somebody is called")
    hands.press("console-1", "confirm")
    watcher.await_that(lambda: counter_view(town, "c1").evaluation is None, "whoever was here before is asked no more")
    watcher.await_that(lambda: keypad_state(town) != "asking", "nor by the evaluator")
    hands.press("console-1", "rate")
    visit = watcher.await_that(lambda: counter_view(town, "c1").evaluation, "the visit may be rated").visit
    watcher.await_that(lambda: keypad_state(town) == "asking", "the evaluator asks")
    with frozen(town, "collector"):
        hands.press("keypad-1", "0")
        watcher.await_that(lambda: keypad_state(town) == "rated", "the evaluator thanks")
        assert set(unanswered(town.folder)) == {"desk-1/ratings.sqlite"}
        town.kill("desk-1")
        watcher.await_that(lambda: keypad_state(town) == "idle", "the evaluator is back and does not ask again")
        hands.press("keypad-1", "4")
        watcher.await_that(lambda: "key 4 does not count" in town.log("desk-1"), "a second key does not count")
    watcher.await_that(lambda: not unanswered(town.folder), "the rating is posted")
    ratings = [event for event in truth(town.hall, town.database).events if isinstance(event, e.EvaluationRecorded)]
    assert len(ratings) == rated + 1
    assert {rating.visit: rating.evaluation for rating in ratings[rated:]} == {
        visit: thanked(town.folder, "desk-1")[visit]
    }


def keypad_state(town: Town) -> str:
    """What the evaluator at counter 1 is doing."""
    part = town.watcher.part("desk-1", "keypad-1")
    return "" if part is None else part.state
