"""What a make of printer can do, as flags. One profile is chosen by name and paper width in the hall file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from kiosk.printer.status import ALL_QUESTIONS

DOTS_PER_MM = 8
CELL_DOTS = 12  # a column of font A; a hanzi takes two
GLYPH_DOTS = 24  # height of both


class UnknownProfile(ValueError):
    """The hall file names a printer profile or a paper width that does not exist; ``known`` lists the names."""

    def __init__(self, name: str, paper: str) -> None:
        self.known = tuple(sorted(_MAKES))
        super().__init__(
            f"printer profile {name!r} with paper {paper!r}: profiles are {', '.join(self.known)}; 58 or 80"
        )


@dataclass(frozen=True)
class PrinterProfile:
    """Feature flags of one printer with one paper width. Defaults are the common Chinese 80 mm kiosk printer.

    `hanzi_size_by_fs`: ``GS !`` enlarges only Western letters, hanzi need ``FS !`` (which stops at double).
    `status_questions`: the ``DLE EOT`` numbers it answers; empty for a printer wired one way only.
    `acknowledges`: it answers ``GS r 1`` in its turn. Without it no ticket is ever known to be printed.
    `smooths`: it rounds enlarged letters on ``GS b 1``; printers which do not know the command may print it.
    `cut`: ``partial`` leaves a bridge, so that a ticket hangs until it is taken; ``none`` is a tear bar.
    `feed_before_cut_dots`: the way from the print head to the knife (or the tear bar).
    `near_end_sensor`: it sees the roll grow thin. Without it only the count of what was printed can warn.
    """

    name: str
    paper_mm: int = 80
    dots: int = 576
    native_qr: bool = True
    hanzi_size_by_fs: bool = False
    cut: Literal["partial", "full", "none"] = "partial"
    smooths: bool = False
    status_questions: tuple[int, ...] = ALL_QUESTIONS
    acknowledges: bool = True
    feed_before_cut_dots: int = 120
    largest_scale: int = 8
    near_end_sensor: bool = True

    @property
    def cutter(self) -> bool:
        """Whether papers come out parted."""
        return self.cut != "none"

    @property
    def columns(self) -> int:
        """Font A letters in a line; half as many hanzi."""
        return self.dots // CELL_DOTS


_MAKES: dict[str, PrinterProfile] = {
    "generic": PrinterProfile("generic"),
    "epson": PrinterProfile("epson", smooths=True),
    "fs-hanzi": PrinterProfile("fs-hanzi", hanzi_size_by_fs=True),
    "raster-qr": PrinterProfile("raster-qr", native_qr=False),
    "no-cutter": PrinterProfile("no-cutter", cut="none", feed_before_cut_dots=100),
    "one-way": PrinterProfile("one-way", status_questions=(), acknowledges=False),
}
WIDTHS = {"58": (58, 384), "80": (80, 576)}


def profile_of(name: str = "generic", paper: str = "80", flags: Mapping[str, Any] | None = None) -> PrinterProfile:
    """The profile `name` on paper ``"58"`` or ``"80"`` (mm); `flags` of one printer stand before the make's.

    Raise `UnknownProfile`; a flag that no profile has is a TypeError, for the hall file declares them all.
    """
    if name not in _MAKES or paper not in WIDTHS:
        raise UnknownProfile(name, paper)
    paper_mm, dots = WIDTHS[paper]
    return replace(_MAKES[name], **{"paper_mm": paper_mm, "dots": dots, **(flags or {})})
