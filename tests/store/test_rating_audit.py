"""What looks made up goes to a sample with its evidence; what people really do does not."""

from typing import Any

import msgspec

from broker.store.rating_audit import BURST_RUN, RHYTHM_RUN, Rated, audit, mark_of

NOON = 1_772_600_000_000


def rated(index: int, delay_ms: int = 6_000, **changed: Any) -> Rated:
    """The ``index``-th rating of an ordinary counter, five minutes after the one before."""
    finished_ms = changed.pop("finished_ms", NOON + index * 300_000)
    usual: dict[str, Any] = {"device": "keypad-1", "counter": "c1", "clerk": "a1", "level": "satisfied"}
    usual |= {"at_counter": True, "by_kiosk": True, **changed}
    return Rated(
        evaluation=f"rating-{index:04d}", finished_at_ms=finished_ms, pressed_at_ms=finished_ms + delay_ms, **usual
    )


def patterns(*ratings: Rated) -> list[str]:
    return [one.pattern for one in audit("2026-03-04", ratings).suspicions]


def test_an_ordinary_day_is_not_suspected() -> None:
    delays = (3_100, 9_800, 5_200, 14_000, 7_700, 4_400, 21_000, 6_300)
    assert patterns(*(rated(index, delay) for index, delay in enumerate(delays))) == []


def test_who_rates_sooner_than_anybody_can_read_is_in_the_sample_with_the_time() -> None:
    (found,) = audit("2026-03-04", [rated(1, 1_999), rated(2, 2_000)]).suspicions
    assert (found.pattern, found.evaluations) == ("too_fast", (mark_of("rating-0001"),))
    assert found.evidence == {"count": 1, "delay_ms": 1_999, "least_ms": 2_000}


def test_the_same_delay_and_level_again_and_again_is_one_finding() -> None:
    run = [rated(index, 5_000 + index * 20) for index in range(RHYTHM_RUN + 2)]
    (found,) = audit("2026-03-04", run).suspicions
    assert (found.pattern, len(found.evaluations)) == ("same_rhythm", RHYTHM_RUN + 2)
    assert patterns(*run[: RHYTHM_RUN - 1]) == []


def test_another_level_or_another_device_breaks_the_rhythm() -> None:
    levels = [rated(index, 5_000, level="satisfied" if index % 2 else "dissatisfied") for index in range(8)]
    devices = [rated(index, 5_000, device=f"keypad-{index % 2}") for index in range(8)]
    assert patterns(*levels) == [] and patterns(*devices) == []


def test_many_phones_for_one_clerk_within_a_minute_are_a_burst_and_spread_out_they_are_not() -> None:
    def phones(gap_ms: int) -> list[Rated]:
        far = {"device": "phone", "at_counter": False}
        return [rated(i, 10_000 + i * gap_ms, finished_ms=NOON, **far) for i in range(BURST_RUN + 1)]

    (found,) = audit("2026-03-04", phones(5_000)).suspicions
    assert (found.pattern, found.evidence) == ("burst", {"count": BURST_RUN + 1, "within_ms": BURST_RUN * 5_000})
    assert patterns(*phones(15_000)) == []


def test_a_visit_whose_number_no_kiosk_gave_is_looked_at() -> None:
    assert patterns(rated(1, by_kiosk=False)) == ["no_ticket"]


def test_the_sample_names_no_visitor_no_ticket_and_changes_no_rating() -> None:
    sample = msgspec.json.encode(audit("2026-03-04", [rated(1, 100)])).decode()
    assert "number" not in sample and "visit" not in sample and "level" not in sample


def test_a_sample_is_bounded_and_says_what_it_leaves_out() -> None:
    sample = audit("2026-03-04", [rated(index, 100, level=str(index)) for index in range(700)])
    assert (len(sample.suspicions), sample.left_out, sample.ratings) == (500, 200, 700)
