"""The page of counters needed: how many now, how many in the hours to come, and how good such advice was."""

from flask import Blueprint, Response

from broker.collector.floor.staffing_words import count_words
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.staffing.needs import WALKING


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("staffing", __name__)

    @routes.get("/staffing")
    @web.guard.allow(Right.FLOOR)
    def staffing() -> Response:
        return page(
            "staffing.html", found=web.staffing.shown(), count_words=count_words, walking=round(WALKING * 100 - 100)
        )

    return routes
