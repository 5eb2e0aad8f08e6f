"""The slots of appointments: stretches of equal length, and how many may come for one service within one of them. Pure.

Slots are counted from midnight by the hall's clock, so that they begin on its round times also where the zone is half
an hour off. An hour is a whole number of slots: an appointment's slot does not depend on a clock that goes forward or
back by an hour.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from broker.model.hall import Hall

MINUTE_MS = 60_000


def slot_ms(hall: Hall) -> int:
    """How long a slot is."""
    return hall.rules.appointment_slot_min * MINUTE_MS


def slot_of(hall: Hall, at_ms: int) -> int:
    """When the slot of this moment begins."""
    return at_ms - (at_ms + _ahead_ms(hall, at_ms)) % slot_ms(hall)


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
