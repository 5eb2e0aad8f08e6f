"""How much paper is left by our own count: for printers that do not see the roll grow thin, and before those that do.

Pure; ``RollFile`` beside it keeps the count over a restart. A new roll is recognised by what the printer says: paper
after there was none, plenty after little, or a cover opened and closed while by our count the roll was near its end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.printer.profile import DOTS_PER_MM
from kiosk.printer.status import PrinterState

NEAR_END_M = 5.0
"""About forty tickets: time enough for somebody to come."""
NEAR_END_SHARE = 0.2
"""Of a short roll."""


@dataclass(frozen=True)
class Roll:
    """One roll of ``length_m`` metres (0: unknown, nothing is counted), of which ``used_dots`` went through."""

    length_m: float
    used_dots: int = 0

    def fed(self, dots: int) -> Roll:
        """After a print job."""
        return replace(self, used_dots=self.used_dots + dots)

    def seen(self, before: PrinterState, state: PrinterState) -> Roll:
        """After the printer's state became another."""
        if not state.can_print:
            return self
        refilled = (
            before is PrinterState.PAPER_OUT
            or (before is PrinterState.NEAR_END and state is PrinterState.OK)
            or (before is PrinterState.COVER and state is PrinterState.OK and self.near_end)
        )
        return replace(self, used_dots=0) if refilled else self

    @property
    def left_m(self) -> float | None:
        """Metres left, never below 0; None when the length is unknown."""
        if not self.length_m:
            return None
        return max(0.0, self.length_m - self.used_dots / DOTS_PER_MM / 1000)

    @property
    def near_end(self) -> bool:
        """Whether somebody should bring a new one."""
        left_m = self.left_m
        return left_m is not None and left_m <= min(NEAR_END_M, self.length_m * NEAR_END_SHARE)
