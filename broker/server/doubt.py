"""Since which position of the journal the date is unknown; outlives the program, but not the machine's power.

Whoever came since then came on the day that it turns out to be. A program that is started again on a running machine
goes on with what it knew. After a cut of power nobody can tell a moment from a night: then the doubt begins anew, for
else yesterday's visitors would be taken into today's line.
"""

from typing import Protocol

FACT = "date unknown"
"""Position and era, or nothing."""


class Notes(Protocol):
    """What a journal remembers of itself; raises a DatabaseError when it cannot."""

    def fact(self, name: str) -> str | None: ...

    def note(self, name: str, value: str) -> None: ...


class Doubt:
    """``era`` names the time in which the machine has had power; ``since`` is None while the date is known."""

    def __init__(self, notes: Notes, era: str) -> None:
        self._notes, self._era = notes, era
        self.since: int | None = None

    def resume(self) -> bool:
        """Go on with what a program before knew; whether it was in doubt."""
        position, _, era = (self._notes.fact(FACT) or "").partition(" ")
        self.since = int(position) if position and era == self._era else None
        return self.since is not None

    def begin(self, position: int) -> None:
        """The date is unknown from here on, if it was known until now. Kept before it counts."""
        if self.since is None:
            self._notes.note(FACT, f"{position} {self._era}")
            self.since = position

    def end(self) -> None:
        """The date is known."""
        if self.since is not None:
            self._notes.note(FACT, "")
            self.since = None
