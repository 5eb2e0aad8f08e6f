"""Our open pads and signs on a pseudo-terminal: the simulator beside ``modbus_line``, chosen by ``virtual://rs485``.

The devices are those of ``modbus_device``. The line is as fast as the machine unless told how long a byte takes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from broker.runtime.frames.modbus import Frame, RequestDecoder, encode
from broker.runtime.frames.modbus_device import Device
from broker.runtime.frames.modbus_map import PROMPT, STARS, Part
from broker.runtime.frames.pty_line import TURN_S, LineFaults, PtyLine

__all__ = ["LineFaults", "SimulatedModbusLine"]

TAP_S = 0.1
QUIET_S = 0.03


@dataclass
class SimulatedModbusLine(PtyLine):
    """A pty with devices on it, by their units."""

    devices: Iterable[Device] = ()
    byte_s: float = 0.0
    """How long a byte takes; an answer is then heard when the question and it would have passed the wire."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.device = {device.unit: device for device in self.devices}
        self.silent: set[int] = set()
        """Units that are switched off."""
        self.requests: list[Frame] = []
        """What the host asked, the newest 1000."""
        self._decoder = RequestDecoder()
        self._last_byte_s = 0.0
        self._lifts_s: dict[tuple[int, int], float] = {}
        self._on_the_way: list[tuple[float, bytes]] = []

    # -- fingers and eyes

    def move(self, unit: int, key: int, down: bool) -> None:
        """A key goes down or up. Raises KeyError for what is not there."""
        with self._lock:
            self.device[unit].move(key, down)

    def press(self, unit: int, key: int | str, kind: str = "") -> None:
        """Down now, and up a tenth of a second later."""
        with self._lock:
            self.device[unit].move(int(key), True)
            self._lifts_s[unit, int(key)] = time.monotonic() + TAP_S

    def restart(self, unit: int) -> None:
        """A device loses its power for a moment."""
        with self._lock:
            self.device[unit].restart()

    def states(self) -> Iterable[tuple[str, str]]:
        for unit, device in sorted(self.device.items()):
            if device.parts & Part.TEXT:
                yield f"modbus {unit} 窗口屏 sign", device.text
                continue
            word = "评价器 evaluator" if device.parts & Part.STARS else "按键盒 pad"
            lit = " ".join(f"{lamp}:{state}" for lamp, state in sorted(device.lit.items()))
            asking = "asking" if device.holding[PROMPT] == 1 else ""
            stars = "★" * min(device.holding[STARS], 5)
            digits = f"[{device.shown}]" if device.shown.strip() else ""
            beeps = f"beeps {device.beeps}" if device.beeps else ""
            yield f"modbus {unit} {word}", " ".join(filter(None, (digits, asking, stars, lit, beeps)))

    # -- the line

    def _deaf(self) -> None:
        self._on_the_way.clear()
        self._decoder = RequestDecoder()

    def _due_s(self, now_s: float) -> float:
        return self._on_the_way[0][0] - now_s if self._on_the_way else TURN_S

    def _live(self, now_s: float) -> None:
        for (unit, key), at_s in list(self._lifts_s.items()):
            if now_s >= at_s:
                del self._lifts_s[unit, key]
                self.device[unit].move(key, False)
        while self._on_the_way and now_s >= self._on_the_way[0][0]:
            self._write(self._on_the_way.pop(0)[1])
        if self._decoder.waiting and now_s - self._last_byte_s > QUIET_S:
            self._decoder.flush()

    def _hear(self, received: bytes) -> None:
        self._last_byte_s = time.monotonic()
        for request in self._decoder.feed(received):
            self.requests = [*self.requests[-999:], request]
            for unit, device in self.device.items():
                if unit not in self.silent and (answer := device.answer(request)) is not None:
                    self._transmit(request, answer)

    def _transmit(self, request: Frame, answer: Frame) -> None:
        data = self._spoilt(encode(answer))
        if data is None:
            return
        if self.byte_s:
            self._on_the_way.append((time.monotonic() + self.byte_s * (len(encode(request)) + len(data)), data))
        else:
            self._write(data)
