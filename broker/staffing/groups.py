"""Services that share counters, directly or through others, stand together: the halls within a hall. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Services and the counters that serve any of them, both in hall order. Its ``key`` is its first service's."""

    services: tuple[str, ...]
    counters: tuple[str, ...]

    @property
    def key(self) -> str:
        """What names it."""
        return self.services[0]


def groups_of(served: Mapping[str, tuple[str, ...]], order: tuple[str, ...]) -> tuple[Group, ...]:
    """The groups of a hall: ``served`` is counter -> services, ``order`` all services; one nobody serves has none."""
    whole = {service: frozenset((service,)) for service in order}
    for services in served.values():
        known = [service for service in services if service in whole]
        joined = frozenset().union(*(whole[service] for service in known))
        for service in joined:
            whole[service] = joined
    made = []
    for service in order:
        if service != min(whole[service], key=order.index):
            continue
        members = tuple(one for one in order if one in whole[service])
        counters = tuple(key for key, services in served.items() if not whole[service].isdisjoint(services))
        if counters:
            made.append(Group(members, counters))
    return tuple(made)
