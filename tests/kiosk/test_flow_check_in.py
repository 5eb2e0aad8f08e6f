"""Who comes for an appointment, and who says what they need."""

from dataclasses import replace

import pytest

from broker.contract.appointment_code import text_of
from broker.model.words import Names
from broker.runtime.code_lines import Scanned
from kiosk import events as e
from kiosk.flow_check_in import (
    ALREADY,
    AWAY,
    HAVE_NUMBER,
    NOT_A_CODE,
    NOT_A_SLIP,
    OTHER_HALL,
    SLIP_AWAY,
    SLIP_OF_OTHER_HALL,
)
from kiosk.gallery import AT_TEN, MENU, OFFERS, SLIP
from kiosk.ticket import Order
from kiosk.visit import Step, Visit
from tests.kiosk.test_flow import NO, Person

BOOKED = replace(MENU, appointments=True, hall_id="town")
NO_BOOKINGS = replace(MENU, hall_id="town")
CODE = "40718253"
QR = Scanned(text_of("town", CODE))
KEYS = [f"key/{digit}" for digit in CODE]


def asked(person: Person) -> list[Order]:
    return [wish.order for wish in person.wishes if isinstance(wish, e.CheckIn)]


def test_a_code_is_typed_and_asked_for():
    person = Person(BOOKED).touches("check_in", *KEYS, "send")
    assert person.visit.step is Step.TAKING
    assert [(order.code, order.service) for order in asked(person)] == [(CODE, "")]
    assert person.visit.ticket == asked(person)[0].ticket
    assert person.visit.typed == ""


def test_letters_can_be_typed_too():
    person = Person(BOOKED).touches("check_in", "key/4", "letters", "key/k", "letters", "key/7", "send")
    assert (person.visit.step, person.visit.typed) == (Step.CHECK_IN, "4K7")
    person.touches("key/1", "key/2", "key/3", "send")
    assert asked(person)[0].code == "4K7123"


@pytest.mark.parametrize(
    "way",
    [[], ["more"], ["check_in", "key/1"], ["service/pension"], ["larger", "language"], ["missed", "key/A"], ["help"]],
)
def test_a_code_held_before_the_scanner_is_heard_wherever_the_visit_stands(way: list[str]):
    person = Person(BOOKED).touches(*way).happens(QR)
    assert (person.visit.step, [order.code for order in asked(person)]) == (Step.TAKING, [CODE])
    assert (person.visit.larger, asked(person)[0].large) == ("larger" in way, "larger" in way)


def test_a_code_does_not_disturb_a_ticket_on_its_way_or_one_that_is_only_on_the_screen():
    person = Person(BOOKED).touches("service/estate", "take")
    assert person.happens(QR).visit.step is Step.TAKING
    person.gets_number().happens(QR)
    assert person.visit.step is Step.TICKET
    person.happens(e.NotPrinted(person.visit.ticket or "")).happens(QR)
    assert (person.visit.step, asked(person)) == (Step.NO_PAPER, [])
    person.touches("done").happens(QR)
    assert len(asked(person)) == 1


@pytest.mark.parametrize(
    ("text", "why"), [(text_of("harbour", CODE), OTHER_HALL), ("https://town.example/t/8F3K", NOT_A_CODE)]
)
def test_another_code_is_told_what_is_wrong_with_it(text: str, why: Names):
    person = Person(BOOKED).happens(Scanned(text))
    assert (person.visit.step, person.visit.note, person.wishes) == (Step.BOOKED, why, [])


def test_a_hall_without_appointments_takes_the_code_of_a_return_slip_typed_or_scanned():
    assert [order.code for order in asked(Person(NO_BOOKINGS).happens(QR))] == [CODE]
    person = Person(NO_BOOKINGS).touches("more", "check_in", *KEYS, "send")
    assert (person.visit.step, [order.code for order in asked(person)]) == (Step.TAKING, [CODE])


@pytest.mark.parametrize(
    ("text", "why"), [(text_of("harbour", CODE), SLIP_OF_OTHER_HALL), ("https://town.example/t/8F3K", NOT_A_SLIP)]
)
def test_a_hall_without_appointments_speaks_of_slips_alone(text: str, why: Names):
    assert Person(NO_BOOKINGS).happens(Scanned(text)).visit.note == why
    assert Person(replace(NO_BOOKINGS, alone=True)).happens(QR).visit.note == SLIP_AWAY
    assert not [said for said in (why, SLIP_AWAY, HAVE_NUMBER) if "预约" in said.zh or "appoint" in said.en.lower()]


def test_who_shows_a_slip_again_is_told_of_the_number_it_gave_and_of_no_appointment():
    person = Person(BOOKED).happens(QR)
    person.happens(e.AlreadyHere(person.visit.ticket or "", SLIP))
    assert (person.visit.step, person.visit.note) == (Step.BOOKED, HAVE_NUMBER)


def test_with_the_engine_away_an_ordinary_number_is_one_touch_away():
    person = Person(replace(BOOKED, alone=True)).happens(QR)
    assert (person.visit.step, person.visit.note, person.wishes) == (Step.BOOKED, AWAY, [])
    assert person.touches("ordinary").visit.step is Step.HOME


def test_where_issuing_is_paused_or_over_the_engine_still_decides_about_appointments():
    for state in ("paused", "closed"):
        assert asked(Person(replace(BOOKED, state=state)).happens(QR))
    assert not asked(Person(replace(BOOKED, state="connecting")).happens(QR))


def test_a_refused_check_in_says_why_and_offers_an_ordinary_number():
    person = Person(BOOKED).happens(QR)
    person.happens(e.Denied(person.visit.ticket or "", NO))
    assert (person.visit.step, person.visit.note, person.visit.ticket) == (Step.BOOKED, NO, None)
    person.touches("ordinary", "service/estate", "take")
    assert isinstance(person.wishes[-1], e.Issue)


def test_an_ordinary_ticket_that_is_refused_after_a_check_in_is_told_as_always():
    person = Person(BOOKED).happens(QR)
    person.happens(e.Denied(person.visit.ticket or "", NO)).touches("ordinary", "service/estate", "take")
    person.happens(e.Denied(person.visit.ticket or "", NO))
    assert person.visit.step is Step.NOTE


def test_who_checked_in_before_sees_the_number_and_can_have_it_on_paper_again():
    person = Person(BOOKED).happens(QR)
    person.happens(e.AlreadyHere(person.visit.ticket or "", AT_TEN))
    assert (person.visit.step, person.visit.note, person.visit.slip) == (Step.BOOKED, ALREADY, AT_TEN)
    person.touches("again")
    assert person.wishes[-1] == e.PrintSlip(AT_TEN, "zh", False)
    assert person.happens(e.CopyEnded(True)).visit.note_good


def test_without_a_printer_no_copy_is_promised():
    person = Person(replace(BOOKED, printer_ok=False)).happens(QR)
    person.happens(e.AlreadyHere(person.visit.ticket or "", AT_TEN)).touches("again")
    assert not [wish for wish in person.wishes if isinstance(wish, e.PrintSlip)]


def test_the_time_out_wipes_a_code_that_was_typed():
    person = Person(BOOKED).touches("check_in", *KEYS[:5]).waits(46)
    assert person.visit == Visit(touched_at=None, touched_s=person.visit.touched_s, entered_s=person.visit.entered_s)


# -- needs ------------------------------------------------

PLAIN = replace(MENU, offers=(replace(OFFERS[3], service="estate"), *OFFERS[:2]))


def test_what_somebody_needs_goes_with_the_order_at_one_touch():
    person = Person(PLAIN).touches("service/pension", "need/mobility", "need/hearing", "take")
    assert person.wishes[0].order.needs == ("hearing", "mobility")


def test_a_need_can_be_taken_back_and_nonsense_is_none():
    person = Person(PLAIN).touches("service/pension", "need/sight", "need/x", "need/sight", "take")
    assert person.wishes[0].order.needs == ()


def test_in_the_larger_manner_it_is_said_as_directly_and_a_priority_besides():
    person = Person(PLAIN).touches("larger", "service/pension", "need/hearing", "claim", "class/elderly", "take")
    assert (person.wishes[0].order.needs, person.wishes[0].order.priority) == (("hearing",), "elderly")


def test_nobody_after_them_is_taken_for_somebody_with_their_needs():
    person = Person(PLAIN).touches("service/pension", "need/hearing").waits(46)
    person.touches("service/pension", "take")
    assert person.wishes[0].order.needs == ()
    assert "hearing" not in repr(Order("t", "s", needs=("hearing",))), "nothing made of an order shows it"
    assert SLIP.booked == ""
