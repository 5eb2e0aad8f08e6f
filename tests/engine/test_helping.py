"""Who needs a member of staff, and who lost the paper."""

import pytest

from broker.model import commands as c
from tests.engine.bench_hall import AT_KIOSK, HallAtWork, asks, view
from tests.halls import OPENS_MS, lobby_hall, small_hall


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def test_help_is_called_once_and_answered_once(work: HallAtWork) -> None:
    help = work.done(c.CallForHelp(kiosk="kiosk-1"), **AT_KIOSK)["help"]
    assert work.done(c.CallForHelp(kiosk="kiosk-1"), **AT_KIOSK)["help"] == help
    (call,) = view(work, "hall", "small").help
    assert (call.help, call.kiosk) == (help, "kiosk-1")
    assert view(work, "kiosk", "kiosk-1").help_answered_ms is None
    work.wait(30)
    work.done(c.AnswerHelp(help=help))
    assert view(work, "hall", "small").help == ()
    assert view(work, "kiosk", "kiosk-1").help_answered_ms == work.now_ms
    assert view(work, "kiosk", "kiosk-2").help_answered_ms is None
    assert work.refused(c.AnswerHelp(help=help)).code == "help_unknown"
    assert work.done(c.CallForHelp(kiosk="kiosk-1"), **AT_KIOSK)["help"] != help


def test_a_kiosk_calls_for_help_for_itself_alone_and_also_while_the_hall_is_closed() -> None:
    work = HallAtWork(lobby_hall())
    work.done(c.CallForHelp(kiosk="kiosk-1"), **AT_KIOSK)
    assert work.refused(c.CallForHelp(kiosk="kiosk-2"), **AT_KIOSK).code == "not_allowed"


def test_who_called_shortly_before_the_hall_opened_is_not_forgotten_and_last_night_s_call_is() -> None:
    for earlier_h, is_open in ((0.1, True), (15, False)):
        work = HallAtWork(lobby_hall())
        work.now_ms -= int(earlier_h * 3_600_000)
        help = work.done(c.CallForHelp(kiosk="kiosk-1"), **AT_KIOSK)["help"]
        work.now_ms = OPENS_MS
        work.open_day()
        assert bool(view(work, "hall", "small").help) is is_open
        answer = work.ask(c.AnswerHelp(help=help))
        assert (answer.refusal is None) is is_open


def test_a_lost_paper_is_found_by_its_telephone_while_it_is_good(work: HallAtWork) -> None:
    work.take_ticket()
    number = work.done(asks("0001", "pension", phone_tail="1234", large=True))["number"]
    look = c.FindTicket(phone_tail="1234", kiosk="kiosk-1")
    assert work.done(look, **AT_KIOSK) == {"tickets": []}, "its kiosk may yet declare it void"
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    told = {"number": number, "service": "pension", "ahead": 1, "large": True}
    assert work.done(look, **AT_KIOSK) == {"tickets": [told]}
    assert work.done(c.FindTicket(phone_tail="9999", kiosk="kiosk-1"), **AT_KIOSK) == {"tickets": []}
    work.done(c.CancelTicket(number=number))
    assert work.done(look, **AT_KIOSK) == {"tickets": []}


def test_where_the_hall_does_not_offer_it_no_telephone_is_kept() -> None:
    work = HallAtWork(small_hall()).open_day()
    work.done(asks("0001", "pension", phone_tail="1234"))
    assert work.state.tickets["ticket-0001"].phone_tail is None
    assert work.refused(c.FindTicket(phone_tail="1234", kiosk="kiosk-1"), **AT_KIOSK).code == "lookup_not_offered"
