"""One rating a visit, thanks only once it is safe, nothing by default."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.commands import ExplainEvaluation, LeaveUnrated, RecordEvaluation
from broker.model.words import Level
from caller.rating.mind import (
    AFTER,
    DECLINE_KEY,
    Apologise,
    Keep,
    Prompt,
    Rating,
    RatingState,
    Reject,
    Rest,
    Store,
    Thank,
)
from tests.caller.views import NOW_MS, ids, request

LEVELS = {str(key): level for key, level in enumerate(Level)}
FOUR_KEYS = {"0": Level.SATISFIED, "1": Level.VERY_SATISFIED, "2": Level.DISSATISFIED, "3": Level.VERY_DISSATISFIED}


@pytest.fixture
def rating():
    return Rating("eval-1", LEVELS, ids("rating"))


def test_a_finished_visit_prompts_once_however_often_it_is_shown(rating):
    assert rating.shown(request(), NOW_MS) == [Prompt("visit-1")]
    assert rating.shown(request(), NOW_MS + 1) == []
    assert rating.state is RatingState.ASKING


def test_a_key_is_stored_first_and_thanked_after(rating):
    rating.shown(request(), NOW_MS)
    expected = RecordEvaluation(
        evaluation="rating-0001",
        visit="visit-1",
        level=Level.SATISFIED,
        device="eval-1",
        raw_key="1",
        pressed_at_ms=NOW_MS + 2_000,
    )
    assert rating.press("1", NOW_MS + 2_000) == [Store(expected)]
    assert rating.state is RatingState.STORING
    assert rating.stored("rating-0001") == [Thank(Level.SATISFIED)]
    assert rating.state is RatingState.RATED


def test_a_second_key_is_rejected(rating):
    rating.shown(request(), NOW_MS)
    rating.press("1", NOW_MS)
    assert rating.press("0", NOW_MS) == [Reject("storing", "0")]
    rating.stored("rating-0001")
    assert rating.press("0", NOW_MS + 1) == [Reject("already_rated", "0")]
    assert rating.shown(request(), NOW_MS + 2) == []


def test_a_visit_rated_before_a_restart_is_not_asked_again():
    again = Rating("eval-1", LEVELS, ids("rating"), rated=["visit-1"])
    assert again.shown(request(), NOW_MS) == []
    assert again.press("0", NOW_MS) == [Reject("no_visit", "0")]


def test_a_key_without_a_visit_is_rejected(rating):
    assert rating.press("0", NOW_MS) == [Reject("no_visit", "0")]


def test_a_key_that_the_table_does_not_have_is_rejected_and_the_window_stays_open():
    rating = Rating("eval-1", FOUR_KEYS, ids("rating"))
    rating.shown(request(), NOW_MS)
    assert rating.press("4", NOW_MS) == [Reject("unknown_key", "4")]
    assert rating.asking


def test_each_device_has_its_own_table_and_the_raw_key_is_kept():
    rating = Rating("eval-1", FOUR_KEYS, ids("rating"))
    rating.shown(request(), NOW_MS)
    [store] = rating.press("0", NOW_MS)
    assert (store.evaluation.level, store.evaluation.raw_key) == (Level.SATISFIED, "0")


def test_a_visit_nobody_rates_stays_unrated(rating):
    rating.shown(request(), NOW_MS)
    assert rating.tick(NOW_MS + 59_999) == []
    assert rating.tick(NOW_MS + 60_000) == [Rest(RatingState.UNRATED)]
    assert rating.press("0", NOW_MS + 60_001) == [Reject("no_visit", "0")]


def test_a_key_after_the_window_never_counts_even_without_a_tick(rating):
    rating.shown(request(), NOW_MS)
    assert rating.press("0", NOW_MS + 60_000) == [Rest(RatingState.UNRATED), Reject("no_visit", "0")]


def test_the_next_service_at_the_counter_ends_the_window(rating):
    rating.shown(request(), NOW_MS)
    assert rating.shown(None, NOW_MS + 5_000) == [Rest(RatingState.UNRATED)]
    assert rating.press("0", NOW_MS + 6_000) == [Reject("no_visit", "0")]


def test_who_is_asked_about_again_because_a_start_was_taken_back_may_rate(rating):
    rating.shown(request(), NOW_MS)
    rating.shown(None, NOW_MS + 5_000)
    assert rating.shown(request(), NOW_MS + 9_000) == [Prompt("visit-1")]
    assert rating.shown(request(), NOW_MS + 9_500) == [], "once"
    assert rating.tick(NOW_MS + 60_000) == [Rest(RatingState.UNRATED)], "no longer than its time"
    assert rating.shown(request(), NOW_MS + 50_000) == [], "not by a clock that was put back either"


def test_a_visit_that_went_on_and_ended_once_more_is_asked_about_from_then_on(rating):
    rating.shown(request(), NOW_MS)
    assert rating.shown(request("visit-1", NOW_MS + 9_000), NOW_MS + 9_000) == [], "it is being asked about"
    assert rating.tick(NOW_MS + 60_000) == []
    rating.press("decline", NOW_MS + 61_000)
    assert rating.shown(request("visit-1", NOW_MS + 9_000), NOW_MS + 62_000) == [], "who declined is left alone"
    rating.shown(None, NOW_MS + 63_000)
    assert rating.shown(request("visit-1", NOW_MS + 64_000), NOW_MS + 64_000) == [Prompt("visit-1")]


def test_the_next_visit_is_asked_about_anew(rating):
    rating.shown(request(), NOW_MS)
    assert rating.shown(request("visit-2", NOW_MS + 9_000), NOW_MS + 9_000) == [
        Rest(RatingState.UNRATED),
        Prompt("visit-2"),
    ]


def test_a_request_that_arrives_after_its_window_prompts_nobody(rating):
    assert rating.shown(request(), NOW_MS + 60_000) == []


def test_whoever_declines_is_not_unrated(rating):
    rating.shown(request(), NOW_MS)
    told = LeaveUnrated(visit="visit-1", device="eval-1", why="declined")
    assert rating.press("decline", NOW_MS) == [Rest(RatingState.DECLINED), Keep("", told)]
    assert rating.state is RatingState.DECLINED
    assert rating.press("0", NOW_MS) == [Reject("no_visit", "0")]


def test_a_disk_that_fails_brings_no_thanks_and_another_try(rating):
    rating.shown(request(), NOW_MS)
    rating.press("0", NOW_MS)
    assert rating.failed("rating-0001") == [Apologise()]
    assert rating.state is RatingState.FAULT
    [store] = rating.press("0", NOW_MS + 1)
    assert rating.stored(store.evaluation.evaluation) == [Thank(Level.VERY_SATISFIED)]


def test_the_prompt_can_be_repeated_after_the_line_came_back(rating):
    assert rating.again() == []
    rating.shown(request(), NOW_MS)
    assert rating.again() == [Prompt("visit-1")]


def test_an_answer_of_the_disk_for_another_rating_changes_nothing(rating):
    rating.shown(request(), NOW_MS)
    rating.press("0", NOW_MS)
    assert rating.stored("rating-9999") == []
    assert rating.failed("rating-9999") == []
    assert rating.state is RatingState.STORING


steps = st.lists(
    st.one_of(
        st.tuples(st.just("show"), st.integers(0, 4)),
        st.tuples(st.just("press"), st.sampled_from(["0", "4", "9", "decline"])),
        st.tuples(st.just("disk"), st.booleans()),
        st.tuples(st.just("wait"), st.integers(0, 90_000)),
    ),
    max_size=40,
)


def test_who_met_a_full_disk_may_still_decline():
    rating = Rating("eval-1", LEVELS, ids("rating"))
    rating.shown(request("visit-1"), NOW_MS)
    (store,) = [effect for effect in rating.press("0", NOW_MS) if isinstance(effect, Store)]
    rating.failed(store.evaluation.evaluation)
    told = LeaveUnrated(visit="visit-1", device="eval-1", why="declined")
    assert rating.press(DECLINE_KEY, NOW_MS) == [Rest(RatingState.DECLINED), Keep("", told)]


@given(steps)
def test_whatever_happens_a_visit_is_rated_once_and_thanked_only_after_storing(steps):
    rating, now_ms = Rating("eval-1", LEVELS, ids("rating")), NOW_MS
    opened: dict[str, int] = {}
    stored: list[str] = []
    for kind, value in steps:
        before, effects = rating.state, []
        if kind == "show" and value == 0:
            effects = rating.shown(None, now_ms)
        elif kind == "show":
            opened.setdefault(f"visit-{value}", now_ms)
            effects = rating.shown(request(f"visit-{value}", opened[f"visit-{value}"]), now_ms)
        elif kind == "press":
            effects = rating.press(value, now_ms)
        elif kind == "wait":
            now_ms += value
            effects = rating.tick(now_ms)
        elif rating._storing is not None:
            visit = rating._storing.visit
            effects = (rating.stored if value else rating.failed)(rating._storing.evaluation)
            stored += [visit] if value else []
            assert any(isinstance(effect, Thank) for effect in effects) is value
        if kind != "disk":
            assert not any(isinstance(effect, Thank) for effect in effects)
        for effect in effects:
            if isinstance(effect, Store):
                assert opened[effect.evaluation.visit] <= now_ms < opened[effect.evaluation.visit] + 60_000
        assert rating.state is before or rating.state in reachable(before)
    assert len(stored) == len(set(stored))


def reachable(state: RatingState) -> set[RatingState]:
    """What two arrows of the table reach: one call may close a window and open the next."""
    return set(AFTER[state]) | {after for middle in AFTER[state] for after in AFTER[middle]}


def rated_low(rating, level_key="4"):
    rating.shown(request(), NOW_MS)
    [store] = rating.press(level_key, NOW_MS)
    rating.stored(store.evaluation.evaluation)
    return rating


def test_whoever_rated_low_may_say_why_once_after_the_rating_is_kept(rating):
    assert rating.explain(("slow",), contact=False) == []
    rated_low(rating)
    told = ExplainEvaluation(visit="visit-1", device="eval-1", reasons=("slow",), reasons_version=1, contact=True)
    assert rating.explain(("slow",), contact=True) == [Keep("", told)]
    assert rating.explain(("slow",), contact=True) == [], "once"


def test_a_contact_key_counts_only_after_a_low_rating():
    rating = Rating("eval-1", LEVELS, ids("rating"), contact="7")
    rating.shown(request(), NOW_MS)
    assert rating.press("7", NOW_MS) == [Reject("unknown_key", "7")], "it is no rating"
    rated_low(rating)
    assert rating.press("7", NOW_MS)[0].told.contact is True
    assert rating.press("7", NOW_MS) == [Reject("already_rated", "7")]
    good = rated_low(Rating("eval-1", LEVELS, ids("rating"), contact="7"), "0")
    assert good.press("7", NOW_MS) == [Reject("already_rated", "7")]


def test_a_window_that_passes_while_the_device_is_broken_is_no_visitors_silence(rating):
    rating.faulty = lambda: True
    rating.shown(request(), NOW_MS)
    told = LeaveUnrated(visit="visit-1", device="eval-1", why="device_fault")
    assert rating.shown(None, NOW_MS) == [Rest(RatingState.UNRATED), Keep("", told)]


def test_what_the_visitor_before_was_unhappy_about_cannot_be_said_by_the_next(rating):
    rated_low(rating)
    rating.shown(request("visit-2"), NOW_MS)
    assert rating.explain(("slow",), contact=True) == []
