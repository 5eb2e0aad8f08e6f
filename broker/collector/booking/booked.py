"""What is booked, as the engine tells it: page by page, or the one that a code or an id names."""

import secrets
from typing import Any, Literal

import msgspec

from broker.collector.heard.asking import ask_engine
from broker.collector.web import Web
from broker.model.commands import ListAppointments
from broker.model.slots import capacity_of, slot_ms, slot_of

PAGES_MOST = 60
"""More than a hall's day can hold; a list that never ends is no list."""


class Booked(msgspec.Struct, frozen=True):
    """One appointment, and whether somebody came for it. A return slip is good until ``until_ms``: what is missing.

    ``person_ms``: staff moved it without the number of whose it is, whose key is still of that day.
    """

    appointment: str
    code: str
    service: str
    time_ms: int
    state: Literal["booked", "due", "missed", "checked_in", "late"]
    number: str | None
    until_ms: int | None = None
    missing: str = ""
    source: Literal["desk", "home"] = "desk"
    unit: bool = False
    pieces: int = 1
    items: tuple[tuple[str, int], ...] = ()
    person_ms: int | None = None

    @property
    def key_ms(self) -> int:
        """Of whose day the key is by which its holder is known."""
        return self.time_ms if self.person_ms is None else self.person_ms


class Slot(msgspec.Struct, frozen=True):
    """A stretch of the day: how many come for a service, of how many that may."""

    begins_ms: int
    taken: int
    most: int


class ServiceDay(msgspec.Struct, frozen=True):
    """One service on one day."""

    service: str
    slots: tuple[Slot, ...]
    booked: tuple[Booked, ...]


def booked_between(web: Web, by: str, from_ms: int, until_ms: int) -> list[Booked]:
    """Everything booked for a stretch of time, in order; EngineRefused or EngineSilent."""
    found: list[Booked] = []
    after: tuple[int, str] | None = None
    for _ in range(PAGES_MOST):
        rows, more = _asked(web, by, ListAppointments(from_ms=from_ms, until_ms=until_ms, after=after))
        found += rows
        if not more or not rows:
            break
        after = (rows[-1].time_ms, rows[-1].appointment)
    return found


def booked_one(web: Web, by: str, **named: str) -> Booked | None:
    """The appointment with this ``code``, or with this id as ``appointment``; EngineRefused or EngineSilent."""
    rows, _ = _asked(web, by, msgspec.convert({"type": "ListAppointments"} | named, ListAppointments))
    return rows[0] if rows else None


def _asked(web: Web, by: str, command: ListAppointments) -> tuple[list[Booked], bool]:
    result: dict[str, Any] = ask_engine(web, command, f"list-{secrets.token_hex(12)}", by)
    return msgspec.convert(result["appointments"], list[Booked]), bool(result["more"])


def by_service(web: Web, day: str, booked: list[Booked]) -> list[ServiceDay]:
    """The day by service and slot: every slot of its opening hours, and any other in which somebody is booked."""
    found = []
    for service, declared in web.hall.services.items():
        own = tuple(one for one in booked if one.service == service)
        most = capacity_of(web.hall, service)
        if not own and (declared.hidden or not most):
            continue
        taken: dict[int, int] = dict.fromkeys(_slots(web, day, service) if most else (), 0)
        for one in own:
            begins = slot_of(web.hall, one.time_ms)
            taken[begins] = taken.get(begins, 0) + 1
        slots = tuple(Slot(begins, count, most) for begins, count in sorted(taken.items()))
        found.append(ServiceDay(service, slots, own))
    return found


def _slots(web: Web, day: str, service: str) -> list[int]:
    """When the slots begin in which the service is open that day by the hall's calendar."""
    wanted = web.hall.services[service].sessions
    length = slot_ms(web.hall)
    begins: list[int] = []
    for session in web.sessions_of(day):
        if not wanted or session.name in wanted:
            begins += range(slot_of(web.hall, session.opens_ms), session.closes_ms, length)
    return sorted(set(begins))
