"""Server-sent events: the names of what changed; the page then asks for what it shows. A ticket's own page is told
at once when it is called (``summons``).

Each open stream holds a thread, so their number is bounded and each ends after some minutes (browsers reconnect by
themselves). When no seat is left the page polls. One that was opened under a log-in ends with it, within seconds.
Whoever is logged in and opens more than his share loses the oldest, which most often is a page that he has left: a
connection that was closed is noticed only when something is written to it. A page still looked at is told, and polls.
"""

import json
import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request

from broker.collector.errors import Malformed, TooManyWatchers
from broker.collector.heard.live import Live
from broker.collector.heard.summons import cannot_hear, summons_of
from broker.collector.heard.watching import Watcher
from broker.collector.one_ticket import look_up
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import IN_THE_HALL, Right
from broker.collector.web import Web, far_end
from broker.runtime.errors import DatabaseError

PUBLIC = ("hall", "service", "counter", "board", "kiosk", "engine", "outlet")
OF_STAFF: dict[str, tuple[Right, ...]] = {"picture": IN_THE_HALL, "device": (Right.FLOOR,), "alert": (Right.FLOOR,)}
"""A kind of news -> who may watch it: whoever may open the pages that follow it. When what came would tell how busy
which counter is, and when something is the matter."""
VIRTUAL = ("device", "panel", "picture", "sound")
"""What the page of the virtual hall follows, for whoever may see that."""
WANTED_MOST = 64
RIGHTS_S = 5.0
"""So often an open stream asks whether who opened it is still logged in and still the same to us."""


def blueprint(web: Web) -> Blueprint:
    """The route."""
    routes = Blueprint("stream", __name__, url_prefix="/api")

    @routes.get("/events")
    def events() -> Response:
        account = web.guard.account()
        staff = account is not None or web.may_see_virtual()
        wanted = _wanted(request.args.get("watch", "hall"), _allowed(web, account))
        key = request.args.get("ticket")
        ticket = None if key is None else look_up(web, key)
        cared = not staff and key is not None and cannot_hear(web, key)
        seats = web.staff_seats if staff else web.care_seats if cared else web.public_seats
        who = account.name if account is not None else far_end(web.options)
        watcher = web.hub.live.watchers.join(lambda name: any(name == w or name.startswith(w + "/") for w in wanted))
        leave = watcher.displace if account is not None else None
        try:
            seats.sit(who, leave)
        except TooManyWatchers:
            web.hub.live.watchers.leave(watcher)
            raise
        body = _Stream(
            web,
            lambda: seats.rise(who, leave),
            watcher,
            (lambda: b"") if ticket is None else summons_of(web, ticket),
            web.options.gap_s if account is None else web.options.staff_gap_s,
            _still(web, account),
        )
        response = Response(body, content_type="text/event-stream; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response

    return routes


def _allowed(web: Web, account: Account | None) -> tuple[str, ...]:
    """The kinds of news for this account, or for a stranger."""
    working = account if account is not None and not account.must_change else None
    own = () if working is None else tuple(kind for kind, rights in OF_STAFF.items() if working.may(*rights))
    return tuple(dict.fromkeys((*PUBLIC, *own, *(VIRTUAL if web.may_see_virtual() else ()))))


def _still(web: Web, account: Account | None) -> Callable[[], bool]:
    """Whether the log-in that a stream was opened under is what it was: not ended here or elsewhere, nor idle too long,
    nor of another role. May be asked when the request is over; where accounts cannot be read it is not."""
    if account is None:
        return lambda: True
    token = web.guard.session()

    def still() -> bool:
        try:
            return web.accounts.who(token, touched=False) == account
        except DatabaseError:
            return False

    return still


def _wanted(text: str, allowed: tuple[str, ...]) -> frozenset[str]:
    names = frozenset(name for name in text.split(",") if name)
    if not names or len(names) > WANTED_MOST or any(name.split("/")[0] not in allowed for name in names):
        raise Malformed(detail=f"'watch' lists names beginning with {', '.join(allowed)}")
    return names


class _Stream:
    """The body of one stream; ``close`` is called by the server however it ends."""

    def __init__(
        self,
        web: Web,
        rise: Callable[[], None],
        watcher: Watcher,
        summons: Callable[[], bytes],
        gap_s: float,
        still: Callable[[], bool],
    ) -> None:
        self._summons, self._gap_s = summons, gap_s
        self._live: Live = web.hub.live
        self._options = web.options
        self._rise, self._still, self._asked_s = rise, still, time.monotonic()
        self._watcher = watcher
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        ends_s = time.monotonic() + self._options.stream_s
        yield b"retry: 3000\nevent: hello\ndata: {}\n\n" + self._summons()
        while self._open and time.monotonic() < ends_s and not self._live.watchers.stopped:
            names = self._live.watchers.news(self._watcher, self._options.quiet_s)
            if self._watcher.displaced:
                yield b"event: displaced\ndata: {}\n\n"
                return
            if not self._may_go_on():
                return
            if names:
                yield self._summons() + f"event: changed\ndata: {json.dumps(sorted(names))}\n\n".encode()
                time.sleep(self._gap_s)  # changes that come in a burst go out as one
            else:
                yield b": still here\n\n"

    def _may_go_on(self) -> bool:
        now_s = time.monotonic()
        if now_s - self._asked_s < min(RIGHTS_S, self._options.quiet_s):
            return True
        self._asked_s = now_s
        return self._still()

    def close(self) -> None:
        """Give the seat back."""
        if self._open:
            self._open = False
            self._live.watchers.leave(self._watcher)
            self._rise()
