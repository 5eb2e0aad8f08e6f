"""Consoles, the manager's day, screens, the virtual hall: what is on them and what their buttons do."""

import json
import re
from collections.abc import Callable
from html import unescape

import msgspec
import pytest

from broker.collector.answers import CommandBody
from broker.collector.floor.attention import attention
from broker.collector.floor.attention_words import FAULTS, fault_words
from broker.collector.heard.glance import device_names
from broker.contract.codec import encode
from broker.contract.envelope import Panel, PanelPart
from broker.model import commands as c
from broker.model.words import LEVEL_NAMES, Holding, Level, Names
from broker.store.disclosure import half_day
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.halls import DAY

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def people(hub: TownHub) -> None:
    for counter in ("c1", "c2", "c3"):
        hub.done(c.OpenCounter(counter=counter))
    for service in ("pension", "pension", "medical", "pension"):
        hub.take_ticket(service)
    for name in device_names(hub.hall):
        hub.device(name)


def text_of(browser: Browser, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def buttons(page: str) -> list[dict[str, object]]:
    """Every command that a button of the page would send."""
    found = []
    for text in re.findall(r"<button[^>]*data-command='([^']*)'[^>]*>", page):
        said = json.loads(unescape(text))
        found += said if isinstance(said, list) else [said]
    return found


def enabled(page: str) -> set[str]:
    """The keys of a console that can be pressed."""
    keys = re.findall(r'<button[^>]*data-key="(\w)"[^>]*>', page)
    off = re.findall(r'<button[^>]*data-key="(\w)"[^>]* disabled>', page)
    return set(keys) - set(off)


def test_a_console_offers_exactly_what_makes_sense_now(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    assert enabled(text_of(clerk, "/console/c1")) == set("ncdpx")
    hub.done(c.CallNext(counter="c1"))
    assert enabled(text_of(clerk, "/console/c1")) == set("sfegrmhtpz")
    offered = {"what": "TicketCalled", "until_ms": hub.clock.now_ms() + 10_000}
    assert {"type": "UndoLast", "counter": "c1", **offered} in buttons(text_of(clerk, "/console/c1"))
    assert "撤销：呼叫 A001" in text_of(clerk, "/console/c1")
    hub.done(c.StartService(counter="c1"))
    assert enabled(text_of(clerk, "/console/c1")) == set("nfeghtpz")
    hub.done(c.FinishService(counter="c1"))
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    page = text_of(clerk, "/console/c1")
    assert "b" in enabled(page) and "n" not in enabled(page) and "会议" in page
    assert enabled(text_of(clerk, "/console/c5")) == {"o", "l"}


def test_after_the_last_recall_the_no_show_key_lights_and_the_recall_key_is_dark(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    hub.done(c.CallNext(counter="c1"))
    for _ in range(hub.hall.rules.recall_most):
        assert "r" in enabled(text_of(clerk, "/console/c1"))
        hub.clock.advance(hub.hall.rules.recall_gap_s)
        hub.done(c.Recall(counter="c1"))
    page = text_of(clerk, "/console/c1")
    assert "r" not in enabled(page)
    assert re.search(r'class="button go[^"]*" id="key-m"', page)


@pytest.mark.parametrize("path", ["/console/c1", "/console/c5", "/console/c2", "/floor"])
def test_every_button_sends_a_command_that_the_api_takes(
    hub: TownHub, logged_in: Callable[[str], Browser], path: str
) -> None:
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.MarkNoShow(counter="c1"))
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.PauseCounter(counter="c2", reason="会议"))
    hub.done(c.PostNotice(notice="desk", zh="通知"))
    hub.done(c.PauseIssuing(service="injury", reason="维护"))
    found = buttons(text_of(logged_in("manager"), path))
    assert found
    for command in found:
        msgspec.convert({"id": "web-00000001", "command": command}, CommandBody)


@pytest.mark.parametrize("path", ["/console/c1", "/floor"])
def test_every_form_field_is_a_field_of_its_command(logged_in: Callable[[str], Browser], path: str) -> None:
    page = text_of(logged_in("manager"), path)
    forms = re.findall(r'<form data-command="(\w+)"(.*?)</form>', page, flags=re.S)
    assert forms
    for name, body in forms:
        fields = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"(?![^>]*data-skip)', body)) - {"usual"}
        assert fields <= set(getattr(c, name).__struct_fields__), name


def test_a_whole_visit_can_be_done_from_the_web_console(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")

    def press(click: int, **command: object) -> dict[str, object]:
        presser = clerk if command["counter"] == "c1" else manager
        answer = presser.post("/api/commands", {"id": f"web-press-{click:04d}", "command": command})
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()["result"]

    assert press(1, type="CallNext", counter="c1")["number"] == "A001"
    assert press(1, type="CallNext", counter="c1")["number"] == "A001", "the same click twice is one call"
    press(2, type="StartService", counter="c1")
    press(3, type="TransferTicket", counter="c1", to_service="medical", note="需要医保窗口")
    assert press(4, type="CallNumber", counter="c3", number="A001", reason="转来")["number"] == "A001"
    assert "需要医保窗口" in text_of(clerk, "/console/c3")
    press(5, type="FinishService", counter="c3")
    press(6, type="PauseCounter", counter="c3", reason="吃饭", contact="咨询台", phone="0432-8017", return_in_min=15)
    assert "吃饭" in text_of(clerk, "/")
    assert {by for _, by in hub.submitted} == {"the-clerk", "the-manager"}


def test_a_press_that_makes_no_sense_is_told_in_words(logged_in: Callable[[str], Browser]) -> None:
    body = {"id": "web-press-0001", "command": {"type": "Recall", "counter": "c1"}}
    answer = logged_in("clerk").post("/api/commands", body)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "nobody_at_counter")
    assert "请先" in answer.get_json()["zh"] or "没有号票" in answer.get_json()["zh"]


def test_a_note_with_somebodys_number_is_refused_in_words_and_not_repeated(logged_in: Callable[[str], Browser]) -> None:
    command = {"type": "HoldTicket", "counter": "c1", "note": "打电话 139 1234 5678"}
    answer = logged_in("clerk").post("/api/commands", {"id": "web-press-0001", "command": command})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "personal_number_typed")
    assert "请删去" in answer.get_json()["zh"]
    assert "1234" not in answer.get_data(as_text=True)


def test_the_managers_day_shows_counters_queues_figures_and_trouble(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.serve("c1", level=Level.DISSATISFIED)
    hub.done(c.PauseCounter(counter="c2", reason="会议"))
    hub.device("kiosk-2", parts={"printer": "paper_out", "screen": "ok"})
    hub.pass_time(11)
    for name in device_names(hub.hall):
        if name != "sign-6":
            hub.device(name, parts={"printer": "paper_out"} if name == "kiosk-2" else {})
    hub.show()
    page = text_of(logged_in("manager"), "/floor")
    assert "二号取号机：打印机缺纸" in page
    assert "6 号窗口屏 离线" in page
    assert "2 号窗口已暂停 11 分钟，请安排顶岗" in page
    page = text_of(logged_in("manager"), "/today")
    assert "0.0%" not in page and "今日评价次日列出" in page, "of one visit nobody reads how it was rated"
    assert "满意率 =" in page
    for by in ("clerk", "service", "hour"):
        assert 'aria-current="true"' in text_of(logged_in("manager"), f"/today?by={by}")


def test_the_managers_day_works_without_a_journal(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    for path in hub.path.parent.glob("hall.db*"):
        path.unlink()
    page = text_of(logged_in("manager"), "/today")
    assert "统计暂时无法读取" in page and "A00" not in page
    assert logged_in("manager").client.get("/api/statistics").get_json()["code"] == "reports_unavailable"


def test_figures_can_be_taken_to_a_spreadsheet(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    hub.serve("c1", level=Level.SATISFIED)
    answer = logged_in("manager").client.get("/api/statistics?by=service&format=csv")
    assert answer.mimetype == "text/csv"
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    head, pension = lines[1].split(","), next(line for line in lines if line.startswith("养老保险")).split(",")
    assert dict(zip(head, pension, strict=True))["served"] == "1"
    assert any(line.startswith("satisfaction,") for line in lines)


@pytest.mark.parametrize("query", ["by=name", "day=yesterday", "day=2026-13-01"])
def test_nonsense_questions_about_figures_are_refused(logged_in: Callable[[str], Browser], query: str) -> None:
    assert logged_in("manager").client.get(f"/api/statistics?{query}").status_code == 400


def test_a_day_is_opened_with_the_calendars_own_hours(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    hub.clock.advance(24 * 3600)
    hub.show()
    body = {"id": "web-press-0001", "command": {"type": "OpenDay", "day": "2026-03-05", "sessions": []}}
    assert logged_in("manager").post("/api/commands", body).status_code == 200
    assert [session.name for session in hub.writer.state.sessions] == ["day"]


# -- attention ------------------------------------------------


def test_a_hall_in_order_asks_for_no_attention(hub: TownHub) -> None:
    assert attention(hub.hall, hub.live, hub.clock.now_ms()) == ()


def test_a_silent_engine_a_full_outbox_and_a_wrong_clock_are_told(hub: TownHub) -> None:
    hub.device("kiosk-1", outbox_length=25, outbox_age_ms=70_000, clock_offset_ms=-5000)
    said = [one.en for one in attention(hub.hall, hub.live, hub.clock.now_ms())]
    assert said == [
        "Kiosk 1 has 25 messages unanswered, the oldest for 70 s.",
        "The clock of Kiosk 1 is off by -5 s.",
    ]
    hub.clock.advance(16)
    found = attention(hub.hall, hub.live, hub.clock.now_ms())
    assert found[0].subject == "engine" and found[0].level == "alarm"


def test_the_floor_shows_how_much_each_device_could_not_tell_yet_and_since_when(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.device("kiosk-1", outbox_length=3, outbox_age_ms=9_500)
    page = text_of(logged_in("manager"), "/floor")
    assert "待发 3，最早 9 秒" in page


def test_no_page_tells_of_a_rating_that_a_caller_could_not_send_yet(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    """Who watched it come would know that the visit just served was rated."""
    caller = next(iter(hub.hall.callers))
    browser, seen = logged_in("manager"), set()
    for waiting in (0, 1, 19):
        hub.device(
            caller,
            outbox_length=waiting,
            outbox_age_ms=waiting * 4_000,
            parts={"ratings": f"waiting:{waiting}"} if waiting else {},
        )
        device = next(one for one in browser.get("/api/devices").json["devices"] if one["device"] == caller)
        seen.add((device["outbox_length"], device["outbox_age_ms"], *device["parts"].items()))
        assert attention(hub.hall, hub.live, hub.clock.now_ms()) == ()
        assert "待发" not in text_of(browser, "/floor")
    assert seen == {(0, 0)}


def test_ratings_of_an_earlier_half_day_and_a_score_of_unsent_things_are_told(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    caller = next(iter(hub.hall.callers))
    name = hub.hall.callers[caller].names.en
    since_ms = half_day(hub.hall, hub.clock.now_ms())[0]
    age_ms = hub.clock.now_ms() - since_ms
    hub.device(caller, outbox_length=3, outbox_age_ms=age_ms + 7_200_000)
    said = [one.en for one in attention(hub.hall, hub.live, hub.clock.now_ms())]
    assert said == [f"{name} has 1 message unanswered, the oldest for {age_ms // 1000} s."]
    hub.device(caller, outbox_length=39, outbox_age_ms=60_000, parts={"ratings": "refused:2"})
    said = [one.en for one in attention(hub.hall, hub.live, hub.clock.now_ms())]
    assert said[1:] == [f"{name} has 20 messages unanswered."] and "refused" in said[0]
    assert "待发 20<" in logged_in("manager").get("/floor").get_data(as_text=True)


def test_a_pause_warns_at_eight_minutes_and_calls_for_a_substitute_over_ten(hub: TownHub) -> None:
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    levels = []
    for _ in range(12):
        found = [a for a in attention(hub.hall, hub.live, hub.clock.now_ms()) if a.subject == "c1"]
        levels.append(found[0].level if found else "")
        hub.pass_time(1)
    assert levels == [""] * 8 + ["warning"] * 3 + ["alarm"]


def test_the_duty_leader_sends_a_substitute_from_the_floor(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    number = hub.take_ticket("pension")
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.done(c.CloseCounter(counter="c2"))
    hub.pass_time(11)
    page = text_of(logged_in("manager"), "/floor")
    assert "1 号窗口已暂停 11 分钟，请安排顶岗" in page
    assert f"、{number}，现无人办理" in page
    assert "只有" not in page, "of two counters that could serve somebody, neither is the only one"
    manager, clerk = logged_in("manager"), logged_in("clerk")
    wish = {"type": "AppointSubstitute", "counter": "c1", "clerk": "staff-17"}
    assert clerk.post("/api/commands", {"id": "web-duty-0001", "command": wish}).status_code == 403
    assert manager.post("/api/commands", {"id": "web-duty-0002", "command": wish}).status_code == 200
    assert "已安排工号 017 顶岗，尚未到位" in text_of(manager, "/floor")
    hub.pass_time(5)
    assert "已记为空窗" in text_of(manager, "/floor")


def test_nobody_says_of_another_that_he_is_there(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    hub.done(c.CloseCounter(counter="c2"))
    for number, role in enumerate(("clerk", "manager")):
        wish = {"type": "LogIn", "counter": "c2", "clerk": "staff-17"}
        answer = logged_in(role).post("/api/commands", {"id": f"web-log-in-{number}", "command": wish})
        assert answer.status_code == 403, role


def test_people_waiting_for_a_service_nobody_serves_are_an_alarm(hub: TownHub) -> None:
    hub.take_ticket("card")
    for counter in ("c1", "c2"):
        hub.done(c.CloseCounter(counter=counter))
    found = {one.subject: one.level for one in attention(hub.hall, hub.live, hub.clock.now_ms())}
    assert found["card"] == "alarm" and found["pension"] == "alarm"


def test_a_number_on_two_papers_is_an_alarm_by_the_engines_own_word(hub: TownHub) -> None:
    for ticket in ("ticket-0001", "ticket-0002"):
        report = c.ReportTicket(
            ticket=ticket, service="pension", number="A800", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
        )
        hub.send(report, "kiosk-1")
    found = {one.subject: one for one in attention(hub.hall, hub.live, hub.clock.now_ms())}
    assert found["A800"].level == "alarm"
    assert found["A800"].en == "Number A800 is on two tickets: staff must help the holders."


def test_a_number_that_the_engine_never_gave_is_told_to_staff(hub: TownHub) -> None:
    report = c.ReportTicket(
        ticket="ticket-0001", service="pension", number="A700", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
    )
    hub.send(report, "kiosk-1")
    found = {one.subject: one for one in attention(hub.hall, hub.live, hub.clock.now_ms())}
    assert found["A700"].level == "warning"
    assert "never gave" in found["A700"].en and "没有发出过" in found["A700"].zh


def test_a_full_disk_is_told_with_what_to_do(hub: TownHub) -> None:
    hub.device("kiosk-2", parts={"disk": "full"})
    found = {one.subject: one for one in attention(hub.hall, hub.live, hub.clock.now_ms())}
    assert "磁盘已满" in found["kiosk-2"].zh and "腾出空间" in found["kiosk-2"].zh
    assert "disk is full" in found["kiosk-2"].en and "Remove what is not needed" in found["kiosk-2"].en


def test_a_device_is_offline_or_not_online_yet_in_the_same_words_everywhere(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.live._devices.pop("kiosk-2")
    hub.device("sign-6", online=False)
    hub.show()
    found = {one.subject: one for one in attention(hub.hall, hub.live, hub.clock.now_ms())}
    assert "尚未上线" in found["kiosk-2"].zh and "is not online yet" in found["kiosk-2"].en
    assert "离线" in found["sign-6"].zh and "is offline" in found["sign-6"].en
    page = text_of(logged_in("manager"), "/floor")
    for word in (">尚未上线<", ">离线<", ">在线<"):
        assert word in page


def test_states_that_are_fine_are_not_faults() -> None:
    for fine in ("ok", "online", "idle", "open", "off", "second"):
        assert fault_words(fine) is None
    for bad in FAULTS:
        assert fault_words(bad) is not None


# -- screens and the virtual hall ------------------------------------------------


def test_looking_at_a_screen_asks_its_device_and_a_new_picture_is_sent_once(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    clerk = logged_in("clerk")
    assert clerk.client.get("/api/pictures/board-1/screen").status_code == 204
    assert hub.asked == ["board-1"]
    hub.publish("device/board-1/picture/screen", PNG + b"1")
    first = clerk.client.get("/api/pictures/board-1/screen")
    assert (first.mimetype, first.get_data()) == ("image/png", PNG + b"1")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert clerk.client.get("/api/pictures/board-1/screen", headers=tag).status_code == 304
    hub.publish("device/board-1/picture/screen", PNG + b"2")
    assert clerk.client.get("/api/pictures/board-1/screen", headers=tag).get_data() == PNG + b"2"
    assert clerk.client.get("/api/pictures/nobody/screen").status_code == 404


def test_the_screens_page_has_every_screen_of_the_hall(hub: TownHub, logged_in: Callable[[str], Browser]) -> None:
    page = text_of(logged_in("clerk"), "/screens")
    wanted = {f"{name}/screen" for name in (*hub.hall.kiosks, *hub.hall.displays, *hub.hall.signs)}
    assert set(re.findall(r'data-picture="([^"]+)"', page)) == wanted


def test_the_virtual_hall_shows_lamps_keys_and_digits_as_the_devices_tell_them(hub: TownHub, browser: Browser) -> None:
    terminal = PanelPart(
        part="console-1",
        kind="terminal",
        counter="c1",
        keys=("1", "call"),
        labels=(Names("1", "1"), Names("呼叫", "Call")),
        digits=" 3 A001",
    )
    evaluator = PanelPart(
        part="keypad-1",
        kind="evaluator",
        counter="c1",
        keys=("1",),
        labels=(LEVEL_NAMES[Level.VERY_SATISFIED],),
        lamps=("asking",),
    )
    printer = PanelPart(
        part="printer",
        kind="printer",
        keys=("paper_out",),
        labels=(Names("缺纸", "out of paper"),),
        state="cover+near_end",
    )
    button = PanelPart(
        part="take", kind="button", keys=("take",), labels=(Names("养老保险", "Pension"),), lamps=("take",)
    )
    strips = (
        PanelPart(part="strip-1", kind="strip", counter="c1", digits="请A001号", state="ok"),
        PanelPart(part="lobby", kind="strip", digits="请A001号到1号窗口", state="line_down"),
    )
    hub.publish("device/desk-1/panel", encode(Panel(device="desk-1", parts=(terminal, evaluator, *strips))))
    reader = PanelPart(part="reader", kind="reader", keys=("elder",), labels=(Names("放证件", "lay a card"),))
    scanner = PanelPart(part="scanner", kind="scanner", state="ok")
    hub.publish("device/kiosk-1/panel", encode(Panel(device="kiosk-1", parts=(printer, reader, scanner, button))))
    page = text_of(browser, "/virtual")
    assert "开盖、纸将尽" in page
    assert " 3 A001" in page and "evaluator asking" in page and "请您评价" in page
    lobby, counters = page.split('id="z-counters"')
    assert 'class="strip"' in counters and "请A001号<" in counters
    assert 'class="strip wide off"' in lobby and "请A001号到1号窗口<" in lobby
    keys = [json.loads(unescape(text)) for text in re.findall(r"data-input='([^']+)'", page)]
    assert {"device": "desk-1", "part": "console-1", "kind": "key", "key": "call"} in keys
    assert {"device": "kiosk-1", "part": "printer", "kind": "fault", "key": "paper_out"} in keys
    assert {"device": "kiosk-1", "part": "take", "kind": "key", "key": "take"} in keys
    assert {"device": "kiosk-1", "part": "reader", "kind": "key", "key": "elder"} in keys
    (scan,) = (json.loads(unescape(text)) for text in re.findall(r"data-scan='([^']+)'", page))
    assert scan == {"device": "kiosk-1", "part": "scanner", "kind": "key"}
    browser.read_token("/virtual")
    assert browser.post("/api/virtual/inputs", {**scan, "key": "https://hall.example/t/" + "8" * 60}).status_code == 202
    english = text_of(browser, "/virtual?lang=en")
    assert "Very satisfied" in english and "cover open, paper nearly out" in english and "Pension" in english


def test_a_click_on_a_virtual_screen_is_a_touch_of_its_device(hub: TownHub, browser: Browser) -> None:
    browser.read_token("/virtual")
    touch = {"device": "kiosk-1", "part": "screen", "kind": "touch", "x": 540, "y": 1200}
    assert browser.post("/api/virtual/inputs", touch).status_code == 202
    device, heard = hub.pressed[0]
    assert (device, heard.part, heard.x, heard.y) == ("kiosk-1", "screen", 540, 1200)
    for wrong in ({**touch, "device": "board-1"}, {**touch, "device": "nobody"}):
        assert browser.post("/api/virtual/inputs", wrong).status_code == 404
    for wrong in ({**touch, "x": -1}, {**touch, "kind": "hit"}, {**touch, "more": 1}):
        assert browser.post("/api/virtual/inputs", wrong).status_code == 400
    hub.silent = True
    assert browser.post("/api/virtual/inputs", touch).status_code == 503


def test_what_a_virtual_loudspeaker_says_can_be_heard_and_read(hub: TownHub, browser: Browser) -> None:
    hub.done(c.CallNext(counter="c1"))
    hub.publish("device/board-1/sound", b"RIFF....WAVE")
    heard = browser.client.get("/api/virtual/sounds/board-1")
    assert (heard.mimetype, heard.get_data(), heard.headers["X-Count"]) == ("audio/wav", b"RIFF....WAVE", "1")
    page = text_of(browser, "/virtual")
    assert "请A001号，到1号窗口" in page and "Number A001. Please go to counter 1." in page


PAPERS = ("refusal_notice.html",)
"""Printed for whoever applied: both languages stand on them, whatever the clerk's is."""


def test_every_text_of_every_template_is_there_in_both_languages() -> None:
    from pathlib import Path

    import broker.collector

    han = re.compile("[\u4e00-\u9fff]")
    for path in (Path(broker.collector.__file__).parent / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        if path.name in PAPERS:
            pieces = re.findall(r"<(h1|h2|dt|dd|li|p)\b[^>]*>(.*?)</\1>", bare, flags=re.S)
            alone = [piece for _, piece in pieces if han.search(piece) and 'lang="en"' not in piece]
            assert len(pieces) > 9 and not alone, f"{path.name}: Chinese alone: {alone}"
            bare = re.sub(r"<(h1|h2|dt|dd|li|p)\b[^>]*>.*?</\1>", "", bare, flags=re.S)
        assert not han.search(bare), f"{path.name}: Chinese outside of t(...)"


def test_what_a_simulated_earphone_says_is_read_and_called_a_simulator(hub: TownHub, browser: Browser) -> None:
    ear = PanelPart(part="earphone", kind="speaker", said=("请选择业务", "<b>养老保险</b>"), state="ok")
    hub.publish("device/kiosk-1/panel", encode(Panel(device="kiosk-1", parts=(ear,))))
    page = text_of(browser, "/virtual")
    assert "耳机模拟器" in page and "请选择业务" in page
    assert "养老保险&lt;/b&gt;" in page and "<b>养老保险</b>" not in page, "text, whatever it holds"
    assert "Simulated earphone" in text_of(browser, "/virtual?lang=en")
    assert "ear-kiosk-2" not in page, "nothing where nothing is simulated"
    hub.publish(
        "device/kiosk-1/panel", encode(Panel(device="kiosk-1", parts=(PanelPart(part="earphone", kind="speaker"),)))
    )
    assert "没有在说" in text_of(browser, "/virtual?lang=zh")


def test_the_managers_page_shows_who_is_logged_in_and_not_whose_counter_it_is(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    manager = logged_in("manager")

    def row() -> str:
        page = manager.client.get("/floor").get_data(as_text=True)
        return page.split('id="spot-c1"')[1].split("</article>")[0]

    assert "无人登录" in row() and "016" not in row()
    assert "工号 016" not in manager.client.get("/console").get_data(as_text=True), "a token may hold any digits"
    hub.done(c.LogIn(counter="c1", clerk="staff-16"))
    assert "工号 016" in row() and "无人登录" not in row()
    assert "016" in manager.client.get("/console").get_data(as_text=True)
