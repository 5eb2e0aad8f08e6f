"""A simulated printer on a real pseudo-terminal, chosen by ``virtual://printer?width=80&baud=115200``.

The driver opens the terminal with the same pyserial code as a cable: speed, XON/XOFF, silence, unplugging and
replugging happen as the kernel makes them happen.

Options: ``width`` 58 or 80, ``baud``, ``flow`` none or xonxoff, ``speed`` paper speed in mm/s (0 = at once),
``hanzi`` gs or fs (which command enlarges hanzi).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from broker.model.address import BadAddress, parse_address
from broker.runtime.cable import Cable
from broker.runtime.serial_port import SerialAddress
from kiosk.printer.machine import BUFFER_BYTES, Fault, PrinterMachine
from kiosk.printer.paper import Strip
from kiosk.printer.profile import DOTS_PER_MM, WIDTHS, profile_of

log = logging.getLogger(__name__)

_STEP_S = 0.002
_XON, _XOFF = b"\x11", b"\x13"
_LARGE = 1 << 30
_OPTIONS = {"width", "baud", "flow", "speed", "hanzi"}


class PrinterSimulator:
    """A printer that plays. `start` makes the terminal, `serial_address` is what the driver opens.

    Every method may be called from any thread. `on_paper(strip)` runs in the simulator's own thread at each cut.
    """

    def __init__(
        self,
        address: str,
        make: str = "generic",
        paper: str = "80",
        on_paper: Callable[[Strip], None] | None = None,
        flags: Mapping[str, Any] | None = None,
    ) -> None:
        """A printer of that make and these flags; `paper` unless the address has a width.

        Raise `BadAddress` or `UnknownProfile`.
        """
        parsed = parse_address(address)
        options = parsed.options
        if not parsed.is_virtual or parsed.path != "printer" or set(options) - _OPTIONS:
            raise BadAddress(f"{address!r}: expected virtual://printer with options from {', '.join(sorted(_OPTIONS))}")
        flow, hanzi = options.get("flow", "none"), options.get("hanzi", "gs")
        if flow not in ("none", "xonxoff") or hanzi not in ("gs", "fs"):
            raise BadAddress(f"{address!r}: flow is none or xonxoff, hanzi gs or fs")
        if options.get("width", paper) not in WIDTHS:
            raise BadAddress(f"{address!r}: width is {' or '.join(WIDTHS)}")
        self.profile = profile_of(make, options.get("width", paper), flags)
        self._baud = parsed.option_int("baud", 115200, 300, 4_000_000)
        self._flow = flow
        self._dots_per_s = parsed.option_int("speed", 150, 0, 1000) * DOTS_PER_MM
        self.machine = PrinterMachine(self.profile, on_paper, hanzi_follow_gs=hanzi == "gs")
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._cable = Cable("printer")
        self._held_back = False

    @property
    def serial_address(self) -> SerialAddress:
        """Where the driver finds the printer; valid from `start` to `stop`."""
        return SerialAddress(self._cable.path, self._baud, self._flow)

    def start(self) -> None:
        self._cable.start()
        self._thread = threading.Thread(target=self._run, name="printer-simulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self._cable.stop()

    def play(self, fault: str) -> None:
        """Let a fault of `Fault` happen, or ``"ok"``: everything mended, paper loaded. ValueError for other words."""
        if fault == "ok":
            self._mend()
            return
        kind = Fault(fault)
        with self._lock:
            self.machine.faults.add(kind)
            if kind in (Fault.DEAD, Fault.UNPLUGGED):
                self.machine.power_cycle()

    def run_out_after(self, dots: int) -> None:
        """The roll ends after `dots` more of paper."""
        with self._lock:
            self.machine.paper_left_dots = dots

    def say(self, data: bytes) -> None:
        """Noise on the cable towards the kiosk, such as the zero byte of a printer that loses its power."""
        with self._lock:
            self._answer(data)

    @property
    def is_plugged(self) -> bool:
        return self._cable.is_plugged

    def papers(self) -> list[Strip]:
        """Papers cut so far, oldest first (the last ten)."""
        with self._lock:
            return list(self.machine.papers)

    @property
    def papers_cut(self) -> int:
        return self.machine.papers_cut

    @property
    def received(self) -> bytes:
        """Every byte that came over the cable (the last 32 kB)."""
        with self._lock:
            return bytes(self.machine.received)

    @property
    def state(self) -> str:
        """``"ok"`` or the faults in play, for a panel."""
        return "+".join(sorted(self.machine.faults)) or "ok"

    def picture(self) -> bytes | None:
        """PNG of the last paper that came out, None before the first."""
        from kiosk.printer import paper_picture  # Pillow only when somebody looks

        with self._lock:
            strip = self.machine.papers[-1] if self.machine.papers else None
        return paper_picture.png(strip, self.profile) if strip else None

    def _mend(self) -> None:
        with self._lock:
            self.machine.faults.clear()
            self.machine.load_paper()

    def _run(self) -> None:
        """Take bytes as fast as the line carries them, move paper as fast as the motor turns."""
        before = time.monotonic()
        carried = moved = 0.0
        while not self._stopping.is_set():
            self._wait()
            self._follow_cable()
            now = time.monotonic()
            elapsed, before = now - before, now
            carried = min(carried + elapsed * self._baud / 10, self._baud / 10 * 0.05 + 1)
            moved = min(moved + elapsed * self._dots_per_s, self._dots_per_s * 0.05 + 1)
            with self._lock:
                carried -= self._receive(int(carried))
                dots = int(moved) if self._dots_per_s else _LARGE
                self._answer(self.machine.advance(dots))
                moved -= dots if self._dots_per_s else 0
                self._hold_back()

    def _follow_cable(self) -> None:
        """Plugging is done here alone, so that no other thread ever reads a descriptor that was given away."""
        unplugged = Fault.UNPLUGGED in self.machine.faults
        if not (unplugged or self._cable.is_plugged):
            self._held_back = False
        self._cable.follow(unplugged)

    def _wait(self) -> None:
        """A short rest; a long one while there is nothing to do, ended by the first byte."""
        if not self._cable.is_plugged or not self.machine.is_idle or self._is_full:
            self._stopping.wait(_STEP_S)
            return
        self._cable.wait(0.05)
        self._stopping.wait(_STEP_S)

    @property
    def _is_full(self) -> bool:
        return Fault.STALLED in self.machine.faults or self.machine.buffer_full

    def _receive(self, limit: int) -> int:
        if self._is_full:
            return 0
        data = self._cable.read(min(limit, BUFFER_BYTES))
        self._answer(self.machine.receive(data))
        return len(data)

    def _answer(self, answers: bytes) -> None:
        if not self._cable.write(answers):
            log.warning("nobody reads the simulated printer's answers, %d bytes lost", len(answers))

    def _hold_back(self) -> None:
        """XOFF when the buffer is full or the line is stalled, XON when there is room again."""
        if self._is_full != self._held_back and self._cable.is_plugged:
            self._held_back = self._is_full
            if self._flow == "xonxoff":
                self._answer(_XOFF if self._held_back else _XON)
