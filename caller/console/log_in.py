"""Log-in at a console: staff number, then PIN, each before the pause key, in as many pieces as the pad needs. Pure.

A 16-key terminal types two digits before a key, so pieces are put together: 01, 07 is staff number 0107. A PIN leaves
this file only as "it fits"; what was typed is forgotten at once. A work card laid at the counter's reader says both at
once, and leaves this file only as whose it is. How long nobody may try after wrong ones is said in ``guesses``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from broker.model.pins import PIN_DIGITS, pin_fits
from broker.model.work_cards import owner_of
from caller.console.guesses import Guesses

TYPED_WITHIN_S = 30.0


@dataclass(frozen=True)
class Known:
    """A clerk who may log in: key and staff number, the hashes of PIN and card (never shown, not even by ``repr``)."""

    clerk: str
    staff_number: str
    pin: str
    card: str = ""

    def __repr__(self) -> str:
        return f"Known({self.clerk})"


class LogInPad:
    """What has been typed at one counter. ``typed`` says what comes of it: a clerk's key, ``more`` or why not."""

    def __init__(self, clerks: tuple[Known, ...], counter: str, guesses: Guesses) -> None:
        self._clerks, self._counter, self._guesses = clerks, counter, guesses
        self._clerk: Known | None = None
        self._digits = ""
        self._at_s = float("-inf")
        self._locked_until_s = float("-inf")

    def begun(self, now_s: float) -> bool:
        """Something was typed just now and more is expected."""
        return (self._clerk is not None or bool(self._digits)) and now_s - self._at_s < TYPED_WITHIN_S

    def asks_pin(self, now_s: float) -> bool:
        """The staff number is known, the PIN comes next."""
        return self._clerk is not None and self.begun(now_s)

    def locked_min(self, now_s: float) -> int:
        """So many minutes nobody may try, as the last ``locked`` meant it; 1 at least."""
        return max(1, ceil((self._locked_until_s - now_s) / 60))

    def typed(self, digits: str, now_s: float) -> tuple[str, str]:
        """(what, clerk): ``in``, ``more``, ``unknown``, ``no_pin``, ``wrong`` or ``locked``."""
        if self._locked(now_s):
            return "locked", ""
        if not self.begun(now_s):
            self._forget()
        self._at_s = now_s
        self._digits += digits
        return self._staff_number(now_s) if self._clerk is None else self._pin(self._clerk, now_s)

    def laid(self, number: str, now_s: float) -> tuple[str, str]:
        """A card with that number, as its reader sent it: ``in``, ``unknown`` or ``locked``. What was typed is void."""
        if self._locked(now_s):
            return "locked", ""
        self._forget()
        clerk = owner_of(number, ((known.clerk, known.card) for known in self._clerks))
        return self._proved(clerk, now_s) if clerk else self._guessed("unknown", "", now_s)

    def _staff_number(self, now_s: float) -> tuple[str, str]:
        found = next((clerk for clerk in self._clerks if clerk.staff_number == self._digits), None)
        if found is None:
            if any(clerk.staff_number.startswith(self._digits) for clerk in self._clerks):
                return "more", ""
            self._forget()
            return "unknown", ""
        self._forget()
        if not found.pin:
            return "no_pin", ""
        if self._locked(now_s, found.clerk):
            return "locked", ""
        self._clerk = found
        return "more", ""

    def _pin(self, clerk: Known, now_s: float) -> tuple[str, str]:
        if len(self._digits) < PIN_DIGITS:
            return "more", ""
        if self._locked(now_s, clerk.clerk):  # since the staff number was typed, by guesses at other counters
            self._forget()
            return "locked", ""
        fits = pin_fits(self._digits, clerk.pin)
        self._forget()
        return self._proved(clerk.clerk, now_s) if fits else self._guessed("wrong", clerk.clerk, now_s)

    def _proved(self, clerk: str, now_s: float) -> tuple[str, str]:
        self._guesses.proved(self._counter, clerk, now_s)
        return "in", clerk

    def _guessed(self, what: str, clerk: str, now_s: float) -> tuple[str, str]:
        """Not so. ``clerk``: whose PIN it should have been, empty for a card."""
        self._guesses.wrong(self._counter, clerk, now_s)
        return ("locked" if self._locked(now_s, clerk) else what), ""

    def _locked(self, now_s: float, clerk: str = "") -> bool:
        wait_s = self._guesses.locked_s(self._counter, now_s, clerk)
        self._locked_until_s = now_s + wait_s
        return wait_s > 0

    def _forget(self) -> None:
        self._clerk, self._digits = None, ""
