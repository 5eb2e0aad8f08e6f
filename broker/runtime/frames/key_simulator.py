"""Terminals and evaluators of one make, and strips of any, on a pseudo-terminal: what ``virtual://rs485`` is.

It is our own idea of what the devices do: what works here was not thereby tried on a real terminal. What they say and
understand is the make's own codec; that they speak when a key is pressed and repeat themselves until they are answered
is what all such makes have in common.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from broker.runtime.frames.driver import Driver, Key, KeyMake, Told
from broker.runtime.frames.pty_line import LineFaults, PtyLine
from broker.runtime.frames.registry import drivers
from broker.runtime.frames.strip_simulator import SimulatedStrips

__all__ = ["Device", "Evaluator", "LineFaults", "SimulatedLine", "Terminal"]

RESEND_S = 0.3
TRIES = 5


@dataclass
class _Unsent:
    """A frame that waits for its acknowledgement."""

    data: bytes
    answer: bytes
    due_s: float = 0.0
    tries_left: int = TRIES


class Device:
    """What terminals and evaluators share: one frame at a time, sent again until acknowledged."""

    kind = ""

    def __init__(self, driver: Driver, unit: int, transmit: Callable[[int, bytes], None]) -> None:
        self.unit = unit
        self.beeps = 0
        self.given_up = 0
        """Presses that were never acknowledged."""
        self._driver = driver
        self._transmit = transmit
        self.unsent: list[_Unsent] = []
        """Presses in order; the first is sent until it is acknowledged."""

    @property
    def waiting(self) -> int:
        """Presses without an acknowledgement yet."""
        return len(self.unsent)

    def press(self, key: str) -> None:
        """A person presses a key. Raises KeyError or ValueError when there is none of that name."""
        raise KeyError(key)

    def _queue(self, data: bytes) -> None:
        """A make without acknowledgements says a key once."""
        if len(self.unsent) < 8:
            self.unsent.append(_Unsent(data, answer_to(self._driver, data)))

    def tick(self, now_s: float) -> None:
        if not self.unsent or now_s < self.unsent[0].due_s:
            return
        first = self.unsent[0]
        if first.tries_left == 0:
            self.unsent.pop(0)
            self.given_up += 1
            return
        first.tries_left -= 1
        first.due_s = now_s + RESEND_S
        self._transmit(self.unit, first.data)
        if not first.answer:
            self.unsent.pop(0)
            self._acknowledged()

    def heard(self, frame: Any, told: Told | None) -> None:
        """A frame for this unit, and what it tells a device."""
        if self.unsent and self._driver.encode(frame) == self.unsent[0].answer:
            self.unsent.pop(0)
            self._acknowledged()
        elif told is not None and told.what == "beep":
            self.beeps += 1
        elif told is not None:
            self._told(told)

    def _acknowledged(self) -> None:
        """A press arrived."""

    def _told(self, told: Told) -> None:
        """The host says something of its own."""


class Terminal(Device):
    """A clerk's terminal: ten digit keys, the function keys of its make, digits to show."""

    kind = "terminal"

    def __init__(
        self, driver: Driver, unit: int, transmit: Callable[[int, bytes], None], most_digits: int | None
    ) -> None:
        super().__init__(driver, unit, transmit)
        make = _keys(driver).terminal
        if make is None:
            raise KeyError(f"{driver.make} has no terminals")
        self.digits = "      "
        self.typed = ""
        self._make = make
        self._most_digits = make.most_digits if most_digits is None else most_digits

    def press(self, key: str) -> None:
        """Press ``"0"``..``"9"`` or a function key by its name, e.g. ``"call"``."""
        if key.isdigit():
            self.typed = (self.typed + key)[-self._most_digits :] if self._most_digits else ""
            return
        function = Key(key)
        if function not in self._make.keys:
            raise KeyError(key)
        self._queue(self._make.press(self.unit, self.typed, function))
        self.typed = ""

    def _told(self, told: Told) -> None:
        if told.what == "digits":
            self.digits = told.text


class Evaluator(Device):
    """A key evaluator. It takes one key after each start of a rating and lights stars when told."""

    kind = "evaluator"

    def __init__(self, driver: Driver, unit: int, transmit: Callable[[int, bytes], None], keys: int) -> None:
        super().__init__(driver, unit, transmit)
        make = _keys(driver).evaluator
        if make is None:
            raise KeyError(f"{driver.make} has no evaluators")
        self.keys = keys
        self.stars = 0
        self.asking = False
        self.prompts = 0
        self.acknowledged = 0
        self._make = make

    def press(self, key: str) -> None:
        """Press key ``"0"``.. by its number. A key is sent also when nobody asked, as cheap evaluators do."""
        self._queue(self._make.rate(self.unit, int(key)))

    def _acknowledged(self) -> None:
        self.acknowledged += 1
        self.asking = False

    def _told(self, told: Told) -> None:
        if told.what == "ask":
            self.asking = True
            self.prompts += 1
            self.stars = 0
        elif told.what == "stars":
            self.stars = int(told.text)


@dataclass
class SimulatedLine(PtyLine):
    """A line with devices of one make that have keys, and strips of any make."""

    terminals: Iterable[int] = ()
    evaluators: Iterable[tuple[int, int]] = ()
    """(unit, number of keys)"""
    strips: Iterable[tuple[str, int]] = ()
    """(make, unit)"""
    most_digits: int | None = None
    """How many digits the terminals take before a key; None: as many as their make does."""
    make: str = "p1"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._driver = drivers()[self.make]
        self._decoder = self._driver.ear()
        self.heard: list[Any] = []
        """The host's frames as the devices heard them, the newest 1000."""
        driver = self._driver
        self.terminal = {u: Terminal(driver, u, self._transmit, self.most_digits) for u in self.terminals}
        self.strip = SimulatedStrips(self.strips)
        self.evaluator = {u: Evaluator(driver, u, self._transmit, keys) for u, keys in self.evaluators}

    def press(self, unit: int, key: str, kind: str = "") -> None:
        """Press a key of the terminal or evaluator with this unit; ``kind`` where they share one."""
        device = self.device(unit, kind)
        with self._lock:
            device.press(key)
            device.tick(time.monotonic())  # a terminal sends at once

    def device(self, unit: int, kind: str = "") -> Terminal | Evaluator:
        """The terminal or evaluator with this unit. Raises KeyError."""
        found = (self.terminal.get(unit), self.evaluator.get(unit))
        device = next((one for one in found if one is not None and kind in ("", one.kind)), None)
        if device is None:
            raise KeyError(f"no {kind or 'device'} has unit {unit}")
        return device

    def devices(self) -> list[Terminal | Evaluator]:
        """All that have keys."""
        return [*self.terminal.values(), *self.evaluator.values()]

    def states(self) -> Iterable[tuple[str, str]]:
        for unit, terminal in sorted(self.terminal.items()):
            unheard = f", 未应答 not acknowledged: {terminal.given_up}" if terminal.given_up else ""
            beeps = f", beeps {terminal.beeps}" if terminal.beeps else ""
            shown = f"[{terminal.digits}]{beeps}{unheard}" * bool(terminal.digits.strip() or unheard)
            yield f"{self.make} {unit} 呼叫器", shown
        for unit, evaluator in sorted(self.evaluator.items()):
            asking = "asking " if evaluator.asking else ""
            yield f"{self.make} {unit} 评价器", f"{asking}{'★' * evaluator.stars}".strip()
        for (make, unit), strip in sorted(self.strip.at.items()):
            yield f"{make} {unit} 条屏", strip.text

    def _live(self, now_s: float) -> None:
        for device in self.devices():
            device.tick(now_s)

    def _deaf(self) -> None:
        self._decoder = self._driver.ear()
        self.strip.deaf()

    def _hear(self, received: bytes) -> None:
        """What the host said, in all devices' ears."""
        self.strip.hear(received)
        for frame in self._decoder.feed(received):
            self._deliver(frame)

    def _deliver(self, frame: Any) -> None:
        if self.faults.lose_acknowledgements > 0:
            self.faults.lose_acknowledgements -= 1
            return
        self.heard = [*self.heard[-999:], frame]
        told = _keys(self._driver).told(frame) if self._driver.keys is not None else None
        for devices in (self.terminal, self.evaluator):
            device = devices.get(frame.address)
            if device is not None:
                device.heard(frame, told)

    def _transmit(self, unit: int, data: bytes) -> None:
        through = self._spoilt(data)
        if through is not None:
            self._write(through)


def answer_to(driver: Driver, data: bytes) -> bytes:
    """What the host owes to a device's frame; nothing where its make has no acknowledgements."""
    decoder = driver.decoder()
    (frame,) = [*decoder.feed(data), *decoder.flush()]
    return driver.acknowledge(frame) or b""


def _keys(driver: Driver) -> KeyMake:
    if driver.keys is None:
        raise KeyError(f"{driver.make} has no keys")
    return driver.keys
