"""Which counters a display is about: the ones it names, else those of its zone, else the whole hall.

Counters of an outlet stand elsewhere: only a display that names them shows them.
"""

from broker.model.hall import Hall
from broker.model.outlets import outlet_of, own_counters
from broker.model.words import Names

LOBBY = Names("大厅", "Lobby")
"""The zone of whatever the hall file puts in none."""


def counters_of(hall: Hall, display: str) -> tuple[str, ...]:
    """The counters in hall order; empty means the whole hall."""
    declared = hall.displays[display]
    if declared.counters:
        return declared.counters
    here = own_counters(hall)
    if declared.zone is None:
        return () if len(here) == len(hall.counters) else here
    return tuple(key for key in here if hall.counters[key].zone == declared.zone)


def counters_named(hall: Hall, display: str) -> tuple[str, ...]:
    """The same, with every counter named where it is the whole hall."""
    return counters_of(hall, display) or tuple(hall.counters)


def services_of(hall: Hall, display: str) -> tuple[str, ...]:
    """The services whose tickets may be called on a display, in hall order."""
    served = {service for key in counters_named(hall, display) for service in hall.counters[key].services}
    return tuple(service for service in hall.services if service in served)


def zone_names(hall: Hall, zone: str) -> Names:
    """What people call a zone: its own names, else those of the outlet where all its counters stand, else its key."""
    if zone in hall.zones:
        return hall.zones[zone].names
    places = {outlet_of(hall, key) for key, counter in hall.counters.items() if counter.zone == zone}
    outlet = places.pop() if len(places) == 1 else None
    if outlet is not None:
        return hall.outlets[outlet].names
    return LOBBY if zone == "lobby" else Names(zone, zone)
