"""Tells browsers of their tickets, also while no page is open: few people before them, called, missed, sent on.

It reads what the screens show, as everybody does, and asks the engine nothing. What was told is known by the message's
id, so a restart tells nothing twice.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from broker.collector.heard.live import Live
from broker.collector.notify.message import Message, Notifier
from broker.collector.notify.push_store import PushStore, Subscription
from broker.model.hall import Hall
from broker.model.views import ServiceView
from broker.model.words import Names, TicketStatus
from broker.runtime.errors import DatabaseError

GAP_S, LOOK_S, ERASE_S, STOP_S = 1.0, 30.0, 3_600.0, 3.0
VALID_MS = 300_000
"""Who hears five minutes later that he was called has been passed by."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """Where a number stands on the screens now."""

    status: TicketStatus
    service: Names | None = None
    ahead: int = 0
    counter: str = ""
    call: str = ""


@dataclass
class _Told:
    """Of one subscription, since this start: whether few were before it, how often it fell back, its last call, and for
    what it was called."""

    near: bool = False
    rounds: int = 0
    call: str = ""
    service: Names | None = None


@dataclass
class Telling:
    """``start`` begins; ``look`` is one round. ``now_ms`` is the hall's clock, ``machine_s`` the machine's.

    ``is_here``: whether the holder of a ticket (its id) is known to be in the hall. Screens do not show it, so it is
    asked once, when few people are before the number: who is still on the way is called only after checking in.
    """

    hall: Hall
    live: Live
    store: PushStore
    notifier: Notifier
    now_ms: Callable[[], int]
    machine_s: Callable[[], float]
    is_here: Callable[[str], bool]
    _told: dict[str, _Told] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Look whenever a line or a counter changed."""
        self._thread = threading.Thread(target=self._work, name="telling", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tell nobody any more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_S)

    def look(self) -> None:
        """Send what is new to each subscription."""
        subscriptions = self.store.all()
        if not subscriptions:
            self._told.clear()
            return
        shown = standings(self.hall, self.live)
        known = {one.id for one in subscriptions}
        self._told = {id: told for id, told in self._told.items() if id in known}
        for one in subscriptions:
            found = shown.get(one.number)
            if found is not None:
                self._tell(one, found)

    def _tell(self, one: Subscription, found: Standing) -> None:
        told = self._told.setdefault(one.id, _Told())
        few = self.hall.notify.ahead
        if found.status is TicketStatus.WAITING:
            if told.service is not None and found.service != told.service:
                self._send(one, "moved", f"moved-{told.call}", found)
            told.service = None
            if found.ahead > few:
                told.rounds += told.near  # moved back: told again when it comes so near once more
                told.near = False
            elif not told.near:
                kind = "three_ahead" if self.is_here(one.ticket) else "check_in_soon"
                told.near = self._send(one, kind, f"ahead-{told.rounds}", found)
        elif found.status is TicketStatus.CALLED:
            told.call = found.call
            told.service = found.service
            self._send(one, "called", f"call-{found.call}", found)
        elif found.status is TicketStatus.SERVING:
            told.call, told.service = found.call, found.service
        elif found.status is TicketStatus.NO_SHOW and told.call:
            self._send(one, "missed", f"missed-{told.call}", found)

    def _send(self, one: Subscription, kind: str, mark: str, found: Standing) -> bool:
        service = found.service or Names("-", "-")
        facts = {
            "number": one.number,
            "ahead": str(found.ahead),
            "counter": found.counter,
            "service_zh": service.zh,
            "service_en": service.en,
            "minutes": str(self.hall.rules.return_within_min),
            "page": one.page,
        }
        return self.notifier.send(
            Message(
                id=f"push-{one.id}-{mark}",
                way="push",
                to=one.id,
                kind=kind,
                facts=facts,
                erase_ms=one.erase_ms,
                until_ms=self.now_ms() + VALID_MS,
                language="en" if one.language == "en" else "zh",
            )
        )

    def _work(self) -> None:
        watcher = self.live.watchers.join(lambda name: name.split("/")[0] in ("service", "counter"))
        erase_s = float("-inf")
        try:
            while not self._stopping.is_set() and not self.live.watchers.stopped:
                self.live.watchers.news(watcher, LOOK_S)
                try:
                    if self.machine_s() >= erase_s:
                        erase_s = self.machine_s() + ERASE_S
                        self.store.erase_old()
                    self.look()
                except DatabaseError as error:
                    _log.error("subscriptions cannot be read: %s", error)
                self._stopping.wait(GAP_S)
        finally:
            self.live.watchers.leave(watcher)


def standings(hall: Hall, live: Live) -> dict[str, Standing]:
    """Every number that is on a screen now."""
    found: dict[str, Standing] = {}
    for key in hall.services:
        body = live.body("service", key)
        if isinstance(body, ServiceView):
            for ahead, number in enumerate(body.numbers):
                found[number] = Standing(TicketStatus.WAITING, body.line.names, ahead)
    for key in hall.counters:
        view = live.counter(key)
        if view is None:
            continue
        found |= {number: Standing(TicketStatus.NO_SHOW) for number in view.missed}
        if view.ticket is not None:
            call = f"{view.ticket.called_at_ms}-{view.ticket.recalls}"
            found[view.ticket.number] = Standing(
                view.ticket.status, view.ticket.service_names, counter=view.name, call=call
            )
    return found
