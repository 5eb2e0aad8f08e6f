"""Figures of a journal by another hand: plain SQL and dictionaries over the events' JSON. Nothing of ours is used.

Taken-back actions are struck out first; then each ticket's own story is read from its beginning. Ratings are the hall's
sum of a day as documented: of days that are over, five or more given on the day, later ones by whole fives.
"""

import json
import math
import sqlite3
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

UNDOABLE = (
    "TicketCalled", "ServiceStarted", "ServiceFinished", "TicketMissed", "TicketHeld", "TicketTransferred",
    "VisitPartFinished", "DirectServed",
)  # fmt: skip
Row = dict[str, Any]


def events_of(path: Path) -> list[tuple[str, Row]]:
    """(business day, event) in order, without what was taken back."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT day, body FROM events WHERE day IS NOT NULL ORDER BY position").fetchall()
    found = [(day, json.loads(body)) for day, body in rows]
    struck, done = set(), defaultdict(list)
    for place, (day, event) in enumerate(found):
        if event["type"] in UNDOABLE:
            done[day, event["counter"]].append(place)
        elif event["type"] == "ActionUndone":
            struck.add(done[day, event["counter"]].pop())
            struck.add(place)
    return [one for place, one in enumerate(found) if place not in struck]


def facts_of(path: Path, zone: ZoneInfo) -> list[Row]:
    """One row for everything that is counted: what, day, hour, counter, clerk, service, class, ms."""
    rows: list[Row] = []
    tickets: dict[tuple[str, str], Row] = {}

    def put(what: str, day: str, event: Row, ticket: Row, at_ms: int | None = None, **more: Any) -> None:
        hour = datetime.fromtimestamp((at_ms or event["at_ms"]) / 1000, zone).strftime("%H")
        rows.append({
            "what": what, "day": day, "month": day[:7], "hour": hour, "hall": "hall", "counter": event.get("counter"),
            "clerk": None, "service": ticket["service"], "class": ticket["class"], "ms": None, **more,
        })  # fmt: skip

    for day, event in events_of(path):
        kind, ticket = event["type"], tickets.get((day, event.get("ticket", "")))
        if kind in ("TicketReserved", "TicketReported"):
            booked = "appointment" if event.get("appointment") else "walk_in"
            came_ms = max(event["arrived_at_ms"], event.get("clock_ms") or 0)
            ticket = {"service": event["service"], "class": event.get("priority") or booked, "came": came_ms}
            tickets[day, event["ticket"]] = ticket
            put("issued", day, event, ticket, event["arrived_at_ms"], counter=None)
        elif kind == "DirectServed":
            put("served", day, event, {"service": event["service"], "class": "walk_in"}, clerk=event.get("clerk"))
        elif ticket is not None:
            _on(ticket, event, lambda what, day=day, event=event, ticket=ticket, **more: put(
                what, day, event, ticket, **more
            ))  # fmt: skip
    return rows


def _on(ticket: Row, event: Row, put: Any) -> None:
    kind, at_ms = event["type"], event["at_ms"]
    if kind == "PriorityConfirmed":
        ticket["class"] = event["priority"]
    elif kind == "PriorityRevoked":
        ticket["class"] = "walk_in"
    elif kind == "TicketCalled":
        first = "called" not in ticket
        ticket.update(called=at_ms, began=at_ms, clerk=event.get("clerk"), missed=False)
        put("called", clerk=event.get("clerk"), ms=max(0, at_ms - ticket["came"]) if first else None)
    elif kind == "ServiceStarted":
        ticket["began"] = at_ms
    elif kind in ("ServiceFinished", "VisitPartFinished"):
        of_itself = event.get("outcome") == "day_end"
        ms = None if of_itself else at_ms - ticket["began"]
        put("served", clerk=ticket["clerk"], ms=ms, visit=event["visit"], rateable=not of_itself)
        ticket["gone"] = kind == "ServiceFinished"
        if kind == "VisitPartFinished":
            ticket["service"] = event["service"]
            ticket["began"] = at_ms
    elif kind == "TicketMissed":
        put("no_shows", clerk=ticket["clerk"])
        ticket["missed"] = True
    elif kind in ("TicketHeld", "TicketTransferred"):
        put("held" if kind == "TicketHeld" else "transferred", clerk=ticket["clerk"])
        ticket["service"] = event.get("service", ticket["service"])
    elif kind == "TicketReturned":
        ticket["missed"] = False
    elif kind == "TicketCancelled":
        put("cancelled", counter=None)
    elif kind == "TicketExpired" and not ticket.get("missed"):
        put("expired", counter=None)


def counted(rows: list[Row], by: str) -> dict[str, Row]:
    """Group -> figures."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[by] is not None:
            groups[row[by]].append(row)
    found = {}
    for key, group in groups.items():
        tally = Counter(row["what"] for row in group)
        names = ("called", "served", "no_shows", "held", "transferred", "cancelled", "expired", "issued")
        found[key] = {name: tally[name] for name in names}
        for name, what in (("wait", "called"), ("service", "served")):
            found[key][name] = spread([row["ms"] for row in group if row["what"] == what and row["ms"] is not None])
    return found


def spread(times_ms: list[int]) -> tuple[int, ...] | None:
    """(n, mean, median, P90, longest) in seconds."""
    if not times_ms:
        return None
    ordered, n = sorted(times_ms), len(times_ms)
    median = ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2
    nine_of_ten = ordered[math.ceil(n * 9 / 10) - 1]
    return tuple(round(one / 1000) for one in (n * 1000, sum(ordered) / n, median, nine_of_ten, ordered[-1]))


def over_goal(rows: list[Row], goals_min: dict[str, float]) -> int:
    """Waits longer than the service's goal."""
    return sum(
        row["what"] == "called" and row["ms"] is not None and row["ms"] > goals_min[row["service"]] * 60_000
        for row in rows
    )


def ratings_of(path: Path, rows: list[Row], zone: ZoneInfo, now_ms: int) -> dict[str, Counter[str] | None]:
    """Day -> levels of the hall's sum as they may be read now."""
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    half = now.replace(hour=12 if now.hour >= 12 else 0, minute=0, second=0, microsecond=0)
    given = {event["visit"]: event for _, event in events_of(path) if event["type"] == "EvaluationRecorded"}
    found: dict[str, Counter[str] | None] = {}
    for day in sorted({row["day"] for row in rows}):
        ends = datetime.fromisoformat(day).replace(tzinfo=zone) + timedelta(days=1)
        visits = {row["visit"] for row in rows if row["day"] == day and row.get("rateable")}
        rated = [event for visit, event in given.items() if visit in visits]
        own = [one for one in rated if one["at_ms"] < ends.timestamp() * 1000]
        late = [one for one in rated if ends.timestamp() * 1000 <= one["at_ms"] < half.timestamp() * 1000]
        if now < ends or len(own) < 5:
            found[day] = None
        else:
            found[day] = Counter(one["level"] for one in (*own, *late[: len(late) // 5 * 5]))
    return found
