"""Counters needed, as JSON."""

from flask import Blueprint, Response

from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("staffing_api", __name__, url_prefix="/api")

    @routes.get("/staffing")
    @web.guard.allow(Right.FLOOR)
    def staffing() -> Response:
        return answer(web.staffing.shown())

    return routes
