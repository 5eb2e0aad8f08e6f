"""What if: a day of the journal under another rule or with other counters, as a page and as JSON. Changes nothing."""

import re

import msgspec
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, WebError, WhatIfUnknown
from broker.collector.floor.what_if_answers import MORE_COUNTERS, WhatIfBody, WhatIfCancel, WhatIfList, WhatIfRun
from broker.collector.pages import page
from broker.collector.safety.guard import changes_something
from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer, read_body
from broker.model.words import Names
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError

RULES: dict[str, Names] = {
    "ratio": Names("等候比值", "ratio of the wait"),
    "fcfs": Names("先到先叫", "first come, first served"),
    "strict": Names("优先者一律先叫", "priority always first"),
    "rotation": Names("优先与普通轮流", "priority and others in turn"),
    "max_wait": Names("等候最久者先叫", "whoever waits longest"),
    "head_start": Names("优先者提前若干分钟", "a head start for priority"),
}
DAYS_MOST = 90
_NUMBER = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{1,4})?")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("what_if", __name__)
    allow = web.guard.allow

    @routes.before_request
    def check_token() -> None:
        if changes_something():
            web.guard.need(Right.FLOOR)
            web.guard.check_token()

    @routes.get("/what-if")
    @allow(Right.FLOOR)
    def asking() -> Response:
        return _asking(web)

    @routes.post("/what-if")
    @allow(Right.FLOOR)
    def ask() -> AnyResponse:
        try:
            run = _start(web, _typed(web))
        except WebError as error:
            return _asking(web, error)
        return redirect(url_for("what_if.asking", run=run.run), 303)

    @routes.post("/what-if/cancelled")
    @allow(Right.FLOOR)
    def cancel() -> AnyResponse:
        number = request.form.get("run", "")
        if not number.isascii() or not number.isdigit() or web.what_if.cancel(int(number[:9])) is None:
            raise NotFound
        return redirect(url_for("what_if.asking", run=number), 303)

    _json_routes(routes, web)
    return routes


def _asking(web: Web, error: WebError | None = None) -> Response:
    """The page. ``error``: why the form was refused; what was typed then stands in it still."""
    days, trouble = _days(web)
    runs = web.what_if.latest()
    wanted = request.args.get("run", "")
    shown = next((one for one in runs if str(one.run) == wanted), runs[0] if runs else None)
    body = web.hub.live.hall_body()
    running = None if body is None else body.day
    finished = next((day for day in days if day != running), "")
    typed = MultiDict(request.form) if error else MultiDict({"day": shown.asked.day if shown else finished})
    return page(
        "what_if.html",
        200 if error is None else error.status,
        days=days,
        running=running,
        trouble=trouble,
        runs=runs,
        shown=shown if error is None else None,
        typed=typed,
        error=None if error is None else error.answer(),
        rules=RULES,
        more=MORE_COUNTERS,
    )


def _json_routes(routes: Blueprint, web: Web) -> None:
    allow = web.guard.allow

    @routes.get("/api/what-if")
    @allow(Right.FLOOR)
    def listed() -> Response:
        return answer(WhatIfList(days=web.reports.days()[:DAYS_MOST], runs=web.what_if.latest()))

    @routes.post("/api/what-if")
    @allow(Right.FLOOR)
    def asked() -> Response:
        return answer(_start(web, read_body(WhatIfBody)), 202)

    @routes.post("/api/what-if/cancelled")
    @allow(Right.FLOOR)
    def cancelled() -> Response:
        run = web.what_if.cancel(read_body(WhatIfCancel).run)
        if run is None:
            raise NotFound
        return answer(run)


def _days(web: Web) -> tuple[tuple[str, ...], bool]:
    """The days on record; none and ``True`` where the journal cannot be read."""
    try:
        return web.reports.days()[:DAYS_MOST], False
    except (StoreError, DatabaseError):
        return (), True


def _start(web: Web, asked: WhatIfBody) -> WhatIfRun:
    """Names must be those of the hall, the day one on record: what is given to a program was looked at."""
    hall = web.hall
    known = set(asked.factors) <= set(hall.priority) and set(asked.services) <= set(hall.services)
    if not known or asked.day not in web.reports.days():
        raise WhatIfUnknown
    return web.what_if.start(asked)


def _typed(web: Web) -> WhatIfBody:
    """The form; an empty field means: as it was."""
    form = request.form
    fields: dict[str, object] = {"day": form.get("day", ""), "services": tuple(form.getlist("services"))}
    fields |= {"rule": form["rule"]} if form.get("rule") else {}
    numbers = {name: _number(name) for name in ("exponent", "cap_min", "counters")}
    fields |= {name: value for name, value in numbers.items() if value is not None}
    factors = {name: _number(f"factor-{name}") for name in web.hall.priority}
    fields["factors"] = {name: value for name, value in factors.items() if value is not None}
    try:
        return msgspec.convert(fields, WhatIfBody)
    except msgspec.ValidationError as error:
        raise Malformed(detail=str(error)) from None


def _number(name: str) -> float | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Malformed(detail=f"Expected `float` - at `$.{name}`")
    return float(text) if "." in text else int(text)
