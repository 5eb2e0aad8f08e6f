"""Messages that could not be brought: whom the desk should tell in another way. Addresses are shown in part only."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import NotFound
from broker.collector.notify.message import masked
from broker.collector.notify.queue import Entry
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.model.words import Names
from broker.runtime.errors import DatabaseError

KINDS: dict[str, Names] = {
    "three_ahead": Names("快到号", "few before you"),
    "check_in_soon": Names("快到号，请报到", "few before you, to check in"),
    "called": Names("叫号", "called"),
    "missed": Names("过号", "missed"),
    "moved": Names("转办", "sent on"),
    "appointment_booked": Names("预约成功", "appointment booked"),
    "appointment_reminder": Names("预约提醒", "appointment reminder"),
    "appointment_cancelled": Names("预约取消", "appointment cancelled"),
    "work_lacks_papers": Names("办件缺材料", "work lacks papers"),
    "work_extended": Names("办件延期", "work takes longer"),
    "work_done": Names("办件办结", "work done"),
    "work_not_accepted": Names("办件不予受理", "work not accepted"),
}


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("messages", __name__, url_prefix="/messages")
    queue = web.notifier.queue

    def undelivered() -> int:
        """For the menu: how many wait on this page."""
        try:
            return queue.counts().get("dead", 0)
        except DatabaseError:
            return 0  # the page itself says so to who opens it

    routes.record(lambda made: made.app.jinja_env.globals.update(undelivered=undelivered))

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.GUIDE)

    @routes.get("")
    def listed() -> Response:
        rows = [_row(entry) for entry in queue.dead()]
        not_taken = sum(web.notifier.not_taken().values())
        return page("messages.html", rows=rows, counts=queue.counts(), ways=web.notifier.ways(), not_taken=not_taken)

    @routes.post("")
    def change() -> AnyResponse:
        """Try once more, or: this person was told."""
        id = request.form.get("id", "")[:200]
        if request.form.get("do") == "retry":
            if not queue.retry_dead(id):
                raise NotFound
        else:
            queue.cancel(id)
        return redirect(url_for("messages.listed"), 303)

    return routes


def _row(entry: Entry) -> dict[str, object]:
    message = entry.message
    return {
        "id": message.id,
        "kind": KINDS.get(message.kind, Names(message.kind, message.kind)),
        "to": Names("浏览器", "a browser") if message.way == "push" else Names(masked(message.to), masked(message.to)),
        "number": message.facts.get("number") or message.facts.get("time", ""),
        "made_ms": entry.made_ms,
        "tries": entry.tries,
        "fault": entry.fault,
    }
