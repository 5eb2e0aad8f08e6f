"""The mind of an evaluator's screen: the counter's view, prompts and touches in, what is shown out. Pure.

It never decides about a rating: a touched face is a raw key like any other evaluator's, and thanks are shown when the
caller says that the rating is kept. Seconds are the machine's. Nothing is chosen before a finger chose it, and the
faces never change their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from broker.model.ratings import LOW_LEVELS, REASONS, REASONS_VERSION
from broker.model.reasons import is_late
from broker.model.views import CounterView
from broker.model.words import CounterStatus, Level

Mode = Literal["starting", "idle", "rating", "why", "thanks", "sorry", "paused", "closed", "emergency"]
THANKS_S, SORRY_S, WHY_S = 5.0, 4.0, 30.0
"""``WHY_S`` counts from the last touch: nobody is hurried while choosing."""
FACE, REASON, CONTACT, SEND, SKIP, DECLINE = "face/", "reason/", "contact", "send", "skip", "decline"


@dataclass(frozen=True)
class Explained:
    """The visitor said why, or wishes to be called."""

    reasons: tuple[str, ...]
    reasons_version: int
    contact: bool


@dataclass(frozen=True)
class EvaluatorState:
    """Everything the screen shows at one moment. ``left`` is the share of the time to rate that is left, 1 to 0."""

    mode: Mode
    view: CounterView | None
    reasons: tuple[str, ...] = ()
    contact: bool = False
    left: float = 1.0
    code: str = ""
    """What the QR code says by which the visit is rated on a phone."""
    late: bool = False
    """The minute is over at which the clerk was expected back."""
    earlier: str | None = None
    """Whose visit is asked about, where somebody else has been called by now; empty: one without a number."""


class EvaluatorMind:
    """``levels`` are raw keys and what they mean; ``decline`` the raw key of who does not want to rate."""

    def __init__(
        self, levels: Mapping[str, Level], decline: str, code_of: Callable[[str], str] = lambda visit: ""
    ) -> None:
        self.code_of = code_of
        """Makes the text of the QR code of a visit."""
        self._code = ("", "")
        self._raw = {level: raw for raw, level in levels.items()}
        self._decline = decline
        self._view: CounterView | None = None
        self._asking = False
        self._after: tuple[Mode, float] | None = None
        """What follows a rating, and when it ends."""
        self._reasons: tuple[str, ...] = ()
        self._contact = False

    def shown(self, view: CounterView) -> None:
        """The counter's newest picture."""
        self._view = view

    def prompt(self) -> None:
        """Somebody may rate."""
        if not self._asking:
            self._after, self._reasons, self._contact = None, (), False
        self._asking = True

    def thank(self, level: Level, now_s: float) -> None:
        """The rating is kept; of a low one it may be said why."""
        self._asking, self._reasons, self._contact = False, (), False
        self._after = ("why", now_s + WHY_S) if level in LOW_LEVELS else ("thanks", now_s + THANKS_S)

    def sorry(self, now_s: float) -> None:
        """The rating could not be kept; whoever is asked may touch again."""
        self._after = ("sorry", now_s + SORRY_S)

    def rest(self) -> None:
        """Nobody is asked any more; thanks stand until their time is over."""
        self._asking = False

    def touch(self, target: str, now_s: float, now_ms: int) -> str | Explained | None:
        """A raw key, what was explained, or None."""
        mode = self.look(now_s, now_ms).mode
        if mode == "rating":
            if target == DECLINE:
                return self._decline
            return {f"{FACE}{level.value}": raw for level, raw in self._raw.items()}.get(target)
        return self._explain(target, now_s) if mode == "why" else None

    def _explain(self, target: str, now_s: float) -> Explained | None:
        self._after = ("why", now_s + WHY_S)
        if target == CONTACT:
            self._contact = not self._contact
        elif target.startswith(REASON):
            chosen = {*self._reasons} ^ {target.removeprefix(REASON)}
            self._reasons = tuple(key for key in REASONS[REASONS_VERSION] if key in chosen)
        elif target == SKIP:
            self._contact = False
            self._after = ("thanks", now_s + THANKS_S)
        elif target == SEND:
            self._after = ("thanks", now_s + THANKS_S)
            if self._reasons or self._contact:
                return Explained(self._reasons, REASONS_VERSION, self._contact)
        return None

    def look(self, now_s: float, now_ms: int) -> EvaluatorState:
        """What to show at this moment."""
        if self._after is not None and now_s >= self._after[1]:
            self._after, self._contact = None, False
        mode = self._mode()
        code = self._visit_code(now_ms) if mode == "rating" else ""
        pause = self._view.pause if self._view is not None else None
        late = pause is not None and is_late(pause.returns_at_ms, now_ms)
        earlier = self._earlier() if mode == "rating" else None
        return EvaluatorState(mode, self._view, self._reasons, self._contact, self._left(now_ms), code, late, earlier)

    def _earlier(self) -> str | None:
        """Nobody who was just called shall take the question for the own; who goes on to a next service may."""
        asked = self._view.evaluation if self._view is not None else None
        ticket = self._view.ticket if self._view is not None else None
        return None if asked is None or ticket is None or ticket.number == asked.number else asked.number

    def _visit_code(self, now_ms: int) -> str:
        asked = self._view.evaluation if self._view is not None else None
        if asked is None or now_ms >= asked.until_ms:
            return ""
        if self._code[0] != asked.visit:
            self._code = asked.visit, self.code_of(asked.visit)
        return self._code[1]

    def _mode(self) -> Mode:
        view = self._view
        if view is not None and view.emergency is not None:
            return "emergency"
        if self._after is not None:
            return self._after[0]
        if self._asking:
            return "rating"
        if view is None:
            return "starting"
        if view.status is CounterStatus.PAUSED:
            return "paused"
        return "closed" if view.status is CounterStatus.CLOSED else "idle"

    def _left(self, now_ms: int) -> float:
        request = self._view.evaluation if self._view is not None else None
        if request is None:
            return 1.0
        whole = max(1, request.until_ms - request.opened_at_ms)
        share = max(0.0, min(1.0, (request.until_ms - now_ms) / whole))
        return round(share * 60) / 60
