"""One channel of the mixer, on which sounds follow one another without a gap; for player.py only.

The mixer ends a sound in its own thread, which has to wait for the interpreter before it may begin the next one. In
that moment, some milliseconds on a busy machine, ``Channel.get_busy`` says that nothing plays though a sound is still
to come, and a sound queued then can be forgotten by pygame. What the channel holds is changed under the interpreter's
lock only, so it is asked what it holds; and what was queued is seen to begin.
"""

import time
from collections import deque
from collections.abc import Callable

import pygame

KEPT_SOUNDS = 3
"""pygame lets go of an ended sound before it forgets where it lay; these outlive it: one ends, one plays, one waits."""
SETTLE_S = 0.001
LONGEST_SETTLING_S = 1.0
"""A channel that holds a sound and is silent for so long has forgotten it: no thread waits for its turn so long."""
LONGEST_LOOK_S = 0.25
"""Who looks seldom may have seen two silences with sound between them: of the time between, no more counts."""


class Lane:
    """Channel ``number`` of the open mixer. Any method raises pygame.error once the mixer was shut down."""

    def __init__(self, number: int, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._channel = pygame.mixer.Channel(number)
        self._now_s = now_s
        self._silent_s = 0.0
        self._looked_at_s: float | None = None
        self._kept: deque[pygame.mixer.Sound] = deque(maxlen=KEPT_SOUNDS)

    @property
    def is_busy(self) -> bool:
        """Whether anything that was put is not over yet."""
        held = self._channel.get_queue() is not None or self._channel.get_sound() is not None
        if not held or self._channel.get_busy():
            self._silent_s, self._looked_at_s = 0.0, None
            return held
        now_s = self._now_s()
        if self._looked_at_s is not None:
            self._silent_s += min(now_s - self._looked_at_s, LONGEST_LOOK_S)
        self._looked_at_s = now_s
        return self._silent_s < LONGEST_SETTLING_S

    @property
    def has_room(self) -> bool:
        """Whether a further sound can be put: the mixer holds one behind the one that plays."""
        return self._channel.get_queue() is None or not self.is_busy

    def put(self, samples: bytes) -> None:
        """Play 16-bit stereo samples now, or exactly behind what plays; only when ``has_room``."""
        sound = self._made(samples)
        if not self.is_busy:
            self._channel.play(sound)
            return
        self._channel.queue(sound)
        while not self._channel.get_busy() and self.is_busy:
            if self._channel.get_sound() is None and self._channel.get_queue() is not None:
                self._channel.play(sound)  # what it was queued behind ended in that very moment
                return
            time.sleep(SETTLE_S)

    def repeat(self, samples: bytes) -> None:
        """Play 16-bit stereo samples over and over."""
        self._channel.play(self._made(samples), loops=-1)

    def fade_out(self, fade_ms: int, silence: bytes) -> None:
        """End what plays within ``fade_ms``; ``silence`` takes the place of what was queued, which would go on."""
        if self.is_busy:
            self.put(silence)
            self._channel.fadeout(fade_ms)

    def _made(self, samples: bytes) -> pygame.mixer.Sound:
        sound = pygame.mixer.Sound(buffer=samples)
        self._kept.append(sound)
        return sound
