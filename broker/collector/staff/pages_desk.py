"""The light client of an outlet without gear: one page on a tablet gives numbers, calls, serves and pauses.

Whoever works there logs in as at any console; the keys of the page are the commands of a console. A number is the
engine's own, shown large with a code for the visitor's phone, and can be printed by whatever printer the tablet has.
"""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, NothingKnown, NotYourCounter, WebError
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.heard.silence import silence
from broker.collector.pages import page
from broker.collector.qr import qr_drawing
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.collector.staff.desk_numbers import Proofs
from broker.collector.web import Web
from broker.model.commands import ConfirmTicket, IssueTicket
from broker.model.outlets import services_at
from broker.model.views import CounterView, ServiceView
from broker.model.words import Holding

_ID = form_id("outlet")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    proofs = Proofs()
    routes = Blueprint("desk", __name__, url_prefix="/outlets/<outlet>/desk")

    @routes.before_request
    def check() -> None:
        account = web.guard.need_for_form(Right.COUNTER)
        check_outlet(web, account, str((request.view_args or {}).get("outlet", "")))

    @routes.get("/tickets")  # a form that was refused stays there, and its page follows the hall
    @routes.get("")
    def desk(outlet: str) -> Response:
        return _desk(web, outlet)

    @routes.post("/tickets")
    def give(outlet: str) -> AnyResponse:
        account = web.guard.need(Right.COUNTER)
        ticket, service = request.form.get("ticket", ""), request.form.get("service", "")
        priority = request.form.get("priority", "") or None
        if not _ID.fullmatch(ticket) or service not in services_at(web.hall, outlet):
            raise Malformed(detail="ticket, service")
        if priority is not None and priority not in web.hall.priority:
            raise Malformed(detail="priority")
        try:
            # Sent twice it is one number: the engine knows the ticket by the id that the page made.
            wish = IssueTicket(ticket=ticket, service=service, priority=priority)
            proofs.keep(ticket, ask_engine(web, wish, f"{ticket}.take", account.name))
            ask_engine(web, ConfirmTicket(ticket=ticket, holding=Holding.SCREEN), f"{ticket}.held", account.name)
        except WebError as error:
            return _desk(web, outlet, error)
        return redirect(url_for("desk.number", outlet=outlet, ticket=ticket), 303)

    @routes.get("/tickets/<ticket>")
    def number(outlet: str, ticket: str) -> Response:
        if not _ID.fullmatch(ticket):
            raise NotFound
        story = web.reports.ticket(ticket)
        if story is None or story.service not in services_at(web.hall, outlet):
            raise NotFound
        body = web.hub.live.body("service", story.service)
        numbers = body.numbers if isinstance(body, ServiceView) else ()
        path = url_for("public.ticket", key=ticket, k=proofs.of(ticket))
        address = (web.hall.collector.public_url or request.url_root).rstrip("/") + path
        return page(
            "desk_ticket.html",
            outlet=outlet,
            story=story,
            service=web.hall.services[story.service],
            ahead=numbers.index(story.number) if story.number in numbers else None,
            line=body.line if isinstance(body, ServiceView) else None,
            drawing=qr_drawing(address),
            at_ms=web.clock.now_ms(),
        )

    return routes


def check_outlet(web: Web, account: Account, outlet: str) -> None:
    """NotFound, or NotYourCounter for a clerk of another place: who works at the hall gives no numbers at a bank.

    A manager may everywhere; a clerk at the outlet with a counter of the own name, or where the clerk is on duty; an
    account that is bound to nobody where a counter is nobody's.
    """
    declared = web.hall.outlets.get(outlet)
    if declared is None or declared.url:
        raise NotFound
    if not may_work(web, account, outlet):
        raise NotYourCounter


def may_work(web: Web, account: Account, outlet: str) -> bool:
    """Whether this account gives numbers and calls at the outlet, one of this hall file."""
    if account.may(Right.FLOOR):
        return True
    declared = web.hall.outlets[outlet]
    counters = [web.hall.counters[key] for key in declared.counters]
    views = web.hub.live.counters(declared.counters)
    on_duty = {view.clerk for view in views if view.clerk is not None}
    return account.clerk in {*(counter.clerk for counter in counters), *on_duty}


def _desk(web: Web, outlet: str, error: WebError | None = None) -> Response:
    """The whole page: what the chosen counter does, and numbers to give."""
    account = web.guard.need(Right.COUNTER)
    views = web.hub.live.counters(web.hall.outlets[outlet].counters)
    if not views:
        raise NothingKnown
    bodies = {key: web.hub.live.body("service", key) for key in services_at(web.hall, outlet)}
    said = None if error is None else error.answer()
    return page(
        "desk.html",
        200 if error is None else error.status,
        outlet=outlet,
        view=_chosen(web, views, account.clerk),
        views=views,
        lines={key: body for key, body in bodies.items() if isinstance(body, ServiceView)},
        ticket=new_form_id("outlet"),
        error=said,
        silent=silence(web.hall, web.hub.live, web.clock.now_ms()),
        me=account,
    )


def _chosen(web: Web, views: tuple[CounterView, ...], clerk: str | None) -> CounterView:
    """The counter that was asked for, else where this clerk is on duty, else the clerk's own, else the first."""
    asked = request.args.get("counter", "")
    wanted = (
        lambda view: view.counter == asked,
        lambda view: clerk is not None and view.clerk == clerk,
        lambda view: clerk is not None and web.hall.counters[view.counter].clerk == clerk,
    )
    return next((view for fits in wanted for view in views if fits(view)), views[0])
