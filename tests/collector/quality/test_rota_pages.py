"""The rota's page: made and changed by whoever runs the hall, read by whoever serves, told on the floor."""

from collections.abc import Callable

import pytest

from broker.collector.web import Web
from broker.model import commands as c
from broker.model.hall_file import parse_hall
from tests.collector.conftest import Browser
from tests.collector.quality.test_case_pages import form_of, text_of
from tests.collector.town import SIGNS, TOWN, TownHub
from tests.halls import DAY

THIRD = "c3/"
"""A post without a named clerk."""


@pytest.fixture
def web(app: object) -> Web:
    return app.extensions["jiaohao"]  # type: ignore[attr-defined, no-any-return]


def session_of(web: Web) -> str:
    return web.sessions_of(DAY)[0].name


def saves(browser: Browser, **typed: object) -> tuple[int, str]:
    page = text_of(browser, "/rota")
    fields = form_of(page) | {"week": DAY} | typed
    answer = browser.client.post("/rota", data=fields, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_day_is_planned_read_by_clerks_and_told_on_the_floor(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    manager, at = logged_in("manager"), f"at-{DAY}-{session_of(web)}"
    status, page = saves(manager, **{f"leader-{DAY}": "staff-16", at: ["c1/staff-16", "c2/"]})
    assert status == 200 and "值班表已保存" in page
    story = web.reports.rota()[DAY]
    assert story.leader == "staff-16" and story.sessions[0].posts == (c.RotaPost("c1", "staff-16"), c.RotaPost("c2"))
    assert list(web.reports.rota()) == [DAY], "days without a choice are left alone"
    read = text_of(logged_in("clerk"), "/rota")
    assert "1 号窗口 工号" in read and 'name="reason"' not in read
    floor = text_of(manager, "/floor")
    assert "今日值班" in floor and "带班领导：<b>工号" in floor


def test_a_session_that_opened_short_is_an_alarm_until_the_counter_opens(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    manager = logged_in("manager")
    saves(manager, **{f"at-{DAY}-{session_of(web)}": ["c1/", "c2/"]})
    hub.done(c.OpenCounter(counter="c1"))
    hub.pass_time(6)
    (alarm,) = [one for one in web.alerts.now() if one.kind == "rota"]
    assert alarm.level == "alarm" and "2 号" in alarm.zh and "1 号" not in alarm.zh and "still closed: 2" in alarm.en
    assert "缺 1 个窗口" in text_of(manager, "/rota")
    hub.done(c.OpenCounter(counter="c2"))
    assert [one for one in web.alerts.now() if one.kind == "rota"] == []


def test_a_change_needs_a_reason_and_what_was_typed_stays(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    manager, at = logged_in("manager"), f"at-{DAY}-{session_of(web)}"
    saves(manager, **{at: ["c1/"]})
    status, page = saves(manager, **{at: [THIRD]})
    assert status == 409 and "请填写原因" in page and f'value="{THIRD}" checked' in page
    status, page = saves(manager, **{at: [THIRD], "reason": "培训"})
    assert status == 200 and "培训" in page
    assert [one.reason for one in web.reports.rota()[DAY].made] == ["", "培训"]


@pytest.mark.parametrize(
    "wrong",
    [
        {f"leader-{DAY}": "nobody"},
        {"week": "tomorrow"},
        {"week": "2036-03-04"},
        {"id": "x"},
        {"reason": "长" * 101},
    ],
)
def test_what_is_wrong_is_said_and_plans_nothing(
    wrong: dict[str, str], logged_in: Callable[[str], Browser], web: Web
) -> None:
    assert saves(logged_in("manager"), **{f"at-{DAY}-{session_of(web)}": ["c1/"]} | wrong)[0] == 400
    assert saves(logged_in("manager"), **{f"at-{DAY}-{session_of(web)}": ["c99/"]})[0] == 400
    assert web.reports.rota() == {}


def test_a_hall_without_a_rota_has_no_such_page(logged_in: Callable[[str], Browser], web: Web) -> None:
    object.__setattr__(web, "hall", parse_hall(TOWN + SIGNS))
    assert logged_in("manager").client.get("/rota").status_code == 404


def test_a_leader_who_keeps_a_counter_is_shown_there_and_a_week_is_filled_in_as_the_one_before(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    manager, session = logged_in("manager"), session_of(web)
    saves(manager, **{f"leader-{DAY}": "staff-16", f"at-{DAY}-{session}": ["c1/staff-16", "c2/"]})
    assert "领导坐窗口：1 号窗口" in text_of(manager, "/rota")
    week = "/rota?week=2026-03-11"
    empty, copied = text_of(manager, week), text_of(manager, f"{week}&like=before")
    assert "照上一周填" in empty and "checked" not in empty
    ticked = 'name="at-2026-03-11-%s" value="%s" checked'
    assert ticked % (session, "c1/staff-16") in copied and ticked % (session, "c2/") in copied
    assert "核对后请保存" in copied
    assert list(web.reports.rota()) == [DAY], "looking saves nothing"
    assert "照上一周填" not in text_of(logged_in("clerk"), week)
