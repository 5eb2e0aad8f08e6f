"""The quality desk on pages: registered, led on, overdue in words, nothing of a person outside its own file."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from broker.collector.quality.case_words import CHANNELS, KINDS, STAGES, STEPS, VERDICTS
from broker.collector.quality.pages_cases import erase_texts
from broker.collector.safety.person_desk import erase, found_of
from broker.collector.web import Web
from broker.model import commands as c
from broker.model.blame_causes import DEGREES
from broker.model.case_life import LIVES
from broker.model.commands.cases import Channel
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from broker.oversight.case_stories import Story
from tests.collector.conftest import Browser
from tests.collector.town import SIGNS, TOWN, TownHub

TOLD = "柜员态度生硬，让我等了两个小时"
PHONE = "13800001234"


@pytest.fixture
def web(app: object) -> Web:
    return app.extensions["jiaohao"]  # type: ignore[attr-defined, no-any-return]


def text_of(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[-800:]
    return answer.get_data(as_text=True)


def form_of(page: str, step: str = "") -> dict[str, str]:
    """The hidden fields of the form of a step, or of the only form."""
    forms = [one for one in re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL) if "log-out" not in one]
    found = [one for one in forms if (f'name="step" value="{step}"' in one if step else 'name="id"' in one)]
    assert len(found) >= 1, step
    return dict(re.findall(r'name="(csrf|id|step|stage)" value="([^"]*)"', found[0]))


def registers(browser: Browser, kind: str, **typed: str) -> TestResponse:
    page = text_of(browser, f"/quality/new/{kind}")
    return browser.client.post(f"/quality/new/{kind}", data=form_of(page) | typed)


def complaint(browser: Browser, **typed: str) -> str:
    """Registered; the address of its page."""
    answer = registers(browser, "complaint", **({"channel": "phone", "note": TOLD, "phone": PHONE} | typed))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.location


def takes(browser: Browser, path: str, step: str, **typed: str) -> TestResponse:
    return browser.client.post(path, data=form_of(text_of(browser, path), step) | typed)


def rated_low(hub: TownHub, counter: str = "c1") -> None:
    hub.done(c.OpenCounter(counter=counter))
    hub.take_ticket("pension")
    hub.serve(counter, 3, Level.DISSATISFIED)


def later(hub: TownHub, hours: int) -> None:
    """Time passes at once, and then a minute of it as at the server."""
    hub.clock.advance(3600 * hours - 60)
    hub.pass_time(1)


def only_story(web: Web) -> Story:
    (story,) = web.reports.cases().stories.values()
    return story


def test_a_complaint_is_registered_assigned_answered_and_closed(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    quality, manager = logged_in("quality"), logged_in("manager")
    path = complaint(quality)
    page = text_of(manager, path)
    assert TOLD in page and PHONE in page and "T2026-0001" in page and "待批示" in page
    assert takes(manager, path, "assign", target="待遇科", note="请三日内核实").status_code == 302
    page = text_of(quality, path)
    assert "待答复" in page and "→ 待遇科" in page and "请三日内核实" in page
    assert takes(quality, path, "answer", verdict="founded", note="已致歉").status_code == 302
    page = text_of(quality, path)
    assert "已办结 · 属实" in page and "可提出异议到" in page
    assert [step.step for step in only_story(web).steps] == ["assign", "answer"]
    overview = text_of(quality, "/quality")
    assert "1 / 1" in overview and "100.0 %" in overview


def test_what_people_said_lies_in_its_own_file_alone(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    path = complaint(logged_in("quality"), name="王某")
    takes(logged_in("manager"), path, "assign", target="待遇科", note=f"回电 {PHONE}")
    others = [file for file in hub.path.parent.rglob("*") if file.is_file() and not file.name.startswith("quality.db")]
    written = b"".join(file.read_bytes() for file in others)
    assert b"T2026-0001" in written
    for said in (TOLD, PHONE, "王某"):
        assert said.encode() not in written
    web.accounts.audit.flush()
    rows = [f"{row.type} {row.object} {row.result}" for row in web.accounts.audit.rows(50)]
    assert any(row.startswith("case_read T2026-0001") for row in rows) and not any(PHONE in row for row in rows)
    assert any("command TakeStep" in row for row in rows)
    folder = web.accounts.folder
    assert {len(found) for found in found_of(folder, PHONE).values()} >= {2}
    assert erase(folder, PHONE)[0] == 2
    assert not any(found_of(folder, PHONE).values())


def test_texts_are_erased_when_their_time_is_over_and_not_before(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    path = complaint(logged_in("quality"))
    story = only_story(web)
    takes(logged_in("quality"), path, "not_ours")
    later(hub, hours=24 * 400)
    assert erase_texts(web) == 0, "an open case keeps its texts"
    takes(logged_in("quality"), path, "forward", target="市医保局")
    later(hub, hours=24 * 364)
    assert erase_texts(web) == 0
    later(hub, hours=24 * 2)
    assert erase_texts(web) == 2
    assert web.case_texts.of(story.case) == () and web.case_texts.person(story.case) is None


def test_what_was_typed_stays_when_it_is_refused(logged_in: Callable[[str], Browser], hub: TownHub) -> None:
    quality = logged_in("quality")
    answer = registers(quality, "complaint", channel="phone", note=TOLD, phone="没有电话")
    said = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "电话没有保存" in said and TOLD in said
    answer = registers(quality, "complaint", channel="", note=TOLD)
    assert answer.status_code == 409 and "请选择投诉渠道" in answer.get_data(as_text=True)
    long = registers(quality, "complaint", channel="box", note="长" * 1_501)
    assert long.status_code == 400 and "文字太长" in long.get_data(as_text=True)


def test_a_low_rating_is_listed_once_its_half_day_is_over_without_time_and_ticket(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    rated_low(hub)
    story = only_story(web)
    quality = logged_in("quality")
    assert "C2026-0001" not in text_of(quality, "/quality")
    text_of(quality, f"/quality/case/{story.case}", 404)
    later(hub, hours=12)
    quality = logged_in("quality")
    page = text_of(quality, f"/quality/case/{story.case}")
    assert "C2026-0001" in text_of(quality, "/quality") and "不满意" in page and "1 号窗口" in page
    assert "上午" in page or "下午" in page
    assert (
        (story.evaluation or "?") not in page
        and "A001" not in page
        and not re.search(r"\b\d\d:\d\d\b", page.split("<main")[1])
    )


def test_whom_it_is_about_sees_a_stage_and_may_object_and_nothing_else(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    rated_low(hub)
    story = only_story(web)
    assert story.clerk == "staff-16"
    path = f"/quality/case/{story.case}"
    later(hub, hours=24)
    clerk, quality, manager = logged_in("clerk"), logged_in("quality"), logged_in("manager")
    assert "C2026-0001" not in text_of(clerk, "/quality/mine"), "nobody has looked into it yet"
    takes(quality, path, "verify", verdict="founded", note="录像显示离岗接电话")
    mine = text_of(clerk, "/quality/mine")
    assert "C2026-0001" in mine and "离岗" not in mine and "号窗口" not in mine and "不满意" not in mine
    text_of(clerk, path, 404)
    assert clerk.client.post(path, data=form_of(mine, "appeal")).status_code == 404
    sent = clerk.client.post(f"/quality/mine/{story.case}", data=form_of(mine, "appeal") | {"reason": "当时系统故障"})
    assert sent.status_code == 302
    assert only_story(web).stage == "review"
    page = text_of(quality, path)
    assert 'name="step" value="review"' not in page, "who looked into it does not hear the objection"
    assert takes(manager, path, "review", verdict="mistaken", reason="核实为误按").status_code == 302
    assert only_story(web).result == "mistaken"


def test_a_promise_is_accepted_at_a_counter_paused_and_finished_and_late_in_words(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    clerk = logged_in("clerk")
    answer = registers(clerk, "promise", service="medical", counter="c1", clerk="staff-16", name="李某", phone=PHONE)
    path = answer.location
    assert "李某" in text_of(clerk, path)
    assert takes(clerk, path, "pause", reason="缺单位证明").status_code == 302
    assert "待补材料" in text_of(clerk, path)
    takes(clerk, path, "resume")
    later(hub, hours=24 * 6)
    clerk = logged_in("clerk")
    assert "黄牌：超期" in text_of(clerk, path)
    later(hub, hours=24 * 4)
    clerk = logged_in("clerk")
    assert "红牌：超期" in text_of(logged_in("quality"), "/quality")
    blame = next(one for one in web.reports.cases().stories.values() if one.kind == "blame")
    assert blame.number in text_of(clerk, "/quality/mine")
    manager = logged_in("manager")
    decided = takes(manager, f"/quality/case/{blame.case}", "decide", verdict="light", reason="未及时转办")
    assert decided.status_code == 302
    text_of(clerk, f"/quality/case/{blame.case}", 404)
    takes(clerk, path, "finish")
    assert "0.0 %" in text_of(manager, "/quality") and "未达标" in text_of(manager, "/quality")


def test_what_was_not_accepted_has_a_notice_with_its_reason_and_nobodys_name(
    logged_in: Callable[[str], Browser], hub: TownHub
) -> None:
    clerk = logged_in("clerk")
    path = registers(clerk, "promise", service="medical", clerk="staff-16", name="李某", phone=PHONE).location
    text_of(clerk, f"{path}/notice", 404)
    assert "/notice" not in text_of(clerk, path)
    takes(clerk, path, "refuse", reason="参保地不在本市", note="已口头说明")
    assert f'href="{path}/notice"' in text_of(clerk, path)
    for language in ("zh", "en"):
        notice = text_of(clerk, f"{path}/notice?lang={language}")
        for said in (
            *(
                "不予受理告知书",
                "滨江区人力资源社会保障服务大厅",
                "X2026-0001",
                "医疗保险",
                "Medical insurance",
                "2026年3月4日",
            ),
            *("参保地不在本市", "行政复议", "reconsideration", "0432-12333"),
        ):
            assert said in notice, said
        for hidden in ("李某", PHONE, "已口头说明", "staff-16"):
            assert hidden not in notice, hidden
    finished = registers(clerk, "promise", service="medical").location
    takes(clerk, finished, "finish")
    text_of(clerk, f"{finished}/notice", 404)


def test_a_question_is_taken_down_at_the_counter_answered_by_its_owner_and_told(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    clerk, quality = logged_in("clerk"), logged_in("quality")
    hub.done(c.OpenCounter(counter="c1"))
    assert 'href="/quality/new/question?counter=c1"' in text_of(clerk, "/console/c1")
    wrong = registers(clerk, "question", owner="nobody-here", note=TOLD)
    assert wrong.status_code == 400
    sent = registers(
        clerk, "question", owner="the-quality", counter="c1", note="转移接续能否跨省代办", name="李某", phone=PHONE
    )
    assert sent.status_code == 302
    page = text_of(quality, sent.location)
    assert "Z2026-0001" in page and "待答复" in page and "the-quality" in page and PHONE in page and "跨省代办" in page
    assert takes(quality, sent.location, "answer", note="可以，凭授权书").status_code == 302
    page = text_of(clerk, sent.location)
    assert "待告知" in page and "可以，凭授权书" in page
    assert "Z2026-0001" in text_of(clerk, "/quality/questions")
    assert takes(clerk, sent.location, "tell", verdict="told").status_code == 302
    assert only_story(web).result == "told" and "已办结 · 已告知" in text_of(clerk, sent.location)
    assert "100.0 %" in text_of(quality, "/quality")
    later(hub, hours=24 * 366)
    assert erase_texts(web) == 3 and web.case_texts.person(only_story(web).case) is None


def test_the_leader_holds_to_account_for_a_founded_complaint_and_the_clerk_learns_no_complainant(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    quality, manager = logged_in("quality"), logged_in("manager")
    path = complaint(quality, name="王某", clerk="staff-16", counter="c1")
    door = 'href="/quality/new/blame?of='
    takes(manager, path, "assign", target="待遇科")
    assert door not in text_of(manager, path), "not founded yet"
    takes(quality, path, "answer", verdict="founded")
    assert door not in text_of(quality, path), "the leader's alone"
    assert quality.client.get("/quality/new/blame").status_code == 403
    found = re.search(door.replace("?", r"\?") + '([^"]+)"', text_of(manager, path))
    assert found is not None
    form = text_of(manager, f"/quality/new/blame?of={found[1]}")
    assert re.findall(r'<option value="([^"]+)" selected>', form) == ["c1", "staff-16"]
    fields = form_of(form) | {"of": found[1], "cause": "first_asked", "clerk": "staff-16", "reason": "推给别的窗口"}
    sent = manager.client.post("/quality/new/blame", data=fields)
    assert sent.status_code == 302, sent.get_data(as_text=True)
    record = text_of(manager, sent.location)
    assert "W2026-0001" in record and "首问责任未落实" in record and "推给别的窗口" in record and "T2026-0001" in record
    assert "W2026-0001 · 首问责任未落实" in text_of(manager, path)
    again = manager.client.post(
        "/quality/new/blame", data=fields | {"id": form_of(text_of(manager, path), "reopen")["id"]}
    )
    assert again.status_code == 409 and "已有同一事由的问责记录" in again.get_data(as_text=True)
    clerk = logged_in("clerk")
    assert "W2026-0001" not in text_of(clerk, "/quality/mine"), "not on the same day"
    later(hub, hours=24)
    clerk, manager = logged_in("clerk"), logged_in("manager")
    text_of(clerk, sent.location, 404)
    takes(manager, sent.location, "decide", verdict="medium", reason="推诿造成往返")
    mine = text_of(clerk, "/quality/mine")
    assert "W2026-0001" in mine and "首问责任未落实" in mine and "中度" in mine
    for hidden in ("T2026-0001", "王某", PHONE, TOLD, "推给别的窗口"):
        assert hidden not in mine
    objection = form_of(mine, "appeal") | {"reason": "当时已引导"}
    blame = sent.location.rsplit("/", 1)[1]
    assert clerk.client.post(f"/quality/mine/{blame}", data=objection).status_code == 302
    assert web.reports.cases().stories[blame].stage == "review"
    assert "首问责任未落实 1" in text_of(manager, "/quality")


def test_no_record_comes_from_a_case_that_one_may_not_account_for(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    complaint(logged_in("quality"))
    manager, story = logged_in("manager"), only_story(web)
    fields = form_of(text_of(manager, "/quality/new/blame")) | {"cause": "loss", "reason": "经核实"}
    for of, status in ((story.case, 404), ("T2099-0001", 404), ("../../etc", 404), ("<b>", 404)):
        assert manager.client.post("/quality/new/blame", data=fields | {"of": of}).status_code == status, of
    for wrong in ({"cause": "overdue"}, {"cause": "greed"}):
        assert manager.client.post("/quality/new/blame", data=fields | wrong).status_code == 400
    assert manager.client.get(f"/quality/new/blame?of={story.case}").status_code == 404
    assert len(web.reports.cases().stories) == 1


@pytest.mark.parametrize("role", ["clerk", "guide", "auditor", "admin"])
def test_only_who_follows_up_sees_the_desk(role: str, logged_in: Callable[[str], Browser], hub: TownHub) -> None:
    path = complaint(logged_in("quality"))
    browser = logged_in(role)
    for page in ("/quality", "/quality/complaints", "/quality/new/complaint"):
        assert browser.client.get(page).status_code == 403, page
    assert browser.client.get(path).status_code in (403, 404)


def test_a_form_of_another_site_and_a_step_that_is_not_there_change_nothing(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    quality = logged_in("quality")
    path = complaint(quality)
    fields = form_of(text_of(quality, path), "not_ours")
    assert quality.client.post(path, data=fields | {"csrf": "x"}).status_code == 403
    assert quality.client.post(path, data=fields | {"step": "assign", "target": "x"}).status_code == 404, "a leader's"
    for wrong in (
        {"step": "drop table"},
        {"step": ""},
        {"stage": "?"},
        {"id": "x"},
        {"days": "-1"},
        {"verdict": "<b>"},
    ):
        assert quality.client.post(path, data=fields | wrong).status_code in (400, 404), wrong
    assert quality.client.post(path, data=fields | {"stage": "answer"}).status_code == 409
    assert only_story(web).steps == []


def test_the_same_form_sent_twice_is_one_step(logged_in: Callable[[str], Browser], hub: TownHub, web: Web) -> None:
    quality = logged_in("quality")
    page = text_of(quality, "/quality/new/complaint")
    fields = form_of(page) | {"channel": "box", "note": TOLD}
    places = {quality.client.post("/quality/new/complaint", data=fields).location for _ in range(2)}
    assert len(places) == 1 and len(web.reports.cases().stories) == 1
    assert [text.note for text in web.case_texts.of(only_story(web).case)] == [TOLD]


def test_a_hall_that_keeps_no_cases_has_no_such_pages(logged_in: Callable[[str], Browser], web: Web) -> None:
    object.__setattr__(web, "hall", parse_hall(TOWN + SIGNS))
    quality = logged_in("quality")
    for page in ("/quality", "/quality/complaints", "/quality/mine", "/quality/new/complaint"):
        assert quality.client.get(page).status_code == 404


def test_every_kind_stage_step_and_verdict_has_words() -> None:
    for kind, life in LIVES.items():
        assert kind in KINDS and set(life.stages) <= set(STAGES) and set(life.steps) <= set(STEPS)
        assert {verdict for step in life.steps.values() for verdict in step.to if verdict} <= set(VERDICTS)
    assert set(DEGREES) == set(LIVES["blame"].steps["decide"].to) - {"none"}
    assert set(CHANNELS) == set(Channel.__args__)  # type: ignore[attr-defined]


def test_who_runs_the_floor_is_reminded_of_what_is_overdue_and_told_nothing_of_it(
    logged_in: Callable[[str], Browser], hub: TownHub
) -> None:
    """Registered on a Monday, due in seven working days, over in fifteen at the latest."""
    complaint(logged_in("quality"))
    assert "quality desk" not in text_of(logged_in("manager"), "/floor?lang=en")
    later(hub, 24 * 10)
    page = text_of(logged_in("manager"), "/floor?lang=en")
    assert "1 case of the quality desk is overdue" in page and 'href="/quality"' in page
    assert "T2026" not in page and TOLD not in page
    assert "质量督办：1 件超过环节期限" in text_of(logged_in("manager"), "/floor?lang=zh")


def test_a_clerk_accepts_what_is_before_him_with_service_and_counter_filled_in(
    logged_in: Callable[[str], Browser], hub: TownHub
) -> None:
    clerk = logged_in("clerk")
    hub.done(c.OpenCounter(counter="c3"))
    hub.done(c.OpenCounter(counter="c1"))
    for service, counter in (("medical", "c3"), ("pension", "c1")):
        hub.take_ticket(service)
        hub.done(c.CallNext(counter=counter))
    assert "its time limit begins" not in text_of(clerk, "/console/c1?lang=en"), "nothing is promised of a pension"
    console = text_of(clerk, "/console/c3?lang=en")
    found = re.search(r'href="(/quality/new/promise[^"]*)">Accept it', console)
    assert found is not None
    page = text_of(clerk, found[1].replace("&amp;", "&"))
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["medical", "c3", "staff-16"]
    nonsense = text_of(clerk, "/quality/new/promise?service=%3Cscript%3E&counter=c99")
    assert "script&gt;" not in nonsense and not re.search(r'<option value="c99"', nonsense)
