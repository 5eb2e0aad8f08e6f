"""Which counters a display is about: the ones it names, else those of its zone, else the whole hall."""

from broker.model.hall import Hall


def counters_of(hall: Hall, display: str) -> tuple[str, ...]:
    """The counters in hall order; empty means the whole hall."""
    declared = hall.displays[display]
    if declared.counters or declared.zone is None:
        return declared.counters
    return tuple(key for key, counter in hall.counters.items() if counter.zone == declared.zone)


def counters_named(hall: Hall, display: str) -> tuple[str, ...]:
    """The same, with every counter named where it is the whole hall."""
    return counters_of(hall, display) or tuple(hall.counters)


def services_of(hall: Hall, display: str) -> tuple[str, ...]:
    """The services whose tickets may be called on a display, in hall order."""
    served = {service for key in counters_named(hall, display) for service in hall.counters[key].services}
    return tuple(service for service in hall.services if service in served)
