"""The serial voice module as a loudspeaker that needs neither sound card nor speech library: the display's last resort.

It speaks Mandarin from plain text by itself. To be used from one thread; every method returns within the time said.
A module that does not answer is spoken to all the same when its line is there: many are wired one way only.
"""

import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from broker.model.address import BadAddress, parse_address
from broker.runtime.bus.line import Answer, Ask, Line, LineDown, LineUp, Received
from broker.runtime.frames.driver import Driver, VoiceMake, VoiceState
from broker.runtime.frames.pty_line import PtyLine
from broker.runtime.frames.registry import drivers, voice_makes
from broker.runtime.frames.voice_simulator import SimulatedModule
from broker.runtime.serial_port import SerialAddress, SerialPort
from broker.runtime.speech.errors import SoundError

log = logging.getLogger(__name__)

USUAL_MAKE = "p6"
ANSWER_S = 0.3
LOST_S = 3.0
"""The line says of every question whether it was answered; a call waits no longer than this for that word."""
ASK_EVERY_S = 0.4
SECONDS_A_BYTE = 0.17  # GBK has two bytes a syllable, and the module speaks three syllables a second
LEAST_S, LONGER_S = 1.0, 8.0
TICK_S = 0.05
LAST_WORD_S = 0.5
RATE_PER_S = 100


class ModuleFailed(SoundError):
    """The voice module could not be told, or refused what it was told."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"voice module {address}: {reason}")
        self.address = address
        self.reason = reason


class VoiceModule:
    """``start``, then ``say`` one text after the other, then ``stop``."""

    def __init__(
        self,
        address: SerialAddress | None,
        simulator: PtyLine | None = None,
        make: str = USUAL_MAKE,
        folder: tempfile.TemporaryDirectory[str] | None = None,
    ) -> None:
        """Either an address or a simulator, which has a line of its own, in a folder that goes with it."""
        self._folder = folder
        self._address = address or SerialAddress(str(simulator.path) if simulator is not None else "/dev/none")
        self._simulator = simulator
        self._driver, self._make = _voice(make)
        self._tick: Callable[[float], None] = time.sleep
        self._line: Line | None = None
        self._asked = 0
        self._answer: Answer | None = None
        self._idle = False
        self.fault: str | None = None
        self.answers = False

    def start(self) -> None:
        """Get ready; a line that is not there now is tried again by itself."""
        if self._simulator is not None:
            self._simulator.start()
        port = SerialPort(self._address)
        if not port.try_open():
            self._failed(str(port.last_error))
        self._line = Line("voice", port, self._driver.decoder(), frozenset({0}), rate_per_s=RATE_PER_S)
        self._line.start()

    def stop(self) -> None:
        """Let go of the line."""
        if self._line is not None:
            deadline_s = time.monotonic() + LAST_WORD_S
            while self._line.health.online and self._line.unsent and time.monotonic() < deadline_s:
                time.sleep(TICK_S / 10)
            self._line.stop()
        if self._simulator is not None:
            self._simulator.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def check(self) -> None:
        """To be called now and then while nothing is said: whether the line is there."""
        self._events()

    def say(self, text: str, gain_db: float = 0.0, tick: Callable[[float], None] = time.sleep) -> None:
        """Say it to its end; raises ModuleFailed, and whatever ``tick`` raises, with the module silenced.

        ``tick`` waits for at most the seconds it is given.
        """
        self._tick = tick
        self._events()
        self._check_line()
        try:
            for frame in self._make.say(text, gain_db):
                self._say(frame)
            self.fault = None
        except ModuleFailed as error:
            self._failed(error.reason)
            raise
        except BaseException:
            if self._line is not None:
                self._line.send(self._make.stop)
            raise

    def _say(self, frame: bytes) -> None:
        for attempt in (1, 2):
            self._idle = False
            word = self._ask(frame, VoiceState.TAKEN, VoiceState.REFUSED)
            if word is not VoiceState.REFUSED:
                break
            if attempt == 2:
                raise ModuleFailed(str(self._address), "it refused the text twice")
        self.answers = word is not None
        self._until_idle(len(frame))

    def _ask(self, frame: bytes, *words: VoiceState) -> VoiceState | None:
        """Tell it, and wait for one of these words; None when it says none of them in time."""
        line, self._asked, self._answer = self._check_line(), self._asked + 1, None
        asked = Ask(self._asked, frame, lambda heard: self._make.state(heard) in words, timeout_s=ANSWER_S)
        if not line.ask(asked):
            raise ModuleFailed(str(self._address), "its line takes no more")
        until_s = time.monotonic() + LOST_S
        while time.monotonic() < until_s:
            self._events()
            if self._answer is not None:
                break
            self._tick(TICK_S / 5)
        self._check_line()
        frames = () if self._answer is None else self._answer.frames
        return self._make.state(frames[0]) if frames else None

    def _until_idle(self, size: int) -> None:
        """Until it says so; a mute one for as long as the words take, one that never ends not much longer."""
        begun_s = asked_s = time.monotonic()
        usual_s = LEAST_S + size * SECONDS_A_BYTE
        while (now_s := time.monotonic()) < begun_s + usual_s + (LONGER_S if self.answers else 0):
            self._tick(TICK_S)
            self._events()
            if self._idle:
                return
            if self.answers and now_s - asked_s > ASK_EVERY_S:
                asked_s = now_s
                if self._ask(self._make.query, VoiceState.BUSY, VoiceState.IDLE) is VoiceState.IDLE:
                    return

    def _events(self) -> None:
        """Take what the line did since the last look: whoever looks, also while a question waits, keeps its answer."""
        for event in [] if self._line is None else self._line.poll():
            match event:
                case Answer(key=key) if key == self._asked:
                    self._answer = event
                case Received(frame=frame) if self._make.state(frame) is VoiceState.IDLE:
                    self._idle = True
                case LineUp():
                    self.fault = None
                case LineDown(reason=reason):
                    self._failed(reason)

    def _check_line(self) -> Line:
        if self._line is None or not self._line.health.online:
            raise ModuleFailed(str(self._address), self.fault or "it was not started")
        return self._line

    def _failed(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("voice module: %s", fault)
        self.fault = fault


def voice_module(address: str) -> VoiceModule | None:
    """The serial module at an address of the hall file, not yet started; None for ``none``. Raises BadAddress.

    ``serial:///dev/...`` is a P6; another make is the scheme, ``MAKE:///dev/...``, or ``virtual://voice-module?make=MAKE``.
    """
    parsed = parse_address(address)
    if parsed.scheme == "none":
        return None
    if parsed.is_virtual:
        make = parsed.options.get("make", USUAL_MAKE)
        _voice(make)
        folder = tempfile.TemporaryDirectory(prefix="jiaohao-voice-")
        return VoiceModule(None, SimulatedModule(Path(folder.name) / "line", make=make), make, folder)
    make, _, rest = address.partition("://")
    return VoiceModule(SerialAddress.parse(f"serial://{rest}"), None, USUAL_MAKE if make == "serial" else make)


def _voice(make: str) -> tuple[Driver, VoiceMake]:
    driver = drivers().get(make)
    if driver is None or driver.voice is None:
        known = ", ".join(voice_makes())
        raise BadAddress(
            f"there is no make of voice modules '{make}'; makes: {known}", f"没有语音模块协议“{make}”；可用：{known}"
        )
    return driver, driver.voice
