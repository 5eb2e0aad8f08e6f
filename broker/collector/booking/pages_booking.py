"""Pages for who books from home: which service, which half-hour, who. Each works without scripts, on a small phone."""

from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.booking.desk import WISH, BookingDesk, Wish
from broker.collector.booking.identity import Kind
from broker.collector.booking.reminders import offered
from broker.collector.booking.slots_shown import DayShown
from broker.collector.booking.typed_errors import WrongCount
from broker.collector.errors import BadToken, EngineRefused, NotFound, WebError
from broker.collector.forms import new_form_id
from broker.collector.pages import page
from broker.collector.web import Web
from broker.collector.wording import t
from broker.model.slots import Item, reserved_of
from broker.model.views import ServiceView

MORE_ITEMS = 3
"""So many further services have a row in the form of an employer."""
PIECES_MOST = 99
"""Of one item, as the model has it (``slots.Item``)."""


def add_pages(routes: Blueprint, web: Web, desk: BookingDesk) -> None:
    """The routes under ``/booking`` up to the booking itself."""

    @routes.app_template_filter("weekday")
    def weekday(day: date) -> str:
        return t(f"周{'一二三四五六日'[day.weekday()]}", f"{day:%a}")

    @routes.get("/booking")
    def services() -> Response:
        offers = {key: desk.slots.days(key) for key in desk.slots.services()}
        return page("booking.html", offers=offers, rules=web.hall.rules)

    @routes.get("/booking/<service>")
    def slots(service: str) -> Response:
        days = _days(desk, service)
        body = web.hub.live.body("service", service)
        line = body.line if isinstance(body, ServiceView) else None
        kept = reserved_of(web.hall, service)
        return page("booking_slots.html", service=service, days=days, shown=shown_day(days), line=line, kept=kept)

    @routes.get("/booking/<service>/<int:at_ms>")
    def who(service: str, at_ms: int) -> Response:
        return _form(web, desk, service, at_ms, {"id": _new_id(), "kind": kind_of(request.args.get("kind", ""))})

    @routes.post("/booking/<service>/<int:at_ms>")
    def book(service: str, at_ms: int) -> AnyResponse:
        web.guard.check_token()
        if not desk.is_near(at_ms):
            raise NotFound
        names = (
            "id",
            "kind",
            "phone",
            "count",
            *(f"{one}_{n}" for n in range(MORE_ITEMS) for one in ("more", "count")),
        )
        fields = {name: request.form.get(name, "")[:64] for name in names}
        fields["kind"] = kind_of(fields["kind"])
        if WISH.fullmatch(fields["id"]) is None:
            raise BadToken  # no page of ours made this form
        try:
            desk.book(_wish(service, at_ms, fields, request.form.get("number", "")[:80]))
        except WebError as error:
            # A refusal is the answer to that wish for ever; what is sent next is another one.
            again = {"id": _new_id()} if isinstance(error, EngineRefused) else {}
            return _form(web, desk, service, at_ms, fields | again, error)
        return redirect(url_for("booking.mine", appointment=fields["id"], k=desk.sign(fields["id"])), 303)


def shown_day(days: list[DayShown]) -> DayShown:
    """The day that is asked for; otherwise the first on which there is a place."""
    wanted = request.args.get("day", "")
    for one in days:
        if one.day.isoformat() == wanted:
            return one
    return next((one for one in days if one.pressure in ("free", "few")), days[0])


def kind_of(text: str) -> Kind:
    """What a form or address says, or a person."""
    return "unit" if text == "unit" else "person"


def _days(desk: BookingDesk, service: str) -> list[DayShown]:
    if service not in desk.slots.services():
        raise NotFound
    return desk.slots.days(service)


def _form(
    web: Web, desk: BookingDesk, service: str, at_ms: int, fields: dict[str, str], error: WebError | None = None
) -> Response:
    slot = next((one for day in _days(desk, service) for one in day.slots if one.at_ms == at_ms), None)
    if slot is None and error is None:
        raise NotFound
    others = [key for key in desk.slots.services() if key != service]
    said = None if error is None else error.answer()
    return page(
        "booking_who.html",
        200 if error is None else error.status,
        service=service,
        at_ms=at_ms,
        fields=fields,
        error=said,
        others=others,
        rows=min(MORE_ITEMS, len(others)),
        reminds=offered(web),
        rules=web.hall.rules,
    )


def _wish(service: str, at_ms: int, fields: dict[str, str], typed: str) -> Wish:
    pieces = {service: _count(fields["count"])}
    if fields["kind"] == "unit":
        for n in range(MORE_ITEMS):
            if other := fields[f"more_{n}"]:  # a service chosen twice is one item with the pieces of both
                pieces[other] = pieces.get(other, 0) + _count(fields[f"count_{n}"])
    if max(pieces.values()) > PIECES_MOST:
        raise WrongCount
    items = tuple(Item(key, count) for key, count in pieces.items())
    phone = fields["phone"].replace(" ", "").replace("-", "")
    return Wish(fields["id"], items, at_ms, kind_of(fields["kind"]), typed, phone)


def _count(text: str) -> int:
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= PIECES_MOST:
        raise WrongCount
    return int(text)


def _new_id() -> str:
    return new_form_id("home")
