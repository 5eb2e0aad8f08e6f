"""The rules, told as stories of one hall."""

import msgspec
import pytest

from broker.engine.project import project
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.words import Holding, Level, Names, TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.halls import small_hall


@pytest.fixture
def hall() -> HallAtWork:
    return HallAtWork(small_hall()).open_day().open_counters("c1", "c2")


def test_the_engine_hands_out_its_low_part_in_order(hall: HallAtWork) -> None:
    assert [hall.take_ticket() for _ in range(3)] == ["A001", "A002", "A003"]
    assert hall.take_ticket("card") == "B001"


def test_the_same_visitor_asking_twice_gets_one_number(hall: HallAtWork) -> None:
    first = hall.done(c.IssueTicket(ticket="ticket-abc", service="pension"))
    again = hall.done(c.IssueTicket(ticket="ticket-abc", service="pension"))
    assert first["number"] == again["number"] == "A001"
    assert len(hall.state.tickets) == 1


def test_a_reserved_number_is_not_called_until_it_is_confirmed_or_silent_for_long(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension"))
    assert isinstance(hall.refused(c.CallNext(counter="c1")), r.NobodyWaiting)
    hall.wait(31)
    hall.done(c.PassTime(steady_ms=29_000), device="server", role="server")
    assert isinstance(hall.refused(c.CallNext(counter="c1")), r.NobodyWaiting), "nobody listened for long enough"
    hall.done(c.PassTime(steady_ms=30_000), device="server", role="server")
    assert hall.call() == "A001"


def test_a_void_number_is_never_called_and_never_given_again(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension"))
    hall.done(c.VoidTicket(ticket="ticket-abc"))
    assert hall.take_ticket() == "A002"
    assert hall.call() == "A002"


def test_a_paper_of_a_kiosks_own_part_gets_in_line_by_arrival(hall: HallAtWork) -> None:
    hall.wait(600)
    online = hall.take_ticket()
    report = c.ReportTicket(
        ticket="ticket-off", service="pension", number="A800", holding=Holding.PAPER, day="2026-03-04", kiosk="kiosk-1"
    )
    hall.done(report, device="kiosk-1", role="kiosk", age_ms=300_000)
    assert hall.call() == "A800"
    assert hall.call("c2") == online


def test_the_paper_wins_over_a_number_reserved_for_the_same_visitor(hall: HallAtWork) -> None:
    hall.done(c.IssueTicket(ticket="ticket-abc", service="pension", kiosk="kiosk-1"))
    report = c.ReportTicket(
        ticket="ticket-abc", service="pension", number="A800", holding=Holding.PAPER, day="2026-03-04", kiosk="kiosk-1"
    )
    hall.done(report, device="kiosk-1", role="kiosk")
    assert hall.call() == "A800"
    assert hall.state.find("A001") is None
    late = hall.done(c.IssueTicket(ticket="ticket-abc", service="pension"))
    assert late["number"] == "A800"


def test_two_papers_with_one_number_are_an_alert_for_a_human(hall: HallAtWork) -> None:
    report = c.ReportTicket(
        ticket="ticket-one", service="pension", number="A800", holding=Holding.PAPER, day="2026-03-04", kiosk="kiosk-1"
    )
    hall.done(report, device="kiosk-1", role="kiosk")
    other = c.ReportTicket(
        ticket="ticket-two", service="pension", number="A800", holding=Holding.PAPER, day="2026-03-04", kiosk="kiosk-1"
    )
    assert isinstance(hall.refused(other, device="kiosk-1", role="kiosk"), r.NumberTaken)
    assert any(type(event).__name__ == "NumberClashed" for event in hall.events)


def test_a_kiosk_may_not_report_a_number_of_another_kiosk(hall: HallAtWork) -> None:
    report = c.ReportTicket(
        ticket="ticket-one", service="pension", number="A900", holding=Holding.PAPER, day="2026-03-04", kiosk="kiosk-1"
    )
    assert isinstance(hall.refused(report, device="kiosk-1", role="kiosk"), r.NumberNotOwned)


def test_priority_ages_faster_and_a_walk_in_is_still_served(hall: HallAtWork) -> None:
    walk_in = hall.take_ticket()
    hall.wait(60)
    elder = hall.take_ticket(priority="elderly")
    hall.wait(120)
    assert hall.call() == elder
    assert hall.call("c2") == walk_in


def test_a_counter_never_has_two_tickets(hall: HallAtWork) -> None:
    hall.take_ticket(), hall.take_ticket()
    hall.call()
    assert isinstance(hall.refused(c.CallNext(counter="c1")), r.CounterBusy)


def test_a_paused_counter_is_never_given_a_ticket_and_says_whom_to_ask(hall: HallAtWork) -> None:
    hall.take_ticket()
    hall.done(c.PauseCounter(counter="c1", reason="会议", return_in_min=8))
    assert isinstance(hall.refused(c.CallNext(counter="c1")), r.CounterNotOpen)
    view = project(hall.hall, hall.state)["counter", "c1"]
    assert view.pause.reason == "会议"
    assert view.pause.contact == Names("工号 017", "Staff 017")
    assert view.pause.phone == "0432-000"
    assert view.pause.instead == ("2",)
    hall.done(c.ResumeCounter(counter="c1"))
    assert hall.call() == "A001"


def test_a_visitor_at_the_window_blocks_the_pause_unless_a_reason_is_given(hall: HallAtWork) -> None:
    hall.take_ticket()
    hall.call()
    assert isinstance(hall.refused(c.PauseCounter(counter="c1")), r.CounterBusy)
    hall.done(c.PauseCounter(counter="c1", reason="设备故障"))


def test_recall_has_a_gap_and_an_end(hall: HallAtWork) -> None:
    hall.take_ticket()
    hall.call()
    assert isinstance(hall.refused(c.Recall(counter="c1")), r.RecallTooSoon)
    for _ in range(5):
        hall.wait(6)
        hall.done(c.Recall(counter="c1"))
    hall.wait(6)
    assert isinstance(hall.refused(c.Recall(counter="c1")), r.RecalledEnough)


def test_a_missed_ticket_returns_three_places_behind_the_head_and_not_for_ever(hall: HallAtWork) -> None:
    missed = hall.take_ticket()
    hall.call()
    hall.done(c.MarkNoShow(counter="c1"))
    for _ in range(5):
        hall.wait(10)
        hall.take_ticket()
    hall.done(c.ReturnTicket(number=missed))
    order = []
    for _ in range(6):
        order.append(hall.call())
        hall.done(c.FinishService(counter="c1"))
    assert order == ["A002", "A003", "A004", missed, "A005", "A006"]
    hall.wait(40 * 60)
    lost = hall.take_ticket()
    hall.call()
    hall.done(c.MarkNoShow(counter="c1"))
    hall.wait(31 * 60)
    assert isinstance(hall.refused(c.ReturnTicket(number=lost)), r.ReturnNotPossible)


def test_transfer_keeps_the_number_and_the_arrival(hall: HallAtWork) -> None:
    hall.open_counters("c3")
    number = hall.take_ticket()
    hall.wait(300)
    hall.take_ticket("card")
    hall.call()
    hall.done(c.TransferTicket(counter="c1", to_service="card", note="请核对"))
    assert hall.call("c3") == number
    view = project(hall.hall, hall.state)["counter", "c3"]
    assert view.ticket.note == "请核对"
    assert view.ticket.first_clerk == "a1"


def test_transfer_to_a_counter_waits_for_that_counter_only(hall: HallAtWork) -> None:
    number = hall.take_ticket()
    hall.call("c1")
    hall.done(c.TransferTicket(counter="c1", to_counter="c2"))
    assert isinstance(hall.refused(c.CallNext(counter="c1")), r.NobodyWaiting)
    assert hall.call("c2") == number


def test_a_held_ticket_is_called_again_by_number(hall: HallAtWork) -> None:
    number = hall.take_ticket()
    hall.call()
    hall.done(c.HoldTicket(counter="c1"))
    assert isinstance(hall.refused(c.CallNext(counter="c1")), r.NobodyWaiting)
    assert hall.done(c.CallNumber(counter="c1", number=number, reason="回呼"))["number"] == number


def test_one_visit_has_one_rating_inside_its_window(hall: HallAtWork) -> None:
    hall.take_ticket()
    visit = hall.serve()
    rate = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=hall.now_ms
    )
    hall.done(rate)
    assert isinstance(hall.refused(rate), r.AlreadyRated)
    hall.take_ticket()
    late = hall.serve()
    hall.wait(70)
    rate_late = c.RecordEvaluation(
        evaluation="rating-0002", visit=late, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=hall.now_ms
    )
    assert isinstance(hall.refused(rate_late), r.RatingClosed)
    assert hall.done(rate_late, age_ms=65_000)["visit"] == late


def test_a_press_that_only_an_unsure_clock_could_date_counts_wherever_that_clock_puts_it(hall: HallAtWork) -> None:
    hall.take_ticket()
    visit = hall.serve()
    rate = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=hall.now_ms
    )
    assert isinstance(hall.refused(rate, age_ms=3_600_000), r.RatingClosed)
    assert hall.done(rate, age_ms=3_600_000, sure=False)["visit"] == visit


def test_a_thanked_press_counts_although_its_message_lay_about_in_the_network(hall: HallAtWork) -> None:
    hall.take_ticket()
    visit = hall.serve()
    hall.wait(10)
    rate = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=hall.now_ms
    )
    hall.wait(90)
    assert hall.done(rate, age_ms=2_000)["visit"] == visit


def test_a_thanked_press_counts_although_the_servers_clock_was_set_back_meanwhile(hall: HallAtWork) -> None:
    """Simulation seed 1084: time stood still over a restart, so the press is older than the visit's end."""
    hall.take_ticket()
    visit = hall.serve()
    rate = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="keypad-1", pressed_at_ms=hall.now_ms + 3
    )
    assert hall.done(rate, age_ms=18_000)["visit"] == visit


def test_a_keypad_cannot_rate_another_counters_visit(hall: HallAtWork) -> None:
    hall.take_ticket()
    visit = hall.serve("c1")
    rate = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="keypad-2", pressed_at_ms=hall.now_ms
    )
    assert isinstance(hall.refused(rate), r.VisitNotRateable)


def test_nothing_is_issued_outside_hours_past_the_quota_or_while_paused(hall: HallAtWork) -> None:
    hall.done(c.PauseIssuing(service="card", reason="系统维护"))
    assert hall.refused(c.IssueTicket(ticket="ticket-zzz", service="card")).sentence.zh == "已暂停取号：系统维护"
    hall.done(c.PauseIssuing(service="card"))
    said = hall.refused(c.IssueTicket(ticket="ticket-zzz", service="card")).sentence
    assert said == Names("已暂停取号", "Issuing is paused."), "no empty tail, no Chinese in the English sentence"
    assert project(hall.hall, hall.state)["service", "card"].line.reason == Names("暂停取号", "Paused")
    hall.done(c.ResumeIssuing(service="card"))
    hall.wait(8 * 3600)
    assert isinstance(hall.refused(c.IssueTicket(ticket="ticket-zzz", service="card")), r.HallClosed)


def test_a_reason_typed_by_staff_is_shown_in_both_languages_wherever_issuing_is_paused(hall: HallAtWork) -> None:
    hall.done(c.PauseIssuing(service="card", reason="系统升级", reason_en="System upgrade"))
    hall.done(c.PauseIssuing(reason="停电检修"))
    hall.done(c.PauseCounter(counter="c1", reason="搬运设备", reason_en="Moving equipment"))
    views = project(hall.hall, hall.state)
    kiosk, whole = views["kiosk", "kiosk-1"], views["hall", "small"]
    assert (kiosk.reason, kiosk.reason_en, whole.issuing_reason, whole.issuing_reason_en) == ("停电检修", "") * 2
    assert views["service", "card"].line.reason == Names("停电检修", "Paused: 停电检修"), "the hall's comes first"
    hall.done(c.ResumeIssuing())
    views = project(hall.hall, hall.state)
    assert views["service", "card"].line.reason == Names("系统升级", "System upgrade")
    pause = views["counter", "c1"].pause
    assert (pause.reason, pause.reason_en) == ("搬运设备", "Moving equipment")
    refused = hall.refused(c.IssueTicket(ticket="ticket-zzz", service="card"))
    assert refused.sentence == Names("已暂停取号：系统升级", "Issuing is paused: System upgrade")


def test_a_pause_that_the_hall_file_declares_is_told_in_both_languages() -> None:
    declared = small_hall()
    card = msgspec.structs.replace(declared.services["card"], paused="窗口搬迁", paused_en="The counter moves")
    hall = HallAtWork(msgspec.structs.replace(declared, services={**declared.services, "card": card})).open_day()
    assert project(hall.hall, hall.state)["service", "card"].line.reason == Names("窗口搬迁", "The counter moves")
    refused = hall.refused(c.IssueTicket(ticket="ticket-zzz", service="card"))
    assert refused.sentence == Names("已暂停取号：窗口搬迁", "Issuing is paused: The counter moves")


def test_the_quota_counts_and_a_void_ticket_gives_its_place_back() -> None:
    hall = HallAtWork(small_hall()).open_day()
    for _ in range(400):
        hall.take_ticket("card")
    assert isinstance(hall.refused(c.IssueTicket(ticket="ticket-zzz", service="card")), r.QuotaUsedUp)


def test_a_later_day_starts_numbers_anew_and_expires_what_waited(hall: HallAtWork) -> None:
    hall.take_ticket()
    hall.take_ticket()
    hall.call()
    hall.wait(20 * 3600)
    hall.done(c.OpenDay(day="2026-03-05", sessions=()), device="server", role="server")
    assert not hall.state.tickets
    kinds = [type(event).__name__ for event in hall.events]
    assert kinds.count("TicketExpired") == 2
    assert isinstance(hall.refused(c.OpenDay(day="2026-03-04"), device="server", role="server"), r.DayInPast)


def test_a_day_closed_by_mistake_goes_on_with_its_numbers(hall: HallAtWork) -> None:
    assert hall.take_ticket() == "A001"
    hall.done(c.CloseDay())
    hall.open_day()
    assert hall.take_ticket() == "A002"


def test_a_kiosk_may_not_call_and_a_caller_may_not_drive_other_counters(hall: HallAtWork) -> None:
    assert isinstance(hall.refused(c.CallNext(counter="c1"), device="kiosk-1", role="kiosk"), r.NotAllowed)
    assert isinstance(hall.refused(c.CallNext(counter="c3"), device="desk-1", role="caller"), r.NotAllowed)
    assert isinstance(hall.refused(c.PassTime()), r.NotAllowed)


def test_a_recalled_ticket_is_one_row_on_the_board_with_a_new_call_id(hall: HallAtWork) -> None:
    hall.take_ticket()
    hall.call()
    hall.wait(6)
    hall.done(c.Recall(counter="c1"))
    board = project(hall.hall, hall.state)["board", "display-1"]
    assert [(row.number, row.recall) for row in board.calls] == [("A001", 1)]
    assert board.calls[0].call_id == "2026-03-04-c2"
    assert board.calls[0].status is TicketStatus.CALLED


def test_no_open_counter_means_no_wait_is_shown() -> None:
    hall = HallAtWork(small_hall()).open_day()
    assert hall.done(c.IssueTicket(ticket="ticket-abc", service="pension"))["wait"] is None
    hall.open_counters("c1")
    wait = hall.done(c.IssueTicket(ticket="ticket-abd", service="pension"))["wait"]
    assert wait == {"low_min": 0, "high_min": 2}, "a counter is free, but nobody is promised to be called in no time"
