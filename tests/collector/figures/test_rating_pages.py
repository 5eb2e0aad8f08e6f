"""The manager's page of ratings: states apart, a sample with its evidence, paper forms, who wishes to be called."""

import re
import sqlite3
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from broker.collector.figures.contacts import DAY_MS
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.rights import Role
from broker.model import commands as c
from broker.model.words import Level
from tests.collector.conftest import PASSWORD, Browser
from tests.collector.town import TownHub


def low_rating(hub: TownHub, counter: str = "c1", **more: Any) -> str:
    """A visitor rates low and wishes to be called; the rating's id."""
    hub.done(c.OpenCounter(counter=counter))
    hub.take_ticket("pension")
    visit = hub.serve(counter)
    rating = c.RecordEvaluation(
        evaluation=f"rating-{visit}", visit=visit, level=Level.DISSATISFIED, device="phone", contact=True,
        pressed_at_ms=hub.clock.now_ms(), reasons=("slow",), reasons_version=1, **more,
    )  # fmt: skip
    hub.done(rating)
    return rating.evaluation


def text_of(browser: Browser, path: str = "/ratings") -> str:
    return str(browser.client.get(path).get_data(as_text=True))


def send(browser: Browser, path: str, **form: Any) -> Any:
    return browser.client.post(path, data={"csrf": browser.token, **form})


def wish_shown(browser: Browser) -> str:
    return re.findall(r'name="wish" value="([0-9a-f]{24})"', text_of(browser))[0]


NIGHT_S = 15 * 3600
"""From the morning of the town's day past midnight."""


def next_day(browser: Browser, hub: TownHub) -> None:
    """The date changes; a manager logs in."""
    hub.clock.advance(NIGHT_S)
    browser.log_in("the-manager")


def test_states_stand_apart_and_the_sample_shows_its_evidence_but_no_ticket(browser: Browser, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    numbers = [hub.take_ticket("pension") for _ in range(6)]
    for _ in range(4):
        hub.serve("c1")
    declined = hub.serve("c1")
    hub.done(c.LeaveUnrated(visit=declined, device="keypad-1", why="declined"))
    fast = hub.serve("c1")
    moment = hub.clock.now_ms()
    press = c.RecordEvaluation(
        evaluation="rating-0001", visit=fast, level=Level.VERY_SATISFIED, device="keypad-1", raw_key="1",
        pressed_at_ms=moment + 900,
    )  # fmt: skip
    hub.clock.advance(1)
    hub.done(press)
    browser.log_in("the-manager")
    today = text_of(browser)
    assert "提示后" not in today.split('id="sample"')[1].split("</section>")[0], "the half day is not over"
    assert today.count("<b>—</b>") == 4, "no figure moves with the last visitor"
    next_day(browser, hub)
    shown = text_of(browser)
    for word in (
        "已评价",
        "未评价",
        "不愿评价",
        "设备故障",
        "提示后不足 2 秒即评价",
        "提示后 0.9 秒",
        "不会自动处理",
        "上午",
    ):
        assert word in shown, word
    assert "按地方规定默认" not in shown, "only where there is such a rule"
    clock = datetime.fromtimestamp(moment / 1000, ZoneInfo(hub.hall.hall.time_zone))
    for text in (shown, browser.client.get("/api/ratings").get_data(as_text=True)):
        secrets = (*numbers, *hub.ids.values(), fast, str(press.pressed_at_ms), str(moment), f"{clock:%H:%M:%S}")
        assert not any(secret in text for secret in secrets)


def test_a_clerk_sees_none_of_it(browser: Browser, hub: TownHub) -> None:
    low_rating(hub)
    assert browser.client.get("/ratings").status_code == 302
    browser.log_in("the-clerk")
    assert browser.client.get("/ratings").status_code == 403
    assert send(browser, "/ratings/contact", wish="rating-x").status_code == 403
    assert send(browser, "/ratings/paper", number="A001").status_code == 403


def test_a_paper_form_is_entered_once_and_what_is_wrong_is_said(browser: Browser, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    visit = hub.serve("c1")
    browser.log_in("the-manager")
    id = re.findall(r'name="id" value="(paper-[0-9a-f]{24})"', text_of(browser))[0]
    form = {"id": id, "number": number.lower(), "level": "dissatisfied", "reason": ["slow", "made_up"]}
    assert send(browser, "/ratings/paper", **{**form, "number": "X"}).status_code == 400
    for _ in range(2):
        assert send(browser, "/ratings/paper", **form).status_code == 302, "a second click is the same form"
    again = send(browser, "/ratings/paper", **{**form, "level": "satisfied", "id": "paper-" + "0" * 24})
    assert again.status_code == 302, "whoever enters it does not learn that the visit was rated"
    found = hub.writer.state.visits[visit]
    assert (found.level, found.explained, found.rated_at) == (Level.DISSATISFIED, True, "paper")
    assert browser.client.post("/ratings/paper", data=form).status_code == 403, "without the page's own token"
    for place, (day, status) in enumerate(((visit[:10], 302), ("2020-03-01", 409), ("yesterday", 400))):
        other = {**form, "id": f"paper-{place + 1:024d}", "day": day}
        assert send(browser, "/ratings/paper", **other).status_code == status, day


def test_a_wish_to_be_called_is_open_then_done_and_erased_with_its_telephone(
    browser: Browser, hub: TownHub, tmp_path: Any
) -> None:
    low_rating(hub)
    moment = datetime.fromtimestamp(hub.clock.now_ms() / 1000, ZoneInfo(hub.hall.hall.time_zone))
    browser.log_in("the-manager")
    assert "待回访 0，已回访 0" in text_of(browser), "now it would be whoever has just left"
    next_day(browser, hub)
    listed = text_of(browser)
    assert "待回访 1，已回访 0" in listed and "上午" in listed
    assert f"{moment:%H:%M}" not in listed and "1 号窗口" not in listed.split('id="contacts"')[1].split("</section>")[0]
    noted = {"wish": wish_shown(browser), "phone": "138 0000 1234", "note": "下午打"}
    assert send(browser, "/ratings/contact", **noted, action="open").status_code == 302
    shown = text_of(browser)
    assert "138 0000 1234" in shown and "待回访 1" in shown and "太慢" in shown
    assert send(browser, "/ratings/contact", **noted, action="done").status_code == 302
    assert "待回访 0，已回访 1" in text_of(browser)
    wrong = send(browser, "/ratings/contact", **{**noted, "phone": "138 0000 12三4", "note": "改打座机"})
    said = wrong.get_data(as_text=True)
    assert wrong.status_code == 400 and "电话没有保存" in said
    assert 'value="138 0000 12三4"' in said and 'value="改打座机"' in said, "what was typed is not typed again"
    assert 'value="138 0000 1234"' in text_of(browser), "nor is what was saved before lost"
    long = send(browser, "/ratings/contact", **{**noted, "phone": "1" * 33})
    assert long.status_code == 400 and f'value="{"1" * 33}"' in long.get_data(as_text=True)
    assert send(browser, "/ratings/contact", **{**noted, "wish": "rating-of-nobody"}).status_code == 404
    with sqlite3.connect(hub.path) as journal:
        assert not journal.execute("SELECT 1 FROM events WHERE body LIKE '%138 0000%'").fetchall()
    hub.clock.advance(hub.hall.rules.contact_days * DAY_MS / 1000 + 1)
    browser.log_in("the-manager")
    assert "待回访 0，已回访 0" in text_of(browser)
    left = b"".join(path.read_bytes() for path in tmp_path.glob("contacts.db*"))
    assert left and b"138 0000" not in left, "not in the file either"


def test_a_wish_that_was_added_afterwards_is_listed_once(browser: Browser, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    visit = hub.serve("c1")
    pressed = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.VERY_DISSATISFIED, device="keypad-1", raw_key="3",
        pressed_at_ms=hub.clock.now_ms(),
    )  # fmt: skip
    hub.done(pressed)
    browser.log_in("the-manager")
    assert "待回访 0" in text_of(browser)
    hub.done(
        c.ExplainEvaluation(visit=visit, device="keypad-1", contact=True, reasons=("attitude",), reasons_version=1)
    )
    next_day(browser, hub)
    shown = text_of(browser)
    assert "待回访 1" in shown and shown.count('name="wish"') == 1


def test_no_id_of_a_rating_is_shown_since_the_engine_would_repeat_its_answer_to_whoever_asks_by_it(
    browser: Browser, hub: TownHub
) -> None:
    evaluation = low_rating(hub)
    for _ in range(4):  # with the one before and the one after enough that a finding is told
        hub.take_ticket("pension")
        hub.serve("c1")
    hub.take_ticket("pension")
    fast = c.RecordEvaluation(
        evaluation="rating-0001", visit=hub.serve("c1"), level=Level.VERY_SATISFIED, device="keypad-1", raw_key="1",
        pressed_at_ms=hub.clock.now_ms(),
    )  # fmt: skip
    hub.done(fast)
    next_day(browser, hub)
    told = text_of(browser) + browser.client.get("/api/ratings").get_data(as_text=True)
    assert "too_fast" in told and wish_shown(browser) in told
    assert evaluation not in told and fast.evaluation not in told


def test_a_manager_enters_no_paper_form_about_the_own_service_whoever_has_the_ticket_by_now(
    browser: Browser, hub: TownHub, accounts: Accounts
) -> None:
    accounts.add("the-leader", Role.MANAGER, PASSWORD, clerk="staff-16", must_change=False)
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.OpenCounter(counter="c2"))
    number = hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.NextService(counter="c1", service="advice"))
    hub.done(c.CallNext(counter="c2"))
    form = {"number": number, "level": "very_satisfied"}
    browser.log_in("the-leader")
    assert send(browser, "/ratings/paper", id="paper-" + "0" * 24, **form).status_code == 403
    browser.log_in("the-manager")
    assert send(browser, "/ratings/paper", id="paper-" + "1" * 24, **form).status_code == 302
    (visit,) = hub.writer.state.visits.values()
    assert (visit.clerk, visit.rated) == ("staff-16", True)


def rated_and_not(hub: TownHub) -> tuple[str, str]:
    """Two visits just served at counters of their own, of which the first was rated."""
    visits = []
    for counter in ("c1", "c2"):
        hub.done(c.OpenCounter(counter=counter))
        hub.take_ticket("pension")
        visits.append(hub.serve(counter, 0.1))
    listener = hub.live.watchers.join(lambda name: True)
    hub.done(c.RecordEvaluation(
        evaluation="rating-0001", visit=visits[0], level=Level.DISSATISFIED, device="phone",
        pressed_at_ms=hub.clock.now_ms(),
    ))  # fmt: skip
    assert hub.live.watchers.news(listener, 0) == frozenset(), "no page is told to look"
    return visits[0], visits[1]


def test_nobody_without_the_paper_learns_whether_a_visit_was_rated(browser: Browser, hub: TownHub) -> None:
    """A clerk knows the name of every visit at the own counter, and when it ended."""
    rated, unrated = rated_and_not(hub)
    for later_s, status in ((0, 200), (70, 410)):
        hub.clock.advance(later_s)
        pages = [browser.client.get(f"/r/{at}") for at in (f"sign-1/{rated}", f"sign-2/{unrated}")]
        assert [page.status_code for page in pages] == [status, status]
        ours = r"v[12]\b|sign-[12]|nonce[^ >]*|[0-9]{2}:[0-9]{2}:[0-9]{2}"
        told = [re.sub(ours, "", page.get_data(as_text=True)).split("<main")[1] for page in pages]
        assert told[0] == told[1]


def test_a_console_and_what_pages_listen_to_do_not_tell_that_somebody_has_just_rated(
    browser: Browser, hub: TownHub
) -> None:
    rated_and_not(hub)
    browser.log_in("the-manager")
    consoles = [browser.client.get(f"/api/consoles/{counter}").get_json() for counter in ("c1", "c2")]
    assert [console["evaluation"] for console in consoles] == [None, None]
    assert not any("正在评价" in text_of(browser, f"/console/{counter}") for counter in ("c1", "c2"))


def test_a_clerks_console_does_not_tell_the_id_of_a_ticket(browser: Browser, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    number = str(hub.done(c.CallNext(counter="c1"))["number"])
    browser.log_in("the-clerk")
    shown = browser.client.get("/api/consoles/c1")
    assert shown.get_json()["ticket"]["number"] == number
    assert hub.ids[number] not in shown.get_data(as_text=True)
