"""Which clerk is where: what whoever sends a substitute should know of each. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.model.words import CounterStatus, Names

FREE, SENT, SERVING, PAUSED, AWAY, ABSENT = range(6)
"""In this order they stand in a list: whoever can go at once comes first."""


class ClerkNow(NamedTuple):
    """``where`` is a short sentence; ``rank`` one of the above."""

    key: str
    staff_number: str
    titles: Names | None
    where: Names
    rank: int


def clerks_now(hall: Hall, views: Iterable[CounterView]) -> tuple[ClerkNow, ...]:
    """Every clerk of the hall file, the free ones first, then by staff number."""
    seen = tuple(views)
    found = (
        ClerkNow(key, clerk.staff_number, clerk.titles, *_where(hall, seen, key, clerk.staff_number))
        for key, clerk in hall.clerks.items()
    )
    return tuple(sorted(found, key=lambda one: (one.rank, one.staff_number)))


def _where(hall: Hall, views: tuple[CounterView, ...], key: str, staff_number: str) -> tuple[Names, int]:
    sent = next((view.name for view in views if view.cover and view.cover.substitute == staff_number), None)
    if sent is not None:
        return Names(f"已安排到 {sent} 号窗口顶岗", f"already sent to counter {sent}"), SENT
    here = next((view for view in views if view.clerk == key), None)
    if here is not None:
        return _at(hall, here, key)
    if any(view.post and view.post.absent_since_ms and view.post.expected == staff_number for view in views):
        return Names("未到岗", "absent"), ABSENT
    return Names("未登录", "not logged in"), AWAY


def _at(hall: Hall, view: CounterView, key: str) -> tuple[Names, int]:
    name = view.name
    if view.status is CounterStatus.CLOSED:
        return Names(f"空闲：在岗，{name} 号窗口未开放", f"free: on post, counter {name} is closed"), FREE
    if view.status is CounterStatus.PAUSED:
        return Names(f"{name} 号窗口暂停中", f"pausing at counter {name}"), PAUSED
    if view.assumed:
        return Names(f"{name} 号窗口开放，本人未登录", f"counter {name} is open, not logged in"), SERVING
    if hall.counters[view.counter].clerk != key:
        return Names(f"正在 {name} 号窗口顶岗", f"standing in at counter {name}"), SERVING
    return Names(f"正在 {name} 号窗口服务", f"serving at counter {name}"), SERVING
