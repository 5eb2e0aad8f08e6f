"""What a finger meant: taps, holds and chords on a virtual clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.address import BadAddress
from broker.model.key_gestures import gestures_of, parse_gesture
from caller.console.gestures import Gestures

KEYS = {
    "call": "gpio://5",
    "recall": "gpio://6",
    "pause": "gpio://13",
    "close": "hold://pause?ms=2000",
    "open": "chord://call+pause?ms=150",
    "no_show": "gpio://19?hold_ms=1000",
}


@pytest.fixture
def finger() -> Gestures:
    return Gestures(gestures_of(KEYS))


def test_a_key_with_one_meaning_counts_the_moment_it_goes_down(finger):
    assert finger.moved("recall", True, 1.0) == ["recall"]
    assert finger.moved("recall", False, 9.0) == []


def test_a_key_that_repeats_while_it_is_down_counts_once(finger):
    assert finger.moved("recall", True, 1.0) == ["recall"]
    assert finger.moved("recall", True, 1.3) == []
    finger.moved("recall", False, 1.4)
    assert finger.moved("recall", True, 1.5) == ["recall"]


def test_a_key_that_can_be_held_counts_when_it_is_let_go_sooner(finger):
    assert finger.moved("pause", True, 1.0) == []
    assert finger.tick(2.9) == []
    assert finger.moved("pause", False, 2.9) == ["pause"]


def test_a_key_held_long_enough_counts_once_and_while_it_is_still_down(finger):
    finger.moved("pause", True, 1.0)
    assert finger.tick(3.0) == ["close"]
    assert finger.tick(8.0) == []
    assert finger.moved("pause", False, 9.0) == []


def test_a_hold_is_known_at_the_release_when_nobody_looked_meanwhile(finger):
    finger.moved("pause", True, 1.0)
    assert finger.moved("pause", False, 3.5) == ["close"]


def test_a_key_that_must_be_held_means_nothing_when_tapped(finger):
    finger.moved("no_show", True, 1.0)
    assert finger.moved("no_show", False, 1.9) == []
    finger.moved("no_show", True, 2.0)
    assert finger.tick(3.0) == ["no_show"]


@pytest.mark.parametrize("order", [("call", "pause"), ("pause", "call")])
def test_two_keys_together_are_a_chord_and_nothing_else(finger, order):
    first, second = order
    assert finger.moved(first, True, 1.0) == []
    assert finger.moved(second, True, 1.1) == ["open"]
    assert finger.tick(9.0) == []
    assert finger.moved(first, False, 9.1) == finger.moved(second, False, 9.2) == []


def test_a_key_of_a_chord_counts_alone_when_the_chords_time_is_over(finger):
    finger.moved("call", True, 1.0)
    assert finger.tick(1.1) == []
    assert finger.tick(1.16) == ["call"]
    assert finger.moved("pause", True, 1.2) == []


def test_a_key_of_a_chord_counts_alone_when_it_is_let_go(finger):
    finger.moved("call", True, 1.0)
    assert finger.moved("call", False, 1.05) == ["call"]


def test_a_chord_key_that_is_late_is_no_chord_though_nobody_looked(finger):
    finger.moved("call", True, 1.0)
    assert finger.moved("pause", True, 1.4) == ["call"]
    assert finger.moved("pause", False, 1.5) == ["pause"]


def test_a_stuck_key_and_a_pulled_pad_mean_nothing(finger):
    finger.moved("pause", True, 1.0)
    finger.forget("pause")
    assert finger.tick(9.0) == finger.moved("pause", False, 9.0) == []
    finger.moved("call", True, 10.0)
    finger.forget()
    assert finger.tick(20.0) == []


def test_it_says_when_it_must_be_asked_again_soon(finger):
    assert not finger.deciding
    finger.moved("call", True, 1.0)
    assert finger.deciding
    finger.tick(2.0)
    assert not finger.deciding


MOVES = st.lists(st.tuples(st.sampled_from(["call", "recall", "pause", "no_show"]), st.booleans(), st.floats(0, 3)))


@given(MOVES, st.booleans())
def test_whatever_the_fingers_do_each_press_means_one_thing_at_most(moves, looked):
    finger, at_s, pressed, down = Gestures(gestures_of(KEYS)), 0.0, 0, set()
    meant: list[str] = []
    for key, goes_down, wait_s in moves:
        at_s += wait_s
        pressed += goes_down and key not in down
        (down.add if goes_down else down.discard)(key)
        if looked:
            meant += finger.tick(at_s)
        meant += finger.moved(key, goes_down, at_s)
    meant += finger.tick(at_s + 60)
    assert len(meant) + meant.count("open") <= pressed, "a chord uses two presses up"
    assert set(meant) <= set(KEYS)
    assert not finger.deciding


@pytest.mark.parametrize(
    "text", ["hold://call?ms=100", "hold://call?hold_ms=900", "chord://call", "key://", "key://a-b", "key://1?ms=3"]
)
def test_a_gesture_that_cannot_be_meant_is_refused(text):
    with pytest.raises(BadAddress) as caught:
        parse_gesture(text)
    assert caught.value.zh
