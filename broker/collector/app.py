"""Makes the web application. Everything it needs is handed in; nothing is looked up, nothing is started here."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from broker.collector import (
    api_evaluations,
    api_phone_ratings,
    api_public,
    api_staff,
    api_virtual,
    pages_appointments,
    pages_public,
    pages_rate,
    pages_ratings,
    pages_sheets,
    pages_slips,
    pages_staff,
    pages_virtual,
    stream,
    wording,
)
from broker.collector.accounts import FILE_NAME as ACCOUNTS_FILE
from broker.collector.accounts import Accounts
from broker.collector.contacts import FILE_NAME as CONTACTS_FILE
from broker.collector.contacts import Contacts
from broker.collector.errors import BY_STATUS, AccountsUnavailable, LogInFirst, ReportsUnavailable, WebError
from broker.collector.guard import ChangePassword, Guard, hosts_of
from broker.collector.hub import Asker
from broker.collector.limits import Buckets, Seats
from broker.collector.pages import LIVE_HEADER, render
from broker.collector.proxies import TrustedProxies
from broker.collector.template_words import teach_words
from broker.collector.web import BODY_LIMIT_BYTES, SessionsOf, Web, WebOptions
from broker.model.hall import Hall
from broker.runtime.clock import Clock
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError
from broker.store.reports import Reports

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
STATIC_AGE_S = 3600
_log = logging.getLogger(__name__)


def create_app(
    hall: Hall,
    hub: Asker,
    reports: Reports,
    accounts: Accounts,
    clock: Clock,
    sessions_of: SessionsOf,
    options: WebOptions | None = None,
) -> Flask:
    """The collector of one hall. ``clock`` is the hall's; ``sessions_of`` gives a day's opening times."""
    options = options or WebOptions()
    secure = options.public_url.startswith("https://")
    guard = Guard(accounts, secure=secure, hosts=hosts_of(options.listen, options.public_url))
    web = Web(
        hall=hall,
        hub=hub,
        reports=reports,
        accounts=accounts,
        clock=clock,
        guard=guard,
        options=options,
        sessions_of=sessions_of,
        look_ups=Buckets(60, 30, clock.machine_s),
        refreshes=Buckets(240, 60, clock.machine_s),
        log_ins=Buckets(12, 8, clock.machine_s),
        ratings=Buckets(1200, 200, clock.machine_s),
        public_seats=Seats(options.public_streams, max(1, options.public_streams // 4)),
        staff_seats=Seats(options.staff_streams, max(1, options.staff_streams // 3)),
        care_seats=Seats(options.care_streams, max(1, options.care_streams // 2)),
        contacts=Contacts(accounts.folder / CONTACTS_FILE, clock.now_ms, hall.rules.contact_days),
    )
    app = Flask("broker.collector")
    if options.trusted_proxies:
        app.wsgi_app = TrustedProxies(options.trusted_proxies).around(app.wsgi_app)  # type: ignore[method-assign]
    app.config.update(MAX_CONTENT_LENGTH=BODY_LIMIT_BYTES, SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE_S)
    app.extensions["jiaohao"] = web
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    wording.teach(app, web)
    teach_words(app, web)
    _doors(app, web)
    _errors(app)
    modules: list[Any] = [api_evaluations, api_phone_ratings, api_public, api_staff, stream, pages_public, pages_rate]
    modules += [pages_staff, pages_ratings]
    modules += [pages_appointments, pages_slips, pages_sheets]
    if options.virtual:
        modules += [api_virtual, pages_virtual]
    for module in modules:
        app.register_blueprint(module.blueprint(web))
    return app


def _doors(app: Flask, web: Web) -> None:
    """What every request passes on its way in and out."""

    @app.before_request
    def check_host() -> None:
        web.guard.check_host()

    @app.after_request
    def close(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static" and (web.guard.account() is not None or "new_form" in g):
            _keep_private(response)
        return web.guard.set_cookies(response)


def _keep_private(response: Response) -> None:
    """Whole pages of a person are not stored anywhere; parts and pictures may be, in that person's browser alone."""
    whole = response.mimetype == "text/html" and LIVE_HEADER not in request.headers
    asked_again = response.headers.get("Cache-Control") == "no-cache"
    response.headers["Cache-Control"] = "private, no-cache" if asked_again and not whole else "no-store"


def _errors(app: Flask) -> None:
    @app.errorhandler(WebError)
    def refused(error: WebError) -> Any:
        return _refusal(error)

    @app.errorhandler(HTTPException)
    def broken(error: HTTPException) -> Any:
        kind = BY_STATUS.get(error.code or 500, WebError)
        return _refusal(kind(detail=HTTPStatus(error.code or 500).phrase), error.code or 500)

    @app.errorhandler(StoreError)
    @app.errorhandler(DatabaseError)
    def unreadable(error: Exception) -> Any:
        _log.error("a database cannot be used: %s", error)
        of_accounts = isinstance(error, DatabaseError) and error.path.name == ACCOUNTS_FILE
        return _refusal(AccountsUnavailable() if of_accounts else ReportsUnavailable())

    @app.errorhandler(Exception)
    def crashed(error: Exception) -> Any:
        _log.exception("request failed path=%s", request.url_rule)
        return _refusal(WebError())


def _refusal(error: WebError, status: int | None = None) -> Any:
    status = status or error.status
    if request.method == "POST":  # what wanted to change something; mere look-ups would crowd out the rest of the log
        _log.info("refused code=%s status=%d rule=%s", error.answer().code, status, request.url_rule)
    if request.path.startswith("/api/"):
        response = Response(msgspec.json.encode(error.answer()), status=status, content_type="application/json")
    elif isinstance(error, LogInFirst) and request.method == "GET":
        return redirect(url_for("staff.log_in", next=request.path))
    elif isinstance(error, ChangePassword):
        return redirect(url_for("staff.password"))
    else:
        response = Response(render("error.html", error=error.answer(), status=status), status=status)
    response.headers["Cache-Control"] = "no-store"
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
