"""The judges of real names, appointments, notices, help and lost papers: each finds a trace made wrong by hand."""

from typing import Any

import msgspec
import pytest

from broker.model import events as e
from broker.model.words import Names
from tests.halls import lobby_hall
from tests.simulation.checkers import appointments, helping, notices, persons
from tests.simulation.hand_made import Tale
from tests.simulation.trace import LookedFor

ANNA, BERT = "a" * 32, "b" * 32
MINUTE_MS = 60_000


@pytest.fixture
def tale() -> Tale:
    """The card is by real name; two tickets a day."""
    tale = Tale()
    hall = lobby_hall()
    rules = msgspec.structs.replace(hall.rules, person_tickets_a_day=2, agent_tickets_a_day=1)
    tale.hall = tale.trace.hall = msgspec.structs.replace(hall, rules=rules)
    return tale.opens().counter_opens("c1")


def laws(judge: Any, tale: Tale) -> list[str]:
    return [violation.law for violation in judge.check(tale.trace)]


# -- real names ------------------------------------------------


def test_a_second_live_ticket_of_one_person_is_found_and_one_after_another_is_right(tale: Tale) -> None:
    tale.waits("t1", 1, "card", person=ANNA)
    tale.reserves("t2", 2, "card", person=BERT)
    tale.serves("t1")
    tale.waits("t3", 3, "card", person=ANNA)
    assert laws(persons, tale) == []
    tale.reports("t4", 800, service="card", person=BERT)
    assert laws(persons, tale) == [], "a paper wins"
    tale.waits("t5", 5, "card", person=BERT, principal=ANNA)
    assert set(laws(persons, tale)) == {"L25"}


def test_a_ticket_sent_on_to_where_the_same_person_waits_is_found(tale: Tale) -> None:
    tale.waits("t1", 1, "card", person=ANNA).waits("t2", 1, "pension", person=ANNA)
    tale.calls("t2")
    tale.happens(e.TicketTransferred, ticket="t2", counter="c1", service="card", to_counter=None, clock_ms=tale.now_ms)
    assert laws(persons, tale) == ["L25"]


def test_a_missed_number_is_an_obstacle_only_while_it_may_return(tale: Tale) -> None:
    tale.waits("t1", 1, "card", person=ANNA)
    tale.calls("t1")
    tale.happens(e.TicketMissed, ticket="t1", counter="c1")
    tale.wait(31 * 60).waits("t2", 2, "card", person=ANNA)
    assert laws(persons, tale) == []
    tale.calls("t2")
    tale.happens(e.TicketMissed, ticket="t2", counter="c1")
    tale.wait(29 * 60).reserves("t3", 3, "card", person=ANNA, appointment="booked-1")
    assert laws(persons, tale) == ["L25"]


def test_too_many_tickets_of_a_day_and_one_without_a_name_are_found(tale: Tale) -> None:
    tale.reserves("t1", 1, person=ANNA)
    tale.reserves("t2", 2, person=ANNA)
    tale.reserves("t3", 3, person=BERT, principal="c" * 32)
    tale.happens(e.TicketVoided, ticket="t2")
    tale.reserves("t4", 4, person=ANNA)
    assert laws(persons, tale) == []
    tale.reserves("t5", 5, person=ANNA)
    assert laws(persons, tale) == ["L25"]
    tale.reserves("t6", 6, person=BERT, principal="d" * 32)
    assert laws(persons, tale) == ["L25"] * 2
    tale.reserves("t7", 7, "card")
    assert laws(persons, tale) == ["L25"] * 3


# -- appointments ------------------------------------------------


def booked(tale: Tale, in_min: int) -> dict[str, Any]:
    """The facts of a ticket for it, which was booked in time."""
    time_ms = tale.now_ms + in_min * MINUTE_MS
    known = {"appointment": "booked-1", "code": "ABC123", "service": "pension", "time_ms": time_ms}
    tale.happens(e.AppointmentBooked, at_ms=min(tale.now_ms, time_ms), **known)
    return {"appointment": "booked-1", "priority": "appointment"} | ({"clock_ms": time_ms} if 0 < in_min <= 15 else {})


@pytest.mark.parametrize(
    ("in_min", "changed", "right"),
    [
        (15, {}, True),
        (-10, {}, True),
        (16, {}, False),
        (-11, {}, False),
        (-11, {"priority": None}, True),
        (0, {"priority": None}, False),
        (0, {"appointment": "booked-9"}, False),
        (0, {"service": "card"}, False),
        (15, {"clock_ms": None}, False),
        (1, {"clock_ms": 5}, False),
        (-5, {"clock_ms": 5}, False),
    ],
)
def test_a_check_in_is_judged_by_its_time(tale: Tale, in_min: int, changed: dict[str, Any], right: bool) -> None:
    tale.reserves("t1", 1, **(booked(tale, in_min) | changed))
    assert laws(appointments, tale) == ([] if right else ["L26"])


def test_a_second_ticket_for_an_appointment_and_one_for_a_cancelled_appointment_are_found(tale: Tale) -> None:
    facts = booked(tale, 0)
    tale.reserves("t1", 1, **facts)
    tale.happens(e.TicketVoided, ticket="t1")
    tale.reserves("t2", 2, **facts)
    assert laws(appointments, tale) == []
    tale.reserves("t3", 3, **facts)
    assert laws(appointments, tale) == ["L26"]
    tale.happens(e.TicketVoided, ticket="t2")
    tale.happens(e.TicketVoided, ticket="t3")
    tale.happens(e.AppointmentCancelled, appointment="booked-1")
    tale.reserves("t4", 4, **facts)
    assert laws(appointments, tale) == ["L26"] * 2


def test_a_full_slot_that_takes_one_more_is_found_and_who_moves_within_it_is_not(tale: Tale) -> None:
    slot_ms = 30 * MINUTE_MS
    begins = tale.now_ms - tale.now_ms % slot_ms + slot_ms

    def books(who: int, time_ms: int, service: str = "pension") -> None:
        code = f"CODE{who:04d}"
        tale.happens(e.AppointmentBooked, appointment=f"booked-{who}", code=code, service=service, time_ms=time_ms)

    most = tale.trace.hall.rules.appointment_slot_capacity  # type: ignore[union-attr]
    for who in range(most):
        books(who, begins + who * MINUTE_MS)
    books(0, begins + slot_ms - 1)
    books(90, begins - 1)
    books(91, begins + slot_ms)
    books(92, begins, "card")
    assert laws(appointments, tale) == []
    tale.happens(e.AppointmentCancelled, appointment="booked-1")
    books(93, begins)
    assert laws(appointments, tale) == []
    books(94, begins)
    books(90, begins)
    assert laws(appointments, tale) == ["L38"] * 2


def test_a_booking_into_a_slot_that_is_over_is_found_and_who_stays_in_one_is_not(tale: Tale) -> None:
    slot_ms = 30 * MINUTE_MS
    begins = tale.now_ms - tale.now_ms % slot_ms + slot_ms

    def books(who: str, time_ms: int) -> list[str]:
        tale.happens(e.AppointmentBooked, appointment=who, code=f"CODE-{who}", service="pension", time_ms=time_ms)
        return laws(appointments, tale)

    tale.now_ms = begins + slot_ms - 1
    assert books("booked-1", begins) == []
    tale.now_ms += 1
    assert books("booked-1", begins + MINUTE_MS) == []
    assert books("booked-2", begins) == ["L38"]
    assert books("booked-3", tale.now_ms - 24 * 60 * MINUTE_MS) == ["L38"] * 2


def test_a_new_day_forgets_what_was_a_day_ago_and_the_same_day_again_forgets_nothing(tale: Tale) -> None:
    facts = booked(tale, 0)
    tale.now_ms += 24 * 60 * MINUTE_MS
    tale.happens(e.DayOpened, day="2026-03-04", sessions=(), again=True)
    tale.reserves("t1", 1, **(facts | {"priority": None}))
    tale.happens(e.TicketVoided, ticket="t1")
    tale.happens(e.DayOpened, command="opening", day="2026-03-05", sessions=())
    assert laws(appointments, tale) == []
    tale.reports("t2", 801, command="opening", **(facts | {"priority": None}))
    assert laws(appointments, tale) == [], "taken over by the day that opens"
    tale.happens(e.TicketVoided, ticket="t2")
    tale.reserves("t3", 3, **(facts | {"priority": None}))
    assert laws(appointments, tale) == ["L26"]


# -- notices ------------------------------------------------


def test_a_notice_that_goes_too_early_or_stays_is_found(tale: Tale) -> None:
    text = Names("通知", "Notice")
    for key, until_ms in (("n1", tale.now_ms + 10_000), ("n2", tale.now_ms + 500_000), ("n3", None)):
        tale.happens(e.NoticePosted, notice=key, zh=text.zh, en=text.en, until_ms=until_ms)
    tale.wait(10).happens(e.NoticeCleared, notice="n1")
    tale.answers("clear-1", "ClearNotice", "collector").happens(e.NoticeCleared, "clear-1", notice="n3")
    tale.rests()
    assert laws(notices, tale) == []
    tale.happens(e.NoticeCleared, notice="n2")
    assert laws(notices, tale) == ["L27"]


def test_a_notice_that_is_over_and_still_stands_is_found(tale: Tale) -> None:
    tale.happens(e.NoticePosted, notice="n1", zh="通知", en="Notice", until_ms=tale.now_ms + 10_000)
    tale.rests()
    assert laws(notices, tale) == ["L27"]


# -- help and lost papers ------------------------------------------------


def test_two_calls_of_one_kiosk_and_an_answer_to_nobody_are_found(tale: Tale) -> None:
    tale.happens(e.HelpWanted, help="h1", kiosk="kiosk-1")
    tale.happens(e.HelpWanted, help="h2", kiosk="kiosk-2")
    tale.happens(e.HelpAnswered, help="h1", kiosk="kiosk-1")
    assert laws(helping, tale) == []
    tale.happens(e.HelpAnswered, help="h1", kiosk="kiosk-1")
    tale.happens(e.HelpWanted, help="h3", kiosk="kiosk-2")
    assert laws(helping, tale) == ["L28"] * 2


def test_a_look_up_that_tells_more_or_less_than_the_live_tickets_is_found(tale: Tale) -> None:
    tale.waits("t1", 1, phone_tail="1234").waits("t2", 2, phone_tail="1234").waits("t3", 3, phone_tail="9999")
    early = len(tale.trace.journal)
    tale.serves("t1")
    late = len(tale.trace.journal)
    told = [(("A002", "A001"), early), (("A002",), late)]
    tale.trace.looked_for = [LookedFor(tale.now_ms, "1234", numbers, as_of) for numbers, as_of in told]
    assert laws(helping, tale) == []
    for numbers, as_of in (((), early), (("A002", "A001"), late), (("A003",), late), (("A002",), late + 9)):
        tale.trace.looked_for = [LookedFor(tale.now_ms, "1234", numbers, as_of)]
        assert laws(helping, tale) == ["L29"]
