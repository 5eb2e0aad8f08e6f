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

from broker.collector.errors import BadHost, BadToken, LogInFirst, NotYourRole, WebError
from broker.collector.safety.accounts import Account, Accounts
from broker.collector.safety.audit_log import DONE
from broker.collector.safety.known_devices import DEVICE_DAYS
from broker.collector.safety.rights import Right
from broker.collector.safety.staff_errors import AccountError, Locked

STAFF_COOKIE, FORM_COOKIE, DEVICE_COOKIE = "jh_staff", "jh_form", "jh_device"
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

    def __init__(
        self,
        accounts: Accounts,
        *,
        secure: bool,
        hosts: frozenset[str] | None,
        program: Callable[[str], Account | None] = lambda token: None,
    ) -> None:
        """``program``: whose token it is that a program came with; it takes one of that program's turns (TooMany)."""
        self._accounts = accounts
        self._program = program
        self._secure = secure
        self._hosts = hosts
        self._secret = accounts.secret("forms").encode()
        prefix = "__Host-" if secure else ""  # which a browser takes over HTTPS only, for this host and no other
        self._staff_cookie, self._form_cookie = prefix + STAFF_COOKIE, prefix + FORM_COOKIE
        self._device_cookie = prefix + DEVICE_COOKIE

    @property
    def cookies(self) -> frozenset[str]:
        """Names of the cookies by which somebody may be known."""
        return frozenset({self._staff_cookie})

    # -- before and after every request ------------------------------------------------

    def check_host(self) -> None:
        """A page of another site that made its name point at this machine must get nothing."""
        if self._hosts is not None and host_name(request.host) not in self._hosts:
            raise BadHost

    def set_cookies(self, response: Response) -> Response:
        """Hand out the cookies that this request asked for."""
        if "new_form" in g:
            self._set(response, self._form_cookie, g.new_form)
        if "new_staff" in g:
            self._set(response, self._staff_cookie, g.new_staff)
        if "new_device" in g:
            self._set(response, self._device_cookie, g.new_device, kept_s=DEVICE_DAYS * 86_400)
        return response

    # -- who ------------------------------------------------

    def account(self) -> Account | None:
        """Whose session this is, or nobody's."""
        if "account" not in g:
            g.account = None  # also where it asked too often: the refusal is answered to nobody
            token, program = self.session(), _program_token()
            if program:
                g.account = self._program(program)
            elif token:
                g.account = self._accounts.who(token, touched=_by_hand())
        found: Account | None = g.account
        return found

    def need(self, *rights: Right) -> Account:
        """The account, if it has one of the rights; LogInFirst, NotYourRole or ChangePassword otherwise."""
        account = self.account()
        if account is None:
            raise LogInFirst
        if account.must_change:
            raise ChangePassword
        if not account.may(*rights):
            raise NotYourRole
        return account

    def need_for_form(self, *rights: Right) -> Account:
        """As ``need``; a form that is sent must come from a page of ours too."""
        account = self.need(*rights)
        if changes_something():
            self.check_token()
        return account

    def allow(self, *rights: Right) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator of a route: only for accounts that have one of the rights."""

        def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                self.need(*rights)
                return view(*args, **kwargs)

            return guarded

        return wrap

    def session(self) -> str:
        """The token that this browser holds, whatever it is worth; nothing else may know it."""
        return str(request.cookies.get(self._staff_cookie, ""))

    def device(self) -> str:
        """What this browser keeps of earlier log-ins, whatever it is worth (``known_devices``)."""
        return str(request.cookies.get(self._device_cookie, ""))

    def log_in(self, name: str, password: str) -> None:
        """Begin a session under a new token, and end the one that this browser had; AccountError otherwise."""
        address, known = request.remote_addr or "?", self._accounts.get(name) is not None
        try:
            g.new_staff = self._accounts.log_in(name, password, address, self.device())
            g.new_device = self._accounts.known_device(name, self.device())
        except AccountError as error:
            # What is typed as a name may be a password: only names that exist are told.
            code = "locked" if isinstance(error, Locked) else "log_in_failed"
            self._accounts.audit.note_often(code, name if known else "-", address, "refused")
            raise
        if self.session():
            self._accounts.log_out(self.session())
        self._accounts.audit.note("log_in", name, address)

    def log_out(self) -> None:
        """End the session of this browser."""
        account, token = self.account(), self.session()
        if token:
            self._accounts.log_out(token)
        if account is not None:
            self.note("log_out", account.name)
        g.account, g.new_staff = None, ""

    def note(self, type: str, object: str = "", result: str = DONE) -> None:
        """Into the audit log, under the account of this request; also when its disk refuses, the work goes on."""
        account = self.account()
        name = "-" if account is None else account.name
        self._accounts.audit.note(type, name, request.remote_addr or "?", object, result)

    def sign(self, type: str, object: str = "") -> None:
        """As ``note``, but a DatabaseError when it cannot be kept: for what must not happen unseen."""
        account = self.account()
        self._accounts.audit.write(type, "-" if account is None else account.name, request.remote_addr or "?", object)

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
        staff = g.get("new_staff") or (self.session() if self.account() else "")
        form = g.get("new_form") or request.cookies.get(self._form_cookie, "")
        if not staff and not form and make:
            form = g.new_form = secrets.token_urlsafe(24)
        return str(staff or form)

    def _token_of(self, cookie: str) -> str:
        return hmac.new(self._secret, cookie.encode(), hashlib.sha256).hexdigest()

    def _set(self, response: Response, name: str, value: str, *, kept_s: int | None = None) -> None:
        if value:
            response.set_cookie(name, value, kept_s, httponly=True, secure=self._secure, samesite="Lax", path="/")
        else:
            response.delete_cookie(name, httponly=True, secure=self._secure, samesite="Lax", path="/")


def _program_token() -> str:
    """What a program came with. It reads what is under /api/ and nothing else: no page is its, and no change."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or request.method != "GET" or not request.path.startswith("/api/"):
        return ""
    return token.strip()


def _by_hand() -> bool:
    """Whether a person did this, as far as can be told: not what an open page asks by itself."""
    if changes_something():
        return True
    if "X-Part" in request.headers or request.path.startswith("/api/"):
        return False
    accepts, mode = request.headers.get("Accept", ""), request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and not accepts.startswith(("text/event", "image/"))


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


def host_name(host: str) -> str:
    """The name in a Host header, which anybody may have written: empty where there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
