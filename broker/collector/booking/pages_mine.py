"""A booking as its holder sees it, by its signed link or by code and identity: shown, printed, moved, cancelled."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.booking.booked import Booked
from broker.collector.booking.calendar_file import calendar_file
from broker.collector.booking.desk import BookingDesk
from broker.collector.booking.pages_booking import kind_of, shown_day
from broker.collector.booking.typed_errors import NoTime, WrongCode
from broker.collector.booking.written_down import code_typed
from broker.collector.errors import WebError
from broker.collector.pages import page
from broker.collector.qr import qr_drawing
from broker.collector.web import Web
from broker.contract.appointment_code import text_of

HOUR_MS = 3_600_000


def add_own_pages(routes: Blueprint, web: Web, desk: BookingDesk) -> None:
    """The routes under ``/booking/a`` and the way to them."""

    @routes.get("/booking/mine")
    def finding() -> Response:
        return page("booking_find.html", error=None, kind=kind_of(request.args.get("kind", "")), typed="")

    @routes.post("/booking/mine")
    def found() -> AnyResponse:
        web.guard.check_token()
        kind = kind_of(request.form.get("kind", ""))
        code = code_typed(request.form.get("code", ""))
        try:
            if not code:
                raise WrongCode
            booked = desk.find(code, kind, request.form.get("number", "")[:80])
        except WebError as error:
            return page("booking_find.html", error.status, error=error.answer(), kind=kind, typed=code)
        return redirect(url_for("booking.mine", appointment=booked.appointment, k=desk.sign(booked.appointment)), 303)

    _add_managing(routes, web, desk)


def _add_managing(routes: Blueprint, web: Web, desk: BookingDesk) -> None:
    @routes.get("/booking/a/<appointment>")
    def mine(appointment: str) -> Response:
        return _shown(web, desk, desk.mine(appointment, _sign()))

    @routes.get("/booking/a/<appointment>.ics")
    def as_file(appointment: str) -> Response:
        booked = desk.mine(appointment, _sign())
        text = calendar_file(web.hall, booked, web.clock.now_ms(), desk.link(appointment))
        response = Response(text, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.post("/booking/a/<appointment>/cancelled")
    def cancel(appointment: str) -> Response:
        web.guard.check_token()
        booked = desk.mine(appointment, request.form.get("k", "")[:64])
        try:
            desk.cancel(booked)
        except WebError as error:
            return _shown(web, desk, booked, error)
        return page("booking_cancelled.html", booked=booked)

    @routes.get("/booking/a/<appointment>/moved")
    def moving(appointment: str) -> Response:
        return _move_form(desk, desk.mine(appointment, _sign()))

    @routes.post("/booking/a/<appointment>/moved")
    def move(appointment: str) -> AnyResponse:
        web.guard.check_token()
        form = request.form
        booked = desk.mine(appointment, form.get("k", "")[:64])
        at = form.get("at_ms", "")[:16]
        try:
            if not at.isdecimal():
                raise NoTime
            kind = "unit" if booked.unit else "person"
            desk.move(booked, int(at), kind_of(kind), form.get("number", "")[:80])
        except WebError as error:
            return _move_form(desk, booked, error)
        return redirect(url_for("booking.mine", appointment=appointment, k=desk.sign(appointment)), 303)


def _sign() -> str:
    return request.args.get("k", "")[:64]


def _shown(web: Web, desk: BookingDesk, booked: Booked, error: WebError | None = None) -> Response:
    rules = web.hall.rules
    last_ms = booked.time_ms - round(rules.appointment_cancel_hours * HOUR_MS)
    return page(
        "booking_mine.html",
        200 if error is None else error.status,
        booked=booked,
        items=[(web.hall.services[key], count) for key, count in booked.items if key in web.hall.services],
        drawing=qr_drawing(text_of(web.hall.hall.id, booked.code)),
        sign=desk.sign(booked.appointment),
        early_ms=booked.time_ms - rules.appointment_early_min * 60_000,
        late_ms=booked.time_ms + rules.appointment_late_min * 60_000,
        last_ms=last_ms,
        may_change=web.clock.now_ms() <= last_ms and booked.state == "booked",
        error=None if error is None else error.answer(),
    )


def _move_form(desk: BookingDesk, booked: Booked, error: WebError | None = None) -> Response:
    days = desk.slots.days(booked.service)
    return page(
        "booking_move.html",
        200 if error is None else error.status,
        booked=booked,
        days=days,
        shown=shown_day(days),
        sign=desk.sign(booked.appointment),
        error=None if error is None else error.answer(),
    )
