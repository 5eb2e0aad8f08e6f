"""工作日报表 on the pages: completed and signed by its clerk, countersigned by the duty leader, exported."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from werkzeug.test import TestResponse

from broker.collector.figures.sheet_export import as_csv, safe_cell
from broker.model import commands as c
from broker.model.words import Level
from broker.store.reports import JournalReports
from broker.store.sheet_shape import DaySheets, OnPost, Sheet
from tests.collector.conftest import PASSWORD, Browser
from tests.collector.town import TownHub
from tests.halls import DAY

FILLED = {
    "item-papers_received": "12",
    "item-scans": "9",
    "item-appearance": "yes",
    "item-conduct": "yes",
    "item-desk": "yes",
    "item-complaints": "0",
    "remark": "",
}


def story(hub: TownHub) -> None:
    """Counter 1: three visits, all rated, a pause of twelve minutes with a task, closed at the end. Counter 2: open."""
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.OpenCounter(counter="c2"))
    for _ in range(4):
        hub.take_ticket("pension")
    hub.serve("c1", 3, Level.VERY_SATISFIED)
    hub.serve("c1", 5, Level.DISSATISFIED)
    hub.serve("c1", 4, Level.SATISFIED)
    hub.serve("c2", 4, Level.VERY_DISSATISFIED)
    hub.done(c.PauseCounter(counter="c1", reason="会议", return_in_min=8))
    hub.pass_time(12)
    hub.done(c.ResumeCounter(counter="c1"))
    hub.done(c.CloseCounter(counter="c1"))


@pytest.fixture
def day(hub: TownHub) -> TownHub:
    story(hub)
    return hub


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def text_of(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[-800:]
    return answer.get_data(as_text=True)


def sends(browser: Browser, do: str, counter: str = "c1", *, entries: bool = True, **changes: str) -> TestResponse:
    """What a browser sends of the form of the page as it is now."""
    page = text_of(browser, f"/sheets/{DAY}/{counter}")
    fields = {name: hidden(page, name) for name in ("csrf", "form", "tag")} | {"do": do}
    if entries:
        fields |= FILLED | {"entries": "1"} | {name: hidden(page, name) for name in ("items_version", "seen")}
    return browser.client.post(f"/sheets/{DAY}/{counter}", data=fields | changes)


def stage(hub: TownHub, counter: str = "c1") -> str:
    return {note.day: note.stage for note in hub.live.counter(counter).sheets}[DAY]


def sheet_of(hub: TownHub, counter: str) -> Sheet:
    found = JournalReports(hub.path, hub.hall, hub.clock.now_ms).sheets(DAY)
    assert found is not None
    one = found.of(counter)
    assert one is not None
    return one


def mark(hub: TownHub, counter: str) -> str:
    return sheet_of(hub, counter).digest


def test_a_clerk_completes_and_signs_and_the_duty_leader_signs_too(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    assert "还缺" in page and "收集资料份数" in page and "会议" in page
    assert sends(clerk, "sign").status_code == 303
    assert stage(day) == "clerk"
    assert sends(manager, "sign", entries=False).status_code == 303
    assert stage(day) == "finished"
    page = text_of(manager, f"/sheets/{DAY}/c1?done=signed")
    assert "the-clerk（工号 016）" in page and "the-manager" in page and "还缺" not in page
    assert "已完成" in text_of(manager, "/sheets")


def test_nobody_is_said_to_be_absent_from_a_session_that_has_not_begun(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk, hour_ms = logged_in("clerk"), 3_600_000
    page = clerk.client.application.jinja_env.get_template("sheet_parts.html")
    for opens_ms, said in ((day.clock.now_ms() + hour_ms, "尚未到时间"), (day.clock.now_ms() - hour_ms, "无人到岗")):
        post = OnPost(session="day", opens_ms=opens_ms, since_ms=None, minutes_before=None)
        with clerk.client.application.test_request_context("/"):
            context: dict[str, Any] = {}
            clerk.client.application.update_template_context(context)
            assert said in page.make_module(context).on_post_line(post)  # type: ignore[attr-defined]


def test_a_spreadsheet_tells_a_session_that_nobody_came_to_from_one_that_has_not_begun(day: TownHub) -> None:
    now_ms, found = day.clock.now_ms(), JournalReports(day.path, day.hall, day.clock.now_ms).sheets(DAY)
    assert found is not None
    said = []
    for opens_ms, since_ms, before in ((now_ms + 1, None, None), (now_ms - 1, None, None), (now_ms - 1, now_ms - 2, 0)):
        post = OnPost(session="day", opens_ms=opens_ms, since_ms=since_ms, minutes_before=before)
        one = sheet_of(day, "c1")
        one = msgspec.structs.replace(one, figures=msgspec.structs.replace(one.figures, on_post=(post,)))
        sheets: DaySheets = msgspec.structs.replace(found, sheets=(one,))
        text = as_csv(day.hall, ZoneInfo(day.hall.hall.time_zone), sheets, now_ms).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        said += [cell for head, cell in zip(rows[1], rows[2], strict=True) if "到岗提前分钟" in head]
    assert said == ["尚未到时间 not yet", "无人到岗 nobody came", "0"]


def test_a_form_sent_twice_is_one_entry(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    fields = FILLED | {name: hidden(page, name) for name in ("csrf", "form", "tag", "items_version", "seen")}
    fields |= {"entries": "1", "do": "save"}
    for _ in range(2):
        assert clerk.client.post(f"/sheets/{DAY}/c1", data=fields).status_code == 303
    assert len({id for id, _ in day.submitted}) == 1


def test_a_signature_is_void_as_soon_as_anything_changes(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    sends(clerk, "sign")
    sends(manager, "sign", entries=False)
    visit = day.writer.state.counters["c2"].visit
    assert visit is not None and stage(day) == "finished"
    day.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    assert stage(day) == "void"
    page = text_of(manager, f"/sheets/{DAY}/c1")
    assert page.count("已失效") == 2 and "签后有变动" in page
    day.done(c.CloseCounter(counter="c1"))
    assert stage(day) == "void", "that it was put back makes no old signature good"
    assert sends(clerk, "sign").status_code == 303
    assert stage(day) == "void", "the duty leader's is to be given again"
    assert sends(manager, "sign", entries=False).status_code == 303
    assert stage(day) == "finished"


def test_nobody_signs_figures_that_he_has_not_seen(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    fields = FILLED | {name: hidden(page, name) for name in ("csrf", "form", "tag", "items_version", "seen")}
    day.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    day.done(c.CloseCounter(counter="c1"))
    answer = clerk.client.post(f"/sheets/{DAY}/c1", data=fields | {"entries": "1", "do": "sign"})
    assert answer.status_code == 409
    assert "签字前数字有变化" in answer.get_data(as_text=True)
    assert stage(day) == "open"
    assert hidden(answer.get_data(as_text=True), "tag") != fields["tag"]


def test_a_clerk_signs_neither_as_leader_nor_for_a_counter_of_others(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    day.done(c.CloseCounter(counter="c2"))
    assert clerk.client.get(f"/sheets/{DAY}/c2").status_code == 403
    token = hidden(text_of(clerk, f"/sheets/{DAY}/c1"), "csrf")
    form = {"csrf": token, "form": "sheet-" + "0" * 24, "tag": "x", "do": "sign", "entries": "1", "items_version": "1"}
    assert clerk.client.post(f"/sheets/{DAY}/c2", data=FILLED | form).status_code == 403
    assert clerk.client.get("/sheets").status_code == 403
    assert clerk.client.get(f"/sheets/{DAY}.csv").status_code == 403
    clerk.token = token
    wish: dict[str, Any] = {
        "type": "SignSheet", "day": DAY, "counter": "c2", "who": "clerk", "clerk": "staff-17",
        "digest": mark(day, "c2"), "as_of": day.writer.state.position,
    }  # fmt: skip
    for changes, code in (
        ({}, "not_your_counter"),
        ({"clerk": "staff-16"}, "not_your_sheet"),
        ({"who": "leader", "clerk": None}, "not_your_role"),
        ({"type": "ReopenSheet", "reason": "试"}, "not_your_role"),
    ):
        body = {"id": f"command-{code}-{len(changes)}", "command": {**wish, **changes}}
        if changes.get("type"):
            body["command"] = {"type": "ReopenSheet", "day": DAY, "counter": "c1", "reason": "试"}
        answer = clerk.post("/api/commands", body)
        assert answer.json["code"] == code
        assert answer.status_code in (403, 409)
    assert stage(day, "c2") == "open"


def test_a_manager_signs_in_nobodys_stead_but_may_finish_a_sheet_alone_with_the_reason(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    manager = logged_in("manager")
    assert sends(manager, "sign").status_code == 409
    assert stage(day) == "open"
    assert sends(manager, "sign", note="该工作人员已离岗就医").status_code == 303
    assert stage(day) == "finished"
    assert "该工作人员已离岗就医" in text_of(manager, f"/sheets/{DAY}/c1")


def test_a_finished_sheet_is_opened_again_only_by_the_duty_leader_with_a_reason(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    sends(clerk, "sign")
    sends(manager, "sign", entries=False)
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    assert 'value="reopen"' not in page and 'value="save"' not in page
    page = text_of(manager, f"/sheets/{DAY}/c1")
    form = {name: hidden(page, name) for name in ("csrf", "form")} | {"do": "reopen"}
    assert manager.client.post(f"/sheets/{DAY}/c1", data=form | {"reason": " "}).status_code == 409
    assert manager.client.post(f"/sheets/{DAY}/c1", data=form | {"reason": "扫描份数填错"}).status_code == 303
    assert stage(day) == "void"
    assert "扫描份数填错" in text_of(clerk, f"/sheets/{DAY}/c1")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"item-scans": "-1"}, 400),
        ({"item-scans": "12345"}, 400),
        ({"item-scans": "３"}, 400),
        ({"item-desk": "maybe"}, 400),
        ({"items_version": "2"}, 400),
        ({"form": "made-up"}, 400),
        ({"remark": "很" * 201}, 400),
        ({"remark": "来访者电话 139 1234 5678"}, 409),
        ({"remark": "证件 11010519491231002X"}, 409),
        ({"item-desk": "no"}, 409),
        ({"item-complaints": "1"}, 409),
        ({"item-scans": ""}, 409),
    ],
)
def test_what_cannot_be_meant_signs_nothing(
    day: TownHub, logged_in: Callable[[str], Browser], changes: dict[str, str], status: int
) -> None:
    clerk = logged_in("clerk")
    assert sends(clerk, "sign", **changes).status_code == status
    assert stage(day) == "open"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "“扫描入系统份数”填得不对，没有保存：请填 0 到 9999 的整数"),
        ("en", "Papers scanned is not right, and nothing was saved: enter a whole number from 0 to 9999."),
    ],
)
def test_a_figure_that_is_none_is_named_with_what_to_enter_and_the_rest_stays_typed(
    day: TownHub, logged_in: Callable[[str], Browser], language: str, said: str
) -> None:
    clerk = logged_in("clerk")
    clerk.client.get(f"/login?lang={language}")
    page = sends(clerk, "save", **{"item-scans": "-3", "remark": "复印机卡纸"}).get_data(as_text=True)
    assert said in page
    assert 'value="-3"' in page and 'value="12"' in page and "复印机卡纸" in page


def test_who_writes_over_what_somebody_else_wrote_meanwhile_is_told(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    fields = FILLED | {name: hidden(page, name) for name in ("csrf", "form", "tag", "items_version", "seen")}
    assert sends(manager, "save", remark="已核对").status_code == 303
    answer = clerk.client.post(f"/sheets/{DAY}/c1", data=fields | {"entries": "1", "do": "save"})
    assert answer.status_code == 409
    assert day.writer.state.sheets[DAY]["c1"].remark == "已核对"


def test_what_no_button_asks_is_not_done(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    assert sends(logged_in("clerk"), "burn").status_code == 400
    assert stage(day) == "open"


def test_what_was_typed_is_still_there_after_a_refusal(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    page = sends(logged_in("clerk"), "save", remark="电话 139 1234 5678", **{"item-scans": "41"})
    text = page.get_data(as_text=True)
    assert 'value="41"' in text and "139 1234 5678" in text and "手机号码" in text


def test_nobody_reads_from_a_sheet_how_somebody_rated(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    tags = []
    for level in (None, Level.SATISFIED, Level.VERY_DISSATISFIED):
        day.done(c.OpenCounter(counter="c1", clerk="staff-16"))
        day.take_ticket("pension")
        visit = day.serve("c1", 3)
        before = text_of(manager, f"/sheets/{DAY}/c1")
        if level is not None:
            pressed = day.clock.now_ms()
            day.done(c.RecordEvaluation(
                evaluation=f"rating-{visit}", visit=visit, level=level, device="phone", pressed_at_ms=pressed
            ))  # fmt: skip
            tags.append(hidden(text_of(manager, f"/sheets/{DAY}/c1"), "tag") == hidden(before, "tag"))
        day.done(c.CloseCounter(counter="c1"))
    assert tags == [True, True], "what a form is sent with does not move with a rating either"
    for browser in (clerk, manager):
        for path in (f"/sheets/{DAY}/c1", f"/sheets/{DAY}/c1/print"):
            text = text_of(browser, path)
            assert "可评价 6；" in text and "已评" not in text, "one more now would be whoever has just left"
            assert "非常不满意" not in text and "评价不在签字范围内。 当天的评价尚未到齐。" in text
    assert "—/6" in text_of(manager, "/sheets")
    day.clock.advance(24 * 3600)
    for browser in (clerk, manager):
        browser.log_in("the-clerk" if browser is clerk else "the-manager", PASSWORD)
        for path in (f"/sheets/{DAY}/c1", f"/sheets/{DAY}/c1/print"):
            text = text_of(browser, path)
            assert "已评" not in text, "the hall's figures less these were those of the one visit at counter 2"
            assert "不满意 <b>" not in text
    assert "已评" not in text_of(manager, f"/sheets/{DAY}/c2"), "of one visit nothing is told"
    for path in (f"/sheets/{DAY}/c1", f"/sheets/{DAY}/c1/print", "/sheets", f"/sheets/{DAY}.csv"):
        text = text_of(manager, path)
        assert f"{DAY}-v" not in text, "no visit is named"
        assert not re.search(r"\bA00[0-9]\b", text), "and no ticket"


def test_levels_are_read_the_next_day_of_five_ratings(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    for level in (*[Level.SATISFIED] * 4, Level.DISSATISFIED):
        hub.take_ticket("pension")
        hub.serve("c1", 3, level)
    hub.done(c.CloseCounter(counter="c1"))
    hub.clock.advance(24 * 3600)
    browser.log_in("the-clerk")
    for path in (f"/sheets/{DAY}/c1", f"/sheets/{DAY}/c1/print"):
        assert "不满意 <b>1</b>" in text_of(browser, path)


def rows_of(browser: Browser) -> list[list[str]]:
    answer = browser.client.get(f"/sheets/{DAY}.csv")
    data = answer.get_data()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel reads Chinese by it"
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_spreadsheet_has_a_row_for_each_counter_each_pause_and_each_task(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    sends(logged_in("clerk"), "sign")
    rows = rows_of(logged_in("manager"))
    heads = [index for index, row in enumerate(rows) if row and row[0] == "窗口 Counter"]
    table = [dict(zip(rows[heads[0]], row, strict=True)) for row in rows[heads[0] + 1 : heads[1] - 1]]
    assert [row["窗口 Counter"] for row in table] == ["1", "2"]
    one = table[0]
    assert (one["工号 Staff"], one["办结服务次数 Served"], one["收集资料份数 Papers received"]) == ("016", "3", "12")
    assert one["暂停 超过 10 分钟 over 10 min"] == "1"
    assert one["全天 到岗提前分钟 On post min before"] == "0", "a session by its name, not by the hall file's key"
    assert (one["可评价 Rateable"], one["已评 Rated"], one["不满意 Dissatisfied"]) == ("3", "", ""), "three are too few"
    assert one["窗口人员签字 Clerk signed"].startswith("the-clerk (016) 2026-03-04")
    (pause,) = (dict(zip(rows[heads[1]], row, strict=True)) for row in rows[heads[1] + 1 : heads[2] - 1])
    assert (pause["原因 Reason"], pause["服务时间内秒数 Seconds in hours"]) == ("会议", "720")
    (task,) = (dict(zip(rows[heads[2]], row, strict=True)) for row in rows[heads[2] + 1 :])
    assert task["结果 Outcome"] == "已有人服务 served again"


def test_what_a_spreadsheet_would_take_for_a_formula_is_text(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    for evil in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "|cmd", "%0A"):
        assert safe_cell(evil).startswith("'"), evil
    assert safe_cell("身份证\r\n=1") == "身份证 =1", "no cell begins a line of its own"
    assert (safe_cell(-3), safe_cell("会议")) == (-3, "会议")
    sends(logged_in("clerk"), "save", remark='=HYPERLINK("http://x","y")')
    cells = [cell for row in rows_of(logged_in("manager")) for cell in row]
    assert '\'=HYPERLINK("http://x","y")' in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_the_next_morning_an_unfinished_sheet_is_the_duty_leaders_task(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    manager = logged_in("manager")
    sends(logged_in("clerk"), "sign")
    sends(manager, "sign", entries=False)
    day.done(c.CloseCounter(counter="c2"))
    day.done(c.CloseDay())
    day.clock.advance(86_400)
    day.done(c.OpenDay(day="2026-03-05"))
    manager.log_in("the-manager", PASSWORD)
    page = text_of(manager, "/sheets")
    assert 'id="left-over"' in page
    assert f'href="/sheets/{DAY}/c2"' in page and page.count("待办") == 1
    said = "2 号窗口 2026-03-04 的工作日报表未完成"
    assert said in text_of(manager, "/floor")
    assert said.replace("2 号", "1 号") not in text_of(manager, "/floor")
    assert f'href="/sheets?day={DAY}"' in text_of(manager, "/floor")
    assert sends(manager, "sign", "c2", note="临时顶替，已离岗").status_code == 303
    assert said not in text_of(manager, "/floor")
    assert 'id="left-over"' not in text_of(manager, "/sheets")


def test_unfinished_sheets_of_one_day_are_one_alert_however_many(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    day.done(c.CloseCounter(counter="c2"))
    day.done(c.CloseDay())
    day.clock.advance(86_400)
    day.done(c.OpenDay(day="2026-03-05"))
    manager = Browser(logged_in("manager").client)
    manager.log_in("the-manager", PASSWORD)
    found = [one for one in manager.client.get("/api/floor").get_json()["alerts"] if one["kind"] == "sheets"]
    assert [(one["subject"], one["zh"]) for one in found] == [(DAY, f"1、2 号窗口 {DAY} 的工作日报表未完成")]
    assert found[0]["en"] == f"The sheets of counters 1, 2 of {DAY} are unfinished."


@pytest.mark.parametrize(
    "changes",
    [{"item-desk": "maybe"}, {"items_version": "2"}, {"form": "made-up"}, {"remark": "很" * 201}],
)
def test_what_a_sheet_refuses_is_said_in_the_words_of_its_page(
    day: TownHub, logged_in: Callable[[str], Browser], changes: dict[str, str]
) -> None:
    answer = sends(logged_in("clerk"), "save", **changes)
    assert answer.status_code == 400
    said = re.search(r'role="alert" id="refused" tabindex="-1" autofocus>([^<]+)<', answer.get_data(as_text=True))
    assert said is not None
    assert ("情况说明" if "remark" in changes else "已过期") in said[1]
    assert not re.search(r"[a-z]", said[1]), "a field's name"


def test_the_console_leads_to_the_sheet(day: TownHub, logged_in: Callable[[str], Browser]) -> None:
    assert f'href="/sheets/{DAY}/c1"' in text_of(logged_in("clerk"), "/console/c1")


@pytest.mark.parametrize("path", ["/sheets", f"/sheets/{DAY}/c1", f"/sheets/{DAY}/print", f"/sheets/{DAY}.csv"])
def test_nobody_sees_a_sheet_without_an_account(day: TownHub, browser: Browser, path: str) -> None:
    assert browser.client.get(path).status_code == 302


@pytest.mark.parametrize(
    "path", ["/sheets?day=2026-03-09", "/sheets/2026-03-09/c1", f"/sheets/{DAY}/c99", "/sheets/x.csv"]
)
def test_what_is_not_on_record_is_not_found(day: TownHub, logged_in: Callable[[str], Browser], path: str) -> None:
    assert logged_in("manager").client.get(path).status_code == 404


@pytest.mark.parametrize("made_up", ["1:" + "0" * 64, "9:" + "0" * 64])
def test_nobody_signs_by_command_what_does_not_stand_there(
    day: TownHub, logged_in: Callable[[str], Browser], made_up: str
) -> None:
    """It would hold for the engine, which counts no figures, and be void or unproved for who reads it."""
    clerk = logged_in("clerk")
    assert sends(clerk, "save").status_code == 303
    clerk.token = hidden(text_of(clerk, f"/sheets/{DAY}/c1"), "csrf")
    wish: dict[str, Any] = {
        "type": "SignSheet", "day": DAY, "counter": "c1", "who": "clerk", "clerk": "staff-16",
        "digest": made_up, "as_of": day.writer.state.position,
    }  # fmt: skip
    refused = clerk.post("/api/commands", {"id": "command-0001", "command": wish})
    assert (refused.status_code, refused.json["code"], stage(day)) == (409, "figures_moved", "open")
    right = {"id": "command-0002", "command": wish | {"digest": mark(day, "c1")}}
    assert clerk.post("/api/commands", right).status_code == 200
    assert stage(day) == "clerk"


def test_nobody_learns_by_trying_signatures_how_or_when_somebody_rated(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    """A digest that covered hidden levels would be found by trying all, a position by halving."""
    clerk = logged_in("clerk")
    day.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    day.take_ticket("pension")
    visit = day.serve("c1", 3)
    day.done(c.CloseCounter(counter="c1"))
    assert sends(clerk, "save").status_code == 303
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    clerk.token = hidden(page, "csrf")
    assert mark(day, "c1") in page, "who signs by command has it from there"
    before = (mark(day, "c1"), hidden(page, "seen"), hidden(page, "tag"))
    day.done(c.RecordEvaluation(
        evaluation="rating-evening", visit=visit, level=Level.DISSATISFIED, device="phone",
        pressed_at_ms=day.clock.now_ms(),
    ))  # fmt: skip
    page = text_of(clerk, f"/sheets/{DAY}/c1")
    assert (mark(day, "c1"), hidden(page, "seen"), hidden(page, "tag")) == before

    def tried(number: int, digest: str, as_of: int) -> tuple[int, str]:
        wish = {"type": "SignSheet", "day": DAY, "counter": "c1", "who": "clerk", "clerk": "staff-16"}
        body = {"id": f"command-{number:04d}", "command": wish | {"digest": digest, "as_of": as_of}}
        answer = clerk.post("/api/commands", body)
        return answer.status_code, answer.json.get("code", "")

    position = day.writer.state.position
    assert tried(1, f"{before[0][:-1]}{'0' if before[0][-1] != '0' else '1'}", position) == (409, "figures_moved")
    fill = {
        "type": "FillSheet",
        "day": DAY,
        "counter": "c1",
        "clerk": "staff-16",
        "items_version": 1,
        "as_of": position,
    }
    assert clerk.post("/api/commands", {"id": "command-0008", "command": fill}).status_code == 400
    assert tried(9, before[0], 0) == (200, ""), "the position is the server's to say"
    assert stage(day) == "clerk"


def test_a_count_too_long_for_any_number_is_a_form_that_cannot_be_meant(
    day: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    answer = sends(clerk, "save", **{"item-scans": "0" * 6 + "9" * 5_000})
    assert answer.status_code == 400
    assert sends(clerk, "save", **{"item-scans": "00000099999"}).status_code == 400
