"""The survey on phones and at the desk: nobody's name, no ticket, a slow address, and no figure of few."""

import json
import re
from collections.abc import Callable

import msgspec
import pytest

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_quality import Survey
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall


@pytest.fixture
def hall() -> Hall:
    town = town_hall()
    quality = msgspec.structs.replace(town.quality, survey=Survey(on=True, least=5))
    return msgspec.structs.replace(town, quality=quality)


@pytest.fixture
def asked(hub: TownHub) -> TownHub:
    """A hub with an open round."""
    hub.at_the_server(c.BeginSurvey(round="2026-Q1"))
    return hub


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return found[1]


def send(browser: Browser, path: str, form: dict[str, str] | None = None, **marks: str):
    html = browser.client.get(path).get_data(as_text=True)
    made = form or {name: hidden(html, name) for name in ("csrf", "id", "round")}
    return made, browser.client.post(path, data=made | {f"mark-{key}": level for key, level in marks.items()})


def test_anybody_answers_on_a_phone_and_one_form_counts_once(asked: TownHub, browser: Browser) -> None:
    page = browser.client.get("/survey").get_data(as_text=True)
    assert "等候时间" in page and "非常满意" in page
    form, answer = send(browser, "/survey", waiting="dissatisfied", whole="satisfied")
    assert answer.status_code == 303
    assert "谢谢您" in browser.client.get(answer.headers["Location"]).get_data(as_text=True)
    send(browser, "/survey", form, waiting="satisfied")
    assert "测评" in browser.client.get("/").get_data(as_text=True), "the way there"
    (event,) = [event for event in asked_events(asked) if event["type"] == "SurveyAnswered"]
    assert event["marks"] == [["waiting", "dissatisfied"], ["whole", "satisfied"]]
    assert set(event) <= {"type", "at_ms", "round", "marks", "channel"}, "who, where and with which ticket is not kept"


def asked_events(hub: TownHub) -> list[dict]:
    hub.journal.open()
    rows = hub.journal.connection.execute("SELECT body FROM events ORDER BY position").fetchall()
    hub.journal.close()
    return [json.loads(body) for (body,) in rows]


def test_an_empty_form_a_strange_level_and_a_foreign_form_are_told_what_is_wrong(
    asked: TownHub, browser: Browser
) -> None:
    _, empty = send(browser, "/survey")
    assert empty.status_code == 400 and "至少选一项" in empty.get_data(as_text=True)
    _, strange = send(browser, "/survey", waiting="superb")
    assert strange.status_code == 400
    token = hidden(browser.client.get("/survey").get_data(as_text=True), "csrf")
    foreign = browser.client.post("/survey", data={"csrf": token, "id": "mine", "mark-waiting": "satisfied"})
    assert foreign.status_code == 400
    assert browser.client.post("/survey", data={"mark-waiting": "satisfied"}).status_code == 403
    assert not [event for event in asked_events(asked) if event["type"] == "SurveyAnswered"]


def test_a_refused_form_keeps_what_was_ticked(asked: TownHub, browser: Browser) -> None:
    form, _ = send(browser, "/survey")
    late = form | {"round": "2025-Q4"}
    _, answer = send(browser, "/survey", late, manner="satisfied")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "2025-Q4" in html
    assert re.search(r'name="mark-manner" value="satisfied" checked', html)


def test_one_address_is_slowed_down(asked: TownHub, browser: Browser) -> None:
    codes = [send(browser, "/survey", waiting="satisfied")[1].status_code for _ in range(9)]
    assert codes[:6] == [303] * 6 and codes[-1] == 429


def test_between_rounds_the_page_says_so_and_a_hall_without_surveys_has_none(hub: TownHub, browser: Browser) -> None:
    assert "现在没有测评" in browser.client.get("/survey").get_data(as_text=True)
    assert 'href="/survey"' not in browser.client.get("/").get_data(as_text=True)


def test_no_figure_is_shown_of_fewer_than_the_hall_wants(asked: TownHub, logged_in: Callable[[str], Browser]) -> None:
    desk = logged_in("quality")
    for count in range(1, 6):
        form, answer = send(desk, "/surveys", waiting="dissatisfied" if count == 1 else "satisfied", whole="satisfied")
        assert answer.status_code == 303, form
        html = desk.client.get("/surveys").get_data(as_text=True)
        table = desk.client.get("/surveys/2026-Q1.csv").get_data(as_text=True)
        assert ("80.0 %" in html, "不足 5 份" in html, "waiting" in table) == (count == 5, count < 5, count == 5)
    assert "90.0 %" in html, "nine of ten marks"
    assert "2026-Q1,waiting,等候时间,5,0,4,0,1,0,80.0" in table.splitlines()


def test_clerks_and_guides_read_nothing_of_it(asked: TownHub, logged_in: Callable[[str], Browser]) -> None:
    for role in ("clerk", "guide", "auditor"):
        assert logged_in(role).client.get("/surveys").status_code == 403


def test_each_round_stands_beside_the_one_before_it(asked: TownHub, logged_in: Callable[[str], Browser]) -> None:
    for level in ("satisfied",) * 3 + ("dissatisfied",) * 2:
        asked.done(c.AnswerSurvey(round="2026-Q1", marks=(c.SurveyMark("waiting", level),)))
    asked.clock.advance(16 * 86_400)
    asked.at_the_server(c.PassTime())
    asked.at_the_server(c.BeginSurvey(round="2026-Q2"))
    for level in ("satisfied",) * 4 + ("dissatisfied",):
        asked.done(c.AnswerSurvey(round="2026-Q2", marks=(c.SurveyMark("waiting", level),)))
    html = logged_in("manager").client.get("/surveys").get_data(as_text=True)
    assert "80.0 %" in html and "60.0 %" in html and "+20.0" in html
    older = logged_in("manager").client.get("/surveys?round=2026-Q1").get_data(as_text=True)
    assert "+20.0" not in older and "60.0 %" in older
