"""Every dialog of the console in a real browser, by keyboard alone, on a desk's screen, a tablet and a phone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.words import TicketStatus
from tests.collector.chromium import CHROMIUM, BrowserError, Chromium
from tests.collector.test_browser import connected, log_in, server, site  # noqa: F401 - fixtures
from tests.collector.town import TownHub

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SIZES = {"desk": (1440, 900, False), "tablet": (820, 1180, True), "phone": (390, 844, True)}
PICTURES = os.environ.get("JIAOHAO_TEST_PICTURES", "")
"""A folder for pictures of everything that is opened here, for eyes."""
OUTSIDE = """[...document.querySelectorAll('dialog[open] *')].filter((one) => {
 const box = one.getBoundingClientRect();
 return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
 }).map((one) => one.outerHTML.slice(0, 90))"""
SMALL = """[...document.querySelectorAll('dialog[open] button, dialog[open] input:not([type=hidden]):not([type=radio]),'
 + 'dialog[open] select')].filter((one) => one.getBoundingClientRect().height < 40)
 .map((one) => one.outerHTML.slice(0, 90))"""
NAMED = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "ArrowDown": (40, ""), "ArrowRight": (39, "")}


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(virtual=True)


class Keyboard:
    """A clerk without a mouse."""

    def __init__(self, page: Chromium, size: str) -> None:
        self.page, self.size = page, size

    def press(self, key: str) -> None:
        code, text = NAMED.get(key, (ord(key.upper()[0]), key))
        facts = {"key": key, "windowsVirtualKeyCode": code}
        self.page.ask("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **facts})
        self.page.ask("Input.dispatchKeyEvent", {"type": "keyUp", **facts})

    def type(self, text: str) -> None:
        self.page.ask("Input.insertText", {"text": text})

    def to(self, id: str) -> None:
        """Tab until the field has the focus."""
        for _ in range(40):
            if self.page.run("document.activeElement.id") == id:
                return
            self.press("Tab")
        raise AssertionError(f"{id} cannot be reached by the tabulator")

    def fill(self, id: str, text: str) -> None:
        self.to(id)
        self.page.run("document.activeElement.select?.()")
        self.type(text)

    def choose(self, id: str, value: str) -> None:
        """In a list, by its arrow key."""
        self.to(id)
        for _ in range(20):
            if self.page.run("document.activeElement.value") == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} cannot be chosen in {id}")

    def opens(self, letter: str, dialog: str) -> None:
        self.page.until("!document.querySelector('[aria-busy], [data-wish]')")
        self.page.until(f"!document.getElementById('key-{letter}').disabled")
        self.press(letter)
        self.page.until(f"document.getElementById('{dialog}').open")
        assert self.page.run(OUTSIDE) == [], f"{dialog} is wider than the screen"
        assert self.page.run(SMALL) == [], f"{dialog} has targets that no finger hits"
        self.picture(dialog)

    def sends(self, dialog: str) -> None:
        """The form's own button, reached by the tabulator: in a list the enter key opens the list."""
        for _ in range(20):
            if self.page.run("document.activeElement.matches('dialog[open] button.go')"):
                break
            self.press("Tab")
        self.press("Enter")
        self.page.until(f"!document.getElementById('{dialog}').open")

    def shows(self, text: str) -> None:
        try:
            self.page.until(f"document.querySelector('.stage').innerText.includes('{text}')")
        except BrowserError:
            raise AssertionError(
                f"{text} is not among: {self.page.text('.stage')} {self.page.text('#toasts')}"
            ) from None
        self.page.until("!document.querySelector('[aria-busy], [data-wish]')")

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.picture(Path(PICTURES) / f"{name}-{self.size}.png")


@pytest.fixture(params=sorted(SIZES))
def keyboard(request, hub: TownHub, site: str) -> Iterator[Keyboard]:  # type: ignore[no-untyped-def] # noqa: F811
    for _ in range(6):
        hub.take_ticket("pension")
    width, height, phone = SIZES[request.param]
    with Chromium(width, height, phone=phone) as page:
        log_in(page, site, "clerk")
        page.go(f"{site}/console/c1")
        connected(page)
        made = Keyboard(page, request.param)
        yield made
        assert page.console == []


def test_a_day_at_the_counter_by_keyboard(keyboard: Keyboard, hub: TownHub) -> None:
    """Log in, open, call, outcome and items, next service, take that back, a chosen number, hold."""
    state = hub.writer.state
    keyboard.picture("closed")
    keyboard.press("l")
    keyboard.shows("已到岗")
    keyboard.press("o")
    keyboard.shows("6 人等候")
    keyboard.press("n")
    keyboard.shows("A001")
    keyboard.picture("called")
    hub.clock.advance(20)

    keyboard.opens("e", "finish-dialog")
    keyboard.choose("finish-outcome", "papers_missing")
    keyboard.fill("finish-items", "3")
    keyboard.sends("finish-dialog")
    keyboard.shows("5 人等候")
    assert state.find("A001").status is TicketStatus.SERVED

    hub.clock.advance(20)
    keyboard.press("n")
    keyboard.shows("A002")
    keyboard.opens("g", "next-dialog")
    keyboard.choose("next-service", "medical")
    keyboard.fill("next-note", "转医保")
    keyboard.sends("next-dialog")
    keyboard.shows("4 人等候")
    assert (state.find("A002").service, state.find("A002").note) == ("medical", "转医保")
    keyboard.picture("undo-offered")
    keyboard.press("z")
    keyboard.shows("A002")
    assert state.find("A002").service == "pension", "the step was taken back"
    hub.clock.advance(20)
    keyboard.press("f")
    keyboard.shows("4 人等候")

    keyboard.opens("c", "number-dialog")
    keyboard.fill("call-number", "A005")
    keyboard.fill("call-reason", "行动不便")
    keyboard.sends("number-dialog")
    keyboard.shows("A005")
    keyboard.opens("h", "hold-dialog")
    keyboard.fill("hold-note", "去复印")
    keyboard.sends("hold-dialog")
    keyboard.shows("3 人等候")
    assert state.find("A005").status is TicketStatus.HELD


def test_without_a_ticket_transfer_pause_and_the_end_by_keyboard(keyboard: Keyboard, hub: TownHub) -> None:
    state = hub.writer.state
    hub.done(c.OpenCounter(counter="c2", clerk="staff-17"))
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    visits = state.visits_made
    keyboard.shows("6 人等候")
    keyboard.opens("d", "direct-dialog")
    keyboard.fill("direct-reason", "只问一句")
    keyboard.sends("direct-dialog")
    keyboard.page.until("document.querySelector('#key-z')")
    assert state.visits_made == visits + 1

    hub.clock.advance(20)
    keyboard.press("n")
    keyboard.shows("A001")
    keyboard.opens("t", "transfer-dialog")
    keyboard.choose("to-counter", "c2")
    keyboard.sends("transfer-dialog")
    keyboard.page.until("document.querySelector('.stage').innerText.includes('可以呼叫下一位')")
    keyboard.shows("5 人等候")
    assert state.find("A001").to_counter == "c2"

    keyboard.opens("p", "pause-dialog")
    keyboard.fill("pause-reason", "会议")
    keyboard.fill("pause-contact", "咨询台")
    keyboard.fill("pause-phone", "0432-8017")
    keyboard.fill("pause-return", "8")
    keyboard.choose("pause-substitute", "staff-18")
    keyboard.sends("pause-dialog")
    keyboard.shows("暂停服务")
    pause = state.counters["c1"].pause
    assert (pause.reason, pause.contact, pause.phone, pause.substitute) == ("会议", "咨询台", "0432-8017", "staff-18")
    keyboard.picture("paused")
    keyboard.press("b")
    keyboard.shows("5 人等候")
    keyboard.page.run("window.confirm = () => true")
    keyboard.press("x")
    keyboard.shows("已关闭")
    assert state.counters["c1"].clerk is None


def test_escape_closes_a_dialog_and_nothing_was_done(keyboard: Keyboard, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.done(c.CallNext(counter="c1"))
    keyboard.shows("A001")
    before = hub.writer.state.position
    for letter, dialog in (("e", "finish-dialog"), ("h", "hold-dialog"), ("p", "pause-dialog")):
        keyboard.opens(letter, dialog)
        keyboard.press("Escape")
        keyboard.page.until(f"!document.getElementById('{dialog}').open")
    assert hub.writer.state.position == before


def test_a_key_pressed_while_the_last_one_is_on_its_way_is_not_lost(keyboard: Keyboard, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    keyboard.page.until("!document.getElementById('key-n').disabled")
    slow = "const fast = window.fetch, gate = new Promise((open) => { window.letGo = open; });"
    slow += " window.fetch = async (...what) => { await gate; return fast(...what); }"
    keyboard.page.run(f"(() => {{ {slow} }})()")
    keyboard.press("n")
    keyboard.press("n")
    keyboard.press("s")
    keyboard.page.run("window.letGo()")
    keyboard.shows("正在办理")
    called = [one for one in hub.writer.state.tickets.values() if one.status is TicketStatus.SERVING]
    assert [one.number for one in called] == ["A001"]
    assert hub.writer.state.calls_made == 1, "the same key twice is one press"


def test_a_visitor_at_the_window_blocks_a_pause_without_a_reason(keyboard: Keyboard, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.done(c.CallNext(counter="c1"))
    keyboard.shows("A001")
    keyboard.opens("p", "pause-dialog")
    keyboard.to("pause-contact")
    keyboard.press("Enter")
    assert keyboard.page.run("document.getElementById('pause-dialog').open"), "the form asks for the reason first"
    assert hub.writer.state.counters["c1"].pause is None
    keyboard.fill("pause-reason", "突发疾病")
    keyboard.sends("pause-dialog")
    keyboard.shows("A001")
    assert hub.writer.state.counters["c1"].pause.reason == "突发疾病"


def test_the_slip_of_missing_papers_by_keyboard(keyboard: Keyboard, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.done(c.CallNext(counter="c1"))
    keyboard.shows("A001")
    keyboard.page.run("document.querySelector('.keys a').focus()")
    keyboard.press("Enter")
    keyboard.page.until("document.getElementById('more')")
    keyboard.picture("slip-form")
    boxes = "[...document.querySelectorAll('.booking [type=checkbox]')].map(box => [box, box.closest('label')])"
    beside = f"{boxes}.map(([box, label]) => box.offsetHeight < 30 && label.offsetHeight < 60)"
    assert keyboard.page.run(beside) == [True], "a paper's box stands before its name, not above it"
    keyboard.fill("more", "户口簿原件")
    keyboard.press("Enter")
    keyboard.page.until("document.querySelector('.slip .code')")
    keyboard.picture("slip")
    assert keyboard.page.run("document.documentElement.scrollWidth <= innerWidth")
    assert hub.writer.state.find("A001").status is TicketStatus.SERVED


@pytest.mark.parametrize("size", sorted(SIZES))
def test_the_duty_leader_s_page_names_numbers_only_and_sends_a_substitute(hub: TownHub, site: str, size: str) -> None:  # noqa: F811
    hub.take_ticket("medical")
    hub.done(c.OpenCounter(counter="c3", clerk="staff-18"))
    hub.done(c.PauseCounter(counter="c3", reason="会议"))
    hub.pass_time(11)
    width, height, phone = SIZES[size]
    with Chromium(width, height, phone=phone) as page:
        log_in(page, site, "manager")
        page.go(f"{site}/floor")
        connected(page)
        text = page.text("main")
        assert "B001" in text, "who could be served only here is named by number"
        row = "document.querySelector('#duty .notice-row')"
        share = page.run(f"{row}.querySelector('p').offsetWidth / {row}.offsetWidth")
        assert share > 0.9, "what happened has a line of its own above its keys"
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        Keyboard(page, size).picture("floor")
        assert page.console == []
