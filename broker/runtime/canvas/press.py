"""Presses become touches. Pure.

A touch counts when the finger goes up over the target it went down on. A second press on the same target within
DEBOUNCE_S is dropped: worn panels and some drivers send a ghost click.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

DEBOUNCE_S = 0.25


class Touch(NamedTuple):
    """Somebody tapped `target` at (x, y) px."""

    target: str
    x: int
    y: int


class Quit(NamedTuple):
    """The window was closed."""


Input = Touch | Quit


class Presser:
    """Follows one finger. `target_at(x, y)` names what lies there now, or None."""

    def __init__(self, target_at: Callable[[float, float], str | None]) -> None:
        self._target_at = target_at
        self._held: str | None = None
        self._last: tuple[str, float] | None = None

    def down(self, x: float, y: float, now_s: float) -> None:
        target = self._target_at(x, y)
        ghost = self._last is not None and self._last[0] == target and now_s - self._last[1] < DEBOUNCE_S
        self._held = None if ghost else target

    def up(self, x: float, y: float, now_s: float) -> Touch | None:
        held, self._held = self._held, None
        if held is None or self._target_at(x, y) != held:
            return None
        self._last = (held, now_s)
        return Touch(held, int(x), int(y))

    def held(self) -> str | None:
        """Return the target under the finger, so that a view can show it pressed."""
        return self._held
