"""The hall's furniture as a process of its own: printers and RS-485 lines on pseudo-terminals, recorded from outside.

``python -m tests.chaos.gear FOLDER RECORDS SEED`` puts a terminal for every printer and line into FOLDER, writes every
byte that passes into RECORDS (``paper/NAME.jsonl``, ``wire/NAME.jsonl``), and takes orders on standard input, one JSON
object a line: ``{"press": ["desk-1", 1, "call"]}``, ``{"unplug": "kiosk-1"}``, ``{"plug_in": "kiosk-1"}``. Whoever
stands before an evaluator that asks presses a key by himself. It ends with its input.
"""

import contextlib
import json
import logging
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from broker.runtime.frames.key_simulator import Evaluator, SimulatedLine
from broker.runtime.frames.p1 import Decoder, Frame
from kiosk.printer.machine import PrinterMachine
from kiosk.printer.simulator import PrinterSimulator
from tests.chaos.hall import DESKS, KIOSKS, LEVELS, counter_number, evaluator_unit
from tests.chaos.records import Record

log = logging.getLogger(__name__)

PAPER_MM_S = 300
LOOK_S = 0.05
RATES_EACH = 0.9
THINKS_S = (0.1, 0.6)


class RecordingMachine(PrinterMachine):
    """A printer whose every byte is written down before anything comes of it."""

    record: Record

    def receive(self, data: bytes) -> bytes:
        self.record.note(bytes=data)
        return super().receive(data)

    def power_cycle(self) -> None:
        self.record.note(event="power lost")
        super().power_cycle()


class RecordingPrinter(PrinterSimulator):
    """The simulator of the virtual hall under a fixed name, in this process."""

    def __init__(self, name: str, folder: Path, records: Path) -> None:
        super().__init__(f"virtual://printer?speed={PAPER_MM_S}")
        self.machine: PrinterMachine = RecordingMachine(self.profile)
        self.machine.record = Record(records / "paper" / f"{name}.jsonl")
        self._place = folder / name

    def start(self) -> None:
        super().start()
        self._place.symlink_to(self.serial_address.path)

    def unplug(self) -> None:
        self.play("unplugged")

    def plug_in(self) -> None:
        self.play("ok")


class _Ear:
    """A line's decoder that writes down what it is fed."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._decoder = Decoder()

    def feed(self, received: bytes) -> list[Frame]:
        self._record.note(to_devices=received)
        return self._decoder.feed(received)


class RecordingLine(SimulatedLine):
    """The simulated line of the virtual hall with every byte of both directions written down."""

    def listen(self, record: Record) -> "RecordingLine":
        """Before ``start``."""
        self.record = record
        self._decoder = _Ear(record)  # type: ignore[assignment]
        return self

    def unplug(self) -> None:
        super().unplug()
        self.record.note(event="unplugged")
        self._decoder = _Ear(self.record)  # type: ignore[assignment]

    def _write(self, data: bytes) -> None:
        if self._end.is_plugged:
            self.record.note(to_host=data)
        super()._write(data)


class Visitors(threading.Thread):
    """Whoever stands at a counter's evaluator: sees it ask, thinks, presses one key, or walks away."""

    def __init__(self, lines: dict[str, RecordingLine], records: dict[str, Record], seed: int) -> None:
        super().__init__(name="visitors", daemon=True)
        self._lines = lines
        self._records = records
        self._chance = random.Random(seed)
        self._due: dict[tuple[str, int], float] = {}
        self._prompts: dict[tuple[str, int], int] = {}

    def run(self) -> None:
        while True:
            time.sleep(LOOK_S)
            for name, line in self._lines.items():
                for unit, evaluator in line.evaluator.items():
                    self._look(name, unit, evaluator)

    def _look(self, name: str, unit: int, evaluator: Evaluator) -> None:
        key, now_s = (name, unit), time.monotonic()
        if evaluator.prompts != self._prompts.get(key, 0):
            self._prompts[key] = evaluator.prompts
            self._due.pop(key, None)
            if self._chance.random() < RATES_EACH:
                self._due[key] = now_s + self._chance.uniform(*THINKS_S)
        if key in self._due and now_s >= self._due[key]:
            del self._due[key]
            pressed = str(self._chance.randrange(len(LEVELS)))
            self._records[name].note(finger=unit, key=pressed)
            self._lines[name].press(unit, pressed, "evaluator")


class Gear:
    """All of it."""

    def __init__(self, folder: Path, records: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.printers = {name: RecordingPrinter(name, folder, records) for name in KIOSKS}
        self._records = {name: Record(records / "wire" / f"{name}.jsonl") for name in DESKS}
        self.lines = {
            name: RecordingLine(
                folder / name,
                tuple(counter_number(counter) for counter in counters),
                tuple((evaluator_unit(counter), len(LEVELS)) for counter in counters),
            ).listen(self._records[name])
            for name, counters in DESKS.items()
        }
        self._visitors = Visitors(self.lines, self._records, seed)

    def start(self) -> None:
        for part in (*self.printers.values(), *self.lines.values()):
            part.start()
        self._visitors.start()

    def stop(self) -> None:
        for part in (*self.printers.values(), *self.lines.values()):
            part.stop()

    def obey(self, order: dict[str, Any]) -> None:
        """One order; an unknown one is a mistake of the run and ends this process."""
        ((what, about),) = order.items()
        if what == "press":
            name, unit, key = about
            self._records[name].note(finger=unit, key=key)
            self.lines[name].press(unit, key, "terminal")
            return
        part = self.printers.get(about) or self.lines[about]
        {"unplug": part.unplug, "plug_in": part.plug_in}[what]()


def main(folder: str, records: str, seed: str) -> int:
    """Until standard input ends."""
    sys.setswitchinterval(0.001)
    logging.basicConfig(level=logging.WARNING)
    gear = Gear(Path(folder), Path(records), int(seed))
    gear.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        for line in sys.stdin:
            gear.obey(json.loads(line))
    finally:
        with contextlib.suppress(OSError):
            gear.stop()
    return 0


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    os._exit(code)  # nothing here is worth waiting for
