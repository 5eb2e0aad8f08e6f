"""Who fetches every page again and again, on the day itself, sees nothing move when somebody rates."""

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from broker.model import commands as c
from broker.model.words import Level
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.halls import DAY

VALUES = {"day": (DAY,), "counter": ("c1", "c2"), "service": ("pension",), "number": ("A001",), "device": ("desk-1",)}
STREAMS = ("event", "picture", "static", "logout")
"""Not fetched: they go on, or end the log-in. What streams carry are these views."""
MADE_ANEW = re.compile(
    r'csrf" (?:value|content)="[^"]*|nonce="[^"]*|(?:desk|guide|paper|sheet|visit|rota|survey)-[0-9a-f]{24}'
)
"""Marks against forgery and names of forms, other ones at each look."""
LATER_S = 3_600
TOO_MANY = 429


def addresses(app: Flask) -> Iterator[str]:
    """Every page and answer that is fetched, for each counter and the like."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or any(word in rule.rule for word in STREAMS):
            continue
        names = sorted(rule.arguments)
        for chosen in product(*(VALUES.get(name, ("x",)) for name in names)):
            address = rule.rule
            for name, value in zip(names, chosen, strict=True):
                address = re.sub(rf"<(?:[^<>:]+:)?{name}>", value, address)
            yield address


def looked(client: FlaskClient, app: Flask) -> dict[str, tuple[int, str]]:
    """Status and text of each, without what is made anew."""
    answers = {address: client.get(address) for address in addresses(app)}
    return {
        address: (answer.status_code, MADE_ANEW.sub("", answer.get_data(as_text=True)))
        for address, answer in answers.items()
    }


def moved(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """What is another now, but for what is not shown any more to whoever has tried too many marks of papers."""
    return [
        address
        for address in before
        if before[address] != after[address] and TOO_MANY not in (before[address][0], after[address][0])
    ]


def served(hub: TownHub) -> str:
    """The visit of one who has just gone."""
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.StartService(counter="c1"))
    return str(hub.done(c.FinishService(counter="c1"))["visit"])


def rate(hub: TownHub, visit: str, level: Level) -> None:
    now_ms = hub.clock.now_ms()
    hub.done(
        c.RecordEvaluation(evaluation=f"rating-{visit}", visit=visit, level=level, device="phone", pressed_at_ms=now_ms)
    )


@pytest.mark.parametrize(("role", "pages"), [("clerk", 20), ("manager", 25), ("", 5)])
def test_no_page_of_anybody_moves_when_somebody_rates(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser], browser: Browser, role: str, pages: int
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    visits = [served(hub) for _ in range(11)]
    for visit in visits[:9]:
        rate(hub, visit, Level.SATISFIED)
    hub.clock.advance(LATER_S)
    hub.pass_time(1)
    client = (logged_in(role) if role else browser).client
    before = looked(client, app)
    assert moved(before, looked(client, app)) == [], "by itself nothing moves"
    assert ("data-mark" in before[f"/sheets/{DAY}/c1"][1]) == bool(role)
    assert sum(status == 200 for status, _ in before.values()) >= pages
    for visit in visits[9:]:
        rate(hub, visit, Level.VERY_DISSATISFIED)
        after = looked(client, app)
        assert moved(before, after) == []
    hub.take_ticket("pension")
    assert moved(before, looked(client, app)), "this judge sees that something happened"
