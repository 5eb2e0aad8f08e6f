"""Whoever sends a substitute sees who is free; whoever cannot press a key at a counter is told who can, and why."""

import re
from collections.abc import Callable

import msgspec
import pytest

from broker.collector.staff.whereabouts import clerks_now
from broker.model import commands as c
from broker.model.hall import Clerk
from broker.model.words import Names
from tests.collector.conftest import Browser
from tests.collector.test_staff_pages import text_of
from tests.collector.town import TownHub, town_hall

TOWN = town_hall()
STRICT = msgspec.structs.replace(TOWN, rules=msgspec.structs.replace(TOWN.rules, clerks_log_in=True))


def told(hub: TownHub) -> dict[str, str]:
    views = [view for key in hub.hall.counters if (view := hub.live.counter(key)) is not None]
    return {one.staff_number: one.where.zh for one in clerks_now(hub.hall, views)}


@pytest.mark.parametrize("hall", [STRICT])
def test_who_could_be_sent_is_told_with_where_each_clerk_is(hub: TownHub) -> None:
    assert set(told(hub).values()) == {"未登录"}
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    hub.done(c.LogIn(counter="c2", clerk="staff-17"))
    hub.done(c.OpenCounter(counter="c2"))
    hub.done(c.LogIn(counter="c4", clerk="staff-18"))
    hub.done(c.OpenCounter(counter="c4"))
    said = told(hub)
    assert list(said) == ["016", "017", "018", "019"], "whoever is free comes first, whoever is not there last"
    assert said["016"].startswith("空闲") and said["017"] == "正在 2 号窗口服务"
    assert said["018"] == "正在 4 号窗口顶岗" and said["019"] == "未登录"
    hub.done(c.PauseCounter(counter="c2", reason="会议"))
    hub.done(c.AppointSubstitute(counter="c2", clerk="staff-16"))
    hub.pass_time(hub.hall.rules.pause_limit_min + 1)
    assert told(hub)["017"] == "2 号窗口暂停中"
    hub.done(c.AppointSubstitute(counter="c2", clerk="staff-16"))
    assert told(hub)["016"] == "已安排到 2 号窗口顶岗"


def test_the_dialog_of_the_duty_leader_marks_every_clerk(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    page = text_of(logged_in("manager"), "/floor")
    assert re.search(r'<option value="staff-16">工号 016 · 正在 1 号窗口服务</option>', page)
    assert re.search(r'<option value="staff-18">工号 018 · 未登录</option>', page)


def test_whose_counter_a_substitute_holds_sees_who_it_is_and_no_key_that_would_refuse(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-17"))
    waiting = hub.take_ticket("pension")
    page = text_of(logged_in("clerk"), "/console/c1")
    assert f"<span>{waiting}</span>" in page
    assert "本窗口现由工号 017" in page and "顶岗" in page and "0432-8017" in page
    assert "data-key=" not in page.partition('id="no-keys"')[2].partition("<aside")[0]
    assert 'data-dialog="number-dialog"' not in page, "numbers are to be read: each would be refused"
    hub.done(c.PauseCounter(counter="c1", reason="交接"))
    page = text_of(logged_in("clerk"), "/console/c1")
    assert 'id="no-keys"' not in page and re.findall(r'data-key="(\w)"', page) == ["l"], "the one key that works"


def test_the_manager_keeps_every_key_at_everybodys_counter(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-17"))
    page = text_of(logged_in("manager"), "/console/c1")
    assert 'id="no-keys"' not in page and 'data-key="p"' in page


@pytest.mark.parametrize("hall", [STRICT])
def test_where_clerks_log_in_nobody_is_offered_to_open_a_counter_for_somebody_who_is_not_there(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    row = re.compile(r'<article [^>]*id="spot-c1"[^>]*>.*?</article>', re.DOTALL)
    manager = logged_in("manager")
    before = row.search(text_of(manager, "/floor"))
    assert before is not None and "须本人登录" in before[0] and "OpenCounter" not in before[0]
    assert "OpenCounter" not in text_of(manager, "/console/c1")
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    after = row.search(text_of(manager, "/floor"))
    assert after is not None and "OpenCounter" in after[0]


def test_the_next_service_is_never_the_one_being_done(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    page = text_of(logged_in("clerk"), "/console/c1")
    assert re.search(r'data-dialog="next-dialog" data-fill=\'[^\']*"doing": "pension"', page)
    assert 'name="service" data-but="doing"' in page


def test_a_title_is_said_in_the_readers_language_and_as_given_where_there_is_one_only() -> None:
    both = Clerk(staff_number="016", title="导办", title_en="guide")
    assert both.titles == Names("导办", "guide")
    assert Clerk(staff_number="016", title="导办").titles == Names("导办", "导办")
    assert Clerk(staff_number="016", title_en="guide").titles == Names("guide", "guide")
    assert Clerk(staff_number="016").titles is None
