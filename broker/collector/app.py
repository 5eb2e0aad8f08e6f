"""Makes the web application. Everything it needs is handed in; nothing is looked up, nothing is started here."""

import logging
import time
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from broker.collector import stream, wording
from broker.collector.answers import Attention
from broker.collector.booking import routes as booking_routes
from broker.collector.errors import BY_STATUS, AccountsUnavailable, LogInFirst, ReportsUnavailable, WebError
from broker.collector.figures import (
    api_evaluations,
    api_statistics,
    pages_ratings,
    pages_reports,
    pages_sheets,
    pages_today,
)
from broker.collector.figures.contacts import FILE_NAME as CONTACTS_FILE
from broker.collector.figures.contacts import Contacts
from broker.collector.floor import api_floor, api_staffing, pages_floor, pages_staffing, pages_what_if, pages_why
from broker.collector.floor.acknowledged import FILE_NAME as FLOOR_FILE
from broker.collector.floor.acknowledged import Acknowledged
from broker.collector.floor.advice_log import FILE_NAME as ADVICE
from broker.collector.floor.advice_log import AdviceLog
from broker.collector.floor.alerts import Alerts
from broker.collector.floor.looking import Looking
from broker.collector.floor.staffing import Staffing
from broker.collector.floor.what_if_runs import WhatIfRuns
from broker.collector.heard.hub import Asker
from broker.collector.heard.neighbours import Neighbours
from broker.collector.notify.pushing import Push, open_notifier
from broker.collector.notify.sender import Sender
from broker.collector.one_ticket import is_here
from broker.collector.outward import pages_outward
from broker.collector.outward.receivers import Receivers, open_receivers
from broker.collector.outward.silent import silent_ones
from broker.collector.pages import LIVE_HEADER, render
from broker.collector.public import (
    api_holders,
    api_outlets,
    api_phone_ratings,
    api_public,
    pages_embed,
    pages_guide,
    pages_outlets,
    pages_public,
    pages_rate,
    pages_survey,
    pages_take,
)
from broker.collector.public.front import Front, FrontOptions
from broker.collector.public.pace import Pace
from broker.collector.public.shared import Shared
from broker.collector.public.sharing import makers_of
from broker.collector.quality import pages_cases, pages_inspections, pages_rota, pages_surveys
from broker.collector.quality.case_texts import FILE_NAME as QUALITY_FILE
from broker.collector.quality.case_texts import CaseTexts
from broker.collector.safety import pages_accounts, pages_audit, pages_mine, pages_tokens
from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_FILE
from broker.collector.safety.accounts import Account, Accounts
from broker.collector.safety.guard import ChangePassword, Guard, hosts_of
from broker.collector.safety.limits import Buckets, Seats
from broker.collector.safety.proxies import TrustedProxies
from broker.collector.safety.tls import STRICT_TRANSPORT
from broker.collector.safety.tokens import FILE_NAME as TOKENS_FILE
from broker.collector.safety.tokens import Tokens
from broker.collector.staff import (
    api_staff,
    pages_appointments,
    pages_desk,
    pages_guide_desk,
    pages_messages,
    pages_restriction,
    pages_slips,
    pages_staff,
)
from broker.collector.template_words import teach_words
from broker.collector.virtual import api_virtual, pages_virtual
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
    hosts = hosts_of(options.listen, options.public_url)
    tokens, guard = _guarded(accounts, options, hosts, clock)
    notifier, push = _notifier(hall, hub, reports, accounts.folder, clock, options)
    contacts = Contacts(accounts.folder / CONTACTS_FILE, clock.now_ms, hall.rules.contact_days)
    staffing = Staffing(hall, hub.live, reports, clock, sessions_of, AdviceLog(accounts.folder / ADVICE, clock.now_ms))
    receivers = _receivers(hall, accounts, clock, options)
    web = Web(
        hall=hall,
        hub=hub,
        reports=reports,
        accounts=accounts,
        clock=clock,
        guard=guard,
        options=options,
        sessions_of=sessions_of,
        shared=Shared(lambda: hub.live.floor_revision, clock.machine_s),
        for_strangers=Shared(lambda: hub.live.public_revision, clock.machine_s),
        elsewhere=Neighbours(hall, clock.machine_s, hub.live.tell),
        look_ups=Buckets(60, 30, clock.machine_s),
        refreshes=Buckets(240, 60, clock.machine_s),
        log_ins=Buckets(12, 8, clock.machine_s),
        ratings=Buckets(1200, 200, clock.machine_s),
        takes=Buckets(12, 6, clock.machine_s),
        surveys=Buckets(12, 6, clock.machine_s),
        public_seats=Seats(options.public_streams, max(1, options.public_streams // 4)),
        staff_seats=Seats(options.staff_streams, max(1, options.staff_streams // 3)),
        care_seats=Seats(options.care_streams, max(1, options.care_streams // 2)),
        tokens=tokens,
        contacts=contacts,
        case_texts=CaseTexts(accounts.folder / QUALITY_FILE, clock.now_ms),
        alerts=_alerts(hall, hub, reports, accounts, clock, contacts, notifier, staffing, receivers),
        staffing=staffing,
        what_if=WhatIfRuns(options.what_if, clock.now_ms),
        notifier=notifier,
        push=push,
        receivers=receivers,
        report_turn=Lock(),
    )
    app = Flask("broker.collector")
    headers = {**HEADERS, **(STRICT_TRANSPORT if options.tls else {})}  # a proxy's own business where one ends TLS
    _before(app, web, _front(web, hosts, headers))
    app.extensions["jiaohao"] = web
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    wording.teach(app, web)
    teach_words(app, web)
    _doors(app, web, headers)
    _errors(app)
    _rooms(app, web)
    return app


def _guarded(
    accounts: Accounts, options: WebOptions, hosts: frozenset[str] | None, clock: Clock
) -> tuple[Tokens, Guard]:
    """Who is let in: people by their log-ins, programs by their tokens, so many requests a minute each."""
    tokens, turns = Tokens(accounts.folder / TOKENS_FILE, accounts.now_ms), Buckets(120, 60, clock.machine_s)
    return tokens, Guard(accounts, secure=options.secure, hosts=hosts, program=partial(_program, tokens, turns))


def _notifier(
    hall: Hall, hub: Asker, reports: Reports, folder: Path, clock: Clock, options: WebOptions
) -> tuple[Sender, Push | None]:
    """Who sends messages to visitors."""
    here = partial(is_here, reports)
    return open_notifier(hall, folder, hub.live, clock, options.ways, options.public_url, here, alone=options.alone)


def _receivers(hall: Hall, accounts: Accounts, clock: Clock, options: WebOptions) -> Receivers | None:
    """Other systems that are told; None without a journal (a test of pages) or where the hall names none."""
    if options.journal is None:
        return None
    return open_receivers(hall, options.journal, accounts.folder, options.secrets, clock.now_ms)


def _program(tokens: Tokens, turns: Buckets, text: str) -> Account | None:
    """Whose token it is; TooMany where it asks too often."""
    account = tokens.who(text)
    if account is not None:
        turns.take(account.name)
    return account


def _alerts(
    hall: Hall,
    hub: Asker,
    reports: Reports,
    accounts: Accounts,
    clock: Clock,
    contacts: Contacts,
    notifier: Sender,
    staffing: Staffing,
    receivers: Receivers | None,
) -> Alerts:
    """What is the matter on the floor, of everything that knows of it."""

    def advised() -> tuple[Attention, ...]:
        silent = () if receivers is None else silent_ones(receivers, clock.now_ms())
        return *staffing.attention(), *silent

    looking = Looking(hall, hub.live, reports, accounts, contacts, clock.machine_s, notifier.not_taken, advised)
    return Alerts(looking, clock.now_ms, hub.live.tell, Acknowledged(accounts.folder / FLOOR_FILE, clock.now_ms))


def _before(app: Flask, web: Web, front: Front) -> None:
    """What a request passes before the application sees it."""
    app.config.update(MAX_CONTENT_LENGTH=BODY_LIMIT_BYTES, SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE_S)
    app.extensions["jiaohao.front"] = front
    app.wsgi_app = front.around(app.wsgi_app)  # type: ignore[method-assign]
    if web.options.trusted_proxies:
        app.wsgi_app = TrustedProxies(web.options.trusted_proxies).around(app.wsgi_app)  # type: ignore[method-assign]


def _front(web: Web, hosts: frozenset[str] | None, headers: dict[str, str]) -> Front:
    """What is answered before the application, and at the door (``run``)."""
    # Where only this machine can connect, everybody may see the virtual hall, and sits where staff sit.
    seats = web.staff_seats if web.options.virtual and web.options.alone else web.public_seats
    options = FrontOptions(
        hosts=hosts,
        headers=headers,
        staff_cookies=web.guard.cookies,
        seats_left=lambda: seats.left > 0,
        hall_time=lambda: f"{datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone):%H:%M}",
    )
    return Front(web.for_strangers, makers_of(web), options, Pace(time.monotonic))


def _rooms(app: Flask, web: Web) -> None:
    """Every route; those of the virtual hall only where there is one."""
    modules: list[Any] = [api_evaluations, api_phone_ratings, api_public, api_staff, stream, pages_public, pages_rate]
    modules += [booking_routes, pages_staff, pages_ratings, api_holders, pages_take, pages_survey, pages_messages]
    modules += [pages_appointments, pages_restriction, pages_slips, pages_sheets, pages_guide_desk]
    modules += [api_statistics, pages_today, pages_reports, api_floor, pages_floor, api_staffing, pages_staffing]
    modules += [pages_why, pages_what_if, pages_cases, pages_inspections, pages_rota, pages_surveys, pages_outward]
    modules += [pages_accounts, pages_tokens, pages_audit, pages_mine]
    modules += [api_outlets, pages_outlets, pages_guide, pages_embed, pages_desk]
    if web.options.virtual:
        modules += [api_virtual, pages_virtual]
    for module in modules:
        app.register_blueprint(module.blueprint(web))


def _doors(app: Flask, web: Web, headers: dict[str, str]) -> None:
    """What every request passes on its way in and out."""

    @app.before_request
    def check_host() -> None:
        web.guard.check_host()

    @app.after_request
    def close(response: Response) -> Response:
        for name, value in headers.items():
            if name != "X-Frame-Options" or "embeddable" not in g:
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
