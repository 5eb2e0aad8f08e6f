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
CODE = [*TAIL, "key/0", "key/7"]


def test_a_visit_is_rated_by_number_and_code_on_the_paper_with_one_of_five_faces():
    person = Person(LOOKUP).touches("more", "rate", *TYPED, "send")
    assert (person.visit.step, person.visit.rated, person.visit.typed) == (Step.RATE_CODE, "A042", "")
    person.touches(*CODE[:5], "send")
    assert person.visit.step is Step.RATE_CODE, "five digits are not enough"
    person.touches(CODE[5], "send")
    assert (person.visit.step, person.wishes) == (Step.FACES, [])
    person.touches("face/king", "face/satisfied")
    assert person.wishes == [e.Rate("A042", Level.SATISFIED, "432107")]
    assert "432107" not in repr(person.wishes[0])
    assert person.visit.step is Step.CHECKING
    person.happens(e.Answered(NO, good=False))
    assert (person.visit.step, person.visit.typed) == (Step.NOTE, "")


def test_another_number_can_be_typed_before_the_face():
    person = Person(LOOKUP).touches("more", "rate", *TYPED, "send", "back")
    assert (person.visit.step, person.visit.typed, person.visit.rated) == (Step.RATE, "", "")
    person.touches(*TYPED, "send", *CODE, "send", "back")
    assert (person.visit.step, person.visit.typed, person.visit.rated) == (Step.RATE, "", "")


def low() -> Person:
    """Somebody who has just touched one of the last two faces."""
    return Person(LOOKUP).touches("more", "rate", *TYPED, "send", *CODE, "send", "face/dissatisfied")


def test_whoever_rates_low_may_say_why_and_wish_to_be_called_before_it_is_sent():
    person = low()
    assert (person.visit.step, person.wishes) == (Step.REASONS, [])
    person.touches("reason/waiting", "reason/attitude", "reason/slow", "reason/slow", "reason/bribe", "contact", "send")
    assert person.wishes == [e.Rate("A042", Level.DISSATISFIED, "432107", ("attitude", "waiting"), True)]
    assert person.visit.step is Step.CHECKING
    person.happens(e.Answered(NO, good=False))
    assert (person.visit.reasons, person.visit.contact, person.visit.face) == ((), False, None)


def test_nothing_has_to_be_chosen_and_another_face_can_be():
    assert low().touches("send").wishes == [e.Rate("A042", Level.DISSATISFIED, "432107")]
    person = low().touches("reason/slow", "contact", "back")
    assert (person.visit.step, person.wishes) == (Step.FACES, [])
    person.touches("face/very_satisfied")
    assert person.wishes == [e.Rate("A042", Level.VERY_SATISFIED, "432107")]


def test_a_low_rating_counts_although_whoever_gave_it_has_left():
    """The picture before said that one tap is enough."""
    given = e.Rate("A042", Level.DISSATISFIED, "432107", ("slow",), False)
    person = low().touches("reason/slow").waits(91.0)
    assert (person.visit.step, person.wishes) == (Step.HOME, [given])
    assert low().touches("reason/slow", "home").wishes == [given]
    assert low().touches("reason/slow", "help").wishes == [e.CallStaff()], "and may go on afterwards"


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
