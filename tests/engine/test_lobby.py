"""The rules of the lobby: who goes first, emergencies, help, real names, appointments, lost papers, notices."""

import pytest

from broker.contract.codec import encode
from broker.engine.project import project
from broker.model import commands as c
from broker.model.days import DayKind
from broker.model.hall import Hall, HallNotice
from broker.model.words import Level, TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, DAY, OPENS_MS, lobby_hall, one_kiosk_hall, small_hall

ANNA, BERT = "a" * 32, "b" * 32
AT_KIOSK = {"device": "kiosk-1", "role": "kiosk"}
HOUR_MS = 3_600_000


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def view(work: HallAtWork, kind: str, name: str):  # type: ignore[no-untyped-def]
    return project(work.hall, work.state, (kind,))[kind, name]


def asks(work: HallAtWork, ticket: str, service: str = "card", **more: object) -> c.IssueTicket:
    return c.IssueTicket(ticket=f"ticket-{ticket}", service=service, **more)  # type: ignore[arg-type]


# -- priority ------------------------------------------------


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
        c.AnswerHelp(help="help-0001"),
    ):
        assert work.refused(command, **asker).code == "not_allowed"


def test_no_view_but_the_counter_s_says_who_has_priority_or_a_need(work: HallAtWork) -> None:
    work.take_ticket(priority="elderly")
    ticket = work.done(asks(work, "0001", "pension", needs=("sight",), priority="elderly"))
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    work.call("c1")
    for (kind, name), shown in project(work.hall, work.state).items():
        if kind != "counter":
            text = encode(shown)
            assert b"elderly" not in text and b"sight" not in text, (kind, name, ticket)


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


# -- emergency ------------------------------------------------


def test_during_an_emergency_nobody_is_called_and_no_number_is_given_but_papers_are_taken(work: HallAtWork) -> None:
    number = work.take_ticket()
    work.call("c2")
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    for command in (
        c.CallNext(counter="c1"),
        c.CallNumber(counter="c1", number=number),
        c.Recall(counter="c2"),
        asks(work, "0002", "pension"),
    ):
        assert work.refused(command).code == "emergency_now"
    paper = c.ReportTicket(
        ticket="ticket-0003",
        service="pension",
        number="A801",
        holding="paper",
        day=DAY,
        kiosk="kiosk-1",  # type: ignore[arg-type]
    )
    work.done(paper, **AT_KIOSK)
    work.done(c.FinishService(counter="c2"))
    work.done(c.EndEmergency())
    assert work.call("c1") == "A801"
    assert work.refused(c.EndEmergency()).code == "no_emergency"


def test_an_emergency_outlives_the_day_and_its_text_can_be_changed(work: HallAtWork) -> None:
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    since = work.state.emergency.since_ms  # type: ignore[union-attr]
    work.wait(5)
    work.done(c.BeginEmergency(zh="请离开", en="Leave"))
    assert work.state.emergency.since_ms == since  # type: ignore[union-attr]
    work.done(c.BeginEmergency(zh="请走东门", en="East door"))
    work.done(c.CloseDay())
    shown = project(work.hall, work.state)
    assert all(v.emergency.zh == "请走东门" for (kind, _), v in shown.items() if kind != "service")


# -- help ------------------------------------------------


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


# -- real names ------------------------------------------------


def test_a_service_by_real_name_wants_a_person_and_gives_each_one_ticket(work: HallAtWork) -> None:
    assert work.refused(asks(work, "0001")).code == "person_required"
    number = work.done(asks(work, "0002", person=ANNA))["number"]
    assert work.refused(asks(work, "0003", person=ANNA)).facts == {"number": number}
    work.done(asks(work, "0004", person=BERT))
    work.done(asks(work, "0005", "pension", person=ANNA))


def test_whoever_was_served_or_gave_the_number_back_may_have_another(work: HallAtWork) -> None:
    work.done(asks(work, "0001", person=ANNA))
    work.done(c.VoidTicket(ticket="ticket-0001"))
    number = work.done(asks(work, "0002", person=ANNA))["number"]
    work.done(c.ConfirmTicket(ticket="ticket-0002"))
    work.done(c.CancelTicket(number=number))
    work.done(asks(work, "0003", person=ANNA))


def test_an_agent_s_ticket_counts_for_the_person_it_is_for(work: HallAtWork) -> None:
    number = work.done(asks(work, "0001", person=BERT, principal=ANNA))["number"]
    assert work.refused(asks(work, "0002", person=ANNA)).facts == {"number": number}
    work.done(asks(work, "0003", person=BERT))


def test_so_many_tickets_a_day_for_a_person_and_for_an_agent(work: HallAtWork) -> None:
    for index in range(5):
        work.done(asks(work, f"100{index}", "pension", person=ANNA))
        work.done(asks(work, f"200{index}", "pension", person=BERT, principal=f"{index}" * 32))
    assert work.refused(asks(work, "1009", "pension", person=ANNA)).facts == {"most": 5}
    assert work.refused(asks(work, "2009", "pension", person=BERT, principal="9" * 32)).code == "agent_day_cap"
    work.done(asks(work, "3000", "pension", person=BERT))
    work.done(asks(work, "3001", "pension"))


def test_a_paper_of_a_kiosk_wins_over_the_caps(work: HallAtWork) -> None:
    work.done(asks(work, "0001", person=ANNA))
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


# -- lost papers ------------------------------------------------


def test_a_lost_paper_is_found_by_its_telephone_while_it_is_good(work: HallAtWork) -> None:
    work.take_ticket()
    number = work.done(asks(work, "0001", "pension", phone_tail="1234", large=True))["number"]
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    look = c.FindTicket(phone_tail="1234", kiosk="kiosk-1")
    told = {"number": number, "service": "pension", "ahead": 1, "large": True}
    assert work.done(look, **AT_KIOSK) == {"tickets": [told]}
    assert work.done(c.FindTicket(phone_tail="9999", kiosk="kiosk-1"), **AT_KIOSK) == {"tickets": []}
    work.done(c.CancelTicket(number=number))
    assert work.done(look, **AT_KIOSK) == {"tickets": []}


def test_where_the_hall_does_not_offer_it_no_telephone_is_kept() -> None:
    work = HallAtWork(small_hall()).open_day()
    work.done(asks(work, "0001", "pension", phone_tail="1234"))
    assert work.state.tickets["ticket-0001"].phone_tail is None
    assert work.refused(c.FindTicket(phone_tail="1234", kiosk="kiosk-1"), **AT_KIOSK).code == "lookup_not_offered"


# -- rating by number ------------------------------------------------


def rating(number: str, id: str = "rating-0001", at_ms: int = OPENS_MS, device: str = "kiosk-1") -> c.RateVisit:
    return c.RateVisit(evaluation=id, number=number, level=Level.SATISFIED, device=device, pressed_at_ms=at_ms)


def test_a_visit_is_rated_once_by_the_number_on_the_paper(work: HallAtWork) -> None:
    number = work.take_ticket()
    assert work.refused(rating(number), **AT_KIOSK).code == "not_served_yet"
    visit = work.serve()
    work.wait(600)
    assert work.done(rating(number, at_ms=work.now_ms), **AT_KIOSK)["visit"] == visit
    assert work.refused(rating(number, "rating-0002", work.now_ms), **AT_KIOSK).code == "already_rated"
    assert work.refused(rating("A555"), **AT_KIOSK).code == "unknown_ticket"
    assert work.refused(rating(number, device="kiosk-2"), **AT_KIOSK).code == "not_allowed"


# -- appointments ------------------------------------------------


def booked(work: HallAtWork, in_min: int, service: str = "pension", code: str = "ABC123") -> str:
    at_ms = work.now_ms + in_min * 60_000
    work.done(c.BookAppointment(appointment=f"booked-{code}", code=code, service=service, at_ms=at_ms))
    return code


def checks_in(code: str, ticket: str = "ticket-0001", **more: str) -> c.CheckIn:
    return c.CheckIn(ticket=ticket, code=code, kiosk="kiosk-1", **more)  # type: ignore[arg-type]


def test_who_comes_in_time_waits_first_and_who_is_late_like_others(work: HallAtWork) -> None:
    in_time = work.done(checks_in(booked(work, 15)), **AT_KIOSK)
    assert (in_time["priority"], in_time["service"]) == ("appointment", "pension")
    assert work.state.tickets["ticket-0001"].priority_confirmed
    code = booked(work, 10, code="XYZ999")
    work.wait(21 * 60)
    late = work.done(checks_in(code, "ticket-0002"), **AT_KIOSK)
    assert late["priority"] is None
    assert work.state.tickets["ticket-0002"].status is TicketStatus.RESERVED


def test_who_comes_early_is_told_from_when(work: HallAtWork) -> None:
    code = booked(work, 60)
    assert work.refused(checks_in(code), **AT_KIOSK).facts == {"from_time": "09:45"}
    work.wait(45 * 60)
    work.done(checks_in(code), **AT_KIOSK)


def test_a_check_in_repeated_is_the_same_and_a_second_one_is_told_its_number(work: HallAtWork) -> None:
    code = booked(work, 0)
    number = work.done(checks_in(code), **AT_KIOSK)["number"]
    assert work.done(checks_in(code), **AT_KIOSK)["number"] == number
    assert work.refused(checks_in(code, "ticket-0002"), **AT_KIOSK).facts == {"number": number}
    work.done(c.VoidTicket(ticket="ticket-0001"), **AT_KIOSK)
    assert work.done(checks_in(code, "ticket-0003"), **AT_KIOSK)["number"] != number


def test_a_code_of_another_day_or_of_nobody_is_unknown(work: HallAtWork) -> None:
    assert work.refused(checks_in("NOBODY1"), **AT_KIOSK).code == "unknown_appointment"
    assert work.refused(checks_in(booked(work, 24 * 60)), **AT_KIOSK).code == "unknown_appointment"
    code = booked(work, 5, code="GONE123")
    work.done(c.CancelAppointment(appointment=f"booked-{code}"))
    assert work.refused(checks_in(code), **AT_KIOSK).code == "unknown_appointment"
    booked(work, 5, code="TWICE12")
    twice = c.BookAppointment(appointment="another-1", code="TWICE12", service="card", at_ms=work.now_ms)
    assert work.refused(twice).code == "code_taken"


def test_a_kiosk_that_has_the_series_whole_brings_its_own_number() -> None:
    work = HallAtWork(one_kiosk_hall()).open_day()
    code = booked(work, 0)
    assert work.refused(checks_in(code), **AT_KIOSK).code == "numbers_used_up"
    assert work.refused(checks_in(code, number="B001"), **AT_KIOSK).code == "number_not_owned"
    assert work.done(checks_in(code, number="A001"), **AT_KIOSK)["number"] == "A001"
    work.done(c.ConfirmTicket(ticket="ticket-0001"), **AT_KIOSK)
    code = booked(work, 0, code="OTHER12")
    assert work.refused(checks_in(code, "ticket-0002", number="A001"), **AT_KIOSK).code == "number_taken"


def test_old_appointments_are_forgotten_and_coming_ones_kept(work: HallAtWork) -> None:
    booked(work, 5, code="TODAY12")
    booked(work, 24 * 60 + 5, code="MORROW1")
    work.done(c.CloseDay())
    work.now_ms += 2 * 24 * HOUR_MS
    session = c.SessionTimes("day", work.now_ms, work.now_ms + 1, work.now_ms + 1)
    work.ask(c.OpenDay(day="2026-03-06", sessions=(session,)), "server", "server")
    assert set(work.state.appointments) == {"booked-MORROW1"}


# -- notices ------------------------------------------------


def hall_with(**notice: object) -> Hall:
    import msgspec

    return msgspec.structs.replace(small_hall(), notices={"n": HallNotice(zh="通知", en="Notice", **notice)})  # type: ignore[arg-type]


def shown_on(hall: Hall, kind: DayKind | None = DayKind.WORKDAY):  # type: ignore[no-untyped-def]
    work = HallAtWork(hall)
    session = c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS)
    work.ask(c.OpenDay(day=DAY, sessions=(session,), kind=kind), "server", "server")
    return view(work, "board", "display-1").notices


def test_a_notice_of_the_hall_file_has_its_hours_of_the_day() -> None:
    (notice,) = shown_on(hall_with(from_time="10:30", until_time="12:00"))
    assert (notice.from_ms, notice.until_ms) == (OPENS_MS + HOUR_MS * 3 // 2, OPENS_MS + 3 * HOUR_MS)


@pytest.mark.parametrize(
    ("schedule", "kind", "is_shown"),
    [
        ({}, DayKind.WORKDAY, True),
        ({"from_day": DAY}, DayKind.WORKDAY, True),
        ({"from_day": "2026-03-05"}, DayKind.WORKDAY, False),
        ({"until_day": DAY}, DayKind.WORKDAY, True),
        ({"until_day": "2026-03-03"}, DayKind.WORKDAY, False),
        ({"days": ("wed",)}, DayKind.WORKDAY, True),
        ({"days": ("thu", "saturday")}, DayKind.WORKDAY, False),
        ({"days": ("workday",)}, DayKind.HOLIDAY, False),
        ({"days": ("holiday",)}, DayKind.HOLIDAY, True),
        ({"days": ("workday",)}, None, True),
    ],
)
def test_a_notice_is_shown_on_its_days(schedule: dict[str, object], kind: DayKind | None, is_shown: bool) -> None:
    assert bool(shown_on(hall_with(**schedule), kind)) is is_shown


def test_while_no_day_is_open_only_notices_without_a_schedule_are_shown() -> None:
    assert len(view(HallAtWork(hall_with()), "board", "display-1").notices) == 1
    assert view(HallAtWork(hall_with(from_time="10:00")), "board", "display-1").notices == ()


def test_a_posted_notice_goes_when_its_end_has_come_and_an_urgent_one_stands_first(work: HallAtWork) -> None:
    work.done(c.PostNotice(notice="a", zh="甲"))
    work.done(c.PostNotice(notice="b", zh="乙", until_ms=work.now_ms + 60_000, urgent=True))
    assert [notice.notice for notice in view(work, "board", "display-1").notices] == ["b", "a"]
    assert work.refused(c.PostNotice(notice="c", zh="丙", until_ms=work.now_ms)).code == "notice_over"
    work.wait(60)
    work.done(c.PassTime(), device="server", role="server")
    assert [notice.notice for notice in view(work, "board", "display-1").notices] == ["a"]


# -- boards ------------------------------------------------


def test_whoever_does_not_hear_well_stays_on_the_board_for_longer(work: HallAtWork) -> None:
    work.done(asks(work, "0001", "pension", needs=("hearing",)))
    work.done(c.ConfirmTicket(ticket="ticket-0001"))
    work.call("c1")
    (call,) = view(work, "board", "display-1").calls
    assert call.linger
    assert view(work, "counter", "c1").ticket.needs == ("hearing",)
