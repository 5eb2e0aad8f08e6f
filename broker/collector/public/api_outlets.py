"""Entrusted outlets as JSON; usually answered in front of the application (``shared``), here whatever that leaves."""

from flask import Blueprint, Response

from broker.collector.public.outlets import OutletBoard
from broker.collector.web import Web, answer


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("outlets_api", __name__, url_prefix="/api/outlets")
    board = OutletBoard(web.hall, web.hub.live, web.elsewhere)

    @routes.get("")
    def outlets() -> Response:
        return answer(board.all(web.sessions_of(web.today()), web.clock.now_ms()))

    @routes.get("/<outlet>")
    def outlet(outlet: str) -> Response:
        return answer(board.one(outlet, web.sessions_of(web.today()), web.clock.now_ms()))

    return routes
