"""Who goes first: a claim is believed, confirmed, taken away, and is nobody else's business."""

import msgspec
import pytest

from broker.contract.codec import encode
from broker.engine.project import project
from broker.model import commands as c
from tests.engine.bench_hall import ANNA, AT_KIOSK, HallAtWork, asks, view
from tests.halls import DAY, OPENS_MS, lobby_hall

HOUR_MS = 3_600_000


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def test_a_confirmed_priority_keeps_the_arrival_and_goes_first_by_its_share(work: HallAtWork) -> None:
    first = work.take_ticket()
    work.wait(60)
    second = work.take_ticket()
    arrived = work.state.find(second).arrived_at_ms  # type: ignore[union-attr]
    work.wait(300)
    work.done(c.ConfirmPriority(number=second, priority="elderly"))
    assert work.state.find(second).arrived_at_ms == arrived  # type: ignore[union-attr]
    assert [work.call("c1"), work.call("c2")] == [second, first]


def test_a_revoked_priority_waits_like_any_other(work: HallAtWork) -> None:
    first = work.take_ticket()
    work.wait(60)
    second = work.take_ticket(priority="elderly")
    work.wait(300)
    work.done(c.RevokePriority(number=second, reason="证件不符"))
    assert work.call("c1") == first


def test_a_claim_is_confirmed_as_it_was_made_and_saying_it_twice_changes_nothing(work: HallAtWork) -> None:
    number = work.take_ticket(priority="elderly")
    assert work.done(c.ConfirmPriority(number=number))["priority"] == "elderly"
    before = len(work.events)
    work.done(c.ConfirmPriority(number=number))
    assert len(work.events) == before
    work.call("c1")
    shown = view(work, "counter", "c1").ticket
    assert (shown.priority, shown.priority_confirmed) == ("elderly", True)


def test_without_a_claim_there_is_nothing_to_confirm_or_to_take_away(work: HallAtWork) -> None:
    number = work.take_ticket()
    assert work.refused(c.ConfirmPriority(number=number)).code == "no_priority"
    assert work.refused(c.RevokePriority(number=number)).code == "no_priority"
    assert work.refused(c.ConfirmPriority(number=number, priority="royal")).code == "unknown_priority"


@pytest.mark.parametrize("asker", [AT_KIOSK, {"device": "desk-1", "role": "caller"}])
def test_only_staff_pages_decide_about_priority_and_emergency(work: HallAtWork, asker: dict[str, str]) -> None:
    number = work.take_ticket(priority="elderly")
    for command in (
        c.ConfirmPriority(number=number),
        c.RevokePriority(number=number),
        c.BeginEmergency(zh="请离开", en="Leave"),
        c.EndEmergency(),
        c.AnswerHelp(help="help-0001"),
        c.PostNotice(notice="n", zh="通知"),
        c.BookAppointment(appointment="booked-0001", code="ABC123", service="pension", at_ms=work.now_ms),
        c.CancelAppointment(appointment="booked-0001"),
    ):
        assert work.refused(command, **asker).code == "not_allowed"


def test_no_view_but_the_counter_s_says_who_has_priority_or_a_need(work: HallAtWork) -> None:
    work.take_ticket(priority="elderly")
    ticket = work.done(asks("0001", "pension", needs=("sight",), priority="elderly"))
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    work.call("c1")
    for (kind, name), shown in project(work.hall, work.state).items():
        if kind != "counter":
            text = encode(shown)
            assert b"elderly" not in text and b"sight" not in text, (kind, name, ticket)


def test_at_a_kiosk_only_the_classes_offered_there_can_be_claimed() -> None:
    hall = lobby_hall()
    soldiers = msgspec.structs.replace(hall.priority["elderly"], at_kiosk=False)
    work = HallAtWork(msgspec.structs.replace(hall, priority=hall.priority | {"military": soldiers})).open_day()
    for claimed in ("military", "appointment"):
        assert (
            work.refused(asks("0001", "pension", priority=claimed, kiosk="kiosk-1"), **AT_KIOSK).code == "not_allowed"
        )
    work.done(asks("0002", "pension", priority="elderly", kiosk="kiosk-1"), **AT_KIOSK)
    number = work.done(asks("0003", "pension"))["number"]
    work.done(c.ConfirmPriority(number=number, priority="military"))


def test_a_priority_taken_away_at_the_window_stays_away_when_the_visitor_waits_again(work: HallAtWork) -> None:
    number = work.take_ticket(priority="elderly")
    work.call("c1")
    work.done(c.RevokePriority(number=number))
    assert view(work, "counter", "c1").ticket.priority is None
    work.done(c.MarkNoShow(counter="c1"))
    work.done(c.ReturnTicket(number=number))
    ticket = work.state.find(number)
    assert ticket is not None and ticket.lane == ("pension", None, None)


@pytest.mark.parametrize(("came_at_s", "overtakes"), [(690, True), (710, False)])
def test_a_claim_overtakes_only_who_came_within_the_same_share_of_the_wait(
    work: HallAtWork, came_at_s: int, overtakes: bool
) -> None:
    """With a factor of 0.3 nobody who comes after 70 % of one's wait goes before one, however many claim."""
    assert work.hall.priority["elderly"].factor == 0.3
    plain = work.take_ticket()
    work.wait(came_at_s)
    claims = [work.take_ticket(priority="elderly") for _ in range(3)]
    work.wait(1000 - came_at_s)
    assert work.call("c1") == (claims[0] if overtakes else plain)


def test_a_priority_that_was_confirmed_goes_along_into_a_day_that_is_put_right() -> None:
    work = HallAtWork(lobby_hall())
    yesterday = c.SessionTimes("day", OPENS_MS - 24 * HOUR_MS, OPENS_MS - 16 * HOUR_MS, OPENS_MS - 17 * HOUR_MS)
    work.ask(c.OpenDay(day="2026-03-03", sessions=(yesterday,)), "server", "server")
    work.ask(
        c.ReportTicket(
            ticket="ticket-0001",
            service="pension",
            number="A800",
            holding="paper",  # type: ignore[arg-type]
            day=DAY,
            priority="elderly",
            kiosk="kiosk-1",
            person=ANNA,
            needs=("hearing",),
            phone_tail="4321",
            large=True,
        ),
        "kiosk-1",
        "kiosk",
    )
    work.done(c.ConfirmPriority(number="A800"))
    work.open_day()
    kept = work.state.find("A800")
    assert kept is not None and kept.priority_confirmed and kept.priority == "elderly"
    assert (kept.person, kept.needs, kept.phone_tail, kept.large) == (ANNA, ("hearing",), "4321", True)


def test_whoever_does_not_hear_well_stays_on_the_board_for_longer(work: HallAtWork) -> None:
    work.done(asks("0001", "pension", needs=("hearing",)))
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    work.call("c1")
    (call,) = view(work, "board", "display-1").calls
    assert call.linger
    assert view(work, "counter", "c1").ticket.needs == ("hearing",)
