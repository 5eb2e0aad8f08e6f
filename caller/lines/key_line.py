"""One RS-485 line with terminals and evaluators of one make, and strips of any: who speaks, and who is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from broker.contract.envelope import PanelPart
from broker.model.address import DeviceAddress
from broker.model.words import LEVEL_NAMES, Level, Names
from broker.runtime.bus.line import BusFrame, Line, LineDown, LineEvent, LineUp, Received
from broker.runtime.frames.driver import Driver, EvaluatorMake, KeyMake, KeyPress, RatingPress, TerminalMake
from broker.runtime.frames.key_simulator import SimulatedLine
from broker.runtime.frames.registry import drivers
from broker.runtime.serial_port import SerialAddress, SerialPort
from caller.console.keys import DIGIT_KEYS, terminal_labels
from caller.console.picture import Picture
from caller.devices import CallerSetupError, PolledKeypad
from caller.lines.owned_line import LineState, OwnedLine
from caller.lines.timed import TimedLine, timed_options
from caller.pad_keys import THANKS_S
from caller.rating.mind import RatingState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TerminalKey:
    """A clerk pressed a key of the console ``name``; it is acknowledged already."""

    name: str
    press: KeyPress


@dataclass(frozen=True)
class EvaluatorKey:
    """A visitor pressed a key of the keypad ``name``; its hand acknowledges it once its fate is known."""

    name: str
    raw_key: str
    owed: bytes | None = None
    """The answer that the evaluator waits for; None: its make has none."""


KeyLineEvent = TerminalKey | EvaluatorKey | LineState


@dataclass
class Units:
    """The devices of a line by their unit numbers. A terminal and an evaluator of one counter may share a unit."""

    terminals: dict[int, str] = field(default_factory=dict)
    evaluators: dict[int, str] = field(default_factory=dict)
    evaluator_keys: dict[int, int] = field(default_factory=dict)
    strips: set[tuple[str, int]] = field(default_factory=set)
    """(make, unit) of each; a strip may have the unit of a terminal, which speaks otherwise."""
    most_digits: int | None = None
    """How many digits before a key count; None: as many as the terminals' make has."""
    make: str = "p1"
    """The make of all that have keys here; a line without any is as good as one of P1."""

    @property
    def known(self) -> frozenset[int]:
        return frozenset({*self.terminals, *self.evaluators})


class KeyLine(OwnedLine[SimulatedLine]):
    """A line whose devices speak when a key is pressed."""

    def __init__(self, name: str, address: str, units: Units, folder: Path) -> None:
        super().__init__(name)
        self.units = units
        self.driver = drivers()[units.make]
        port = SerialPort(self._port_of(address, folder))
        self.line = Line(name, port, self.driver.decoder(), units.known, answer=self._owed)

    def _played(self, address: DeviceAddress, path: Path) -> SerialAddress:
        timed = timed_options(address)
        devices = (
            path,
            tuple(self.units.terminals),
            tuple(self.units.evaluator_keys.items()),
            tuple(sorted(self.units.strips)),
            self.units.most_digits,
        )
        if timed is None:
            self.simulated = SimulatedLine(*devices, make=self.units.make)
            return SerialAddress(str(self.simulated.path))
        self.simulated = TimedLine(*devices, make=self.units.make, baud=timed["baud"], listens=bool(timed["listens"]))
        return SerialAddress(str(self.simulated.path), baud=timed["baud"])

    def poll(self) -> list[KeyLineEvent]:
        """What the devices did since the last poll."""
        found = (self._read(event) for event in self.line.poll())
        return [event for event in found if event is not None]

    def send(self, data: bytes) -> None:
        """Queue a frame; what does not fit is counted by the line."""
        self.line.send(data)

    def show(self, unit: int, data: bytes, *, again: bool = False) -> None:
        """Queue digits that replace older ones of the same unit; ``again``: they are no news."""
        self.line.show(("digits", unit), data, again=again)

    def _read(self, event: LineEvent) -> KeyLineEvent | None:
        match event:
            case LineUp() | LineDown():
                return self._came(online=isinstance(event, LineUp))
            case Received(frame=frame):
                return self._heard(frame)
        return None

    def _said(self, frame: BusFrame) -> KeyPress | RatingPress | None:
        keys = self.driver.keys
        if keys is None:
            return None
        usual = 0 if keys.terminal is None else keys.terminal.most_digits
        return keys.read(frame, usual if self.units.most_digits is None else self.units.most_digits)

    def _owed(self, frame: BusFrame) -> bytes | None:
        """A terminal's key is acknowledged at once, in the line's thread: one sent again is one more to merge.

        Where terminal and evaluator share a unit, the acknowledged 评价 key of P1 is also the evaluator's prompt.
        """
        if frame.address not in self.units.terminals or not isinstance(self._said(frame), KeyPress):
            return None
        return self.driver.acknowledge(frame)

    def _heard(self, frame: BusFrame) -> KeyLineEvent | None:
        said = self._said(frame)
        if isinstance(said, KeyPress) and frame.address in self.units.terminals:
            return TerminalKey(self.units.terminals[frame.address], said)
        if isinstance(said, RatingPress) and frame.address in self.units.evaluators:
            return EvaluatorKey(self.units.evaluators[frame.address], said.raw_key, self.driver.acknowledge(frame))
        log.warning("line %s: nothing is meant by %s", self.name, frame)
        return None


class LineTerminal:
    """A clerk's terminal as a console: digits, a beep."""

    def __init__(self, name: str, counter: str, line: KeyLine, unit: int) -> None:
        self.name = name
        self._counter = counter
        self._line = line
        self._unit = unit
        self._make = _terminal(line.driver)
        self._shown = b""
        self._key: object = None
        self._again = False

    def show(self, picture: Picture) -> None:
        """News is what the clerk waits for. How many wait changes at all counters with every call: that can wait."""
        data = self._make.show(self._unit, picture.waiting, picture.number)
        key = (picture.number, picture.waiting is None, self._line.ups)
        news = key != self._key
        if news or data != self._shown or self._again:
            self._shown, self._key, self._again = data, key, False
            self._line.show(self._unit, data, again=not news)

    def refuse(self) -> None:
        if self._make.beep is not None:
            self._line.send(self._make.beep(self._unit))

    def refresh(self) -> None:
        self._again = True

    def fault(self) -> str:
        return self._line.line_fault

    def tap(self, key: str) -> None:
        if self._line.simulated is None:
            raise KeyError(key)
        self._line.simulated.press(self._unit, key, "terminal")

    def panel(self, state: str) -> PanelPart:
        device = None if self._line.simulated is None else self._line.simulated.terminal[self._unit]
        digits = DIGIT_KEYS if self._make.most_digits else ()
        return PanelPart(
            part=self.name,
            kind="terminal",
            counter=self._counter,
            keys=(*digits, *self._make.keys),
            labels=terminal_labels((*digits, *self._make.keys)),
            lamps=(f"beep-{device.beeps}",) if device is not None and device.beeps else (),
            digits="" if device is None else device.digits,
            state=f"{device.typed} {state}".strip() if device is not None else state,
        )


class LineEvaluator(PolledKeypad):
    """A key evaluator. A key is acknowledged once its fate is known; until then the evaluator sends it again.

    Its stars are for who has rated: ``lit_s`` later they go out, or clerk and next visitor would read the rating there.
    ``others`` are keys of its map that are no level: to decline, to be called.
    """

    pad = None

    def __init__(
        self,
        name: str,
        counter: str,
        line: KeyLine,
        unit: int,
        levels: Mapping[str, Level],
        machine_s: Callable[[], float],
        others: Mapping[str, Names] | None = None,
    ) -> None:
        self.name = name
        self.lit_s = THANKS_S
        self._counter = counter
        self._line = line
        self._unit = unit
        self._make = _evaluator(line.driver)
        self._labels = {raw: LEVEL_NAMES[level] for raw, level in levels.items()} | dict(others or {})
        self._machine_s = machine_s
        self._dark_at_s: float | None = None
        self._owed: bytes | None = None

    def poll(self) -> list[str]:
        """No keys: the line hears them. Stars that were lit long enough go out."""
        if self._dark_at_s is not None and self._machine_s() >= self._dark_at_s:
            self._darken()
        return []

    def hear(self, owed: bytes | None) -> None:
        """A key came; one of the answers below follows, and with it perhaps what the device waits for."""
        self._owed = owed

    def prompt(self) -> None:
        if self._dark_at_s is not None:
            self._darken()
        self._line.send(self._make.ask(self._unit))

    def thank(self, level: Level) -> None:
        self._acknowledge()
        self._line.send(self._make.stars(self._unit, level.stars))
        self._dark_at_s = self._machine_s() + self.lit_s
        if self._make.beep is not None:
            self._line.send(self._make.beep(self._unit))

    def reject(self) -> None:
        self._acknowledge()

    def apologise(self) -> None:
        """No acknowledgement: the evaluator sends the key again by itself, and the disk gets another chance."""
        self._owed = None

    def rest(self) -> None:
        """The evaluator ends its prompt by itself; no frame for it is known."""

    def fault(self) -> str:
        return self._line.line_fault

    def tap(self, key: str) -> None:
        if self._line.simulated is None or key not in self._labels:
            raise KeyError(key)
        self._line.simulated.press(self._unit, key, "evaluator")

    def panel(self, state: str) -> PanelPart:
        device = None if self._line.simulated is None else self._line.simulated.evaluator[self._unit]
        return PanelPart(
            part=self.name,
            kind="evaluator",
            counter=self._counter,
            keys=tuple(self._labels),
            labels=tuple(self._labels.values()),
            # The simulated prompt has no end of its own: it is shown while the rating mind asks, too.
            lamps=("asking",) if device is not None and device.asking and state == RatingState.ASKING else (),
            digits="" if device is None else "★" * device.stars,
            state=state,
        )

    def _darken(self) -> None:
        self._dark_at_s = None
        self._line.send(self._make.stars(self._unit, 0))

    def _acknowledge(self) -> None:
        if self._owed is not None:
            self._line.send(self._owed)
            self._owed = None


def _keys(driver: Driver) -> KeyMake:
    if driver.keys is None:
        raise CallerSetupError(driver.make, "devices of this make have no keys")
    return driver.keys


def _terminal(driver: Driver) -> TerminalMake:
    make = _keys(driver).terminal
    if make is None:
        raise CallerSetupError(driver.make, "this make has no terminals for clerks")
    return make


def _evaluator(driver: Driver) -> EvaluatorMake:
    make = _keys(driver).evaluator
    if make is None:
        raise CallerSetupError(driver.make, "this make has no evaluators for visitors")
    return make
