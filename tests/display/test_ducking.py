"""Media give way to the voice."""

from display.ducking import FALL_S, HOLD_S, RISE_S, Ducking


def test_media_are_as_they_were_until_the_voice_speaks() -> None:
    assert Ducking().gain_db(5.0) == 0.0


def test_media_are_down_within_a_tenth_of_a_second_of_the_chime() -> None:
    duck = Ducking(-18.0)
    duck.speaks(True, 10.0)
    assert -18.0 < duck.gain_db(10.0 + FALL_S / 2) < 0.0
    assert duck.gain_db(10.0 + FALL_S) == duck.gain_db(60.0) == -18.0


def test_media_stay_down_in_the_breath_between_two_calls_and_then_come_back_slowly() -> None:
    duck = Ducking(-18.0)
    duck.speaks(True, 10.0)
    duck.speaks(False, 20.0)
    assert duck.gain_db(20.0 + HOLD_S) == -18.0
    duck.speaks(True, 20.0 + HOLD_S)
    assert duck.gain_db(25.0) == -18.0
    duck.speaks(False, 30.0)
    assert -18.0 < duck.gain_db(30.0 + HOLD_S + RISE_S / 2) < 0.0
    assert duck.gain_db(30.0 + HOLD_S + RISE_S) == 0.0


def test_a_call_while_media_come_back_takes_them_down_from_where_they_are() -> None:
    duck = Ducking(-20.0)
    duck.speaks(True, 0.0)
    duck.speaks(False, 10.0)
    half_s = 10.0 + HOLD_S + RISE_S / 2
    before = duck.gain_db(half_s)
    duck.speaks(True, half_s)
    assert duck.gain_db(half_s) == before
    assert duck.gain_db(half_s + FALL_S) == -20.0
