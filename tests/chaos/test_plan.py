"""A plan of bad things is its seed's, meets everything, and never asks for two contradictory things at once."""

from collections import Counter

import pytest

from tests.chaos.plan import DECK, LINKS, Fault, Targets, make_plan

TARGETS = Targets(
    processes=("server", "mqtt", "kiosk-1", "desk-1", "board-1", "collector"),
    links=("kiosk-1", "desk-1", "board-1", "desk-1-http"),
    islands=("kiosk-1",),
    cables=("kiosk-1", "desk-1"),
    disk="kiosk-1",
)


def group(fault: Fault) -> str:
    return "link" if fault.kind in (*LINKS, "island") else fault.kind


def test_a_seed_gives_its_plan_and_another_gives_another() -> None:
    assert make_plan(7, 300.0, TARGETS) == make_plan(7, 300.0, TARGETS)
    assert make_plan(7, 300.0, TARGETS) != make_plan(8, 300.0, TARGETS)


@pytest.mark.parametrize("seed", range(20))
def test_something_bad_happens_every_few_seconds_to_those_who_can_suffer_it(seed: int) -> None:
    plan = make_plan(seed, 120.0, TARGETS)
    assert 25 <= len(plan) <= 80
    assert [fault.at_s for fault in plan] == sorted(fault.at_s for fault in plan)
    assert all(fault.target in TARGETS.of(fault.kind) for fault in plan)
    assert all(fault.at_s < 120.0 and fault.for_s <= 16.0 for fault in plan)


@pytest.mark.parametrize("seed", range(20))
def test_one_deck_meets_every_kind_and_every_process_is_killed_in_turn(seed: int) -> None:
    plan = make_plan(seed, 200.0, TARGETS)
    assert {fault.kind for fault in plan} == set(DECK)
    killed = Counter(fault.target for fault in make_plan(seed, 600.0, TARGETS) if fault.kind == "kill")
    assert set(killed) == set(TARGETS.processes)
    assert max(killed.values()) - min(killed.values()) <= 1


@pytest.mark.parametrize("seed", range(20))
def test_nobody_suffers_twice_from_one_sort_of_thing_at_one_time(seed: int) -> None:
    ends_s: dict[tuple[str, str], float] = {}
    for fault in make_plan(seed, 600.0, TARGETS):
        key = (group(fault), fault.target)
        assert ends_s.get(key, 0.0) <= fault.at_s
        ends_s[key] = fault.ends_s


def test_the_broker_has_no_wall_clock_of_its_own_to_set() -> None:
    assert "mqtt" not in TARGETS.of("wall")
