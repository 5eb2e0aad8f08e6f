"""Which answers and pages are shared by everybody: what is in front of the application, and pages of strangers."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from broker.collector.heard import glance
from broker.collector.pages import LIVE_HEADER, page, render
from broker.collector.public.front import Maker, page_key
from broker.collector.public.outlets import OutletBoard
from broker.collector.web import Web
from broker.collector.wording import COOKIE, language


def makers_of(web: Web) -> dict[str, Maker]:
    """Path -> what makes its answer: the hall, its services and counters, the outlets."""
    hall, live = web.hall, web.hub.live
    board = OutletBoard(hall, live, web.elsewhere)

    def outlet(key: str) -> Maker:
        return lambda: board.one(key, web.sessions_of(web.today()), web.clock.now_ms())

    return {
        "/api/status": lambda: glance.hall_status(hall, live),
        "/api/services": lambda: glance.services(hall, live),
        "/api/counters": lambda: glance.counters(hall, live),
        "/api/outlets": lambda: board.all(web.sessions_of(web.today()), web.clock.now_ms()),
        **{f"/api/outlets/{key}": outlet(key) for key in hall.outlets},
    }


def shared_page(web: Web, template: str, context: Callable[[], dict[str, Any]]) -> Response:
    """A page that is the same for every stranger, drawn once a change for each language; a person's own is drawn anew.

    Whoever is logged in, or chooses a language now, gets a page made for that request.
    """
    if web.guard.account() is not None or COOKIE in request.args:
        return page(template, **context())
    key = page_key(request.path, language(), live=request.headers.get(LIVE_HEADER) == "live")
    kept = web.for_strangers.kept(key, lambda: render(template, **context()).encode())
    response = Response(kept.data, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = f"Cookie, {LIVE_HEADER}"
    response.set_etag(kept.etag)
    response.make_conditional(request)
    return response
