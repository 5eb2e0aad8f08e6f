"""The engine's time: never back, not led astray by a leaping clock."""

from broker.runtime.clock import ManualClock
from broker.server.steady_time import SteadyTime


def steady() -> tuple[SteadyTime, ManualClock]:
    clock = ManualClock()
    return SteadyTime(clock.now_ms, clock.monotonic_s), clock


def test_it_follows_the_clock() -> None:
    time, clock = steady()
    clock.advance(12.5)
    assert time.now_ms() == clock.now_ms()


def test_a_clock_set_back_lets_time_go_on_at_its_pace() -> None:
    time, clock = steady()
    before = time.now_ms()
    clock.step_wall(-3600)
    clock.advance(10)
    assert time.now_ms() == before + 10_000
    clock.advance(10)
    assert time.now_ms() == before + 20_000


def test_a_small_step_ahead_is_taken_at_once() -> None:
    time, clock = steady()
    clock.step_wall(600)
    assert time.now_ms() == clock.now_ms()


def test_a_glitch_into_the_next_decade_is_not_believed() -> None:
    time, clock = steady()
    before = time.now_ms()
    clock.step_wall(9 * 365 * 86_400)
    clock.advance(5)
    assert time.now_ms() == before + 5_000
    clock.step_wall(-9 * 365 * 86_400)
    clock.advance(5)
    assert time.now_ms() == clock.now_ms()


def test_a_leap_that_lasts_is_the_truth_after_a_minute() -> None:
    time, clock = steady()
    clock.step_wall(86_400)
    time.now_ms()
    clock.advance(61)
    assert time.now_ms() == clock.now_ms()


def test_it_begins_no_earlier_than_the_journal() -> None:
    time, clock = steady()
    time.not_before(clock.now_ms() + 5_000)
    clock.advance(1)
    assert time.now_ms() == clock.now_ms() + 5_000


def test_a_program_started_again_does_not_believe_a_clock_that_leapt_meanwhile() -> None:
    before, clock = steady()
    kept = before.moment("boot-1")
    clock.advance(20)
    clock.step_wall(86_400)
    again = SteadyTime(clock.now_ms, clock.monotonic_s)
    again.go_on_from(kept, "boot-1")
    assert again.now_ms() == kept.at_ms + 20_000
    assert again.doubts
    clock.advance(61)
    assert again.now_ms() == clock.now_ms()


def test_a_program_started_again_follows_a_clock_that_was_set_right_meanwhile() -> None:
    """A clock that was an hour ahead would leave the hall an hour ahead until the machine itself starts again."""
    before, clock = steady()
    clock.step_wall(1700)
    kept = before.moment("boot-1")
    clock.step_wall(-1700)
    clock.advance(20)
    again = SteadyTime(clock.now_ms, clock.monotonic_s)
    assert again.go_on_from(kept, "boot-1")
    assert again.now_ms() == clock.now_ms()


def test_a_machine_started_again_has_only_its_clock() -> None:
    before, clock = steady()
    kept = before.moment("boot-1")
    clock.step_wall(86_400)
    again = SteadyTime(clock.now_ms, clock.monotonic_s)
    again.go_on_from(kept, "boot-2")
    assert again.now_ms() == clock.now_ms()


def test_a_second_leap_has_to_last_by_itself() -> None:
    """Found by simulation seed 240: a clock that leapt twice within a minute opened the next day."""
    time, clock = steady()
    before = time.now_ms()
    clock.step_wall(45_750)
    time.now_ms()
    clock.advance(51)
    time.now_ms()
    clock.step_wall(40_007)
    time.now_ms()
    clock.advance(10)
    assert time.now_ms() == before + 61_000
    clock.advance(51)
    assert time.now_ms() == clock.now_ms()


def test_silence_counts_from_the_start_the_last_leap_and_the_last_break() -> None:
    time, clock = steady()
    clock.advance(12)
    assert time.steady_ms == 12_000
    clock.step_wall(0.5)
    time.now_ms()
    assert time.steady_ms == 12_000, "an ordinary correction"
    clock.step_wall(600)
    time.now_ms()
    assert time.steady_ms == 0
    clock.advance(5)
    time.broken_off()
    clock.advance(7)
    assert time.steady_ms == 7_000
