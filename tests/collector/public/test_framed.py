"""The board in another site's frame, in a real browser: it is shown and goes on, and nothing else can be framed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from flask import Flask

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_outlets import WebSite
from tests.collector.chromium import CHROMIUM, Chromium
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub
from tests.waiting import until

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
BLOCKED = "chrome-error://chromewebdata/"


class OtherSite(BaseHTTPRequestHandler):
    """A page of another origin: ``/?show=URL`` frames that address."""

    def do_GET(self) -> None:
        shown = parse_qs(urlsplit(self.path).query).get("show", ["about:blank"])[0]
        data = f'<!doctype html><title>other</title><iframe width=360 height=420 src="{shown}"></iframe>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing on the console of the tests."""


@pytest.fixture
def other() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherSite)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    serving.join(10)


@pytest.fixture
def hall(other: str) -> Hall:
    return msgspec.structs.replace(hall_with_outlets(), web=WebSite(embed_from=(other,)))


def framed(page: Chromium, other: str, address: str) -> str:
    """What stands in the frame, by its address."""
    page.go(f"{other}/?show={address}")
    tree = page.ask("Page.getFrameTree")["frameTree"]
    return str(tree["childFrames"][0]["frame"]["url"])


def test_the_board_is_shown_in_the_frame_of_a_named_site_and_follows_the_hall(
    site: str, other: str, hub: TownHub, app: Flask
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    with Chromium(820, 700) as page:
        for path in ("/embed", "/embed/bank", "/embed?lang=en"):
            assert framed(page, other, f"{site}{path}") == f"{site}{path}"
        until(lambda: app.extensions["jiaohao"].watched > 0)  # it is told of changes, from within the frame
        assert page.ask("Network.getCookies", {"urls": [site]})["cookies"] == [], (
            "a frame keeps nothing at its visitors"
        )


def test_no_other_page_can_be_framed_not_even_by_a_named_site(site: str, other: str, hub: TownHub) -> None:
    ticket = hub.ids[hub.take_ticket("pension")]
    pages = ("/", "/booking", "/booking/mine", "/guide", "/hours", "/outlets", "/login", "/nothing", "/embed/nowhere")
    with Chromium(820, 700) as page:
        shown = {path: framed(page, other, site + path) for path in (*pages, f"/t/{ticket}", "/api/status")}
    assert set(shown.values()) == {BLOCKED}, shown
