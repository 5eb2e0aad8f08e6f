"""The evaluator of one counter as a mind: one rating a visit, thanks only after it is safe. Pure.

Finishing a visit opens the window; a key in it is first stored on this device, and only then is the visitor thanked.
Nothing is rated by default: a visit whose window passes stays unrated. The engine says until when it asks: a call of
the next visitor ends nothing, the beginning of the next service does. Times are hall milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from broker.model.commands import ExplainEvaluation, LeaveUnrated, RecordEvaluation
from broker.model.ratings import LOW_LEVELS, REASONS_VERSION, Unrated
from broker.model.views import EvaluationRequest
from broker.model.words import Level

DECLINE_KEY = "decline"
"""The raw key of an evaluator that offers not to rate."""
RATED_KEPT = 200


class RatingState(StrEnum):
    """What became of the newest visit."""

    IDLE = "idle"
    ASKING = "asking"
    STORING = "storing"
    RATED = "rated"
    UNRATED = "unrated"
    DECLINED = "declined"
    FAULT = "fault"


AFTER: dict[RatingState, frozenset[RatingState]] = {
    RatingState.IDLE: frozenset({RatingState.ASKING}),
    RatingState.ASKING: frozenset({RatingState.STORING, RatingState.UNRATED, RatingState.DECLINED}),
    RatingState.STORING: frozenset({RatingState.RATED, RatingState.FAULT}),
    RatingState.RATED: frozenset({RatingState.ASKING}),
    RatingState.UNRATED: frozenset({RatingState.ASKING}),
    RatingState.DECLINED: frozenset({RatingState.ASKING}),
    RatingState.FAULT: frozenset({RatingState.ASKING, RatingState.STORING, RatingState.UNRATED, RatingState.DECLINED}),
}
"""The life of one prompt. FAULT may be tried again while the window is open."""


@dataclass(frozen=True)
class Prompt:
    """Ask the visitor to rate."""

    visit: str


@dataclass(frozen=True)
class Store:
    """Write this rating to the device's disk, then say ``stored`` or ``failed``."""

    evaluation: RecordEvaluation


@dataclass(frozen=True)
class Thank:
    """The rating is safe: say so."""

    level: Level


@dataclass(frozen=True)
class Reject:
    """The key does not count; ``code`` is ``no_visit``, ``already_rated``, ``unknown_key`` or ``storing``."""

    code: str
    raw_key: str


@dataclass(frozen=True)
class Apologise:
    """The rating could not be stored: no thanks, the visitor may press again."""


@dataclass(frozen=True)
class Rest:
    """The prompt is over; ``visit`` is the one that was asked about."""

    state: RatingState
    visit: str = field(default="", compare=False)


@dataclass(frozen=True)
class Keep:
    """Write what else is to be told of a visit to the device's disk; nobody is thanked for it."""

    id: str = field(compare=False)
    told: ExplainEvaluation | LeaveUnrated


Effect = Prompt | Store | Thank | Reject | Apologise | Rest | Keep


class Rating:
    """One keypad. ``levels`` maps the raw key the device sends to its level; ``rated`` are visits rated before.

    ``decline`` is the raw key of who does not want to rate, ``contact`` of who rated low and wishes to be called.
    """

    def __init__(
        self,
        keypad: str,
        levels: Mapping[str, Level],
        make_id: Callable[[], str],
        rated: Iterable[str] = (),
        decline: str = DECLINE_KEY,
        contact: str = "",
    ) -> None:
        self.keypad = keypad
        self.faulty: Callable[[], bool] = lambda: False
        """Whether the device cannot be used, so that nobody could have rated."""
        self.state = RatingState.IDLE
        self._levels = dict(levels)
        self._decline = decline
        self._contact = contact
        self._explainable: str | None = None
        """The visit that was rated low here last and may still be explained."""
        self._make_id = make_id
        self._rated = dict.fromkeys(rated)
        self._request: EvaluationRequest | None = None
        self._late: EvaluationRequest | None = None
        """The newest whose time was over: a clock that is put back opens it no more."""
        self._storing: RecordEvaluation | None = None

    @property
    def asking(self) -> bool:
        """A key would count now."""
        return self.state in (RatingState.ASKING, RatingState.FAULT)

    def knows(self, raw_key: str) -> bool:
        """Whether the key is in the device's map at all."""
        return raw_key in self._levels or raw_key in (self._decline, self._contact)

    @property
    def visit(self) -> str | None:
        return None if self._request is None else self._request.visit

    def shown(self, request: EvaluationRequest | None, now_ms: int) -> list[Effect]:
        """The counter's view was renewed: a visit may be rated, or none any more."""
        effects = self.tick(now_ms)
        if request is None:
            return effects + self._close()
        if request.visit in self._rated or now_ms >= request.until_ms or not self._news(request):
            return effects
        if self.state is RatingState.STORING:  # the newer visit is asked about once the key before it is safe
            return effects
        if request.visit == self.visit and self.asking:
            self._request = request
            return effects
        effects += self._close()
        self._request = request
        self._explainable = None
        self._become(RatingState.ASKING)
        return [*effects, Prompt(request.visit)]

    def _news(self, request: EvaluationRequest) -> bool:
        """Whether to ask: another visit, one that ended once more, or one that goes on being asked about because what
        ended its window (a service that began at the counter) was taken back."""
        return request != self._request or (self.state is RatingState.UNRATED and request != self._late)

    def press(self, raw_key: str, now_ms: int) -> list[Effect]:
        """A key of the evaluator. A window that is over is closed first, so a late key never counts."""
        effects = self.tick(now_ms)
        if self.state is RatingState.STORING:
            return [*effects, Reject("storing", raw_key)]
        if self._request is None or not self.asking:
            if raw_key == self._contact and self._explainable is not None:
                return [*effects, *self.explain((), contact=True)]
            code = "already_rated" if self.state is RatingState.RATED else "no_visit"
            return [*effects, Reject(code, raw_key)]
        if raw_key == self._decline:
            self._become(RatingState.DECLINED)
            return [*effects, Rest(RatingState.DECLINED, self._request.visit), self._left_unrated("declined")]
        level = self._levels.get(raw_key)
        if level is None:
            return [*effects, Reject("unknown_key", raw_key)]
        self._storing = RecordEvaluation(
            evaluation=self._make_id(),
            visit=self._request.visit,
            level=level,
            device=self.keypad,
            raw_key=raw_key,
            pressed_at_ms=now_ms,
        )
        self._become(RatingState.STORING)
        return [*effects, Store(self._storing)]

    def stored(self, evaluation: str) -> list[Effect]:
        """The rating of this id survives a power cut from now on."""
        if self._storing is None or self._storing.evaluation != evaluation:
            return []
        storing, self._storing = self._storing, None
        self._explainable = storing.visit if storing.level in LOW_LEVELS else None
        self._rated[storing.visit] = None
        while len(self._rated) > RATED_KEPT:
            del self._rated[next(iter(self._rated))]
        self._become(RatingState.RATED)
        return [Thank(storing.level)]

    def failed(self, evaluation: str) -> list[Effect]:
        """The disk refused the rating of this id."""
        if self._storing is None or self._storing.evaluation != evaluation:
            return []
        self._storing = None
        self._become(RatingState.FAULT)
        return [Apologise()]

    def explain(self, reasons: tuple[str, ...], *, contact: bool) -> list[Effect]:
        """Whoever rated low says why, or wishes to be called: once, until the next visitor is asked."""
        visit, self._explainable = self._explainable, None
        if visit is None or not (reasons or contact):
            return []
        told = ExplainEvaluation(
            visit=visit, device=self.keypad, reasons=reasons, reasons_version=REASONS_VERSION, contact=contact
        )
        return [Keep(self._make_id(), told)]

    def _left_unrated(self, why: Unrated) -> Keep:
        assert self._request is not None
        return Keep(self._make_id(), LeaveUnrated(visit=self._request.visit, device=self.keypad, why=why))

    def tick(self, now_ms: int) -> list[Effect]:
        """End the window when its time is over."""
        if self._request is None or not self.asking or now_ms < self._request.until_ms:
            return []
        self._late = self._request
        return self._close()

    def again(self) -> list[Effect]:
        """Prompt once more, e.g. after the line came back; nothing when nobody is asked."""
        return [Prompt(self._request.visit)] if self._request is not None and self.asking else []

    def _close(self) -> list[Effect]:
        if self._request is None or not self.asking:
            return []
        broken = self.state is RatingState.FAULT or self.faulty()
        self._become(RatingState.UNRATED)
        rest = Rest(RatingState.UNRATED, self._request.visit)
        return [rest, self._left_unrated("device_fault")] if broken else [rest]

    def _become(self, state: RatingState) -> None:
        assert state in AFTER[self.state], f"{self.state} -> {state}"
        self.state = state
