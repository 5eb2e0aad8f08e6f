"""Ratings for who reads figures: what became of a day's visits, what looks made up, paper forms, wishes to be called.

Nobody is punished by this page, and nobody learns from it who rated: no ticket, no time and no figure of a few
(``broker.store.disclosure``). Nor does a paper form tell whether the visit was rated before.
"""

import re
from dataclasses import dataclass, replace

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector import answers as a
from broker.collector.errors import Malformed, NotFound, WebError
from broker.collector.figures.api_evaluations import enter_paper_form
from broker.collector.figures.contacts import NOTE_MOST, PHONE_MOST, Contact
from broker.collector.forms import DAY, form_id, new_form_id
from broker.collector.pages import page
from broker.collector.safety.guard import changes_something
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.model.ratings import REASONS, REASONS_VERSION
from broker.model.words import Level, Names
from broker.store.disclosure import ENOUGH

_ID = form_id("paper")
_NUMBER = re.compile(r"[A-Z][0-9]{2,4}")
_PHONE = re.compile(r"[0-9+() -]*")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("ratings", __name__, url_prefix="/ratings")

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.FOLLOW_UP if changes_something() else Right.FIGURES)

    @routes.get("")
    def overview() -> Response:
        return _page(web)

    @routes.post("/paper")
    def paper() -> AnyResponse:
        try:
            enter_paper_form(web, web.guard.need(Right.FOLLOW_UP), _form_of_paper())
        except WebError as error:
            return _page(web, error)
        web.guard.note("paper_entered")
        return redirect(url_for("ratings.overview", entered=1))

    @routes.post("/contact")
    def contact() -> AnyResponse:
        wishes = {wish.mark: wish for wish in web.reports.contact_wishes(web.contacts.since_ms)}
        wish = wishes.get(request.form.get("wish", ""))
        if wish is None:
            raise NotFound
        phone, note = request.form.get("phone", "").strip(), request.form.get("note", "").strip()
        if len(phone) > PHONE_MOST or _PHONE.fullmatch(phone) is None:
            return _page(web, typed=_Typed(wish.mark, phone[:NOTE_MOST], note[:NOTE_MOST], NotATelephone()))
        if len(note) > NOTE_MOST:
            return _page(web, typed=_Typed(wish.mark, phone, note[:NOTE_MOST], Malformed(detail="note")))
        noted = Contact(wish.evaluation, wish.at_ms, phone, note, account=web.guard.need(Right.FOLLOW_UP).name)
        done = request.form.get("action") == "done"
        web.guard.note("contact_written")
        web.contacts.write(replace(noted, done_ms=web.clock.now_ms() if done else None))
        return redirect(url_for("ratings.overview") + "#contacts")

    return routes


class NotATelephone(WebError):
    """What was typed stays in the form: whoever left the number has gone by now."""

    status, code = 400, "not_a_telephone"
    zh = "电话没有保存：只能填数字、空格和 + - ( )，最多 {most} 位。请更正后再保存"
    en = "Not saved: a telephone has digits, blanks and + - ( ), {most} at most. Correct it and save again."

    def __init__(self) -> None:
        super().__init__(most=PHONE_MOST)


@dataclass(frozen=True)
class _Typed:
    """What was typed for a wish, by its ``mark``, and why it was not saved."""

    mark: str
    phone: str
    note: str
    refused: WebError


def _page(web: Web, error: WebError | None = None, typed: _Typed | None = None) -> Response:
    day = request.args.get("day") or None
    if day is not None and DAY.fullmatch(day) is None:
        raise Malformed(detail="'day' must be a date such as 2026-03-02")
    report = web.reports.ratings(day)
    if report is None and day is not None:
        raise NotFound
    noted = web.contacts.all()
    if noted and web.guard.need(Right.FIGURES, Right.FOLLOW_UP).may(Right.FOLLOW_UP):
        web.guard.note("contacts_read")
    wishes = [(wish, noted.get(wish.evaluation)) for wish in web.reports.contact_wishes(web.contacts.since_ms)]
    return page(
        "ratings.html",
        (error or typed.refused).status if error or typed else 200,
        report=report,
        days=web.reports.days()[:31],
        error=None if error is None else error.answer(),
        typed=typed,
        typed_error=None if typed is None else typed.refused.answer(),
        entered="entered" in request.args,
        paper_id=new_form_id("paper"),
        open_wishes=[pair for pair in wishes if pair[1] is None or pair[1].done_ms is None],
        done_wishes=[pair for pair in wishes if pair[1] is not None and pair[1].done_ms is not None],
        today=web.today(),
        contact_days=web.hall.rules.contact_days,
        reason_words=_reason_words,
        enough=ENOUGH,
        counter_names={key: counter.name for key, counter in web.hall.counters.items()},
        staff_numbers={key: clerk.staff_number for key, clerk in web.hall.clerks.items()},
    )


def _reason_words(key: str, version: int) -> Names:
    return REASONS.get(version, {}).get(key, Names(key, key))


def _form_of_paper() -> a.PaperRating:
    """What was typed from a form; Malformed."""
    form = request.form
    number, level = form.get("number", "").strip().upper(), form.get("level", "")
    day = form.get("day") or None
    if day is not None and DAY.fullmatch(day) is None:
        raise Malformed(detail="day")
    if _ID.fullmatch(form.get("id", "")) is None or _NUMBER.fullmatch(number) is None or level not in list(Level):
        raise Malformed(detail="number, level")
    reasons = tuple(key for key in REASONS[REASONS_VERSION] if key in form.getlist("reason"))
    return a.PaperRating(
        id=form["id"],
        number=number,
        day=day,
        level=Level(level),
        reasons=reasons,
        reasons_version=REASONS_VERSION if reasons else 0,
        contact="contact" in form,
    )
