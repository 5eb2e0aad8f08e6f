"""The inspections' page: the plan is for who inspects alone and each look at it is noted; visits become findings."""

from collections.abc import Callable

import pytest

from broker.collector.web import Web
from broker.model import commands as c
from broker.model.hall_file import parse_hall
from tests.collector.conftest import Browser
from tests.collector.quality.test_case_pages import form_of, text_of
from tests.collector.town import SIGNS, TOWN, TownHub
from tests.halls import CLOSES_MS, DAY, OPENS_MS

WEEK = "2026-W10"
SEEN = "柜台上有早餐"


@pytest.fixture
def web(app: object) -> Web:
    return app.extensions["jiaohao"]  # type: ignore[attr-defined, no-any-return]


def draw(hub: TownHub, chance: float = 0.0) -> None:
    """On the town's Wednesday, out of its one opening."""
    opening = c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS - 1)
    hub.at_the_server(c.DrawInspection(week=WEEK, openings=(opening,), chance=chance))


def visits(browser: Browser, **typed: object) -> tuple[int, str]:
    fields = form_of(text_of(browser, "/inspections"))
    answer = browser.client.post("/inspections", data=fields | typed, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_plan_is_shown_to_who_inspects_and_the_look_is_noted(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    draw(hub, 0.5)
    page = text_of(logged_in("quality"), "/inspections")
    assert "3月4日 星期三" in page and "时间未到" in page and f'value="{WEEK}"' not in page
    web.accounts.audit.flush()
    assert any(row.type == "inspection_plan_read" and row.object == WEEK for row in web.accounts.audit.rows(20))
    for role in ("clerk", "guide", "auditor", "admin"):
        assert logged_in(role).client.get("/inspections").status_code == 403


def test_a_visit_begins_a_case_for_each_counter_and_what_was_seen_lies_in_its_own_file(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    draw(hub)
    quality = logged_in("quality")
    answers = {"week": WEEK, "point-badge": "fine", "point-desk": "wrong", "at-desk": ["c1", "c3"], "point-dress": ""}
    status, page = visits(quality, **answers, note=SEEN)
    assert status == 200 and "立案 2 件" in page and "J2026-0001" in page and "J2026-0002" in page
    assert "柜台摆放不整齐 · 1 号窗口" in page and "100.0 %" in page and "已巡查" in page
    (visit,) = web.reports.inspections()
    assert [(one.item, one.fine, one.counter) for one in visit.checked] == [
        ("badge", True, None),
        ("desk", False, "c1"),
        ("desk", False, "c3"),
    ]
    assert [web.case_texts.of(case)[0].note for case in visit.findings] == [SEEN, SEEN]
    others = [file for file in hub.path.parent.rglob("*") if file.is_file() and not file.name.startswith("quality.db")]
    assert SEEN.encode() not in b"".join(file.read_bytes() for file in others)


def test_one_more_visit_leaves_the_drawn_one_and_a_missed_one_is_told(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    draw(hub)
    status, page = visits(logged_in("manager"), **{"week": "", "point-empty": "wrong"})
    assert status == 200 and "另加" in page and "时间已到" in page
    hub.clock.advance((CLOSES_MS - OPENS_MS) / 1000)
    hub.pass_time(1)
    page = text_of(logged_in("manager"), "/inspections")
    assert "本周已过，没有巡查" in page and "未巡查" in page and "0 / 1" in page
    status, page = visits(logged_in("manager"), **{"week": WEEK, "point-empty": "fine"})
    assert status == 200 and "逾期补查" in page and "立案 0 件" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"point-badge": "maybe"},
        {"point-badge": "wrong", "at-badge": "c99"},
        {"point-badge": "fine", "week": "2026-W11"},
        {"point-badge": "fine", "id": "x"},
        {"point-badge": "wrong", "note": "长" * 1_501},
    ],
)
def test_what_is_wrong_is_said_and_begins_nothing(
    wrong: dict[str, str], logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    draw(hub)
    assert visits(logged_in("quality"), **wrong)[0] == 400
    assert web.reports.inspections()[0].made_ms is None and not web.reports.cases().stories


def test_the_same_form_sent_twice_is_one_visit(logged_in: Callable[[str], Browser], hub: TownHub, web: Web) -> None:
    quality = logged_in("quality")
    fields = form_of(text_of(quality, "/inspections")) | {"point-badge": "wrong"}
    for _ in range(2):
        assert quality.client.post("/inspections", data=fields).status_code == 302
    assert len(web.reports.inspections()) == 1 and len(web.reports.cases().stories) == 1


def test_a_hall_that_keeps_no_findings_has_no_such_page(logged_in: Callable[[str], Browser], web: Web) -> None:
    object.__setattr__(web, "hall", parse_hall(TOWN + SIGNS))
    assert logged_in("quality").client.get("/inspections").status_code == 404


def test_the_day_of_these_tests_is_in_the_week_that_they_name() -> None:
    assert DAY == "2026-03-04"
