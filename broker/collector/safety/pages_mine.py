"""My account: where I am logged in, log-out elsewhere, and the touch that keeps an idle page logged in."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector import answers as a
from broker.collector.errors import LogInFirst
from broker.collector.pages import page
from broker.collector.safety.accounts import Account
from broker.collector.safety.guard import changes_something
from broker.collector.safety.pages_accounts import ROLE_NAMES
from broker.collector.web import Web, answer


def blueprint(web: Web) -> Blueprint:
    """The routes; for every role alike."""
    routes = Blueprint("mine", __name__)

    @routes.before_request
    def check() -> None:
        _somebody(web)
        if changes_something():
            web.guard.check_token()

    @routes.get("/mine")
    def overview() -> Response:
        me, here = _somebody(web), web.accounts.left_ms(web.guard.session())
        sessions = web.accounts.sessions(me.name)
        own = web.accounts.mark_of(web.guard.session())
        return page("mine.html", me=me, sessions=sessions, own=own, left_ms=here, role_names=ROLE_NAMES)

    @routes.post("/mine/sessions")
    def ended() -> AnyResponse:
        """One of my sessions, or all but this one."""
        me, mark = _somebody(web), request.form.get("mark", "")[:16]
        if web.accounts.end_sessions(me.name, mark=mark, but=web.guard.session()):
            web.guard.note("log_out_elsewhere", me.name)
        return redirect(url_for("mine.overview"), 303)

    @routes.get("/api/session")
    def left() -> Response:
        response = answer(a.SessionLeft(left_s=web.accounts.left_ms(web.guard.session()) // 1000))
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.post("/api/session")
    def stay() -> Response:
        web.accounts.stay(web.guard.session())
        return answer(a.SessionLeft(left_s=web.accounts.left_ms(web.guard.session()) // 1000))

    return routes


def _somebody(web: Web) -> Account:
    account = web.guard.account()
    if account is None:
        raise LogInFirst
    return account
