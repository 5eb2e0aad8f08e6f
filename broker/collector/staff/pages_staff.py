"""Pages for staff: log-in, the console of a counter, all screens."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import LogInFirst, NotFound, NothingKnown
from broker.collector.heard import glance
from broker.collector.heard.silence import silence
from broker.collector.pages import page
from broker.collector.safety.accounts import Account
from broker.collector.safety.guard import changes_something
from broker.collector.safety.rights import IN_THE_HALL, Right
from broker.collector.safety.staff_errors import AccountError
from broker.collector.staff.earlier import Step, earlier
from broker.collector.staff.pages_desk import may_work
from broker.collector.web import Web, address
from broker.model.hall import Hall
from broker.model.views import CounterView, ServiceView
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError

_HOMES = (
    (Right.ACCOUNTS, "accounts.overview"),
    (Right.AUDIT, "audit.overview"),
    (Right.FLOOR, "floor.floor"),
    (Right.COUNTER, "staff.consoles"),
    (Right.GUIDE, "guide_desk.desk"),
    (Right.FIGURES, "ratings.overview"),
)


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("staff", __name__)

    @routes.before_request
    def check_token() -> None:
        if changes_something():
            web.guard.check_token()

    _log_in_routes(routes, web)
    _work_routes(routes, web)
    return routes


def _log_in_routes(routes: Blueprint, web: Web) -> None:
    guard = web.guard

    @routes.get("/login")
    def log_in() -> AnyResponse:
        return page("login.html", next=_own_path(request.args.get("next", "")), error=None)

    @routes.post("/login")
    def logged_in() -> AnyResponse:
        name, password = request.form.get("name", "").strip().lower()[:64], request.form.get("password", "")
        wanted = _own_path(request.form.get("next", ""))
        # Who shares an address with a stranger that tries and tries (a hall's own network, a proxy) still gets in.
        web.log_ins.take(web.accounts.known_as(name, guard.device()) or address())
        try:
            guard.log_in(name, password)
        except AccountError as error:
            return page("login.html", 403, next=wanted, error=error)
        account = web.accounts.get(name)
        return redirect(wanted or _home(account))

    @routes.post("/logout")
    def log_out() -> AnyResponse:
        guard.log_out()
        return redirect(url_for("public.status"))

    @routes.get("/password")
    def password() -> AnyResponse:
        return page("password.html", account_shown=_somebody(web), error=None)

    @routes.post("/password")
    def password_changed() -> AnyResponse:
        account = _somebody(web)
        new = request.form.get("new", "")
        web.log_ins.take(f"password {account.name}")
        try:
            web.accounts.prove(account.name, request.form.get("old", ""), address(), guard.device())
            web.accounts.set_password(account.name, new)
            guard.note("password_changed", account.name)
            guard.log_in(account.name, new)
        except AccountError as error:
            guard.note("password_changed", account.name, f"refused {type(error).__name__}")
            return page("password.html", 403, account_shown=account, error=error)
        return redirect(_home(account))


def _work_routes(routes: Blueprint, web: Web) -> None:
    hall, live, allow = web.hall, web.hub.live, web.guard.allow

    @routes.get("/console")
    @allow(Right.COUNTER)
    def consoles() -> Response:
        account = web.guard.need(Right.COUNTER)
        desks = [key for key, one in hall.outlets.items() if not one.url and may_work(web, account, key)]
        return page("consoles.html", views=live.counters(hall.counters), desks=desks)

    @routes.get("/console/<counter>")
    @allow(Right.COUNTER)
    def console(counter: str) -> Response:
        if counter not in hall.counters:
            raise NotFound
        view = live.counter(counter)
        if view is None:
            raise NothingKnown
        return page(
            "console.html",
            view=view,
            lines=_lines(web, view),
            asks=_asks_to_rate(web.hall, counter),
            silent=silence(hall, live, web.clock.now_ms()),
            me=web.guard.need(Right.COUNTER),
            steps=_steps(web, view),
        )

    @routes.get("/screens")
    @allow(*IN_THE_HALL)
    def screens() -> Response:
        return page("screens.html", devices=tuple(glance.screens(hall)))


def _lines(web: Web, view: CounterView) -> tuple[ServiceView, ...]:
    """The lines this counter serves today, which whoever runs the hall may have changed."""
    served = view.served or web.hall.counters[view.counter].services
    bodies = (web.hub.live.body("service", key) for key in served)
    return tuple(body for body in bodies if isinstance(body, ServiceView))


def _steps(web: Web, view: CounterView) -> tuple[Step, ...]:
    """What became of the ticket at the counter before this call; none while the journal cannot be read."""
    if view.ticket is None:
        return ()
    try:
        return earlier(web.hall, web.reports.story_of(view.ticket.ticket), view.ticket.call_id)
    except (StoreError, DatabaseError):
        return ()


def _asks_to_rate(hall: Hall, counter: str) -> bool:
    """Whether something at the counter asks who has just been served: an evaluator, or a code on its sign."""
    signs = hall.signs.values() if hall.collector.public_url else ()
    return any(device.counter == counter for device in (*hall.keypads.values(), *signs))


def _somebody(web: Web) -> Account:
    account = web.guard.account()
    if account is None:
        raise LogInFirst
    return account


def _own_path(path: str) -> str:
    """A path of this site to go on to, never another site's: browsers drop tabs and line ends, and turn ``\\``."""
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own and len(path) < 200 else ""


def _home(account: Account | None) -> str:
    """Where somebody's work is."""
    for right, endpoint in _HOMES:
        if account is not None and account.may(right):
            return url_for(endpoint)
    return url_for("staff.password")
