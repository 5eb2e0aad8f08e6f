"""Accounts, for administrators: who has one, which role, whose, and where it is logged in. No floor and no figures.

A first password is made here and shown once; its owner changes it at the first log-in. Everything done here stands in
the audit log before it is done, and is not done where that cannot be written.
"""

from flask import Blueprint, Response, request

from broker.collector.errors import NotFound
from broker.collector.pages import page
from broker.collector.safety.accounts import Account
from broker.collector.safety.audit_log import DONE
from broker.collector.safety.passwords import new_password
from broker.collector.safety.rights import RIGHTS, ROLE_WORDS, Right, Role
from broker.collector.safety.staff_errors import (
    AccountChangedMeanwhile,
    AccountError,
    OnlyClerksAreBound,
    OwnAccount,
    UnknownClerk,
    UnknownPurpose,
    UnknownRole,
)
from broker.collector.web import Web
from broker.model.words import Names

ROLE_NAMES = {role: Names(*words) for role, words in ROLE_WORDS.items()}


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("accounts", __name__, url_prefix="/accounts")

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.ACCOUNTS)

    @routes.get("")
    def overview() -> Response:
        return _page(web)

    @routes.post("")
    def add() -> Response:
        name = request.form.get("name", "").strip().lower()[:64]
        try:
            role, clerk, password = _role(), _clerk(web), new_password()
            if role is not Role.CLERK and clerk is not None:
                raise OnlyClerksAreBound
            web.guard.sign("account_added", f"{name} {role.value}{f' = {clerk}' if clerk else ''}")
            web.accounts.add(name, role, password, clerk=clerk)
        except AccountError as error:
            return _refused(web, "account_added", name, error)
        return _page(web, given=(name, password))

    @routes.post("/<name>")
    def change(name: str) -> Response:
        account = web.accounts.get(name)
        if account is None:
            raise NotFound
        do = request.form.get("do", "")
        try:
            if account.name == web.guard.need(Right.ACCOUNTS).name:
                raise OwnAccount
            if request.form.get("was", as_shown(account)) != as_shown(account):
                raise AccountChangedMeanwhile(_last_changed_by(web, name))
            return _change(web, name, do)
        except AccountError as error:
            return _refused(web, f"account_{do}" if do in DOES else "account_changed", name, error)

    return routes


DOES = ("close", "reopen", "reset", "role", "bind", "log_out")


CHANGES = ("account_role", "account_bind", "account_close", "account_reopen")
LOOKED_BACK = 500


def as_shown(account: Account) -> str:
    """What a form on the page was about; another administrator may have changed it by the time it is sent."""
    return f"{account.role.value} {account.clerk or '-'} {'open' if account.active else 'closed'}"


def _last_changed_by(web: Web, name: str) -> str:
    """Empty where the log's newest rows do not say."""
    rows = web.accounts.audit.rows(LOOKED_BACK)
    found = (row for row in rows if row.type in CHANGES and row.object.split()[:1] == [name] and row.result == DONE)
    return next((row.subject for row in found), "")


def _change(web: Web, name: str, do: str) -> Response:
    accounts, sign = web.accounts, web.guard.sign
    if do in ("close", "reopen"):
        sign(f"account_{do}", name)
        accounts.set_active(name, do == "reopen")
    elif do == "reset":
        sign("account_reset", name)
        password = new_password()
        accounts.set_password(name, password, must_change=True)
        return _page(web, given=(name, password))
    elif do == "role":
        role = _role()
        sign("account_role", f"{name} {role.value}")
        accounts.set_role(name, role)
    elif do == "bind":
        clerk, found = _clerk(web), accounts.get(name)
        if found is None or found.role is not Role.CLERK:
            raise OnlyClerksAreBound
        sign("account_bind", f"{name} = {clerk or '-'}")
        accounts.bind(name, clerk)
    elif do == "log_out":
        sign("account_log_out", name)
        accounts.end_sessions(name)
    else:
        raise UnknownPurpose
    return _page(web, done=name)


def _refused(web: Web, type: str, name: str, error: AccountError) -> Response:
    web.guard.note(type, name, f"refused {type_of(error)}")
    return _page(web, error=error)


def type_of(error: AccountError) -> str:
    """A refusal's name as it stands in the log."""
    return type(error).__name__


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise UnknownRole from None


def _clerk(web: Web) -> str | None:
    clerk = request.form.get("clerk", "")[:64]
    if clerk and clerk not in web.hall.clerks:
        raise UnknownClerk(clerk)
    return clerk or None


def _page(
    web: Web, *, given: tuple[str, str] | None = None, done: str = "", error: AccountError | None = None
) -> Response:
    accounts = web.accounts.all()
    me = web.guard.need(Right.ACCOUNTS)
    return page(
        "accounts.html",
        200 if error is None else 403,
        accounts=sorted(accounts, key=lambda one: (not one.active, list(Role).index(one.role), one.name)),
        me=me.name,
        as_shown=as_shown,
        sessions={one.name: len(web.accounts.sessions(one.name)) for one in accounts},
        guessed=dict(web.accounts.guessed()),
        role_names=ROLE_NAMES,
        rights=RIGHTS,
        given=given,
        done=done,
        error=error,
        typed=request.form if error is not None else {},
    )
