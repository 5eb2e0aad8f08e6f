"""The printer's side of ESC/POS: bytes become commands, one at a time, across any chunk boundary. Pure.

Used by the simulator only. It is written from the command reference and not from our encoder: it knows commands we
never send, and it reports what it does not know instead of guessing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_ESC, _FS, _GS, _DLE = 0x1B, 0x1C, 0x1D, 0x10
_FIXED_PARAMETERS = {
    _ESC: {
        **dict.fromkeys(b"!-3ERJMGTVadt={ ", 1),
        **dict.fromkeys(b"@2", 0),
        **dict.fromkeys(b"$\\c", 2),
        ord("p"): 3,
    },
    _FS: {**dict.fromkeys(b"&.", 0), **dict.fromkeys(b"!-CW", 1), ord("S"): 2},
    _GS: {**dict.fromkeys(b"!BHabfhrwI/", 1), **dict.fromkeys(b"LWP\\$", 2)},
    _DLE: {0x04: 1, 0x05: 1},
}


@dataclass(frozen=True)
class Command:
    """One thing the printer was told. `name` is e.g. ``ESC a``, ``GS v0``, ``text``, ``LF`` or ``unknown``.

    `parameters` are the bytes after the name; for text the bytes to be printed. `size` counts all bytes taken.
    """

    name: str
    parameters: bytes = b""
    size: int = 1


class Interpreter:
    """Feed bytes, take commands. Text comes letter by letter in raw bytes: the paper knows the Chinese mode."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[Command]:
        """All commands that are complete now."""
        self._waiting += data
        while self._waiting:
            command = self._next()
            if command is None:
                return
            del self._waiting[: command.size]
            yield command

    @property
    def waiting(self) -> int:
        """Bytes of a command that is not complete yet."""
        return len(self._waiting)

    def _next(self) -> Command | None:
        first = self._waiting[0]
        if first in _FIXED_PARAMETERS:
            return self._escaped(first)
        if first == 0x0A:
            return Command("LF")
        if first < 0x20:
            return Command("control", bytes((first,)))
        return self._text()

    def _text(self) -> Command:
        end = 0
        while end < len(self._waiting) and self._waiting[end] >= 0x20:
            end += 1
        return Command("text", bytes(self._waiting[:end]), end)

    def _escaped(self, first: int) -> Command | None:
        if len(self._waiting) < 2:
            return None
        prefix = {_ESC: "ESC", _FS: "FS", _GS: "GS", _DLE: "DLE"}[first]
        second = self._waiting[1]
        fixed = _FIXED_PARAMETERS[first].get(second)
        if fixed is not None:
            letter = {0x04: "EOT", 0x05: "ENQ"}[second] if first == _DLE else chr(second)
            return self._whole(f"{prefix} {letter}", 2, fixed)
        if first == _GS and second == ord("V"):
            return self._cut()
        if first == _GS and second == ord("v"):
            return self._raster()
        if first == _GS and second == ord("("):
            return self._counted()
        return Command("unknown", bytes(self._waiting[:2]), 2)

    def _whole(self, name: str, head: int, parameters: int) -> Command | None:
        if len(self._waiting) < head + parameters:
            return None
        return Command(name, bytes(self._waiting[head : head + parameters]), head + parameters)

    def _cut(self) -> Command | None:
        if len(self._waiting) < 3:
            return None
        return self._whole("GS V", 2, 2 if self._waiting[2] in (65, 66) else 1)

    def _raster(self) -> Command | None:
        if len(self._waiting) < 8:
            return None
        if self._waiting[2] != ord("0"):
            return Command("unknown", bytes(self._waiting[:3]), 3)
        width_bytes = int.from_bytes(self._waiting[4:6], "little")
        height = int.from_bytes(self._waiting[6:8], "little")
        return self._whole("GS v0", 3, 5 + width_bytes * height)

    def _counted(self) -> Command | None:
        if len(self._waiting) < 5:
            return None
        length = int.from_bytes(self._waiting[3:5], "little")
        return self._whole(f"GS ({chr(self._waiting[2])}", 5, length)
