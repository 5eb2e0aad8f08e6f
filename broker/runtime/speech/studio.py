"""Clips made in a thread of their own, the urgent first, so that nobody who plays or paints ever waits for a voice."""

import heapq
import logging
import threading
import time
from collections.abc import Iterable, Sequence
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


class Studio:
    """Takes orders for clips and hands back futures."""

    def __init__(self, clips: MakesClips, voice: Heals) -> None:
        self._clips = clips
        self._voice = voice
        self._orders: list[_Order] = []
        self._unread: list[_Order] = []
        """What waits for the dictionary; everything else is made meanwhile."""
        self._read_again_s = self._rests_until_s = float("-inf")
        self._changed = threading.Condition()
        self._placed = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="studio", daemon=True)

    def start(self) -> None:
        """Begin to work; the voice is made ready as soon as nothing is ordered, or by the first order."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and the voice; orders that wait are cancelled."""
        with self._changed:
            self._stopping = True
            for order in (*self._orders, *self._unread):
                if order.result is not None and not order.result.cancel() and not order.result.done():
                    order.result.set_exception(ReadingsNotYet())
            self._orders.clear()
            self._unread.clear()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self._voice.stop()

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]:
        """The clips of one language of one call, by one voice."""
        return [self.order(utterance, urgency) for utterance in utterances]

    def order(self, utterance: Utterance, urgency: Urgency) -> "Future[np.ndarray]":
        """The clip to come: float32 mono at 48 kHz, or the SoundError that prevented it."""
        result: Future[np.ndarray] = Future()
        if not self._place(utterance, urgency, result, MOST_ORDERS + ROOM_FOR_URGENT):
            result.set_exception(OrdersFull(self.waiting))
        return result

    def warm(self, utterances: Iterable[Utterance]) -> None:
        """Make these when there is nothing better to do; what does not fit into the bound is left out."""
        for utterance in utterances:
            self._place(utterance, Urgency.LATER, None, MOST_ORDERS)

    def _place(self, utterance: Utterance, urgency: Urgency, result: "Future[np.ndarray] | None", bound: int) -> bool:
        with self._changed:
            if self._stopping or len(self._orders) + len(self._unread) >= bound:
                return False
            self._placed += 1
            heapq.heappush(self._orders, _Order(urgency, self._placed, utterance, result))
            self._changed.notify()
        return True

    @property
    def waiting(self) -> int:
        """Orders not begun."""
        with self._changed:
            return len(self._orders) + len(self._unread)

    def _work(self) -> None:
        patience_s = 0.0
        while True:
            with self._changed:
                if not self._orders and not self._stopping:
                    self._changed.wait(READ_AGAIN_S if self._unread else patience_s)
                self._rest()
                if self._stopping:
                    return
                order = self._next()
            if order is not None:
                begun_s = time.monotonic()
                self._fill(order)
                if order.result is None:
                    ended_s = time.monotonic()
                    self._rests_until_s = ended_s + min(LONGEST_REST_S, REST_PER_WORK * (ended_s - begun_s))
            elif self._voice.heal():
                patience_s = 0.0
            else:
                patience_s = HEAL_EVERY_S

    def _rest(self) -> None:
        """Until it is time again, or somebody waits for a clip."""
        while not self._stopping and not self._awaited():
            left_s = self._rests_until_s - time.monotonic()
            if left_s <= 0:
                return
            self._changed.wait(left_s)

    def _awaited(self) -> bool:
        return any(order.result is not None for order in (*self._orders, *self._unread))

    def _next(self) -> _Order | None:
        """The most urgent; also of what could not be read a moment ago."""
        if self._unread and (not self._orders or time.monotonic() >= self._read_again_s):
            self._orders = sorted(self._orders + self._unread)
            self._unread.clear()
            self._read_again_s = time.monotonic() + READ_AGAIN_S
        return heapq.heappop(self._orders) if self._orders else None

    def _fill(self, order: _Order) -> None:
        result = order.result
        if result is not None and not result.running() and not result.set_running_or_notify_cancel():
            return
        try:
            if result is None:
                self._clips.prepare(order.utterance)
            else:
                result.set_result(self._clips.make(order.utterance))
        except ReadingsNotYet:
            with self._changed:
                if not self._stopping:
                    self._unread.append(order)
                elif result is not None:
                    result.set_exception(ReadingsNotYet())
        except Exception as error:  # also a fault of ours must not end the only thread that makes speech
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
