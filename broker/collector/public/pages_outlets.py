"""委托网点排队查询: all entrusted outlets on a page, and one each: open, waiting, paused counters, where else to go."""

from typing import Any

from flask import Blueprint, Response

from broker.collector.errors import NotFound, NothingKnown
from broker.collector.heard import glance
from broker.collector.public.days_ahead import days_ahead
from broker.collector.public.opens_again import OpensAgain
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
    opens_again = OpensAgain(web)

    def everything() -> tuple[OutletStatus, ...]:
        return board.all(web.sessions_of(web.today()), web.clock.now_ms()).outlets

    def again(outlets: tuple[OutletStatus, ...]) -> dict[str, int | None]:
        """Outlet -> when it opens again, of those that are closed."""
        return {one.outlet: opens_again.of_outlet(one.outlet, one.open, one.at_ms) for one in outlets}

    def hall_now() -> Any:
        try:
            return glance.hall_status(hall, live)
        except NothingKnown:
            return None

    @routes.get("/outlets")
    def listed() -> Response:
        def shown() -> dict[str, Any]:
            known = everything()
            hall_shown = hall_now()
            return {
                "outlets": known,
                "status": hall_shown,
                "hall_again_ms": None if hall_shown is None else opens_again.ms(hall_shown.open, hall_shown.at_ms),
                "again": again(known),
            }

        return shared_page(web, "outlets.html", shown)

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
                "again": again((here,)),
                "days": () if here.url else days_ahead(web, DAYS_SHOWN, hall.outlets[outlet].sessions),
            }

        return shared_page(web, "outlet.html", shown)

    return routes


def is_open(outlet: OutletStatus) -> bool:
    """Whether somebody is served there now, as far as anybody knows."""
    return outlet.open is not None and outlet.open.state == "open" and bool(outlet.counters_open) and not outlet.stale
