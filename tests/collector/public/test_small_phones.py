"""Public pages in a browser as narrow as phones get: nothing cut off, nothing to push sideways, a low head."""

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
WIDTHS = (320, 390)
HEAD_MOST_PX = 72
"""Two lines of a long name beside the keys; on the narrowest phones it may take a third."""
TOO_WIDE = """[...document.querySelectorAll("main *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && box.right > document.documentElement.clientWidth + 1;
}).map((one) => one.tagName + "." + one.className).slice(0, 3).join(" ")"""
CUT = """[...document.querySelectorAll("main button, main a.button, main .pill, main td, .top a, .top summary")]
.filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
.map((one) => one.textContent.trim()).slice(0, 3).join(" | ")"""


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(hall_with_outlets(), remote=Remote(services=("pension",)))


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of the hall", "town"), quiet_s=0.2, gap_s=0.0)


def pages_of(hub: TownHub) -> list[str]:
    """Of a hall in which everything happens that makes a page long."""
    for counter in ("c1", "c3", "c21"):
        hub.done(c.OpenCounter(counter=counter))
    own = hub.take_ticket("medical")
    visit = hub.serve("c3")
    for counter in ("c1", "c2", "c4", "c5"):
        if counter != "c1":
            hub.done(c.OpenCounter(counter=counter))
        hub.done(c.PauseCounter(counter=counter, reason="会议", return_in_min=5))
    waiting = hub.take_ticket("pension")
    proof = keys_of(hub.hall).of("kiosk-1").ticket_proof
    links = [f"/t/{hub.ids[number]}?k={proof(hub.ids[number])}" for number in (own, waiting)]
    still = ["/", "/take", "/guide", "/guide/loan", "/hours", "/outlets", "/outlets/bank", "/embed", "/nothing"]
    return [*still, "/booking", "/booking/pension", "/booking/mine", f"/r/sign-3/{visit}", "/r/sign-3/old", *links]


def test_on_the_narrowest_phone_no_public_page_is_cut_off_in_either_language(site: str, hub: TownHub) -> None:
    found: list[str] = []
    with Chromium(320, 640, phone=True) as page:
        for path in pages_of(hub):
            for language in ("en", "zh"):
                page.cookie(site, "lang", language)
                page.go(site + path)
                for width in WIDTHS:
                    size = {"width": width, "height": 700, "deviceScaleFactor": 1, "mobile": True}
                    page.ask("Emulation.setDeviceMetricsOverride", size)
                    found += [f"{path} {language} {width}: {one}" for one in (page.run(TOO_WIDE), page.run(CUT)) if one]
                    head = int(page.run("document.querySelector('header.top')?.offsetHeight ?? 0"))
                    if head > HEAD_MOST_PX + (30 if width < 360 else 0):
                        found.append(f"{path} {language} {width}: the head is {head} px high")
    assert not found, "\n".join(found)


def test_the_ways_behind_the_key_can_be_opened_and_english_is_set_in_a_latin_font_first(
    site: str, hub: TownHub
) -> None:
    with Chromium(390, 844, phone=True) as page:
        page.cookie(site, "lang", "en")
        page.go(f"{site}/hours")
        shown = "[...document.querySelectorAll('nav.menu a')].filter((one) => one.checkVisibility()).length"
        before = int(page.run(shown))
        page.run("document.querySelector('.more-ways summary').click()")
        assert int(page.run(shown)) == before + 5
        assert str(page.run("getComputedStyle(document.body).fontFamily")).startswith("system-ui")
        page.cookie(site, "lang", "zh")
        page.go(f"{site}/hours")
        assert "PingFang" in str(page.run("getComputedStyle(document.body).fontFamily")).split(",")[0]
