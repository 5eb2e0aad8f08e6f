"""The keys of a counter's console: which is the large one in each state, and whose counter it is just now."""

import json
import re
from collections.abc import Callable
from html import unescape

import msgspec
import pytest

from broker.collector.floor.attention import attention
from broker.model import commands as c
from broker.model.hall import Collector
from tests.collector.conftest import Browser
from tests.collector.test_staff_pages import text_of
from tests.collector.town import TownHub, town_hall
from tests.halls import CLOSES_MS

LARGE = re.compile(r'<button[^>]* class="button [^"]*main"[^>]* data-key="(\w)"[^>]* data-command=\'([^\']*)\'')


@pytest.fixture(autouse=True)
def people(hub: TownHub) -> None:
    for counter in ("c1", "c2"):
        hub.done(c.OpenCounter(counter=counter))
    for _ in range(3):
        hub.take_ticket("pension")


def large_key(page: str) -> tuple[str, set[str]]:
    """The letter of a console's large key, and what it asks for."""
    ((letter, text),) = LARGE.findall(page)
    said = json.loads(unescape(text))
    return letter, {one["type"] for one in (said if isinstance(said, list) else [said])}


def test_the_large_key_is_what_comes_next_and_ends_no_visit_of_somebody_who_has_not_come(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")

    def large() -> tuple[str, set[str]]:
        return large_key(text_of(clerk, "/console/c1"))

    assert large() == ("n", {"CallNext"})
    hub.done(c.CallNext(counter="c1"))
    for _ in range(hub.hall.rules.recall_most):
        assert large() == ("s", {"StartService"})
        hub.clock.advance(hub.hall.rules.recall_gap_s)
        hub.done(c.Recall(counter="c1"))
    assert large() == ("s", {"StartService"}), "the no-show key lights beside it, and does not take its place"
    hub.done(c.StartService(counter="c1"))
    assert large() == ("n", {"FinishService"}), "an evaluator asks: nobody is called to who is rating"
    hub.serve("c2")
    hub.done(c.FinishService(counter="c1"))
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.StartService(counter="c1"))
    assert large() == ("n", {"FinishService"}), "nobody else waits: no refusal after each visit"


TOWN = town_hall()
BARE = msgspec.structs.replace(TOWN, keypads={})
WITH_CODES = msgspec.structs.replace(BARE, collector=Collector(public_url="https://hall.example"))


@pytest.mark.parametrize(
    ("hall", "wanted"),
    [(BARE, {"FinishService", "CallNext"}), (WITH_CODES, {"FinishService"}), (TOWN, {"FinishService"})],
    ids=["nothing", "a code on the sign", "an evaluator"],
)
def test_one_press_finishes_and_calls_only_where_nothing_at_the_counter_asks_to_rate(
    hub: TownHub, logged_in: Callable[[str], Browser], wanted: set[str]
) -> None:
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.StartService(counter="c1"))
    assert large_key(text_of(logged_in("clerk"), "/console/c1")) == ("n", wanted)


def test_an_open_counter_shows_who_is_logged_in_and_that_nobody_is(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.done(c.LogIn(counter="c1", clerk="staff-19"))
    page = text_of(clerk, "/console/c1")
    assert "<b>工号 019</b>" in page and "不是您" in page
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    page = text_of(clerk, "/console/c1")
    assert "登录并恢复服务" in page and "顶岗" not in page, "its own clerk comes back"
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    page = text_of(clerk, "/console/c1")
    assert "<b>工号 016</b>" in page and "不是您" not in page
    hub.done(c.OpenCounter(counter="c5"))
    assert "无人登录" in text_of(clerk, "/console/c5")


def test_after_hours_the_console_offers_no_call_that_would_be_refused_and_the_duty_leader_is_told_who_waits(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    def told() -> list[str]:
        found = attention(hub.hall, hub.live, hub.clock.now_ms())
        return [one.subject for one in found if "延时服务" in one.zh]

    assert "可以呼叫下一位" in text_of(logged_in("clerk"), "/console/c1") and told() == []
    hub.clock.advance((CLOSES_MS - hub.clock.now_ms()) / 1000)
    hub.pass_time(1)
    clerk = logged_in("clerk")
    page = text_of(clerk, "/console/c1")
    assert "可以呼叫下一位" not in page and "批准延时服务后才能叫号" in page
    assert re.search(r'id="key-n"[^>]* disabled', page), "pressed it would be refused"
    assert told() == ["c1", "c2"]
    hub.done(c.ApproveExtension(reason="还有群众在等", minutes=30, counter="c1"))
    page = text_of(clerk, "/console/c1")
    assert "可以呼叫下一位" in page and not re.search(r'id="key-n"[^>]* disabled', page)
    assert told() == ["c2"]


def test_of_two_free_counters_the_more_flexible_one_reads_which_should_call_and_may_call_all_the_same(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    for counter in ("c1", "c2"):
        hub.serve(counter)
    manager = logged_in("manager")
    assert "1 号窗口也空闲，宜由其先叫" in text_of(manager, "/console/c2")
    assert "也空闲" not in text_of(manager, "/console/c1")
    hub.done(c.CallNext(counter="c2"))
    assert "也空闲" not in text_of(manager, "/console/c1")
