"""What a phone says while nobody is called, no number is given, or nobody answers; and once there is no way back."""

import msgspec
import pytest

from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys
from tests.collector.conftest import Browser
from tests.collector.public.bank import hall_with_outlets
from tests.collector.public.test_words_for_citizens import LEAVE, PERSON, both, link_of, read, take_at_home
from tests.collector.town import TownHub
from tests.halls import CLOSES_MS


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(hall_with_outlets(), remote=Remote(services=("pension",)))


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of the hall", "town"), quiet_s=0.05, gap_s=0.0, stream_s=2.0)


def test_in_an_emergency_a_ticket_promises_no_wait_and_sends_nobody_to_the_waiting_area(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    paper = link_of(hub, [hub.take_ticket("pension") for _ in range(3)][2])
    home = take_at_home(browser)
    assert "前面还有" in read(browser, paper) and 'class="nearly"' in read(browser, home)
    hub.done(c.BeginEmergency(**LEAVE))
    chinese, english = both(browser, paper)
    assert "暂停叫号，您的号仍然有效" in chinese and "your number stays valid" in english
    for page in (chinese, read(browser, home)):
        assert (
            'class="ahead text"' not in page
            and 'class="nearly"' not in page
            and 'ask-postpone"' not in page.split('id="holder"')[0]
        )
    assert f'lang="zh-CN">{LEAVE["zh"]}' in english, "read out in its own language"


def test_who_is_next_but_still_at_home_is_told_so_without_a_count_of_nobody(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    home = take_at_home(browser)
    chinese, english = both(browser, home)
    assert "下一个可能就是您的号，请马上到大厅报到" in chinese and "前面还有 0 位" not in chinese
    assert "Yours may be the next number" in english and "0 before you" not in english


def test_after_hours_a_number_by_phone_is_not_asked_for_and_the_page_leads_to_the_hours(
    hub: TownHub, browser: Browser
) -> None:
    hub.clock.advance((CLOSES_MS - hub.clock.now_ms()) / 1000 + 600)
    hub.pass_time(1)
    chinese, english = both(browser, "/take")
    for page in (chinese, english):
        assert 'name="identity"' not in page and 'href="/hours"' in page
    assert "现在不能取号" in chinese and "No numbers are given now" in english


def test_a_number_that_nobody_answered_for_is_asked_for_again_and_is_one(hub: TownHub, browser: Browser) -> None:
    page = read(browser, "/take")
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    form = {"csrf": browser.read_token("/take"), "ticket": ticket, "service": "pension", "identity": PERSON}
    hub.silent = True
    answer = browser.client.post("/take", data=form)
    again = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "再提交一次" in again and "引擎" not in again
    assert f'value="{ticket}"' in again and PERSON not in again
    hub.silent = False
    assert {browser.client.post("/take", data=form).headers["Location"] for _ in range(2)} == {
        browser.client.post("/take", data=form).headers["Location"]
    }
    assert len(hub.writer.state.tickets) == 1


def test_a_missed_number_says_for_what_it_was_and_once_it_is_lost_promises_no_call(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    link = link_of(hub, hub.take_ticket("pension"))
    hub.done(c.CallNext(counter="c1"))
    hub.clock.advance(30)
    hub.done(c.MarkNoShow(counter="c1"))
    page = read(browser, link)
    assert "<h1>养老保险</h1>" in page and "叫到您时标题会改变" in page
    hub.clock.advance(hub.hall.rules.return_within_min * 60 + 60)
    hub.show()
    over = read(browser, link)
    assert "<h1>养老保险</h1>" in over and "叫到您时标题会改变" not in over and "data-waits" not in over
