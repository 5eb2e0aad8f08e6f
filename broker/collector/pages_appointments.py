"""预约: the desk writes one down and gives its code along, as a QR code to be scanned and as digits to be typed."""

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.accounts import Role
from broker.collector.asking import ask_engine
from broker.collector.booking import Booking, booking_of, check_served
from broker.collector.errors import NotFound, WebError
from broker.collector.guard import changes_something
from broker.collector.pages import page
from broker.collector.qr import qr_drawing
from broker.collector.web import Web
from broker.contract.appointment_code import text_of
from broker.model.commands import BookAppointment

QUARTER_MIN = 15


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall without the class for appointments has none of these pages."""
    routes = Blueprint("appointments", __name__, url_prefix="/appointments")

    @routes.before_request
    def check() -> None:
        if "appointment" not in web.hall.priority:
            raise NotFound
        web.guard.need(Role.CLERK)
        if changes_something():
            web.guard.check_token()

    @routes.get("")
    def form() -> Response:
        return _form(web, {"appointment": _new_id(), "day": web.today(), "time": _next_quarter(web)})

    @routes.post("")
    def book() -> AnyResponse:
        fields = {name: request.form.get(name, "")[:64] for name in ("appointment", "service", "day", "time")}
        try:
            booking = _booking(web, fields)
            check_served(web.hall, booking, fields["day"], fields["time"], web.sessions_of)
            command = BookAppointment(
                appointment=booking.appointment, code=booking.code, service=booking.service, at_ms=booking.at_ms
            )
            ask_engine(web, command, booking.wish, web.guard.need(Role.CLERK).name)
        except WebError as error:
            taken = error.answer().code == "code_taken"
            return _form(web, fields | ({"appointment": _new_id()} if taken else {}), error)
        return redirect(url_for("appointments.slip", **fields))  # type: ignore[arg-type]

    @routes.get("/slip")
    def slip() -> Response:
        fields = {name: request.args.get(name, "")[:64] for name in ("appointment", "service", "day", "time")}
        booking = _booking(web, fields)
        rules = web.hall.rules
        return page(
            "appointment.html",
            booking=booking,
            service=web.hall.services[booking.service],
            drawing=qr_drawing(text_of(web.hall.hall.id, booking.code)),
            early_ms=booking.at_ms - rules.appointment_early_min * 60_000,
            late_ms=booking.at_ms + rules.appointment_late_min * 60_000,
        )

    return routes


def _booking(web: Web, fields: dict[str, str]) -> Booking:
    return booking_of(web.hall, web.zone, fields["appointment"], fields["service"], fields["day"], fields["time"])


def _form(web: Web, fields: dict[str, str], error: WebError | None = None) -> Response:
    said = None if error is None else error.answer()
    return page("appointments.html", 200 if error is None else error.status, fields=fields, error=said)


def _new_id() -> str:
    return f"desk-{secrets.token_hex(12)}"


def _next_quarter(web: Web) -> str:
    now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
    late_min = QUARTER_MIN - now.minute % QUARTER_MIN
    return f"{now + timedelta(minutes=late_min):%H:%M}"
