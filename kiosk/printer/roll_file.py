"""Keeps the paper count over a restart, in one small file. Of a bad file nothing is believed: the roll is new then."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk.printer.profile import DOTS_PER_MM
from kiosk.printer.roll import Roll

logger = logging.getLogger(__name__)

NAME = "paper_roll"
LONGEST_M = 1_000


class RollFile:
    """The count in ``folder``. What the disk refuses is said once and costs nothing but the count."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._failed = False

    def load(self, length_m: float) -> Roll:
        """The roll as it was left."""
        try:
            text = self._path.read_text().strip()
        except (OSError, UnicodeDecodeError):
            return Roll(length_m)
        used = int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
        return Roll(length_m, min(used, LONGEST_M * 1000 * DOTS_PER_MM))

    def keep(self, roll: Roll) -> None:
        """Write the count, whole or not at all."""
        fresh = self._path.with_name(f"{NAME}.new")
        try:
            fresh.write_text(f"{roll.used_dots}\n")
            fresh.replace(self._path)
            self._failed = False
        except OSError as error:
            if not self._failed:
                logger.warning("the paper count is not kept: %s", error.strerror)
            self._failed = True
