"""一次性告知单: the clerk writes down once and completely what is missing; the visitor takes it along with a code.

In every hall: a slip needs no appointments. At the desk it is found again by its code, and printed once more.
"""

import hashlib
import re

from flask import Blueprint, Response, request

from broker.collector.booking.booked import booked_one
from broker.collector.booking.written_down import Booking, code_typed
from broker.collector.errors import Malformed, NotFound, NothingKnown, WebError
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.safety.may_ask import check_right
from broker.collector.safety.rights import AT_A_DESK, Right
from broker.collector.staff.slip_page import BETWEEN, slip_page
from broker.collector.web import Web
from broker.model.commands import GiveReturnSlip
from broker.model.views import CounterView

MISSING_MOST = 200
DAYS_MOST = 30
_ID = form_id("desk")
_KNOWN = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
_NUMBER = re.compile(r"([A-Z][0-9]{2,4})?")


class TooMuchMissing(WebError):
    status, code = 400, "too_much_missing"
    zh = "缺少的材料写得太长：合计最多 {most} 个字，没有保存"
    en = "That is too much text: {most} characters at most for all papers together. Nothing was saved."


class WrongDays(WebError):
    status, code = 400, "wrong_days"
    zh = "有效天数请填 1 到 {most} 的整数"
    en = "Give the days as a whole number from 1 to {most}."


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("slips", __name__, url_prefix="/slips")

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(*AT_A_DESK)

    _finding_routes(routes, web)
    _giving_routes(routes, web)
    return routes


def _finding_routes(routes: Blueprint, web: Web) -> None:
    @routes.get("")
    def finding() -> Response:
        return page("slips.html", one=None, typed="")

    @routes.post("")
    def found() -> Response:
        """By its code, which stands in no address."""
        code = code_typed(request.form.get("code", ""))
        one = booked_one(web, web.guard.need(*AT_A_DESK).name, code=code) if code else None
        one = one if one is not None and one.until_ms is not None else None
        return page("slips.html", 200 if one else 404, one=one, typed=code)

    @routes.get("/paper/<slip>")
    def paper(slip: str) -> Response:
        """The slip once more, as the engine knows it."""
        if not _KNOWN.fullmatch(slip):
            raise Malformed(detail="slip")
        one = booked_one(web, web.guard.need(*AT_A_DESK).name, appointment=slip)
        if one is None or one.until_ms is None or one.service not in web.hall.services:
            raise NotFound
        return slip_page(web, one.service, one.code, one.missing, one.until_ms)


def _giving_routes(routes: Blueprint, web: Web) -> None:
    @routes.get("/<counter>")
    def form(counter: str) -> Response:
        web.guard.need(Right.COUNTER)
        return _form(web, _view(web, counter), new_form_id("desk"))

    @routes.post("/<counter>")
    def give(counter: str) -> Response:
        account = web.guard.need(Right.COUNTER)
        view = _view(web, counter)
        slip, service = request.form.get("slip", "")[:64], request.form.get("service", "")[:64]
        seen = request.form.get("number", "")
        if not _ID.fullmatch(slip) or service not in web.hall.services or not _NUMBER.fullmatch(seen):
            raise Malformed(detail="slip")  # none of these is typed
        code = Booking(slip, service, 0).code
        try:
            missing, days = _missing(request.form.getlist("paper"), request.form.get("more", "")), _days()
            wish = GiveReturnSlip(counter=counter, seen=seen or None, slip=slip, code=code, missing=missing, days=days)
            check_right(web, account, wish)
            told = ask_engine(web, wish, _wish_id(wish), account.name)
        except WebError as error:
            return _form(web, view, slip, error)
        return slip_page(web, service, code, missing, told["until_ms"], counter)


def _view(web: Web, counter: str) -> CounterView:
    if counter not in web.hall.counters:
        raise NotFound
    view = web.hub.live.counter(counter)
    if view is None:
        raise NothingKnown
    return view


def _missing(papers: list[str], more: str) -> str:
    """One text of all that is to be brought, a piece for each paper."""
    said = [text.strip() for text in (*papers[:20], more) if text.strip()]
    missing = BETWEEN.join(said)
    if len(missing) > MISSING_MOST:
        raise TooMuchMissing(most=MISSING_MOST)
    return missing


def _days() -> int:
    typed = request.form.get("days", "")
    if not typed.isdecimal() or len(typed) > 4 or not 1 <= int(typed) <= DAYS_MOST:
        raise WrongDays(most=DAYS_MOST)
    return int(typed)


def _wish_id(wish: GiveReturnSlip) -> str:
    """A form sent twice is one wish; with another text it is another."""
    digest = hashlib.sha256(f"{wish.counter} {wish.missing} {wish.days}".encode()).hexdigest()
    return f"{wish.slip}.{digest[:16]}"


def _form(web: Web, view: CounterView, slip: str, error: WebError | None = None) -> Response:
    """What was ticked and typed stays in a form that is shown again."""
    said = None if error is None else error.answer()
    typed = {"papers": request.form.getlist("paper"), **{name: request.form.get(name) for name in ("more", "days")}}
    return page("slip_form.html", 200 if error is None else error.status, view=view, slip=slip, error=said, typed=typed)
