"""Emergency, calls for help, priority and notices with an end on the pages of staff and of everybody."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest

from broker.model import commands as c
from tests.collector.conftest import Browser
from tests.collector.town import TownHub

LEAVE = {"zh": "请从东门离开", "en": "Leave by the east door"}


def text_of(browser: Browser, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200
    return unescape(str(answer.get_data(as_text=True)))


def wishes(page: str) -> list[dict[str, object]]:
    """What the page's buttons send."""
    said = [json.loads(text) for text in re.findall(r"data-command='([^']*)'", page)]
    return [one for wish in said for one in (wish if isinstance(wish, list) else [wish])]


def off_keys(page: str) -> set[str]:
    """The keys of a console that cannot be pressed."""
    return set(re.findall(r'<button[^>]*data-key="(\w)"[^>]* disabled>', page))


def press(browser: Browser, command: dict[str, object], id: str) -> int:
    return int(browser.post("/api/commands", {"id": id, "command": command}).status_code)


@pytest.fixture
def number(hub: TownHub) -> str:
    """Somebody who claimed a priority waits for counter 1, which is open."""
    hub.done(c.OpenCounter(counter="c1"))
    return hub.take_ticket("pension", priority="elderly")


def test_an_emergency_is_on_every_page_until_the_manager_ends_it(
    hub: TownHub, browser: Browser, logged_in: Callable[[str], Browser], number: str
) -> None:
    manager = logged_in("manager")
    assert 'data-dialog="emergency-dialog"' in text_of(manager, "/floor")
    assert press(manager, {"type": "BeginEmergency", **LEAVE}, "emergency-0001") == 200
    for path in ("/floor", "/today", "/console/c1", "/", f"/t/{number}"):
        page = text_of(manager, path)
        assert LEAVE["zh"] in page and LEAVE["en"] in page
    assert "各取号机正常发号" not in text_of(manager, "/floor")
    assert "正在服务" not in text_of(browser, "/") and "请勿前来" in text_of(browser, "/")
    status = browser.client.get("/api/status").get_json()
    assert status["emergency"]["zh"] == LEAVE["zh"]
    assert press(manager, {"type": "CallNext", "counter": "c1"}, "emergency-0002") == 409
    assert {"type": "EndEmergency"} in wishes(text_of(manager, "/floor"))
    assert press(manager, {"type": "EndEmergency"}, "emergency-0003") == 200
    assert LEAVE["zh"] not in text_of(browser, "/")
    assert press(manager, {"type": "CallNext", "counter": "c1"}, "emergency-0004") == 200


def test_a_console_offers_no_call_during_an_emergency_and_says_why(
    hub: TownHub, logged_in: Callable[[str], Browser], number: str
) -> None:
    clerk = logged_in("clerk")
    hub.done(c.CallNext(counter="c1"))
    for at_work in (True, False):
        page = text_of(clerk, "/console/c1")
        assert not off_keys(page) & set("ns") and "不能叫号" not in page
        hub.take_ticket("pension")
        hub.done(c.BeginEmergency(**LEAVE))
        page = text_of(clerk, "/console/c1")
        assert off_keys(page) >= set("rc")
        assert at_work or re.search(r'class="button soft main" id="key-n"[^>]* disabled', page), "pale, not amber"
        assert "紧急广播中，不能叫号" in page
        assert ("f" in off_keys(page)) is not at_work, "what is being served can be finished"
        hub.done(c.EndEmergency())
        if at_work:
            hub.done(c.FinishService(counter="c1"))


@pytest.mark.parametrize("path", ["/floor", "/console/c1"])
def test_to_give_a_priority_weighs_more_than_to_take_it_away(
    logged_in: Callable[[str], Browser], number: str, path: str
) -> None:
    page = text_of(logged_in("manager"), path)
    assert 'class="button small soft" data-dialog="priority-dialog"' in page
    assert 'class="button small line" data-dialog="no-priority-dialog"' in page


def test_a_clerk_cannot_begin_an_emergency(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    assert press(logged_in("clerk"), {"type": "BeginEmergency", **LEAVE}, "emergency-0001") == 403
    assert hub.writer.state.emergency is None


@pytest.mark.parametrize("path", ["/floor", "/console/c1"])
def test_a_call_for_help_is_answered_with_one_button(
    hub: TownHub, logged_in: Callable[[str], Browser], number: str, path: str
) -> None:
    hub.done(c.CallForHelp(kiosk="kiosk-2"), "kiosk-2")
    manager = logged_in("manager")
    page = text_of(manager, path)
    assert "二号取号机" in page
    (wish,) = [wish for wish in wishes(page) if wish["type"] == "AnswerHelp"]
    assert press(manager, wish, "help-answer-1") == 200
    assert "AnswerHelp" not in text_of(manager, path)
    assert press(manager, wish, "help-answer-2") == 409


def test_nobody_who_is_not_staff_sees_who_needs_help(hub: TownHub, browser: Browser) -> None:
    hub.done(c.CallForHelp(kiosk="kiosk-2"), "kiosk-2")
    assert "AnswerHelp" not in text_of(browser, "/")


def test_a_clerk_confirms_the_priority_of_whoever_is_at_the_window(
    hub: TownHub, logged_in: Callable[[str], Browser], number: str
) -> None:
    hub.done(c.CallNext(counter="c1"))
    clerk = logged_in("clerk")
    offered = [wish for wish in wishes(text_of(clerk, "/console/c1")) if "Priority" in str(wish["type"])]
    assert offered == [
        {"type": "ConfirmPriority", "number": number},
        {"type": "RevokePriority", "number": number},
    ]
    assert press(clerk, offered[0], "priority-0001") == 200
    page = text_of(clerk, "/console/c1")
    assert "老年人 ✓" in page
    assert not [wish for wish in wishes(page) if "Priority" in str(wish["type"])]
    assert '<form data-command="ConfirmPriority"' in page, "somebody who waits may show a paper at any counter"


def test_no_page_for_everybody_names_a_priority(hub: TownHub, browser: Browser, number: str) -> None:
    hub.done(c.CallNext(counter="c1"))
    for path in ("/", f"/t/{number}", "/api/status", "/api/counters", f"/api/tickets/{number}"):
        answer = browser.client.get(path)
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert "elderly" not in text and "老年人" not in text


def test_a_notice_that_is_over_is_not_shown_although_the_engine_has_not_said_so_yet(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.PostNotice(notice="desk", zh="电梯检修", until_ms=hub.clock.now_ms() + 60_000, urgent=True))
    assert "<strong>电梯检修</strong>" in text_of(browser, "/")
    hub.clock.advance(61)
    hub.show()
    assert "电梯检修" not in text_of(browser, "/")
