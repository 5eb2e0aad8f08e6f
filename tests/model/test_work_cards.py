"""Work cards: a salted hash in the hall file, one computation for all of a hall, and nobody's card is nobody's."""

import hashlib

import pytest

from broker.model.hall_checks import check_hall
from broker.model.hall_types import finding
from broker.model.work_cards import card_number, hash_card, owner_of
from tests.caller.views import hall_with

SALT = b"a" * 16
LI, WU = hash_card("0004512345", SALT), hash_card("04A1B2C3D4", SALT)
KEPT = [("he", ""), ("li", LI), ("wu", WU)]


@pytest.mark.parametrize("sent", ["04A1B2C3D4", "04a1b2c3d4", "04:A1:B2:C3:D4", " 04 A1 B2 C3 D4 ", "04-A1-B2-C3-D4"])
def test_a_number_is_the_same_however_its_reader_writes_it(sent):
    assert owner_of(sent, KEPT) == "wu"


@pytest.mark.parametrize("sent", ["", "123", "0004512346", "?004512345", "卡0004512345", "1" * 33, "0004512345;"])
def test_anything_else_is_nobodys(sent):
    assert owner_of(sent, KEPT) == ""


def test_an_empty_hash_fits_nothing_and_a_hall_without_cards_computes_nothing(monkeypatch):
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: pytest.fail("nothing is there to be compared"))
    assert owner_of("0004512345", [("he", "")]) == ""


def test_a_laid_card_costs_one_computation_whatever_the_number_of_clerks(monkeypatch):
    kept = [(f"clerk-{place}", hash_card(f"{place:010}", SALT)) for place in range(5)]
    real, asked = hashlib.scrypt, []
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: asked.append(1) or real(*a, **k))
    assert owner_of("0000000003", kept) == "clerk-3"
    assert len(asked) == 1


def test_the_number_cannot_be_read_from_the_hash():
    assert "4512345" not in LI
    assert card_number("0004512345") == "0004512345"
    assert hash_card("0004512345", b"b" * 16) != LI


def clerks(**cards):
    return hall_with(clerks={key: {"staff_number": key.upper(), "card": card} for key, card in cards.items()})


def codes(hall):
    return {mistake.path: mistake.code for mistake in check_hall(hall) if ".card" in mistake.path}


def test_a_card_given_to_two_clerks_is_found():
    assert codes(clerks(li=LI, he="", wu=LI)) == {"clerks.wu.card": "card_taken"}


def test_cards_with_salts_of_their_own_are_refused_because_each_would_cost_a_computation():
    assert codes(clerks(li=LI, wu=hash_card("04A1B2C3D4", b"b" * 16))) == {"clerks.wu.card": "card_salt"}
    assert codes(clerks(li=LI, wu=WU, he="")) == {}


def test_a_mistaken_hash_is_not_repeated_in_the_message():
    from broker.model.hall import Clerk

    kind = Clerk.__annotations__["card"]
    assert "0004512345" not in finding("0004512345", kind).en


@pytest.mark.parametrize("address", ["serial:///dev/hall/cards?baud=9600", "evdev:///dev/input/by-path/x-event-kbd",
                                     "virtual://cards", "virtual://usb-cards", "none"])  # fmt: skip
def test_a_console_may_have_a_reader(address):
    pad = {"counter": "w1", "caller": "caller-1", "address": "virtual://usb-keypad", "cards": address}
    hall = hall_with(callers={"caller-1": {"names": {"zh": "呼叫", "en": "Caller"}}}, consoles={"pad": pad})
    assert [mistake for mistake in check_hall(hall) if mistake.path.startswith("consoles")] == []


@pytest.mark.parametrize("address", ["sdt:///dev/x", "gpio://3", "serial://x", "evdev:///dev/x", "serial:///dev/x?b=1"])
def test_a_reader_that_cannot_be_meant_is_refused(address):
    pad = {"counter": "w1", "caller": "caller-1", "address": "virtual://usb-keypad", "cards": address}
    hall = hall_with(callers={"caller-1": {"names": {"zh": "呼叫", "en": "Caller"}}}, consoles={"pad": pad})
    assert [mistake.path for mistake in check_hall(hall)] == ["consoles.pad.cards"]
