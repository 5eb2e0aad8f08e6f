"""The guide desk: numbers for somebody who stands there, codes, priority to be checked, who came back."""

import re
from collections.abc import Callable

import pytest

from broker.collector.qr import qr_drawing
from broker.model import commands as c
from broker.model.ratings import DESK
from broker.model.words import Holding, TicketStatus
from tests.collector.conftest import Browser
from tests.collector.test_staff_pages import text_of
from tests.collector.town import TownHub
from tests.rating_keys import keys_of


@pytest.fixture
def guide(hub: TownHub, logged_in: Callable[[str], Browser]) -> Browser:
    for kiosk in hub.hall.kiosks:
        hub.device(kiosk)
    return logged_in("guide")


def batch_of(page: str) -> str:
    found = re.search(r'name="batch" value="(guide-[0-9a-f]{24})"', page)
    assert found is not None
    return found[1]


def send(guide: Browser, path: str, **fields: str) -> tuple[int, str]:
    batch = batch_of(text_of(guide, "/guide-desk"))
    answer = guide.client.post(path, data={"csrf": guide.token, "batch": batch, **fields})
    return answer.status_code, answer.headers.get("Location", "") if answer.status_code == 303 else answer.get_data(
        True
    )


def test_a_number_without_paper_is_shown_large_with_a_code_and_a_checked_priority_counts(
    hub: TownHub, guide: Browser
) -> None:
    status, where = send(guide, "/guide-desk/tickets", service="pension", count="2", priority="elderly")
    assert status == 303
    page = text_of(guide, where)
    numbers = re.findall(r'<p class="guide-big">([A-Z][0-9]+)</p>', page)
    assert len(numbers) == 2 and page.count("<svg") == 2
    known = [hub.writer.state.find(number) for number in numbers]
    assert all(one is not None and one.priority_confirmed and one.holding is Holding.SCREEN for one in known)
    assert all(one is not None and one.status is TicketStatus.WAITING for one in known)


def test_a_kiosk_is_asked_for_the_paper_and_the_page_shows_the_number_once_it_gave_one(
    hub: TownHub, guide: Browser
) -> None:
    status, where = send(guide, "/guide-desk/tickets", service="pension", kiosk="kiosk-2", language="en")
    assert status == 303 and "取号机正在出号" in text_of(guide, where)
    (order,) = hub.writer.state.orders.values()
    assert (order.kiosk, order.language) == ("kiosk-2", "en")
    told = hub.done(c.IssueTicket(ticket=order.ticket, service="pension", kiosk="kiosk-2"), "kiosk-2")
    hub.done(c.ConfirmTicket(ticket=order.ticket), "kiosk-2")
    assert str(told["number"]) in text_of(guide, where)


def test_the_same_form_sent_twice_is_one_number(hub: TownHub, guide: Browser) -> None:
    batch = batch_of(text_of(guide, "/guide-desk"))
    for _ in range(2):
        form = {"csrf": guide.token, "batch": batch, "service": "pension", "count": "1"}
        assert guide.client.post("/guide-desk/tickets", data=form).status_code == 303
    assert len(hub.writer.state.tickets) == 1


def test_a_refusal_is_told_on_the_page(hub: TownHub, guide: Browser) -> None:
    hub.done(c.PauseIssuing(reason="系统升级"))
    status, said = send(guide, "/guide-desk/tickets", service="pension", kiosk="kiosk-1")
    assert status == 409 and "系统升级" in said
    for wrong in ({"service": "nowhere"}, {"service": "pension", "count": "99"}, {"service": "pension", "kiosk": "x"}):
        assert send(guide, "/guide-desk/tickets", **wrong)[0] == 400


@pytest.mark.parametrize("count", ["0", "0019999", "001" + "9" * 5_000, "-1", "１", ""])
def test_a_count_past_what_one_may_take_gives_not_one_number(hub: TownHub, guide: Browser, count: str) -> None:
    assert send(guide, "/guide-desk/tickets", service="pension", count=count)[0] == 400
    assert not hub.writer.state.tickets


def test_a_code_is_checked_in_at_the_desk_and_once_more_it_is_the_number_there_is(hub: TownHub, guide: Browser) -> None:
    at_ms = hub.clock.now_ms() + 60_000
    hub.done(c.BookAppointment(appointment="booked-0001", code="12345678", service="pension", at_ms=at_ms))
    status, where = send(guide, "/guide-desk/code", code="1234 5678")
    assert status == 303
    (ticket,) = hub.writer.state.tickets.values()
    assert ticket.number in text_of(guide, where) and ticket.priority == "appointment"
    status, where = send(guide, "/guide-desk/code", code="12345678")
    assert (status, where) == (303, f"/guide-desk?number={ticket.number}")
    assert send(guide, "/guide-desk/code", code="99999999")[0] == 422


def test_claims_wait_to_be_checked_and_who_was_missed_is_put_back(hub: TownHub, guide: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    claimed = hub.take_ticket("pension", priority="elderly")
    page = text_of(guide, "/guide-desk")
    assert f'"type": "ConfirmPriority", "number": "{claimed}"' in page and "老年人" in page
    body = {"id": "guide-confirm-1", "command": {"type": "ConfirmPriority", "number": claimed}}
    assert guide.post("/api/commands", body).status_code == 200
    hub.clock.advance(6)
    assert "没有需要核对的" in text_of(guide, "/guide-desk"), "asked of the engine at most every five seconds"
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.MarkNoShow(counter="c1"))
    assert f'"type": "ReturnTicket", "number": "{claimed}"' in text_of(guide, "/guide-desk")
    found = text_of(guide, f"/guide-desk?number={claimed}")
    assert "回来了，重新排队" in found
    body = {"id": "guide-return-1", "command": {"type": "ReturnTicket", "number": claimed}}
    assert guide.post("/api/commands", body).status_code == 200
    assert hub.writer.state.find(claimed).status is TicketStatus.WAITING  # type: ignore[union-attr]
    assert "今天没有 A999" in text_of(guide, "/guide-desk?number=a999")


def test_a_guide_works_at_no_counter(hub: TownHub, guide: Browser) -> None:
    body = {"id": "guide-call-01", "command": {"type": "OpenCounter", "counter": "c5"}}
    assert guide.post("/api/commands", body).status_code == 403


def test_who_holds_a_number_given_at_the_desk_may_give_it_up_and_nobody_rates_by_its_code(
    hub: TownHub, guide: Browser, browser: Browser
) -> None:
    """The guide sees the code, so it is none that rates; a guide may give numbers up anyway."""
    _, where = send(guide, "/guide-desk/tickets", service="pension")
    (ticket,) = hub.writer.state.tickets.values()
    proof = keys_of(hub.hall).of(DESK).ticket_proof(ticket.ticket)
    root = (hub.hall.collector.public_url or "http://localhost").rstrip("/")
    drawn = qr_drawing(f"{root}/t/{ticket.ticket}?k={proof}")
    assert proof not in where and drawn.path in text_of(guide, where), "in the code, and in no address of staff"
    shown = browser.client.get(f"/t/{ticket.ticket}?k={proof}").get_data(as_text=True)
    assert 'data-asks="ask-cancel"' in shown
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.done(c.CallNext(counter="c1"))
    hub.clock.advance(60)
    hub.done(c.FinishService(counter="c1"))
    rating = {"id": "phone-rating-0001", "proof": proof, "level": "very_satisfied"}
    answer = browser.client.post(f"/api/tickets/{ticket.ticket}/rating", json=rating)
    assert answer.status_code == 409 and not hub.writer.state.visits[next(iter(hub.writer.state.visits))].rated
    assert "由工作人员代取" in browser.client.get(f"/t/{ticket.ticket}?k={proof}").get_data(as_text=True)
    _, where = send(guide, "/guide-desk/tickets", service="pension")
    second = next(one for one in hub.writer.state.tickets.values() if one.ticket != ticket.ticket)
    proof = keys_of(hub.hall).of(DESK).ticket_proof(second.ticket)
    wish = {"id": "phone-wish-0001", "proof": proof}
    assert browser.client.post(f"/api/tickets/{second.ticket}/cancellation", json=wish).status_code == 200
    assert hub.writer.state.tickets[second.ticket].status == "cancelled"
