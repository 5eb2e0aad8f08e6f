"""导办台: the tablet page of whoever guides people: numbers for others, codes, priority, who came back, help."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector import answers as a
from broker.collector.booking.written_down import code_typed
from broker.collector.errors import EngineSilent, Malformed, NotACode, WebError
from broker.collector.heard import glance
from broker.collector.heard.silence import silence
from broker.collector.one_ticket import NUMBER, find_ticket
from broker.collector.pages import page
from broker.collector.qr import qr_drawing
from broker.collector.safety.rights import Right
from broker.collector.staff.desk_numbers import (
    MOST_AT_ONCE,
    Claims,
    Proofs,
    Wanted,
    check_in,
    new_batch,
    take,
    ticket_of,
)
from broker.collector.web import Web
from broker.model.numbers import offered_by
from broker.model.outlets import services_away
from broker.model.views import KioskView, ServiceView
from broker.model.words import STATUS_NAMES

LANGUAGES = ("zh", "en")
MISSED_SHOWN = 24


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("guide_desk", __name__, url_prefix="/guide-desk")
    claims, proofs = Claims(web), Proofs()

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.GUIDE)

    # Also where its forms are sent: a page that shows a refusal follows the hall, and turns to the other language, too.
    @routes.get("/tickets")
    @routes.get("/code")
    @routes.get("")
    def desk() -> Response:
        return _desk(web, claims)

    @routes.post("/tickets")
    def give() -> AnyResponse:
        wanted = _wanted(web)
        try:
            take(web, wanted, web.guard.need(Right.GUIDE).name, proofs)
        except WebError as error:
            return _desk(web, claims, error)
        return redirect(url_for("guide_desk.numbers", batch=wanted.batch, count=wanted.count), 303)

    @routes.post("/code")
    def code() -> AnyResponse:
        """By its code, which stands in no address."""
        batch, typed = request.form.get("batch", ""), code_typed(request.form.get("code", ""))
        ticket_of(batch, 0)
        if not typed:
            return _desk(web, claims, NotACode())
        try:
            before = check_in(web, batch, typed, web.guard.need(Right.GUIDE).name, proofs)
        except WebError as error:
            return _desk(web, claims, error)
        if before is not None:
            return redirect(url_for("guide_desk.desk", number=before), 303)
        return redirect(url_for("guide_desk.numbers", batch=batch, count=1), 303)

    @routes.get("/tickets/<batch>/<int:count>")
    def numbers(batch: str, count: int) -> Response:
        tickets = [ticket_of(batch, index) for index in range(max(1, min(count, MOST_AT_ONCE)))]
        papers = [_paper(web, ticket, proofs.of(ticket)) for ticket in tickets]
        return page("guide_numbers.html", papers=papers, at_ms=web.clock.now_ms())

    return routes


def _wanted(web: Web) -> Wanted:
    """The form; Malformed for what the page does not offer."""
    form = request.form
    service, kiosk, priority = (form.get(name, "") for name in ("service", "kiosk", "priority"))
    language, count = form.get("language", "zh"), form.get("count", "1")
    known = service in web.hall.services and service not in services_away(web.hall)
    if not known or (kiosk and kiosk not in web.hall.kiosks) or (priority and priority not in web.hall.priority):
        raise Malformed(detail="service, kiosk, priority")
    if language not in LANGUAGES or count not in map(str, range(1, MOST_AT_ONCE + 1)):
        raise Malformed(detail="language, count")
    ticket_of(form.get("batch", ""), 0)
    return Wanted(
        batch=form["batch"],
        service=service,
        count=int(count),
        kiosk=kiosk or None,
        language=language,  # type: ignore[arg-type]
        large="large" in form,
        priority=priority or None,
    )


def _paper(web: Web, ticket: str, proof: str | None) -> dict[str, object]:
    """One number as the page shows it; without a story while the kiosk has not given it."""
    story = web.reports.ticket(ticket)
    if story is None:
        return {"story": None}
    body = web.hub.live.body("service", story.service)
    line = body if isinstance(body, ServiceView) else None
    path = url_for("public.ticket", key=ticket, k=proof)
    address = (web.hall.collector.public_url or request.url_root).rstrip("/") + path
    waits = line is not None and story.number in line.numbers
    return {
        "story": story,
        "service": web.hall.services.get(story.service),
        "ahead": line.numbers.index(story.number) if line is not None and waits else None,
        "wait": line.line.wait if line is not None else None,
        "no_counter": line is not None and not line.line.counters,
        "drawing": qr_drawing(address),
    }


def _desk(web: Web, claims: Claims, error: WebError | None = None) -> Response:
    account = web.guard.need(Right.GUIDE)
    found, unknown = _found(web, request.args.get("number", "").strip().upper())
    try:
        waiting = claims.now(account.name)
    except EngineSilent:
        waiting = {"claims": [], "more": False}
    views = web.hub.live.counters(web.hall.counters)
    said = None if error is None else error.answer()
    return page(
        "guide_desk.html",
        200 if error is None else error.status,
        kiosks=[_kiosk(web, key) for key in web.hall.kiosks],
        lines=_lines(web),
        claims=waiting,
        missed=sorted({number for view in views for number in view.missed})[-MISSED_SHOWN:],
        found=found,
        unknown=unknown,
        batch=new_batch(),
        status_names=STATUS_NAMES,
        most=MOST_AT_ONCE,
        error=said,
        silent=silence(web.hall, web.hub.live, web.clock.now_ms()),
    )


def _found(web: Web, number: str) -> tuple[a.TicketAnswer | None, str]:
    """The ticket that was asked for, or what was typed where there is none."""
    if not NUMBER.fullmatch(number):
        return None, ""
    try:
        return find_ticket(web, number), ""
    except WebError:
        return None, number


def _lines(web: Web) -> dict[str, ServiceView]:
    away = services_away(web.hall)
    bodies = {key: web.hub.live.body("service", key) for key in web.hall.services if key not in away}
    return {key: body for key, body in bodies.items() if isinstance(body, ServiceView)}


def _kiosk(web: Web, key: str) -> dict[str, object]:
    """A kiosk of the list: whether it could print now, and what it offers."""
    device = next(one for one in glance.device_list(web.hall, web.hub.live) if one.device == key)
    body = web.hub.live.body("kiosk", key)
    paper = device.parts.get("printer", "")
    return {
        "key": key,
        "names": web.hall.kiosks[key].names,
        "online": device.online,
        "printer": paper,
        "issuing": isinstance(body, KioskView) and body.issuing,
        "services": offered_by(web.hall, key),
    }
