"""What is read of a wait: falls at once, rises after a minute, words as they come."""

from hypothesis import given
from hypothesis import strategies as st

from broker.engine.holding import HOLD_MS, Held, held
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


def test_after_the_minute_the_range_of_that_moment_is_shown() -> None:
    assert shown((0, minutes(4, 10)), (5, minutes(6, 15)), (65, minutes(10, 25)))[-1] == minutes(10, 25)


def test_words_are_never_held() -> None:
    nobody, long = minutes(0, 0), minutes(10, 20)
    assert shown((0, nobody), (1, long)) == [nobody, long], "nobody has to wait would be untrue"
    assert shown((0, long), (1, None), (2, minutes(20, 30))) == [long, None, minutes(20, 30)]
    assert shown((0, long), (1, nobody)) == [long, nobody]


def test_a_clock_that_is_set_back_holds_nothing_for_longer_than_a_minute() -> None:
    before = held(Held(minutes(4, 10)), minutes(6, 15), 500_000)
    later = held(before, minutes(6, 15), 100_000)
    assert held(later, minutes(6, 15), 100_000 + HOLD_MS).shown == minutes(6, 15)


ranges = st.builds(lambda low, wide: minutes(low, low + wide), st.integers(0, 60), st.integers(2, 30))


@given(st.lists(st.tuples(st.integers(0, 70), st.none() | ranges), min_size=2, max_size=30))
def test_what_is_shown_is_a_range_and_never_above_what_was_wanted_within_the_last_minute(
    steps: list[tuple[int, WaitRange | None]],
) -> None:
    now_s, before, seen = 0, None, []
    for passed_s, wanted in steps:
        now_s += passed_s
        before = held(before, wanted, now_s * 1000)
        seen.append((now_s, wanted, before.shown))
        if wanted is None:
            assert before.shown is None
            continue
        assert before.shown is not None
        assert before.shown.low_min <= before.shown.high_min
        assert before.shown.low_min <= wanted.low_min
        assert before.shown.high_min <= wanted.high_min
        if all(at_s > now_s - 60 or want == wanted for at_s, want, _ in seen[:-1]) and before.rising_since_ms is None:
            assert before.shown == wanted
