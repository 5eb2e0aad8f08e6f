"""Ratings for the office above: its names and codes, each rating once, and counts that can be reconciled."""

from pathlib import Path

import pytest

from broker.collector.outward.courier import LOOK_S
from broker.collector.outward.receivers import UPWARD, Receivers
from broker.model import commands as c
from broker.model.words import Level
from tests.collector.notify.receivers import WebReceiver, web_receiver
from tests.collector.outward.told import bodies, delivered_once, in_the_journal, lived, receivers_of, telling_hall
from tests.collector.town import TownHub, town_clock


@pytest.fixture
def server():
    with web_receiver() as made:
        yield made


@pytest.fixture
def hub(tmp_path: Path, server: WebReceiver) -> TownHub:
    made = TownHub(tmp_path, telling_hall(server.url), town_clock())
    made.open_day()
    return made


@pytest.fixture
def named(hub: TownHub, tmp_path: Path) -> Receivers:
    found = receivers_of(hub, tmp_path)
    found.find(UPWARD).courier.turn()
    return found


def told(named: Receivers, server: WebReceiver) -> list[dict[str, object]]:
    one = named.find(UPWARD)
    assert one is not None
    while one.courier.turn() == 0:
        pass
    return list(bodies(server.taken, "/ratings"))


def test_a_rating_is_told_in_the_words_of_the_office_above(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    visit = hub.serve("c1", 3, Level.VERY_DISSATISFIED)
    assert told(named, server) == [], "two minutes are left for reasons"
    hub.done(c.ExplainEvaluation(visit=visit, device="phone", reasons=("slow",), reasons_version=1, contact=True))
    hub.clock.advance(121)
    [rating] = told(named, server)
    id = rating.pop("projNo")
    assert isinstance(id, str) and id.startswith("town-")
    assert rating == {
        "serviceCode": "220200-01",
        "serviceName": "养老保险",
        "regionCode": "220200000000",
        "satisfaction": "1",
        "reason": "办理太慢",
        "channel": "H5",
        "windowNo": "1",
        "ticket": "A001",
        "staff": "016",
        "assessTime": "2026-03-04 09:03:25",
        "startTime": "2026-03-04 09:00:20",
        "endTime": "2026-03-04 09:03:20",
    }


def test_every_rating_arrives_once_through_a_dead_day_and_the_counts_agree(
    hub: TownHub, named: Receivers, server: WebReceiver
) -> None:
    server.statuses = [502]
    lived(hub, 420)
    one = named.find(UPWARD)
    assert one is not None
    died_ms = hub.clock.now_ms()
    while hub.clock.now_ms() - died_ms < 86_400_000:
        hub.clock.advance(one.courier.turn())
    server.statuses = [201, 400, 201]
    found = told(named, server)
    accepted = [row for row, answer in zip(found, server.answered, strict=True) if answer == 201]
    ratings = in_the_journal(hub.path, {"EvaluationRecorded"})
    assert len(ratings) == named.tail.rated_on("2026-03-04") >= 10
    assert len(delivered_once(accepted, "projNo")) == len(accepted) == len(ratings) - 1
    [day] = named.places.days(UPWARD)
    assert (day.arrived, day.refused) == (len(ratings) - 1, 1)
    server.statuses = [201]
    named.places.try_again(UPWARD)
    assert one.courier.turn() == LOOK_S
    [day] = named.places.days(UPWARD)
    assert (day.arrived, day.refused) == (len(ratings), 0), "what was given is what arrived"


def test_a_visit_that_nobody_rated_is_not_reported(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    hub.serve("c1", 3)
    hub.clock.advance(7_200)
    assert told(named, server) == []
    place = named.places.of(UPWARD)
    assert place is not None and place.position == named.tail.newest()
