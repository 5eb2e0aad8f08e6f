"""Appointments from the booking to the paper, at whole kiosks before the real engine."""

from pathlib import Path

import msgspec
import pytest

from broker.contract.appointment_code import text_of
from broker.engine.apply import apply
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall_file import parse_hall
from broker.model.hall_remote import Remote
from broker.model.slots import Item
from broker.model.words import TicketStatus
from broker.runtime.code_lines import Scanned
from kiosk.paper import paper_of
from kiosk.printer.profile import profile_of
from kiosk.standing import Standing
from kiosk.ticket_layout import compose
from kiosk.visit import Step
from tests.halls import SMALL, lobby_hall, one_kiosk_hall, small_hall
from tests.kiosk.citizen_rig import Citizen, hall_at_work
from tests.kiosk.kiosk_and_engine import EngineAtWork

APPOINTED = '[priority.appointment]\nnames = { zh = "预约", en = "Booked" }\n'
CODE = "40718253"


def one_kiosk() -> str:
    start, end = SMALL.index("[kiosks.kiosk-2]"), SMALL.index("[displays.display-1]")
    return SMALL[:start] + APPOINTED + SMALL[end:]


@pytest.fixture
def engine(tmp_path: Path) -> EngineAtWork:
    return hall_at_work(tmp_path, lobby_hall())


@pytest.fixture
def alone(tmp_path: Path) -> EngineAtWork:
    """A hall with one kiosk, which owns all numbers."""
    return hall_at_work(tmp_path, parse_hall(one_kiosk()))


def booked(
    engine: EngineAtWork,
    in_min: float,
    code: str = CODE,
    service: str = "pension",
    items: tuple[Item, ...] = (),
) -> Scanned:
    now_ms = engine.clock.now_ms()
    at_ms = now_ms + round(in_min * 60_000)
    what = {"appointment": f"booked-{code}", "code": code, "service": service, "items": items}
    if at_ms < now_ms:  # booked before then: nobody is booked into a slot that is over
        apply(engine.writer.state, e.AppointmentBooked(at_ms=now_ms, time_ms=at_ms, **what))
    else:
        engine.ask(c.BookAppointment(at_ms=at_ms, **what))
    return Scanned(text_of(engine.hall.hall.id, code))


def ticket_of(engine: EngineAtWork, number: str):  # type: ignore[no-untyped-def]
    return engine.writer.state.find(number)


def test_a_typed_code_becomes_a_ticket_that_goes_first(engine: EngineAtWork):
    citizen = Citizen(engine)
    waiting = citizen.takes("pension")
    booked(engine, 1)
    citizen.taps("check_in").types(CODE).taps("send")
    order, slip = citizen.paper_comes()
    assert (slip.booked, slip.booked_for[2:3], order.service) == ("in_time", ":", "pension")
    assert f"预约 {slip.booked_for}" in citizen.reads
    citizen.waits(2)
    ticket = ticket_of(engine, slip.number)
    assert (ticket.status, ticket.priority, ticket.priority_confirmed) == (TicketStatus.WAITING, "appointment", True)
    citizen.waits(120)  # from the booked time on the class counts waiting faster than it passes
    engine.ask(c.OpenCounter(counter="c2"))
    assert engine.ask(c.CallNext(counter="c2")).result["number"] == slip.number != waiting


def test_an_employers_number_says_on_screen_and_paper_that_further_services_follow_on_it(engine: EngineAtWork):
    citizen = Citizen(engine)
    others = [key for key in engine.hall.services if key != "pension"]
    code = booked(engine, 10, items=(Item("pension"), Item(others[0], 3)))
    order, slip = citizen.shows(code).paper_comes()
    assert (order.service, slip.more) == ("pension", 1)
    assert "另有 1 项业务" in citizen.reads
    paper = paper_of(engine.hall, order, slip, "2026-03-05 09:31")
    assert any("另有 1 项业务" in getattr(line, "text", "") for line in compose(paper, profile_of()))
    citizen.taps("done").shows(code)
    assert citizen.step is Step.BOOKED and "另有 1 项业务" in citizen.reads
    citizen.taps("done").shows(booked(engine, 12, "90718254"))
    assert citizen.paper_comes()[1].more == 0, "who booked one service reads nothing of others"


def test_a_code_is_scanned_without_opening_anything(engine: EngineAtWork):
    citizen = Citizen(engine)
    citizen.shows(booked(engine, 5))
    assert citizen.paper_comes()[1].booked == "in_time"


def test_the_same_code_at_two_kiosks_at_once_is_one_ticket(engine: EngineAtWork):
    first, second = Citizen(engine, "kiosk-1"), Citizen(engine, "kiosk-2")
    code = booked(engine, 5)
    first.desk.shown.append(code)
    second.shows(code)
    first.waits(1)
    papers = [*first.press.printed, *second.press.printed]
    assert len(papers) == 1
    number = papers[0][1].number
    told = [citizen for citizen in (first, second) if citizen.step is Step.BOOKED]
    assert len(told) == 1
    assert number in told[0].reads
    assert len(engine.numbers()) == 1


def test_the_same_code_again_shows_the_number_and_prints_a_copy_of_it(engine: EngineAtWork):
    citizen = Citizen(engine)
    code = booked(engine, 5)
    number = citizen.shows(code).paper_comes()[1].number
    citizen.taps("done").shows(code)
    assert citizen.step is Step.BOOKED
    assert number in citizen.reads
    assert "您已签到" in citizen.reads
    citizen.taps("again").paper_comes()
    order, slip = citizen.press.printed[-1]
    assert (slip.number, citizen.press.copies) == (number, [order.ticket])
    assert slip.qr_text == citizen.press.printed[0][1].qr_text, "the code on the copy is that of the ticket"
    assert len(engine.numbers()) == 1


def test_who_is_early_is_told_from_when_and_may_take_an_ordinary_number(engine: EngineAtWork):
    citizen = Citizen(engine)
    citizen.shows(booked(engine, 60))
    assert citizen.step is Step.BOOKED
    assert "09:45 以后再来" in citizen.reads
    citizen.taps("ordinary").takes("pension")
    citizen.waits(46 * 60)
    citizen.taps("check_in").types(CODE).taps("send")
    assert citizen.paper_comes()[1].booked == "in_time"


def test_who_is_late_gets_an_ordinary_place_and_reads_why(engine: EngineAtWork):
    citizen = Citizen(engine)
    code = booked(engine, 1)
    citizen.waits(12 * 60)
    slip = citizen.shows(code).paper_comes()[1]
    assert slip.booked == "late"
    assert "按普通号排队" in citizen.reads
    assert ticket_of(engine, slip.number).priority is None


@pytest.mark.parametrize(
    ("in_min", "code", "said"),
    [(24 * 60, CODE, "不是今天的"), (-24 * 60, CODE, "不是今天的"), (5, "99999999", "没有这个预约")],
)
def test_a_wrong_code_is_told_what_is_wrong(engine: EngineAtWork, in_min: float, code: str, said: str):
    citizen = Citizen(engine)
    booked(engine, in_min)
    citizen.taps("check_in").types(code).taps("send")
    assert citizen.step is Step.BOOKED
    assert said in citizen.reads
    assert "ordinary" in citizen.can_tap
    assert not engine.numbers()


def test_with_the_server_away_it_is_said_and_an_ordinary_number_is_at_hand(engine: EngineAtWork):
    citizen = Citizen(engine)
    code = booked(engine, 5)
    citizen.cut_off()
    citizen.shows(code)
    assert citizen.step is Step.BOOKED
    assert "不能核对预约" in citizen.reads
    citizen.taps("ordinary").takes("pension")
    citizen.cut_off(cut=False)
    assert citizen.shows(code).paper_comes()[1].booked == "in_time", "the appointment waits for the line to come back"


def test_an_answer_that_never_comes_sends_to_a_person_and_leaves_the_appointment_free(engine: EngineAtWork):
    citizen = Citizen(engine)
    code = booked(engine, 5)
    citizen.device.wire.cut = True
    citizen.shows(code)
    assert citizen.step is Step.TAKING
    citizen.waits(12)
    assert citizen.step is Step.BOOKED
    citizen.leaves()
    citizen.cut_off(cut=False)
    citizen.waits(30)
    assert citizen.shows(code).paper_comes()[1].number
    live = [ticket for ticket in engine.writer.state.tickets.values() if ticket.status is not TicketStatus.VOID]
    assert len(live) == 1


def test_a_power_cut_while_checking_in_leaves_the_appointment_free(engine: EngineAtWork):
    citizen = Citizen(engine)
    code = booked(engine, 5)
    citizen.device.wire.cut = True
    citizen.shows(code)
    citizen.device.power_cut()
    citizen.device.wire.cut = False
    engine.talk()
    again = Citizen(engine, "kiosk-2")
    assert again.shows(code).paper_comes()[1].booked == "in_time"


def test_issuing_is_paused_and_who_has_an_appointment_or_a_ticket_is_not_shut_out(engine: EngineAtWork):
    citizen = Citizen(engine)
    booked(engine, 5)
    engine.ask(c.PauseIssuing(reason="人多"))
    citizen.waits(1)
    assert not {target for target in citizen.can_tap if target.startswith("service/")}
    assert {"check_in", "more"} <= citizen.can_tap
    citizen.taps("more")
    assert {"missed", "find", "rate", "check_in"} <= citizen.can_tap
    citizen.taps("check_in").types(CODE).taps("send")
    assert citizen.paper_comes()[1].booked == "in_time"


def test_a_kiosk_that_owns_all_numbers_gives_its_own_for_an_appointment(alone: EngineAtWork):
    citizen = Citizen(alone)
    assert citizen.takes("pension") == "A001"
    code = booked(alone, 5)
    slip = citizen.shows(code).paper_comes()[1]
    assert (slip.number, slip.booked) == ("A002", "in_time")
    citizen.waits(2)
    ticket = ticket_of(alone, "A002")
    assert (ticket.priority, ticket.priority_confirmed) == ("appointment", True)
    citizen.taps("done").shows(code)
    assert citizen.step is Step.BOOKED
    assert "A002" in citizen.reads
    assert len(alone.numbers()) == 2


def test_a_restored_engine_is_told_again_whose_appointment_it_was(alone: EngineAtWork):
    citizen = Citizen(alone)
    code = booked(alone, 5)
    before = alone.back_up()
    number = citizen.shows(code).paper_comes()[1].number
    citizen.waits(2)
    alone.restore(before)
    assert not alone.numbers()
    citizen.device.ledger.engine_stands(Standing(alone.journal.identity, alone.journal.position))
    citizen.taps("done").waits(3)
    assert list(alone.numbers().values()) == [number]
    citizen.shows(code)
    assert citizen.step is Step.BOOKED, "one appointment is one ticket, whatever the engine forgot"
    assert number in citizen.reads


# -- return slips, which every hall gives ------------------------------------------------


@pytest.fixture
def plain(tmp_path: Path) -> EngineAtWork:
    """A hall that takes no appointments: two kiosks, the engine gives numbers."""
    return hall_at_work(tmp_path, small_hall())


@pytest.fixture
def plain_alone(tmp_path: Path) -> EngineAtWork:
    """The same with one kiosk, which owns all numbers."""
    return hall_at_work(tmp_path, one_kiosk_hall())


def sent_home(engine: EngineAtWork, citizen: Citizen, days: int = 3) -> Scanned:
    """Somebody is called, lacks a paper and gets a slip; then five more people wait."""
    citizen.takes("pension")
    citizen.waits(2)
    engine.ask(c.OpenCounter(counter="c2"))
    engine.ask(c.CallNext(counter="c2"))
    engine.ask(c.GiveReturnSlip(counter="c2", slip="slip-0001", code=CODE, missing="户口簿原件", days=days))
    for _ in range(5):
        citizen.takes("pension")
    citizen.waits(2)
    return Scanned(text_of(engine.hall.hall.id, CODE))


@pytest.mark.parametrize("hall", ["plain", "plain_alone"])
@pytest.mark.parametrize("scans", [True, False])
def test_a_slip_gives_a_number_near_the_head_in_a_hall_without_appointments(
    request: pytest.FixtureRequest, hall: str, scans: bool
):
    engine: EngineAtWork = request.getfixturevalue(hall)
    citizen = Citizen(engine)
    code = sent_home(engine, citizen)
    if scans:
        citizen.shows(code)
    else:
        citizen.taps("more")
        assert "凭告知单取号" in citizen.reads and "预约" not in citizen.reads
        citizen.taps("check_in").types(CODE).taps("send")
    order, slip = citizen.paper_comes()
    assert (order.service, slip.booked) == ("pension", "")
    assert "预约" not in citizen.reads
    citizen.waits(2)
    places = engine.writer.state.lanes[("pension", None, None)]
    ids = [place[-1] for place in sorted(places)]
    assert ids.index(order.ticket) == engine.hall.rules.return_places, "behind the first few of those who wait"
    citizen.taps("done").shows(code)
    assert citizen.step is Step.BOOKED
    assert "您已取号" in citizen.reads and slip.number in citizen.reads and "签到" not in citizen.reads


def test_a_slip_that_is_over_or_unknown_is_said_to_be_one_in_a_hall_without_appointments(plain: EngineAtWork):
    citizen = Citizen(plain)
    citizen.taps("more", "check_in").types("99999999").taps("send")
    assert citizen.step is Step.BOOKED
    assert "没有这张有效的告知单" in citizen.reads and "预约" not in citizen.reads
    code = sent_home(plain, citizen.taps("ordinary"))
    [known] = plain.writer.state.appointments.values()
    known.until_ms = plain.clock.now_ms()
    citizen.shows(code)
    assert "已过有效期" in citizen.reads and "预约" not in citizen.reads
    assert "ordinary" in citizen.can_tap


# -- a number from a phone, whose holder says at a kiosk that he is here -----------------


def test_the_holder_of_a_number_from_a_phone_says_at_the_kiosk_that_he_is_here(tmp_path: Path):
    engine = hall_at_work(tmp_path, msgspec.structs.replace(small_hall(), remote=Remote(services=("pension",))))
    wish = c.TakeOnPhone(ticket="phone-" + "0" * 32, service="pension", person="a" * 32)
    number = engine.ask(wish).result["number"]
    citizen = Citizen(engine)
    assert "到场报到、过号返回" in citizen.reads
    citizen.taps("missed")
    assert "号票或手机上的号码" in citizen.reads and "我到了" in citizen.reads
    citizen.types(number).taps("send").waits(1)
    assert f"{number} 已报到" in citizen.reads
    assert engine.writer.state.tickets[wish.ticket].present
    citizen.leaves()
    citizen.taps("missed").types(number).taps("send").waits(1)
    assert "没有过号" in citizen.reads, "he waits already"


def test_a_hall_without_numbers_from_phones_speaks_of_missed_ones_alone(plain: EngineAtWork):
    citizen = Citizen(plain)
    assert "过号了？重新排队" in citizen.reads and "到场报到" not in citizen.reads
