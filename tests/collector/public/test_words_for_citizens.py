"""What a citizen reads from home: in an emergency, with old figures, after hours, of a ticket that is over."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from broker.collector.web import WebOptions
from broker.collector.wording import wait_words
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys, check_digit
from broker.model.views import WaitRange
from broker.runtime.business_calendar import sessions_of
from broker.runtime.clock import ManualClock
from broker.runtime.hall_source import load_hall
from tests.collector.conftest import Browser
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub
from tests.halls import DAY, OPENS_MS
from tests.model.hall_edits import HALLS
from tests.rating_keys import keys_of

LEAVE = {"zh": "请从东门离开", "en": "Leave by the east door"}
PERSON = "11010519900307123"
PERSON += check_digit(PERSON)
OPEN_PAGES = ("/", "/take", "/guide", "/guide/pension", "/hours", "/outlets", "/outlets/bank", "/booking")
A_TIME = f"/booking/pension/{OPENS_MS + 5 * 3_600_000}"
FORMS = ("/booking/pension", A_TIME, "/booking/mine", "/nothing-here", "/t/Z999")


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(hall_with_outlets(), remote=Remote(services=("pension",)))


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of the hall", "town"), quiet_s=0.05, gap_s=0.0, stream_s=2.0)


def read(browser: Browser, path: str, **more: object) -> str:
    return unescape(browser.client.get(path, **more).get_data(as_text=True))


def both(browser: Browser, path: str) -> tuple[str, str]:
    """The page in Chinese and in English."""
    mark = "&" if "?" in path else "?"
    return read(browser, f"{path}{mark}lang=zh"), read(browser, f"{path}{mark}lang=en")


def headings(page: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", found).strip() for found in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page, re.S)]


def link_of(hub: TownHub, number: str) -> str:
    ticket = hub.ids[number]
    return f"/t/{ticket}?k={keys_of(hub.hall).of('kiosk-1').ticket_proof(ticket)}"


def take_at_home(browser: Browser, service: str = "pension") -> str:
    page = read(browser, "/take")
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    form = {"csrf": browser.read_token("/take"), "ticket": ticket, "service": service, "identity": PERSON}
    return str(browser.client.post("/take", data=form).headers["Location"])


# -- emergency ------------------------------------------------


def test_an_emergency_is_told_on_every_page_a_citizen_may_open(hub: TownHub, browser: Browser) -> None:
    visit = hub.take_ticket("pension")
    hub.done(c.BeginEmergency(**LEAVE))
    for path in (*OPEN_PAGES, *FORMS, f"/t/{visit}", "/r/sign-1/visit-1", "/embed", "/embed/bank"):
        page = read(browser, path)
        assert LEAVE["zh"] in page and LEAVE["en"] in page, path
    hub.done(c.EndEmergency())
    for path in (*OPEN_PAGES, *FORMS, "/embed"):
        assert LEAVE["zh"] not in read(browser, path), path


def test_a_page_that_is_open_is_told_of_an_emergency_without_touching_what_was_typed(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.BeginEmergency(**LEAVE))
    for path in ("/take", "/guide", A_TIME, "/booking/mine"):
        page = read(browser, path)
        assert 'data-watch="hall' in page and "live.js" in page, path
        part = read(browser, path, headers={"X-Part": "live"})
        assert LEAVE["zh"] in part and "<form" not in part and "<html" not in part, path


def test_in_an_emergency_no_number_is_offered_and_the_board_of_other_sites_shows_no_waits(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    assert 'name="identity"' in read(browser, "/take") and "人等候" in read(browser, "/embed")
    assert 'class="wait"' in read(browser, "/")
    hub.done(c.BeginEmergency(**LEAVE))
    chinese, english = both(browser, "/take")
    assert 'name="identity"' not in chinese and "现在不能取号" in chinese and "No numbers are given now" in english
    board, board_en = both(browser, "/embed")
    assert "人等候" not in board and "请勿前来" in board and "do not come now" in board_en
    assert "不预约也可以来" not in read(browser, "/booking/pension?lang=zh")
    assert "现在可取号" not in read(browser, "/guide/pension")
    assert 'class="wait"' not in read(browser, "/")


# -- silence ------------------------------------------------


def test_old_figures_are_shown_as_old_wherever_they_stand(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    browser.client.get("/?lang=zh")
    assert "现在可取号" in read(browser, "/guide/pension") and "不预约也可以来" in read(browser, "/booking/pension")
    hub.clock.advance(60)
    guide, guide_en = both(browser, "/guide/pension")
    assert "09:00 的情况：" in guide and "现在可取号" not in guide
    assert "At 09:00:" in guide_en and "Tickets are given now" not in guide_en
    for path in ("/take", "/booking", "/booking/pension", "/guide/pension"):
        page, english = both(browser, path)
        assert "系统暂时没有更新" in page and "Not updated at the moment" in english, path
    assert "不预约也可以来" not in read(browser, "/booking/pension?lang=zh")
    for path in ("/embed", "/embed/bank", "/outlets"):
        page, english = both(browser, path)
        assert "未能更新" in page and "Not up to date" in english, path
    hub.show()
    hub.clock.advance(2)
    assert "未能更新" not in read(browser, "/embed?lang=zh")


# -- tickets ------------------------------------------------


def test_a_number_from_home_is_told_to_check_in_and_not_to_listen_until_it_has(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    link = take_at_home(browser)
    chinese, english = both(browser, link)
    assert "请先到大厅报到" in headings(chinese) and "Please check in at the hall first" in headings(english)
    assert "到场报到、过号返回" in chinese and "I am here, or I am back" in english, "how"
    assert "请在前面的人办完之前到" in chinese and "before those ahead of you are done" in english, "when"
    assert "请留意叫号" not in chinese and "listen" not in english, "nobody calls it"
    assert "叫到您时标题会改变" not in chinese
    number = chinese.split('data-number="')[1].split('"')[0]
    hub.done(c.ReturnTicket(number=number), "kiosk-1")
    chinese, english = both(browser, link)
    assert "请先到大厅报到" not in chinese and "check in" not in english
    assert "请留意叫号" in chinese


def gives_up(hub: TownHub, browser: Browser) -> str:
    link = link_of(hub, hub.take_ticket("pension"))
    body = {"id": "phone-wish-0001", "proof": link.split("k=")[1]}
    ticket = link.split("/t/")[1].split("?")[0]
    assert browser.client.post(f"/api/tickets/{ticket}/cancellation", json=body).status_code == 200
    return link


def is_not_printed(hub: TownHub, browser: Browser) -> str:
    hub.done(c.IssueTicket(ticket="ticket-void01", service="pension", kiosk="kiosk-1"), "kiosk-1")
    hub.done(c.VoidTicket(ticket="ticket-void01", reason="unprinted"), "kiosk-1")
    return "/t/ticket-void01"


def expires(hub: TownHub, browser: Browser) -> str:
    link = link_of(hub, hub.take_ticket("pension"))
    hub.done(c.CloseDay())
    return link


@pytest.mark.parametrize(
    ("story", "zh", "en"),
    [
        (gives_up, "这个号已取消", "This number was given up"),
        (is_not_printed, "这个号没有生效", "This number is not valid"),
        (expires, "这个号已失效", "This number has expired"),
    ],
)
def test_a_ticket_that_is_over_says_what_happened_and_leads_to_a_new_number(
    hub: TownHub, browser: Browser, story: Callable[[TownHub, Browser], str], zh: str, en: str
) -> None:
    link = story(hub, browser)
    chinese, english = both(browser, link)
    assert zh in headings(chinese) and en in headings(english)
    live = read(browser, link, headers={"X-Part": "live"})
    for way in ("/take?service=pension", "/booking", 'href="/"'):
        assert way in live, way
    assert "data-waits" not in live and "data-asks" not in live
    assert "标题会改变" not in chinese, "nobody calls it any more"


def test_a_missed_number_is_told_until_when_it_may_come_back_and_then_to_take_another(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.clock.advance(120)
    hub.done(c.MarkNoShow(counter="c1"))
    link = link_of(hub, number)
    chinese, english = both(browser, link)
    assert "请在 09:32 前到" in chinese and "By 09:32, press" in english
    assert "/take?service" not in chinese
    hub.clock.advance(30 * 60)
    hub.show()
    chinese, english = both(browser, link)
    assert "已不能用这个号返回排队" in chinese and "take a new one" in english and "/take?service" in chinese


def test_a_number_that_came_back_as_often_as_it_may_is_not_sent_to_the_kiosk_again(
    hub: TownHub, browser: Browser
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    for _ in range(hub.hall.rules.return_times):
        hub.done(c.CallNext(counter="c1"))
        hub.done(c.MarkNoShow(counter="c1"))
        hub.done(c.ReturnTicket(number=number), "kiosk-1")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.MarkNoShow(counter="c1"))
    hub.clock.advance(1)
    hub.show()
    assert hub.send(c.ReturnTicket(number=number), "kiosk-1").kind == "refused"
    assert "已不能用这个号返回排队" in read(browser, link_of(hub, number))


def test_a_served_ticket_is_no_dead_end_once_it_was_rated(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    hub.serve("c1")
    link = link_of(hub, number)
    ticket, proof = link.split("/t/")[1].split("?k=")
    rating = {"id": "phone-0000001", "level": "satisfied", "proof": proof}
    assert browser.client.post(f"/api/tickets/{ticket}/rating", json=rating).status_code == 201
    chinese, english = both(browser, link)
    assert "已办结" in headings(chinese) and "另取一个号" in chinese and "this visit is over" in english
    assert f"<title>{number} 已办结" in chinese


# -- words ------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [
        (0, 0, "无需等候", "no wait"),
        (0, 2, "不到 2 分钟", "under 2 min"),
        (0, 15, "15 分钟以内", "up to 15 min"),
        (10, 20, "约 10–20 分钟", "about 10–20 min"),
        (480, 480, "8 小时以上", "over 8 hours"),
    ],
)
def test_a_wait_is_said_the_same_way_everywhere(app: Flask, low: int, high: int, zh: str, en: str) -> None:
    for language, said in (("zh", zh), ("en", en)):
        with app.test_request_context(f"/?lang={language}"):
            assert wait_words(WaitRange(low_min=low, high_min=high)) == said


def test_no_public_page_shows_a_wait_of_nothing_to_nothing(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.OpenCounter(counter="c21"))
    for path in ("/", "/take", "/guide/pension", "/booking/pension", "/embed", "/outlets", "/outlets/bank"):
        chinese, english = both(browser, path)
        for page in (chinese, english):
            assert "0–0" not in page and "约 不到" not in page and "about under" not in page, path
        assert "无需等候" in chinese and "no wait" in english.lower(), path
    for _ in range(3):
        hub.take_ticket("pension")
    for path in ("/", "/take", "/guide/pension", "/booking/pension", "/embed"):
        chinese, english = both(browser, path)
        assert re.search(r"约 \d+–\d+ 分钟", chinese) and re.search(r"about \d+–\d+ min", english), path


# -- after hours ------------------------------------------------


def test_after_hours_the_headline_says_closed_and_when_it_opens_next(hub: TownHub, browser: Browser) -> None:
    hub.clock.advance(9 * 3600)
    hub.pass_time(1)
    chinese, english = both(browser, "/")
    assert "今天的服务已结束" in headings(chinese) and "Closed for today" in headings(english)
    assert "3月5日 星期四 09:00 开始服务" in chinese and "opens again Thu 5 Mar at 09:00" in english
    for path in ("/embed", "/embed/bank", "/outlets", "/outlets/bank"):
        chinese, english = both(browser, path)
        assert "3月5日 星期四 09:00 开始服务" in chinese and "opens again Thu 5 Mar at 09:00" in english, path


def test_on_a_day_off_the_headline_says_so_and_names_the_next_working_day(hub: TownHub, browser: Browser) -> None:
    hub.clock.advance(9 * 3600)
    hub.done(c.CloseDay())
    hub.clock.advance(3 * 24 * 3600)  # Saturday
    hub.show()
    chinese, english = both(browser, "/")
    assert "今天不办公" in headings(chinese) and "Closed today" in headings(english)
    assert "3月9日 星期一 09:00 开始服务" in chinese and "opens again Mon 9 Mar at 09:00" in english


def test_notices_and_paused_counters_stand_before_the_services(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.done(c.PostNotice(notice="notice-1", zh="今天停水", en="No water today"))
    page = read(browser, "/")
    assert page.index("今天停水") < page.index('id="h-paused"') < page.index('id="h-services"')
    assert 'href="#h-paused"' not in page, "one is shown, not summed up"
    for counter in ("c2", "c3", "c4"):
        hub.done(c.OpenCounter(counter=counter))
        hub.done(c.PauseCounter(counter=counter, reason="会议"))
    page, english = both(browser, "/")
    assert "4 个窗口暂停服务：1、2、3、4" in page and "4 counters are paused: 1, 2, 3, 4" in english
    assert page.index('href="#h-paused"') < page.index('id="h-services"')


# -- errors ------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "zh", "en"),
    [
        ("/nothing-here", 404, "请从首页进入", "begin at the start page"),
        ("/t/Z999", 404, "请核对号票", "check your ticket"),
        ("/r/sign-1/visit-1", 410, "请扫号票上的二维码", "scan the one on your ticket"),
        ("/r/kiosk-1/visit-1", 404, "请扫号票或窗口上的", "scan the one on your ticket"),
        ("/t/%00%00", 400, "请检查", "please check"),
    ],
)
def test_an_error_page_says_what_to_do_in_the_readers_language_with_a_way_back(
    browser: Browser, path: str, status: int, zh: str, en: str
) -> None:
    for language, said in (("zh-CN", zh), ("en", en)):
        answer = browser.client.get(f"{path}?lang={language[:2]}")
        page = unescape(answer.get_data(as_text=True))
        assert answer.status_code == status
        assert f'<html lang="{language}">' in page
        assert page.count("<h1") == 1 and said in headings(page)[0], headings(page)
        assert 'href="/"' in page.split("<main")[1], "a way back"


def test_whoever_asks_too_often_is_told_how_long_to_wait_and_may_try_again(browser: Browser) -> None:
    pages = [browser.client.get(f"/t/guess-{n:06d}") for n in range(40)]
    last = unescape(pages[-1].get_data(as_text=True))
    assert pages[-1].status_code == 429
    assert headings(last)[0] == "查询太频繁，请等十秒再试" and "再试一次" in last


def test_a_fault_of_ours_is_said_to_be_ours(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setitem(app.view_functions, "guide.listed", fails)
    answer = browser.client.get("/guide?lang=en")
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 500
    assert headings(page)[0].startswith("Something went wrong on our side") and "a bug" not in page


def test_on_a_phone_the_ways_of_a_visitor_stand_behind_one_key_and_staff_keep_theirs(
    browser: Browser, logged_in: Callable[[str], Browser]
) -> None:
    page = read(browser, "/guide")
    assert "<summary>菜单</summary>" in page and page.count('href="/guide" aria-current="page"') == 2
    assert "<summary>菜单</summary>" not in read(logged_in("manager"), "/today")


class TestOfTheShippedTownHall:
    @pytest.fixture
    def hall(self) -> Hall:
        return load_hall(HALLS / "town_hall.toml")

    @pytest.fixture
    def hub(self, tmp_path: Path, clock: ManualClock, hall: Hall) -> TownHub:
        made = TownHub(tmp_path, hall, clock)
        made.done(c.OpenDay(day=DAY, sessions=sessions_of(hall, date.fromisoformat(DAY))[0]))
        made.pass_time(31)
        return made

    def test_a_number_from_home_is_called_only_after_its_holder_checked_in_at_a_kiosk(
        self, hub: TownHub, browser: Browser, hall: Hall
    ) -> None:
        service = hall.remote.services[0]
        counter = next(key for key, one in hall.counters.items() if one.services.get(service) == 1)
        hub.done(c.OpenCounter(counter=counter, clerk=hall.counters[counter].clerk))
        assert 'href="/take"' in read(browser, "/")
        link = take_at_home(browser, service)
        number = read(browser, link).split('data-number="')[1].split('"')[0]
        assert hub.send(c.CallNext(counter=counter)).kind == "refused", "nobody is in the hall"
        hub.done(c.ReturnTicket(number=number), "kiosk-1")
        assert hub.done(c.CallNext(counter=counter))["number"] == number
        assert "请到" in read(browser, link)
