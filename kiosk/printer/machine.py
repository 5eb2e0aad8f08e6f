"""A thermal printer's behaviour without a cable or a clock: bytes in, answers out, paper when it is given time.

What real printers do and tests need: ``DLE EOT`` is answered the moment it arrives, also when it happens to stand in
the middle of other data, out of paper or with a full buffer; ``GS r`` waits for its turn; a fault stops the paper but
not the reception, until the buffer is full. Not safe for two threads; ``simulator`` puts it behind a real terminal.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from kiosk.printer.interpreter import Command, Interpreter
from kiosk.printer.paper import PaperFeed, Strip
from kiosk.printer.profile import PrinterProfile

log = logging.getLogger(__name__)

BUFFER_BYTES = 4096
PAPERS_KEPT = 10
"""Each is 20 to 60 kB of letters in their places."""
RECORD_BYTES_KEPT = 32_768


class Fault(StrEnum):
    """What can be wrong with the simulated printer. All but NEAR_END, SILENT and GARBAGE stop the paper."""

    PAPER_OUT = "paper_out"
    NEAR_END = "near_end"
    COVER = "cover"
    CUTTER = "cutter"
    ERROR = "error"
    STALLED = "stalled"
    SILENT = "silent"
    DEAD = "dead"
    GARBAGE = "garbage"
    UNPLUGGED = "unplugged"


_STOPPING = frozenset({Fault.PAPER_OUT, Fault.COVER, Fault.CUTTER, Fault.ERROR, Fault.STALLED, Fault.UNPLUGGED})


class PrinterMachine:
    """One simulated printer. `on_paper(strip)` is called at each cut, in the thread that calls `advance`."""

    def __init__(
        self,
        profile: PrinterProfile,
        on_paper: Callable[[Strip], None] | None = None,
        hanzi_follow_gs: bool = True,
    ) -> None:
        self.profile = profile
        self.faults: set[Fault] = set()
        self.confirms = True  # some makes never answer GS r
        self.paper_left_dots: int | None = None
        self.papers: deque[Strip] = deque(maxlen=PAPERS_KEPT)
        self.papers_cut = 0
        self.received = bytearray()
        self.feed = PaperFeed(profile, hanzi_follow_gs)
        self._hanzi_follow_gs = hanzi_follow_gs
        self._on_paper = on_paper
        self._interpreter = Interpreter()
        self._queue: deque[Command] = deque()
        self._queued_bytes = 0
        self._tail = b""  # the last two bytes received: a request may come in pieces
        self._owed_dots = 0  # paper moved beyond what `advance` was given: a line is printed whole

    @property
    def buffer_full(self) -> bool:
        return self._queued_bytes + self._interpreter.waiting >= BUFFER_BYTES

    @property
    def is_idle(self) -> bool:
        """Nothing left to print that could be printed."""
        return self.is_stopped or not (self._queue or self._owed_dots)

    @property
    def is_stopped(self) -> bool:
        return bool(self.faults & _STOPPING)

    def receive(self, data: bytes) -> bytes:
        """Bytes from the cable; the answers that go back at once."""
        if Fault.DEAD in self.faults:
            return b""
        self._record(data)
        for command in self._interpreter.feed(data):
            self._queue.append(command)
            self._queued_bytes += command.size
        return self._voiced(self._answers_to_requests(data))

    def advance(self, dots: int) -> bytes:
        """Let the paper move by up to `dots`; the answers that became due."""
        answers = b""
        paid = min(dots, self._owed_dots)
        self._owed_dots -= paid
        dots -= paid
        while dots > 0 and self._queue and not self.is_stopped and Fault.DEAD not in self.faults:
            command = self._queue.popleft()
            self._queued_bytes -= command.size
            if command.name == "GS V":
                self._cut()
                dots -= 1
            elif command.name == "GS r":
                answers += self._voiced(bytes((self._paper_byte(),))) if self.confirms else b""
            else:
                dots -= self._print(command)
        self._owed_dots += max(0, -dots)
        return answers

    def power_cycle(self) -> None:
        """Off and on again: buffer and modes are lost, the paper stays where it is."""
        strip = self.feed.strip
        self._interpreter = Interpreter()
        self._queue.clear()
        self._queued_bytes, self._owed_dots, self._tail = 0, 0, b""
        self.feed = PaperFeed(self.profile, self._hanzi_follow_gs)
        self.feed.strip = strip

    def load_paper(self) -> None:
        """A full roll; what was half printed before goes on."""
        self.paper_left_dots = None
        self.faults -= {Fault.PAPER_OUT, Fault.NEAR_END}

    def status_byte(self, question: int) -> int:
        """The answer to ``DLE EOT n`` for n = 1 to 4."""
        faults, byte = self.faults, 0x12
        if question == 1 and faults & {Fault.PAPER_OUT, Fault.COVER, Fault.CUTTER, Fault.ERROR}:
            byte |= 0x08
        if question == 2:
            byte |= 0x04 * (Fault.COVER in faults) | 0x20 * (Fault.PAPER_OUT in faults)
            byte |= 0x40 * bool(faults & {Fault.CUTTER, Fault.ERROR})
        if question == 3:
            byte |= 0x08 * (Fault.CUTTER in faults) | 0x20 * (Fault.ERROR in faults)
        if question == 4:
            byte |= 0x6C if Fault.PAPER_OUT in faults else 0x0C * (Fault.NEAR_END in faults)
        return byte

    def _paper_byte(self) -> int:
        return 0x0F if Fault.PAPER_OUT in self.faults else 0x03 * (Fault.NEAR_END in self.faults)

    def _answers_to_requests(self, data: bytes) -> bytes:
        seen = self._tail + data
        self._tail = seen[-2:]
        requests = (
            seen[place + 2] for place in range(len(seen) - 2) if seen[place] == 0x10 and seen[place + 1] == 0x04
        )
        return bytes(self.status_byte(question) for question in requests if 1 <= question <= 4)

    def _voiced(self, answers: bytes) -> bytes:
        """Answers as they come over the cable: none from a silent printer, wrong ones at a wrong speed."""
        if self.faults & {Fault.SILENT, Fault.DEAD}:
            return b""
        if Fault.GARBAGE in self.faults:
            return bytes(answer ^ 0xE1 for answer in answers)
        return answers

    def _record(self, data: bytes) -> None:
        self.received += data
        del self.received[:-RECORD_BYTES_KEPT]

    def _print(self, command: Command) -> int:
        moved = self.feed.apply(command)
        if self.paper_left_dots is not None:
            self.paper_left_dots -= moved
            if self.paper_left_dots <= 0:
                self.faults.add(Fault.PAPER_OUT)
        return moved

    def _cut(self) -> None:
        if self.feed.line_begun:
            self.feed.apply(Command("LF", size=0))
        strip = self.feed.take_strip()
        self.papers_cut += 1
        self.papers.append(strip)
        if self._on_paper is None:
            return
        try:
            self._on_paper(strip)
        except Exception:  # whoever looks at the paper must not be able to stop the printer
            log.exception("a watcher of simulated paper failed")
