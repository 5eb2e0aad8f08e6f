"""Refusals: codes never change, sentences can be said in both languages, facts travel."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import msgspec
import pytest

from broker.contract.codec import decode, encode, refusal_message
from broker.contract.envelope import RefusalMessage
from broker.model import refusals
from broker.model.refusals import Refusal, code_of
from tests.halls import small_hall

KINDS = sorted(
    (
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
    ),
    key=code_of,
)
CODES = Path(__file__).with_name("refusal_codes.txt")
SAMPLES: dict[Any, Any] = {str: "A001", int: 7, float: 1.5, bool: True}


def sample(kind: type[Refusal]) -> Refusal:
    """A refusal of the kind with some facts."""
    facts = {field.name: SAMPLES[field.type] for field in msgspec.structs.fields(kind) if field.required}
    return kind(**facts)


def test_the_codes_are_those_that_devices_know():
    """A code is kept for ever: add new ones to the list, never take one away or give one another meaning."""
    assert [code_of(kind) for kind in KINDS] == CODES.read_text(encoding="utf-8").split()


def test_no_two_kinds_share_a_code():
    assert len({code_of(kind) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=code_of)
def test_a_refusal_says_its_sentence_in_both_languages(kind: type[Refusal]):
    sentence = sample(kind).sentence
    assert re.search("[一-鿿]", sentence.zh)
    assert re.search("[A-Za-z]{2}", sentence.en)
    assert not re.search("[一-鿿]", sentence.en)
    assert "{" not in sentence.zh + sentence.en


@pytest.mark.parametrize("kind", KINDS, ids=code_of)
def test_a_sentence_names_only_facts_that_the_refusal_has(kind: type[Refusal]):
    facts = {field.name for field in msgspec.structs.fields(kind)}
    for template in (kind.template.zh, kind.template.en):
        assert {field for _, field, _, _ in Formatter().parse(template) if field is not None} <= facts


@pytest.mark.parametrize("kind", KINDS, ids=code_of)
def test_a_refusal_travels_with_code_sentence_and_facts(kind: type[Refusal]):
    refusal = sample(kind)
    message = decode(encode(refusal_message(refusal)), RefusalMessage)
    assert (message.code, message.sentence, message.facts) == (code_of(kind), refusal.sentence, refusal.facts)


@pytest.mark.parametrize("kind", KINDS, ids=code_of)
def test_every_kind_of_refusal_has_words_of_its_own(kind: type[Refusal]):
    assert kind.template is not Refusal.template


def test_a_refusal_names_counter_service_clerk_and_kiosk_as_people_know_them():
    hall = small_hall()
    elsewhere = refusal_message(refusals.ClerkElsewhere(clerk="a1", counter="c3"), hall)
    assert "3 号窗口" in elsewhere.sentence.zh and "counter 3:" in elsewhere.sentence.en
    assert elsewhere.facts == {"clerk": "a1", "counter": "c3"}
    nowhere = refusal_message(refusals.NotServedHere(service="card"), hall).sentence
    assert "社保卡" in nowhere.zh and "Card" in nowhere.en
    foreign = refusal_message(refusals.NumberNotOwned(number="A001", kiosk="kiosk-2"), hall).sentence
    assert "二号机" in foreign.zh and "Kiosk 2" in foreign.en


def test_what_the_hall_does_not_have_is_named_as_it_was_asked_for():
    assert "c99" in refusal_message(refusals.UnknownCounter(counter="c99"), small_hall()).sentence.zh
