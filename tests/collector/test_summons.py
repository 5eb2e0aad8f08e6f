"""It is your turn: a ticket's own page is told at once, above all where somebody cannot hear the voice."""

import json

import pytest
from werkzeug.test import TestResponse

from broker.collector.web import WebOptions
from broker.model import commands as c
from tests.collector.conftest import Browser
from tests.collector.town import TownHub


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(public_streams=1, care_streams=2, quiet_s=0.05, gap_s=0.0, stream_s=2.0)


@pytest.fixture
def number(hub: TownHub) -> str:
    hub.done(c.OpenCounter(counter="c1"))
    return hub.take_ticket("pension")


def opened(browser: Browser, ticket: str) -> TestResponse:
    return browser.client.get(f"/api/events?watch=counter&ticket={ticket}", buffered=False)


def calls_in(text: str) -> list[dict[str, object]]:
    parts = text.split("\n\n")
    return [json.loads(part.split("data: ")[1]) for part in parts if part.startswith("event: called")]


def test_the_page_of_a_ticket_is_told_when_it_is_called_and_again_at_each_recall(
    hub: TownHub, browser: Browser, number: str
) -> None:
    answer = opened(browser, hub.ids[number])
    stream = (chunk.decode() for chunk in answer.response)
    assert calls_in(next(stream)) == []
    hub.done(c.CallNext(counter="c1"))
    [call] = calls_in(next(stream))
    assert (call["number"], call["counter"], call["recalls"]) == (number, "1", 0)
    hub.clock.advance(60)
    hub.done(c.Recall(counter="c1"))
    [again] = calls_in(next(stream))
    assert again["recalls"] == 1
    hub.done(c.StartService(counter="c1"))
    assert calls_in(next(stream)) == []
    answer.close()


def test_the_page_is_told_that_the_ticket_was_sent_on_is_in_line_again_or_was_missed(
    hub: TownHub, browser: Browser, number: str
) -> None:
    answer = opened(browser, hub.ids[number])
    stream = (chunk.decode() for chunk in answer.response)
    next(stream)
    hub.done(c.CallNext(counter="c1"))
    next(stream)
    hub.done(c.MarkNoShow(counter="c1"))
    assert "event: missed" in next(stream)
    hub.done(c.ReturnTicket(number=number))
    assert "event: again" in next(stream)
    hub.done(c.CallNext(counter="c1"))
    assert len(calls_in(next(stream))) == 1
    hub.done(c.TransferTicket(counter="c1", to_service="card"))
    told = next(stream)
    assert "event: moved" in told and hub.hall.services["card"].names.zh in told
    answer.close()


def test_a_page_that_comes_after_the_call_is_told_at_once_and_only_once(
    hub: TownHub, browser: Browser, number: str
) -> None:
    hub.done(c.CallNext(counter="c1"))
    answer = opened(browser, number)
    stream = (chunk.decode() for chunk in answer.response)
    assert len(calls_in(next(stream))) == 1
    hub.done(c.PauseIssuing(reason="x"))
    assert calls_in(next(stream)) == []
    answer.close()


def test_nobody_is_told_of_the_call_of_another(hub: TownHub, browser: Browser, number: str) -> None:
    other = hub.take_ticket("pension")
    answer = opened(browser, hub.ids[other])
    stream = (chunk.decode() for chunk in answer.response)
    next(stream)
    assert hub.done(c.CallNext(counter="c1"))["number"] == number
    assert calls_in(next(stream)) == []
    answer.close()


def test_a_ticket_that_is_not_there_has_no_stream(browser: Browser) -> None:
    assert opened(browser, "A999").status_code == 404


def test_whoever_cannot_hear_has_a_seat_when_all_others_are_taken(hub: TownHub, browser: Browser, number: str) -> None:
    needs = hub.take_ticket("pension", needs=("hearing",))  # type: ignore[arg-type]
    held = [opened(browser, hub.ids[number])]
    assert [one.status_code for one in held] == [200]
    assert opened(browser, hub.ids[number]).status_code == 503
    mine = opened(browser, hub.ids[needs])
    assert mine.status_code == 200
    for one in (*held, mine):
        one.close()


def test_no_page_for_everybody_tells_what_somebody_needs(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension", needs=("hearing", "sight"))  # type: ignore[arg-type]
    hub.done(c.CallNext(counter="c1"))
    key = hub.ids[number]
    for path in ("/", f"/t/{number}", "/api/status", "/api/counters", f"/api/tickets/{key}"):
        text = browser.client.get(path).get_data(as_text=True)
        assert '"hearing"' not in text and "听力不便" not in text and "needs" not in text
