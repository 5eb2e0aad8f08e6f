"""委托网点排队查询: all entrusted outlets on a page, and one each: open, waiting, paused counters, where else to go."""

from typing import Any

from flask import Blueprint, Response

from broker.collector.errors import NotFound, NothingKnown
from broker.collector.heard import glance
from broker.collector.public.days_ahead import days_ahead
from broker.collector.public.outlet_answers import OutletStatus
from broker.collector.public.outlets import OutletBoard
from broker.collector.public.sharing import shared_page
from broker.collector.web import Web

DAYS_SHOWN = 7


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("outlets", __name__)
    hall, live = web.hall, web.hub.live
    board = OutletBoard(hall, live, web.elsewhere)

    def everything() -> tuple[OutletStatus, ...]:
        return board.all(web.sessions_of(web.today()), web.clock.now_ms()).outlets

    def hall_now() -> Any:
        try:
            return glance.hall_status(hall, live)
        except NothingKnown:
            return None

    @routes.get("/outlets")
    def listed() -> Response:
        return shared_page(web, web.shared, "outlets.html", lambda: {"outlets": everything(), "status": hall_now()})

    @routes.get("/outlets/<outlet>")
    def outlet(outlet: str) -> Response:
        if outlet not in hall.outlets:
            raise NotFound

        def shown() -> dict[str, Any]:
            known = everything()
            here = next(one for one in known if one.outlet == outlet)
            return {
                "outlet": here,
                "elsewhere": tuple(one for one in known if one.outlet != outlet and is_open(one)),
                "status": hall_now(),
                "days": () if here.url else days_ahead(web, DAYS_SHOWN, hall.outlets[outlet].sessions),
            }

        return shared_page(web, web.shared, "outlet.html", shown)

    return routes


def is_open(outlet: OutletStatus) -> bool:
    """Whether somebody is served there now, as far as anybody knows."""
    return outlet.open is not None and outlet.open.state == "open" and bool(outlet.counters_open) and not outlet.stale
