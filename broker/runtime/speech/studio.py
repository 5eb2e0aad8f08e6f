"""Clips made in threads of their own, so that nobody who plays or paints ever waits for a voice.

One makes what somebody waits for, the urgent first. Another makes what may be useful one day; it has the voice for the
moment of speaking only, and stands back as soon as somebody waits.
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np

from broker.runtime.speech.errors import ReadingsNotYet, SoundError
from broker.runtime.speech.utterance import Utterance

log = logging.getLogger(__name__)

MOST_ORDERS, ROOM_FOR_URGENT = 2_000, 100
HEAL_EVERY_S = 2.0
READ_AGAIN_S = 0.05
REST_PER_WORK, LONGEST_REST_S = 2.0, 1.0
"""After a clip that nobody waits for the studio rests: a new folder takes thousands of them, and meanwhile what paints,
prints and answers on the same machine goes on."""


class Urgency(IntEnum):
    """Which order is made first."""

    NOW = 0  # it is being announced
    SOON = 1  # it waits to be announced
    LATER = 2  # a counter, or a ticket just issued


class OrdersFull(SoundError):
    """The bound of waiting orders is reached; ``length`` wait."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} clips wait to be made, no more are taken")
        self.length = length


class MakesClips(Protocol):
    """What the studio works with: ``clips.Clips``."""

    def make(self, utterance: Utterance) -> np.ndarray: ...

    def prepare(self, utterance: Utterance) -> None: ...


class Heals(Protocol):
    """A voice that can be made ready, piece by piece, while nobody waits: ``voice.GuardedVoice``."""

    def heal(self) -> bool: ...

    def stop(self) -> None: ...


@dataclass(order=True)
class _Order:
    urgency: int
    place: int
    utterance: Utterance = field(compare=False)
    result: "Future[np.ndarray] | None" = field(compare=False)


class _Orders:
    """What waits to be made: the most urgent first, and what waits for the dictionary is looked at now and then."""

    def __init__(self) -> None:
        self._readable: list[_Order] = []
        self._unread: list[_Order] = []
        self._read_again_s = float("-inf")

    def __len__(self) -> int:
        return len(self._readable) + len(self._unread)

    @property
    def patience_s(self) -> float:
        """How long there is nothing to do: none where something can be made."""
        if self._readable:
            return 0.0
        return max(0.0, self._read_again_s - time.monotonic()) if self._unread else HEAL_EVERY_S

    def put(self, order: _Order) -> None:
        heapq.heappush(self._readable, order)

    def put_back(self, order: _Order) -> None:
        """It could not be read yet."""
        if not self._unread:
            self._read_again_s = time.monotonic() + READ_AGAIN_S
        self._unread.append(order)

    def next(self) -> _Order | None:
        if self._unread and time.monotonic() >= self._read_again_s:
            self._readable = sorted(self._readable + self._unread)
            self._unread.clear()
        return heapq.heappop(self._readable) if self._readable else None

    def clear(self) -> list[_Order]:
        """All of them, taken out."""
        left = [*self._readable, *self._unread]
        self._readable.clear()
        self._unread.clear()
        return left


class Studio:
    """Takes orders for clips and hands back futures."""

    def __init__(self, clips: MakesClips, voice: Heals) -> None:
        self._clips = clips
        self._voice = voice
        self._awaited, self._useful = _Orders(), _Orders()
        self._changed = threading.Condition()
        self._placed = 0
        self._making = False
        """Whether a clip is being made that somebody waits for."""
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name="studio", daemon=True),
            threading.Thread(target=self._work_ahead, name="studio-ahead", daemon=True),
        ]

    def start(self) -> None:
        """Begin to work; the voice is made ready as soon as nothing is ordered, or by the first order."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads and the voice; orders that wait are cancelled."""
        with self._changed:
            self._stopping = True
            for order in self._awaited.clear():
                if order.result is not None and not order.result.cancel() and not order.result.done():
                    order.result.set_exception(ReadingsNotYet())
            self._useful.clear()
            self._changed.notify_all()
        if self._threads[0].is_alive():
            self._threads[0].join(timeout=10)
        self._voice.stop()
        if self._threads[1].is_alive():
            self._threads[1].join(timeout=10)

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]:
        """The clips of one language of one call, by one voice."""
        return [self.order(utterance, urgency) for utterance in utterances]

    def order(self, utterance: Utterance, urgency: Urgency) -> "Future[np.ndarray]":
        """The clip to come: float32 mono at 48 kHz, or the SoundError that prevented it."""
        result: Future[np.ndarray] = Future()
        if not self._place(self._awaited, utterance, urgency, result, MOST_ORDERS + ROOM_FOR_URGENT):
            result.set_exception(OrdersFull(self.waiting))
        return result

    def warm(self, utterances: Iterable[Utterance]) -> None:
        """Make these when there is nothing better to do; what does not fit into the bound is left out."""
        for utterance in utterances:
            self._place(self._useful, utterance, Urgency.LATER, None, MOST_ORDERS)

    def _place(
        self,
        orders: _Orders,
        utterance: Utterance,
        urgency: Urgency,
        result: "Future[np.ndarray] | None",
        bound: int,
    ) -> bool:
        with self._changed:
            if self._stopping or len(self._awaited) + len(self._useful) >= bound:
                return False
            self._placed += 1
            orders.put(_Order(urgency, self._placed, utterance, result))
            self._changed.notify_all()
        return True

    @property
    def waiting(self) -> int:
        """Orders not begun."""
        with self._changed:
            return len(self._awaited) + len(self._useful)

    # -- what somebody waits for ----------------------------------

    def _work(self) -> None:
        patience_s = 0.0
        while True:
            with self._changed:
                self._making = False
                self._changed.notify_all()
                if not self._stopping:
                    self._changed.wait(min(patience_s, self._awaited.patience_s))
                if self._stopping:
                    return
                order = self._awaited.next()
                self._making = order is not None
            if order is not None:
                self._fill(
                    self._awaited, order, lambda order: order.result.set_result(self._clips.make(order.utterance))
                )
            else:
                patience_s = 0.0 if self._voice.heal() else HEAL_EVERY_S

    # -- what may be useful ---------------------------------------

    def _work_ahead(self) -> None:
        rests_until_s = float("-inf")
        while True:
            with self._changed:
                order = self._next_useful(rests_until_s)
                if self._stopping:
                    return
            if order is not None:
                begun_s = time.monotonic()
                self._fill(self._useful, order, lambda order: self._clips.prepare(order.utterance))
                ended_s = time.monotonic()
                rests_until_s = ended_s + min(LONGEST_REST_S, REST_PER_WORK * (ended_s - begun_s))

    def _next_useful(self, rests_until_s: float) -> _Order | None:
        """None where it is not the time, after a wait; held by the condition."""
        rest_s = max(0.0, rests_until_s - time.monotonic())
        if self._making or len(self._awaited) or rest_s or not len(self._useful):
            self._changed.wait(rest_s or HEAL_EVERY_S)
            return None
        order = self._useful.next()
        if order is None:
            self._changed.wait(self._useful.patience_s)
        return order

    # -- both ------------------------------------------------------

    def _fill(self, orders: _Orders, order: _Order, make: Callable[[_Order], None]) -> None:
        result = order.result
        if result is not None and not result.running() and not result.set_running_or_notify_cancel():
            return
        try:
            make(order)
        except ReadingsNotYet:
            with self._changed:
                if not self._stopping:
                    orders.put_back(order)
                elif result is not None:
                    result.set_exception(ReadingsNotYet())
        except Exception as error:  # also a fault of ours must not end a thread that makes speech
            if isinstance(error, SoundError):
                log.warning("no clip of %s: %s", _named(order.utterance), error)
            else:
                log.exception("a clip of %s could not be made", _named(order.utterance))
            if result is not None:
                result.set_exception(error)


def _named(utterance: Utterance) -> str:
    """A single sign may be one of a telephone's that somebody types: which one is nobody's business."""
    return repr(utterance.text) if len(utterance.text) > 1 else "one sign"


class NoStudio:
    """Stands in where there is no speech library at all: every order fails with the reason."""

    def __init__(self, reason: SoundError) -> None:
        self._reason = reason

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]:
        """Futures that have failed."""
        del urgency
        results: list[Future[np.ndarray]] = [Future() for _ in utterances]
        for result in results:
            result.set_exception(self._reason)
        return results

    def warm(self, utterances: Iterable[Utterance]) -> None:
        """Nothing can be made ready."""

    def stop(self) -> None:
        """Nothing runs."""
