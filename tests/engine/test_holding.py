"""What is read of a wait: the least of the last minute, of each bound; words as they come."""

from hypothesis import given
from hypothesis import strategies as st

from broker.engine.holding import HOLD_MS, held
from broker.model.views import WaitRange


def minutes(low: int, high: int) -> WaitRange:
    return WaitRange(low_min=low, high_min=high)


def shown(*steps: tuple[int, WaitRange | None]) -> list[WaitRange | None]:
    """What is read after each (second, wanted)."""
    found, before = [], None
    for at_s, wanted in steps:
        before = held(before, wanted, at_s * 1000)
        found.append(before.shown)
    return found


def test_a_rise_is_shown_once_it_has_lasted_a_minute() -> None:
    short, long = minutes(4, 10), minutes(6, 15)
    assert shown((0, short), (1, long), (60, long), (61, long)) == [short, short, short, long]


def test_a_rise_that_is_gone_within_the_minute_is_never_shown_and_the_next_has_a_minute_of_its_own() -> None:
    short, long = minutes(4, 10), minutes(6, 15)
    assert shown((0, short), (10, long), (50, short), (60, long), (119, long), (120, long)) == [short] * 5 + [long]


def test_a_fall_is_shown_at_once_also_while_another_bound_rises() -> None:
    assert shown((0, minutes(6, 15)), (1, minutes(4, 10))) == [minutes(6, 15), minutes(4, 10)]
    assert shown((0, minutes(6, 15)), (1, minutes(4, 20))) == [minutes(6, 15), minutes(4, 15)]


def test_a_peak_of_a_second_is_not_shown_because_a_smaller_rise_came_before_it() -> None:
    before, small, peak = minutes(2, 4), minutes(4, 6), minutes(60, 90)
    assert shown((0, before), (1, small), (60, peak), (61, peak), (62, small), (130, small)) == [
        *[before] * 2,
        before,
        small,
        small,
        small,
    ]


def test_a_wait_that_goes_on_rising_is_followed_a_minute_behind() -> None:
    climb = [(at_s, minutes(at_s, at_s + 5)) for at_s in range(2, 300, 10)]
    read = shown(*climb)
    assert all(read[place] == climb[place - 6][1] for place in range(6, len(climb)))


def test_a_dip_that_comes_back_within_the_minute_hides_the_rise_and_the_last_one_for_a_minute_only() -> None:
    low, high = minutes(2, 4), minutes(40, 60)
    assert shown((0, low), (10, high), (50, low), (60, high), (100, low), (110, high), (169, high), (170, high)) == [
        *[low] * 7,
        high,
    ]


def test_words_are_never_held() -> None:
    nobody, long = minutes(0, 0), minutes(10, 20)
    assert shown((0, nobody), (1, long)) == [nobody, long], "nobody has to wait would be untrue"
    assert shown((0, long), (1, None), (2, minutes(20, 30))) == [long, None, minutes(20, 30)]
    assert shown((0, long), (1, nobody)) == [long, nobody]


def test_a_clock_that_is_set_back_holds_nothing_for_longer_than_a_minute() -> None:
    before = held(held(None, minutes(4, 10), 0), minutes(6, 15), 500_000)
    later = held(before, minutes(6, 15), 100_000)
    assert held(later, minutes(6, 15), 100_000 + HOLD_MS).shown == minutes(6, 15)


ranges = st.builds(lambda low, wide: minutes(low, low + wide), st.integers(0, 60), st.integers(2, 30))


@given(st.lists(st.tuples(st.integers(0, 70), st.none() | st.just(minutes(0, 0)) | ranges), min_size=2, max_size=40))
def test_each_bound_that_is_shown_is_the_least_that_was_wanted_within_the_last_minute(
    steps: list[tuple[int, WaitRange | None]],
) -> None:
    now_s, before = 0, None
    since_words: list[tuple[int, WaitRange]] = []
    for passed_s, wanted in steps:
        now_s += passed_s
        before = held(before, wanted, now_s * 1000)
        if wanted is None or wanted.high_min == 0:
            since_words = []
            assert before.shown == wanted
            assert before.due_ms is None
            continue
        since_words.append((now_s, wanted))
        ends_s = [begin_s for begin_s, _ in since_words[1:]] + [now_s]
        within = [one for end_s, (_, one) in zip(ends_s, since_words, strict=True) if end_s > now_s - 60]
        low_min, high_min = min(one.low_min for one in within), min(one.high_min for one in within)
        assert before.shown == minutes(low_min, high_min)
        assert (before.due_ms is None) == (before.shown == wanted)


@given(st.lists(st.tuples(st.integers(0, 70), ranges), min_size=1, max_size=40))
def test_whoever_looks_when_it_is_due_has_all_shown_within_a_minute(steps: list[tuple[int, WaitRange]]) -> None:
    now_ms, before = 0, None
    for passed_s, wanted in steps:
        now_ms += passed_s * 1000
        before = held(before, wanted, now_ms)
    assert before is not None
    last_ms = now_ms
    while before.due_ms is not None:
        assert now_ms < before.due_ms <= last_ms + HOLD_MS
        now_ms = before.due_ms
        before = held(before, before.wanted, now_ms)
    assert before.shown == steps[-1][1]
