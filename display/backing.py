"""What sounds beneath the voice: a film's sound, in step with its picture, as loud as hall and hour want.

Time is passed in. It is handed to the loudspeaker in short pieces, each with the gain of the moment when it will be
heard: so it goes down for the voice within two pieces, without a click, and the words themselves are never touched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np

from broker.runtime.speech.levels import RATE_HZ, ratio_of
from display.film_sound import FilmSound

log = logging.getLogger(__name__)

PIECE = RATE_HZ * 80 // 1000
OUT_OF_STEP = RATE_HZ * 80 // 1000
"""Further from the picture than this it is brought back into step."""


class PlaysBeneath(Protocol):
    """The loudspeaker's second channel."""

    @property
    def has_room(self) -> bool: ...

    def ahead_s(self) -> float: ...

    def put(self, samples: np.ndarray) -> None: ...

    def stop(self) -> None: ...


class Backing:
    """One film's sound at a time; everything from the sound's thread.

    ``gain_db`` is asked for a monotonic moment: None is silence; what is due meanwhile is left out.
    """

    def __init__(self, channel: PlaysBeneath, gain_db: Callable[[float], float | None]) -> None:
        self._channel = channel
        self._gain_db = gain_db
        self._sound: FilmSound | None = None
        self._next: int | None = None
        self._ratio = 0.0

    @property
    def active(self) -> bool:
        """Whether ``turn`` is wanted again soon."""
        return self._sound is not None

    def take(self, sound: FilmSound) -> None:
        """From now on this one, in the place of what sounded."""
        self._silence()
        self._sound = sound

    def turn(self, now_s: float) -> None:
        """Hand on what fits now; to be called more often than a piece lasts. Never raises: calls are not to wait."""
        if self._sound is None:
            return
        try:
            self._turn(self._sound, now_s)
        except Exception:
            log.exception("the sound of a film was given up")
            self._sound = self._next = None

    def _turn(self, sound: FilmSound, now_s: float) -> None:
        if sound.over:
            self._end(sound)
        elif self._gain_db(now_s) is None:
            self._silence()
        else:
            while self._channel.has_room and self._put_next(sound, now_s):
                pass

    def _end(self, sound: FilmSound) -> None:
        """At once when the film was stopped; what was handed on to its end is heard to its end."""
        if sound.decoder.stopped:
            self._silence()
        elif sound.why_none:
            log.info("%s is shown without sound: %s", sound.path, sound.why_none)
        self._sound = self._next = None

    def _put_next(self, sound: FilmSound, now_s: float) -> bool:
        """Whether a piece was handed on."""
        heard_s = now_s + self._channel.ahead_s()
        due = sound.sample_at(heard_s)
        gain_db = self._gain_db(heard_s + PIECE / RATE_HZ)
        if due is None or gain_db is None:
            return False
        if self._next is None or abs(due - self._next) > OUT_OF_STEP:
            if self._next is not None and due < self._next:
                self._ratio = 0.0
                return False  # the picture comes after: wait for it
            self._next, self._ratio = due, 0.0
        samples = sound.piece(self._next, PIECE)
        if samples is None:
            return False
        ratio = ratio_of(gain_db)
        ramp = np.linspace(self._ratio, ratio, PIECE, dtype=np.float32)[:, None]
        self._channel.put(np.rint(samples * ramp).astype(np.int16))
        self._next, self._ratio = self._next + PIECE, ratio
        return True

    def _silence(self) -> None:
        if self._next is not None:
            self._channel.stop()
        self._next = None
