"""远程取号: a number taken at home. The identity number is turned into the day's key at once and kept nowhere."""

import re
import secrets

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import BadToken, EngineRefused, EngineSilent, NotFound, TooMany, WrongIdentity
from broker.collector.heard import glance
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.public.api_holders import ON_PHONE
from broker.collector.web import Web, address
from broker.collector.wording import language
from broker.model.commands import TakeOnPhone
from broker.model.numbers import ENGINE, ranges_of
from broker.model.person_keys import NotAnIdentityNumber, identity_number
from broker.model.views import ServiceLine
from broker.model.words import Names

_TICKET = re.compile(r"phone-[0-9a-f]{32}")
WRONG_NUMBER = Names(WrongIdentity.zh, WrongIdentity.en)
SHUT = ("closed", "paused", "full")
"""States of a line in which nobody gets a number."""
NO_SERVICE = Names("请选择业务", "Please choose a service.")
TOO_MANY = Names("请求过于频繁，请稍后再试", "Too many requests. Please try again in a moment.")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("take", __name__)
    routes.record(lambda made: made.app.jinja_env.globals.update(take_offered=lambda: bool(offered(web))))

    @routes.get("/take")
    def form() -> Response:
        _check_offered(web)
        return _form(web, chosen=request.args.get("service", ""))

    @routes.post("/take")
    def take() -> AnyResponse:
        _check_offered(web)
        try:
            web.guard.check_token()
            web.takes.take(address())
        except TooMany:
            return _form(web, 429, error=TOO_MANY)
        ticket, service = request.form.get("ticket", ""), request.form.get("service", "")
        if _TICKET.fullmatch(ticket) is None:
            raise BadToken
        if service not in offered(web):
            return _form(web, 422, error=NO_SERVICE)
        try:
            number = identity_number(request.form.get("identity", ""))
        except NotAnIdentityNumber:
            return _form(web, 422, chosen=service, error=WRONG_NUMBER)
        assert web.options.persons is not None
        person = web.options.persons.key(number, _day(web))
        wish = TakeOnPhone(ticket=ticket, service=service, person=person, language="en" if language() == "en" else "zh")
        try:
            given = ask_engine(web, wish, ticket, ON_PHONE)
        except EngineRefused as refused:
            return _form(web, 409, chosen=service, error=refused.refusal.sentence)
        except EngineSilent as silent:  # sent again it is the same number, whether or not there is one by now
            return _form(web, silent.status, chosen=service, error=Names(silent.zh, silent.en), ticket=ticket)
        return redirect(url_for("public.ticket", key=ticket, k=given["proof"]), 303)

    return routes


def offered(web: Web) -> tuple[str, ...]:
    """Services for which the hall gives numbers on phones; none without a way to tell persons apart."""
    hall = web.hall
    known = (key for key in hall.remote.services if key in hall.services) if web.options.persons else ()
    return tuple(key for key in known if ENGINE in ranges_of(hall, hall.services[key].series))


def _check_offered(web: Web) -> None:
    if not offered(web):
        raise NotFound


def _day(web: Web) -> str:
    """The business day, as at the kiosks."""
    body = web.hub.live.hall_body()
    return (body.day if body is not None else None) or web.today()


def _form(web: Web, code: int = 200, *, chosen: str = "", error: Names | None = None, ticket: str = "") -> Response:
    lines = {line.service: line for line in glance.hall_status(web.hall, web.hub.live).services}
    rows: list[tuple[str, Names, ServiceLine | None]] = [
        (key, web.hall.services[key].names, lines.get(key)) for key in offered(web)
    ]
    ticket = ticket or f"phone-{secrets.token_hex(16)}"
    offers = any(line is not None and line.state not in SHUT for _, _, line in rows)
    return page(
        "take.html", code, rows=rows, chosen=chosen, error=error, ticket=ticket, remote=web.hall.remote, offers=offers
    )
