"""The serial voice module as a loudspeaker that needs neither sound card nor speech library: the display's last resort.

It speaks Mandarin from plain text by itself. To be used from one thread; every method returns within the time said.
A module that does not answer is spoken to all the same when its line is there: many are wired one way only.
"""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from broker.model.address import parse_address
from broker.runtime.serial_port import SerialAddress, SerialPort, SerialPortError
from broker.runtime.speech.errors import SoundError
from display.voice_module_frames import QUERY, STOP, USUAL_VOLUME, Answer, Reader, pieces, speak
from display.voice_module_simulator import SimulatedModule

log = logging.getLogger(__name__)

ANSWER_S = 0.3
ASK_EVERY_S = 0.4
SECONDS_A_BYTE = 0.17  # GBK has two bytes a syllable, and the module speaks three syllables a second
LEAST_S, LONGER_S = 1.0, 8.0
DECIBELS_A_STEP = 3.0
TICK_S = 0.05


class ModuleFailed(SoundError):
    """The voice module could not be told, or refused what it was told."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"voice module {address}: {reason}")
        self.address = address
        self.reason = reason


class Simulates(Protocol):
    """A simulated module with a line of its own."""

    def start(self) -> str:
        """Begin; returns the path of its line."""
        ...

    def stop(self) -> None: ...


class VoiceModule:
    """``start``, then ``say`` one text after the other, then ``stop``."""

    def __init__(self, address: SerialAddress | None, simulator: Simulates | None = None) -> None:
        """Either an address or a simulator, which names its own line at ``start``."""
        self._address = address
        self._simulator = simulator
        self._tick: Callable[[float], None] = time.sleep
        self._port: SerialPort | None = None
        self._reader = Reader()
        self.fault: str | None = None
        self.answers = False

    def start(self) -> None:
        """Get ready; a line that is not there now is tried again before each text."""
        if self._simulator is not None:
            self._address = SerialAddress(self._simulator.start())
        assert self._address is not None
        self._port = SerialPort(self._address)
        self.check()

    def stop(self) -> None:
        """Let go of the line."""
        if self._port is not None:
            self._port.close()
        if self._simulator is not None:
            self._simulator.stop()

    def check(self) -> None:
        """To be called now and then while nothing is said: whether the line is there."""
        if self._port is None or self._port.is_open:
            return
        if self._port.try_open():
            self.fault = None
        elif self._port.last_error is not None:
            self._failed(str(self._port.last_error))

    def say(self, text: str, gain_db: float = 0.0, tick: Callable[[float], None] = time.sleep) -> None:
        """Say it to its end; raises ModuleFailed, and whatever ``tick`` raises, with the module silenced.

        ``tick`` waits for at most the seconds it is given.
        """
        self._tick = tick
        volume = max(1, USUAL_VOLUME + round(gain_db / DECIBELS_A_STEP))
        self.check()
        if self._port is None or not self._port.is_open:
            raise ModuleFailed(str(self._address), self.fault or "it was not started")
        try:
            for piece in pieces(text, volume):
                self._say(piece)
            self.fault = None
        except SerialPortError as error:
            self._failed(str(error))
            raise ModuleFailed(str(self._address), str(error)) from error
        except ModuleFailed as error:
            self._failed(error.reason)
            raise
        except BaseException:
            self._silence()
            raise

    def _say(self, piece: bytes) -> None:
        self._port.discard_input()
        for attempt in (1, 2):
            self._port.write(speak(piece))
            answer = self._first_answer()
            if answer is not Answer.REFUSED:
                break
            if attempt == 2:
                raise ModuleFailed(str(self._address), "it refused the text twice")
        self.answers = answer is not None
        self._until_idle(len(piece))

    def _first_answer(self) -> Answer | None:
        deadline_s = time.monotonic() + ANSWER_S
        while (left_s := deadline_s - time.monotonic()) > 0:
            for answer in self._reader.feed(self._port.read_available(min(left_s, TICK_S))):
                if answer in (Answer.TAKEN, Answer.REFUSED):
                    return answer
            self._tick(0)
        return None

    def _until_idle(self, size: int) -> None:
        """Until it says so; a mute one for as long as the words take, one that never ends not much longer."""
        begun_s = asked_s = time.monotonic()
        usual_s = LEAST_S + size * SECONDS_A_BYTE
        while (now_s := time.monotonic()) < begun_s + usual_s + (LONGER_S if self.answers else 0):
            self._tick(TICK_S)
            if Answer.IDLE in self._reader.feed(self._port.read_available(0)):
                return
            if self.answers and now_s - asked_s > ASK_EVERY_S:
                asked_s = now_s
                self._port.write(QUERY)

    def _silence(self) -> None:
        try:
            self._port.write(STOP)
        except SerialPortError as error:
            self._failed(str(error))

    def _failed(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("voice module: %s", fault)
        self.fault = fault


def voice_module(address: str) -> VoiceModule | None:
    """The serial module at an address of the hall file, not yet started; None for ``none``."""
    parsed = parse_address(address)
    if parsed.scheme == "none":
        return None
    if parsed.is_virtual:
        return VoiceModule(None, SimulatedModule())
    return VoiceModule(SerialAddress.parse(address))
