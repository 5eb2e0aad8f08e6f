"""Who missed too many appointments: staff see it by his keys and lift it with a reason, and all is counted anew."""

import pytest

from broker.engine.apply import apply
from broker.engine.laws import broken_by
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.server.snapshot import load_state, save_state
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_booking import DAY_MS, HOUR_MS, books, hall_with, key, night

DAYS = ("2026-03-05", "2026-03-06", "2026-03-07")
REASON = "不是本人预约"


@pytest.fixture
def work() -> HallAtWork:
    """Two missed appointments restrict."""
    return hall_with(appointment_no_shows=2)


def misses(work: HallAtWork, days: tuple[str, ...], *people: int) -> None:
    """Nobody comes for what is booked for the day that ends; each of ``days`` is the one that opens then."""
    for day in days:
        for one in people or (1,):
            person = key(10_000 * int(day[-2:]) + one)
            made = books(work, one, appointment=f"home-{day}-{one:04d}", code=f"D{day[-2:]}C{one:04d}", person=person)
            work.done(made)
        night(work, day)


def looked(work: HallAtWork, who: int = 1001, before: int = 2001) -> dict[str, object]:
    return work.done(c.FindRestriction(who=key(who), who_before=key(before)))


def lifts(who: int = 1001, before: int = 2001, reason: str = REASON) -> c.LiftRestriction:
    return c.LiftRestriction(who=key(who), who_before=key(before), reason=reason)


def test_staff_see_whether_somebody_is_restricted_until_when_and_for_how_many(work: HallAtWork) -> None:
    assert looked(work) == {"until_ms": None, "missed": 0}
    misses(work, DAYS[:1])
    assert looked(work) == {"until_ms": None, "missed": 1}
    misses(work, DAYS[1:2])
    [*_, last] = [event for event in work.events if isinstance(event, e.AppointmentMissed)]
    assert looked(work) == {"until_ms": last.restricted_until_ms, "missed": 2}
    assert looked(work, who=9, before=1001)["missed"] == 2, "a new period"
    assert looked(work, who=1002, before=2002) == {"until_ms": None, "missed": 0}, "nobody else is"
    work.now_ms = last.counts_until_ms
    assert looked(work) == {"until_ms": None, "missed": 0}


def test_what_is_lifted_lets_book_at_once_and_what_was_missed_before_counts_no_more(work: HallAtWork) -> None:
    misses(work, DAYS[:2])
    assert work.refused(books(work, 7, who=key(1001))).code == "booking_restricted"
    until_ms = looked(work)["until_ms"]
    assert work.done(lifts()) == {"until_ms": until_ms, "missed": 2}
    lifted = work.events[-1]
    assert isinstance(lifted, e.RestrictionLifted)
    assert (lifted.whose, lifted.until_ms, lifted.missed, lifted.reason) == ((key(1001),), until_ms, 2, REASON)
    assert looked(work) == {"until_ms": None, "missed": 0}
    assert load_state(save_state(work.state)) == work.state
    misses(work, DAYS[2:])
    assert looked(work) == {"until_ms": None, "missed": 1}, "the next one alone restricts nobody"
    work.now_ms += DAY_MS
    night(work, "2026-03-09")
    misses(work, ("2026-03-10",))
    assert work.refused(books(work, 7, who=key(1001))).code == "booking_restricted", "two more do"


def test_it_is_lifted_under_the_key_of_the_period_before_too(work: HallAtWork) -> None:
    misses(work, DAYS[:2])
    work.done(lifts(who=9, before=1001))
    assert not work.state.restricted
    assert not work.state.no_shows
    work.done(books(work, 7, who=key(9), who_before=key(1001)))


def test_there_must_be_something_to_lift_and_a_reason(work: HallAtWork) -> None:
    misses(work, DAYS[:1])
    assert work.refused(lifts()).code == "not_restricted", "one missed restricts nobody"
    misses(work, DAYS[1:2])
    for nothing in ("  ", "\u200b\u2060", "\u3164"):
        assert work.refused(lifts(reason=nothing)).code == "reason_needed"
    assert work.refused(lifts(reason="证件 11010519491231002X")).code == "personal_number_typed"
    assert looked(work)["until_ms"] is not None
    work.done(lifts())
    assert work.refused(lifts()).code == "not_restricted"


def test_others_stay_restricted(work: HallAtWork) -> None:
    misses(work, DAYS[:2], 1, 2)
    work.done(lifts())
    assert looked(work)["until_ms"] is None
    assert looked(work, 1002, 2002)["missed"] == 2
    assert work.refused(books(work, 7, who=key(1002))).code == "booking_restricted"


def test_a_device_lifts_nothing(work: HallAtWork) -> None:
    misses(work, DAYS[:2])
    for device, role in (("kiosk-1", "kiosk"), ("caller-1", "caller")):
        for command in (lifts(), c.FindRestriction(who=key(1001), who_before=key(2001))):
            assert work.refused(command, device=device, role=role).code == "not_allowed"


# -- moved by staff, who have not the number of whose it is ------------


def moved(work: HallAtWork, in_hours: float, **more: str) -> c.MoveAppointment:
    return c.MoveAppointment(appointment="home-00000001", at_ms=work.now_ms + round(in_hours * HOUR_MS), **more)


def row(work: HallAtWork) -> dict[str, object]:
    [found] = work.done(c.ListAppointments(appointment="home-00000001"))["appointments"]
    assert isinstance(found, dict)
    return found


def test_with_the_number_staff_move_it_to_another_day_and_the_card_of_that_day_leads_to_it(work: HallAtWork) -> None:
    work.done(books(work, 1))
    work.done(moved(work, 28, was=key(1), person=key(77)))
    assert (work.state.appointments["home-00000001"].person, row(work)["person_ms"]) == (key(77), None)
    again = books(work, 2, 28, service="card", person=key(77))
    assert work.refused(again).code == "one_a_day", "the same person on that day"
    work.done(books(work, 3, person=key(1)))


def test_with_another_ones_number_staff_move_nothing(work: HallAtWork) -> None:
    work.done(books(work, 1))
    was_ms = row(work)["time_ms"]
    assert work.refused(moved(work, 28, was=key(2), person=key(77))).code == "not_whose_it_is"
    assert (row(work)["time_ms"], work.state.appointments["home-00000001"].person) == (was_ms, key(1))


def test_without_the_number_it_is_known_of_which_day_the_key_is_and_the_holder_still_moves_it(work: HallAtWork) -> None:
    work.done(books(work, 1))
    booked_ms = work.now_ms + 4 * HOUR_MS
    work.done(moved(work, 28))
    assert row(work)["person_ms"] == booked_ms
    assert load_state(save_state(work.state)) == work.state
    work.done(books(work, 2, 4.5, person=key(1)))
    work.done(c.CancelAppointment(appointment="home-00000002"))
    work.done(moved(work, 29))
    assert row(work)["person_ms"] == booked_ms, "moved once more"
    work.done(moved(work, 28, source="home", was=key(1), person=key(77)))
    assert (work.state.appointments["home-00000001"].person, row(work)["person_ms"]) == (key(77), None)
    work.done(moved(work, 29))
    assert row(work)["person_ms"] is None, "on the same day the key stays good"


def test_moved_back_to_its_day_the_key_is_good_again(work: HallAtWork) -> None:
    work.done(books(work, 1))
    work.done(moved(work, 28))
    work.done(moved(work, 5))
    assert row(work)["person_ms"] is None
    assert work.refused(books(work, 2, person=key(1))).code == "one_a_day"


def test_of_whom_nobody_can_tell_whether_he_was_there_it_counts_not_as_missed(work: HallAtWork) -> None:
    work.done(books(work, 1))
    work.done(books(work, 2, appointment="home-00000002"))
    work.done(moved(work, 28))
    night(work, DAYS[0])
    night(work, DAYS[1])
    missed = [event.appointment for event in work.events if isinstance(event, e.AppointmentMissed)]
    assert missed == ["home-00000002"]


def test_an_event_of_before_moves_as_it_did() -> None:
    state = State()
    event = e.AppointmentBooked(
        at_ms=1, appointment="home-1", code="ABC123", service="pension", time_ms=9, person=key(1), source="home"
    )
    apply(state, event)
    assert not list(broken_by(state, event))
    assert state.booked_by == {key(1): ["home-1"]}
