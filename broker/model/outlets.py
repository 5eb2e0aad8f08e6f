"""Which counters and services are the hall's own and which stand at an entrusted outlet. Pure."""

from msgspec import structs

from broker.model.hall import Hall


def outlet_of(hall: Hall, counter: str) -> str | None:
    """The outlet at which a counter stands; None for the hall's own."""
    return next((key for key, outlet in hall.outlets.items() if counter in outlet.counters), None)


def own_counters(hall: Hall) -> tuple[str, ...]:
    """The counters in the hall itself, in hall order."""
    away = {counter for outlet in hall.outlets.values() for counter in outlet.counters}
    return tuple(key for key in hall.counters if key not in away)


def services_at(hall: Hall, outlet: str) -> tuple[str, ...]:
    """What an outlet's counters serve, in hall order."""
    served = {s for key in hall.outlets[outlet].counters if key in hall.counters for s in hall.counters[key].services}
    return tuple(key for key in hall.services if key in served)


def services_away(hall: Hall) -> frozenset[str]:
    """The services of all outlets, which are served nowhere else."""
    return frozenset(service for outlet in hall.outlets for service in services_at(hall, outlet))


def place_of(hall: Hall, service: str) -> str | None:
    """The outlet at whose counters alone a service is served; None for what the hall itself does."""
    return next((outlet for outlet in hall.outlets if service in services_at(hall, outlet)), None)


def at_home(hall: Hall) -> Hall:
    """The same hall as if it had no outlets."""
    away = services_away(hall)
    return structs.replace(
        hall,
        counters={key: hall.counters[key] for key in own_counters(hall)},
        services={key: service for key, service in hall.services.items() if key not in away},
        outlets={},
    )
