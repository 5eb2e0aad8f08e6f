"""Cross-checks of entrusted outlets and of the sites that may show the board."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake, complain, did_you_mean, listed
from broker.model.hall_outlets import Outlet
from broker.model.hall_sentences import TABLE_WORDS
from broker.model.outlets import outlet_of, own_counters, services_at

FETCHED_MOST = 64
"""One thread asks all of them in turn; a city with more has a supervisor's own system."""
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?")
HALL = "hall"


def _places(hall: Hall) -> Iterator[Mistake]:
    taken: dict[str, str] = {}
    for key, outlet in hall.outlets.items():
        if bool(outlet.counters) == bool(outlet.url):
            yield complain(f"outlets.{key}", "outlet_counters_or_url")
        yield from _unknown(f"outlets.{key}.counters", outlet.counters, hall.counters, "counters")
        yield from _unknown(f"outlets.{key}.sessions", outlet.sessions, hall.sessions, "sessions")
        for counter in outlet.counters:
            other = taken.setdefault(counter, key)
            if other != key or outlet.counters.count(counter) > 1:
                yield complain(f"outlets.{key}.counters", "outlet_counter_taken", counter=counter, other=other)
    if hall.counters and not own_counters(hall):
        yield complain("outlets", "outlets_take_all")


def _unknown(path: str, names: Iterable[str], known: dict[str, Any], table: str) -> Iterator[Mistake]:
    for name in names:
        if name not in known:
            hint, what = did_you_mean(name, known), TABLE_WORDS[table]
            yield complain(path, "unknown_reference", what=what, name=name, hint=hint, known=listed(known))


def _services(hall: Hall) -> Iterator[Mistake]:
    """A service and a series are at home in one place: the hall, or one outlet."""
    home: dict[str, str] = {}
    for key, counter in hall.counters.items():
        place = outlet_of(hall, key) or HALL
        for service in counter.services:
            other = home.setdefault(service, place)
            if other != place:
                at = place if place != HALL else other
                elsewhere = other if at == place else HALL
                yield complain(f"outlets.{at}.counters", "outlet_service_elsewhere", service=service, other=elsewhere)
    printed: dict[str, str] = {}
    for service, declared in hall.services.items():
        first = printed.setdefault(declared.series, service)
        ours, theirs = home.get(service, HALL), home.get(first, HALL)
        if ours != theirs:
            facts = {"service": service, "series": declared.series, "other": first}
            at = ours if ours != HALL else theirs
            yield complain(f"outlets.{at}.counters", "outlet_series_shared", **facts)


def _hours(hall: Hall) -> Iterator[Mistake]:
    for key, outlet in hall.outlets.items():
        known = bool(outlet.sessions) and set(outlet.sessions) <= set(hall.sessions)
        for service in services_at(hall, key) if known else ():
            wanted = hall.services[service].sessions
            if not wanted or not set(wanted) <= set(outlet.sessions):
                listed_sessions = ", ".join(f'"{name}"' for name in outlet.sessions)
                facts = {"service": service, "sessions": listed_sessions}
                yield complain(f"services.{service}.sessions", "outlet_service_sessions", **facts)


def _urls(hall: Hall) -> Iterator[Mistake]:
    with_url = {key: outlet for key, outlet in hall.outlets.items() if outlet.url}
    for key, outlet in with_url.items():
        if not _is_site(outlet):
            yield complain(f"outlets.{key}.url", "outlet_url")
    if len(with_url) > FETCHED_MOST:
        yield complain("outlets", "outlets_many", most=FETCHED_MOST)


def _is_site(outlet: Outlet) -> bool:
    try:
        parts = urlsplit(outlet.url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    spotless = outlet.url.isascii() and outlet.url.isprintable() and " " not in outlet.url
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and port_is_fine and spotless


def _embedding(hall: Hall) -> Iterator[Mistake]:
    for origin in hall.web.embed_from:
        if _ORIGIN.fullmatch(origin) is None:
            yield complain("web.embed_from", "embed_origin", given=origin)


OUTLET_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_places, "outlets counters sessions"),
    (_services, "outlets counters services"),
    (_hours, "outlets counters services sessions"),
    (_urls, "outlets"),
    (_embedding, "web"),
)
"""Each check with the tables it reads."""
