"""Everything a counter can be told can be told from its console; and what its clerk should know stands there."""

import html
import re
from collections.abc import Callable

import pytest

from broker.model import commands as c
from tests.collector.conftest import Browser
from tests.collector.test_staff_pages import text_of
from tests.collector.town import TownHub

ON_ITS_PAGE = {"GiveReturnSlip": "/slips/c1"}
"""A command with a page of its own, to which the console leads."""


@pytest.fixture
def clerk(hub: TownHub, logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("clerk")


def test_every_command_of_a_counter_can_be_given_from_the_console(hub: TownHub, clerk: Browser) -> None:
    pages = [text_of(clerk, "/console/c1")]
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    pages.append(text_of(clerk, "/console/c1"))
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.take_ticket("pension")
    pages.append(text_of(clerk, "/console/c1"))
    hub.done(c.CallNext(counter="c1"))
    pages.append(text_of(clerk, "/console/c1"))
    hub.done(c.MarkNoShow(counter="c1"))
    pages.append(text_of(clerk, "/console/c1"))
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    pages.append(text_of(clerk, "/console/c1"))
    whole = html.unescape("".join(pages))
    lacking = [
        kind.__name__
        for kind in c.COUNTER_COMMANDS
        if f'"{kind.__name__}"' not in whole and ON_ITS_PAGE.get(kind.__name__, "?") not in whole
    ]
    assert lacking == []


def test_the_clerk_sees_what_the_number_went_through_today_and_no_rating(hub: TownHub, clerk: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.done(c.OpenCounter(counter="c2", clerk="staff-17"))
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c2"))
    assert "此号今天此前" not in text_of(clerk, "/console/c1")
    hub.done(c.TransferTicket(counter="c2", to_service="card", to_counter="c1", note="已核对身份证"))
    hub.done(c.CallNext(counter="c1"))
    page = text_of(clerk, "/console/c1")
    assert "此号今天此前" in page and "2 号窗口：转到 1 号窗口“社会保障卡”" in page
    assert page.count("已核对身份证") == 1, "what is told with its step is not told once more below"
    assert "首问 工号 017" in page


def test_papers_are_listed_one_by_one_and_timers_say_in_words_when_it_is_too_long(hub: TownHub, clerk: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.take_ticket("pension")
    hub.clock.advance(16 * 60)
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.StartService(counter="c1"))
    page = text_of(clerk, "/console/c1")
    assert "身份证原件" in page and "超过目标 15 分钟" in page
    assert "已办理 0 分钟，一般 6 分钟" in page and "已超过" not in page
    hub.clock.advance(7 * 60)
    assert "一般 6 分钟，已超过</span>" in text_of(clerk, "/console/c1")
    hub.clock.advance(7 * 60)
    assert "已超过两倍" in text_of(clerk, "/console/c1")


def test_every_key_of_the_console_stands_in_the_list_of_shortcuts(hub: TownHub, clerk: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    page = text_of(clerk, "/console/c1")
    keys, listed = set(re.findall(r'data-key="(.)"', page)), set(re.findall(r'data-letter="(.)"', page))
    assert keys <= listed and len(keys) > 10
