"""The formulas against published values, against another formula of the same line, and against a simulated one."""

import heapq
from math import exp, log, sqrt
from random import Random

import pytest

from broker.staffing.erlang import COUNTERS_MOST, _late, counters_needed, erlang_b, erlang_c, line


def test_the_share_that_waits_is_that_of_the_printed_tables() -> None:
    assert round(erlang_c(10, 8), 4) == 0.4092
    assert round(erlang_b(10, 8), 4) == 0.1217
    assert erlang_c(8, 8) == erlang_c(3, 8) == 1


def test_of_one_counter_the_share_that_waits_is_its_load() -> None:
    assert erlang_c(1, 0.3) == pytest.approx(0.3)
    assert line(1, 0.3, 0, 0).mean_wait == pytest.approx(0.3 / 0.7)


def test_with_people_who_leave_the_line_is_that_of_the_printed_values() -> None:
    found = line(10, 10, 0.5, 0.3)
    assert [round(value, 3) for value in (found.waits, found.mean_wait, found.leaves, found.late)] == [
        0.620,
        0.208,
        0.104,
        0.329,
    ]


@pytest.mark.parametrize(("load", "for_ever", "an_hour"), [(3, 4, 4), (6, 7, 6), (12, 13, 12)])
def test_so_many_counters_keep_four_of_five_within_ten_minutes(load: float, for_ever: int, an_hour: int) -> None:
    assert counters_needed(load, 0, 10 / 5, 0.8) == for_ever
    assert counters_needed(load, 5 / 60, 10 / 5, 0.8) == an_hour


def late_by_a_chain(counters: int, load: float, leave: float, within: float) -> float:
    """The same share without any integral: those before whoever comes must go one by one, ``counters + j * leave`` a
    mean service while ``j`` of them wait, in a chain of deaths made uniform: so many steps as a Poisson count says."""
    chances, people = [1.0], 0
    while people < counters or chances[-1] > 1e-13 * max(chances):
        people += 1
        chances.append(chances[-1] * load / (min(people, counters) + max(0, people - counters) * leave))
    before = [chance / sum(chances) for chance in chances[counters:]]
    fastest = counters + len(before) * leave
    goes = [(counters + waiting * leave) / fastest for waiting in range(len(before))]
    mean, late, chance_log = fastest * within, 0.0, -fastest * within
    for step in range(int(mean + 8 * sqrt(mean) + 20)):
        late += exp(chance_log) * sum(before)
        chance_log += log(mean / (step + 1))
        left = [chance * (1 - go) for chance, go in zip(before, goes, strict=True)]
        for waiting in range(1, len(before)):
            left[waiting - 1] += before[waiting] * goes[waiting]
        before = left
    return late


@pytest.mark.parametrize(
    ("counters", "load", "leave", "within"),
    [
        (1, 0.8, 0.2, 1.0),
        (4, 3, 0.0833, 2.0),
        (10, 10, 0.5, 0.3),
        (3, 6, 0.3, 0.5),
        (20, 18, 1.5, 0.1),
        (5, 0.2, 0.01, 0.4),
        (40, 44, 0.06, 2.5),
        (6, 6, 0.005, 3.0),
        (2, 9, 4.0, 0.01),
    ],
)
def test_the_density_of_waits_and_the_chain_of_deaths_say_the_same(
    counters: int, load: float, leave: float, within: float
) -> None:
    assert line(counters, load, leave, within).late == pytest.approx(
        late_by_a_chain(counters, load, leave, within), abs=1e-5
    )


def test_with_ever_more_patience_the_line_becomes_one_that_nobody_leaves() -> None:
    assert line(7, 6, 1e-4, 2).late == pytest.approx(line(7, 6, 0, 2).late, abs=0.002)


def simulated(counters: int, load: float, leave: float, within: float, people: int) -> tuple[float, float]:
    """(the share that would wait longer, the share that leaves) of a line that is played through."""
    random = Random(7)
    free, at, late, gone = [0.0] * counters, 0.0, 0, 0
    for _ in range(people):
        at += random.expovariate(load)
        begins = max(at, heapq.heappop(free))
        wait, patience = begins - at, random.expovariate(leave)
        late += wait > within
        gone += patience < wait
        heapq.heappush(free, begins if patience < wait else begins + random.expovariate(1))
    return late / people, gone / people


@pytest.mark.parametrize(("counters", "load", "leave", "within"), [(4, 3.5, 0.1, 1.5), (10, 10, 0.5, 0.3)])
def test_a_line_that_is_played_through_behaves_as_reckoned(
    counters: int, load: float, leave: float, within: float
) -> None:
    found = line(counters, load, leave, within)
    late, gone = simulated(counters, load, leave, within, 60_000)
    assert late == pytest.approx(found.late, abs=0.02)
    assert gone == pytest.approx(found.leaves, abs=0.01)


def test_one_counter_less_than_needed_does_not_do_and_one_more_always_does() -> None:
    for load in (0.2, 1.0, 4.7, 11.0, 30.5):
        for leave in (0.0, 0.05, 0.4):
            needed = counters_needed(load, leave, 1.5, 0.8)
            assert needed is not None
            assert line(needed, load, leave, 1.5).late <= 0.2
            assert line(needed + 1, load, leave, 1.5).late <= line(needed, load, leave, 1.5).late
            if needed > 1:
                assert line(needed - 1, load, leave, 1.5).late > 0.2


def test_a_load_without_any_measure_has_no_figure_and_no_load_needs_nobody() -> None:
    assert counters_needed(COUNTERS_MOST + 5, 0, 2, 0.8) is None
    assert counters_needed(5_000, 0.05, 2, 0.8) is None
    assert counters_needed(0, 0.1, 2, 0.8) == 0


def test_the_need_grows_by_about_the_root_of_the_load_beyond_it() -> None:
    spare = [counters_needed(load, 0, 0.0, 0.7) - load for load in (4, 16, 64)]  # type: ignore[operator]
    assert all(0.5 * sqrt(load) <= extra <= 1.3 * sqrt(load) for load, extra in zip((4, 16, 64), spare, strict=True))


@pytest.mark.parametrize("leave", [1e-4, 1e-6, 1e-8, 1e-10, 1e-300])
@pytest.mark.parametrize(("counters", "load"), [(3, 2.5), (10, 9.0), (90, 89.0), (1, 0.5)])
def test_the_more_patient_people_are_the_nearer_is_the_line_to_one_in_which_nobody_leaves(
    leave: float, counters: int, load: float
) -> None:
    for within in (0.0, 0.5, 2.0):
        assert _late(counters, load, max(leave, 1e-9), within) == pytest.approx(
            line(counters, load, 0, within).late, rel=max(1e-4, 1_000 * leave)
        )
        fewest = counters_needed(load, leave, within, 0.8)
        assert leave > 1e-7 or fewest == counters_needed(load, 0, within, 0.8)


@pytest.mark.parametrize("leave", [1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize(("counters", "load"), [(1, 99.0), (3, 3.5), (97, 98.5)])
def test_a_line_too_long_for_its_counters_is_reckoned_in_few_pieces_and_nearly_everybody_is_late(
    monkeypatch: pytest.MonkeyPatch, leave: float, counters: int, load: float
) -> None:
    calls = 0

    def counted(value: float) -> float:
        nonlocal calls
        calls += 1
        return exp(value)

    monkeypatch.setattr("broker.staffing.erlang.exp", counted)
    assert _late(counters, load, leave, 10) > 0.99
    assert calls < 5_000
