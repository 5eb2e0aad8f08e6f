"""The figures of a day as JSON, and for a spreadsheet."""

from flask import Blueprint, Response, request

from broker.collector.figures.statistics_export import as_csv, read_statistics
from broker.collector.figures.told_operations import ToldWaitsAnswer
from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer, answer_bytes
from broker.store.reports import TOLD_DAYS
from broker.store.statistics import Statistics
from broker.store.told_waits import ENOUGH


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("statistics_api", __name__, url_prefix="/api")

    @routes.get("/statistics")
    @web.guard.allow(Right.FIGURES)
    def statistics() -> Response:
        found = read_statistics(web, request.args.get("day"), request.args.get("by", "counter"))
        if request.args.get("format") == "csv":
            return _spreadsheet(web, found)
        return answer(found)

    @routes.get("/waits")
    @web.guard.allow(Right.FIGURES)
    def told_waits() -> Response:
        return answer(ToldWaitsAnswer(enough=ENOUGH, days=web.reports.told_waits(TOLD_DAYS)))

    return routes


def _spreadsheet(web: Web, found: Statistics) -> Response:
    web.guard.note("statistics_exported", found.day)
    return answer_bytes(as_csv(found).encode("utf-8-sig"), "text/csv; charset=utf-8")
