"""预约: the desk writes one down, gives its code along, and sees what is booked for today and the coming days."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.booking import reminders
from broker.collector.booking.booked import Booked, booked_between, booked_one, by_service
from broker.collector.booking.identity import Identities, Kind
from broker.collector.booking.written_down import Booking, booking_of, check_served, code_typed, moment_of
from broker.collector.errors import EngineRefused, Malformed, NotFound, WebError
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import LIVE_HEADER, page
from broker.collector.qr import qr_drawing
from broker.collector.safety.rights import AT_A_DESK
from broker.collector.staff.pages_restriction import may_lift
from broker.collector.web import Web
from broker.contract.appointment_code import text_of
from broker.model.commands import BookAppointment, MoveAppointment
from broker.model.slots import DAYS_AHEAD_MOST

QUARTER_MIN = 15
DAYS_SHOWN = 7
KEPT_S, DAYS_KEPT = 25.0, 32
_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
_FORM = form_id("move")


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall without the class for appointments has none of these pages."""
    routes = Blueprint("appointments", __name__, url_prefix="/appointments")

    @routes.before_request
    def check() -> None:
        if "appointment" not in web.hall.priority:
            raise NotFound
        web.guard.need_for_form(*AT_A_DESK)

    _booking_routes(routes, web)
    _moving_routes(routes, web)
    _list_routes(routes, web)
    return routes


def _booking_routes(routes: Blueprint, web: Web) -> None:
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
            ask_engine(web, command, booking.wish, _who(web))
        except WebError as error:
            # A refusal is the answer to that wish for ever; what is sent next is another one.
            again = {"appointment": _new_id()} if isinstance(error, EngineRefused) else {}
            return _form(web, fields | again, error)
        return redirect(url_for("appointments.slip", appointment=booking.appointment))

    @routes.get("/slip")
    def slip() -> AnyResponse:
        wanted = request.args.get("appointment", "")
        if not _ID.fullmatch(wanted):
            raise Malformed(detail="appointment")
        booked = booked_one(web, _who(web), appointment=wanted)
        if booked is None or booked.service not in web.hall.services:
            raise NotFound
        rules = web.hall.rules
        if booked.until_ms is not None:
            return redirect(url_for("slips.paper", slip=wanted))
        return page(
            "appointment.html",
            booked=booked,
            service=web.hall.services[booked.service],
            drawing=qr_drawing(text_of(web.hall.hall.id, booked.code)),
            early_ms=booked.time_ms - rules.appointment_early_min * 60_000,
            late_ms=booked.time_ms + rules.appointment_late_min * 60_000,
        )


def _moving_routes(routes: Blueprint, web: Web) -> None:
    identities = Identities(web)

    @routes.get("/moved")
    def moving() -> Response:
        booked = _movable(web, request.args.get("appointment", ""))
        at = datetime.fromtimestamp(booked.time_ms / 1000, web.zone)
        return _move_form(web, booked, f"{at:%Y-%m-%d}", f"{at:%H:%M}")

    @routes.post("/moved")
    def move() -> AnyResponse:
        """To another time, with the same code; also what was booked from home, for who rings up."""
        booked, form = _movable(web, request.form.get("appointment", "")), request.form.get("form", "")
        if not _FORM.fullmatch(form):
            raise Malformed(detail="form")
        day, time = (request.form.get(name, "")[:16] for name in ("day", "time"))
        try:
            at_ms = moment_of(web.zone, day, time)
            for service in {booked.service, *(key for key, _ in booked.items)}:
                check_served(web.hall, Booking(booked.appointment, service, at_ms), day, time, web.sessions_of)
            command = _move(identities, booked, at_ms, request.form.get("number", "")[:80])
            ask_engine(web, command, f"{form}.{at_ms}", _who(web))
        except WebError as error:
            return _move_form(web, booked, day, time, error)
        reminders.moved(web, booked.appointment, at_ms)
        return redirect(url_for("appointments.slip", appointment=booked.appointment), 303)


def _move(identities: Identities, booked: Booked, at_ms: int, typed: str) -> MoveAppointment:
    """With the number of whose it is, where it was typed, of what was booked from home: then the card of the new day
    leads to it as that of the old one did. WrongIdentity or WrongUnitCode."""
    if booked.source != "home" or not typed.strip():
        return MoveAppointment(appointment=booked.appointment, at_ms=at_ms)
    kind: Kind = "unit" if booked.unit else "person"
    was, person = (identities.day_key(kind, typed, of_ms) for of_ms in (booked.key_ms, at_ms))
    return MoveAppointment(appointment=booked.appointment, at_ms=at_ms, was=was, person=person)


def _movable(web: Web, wanted: str) -> Booked:
    """Malformed for no id, NotFound for none that could be moved."""
    if not _ID.fullmatch(wanted):
        raise Malformed(detail="appointment")
    booked = booked_one(web, _who(web), appointment=wanted)
    if booked is None or booked.service not in web.hall.services or booked.until_ms is not None:
        raise NotFound
    return booked


def _move_form(web: Web, booked: Booked, day: str, time: str, error: WebError | None = None) -> Response:
    """Each form that is shown is a wish of its own: moved there and back, the second is not the first."""
    said = None if error is None else error.answer()
    shown = {"booked": booked, "form": new_form_id("move"), "day": day, "time": time, "error": said}
    return page("appointment_move.html", 200 if error is None else error.status, **shown, **_days_open(web))


def _days_open(web: Web) -> dict[str, date]:
    """Between which days an appointment may be."""
    today = date.fromisoformat(web.today())
    return {"first": today, "last": today + timedelta(days=DAYS_AHEAD_MOST)}


def _list_routes(routes: Blueprint, web: Web) -> None:
    recent = _Recent(web)

    @routes.get("/list")
    def listed() -> Response:
        who = _who(web)
        day = _day(web, request.args.get("day") or web.today())
        begins = _midnight_ms(web, day)
        booked = recent.booked(
            day, lambda: booked_between(web, who, begins, _midnight_ms(web, day + timedelta(days=1)))
        )
        services = by_service(web, day.isoformat(), booked)
        return _list(web, day=day, days=_days(web, day), at_ms=begins, services=services, total=len(booked))

    @routes.post("/list")
    def found() -> Response:
        """By its code, which stands in no address."""
        code = code_typed(request.form.get("code", ""))
        one = booked_one(web, _who(web), code=code) if code else None
        return _list(web, 200 if one else 404, day=None, days=_days(web, None), one=one, typed=code)


def _list(web: Web, status: int = 200, **shown: object) -> Response:
    """What is booked; whoever may lift a restriction finds the way to it there."""
    return page("booked.html", status, **shown, lifts=may_lift(web))


class _Recent:
    """What the engine said last of a day, for pages that stay open and follow it by themselves: each question is a
    command with an answer that is kept, so that many desks are not to ask every few seconds. Who opens or turns to the
    list reads it as it is now."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: dict[date, tuple[float, list[Booked]]] = {}

    def booked(self, day: date, ask: Callable[[], list[Booked]]) -> list[Booked]:
        now_s = self._web.clock.machine_s()
        known = self._known.get(day) if request.headers.get(LIVE_HEADER) else None
        if known is not None and now_s - known[0] < KEPT_S:
            return known[1]
        booked = ask()
        if len(self._known) >= DAYS_KEPT:
            self._known.clear()
        self._known[day] = (now_s, booked)
        return booked


def _who(web: Web) -> str:
    return web.guard.need(*AT_A_DESK).name


def _day(web: Web, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(detail="day") from None


def _midnight_ms(web: Web, day: date) -> int:
    try:
        return max(0, round(datetime(day.year, day.month, day.day, tzinfo=web.zone).timestamp() * 1000))
    except (ValueError, OverflowError):
        raise Malformed(detail="day") from None


def _days(web: Web, shown: date | None) -> list[tuple[str, int]]:
    """Today and the days after it, and the one that is shown, each with a moment of it."""
    today = date.fromisoformat(web.today())
    days = {today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)} | ({shown} if shown is not None else set())
    return [(day.isoformat(), _midnight_ms(web, day)) for day in sorted(days)]


def _booking(web: Web, fields: dict[str, str]) -> Booking:
    return booking_of(web.hall, web.zone, fields["appointment"], fields["service"], fields["day"], fields["time"])


def _form(web: Web, fields: dict[str, str], error: WebError | None = None) -> Response:
    said = None if error is None else error.answer()
    status = 200 if error is None else error.status
    return page("appointments.html", status, fields=fields, error=said, **_days_open(web))


def _new_id() -> str:
    return new_form_id("desk")


def _next_quarter(web: Web) -> str:
    now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
    late_min = QUARTER_MIN - now.minute % QUARTER_MIN
    return f"{now + timedelta(minutes=late_min):%H:%M}"
