"""The registers of our own open pad and sign: which number means what. Pure; ``docs/modbus.md`` is the same in prose.

A pad remembers what its keys did, so the host may ask as rarely as a busy line lets it: ``sequence`` counts all moves
since power-on, the newest eight are told with the pad's own time, and each key counts its presses. Whatever the host
missed is in the counters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from broker.runtime.frames.driver import FrameError
from broker.runtime.frames.text import from_gbk, gbk_signs

MAGIC = 0x4A48  # "JH"
MAP_VERSION = 1

# input registers: who it is
FACTS, FACT_COUNT = 0x0000, 12
# input registers: what the keys did
REPORT, SHORT_COUNT, FULL_COUNT = 0x0010, 8, 48
_MOVES_AT, MOVES_KEPT = 4, 8
SHORT_MOVES = (SHORT_COUNT - _MOVES_AT) // 2
_COUNTERS_AT = 32
MOST_KEYS = 16
WRAP = 0x10000
"""Counters and times are 16 bits wide and begin again."""

# coils: lamps
LIT, BLINKING, FLASHING, BEEP = 0, 16, 32, 48
MOST_LAMPS, COIL_COUNT = 16, 49

# holding registers: digits, state, prompt, text
DIGITS, MOST_DIGITS = 0x0000, 6
STATE, PROMPT, STARS, HOST_TIMEOUT = 0x0006, 0x0007, 0x0008, 0x0009
SHOWN_COUNT = 10
TEXT_STYLE, TEXT_LENGTH, TEXT, MOST_TEXT_BYTES = 0x0010, 0x0011, 0x0012, 60
HOLDING_COUNT = TEXT + MOST_TEXT_BYTES // 2


class MapError(FrameError):
    """The registers are not those of our map."""


class Part(IntFlag):
    """What a device has."""

    KEYS = 1
    LAMPS = 2
    DIGITS = 4
    TEXT = 8
    STARS = 16
    BEEPER = 32


class Fault(IntFlag):
    """What a device knows to be wrong with itself."""

    KEY_STUCK = 1
    SUPPLY_LOW = 2
    DISPLAY = 4
    MEMORY = 8
    WATCHDOG = 16


NO_FAULT = Fault(0)


class CounterState(IntEnum):
    """What a pad with a state of its own shows: as ``Picture.state``."""

    AWAY = 0
    OPEN = 1
    PAUSED = 2
    CLOSED = 3


class Prompt(IntEnum):
    """What an evaluator says to the visitor."""

    REST = 0
    ASKING = 1
    THANKS = 2
    NOT_COUNTED = 3
    FAULT = 4


class TextStyle(IntEnum):
    """How a sign shows its text."""

    STILL = 0
    BLINK = 1
    SCROLL = 2


@dataclass(frozen=True)
class Facts:
    """Who a device is. ``firmware`` is (major, minor); ``bad_frames`` are those with a wrong CRC since power-on."""

    parts: Part
    firmware: tuple[int, int]
    serial: int
    keys: int
    lamps: int
    digits: int
    text_bytes: int
    faults: Fault = NO_FAULT
    bad_frames: int = 0


def facts_of(registers: Sequence[int]) -> Facts:
    """Read the registers from ``FACTS`` on. Raises MapError for a device with another map."""
    if len(registers) != FACT_COUNT:
        raise MapError(f"{FACT_COUNT} registers tell who a device is, not {len(registers)}")
    if registers[0] != MAGIC or registers[1] >> 8 != MAP_VERSION:
        raise MapError(f"register 0 and 1 are {registers[0]:04X} {registers[1]:04X}: not a device of this map")
    return Facts(
        parts=Part(registers[2] & 0x3F),
        firmware=(registers[3] >> 8, registers[3] & 0xFF),
        serial=registers[4] << 16 | registers[5],
        keys=min(registers[6], MOST_KEYS),
        lamps=min(registers[7], MOST_LAMPS),
        digits=min(registers[8], MOST_DIGITS),
        text_bytes=min(registers[9], MOST_TEXT_BYTES),
        faults=Fault(registers[10] & 0x1F),
        bad_frames=registers[11],
    )


def registers_of_facts(facts: Facts) -> tuple[int, ...]:
    """The same the other way round, for the simulator."""
    major, minor = facts.firmware
    identity = (
        MAGIC,
        MAP_VERSION << 8,
        int(facts.parts),
        major << 8 | minor,
        facts.serial >> 16,
        facts.serial & 0xFFFF,
    )
    sizes = (facts.keys, facts.lamps, facts.digits, facts.text_bytes)
    return (*identity, *sizes, int(facts.faults), facts.bad_frames % WRAP)


@dataclass(frozen=True)
class Move:
    """A key went down or up at ``at_ms`` of the pad's own 16-bit clock."""

    key: int
    down: bool
    at_ms: int


@dataclass(frozen=True)
class Report:
    """What the keys did. ``moves`` are the newest, oldest first; ``presses`` per key only in a full report."""

    sequence: int
    boot: int
    down: frozenset[int]
    clock_ms: int
    moves: tuple[Move, ...]
    presses: tuple[int, ...] | None = None


def report_of(registers: Sequence[int]) -> Report:
    """Read the registers from ``REPORT`` on, the first ``SHORT_COUNT`` or all ``FULL_COUNT``. Raises MapError."""
    if len(registers) not in (SHORT_COUNT, FULL_COUNT):
        raise MapError(f"{SHORT_COUNT} or {FULL_COUNT} registers report keys, not {len(registers)}")
    sequence, boot, down, clock_ms = registers[:_MOVES_AT]
    full = len(registers) == FULL_COUNT
    moves = []
    for place in range(min(sequence, MOVES_KEPT if full else SHORT_MOVES)):
        what, at_ms = registers[_MOVES_AT + 2 * place : _MOVES_AT + 2 * place + 2]
        # Before the counter has gone round once, registers of moves that never were hold zero: see the mark.
        if what >> 8 != (sequence - place) & 0xFF:
            raise MapError(f"move {place} is marked {what >> 8}, the sequence is {sequence}")
        moves.append(Move(what & 0x3F, bool(what & 0x80), at_ms))
    if any(move.key >= MOST_KEYS for move in moves):
        raise MapError("a key above 15")
    return Report(
        sequence,
        boot,
        frozenset(key for key in range(MOST_KEYS) if down >> key & 1),
        clock_ms,
        tuple(reversed(moves)),
        tuple(registers[_COUNTERS_AT : _COUNTERS_AT + MOST_KEYS]) if full else None,
    )


def registers_of_report(report: Report) -> tuple[int, ...]:
    """All ``FULL_COUNT`` registers of a report, for the simulator."""
    down = sum(1 << key for key in report.down)
    registers = [report.sequence, report.boot, down, report.clock_ms]
    for place, move in enumerate(reversed(report.moves[-MOVES_KEPT:])):
        mark = (report.sequence - place) & 0xFF
        registers += [mark << 8 | (0x80 if move.down else 0) | move.key, move.at_ms]
    registers += [0] * (_COUNTERS_AT - len(registers))
    registers += [*(report.presses or (0,) * MOST_KEYS)]
    return tuple(registers)


def coils_of(lamps: Mapping[int, str]) -> tuple[bool, ...]:
    """The coils of all lamps: ``{3: "blink"}``; states are ``on``, ``off``, ``blink`` (1 Hz) and ``flash`` (4 Hz)."""
    coils = [False] * (FLASHING + MOST_LAMPS)
    for lamp, state in lamps.items():
        if not 0 <= lamp < MOST_LAMPS:
            raise MapError(f"there is no lamp {lamp}, only 0 to {MOST_LAMPS - 1}")
        if state == "off":
            continue
        coils[LIT + lamp] = True
        coils[BLINKING + lamp] = state == "blink"
        coils[FLASHING + lamp] = state == "flash"
    return tuple(coils)


def lamps_of(coils: Sequence[bool]) -> dict[int, str]:
    """What the lamps do by their coils: the simulator's eyes."""
    return {lamp: _lamp_of(coils, lamp) for lamp in range(MOST_LAMPS)}


def _lamp_of(coils: Sequence[bool], lamp: int) -> str:
    if not coils[LIT + lamp]:
        return "off"
    if coils[FLASHING + lamp]:
        return "flash"
    return "blink" if coils[BLINKING + lamp] else "on"


def digits_of(waiting: int | None, number: str | None, count: int = MOST_DIGITS) -> tuple[int, ...]:
    """``count`` characters as register values: waiting people on the left, the ticket's number on the right.

    A side of its own needs six digits; with fewer there is room for the number only. None leaves a side dark.
    """
    if count == 0:
        return ()
    shown = (number or "")[-(3 if count == MOST_DIGITS else count) :]
    if count == MOST_DIGITS:
        left = "" if waiting is None else f"{min(max(waiting, 0), 999):03d}"
        text = left.rjust(3) + shown.rjust(3)
    else:
        text = shown.rjust(count)
    return tuple(ord(char) if char.isascii() else ord(" ") for char in text)


def text_registers(text: str, style: TextStyle = TextStyle.STILL) -> tuple[int, ...]:
    """Style, length and GBK bytes from ``TEXT_STYLE`` on; whole characters only, at most ``MOST_TEXT_BYTES``."""
    packed = b""
    for sign in gbk_signs(text):
        if len(packed) + len(sign) > MOST_TEXT_BYTES:
            break
        packed += sign
    padded = packed + bytes(len(packed) % 2)
    words = (int.from_bytes(padded[at : at + 2], "big") for at in range(0, len(padded), 2))
    return (int(style), len(packed), *words)


def text_of(registers: Sequence[int]) -> str:
    """The text in the holding registers from ``TEXT_STYLE`` on, as a person reads it; empty when they hold none."""
    if len(registers) < 2:
        return ""
    length = min(registers[1], MOST_TEXT_BYTES)
    return from_gbk(b"".join(word.to_bytes(2, "big") for word in registers[2:])[:length])
