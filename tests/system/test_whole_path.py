"""One visitor in a whole hall of real processes: touch, paper, call, board, sign, service, rating, figures."""

import os
import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from broker.model import events as e
from broker.model.views import BoardView
from broker.model.words import CounterStatus, Holding, Level, TicketStatus
from broker.runtime.database import open_database, query
from broker.runtime.node_mosquitto import find_mosquitto
from broker.store.shown_waits import FILE_NAME
from tests.system.eyes import TESSERACT, numbers_seen, ticket_on_paper
from tests.system.halls import PUBLIC_URL, small_hall
from tests.system.people import Hands, counter_view
from tests.system.town import MANAGER, PASSWORD, Town
from tests.system.truth import await_retained, receipts, tickets_of, truth
from tests.system.web import Browser
from tests.waiting import until

pytestmark = pytest.mark.system

REQUIRED = os.environ.get("JIAOHAO_FOREIGN") == "required"


@pytest.fixture(scope="module", params=["mosquitto", "amqtt"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    if request.param == "mosquitto" and find_mosquitto(dict(os.environ)) is None:
        assert not REQUIRED, "mosquitto is not installed"
        pytest.skip("mosquitto is not installed")
    made = Town(small_hall(tmp_path_factory.mktemp(request.param)), request.param)
    made.hire_manager()
    with made:
        assert f"kind={request.param} " in made.log("server")
        yield made


@pytest.fixture(scope="module")
def hands(town: Town) -> Iterator[Hands]:
    made = Hands(town).await_link()
    yield made
    made.close()


@pytest.fixture(scope="module")
def visited(town: Town, hands: Hands) -> str:
    """The number of the one visitor, who has been served and has rated."""
    watcher = town.watcher
    watcher.ask_pictures("kiosk-1", "board-1", "sign-1")
    hands.press("console-1", "pause")
    watcher.await_that(lambda: counter_view(town, "c1").status is CounterStatus.OPEN, "counter 1 is open")

    number = hands.take_ticket("kiosk-1", "pension")
    assert number is not None, "no number came to the screen"
    assert re.fullmatch(r"A[0-9]{3}", number)
    papers = watcher.pictures[("kiosk-1", "paper")]
    own = tickets_of(town.folder, "kiosk-1")[number]
    watcher.await_that(lambda: any(ticket_on_paper(png, PUBLIC_URL) == own for png in list(papers)), "the paper's code")
    ticket = watcher.await_that(lambda: truth(town.hall, town.database).state.find(number), "a known ticket")
    assert (ticket.service, ticket.kiosk) == ("pension", "kiosk-1")

    hands.press("console-1", "call")
    watcher.await_that(lambda: called_on(town, number), "the board shows the call")
    shown = watcher.await_that(lambda: counter_view(town, "c1").ticket, "the counter's devices show it")
    assert (shown.number, shown.status) == (number, TicketStatus.CALLED)
    watcher.await_that(lambda: digits_of(town).endswith(number[1:]), "the terminal's digits")
    look_at_pictures(town, number)

    hands.press("console-1", "confirm")
    watcher.await_that(lambda: status_at(town) is TicketStatus.SERVING, "service began")
    hands.press("console-1", "rate")
    watcher.await_that(lambda: counter_view(town, "c1").evaluation, "the visit may be rated")
    watcher.await_that(lambda: keypad(town) == ("asking", ""), "the evaluator asks")
    hands.press("keypad-1", "1")
    watcher.await_that(lambda: keypad(town)[0] == "rated", "the evaluator thanks; its stars go out by themselves")
    rated = lambda: truth(town.hall, town.database).count(e.EvaluationRecorded) == 1  # noqa: E731
    watcher.await_that(rated, "the rating is in the journal")
    return number


def called_on(town: Town, number: str) -> bool:
    view = town.watcher.view("board", "board-1")
    return isinstance(view, BoardView) and [call.number for call in view.calls][:1] == [number]


def status_at(town: Town) -> TicketStatus | None:
    ticket = counter_view(town, "c1").ticket
    return None if ticket is None else ticket.status


def digits_of(town: Town) -> str:
    part = town.watcher.part("desk-1", "console-1")
    return "" if part is None else part.digits


def keypad(town: Town) -> tuple[str, str]:
    part = town.watcher.part("desk-1", "keypad-1")
    return ("", "") if part is None else (part.state, part.digits)


def look_at_pictures(town: Town, number: str) -> None:
    """Board and sign show the number to the eye; read by a foreign program where there is one."""
    assert TESSERACT or not REQUIRED, "tesseract is not installed"
    for device in ("board-1", "sign-1"):
        pictures = town.watcher.pictures[(device, "screen")]
        town.watcher.await_that(lambda seen=pictures: seen, f"a picture of {device}")
        if TESSERACT:
            town.watcher.await_that(
                lambda seen=pictures: number in numbers_seen(seen[-1], town.folder), f"{number} can be read on {device}"
            )


def test_the_visit_is_in_the_journal_once_and_in_order(town: Town, visited: str) -> None:
    now = truth(town.hall, town.database)
    ticket = now.state.find(visited)
    assert ticket is not None
    story = [type(event).__name__ for event in now.events if getattr(event, "ticket", None) == ticket.ticket]
    assert story == ["TicketReserved", "TicketConfirmed", "TicketCalled", "ServiceStarted", "ServiceFinished"]
    assert (ticket.status, ticket.holding) == (TicketStatus.SERVED, Holding.PAPER)
    (rating,) = [event for event in now.events if isinstance(event, e.EvaluationRecorded)]
    assert (rating.level, rating.device, rating.counter, rating.raw_key) == (Level.SATISFIED, "keypad-1", "c1", "1")
    assert rating.evaluation in receipts(town.database)


def test_a_second_press_on_the_evaluator_is_no_second_rating(town: Town, hands: Hands, visited: str) -> None:
    before = truth(town.hall, town.database).position
    hands.press("keypad-1", "4")
    rejected = "key 4 does not count"
    town.watcher.await_that(lambda: rejected in town.log("desk-1"), "the second key is refused")
    assert truth(town.hall, town.database).position == before


def test_every_retained_view_is_what_the_journal_projects_to(town: Town, visited: str) -> None:
    now = truth(town.hall, town.database)
    await_retained(town, now)
    assert town.watcher.steps_back() == []


def test_the_checkers_anyone_can_run_find_nothing(town: Town, visited: str) -> None:
    checked, replayed = town.command("check"), town.command("replay")
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "every law held"), checked.stderr
    assert "1 tickets, 1 ratings" in checked.stdout
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (0, "byte-identical"), replayed.stderr


def test_the_public_status_agrees_with_the_journal(town: Town, visited: str) -> None:
    now, browser = truth(town.hall, town.database), Browser(town.file.collector_port)
    status = browser.get("/api/status").json
    assert (status["engine"], status["day"], status["open"]["state"]) == ("online", now.state.day, "open")
    assert status["counts"] == {str(kind): count for kind, count in now.state.counts.items() if count}
    assert status["counters_open"] == ["1"]
    assert [line["waiting"] for line in status["services"]] == [0, 0]
    ticket = browser.get(f"/api/tickets/{visited}").json
    assert (ticket["number"], ticket["status"], ticket["counter"]) == (visited, "served", "c1")
    health = town.watcher.await_that(lambda: _healthy(browser), "every device is online")
    assert health["devices_online"] == health["devices_expected"] == 5


def _healthy(browser: Browser) -> dict[str, int] | None:
    page = browser.get("/api/health")
    return page.json if page.status == 200 else None


def test_the_statistics_agree_with_the_journal(town: Town, visited: str) -> None:
    now, browser = truth(town.hall, town.database), Browser(town.file.collector_port)
    assert browser.get("/api/statistics").status == 401
    browser.log_in(MANAGER, PASSWORD)
    figures = browser.get("/api/statistics?by=counter").json
    total, first = figures["total"], figures["rows"][0]
    assert (figures["day"], figures["as_of"]) == (now.state.day, None), "a position would tell when somebody rates"
    assert (total["issued"], total["calls"], total["served"], total["rateable"]) == (1, 1, 1, 1)
    assert [event.level for event in now.events if isinstance(event, e.EvaluationRecorded)] == [Level.SATISFIED]
    assert (total["rated"], total["levels"], total["satisfaction"]) == (None, {}, None), (
        "one rating would say whose it is"
    )
    assert (first["key"], first["figures"]["served"], first["figures"]["calls"]) == ("c1", 1, 1)
    (called,) = [event for event in now.events if isinstance(event, e.TicketCalled)]
    (reserved,) = [event for event in now.events if isinstance(event, e.TicketReserved)]
    assert total["wait"]["n"] == 1
    assert total["wait"]["max_s"] == round((called.at_ms - reserved.arrived_at_ms) / 1000)


def test_what_the_screens_showed_of_waits_is_written_down_beside_the_journal(town: Town, visited: str) -> None:
    path = town.database.with_name(FILE_NAME)
    until(path.exists, "the file of what was shown")
    with closing(open_database(path, read_only=True)) as db:
        until(lambda: query(db, "SELECT 1 FROM sqlite_master WHERE name = 'shown'"), "its table")
        until(lambda: query(db, "SELECT 1 FROM shown"), "a row")
        rows = query(db, "SELECT day, service, ticket FROM shown")
    now = truth(town.hall, town.database)
    assert {row[0] for row in rows} == {now.state.day}
    assert {row[1] for row in rows} <= set(town.hall.services)
    assert {row[2] for row in rows} <= {None, *now.state.tickets}


def test_nothing_fell_and_nothing_waits(town: Town, visited: str) -> None:
    assert set(town.restarts.values()) == {0}
    for device in ("kiosk-1", "kiosk-2", "desk-1"):
        town.watcher.await_that(lambda d=device: town.watcher.health[d].outbox_length == 0, f"{device} is drained")
    for name in town.launcher.running:
        assert "Traceback" not in town.log(name), f"{name} had an accident"
        assert "level=error" not in town.log(name), f"{name} reports an error"
