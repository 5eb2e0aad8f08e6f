"""The small board that other sites show in a frame: no cookie, no log-in, only where the hall file allows it."""

from typing import Any

from flask import Blueprint, Response, g, request

from broker.collector.errors import NotFound, NothingKnown
from broker.collector.heard import glance
from broker.collector.pages import LIVE_HEADER, render
from broker.collector.public.opens_again import OpensAgain
from broker.collector.public.outlets import OutletBoard
from broker.collector.public.shared import MAX_AGE_S
from broker.collector.web import Web
from broker.collector.wording import language


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("embed", __name__, url_prefix="/embed")
    hall, live = web.hall, web.hub.live
    board = OutletBoard(hall, live, web.elsewhere)
    opens_again = OpensAgain(web)
    policy = content_policy(hall.web.embed_from)

    @routes.get("")
    def hall_board() -> Response:
        def shown() -> dict[str, Any]:
            try:
                status = glance.hall_status(hall, live)
            except NothingKnown:
                status = None
            again_ms = None if status is None else opens_again.ms(status.open, status.at_ms)
            old = status is not None and not live.engine_speaks()
            return {"names": hall.hall.names, "status": status, "outlet": None, "again_ms": again_ms, "old": old}

        return _framed(shown)

    @routes.get("/<outlet>")
    def outlet_board(outlet: str) -> Response:
        if outlet not in hall.outlets:
            raise NotFound

        def shown() -> dict[str, Any]:
            one = board.one(outlet, web.sessions_of(web.today()), web.clock.now_ms())
            return {
                "names": one.names,
                "status": one if one.open is not None else None,
                "outlet": outlet,
                "again_ms": opens_again.of_outlet(outlet, one.open, one.at_ms),
                "old": one.stale,
            }

        return _framed(shown)

    def _framed(shown: Any) -> Response:
        g.pop("new_language", None)  # a frame keeps nothing at its visitors
        key = ("embed", request.path, language(), request.headers.get(LIVE_HEADER) == "live")
        kept = web.for_strangers.kept(key, lambda: render("embed.html", **shown()).encode())
        response = Response(kept.data, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
        response.headers["Vary"] = f"Cookie, {LIVE_HEADER}"
        response.headers["Content-Security-Policy"] = policy
        if hall.web.embed_from:
            g.embeddable = True
        response.set_etag(kept.etag)
        response.make_conditional(request)
        return response

    return routes


def content_policy(embed_from: tuple[str, ...]) -> str:
    """As of every page, but for who may frame it; without a site in the hall file nobody."""
    ancestors = " ".join(embed_from) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
    )
