"""Our open pad and sign, played in the program: registers that answer, and keys that can be pressed. Pure.

It is what ``docs/modbus.md`` asks of a device, written from the document and apart from the host's side, and knows
all eight functions. It is a simulation: what works with it was not thereby tried on a pad made of metal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from broker.runtime.frames import modbus_map as m
from broker.runtime.frames.modbus import (
    FAILED,
    MOST_BITS_READ,
    MOST_BITS_WRITTEN,
    MOST_REGISTERS_READ,
    MOST_REGISTERS_WRITTEN,
    BadRequest,
    Frame,
    Function,
    Trouble,
    pack_bits,
    unpack_bits,
)

PAD = m.Part.KEYS | m.Part.LAMPS | m.Part.DIGITS | m.Part.BEEPER
EVALUATOR = m.Part.KEYS | m.Part.LAMPS | m.Part.STARS | m.Part.BEEPER
SIGN = m.Part.TEXT
DISCRETE_COUNT = 16


@dataclass
class Device:
    """One device. ``clock_ms`` is its own time since power-on, any whole number."""

    unit: int
    clock_ms: Callable[[], int]
    parts: m.Part = PAD
    keys: int = 11
    lamps: int = 11
    digits: int = m.MOST_DIGITS
    serial: int = 0
    boot: int = 1
    faults: m.Fault = m.NO_FAULT
    bad_frames: int = 0
    beeps: int = 0
    asked_ms: int = 0
    sequence: int = 0
    coils: list[bool] = field(default_factory=lambda: [False] * m.COIL_COUNT)
    holding: list[int] = field(default_factory=lambda: [0] * m.HOLDING_COUNT)
    presses: list[int] = field(default_factory=lambda: [0] * m.MOST_KEYS)
    moves: list[m.Move] = field(default_factory=list)
    down: set[int] = field(default_factory=set)

    # -- the finger and the eyes

    def move(self, key: int, down: bool) -> None:
        """A key goes down or up. Raises KeyError for a key it does not have."""
        if not 0 <= key < self.keys:
            raise KeyError(key)
        if down == (key in self.down):
            return
        (self.down.add if down else self.down.discard)(key)
        self.sequence = (self.sequence + 1) % m.WRAP
        self.presses[key] = (self.presses[key] + int(down)) % m.WRAP
        self.moves = [*self.moves[1 - m.MOVES_KEPT :], m.Move(key, down, self.clock_ms() % m.WRAP)]

    def press(self, key: int) -> None:
        """Down and up at once."""
        self.move(key, True)
        self.move(key, False)

    @property
    def state(self) -> m.CounterState:
        """The counter's state as the pad shows it: away once the host has kept silent for as long as it said."""
        patience_ms = self.holding[m.HOST_TIMEOUT] * 1_000
        if patience_ms and self.clock_ms() - self.asked_ms > patience_ms:
            return m.CounterState.AWAY
        value = self.holding[m.STATE]
        return m.CounterState(value) if value in m.CounterState._value2member_map_ else m.CounterState.AWAY

    def restart(self) -> None:
        """The power was gone: everything is dark and counts from nothing."""
        self.boot = (self.boot + 1) % m.WRAP
        self.sequence, self.moves, self.down = 0, [], set()
        self.presses = [0] * m.MOST_KEYS
        self.coils, self.holding = [False] * m.COIL_COUNT, [0] * m.HOLDING_COUNT

    @property
    def shown(self) -> str:
        """The digits as a person reads them."""
        registers = self.holding[m.DIGITS : m.DIGITS + m.MOST_DIGITS]
        return "".join(chr(value) if 0x20 <= value < 0x7F else " " for value in registers)

    @property
    def lit(self) -> dict[int, str]:
        """Lamps that are not off."""
        return {lamp: state for lamp, state in m.lamps_of(self.coils).items() if state != "off"}

    @property
    def text(self) -> str:
        """The sign's text."""
        return m.text_of(self.holding[m.TEXT_STYLE :])

    # -- the wire

    def answer(self, request: Frame) -> Frame | None:
        """What the device does and says; nothing to a request for another unit, or for everybody (unit 0)."""
        if request.unit not in (0, self.unit):
            return None
        self.asked_ms = self.clock_ms()
        try:
            data = self._done(request)
        except BadRequest as error:
            refused = Frame(self.unit, request.function & 0x7F | FAILED, bytes((error.trouble,)))
            return None if request.unit == 0 else refused
        return None if request.unit == 0 else Frame(self.unit, request.function, data)

    def _done(self, request: Frame) -> bytes:
        data, function = request.data, request.function
        if function not in Function._value2member_map_:
            raise BadRequest(Trouble.FUNCTION, "no such function here")
        if len(data) < 4 or (function < Function.WRITE_COILS and len(data) != 4):
            raise BadRequest(Trouble.VALUE, "the request has another length")
        start, value = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
        match function:
            case Function.READ_COILS:
                return self._bits(self.coils, start, value)
            case Function.READ_DISCRETE_INPUTS:
                return self._bits([key in self.down for key in range(DISCRETE_COUNT)], start, value)
            case Function.READ_HOLDING_REGISTERS:
                return self._registers(self.holding, 0, start, value)
            case Function.READ_INPUT_REGISTERS:
                return self._inputs(start, value)
            case Function.WRITE_COIL:
                return self._write_coil(start, value, data)
            case Function.WRITE_REGISTER:
                _span(len(self.holding), start, 1, 1)
                self.holding[start] = value
                return data
            case Function.WRITE_COILS:
                return self._write_coils(start, value, data)
        return self._write_registers(start, value, data)

    def _bits(self, bits: list[bool], start: int, count: int) -> bytes:
        _span(len(bits), start, count, MOST_BITS_READ)
        packed = pack_bits(bits[start : start + count])
        return bytes((len(packed),)) + packed

    def _registers(self, registers: list[int], begin: int, start: int, count: int) -> bytes:
        _span(len(registers), start - begin, count, MOST_REGISTERS_READ)
        chosen = registers[start - begin : start - begin + count]
        return bytes((2 * count,)) + b"".join(value.to_bytes(2, "big") for value in chosen)

    def _inputs(self, start: int, count: int) -> bytes:
        if start < m.FACTS + m.FACT_COUNT:
            facts = m.Facts(
                self.parts, (1, 0), self.serial, self.keys, self.lamps, self.digits,
                m.MOST_TEXT_BYTES if m.Part.TEXT in self.parts else 0, self.faults, self.bad_frames,
            )  # fmt: skip
            return self._registers(list(m.registers_of_facts(facts)), m.FACTS, start, count)
        report = m.Report(
            self.sequence,
            self.boot,
            frozenset(self.down),
            self.clock_ms() % m.WRAP,
            tuple(self.moves),
            tuple(self.presses),
        )
        return self._registers(list(m.registers_of_report(report)), m.REPORT, start, count)

    def _write_coil(self, start: int, value: int, data: bytes) -> bytes:
        if value not in (0, 0xFF00):
            raise BadRequest(Trouble.VALUE, "a coil is written 0000 or FF00")
        _span(len(self.coils), start, 1, 1)
        self._set_coils(start, (value == 0xFF00,))
        return data

    def _write_coils(self, start: int, count: int, data: bytes) -> bytes:
        _span(len(self.coils), start, count, MOST_BITS_WRITTEN)
        packed = data[5:]
        if len(packed) != (count + 7) // 8 or data[4] != len(packed):
            raise BadRequest(Trouble.VALUE, "the bytes do not fit the count")
        self._set_coils(start, unpack_bits(packed, count))
        return data[:4]

    def _set_coils(self, start: int, values: tuple[bool, ...]) -> None:
        self.coils[start : start + len(values)] = values
        if self.coils[m.BEEP]:
            self.beeps += 1
            self.coils[m.BEEP] = False

    def _write_registers(self, start: int, count: int, data: bytes) -> bytes:
        _span(len(self.holding), start, count, MOST_REGISTERS_WRITTEN)
        packed = data[5:]
        if len(packed) != 2 * count or data[4] != len(packed):
            raise BadRequest(Trouble.VALUE, "the bytes do not fit the count")
        values = [int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)]
        self.holding[start : start + count] = values
        return data[:4]


def _span(size: int, start: int, count: int, most: int) -> None:
    """As the standard orders it: the count is judged before the address."""
    if not 1 <= count <= most:
        raise BadRequest(Trouble.VALUE, f"{count} at once")
    if start < 0 or start + count > size:
        raise BadRequest(Trouble.ADDRESS, f"{start} and {count} more")
