"""Tickets on phones: moved back once and never to anybody's loss, taken from afar, called only once somebody came."""

import msgspec
import pytest

from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_remote import Remote
from broker.model.numbers import ENGINE, ranges_of
from broker.model.ratings import PHONE
from broker.model.words import Level
from tests.engine.bench_hall import ANNA, AT_KIOSK, BERT, KEYS, HallAtWork, view
from tests.halls import one_kiosk_hall, small_hall


def remote_hall(**more: object) -> Hall:
    return msgspec.structs.replace(small_hall(), remote=Remote(services=("pension", "card"), **more))


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(remote_hall()).open_day().open_counters("c1")


def paper(work: HallAtWork) -> tuple[str, str]:
    """(id, number) of a ticket that a kiosk gave."""
    work.wait(10)
    work.made += 1
    ticket = f"ticket-{work.made:06d}"
    number = work.done(c.IssueTicket(ticket=ticket, service="pension", kiosk="kiosk-1"), **AT_KIOSK)["number"]
    work.done(c.ConfirmTicket(ticket=ticket), **AT_KIOSK)
    return ticket, number


def proof(ticket: str, device: str = "kiosk-1") -> str:
    return KEYS.of(device).ticket_proof(ticket)


def afar(work: HallAtWork, person: str = ANNA, service: str = "pension") -> dict:
    work.wait(10)
    work.made += 1
    return {"ticket": f"phone-{work.made:06d}"} | work.done(
        c.TakeOnPhone(ticket=f"phone-{work.made:06d}", service=service, person=person)
    )


def line(work: HallAtWork) -> list[str]:
    return list(view(work, "service", "pension").numbers)


def test_who_is_fifth_lets_as_many_go_first_as_stand_in_front(work: HallAtWork) -> None:
    tickets = [paper(work) for _ in range(12)]
    numbers = [number for _, number in tickets]
    ticket, number = tickets[4]
    told = work.done(c.PostponeTicket(ticket=ticket, proof=proof(ticket)))
    assert told == {"number": number, "places": 4}
    assert line(work) == numbers[:4] + numbers[5:9] + [number] + numbers[9:]


def test_who_is_next_lets_at_least_three_go_first(work: HallAtWork) -> None:
    tickets = [paper(work) for _ in range(5)]
    assert work.done(c.PostponeTicket(ticket=tickets[0][0], proof=proof(tickets[0][0])))["places"] == 3
    assert line(work).index(tickets[0][1]) == 3


def test_with_fewer_behind_it_goes_to_the_end_and_with_nobody_it_stays_and_may_try_again(work: HallAtWork) -> None:
    (first, number), (second, _) = paper(work), paper(work)
    assert work.refused(c.PostponeTicket(ticket=second, proof=proof(second))).code == "nobody_behind"
    assert work.done(c.PostponeTicket(ticket=first, proof=proof(first)))["places"] == 1
    assert line(work)[-1] == number
    assert work.done(c.PostponeTicket(ticket=second, proof=proof(second)))["places"] == 1


def test_a_ticket_is_moved_back_once(work: HallAtWork) -> None:
    tickets = [paper(work) for _ in range(6)]
    wish = c.PostponeTicket(ticket=tickets[0][0], proof=proof(tickets[0][0]))
    work.done(wish)
    assert work.refused(wish).code == "postponed_enough"


def test_nobody_else_loses_by_it_and_the_holder_gains_over_nobody(work: HallAtWork) -> None:
    tickets = [paper(work) for _ in range(8)]
    before = line(work)
    ticket, number = tickets[2]
    clock_ms = work.state.tickets[ticket].clock_ms
    work.done(c.PostponeTicket(ticket=ticket, proof=proof(ticket)))
    after = line(work)
    assert work.state.tickets[ticket].clock_ms > clock_ms, "also against other lines"
    for other in before:
        if other != number:
            assert after.index(other) <= before.index(other)
    assert [one for one in after if one != number] == [one for one in before if one != number]


def test_who_came_at_the_same_moment_as_the_last_one_passed_stays_before_it(work: HallAtWork) -> None:
    tickets = [paper(work) for _ in range(3)]
    for ticket, _ in tickets:
        assert work.state.tickets[ticket].clock_ms
    work.done(c.PostponeTicket(ticket=tickets[0][0], proof=proof(tickets[0][0])))
    _, late = paper(work)
    assert line(work) == [tickets[1][1], tickets[2][1], tickets[0][1], late]


@pytest.mark.parametrize("made_up", ["a" * 13, "other"])
def test_nobody_else_may_move_it_or_give_it_up(work: HallAtWork, made_up: str) -> None:
    (ticket, _), (other, _) = paper(work), paper(work)
    wrong = proof(other) if made_up == "other" else made_up
    for wish in (c.PostponeTicket, c.GiveUpTicket, c.ProveTicket):
        assert work.refused(wish(ticket=ticket, proof=wrong)).code == "wrong_ticket_proof"
        assert work.refused(wish(ticket="ticket-nobody", proof=wrong)).code == "wrong_ticket_proof"


def test_a_called_ticket_cannot_be_moved_or_given_up(work: HallAtWork) -> None:
    (ticket, _), _ = paper(work), paper(work)
    work.call()
    assert work.refused(c.PostponeTicket(ticket=ticket, proof=proof(ticket))).code == "ticket_is_settled"
    assert work.refused(c.GiveUpTicket(ticket=ticket, proof=proof(ticket))).code == "ticket_is_settled"


def test_the_holder_gives_it_up_and_says_so_twice(work: HallAtWork) -> None:
    ticket, number = paper(work)
    for _ in range(2):
        assert work.done(c.GiveUpTicket(ticket=ticket, proof=proof(ticket))) == {"number": number}
    assert work.state.tickets[ticket].status == "cancelled"


def test_a_proof_tells_what_the_holder_may_do(work: HallAtWork) -> None:
    (ticket, number), _ = paper(work), paper(work)
    wish = c.ProveTicket(ticket=ticket, proof=proof(ticket))
    assert work.done(wish) == {
        "number": number,
        "status": "waiting",
        "here": True,
        "may_postpone": True,
        "over": False,
    }
    events = len(work.events)
    work.done(wish)
    assert len(work.events) == events, "an answer and nothing else"


def test_a_number_from_afar_holds_its_place_and_waits_for_its_holder(work: HallAtWork) -> None:
    _, first = paper(work)
    mine = afar(work)
    _, last = paper(work)
    assert line(work) == [first, mine["number"], last]
    assert (mine["ahead"], mine["proof"]) == (1, proof(mine["ticket"], PHONE))
    assert work.call() == first
    work.done(c.FinishService(counter="c1"))
    work.done(c.ReturnTicket(number=mine["number"]), **AT_KIOSK)
    assert work.call() == mine["number"], "its place was kept"


def test_who_is_not_here_in_turn_is_passed_by_and_stands_behind_the_first_few_then(work: HallAtWork) -> None:
    mine = afar(work)
    others = [paper(work)[1] for _ in range(6)]
    assert work.call() == others[0]
    work.done(c.FinishService(counter="c1"))
    work.done(c.ReturnTicket(number=mine["number"]))
    assert line(work) == [*others[1:4], mine["number"], *others[4:]]


def test_only_people_on_the_way_are_nobody_waiting(work: HallAtWork) -> None:
    mine = afar(work)
    assert work.refused(c.CallNext(counter="c1")).code == "nobody_waiting"
    assert view(work, "counter", "c1").waiting == 0
    work.done(c.CallNumber(counter="c1", number=mine["number"], reason="来电话说已到"))
    assert work.state.tickets[mine["ticket"]].present


def test_whose_arrival_was_said_twice_is_in_line_once(work: HallAtWork) -> None:
    mine = afar(work)
    work.done(c.ReturnTicket(number=mine["number"]))
    assert work.refused(c.ReturnTicket(number=mine["number"])).code == "ticket_is_settled"
    assert line(work) == [mine["number"]]


def test_a_person_has_one_number_of_a_service_also_where_no_real_name_is_asked_for(work: HallAtWork) -> None:
    mine = afar(work)
    wish = c.TakeOnPhone(ticket="phone-second", service="pension", person=ANNA)
    assert work.refused(wish).code == "person_has_ticket"
    assert afar(work, BERT)["number"] != mine["number"]


def test_the_same_wish_again_is_the_same_number_but_only_for_the_same_person(work: HallAtWork) -> None:
    mine = afar(work)
    again = work.done(c.TakeOnPhone(ticket=mine["ticket"], service="pension", person=ANNA))
    assert (again["number"], again["proof"]) == (mine["number"], mine["proof"])
    stranger = c.TakeOnPhone(ticket=mine["ticket"], service="pension", person=BERT)
    assert work.refused(stranger).code == "wrong_ticket_proof"
    paper_id, _ = paper(work)
    assert work.refused(c.TakeOnPhone(ticket=paper_id, service="pension", person=ANNA)).code == "wrong_ticket_proof"


def test_no_more_are_on_their_way_than_the_hall_allows_and_who_let_the_turn_pass_takes_no_room() -> None:
    work = HallAtWork(remote_hall(waiting_most=1)).open_day().open_counters("c1")
    afar(work)
    wish = c.TakeOnPhone(ticket="phone-second", service="pension", person=BERT)
    assert work.refused(wish).code == "afar_full"
    paper(work)
    work.call()
    assert work.done(wish)["number"]


def test_numbers_are_given_from_afar_only_for_some_services_and_from_a_time_on() -> None:
    work = HallAtWork(msgspec.structs.replace(small_hall(), remote=Remote(services=("pension",), opens="10:00")))
    work.open_day()
    card = c.TakeOnPhone(ticket="phone-000001", service="card", person=ANNA)
    assert work.refused(card).code == "not_from_afar"
    refusal = work.refused(c.TakeOnPhone(ticket="phone-000001", service="pension", person=ANNA))
    assert (refusal.code, refusal.facts) == ("too_early_from_afar", {"opens": "10:00"})
    work.wait(3600)
    assert afar(work)["number"]


def test_a_kiosk_takes_none_from_afar(work: HallAtWork) -> None:
    wish = c.TakeOnPhone(ticket="phone-000001", service="pension", person=ANNA)
    assert work.refused(wish, **AT_KIOSK).code == "not_allowed"
    ticket, _ = paper(work)
    assert work.refused(c.PostponeTicket(ticket=ticket, proof=proof(ticket)), **AT_KIOSK).code == "not_allowed"


def test_who_held_a_number_on_a_phone_may_rate_by_its_link(work: HallAtWork) -> None:
    mine = afar(work)
    work.done(c.ReturnTicket(number=mine["number"]))
    visit = work.serve()
    wish = c.RateByTicket(
        evaluation="rating-000001", ticket=mine["ticket"], proof=mine["proof"], level=Level.SATISFIED, pressed_at_ms=1
    )
    assert work.done(wish)["visit"] == visit


def test_a_series_that_a_kiosk_has_alone_keeps_a_part_for_phones(one_kiosk: Hall) -> None:
    assert ENGINE not in ranges_of(one_kiosk, "a")
    hall = msgspec.structs.replace(one_kiosk, remote=Remote(services=("pension",)))
    ranges = ranges_of(hall, "a")
    assert len(ranges[ENGINE]) > len(ranges["kiosk-1"]) > 0
    assert ranges[ENGINE].last < ranges["kiosk-1"].first


@pytest.fixture
def one_kiosk() -> Hall:
    return one_kiosk_hall()


def test_a_day_ends_also_for_who_never_came(work: HallAtWork) -> None:
    mine = afar(work)
    work.done(c.CloseDay(), device="server", role="server")
    settled = [one for one in work.events if isinstance(one, e.TicketExpired)]
    assert [one.ticket for one in settled] == [mine["ticket"]]
    assert isinstance(work.state, State)


def test_who_is_called_by_mistake_is_on_the_way_again_once_the_call_is_taken_back(work: HallAtWork) -> None:
    mine = afar(work)
    _, here = paper(work)
    work.done(c.CallNumber(counter="c1", number=mine["number"], reason="特呼"))
    work.done(c.UndoLast(counter="c1"))
    assert not work.state.tickets[mine["ticket"]].present
    assert work.call() == here, "nobody said that the other one came"
