"""One RS-485 line with P1 terminals and evaluators, and strips of any make: who speaks, and who is answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from broker.contract.envelope import PanelPart
from broker.model.address import BadAddress, parse_address
from broker.model.words import LEVEL_NAMES, Level
from broker.runtime.bus import Line, LineDown, LineEvent, LineUp, Received
from broker.runtime.frames import p1
from broker.runtime.frames.p1_simulator import SimulatedLine
from broker.runtime.serial_port import SerialAddress, SerialPort
from caller.bus_timed import TimedLine, timed_options
from caller.devices import CallerSetupError
from caller.keys import TERMINAL_KEYS, TERMINAL_LABELS
from caller.picture import Picture
from caller.rating import RatingState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TerminalKey:
    """A clerk pressed a key of the console ``name``; it is acknowledged already."""

    name: str
    press: p1.KeyPress


@dataclass(frozen=True)
class EvaluatorKey:
    """A visitor pressed a key of the keypad ``name``; its hand acknowledges it once its fate is known."""

    name: str
    raw_key: str


@dataclass(frozen=True)
class LineState:
    """The line went up or down."""

    online: bool


P1Event = TerminalKey | EvaluatorKey | LineState


@dataclass
class Units:
    """The devices of a line by their unit numbers. A terminal and an evaluator of one counter may share a unit."""

    terminals: dict[int, str] = field(default_factory=dict)
    evaluators: dict[int, str] = field(default_factory=dict)
    evaluator_keys: dict[int, int] = field(default_factory=dict)
    strips: set[tuple[str, int]] = field(default_factory=set)
    """(make, unit) of each; a strip may have the unit of a terminal, which speaks otherwise."""
    most_digits: int = p1.TERMINAL_DIGITS

    @property
    def known(self) -> frozenset[int]:
        return frozenset({*self.terminals, *self.evaluators})


class P1Line:
    """Owned by the caller's loop; the line's own thread does the reading and writing."""

    def __init__(self, name: str, address: str, units: Units, folder: Path) -> None:
        self.name = name
        self.units = units
        self.simulated: SimulatedLine | None = None
        try:
            serial = self._serial_address(address, folder)
        except BadAddress as error:
            raise CallerSetupError(f"line {name}", str(error)) from error
        self.ups = 0
        """How often the line came up: whatever was shown before may be forgotten by its devices."""
        self.line = Line(name, SerialPort(serial), p1.Decoder(), units.known, answer=self._owed)

    def _serial_address(self, address: str, folder: Path) -> SerialAddress:
        if not parse_address(address).is_virtual:
            return SerialAddress.parse(address)
        timed = timed_options(parse_address(address))
        devices = (
            folder / f"line-{self.name}",
            tuple(self.units.terminals),
            tuple(self.units.evaluator_keys.items()),
            tuple(sorted(self.units.strips)),
            self.units.most_digits,
        )
        if timed is None:
            self.simulated = SimulatedLine(*devices)
            return SerialAddress(str(self.simulated.path))
        self.simulated = TimedLine(*devices, baud=timed["baud"], listens=bool(timed["listens"]))
        return SerialAddress(str(self.simulated.path), baud=timed["baud"])

    def start(self) -> None:
        if self.simulated is not None:
            self.simulated.start()
        self.line.start()

    def stop(self) -> None:
        self.line.stop()
        if self.simulated is not None:
            self.simulated.stop()

    def alive(self) -> bool:
        return self.line.alive()

    def poll(self) -> list[P1Event]:
        """What the devices did since the last poll."""
        found = (self._read(event) for event in self.line.poll())
        return [event for event in found if event is not None]

    def send(self, frame: p1.Frame) -> None:
        """Queue a frame; what does not fit is counted by the line."""
        self.line.send(p1.encode(frame))

    def show(self, frame: p1.Frame, *, again: bool = False) -> None:
        """Queue a frame that replaces an older one of the same unit and function; ``again``: it is no news."""
        self.line.show((frame.unit, frame.function), p1.encode(frame), again=again)

    def _read(self, event: LineEvent) -> P1Event | None:
        match event:
            case LineUp() | LineDown():
                self.ups += isinstance(event, LineUp)
                return LineState(isinstance(event, LineUp))
            case Received(frame=p1.Frame() as frame):
                return self._heard(frame)
        return None

    def _owed(self, frame: object) -> bytes | None:
        """A terminal's key is acknowledged at once, in the line's thread: one sent again is one more to merge.

        Where terminal and evaluator share a unit, the acknowledged 评价 key is also the evaluator's prompt.
        """
        if not isinstance(frame, p1.Frame) or frame.unit not in self.units.terminals:
            return None
        is_key = isinstance(p1.read(frame, self.units.most_digits), p1.KeyPress)
        return p1.encode(p1.acknowledge(frame)) if is_key else None

    def _heard(self, frame: p1.Frame) -> P1Event | None:
        said = p1.read(frame, self.units.most_digits)
        if isinstance(said, p1.KeyPress) and frame.unit in self.units.terminals:
            return TerminalKey(self.units.terminals[frame.unit], said)
        if isinstance(said, p1.RatingPress) and frame.unit in self.units.evaluators:
            return EvaluatorKey(self.units.evaluators[frame.unit], said.raw_key)
        log.warning("line %s: nothing is meant by %s", self.name, frame)
        return None


class P1Terminal:
    """A 16-key terminal as a console: six digits, a beep."""

    def __init__(self, name: str, counter: str, line: P1Line, unit: int) -> None:
        self.name = name
        self._counter = counter
        self._line = line
        self._unit = unit
        self._shown: p1.Frame | None = None
        self._key: object = None
        self._again = False

    def show(self, picture: Picture) -> None:
        """News is what the clerk waits for. How many wait changes at all counters with every call: that can wait."""
        frame = p1.show(self._unit, picture.waiting, picture.number)
        key = (picture.number, picture.waiting is None, self._line.ups)
        news = key != self._key
        if news or frame != self._shown or self._again:
            self._shown, self._key, self._again = frame, key, False
            self._line.show(frame, again=not news)

    def refuse(self) -> None:
        self._line.send(p1.beep(self._unit))

    def refresh(self) -> None:
        self._again = True

    def fault(self) -> str:
        return "" if self._line.line.health.online else "line_down"

    def tap(self, key: str) -> None:
        if self._line.simulated is None:
            raise KeyError(key)
        self._line.simulated.press(self._unit, key, "terminal")

    def panel(self, state: str) -> PanelPart:
        device = None if self._line.simulated is None else self._line.simulated.terminal[self._unit]
        return PanelPart(
            part=self.name,
            kind="terminal",
            counter=self._counter,
            keys=TERMINAL_KEYS,
            labels=TERMINAL_LABELS,
            lamps=(f"beep-{device.beeps}",) if device is not None and device.beeps else (),
            digits="" if device is None else device.digits,
            state=f"{device.typed} {state}".strip() if device is not None else state,
        )


class P1Evaluator:
    """A key evaluator. A key is acknowledged once its fate is known; until then the evaluator sends it again."""

    def __init__(self, name: str, counter: str, line: P1Line, unit: int, levels: Mapping[str, Level]) -> None:
        self.name = name
        self._counter = counter
        self._line = line
        self._unit = unit
        self._levels = levels
        self._heard: str | None = None

    def hear(self, raw_key: str) -> None:
        """A key came; one of the answers below follows."""
        self._heard = raw_key

    def prompt(self) -> None:
        self._line.send(p1.start_rating(self._unit))

    def thank(self, level: Level) -> None:
        self._acknowledge()
        self._line.send(p1.stars(self._unit, level.stars))
        self._line.send(p1.beep(self._unit))

    def reject(self) -> None:
        self._acknowledge()

    def apologise(self) -> None:
        """No acknowledgement: the evaluator sends the key again by itself, and the disk gets another chance."""
        self._heard = None

    def rest(self) -> None:
        """The evaluator ends its prompt by itself; no frame for it is known."""

    def fault(self) -> str:
        return "" if self._line.line.health.online else "line_down"

    def tap(self, key: str) -> None:
        if self._line.simulated is None or key not in self._levels:
            raise KeyError(key)
        self._line.simulated.press(self._unit, key, "evaluator")

    def panel(self, state: str) -> PanelPart:
        device = None if self._line.simulated is None else self._line.simulated.evaluator[self._unit]
        return PanelPart(
            part=self.name,
            kind="evaluator",
            counter=self._counter,
            keys=tuple(self._levels),
            labels=tuple(LEVEL_NAMES[level] for level in self._levels.values()),
            # The simulated prompt has no end of its own: it is shown while the rating mind asks, too.
            lamps=("asking",) if device is not None and device.asking and state == RatingState.ASKING else (),
            digits="" if device is None else "★" * device.stars,
            state=state,
        )

    def _acknowledge(self) -> None:
        if self._heard is not None:
            self._line.send(p1.acknowledge(p1.result_frame(self._unit, int(self._heard))))
            self._heard = None
