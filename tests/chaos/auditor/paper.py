"""Ticket numbers on paper, read from the bytes that a printer was sent. A small ESC/POS reader of its own.

Only what is needed to stay in step is known of each command: how many bytes follow. A number counts as being on paper
as soon as its letters arrived in the size of a ticket's number, cut or not: somebody may hold it. Lengths are those of
Epson's ESC/POS reference.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

ESC, FS, GS, DLE, LF = 0x1B, 0x1C, 0x1D, 0x10, 0x0A
PARAMETERS = {
    (ESC, "@"): 0, (ESC, "2"): 0, (ESC, "!"): 1, (ESC, "-"): 1, (ESC, "3"): 1, (ESC, "E"): 1, (ESC, "G"): 1,
    (ESC, "J"): 1, (ESC, "M"): 1, (ESC, "R"): 1, (ESC, "a"): 1, (ESC, "d"): 1, (ESC, "t"): 1, (ESC, "{"): 1,
    (FS, "&"): 0, (FS, "."): 0, (FS, "!"): 1, (FS, "-"): 1, (FS, "C"): 1, (FS, "W"): 1, (FS, "S"): 2,
    (GS, "!"): 1, (GS, "B"): 1, (GS, "b"): 1, (GS, "a"): 1, (GS, "r"): 1, (GS, "I"): 1, (GS, "L"): 2, (GS, "W"): 2,
    (DLE, "\x04"): 1,
}  # fmt: skip
NUMBER = re.compile(r"[A-Z][0-9]{3,4}")
LEAST_WIDTH = 3
"""A ticket's number is the only text of at least this width."""


@dataclass(frozen=True)
class Printed:
    """A number on a paper: which printer, when its last letter arrived (machine seconds), the paper's place there."""

    printer: str
    s: float
    paper: int
    number: str


class UnknownCommand(Exception):
    """The reader has lost its place: what follows is not to be trusted."""


class Reader:
    """One printer from the moment it was switched on."""

    def __init__(self) -> None:
        self.papers = 0
        self._pending = bytearray()
        self._width = 1
        self._large = ""

    def feed(self, data: bytes) -> Iterator[str]:
        """Numbers that were completed by these bytes. Raises UnknownCommand."""
        self._pending += data
        while self._pending:
            taken = self._step()
            if taken is None:
                return
            size, number = taken
            del self._pending[:size]
            if number:
                yield number

    def power_lost(self) -> None:
        """Buffer and modes are gone."""
        self._pending.clear()
        self._width, self._large = 1, ""

    def _step(self) -> tuple[int, str] | None:
        first = self._pending[0]
        if first in (ESC, FS, GS, DLE):
            return self._command()
        if first == LF:
            return 1, self._end_of_line()
        if first >= 0x81:
            if len(self._pending) < 2:
                return None
            return 2, self._end_of_line()
        if self._width >= LEAST_WIDTH:
            self._large += chr(first)
        return 1, ""

    def _end_of_line(self) -> str:
        large, self._large = self._large.strip(), ""
        return large if NUMBER.fullmatch(large) else ""

    def _command(self) -> tuple[int, str] | None:
        pending = self._pending
        if len(pending) < 2:
            return None
        size = self._size(pending[0], chr(pending[1]))
        if size is None or len(pending) < size:
            return None
        ended = ""
        if pending[0] == GS and pending[1] == ord("!"):
            ended = self._end_of_line()
            self._width = (pending[2] >> 4) + 1
        elif pending[0] == ESC and pending[1] == ord("@"):
            ended = self._end_of_line()
            self._width = 1
        elif pending[0] == GS and pending[1] == ord("V"):
            self.papers += 1
        return size, ended

    def _size(self, lead: int, letter: str) -> int | None:
        pending = self._pending
        if (lead, letter) in PARAMETERS:
            return 2 + PARAMETERS[(lead, letter)]
        if (lead, letter) == (GS, "V"):
            return None if len(pending) < 3 else 3 + (pending[2] in (65, 66))
        if (lead, letter) == (GS, "("):
            return None if len(pending) < 5 else 5 + int.from_bytes(pending[3:5], "little")
        if (lead, letter) == (GS, "v"):
            if len(pending) < 8:
                return None
            return 8 + int.from_bytes(pending[4:6], "little") * int.from_bytes(pending[6:8], "little")
        raise UnknownCommand(f"{lead:02X} {letter!r}")


def printed(printer: str, record: Iterable[dict[str, Any]]) -> list[Printed]:
    """Every number that came onto paper at one printer, in order. Raises UnknownCommand."""
    reader, found = Reader(), []
    for line in record:
        if "bytes" in line:
            found += [
                Printed(printer, line["s"], reader.papers, number)
                for number in reader.feed(bytes.fromhex(line["bytes"]))
            ]
        elif line.get("event") == "power lost":
            reader.power_lost()
    return found
