"""A hall file that is right may still surprise: pads at which nobody can log in where clerks must, endless waits."""

from broker.model.hall_file import parse_hall
from broker.model.hall_hints import calling_hints, log_in_hints
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


def calling_hints_of(text: str) -> str:
    return " ".join(hint.zh + hint.en for hint in calling_hints(parse_hall(text)))


def test_the_strict_rule_is_said_to_let_people_wait_for_ever_in_both_languages():
    said = calling_hints_of(SMALL + '[calling]\nrule = "strict"\n')
    assert "可能一直等下去" in said and "wait for ever" in said and "cap_min = 45" in said


def test_the_session_that_has_the_strict_rule_is_named():
    assert "calling.sessions.day" in calling_hints_of(SMALL + '[calling.sessions.day]\nrule = "strict"\n')


def test_nothing_is_said_of_rules_by_which_nobody_waits_for_ever():
    assert calling_hints_of(SMALL) == ""
    assert calling_hints_of(SMALL + '[calling]\nrule = "strict"\ncap_min = 45\n') == ""
    for rule in ("ratio", "fcfs", "rotation", "max_wait", "head_start"):
        assert calling_hints_of(SMALL + f'[calling]\nrule = "{rule}"\n') == ""
