"""What somebody can do who has a ticket already."""

from dataclasses import replace

import pytest

from broker.model.words import Level
from kiosk import events as e
from kiosk.flow import COPIED, NOT_COPIED
from kiosk.found import FoundTicket
from kiosk.gallery import LOOKUP, MENU
from kiosk.visit import Step
from tests.kiosk.test_flow import NO, Person

TYPED = ["key/A", "key/0", "key/4", "key/2"]
TAIL = ["key/4", "key/3", "key/2", "key/1"]


def test_a_visit_is_rated_by_number_and_code_on_the_paper_with_one_of_five_faces():
    person = Person(LOOKUP).touches("more", "rate", *TYPED, "send")
    assert (person.visit.step, person.visit.rated, person.visit.typed) == (Step.RATE_CODE, "A042", "")
    person.touches(*TAIL[:3], "send")
    assert person.visit.step is Step.RATE_CODE, "three digits are not enough"
    person.touches(TAIL[3], "send")
    assert (person.visit.step, person.wishes) == (Step.FACES, [])
    person.touches("face/king", "face/dissatisfied")
    assert person.wishes == [e.Rate("A042", Level.DISSATISFIED, "4321")]
    assert "4321" not in repr(person.wishes[0])
    assert person.visit.step is Step.CHECKING
    person.happens(e.Answered(NO, good=False))
    assert (person.visit.step, person.visit.typed) == (Step.NOTE, "")


def test_another_number_can_be_typed_before_the_face():
    person = Person(LOOKUP).touches("more", "rate", *TYPED, "send", "back")
    assert (person.visit.step, person.visit.typed, person.visit.rated) == (Step.RATE, "", "")
    person.touches(*TYPED, "send", *TAIL, "send", "back")
    assert (person.visit.step, person.visit.typed, person.visit.rated) == (Step.RATE, "", "")


def test_a_lost_ticket_is_found_by_four_digits():
    person = Person(LOOKUP).touches("more", "find", "key/A", *TAIL[:3], "send")
    assert (person.visit.step, person.visit.typed) == (Step.FIND, "432")
    person.touches("key/1", "key/9", "send")
    assert person.wishes == [e.Find("4321")]
    tickets = (FoundTicket("A042", "pension", 3),)
    person.happens(e.Found(tickets))
    assert (person.visit.step, person.visit.found, person.visit.typed) == (Step.FOUND, tickets, "")
    assert person.waits(46).visit.found == ()


def test_what_was_found_for_somebody_who_left_is_not_shown():
    assert Person(LOOKUP).happens(e.Found((FoundTicket("A042", "pension", 3),))).visit.found == ()


def test_the_digits_of_a_telephone_go_with_the_order_and_can_be_taken_back():
    person = Person(LOOKUP).touches("service/pension", "phone", *TAIL, "send")
    assert (person.visit.step, person.visit.phone_tail, person.visit.typed) == (Step.DETAIL, "4321", "")
    assert replace(person.touches("phone").visit).phone_tail == ""
    person.touches("phone", *TAIL, "send", "take")
    assert person.wishes[0].order.phone_tail == "4321"
    assert "4321" not in repr(person.wishes[0])


def test_where_the_hall_finds_nothing_by_telephone_nobody_is_asked_for_digits():
    assert Person(MENU).touches("service/pension", "phone").visit.step is Step.DETAIL
    assert Person(MENU).touches("more", "find").visit.step is Step.MORE


@pytest.mark.parametrize(("printed", "note"), [(True, COPIED), (False, NOT_COPIED)])
def test_a_copy_of_one_of_the_last_tickets_is_printed(printed: bool, note: object):
    person = Person(LOOKUP).touches("more", "copies", "copy/nobody", "copy/t1", "copy/t1")
    assert (person.visit.step, person.wishes) == (Step.COPYING, [e.PrintCopy("t1")])
    assert person.waits(40).visit.step is Step.COPYING
    person.happens(e.CopyEnded(printed))
    assert (person.visit.step, person.visit.note, person.visit.note_good) == (Step.NOTE, note, printed)


@pytest.mark.parametrize("menu", [replace(LOOKUP, given=()), replace(LOOKUP, printer_ok=False)])
def test_there_are_no_copies_without_a_ticket_or_a_printer(menu):  # type: ignore[no-untyped-def]
    assert Person(menu).touches("more", "copies").visit.step is Step.MORE
