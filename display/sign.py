"""The mind of a counter sign: one counter's views and time in, what is shown out. Pure; seconds are monotonic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from broker.contract.envelope import ENGINE_SILENT_S
from broker.model.reasons import is_late
from broker.model.views import CounterView
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.newest import Newest, Position
from display.board import PULSE_S, PULSES, RING_S

Mode = Literal["starting", "calling", "serving", "idle", "rating", "paused", "closed"]


@dataclass(frozen=True)
class SignState:
    """Everything a counter sign shows at one moment. `view` is None until the first one arrived."""

    counter: str
    mode: Mode
    view: CounterView | None
    ring: bool
    stale: bool
    contact_ms: int | None
    code: str = ""
    """What its QR code says while the visit may be rated."""
    late: bool = False
    """The minute is over at which its clerk was expected back."""


class SignMind:
    """Takes views of one counter and heartbeats, says what to show. `counter` is the counter's name, for the start;
    `code_of` makes the text of the QR code by which a visit is rated."""

    def __init__(self, counter: str, code_of: Callable[[str], str] = lambda visit: "") -> None:
        self._counter = counter
        self._code_of, self._code = code_of, ("", "")
        self._view: CounterView | None = None
        self._asks_until_ms = 0
        self._newest = Newest()
        self._call: tuple[str, float] | None = None
        self._silent_next = True
        self._contact: tuple[float, int] | None = None

    def connected(self) -> None:
        """The link came up: what arrives next is what was missed, not news."""
        self._silent_next = True

    def heard(self, now_s: float, now_ms: int) -> None:
        """The server gave a sign of life at this moment."""
        self._contact = (now_s, now_ms)

    def engine_at(self, position: Position) -> None:
        """A live heartbeat tells where the server is, which may be before what was shown."""
        self._newest.engine_at(position)

    def take(self, view: CounterView, position: Position, now_s: float) -> None:
        """Take a view of `position` (epoch, as_of); an older one than was shown is dropped."""
        if not self._newest.take(view.counter, position):
            return
        before = self._view.ticket.call_id if self._view and self._view.ticket else None
        silent, self._silent_next = self._silent_next, False
        self._view = view
        if view.evaluation is not None:
            self._asks_until_ms = view.evaluation.until_ms
        called = view.ticket.call_id if view.ticket else None
        if called is None:
            self._call = None
        elif called != before:
            self._call = (called, float("-inf") if silent else now_s)

    def is_private(self, now_ms: int) -> bool:
        """Whether somebody is asked to rate, or was and has: till the end of that time nobody elsewhere sees which."""
        nobody = self._view is None or self._view.ticket is None
        return nobody and now_ms < self._asks_until_ms

    def look(self, now_s: float, now_ms: int) -> SignState:
        """Return what to show at this moment."""
        view, mode = self._view, self._mode(now_ms)
        return SignState(
            counter=view.name if view else self._counter,
            mode=mode,
            view=view,
            ring=self._ring(now_s),
            stale=self._contact is None or now_s - self._contact[0] >= ENGINE_SILENT_S,
            contact_ms=self._contact[1] if self._contact else None,
            code=self._visit_code() if mode == "rating" else "",
            late=view is not None and view.pause is not None and is_late(view.pause.returns_at_ms, now_ms),
        )

    def _visit_code(self) -> str:
        asked = self._view.evaluation if self._view else None
        if asked is not None and self._code[0] != asked.visit:
            self._code = asked.visit, self._code_of(asked.visit)
        return self._code[1]

    def _mode(self, now_ms: int) -> Mode:
        view = self._view
        if view is None:
            return "starting"
        if view.status is CounterStatus.PAUSED:
            return "paused"  # also with somebody at the window, to whom the clerk has said why
        if view.ticket is not None and view.ticket.status is TicketStatus.SERVING:
            return "serving"
        if view.ticket is not None:
            return "calling"
        if view.evaluation is not None and now_ms < view.evaluation.until_ms:
            return "rating"
        return "closed" if view.status is CounterStatus.CLOSED else "idle"

    def _ring(self, now_s: float) -> bool:
        if self._call is None or self._mode_is_not_calling():
            return False
        age_s = now_s - self._call[1]
        if age_s < PULSES * 2 * PULSE_S:
            return int(age_s / PULSE_S) % 2 == 0
        return age_s < RING_S

    def _mode_is_not_calling(self) -> bool:
        ticket = self._view.ticket if self._view else None
        return ticket is None or ticket.status is not TicketStatus.CALLED
