"""One press from a chattering contact. Pure: the times are handed in, nothing is read from a clock.

A contact counts as pressed once its line has been closed for ``settle_s`` without a break, and as released once it has
been open for ``bounce_s``. Closing needs the shorter time because only a spike has to be told from a finger: chatter
after it finds a contact that already counts as pressed. So a press is known early and still counts once.

gpiozero's own ``bounce_time`` is not used: its mock pins ignore it, and a rule that cannot be tested is not relied on.
"""

from __future__ import annotations

import enum


class ContactChange(enum.Enum):
    """What the debounced contact did."""

    PRESSED = "pressed"
    RELEASED = "released"
    HELD = "held"
    STUCK = "stuck"
    FREED = "freed"


class Contact:
    """One key's debounced state.

    ``settle_s``: closed this long is a press (5 ms, as Linux gives its own GPIO keys), never longer than ``bounce_s``,
    which is how long open is a release.
    ``hold_s``: a press that lasts this long also reports HELD, once; ``None`` for never.
    ``stuck_s``: a press that lasts this long reports STUCK; when it ends, FREED is reported and no RELEASED.
    """

    def __init__(
        self, bounce_s: float = 0.03, hold_s: float | None = None, stuck_s: float = 60.0, settle_s: float = 0.005
    ) -> None:
        self._bounce_s = bounce_s
        self._settle_s = min(settle_s, bounce_s)
        self._hold_s = hold_s
        self._stuck_s = stuck_s
        self._level = False  # last level seen on the line
        self._level_since_s = 0.0
        self._pressed = False  # debounced
        self._pressed_since_s = 0.0
        self._held_reported = False
        self._stuck = False

    @property
    def pressed(self) -> bool:
        return self._pressed

    @property
    def stuck(self) -> bool:
        return self._stuck

    @property
    def settling(self) -> bool:
        """The line differs from the debounced state: an answer is due within the bounce time."""
        return self._level != self._pressed

    def begin(self, at_s: float, pressed: bool) -> list[ContactChange]:
        """The first reading. A key already down when the program starts is stuck, never a press."""
        self._level = self._pressed = self._stuck = pressed
        self._level_since_s = self._pressed_since_s = at_s
        self._held_reported = pressed
        return [ContactChange.STUCK] if pressed else []

    def edge(self, at_s: float, pressed: bool) -> list[ContactChange]:
        """The line was seen at a level. Readings may repeat; time never runs backwards here."""
        at_s = max(at_s, self._level_since_s)
        changes = self.tick(at_s)
        if pressed != self._level:
            self._level = pressed
            self._level_since_s = at_s
        return changes

    def tick(self, now_s: float) -> list[ContactChange]:
        """What has become true by ``now_s`` without a further edge."""
        changes: list[ContactChange] = []
        needed_s = self._settle_s if self._level else self._bounce_s
        if self.settling and now_s - self._level_since_s >= needed_s:
            changes.append(self._settle())
        if self._pressed and not self._stuck:
            changes.extend(self._aged(now_s - self._pressed_since_s))
        return changes

    def _settle(self) -> ContactChange:
        self._pressed = self._level
        self._pressed_since_s = self._level_since_s
        if self._pressed:
            self._held_reported = False
            return ContactChange.PRESSED
        was_stuck, self._stuck = self._stuck, False
        return ContactChange.FREED if was_stuck else ContactChange.RELEASED

    def _aged(self, age_s: float) -> list[ContactChange]:
        changes: list[ContactChange] = []
        if self._hold_s is not None and not self._held_reported and age_s >= self._hold_s:
            self._held_reported = True
            changes.append(ContactChange.HELD)
        if age_s >= self._stuck_s:
            self._stuck = True
            changes.append(ContactChange.STUCK)
        return changes
