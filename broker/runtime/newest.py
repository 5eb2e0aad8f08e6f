"""Which views are new: an older picture never replaces a newer one, unless the engine itself counts from the start.

A view's position is (epoch, as_of): the engine's start, then the place in its journal. Pictures may be delivered late
and twice. After a replaced or restored journal the engine counts lower than before; its live heartbeat says so, and
what was taken until then no longer stands in the way of its pictures, which it repeats again and again. A heartbeat
that is only late says the same of an ordinary day: it was written before the picture that it seems to deny. Pure.
"""

from typing import NamedTuple


class Position(NamedTuple):
    """Where the engine was, and when by its own clock it said so (epoch milliseconds)."""

    epoch: int
    as_of: int
    at_ms: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """What decides which of two is newer."""
        return self.epoch, self.as_of


_BEFORE_ALL = -1


class Newest:
    """The last position taken of each view, by name. The names are few: ask only about views that are one's own."""

    def __init__(self) -> None:
        self._taken: dict[str, Position] = {}

    def take(self, name: str, position: Position) -> bool:
        """Whether a view is at least as new as the last one of its name; then it is the last one."""
        taken = self._taken.get(name)
        if taken is not None and position.place < taken.place:
            return False
        self._taken[name] = position
        return True

    def engine_at(self, position: Position) -> None:
        """A live heartbeat: what claims to be newer than it, and was said before it, is of a journal that is gone."""
        for name, taken in self._taken.items():
            if taken.place > position.place and taken.at_ms <= position.at_ms:
                self._taken[name] = Position(position.epoch, _BEFORE_ALL, position.at_ms)
