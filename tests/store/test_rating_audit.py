"""What looks made up goes to a sample with its evidence; what people really do does not."""

from typing import Any

import msgspec

from broker.store.disclosure import ENOUGH
from broker.store.rating_audit import BURST_RUN, RHYTHM_RUN, AuditSample, Rated, audit

NOON = 1_772_600_000_000
HALF_MS = 43_200_000
TOMORROW = NOON + 4 * HALF_MS


def half_of(at_ms: int) -> tuple[int, int]:
    begin_ms = at_ms - (at_ms - NOON) % HALF_MS
    return begin_ms, begin_ms + HALF_MS


def sample_of(ratings: list[Rated], *, served: int = ENOUGH, now_ms: int = TOMORROW) -> AuditSample:
    """The sample, at a counter that served so many in each half day."""
    visits = [("c1", "a1", half_of(one.pressed_at_ms)[0], one.by_kiosk) for one in ratings for _ in range(served)]
    return audit("2026-03-04", ratings, visits, half_of, now_ms)


def rated(index: int, delay_ms: int = 6_000, **changed: Any) -> Rated:
    """The ``index``-th rating of an ordinary counter, five minutes after the one before."""
    finished_ms = changed.pop("finished_ms", NOON + index * 300_000)
    usual: dict[str, Any] = {"device": "keypad-1", "counter": "c1", "clerk": "a1", "level": "satisfied"}
    usual |= {"at_counter": True, "by_kiosk": True, **changed}
    return Rated(
        evaluation=f"rating-{index:04d}", finished_at_ms=finished_ms, pressed_at_ms=finished_ms + delay_ms, **usual
    )


def patterns(*ratings: Rated) -> list[str]:
    return [one.pattern for one in sample_of([*ratings]).suspicions]


def test_an_ordinary_day_is_not_suspected() -> None:
    delays = (3_100, 9_800, 5_200, 14_000, 7_700, 4_400, 21_000, 6_300)
    assert patterns(*(rated(index, delay) for index, delay in enumerate(delays))) == []


def test_who_rates_sooner_than_anybody_can_read_is_in_the_sample_with_the_time() -> None:
    (found,) = sample_of([rated(1, 1_999), rated(2, 2_000)]).suspicions
    assert found.pattern == "too_fast"
    assert found.evidence == {"count": 1, "least_delay_ms": 1_999, "most_delay_ms": 1_999, "limit_ms": 2_000}


def test_single_ratings_of_a_place_and_half_day_are_one_finding_without_a_time() -> None:
    fast = [rated(1, 700), rated(3, 1_500), rated(200, 900)]
    both = sample_of(fast).suspicions
    assert [one.evidence["count"] for one in both] == [2, 1]
    assert [(one.from_ms, one.until_ms) for one in both] == [half_of(NOON), half_of(NOON + HALF_MS)]
    assert (both[0].evidence["least_delay_ms"], both[0].evidence["most_delay_ms"]) == (700, 1_500)


def test_nothing_is_told_of_a_half_day_that_is_not_over() -> None:
    assert sample_of([rated(1, 700)], now_ms=NOON + HALF_MS - 1).suspicions == ()
    assert len(sample_of([rated(1, 700)], now_ms=NOON + HALF_MS).suspicions) == 1


def test_counter_and_clerk_are_named_only_where_enough_were_served_there_in_the_half_day() -> None:
    (few,) = of_few([rated(1, 700)], [1, 2, 2]).suspicions
    (many,) = sample_of([rated(1, 700)]).suspicions
    assert (few.counter, few.clerk) == (None, None)
    assert (many.counter, many.clerk) == ("c1", "a1")


def of_few(ratings: list[Rated], served: list[int], *, by_kiosk: bool = True) -> AuditSample:
    """The sample of a half day in which the first counter and each further one served so many."""
    places = [(f"c{place}", f"a{place}") for place, count in enumerate(served, start=1) for _ in range(count)]
    visits = [(counter, clerk, NOON, by_kiosk) for counter, clerk in places]
    return audit("2026-03-04", ratings, [*visits, *[("c9", "a9", NOON, True)] * 30], half_of, TOMORROW)


def test_one_who_was_served_alone_is_not_found_among_those_that_are_not_named() -> None:
    """All other counters would be named, so a finding without a counter would be about this one visitor."""
    assert of_few([rated(1, 700)], [1]).suspicions == ()
    assert of_few([rated(1, 700)], [1, 3]).suspicions == ()
    assert len(of_few([rated(1, 700)], [1, 4]).suspicions) == 1


def test_the_only_one_without_a_kiosks_number_is_not_found_in_the_crowd_of_those_who_had_one() -> None:
    odd = [rated(1, by_kiosk=False, counter="c9", clerk="a9")]
    assert of_few(odd, [ENOUGH - 1], by_kiosk=False).suspicions == ()
    (found,) = of_few(odd, [2, 3], by_kiosk=False).suspicions
    assert (found.counter, found.clerk) == (None, None)


def test_the_same_delay_and_level_again_and_again_is_one_finding() -> None:
    run = [rated(index, 5_000 + index * 20) for index in range(RHYTHM_RUN + 2)]
    (found,) = sample_of(run).suspicions
    assert (found.pattern, found.evidence["count"]) == ("same_rhythm", RHYTHM_RUN + 2)
    assert patterns(*run[: RHYTHM_RUN - 1]) == []


def test_another_level_or_another_device_breaks_the_rhythm() -> None:
    levels = [rated(index, 5_000, level="satisfied" if index % 2 else "dissatisfied") for index in range(8)]
    devices = [rated(index, 5_000, device=f"keypad-{index % 2}") for index in range(8)]
    assert patterns(*levels) == [] and patterns(*devices) == []


def test_many_phones_for_one_clerk_within_a_minute_are_a_burst_and_spread_out_they_are_not() -> None:
    def phones(gap_ms: int) -> list[Rated]:
        far = {"device": "phone", "at_counter": False}
        return [rated(i, 10_000 + i * gap_ms, finished_ms=NOON, **far) for i in range(BURST_RUN + 1)]

    (found,) = sample_of(phones(5_000)).suspicions
    assert (found.pattern, found.evidence) == ("burst", {"count": BURST_RUN + 1, "within_ms": BURST_RUN * 5_000})
    assert patterns(*phones(15_000)) == []


def test_a_visit_whose_number_no_kiosk_gave_is_looked_at() -> None:
    assert patterns(rated(1, by_kiosk=False)) == ["no_ticket"]


def test_the_sample_names_no_visitor_no_ticket_no_rating_and_no_moment() -> None:
    one = rated(1, 100)
    sample = msgspec.json.encode(sample_of([one])).decode()
    for secret in (
        "number",
        "visit",
        "level",
        "keypad",
        "rating-0001",
        str(one.pressed_at_ms),
        str(one.finished_at_ms),
    ):
        assert secret not in sample, secret


def test_a_sample_is_bounded_and_says_what_it_leaves_out() -> None:
    ratings = [rated(index, 100, counter=f"c{index}", level=str(index), finished_ms=NOON) for index in range(700)]
    visits = [(one.counter, one.clerk, NOON, True) for one in ratings for _ in range(ENOUGH)]
    sample = audit("2026-03-04", ratings, visits, half_of, TOMORROW)
    assert (len(sample.suspicions), sample.left_out) == (500, 200)
