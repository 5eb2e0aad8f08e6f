"""Strips and boards of any make, as the simulated line plays them: they hear, and show. Our own idea of the devices."""

from __future__ import annotations

from collections.abc import Iterable

from broker.runtime.frames.driver import FrameDecoder
from broker.runtime.frames.registry import drivers


class SimulatedStrip:
    """One strip: what it shows now, and how many frames told it so."""

    def __init__(self, make: str, unit: int) -> None:
        self.make = make
        self.unit = unit
        self.text = ""
        self.frames = 0


class SimulatedStrips:
    """All strips of a line, by (make, unit). Each make has its own ears; none hears another make's frames."""

    def __init__(self, places: Iterable[tuple[str, int]]) -> None:
        self.at = {(make, unit): SimulatedStrip(make, unit) for make, unit in places}
        self._ears: dict[str, FrameDecoder] = {}
        self.deaf()

    def deaf(self) -> None:
        """The cable was pulled: what was half heard is forgotten, what is shown stays."""
        self._ears = {make: drivers()[make].ear() for make in sorted({make for make, _ in self.at})}

    def hear(self, data: bytes) -> None:
        """Bytes of the host."""
        for make, ear in self._ears.items():
            strip_make = drivers()[make].strip
            for frame in ear.feed(data):
                strip = self.at.get((make, frame.address))
                text = None if strip_make is None else strip_make.shown(frame)
                if strip is not None and text is not None:
                    strip.text = text
                    strip.frames += 1
