"""Real names: one live ticket a person and service, and so many a day."""

import pytest

from broker.contract.codec import encode
from broker.engine.project import project
from broker.model import commands as c
from broker.model.words import TicketStatus
from tests.engine.bench_hall import ANNA, AT_KIOSK, BERT, HallAtWork, asks
from tests.halls import DAY, lobby_hall


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def test_a_service_by_real_name_wants_a_person_and_gives_each_one_ticket(work: HallAtWork) -> None:
    assert work.refused(asks("0001")).code == "person_required"
    number = work.done(asks("0002", person=ANNA))["number"]
    assert work.refused(asks("0003", person=ANNA)).facts == {"number": number}
    work.done(asks("0004", person=BERT))
    work.done(asks("0005", "pension", person=ANNA))


def test_whoever_was_served_or_gave_the_number_back_may_have_another(work: HallAtWork) -> None:
    work.done(asks("0001", person=ANNA))
    work.done(c.VoidTicket(ticket="ticket-0001"))
    number = work.done(asks("0002", person=ANNA))["number"]
    work.done(c.ConfirmTicket(ticket="ticket-0002"))
    work.done(c.CancelTicket(number=number))
    work.done(asks("0003", person=ANNA))


def test_a_number_that_a_person_is_told_at_another_kiosk_cannot_be_declared_void_any_more(work: HallAtWork) -> None:
    number = work.done(asks("0001", person=ANNA))["number"]
    assert work.refused(asks("0002", person=ANNA)).facts == {"number": number}
    assert work.refused(c.VoidTicket(ticket="ticket-0001")) is not None
    assert work.state.tickets["ticket-0001"].status is TicketStatus.WAITING


def test_an_agent_s_ticket_counts_for_the_person_it_is_for(work: HallAtWork) -> None:
    number = work.done(asks("0001", person=BERT, principal=ANNA))["number"]
    assert work.refused(asks("0002", person=ANNA)).facts == {"number": number}
    work.done(asks("0003", person=BERT))


def test_so_many_tickets_a_day_for_a_person_and_for_an_agent(work: HallAtWork) -> None:
    for index in range(5):
        work.done(asks(f"100{index}", "pension", person=ANNA))
        work.done(asks(f"200{index}", "pension", person=BERT, principal=f"{index}" * 32))
    assert work.refused(asks("1009", "pension", person=ANNA)).facts == {"most": 5}
    assert work.refused(asks("2009", "pension", person=BERT, principal="9" * 32)).code == "agent_day_cap"
    work.done(asks("3000", "pension", person=BERT))
    work.done(asks("3001", "pension"))


def test_a_paper_of_a_kiosk_wins_over_the_caps(work: HallAtWork) -> None:
    work.done(asks("0001", person=ANNA))
    paper = c.ReportTicket(
        ticket="ticket-0002",
        service="card",
        number="B800",
        holding="paper",
        day=DAY,
        kiosk="kiosk-1",
        person=ANNA,  # type: ignore[arg-type]
    )
    assert work.done(paper, **AT_KIOSK)["number"] == "B800"


def test_no_view_holds_the_key_of_a_person_or_digits_of_a_telephone(work: HallAtWork) -> None:
    work.done(asks("0001", person=ANNA, principal=BERT, phone_tail="4321"))
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    for step in (c.CallNext(counter="c3"), c.MarkNoShow(counter="c3"), c.PassTime()):
        work.ask(step, "server", "server")
        for place, shown in project(work.hall, work.state).items():
            text = encode(shown)
            assert ANNA.encode() not in text and BERT.encode() not in text and b"4321" not in text, place


def misses(work: HallAtWork, number: str) -> None:
    """Called and not come."""
    work.done(c.CallNumber(counter="c3", number=number, reason="特呼"))
    work.done(c.MarkNoShow(counter="c3"))


def test_whoever_missed_the_call_returns_while_that_is_allowed_and_takes_another_ticket_afterwards(
    work: HallAtWork,
) -> None:
    number = work.done(asks("0001", person=ANNA))["number"]
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    misses(work, number)
    assert work.refused(asks("0002", person=ANNA)).facts == {"number": number}
    work.wait(31 * 60)
    assert work.refused(c.ReturnTicket(number=number)).code == "return_not_possible"
    other = work.done(asks("0003", person=ANNA))["number"]
    assert work.refused(c.CallNumber(counter="c3", number=number)).facts == {"number": other}
    work.done(c.ConfirmTicket(ticket="ticket-0003"))
    work.done(c.CancelTicket(number=other))
    work.done(c.CallNumber(counter="c3", number=number))


def test_a_clerk_sends_nobody_on_to_a_service_that_the_same_person_waits_for_already(work: HallAtWork) -> None:
    waits_for = work.done(asks("0001", person=ANNA))["number"]
    work.done(asks("0002", "pension", person=ANNA))
    work.done(c.ConfirmTicket(ticket="ticket-0002"))
    work.call("c1")
    assert work.refused(c.TransferTicket(counter="c1", to_service="card")).facts == {"number": waits_for}
    work.done(c.CancelTicket(number=waits_for))
    work.done(c.TransferTicket(counter="c1", to_service="card"))
    assert work.refused(asks("0003", person=ANNA)).code == "person_has_ticket"
