"""What anybody may know: the hall, services, counters, one ticket; nothing personal; live without reloading."""

import json
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from broker.collector.errors import ErrorAnswer
from broker.collector.heard.glance import wait_at, wait_in
from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.views import ServiceLine, ServiceView, WaitRange
from broker.model.words import Level, Names
from broker.runtime.clock import ManualClock
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.rating_keys import keys_of


@pytest.fixture(autouse=True)
def people(hub: TownHub) -> None:
    """Counters 1 to 3 open, four people waiting for the pension counter, one of them elderly."""
    for counter in ("c1", "c2", "c3"):
        hub.done(c.OpenCounter(counter=counter))
    for _ in range(4):
        hub.take_ticket("pension")


def ask(browser: Browser, path: str) -> dict[str, object]:
    answer = browser.client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_the_status_tells_who_waits_how_long_and_where(browser: Browser) -> None:
    status = ask(browser, "/api/status")
    assert status["engine"] == "online"
    assert status["counters_open"] == ["1", "2", "3"]
    pension = next(line for line in status["services"] if line["service"] == "pension")
    assert pension["waiting"] == 4
    assert pension["wait"]["low_min"] < pension["wait"]["high_min"]
    page = browser.client.get("/").get_data(as_text=True)
    assert "养老保险" in page and "现在去，要等多久" in page


def test_a_pause_is_public_at_once_with_contact_and_where_to_go(browser: Browser, hub: TownHub) -> None:
    hub.done(c.PauseCounter(counter="c1", reason="吃饭", contact="咨询台", phone="0432-8017", return_in_min=10))
    paused = ask(browser, "/api/status")["paused"][0]
    assert (paused["counter_name"], paused["instead"]) == ("1", ["2"])
    assert paused["contact"] == {"zh": "咨询台", "en": "咨询台"}, "as it was typed"
    page = browser.client.get("/").get_data(as_text=True)
    assert "请到 2 号窗口办理" in page and "0432-8017" in page and "吃饭" in page
    assert "Meal break" in browser.client.get("/?lang=en").get_data(as_text=True)


def test_english_is_complete_and_remembered(browser: Browser) -> None:
    assert "How long is the wait now?" in browser.client.get("/?lang=en").get_data(as_text=True)
    page = browser.client.get("/").get_data(as_text=True)
    assert '<html lang="en">' in page and "Waiting by service" in page
    assert "现在去" in browser.client.get("/?lang=zh").get_data(as_text=True)
    assert browser.client.get("/?lang=xx").status_code == 200


def test_after_hours_the_page_tells_the_day_and_time_of_the_next_opening(browser: Browser, hub: TownHub) -> None:
    assert "开始服务" not in browser.client.get("/").get_data(as_text=True)
    hub.clock.advance(9 * 3600)
    hub.pass_time(1)
    page = browser.client.get("/").get_data(as_text=True)
    assert "现在不办公" in page and "开始服务" in page
    english = browser.client.get("/?lang=en").get_data(as_text=True)
    assert "Closed now" in english and "opens again" in english
    tomorrow = datetime.fromtimestamp(hub.clock.now_ms() / 1000, ZoneInfo(hub.hall.hall.time_zone)) + timedelta(days=1)
    assert f"{tomorrow.month}月{tomorrow.day}日" in page, "a workday follows"


def test_a_waiting_ticket_knows_its_place(browser: Browser, hub: TownHub) -> None:
    ticket = ask(browser, "/api/tickets/A003")
    assert (ticket["status"], ticket["ahead"], ticket["service"]) == ("waiting", 2, "pension")
    assert ticket["wait"] is not None
    assert ask(browser, "/api/tickets/a003") == ticket
    assert ask(browser, f"/api/tickets/{hub.ids['A003']}") == ticket
    assert "前面还有" in browser.client.get("/t/A003").get_data(as_text=True)


def test_only_who_may_be_called_is_offered_to_be_hummed_at(browser: Browser, hub: TownHub) -> None:
    offered, done = '<p class="after by-script"><button', '<p class="after by-script" hidden><button'
    assert offered in browser.client.get("/t/A001").get_data(as_text=True)
    hub.done(c.CallNext(counter="c1"))
    assert offered in browser.client.get("/t/A001").get_data(as_text=True)
    hub.done(c.StartService(counter="c1"))
    assert done in browser.client.get("/t/A001").get_data(as_text=True)
    hub.done(c.FinishService(counter="c1"))
    page = browser.client.get("/t/A001").get_data(as_text=True)
    assert done in page and offered not in page


def test_people_ahead_are_counted_by_who_is_called_first_not_by_number(browser: Browser, hub: TownHub) -> None:
    elderly = hub.take_ticket("pension", priority="elderly")
    hub.clock.advance(300)
    hub.take_ticket("card")
    assert ask(browser, f"/api/tickets/{elderly}")["ahead"] == 0
    assert ask(browser, "/api/tickets/A001")["ahead"] == 1


def test_a_called_ticket_says_where_to_go_and_a_served_one_what_became_of_it(browser: Browser, hub: TownHub) -> None:
    number = str(hub.done(c.CallNext(counter="c2"))["number"])
    called = ask(browser, f"/api/tickets/{number}")
    assert (called["status"], called["counter_name"]) == ("called", "2")
    page = browser.client.get(f"/t/{number}").get_data(as_text=True)
    assert "请到" in page and "data-called" in page
    hub.done(c.FinishService(counter="c2"))
    assert ask(browser, f"/api/tickets/{number}")["status"] == "served"


def test_missed_and_held_tickets_are_told_so(browser: Browser, hub: TownHub) -> None:
    missed = str(hub.done(c.CallNext(counter="c2"))["number"])
    hub.done(c.MarkNoShow(counter="c2"))
    held = str(hub.done(c.CallNext(counter="c2"))["number"])
    hub.done(c.HoldTicket(counter="c2"))
    assert ask(browser, f"/api/tickets/{missed}")["status"] == "no_show"
    assert ask(browser, f"/api/tickets/{held}")["status"] == "held"
    page = browser.client.get(f"/t/{missed}").get_data(as_text=True)
    assert "30 分钟内" in page
    assert "点“过号了？重新排队”" in page, "the key as it is called at the kiosk"


def test_a_paused_counter_is_told_to_the_people_of_its_line(browser: Browser, hub: TownHub) -> None:
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    assert [p["counter_name"] for p in ask(browser, "/api/tickets/A002")["paused"]] == ["1"]


def test_that_no_counter_is_open_is_said_where_the_wait_of_a_number_would_stand(browser: Browser, hub: TownHub) -> None:
    said = {"zh": ("暂无窗口办理", "您的号仍然有效"), "en": ("no counter open", "Your number stays valid")}
    for number in ("A001", "A003"):  # the first of the line and one behind others
        assert ask(browser, f"/api/tickets/{number}")["no_counter"] is False
        assert said["en"][1] not in browser.client.get(f"/t/{number}?lang=en").get_data(as_text=True)
    for counter in ("c1", "c2", "c3"):
        hub.done(c.CloseCounter(counter=counter))
    for number in ("A001", "A003"):
        told = ask(browser, f"/api/tickets/{number}")
        assert told["no_counter"] is True
        assert told["wait"] is None
        for language, sentences in said.items():
            page = browser.client.get(f"/t/{number}?lang={language}").get_data(as_text=True)
            assert sentences[1] in page
            assert (sentences[0] in page) or number == "A001"
            assert "请留意大屏" not in page
            assert "see the board" not in page
    for path in ("/", "/embed"):
        page = browser.client.get(f"{path}?lang=zh").get_data(as_text=True)
        assert "暂无窗口办理" in page, "the lines of the hall say it too"


def test_a_time_to_be_back_that_has_gone_by_is_promised_no_longer(browser: Browser, hub: TownHub) -> None:
    hub.done(c.PauseCounter(counter="c1", reason="会议", return_in_min=5))
    assert "预计 09:05 返回" in browser.client.get("/").get_data(as_text=True)
    hub.pass_time(6)
    page = browser.client.get("/").get_data(as_text=True)
    assert "暂停服务" in page
    assert "09:05 返回" not in page


def test_nothing_public_tells_a_clerk_a_note_or_a_ticket_id(browser: Browser, hub: TownHub) -> None:
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.TransferTicket(counter="c1", to_service="card", note="身份证号 2203"))
    hub.done(c.CallNext(counter="c1"))
    for path in ("/api/status", "/api/services", "/api/counters", "/api/tickets/A001", "/", "/t/A001"):
        text = browser.client.get(path).get_data(as_text=True)
        for secret in ("staff-16", "2203", hub.ids["A001"], "elderly"):
            assert secret not in text, (path, secret)


def test_only_the_holder_of_the_paper_may_rate_on_the_phone(browser: Browser, hub: TownHub) -> None:
    hub.serve("c1")
    ticket = hub.ids["A001"]
    assert not ask(browser, "/api/tickets/A001")["rateable"]
    assert ask(browser, f"/api/tickets/{ticket}")["rateable"]
    keys = keys_of(hub.hall).of("kiosk-1")
    proof = keys.ticket_proof(ticket)
    assert "请您对本次服务进行评价" in browser.client.get(f"/t/{ticket}?k={proof}").get_data(as_text=True)
    without = browser.client.get(f"/t/{ticket}").get_data(as_text=True)
    assert "请您对本次服务进行评价" not in without and "请扫号票上的二维码" in without
    rating = {"id": "phone-0000001", "level": "satisfied", "proof": proof}
    by_number = browser.client.post("/api/tickets/A001/rating", json=rating)
    assert (by_number.status_code, by_number.get_json()["code"]) == (409, "not_rateable")
    for told in ("", "a" * 13, keys.visit_proof(ticket), keys_of(hub.hall).of("kiosk-2").ticket_proof(ticket)):
        made_up = browser.client.post(
            f"/api/tickets/{ticket}/rating", json={**rating, "id": f"phone-{told:0>9}", "proof": told}
        )
        assert (made_up.status_code, made_up.get_json()["code"]) == (409, "wrong_rating_proof"), told
    assert "已评价" not in browser.client.get(f"/t/{ticket}?k={proof}").get_data(as_text=True)
    assert browser.client.post(f"/api/tickets/{ticket}/rating", json=rating).status_code == 201
    assert browser.client.post(f"/api/tickets/{ticket}/rating", json=rating).status_code == 201
    again = browser.client.post(f"/api/tickets/{ticket}/rating", json={**rating, "id": "phone-0000002"})
    assert (again.status_code, again.get_json()["code"]) == (409, "already_rated")
    assert not ask(browser, f"/api/tickets/{ticket}")["rateable"]


def test_whoever_guesses_codes_is_soon_slowed_down(browser: Browser, hub: TownHub) -> None:
    hub.serve("c1")
    ticket = hub.ids["A001"]
    answers = [
        browser.client.post(
            f"/api/tickets/{ticket}/rating", json={"id": f"guess-{n:06d}", "level": "satisfied", "proof": f"{n:a>13}"}
        ).status_code
        for n in range(200)
    ]
    assert answers[0] == 409 and answers[-1] == 429
    assert not hub.writer.state.evaluations


def sign_rating(hub: TownHub, visit: str, device: str = "sign-1", **more: str) -> dict[str, str]:
    proof = keys_of(hub.hall).of(device).visit_proof(visit)
    return {"id": "phone-0000001", "level": "very_satisfied", "proof": proof, **more}


def test_the_code_at_the_counter_rates_the_visit_it_was_shown_for_in_its_window_and_once(
    browser: Browser, hub: TownHub
) -> None:
    first = hub.serve("c1")
    path = f"/r/sign-1/{first}?k={sign_rating(hub, first)['proof']}"
    shown = browser.client.get(path)
    assert shown.status_code == 200 and sign_rating(hub, first)["proof"] in shown.get_data(as_text=True)
    post = lambda visit, **more: browser.client.post(  # noqa: E731
        f"/api/signs/{more.pop('at', 'sign-1')}/{visit}/rating", json=sign_rating(hub, first, **more)
    )
    other = post(first, at="sign-2", id="phone-0000009")
    assert (other.status_code, other.get_json()["code"]) == (409, "wrong_rating_proof")
    assert post(first).status_code == 201
    assert post(first).status_code == 201, "the same id, the same word"
    again = post(first, id="phone-0000002")
    assert (again.status_code, again.get_json()["code"]) == (409, "already_rated")
    assert browser.client.get(path).status_code == 200, "the page tells nobody within the window whether it was rated"
    second = hub.serve("c1", 0.1)
    assert browser.client.get(path).status_code == 200, "its minute runs on beside the next visit's"
    screenshot = post(second, id="phone-0000003")
    assert (screenshot.status_code, screenshot.get_json()["code"]) == (409, "wrong_rating_proof")
    assert "不属于这次服务" in screenshot.get_json()["zh"]
    hub.clock.advance(70)
    late = browser.client.post(f"/api/signs/sign-1/{second}/rating", json=sign_rating(hub, second, id="phone-0000004"))
    assert (late.status_code, late.get_json()["code"]) == (409, "sign_code_over")
    assert "已过期" in browser.client.get(f"/r/sign-1/{second}?k=x").get_data(as_text=True)
    assert browser.client.get(f"/r/kiosk-1/{second}").status_code == 404
    hub.clock.advance(3_600)
    ticket = hub.ids["A002"]
    on_paper = {
        **sign_rating(hub, second, id="phone-0000005"),
        "proof": keys_of(hub.hall).of("kiosk-1").ticket_proof(ticket),
    }
    assert browser.client.post(f"/api/tickets/{ticket}/rating", json=on_paper).status_code == 201, (
        "the paper is good for days"
    )


def test_an_answer_that_did_not_change_is_not_sent_again(browser: Browser, hub: TownHub) -> None:
    for path in ("/api/status", "/api/services", "/api/counters", "/api/tickets/A002", "/api/openapi.json", "/"):
        first = browser.client.get(path)
        tag = first.headers["ETag"]
        again = browser.client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.get_data()) == (304, b""), path
    hub.take_ticket("pension")
    assert browser.client.get("/api/status", headers={"If-None-Match": tag}).status_code == 200


def test_guessing_tickets_is_limited_by_address_and_hinders_nobody_who_has_one(
    browser: Browser, clock: ManualClock
) -> None:
    answers = [browser.client.get(f"/api/tickets/guess-{n:06d}").status_code for n in range(40)]
    assert answers[:30] == [404] * 30 and answers[-1] == 429
    refused = browser.client.get("/t/guess-999999")
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert browser.client.get("/t/A002").status_code == 200
    clock.advance(5)
    assert browser.client.get("/t/guess-999999").status_code == 404


def test_the_phones_of_a_whole_hall_may_follow_their_tickets_behind_one_address(
    browser: Browser, hub: TownHub, clock: ManualClock
) -> None:
    tickets = [hub.ids[hub.take_ticket("medical")] for _ in range(40)]
    for _ in range(20):
        assert {browser.client.get(f"/t/{ticket}").status_code for ticket in tickets} == {200}
        clock.advance(3)


def test_one_ticket_cannot_be_asked_for_without_end(browser: Browser) -> None:
    answers = [browser.client.get("/api/tickets/A002").status_code for _ in range(80)]
    assert answers[:60] == [200] * 60 and answers[-1] == 429


def test_a_family_may_follow_one_ticket_on_all_its_phones(browser: Browser, clock: ManualClock) -> None:
    for _ in range(20):
        assert {browser.client.get("/t/A002").status_code for _ in range(6)} == {200}
        clock.advance(3)


@pytest.mark.parametrize("typed", ["a001", "A001", "a1", "A 001", "Ａ００１"])
def test_a_number_is_found_however_people_type_it(browser: Browser, typed: str) -> None:
    assert ask(browser, f"/api/tickets/{typed}")["number"] == "A001"


@pytest.mark.parametrize("typed", ["220302199001011234", "13800000000", "张三", "A0001234", ""])
def test_what_is_no_number_never_gets_into_an_address(browser: Browser, typed: str) -> None:
    answer = browser.client.get("/find", query_string={"number": typed})
    if not typed:
        assert answer.headers["Location"] == "/"
        return
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Location" in answer.headers) == (404, False)
    assert "号码是一个字母加几位数字" in page and typed not in page


@pytest.mark.parametrize("typed", [" a001 ", "a1", "A 001", "Ａ００１"])
def test_a_number_leads_to_its_page_however_people_type_it(browser: Browser, typed: str) -> None:
    assert browser.client.get("/find", query_string={"number": typed}).headers["Location"] == "/t/A001"


@pytest.mark.parametrize("key", ["A0", "ZZ", "x", "%00%00%00", "A001;DROP", "九九九", "a" * 65])
def test_a_nonsense_ticket_is_refused_in_words(browser: Browser, key: str) -> None:
    answer = browser.client.get(f"/api/tickets/{key}")
    assert answer.status_code in (400, 404)
    error = json.loads(answer.get_data())
    assert set(error) == set(ErrorAnswer.__struct_fields__)
    assert error["zh"] and error["en"]


def test_before_anything_is_known_the_page_says_that_it_starts(app: Flask, hub: TownHub, browser: Browser) -> None:
    from broker.collector.heard.live import Live

    web = app.extensions["jiaohao"]
    fresh = Live(hub.hall, web.clock)
    hub.live._views, hub.live._engine = fresh._views, None
    page = browser.client.get("/")
    assert page.status_code == 503 and "系统正在启动" in page.get_data(as_text=True)
    assert browser.client.get("/api/status").get_json()["code"] == "nothing_known"


def test_a_silent_engine_is_told_to_visitors_and_monitors(browser: Browser, clock: ManualClock) -> None:
    clock.advance(16)
    assert ask(browser, "/api/status")["engine"] == "offline"
    assert "系统暂时没有更新" in browser.client.get("/").get_data(as_text=True)
    health = browser.client.get("/api/health")
    assert (health.status_code, health.get_json()["status"]) == (503, "degraded")


def test_a_whole_hall_online_is_healthy(browser: Browser, hub: TownHub) -> None:
    from broker.collector.heard.glance import device_names

    for name in device_names(hub.hall):
        hub.device(name)
    health = browser.client.get("/api/health")
    assert (health.status_code, health.get_json()["status"]) == (200, "ok")


def test_the_wait_in_front_of_me_shrinks_with_the_people_in_front() -> None:
    newest = WaitRange(low_min=20, high_min=40)
    waits = [wait_at(newest, ahead, 9) for ahead in range(10)]
    assert waits[9] == newest or waits[9].high_min <= 40
    assert all(a.low_min <= b.low_min and a.high_min <= b.high_min for a, b in pairwise(waits))
    assert waits[0].low_min == 0 and waits[0].high_min < 20
    assert wait_at(None, 0, 0) is None


def test_who_stands_in_front_is_told_what_the_engine_says_of_him_and_the_others_what_follows() -> None:
    newest, first = WaitRange(low_min=20, high_min=40), WaitRange(low_min=6, high_min=8)
    line = ServiceLine(service="card", names=Names("卡", "Card"), state="open", waiting=3, wait=newest, counters=("1",))
    shown = ServiceView(line=line, numbers=("B001", "B002", "B003"), waits=(first,))
    assert [wait_in(shown, ahead) for ahead in (0, 2)] == [first, wait_at(newest, 2, 3)]


# -- live ------------------------------------------------


def lines(stream: object, most: int) -> list[str]:
    found = []
    for chunk in stream:
        found.append(chunk.decode() if isinstance(chunk, bytes) else chunk)
        if len(found) == most:
            break
    return found


def test_a_page_is_told_what_changed_but_not_what_it_holds(browser: Browser, hub: TownHub) -> None:
    answer = browser.client.get("/api/events?watch=hall,counter/c1", buffered=False)
    assert answer.mimetype == "text/event-stream"
    stream = (chunk.decode() for chunk in answer.response)
    assert "event: hello" in next(stream)
    hub.done(c.CallNext(counter="c1"))
    told = next(stream)
    assert 'data: ["counter/c1", "hall/town"]' in told
    answer.close()


def test_nothing_new_keeps_the_stream_alive_with_a_comment(browser: Browser) -> None:
    answer = browser.client.get("/api/events?watch=counter/c6", buffered=False)
    assert lines(answer.response, 3)[1:] == [": still here\n\n"] * 2
    answer.close()


def test_a_stream_ends_by_itself_and_gives_its_seat_back(app: Flask, browser: Browser) -> None:
    web = app.extensions["jiaohao"]
    answer = browser.client.get("/api/events", buffered=False)
    assert web.staff_seats.taken == 1
    assert len(list(answer.response)) > 2
    answer.close()
    assert web.staff_seats.taken == 0


class TestMorePagesThanOneMayKeepOpen:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(staff_streams=9, quiet_s=5.0, stream_s=60.0)

    def test_the_oldest_page_of_one_account_makes_room_is_told_and_gives_its_seat_back(
        self, app: Flask, browser: Browser
    ) -> None:
        web = app.extensions["jiaohao"]
        browser.log_in("the-clerk")
        pages = [browser.client.get("/api/events?watch=counter", buffered=False) for _ in range(5)]
        assert [page.status_code for page in pages] == [200] * 5
        for displaced in pages[:2]:
            assert "event: displaced" in "".join(text.decode() for text in displaced.response)
            displaced.close()
        assert web.staff_seats.taken == 3
        for page in pages[2:]:
            page.close()
        assert web.staff_seats.taken == 0


@pytest.mark.parametrize("watch", ["", "secrets", "hall,," + ",".join(f"counter/{n}" for n in range(99))])
def test_a_stream_of_nonsense_is_refused(browser: Browser, watch: str) -> None:
    assert browser.client.get(f"/api/events?watch={watch}").status_code == 400


class TestForThePublic:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(public_streams=2, quiet_s=0.05, gap_s=0.0, stream_s=2.0)

    def test_strangers_cannot_watch_devices_and_cannot_take_every_seat(self, browser: Browser) -> None:
        assert browser.client.get("/api/events?watch=panel").status_code == 400
        open_streams = [browser.client.get("/api/events", buffered=False) for _ in range(3)]
        assert [one.status_code for one in open_streams] == [200, 200, 503]
        assert open_streams[2].headers["Retry-After"]
        for one in open_streams:
            one.close()
        assert browser.client.get("/api/events", buffered=False).status_code == 200

    def test_staff_have_seats_of_their_own(self, browser: Browser) -> None:
        held = [browser.client.get("/api/events", buffered=False) for _ in range(2)]
        browser.log_in("the-clerk")
        mine = browser.client.get("/api/events?watch=picture,counter", buffered=False)
        assert mine.status_code == 200
        for one in (*held, mine):
            one.close()


def test_an_open_page_gets_only_its_live_part(browser: Browser) -> None:
    whole = browser.client.get("/").get_data(as_text=True)
    part = browser.client.get("/", headers={"X-Part": "live"}).get_data(as_text=True)
    assert "<html" in whole and "<html" not in part
    assert part.strip() in whole


def test_ratings_of_yesterday_do_not_leak_into_todays_number(browser: Browser, hub: TownHub) -> None:
    hub.serve("c1", level=Level.SATISFIED)
    old = hub.ids["A001"]
    for counter in ("c1", "c2", "c3"):
        hub.done(c.CloseCounter(counter=counter))
    hub.done(c.CloseDay())
    hub.clock.advance(24 * 3600)
    hub.done(c.OpenDay(day="2026-03-05", sessions=()))
    assert ask(browser, f"/api/tickets/{old}")["status"] == "served"
    assert browser.client.get("/api/tickets/A001").status_code == 404
