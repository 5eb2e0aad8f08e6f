"""解除预约限制: at the desk, whether somebody may book from home, and lifting what restricts him, with a reason.

The number is typed, or a reader that types lays it into the field. It becomes keys at once; the answer's page holds an
id of its own, by which the keys are found in memory for a few minutes, so that neither number nor keys travel back.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from flask import Blueprint, Response, request

from broker.collector.booking.identity import Counted, Identities
from broker.collector.booking.pages_booking import kind_of
from broker.collector.booking.routes import offers_booking
from broker.collector.errors import EngineRefused, Malformed, NotFound, WebError
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.safety.audit_log import DONE
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.model.commands import FindRestriction, LiftRestriction
from broker.model.refusals import ReasonNeeded, code_of

KEPT_S, KEPT_MOST = 600.0, 256
REASON_MOST = 60
_FORM = form_id("lift")


class LookUpAgain(WebError):
    """What was looked up is forgotten after some minutes, and when the program starts again."""

    status, code = 409, "look_up_again"
    zh = "查询结果已过期，没有解除。请重新输入证件号码查询"
    en = "That was looked up too long ago, and nothing was lifted. Type the ID number and look again."


@dataclass(frozen=True)
class _Found:
    by: str
    counted: Counted
    until_ms: int | None
    missed: int
    until_s: float


class _Kept:
    """What the desk looked up last, by the id of the form that shows it; for who looked it up, and for some minutes."""

    def __init__(self, web: Web) -> None:
        self._web, self._lock = web, threading.Lock()
        self._kept: OrderedDict[str, _Found] = OrderedDict()

    def keep(self, by: str, counted: Counted, until_ms: int | None, missed: int) -> str:
        form = new_form_id("lift")
        with self._lock:
            self._kept[form] = _Found(by, counted, until_ms, missed, self._web.clock.machine_s() + KEPT_S)
            while len(self._kept) > KEPT_MOST:
                self._kept.popitem(last=False)
        return form

    def found(self, form: str, by: str) -> _Found:
        """LookUpAgain."""
        with self._lock:
            known = self._kept.get(form)
        if known is None or known.by != by or self._web.clock.machine_s() >= known.until_s:
            raise LookUpAgain
        return known


def may_lift(web: Web) -> bool:
    """Whether whoever is here finds this page: of a hall that takes bookings from home, guides and managers."""
    account = web.guard.account()
    return account is not None and account.may(Right.GUIDE) and offers_booking(web)


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall in which nobody books from home has none of them."""
    routes = Blueprint("restriction", __name__, url_prefix="/appointments/restriction")
    identities, kept = Identities(web), _Kept(web)

    @routes.before_request
    def check() -> None:
        if not offers_booking(web):
            raise NotFound
        web.guard.need_for_form(Right.GUIDE)

    @routes.get("")
    def asking() -> Response:
        return _asking(kind_of(request.args.get("kind", "")))

    @routes.post("")
    def found() -> Response:
        account = web.guard.need(Right.GUIDE)
        kind = kind_of(request.form.get("kind", ""))
        try:
            counted = identities.counted(kind, request.form.get("number", "")[:80])
            command = FindRestriction(who=counted.who, who_before=counted.who_before)
            told = ask_engine(web, command, new_form_id("look"), account.name)
        except WebError as error:
            return _asking(kind, error)
        web.guard.note("restriction_read", "", DONE)
        form = kept.keep(account.name, counted, told["until_ms"], told["missed"])
        return _shown(form, told["until_ms"], told["missed"])

    @routes.post("/lifted")
    def lift() -> Response:
        account, form = web.guard.need(Right.GUIDE), request.form.get("form", "")
        if not _FORM.fullmatch(form):
            raise Malformed(detail="form")
        reason = request.form.get("reason", "")[:REASON_MOST].strip()
        try:
            known = kept.found(form, account.name)
        except LookUpAgain as over:
            return _asking("person", over)
        try:
            wish = LiftRestriction(who=known.counted.who, who_before=known.counted.who_before, reason=reason)
            ask_engine(web, wish, form, account.name)
        except WebError as error:
            # A refusal is the answer to that wish for ever; what is sent next is another one.
            if isinstance(error, EngineRefused):
                form = kept.keep(account.name, known.counted, known.until_ms, known.missed)
            return _shown(form, known.until_ms, known.missed, reason, error)
        return page("restriction.html", kind="person", shown="lifted", error=None)

    return routes


def _asking(kind: str, error: WebError | None = None) -> Response:
    said = None if error is None else error.answer()
    status = 200 if error is None else error.status
    return page("restriction.html", status, kind=kind, shown="", error=said)


def _shown(form: str, until_ms: int | None, missed: int, reason: str = "", error: WebError | None = None) -> Response:
    said = None if error is None else error.answer()
    return page(
        "restriction.html",
        200 if error is None else error.status,
        kind="person",
        shown="found",
        form=form,
        until_ms=until_ms,
        missed=missed,
        reason=reason,
        no_reason=said is not None and said.code == code_of(ReasonNeeded),
        error=said,
    )
