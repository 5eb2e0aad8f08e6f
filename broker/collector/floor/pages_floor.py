"""Pages for whoever runs the hall: the floor as it is now, the calls of a day, and why each was made."""

from typing import Any

from flask import Blueprint, Response, request

from broker.collector.errors import NothingKnown
from broker.collector.floor.api_floor import call_answer
from broker.collector.floor.call_words import minutes, rule_of
from broker.collector.floor.drawn import Drawn
from broker.collector.floor.floor_map import as_read, counter_tiles, device_tiles, queue_bars
from broker.collector.floor.looking import LOW_RATING
from broker.collector.floor.rota_today import RotaLook
from broker.collector.heard import glance
from broker.collector.heard.silence import silence
from broker.collector.pages import LIVE_HEADER, page, render
from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer_bytes
from broker.collector.wording import language
from broker.model.zones import zone_names
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("floor", __name__)
    hall, live, allow = web.hall, web.hub.live, web.guard.allow
    drawn, rota = Drawn(), RotaLook(web)

    def context(wall: bool) -> dict[str, Any]:
        now_ms = web.clock.now_ms()
        views = live.counters(hall.counters)
        tiles = counter_tiles(hall, live, now_ms)
        devices = tuple(map(as_read, device_tiles(hall, live, now_ms)))
        return {
            "status": _status(web),
            "views": views,
            "alerts": _alerts(web, wall),
            "tiles": tiles,
            "zones": {tile.zone: zone_names(hall, tile.zone) for tile in tiles if tile.place is None},
            "mapped": bool(hall.hall.entrances) or any(one.place for one in (*tiles, *devices)),
            "queues": queue_bars(hall, live, now_ms),
            "devices": devices,
            "silent_devices": frozenset(device.device for device in devices if not device.online),
            "screens": tuple(glance.screens(hall)),
            "raised": () if (body := live.hall_body()) is None else body.raised,
            "silent": silence(hall, live, now_ms),
            "calendar_day": web.today(),
            "wall": wall,
            "drawn": drawn,
            "rota": None if wall else rota(),
        }

    @routes.get("/floor")
    @allow(Right.FLOOR)
    def floor() -> Response:
        wall = "wall" in request.args
        if request.headers.get(LIVE_HEADER) != "live":
            return page("floor.html", **context(wall))
        # Every manager's page shows the same, and all ask at once when something happens: it is made for one of them.
        kept = web.shared.kept(("floor", wall, language()), lambda: render("floor.html", **context(wall)).encode())
        response = answer_bytes(kept.data, "text/html; charset=utf-8")
        response.headers["Vary"] = f"Cookie, {LIVE_HEADER}"
        return response

    _call_routes(routes, web)
    return routes


def _call_routes(routes: Blueprint, web: Web) -> None:
    allow = web.guard.allow

    @routes.get("/floor/calls")
    @allow(Right.FLOOR)
    def calls() -> Response:
        return page("floor_calls.html", calls=web.reports.calls(None), wanted=_number(request.args.get("number", "")))

    @routes.get("/floor/calls/<call_id>")
    @allow(Right.FLOOR)
    def call(call_id: str) -> Response:
        asked = _number(request.args.get("with", ""))
        answer = call_answer(web, call_id, asked)
        unknown = asked if asked and answer.asked is None else ""
        return page(
            "floor_call.html",
            one=answer,
            rule=rule_of(answer.reason.call),
            minutes=minutes,
            asked=asked,
            unknown=unknown,
        )


def _alerts(web: Web, wall: bool) -> object:
    """None where the notes cannot be read: the page says so, and everything else on it goes on.

    A wall is read by whoever passes: what managers alone are told is not on it.
    """
    try:
        return tuple(one for one in web.alerts.now() if not (wall and one.kind == LOW_RATING))
    except (DatabaseError, StoreError):
        return None


def _status(web: Web) -> object:
    try:
        return glance.hall_status(web.hall, web.hub.live)
    except NothingKnown:
        return None


def _number(typed: str) -> str:
    return typed.strip().upper()[:8]
