"""工作日报表 on pages: a clerk completes and signs the counter's sheet, the duty leader sees the day's and signs too.

Plain forms, so that a phone and a keyboard serve equally. Who signs sends the tag of the figures that were shown: if
they are others by now, nothing is signed and the new ones are shown.
"""

import hashlib
from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import FiguresMoved, NotFound, NotYourCounter, WebError
from broker.collector.figures.sheet_errors import SheetFormOutOfDate, SheetTextTooLong
from broker.collector.figures.sheet_export import as_csv
from broker.collector.figures.sheet_form import entries_of, seen_of, tag_of
from broker.collector.figures.sheet_words import counter_names, words_for
from broker.collector.forms import DAY, form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.safety.accounts import Account
from broker.collector.safety.guard import changes_something
from broker.collector.safety.may_ask import check_right
from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer_bytes
from broker.model.commands import Command, FillSheet, ReopenSheet, SignSheet
from broker.model.sheet_items import ITEMS_VERSION, SheetPart
from broker.model.words import Names
from broker.store.sheet_shape import DaySheets, Entries, Sheet

DAYS_LISTED = 31
TEXT_MOST = 200
_TEXTS = {
    "remark": Names("情况说明", "Remark"),
    "note": Names("窗口人员未签的原因", "Why the clerk does not sign"),
    "reason": Names("原因", "Reason"),
}
DONE = ("saved", "signed", "reopened")
_FORM = form_id("sheet")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("sheets", __name__, url_prefix="/sheets")

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.COUNTER, *(() if changes_something() else (Right.FIGURES,)))

    @routes.get("")
    def overview() -> Response:
        web.guard.need(Right.FIGURES)
        days = web.reports.days()[:DAYS_LISTED]
        wanted = request.args.get("day") or (days[0] if days else "")
        found = _day_of(web, wanted) if wanted else None
        return page("sheets.html", found=found, days=days, left_over=_left_over(web), **words_for(web.hall))

    @routes.get("/<day>.csv")
    def spreadsheet(day: str) -> Response:
        web.guard.need(Right.FIGURES)
        response = answer_bytes(
            as_csv(web.hall, web.zone, _day_of(web, day), web.clock.now_ms()), "text/csv; charset=utf-8"
        )
        web.guard.note("sheet_exported", day)
        response.headers["Content-Disposition"] = f'attachment; filename="sheets-{web.hall.hall.id}-{day}.csv"'
        return response

    @routes.get("/<day>/print")
    def paper(day: str) -> Response:
        web.guard.need(Right.FIGURES)
        found = _day_of(web, day)
        web.guard.note("sheet_exported", day)
        return page("sheet_print.html", day=found, sheets=found.sheets, all=True, **words_for(web.hall))

    @routes.get("/<day>/<counter>")
    def sheet(day: str, counter: str) -> Response:
        said, found = request.args.get("done", ""), _own(web, day, counter)
        web.guard.note("sheet_read", f"{day} {counter}")
        return _shown(web, *found, done=said if said in DONE else "")

    @routes.get("/<day>/<counter>/print")
    def paper_of(day: str, counter: str) -> Response:
        _, found, one = _own(web, day, counter)
        return page("sheet_print.html", day=found, sheets=(one,), all=False, **words_for(web.hall))

    @routes.post("/<day>/<counter>")
    def change(day: str, counter: str) -> AnyResponse:
        account, found, one = _own(web, day, counter)
        try:
            done = _change(web, account, found, one)
        except WebError as error:
            return _shown(web, *_own(web, day, counter), error=error)
        return redirect(url_for("sheets.sheet", day=day, counter=counter, done=done), 303)

    return routes


def _change(web: Web, account: Account, found: DaySheets, one: Sheet) -> str:
    """What the form asks for, with what was typed kept first; an error says what was not done."""
    do, form = request.form.get("do", ""), request.form.get("form", "")[:64]
    if not _FORM.fullmatch(form) or do not in ("save", "sign", "reopen"):
        raise SheetFormOutOfDate
    if do == "reopen":
        reason = _text("reason")
        _ask(web, account, form, ReopenSheet(day=one.day, counter=one.counter, reason=reason))
        return "reopened"
    who: SheetPart = "leader" if _manages(account) else "clerk"
    clerk = None if who == "leader" else account.clerk
    if request.form.get("entries"):
        entries = _entries(web)
        if entries != one.entries or not one.filled_by:
            same = request.form.get("seen") == seen_of(one)
            as_of = found.as_of if same else 0  # 0: the engine refuses, somebody has written since
            _ask(web, account, form, _filled(one, entries, who, clerk, as_of))
    if do == "save":
        return "saved"
    now = _day_of(web, one.day)
    fresh = now.of(one.counter)
    if fresh is None or request.form.get("tag") != tag_of(fresh.figures):
        raise FiguresMoved
    wish = SignSheet(
        day=one.day,
        counter=one.counter,
        who=who,
        clerk=clerk,
        digest=fresh.digest,
        as_of=now.as_of,
        note=_text("note") if who == "leader" else "",
    )
    _ask(web, account, form, wish)
    return "signed"


def _filled(one: Sheet, entries: Entries, who: SheetPart, clerk: str | None, as_of: int) -> FillSheet:
    return FillSheet(
        day=one.day,
        counter=one.counter,
        who=who,
        clerk=clerk,
        items_version=entries.items_version,
        counts=entries.counts,
        checks=entries.checks,
        remark=entries.remark,
        as_of=as_of,
    )


def _ask(web: Web, account: Account, form: str, wish: Command) -> None:
    """A form sent twice is one wish; with other contents it is another."""
    check_right(web, account, wish)
    digest = hashlib.sha256(msgspec.json.encode(wish, order="deterministic")).hexdigest()[:16]
    ask_engine(web, wish, f"{form}.{digest}", account.name)


def _entries(web: Web) -> Entries:
    """What was typed; SheetFormOutOfDate for what no form of ours sends."""
    version = request.form.get("items_version", "")
    if not version.isdecimal() or int(version[:4]) != ITEMS_VERSION:
        raise SheetFormOutOfDate
    return entries_of(web.hall, request.form.get, _text("remark"))


def _text(name: str) -> str:
    text = " ".join(request.form.get(name, "").split())
    if len(text) > TEXT_MOST:
        names = _TEXTS[name]
        raise SheetTextTooLong(name_zh=names.zh, name_en=names.en, most=TEXT_MOST)
    return text


def _shown(
    web: Web, account: Account, found: DaySheets, one: Sheet, done: str = "", error: WebError | None = None
) -> Response:
    view = web.hub.live.counter(one.counter)
    return page(
        "sheet.html",
        200 if error is None else error.status,
        day=found,
        sheet=one,
        manages=_manages(account),
        writes=account.may(Right.COUNTER),
        reads_all=account.may(Right.FIGURES),
        form=new_form_id("sheet"),
        tag=tag_of(one.figures),
        seen=seen_of(one),
        typed=request.form if error is not None and request.form.get("entries") else None,
        done=done,
        error=None if error is None else error.answer(),
        notes=() if view is None else view.sheets,
        **words_for(web.hall),
    )


def _day_of(web: Web, day: str) -> DaySheets:
    found = web.reports.sheets(day) if DAY.fullmatch(day) else None
    if found is None:
        raise NotFound
    return found


def _own(web: Web, day: str, counter: str) -> tuple[Account, DaySheets, Sheet]:
    """The sheet, if this account may see it: who reads figures any, a clerk that of a counter where he stood that day.

    A shared post (an account of nobody's) sees those of counters at which nobody of the hall file stood.
    """
    account = web.guard.need(Right.COUNTER, Right.FIGURES)
    found = _day_of(web, day)
    one = found.of(counter)
    if one is None:
        raise NotFound
    stood_there = account.clerk in one.clerks if account.clerk else not one.clerks
    if not account.may(Right.FIGURES) and not stood_there:
        raise NotYourCounter
    return account, found, one


def _manages(account: Account) -> bool:
    return account.may(Right.FLOOR)


def _left_over(web: Web) -> tuple[dict[str, Any], ...]:
    """The duty leader's tasks: sheets of days before that are not finished, the oldest first."""
    views = web.hub.live.counters(web.hall.counters)
    rows = [
        {"day": note.day, "counter": view.counter, "names": counter_names(web.hall, view.counter), "stage": note.stage}
        for view in views
        for note in view.sheets
        if note.task
    ]
    return tuple(sorted(rows, key=lambda row: row["day"]))
