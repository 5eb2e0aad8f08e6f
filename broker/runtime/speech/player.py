"""The loudspeaker: with lane.py the only home of pygame.mixer. Parts are played one behind the other without a gap.

The mixer is opened once and stays open, writing silence: HDMI receivers swallow the first seconds of a stream that
begins. Volume is arithmetic on the samples, because the mixer's own has 128 coarse steps and drops the quiet ones to
nothing. Where no device can be opened the dummy plays on, so that the timing of everything else stays as it is, and the
device is tried again from time to time.

Beneath the words something else may sound, on a channel of its own; the mixer adds the two, and neither waits for the
other.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from broker.runtime.speaker_address import SpeakerAddress
from broker.runtime.speech.errors import SpeakerUnavailable
from broker.runtime.speech.lane import Lane
from broker.runtime.speech.levels import RATE_HZ, stereo16

log = logging.getLogger(__name__)

FADE_MS = 30
RETRY_S, LONGEST_RETRY_S = 10.0, 30.0
WORDS, AWAKE, BENEATH = 0, 1, 2
"""Channels of the mixer."""
SILENCE = bytes(4 * FADE_MS * RATE_HZ // 1000)
"""Of the length of a fade."""
STALL_S = 3.0
"""A part that is not over this long after its end means that the device has stopped taking sound."""


class Player:
    """One loudspeaker; to be used from one thread. Parts are float32 mono at 48 kHz."""

    def __init__(self, address: SpeakerAddress, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._now_s = now_s
        self._words: Lane | None = None
        self._ends_at_s = 0.0
        self._retry_s = RETRY_S
        self._retry_at_s = 0.0
        self.fault: str | None = None
        self.beneath = Beneath(self._asked, now_s)

    @property
    def is_heard(self) -> bool:
        """Whether what is played can be heard (or, with a virtual speaker, would be)."""
        self._notice_shutdown()
        return self._words is not None and self.fault is None

    def open(self) -> None:
        """Open the address; when it cannot be opened, the dummy, with ``fault`` saying why."""
        self.close()
        try:
            self._open(self._address)
            self.fault, self._retry_s = None, RETRY_S
            log.info("loudspeaker %s open, %d frames a buffer", self._address.kind, self._address.frames)
        except SpeakerUnavailable as error:
            self._out_of_order(str(error))

    def close(self) -> None:
        """Give the device back."""
        self._words = self.beneath.lane = None
        with contextlib.suppress(pygame.error):
            pygame.mixer.quit()

    def put(self, part: np.ndarray, gain_db: float = 0.0) -> np.ndarray:
        """Play a part now, or exactly behind the one that plays; only when ``has_room``. Returns what is played."""
        played = stereo16(part, gain_db)
        now_s = self._now_s()
        self._ends_at_s = max(now_s, self._ends_at_s if self.is_busy else now_s) + len(played) / RATE_HZ
        lane = self._words
        if lane is not None and len(played):
            self._asked(lambda: lane.put(played.tobytes()))
        return played

    @property
    def is_busy(self) -> bool:
        """Whether something plays."""
        lane = self._words
        return lane is not None and bool(self._asked(lambda: lane.is_busy))

    @property
    def has_room(self) -> bool:
        """Whether a further part can be put: the mixer holds one behind the one that plays."""
        lane = self._words
        return lane is None or self._asked(lambda: lane.has_room) is not False

    def remaining_s(self) -> float:
        """Seconds until all that was put has been played, by the clock."""
        return max(0.0, self._ends_at_s - self._now_s()) if self.is_busy else 0.0

    def interrupt(self) -> None:
        """Fade out within 30 ms and forget what was queued. The mixer itself would go on with the queue."""
        self._ends_at_s = 0.0
        lane = self._words
        if lane is not None and self.is_busy:
            self._ends_at_s = self._now_s() + 2 * FADE_MS / 1000  # until then it is busy, and not stalled
            self._asked(lambda: lane.fade_out(FADE_MS, SILENCE))

    def check(self) -> None:
        """To be called about once a second: notices a dead device, tries a missing one again."""
        now_s = self._now_s()
        self._notice_shutdown()
        if self.is_busy and now_s > self._ends_at_s + STALL_S:
            self.close()
            self._out_of_order("the loudspeaker has stopped taking sound")
        elif self.fault is not None and now_s >= self._retry_at_s and not self.is_busy:
            self.open()

    def _asked(self, ask: Callable[[], object]) -> object:
        """Ask the mixer; if somebody in this process shut it down, that is a fault like a missing device."""
        with contextlib.suppress(pygame.error):
            return ask()
        self._notice_shutdown()
        return None

    def _notice_shutdown(self) -> None:
        if self._words is not None and pygame.mixer.get_init() is None:
            self._words = self.beneath.lane = None
            self._ends_at_s = 0.0
            self.fault = "the mixer was shut down from elsewhere in this process"
            self._retry_at_s = self._now_s()
            log.warning("%s", self.fault)

    def _out_of_order(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("%s; tried again every %.0f to %.0f s", fault, RETRY_S, LONGEST_RETRY_S)
        self.fault = fault
        self._retry_at_s = self._now_s() + self._retry_s
        self._retry_s = min(self._retry_s * 1.5, LONGEST_RETRY_S)
        with contextlib.suppress(SpeakerUnavailable):
            self._open(SpeakerAddress("virtual", "speaker"))

    def _open(self, address: SpeakerAddress) -> None:
        _choose_driver(address)
        pygame.mixer.quit()
        try:
            pygame.mixer.init(RATE_HZ, -16, 2, address.frames, allowedchanges=0)
        except pygame.error as error:
            raise SpeakerUnavailable(f"{address.kind}://{address.device}", str(error)) from error
        self._words, self.beneath.lane = Lane(WORDS), Lane(BENEATH)
        self.beneath.delay_s = 2 * address.frames / RATE_HZ
        self._ends_at_s = 0.0
        if address.awake:
            noise = np.random.default_rng(1).integers(0, 2, (RATE_HZ, 1), np.int16).repeat(2, axis=1)
            Lane(AWAKE).repeat(noise.tobytes())


class Beneath:
    """What sounds beneath the words: pieces of 16-bit stereo (n, 2), one behind the other; from the player's thread."""

    def __init__(self, asked: Callable[[Callable[[], object]], object], now_s: Callable[[], float]) -> None:
        self.lane: Lane | None = None
        """Set by the player while a mixer is open."""
        self._asked = asked
        self._now_s = now_s
        self._ends_at_s = 0.0
        self._longest_s = 0.0
        self.delay_s = 0.0
        """From a sample's turn in the mixer until the device has it."""

    @property
    def has_room(self) -> bool:
        """Whether a further piece can be put; never where no mixer is open."""
        lane = self.lane
        return lane is not None and bool(self._asked(lambda: lane.has_room))

    def ahead_s(self) -> float:
        """In how many seconds the next piece that is put will be heard; there must be room for it."""
        if not self._is_busy:
            return self.delay_s
        return min(max(0.0, self._ends_at_s - self._now_s()), self._longest_s) + self.delay_s

    def put(self, samples: np.ndarray) -> None:
        """Play a piece now, or exactly behind the one that plays; only when ``has_room``."""
        lane = self.lane
        if lane is None:
            return
        busy, self._longest_s = self._is_busy, len(samples) / RATE_HZ
        self._ends_at_s = self._now_s() + self._longest_s + (self.ahead_s() - self.delay_s if busy else 0.0)
        self._asked(lambda: lane.put(samples.tobytes()))

    def stop(self) -> None:
        """Fade out within 30 ms and forget what was queued."""
        lane = self.lane
        if lane is not None:
            self._asked(lambda: lane.fade_out(FADE_MS, SILENCE))

    @property
    def _is_busy(self) -> bool:
        lane = self.lane
        return lane is not None and bool(self._asked(lambda: lane.is_busy))


def _choose_driver(address: SpeakerAddress) -> None:
    """SDL is told by its environment, read when the mixer is opened; ``default`` leaves the machine's own choice."""
    names = {"alsa": "AUDIODEV", "pulse": "PULSE_SINK", "virtual": "SDL_DISKAUDIOFILE"}
    target = address.record if address.kind == "virtual" else address.device
    if target and target != "default" and address.kind in names:
        os.environ[names[address.kind]] = target
    drivers = {"alsa": "alsa", "pulse": "pulseaudio", "virtual": "disk" if address.record else "dummy", "none": "dummy"}
    os.environ["SDL_AUDIODRIVER"] = drivers[address.kind]
