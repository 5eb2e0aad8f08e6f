"""The guide's whole day in a real browser without a mouse: every step is reached by keys, and the focus is seen."""

import re
from collections.abc import Iterator

import pytest

from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.words import TicketStatus
from tests.collector.chromium import CHROMIUM, Chromium
from tests.collector.conftest import PASSWORD, PERSONS
from tests.collector.staff.test_console_dialogs import SIZES, Keyboard
from tests.collector.test_browser import connected, server, site  # noqa: F401 - fixtures
from tests.collector.town import TownHub

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SEEN = """(() => {
 const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
 const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
 return one !== document.body && inside && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
 })()"""
"""Whether whoever looks at the window sees where the next key goes."""


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PERSONS, quiet_s=0.2)


class Guide(Keyboard):
    """Goes from link to link and form to form, and looks where the focus is before each press."""

    def reach(self, found: str) -> None:
        """Tab until the element that this expression finds has the focus, and can be seen to have it."""
        self.page.until(f"{found}")
        for _ in range(120):
            if self.page.run(f"document.activeElement === {found}"):
                self.page.until(SEEN)
                return
            self.press("Tab")
        raise AssertionError(f"{found} cannot be reached by the tabulator")

    def enter(self, found: str) -> None:
        """The same, and press it; for what stays on its page."""
        self.reach(found)
        self.press("Enter")

    def follow(self, found: str) -> None:
        """The same, where another page comes of it."""
        self.reach(found)
        self.leaves()

    def types(self, id: str, text: str) -> None:
        self.reach(f"document.getElementById('{id}')")
        self.page.run("document.activeElement.select?.()")
        self.type(text)

    def chooses(self, id: str, value: str) -> None:
        self.reach(f"document.getElementById('{id}')")
        self.choose(id, value)

    def leaves(self) -> None:
        """Press what has the focus, and wait for the page that comes of it."""
        self.page.run("window.isLeft = true")
        self.press("Enter")
        self.page.until("!window.isLeft && document.readyState === 'complete'")

    def reads(self, text: str) -> None:
        self.page.until(f"document.querySelector('main').innerText.includes('{text}')")


def one(selector: str) -> str:
    return f"document.querySelector(`{selector}`)"


@pytest.fixture(params=sorted(SIZES))
def guide(request: pytest.FixtureRequest, hub: TownHub, site: str) -> Iterator[Guide]:  # noqa: F811
    for kiosk in hub.hall.kiosks:
        hub.device(kiosk)
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    width, height, phone = SIZES[request.param]
    with Chromium(width, height, phone=phone) as page:
        page.go(f"{site}/login")
        made = Guide(page, request.param)
        made.types("name", "the-guide")
        made.types("password", PASSWORD)
        made.leaves()
        yield made
        assert page.console == []


def test_a_day_at_the_guide_desk_by_keyboard(guide: Guide, hub: TownHub) -> None:
    """A number for somebody, its print, a claim that is right, who came back, an appointment from book to log-out."""
    state = hub.writer.state
    missed = hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.MarkNoShow(counter="c1"))
    claimed = hub.take_ticket("pension", priority="elderly")
    hub.clock.advance(6)  # claims are asked of the engine every five seconds
    hub.show()
    guide.page.go(guide.page.run("location.origin") + "/guide-desk")
    connected(guide.page)

    guide.enter(one(f"[aria-label^='{claimed} 属实']"))
    guide.reads(claimed)
    guide.page.until("!document.querySelector('[aria-busy], [data-wish]')")
    assert state.find(claimed).priority_confirmed
    guide.page.run("window.confirm = () => true")  # the browser's own window, which keys answer but no test can
    guide.enter(one(f"[data-command*='ReturnTicket'][data-command*='{missed}']"))
    guide.page.until("document.getElementById('h-missed').parentElement.innerText.includes('没有过号')")
    assert state.find(missed).status is TicketStatus.WAITING

    guide.chooses("take-kiosk", "")
    guide.follow(one("[name=service][value=medical]"))
    taken = guide.page.text(".guide-big")
    assert state.find(taken).service == "medical"
    guide.page.run("window.print = () => { window.printed = true; }")
    guide.enter(one("#print"))
    guide.page.until("window.printed")
    guide.follow(one(".after a.button"))

    guide.follow(one(".menu a[href='/appointments']"))
    guide.chooses("service", "pension")
    guide.follow(one("form.booking button.go"))
    code = guide.page.text(".code").replace(" ", "")
    [booked] = state.appointments.values()
    assert booked.code == code
    guide.follow(one(".menu a[href='/guide-desk']"))
    guide.types("desk-code", code)
    guide.leaves()
    came = guide.page.text(".guide-big")
    assert (state.find(came).priority, booked.appointment) == ("appointment", state.find(came).appointment)
    guide.follow(one("form[action='/logout'] button"))
    assert re.fullmatch(r"/", guide.page.run("location.pathname"))
    assert "工作人员登录" in guide.page.text(".foot")


def test_a_refusal_at_the_guide_desk_has_the_focus_and_its_page_goes_on(guide: Guide, hub: TownHub) -> None:
    guide.types("desk-code", "12")
    guide.leaves()
    assert guide.page.run("document.activeElement.getAttribute('role')") == "alert"
    guide.page.until(SEEN)
    assert "6 至 16 位" in guide.page.run("document.activeElement.innerText")
    connected(guide.page)
    claimed = hub.take_ticket("pension", priority="elderly")
    guide.page.console.clear()  # the refusal itself
    hub.clock.advance(6)
    hub.show()
    guide.reads(claimed)
    guide.follow(one("a[hreflang=en]"))
    assert guide.page.text("h2").startswith("Priority to be checked")
