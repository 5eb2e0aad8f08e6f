"""Which views are new: an older picture never replaces a newer one, unless the engine itself counts from the start.

A view's position is (epoch, as_of): the engine's start, then the place in its journal. Pictures may be delivered late
and twice. After a replaced or restored journal the engine counts lower than before; its live heartbeat says so, and
what was taken until then no longer stands in the way of its pictures, which it repeats again and again. Pure.
"""

Position = tuple[int, int]
"""(epoch, as_of)."""

_BEFORE_ALL = -1


class Newest:
    """The last position taken of each view, by name. The names are few: ask only about views that are one's own."""

    def __init__(self) -> None:
        self._taken: dict[str, Position] = {}

    def take(self, name: str, position: Position) -> bool:
        """Whether a view is at least as new as the last one of its name; then it is the last one."""
        if position < self._taken.get(name, (_BEFORE_ALL, _BEFORE_ALL)):
            return False
        self._taken[name] = position
        return True

    def engine_at(self, position: Position) -> None:
        """A live heartbeat: whatever claims to be newer than the engine is of a journal that is gone."""
        for name, taken in self._taken.items():
            if taken > position:
                self._taken[name] = (position[0], _BEFORE_ALL)
