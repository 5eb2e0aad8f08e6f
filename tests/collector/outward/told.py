"""A hall that tells two other systems, and what its tests share: a courier's day, and what it should have told."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from broker.collector.outward.receivers import Receivers, open_receivers
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from tests.collector.town import QUALITY, SIGNS, TOWN, TownHub

SECRET = "sixteen characters at least"
SECRETS = {"JIAOHAO_WEBHOOK_CITY_SECRET": SECRET, "JIAOHAO_UPWARD_SECRET": SECRET}
OUTWARD = """
[webhooks.city]
url = "{url}/city"
private = true
[upward]
url = "{url}/ratings"
private = true
after_s = 120
[upward.fields]
projNo = "id"
serviceCode = "service_code"
serviceName = "service_name"
regionCode = "=220200000000"
satisfaction = "level"
reason = "reasons_zh"
channel = "channel"
windowNo = "counter_name"
ticket = "number"
staff = "staff_number"
assessTime = "rated_at"
startTime = "started_at"
endTime = "ended_at"
[upward.levels]
very_satisfied = "5"
satisfied = "4"
basically_satisfied = "3"
dissatisfied = "2"
very_dissatisfied = "1"
[upward.channels]
phone = "H5"
counter = "PJQ"
[upward.services]
pension = "220200-01"
card = "220200-02"
medical = "220200-03"
injury = "220200-04"
unit = "220200-05"
advice = "220200-06"
"""
KINDS = {
    "TicketReserved", "TicketReported", "TicketRenumbered", "TicketCalled", "TicketRecalled", "ServiceStarted",
    "ServiceFinished", "TicketMissed", "TicketHeld", "TicketReturned", "TicketTransferred", "TicketCancelled",
    "TicketVoided", "TicketExpired", "TicketPostponed", "VisitPartFinished", "ActionUndone", "CounterOpened",
    "CounterPaused", "CounterResumed", "CounterClosed", "DayOpened", "DayClosed",
}  # fmt: skip
"""What a webhook tells of, written down once more: a kind that is forgotten there is missed here."""


def telling_hall(url: str) -> Hall:
    return parse_hall(TOWN + SIGNS + QUALITY + OUTWARD.replace("{url}", url))


def receivers_of(hub: TownHub, folder: Path) -> Receivers:
    found = open_receivers(hub.hall, hub.path, folder, SECRETS, hub.clock.now_ms)
    assert found is not None
    return found


def lived(hub: TownHub, minutes: int, every: int = 30) -> None:
    """People come, are served and rate; now and then one does not come when called."""
    with hub.unseen():
        _lived(hub, minutes, every)


def _lived(hub: TownHub, minutes: int, every: int) -> None:
    hub.send(c.OpenCounter(counter="c1"))
    for turn in range(minutes // every):
        hub.take_ticket("pension")
        if turn % 5 == 4:
            hub.done(c.CallNext(counter="c1"))
            hub.clock.advance(60)
            hub.done(c.MarkNoShow(counter="c1"))
        else:
            hub.serve("c1", 3, Level.SATISFIED if turn % 3 else Level.DISSATISFIED)
        hub.clock.advance(every * 60 - 300)


def in_the_journal(path: Path, kinds: set[str], after: int = 0) -> list[int]:
    """Positions of events of some types, by a query of its own."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT position, type FROM events WHERE position > ? ORDER BY position", (after,))
        return [position for position, kind in rows if kind in kinds]


def bodies(taken: Any, path: str) -> Iterator[dict[str, Any]]:
    return (json.loads(one.body) for one in taken if one.path == path)


def delivered_once(found: list[dict[str, Any]], key: str = "id") -> list[dict[str, Any]]:
    """What a receiver keeps that drops what it has already; the same id must be the same letter."""
    kept: dict[str, dict[str, Any]] = {}
    for one in found:
        assert kept.setdefault(one[key], one) == one
    return list(kept.values())
