"""What a virtual visitor and a virtual clerk do next, given only what a person at that place can see. Pure.

Times are milliseconds of the hall's clock, except ``real_s`` (real seconds), which paces fingers: a screen and a key
need real time however fast the hall's clock runs.
"""

from dataclasses import dataclass, field

from broker.contract.envelope import PanelPart
from broker.model.views import CounterView
from broker.model.words import CounterStatus, TicketStatus
from firmware_config.virtual.day import Visitor

TOUCH_GAP_S = 0.55
GIVE_UP_S = 25.0
NO_WAY_ON_S = 5.0
PRESS_GAP_S = 0.12
SAME_PRESS_GAP_S = 1.8
WALK_MS = 8_000
RECALL_AFTER_MS = 25_000
MISS_AFTER_MS = 50_000
WRAP_UP_MS = 4_000


@dataclass
class KioskVisit:
    """One visitor before one kiosk: looks for his service, takes the number that the screen shows."""

    visitor: Visitor
    category: str
    began_s: float
    touched_s: float = float("-inf")
    last: str = ""
    number: str = ""
    turns: int = 0

    def look(self, screen: PanelPart, real_s: float) -> str | None:
        """The target to touch now, if any. ``number`` is set once the ticket's number was seen."""
        if screen.digits and self.last.startswith(("take", "class")):
            self.number = screen.digits
            return None
        if real_s - self.touched_s < TOUCH_GAP_S:
            return None
        wanted = self._wanted(set(screen.targets))
        if wanted is None or (wanted == self.last and real_s - self.touched_s < 4 * TOUCH_GAP_S):
            return None
        self.last, self.touched_s = wanted, real_s
        return wanted

    @property
    def done(self) -> bool:
        return bool(self.number)

    def over(self, real_s: float) -> bool:
        """Nobody stands before a machine for ever, and a service without a way on is soon left."""
        stuck = self.last.startswith("service/") and real_s - self.touched_s > NO_WAY_ON_S
        return stuck or real_s - self.began_s > GIVE_UP_S

    def _wanted(self, seen: set[str]) -> str | None:
        priority = self.visitor.priority
        if priority and f"class/{priority}" in seen:
            return f"class/{priority}"
        if priority and "claim" in seen and self.last != "claim":
            return "claim"
        for target in ("take", f"service/{self.visitor.service}", f"category/{self.category}"):
            if target in seen:
                return target
        pages = sorted(target for target in seen if target.startswith("page/"))
        if pages:
            self.turns += 1
            return pages[self.turns % len(pages)]
        return next((target for target in ("done", "stay", "home") if target in seen), None)


@dataclass(frozen=True)
class Terms:
    """How the clerk's keys are called on his device: key sequences by wish."""

    call: tuple[str, ...]
    recall: tuple[str, ...]
    start: tuple[str, ...]
    finish: tuple[str, ...]
    no_show: tuple[str, ...]
    toggle: tuple[str, ...]
    digits: bool


TERMINAL = Terms(("call",), ("recall",), ("confirm",), ("rate",), ("6", "confirm"), ("pause",), True)
PAD = Terms(("call",), ("recall",), ("start",), ("finish",), ("no_show",), ("pause",), False)


def terms_of(kind: str) -> Terms:
    """Of a panel part's kind."""
    return TERMINAL if kind == "terminal" else PAD


@dataclass
class ClerkMind:
    """One clerk at one counter: follows the shift plan, calls, serves, marks no-shows."""

    counter: str
    terms: Terms
    wanted: str = "closed"
    reason_digit: str = ""
    pressed_s: float = float("-inf")
    last: tuple[str, ...] = ()
    free_since_ms: int = 0
    left: set[str] = field(default_factory=set)

    def plan(self, action: str, reason_digit: str) -> None:
        """The shift says so; it is done as soon as nobody is at the counter."""
        self.wanted = {"open": "open", "resume": "open", "pause": "paused", "close": "closed"}[action]
        self.reason_digit = reason_digit

    def keys(
        self, view: CounterView, visitor: Visitor | None, gone: bool, now_ms: int, real_s: float
    ) -> tuple[str, ...]:
        """The keys to press now. ``visitor`` is whoever holds the number called; ``gone`` if he left the hall."""
        wish = self._wish(view, visitor, gone, now_ms)
        gap_s = SAME_PRESS_GAP_S if wish == self.last else PRESS_GAP_S
        if not wish or real_s - self.pressed_s < gap_s:
            return ()
        self.last, self.pressed_s = wish, real_s
        return wish

    def _wish(self, view: CounterView, visitor: Visitor | None, gone: bool, now_ms: int) -> tuple[str, ...]:
        if view.ticket is not None:
            self.free_since_ms = now_ms
            return self._with_ticket(view, visitor, gone, now_ms)
        status = view.status.value
        if status != self.wanted and not (self.wanted == "closed" and status == "paused"):
            return self._towards(view.status)
        if view.status is CounterStatus.OPEN and view.waiting and now_ms - self.free_since_ms >= WRAP_UP_MS:
            return self.terms.call
        return ()

    def _towards(self, status: CounterStatus) -> tuple[str, ...]:
        if self.wanted == "open":
            return self.terms.toggle
        if self.wanted == "closed" and self.terms.digits:
            return ("5", *self.terms.toggle)
        if status is CounterStatus.OPEN:
            return ((self.reason_digit,) if self.terms.digits and self.reason_digit else ()) + self.terms.toggle
        return ()

    def _with_ticket(self, view: CounterView, visitor: Visitor | None, gone: bool, now_ms: int) -> tuple[str, ...]:
        ticket = view.ticket
        assert ticket is not None
        since_call_ms = now_ms - ticket.called_at_ms
        if ticket.status is TicketStatus.SERVING:
            service_ms = visitor.service_ms if visitor else 120_000
            served = now_ms - (ticket.started_at_ms or ticket.called_at_ms) >= service_ms
            return self.terms.finish if served else ()
        if not gone:
            return self.terms.start if since_call_ms >= WALK_MS else ()
        if since_call_ms >= MISS_AFTER_MS:
            return self.terms.no_show
        return self.terms.recall if since_call_ms >= RECALL_AFTER_MS and ticket.recalls == 0 else ()
