"""Real names: cards laid down, agents, and how long a visit waits before it forgets everything."""

from dataclasses import replace

import pytest

from kiosk import events as e
from kiosk.flow_cards import NO_READER
from kiosk.gallery import MENU
from kiosk.readers.cards import CardPresent, CardRead, CardUnread
from kiosk.visit import IDLE_S, Step, Visit, idle_limit_s, warned_s
from tests.kiosk.test_flow import Person

REAL = replace(
    MENU, reader="ok", offers=tuple(replace(offer, real_name=offer.service == "pension") for offer in MENU.offers)
)
ME = CardRead("110***********00*X", 41, "a" * 32)
OLD = CardRead("310***********41*2", 60, "b" * 32)


def at_reader() -> Person:
    return Person(REAL).touches("service/pension", "take")


def test_by_real_name_nothing_is_issued_before_a_card_was_read():
    person = at_reader().touches("take")
    assert (person.visit.step, person.wishes) == (Step.CARD, [])
    person.happens(ME).touches("take")
    order = person.wishes[0].order
    assert (order.person, order.principal, person.visit.step) == (ME.person, None, Step.TAKING)


def test_an_agent_lays_down_two_cards_and_both_go_with_the_order():
    person = at_reader().happens(ME).touches("agent").touches("take")
    assert (person.visit.step, person.wishes) == (Step.CARD, [])
    assert person.happens(ME).visit.card_trouble is not None, "the same card is not another person"
    person.happens(OLD).touches("take")
    order = person.wishes[0].order
    assert (order.person, order.principal) == (ME.person, OLD.person)
    assert order.priority is None, "who stands in line is the agent"


def test_an_old_card_goes_first_without_asking_and_another_claim_stays():
    assert at_reader().happens(OLD).touches("take").wishes[0].order.priority == "elderly"
    claimed = Person(REAL).touches("service/pension", "claim", "class/military", "take").happens(OLD).touches("take")
    assert claimed.wishes[0].order.priority == "military"
    shown = Person(REAL).touches("service/estate", "claim").happens(OLD)
    assert (shown.visit.step, shown.visit.priority, shown.visit.card) == (Step.DETAIL, "elderly", None)
    assert shown.touches("take").wishes[0].order.person is None, "nobody asked who it is"


@pytest.mark.parametrize("reader", ["none", "down"])
def test_a_kiosk_that_reads_no_cards_says_where_to_go(reader: str):
    person = Person(replace(REAL, reader=reader)).touches("service/pension", "take")
    assert (person.visit.step, person.visit.note, person.wishes) == (Step.NOTE, NO_READER, [])


def test_a_card_that_was_not_read_is_told_and_the_next_one_may_be_read():
    person = at_reader().happens(CardUnread("moved"))
    assert person.visit.card_trouble == CardUnread("moved").names
    assert person.happens(ME).visit.card_trouble is None
    assert at_reader().happens(CardPresent()).visit.card_trouble is not None


def test_a_button_of_a_service_by_real_name_asks_for_the_card():
    assert Person(REAL).happens(e.Pressed("pension")).visit.step is Step.CARD


@pytest.mark.parametrize("way", [["back"], ["home"], ["take"], []])
def test_nothing_of_a_card_is_left_after_it_served_its_purpose(way: list[str]):
    person = at_reader().happens(ME).touches("agent").happens(OLD).touches(*way)
    if not way:
        person.waits(46)
    assert (person.visit.card, person.visit.principal) == (None, None)


def test_a_card_laid_down_anywhere_else_is_not_kept():
    for ways in ([], ["category/personal"], ["missed"], ["help"]):
        assert Person(REAL).touches(*ways).happens(ME).visit.card is None


def test_the_time_out_waits_for_whoever_still_handles_cards():
    person = at_reader().waits(40).happens(ME, 1.0)
    assert person.waits(40).visit.step is Step.CARD


# -- time-outs ------------------------------------------------


@pytest.mark.parametrize("larger", [False, True])
def test_the_time_out_warns_for_twenty_seconds_and_one_touch_extends_it_as_often_as_needed(larger: bool):
    person = Person(REAL).touches(*(["larger"] if larger else []), "service/pension", "take")
    limit = idle_limit_s(person.visit)
    assert limit is not None
    for _ in range(12):
        person.waits(limit - 20.5)
        assert warned_s(person.visit, person.now_s) is None
        person.waits(1.0)
        assert warned_s(person.visit, person.now_s) == 20
        person.waits(19.0)
        person.happens(e.Touched("stay"), 0.2)
        assert (person.visit.step, warned_s(person.visit, person.now_s)) == (Step.CARD, None)


def test_the_time_out_wipes_what_was_typed_chosen_and_read():
    typed = Person(REAL).touches("missed", "key/A", "key/0", "language").waits(46)
    read = at_reader().happens(ME).touches("agent").happens(OLD).waits(46)
    for person in (typed, read):
        assert person.visit == replace(Visit(), touched_s=person.now_s, entered_s=person.now_s)


@pytest.mark.parametrize("card", [ME, CardUnread("moved"), CardPresent()])
def test_a_card_left_at_the_edge_of_the_reader_does_not_keep_a_visit_alive(card: CardRead | CardUnread | CardPresent):
    person = at_reader().happens(card)
    for _ in range(int(IDLE_S) + 1):
        person.waits(1).happens(card)
    assert person.visit.step is Step.HOME
    typing = Person(replace(REAL, lookup=True)).touches("more", "find", "key/4", "key/3")
    for _ in range(int(IDLE_S) + 1):
        typing.waits(1).happens(card)
    assert (typing.visit.step, typing.visit.typed) == (Step.HOME, "")
