"""P1: 16-key call terminals and key evaluators on one RS-485 line. Pure: bytes in, frames out.

A frame is ``FF 68 L L 68 UNIT FUNCTION DATA... SUM 16``: L = 2 + length of DATA, given twice; SUM is the low byte of
UNIT + FUNCTION + DATA. 9600 8N1. The constants come from the source code of counter systems in use, not from a
maker's sheet, and were not tried on a real terminal.

Terminal to host: the last byte of DATA is the key, typed digits stand before it; the host answers with the same
frame, or the terminal sends again. The FUNCTION of a key frame is not settled by the source; it is 01 in the samples
and is echoed whatever it is. Evaluator to host: FUNCTION 11, DATA is the key number; answered with FUNCTION 01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broker.model.words import Names
from broker.runtime.frames.driver import (
    Driver,
    EvaluatorMake,
    FrameError,
    Key,
    KeyMake,
    KeyPress,
    RatingPress,
    TerminalMake,
    Told,
)
from broker.runtime.frames.scanner import Scanner

HEAD = b"\xff\x68"
SECOND_MARK = 0x68
END = 0x16
BLANK = 0x0A
LONGEST_DATA = 6
SHORTEST_LENGTH = 2  # UNIT and FUNCTION
LONGEST_LENGTH = SHORTEST_LENGTH + LONGEST_DATA
OVERHEAD = 7  # everything that L does not count
TERMINAL_DIGITS = 2  # the source discards key frames with more than two digits before the key

KEY_FUNCTION = 0x01
SHOW_FUNCTION = 0x02
BEEP_FUNCTION = 0x03
RESULT_FUNCTION = 0x11
_START_RATING = 0x0B


class P1Error(FrameError):
    """A frame that P1 cannot carry."""


BYTE_OF = {
    Key.RATE: 0x0B,
    Key.CALL: 0x0C,
    Key.RECALL: 0x0D,
    Key.CANCEL: 0x0E,
    Key.CONFIRM: 0x0F,
    Key.ONE_METRE_LINE: 0x11,
    Key.PAUSE: 0x12,
    Key.TRANSFER: 0x13,
}
"""The function keys of the terminal, by the byte it sends."""
_KEY_OF = {byte: key for key, byte in BYTE_OF.items()}


@dataclass(frozen=True)
class Frame:
    """One frame. ``unit`` is the device's number on the line, 0-255."""

    unit: int
    function: int
    data: bytes = b""

    @property
    def address(self) -> int:
        """The line's word for ``unit``."""
        return self.unit

    def __str__(self) -> str:
        return encode(self).hex(" ").upper()


def encode(frame: Frame) -> bytes:
    """The frame as bytes. Raises P1Error when a part is out of range."""
    if not (0 <= frame.unit <= 0xFF and 0 <= frame.function <= 0xFF):
        raise P1Error(f"unit {frame.unit} and function {frame.function} must fit one byte each")
    if len(frame.data) > LONGEST_DATA:
        raise P1Error(f"{len(frame.data)} data bytes, at most {LONGEST_DATA}")
    length = SHORTEST_LENGTH + len(frame.data)
    body = bytes((frame.unit, frame.function)) + frame.data
    return HEAD + bytes((length, length, SECOND_MARK)) + body + bytes((sum(body) & 0xFF, END))


class Decoder(Scanner[Frame]):
    """Finds frames in a stream of bytes, whatever else is in it. Holds one unfinished frame at most."""

    longest = LONGEST_LENGTH + OVERHEAD

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = bytes(held[at : at + 5])
        if head[0] != HEAD[0] or (len(head) > 1 and head[1] != HEAD[1]):
            return 0
        if len(head) > 2 and not SHORTEST_LENGTH <= head[2] <= LONGEST_LENGTH:
            return 0
        if (len(head) > 3 and head[3] != head[2]) or (len(head) > 4 and head[4] != SECOND_MARK):
            return 0
        if len(head) < 5 or len(held) - at < head[2] + OVERHEAD:
            return None
        return head[2] + OVERHEAD

    def frame_at(self, held: bytearray, at: int, size: int) -> Frame | None:
        body = bytes(held[at + 5 : at + size - 2])
        checksum, end = held[at + size - 2], held[at + size - 1]
        if checksum != sum(body) & 0xFF or end != END:
            return None
        return Frame(body[0], body[1], body[2:])

    def address_at(self, held: bytearray, at: int) -> int:
        return held[at + 5]


# -- what a frame means


def read(frame: Frame, most_digits: int = TERMINAL_DIGITS) -> KeyPress | RatingPress | None:
    """What a device reports with this frame; None when no device sends such a frame.

    ``most_digits``: key frames with more typed digits are discarded.
    """
    if frame.function == RESULT_FUNCTION:
        return RatingPress(frame.unit, str(frame.data[0])) if len(frame.data) == 1 else None
    if frame.function in (SHOW_FUNCTION, BEEP_FUNCTION):  # host to device only
        return None
    digits, key = frame.data[:-1], frame.data[-1:]
    if not key or len(digits) > most_digits or any(digit > 9 for digit in digits):
        return None
    return KeyPress(frame.unit, "".join(str(digit) for digit in digits), _KEY_OF.get(key[0]))


def acknowledge(frame: Frame) -> Frame:
    """The host's answer without which the device sends again."""
    if frame.function == RESULT_FUNCTION:
        return Frame(frame.unit, KEY_FUNCTION, frame.data)
    return frame


def key_frame(unit: int, digits: str, key: Key) -> Frame:
    """What a terminal sends for typed digits and a function key; 取消 clears the digits. Raises P1Error."""
    if key not in BYTE_OF:
        raise P1Error(f"a P1 terminal has no key '{key}'")
    typed = "" if key is Key.CANCEL else digits
    return Frame(unit, KEY_FUNCTION, bytes(int(digit) for digit in typed) + bytes((BYTE_OF[key],)))


def result_frame(unit: int, raw_key: int) -> Frame:
    """What an evaluator sends for a key."""
    return Frame(unit, RESULT_FUNCTION, bytes((raw_key,)))


def show(unit: int, waiting: int | None, number: str | None) -> Frame:
    """Six digits of a terminal: waiting people on the left, the ticket's last three digits on the right.

    ``number`` is a printed number such as ``A042``; the digits cannot show its letter. None leaves a side dark.
    """
    left = _three("" if waiting is None else f"{min(max(waiting, 0), 999):03d}")
    right = _three("" if number is None else "".join(c for c in number if c.isascii() and c.isdigit())[-3:])
    return Frame(unit, SHOW_FUNCTION, left + right)


def _three(digits: str) -> bytes:
    return bytes([BLANK] * (3 - len(digits)) + [int(digit) for digit in digits])


def shown_text(data: Sequence[int]) -> str:
    """The six digits as a person sees them, a space for a dark one."""
    return "".join(str(digit) if digit <= 9 else " " for digit in data)


def beep(unit: int) -> Frame:
    """One beep of a terminal or evaluator."""
    return Frame(unit, BEEP_FUNCTION)


def stars(unit: int, count: int) -> Frame:
    """Light ``count`` stars of an evaluator."""
    return Frame(unit, SHOW_FUNCTION, bytes((min(max(count, 0), 5),)))


def start_rating(unit: int) -> Frame:
    """Ask the visitor: the evaluator prompts and takes one key."""
    return Frame(unit, KEY_FUNCTION, bytes((_START_RATING,)))


def describe(frame: Frame) -> str:
    """A frame in words. Whether a key frame is the terminal's or the host's answer to it cannot be seen."""
    said = read(frame, LONGEST_DATA)
    if isinstance(said, RatingPress):
        return f"P1 evaluator {frame.unit} reports key {said.raw_key}"
    if frame == start_rating(frame.unit):
        return f"P1 evaluator {frame.unit} is to ask for a rating, or answer to its key 11"
    if isinstance(said, KeyPress):
        key = f"an unknown key {frame.data[-1]:02X}" if said.key is None else said.key.name
        digits = f" after {said.digits}" if said.digits else ""
        return f"P1 terminal {frame.unit}: {key}{digits}, or the answer to it"
    if frame.function == BEEP_FUNCTION:
        return f"P1 unit {frame.unit} is to beep"
    if frame.function == SHOW_FUNCTION and len(frame.data) == 6:
        return f"P1 terminal {frame.unit} shows “{shown_text(frame.data)}”"
    if frame.function == SHOW_FUNCTION and len(frame.data) == 1:
        return f"P1 evaluator {frame.unit} lights {frame.data[0]} stars"
    return f"P1 unit {frame.unit}, function {frame.function:02X}, meaning unknown"


def told(frame: Frame) -> Told | None:
    """What the host tells a device with this frame; None for what is no order of the host."""
    if frame.function == SHOW_FUNCTION:
        known = {6: Told("digits", shown_text(frame.data)), 1: Told("stars", str(frame.data[0] if frame.data else 0))}
        return known.get(len(frame.data))
    if frame.function == BEEP_FUNCTION:
        return Told("beep")
    return Told("ask") if frame == start_rating(frame.unit) else None


def due_answer(frame: Frame) -> bytes | None:
    """The bytes that the host owes to a frame of a device; None when no device sends such a frame."""
    return None if read(frame, LONGEST_DATA) is None else encode(acknowledge(frame))


DRIVER = Driver(
    make="p1",
    names=Names("16 键呼叫器和按键评价器 P1", "16-key terminal and key evaluator P1"),
    decoder=Decoder,
    encode=encode,
    describe=describe,
    probe=lambda unit: encode(show(unit, unit, f"{unit:03d}")),
    seen=Names("每台呼叫器的数码管显示自己的地址码", "the digits of each terminal show its own address"),
    acknowledge=due_answer,
    keys=KeyMake(
        read=read,
        told=told,
        terminal=TerminalMake(
            press=lambda unit, digits, key: encode(key_frame(unit, digits, key)),
            show=lambda unit, waiting, number: encode(show(unit, waiting, number)),
            beep=lambda unit: encode(beep(unit)),
            keys=tuple(BYTE_OF),
            most_digits=TERMINAL_DIGITS,
        ),
        evaluator=EvaluatorMake(
            rate=lambda unit, raw_key: encode(result_frame(unit, raw_key)),
            ask=lambda unit: encode(start_rating(unit)),
            stars=lambda unit, count: encode(stars(unit, count)),
            beep=lambda unit: encode(beep(unit)),
        ),
    ),
)
