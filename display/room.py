"""How much a wall display has room for, and its pages of services and counters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from broker.model.views import ServiceLine
from broker.model.words import Names
from broker.runtime.canvas.naming import holds

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class NameRoom:
    """So many `services` on a page leave `width` design px for a name, and so many lines for its English."""

    services: int
    width: int
    english_lines: int = 1


@dataclass(frozen=True)
class Room:
    """How much a screen has room for: services (when all fit, and on one of several pages) and counters. `every`
    service is shown, not only those that are looked for. `names`: the more services, the less room for a name; the
    first that holds every name counts, else the last."""

    services: int = 5
    services_paged: int = 4
    counters: int = 20
    every: bool = False
    names: tuple[NameRoom, ...] = ()

    def for_names(self, names: tuple[Names, ...]) -> int:
        """How many services a page takes that have these names."""
        for room in self.names:
            if holds(room.width, names, english_lines=room.english_lines):
                return room.services
        return self.names[-1].services if self.names else self.services


def worth_showing(services: tuple[ServiceLine, ...], room: Room) -> tuple[ServiceLine, ...]:
    """Return the services that people in the hall look for.

    Nothing once all are closed for the day; of more than three pages only those with a line or a disturbance.
    """
    if all(service.state == "closed" and not service.reopens for service in services):
        return ()
    if len(services) <= 3 * room.services_paged:
        return services
    looked_for = tuple(s for s in services if s.waiting or s.state in ("paused", "full"))
    return looked_for or services[: room.services]


def page_of(things: tuple[Thing, ...], room: int, turn: int) -> tuple[tuple[Thing, ...], int, int]:
    """Return (the page's things, its index, how many pages): pages are as even as can be."""
    pages = max(1, -(-len(things) // max(1, room)))
    size = -(-len(things) // pages)
    page = turn % pages
    return things[page * size : (page + 1) * size], page, pages
