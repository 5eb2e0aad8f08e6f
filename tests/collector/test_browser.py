"""The pages in a real browser: live without a reload, usable by mouse and keys, silent in the console."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from flask import Flask
from waitress.server import BaseWSGIServer

from broker.collector.run import close_server
from broker.collector.web import WebOptions
from broker.contract.codec import encode
from broker.contract.envelope import Panel, PanelPart
from broker.model import commands as c
from broker.model.words import Level, Names, TicketStatus
from broker.runtime.engine_watch import ENGINE_QUIET_S
from kiosk.readers.sdt_simulator import KEYS
from tests.collector.chromium import CHROMIUM, Chromium
from tests.collector.conftest import PASSWORD
from tests.collector.pictures import png
from tests.collector.serving import served
from tests.collector.town import TownHub
from tests.halls import CLOSES_MS, OPENS_MS
from tests.rating_keys import keys_of
from tests.waiting import until

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def options() -> WebOptions:
    """As long between two signs of life as in a hall: one account looks at more pages here than it may keep open."""
    return WebOptions(virtual=True)


@pytest.fixture
def server(app: Flask, hub: TownHub) -> Iterator[BaseWSGIServer]:
    """The collector behind waitress, as in production, on a free port."""
    with served(app, hub) as made:
        yield made


@pytest.fixture
def site(server: BaseWSGIServer) -> str:
    return f"http://127.0.0.1:{server.effective_port}"


@pytest.fixture
def page() -> Iterator[Chromium]:
    with Chromium() as made:
        yield made


def log_in(page: Chromium, site: str, role: str) -> None:
    page.go(f"{site}/login")
    fill = f"document.getElementById('name').value = 'the-{role}'; document.getElementById('password').value = "
    page.run(fill + json.dumps(PASSWORD))
    page.run("document.querySelector('main form').submit()")
    page.until("!location.pathname.startsWith('/login')")


def connected(page: Chromium) -> None:
    page.until("document.body.dataset.connection === 'live'")


def test_the_public_page_follows_the_hall_without_a_reload(page: Chromium, site: str, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    page.go(f"{site}/")
    connected(page)
    page.run("window.sameVisit = true; document.getElementById('number').value = 'A0'")
    assert "无需等候" in page.text("#service-pension")
    for _ in range(3):
        hub.take_ticket("pension")
    page.until("document.querySelector('#service-pension').innerText.includes('3 人等候')")
    hub.done(c.PauseCounter(counter="c1", reason="吃饭", phone="0432-12333"))
    page.until("document.querySelector('.pause')?.innerText.includes('12333')")
    assert page.run("window.sameVisit") is True
    assert page.run("document.getElementById('number').value") == "A0", "typed text survives"
    assert page.console == []


def test_an_open_page_says_that_the_engine_is_silent_and_takes_it_back_without_a_reload(
    page: Chromium, site: str, hub: TownHub
) -> None:
    number = hub.take_ticket("pension")
    for path in ("/", f"/t/{number}"):
        hub.show()
        page.go(site + path)
        connected(page)
        assert not page.run("Boolean(document.querySelector('.note.bad:not(.stale)'))"), path
        hub.clock.advance(ENGINE_QUIET_S + 0.1)
        hub.live.look()
        page.until("document.querySelector('.note.bad:not(.stale)')", timeout_s=5)
        hub.show()
        page.until("!document.querySelector('.note.bad:not(.stale)')", timeout_s=5)
    assert page.console == []


def test_my_ticket_calls_me_in_its_title(page: Chromium, site: str, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    page.go(f"{site}/t/{hub.ids[number]}?k={keys_of(hub.hall).of('kiosk-1').ticket_proof(hub.ids[number])}")
    connected(page)
    hub.done(c.CallNext(counter="c1"))
    page.until("document.title.includes('请到 1 号窗口')")
    hub.done(c.FinishService(counter="c1"))
    page.until("document.querySelectorAll('.rate button').length === 5")
    page.run("document.querySelector('[name=reason][value=slow]').click()")
    page.run("document.querySelector('.rate button:last-child').click()")
    page.until("document.body.innerText.includes('谢谢您的评价')")
    visit = hub.writer.state.visits["2026-03-04-v1"]
    assert (visit.level, visit.explained) == (Level.VERY_DISSATISFIED, True)
    assert page.console == []


def test_the_code_at_the_counter_is_rated_on_the_phone_and_a_screenshot_of_it_tells_why_not(
    site: str, hub: TownHub
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    visit = hub.serve("c1")
    code = f"{site}/r/sign-1/{visit}?k={keys_of(hub.hall).of('sign-1').visit_proof(visit)}"
    with Chromium(390, 844, phone=True) as page:
        page.go(code)
        page.until("document.querySelectorAll('.rate button').length === 5")
        page.run("document.querySelector('.rate button').click()")
        page.until("document.body.innerText.includes('谢谢您的评价')")
        page.go(code)  # neither page nor answer tells anybody whether a visit was rated; what was said first counts
        page.run("document.querySelector('.rate button:last-child').click()")
        page.until("document.body.innerText.includes('谢谢您的评价')")
        hub.take_ticket("pension")
        other = hub.serve("c1")
        page.go(code.replace(visit, other))
        page.run("document.querySelector('.rate button').click()")
        page.until("document.body.innerText.includes('这个二维码不属于这次服务')")
        hub.clock.advance(70)
        page.go(code.replace(visit, other))
        page.until("document.body.innerText.includes('这个二维码已过期')")
    assert hub.writer.state.visits[visit].level is Level.VERY_SATISFIED
    assert not hub.writer.state.visits[other].rated


def test_my_phone_shows_my_turn_over_everything_and_hums_also_when_it_shows_something_else(
    site: str, hub: TownHub
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension", needs=("hearing",))  # type: ignore[arg-type]
    with Chromium(390, 844, phone=True) as page:
        page.go(f"{site}/t/{hub.ids[number]}")
        connected(page)
        page.run("window.hums = []; navigator.vibrate = (how) => { hums.push(how); return true; }")
        page.ask("Runtime.evaluate", {"expression": "document.getElementById('alert').click()", "userGesture": True})
        page.run("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
        page.run("document.dispatchEvent(new Event('visibilitychange'))")
        hub.done(c.CallNext(counter="c1"))
        page.until("document.getElementById('turn').open")
        assert page.text("#turn .tile") == "1"
        assert page.text("#turn .number") == number
        assert not page.run("document.getElementById('alert').parentElement.hidden")
        page.until("document.title.includes('请到 1 号窗口')")
        page.until("hums.some((how) => Array.isArray(how) && how.length === 5)")
        page.run("document.querySelector('#turn button').click()")
        page.until("!document.getElementById('turn').open")
        hub.clock.advance(60)
        hub.done(c.Recall(counter="c1"))
        page.until("document.getElementById('turn').open")
        hub.done(c.StartService(counter="c1"))
        page.run("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
        page.run("document.dispatchEvent(new Event('visibilitychange'))")
        page.until("!document.getElementById('turn').open")
        page.until("document.getElementById('alert').parentElement.hidden")  # nobody is called any more
        assert page.console == []


def test_when_the_server_goes_away_the_page_says_so(page: Chromium, site: str, server: BaseWSGIServer) -> None:
    page.go(f"{site}/")
    connected(page)
    close_server(server)
    page.until("'stale' in document.body.dataset", 40)
    told = page.text(".stale")
    assert "连接中断，显示的是 09:" in told and "您的号仍然有效" in told


def test_a_counters_page_that_lost_its_line_tells_the_clerk_of_when_it_is_and_what_to_do(
    page: Chromium, site: str, server: BaseWSGIServer
) -> None:
    log_in(page, site, "clerk")
    page.go(f"{site}/console/c1")
    connected(page)
    close_server(server)
    page.until("'stale' in document.body.dataset", 40)
    told = page.text(".stale")
    assert "显示的是 09:" in told and "现在按键没有作用" in told and "告知负责人" in told


def test_without_a_free_seat_the_page_polls(page: Chromium, site: str, hub: TownHub, app: Flask) -> None:
    seats = app.extensions["jiaohao"].staff_seats
    for _ in range(WebOptions.staff_streams):
        seats.sit()
    page.go(f"{site}/")
    page.until("document.body.dataset.connection === 'polling'")
    hub.take_ticket("pension")
    page.until("document.querySelector('#service-pension').innerText.includes('1 人等候')")
    for _ in range(WebOptions.staff_streams):
        seats.rise()


def test_a_page_that_polls_waits_as_long_as_a_crowded_hall_asks_it_to(page: Chromium, site: str, app: Flask) -> None:
    seats, front = app.extensions["jiaohao"].staff_seats, app.extensions["jiaohao.front"]
    while seats.left:
        seats.sit()
    front._pace = SimpleNamespace(told_s=20, look=lambda: None)
    page.go(f"{site}/")
    page.until("document.body.dataset.connection === 'polling'")
    page.run("window.waits = []; window.later = setTimeout")
    page.run("window.setTimeout = (call, ms) => (waits.push(ms), later(call, ms))")
    page.until("waits.some((ms) => ms > 16000)", timeout_s=30)
    assert page.run("Math.max(...waits) <= 23000"), "it waits for what it was told, give or take"
    for _ in range(WebOptions.staff_streams):
        seats.rise()


def test_a_clerk_works_a_whole_visit_with_the_keyboard(page: Chromium, site: str, hub: TownHub) -> None:
    for service in ("pension", "pension"):
        hub.take_ticket(service)
    log_in(page, site, "clerk")
    page.go(f"{site}/console/c1")
    connected(page)

    def press(key: str) -> None:
        page.run(f"document.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))")

    def shows(text: str) -> None:
        # A press while another is on its way is dropped, so wait for the stage and for the last press to end.
        page.until(f"document.querySelector('.stage').innerText.includes({json.dumps(text)})")
        page.until("!document.querySelector('[aria-busy], [data-wish]')")

    press("o")
    shows("2 人等候")
    # The second click of two comes when the large key says something else already: it was meant for what stood there.
    page.run("window.nowMs = 5000, performance.now = () => nowMs")
    click = "document.querySelector('.keys .main').dispatchEvent(new MouseEvent('click', {bubbles: true, detail: 1}))"
    page.run(click)
    shows("A001")
    page.until("document.getElementById('key-s')")
    page.run(click)
    page.until("!document.querySelector('[aria-busy], [data-wish]')")
    assert hub.writer.state.find("A001").status is TicketStatus.CALLED
    page.run("nowMs += 1500")
    page.run(click)
    shows("正在办理")
    press("n")  # the evaluator asks now: the next call is a press of its own
    shows("1 人等候")
    assert hub.writer.state.find("A001").status is TicketStatus.SERVED
    press("n")
    shows("A002")
    press("p")
    page.until("document.getElementById('pause-dialog').open")
    page.run("document.querySelector('#pause-dialog [name=phone]').value = '0432-12333'")
    page.run("document.querySelectorAll('#pause-dialog [data-fills]')[1].click()")
    page.run("document.querySelector('#pause-dialog form').requestSubmit()")
    shows("暂停服务 · 吃饭")
    assert hub.writer.state.counters["c1"].pause.phone == "0432-12333"
    assert page.console == []


def test_a_refused_press_is_told_to_the_clerk(page: Chromium, site: str, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    log_in(page, site, "clerk")
    page.go(f"{site}/console/c1")
    connected(page)
    page.run("document.getElementById('key-c').click()")
    page.run("document.querySelector('#number-dialog [name=number]').value = 'a077'")
    page.run("document.querySelector('#number-dialog [name=reason]').value = '试'")
    page.run("document.querySelector('#number-dialog form').requestSubmit()")
    page.until("document.querySelector('#number-dialog [role=alert]').innerText.includes('A077')")
    assert page.run("document.getElementById('number-dialog').open")
    heard = [
        node.get("name", {}).get("value") or node["role"]["value"]
        for node in page.ask("Accessibility.getFullAXTree")["nodes"]
        if not node.get("ignored")
    ]
    assert "alert" in heard and any("A077" in said for said in heard), "told inside the dialog: all else is deaf"
    assert page.text("#toasts") == ""


def test_a_pause_offers_the_office_telephones_that_it_would_take(page: Chromium, site: str, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    log_in(page, site, "clerk")
    page.go(f"{site}/console/c1")
    connected(page)
    offered = page.run("[...document.getElementById('pause-phone').list.options].map((one) => one.value)")
    known = [hub.hall.hall.phone, *(clerk.phone for clerk in hub.hall.clerks.values())]
    assert offered == list(dict.fromkeys(phone for phone in known if phone))


def test_the_virtual_hall_can_be_seen_and_touched(page: Chromium, site: str, hub: TownHub) -> None:
    hub.publish("device/kiosk-1/picture/screen", png(108, 192, "navy"))
    terminal = PanelPart(
        part="console-1", kind="terminal", counter="c1", keys=("call",), labels=(Names("呼叫", "Call"),), digits="1"
    )
    hub.publish("device/desk-1/panel", encode(Panel(device="desk-1", parts=(terminal,))))
    page.go(f"{site}/virtual")
    connected(page)
    page.until("'nowSeen' in document.getElementById('frame-kiosk-1-screen').dataset")
    page.run("document.querySelector('.terminal button').click()")
    spot = page.run(
        "(() => { const box = document.getElementById('frame-kiosk-1-screen').getBoundingClientRect();"
        " return {x: box.left + box.width / 2, y: box.top + box.height / 4}; })()"
    )
    for kind in ("mousePressed", "mouseReleased"):
        page.ask("Input.dispatchMouseEvent", {"type": kind, "button": "left", "clickCount": 1, **spot})
    page.until("document.querySelectorAll('.ripple').length === 0")
    until(lambda: len(hub.pressed) >= 2, lambda: f"heard {hub.pressed}")
    key, touch = hub.pressed
    assert (key[0], key[1].part, key[1].key) == ("desk-1", "console-1", "call")
    assert touch[0] == "kiosk-1"
    assert abs(touch[1].x - 54) <= 1 and abs(touch[1].y - 48) <= 1
    hub.publish("device/kiosk-1/picture/paper", png(57, 90, "white"))
    page.until("'nowSeen' in document.getElementById('paper-kiosk-1').dataset")
    shown = PanelPart(
        part="console-1", kind="terminal", counter="c1", keys=("call",), labels=(Names("呼叫", "Call"),), digits="7"
    )
    hub.publish("device/desk-1/panel", encode(Panel(device="desk-1", parts=(shown,))))
    page.until("document.querySelector('.leds').innerText.includes('7')")
    assert page.run("document.getElementById('frame-kiosk-1-screen').dataset.nowSeen") == ""
    assert page.console == []


def test_a_card_is_laid_and_a_code_is_held_in_the_virtual_hall(page: Chromium, site: str, hub: TownHub) -> None:
    reader = PanelPart(part="reader", kind="reader", keys=tuple(KEYS), labels=tuple(KEYS.values()), state="ok")
    scanner = PanelPart(part="scanner", kind="scanner", state="ok")
    hub.publish("device/kiosk-1/panel", encode(Panel(device="kiosk-1", parts=(reader, scanner))))
    page.go(f"{site}/virtual")
    connected(page)
    page.until("document.getElementById('readers-kiosk-1') !== null")
    page.run("document.getElementById('readers-kiosk-1').open = true")
    page.run("window.prompt = () => 'A042'")
    page.run("document.querySelector('#readers-kiosk-1 [data-input]').click()")
    page.run("document.querySelector('#readers-kiosk-1 [data-scan]').click()")
    until(lambda: len(hub.pressed) >= 2, lambda: f"heard {hub.pressed}")
    pressed = [(device, one.part, one.kind, one.key) for device, one in hub.pressed]
    assert pressed == [("kiosk-1", "reader", "key", "young"), ("kiosk-1", "scanner", "key", "A042")]
    assert page.console == []


PAGES = (
    *("/", "/virtual", "/login", "/console", "/console/c1", "/floor", "/staffing", "/what-if", "/today"),
    "/screens",
    *("/t/A001", "/t/A999"),
    *("/sheets", "/sheets/2026-03-04/c1", "/sheets/2026-03-04/c1/print"),
)
TOO_SMALL = (
    "[...document.querySelectorAll('main button, main .button, header a')].filter((one) => {"
    " const box = one.getBoundingClientRect(); return box.width && (box.width < 24 || box.height < 24); })"
    ".map((one) => one.outerHTML.slice(0, 120))"
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_a_phone_and_every_button_is_large_enough(site: str, hub: TownHub, language: str) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    with Chromium(390, 844, phone=True) as phone:
        log_in(phone, site, "manager")
        for path in PAGES:
            phone.go(f"{site}{path}?lang={language}")
            assert phone.run("document.documentElement.scrollWidth") <= 390, path
            assert phone.run(TOO_SMALL) == [], path
        assert [line for line in phone.console if "404" not in line] == []


def press_key(page: Chromium, key: str, code: int) -> None:
    """A key of the keyboard, down and up, as a person presses it."""
    text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else "")
    for kind in ("keyDown", "keyUp"):
        fields = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text}
        page.ask("Input.dispatchKeyEvent", fields if kind == "keyDown" else fields | {"text": ""})


def test_a_clerk_completes_and_signs_the_days_sheet_with_the_keyboard_alone(
    page: Chromium, site: str, hub: TownHub
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    hub.serve("c1", 3)
    hub.done(c.CloseCounter(counter="c1"))
    log_in(page, site, "clerk")
    page.go(f"{site}/sheets/2026-03-04/c1")
    page.run("document.getElementById('item-papers_received').focus()")
    for keys in ("3", "2", " ", " ", " ", "0"):  # two counts, three checks, complaints: item after item by Tab
        press_key(page, keys, ord(keys))
        press_key(page, "Tab", 9)
    asked = "document.querySelector('.sheet-form').elements"
    typed = page.run(
        f"[...{asked}].filter((one) => one.name.startsWith('item-') && (one.type !== 'radio' || one.checked))"
        ".map((one) => one.value).join()"
    )
    assert typed == "3,2,yes,yes,yes,0"
    for _ in range(2):  # over the remark and past the button that only saves
        press_key(page, "Tab", 9)
    assert "签字" in page.run("document.activeElement.innerText")
    press_key(page, "Enter", 13)
    page.until("document.querySelector('.note.good')?.innerText.includes('已签字')")
    assert "the-clerk" in page.text("#signatures")
    sheet = hub.writer.state.sheets["2026-03-04"]["c1"]
    assert sheet.holds(sheet.clerk)
    assert page.console == []


def test_the_duty_leader_finds_what_is_missing_and_signs_on_a_phone(site: str, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.CloseCounter(counter="c1"))
    counts = {"papers_received": 0, "scans": 0, "complaints": 0}
    checks = {"appearance": True, "conduct": True, "desk": True}
    filled = c.FillSheet(
        day="2026-03-04", counter="c1", clerk="staff-16", items_version=1, counts=counts, checks=checks
    )
    hub.done(filled, by="the-clerk")
    with Chromium(390, 844, phone=True) as phone:
        log_in(phone, site, "manager")
        phone.go(f"{site}/sheets")
        assert "窗口人员签字、值班领导签字" in phone.text("#row-c1")
        phone.run("document.querySelector('#row-c1 a').click()")
        phone.until("document.querySelector('#signatures')")
        phone.run("document.getElementById('note').value = '已离岗'")
        phone.run("document.querySelector('.sheet-form [value=sign]').click()")
        phone.until("document.querySelector('.note.good')?.innerText.includes('已签字')")
        assert phone.run("document.documentElement.scrollWidth") <= 390
        assert "已离岗" in phone.text("#signatures")
        phone.go(f"{site}/sheets")
        phone.until("document.querySelector('#row-c1')?.innerText.includes('已完成')")
        assert phone.console == []


def test_a_sheet_is_one_page_of_a4(page: Chromium, site: str, hub: TownHub) -> None:
    for counter in ("c1", "c2"):
        hub.done(c.OpenCounter(counter=counter))
        for _ in range(6):
            hub.done(c.PauseCounter(counter=counter, reason="短暂离开"))
            hub.pass_time(12)
            hub.done(c.ResumeCounter(counter=counter))
        hub.done(c.CloseCounter(counter=counter))
    log_in(page, site, "manager")
    for path, pages in (("c1/print", 1), ("print", 2)):
        page.go(f"{site}/sheets/2026-03-04/{path}")
        answer = page.ask("Page.printToPDF", {"preferCSSPageSize": True})
        pdf = base64.b64decode(answer["data"])
        boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
        assert len(re.findall(rb"/Type /Page\b", pdf)) == pages
        assert {(round(float(wide)), round(float(high))) for wide, high in boxes} == {(595, 842)}, "A4 in points"
    assert page.console == []


def test_an_emergency_is_begun_only_when_the_manager_is_sure_and_ended_by_a_button(
    page: Chromium, site: str, hub: TownHub
) -> None:
    log_in(page, site, "manager")
    page.go(f"{site}/floor")
    connected(page)
    page.run("window.confirm = () => false")
    page.run("document.querySelector('[data-dialog=emergency-dialog]').click()")
    page.run("document.querySelector('#emergency-dialog form').requestSubmit()")
    assert hub.writer.state.emergency is None
    page.run("window.confirm = () => true")
    page.run("document.querySelector('#emergency-dialog form').requestSubmit()")
    page.until("document.querySelector('.emergency')")
    assert hub.writer.state.emergency is not None
    page.run("document.querySelector('[data-command*=EndEmergency]').click()")
    page.until("!document.querySelector('.emergency')")
    assert hub.writer.state.emergency is None
    assert page.console == []


def test_the_duty_leader_sends_a_substitute_to_the_counter_that_the_dialog_names(
    page: Chromium, site: str, hub: TownHub
) -> None:
    hub.take_ticket("pension")
    for counter in ("c1", "c2"):
        hub.done(c.OpenCounter(counter=counter))
        hub.done(c.PauseCounter(counter=counter, reason="会议"))
    hub.pass_time(11)
    log_in(page, site, "manager")
    page.go(f"{site}/floor")
    connected(page)
    for counter, name in (("c1", "1 号窗口 安排顶岗"), ("c2", "2 号窗口 安排顶岗")):
        page.run(f"document.querySelector('[data-dialog=cover-dialog][data-fill*={counter}]').click()")
        page.until("document.getElementById('cover-dialog').open")
        assert page.run("document.getElementById('h-cover').innerText") == name
        page.run("document.querySelector('#cover-dialog [data-close]').click()")
    page.run("document.querySelector('[data-dialog=cover-dialog][data-fill*=c1]').click()")
    page.run("document.getElementById('cover-clerk').value = 'staff-17'")
    page.run("document.querySelector('#cover-dialog form').requestSubmit()")
    page.until("!document.getElementById('cover-dialog').open")
    assert hub.writer.state.covers["c1"].substitute == "staff-17"
    assert page.console == []


def test_a_notice_is_posted_until_a_time_of_the_hall_s_day_and_longer_service_approved(
    page: Chromium, site: str, hub: TownHub
) -> None:
    log_in(page, site, "manager")
    page.go(f"{site}/floor")
    connected(page)
    page.run("document.querySelector('[data-dialog=notice-dialog]').click()")
    page.run("document.getElementById('notice-zh').value = '电梯检修'")
    page.run("document.getElementById('notice-until').value = '15:30'")
    page.run("document.querySelector('#notice-dialog [name=urgent]').checked = true")
    page.run("document.querySelector('#notice-dialog form').requestSubmit()")
    page.until("!document.getElementById('notice-dialog').open")
    (notice,) = hub.writer.state.notices.values()
    assert (notice.until_ms, notice.urgent) == (OPENS_MS + 6 * 3_600_000 + 1_800_000, True)
    page.until("document.querySelector('.notice-row')?.innerText.includes('15:30')")
    page.run("document.querySelector('[data-dialog=extension-dialog]').click()")
    page.until("document.getElementById('extension-dialog').open")
    page.run("document.getElementById('extension-counter').value = 'c1'")
    page.run("document.getElementById('extension-minutes').value = '45'")
    page.run("document.getElementById('extension-reason').value = '人多'")
    page.run("document.querySelector('#extension-dialog form').requestSubmit()")
    page.until("!document.getElementById('extension-dialog').open")
    assert hub.writer.state.extended == {"c1": CLOSES_MS + 45 * 60_000}


def test_an_appointment_is_cancelled_from_the_list_with_its_reason(
    page: Chromium, site: str, hub: TownHub, tmp_path: Path
) -> None:
    pension = hub.hall.rules.appointment_slot_capacity
    for place in range(pension + 2):
        at_ms = hub.clock.now_ms() + (60 if place < pension else 125) * 60_000
        hub.done(c.BookAppointment(appointment=f"booked-{place:04d}", code=f"4071825{place}",
                                   service="pension" if place else "card", at_ms=at_ms))  # fmt: skip
    hub.done(c.BookAppointment(appointment="booked-0099", code="40718299", service="pension", at_ms=at_ms - 3_600_000))
    log_in(page, site, "clerk")
    page.go(f"{site}/appointments/list")
    assert page.text(".slots .full").startswith("10:00")
    page.picture(tmp_path / "booked.png", whole=True)
    page.run("document.querySelector('#booked-0001 [data-dialog]').click()")
    page.until("document.getElementById('cancel-dialog').open")
    page.run("document.getElementById('cancel-reason').value = '来电取消'")
    page.run("document.querySelector('#cancel-dialog .danger').click()")
    page.until("document.readyState === 'complete' && !document.querySelector('#booked-0001')")
    assert page.run("!!document.querySelector('#booked-0002')")
    assert "booked-0001" not in hub.writer.state.appointments


def frozen(hub: TownHub, monkeypatch: pytest.MonkeyPatch) -> tuple[Event, list[str]]:
    """The engine stands still until the event is set, as for a stopped process; and the ids that were sent to it."""
    thaws, ids, submit = Event(), [], hub.submit

    def waits(command: c.Command, id: str, by: str, **more: object) -> object:
        ids.append(id)
        return submit(command, id, by, **more) if thaws.wait(3.0) else None

    monkeypatch.setattr(hub, "submit", waits)
    return thaws, ids


def test_a_key_pressed_as_the_engine_freezes_is_said_to_be_on_its_way_and_done_once(
    page: Chromium, site: str, hub: TownHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    for _ in range(3):
        hub.take_ticket("pension")
    log_in(page, site, "manager")
    page.go(f"{site}/console/c1")
    connected(page)
    thaws, ids = frozen(hub, monkeypatch)
    events = hub.writer.state.position
    page.run("document.getElementById('key-n').click()")
    page.until("document.querySelector('.toast.on-its-way')?.innerText.includes('不用再按')", timeout_s=5)
    page.run("import('/static/live.js').then((made) => made.refresh())")  # as a look at the hall does at any moment
    assert page.run("document.getElementById('key-n').getAttribute('aria-busy')") == "true"
    page.run("document.getElementById('key-n').click()")
    page.run("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))")
    thaws.set()
    page.until("!document.querySelector('.on-its-way') && document.querySelector('.stage .number')")
    assert len(set(ids)) == 1
    called = [ticket for ticket in hub.writer.state.tickets.values() if ticket.status is TicketStatus.CALLED]
    assert len(called) == 1 and hub.writer.state.position > events
    assert page.console == []


@pytest.mark.parametrize("came", [True, False])
def test_an_end_struck_before_the_calls_answer_is_for_who_is_in_view(
    page: Chromium, site: str, hub: TownHub, monkeypatch: pytest.MonkeyPatch, came: bool
) -> None:
    """Once the called number stands there the key means that one; until then it was meant for whoever is going."""
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    log_in(page, site, "clerk")
    page.go(f"{site}/console/c1")
    connected(page)
    if came:
        thaws, submit = Event(), hub.submit
        monkeypatch.setattr(hub, "submit", lambda *wish, **more: (submit(*wish, **more), thaws.wait(20))[0])
    else:
        thaws, _ids = frozen(hub, monkeypatch)
    page.run("document.getElementById('key-n').click()")
    if came:
        page.until("document.querySelector('.stage .number') && !document.getElementById('key-e').disabled")
    page.run("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true }))")
    assert not page.run("document.getElementById('finish-dialog').open"), "the call is still on its way"
    thaws.set()
    if came:
        page.until("document.getElementById('finish-dialog').open")
    else:
        page.until("document.querySelector('.stage .number') && !document.querySelector('[aria-busy], [data-wish]')")
        assert not page.run("document.getElementById('finish-dialog').open")
    assert page.console == []


def test_a_wish_that_nobody_answered_goes_out_again_under_its_name(
    page: Chromium, site: str, hub: TownHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no counter and no end of its own: done late and asked for again it would be done twice."""
    log_in(page, site, "manager")
    page.go(f"{site}/floor")
    connected(page)
    thaws, ids = frozen(hub, monkeypatch)
    wish = "import('/static/command.js').then((made) => made.send({ type: 'PauseIssuing', reason: '系统维护' }))"
    assert page.run(wish) is None
    thaws.set()
    assert page.run(wish) is not None
    assert len(set(ids)) == 1 and len(ids) > 1
    page.run(wish)
    assert len(set(ids)) == 2, "once answered, the same words are a new wish"


def test_a_notice_that_somebody_else_posted_meanwhile_is_not_replaced_without_asking(
    page: Chromium, site: str, hub: TownHub
) -> None:
    log_in(page, site, "manager")
    page.go(f"{site}/floor")
    connected(page)
    page.run(
        "window.asked = []; window.confirm = (text) => { window.asked.push(text); return window.asked.length > 1; }"
    )
    page.run("document.querySelector('[data-dialog=notice-dialog]').click()")
    page.run("document.getElementById('notice-zh').value = '下午停电'")
    hub.done(c.PostNotice(notice="desk", zh="请到二楼"))
    page.until("document.getElementById('part-notices').dataset.is.includes('请到二楼')")
    send = "document.querySelector('#notice-dialog form').requestSubmit()"
    page.run(send)
    assert "别人已经改过" in page.run("window.asked[0]")
    assert page.run("document.getElementById('notice-dialog').open"), "what was typed is not lost"
    page.run(send)
    page.until("document.getElementById('part-notices').dataset.is.includes('下午停电')")
    page.run("document.querySelector('[data-dialog=notice-dialog]').click()")
    page.run("document.getElementById('notice-zh').value = '已恢复'")
    page.run(send)
    page.until("document.getElementById('part-notices').dataset.is.includes('已恢复')")
    assert page.run("window.asked.length") == 2, "nobody is asked where nothing changed"
    assert page.console == []
