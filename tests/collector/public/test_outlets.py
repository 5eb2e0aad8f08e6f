"""What people see of entrusted outlets: as JSON, as pages, in other sites' frames."""

import msgspec
import pytest
from flask import Flask

from broker.collector.heard.neighbours import Fetched, OutletFailed
from broker.collector.public.shared import FRESH_S
from broker.model import commands as c
from broker.runtime.clock import ManualClock
from tests.collector.conftest import Browser
from tests.collector.town import TownHub


def take_loan(hub: TownHub, ticket: str = "outlet-000001") -> str:
    number = hub.done(c.IssueTicket(ticket=ticket, service="loan"))["number"]
    hub.done(c.ConfirmTicket(ticket=ticket))
    return str(number)


def test_an_outlet_tells_who_waits_and_which_counters_are_open(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c21", clerk="bank-1"))
    hub.done(c.OpenCounter(counter="c22"))
    hub.done(c.PauseCounter(counter="c22", reason="会议"))
    assert take_loan(hub) == "H001"
    told = browser.client.get("/api/outlets/bank").get_json()
    assert (told["source"], told["waiting"], told["counters_open"]) == ("hall", 1, ["21"])
    assert [(p["counter_name"], p["reason"], p["instead"]) for p in told["paused"]] == [("22", "会议", ["21"])]
    assert told["services"][0]["quota_left"] == 29
    assert told["services"][0]["wait"] is not None
    assert told["open"]["state"] == "open" and not told["stale"]


def test_what_waits_at_an_outlet_is_in_no_figure_of_the_hall(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c21", clerk="bank-1"))
    take_loan(hub)
    told = browser.client.get("/api/status").get_json()
    assert "loan" not in {line["service"] for line in told["services"]}
    assert told["counters_open"] == [] and told["counts"] == {}
    assert {one["counter"] for one in browser.client.get("/api/counters").get_json()["counters"]} == {
        f"c{n}" for n in range(1, 7)
    }
    assert "loan" not in {one["line"]["service"] for one in browser.client.get("/api/services").get_json()["services"]}


def test_a_ticket_of_an_outlet_can_be_looked_up(hub: TownHub, browser: Browser) -> None:
    first, second = take_loan(hub), take_loan(hub, "outlet-000002")
    assert browser.client.get(f"/api/tickets/{second}").get_json()["ahead"] == 1
    assert browser.client.get(f"/t/{first}").status_code == 200


def test_an_outlet_that_was_never_heard_says_so_and_makes_no_zero_up(browser: Browser) -> None:
    told = browser.client.get("/api/outlets/station").get_json()
    assert (told["waiting"], told["open"], told["at_ms"], told["stale"]) == (None, None, None, True)
    text = browser.client.get("/outlets/station?lang=en").get_data(as_text=True)
    assert "No figures have come from this outlet yet" in text


def test_an_outlet_elsewhere_is_shown_as_it_said_and_marked_when_that_is_old(
    app: Flask, hub: TownHub, browser: Browser, clock: ManualClock
) -> None:
    neighbours = app.extensions["jiaohao"].elsewhere
    status = browser.client.get("/api/status").get_data()
    said: list[object] = [Fetched(status, "tag"), OutletFailed("down")]

    def fetch(url: str, etag: str) -> Fetched:
        answer = said.pop(0)
        if isinstance(answer, OutletFailed):
            raise answer
        return answer

    neighbours._fetch = fetch
    neighbours.turn()
    told = browser.client.get("/api/outlets/station").get_json()
    assert (told["source"], told["waiting"], told["stale"]) == ("own", 0, False)
    clock.advance(60)
    neighbours.turn()
    told = browser.client.get("/api/outlets/station").get_json()
    assert told["stale"] and told["waiting"] == 0, "the last good answer is kept, and marked"
    assert "Not up to date" in browser.client.get("/outlets/station?lang=en").get_data(as_text=True)


class TestShared:
    @pytest.mark.parametrize("path", ["/api/status", "/api/services", "/api/counters", "/api/outlets"])
    def test_public_json_may_be_kept_by_proxies_and_is_sent_only_when_changed(
        self, browser: Browser, path: str
    ) -> None:
        answer = browser.client.get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=5"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        tag = answer.headers["ETag"]
        again = browser.client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.get_data()) == (304, b"")
        assert browser.client.head(path).get_data() == b""

    def test_it_is_made_once_for_everybody_and_anew_when_something_changed(
        self, app: Flask, hub: TownHub, browser: Browser
    ) -> None:
        shared = app.extensions["jiaohao"].for_strangers
        made: list[int] = []
        browser.client.get("/api/outlets/bank")
        kept = shared.kept("/api/outlets/bank", lambda: made.append(1) or b"")
        assert not made and msgspec.json.decode(kept.data)["outlet"] == "bank"
        take_loan(hub)
        assert browser.client.get("/api/outlets/bank").get_json()["waiting"] == 1

    def test_what_time_alone_changes_is_made_anew_after_a_moment(self, app: Flask, clock: ManualClock) -> None:
        shared = app.extensions["jiaohao"].shared
        assert shared.kept("x", lambda: b"1").data == b"1"
        assert shared.kept("x", lambda: b"2").data == b"1"
        clock.advance(FRESH_S)
        assert shared.kept("x", lambda: b"2").data == b"2"

    def test_a_foreign_name_of_this_server_gets_nothing(self, browser: Browser) -> None:
        assert browser.client.get("/api/status", headers={"Host": "evil.example"}).status_code == 421


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/outlets", "/outlets/bank", "/outlets/station", "/guide", "/guide/loan"])
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_every_public_page_can_be_read_in_both_languages(self, browser: Browser, path: str, language: str) -> None:
        answer = browser.client.get(f"{path}?lang={language}")
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
        assert "Undefined" not in text

    def test_a_page_of_strangers_is_drawn_once_and_each_language_for_itself(self, browser: Browser, app: Flask) -> None:
        other = Browser(app.test_client())
        other.client.get("/outlets?lang=en")
        chinese = browser.client.get("/outlets")
        assert "委托网点" in chinese.get_data(as_text=True)
        assert "Entrusted" not in chinese.get_data(as_text=True)
        assert "queues before you set out" in other.client.get("/outlets").get_data(as_text=True)
        again = browser.client.get("/outlets", headers={"If-None-Match": chinese.headers["ETag"]})
        assert again.status_code == 304

    def test_whoever_is_logged_in_gets_a_page_of_the_own(self, browser: Browser, logged_in: object) -> None:
        browser.client.get("/outlets")
        text = logged_in("manager").client.get("/outlets").get_data(as_text=True)
        assert "the-manager" in text
        assert "the-manager" not in browser.client.get("/outlets").get_data(as_text=True)

    def test_the_page_says_how_many_wait_and_for_how_long(self, hub: TownHub, browser: Browser) -> None:
        hub.done(c.OpenCounter(counter="c21", clerk="bank-1"))
        for n in range(4):
            take_loan(hub, f"outlet-00000{n}")
        wait = browser.client.get("/api/outlets/bank").get_json()["wait"]
        for path in ("/outlets?lang=en", "/outlets/bank?lang=en"):
            text = browser.client.get(path).get_data(as_text=True)
            assert f"{wait['low_min']}–{wait['high_min']} min" in text

    def test_a_closed_outlet_says_where_else_somebody_is_served(self, hub: TownHub, browser: Browser) -> None:
        hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
        assert "Where else is open now" in browser.client.get("/outlets/bank?lang=en").get_data(as_text=True)


class TestGuide:
    def test_a_service_tells_papers_conditions_fee_and_law(self, browser: Browser) -> None:
        text = browser.client.get("/guide/loan?lang=en").get_data(as_text=True)
        for said in ("The contract of sale", "Paid in for six months", "No fee", "Regulations on the Housing Fund"):
            assert said in text
        assert "City Bank, Lakeside" in text, "it is served there alone"

    def test_a_service_is_found_by_a_word_of_its_papers(self, browser: Browser) -> None:
        text = browser.client.get("/guide?q=合同").get_data(as_text=True)
        assert "/guide/loan" in text and "/guide/pension" not in text
        assert "/guide/pension" in browser.client.get("/guide?q=").get_data(as_text=True)

    def test_hours_name_holidays_and_make_up_workdays(self, browser: Browser, clock: ManualClock) -> None:
        text = browser.client.get("/hours?lang=en").get_data(as_text=True)
        assert text.count("<time ") == 28, "fourteen days of the hall, and of the one outlet that keeps its hours"
        assert "09:00–17:00" in text and "closed" in text


class TestEmbedded:
    def test_the_board_is_for_the_sites_of_the_hall_file_alone(self, browser: Browser) -> None:
        for path in ("/embed", "/embed/bank?lang=en"):
            answer = browser.client.get(path)
            assert "frame-ancestors https://www.example.gov.cn" in answer.headers["Content-Security-Policy"]
            assert "X-Frame-Options" not in answer.headers
            assert "Set-Cookie" not in answer.headers
            assert "login" not in answer.get_data(as_text=True)

    def test_no_other_page_can_be_framed(self, browser: Browser) -> None:
        for path in ("/", "/outlets", "/guide"):
            answer = browser.client.get(path)
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == "DENY"
