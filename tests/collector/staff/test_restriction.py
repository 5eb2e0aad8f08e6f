"""解除预约限制 at the desk: looked up by a number that stays nowhere, lifted with a reason by guides and managers."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import msgspec
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from broker.collector.safety.accounts import Accounts
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.unit_code import check_character
from broker.runtime.clock import ManualClock
from tests.collector.booking.test_booking import UNIT, body, number
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, hall_without_appointments, town_hall
from tests.halls import OPENS_MS

PATH = "/appointments/restriction"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
REASON = "不是本人预约"
FORM = re.compile(r'name="form" value="(lift-[0-9a-f]{24})"')


@pytest.fixture
def hall() -> Hall:
    """One missed appointment restricts."""
    hall = town_hall()
    return msgspec.structs.replace(hall, rules=msgspec.structs.replace(hall.rules, appointment_no_shows=1))


def misses(app: Flask, hub: TownHub, clock: ManualClock, **more: Any) -> None:
    """Booked from home for today; nobody comes, and the next day opens."""
    assert app.test_client().post("/api/appointments", json=body(1, **more)).status_code == 201
    clock.advance(24 * 3600)
    opens_ms = OPENS_MS + DAY_MS
    session = c.SessionTimes("day", opens_ms, opens_ms + 8 * HOUR_MS, opens_ms + 7 * HOUR_MS)
    hub.done(c.OpenDay(day="2026-03-05", sessions=(session,)))


def send(browser: Browser, path: str = "", **fields: str) -> TestResponse:
    browser.read_token(PATH)
    return browser.client.post(PATH + path, data={"csrf": browser.token, **fields})


def looked(browser: Browser, kind: str = "person", typed: str = "") -> tuple[str, str]:
    """What the page says, and the id of its form."""
    answer = send(browser, kind=kind, number=typed or number(1))
    assert answer.status_code == 200
    text = unescape(answer.get_data(as_text=True))
    form = FORM.search(text)
    return text, form[1] if form else ""


@pytest.mark.parametrize("role", ["guide", "manager"])
def test_who_is_restricted_is_found_by_the_number_and_may_book_again_once_it_is_lifted(
    app: Flask, hub: TownHub, clock: ManualClock, logged_in: Callable[[str], Browser], role: str
) -> None:
    misses(app, hub, clock)
    again = body(1, id="home-" + "9" * 24, at_ms=clock.now_ms() + 2 * HOUR_MS)
    assert app.test_client().post("/api/appointments", json=again).get_json()["code"] == "booking_restricted"
    staff = logged_in(role)
    text, form = looked(staff)
    assert "已限制" in text and "1 次" in text and "4 月 4 日" in text.replace("4月4日", "4 月 4 日")
    done = send(staff, "/lifted", form=form, reason=REASON)
    assert done.status_code == 200 and "已解除" in done.get_data(as_text=True)
    assert send(staff, "/lifted", form=form, reason=REASON).status_code == 200, "sent twice it is lifted once"
    hub.journal.open()
    [lifted] = [event for _, event in hub.journal.read() if isinstance(event, e.RestrictionLifted)]
    hub.journal.close()
    assert (lifted.reason, lifted.missed) == (REASON, 1)
    text, form = looked(staff)
    assert "没有限制" in text and not form, "nothing is left to lift"
    again = body(1, id="home-" + "8" * 24, at_ms=clock.now_ms() + 2 * HOUR_MS)
    assert app.test_client().post("/api/appointments", json=again).status_code == 201


def test_the_number_stands_in_no_file_no_log_and_no_answer(
    app: Flask,
    hub: TownHub,
    clock: ManualClock,
    accounts: Accounts,
    logged_in: Callable[[str], Browser],
    caplog: pytest.LogCaptureFixture,
) -> None:
    misses(app, hub, clock)
    guide = logged_in("guide")
    with caplog.at_level("DEBUG"):
        text, form = looked(guide)
        done = send(guide, "/lifted", form=form, reason=REASON).get_data(as_text=True)
        wrong = send(guide, number="110105194912310021").get_data(as_text=True)
    everything = caplog.text + text + done + wrong
    assert number(1) not in everything and "110105194912310021" not in everything
    keys = {one for event in events_of(hub) if isinstance(event, e.RestrictionLifted) for one in event.whose}
    assert keys and not any(one in everything for one in keys), "nor do the keys travel"
    files = [path for path in hub.path.parent.rglob("*") if path.is_file()]
    assert not [path for path in files if number(1).encode() in path.read_bytes()]
    rows = [(row.type, row.subject, row.object, row.result) for row in accounts.audit.rows(50)]
    assert ("restriction_read", "the-guide", "", "done") in rows
    assert ("command", "the-guide", "LiftRestriction", "done") in rows


def events_of(hub: TownHub) -> list[Any]:
    hub.journal.open()
    found = [event for _, event in hub.journal.read()]
    hub.journal.close()
    return found


def test_an_employer_is_found_by_its_code(
    app: Flask, hub: TownHub, clock: ManualClock, logged_in: Callable[[str], Browser]
) -> None:
    items = [{"service": "unit", "count": 1}]
    misses(app, hub, clock, service="unit", kind="unit", number=UNIT, items=items)
    guide = logged_in("guide")
    text, form = looked(guide, "unit", UNIT.lower())
    assert "已限制" in text
    assert send(guide, "/lifted", form=form, reason=REASON).status_code == 200
    assert not hub.writer.state.restricted


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [("person", "110105194912310021", "身份证号码不正确"), ("person", "", "身份证号码不正确"),
     ("unit", "91220000MA00000010", "统一社会信用代码不正确")],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_words_and_the_kind_stays_chosen(
    logged_in: Callable[[str], Browser], kind: str, typed: str, said: str
) -> None:
    if kind == "unit" and typed[-1] == check_character(typed[:17]):
        pytest.fail("the code of this test must be a wrong one")
    answer = send(logged_in("guide"), kind=kind, number=typed)
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422 and said in text
    assert re.search(rf'value="{kind}" checked', text)


def test_without_a_reason_nothing_is_lifted_and_the_form_can_be_sent_again(
    app: Flask, hub: TownHub, clock: ManualClock, logged_in: Callable[[str], Browser]
) -> None:
    misses(app, hub, clock)
    guide = logged_in("guide")
    _, form = looked(guide)
    refused = send(guide, "/lifted", form=form, reason=" ")
    text = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 409 and "请填写原因" in text and "已限制" in text
    [next_form] = FORM.findall(text)
    assert next_form != form
    named = send(guide, "/lifted", form=next_form, reason=f"证件 {number(1)}")
    assert named.status_code == 409 and hub.writer.state.restricted
    [last_form] = FORM.findall(named.get_data(as_text=True))
    assert send(guide, "/lifted", form=last_form, reason=REASON).status_code == 200
    assert not hub.writer.state.restricted


def test_what_a_colleague_lifted_meanwhile_is_said(
    app: Flask, hub: TownHub, clock: ManualClock, logged_in: Callable[[str], Browser]
) -> None:
    misses(app, hub, clock)
    guide, manager = logged_in("guide"), logged_in("manager")
    _, first = looked(guide)
    _, second = looked(manager)
    assert send(guide, "/lifted", form=first, reason=REASON).status_code == 200
    late = send(manager, "/lifted", form=second, reason=REASON)
    assert late.status_code == 409 and "没有预约限制" in unescape(late.get_data(as_text=True))


def test_what_was_looked_up_long_ago_or_by_somebody_else_is_looked_up_again(
    app: Flask, hub: TownHub, clock: ManualClock, logged_in: Callable[[str], Browser]
) -> None:
    misses(app, hub, clock)
    guide, manager = logged_in("guide"), logged_in("manager")
    _, form = looked(guide)
    assert send(manager, "/lifted", form=form, reason=REASON).status_code == 409
    assert send(guide, "/lifted", form="lift-" + "0" * 24, reason=REASON).status_code == 409
    assert send(guide, "/lifted", form="made-up", reason=REASON).status_code == 400
    clock.advance(601)
    over = send(guide, "/lifted", form=form, reason=REASON)
    assert over.status_code == 409 and "重新输入证件号码" in over.get_data(as_text=True)
    assert hub.writer.state.restricted


def test_an_engine_that_does_not_answer_is_said_and_the_same_form_is_sent_again(
    app: Flask, hub: TownHub, clock: ManualClock, logged_in: Callable[[str], Browser]
) -> None:
    misses(app, hub, clock)
    guide = logged_in("guide")
    _, form = looked(guide)
    hub.silent = True
    silent = send(guide, "/lifted", form=form, reason=REASON)
    text = silent.get_data(as_text=True)
    assert silent.status_code == 503 and form in text and REASON in text
    assert send(guide, number=number(1)).status_code == 503
    hub.silent = False
    assert send(guide, "/lifted", form=form, reason=REASON).status_code == 200


def test_the_list_leads_guides_and_managers_there_and_nobody_else(logged_in: Callable[[str], Browser]) -> None:
    shown = {
        role: f'href="{PATH}"' in logged_in(role).client.get("/appointments/list").get_data(as_text=True)
        for role in ("clerk", "guide", "manager")
    }
    assert shown == {"clerk": False, "guide": True, "manager": True}


class TestAHallInWhichNobodyBooksFromHome:
    @pytest.fixture(params=["no appointments", "not from home"])
    def hall(self, request: pytest.FixtureRequest) -> Hall:
        if request.param == "no appointments":
            return hall_without_appointments()
        hall = town_hall()
        return msgspec.structs.replace(hall, rules=msgspec.structs.replace(hall.rules, appointments_from_home=False))

    def test_has_nothing_to_lift(self, logged_in: Callable[[str], Browser]) -> None:
        manager = logged_in("manager")
        assert manager.client.get(PATH).status_code == 404
        assert manager.client.post(PATH, data={"csrf": manager.token}).status_code == 404
        assert PATH not in manager.client.get("/appointments/list").get_data(as_text=True)
