"""Pages for everybody: is it worth coming now, and where does my ticket stand?"""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import NothingKnown, UnknownTicketNumber
from broker.collector.heard import glance
from broker.collector.heard.silence import silence
from broker.collector.one_ticket import NUMBER, as_printed, look_up
from broker.collector.pages import LIVE_HEADER, page, versioned_part
from broker.collector.public.opens_again import OpensAgain
from broker.collector.public.sharing import shared_page
from broker.collector.web import Web
from broker.collector.wording import language
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus

IN_LINE = (TicketStatus.WAITING, TicketStatus.CALLED, TicketStatus.HELD)
"""Of these a page follows from the ticket, an emergency and the minute; what is over also says what else is offered."""


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("public", __name__)
    hall, live = web.hall, web.hub.live
    opens_again = OpensAgain(web)

    @routes.get("/")
    def status() -> Response:
        try:
            return shared_page(web, "status.html", now)
        except NothingKnown:
            return page("starting.html", 503)

    def now() -> dict[str, Any]:
        shown = glance.hall_status(hall, live)
        now_ms = web.clock.now_ms()
        return {
            "status": shown,
            "counters": glance.counters(hall, live).counters,
            "silent": silence(hall, live, now_ms),
            "again_ms": opens_again.ms(shown.open, shown.at_ms),
        }

    @routes.get("/find")
    def find() -> AnyResponse:
        # Only what looks like a printed number goes on: somebody may type an identity number by mistake.
        typed = request.args.get("number", "")[:32].strip()
        number = as_printed(hall, typed).upper()
        if NUMBER.fullmatch(number) is not None:
            return redirect(url_for("public.ticket", key=number))
        return page("ticket_unknown.html", 404, key="", no_number=True) if typed else redirect(url_for("public.status"))

    @routes.get("/t/<key>")
    def ticket(key: str) -> Response:
        try:
            found = look_up(web, key)
        except UnknownTicketNumber:
            return page("ticket_unknown.html", 404, key=key)
        proof = request.args.get("k", "")[:64]
        silent = silence(hall, live, web.clock.now_ms())
        waits = found.status not in FINAL and found.status is not TicketStatus.SERVING
        context = {"ticket": found, "key": key, "proof": proof, "silent": silent, "may_be_called": waits}
        strange = web.guard.account() is None and request.headers.get(LIVE_HEADER) == "live"
        if not strange or found.status not in IN_LINE:
            return page("ticket.html", **context)
        body = live.hall_body()
        emergency = None if body is None else body.emergency
        minute = web.clock.now_ms() // 60_000  # it says of when it is
        return versioned_part("ticket.html", (context, emergency, minute, language()), **context)

    @routes.get("/sw.js")
    def service_worker() -> Response:
        # From the root, since a worker serves only what lies below its own address.
        return current_app.send_static_file("sw.js")

    return routes
