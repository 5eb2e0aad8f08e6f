"""Ratings over HTTP: stored once, answered the same for ever, refused with a reason, retried when nobody answered."""

import json
import sqlite3
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.collector.errors import ErrorAnswer
from broker.collector.web import BODY_LIMIT_BYTES, WebOptions
from broker.model import commands as c
from broker.model.words import Level
from broker.store.reports import JournalReports
from caller.rating.post import Outcome, verdict
from tests.collector.conftest import Browser
from tests.collector.town import TownHub


@pytest.fixture
def visit(hub: TownHub) -> str:
    """A visit just served at counter 1, whose evaluator is keypad-1."""
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    return hub.serve("c1")


def rating(on: str, hub: TownHub, **changed: Any) -> dict[str, Any]:
    body = {
        "id": "rating-000001",
        "visit": on,
        "device": "keypad-1",
        "raw_key": "2",
        "pressed_at_ms": hub.clock.now_ms(),
        "age_ms": 40,
    }
    return {**body, **changed}


def stored(hub: TownHub) -> dict[str, int]:
    """How often each level stands in the journal."""
    return Counter(event["level"] for event in events_of(hub, "EvaluationRecorded"))


def test_a_key_is_stored_as_the_level_it_means(browser: Browser, hub: TownHub, visit: str) -> None:
    answer = browser.client.post("/api/evaluations", json=rating(visit, hub))
    assert (answer.status_code, answer.get_json()) == (
        201,
        {"id": "rating-000001", "visit": visit, "level": "satisfied", "stored": True},
    )
    assert stored(hub) == {"satisfied": 1}


def test_a_repeated_post_gets_the_same_answer_and_stores_nothing_more(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    first = browser.client.post("/api/evaluations", json=rating(visit, hub))
    later = browser.client.post("/api/evaluations", json=rating(visit, hub, age_ms=90_000))
    assert (later.status_code, later.get_data()) == (first.status_code, first.get_data())
    assert stored(hub) == {"satisfied": 1}
    assert [id for id, _ in hub.submitted] == ["rating-000001"] * 2, "the device's id is the command's id"


def test_nobody_answers_then_the_device_tries_again_and_it_counts_once(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    hub.silent = True
    lost = browser.client.post("/api/evaluations", json=rating(visit, hub))
    assert (lost.status_code, lost.get_json()["code"], lost.headers["Retry-After"]) == (503, "engine_silent", "2")
    hub.silent = False
    assert browser.client.post("/api/evaluations", json=rating(visit, hub)).status_code == 201
    assert stored(hub) == {"satisfied": 1}


def test_a_second_rating_of_the_same_visit_is_refused_for_good(browser: Browser, hub: TownHub, visit: str) -> None:
    browser.client.post("/api/evaluations", json=rating(visit, hub))
    again = browser.client.post("/api/evaluations", json=rating(visit, hub, id="rating-000002", raw_key="1"))
    assert (again.status_code, again.get_json()["code"]) == (409, "already_rated")
    assert "一次一评" in again.get_json()["zh"]


def test_an_id_that_belongs_to_something_else_is_refused_and_never_called_stored(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    hub.done(c.PostNotice(notice="desk", zh="请排队"), id="notice-000001")
    hub.take_ticket("pension")
    finished = hub.serve("c1")
    assert browser.client.post("/api/evaluations", json=rating(finished, hub, id="rating-000009")).status_code == 201
    for taken in ("notice-000001", "rating-000009"):
        answer = browser.client.post("/api/evaluations", json=rating(visit, hub, id=taken))
        assert (answer.status_code, answer.get_json()["code"]) == (409, "id_taken")
        assert verdict(answer.status_code, answer.get_data()) == (Outcome.REFUSED, "id_taken")
    assert stored(hub) == {"satisfied": 1}


def test_too_late_and_unknown_visits_are_refused_for_good(browser: Browser, hub: TownHub, visit: str) -> None:
    unknown = browser.client.post("/api/evaluations", json=rating("2026-03-04-v99", hub))
    assert (unknown.status_code, unknown.get_json()["code"]) == (422, "visit_not_rateable")
    hub.clock.advance(600)
    late = browser.client.post("/api/evaluations", json=rating(visit, hub, id="rating-000002"))
    assert (late.status_code, late.get_json()["code"]) == (422, "rating_closed")


def test_a_rating_pressed_in_time_and_sent_late_counts_by_its_age(browser: Browser, hub: TownHub, visit: str) -> None:
    pressed_at_ms = hub.clock.now_ms()
    hub.clock.advance(7200)
    body = rating(visit, hub, pressed_at_ms=pressed_at_ms, age_ms=7_199_000)
    assert browser.client.post("/api/evaluations", json=body).status_code == 201


def test_a_rating_kept_over_a_power_cut_is_taken_although_its_age_is_a_guess(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    hub.clock.advance(1800)
    after_the_cut = rating(visit, hub, age_ms=5_000, sure=False)
    assert browser.client.post("/api/evaluations", json=after_the_cut).status_code == 201
    assert stored(hub) == {"satisfied": 1}


def test_a_rating_whose_age_only_a_clock_of_long_ago_could_tell_is_taken(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    """Found by simulation seed 1867: a board without a battery clock was weeks behind when the key was pressed."""
    weeks_ms = 40 * 86_400_000
    old = rating(visit, hub, age_ms=weeks_ms, sure=False, pressed_at_ms=hub.clock.now_ms() - weeks_ms)
    assert browser.client.post("/api/evaluations", json=old).status_code == 201
    assert stored(hub) == {"satisfied": 1}


def test_a_key_without_a_meaning_and_a_level_that_differs_are_refused(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    def code(**changed: Any) -> tuple[int, str]:
        answer = browser.client.post("/api/evaluations", json=rating(visit, hub, **changed))
        return answer.status_code, answer.get_json()["code"]

    assert code(raw_key="9") == (422, "unknown_key")
    assert code(raw_key="") == (422, "unknown_key")
    assert code(raw_key="1", level="dissatisfied") == (422, "level_mismatch")
    assert code(device="keypad-9") == (422, "unknown_evaluator")
    assert code(device="kiosk-1") == (422, "unknown_evaluator")
    assert stored(hub) == {}


def test_a_level_may_be_given_with_a_key_that_the_table_does_not_name(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    body = rating(visit, hub, raw_key="7F", level="very_dissatisfied")
    assert browser.client.post("/api/evaluations", json=body).get_json()["level"] == "very_dissatisfied"


MALFORMED: tuple[tuple[bytes, str, int], ...] = (
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"null", "application/json", 400),
    (b'"text"', "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"{}", "application/json", 400),
    (b"[" * 5000, "application/json", 400),
    (b'{"id": "x"}', "application/json", 400),
    (b"id=1", "application/x-www-form-urlencoded", 415),
    (b"<x/>", "text/xml", 415),
    (b'{"a": "' + b"x" * BODY_LIMIT_BYTES + b'"}', "application/json", 413),
)


@pytest.mark.parametrize("path", ["/api/evaluations", "/api/tickets/ticket-1/rating", "/api/commands"])
@pytest.mark.parametrize(("body", "kind", "status"), MALFORMED)
def test_a_malformed_body_gets_a_typed_error(browser: Browser, path: str, body: bytes, kind: str, status: int) -> None:
    browser.log_in("the-clerk")
    answer = browser.client.post(path, data=body, content_type=kind, headers={"X-CSRF-Token": browser.token})
    assert answer.status_code == status
    error = answer.get_json()
    assert set(error) == set(ErrorAnswer.__struct_fields__) and error["zh"] and error["en"]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "short"},
        {"id": "with space here"},
        {"id": 12345678},
        {"visit": ""},
        {"level": "superb"},
        {"level": 5},
        {"raw_key": "x" * 17},
        {"pressed_at_ms": -1},
        {"pressed_at_ms": "now"},
        {"pressed_at_ms": 10**18},
        {"age_ms": -5},
        {"age_ms": 10**15},
        {"device": "Keypad 1"},
        {"name": "张三"},
    ],
)
def test_a_field_out_of_bounds_is_refused_without_repeating_it(
    browser: Browser, hub: TownHub, visit: str, changed: dict[str, Any]
) -> None:
    answer = browser.client.post("/api/evaluations", json=rating(visit, hub, **changed))
    assert answer.status_code == 400
    assert "张三" not in answer.get_data(as_text=True) and "superb" not in answer.get_data(as_text=True)
    assert hub.submitted == []


FIELDS = st.sampled_from(["id", "visit", "level", "device", "raw_key", "pressed_at_ms", "age_ms", "v"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING)
def test_whatever_is_posted_the_answer_is_typed_and_nothing_crashes(browser: Browser, body: object) -> None:
    answer = browser.client.post("/api/evaluations", json=body)
    assert 400 <= answer.status_code < 500
    assert answer.get_json()["code"]


def test_the_callers_own_reading_of_every_answer_is_right(browser: Browser, hub: TownHub, visit: str) -> None:
    """The device that posts must stop at a refusal, and only there."""

    def outcome(**changed: Any) -> Outcome:
        answer = browser.client.post("/api/evaluations", json=rating(visit, hub, **changed))
        return verdict(answer.status_code, answer.get_data())[0]

    hub.silent = True
    assert outcome() is Outcome.FAILED
    hub.silent = False
    assert outcome() is Outcome.STORED
    assert outcome(id="rating-000002") is Outcome.REFUSED
    assert outcome(id="rating-000003", visit="2026-03-04-v99") is Outcome.REFUSED
    assert outcome(id="rating-000004", raw_key="9") is Outcome.REFUSED


def test_a_flood_of_ratings_is_slowed_down(browser: Browser, hub: TownHub) -> None:
    answers = [browser.client.post("/api/evaluations", json={}).status_code for _ in range(260)]
    assert answers[0] == 400 and answers[-1] == 429
    assert verdict(429, b"")[0] is Outcome.FAILED, "the device tries again later"


class TestWithADeviceKey:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(device_key="key-of-this-hall")

    def test_only_devices_that_know_it_may_post(self, browser: Browser, hub: TownHub, visit: str) -> None:
        body = rating(visit, hub)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "key-of-this-hall"}):
            answer = browser.client.post("/api/evaluations", json=body, headers=headers)
            assert (answer.status_code, answer.get_json()["code"]) == (401, "bad_device_key")
        headers = {"Authorization": "Bearer key-of-this-hall"}
        assert browser.client.post("/api/evaluations", json=body, headers=headers).status_code == 201

    def test_a_flood_of_those_who_do_not_know_it_keeps_no_keypad_waiting(
        self, browser: Browser, hub: TownHub, visit: str
    ) -> None:
        answers = {browser.client.post("/api/evaluations", json={}).status_code for _ in range(260)}
        assert answers == {401}
        headers = {"Authorization": "Bearer key-of-this-hall"}
        assert browser.client.post("/api/evaluations", json=rating(visit, hub), headers=headers).status_code == 201


def events_of(hub: TownHub, name: str) -> list[dict[str, Any]]:
    with sqlite3.connect(hub.path) as connection:
        rows = connection.execute("SELECT body FROM events WHERE type = ?", (name,)).fetchall()
    return [json.loads(body) for (body,) in rows]


def test_a_low_rating_is_explained_once_by_its_own_evaluator_and_not_before_it_is_there(
    browser: Browser, hub: TownHub, visit: str
) -> None:
    body = {"id": "explains-0001", "visit": visit, "device": "keypad-1", "reasons": ["slow"], "reasons_version": 1}
    early = browser.client.post("/api/evaluations/explained", json=body)
    assert (early.status_code, verdict(early.status_code, early.get_data())[0]) == (425, Outcome.FAILED)
    first = browser.client.post("/api/evaluations", json=rating(visit, hub, raw_key="3"))
    assert first.status_code == 201, first.get_json()
    assert browser.client.post("/api/evaluations/explained", json=body).status_code == 201
    assert browser.client.post("/api/evaluations/explained", json=body).status_code == 201, "the same id, the same word"
    again = browser.client.post("/api/evaluations/explained", json={**body, "id": "explains-0002"})
    assert (again.status_code, again.get_json()["code"]) == (409, "not_explainable")
    (event,) = events_of(hub, "EvaluationExplained")
    assert (event["reasons"], event["contact"]) == (["slow"], False)


def test_an_explanation_of_what_was_never_rated_ends_in_a_refusal(browser: Browser, hub: TownHub, visit: str) -> None:
    body = {"id": "explains-0001", "visit": visit, "device": "keypad-1", "contact": True, "age_ms": 700_000}
    answer = browser.client.post("/api/evaluations/explained", json=body)
    assert verdict(answer.status_code, answer.get_data()) == (Outcome.REFUSED, "not_explainable")


def test_a_visit_that_was_declined_is_on_record_as_unrated(browser: Browser, hub: TownHub, visit: str) -> None:
    body = {"id": "unrated-00001", "visit": visit, "device": "keypad-1", "why": "declined"}
    assert browser.client.post("/api/evaluations/unrated", json=body).status_code == 201
    assert stored(hub) == {}
    assert events_of(hub, "VisitLeftUnrated")[0]["why"] == "declined"


class TestPaperForms:
    def number_of(self, hub: TownHub) -> str:
        hub.done(c.OpenCounter(counter="c1"))
        number = hub.take_ticket("pension")
        hub.serve("c1")
        return number

    def enter(self, browser: Browser, number: str) -> Any:
        body = {"id": "paper-000001", "number": number, "level": "dissatisfied", "contact": True}
        return browser.client.post("/api/evaluations/paper", json=body, headers={"X-CSRF-Token": browser.token})

    def test_a_manager_enters_one_under_the_own_name(self, browser: Browser, hub: TownHub) -> None:
        number = self.number_of(hub)
        browser.log_in("the-manager")
        assert self.enter(browser, number).status_code == 201
        (event,) = events_of(hub, "EvaluationRecorded")
        assert (event["device"], event["entered_by"], event["contact"]) == ("paper", "the-manager", True)

    def test_a_clerk_can_neither_enter_one_nor_rate_by_command(self, browser: Browser, hub: TownHub) -> None:
        number = self.number_of(hub)
        browser.log_in("the-clerk")
        assert self.enter(browser, number).status_code == 403
        wish = {"type": "RateVisit", "evaluation": "rating-0001", "number": number, "level": "very_satisfied",
                "device": "paper", "pressed_at_ms": 0}  # fmt: skip
        for name in ("the-clerk", "the-manager"):
            browser.log_in(name)
            body = {"id": "command-0001", "command": wish}
            answer = browser.client.post("/api/commands", json=body, headers={"X-CSRF-Token": browser.token})
            assert answer.status_code == 403
        assert events_of(hub, "EvaluationRecorded") == []


def test_a_manager_sees_states_apart_on_the_next_day_and_a_sample_and_a_clerk_neither(
    browser: Browser, hub: TownHub
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    visits = []
    for _ in range(6):
        hub.take_ticket("pension")
        visits.append(hub.serve("c1"))
    assert browser.client.post("/api/evaluations", json=rating(visits[5], hub)).status_code == 201
    body = {"id": "unrated-00001", "visit": visits[1], "device": "keypad-1", "why": "declined"}
    browser.client.post("/api/evaluations/unrated", json=body)
    assert browser.client.get("/api/ratings").status_code == 401
    browser.log_in("the-clerk")
    assert browser.client.get("/api/ratings").status_code == 403
    browser.log_in("the-manager")
    assert browser.client.get("/api/ratings?day=yesterday").status_code == 400
    states = ("over", "rateable", "rated", "declined", "device_fault", "unrated", "by_default")
    told = browser.client.get("/api/ratings").get_json()
    assert [told[name] for name in states] == [False, 6, *[None] * 5]
    assert told["sample"]["suspicions"] == [], "the half day is not over"
    hub.clock.advance(24 * 3600)
    browser.log_in("the-manager")
    told = browser.client.get("/api/ratings").get_json()
    assert [told[name] for name in states] == [True, 6, 1, 1, 0, 4, None]
    assert [one["pattern"] for one in told["sample"]["suspicions"]] == ["too_fast"]


def test_a_default_rule_is_a_figure_of_its_own_and_in_no_rate(hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    for _ in range(5):
        hub.take_ticket("pension")
        hub.serve("c1")
    rules = msgspec.structs.replace(hub.hall.rules, rating_default=Level.SATISFIED)
    hall = msgspec.structs.replace(hub.hall, rules=rules)
    day_ms, now_ms = 86_400_000, hub.clock.now_ms()
    # Wednesday; three working days later it is Monday, and Saturday and Sunday are none.
    for later_ms, counted in ((now_ms + day_ms, 0), (now_ms + 5 * day_ms, 0), (now_ms + 6 * day_ms, 5)):
        now_ms = later_ms
        reports = JournalReports(hub.path, hall, lambda now_ms=now_ms: now_ms)
        found, figures = reports.ratings(None), reports.statistics(None, "counter")
        assert found is not None and figures is not None
        assert (found.by_default, found.unrated, found.rated) == (counted, 5, 0)
        assert (figures.total.satisfied, figures.total.satisfaction) == (None, None)
