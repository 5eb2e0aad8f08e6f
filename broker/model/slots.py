"""The slots of appointments: stretches of equal length, and how many may come for one service within one of them. Pure.

Slots are counted from midnight of UTC, so that an appointment's slot never depends on a clock that goes forward or
back; with the lengths that a hall file may have, they begin on the clock's round times wherever an hour is a full one.
"""

from broker.model.hall import Hall

MINUTE_MS = 60_000


def slot_ms(hall: Hall) -> int:
    """How long a slot is."""
    return hall.rules.appointment_slot_min * MINUTE_MS


def slot_of(hall: Hall, at_ms: int) -> int:
    """When the slot of this moment begins."""
    return at_ms - at_ms % slot_ms(hall)


def capacity_of(hall: Hall, service: str) -> int:
    """How many appointments of a service a slot holds; 0: it takes none."""
    own = hall.services[service].appointment_capacity
    return hall.rules.appointment_slot_capacity if own is None else own
