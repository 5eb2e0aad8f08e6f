"""A serial voice module of any make on a pseudo-terminal, chosen by ``virtual://voice-module``.

It is our own idea of what the module does: what works here was not thereby tried on a real one. It is told frames like
the real one, answers like it, is busy for as long as the words would take (times ``pace``), and keeps what it "said".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from broker.runtime.frames.driver import VoiceMake, VoiceOrder, VoiceState
from broker.runtime.frames.pty_line import PtyLine
from broker.runtime.frames.registry import drivers

MOST_KEPT = 100
SECONDS_A_SIGN = 0.3


@dataclass
class SimulatedModule(PtyLine):
    """One module; faults may be switched while it runs. ``pace`` 1 takes the time of speech, 0.1 a tenth of it."""

    make: str = "p6"
    pace: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        driver = drivers()[self.make]
        if driver.voice is None:
            raise KeyError(f"{self.make} has no voice")
        self.said: deque[str] = deque(maxlen=MOST_KEPT)
        self.stopped = 0
        self.mute = False
        """It hears but answers nothing, as one that is wired one way."""
        self.refusals = 0
        """So many of the next texts are refused."""
        self._driver = driver
        self._voice: VoiceMake = driver.voice
        self._ear = driver.ear()
        self._spoilt_orders = 0
        self._busy_until_s = float("-inf")
        self._now_s = float("-inf")
        self._told_idle = True

    def states(self) -> Iterable[tuple[str, str]]:
        words = self.said[-1] if self.said else ""
        yield f"{self.make} 语音模块 voice", f"“{words}”" + " …" * (not self._told_idle) if words else ""

    def _deaf(self) -> None:
        self._ear = self._driver.ear()
        self._spoilt_orders = 0

    def _hear(self, received: bytes) -> None:
        for frame in self._ear.feed(received):
            order = self._voice.ordered(frame)
            if order is not None:
                self._obey(order)
        spoilt = sum(self._ear.damaged.values())
        for _ in range(spoilt - self._spoilt_orders):
            self._answer(VoiceState.REFUSED)
        self._spoilt_orders = spoilt

    def _live(self, now_s: float) -> None:
        self._now_s = now_s
        if not self._told_idle and now_s >= self._busy_until_s:
            self._told_idle = True
            self._answer(VoiceState.IDLE)

    def _obey(self, order: VoiceOrder) -> None:
        match order.what:
            case "say" if self.refusals:
                self.refusals -= 1
                self._answer(VoiceState.REFUSED)
            case "say":
                self.said.append(order.text)
                self._busy_until_s = self._now_s + len(order.text) * SECONDS_A_SIGN * self.pace
                self._told_idle = False
                self._answer(VoiceState.TAKEN)
            case "stop":
                self.stopped += 1
                self._busy_until_s = float("-inf")
                self._answer(VoiceState.TAKEN)
            case "query":
                self._answer(VoiceState.IDLE if self._told_idle else VoiceState.BUSY)

    def _answer(self, word: VoiceState) -> None:
        through = None if self.mute else self._spoilt(self._voice.answer(word))
        if through is not None:
            self._write(through)
