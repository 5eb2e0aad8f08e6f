"""The page of the day's figures: how many came, how long they waited, how it was rated. Nothing is done from here."""

from flask import Blueprint, Response, request

from broker.collector.errors import NotFound
from broker.collector.figures.statistics_export import read_statistics
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError
from broker.store.reports import TOLD_DAYS
from broker.store.statistics import Statistics
from broker.store.told_waits import ENOUGH, KEPT_LEAST, ToldDay


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("today", __name__)

    @routes.get("/today")
    @web.guard.allow(Right.FLOOR)
    def today() -> Response:
        by = request.args.get("by", "counter")
        figures, trouble = _figures(web, by)
        return page(
            "today.html",
            figures=figures,
            rated_day=_rated_day(web, figures),
            trouble=trouble,
            by=by,
            told_days=_told(web),
            enough=ENOUGH,
            kept_least=KEPT_LEAST,
            is_today=figures is not None and figures.day == web.today(),
        )

    return routes


def _figures(web: Web, by: str) -> tuple[Statistics | None, bool]:
    """The day's figures; None with ``True`` when the journal cannot be read: the rest of the page must not suffer."""
    try:
        return read_statistics(web, None, by), False
    except NotFound:
        return None, False
    except (StoreError, DatabaseError):
        return None, True


def _told(web: Web) -> tuple[ToldDay, ...]:
    """Nothing where the journal cannot be read: the page says so where its figures stand."""
    try:
        return web.reports.told_waits(TOLD_DAYS)
    except (StoreError, DatabaseError):
        return ()


def _rated_day(web: Web, figures: Statistics | None) -> Statistics | None:
    """The newest day whose ratings may be read: not that of the calendar. None where there is none."""
    if figures is None or figures.day != web.today():
        return figures
    try:
        before = [day for day in web.reports.days() if day < figures.day]
        return web.reports.statistics(before[0], "counter") if before else None
    except (StoreError, DatabaseError):
        return None
