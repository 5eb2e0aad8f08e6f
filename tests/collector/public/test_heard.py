"""What a screen reader says of a ticket's page: each change once, no storm; and the same page without scripts."""

from collections.abc import Iterator

import msgspec
import pytest

from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys
from tests.collector.chromium import CHROMIUM, Chromium
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub
from tests.rating_keys import keys_of

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
LISTEN = """window.heard = [];
new MutationObserver((changes) => {
  const places = new Set();
  for (const change of changes) {
    const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    const place = at?.closest("[aria-live], [role=status], [role=alert]");
    if (place && place.checkVisibility()) places.add(place);
  }
  for (const place of places) if (place.textContent.trim()) window.heard.push(place.textContent.trim());
}).observe(document.body, { subtree: true, childList: true, characterData: true });"""
"""What live regions say, as a screen reader hears it: their text whenever something in them changed."""


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(hall_with_outlets(), remote=Remote(services=("pension",)))


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of the hall", "town"), quiet_s=0.2, gap_s=0.0)


@pytest.fixture
def page() -> Iterator[Chromium]:
    with Chromium(390, 844, phone=True) as made:
        yield made


def link_of(hub: TownHub, number: str) -> str:
    ticket = hub.ids[number]
    return f"/t/{ticket}?k={keys_of(hub.hall).of('kiosk-1').ticket_proof(ticket)}"


def ahead(page: Chromium, people: int) -> None:
    """Wait until the page shows so many; the page asks every three seconds at most."""
    page.until(f"document.querySelector('[data-title]').dataset.state.startsWith('waiting {people} ')")


def test_each_change_of_a_ticket_is_read_out_once_and_minutes_alone_are_not(
    site: str, hub: TownHub, page: Chromium
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    numbers = [hub.take_ticket("pension") for _ in range(6)]
    page.go(site + link_of(hub, numbers[5]))
    page.until("document.body.dataset.connection === 'live'")
    page.run(LISTEN)
    hub.clock.advance(400)
    hub.take_ticket("medical")
    hub.serve("c1", minutes=30)
    ahead(page, 4)
    assert [words.split("，")[0] for words in page.run("heard")] == ["前面还有 4 人"]
    hub.serve("c1", minutes=3)
    ahead(page, 3)
    assert page.run("heard")[1:] == ["快到您了：前面还有 3 位"], "told by the event alone"
    page.run("document.querySelector('[data-asks=ask-cancel]').focus()")
    page.run("document.querySelector('[data-asks=ask-cancel]').click()")
    hub.done(c.CallNumber(counter="c1", number=numbers[5], reason="看错了"))
    page.until("document.getElementById('turn').open")
    assert page.run("document.activeElement.closest('#turn') !== null"), "focus reads out where to go"
    assert not page.run("document.getElementById('ask-cancel').open"), "nothing lies over it or under it"
    page.until("document.querySelector('[data-title]').dataset.state.startsWith('called')")
    assert len(page.run("heard")) == 2, "a call is said by its own window and nowhere else"
    page.run("document.querySelector('#turn button').click()")
    page.until("!document.getElementById('turn').open")
    hub.done(c.MarkNoShow(counter="c1"))
    page.until("document.body.innerText.includes('已过号：叫到时您不在')")
    assert [words for words in page.run("heard")[2:] if "过号" in words] == ["已过号"]
    assert page.console == []


def test_thanks_for_a_rating_have_the_focus_and_a_lost_network_is_said(site: str, hub: TownHub, page: Chromium) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    hub.serve("c1")
    page.go(site + link_of(hub, number))
    page.run("document.querySelector('.rate button').focus()")
    page.run("window.sent = window.fetch; window.fetch = () => Promise.reject(new TypeError('no network'))")
    page.run("document.querySelector('.rate button').click()")
    page.until("document.querySelector('#rate [role=alert]')")
    assert "评价还没有送到" in page.text("#rate [role=alert]")
    assert page.run("document.activeElement === document.querySelector('.rate button')")
    # The thanks stand for three seconds: what had the focus is noted, however late anybody looks.
    page.run("window.had = []; document.addEventListener('focusin', (event) => had.push(event.target.textContent)); 0")
    page.run("window.fetch = window.sent; document.querySelector('.rate button').click()")
    page.until("had.includes('谢谢您的评价！')")


def test_without_scripts_nothing_is_offered_that_does_nothing(site: str, hub: TownHub, page: Chromium) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    served, waits = hub.take_ticket("pension"), hub.take_ticket("pension")
    hub.serve("c1")
    page.ask("Emulation.setScriptExecutionDisabled", {"value": True})
    seen = "[...document.querySelectorAll('main button')].filter((one) => one.checkVisibility()).length"
    for number, words in ((waits, "顺延或取消请到导办台"), (served, "不能在这里评价")):
        page.go(site + link_of(hub, number))
        assert (page.run(seen), words in page.text("main")) == (0, True)
    page.go(site + "/")
    assert "养老保险" in page.text("main") and page.run("document.querySelector('noscript meta') !== null")
