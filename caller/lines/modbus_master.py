"""The host of a Modbus line: whom to ask next. Pure; ``now_s`` is monotonic seconds.

One request is under way at a time, and devices that answer are asked in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from broker.runtime.frames import modbus_map as m
from broker.runtime.frames.modbus import Frame, answers
from caller.lines.modbus_unit import Unit, UnitEvent

ANSWER_S = 3.0
"""Only a line that lost an answer's very event keeps a request open so long; its own time-out is far shorter."""


class Master:
    """All devices of one line. Owned by the caller's loop: ``next`` after ``heard`` or ``tick``, until it is None."""

    def __init__(self, units: Iterable[int]) -> None:
        self.units = {number: Unit(number) for number in units}
        self._turn = list(self.units)
        self._under_way: tuple[str, Frame, float] | None = None
        self._wrote_last = False

    # -- what the devices shall show

    def lamps(self, unit: int, lamps: Mapping[int, str]) -> None:
        """All lamps of a device."""
        self.units[unit].wanted.coils = m.coils_of(lamps)

    def show(
        self,
        unit: int,
        digits: tuple[int, ...] = (),
        state: m.CounterState = m.CounterState.OPEN,
        prompt: m.Prompt = m.Prompt.REST,
        stars: int = 0,
        host_timeout_s: int = 15,
    ) -> None:
        """Digits, state and prompt; without digits they are dark."""
        dark = (ord(" "),) * (m.MOST_DIGITS - len(digits))
        self.units[unit].wanted.shown = (*dark, *digits, int(state), int(prompt), stars, host_timeout_s)

    def text(self, unit: int, text: str, style: m.TextStyle = m.TextStyle.STILL) -> None:
        """The text of a sign."""
        self.units[unit].wanted.text = m.text_registers(text, style)

    def beep(self, unit: int) -> None:
        """One beep; a device that is away does not make up for it."""
        device = self.units[unit]
        if device.facts is not None and m.Part.BEEPER in device.facts.parts:
            device.beeps = min(device.beeps + 1, 3)

    def repaint(self, unit: int) -> None:
        """Write everything again: somebody else may have written, or the device forgotten."""
        self.units[unit].repaint()

    # -- the line

    @property
    def waiting(self) -> bool:
        """An answer is awaited."""
        return self._under_way is not None

    def next(self, now_s: float) -> Frame | None:
        """The next request, unless one is under way or nothing is due."""
        if self._under_way is not None or not self._turn:
            return None
        found = None if self._wrote_last else self._first_write()
        self._wrote_last = found is not None
        if found is None:
            found = self._first_due(now_s) or self._first_write()
        if found is None:
            return None
        asked, request = found
        self._under_way = (asked, request, now_s)
        return request

    def _first_write(self) -> tuple[str, Frame] | None:
        return next((found for unit in self.units.values() if (found := unit.write()) is not None), None)

    def _first_due(self, now_s: float) -> tuple[str, Frame] | None:
        for place, number in enumerate(self._turn):
            found = self.units[number].request(now_s)
            if found is not None:
                self._turn.append(self._turn.pop(place))
                return found
        return None

    def heard(self, answer: Frame, now_s: float) -> list[UnitEvent]:
        """A frame came in; one that answers nothing that was asked is dropped."""
        if self._under_way is None:
            return []
        asked, request, _ = self._under_way
        if not answers(answer, request):
            return []
        self._under_way = None
        return self.units[request.unit].answered(asked, request, answer, now_s)

    def silent(self, now_s: float) -> list[UnitEvent]:
        """The line waited for the answer and none came."""
        if self._under_way is None:
            return []
        asked, request, _ = self._under_way
        self._under_way = None
        return self.units[request.unit].unanswered(asked, now_s)

    def tick(self, now_s: float) -> list[UnitEvent]:
        """Give up on a request whose end the line did not tell."""
        late = self._under_way is not None and now_s - self._under_way[2] >= ANSWER_S
        return self.silent(now_s) if late else []

    def line_down(self) -> list[UnitEvent]:
        """The line is gone, and all devices with it."""
        self._under_way = None
        return [event for unit in self.units.values() for event in unit.gone()]

    def fault(self, unit: int) -> str:
        """Empty, or a short word for health."""
        return self.units[unit].fault
