"""Means, patience and arrivals from the record, with what is known of few cases."""

from random import Random

import pytest

from broker.staffing.demand import LATELY_MIN, demand_later, demand_now, history_of
from broker.staffing.measured import LEFT_ENOUGH, patience_of, service_times
from broker.staffing.record import Arrival, DayRecord, Left, Took, Waited

MINUTE = 60_000
HALF_HOUR = 30 * MINUTE


def slot_of(at_ms: int) -> int:
    return at_ms // HALF_HOUR


def test_a_service_nobody_finished_takes_what_the_hall_file_says() -> None:
    assert service_times([], {"card": 6.0})["card"].mean_min == 6
    assert service_times([], {"card": 6.0})["card"].n == 0


def test_many_measured_services_outweigh_the_hall_file() -> None:
    took = (*(Took("card", 3 * MINUTE) for _ in range(95)), Took("gone", 99 * MINUTE))
    found = service_times([DayRecord("2026-03-02", took=took)], {"card": 6.0})["card"]
    assert found.n == 95
    assert found.mean_min == pytest.approx((95 * 3 + 5 * 6) / 100)


def test_of_numbers_given_up_patience_is_the_time_waited_over_how_many_left() -> None:
    left = tuple(Left("card", 20 * MINUTE) for _ in range(10))
    waits = tuple(Waited("card", 0, 10 * MINUTE, came=True) for _ in range(30))
    found = patience_of([DayRecord("2026-03-02", waits=waits, left=left)], ["card"])
    assert found is not None
    assert (found.left, found.stayed, found.pooled) == (10, 30, False)
    assert found.mean_min == pytest.approx((10 * 20 + 30 * 10) / 10, rel=1e-3)


def test_people_are_taken_to_be_patient_for_as_long_as_the_hall_says_at_least() -> None:
    records = [DayRecord("2026-03-02", left=tuple(Left("card", 4 * MINUTE) for _ in range(10)))]
    for services in (["card"], ["pension"]):
        found, raised = patience_of(records, services), patience_of(records, services, least_min=20)
        assert found is not None and raised is not None
        assert found.mean_min == pytest.approx(4, rel=1e-3)
        assert (raised.mean_min, raised.left, raised.pooled) == (20, found.left, services == ["pension"])


def called(patience_min: float, n: int, service: str = "card") -> tuple[Waited, ...]:
    random = Random(3)
    made = []
    for _ in range(n):
        wait_min = random.uniform(1, 40)
        came = random.expovariate(1 / patience_min) > wait_min
        made.append(Waited(service, 0, round(wait_min * MINUTE), came))
    return tuple(made)


@pytest.mark.parametrize("patience_min", [20, 75])
def test_patience_is_found_although_nobody_sees_the_moment_when_somebody_leaves(patience_min: float) -> None:
    found = patience_of([DayRecord("2026-03-02", waits=called(patience_min, 4_000))], ["card"])
    assert found is not None
    assert found.mean_min == pytest.approx(patience_min, rel=0.1)


def test_few_who_left_say_nothing_of_a_group_and_then_the_hall_is_asked() -> None:
    few = tuple(Left("card", 9 * MINUTE) for _ in range(LEFT_ENOUGH - 1))
    alone = [DayRecord("2026-03-02", left=few)]
    assert patience_of(alone, ["card"]) is None
    others = DayRecord("2026-03-03", waits=called(30, 400, "pension"))
    found = patience_of([*alone, others], ["card"])
    assert found is not None
    assert found.pooled
    assert found.left > LEFT_ENOUGH


def test_who_has_just_been_called_says_nothing_of_patience_yet() -> None:
    waits = tuple(Waited("card", 0, 5 * MINUTE, came=None) for _ in range(50))
    assert patience_of([DayRecord("2026-03-02", waits=waits)], ["card"]) is None


def arriving(day: str, per_slot: dict[int, int], service: str = "card") -> DayRecord:
    made = [
        Arrival(service, slot * HALF_HOUR + n * HALF_HOUR // count)
        for slot, count in sorted(per_slot.items())
        for n in range(count)
    ]
    return DayRecord(day, tuple(made))


NOW = 20 * HALF_HOUR


def lately(count: int) -> DayRecord:
    return DayRecord("2026-03-09", tuple(Arrival("card", NOW - n * MINUTE) for n in range(count)))


def test_without_any_history_what_came_lately_goes_on() -> None:
    found = demand_now(lately(12), history_of([], slot_of), ["card", "other"], NOW, 0, slot_of)
    assert found.n == 12
    assert found.ratio == 1
    assert found.per_min == {"card": 12 / LATELY_MIN, "other": 0}


@pytest.mark.parametrize(("then", "ratio"), [(30, 1.5), (2, 0.5), (200, 2.0)])
def test_history_carries_on_what_came_lately_but_at_most_doubles_or_halves_it(then: int, ratio: float) -> None:
    history = history_of([arriving("2026-03-02", {20: 20, 21: then})], slot_of)
    assert demand_now(lately(12), history, ["card"], NOW, 0, slot_of).ratio == ratio


def test_a_history_of_few_carries_nothing_on() -> None:
    history = history_of([arriving("2026-03-02", {20: 5, 21: 15})], slot_of)
    assert demand_now(lately(12), history, ["card"], NOW, 0, slot_of).ratio == 1


def test_a_hall_that_has_just_opened_is_measured_since_then() -> None:
    found = demand_now(lately(6), history_of([], slot_of), ["card"], NOW, NOW - 6 * MINUTE, slot_of)
    assert found.per_min["card"] == pytest.approx(1)


def test_later_half_hours_are_those_of_the_days_before_by_how_today_compares() -> None:
    past = [arriving(f"2026-03-0{day}", {18: 20, 19: 20, 22: 30}) for day in (2, 3)]
    today = arriving("2026-03-09", {18: 30, 19: 30})
    found = demand_later(today, history_of(past, slot_of), ["card"], NOW, 22, slot_of)
    assert found is not None
    assert found.ratio == 1.5
    assert found.per_min["card"] == pytest.approx(30 / 30 * 1.5)
    assert demand_later(today, history_of([], slot_of), ["card"], NOW, 22, slot_of) is None
