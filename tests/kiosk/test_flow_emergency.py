"""What interrupts a visit or goes on beside it: an emergency, waiting for staff, the written notice."""

from dataclasses import replace

import pytest

from kiosk import events as e
from kiosk.gallery import EVACUATE, MENU
from kiosk.visit import Step, Visit
from tests.kiosk.test_flow import Person

ALARM = replace(MENU, state="emergency", emergency=EVACUATE)


def test_in_an_emergency_nothing_can_be_touched_and_what_was_typed_is_gone():
    person = Person(MENU).touches("missed", "key/A", "key/0", "key/4")
    person.menu = ALARM
    person.touches("send", "service/pension", "help").happens(e.Pressed("household"))
    assert (person.visit.step, person.visit.typed, person.wishes) == (Step.HOME, "", [])


@pytest.mark.parametrize("printed", [False, True])
def test_a_number_on_its_way_outlives_the_beginning_of_an_emergency(printed: bool):
    person = Person(MENU).touches("service/pension", "take")
    person.menu = ALARM
    person.waits(1).gets_number().waits(1)
    assert (person.visit.step, person.visit.slip is not None) == (Step.TICKET, True)
    ticket = person.visit.ticket or ""
    person.happens(e.Printed(ticket) if printed else e.NotPrinted(ticket)).waits(1)
    assert person.visit.step is (Step.TICKET if printed else Step.NO_PAPER)
    person.menu = MENU
    assert person.waits(1).visit.slip is not None


def test_time_alone_changes_nothing_at_a_kiosk_that_shows_an_emergency():
    person = Person(ALARM)
    assert [person.waits(30).visit for _ in range(5)] == [Visit()] * 5


def test_whoever_waits_for_staff_is_not_sent_home_after_a_minute():
    person = Person(MENU).touches("help").waits(95)
    assert person.visit.step is Step.HELP
    assert person.waits(30).visit.step is Step.HOME


def test_the_written_notice_is_asked_for_once_and_its_end_is_told():
    person = Person(MENU).touches("service/pension", "notice", "notice")
    assert person.wishes == [e.PrintNotice("pension", "zh", large=False)]
    assert person.happens(e.NoticeEnded(printed=True)).visit.notice == "done"
    person.touches("back", "service/household")
    assert person.visit.notice == ""
    assert person.happens(e.NoticeEnded(printed=False)).visit.notice == "", "it was the notice of before"


def test_without_a_printer_no_notice_is_promised():
    person = Person(replace(MENU, printer_ok=False)).touches("service/pension", "notice")
    assert (person.wishes, person.visit.notice) == ([], "")


def test_in_the_larger_manner_papers_are_large():
    person = Person(MENU).touches("larger", "service/pension", "notice", "take")
    assert person.wishes[0] == e.PrintNotice("pension", "zh", large=True)
    assert person.wishes[1].order.large
