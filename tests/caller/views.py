"""A small hall and its counter views, for tests of the caller."""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec

from broker.model import commands as c
from broker.model.commands.base import AtCounter
from broker.model.hall import Hall
from broker.model.views import CounterTicket, CounterView, EvaluationRequest, OpenState, PausedCounter
from broker.model.words import CounterStatus, Names, TicketStatus

NOW_MS = 1_767_229_200_000
HALL: dict[str, Any] = {
    "hall": {"id": "town", "names": {"zh": "镇服务大厅", "en": "Town hall"}},
    "sessions": {
        "day": {
            "names": {"zh": "全天", "en": "All day"},
            "days": ["workday"],
            "opens": "09:00",
            "closes": "17:00",
        }
    },
    "categories": {"person": {"names": {"zh": "个人", "en": "Persons"}}},
    "series": {
        "a": {"letter": "A"},
        "b": {"letter": "B"},
        "c": {"letter": "C", "digits": 2, "last": 99, "kiosk_part": 9},
    },
    "services": {
        "pension": {"names": {"zh": "养老", "en": "Pension"}, "series": "a", "category": "person"},
        "medical": {"names": {"zh": "医保", "en": "Medical"}, "series": "b", "category": "person"},
        "cards": {"names": {"zh": "社保卡", "en": "Cards"}, "series": "c", "category": "person"},
    },
    "counters": {
        "w1": {"name": "1", "services": {"pension": 1}},
        "w2": {"name": "2", "services": {"pension": 1, "medical": 2}},
        "w3": {"name": "03", "services": {"cards": 1}},
    },
}  # fmt: skip


def hall_with(**tables: Any) -> Hall:
    """The small hall with further tables."""
    return msgspec.convert({**HALL, **tables}, Hall)


def ticket(number: str = "A005", **changes: Any) -> CounterTicket:
    facts: dict[str, Any] = {
        "ticket": "ticket-" + number,
        "number": number,
        "service": "pension",
        "service_names": Names("养老", "Pension"),
        "status": TicketStatus.SERVING,
        "call_id": "call-1",
        "arrived_at_ms": NOW_MS - 600_000,
        "called_at_ms": NOW_MS - 60_000,
        "started_at_ms": NOW_MS - 50_000,
        "recalls": 0,
        "priority": None,
        "language": "zh",
        "note": "",
        "first_clerk": None,
    }
    return CounterTicket(**{**facts, **changes})


def request(visit: str = "visit-1", opened_at_ms: int = NOW_MS, window_s: int = 60) -> EvaluationRequest:
    return EvaluationRequest(
        visit=visit, number="A005", opened_at_ms=opened_at_ms, until_ms=opened_at_ms + window_s * 1_000
    )


def pause(since_ms: int = NOW_MS) -> PausedCounter:
    return PausedCounter(
        counter="w1", counter_name="1", reason="吃饭", contact=Names("咨询台", "Help desk"), phone="",
        since_ms=since_ms, returns_at_ms=None, instead=(),
    )  # fmt: skip


def view(counter: str = "w1", **changes: Any) -> CounterView:
    facts: dict[str, Any] = {
        "counter": counter,
        "name": "1",
        "status": CounterStatus.OPEN,
        "services": (Names("养老", "Pension"),),
        "clerk": None,
        "staff_number": None,
        "ticket": None,
        "waiting": 12,
        "pause": None,
        "evaluation": None,
        "held": (),
        "missed": (),
        "hall": Names("镇服务大厅", "Town hall"),
        "open": OpenState(state="open", hours="09:00-17:00"),
    }
    return CounterView(**{**facts, **changes})


def ids(prefix: str = "command"):
    """A maker of predictable ids."""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers):04d}"


def unseen(command: c.Command) -> c.Command:
    """A command without whom its clerk had in view."""
    if isinstance(command, AtCounter):
        return msgspec.structs.replace(command, seen=None)
    return msgspec.structs.replace(command, what=None, until_ms=None) if isinstance(command, c.UndoLast) else command
