"""The inspections' page: when this week's unannounced visit is, the form of a visit, and what visits found.

For those who inspect alone. Each look at the week's plan stands in the audit log: a visit that others know of in
advance finds nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, WebError
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.quality.case_forms import text_of
from broker.collector.quality.case_rights import sees
from broker.collector.quality.case_words import points_of
from broker.collector.quality.inspection_forms import visit_of
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.oversight.case_stories import Story
from broker.oversight.inspections import Visit, inspection_figures

LISTED = 60
_FORM = form_id("visit")


@dataclass(frozen=True)
class VisitRow:
    """A visit of the history with those of its findings that the reader may see."""

    visit: Visit
    findings: tuple[Story, ...]


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall that keeps no findings has none of them."""
    routes = Blueprint("inspections", __name__, url_prefix="/inspections")

    @routes.before_request
    def check() -> None:
        if not web.hall.quality.inspections.on:
            raise NotFound
        web.guard.need_for_form(Right.FOLLOW_UP)

    @routes.get("")
    def overview() -> Response:
        return _overview(web, web.guard.need(Right.FOLLOW_UP))

    @routes.post("")
    def recorded() -> AnyResponse:
        account, form = web.guard.need(Right.FOLLOW_UP), request.form.get("id", "")
        if not _FORM.fullmatch(form):
            raise Malformed(detail="id")
        open_one = _to_be_made(web, web.reports.inspections())
        try:
            week = None if open_one is None else open_one.week
            points = web.hall.quality.inspections.points
            wish, note = visit_of(request.form, points, web.hall.counters, week), text_of(request.form)
            result = ask_engine(web, wish, form, account.name)
        except WebError as error:
            return _overview(web, account, error)
        for place, case in enumerate(result["cases"]):
            web.case_texts.write(case, "", note, account.name, f"{form}-{place}")
        return redirect(url_for("inspections.overview", found=len(result["cases"])))

    return routes


def _overview(web: Web, account: Account, error: WebError | None = None) -> Response:
    now_ms, visits = web.clock.now_ms(), web.reports.inspections()
    stories = {key: one for key, one in list(web.reports.cases().stories.items()) if sees(account, one)}
    open_one = _to_be_made(web, visits)
    if open_one is not None and open_one.week is not None:
        web.guard.note("inspection_plan_read", open_one.week)
    year = datetime.fromtimestamp(now_ms / 1000, web.zone).year
    year_ms = round(datetime(year, 1, 1, tzinfo=web.zone).timestamp() * 1000)
    past = sorted((one for one in visits if one.state != "planned"), key=lambda one: one.when_ms, reverse=True)
    found = request.args.get("found", "")
    return page(
        "inspections.html",
        200 if error is None else error.status,
        error=None if error is None else error.answer(),
        open_one=open_one,
        week_words=_week_words,
        may_record=open_one is not None and open_one.visit_ms <= now_ms,
        weekly=web.hall.quality.inspections.weekly,
        points=web.hall.quality.inspections.points,
        point_names=points_of(web.hall),
        rows=[VisitRow(one, _findings(one, stories)) for one in past[:LISTED]],
        figures=inspection_figures(visits, stories.values(), year_ms, now_ms + 1),
        year=year,
        counter_names={key: counter.name for key, counter in web.hall.counters.items()},
        form=new_form_id("visit"),
        typed=request.form,
        done=int(found) if found.isascii() and found.isdecimal() and len(found) < 4 else None,
    )


def _findings(visit: Visit, stories: dict[str, Story]) -> tuple[Story, ...]:
    return tuple(stories[case] for case in visit.findings if case in stories)


def _to_be_made(web: Web, visits: tuple[Visit, ...]) -> Visit | None:
    """The newest drawn visit, unless it was made or its hall draws no more."""
    table = web.hall.quality.inspections
    drawn = [one for one in visits if one.week is not None]
    return drawn[-1] if drawn and table.weekly and drawn[-1].made_ms is None else None


def _week_words(week: str) -> tuple[int, int]:
    """From its Monday to its Sunday, at noon UTC: the same date wherever halls of this zone are."""
    first = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    noon = datetime(first.year, first.month, first.day, 4, tzinfo=UTC)
    monday_ms = round(noon.timestamp() * 1000)
    return monday_ms, monday_ms + 6 * 86_400_000
