"""Logging in at a console: staff number and PIN on whatever keys there are, and no PIN anywhere else."""

import logging

import pytest

from broker.model import commands as c
from broker.model.pins import hash_pin
from broker.model.words import CounterStatus
from caller.console.guesses import LOCKED_S, LONGEST_S, WRONG_MOST, Guesses
from caller.console.keys import ConsoleKey, Press, press_with
from caller.console.log_in import TYPED_WITHIN_S
from caller.console.mind import PIECE_MERGE_S, Console, Refuse, Send
from caller.console.picture import picture_of
from caller.directory import directory_of
from tests.caller.views import NOW_MS, hall_with, ids, view

CLERKS = {
    "li": {"staff_number": "0107", "pin": hash_pin("2468", b"a" * 16)},
    "wu": {"staff_number": "015", "pin": hash_pin("1357", b"b" * 16)},
    "he": {"staff_number": "0200"},
}


@pytest.fixture
def console():
    console = Console(directory_of(hall_with(clerks=CLERKS), "w1"), ids())
    console.link(True, 0.0)
    console.shown(view(status=CounterStatus.CLOSED))
    return console


class Fingers:
    """Types pieces before the pause key, some seconds apart."""

    def __init__(self, console, gap_s=3.0):
        self.console, self.now_s, self.gap_s = console, 10.0, gap_s

    def type(self, *pieces):
        found = []
        for piece in pieces:
            self.now_s += self.gap_s
            for effect in self.console.press(press_with(ConsoleKey.PAUSE, piece), self.now_s, NOW_MS):
                found.append(effect.command if isinstance(effect, Send) else effect.code)
                if isinstance(effect, Send):
                    self.console.answered(effect.id, None, self.now_s)
        return found


@pytest.fixture
def fingers(console):
    return Fingers(console)


LI_IS_HERE = c.LogIn(counter="w1", clerk="li")


@pytest.mark.parametrize("pieces", [("0107", "2468"), ("01", "07", "24", "68"), ("010", "7", "2", "468")])
def test_staff_number_and_pin_log_in_in_as_many_pieces_as_the_pad_needs(fingers, pieces):
    assert fingers.type(*pieces) == [LI_IS_HERE]


def test_a_digit_that_otherwise_closes_is_a_digit_amid_a_log_in(fingers):
    assert fingers.type("01", "5", "13", "5", "7") == [c.LogIn(counter="w1", clerk="wu")]


def test_a_paused_counter_is_taken_over_by_logging_in(console, fingers):
    console.shown(view(status=CounterStatus.PAUSED, clerk="wu"))
    console.tick(1.0)
    assert fingers.type("0107", "2468") == [LI_IS_HERE]


def test_at_an_open_counter_digits_are_a_reason_as_before(console, fingers):
    console.shown(view(status=CounterStatus.OPEN))
    console.tick(1.0)
    assert fingers.type("2") == [c.PauseCounter(counter="w1", reason="吃饭")]
    assert fingers.type("0107") == ["no_such_key"]


def test_a_wrong_pin_asks_for_all_of_it_again(fingers):
    assert fingers.type("0107", "1111", "2468") == ["wrong_pin", "no_such_clerk"]
    assert fingers.type("0107", "2468") == [LI_IS_HERE]


def test_another_clerks_pin_does_not_fit(fingers):
    assert fingers.type("0107", "1357") == ["wrong_pin"]


def test_after_five_wrong_ones_the_console_waits_a_minute(fingers):
    said = [code for _ in range(WRONG_MOST) for code in fingers.type("0107", "1234")]
    assert said == ["wrong_pin"] * (WRONG_MOST - 1) + ["pin_locked"]
    assert fingers.type("0107") == ["pin_locked"]
    fingers.now_s += LOCKED_S
    assert fingers.type("0107", "2468") == [LI_IS_HERE]


def test_each_further_wrong_one_doubles_the_delay_up_to_an_hour_and_a_right_one_ends_it(console, fingers):
    fingers.type(*("0107", "1234") * WRONG_MOST)
    delay_s = LOCKED_S
    for _ in range(8):
        fingers.now_s += delay_s - 4
        assert fingers.type("0107") == ["pin_locked"], "not a second sooner"
        fingers.now_s += 1
        assert fingers.type("0107", "1234") == ["pin_locked"], "one try, and it was wrong"
        delay_s = min(LONGEST_S, delay_s * 2)
        assert console.refusal.sentence.en.startswith(f"Wrong too often: wait {delay_s / 60:.0f} min")
    fingers.now_s += delay_s
    assert fingers.type("0107", "2468") == [LI_IS_HERE]
    assert fingers.type("0107", "1234") == ["wrong_pin"], "it begins anew"


def test_a_clerks_pin_is_guessed_no_faster_at_two_counters_and_others_still_log_in_there():
    guesses, said = Guesses(), []
    desks = {}
    for counter in ("w1", "w2"):
        console = Console(directory_of(hall_with(clerks=CLERKS), counter), ids(), guesses=guesses)
        console.link(True, 0.0)
        console.shown(view(counter=counter, status=CounterStatus.CLOSED))
        desks[counter] = Fingers(console)
    for counter in ("w1", "w2", "w1", "w2", "w1"):
        said += desks[counter].type("0107", "1234")
    assert said == ["wrong_pin"] * 4 + ["pin_locked"]
    assert desks["w2"].type("0107") == ["pin_locked"]
    assert desks["w2"].type("015", "1357") == [c.LogIn(counter="w2", clerk="wu")]
    assert list(guesses.guessed(desks["w1"].now_s)) == [("clerk", "li", 5)]


def test_staff_numbers_typed_at_many_counters_before_the_delay_buy_no_guess_in_it():
    guesses, desks = Guesses(), []
    for counter in ("w1", "w2"):
        console = Console(directory_of(hall_with(clerks=CLERKS), counter), ids(), guesses=guesses)
        console.link(True, 0.0)
        console.shown(view(counter=counter, status=CounterStatus.CLOSED))
        desks.append(Fingers(console))
    first, second = desks
    for _ in range(WRONG_MOST - 1):
        first.type("0107", "1234")
    second.now_s = first.now_s
    assert (first.type("0107"), second.type("0107")) == ([], [])
    assert first.type("1234") == ["pin_locked"]
    assert second.type("2468") == ["pin_locked"], "not even the right one, now"
    assert sum(one.count for one in guesses.all()) == WRONG_MOST


def test_a_staff_number_left_standing_is_forgotten(console, fingers):
    fingers.type("0107")
    console.tick(fingers.now_s)
    assert dict(picture_of(console, NOW_MS).lamps)["pause"] == "blink"
    fingers.now_s += TYPED_WITHIN_S
    console.tick(fingers.now_s)
    assert dict(picture_of(console, NOW_MS).lamps)["pause"] == "off"
    assert fingers.type("2468") == ["no_such_clerk"]


def test_who_has_no_pin_logs_in_on_the_page(fingers):
    assert fingers.type("0200") == ["no_pin"]


def test_the_closing_digit_logs_out_who_is_logged_in_at_a_closed_counter(console, fingers):
    console.shown(view(status=CounterStatus.CLOSED, clerk="li"))
    assert fingers.type("5") == [c.LogOut(counter="w1")]
    console.shown(view(status=CounterStatus.CLOSED))
    assert fingers.type("5") == [c.CloseCounter(counter="w1")]


def test_no_pin_is_logged_or_sent_or_shown(console, fingers, caplog):
    caplog.set_level(logging.DEBUG)
    said = fingers.type("0107", "2468", "0107", "2469")
    assert "2468" not in repr(said) + caplog.text
    assert "2469" not in repr(said) + caplog.text
    assert "scrypt" not in repr(console.directory)


def test_a_frame_resent_does_not_type_its_piece_twice(console):
    press = Press(ConsoleKey.PAUSE, "01")
    for index in range(20):
        assert console.press(press, 10.0 + index * 0.3, NOW_MS) == []
    rest = [("07", 20.0), ("24", 23.0), ("68", 26.0)]
    effects = [effect for digits, at in rest for effect in console.press(Press(ConsoleKey.PAUSE, digits), at, NOW_MS)]
    assert [effect.command for effect in effects if not isinstance(effect, Refuse)] == [LI_IS_HERE]


@pytest.mark.parametrize("gap_s", [PIECE_MERGE_S + 0.05, 1.0, 1.4])
def test_two_pieces_that_are_alike_are_both_typed_however_quick_the_hand(gap_s):
    clerks = {"lu": {"staff_number": "0101", "pin": hash_pin("2424", b"c" * 16)}}
    console = Console(directory_of(hall_with(clerks=clerks), "w1"), ids())
    console.link(True, 0.0)
    console.shown(view(status=CounterStatus.CLOSED))
    fingers = Fingers(console, gap_s)
    assert fingers.type("01", "01", "24", "24") == [c.LogIn(counter="w1", clerk="lu")]


def test_an_own_pin_buys_no_guesses_at_anothers(fingers):
    assert fingers.type(*("0107", "1234") * (WRONG_MOST - 1)) == ["wrong_pin"] * (WRONG_MOST - 1)
    assert fingers.type("015", "1357") == [c.LogIn(counter="w1", clerk="wu")]
    assert fingers.type("0107", "1235") == ["pin_locked"]


def test_who_mistyped_and_logs_in_begins_anew(fingers):
    assert fingers.type(*("0107", "1234") * (WRONG_MOST - 1)) == ["wrong_pin"] * (WRONG_MOST - 1)
    assert fingers.type("0107", "2468") == [LI_IS_HERE]
    assert fingers.type("0107", "1235") == ["wrong_pin"]
