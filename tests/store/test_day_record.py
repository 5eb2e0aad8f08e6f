"""What staffing reads of a day: who came, how long it took, who was there when called."""

from pathlib import Path

import pytest

from broker.model import commands as c
from broker.model.words import Holding
from broker.staffing.record import Left, Took, Waited
from broker.store.reports import JournalReports
from tests.collector.town import TownHub, town_clock, town_hall
from tests.halls import DAY, OPENS_MS

MINUTE = 60_000


@pytest.fixture
def hub(tmp_path: Path) -> TownHub:
    made = TownHub(tmp_path, town_hall(), town_clock())
    made.open_day()
    made.done(c.OpenCounter(counter="c1"))
    return made


@pytest.fixture
def reports(hub: TownHub) -> JournalReports:
    return JournalReports(hub.path, hub.hall, hub.clock.now_ms)


def test_a_visit_is_an_arrival_a_wait_and_a_time(hub: TownHub, reports: JournalReports) -> None:
    hub.take_ticket("pension")
    hub.clock.advance(240)
    hub.serve("c1", minutes=3)
    found = reports.record(DAY)
    assert found is not None
    assert [(one.service, one.at_ms) for one in found.arrivals] == [("pension", OPENS_MS)]
    assert found.waits == (Waited("pension", OPENS_MS + 4 * MINUTE, 4 * MINUTE, came=True),)
    assert found.took == (Took("pension", 3 * MINUTE),)
    assert found.left == ()


def test_who_is_early_for_an_appointment_is_not_counted_as_waiting_before_its_time(
    hub: TownHub, reports: JournalReports
) -> None:
    kiosk, numbers = next(iter(hub.hall.kiosks)), []
    for in_min in (10, 5):
        code, time_ms = f"CODE{in_min:04d}", hub.clock.now_ms() + in_min * MINUTE
        hub.done(c.BookAppointment(appointment=f"booked-{code}", code=code, service="pension", at_ms=time_ms))
        numbers.append(str(hub.done(c.CheckIn(ticket=f"ticket-{code}", code=code, kiosk=kiosk))["number"]))
        hub.done(c.ConfirmTicket(ticket=f"ticket-{code}"))
    hub.clock.advance(13 * 60)
    assert hub.done(c.CallNext(counter="c1"))["number"] == numbers[1]
    hub.done(c.CancelTicket(number=numbers[0]))
    found = reports.record(DAY)
    assert found is not None
    assert [one.waited_ms for one in found.waits] == [8 * MINUTE]
    assert [one.waited_ms for one in found.left] == [3 * MINUTE]


def test_who_is_not_there_when_called_did_not_come_unless_he_is_back_later(
    hub: TownHub, reports: JournalReports
) -> None:
    number = hub.take_ticket("pension")
    hub.clock.advance(600)
    hub.done(c.CallNext(counter="c1"))
    assert [one.came for one in reports.record(DAY).waits] == [None]  # type: ignore[union-attr]
    hub.clock.advance(60)
    hub.done(c.MarkNoShow(counter="c1"))
    assert [one.came for one in reports.record(DAY).waits] == [False]  # type: ignore[union-attr]
    hub.done(c.ReturnTicket(number=number))
    assert [one.came for one in reports.record(DAY).waits] == [True]  # type: ignore[union-attr]


def test_a_number_given_up_left_after_as_long_as_it_waited(hub: TownHub, reports: JournalReports) -> None:
    number = hub.take_ticket("card")
    hub.clock.advance(420)
    hub.done(c.CancelTicket(number=number))
    found = reports.record(DAY)
    assert found is not None
    assert found.left == (Left("card", 7 * MINUTE),)
    assert len(found.arrivals) == 1
    assert found.waits == ()


def test_a_number_that_nobody_holds_is_no_arrival(hub: TownHub, reports: JournalReports) -> None:
    hub.done(c.IssueTicket(ticket="ticket-x", service="card", kiosk="kiosk-1"), "kiosk-1")
    assert reports.record(DAY).arrivals == ()  # type: ignore[union-attr]
    hub.done(c.ConfirmTicket(ticket="ticket-x", holding=Holding.PAPER), "kiosk-1")
    assert len(reports.record(DAY).arrivals) == 1  # type: ignore[union-attr]


def test_a_day_without_any_event_has_no_record(reports: JournalReports) -> None:
    assert reports.record("2031-01-01") is None
