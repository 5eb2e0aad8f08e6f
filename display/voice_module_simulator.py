"""A simulated serial voice module on a pseudo-terminal, chosen by ``virtual://voice-module``.

It is our own idea of what the module does: what works here was not thereby tried on a real one. It is told frames like
the real one, answers like it, is busy for as long as the words would take (times ``pace``), and keeps what it "said".
"""

import os
import select
import threading
import time
import tty
from collections import deque

from display.voice_module_frames import GBK, HEAD, Answer, check

MOST_KEPT = 100
LONGEST_FRAME = 256
_TURN_S = 0.02


class SimulatedModule:
    """One module; faults may be switched while it runs."""

    def __init__(self, pace: float = 1.0) -> None:
        """``pace`` 1 takes the time of speech, 0.1 a tenth of it."""
        self.said: deque[str] = deque(maxlen=MOST_KEPT)
        self.stopped = 0
        self.mute = False
        """It hears but answers nothing, as one that is wired one way."""
        self.refusals = 0
        """So many of the next texts are refused."""
        self.noise = b""
        """Sent before every answer."""
        self._pace = pace
        self._busy_until_s = float("-inf")
        self._told_idle = True
        self._pending = bytearray()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="voice-module", daemon=True)
        self._far = self._near = -1

    def start(self) -> str:
        """Begin; the path of the line."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self._thread.start()
        return os.ttyname(self._near)

    def stop(self) -> None:
        """Pull the line."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        for descriptor in (self._near, self._far):
            if descriptor >= 0:
                os.close(descriptor)
        self._near = self._far = -1

    def _run(self) -> None:
        while not self._ending.is_set():
            if select.select([self._far], [], [], _TURN_S)[0]:
                self._pending += os.read(self._far, 4096)
            while (frame := self._next_frame()) is not None:
                self._obey(frame)
            if not self._told_idle and time.monotonic() >= self._busy_until_s:
                self._told_idle = True
                self._answer(Answer.IDLE)

    def _next_frame(self) -> bytes | None:
        """The next whole frame with a right check byte; what is none is passed over."""
        while True:
            start = self._pending.find(HEAD)
            del self._pending[: len(self._pending) if start < 0 else start]
            if len(self._pending) < 3:
                return None
            size = 3 + int.from_bytes(self._pending[1:3], "big")
            if not 5 <= size <= LONGEST_FRAME:
                del self._pending[0]
            elif len(self._pending) < size:
                return None
            elif check(self._pending[: size - 1]) != self._pending[size - 1]:
                del self._pending[0]
                self._answer(Answer.REFUSED)
            else:
                frame = bytes(self._pending[:size])
                del self._pending[:size]
                return frame

    def _obey(self, frame: bytes) -> None:
        command, data = frame[3], frame[4:-1]
        if command == 0x01 and data[:1] == bytes((GBK,)) and not self.refusals:
            text = data[1:].decode("gbk", "replace")
            self.said.append(text)
            self._busy_until_s = time.monotonic() + len(text) * 0.3 * self._pace
            self._told_idle = False
            self._answer(Answer.TAKEN)
        elif command == 0x01:
            self.refusals = max(0, self.refusals - 1)
            self._answer(Answer.REFUSED)
        elif command == 0x02:
            self.stopped += 1
            self._busy_until_s = float("-inf")
            self._answer(Answer.TAKEN)
        elif command == 0x21:
            self._answer(Answer.BUSY if time.monotonic() < self._busy_until_s else Answer.IDLE)

    def _answer(self, answer: Answer) -> None:
        if not self.mute:
            os.write(self._far, self.noise + bytes((answer,)))
