"""Entrusted outlets are counted apart: by the service, which an outlet alone serves; together they are the whole."""

from collections.abc import Callable

import pytest

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.words import Level
from tests.collector.conftest import Browser
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub
from tests.halls import DAY

SPAN = f"from={DAY}&to={DAY}"


@pytest.fixture
def hall() -> Hall:
    return hall_with_outlets()


@pytest.fixture
def manager(hub: TownHub, logged_in: Callable[[str], Browser]) -> Browser:
    """Three come for the hall and two for the bank; one of them was not there when called."""
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.OpenCounter(counter="c21"))
    for _ in range(3):
        hub.take_ticket("pension")
    for ticket in ("outlet-1", "outlet-2"):
        hub.done(c.IssueTicket(ticket=ticket, service="loan"))
        hub.done(c.ConfirmTicket(ticket=ticket))
    hub.serve("c1", 3, Level.SATISFIED)
    hub.serve("c1", 5)
    hub.serve("c21", 7)
    hub.done(c.CallNext(counter="c21"))
    hub.clock.advance(60)
    hub.done(c.MarkNoShow(counter="c21"))
    return logged_in("manager")


def test_each_outlet_is_a_line_beside_the_hall_itself(manager: Browser) -> None:
    found = manager.client.get(f"/api/report?{SPAN}&by=outlet").get_json()
    lines = {line["key"]: line for line in found["lines"]}
    told = {key: (one["issued"], one["served"], one["no_shows"], one["service"]["max_s"]) for key, one in lines.items()}
    assert told == {"here": (3, 2, 0, 300), "bank": (2, 1, 1, 420)}
    assert [line["label"]["zh"] for line in found["lines"]] == ["本大厅", "城商银行湖滨支行"]
    assert sum(line["issued"] for line in lines.values()) == found["total"]["issued"]
    assert all(line["rated"] is None for line in lines.values()), "few might be told apart"


def test_the_page_offers_it_only_where_there_are_outlets(manager: Browser) -> None:
    page = manager.client.get(f"/reports?{SPAN}&by=outlet").get_data(as_text=True)
    assert '<option value="outlet" selected>网点' in page and "城商银行湖滨支行" in page
