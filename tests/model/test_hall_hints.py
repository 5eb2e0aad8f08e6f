"""A hall file that is right may still surprise: pads at which nobody can log in, where clerks must."""

from broker.model.hall_file import parse_hall
from broker.model.hall_hints import log_in_hints
from tests.halls import SMALL

STRICT = SMALL + "[rules]\nclerks_log_in = true\n"
PAD = '[consoles.pad-3]\ncounter = "c3"\ncaller = "desk-1"\naddress = "virtual://pad"\nkeys.call = "gpio://17"\n'


def hints_of(text: str) -> str:
    return " ".join(hint.zh + hint.en for hint in log_in_hints(parse_hall(text)))


def test_a_pad_without_digits_or_cards_is_named_where_clerks_must_log_in():
    said = hints_of(STRICT + PAD)
    assert "pad-3（3 号窗口）" in said and "counter 3" in said and "console-1" not in said


def test_nothing_is_said_where_nobody_needs_to_log_in_or_something_else_can():
    assert hints_of(SMALL + PAD) == ""
    assert hints_of(STRICT + PAD + 'cards = "virtual://cards"\n') == ""
    assert hints_of(STRICT + PAD.replace("c3", "c1")) == "", "the terminal beside it has digits"
