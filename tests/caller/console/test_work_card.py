"""Logging in by work card: what the console makes of a laid card, and the card's number nowhere else."""

import logging

import pytest

from broker.model import commands as c
from broker.model.pins import hash_pin
from broker.model.words import CounterStatus
from broker.model.work_cards import hash_card
from caller.console.guesses import LOCKED_S, WRONG_MOST
from caller.console.keys import ConsoleKey, press_with
from caller.console.mind import MERGE_S, Console, Send
from caller.console.picture import picture_of
from caller.directory import directory_of
from tests.caller.views import NOW_MS, hall_with, ids, view

LI, WU, STRANGER = "0004512345", "04A1B2C3D4", "0009999999"
CLERKS = {
    "li": {"staff_number": "0107", "pin": hash_pin("2468", b"a" * 16), "card": hash_card(LI, b"s" * 16)},
    "wu": {"staff_number": "015", "card": hash_card(WU, b"s" * 16)},
}
LI_IS_HERE = c.LogIn(counter="w1", clerk="li")


class Hands:
    """Lays cards, some seconds apart, and types; the engine says yes to everything."""

    def __init__(self):
        self.console, self.now_s = Console(directory_of(hall_with(clerks=CLERKS), "w1"), ids()), 10.0
        self.console.link(True, 0.0)

    def sees(self, status, clerk=None):
        self.console.shown(view(status=status, clerk=clerk))
        self.now_s += 5.0
        self.console.tick(self.now_s)

    def lay(self, *cards):
        return [said for card in cards for said in self._said(self.console.card(card, self._later()))]

    def type(self, *pieces):
        presses = [press_with(ConsoleKey.PAUSE, piece) for piece in pieces]
        return [said for one in presses for said in self._said(self.console.press(one, self._later(), NOW_MS))]

    def _later(self):
        self.now_s += 3.0
        return self.now_s

    def _said(self, effects):
        for effect in effects:
            if isinstance(effect, Send):
                self.console.answered(effect.id, None, self.now_s)
        return [effect.command if isinstance(effect, Send) else effect.code for effect in effects]


@pytest.fixture
def hands():
    hands = Hands()
    hands.sees(CounterStatus.CLOSED)
    return hands


def test_a_card_logs_its_clerk_in_at_a_closed_counter(hands):
    assert hands.lay(LI) == [LI_IS_HERE]


def test_another_clerks_card_at_a_paused_counter_stands_in(hands):
    hands.sees(CounterStatus.PAUSED, "wu")
    assert hands.lay(LI) == [LI_IS_HERE]


def test_the_own_card_at_a_paused_counter_goes_on_as_the_own_pin_does(hands):
    hands.sees(CounterStatus.PAUSED, "li")
    assert hands.lay(LI) == [LI_IS_HERE]
    assert hands.type("0107", "2468") == [LI_IS_HERE]


def test_the_own_card_at_a_closed_counter_logs_out_and_anothers_takes_over(hands):
    hands.sees(CounterStatus.CLOSED, "li")
    assert hands.lay(LI) == [c.LogOut(counter="w1")]
    assert hands.lay(WU) == [c.LogIn(counter="w1", clerk="wu")]


def test_at_an_open_counter_a_card_changes_nothing_and_says_what_to_do(hands):
    hands.sees(CounterStatus.OPEN, "wu")
    assert hands.lay(LI, WU) == ["card_while_open"] * 2


def test_an_unknown_card_is_told_in_plain_words_and_asks_the_engine_nothing(hands):
    assert hands.lay(STRANGER) == ["no_such_card"]
    assert hands.console.refusal.sentence.zh == "此卡没有登记"
    assert dict(picture_of(hands.console, NOW_MS).lamps)["refused"] == "flash"
    assert hands.lay(LI) == [LI_IS_HERE]


def test_guesses_by_card_and_by_pin_are_counted_together_and_end(hands):
    assert hands.lay(*[STRANGER] * (WRONG_MOST - 1)) == ["no_such_card"] * (WRONG_MOST - 1)
    assert hands.type("0107", "1111") == ["pin_locked"]
    assert hands.lay(LI) == ["card_locked"]
    hands.now_s += LOCKED_S
    assert hands.lay(LI) == [LI_IS_HERE]


def test_a_card_makes_a_half_typed_log_in_void(hands):
    assert hands.type("0107") == []
    assert hands.lay(WU) == [c.LogIn(counter="w1", clerk="wu")]
    assert hands.type("2468") == ["no_such_clerk"]


def test_a_card_that_is_read_twice_is_one_card(hands):
    assert len(hands.console.card(LI, 50.0)) == 1
    assert hands.console.card(LI, 50.0 + MERGE_S / 2) == []


def test_without_the_engine_a_card_is_refused_as_a_key_is(hands):
    hands.console.link(False, hands.now_s)
    hands.now_s += 30.0
    assert hands.lay(LI) == ["engine_away"]


def test_no_number_is_logged_or_sent_or_shown(hands, caplog):
    caplog.set_level(logging.DEBUG)
    said = repr(hands.lay(LI, STRANGER)) + caplog.text + repr(hands.console.directory)
    assert not any(secret in said for secret in (LI, STRANGER, "scrypt"))
