"""Reports of any span of days: a page, JSON, a spreadsheet, a workbook. Nothing is done from here."""

from typing import Any

from flask import Blueprint, Response, request

from broker.collector.errors import FactsNotKept, Malformed
from broker.collector.figures.report_asking import Asked, ReportDesk, asked_of, spans
from broker.collector.figures.report_charts import hour_bars, level_shares, wait_curves
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer, answer_bytes
from broker.oversight.report_cells import COLUMNS, STAFFING_COLUMNS
from broker.oversight.report_shape import GROUPINGS, Report
from broker.oversight.report_text import as_csv, said
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("json", "csv", "xlsx")
DAYS_DRAWN = 70
"""A line has a point a day up to here, a point a month beyond."""
SHOWN = (
    "issued", "called", "served", "no_shows", "cancelled", "expired", "wait_mean_s", "wait_median_s", "wait_p90_s",
    "wait_max_s", "wait_n", "over_wait_rate", "service_mean_s", "service_p90_s", "service_n", "over_service_rate",
    "rated", "rated_of", "rating_rate", "satisfaction",
)  # fmt: skip
"""What the page has room for; the files have everything."""


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes, desk = Blueprint("reports", __name__), ReportDesk(web)

    @routes.get("/reports")
    @web.guard.allow(Right.FIGURES)
    def reports() -> Response:
        return page("reports.html", **_page(web, desk))

    @routes.get("/api/report")
    @web.guard.allow(Right.FIGURES)
    def report() -> Response:
        shape = request.args.get("format") or "json"
        if shape not in FORMATS:
            raise Malformed(detail=f"'format' must be one of {', '.join(FORMATS)}")
        asked = asked_of(web, request.args)
        with desk.reporter(asked) as reporter:
            found = reporter.report(asked.first, asked.last, asked.by)
        return answer(found) if shape == "json" else _file(web, asked, found, shape)

    return routes


def _page(web: Web, desk: ReportDesk) -> dict[str, Any]:
    """The page is there also where no report is: what was wrong stands on it."""
    found: dict[str, Any] = {"report": None, "trouble": None, "days": ()}
    try:
        found["days"] = web.reports.days()
        asked = asked_of(web, request.args)
    except Malformed as error:
        asked, found["trouble"] = Asked(web.today(), web.today(), "counter"), error.answer()
    except (StoreError, DatabaseError):
        asked, found["trouble"] = Asked(web.today(), web.today(), "counter"), "unreadable"
    if found["trouble"] is None:
        try:
            found |= _drawn(desk, asked)
        except FactsNotKept as error:
            found["trouble"] = error.answer()
        except (StoreError, DatabaseError):
            found["trouble"] = "unreadable"
    columns = [one for one in COLUMNS if one.key in SHOWN]
    newest = found["days"][0] if found["days"] else None
    offered = [one for one in GROUPINGS if one != "outlet" or web.hall.outlets]
    more = {"spans": spans(web.today(), newest), "groupings": offered, "said": said, "columns": columns}
    return found | more | {"asked": asked, "staffing_columns": STAFFING_COLUMNS}


def _drawn(desk: ReportDesk, asked: Asked) -> dict[str, Any]:
    """The report with its charts."""
    with desk.reporter(asked) as reporter:
        report = reporter.report(asked.first, asked.last, asked.by)
        hours = report.lines if asked.by == "hour" else reporter.lines("hour")
        through = "day" if report.days <= DAYS_DRAWN else "month"
        course = report.lines if asked.by == through else reporter.lines(through)  # type: ignore[arg-type]
    charts = {"hours": hour_bars(hours), "course": wait_curves(course), "shares": level_shares(report.total)}
    return {"report": report, "through": through, **charts}


def _file(web: Web, asked: Asked, report: Report, shape: str) -> Response:
    web.guard.note("report_exported", f"{asked.first} {asked.last} {asked.by} {shape}")
    if shape == "csv":
        found = answer_bytes(as_csv(report), "text/csv; charset=utf-8")
    else:
        from broker.oversight.report_xlsx import as_xlsx  # large, and seldom wanted

        found = answer_bytes(as_xlsx(report), XLSX)
    name = f"report-{asked.first}-{asked.last}-{asked.by}.{shape}"
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found
