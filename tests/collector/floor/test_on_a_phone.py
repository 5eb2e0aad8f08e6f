"""On a phone the manager's floor is headings with counts and what is urgent; the rest unfolds, by finger or key."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from broker.collector.web import WebOptions
from broker.model import commands as c
from tests.collector.chromium import CHROMIUM, Chromium
from tests.collector.serving import served
from tests.collector.test_browser import connected, log_in
from tests.collector.town import TownHub

pytestmark = [pytest.mark.system, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
WINDOWS_MOST = 2
SEEN = "[...document.querySelectorAll('{}')].filter((one) => one.checkVisibility()).map((one) => one.id)"


@pytest.fixture
def options() -> WebOptions:
    """A page that was left gives its seat back soon."""
    return WebOptions(virtual=True, quiet_s=0.5)


@pytest.fixture
def site(app: Flask, hub: TownHub) -> Iterator[str]:
    for counter in ("c1", "c2", "c3"):
        hub.done(c.OpenCounter(counter=counter))
    for _ in range(4):
        hub.take_ticket("pension")
        hub.take_ticket("medical")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.PauseCounter(counter="c3", reason="吃饭"))
    hub.done(c.PostNotice(notice="notice-1", zh="下午两点起停电检修", en="No power from 14:00"))
    for device in (*hub.hall.kiosks, *hub.hall.displays, *hub.hall.signs, *hub.hall.callers):
        hub.device(device)
    with served(app, hub) as server:
        yield f"http://127.0.0.1:{server.effective_port}"


def height(page: Chromium) -> int:
    return int(page.run("document.documentElement.scrollHeight"))


def kept(page: Chromium, name: str) -> None:
    """For who looks at what was made: only where a folder is named."""
    if folder := os.environ.get("JIAOHAO_PICTURES"):
        page.picture(Path(folder) / f"{name}.png", whole=True)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 390])
def test_the_floor_is_short_nothing_is_cut_off_and_a_part_unfolds_and_stays_so(
    hub: TownHub, site: str, width: int, language: str
) -> None:
    with Chromium(width, 844, phone=True) as page:
        log_in(page, site, "manager")
        page.go(f"{site}/floor?lang={language}")
        connected(page)
        page.until("document.querySelector('main.folds')")
        kept(page, f"floor-{width}-{language}-shut")
        assert height(page) <= WINDOWS_MOST * 844
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run(SEEN.format(".spot")) == []
        small = (
            "[...document.querySelectorAll('.fold')].filter((one) => one.checkVisibility() && one.offsetHeight < 44)"
        )
        assert page.run(f"{small}.length") == 0, "too small for a finger"
        page.run("document.querySelector('#part-counters .fold').focus()")
        for kind in ("keyDown", "keyUp"):
            page.ask("Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "code": "Enter", "text": "\r"})
        page.until("document.querySelector('#part-counters .fold').getAttribute('aria-expanded') === 'true'")
        assert len(page.run(SEEN.format("[id^=spot-]"))) == 6
        hub.take_ticket("card")
        page.until("document.querySelector('#part-queues h2').innerText.includes('8')")
        assert len(page.run(SEEN.format("[id^=spot-]"))) == 6, "opened it stays open as the hall goes on"
        assert page.run("document.activeElement.closest('section').id") == "part-counters"
        kept(page, f"floor-{width}-{language}-open")
        assert page.console == []


def test_what_wants_a_hand_stands_there_without_unfolding(hub: TownHub, site: str) -> None:
    with Chromium(390, 844, phone=True) as page:
        log_in(page, site, "manager")
        page.go(f"{site}/floor")
        connected(page)
        hub.pass_time(hub.hall.rules.pause_limit_min + 2)
        page.until("document.querySelector('#spot-c3.long, #spot-c3.empty')")
        kept(page, "floor-urgent")
        assert "spot-c3" in page.run(SEEN.format(".spot"))
        assert "需处理" in page.text("#part-counters h2")
        assert page.run("document.getElementById('duty').dataset.fold") == "open"


def test_on_a_desk_nothing_is_folded(site: str) -> None:
    with Chromium() as page:
        log_in(page, site, "manager")
        page.go(f"{site}/floor")
        connected(page)
        assert len(page.run(SEEN.format("[id^=spot-]"))) == 6
        assert page.run(SEEN.format(".fold")) == []
        kept(page, "floor-desk")
