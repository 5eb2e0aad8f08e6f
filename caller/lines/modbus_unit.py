"""One device of a Modbus line: what to ask it, and what its answers mean. Pure; ``now_s`` is monotonic seconds.

One that does not answer is asked rarely, so that it does not slow the others. What it shall show is kept here and
written again whenever it comes back.

No press is lost between two questions (see ``modbus_map``). None is invented either: what happened before the first
answer, and what is older than ``stale_s`` when it is heard, is counted and not acted on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from broker.runtime.frames import modbus_map as m
from broker.runtime.frames.driver import FrameError
from broker.runtime.frames.modbus import (
    Frame,
    Function,
    Refused,
    read_request,
    registers_in,
    write_coils,
    write_registers,
)

log = logging.getLogger(__name__)

POLL_EVERY_S = 0.02
PROBE_EVERY_S = 2.0
FACTS_EVERY_S = 60.0
TRIES = 3
WRITE_TRIES = 10
STALE_S = 5.0
FORGOTTEN_S = 60.0
"""A pad's 16-bit clock goes round in 65 s: after a longer silence the age of its moves cannot be told."""
MOST_UNORDERED = 16
_WRITES = ("coils", "shown", "text")


@dataclass(frozen=True)
class KeyMoved:
    """A key of a device went down or up; ``at_s`` is when, by the pad's own clock."""

    unit: int
    key: int
    down: bool
    at_s: float


@dataclass(frozen=True)
class Appeared:
    """A device answers."""

    unit: int
    facts: m.Facts


@dataclass(frozen=True)
class Vanished:
    """A device does not answer any more, or was restarted: its keys are all up."""

    unit: int


UnitEvent = KeyMoved | Appeared | Vanished


@dataclass
class _Outputs:
    """What a device shall show. ``None``: the host never said anything about it."""

    coils: tuple[bool, ...] | None = None
    shown: tuple[int, ...] | None = None
    text: tuple[int, ...] | None = None


@dataclass
class Unit:
    """What the host knows of one device."""

    number: int
    facts: m.Facts | None = None
    """None while it does not answer."""
    problem: str = ""
    stale: int = 0
    """Presses heard too late to be acted on."""
    unordered: int = 0
    """Presses known from the counters alone: their order is lost, they are not."""
    timeouts: int = 0
    wanted: _Outputs = field(default_factory=_Outputs)
    beeps: int = 0
    _written: _Outputs = field(default_factory=_Outputs)
    _impossible: set[str] = field(default_factory=set)
    _missed: int = 0
    _due_s: float = float("-inf")
    _facts_due_s: float = float("-inf")
    _reported_s: float = float("-inf")
    _unwritten: dict[str, int] = field(default_factory=dict)
    _boot: int | None = None
    _sequence: int = 0
    _presses: list[int] = field(default_factory=lambda: [0] * m.MOST_KEYS)
    _down: set[int] = field(default_factory=set)
    _needs_full: bool = True

    @property
    def listening(self) -> bool:
        """Its keys are counted from here on."""
        return self.facts is not None and self._boot is not None and not self._needs_full

    @property
    def fault(self) -> str:
        """Empty, or a short word for health."""
        if self.facts is None:
            return "wrong_device" if self.problem else "no_answer"
        return ",".join(fault.name.lower() for fault in m.Fault if fault in self.facts.faults and fault.name)

    def repaint(self) -> None:
        """Write everything again: somebody else may have written, or the device forgotten."""
        self._written = _Outputs()

    # -- what to ask

    def request(self, now_s: float) -> tuple[str, Frame] | None:
        """What is due now, if anything."""
        if now_s < self._due_s:
            return None
        if self.facts is None or now_s >= self._facts_due_s:
            return "facts", read_request(self.number, Function.READ_INPUT_REGISTERS, m.FACTS, m.FACT_COUNT)
        if m.Part.KEYS in self.facts.parts:
            count = m.FULL_COUNT if self._needs_full else m.SHORT_COUNT
            return "report", read_request(self.number, Function.READ_INPUT_REGISTERS, m.REPORT, count)
        return None

    def write(self) -> tuple[str, Frame] | None:
        """An output that the device does not show yet."""
        if self.facts is None:
            return None
        if self.beeps:
            self.beeps -= 1
            return "beep", write_coils(self.number, m.BEEP, (True,))
        for name in _WRITES:
            values = getattr(self.wanted, name)
            if values is not None and name not in self._impossible and values != getattr(self._written, name):
                return name, self._write_request(name, values)
        return None

    def _write_request(self, name: str, values: tuple[int, ...]) -> Frame:
        if name == "coils":
            return write_coils(self.number, m.LIT, [bool(value) for value in values])
        return write_registers(self.number, m.DIGITS if name == "shown" else m.TEXT_STYLE, values)

    # -- what came back

    def answered(self, asked: str, request: Frame, answer: Frame, now_s: float) -> list[UnitEvent]:
        """The answer to a request of this device; one that says nothing useful is remembered as its problem."""
        self._missed = 0
        if asked in _WRITES:
            self._wrote(asked, request, answer)
            return []
        if asked == "beep":
            return []
        self._due_s = now_s + POLL_EVERY_S
        try:
            registers = registers_in(answer, request)
            if asked == "facts":
                return self._take_facts(m.facts_of(registers), now_s)
            return self._take_report(m.report_of(registers), now_s)
        except FrameError as error:
            self._due_s = now_s + PROBE_EVERY_S
            if self.problem != str(error):
                log.warning("unit %d, %s: %s", self.number, asked, error)
            self.problem = str(error)
            return []

    def _wrote(self, name: str, request: Frame, answer: Frame) -> None:
        self._unwritten.pop(name, None)
        if answer.function != request.function:
            self._impossible.add(name)
            log.warning("%s: %s is not written any more", Refused(self.number, answer.data[0]), name)
            return
        if self._write_request(name, getattr(self.wanted, name)) == request:  # else newer values are wanted already
            setattr(self._written, name, getattr(self.wanted, name))

    def unanswered(self, asked: str, now_s: float) -> list[UnitEvent]:
        """The device kept silent."""
        self.timeouts += 1
        self._missed += 1
        if asked in _WRITES:
            self._unwritten[asked] = self._unwritten.get(asked, 0) + 1
            if self._unwritten[asked] >= WRITE_TRIES:  # it answers other questions, and must not slow the line
                self._impossible.add(asked)
        if self._missed < TRIES and self.facts is not None:
            return []
        self._due_s = now_s + PROBE_EVERY_S
        return self.gone()

    def gone(self) -> list[UnitEvent]:
        was_here, self.facts = self.facts is not None, None
        self._written = _Outputs()
        self._impossible.clear()
        self._unwritten.clear()
        self._down.clear()
        self.beeps = 0
        return [Vanished(self.number)] if was_here else []

    def _take_facts(self, facts: m.Facts, now_s: float) -> list[UnitEvent]:
        appeared = self.facts is None
        self.facts, self.problem = facts, ""
        self._facts_due_s = now_s + FACTS_EVERY_S
        if not appeared:
            return []
        self._needs_full = True
        return [Appeared(self.number, facts)]

    def _take_report(self, report: m.Report, now_s: float) -> list[UnitEvent]:
        if self._boot is not None and report.boot != self._boot:
            return self._restarted(report)
        gap = (report.sequence - self._sequence) % m.WRAP
        silent_s = now_s - self._reported_s
        unclear = self._boot is None or silent_s > FORGOTTEN_S or gap > m.WRAP // 2
        if report.presses is None and (unclear or gap > len(report.moves)):
            self._needs_full = True
            self._due_s = now_s
            return []
        self._needs_full = False
        self._reported_s = now_s
        events = self._begin(report, now_s) if unclear else self._go_on(report, gap, now_s, silent_s)
        self._sequence = report.sequence
        return events

    def _begin(self, report: m.Report, now_s: float) -> list[UnitEvent]:
        """A report to count from: what happened before it is the past."""
        assert report.presses is not None, "only a full report begins"
        self._boot, self._presses = report.boot, list(report.presses)
        return [event for key in tuple(self._down) for event in self._moved(key, False, now_s, 0.0)]

    def _go_on(self, report: m.Report, gap: int, now_s: float, silent_s: float) -> list[UnitEvent]:
        """What happened since the last report."""
        new = report.moves[len(report.moves) - min(gap, len(report.moves)) :]
        events = self._unordered(report, new, now_s, silent_s) if gap > len(new) else []
        for move in new:
            self._presses[move.key] = (self._presses[move.key] + int(move.down)) % m.WRAP
            age_s = (report.clock_ms - move.at_ms) % m.WRAP / 1_000
            events += self._moved(move.key, move.down, now_s, age_s)
        for key in self._down - report.down:
            events += self._moved(key, False, now_s, 0.0)
        return events

    def _restarted(self, report: m.Report) -> list[UnitEvent]:
        """It lost its power: it shows nothing, and counts from nothing."""
        self._boot, self._sequence, self._presses = report.boot, 0, [0] * m.MOST_KEYS
        self._due_s = float("-inf")
        return self.gone()

    def _unordered(self, report: m.Report, new: tuple[m.Move, ...], now_s: float, silent_s: float) -> list[UnitEvent]:
        """Presses that are in the counters and not among the moves told."""
        assert report.presses is not None, "a gap is judged by a full report"
        events: list[UnitEvent] = []
        for key, count in enumerate(report.presses):
            told = sum(move.down for move in new if move.key == key)
            missing = (count - self._presses[key] - told) % m.WRAP
            self._presses[key] = (count - told) % m.WRAP
            if missing > m.WRAP // 2:
                continue
            self.unordered += missing
            for _ in range(min(missing, MOST_UNORDERED)):
                events += self._moved(key, False, now_s, 0.0) if key in self._down else []
                events += self._moved(key, True, now_s, silent_s)
                events += self._moved(key, False, now_s, 0.0)
        return events

    def _moved(self, key: int, down: bool, now_s: float, age_s: float) -> list[UnitEvent]:
        if down and age_s > STALE_S:
            self.stale += 1
            return []
        if down == (key in self._down):
            return []
        (self._down.add if down else self._down.discard)(key)
        return [KeyMoved(self.number, key, down, now_s - age_s)]
