"""Who is at the browser, and is it really that person's own page: log-ins, roles, anti-forgery tokens, host names.

The cookie of a session holds a random token and nothing else. The anti-forgery token of a page is the HMAC of its
cookie, so no foreign page can know it; every form and every JSON command must carry it.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, request

from broker.collector.accounts import Account, Accounts, Role
from broker.collector.errors import BadHost, BadToken, LogInFirst, NotYourRole, WebError

STAFF_COOKIE, FORM_COOKIE = "jh_staff", "jh_form"
TOKEN_HEADER, TOKEN_FIELD = "X-CSRF-Token", "csrf"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_SAFE = ("GET", "HEAD", "OPTIONS")


class ChangePassword(WebError):
    """The first password was given by somebody else; it must be changed before anything else."""

    status, code = 403, "change_password"
    zh = "请先修改初始密码"
    en = "Change your first password before you go on."


class Guard:
    """``secure`` marks cookies for HTTPS only; ``hosts`` are the names this server answers to, None for any."""

    def __init__(self, accounts: Accounts, *, secure: bool, hosts: frozenset[str] | None) -> None:
        self._accounts = accounts
        self._secure = secure
        self._hosts = hosts
        self._secret = accounts.secret("forms").encode()

    # -- before and after every request ------------------------------------------------

    def check_host(self) -> None:
        """A page of another site that made its name point at this machine must get nothing."""
        if self._hosts is not None and _host_name(request.host) not in self._hosts:
            raise BadHost

    def set_cookies(self, response: Response) -> Response:
        """Hand out the cookies that this request asked for."""
        if "new_form" in g:
            self._set(response, FORM_COOKIE, g.new_form)
        if "new_staff" in g:
            self._set(response, STAFF_COOKIE, g.new_staff)
        return response

    # -- who ------------------------------------------------

    def account(self) -> Account | None:
        """Whose session this is, or nobody's."""
        if "account" not in g:
            token = request.cookies.get(STAFF_COOKIE, "")
            g.account = self._accounts.who(token) if token else None
        found: Account | None = g.account
        return found

    def need(self, role: Role) -> Account:
        """The account, if it covers the role; LogInFirst, NotYourRole or ChangePassword otherwise."""
        account = self.account()
        if account is None:
            raise LogInFirst
        if account.must_change:
            raise ChangePassword
        if not account.role.covers(role):
            raise NotYourRole
        return account

    def need_for_form(self, role: Role) -> Account:
        """As ``need``; a form that is sent must come from a page of ours too."""
        account = self.need(role)
        if changes_something():
            self.check_token()
        return account

    def allow(self, role: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator of a route: only for accounts that cover the role."""

        def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                self.need(role)
                return view(*args, **kwargs)

            return guarded

        return wrap

    def log_in(self, name: str, password: str) -> None:
        """Begin a session under a new token; AccountError otherwise."""
        g.new_staff = self._accounts.log_in(name, password, request.remote_addr or "?")

    def log_out(self) -> None:
        """End the session of this browser."""
        token = request.cookies.get(STAFF_COOKIE, "")
        if token:
            self._accounts.log_out(token)
        g.account, g.new_staff = None, ""

    # -- forgery ------------------------------------------------

    def token(self) -> str:
        """The anti-forgery token for the page being made."""
        return self._token_of(self._cookie(make=True))

    def check_token(self) -> None:
        """BadToken unless the request carries its own page's token and does not come from another site."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise BadToken
        given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
        cookie = self._cookie(make=False)
        if not cookie or not hmac.compare_digest(given.encode(), self._token_of(cookie).encode()):
            raise BadToken

    def _cookie(self, *, make: bool) -> str:
        staff = g.get("new_staff") or (request.cookies.get(STAFF_COOKIE, "") if self.account() else "")
        form = g.get("new_form") or request.cookies.get(FORM_COOKIE, "")
        if not staff and not form and make:
            form = g.new_form = secrets.token_urlsafe(24)
        return str(staff or form)

    def _token_of(self, cookie: str) -> str:
        return hmac.new(self._secret, cookie.encode(), hashlib.sha256).hexdigest()

    def _set(self, response: Response, name: str, value: str) -> None:
        if value:
            response.set_cookie(name, value, httponly=True, secure=self._secure, samesite="Lax", path="/")
        else:
            response.delete_cookie(name, httponly=True, secure=self._secure, samesite="Lax", path="/")


def changes_something() -> bool:
    """Whether the request's method may change anything."""
    return request.method not in _SAFE


def hosts_of(listen: str, public_url: str) -> frozenset[str] | None:
    """Names to answer to: on loopback only loopback names (and the public one); on a network any."""
    if not is_loopback(listen):
        return None
    public = urlsplit(public_url).hostname
    return frozenset({*LOOPBACK_NAMES, *([public] if public else [])})


def is_loopback(listen: str) -> bool:
    """Whether only this machine can connect."""
    if listen == "localhost":
        return True
    try:
        return ipaddress.ip_address(listen).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower()
