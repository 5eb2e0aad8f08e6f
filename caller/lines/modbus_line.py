"""One line of our open pads, evaluators and signs: asks them in turn, hands their keys on, writes what they show."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from broker.model.address import DeviceAddress
from broker.runtime.bus.line import Answer, Ask, Line, LineDown, LineUp
from broker.runtime.frames import modbus_device
from broker.runtime.frames.modbus import AnswerDecoder, Frame, answer_bytes, answers, encode
from broker.runtime.frames.modbus_device import Device
from broker.runtime.frames.modbus_simulator import SimulatedModbusLine
from broker.runtime.serial_port import SerialAddress, SerialPort
from caller.lines.modbus_master import Master
from caller.lines.modbus_unit import Appeared, KeyMoved, UnitEvent, Vanished
from caller.lines.owned_line import LineState, OwnedLine

log = logging.getLogger(__name__)

MODBUS = "modbus"
ANSWER_WITHIN_S = 0.1
"""A device begins its answer within 50 ms; USB adapters and kernels add to it."""
SILENT_CHARACTERS = 3.5
SHORTEST_GAP_S = 0.002
HEARD_KEPT = 256


@dataclass
class ModbusUnits:
    """The devices of a line by their unit numbers; each number is one device."""

    consoles: dict[int, str] = field(default_factory=dict)
    keypads: dict[int, str] = field(default_factory=dict)
    signs: dict[int, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[int, str]:
        return {**self.consoles, **self.keypads, **self.signs}

    @property
    def known(self) -> frozenset[int]:
        return frozenset(self.names)


@dataclass(frozen=True)
class Gone:
    """A device does not answer any more: its keys are as good as up."""


Heard = KeyMoved | Gone


class ModbusLine(OwnedLine[SimulatedModbusLine]):
    """A line whose devices are asked, one after the other."""

    def __init__(self, name: str, address: str, units: ModbusUnits, folder: Path) -> None:
        super().__init__(name)
        self.units = units
        self._serial = self._port_of(address, folder)
        self.master = Master(units.known)
        gap_s = max(SHORTEST_GAP_S, self._serial.wire_time_s(1) * SILENT_CHARACTERS)
        self.line = Line(
            name,
            SerialPort(self._serial),
            AnswerDecoder(),
            units.known,
            gap_s=gap_s,
            answer_gap_s=gap_s,
            rate_per_s=500,
        )
        self._keys = itertools.count()
        self._asked: int | None = None
        self._heard: dict[int, list[Heard]] = {unit: [] for unit in units.known}

    def _played(self, address: DeviceAddress, path: Path) -> SerialAddress:
        self.simulated = SimulatedModbusLine(path, simulated_devices(self.units))
        return SerialAddress(str(path), 115_200)

    @property
    def device_names(self) -> tuple[str, ...]:
        """The consoles, keypads and signs of this line."""
        return tuple(self.units.names.values())

    def poll(self, now_s: float | None = None) -> list[LineState]:
        """Carry the conversation on. Keys are then had by ``take``; returned is what the whole line did."""
        now_s = time.monotonic() if now_s is None else now_s
        states = []
        for event in self.line.poll():
            match event:
                case Answer():
                    self._keep(self._answered(event, now_s))
                case LineUp():
                    states.append(self._came(online=True))
                case LineDown():
                    self._asked = None
                    self._keep(self.master.line_down())
                    states.append(self._came(online=False))
        self._keep(self.master.tick(now_s))
        self._ask(now_s)
        return states

    def take(self, unit: int) -> list[Heard]:
        """What the keys of a device did since the last call, in order."""
        heard, self._heard[unit] = self._heard[unit], []
        return heard

    def fault(self, unit: int) -> str:
        """Empty, or a short word for health."""
        return self.line_fault or self.master.fault(unit)

    def _answered(self, answer: Answer, now_s: float) -> list[UnitEvent]:
        if answer.key != self._asked:
            return []
        self._asked = None
        frame = answer.frames[0] if answer.frames else None
        return self.master.heard(frame, now_s) if isinstance(frame, Frame) else self.master.silent(now_s)

    def _ask(self, now_s: float) -> None:
        if not self.line.health.online:
            return
        request = self.master.next(now_s)
        if request is None:
            return
        self._asked = next(self._keys)
        # The whole answer is waited for: an adapter may hand it over in one piece.
        within_s = ANSWER_WITHIN_S + self._serial.wire_time_s(answer_bytes(request))
        asked = Ask(self._asked, encode(request), _fits(request), timeout_s=within_s)
        if not self.line.ask(asked):
            self.master.silent(now_s)

    def _keep(self, events: list[UnitEvent]) -> None:
        for event in events:
            match event:
                case KeyMoved():
                    self._put(event.unit, event)
                case Vanished():
                    log.warning("line %s: %s does not answer", self.name, self.units.names[event.unit])
                    self._put(event.unit, Gone())
                case Appeared(facts=facts):
                    version = ".".join(str(part) for part in facts.firmware)
                    log.info("line %s: %s answers, firmware %s", self.name, self.units.names[event.unit], version)

    def _put(self, unit: int, heard: Heard) -> None:
        self._heard[unit] = [*self._heard[unit][1 - HEARD_KEPT :], heard]


def _fits(request: Frame) -> Callable[[object], bool]:
    return lambda frame: isinstance(frame, Frame) and answers(frame, request)


def simulated_devices(units: ModbusUnits) -> list[Device]:
    """A virtual device for each unit of a line."""

    def clock_ms() -> int:
        return int(time.monotonic() * 1_000)

    pads = [Device(unit, clock_ms, modbus_device.PAD, keys=16, lamps=16) for unit in units.consoles]
    keypads = [Device(unit, clock_ms, modbus_device.EVALUATOR, keys=16, lamps=1, digits=0) for unit in units.keypads]
    signs = [Device(unit, clock_ms, modbus_device.SIGN, keys=0, lamps=0, digits=0) for unit in units.signs]
    return [*pads, *keypads, *signs]
