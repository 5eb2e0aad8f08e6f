"""The judges of what is asked from afar, of ordered papers and of changed services: each finds a wrong trace."""

from typing import Any

import msgspec
import pytest

from broker.model import events as e
from broker.model.hall_remote import Remote
from broker.model.words import Holding
from tests.simulation.checkers import floor, from_home, phones
from tests.simulation.hand_made import Tale
from tests.simulation.trace import FromAfar

ANNA = "a" * 32
HOUR_MS = 3_600_000


@pytest.fixture
def tale() -> Tale:
    """Numbers from afar, two on their way at most."""
    tale = Tale()
    hall = msgspec.structs.replace(tale.hall, remote=Remote(services=("pension",), waiting_most=2))
    tale.hall = tale.trace.hall = hall
    return tale.opens().counter_opens("c1")


def laws(judge: Any, tale: Tale) -> list[str]:
    return [violation.law for violation in judge.check(tale.trace)]


def asks(tale: Tale, id: str, what: str, own: bool = True) -> str:
    tale.trace.from_afar.append(FromAfar(id, what, own))
    return id


def afar(tale: Tale, ticket: str, value: int, person: str) -> None:
    tale.reserves(ticket, value, kiosk="phone", person=person)
    tale.confirms(ticket, holding=Holding.PHONE)
    tale.wait(10)


def three_wait(tale: Tale) -> list[int]:
    """When each of them came."""
    came = []
    for value in (1, 2, 3):
        came.append(tale.now_ms)
        tale.waits(f"t{value}", value).wait(10)
    return came


def test_a_ticket_is_moved_back_once_by_its_holder_to_where_it_belongs(tale: Tale) -> None:
    last = three_wait(tale)[-1]
    tale.happens(e.TicketPostponed, asks(tale, "x1", "PostponeTicket"), ticket="t1", clock_ms=last, places=2)
    assert laws(phones, tale) == []
    tale.waits("t4", 4).happens(
        e.TicketPostponed, asks(tale, "x2", "PostponeTicket"), ticket="t1", clock_ms=tale.now_ms, places=1
    )
    assert laws(phones, tale) == ["L42"], "twice"


@pytest.mark.parametrize(("own", "places", "later"), [(False, 2, 0), (True, 1, 0), (True, 2, 5)])
def test_a_stranger_s_wish_and_a_wrong_place_are_found(tale: Tale, own: bool, places: int, later: int) -> None:
    last = three_wait(tale)[-1]
    wish = asks(tale, "x1", "PostponeTicket", own)
    tale.happens(e.TicketPostponed, wish, ticket="t1", clock_ms=last + later, places=places)
    assert laws(phones, tale) == ["L42"]


def test_a_call_before_the_arrival_is_found_and_one_by_choice_is_right(tale: Tale) -> None:
    afar(tale, "p1", 1, ANNA)
    tale.calls("p1", chosen=True, reason="特呼")
    assert laws(phones, tale) == []
    afar(tale, "p2", 2, "b" * 32)
    tale.calls("p2", "c2")
    assert laws(phones, tale) == ["L43"]


def test_a_person_has_one_and_so_many_are_on_their_way(tale: Tale) -> None:
    afar(tale, "p1", 1, ANNA)
    afar(tale, "p2", 2, "b" * 32)
    assert laws(phones, tale) == []
    afar(tale, "p3", 3, ANNA)
    assert laws(phones, tale) == ["L43", "L43"]


def books(tale: Tale, id: str, person: str, **facts: Any) -> None:
    given = {"code": f"code-{id}", "service": "pension", "time_ms": tale.now_ms + 3 * HOUR_MS, "source": "home"}
    wish = asks(tale, f"wish-{id}", "BookAppointment")
    tale.happens(e.AppointmentBooked, wish, appointment=id, person=person, who=person, **{**given, **facts})


def test_from_home_a_part_of_each_slot_is_kept_and_a_person_has_one_a_day(tale: Tale) -> None:
    for n in range(3):
        books(tale, f"b{n}", f"{n:032x}")
    assert laws(from_home, tale) == []
    books(tale, "b3", f"{3:032x}")
    assert laws(from_home, tale) == ["L38"], "a quarter of four is kept"
    books(tale, "b4", f"{0:032x}", time_ms=tale.now_ms + 5 * HOUR_MS)
    assert laws(from_home, tale) == ["L38", "L44"]


def test_somebody_else_s_time_and_one_that_has_nearly_come_stay_as_they_are(tale: Tale) -> None:
    books(tale, "b1", ANNA)
    tale.happens(e.AppointmentCancelled, asks(tale, "w1", "CancelAppointment", own=False), appointment="b1")
    assert laws(from_home, tale) == ["L44"]
    books(tale, "b2", ANNA, time_ms=tale.now_ms + HOUR_MS)
    tale.happens(e.AppointmentCancelled, asks(tale, "w2", "CancelAppointment"), appointment="b2")
    assert laws(from_home, tale) == ["L44", "L44"], "two hours before at the latest"


def test_an_ordered_ticket_that_is_printed_twice_is_found(tale: Tale) -> None:
    tale.trace.ordered["g1"] = "kiosk-1"
    tale.paper("g1", "A001")
    assert laws(floor, tale) == []
    tale.paper("g1", "A001")
    assert set(laws(floor, tale)) == {"L1"}


def test_a_service_without_a_counter_and_a_class_raised_for_ever_are_found(tale: Tale) -> None:
    tale.happens(e.ServicesChanged, counter="c2", services={"card": 2})
    tale.happens(e.ClassRaised, service="card", factor=0.5, until_ms=tale.now_ms + HOUR_MS)
    assert laws(floor, tale) == []
    tale.happens(e.ServicesChanged, counter="c1", services={"card": 2})
    tale.happens(e.ClassRaised, service="card", factor=0.1, until_ms=tale.now_ms + 5 * HOUR_MS)
    assert laws(floor, tale) == ["L7", "L7", "L7"]
