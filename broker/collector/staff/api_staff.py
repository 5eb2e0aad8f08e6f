"""What staff may ask: commands, their console, pictures of screens."""

from datetime import date
from typing import Any

from flask import Blueprint, Response
from msgspec import structs

from broker.collector import answers as a
from broker.collector.booking import reminders
from broker.collector.errors import FiguresMoved, Malformed, NotFound
from broker.collector.heard.asking import ask_engine
from broker.collector.safety.guard import changes_something
from broker.collector.safety.may_ask import check_right
from broker.collector.safety.rights import IN_THE_HALL, Right
from broker.collector.web import Web, answer, answer_bytes, read_body
from broker.model import commands as c
from broker.model.views import CounterView
from broker.runtime.business_calendar import kind_of


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("staff_api", __name__, url_prefix="/api")
    live, allow = web.hub.live, web.guard.allow

    @routes.before_request
    def check_token() -> None:
        if changes_something():
            web.guard.need(*IN_THE_HALL)
            web.guard.check_token()

    @routes.post("/commands")
    @allow(*IN_THE_HALL)
    def command() -> Response:
        account = web.guard.need(*IN_THE_HALL)
        body = read_body(a.CommandBody)
        wish = _by_calendar(web, body.command)
        check_right(web, account, wish)
        wish = as_it_stands(web, wish)
        result = ask_engine(web, wish, body.id, account.name)
        if isinstance(wish, c.CancelAppointment):
            reminders.cancelled_by_staff(web, wish.appointment)
        elif isinstance(wish, c.MoveAppointment):
            reminders.moved(web, wish.appointment, wish.at_ms)
        return answer(a.CommandAnswer(id=body.id, result=result))

    @routes.get("/consoles/<counter>")
    @allow(Right.COUNTER)
    def console(counter: str) -> Response:
        view = live.counter(counter)
        if view is None:
            raise NotFound
        return answer(_for_staff(view))

    _picture_route(routes, web)
    return routes


def _picture_route(routes: Blueprint, web: Web) -> None:
    hall, live = web.hall, web.hub.live

    @routes.get("/pictures/<device>/<name>")
    def picture(device: str, name: str) -> Response:
        if not web.may_see_virtual():
            web.guard.need(*IN_THE_HALL)
        if hall.device_role(device) is None:
            raise NotFound
        web.hub.ask(device)
        found = live.picture(device, name)
        if found is None:
            return Response(status=204)
        return answer_bytes(found.data, "image/png")


def _for_staff(view: CounterView) -> CounterView:
    """A ticket's id is its holder's: it opens the page that says whether the visit may still be rated. And whether a
    visitor is still asked for a rating says whether there is one."""
    here = view.ticket
    return structs.replace(view, evaluation=None, ticket=None if here is None else structs.replace(here, ticket=""))


def as_it_stands(web: Web, wish: c.Command) -> c.Command:
    """A signature is of what stands there, as the page shows its digest; else FiguresMoved.

    One of made up content would hold for the engine, which counts no figures, and for no reader. The journal's position
    is put in here: whoever might try positions would find out when somebody rates.
    """
    if isinstance(wish, c.FillSheet) and wish.as_of is not None:
        raise Malformed(detail="'as_of' is the server's to say here")
    if not isinstance(wish, c.SignSheet):
        return wish
    found = web.reports.sheets(wish.day)
    one = None if found is None else found.of(wish.counter)
    if found is None or one is None:
        raise NotFound
    if wish.digest != one.digest:
        raise FiguresMoved
    return structs.replace(wish, as_of=found.as_of)


def _by_calendar(web: Web, wish: Any) -> c.Command:
    """A day is opened with the opening times of the hall's calendar, not with a page's; Malformed for no date."""
    if isinstance(wish, c.OpenDay):
        try:
            kind = kind_of(web.hall, date.fromisoformat(wish.day))[0]
            return c.OpenDay(day=wish.day, sessions=web.sessions_of(wish.day), kind=kind)
        except (ValueError, OverflowError):
            raise Malformed(detail="'day' must be a date such as 2026-03-02") from None
    return wish  # type: ignore[no-any-return]
