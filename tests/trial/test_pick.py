"""Whom the shipped rule calls, asked from outside."""

import json
from typing import Any

import pytest

from broker.trial.pick import BadCall, Picker


def ticket(name: int, service: str = "A", kind: str = "norm", taken: float = 0.0, clock: float | None = None) -> Any:
    return {"id": name, "service": service, "class": kind, "taken": taken, "clock": taken if clock is None else clock}


def call(now: float, *tickets: Any, counter: int = 1) -> str:
    return json.dumps({"now": now, "counter": counter, "tickets": tickets})


def picked(*lines: str) -> list[str]:
    return list(Picker().answers(lines))


def test_the_longest_waiting_of_a_kind_goes_first_and_of_two_alike_the_earlier() -> None:
    assert picked(call(600, ticket(1, taken=100), ticket(2, taken=50))) == ["2"]
    assert picked(call(600, ticket(1, taken=100, clock=80), ticket(2, taken=90, clock=80))) == ["2"]


def test_priority_counts_three_times_and_a_bit_and_an_appointment_ten_times() -> None:
    lines = (
        call(1_000, ticket(1, taken=0), ticket(2, kind="prio", taken=690)),
        call(1_000, ticket(1, taken=0), ticket(2, kind="prio", taken=710)),
    )
    assert picked(*lines) == ["2", "1"]
    lines = (
        call(1_000, ticket(1, taken=0), ticket(2, kind="appt", taken=890)),
        call(1_000, ticket(1, taken=0), ticket(2, kind="appt", taken=910)),
    )
    assert picked(*lines) == ["2", "1"]


def test_a_booking_before_its_time_is_called_when_nobody_else_waits() -> None:
    early, nearer = ticket(1, kind="appt", taken=100, clock=900), ticket(2, kind="appt", taken=200, clock=800)
    assert picked(call(600, early, nearer, ticket(3, taken=599))) == ["3"]
    assert picked(call(600, early, nearer)) == ["2"]


def test_quick_services_go_a_little_sooner_once_it_was_seen_that_they_are_quick() -> None:
    watched, now = list[str](), 0.0
    for turn in range(60):
        service, took = ("A", 100.0) if turn % 2 else ("B", 1_600.0)
        watched.append(call(now, ticket(turn, service, taken=now - 500)))
        now += took
    question = call(now + 5_000, ticket(901, "A", taken=now), ticket(902, "B", taken=now - 1_000), counter=2)
    assert picked(*watched, '{"day": 2}', question)[-1] == "901"
    assert picked(question) == ["902"], "nothing was seen yet"


def test_time_in_which_a_counter_stood_idle_is_no_service() -> None:
    """Each of A takes ten seconds; then nobody comes for half an hour, and the next one is called late."""
    watched, now = list[str](), 0.0
    for turn in range(60):
        watched.append(call(now, ticket(turn, "A", taken=now - 20)))
        now += 1_800
    busy = Picker()
    list(busy.answers(watched))
    assert busy._means == {}
    steady = [call(300.0 * turn, ticket(turn, "A", taken=300.0 * turn - 290)) for turn in range(60)]
    learned = Picker()
    list(learned.answers(steady))
    assert learned._means["A"].seconds == pytest.approx(300)


def test_a_call_is_answered_whatever_else_stands_in_its_line() -> None:
    named = json.loads(call(600, ticket(7))) | {"day": 3}
    assert picked('{"day": 3, "name": "a Tuesday"}', json.dumps(named)) == ["7"]


WHOLE = ticket(1, taken=1)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("x", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "JSON object"),
        ('"xxday"', "JSON object"),
        ('{"now": 1, "counter": 1}', '"tickets" is missing'),
        ('{"now": 1, "counter": 1, "tickets": []}', "empty"),
        (call(1, {"id": 1}), 'ticket 1: "service"'),
        (call(1, WHOLE, 7), "ticket 2: it is no JSON object"),
        (call(1, {**WHOLE, "class": "vip"}), '"class" is none of norm, prio, appt'),
        (call(1, {**WHOLE, "id": "\ud800"}), '"id" is empty or holds'),
        (call(1, {**WHOLE, "id": "1\n2"}), '"id" is empty or holds'),
        (call(1, {**WHOLE, "id": "1\u20282"}), '"id" is empty or holds'),
        (call(1, {**WHOLE, "taken": 10**400}), '"taken" is missing or no number'),
        (call(float("nan"), WHOLE), '"now" is missing or no number'),
        (json.dumps({"now": 1, "tickets": [WHOLE]}), '"counter" is missing'),
    ],
)
def test_what_is_no_call_is_named_with_its_line_and_what_to_do(line: str, why: str) -> None:
    with pytest.raises(BadCall, match="line 2: ") as refused:
        picked(call(1, WHOLE), line)
    assert why in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_time_does_not_go_back_within_a_day_but_each_day_has_its_own() -> None:
    with pytest.raises(BadCall, match=r"line 2: .*goes back from 900 to 60"):
        picked(call(900, WHOLE), call(60, WHOLE))
    assert picked(call(900, WHOLE), '{"day": 2}', call(60, WHOLE)) == ["1", "1"]
