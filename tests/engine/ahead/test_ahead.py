"""The virtual hall: what it says of waits, against what is known in closed form and against the hall itself."""

from collections.abc import Iterable
from dataclasses import replace
from math import log, sqrt
from random import Random
from statistics import fmean

import pytest

from broker.engine.ahead.roll import ROLLOUTS, ROLLOUTS_LEAST, WORK_MOST, Ahead, Rolling, roll
from broker.engine.ahead.scene import HORIZON_MS, Scene, freeze
from broker.model import commands as c
from broker.model.hall import Hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, lobby_hall, small_hall

MEAN_S = 240.0
EXPONENTIAL = [-log(1 - (place + 0.5) / 400) * MEAN_S for place in range(400)]
"""Services that end at any moment as likely as at another, as the textbooks have them."""


def at_work(hall: Hall | None = None, counters: Iterable[str] = ("c1", "c2"), waiting: int = 0) -> HallAtWork:
    """Counters open with somebody at each, and so many in line, ten seconds apart."""
    work = HallAtWork(hall or small_hall()).open_day().open_counters(*counters)
    work.state.habits.services = {"pension": list(EXPONENTIAL), "card": list(EXPONENTIAL)}
    work.state.habits.gaps = [0.0] * 20
    for counter in counters:
        work.take_ticket("card" if counter == "c3" else "pension")
        work.call(counter)
    for _ in range(waiting):
        work.wait(10)
        work.take_ticket()
    return work


def frozen(work: HallAtWork) -> Scene:
    scene = freeze(work.hall, work.state, work.now_ms)
    assert scene is not None
    return scene


def quiet(scene: Scene) -> Scene:
    """Nobody else comes."""
    return replace(scene, arrivals={})


def many(scene: Scene, seeds: int) -> list[Ahead]:
    return [roll(scene, Random(seed).random) for seed in range(seeds)]


def in_line(work: HallAtWork) -> list[str]:
    return [place[2] for places in work.state.lanes.values() for place in places]


@pytest.mark.parametrize("counters", [("c1",), ("c1", "c2")])
def test_waits_of_a_textbook_queue_are_those_of_its_formula(counters: tuple[str, ...]) -> None:
    """With c busy counters and services without memory the k-th in line is called after k services / c."""
    work = at_work(counters=counters, waiting=8)
    found = many(quiet(frozen(work)), 60)
    mean_s = fmean(EXPONENTIAL)
    futures = sum(one.rollouts for one in found)
    assert futures == 60 * ROLLOUTS
    for place, ticket in enumerate(in_line(work), 1):
        expected_s = place * mean_s / len(counters)
        error_s = sqrt(place) * mean_s / len(counters) / sqrt(futures)
        assert abs(fmean(one.tickets[ticket] for one in found) - expected_s) < 4 * error_s


def test_a_newcomers_wait_is_that_of_the_ticket_he_would_have() -> None:
    work = at_work(counters=("c1", "c2", "c3"), waiting=12)
    before = frozen(work)
    work.take_ticket("card")
    after = replace(frozen(work), arrivals=before.arrivals)
    ticket = work.state.lanes["card", None, None][-1][2]
    for seed in range(20):
        without, with_him = (roll(scene, Random(seed).random, 1) for scene in (before, after))
        assert with_him.tickets[ticket] == without.newcomers["card", ""]


def test_the_same_chances_say_the_same_and_others_something_else() -> None:
    scene = frozen(at_work(waiting=20))
    assert roll(scene, Random(3).random) == roll(scene, Random(3).random)
    assert roll(scene, Random(3).random) != roll(scene, Random(4).random)


def test_a_scene_does_not_change_with_the_hall() -> None:
    work = at_work(waiting=10)
    scene = frozen(work)
    before = roll(scene, Random(1).random)
    work.wait(60)
    work.done(c.FinishService(counter="c1"))
    work.call("c1")
    work.done(c.PauseCounter(counter="c2", reason="会议"))
    work.take_ticket(priority="elderly")
    assert roll(scene, Random(1).random) == before


def waits_s(work: HallAtWork) -> float:
    """Of everybody in line together, over some seeds."""
    return fmean(fmean(one.tickets.values()) for one in many(quiet(frozen(work)), 8))


def paused(return_in_min: int | None) -> float:
    work = at_work(waiting=12)
    work.done(c.PauseCounter(counter="c2", reason="会议", return_in_min=return_in_min))
    return waits_s(work)


def test_a_paused_counter_counts_from_when_it_said_it_is_back() -> None:
    closed = at_work(waiting=12)
    closed.done(c.FinishService(counter="c2"))
    closed.done(c.CloseCounter(counter="c2"))
    opened = waits_s(at_work(waiting=12))
    soon, late, never = paused(2), paused(40), waits_s(closed)
    assert opened < soon < late < never


def test_a_paused_counter_that_says_nothing_returns_as_others_did() -> None:
    work = at_work(waiting=12)
    work.done(c.PauseCounter(counter="c2", reason="会议"))
    work.state.habits.pauses = [60.0] * 50
    short = waits_s(work)
    work.state.habits.pauses = [3000.0] * 50
    assert short < waits_s(work)


def test_who_is_booked_comes_and_goes_first() -> None:
    work = at_work(lobby_hall(), counters=("c1",), waiting=6)
    without = roll(frozen(work), Random(1).random).tickets
    at_ms = work.now_ms + 6 * 60_000
    work.done(c.BookAppointment(appointment="appointment-1", code="123456", service="pension", at_ms=at_ms))
    waits = [fmean(one.tickets[ticket] for one in many(quiet(frozen(work)), 8)) for ticket in in_line(work)]
    before = [without[ticket] for ticket in in_line(work)]
    assert waits[-1] > before[-1] + 0.5 * MEAN_S
    none_shows = replace(quiet(frozen(work)), show=0.0)
    assert roll(none_shows, Random(1).random).tickets[in_line(work)[-1]] < waits[-1]


def test_who_is_booked_and_comes_early_goes_before_nobody_until_his_time() -> None:
    work = at_work(lobby_hall(), counters=("c1",), waiting=5)
    work.state.habits.services = {"pension": [60.0] * 400}
    alone = roll(quiet(frozen(work)), Random(1).random).tickets
    assert sorted(alone.values()) == pytest.approx([10, 70, 130, 190, 250])
    at_ms = work.now_ms + 5 * 60_000 + 1  # he comes five minutes before, which is now
    work.done(c.BookAppointment(appointment="appointment-1", code="123456", service="pension", at_ms=at_ms))
    early = replace(quiet(frozen(work)), show=1.0)
    assert roll(early, Random(1).random).tickets == alone


def test_nobody_is_dated_after_the_end_of_service_unless_a_manager_extends_it() -> None:
    work = at_work(counters=("c1",), waiting=12)
    for counter in work.state.counters.values():
        assert counter.ticket is not None
    work.now_ms = CLOSES_MS - 600_000
    some = roll(frozen(work), Random(1).random).tickets
    assert 0 < len(some) < 8 and max(some.values()) <= 600
    work.done(c.ApproveExtension(counter="c1", minutes=180, reason="长队"))
    assert len(roll(frozen(work), Random(1).random).tickets) == 12


def test_who_finds_a_free_counter_does_not_wait_and_whom_nobody_serves_gets_no_number() -> None:
    work = HallAtWork(small_hall()).open_day().open_counters("c2")
    found = roll(frozen(work), Random(1).random)
    assert ("card", "") not in found.newcomers
    assert found.newcomers["pension", ""] < 60
    work.take_ticket("card")
    assert roll(frozen(work), Random(1).random).tickets == {}


def idle(for_s: float, waiting_s: float | None = None, service: str = "pension") -> float:
    """What somebody who comes is foretold where c2 has had nobody for so long, and one has waited for so long; c2
    serves no cards."""
    work = HallAtWork(small_hall()).open_day().open_counters("c2")
    work.state.habits.gaps = [8.0] * 60
    work.state.habits.services = {"pension": [60.0] * 60}
    work.wait(for_s - (waiting_s or 0.0))
    if waiting_s is not None:
        work.take_ticket(service)
        work.wait(waiting_s)
    return fmean(one.newcomers["pension", ""] for one in many(quiet(frozen(work)), 8))


def test_a_clerk_who_sits_before_an_empty_line_is_not_taken_for_one_who_has_gone() -> None:
    assert idle(1) == idle(9) == idle(1200) == pytest.approx(8)
    assert idle(1200, 600, "card") == pytest.approx(8)


def test_a_counter_that_leaves_somebody_waiting_counts_as_idle_from_when_he_came() -> None:
    assert idle(1200, 3) == pytest.approx(5 + 60 + 8, abs=0.01)
    assert idle(1200, 60) > 300


def test_people_on_their_way_are_not_called_and_those_who_wish_a_counter_wait_for_it() -> None:
    work = at_work(counters=("c1", "c2"), waiting=4)
    first = in_line(work)[0]
    ticket = work.state.tickets[first]
    work.state.leave_line(ticket)
    ticket.present = False
    work.state.enter_line(ticket)
    assert first not in roll(frozen(work), Random(1).random).tickets
    work.state.leave_line(ticket)
    ticket.present, ticket.to_counter = True, "c2"
    work.state.enter_line(ticket)
    work.done(c.PauseCounter(counter="c2", reason="会议", return_in_min=60))
    assert roll(frozen(work), Random(1).random).tickets[first] >= 3600


def test_a_hall_without_a_day_or_with_an_emergency_is_not_rolled_forward() -> None:
    work = HallAtWork(small_hall())
    assert freeze(work.hall, work.state, work.now_ms) is None
    work.open_day()
    assert freeze(work.hall, work.state, work.now_ms) is not None
    work.done(c.BeginEmergency(zh="疏散", en="Leave"))
    assert freeze(work.hall, work.state, work.now_ms) is None


def test_a_long_line_costs_no_more_than_the_bound_and_is_dated_as_far_as_the_horizon() -> None:
    work = at_work(counters=("c1", "c2", "c3"), waiting=0)
    lane = work.state.tickets[next(iter(work.state.tickets))].lane
    work.state.lanes[lane] = [(work.now_ms - 1000 + place, place, f"t{place:05d}") for place in range(3000)]
    rolling = Rolling(frozen(work), Random(1).random)
    while rolling.step():
        pass
    found = rolling.ahead()
    assert found.rollouts >= ROLLOUTS_LEAST
    assert rolling.work <= WORK_MOST * 1.05
    assert 20 < len(found.tickets) < 3000
    assert max(found.tickets.values()) <= HORIZON_MS / 1000


def test_a_flood_of_arrivals_is_bounded_too() -> None:
    work = at_work(counters=("c1", "c2", "c3"), waiting=5)
    scene = replace(frozen(work), arrivals={("pension", "elderly"): 5000}, window_s=300.0)
    rolling = Rolling(scene, Random(1).random)
    while rolling.step():
        pass
    assert rolling.work <= WORK_MOST * 1.05


@pytest.mark.parametrize("idle_s", [1, 20, 120, 3_600])
def test_a_counter_that_had_nobody_to_call_is_not_taken_for_one_whose_clerk_is_gone(idle_s: float) -> None:
    """However long it has been free: who comes now is called after a gap as it is usual here."""
    work = HallAtWork(small_hall()).open_day().open_counters("c1")
    work.state.habits.services = {"pension": list(EXPONENTIAL), "card": list(EXPONENTIAL)}
    work.take_ticket()
    work.serve("c1")
    work.state.habits.gaps = [8.0] * 60
    work.wait(idle_s)
    waits_s = [found.newcomers["pension", ""] for found in many(quiet(frozen(work)), 5)]
    assert waits_s == pytest.approx([8.0] * 5)


def test_a_free_counter_that_leaves_somebody_waiting_may_be_one_whose_clerk_is_gone() -> None:
    work = HallAtWork(small_hall()).open_day().open_counters("c1")
    work.take_ticket()
    work.serve("c1")
    work.state.habits.gaps = [8.0] * 60
    work.wait(600)
    work.take_ticket()
    at_once = fmean(found.newcomers["pension", ""] for found in many(quiet(frozen(work)), 20))
    work.wait(120)
    later = fmean(found.newcomers["pension", ""] for found in many(quiet(frozen(work)), 20))
    assert later > at_once + 300
