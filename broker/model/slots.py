"""The slots of appointments: stretches of equal length, and how many may come for one service within one of them. Pure.

Slots are counted from midnight by the hall's clock, so that they begin on its round times also where the zone is half
an hour off. An hour is a whole number of slots: an appointment's slot does not depend on a clock that goes forward or
back by an hour.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import floor
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from broker.model.hall import Hall
from broker.model.words import Slug

MINUTE_MS = 60_000
ITEMS_MOST = 8
DAYS_AHEAD_MOST = 90
"""Calendar days, also for staff and more than a hall may give who books from home: a later day was mistyped."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many pieces of work of one service: an employer registers five people, and changes two."""

    service: Slug
    count: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


def booked_from_home(hall: Hall) -> bool:
    """Whether the hall takes appointments that people book from home."""
    return "appointment" in hall.priority and hall.rules.appointments_from_home


class BookedItem(msgspec.Struct, frozen=True):
    """An item, and how many places of its service's slot it takes."""

    service: str
    count: int
    places: int


class Room(msgspec.Struct, frozen=True):
    """How many places of a service may be taken from a moment until before another: a slot as it was booked into."""

    service: str
    from_ms: int
    until_ms: int
    most: int


def slot_ms(hall: Hall) -> int:
    """How long a slot is."""
    return hall.rules.appointment_slot_min * MINUTE_MS


def slot_of(hall: Hall, at_ms: int) -> int:
    """When the slot of this moment begins."""
    return at_ms - (at_ms + _ahead_ms(hall, at_ms)) % slot_ms(hall)


def date_at(hall: Hall, at_ms: int) -> str:
    """The date of a moment by the hall's clock, as ``2026-03-05``."""
    return datetime.fromtimestamp((at_ms + _ahead_ms(hall, at_ms)) / 1000, UTC).date().isoformat()


def time_at(hall: Hall, at_ms: int) -> str:
    """``HH:MM`` of a moment by the hall's clock."""
    return f"{datetime.fromtimestamp((at_ms + _ahead_ms(hall, at_ms)) / 1000, UTC):%H:%M}"


def _ahead_ms(hall: Hall, at_ms: int) -> int:
    """By how much the hall's clock is ahead of UTC; a moment so far off that no clock shows it counts by UTC."""
    try:
        ahead = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone)).utcoffset()
    except (ValueError, OverflowError):
        return 0
    return 0 if ahead is None else round(ahead.total_seconds() * 1000)


def capacity_of(hall: Hall, service: str) -> int:
    """How many appointments of a service a slot holds; 0: it takes none."""
    own = hall.services[service].appointment_capacity
    return hall.rules.appointment_slot_capacity if own is None else own


def reserved_of(hall: Hall, service: str) -> int:
    """How many of them nobody takes from home: ``appointment_walk_in_share``, rounded down, is kept for who comes."""
    return floor(capacity_of(hall, service) * hall.rules.appointment_walk_in_share)


def places_of(hall: Hall, item: Item) -> int:
    """How many places a service's items take: one for each ``appointment_items_a_place`` pieces begun."""
    return -(-item.count // hall.rules.appointment_items_a_place)


def booked_items(hall: Hall, service: str, items: Iterable[Item]) -> tuple[BookedItem, ...]:
    """What a booking takes: its items in order, or one place of its service where it names none."""
    return tuple(BookedItem(item.service, item.count, places_of(hall, item)) for item in items) or (
        BookedItem(service, 1, 1),
    )
