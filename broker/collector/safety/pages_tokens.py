"""Tokens of programs, for administrators: made and shown once, listed with their last use, closed at once."""

from flask import Blueprint, Response, request

from broker.collector.errors import NotFound
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.safety.staff_errors import AccountError
from broker.collector.safety.tokens import DAYS_MOST, NAME_MOST, SCOPES, BadToken
from broker.collector.web import Web
from broker.model.words import Names

SCOPE_NAMES = {
    "read:figures": Names("统计、等候、评价、报表（只读）", "statistics, waits, ratings, reports (read only)"),
    "read:floor": Names("现场、设备、用人建议（只读）", "floor, devices, staffing (read only)"),
}


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("tokens", __name__, url_prefix="/tokens")

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.ACCOUNTS)

    @routes.get("")
    def overview() -> Response:
        return _page(web)

    @routes.post("")
    def make() -> Response:
        account, name = web.guard.need(Right.ACCOUNTS), request.form.get("name", "").strip()
        scopes = tuple(scope for scope in SCOPES if scope in request.form.getlist("scope"))
        try:
            days = request.form.get("days", "")
            if not (days.isascii() and days.isdigit() and len(days) <= 3):
                raise BadToken
            web.guard.sign("token_made", f"{name[:NAME_MOST]} {' '.join(scopes)} {days}d")
            text = web.tokens.make(name, scopes, int(days), account.name)
        except AccountError as error:
            web.guard.note("token_made", name[:NAME_MOST], f"refused {type(error).__name__}")
            return _page(web, error=error)
        return _page(web, given=(name, text))

    @routes.post("/<mark>/closed")
    def close(mark: str) -> Response:
        if all(token.mark != mark for token in web.tokens.all()):
            raise NotFound
        web.guard.sign("token_closed", mark)
        closed = web.tokens.close(mark)
        return _page(web, done=closed.name if closed is not None else mark)

    return routes


def _page(
    web: Web, *, given: tuple[str, str] | None = None, done: str = "", error: AccountError | None = None
) -> Response:
    now_ms = web.accounts.now_ms()
    return page(
        "tokens.html",
        200 if error is None else 400,
        tokens=web.tokens.all(),
        is_good=lambda token: token.is_good(now_ms),
        scope_names=SCOPE_NAMES,
        days_most=DAYS_MOST,
        given=given,
        done=done,
        error=error,
        typed=request.form if error is not None else {},
        typed_scopes=request.form.getlist("scope") if error is not None else [],
    )
