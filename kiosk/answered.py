"""What the engine's answer about a ticket means here; what does not look right is not known. Pure."""

from dataclasses import replace
from typing import Any

from broker.model.hall import Hall
from kiosk.menu import Offer
from kiosk.ticket import Booked, Order

SERVICES_MOST = 99


def order_of(hall: Hall, order: Order, result: dict[str, Any]) -> Order | None:
    """The order with what the appointment is for; None when the answer cannot be meant."""
    service, appointment, priority = result.get("service"), result.get("appointment"), result.get("priority")
    if not isinstance(service, str) or service not in hall.services or not isinstance(appointment, str):
        return None
    claimed = priority if isinstance(priority, str) and priority in hall.priority else None
    return replace(order, service=service, priority=claimed, appointment=appointment)


def offer_of(hall: Hall, service: str) -> Offer:
    """The service as a ticket names it; what is known of the wait comes with the answer."""
    declared = hall.services[service]
    return Offer(service, declared.names, declared.icon, declared.category, open=True)


def booked_of(result: dict[str, Any]) -> tuple[Booked, str]:
    """Whether somebody came in time, and the local time of the appointment; a return slip has neither."""
    if result.get("slip") is True:
        return "", ""
    time = result.get("time")
    return ("late" if result.get("late") is True else "in_time"), time if isinstance(time, str) else ""


def more_of(result: dict[str, Any]) -> int:
    """How many further services of an employer's booking follow on the number."""
    more = result.get("more")
    return more if isinstance(more, int) and not isinstance(more, bool) and 0 < more <= SERVICES_MOST else 0


def facts_of(result: dict[str, Any]) -> tuple[int | None, tuple[int, int] | None, tuple[str, ...]]:
    """(people ahead, wait in minutes, counters) of an answer; what does not look right is not known."""
    ahead, wait, counters = result.get("ahead"), result.get("wait"), result.get("counters")
    low, high = (wait.get("low_min"), wait.get("high_min")) if isinstance(wait, dict) else (None, None)
    return (
        ahead if isinstance(ahead, int) else None,
        (low, high) if isinstance(low, int) and isinstance(high, int) else None,
        tuple(name for name in counters if isinstance(name, str)) if isinstance(counters, list | tuple) else (),
    )
