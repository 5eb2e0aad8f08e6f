"""What an attacker found once, held for ever."""

from pathlib import Path

import msgspec
import pytest

from broker.contract.codec import decode, encode
from broker.contract.envelope import Reply
from broker.engine.fit import misfits
from broker.engine.project import project
from broker.model import commands as c
from broker.model.words import Holding, Level
from broker.server.audit import check
from tests.engine.bench_hall import HallAtWork
from tests.halls import DAY, OPENS_MS, one_kiosk_hall, small_hall
from tests.server.rig import WriterRig


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    return WriterRig(tmp_path)


def test_another_device_cannot_take_a_commands_id_away(rig: WriterRig) -> None:
    rig.ask(c.OpenCounter(counter="c1"), "desk-1", id="ticket-00001.report")
    report = c.ReportTicket(
        ticket="ticket-00001",
        service="pension",
        number="A800",
        holding=Holding.PAPER,
        day="2026-03-04",
        kiosk="kiosk-1",
    )
    assert rig.ask(report, "kiosk-1", id="ticket-00001.report").kind == "done"
    assert rig.writer.state.find("A800") is not None


def test_a_long_reason_makes_an_answer_that_can_be_read_and_repeated(rig: WriterRig) -> None:
    rig.ask(c.PauseIssuing(reason="维" * 200))
    ticket = c.IssueTicket(ticket="ticket-00001", service="pension")
    first = rig.ask(ticket, id="command-x1")
    assert decode(encode(first), Reply) == first
    rig.restart()
    assert rig.ask(ticket, id="command-x1") == first


def test_when_sql_says_no_the_command_is_refused_and_the_server_lives(rig: WriterRig) -> None:
    with rig.journal.connection as connection:
        connection.execute("INSERT INTO numbers VALUES ('2026-03-04', 'A001', 'ticket-other')")
    reply = rig.ask(c.IssueTicket(ticket="ticket-00001", service="pension"))
    assert reply.refusal is not None and reply.refusal.code == "law_broken"
    assert rig.ask(c.OpenCounter(counter="c1")).kind == "done"


def test_what_sql_refuses_takes_nothing_away_from_others_of_the_same_transaction(rig: WriterRig) -> None:
    """An id of a rating that the engine forgot and SQL did not: whoever rated eleven days ago can still name it."""
    with rig.journal.connection as connection:
        connection.execute("INSERT INTO evaluations VALUES ('2026-02-20-v1', 'rating-long-ago', 1)")
    rig.ask(c.OpenCounter(counter="c1"))
    ask_for = [c.IssueTicket(ticket="ticket-00001", service="pension"), c.ConfirmTicket(ticket="ticket-00001")]
    for command in (*ask_for, c.CallNext(counter="c1"), c.StartService(counter="c1")):
        rig.ask(command)
    visit = (rig.ask(c.FinishService(counter="c1")).result or {})["visit"]
    rating = c.RecordEvaluation(
        evaluation="rating-long-ago", visit=visit, level=Level.SATISFIED, device="phone", pressed_at_ms=rig.now_ms
    )
    paper = c.ReportTicket(
        ticket="ticket-00002", service="pension", number="A800", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
    )
    rig.put(paper, "kiosk-1", epoch="epoch-1", seq=1)
    rig.put(rating, id="rating-long-ago")
    rig.put(c.IssueTicket(ticket="ticket-00003", service="pension"))
    answers = [answer.reply for answer in rig.writer.commit()]
    assert [answer.kind for answer in answers] == ["done", "refused", "done"]
    assert {"ticket-00002", "ticket-00003"} <= set(rig.writer.state.tickets)

    rig.restart()
    assert {"ticket-00002", "ticket-00003"} <= set(rig.writer.state.tickets)
    assert rig.writer.expects("kiosk-1", "epoch-1") == 2
    assert rig.ask(rating, id="rating-long-ago") == answers[1]
    assert rig.writer.counters.laws_broken == 0


def test_a_kiosk_added_during_the_day_moves_ranges_but_no_number_is_given_twice(tmp_path: Path) -> None:
    alone = WriterRig(tmp_path, one_kiosk_hall())
    for value in (1, 2):
        report = c.ReportTicket(
            ticket=f"ticket-0000{value}",
            service="pension",
            number=f"A00{value}",
            holding=Holding.PAPER,
            day="2026-03-04",
            kiosk="kiosk-1",
        )
        assert alone.ask(report, "kiosk-1").kind == "done"
    alone.hall = small_hall()
    alone.restart()
    issued = alone.ask(c.IssueTicket(ticket="ticket-00009", service="pension"))
    assert issued.result["number"] == "A003"
    assert check(alone.hall, alone.path).findings == []


@pytest.mark.parametrize("day", ["2026-03-06", "2035-01-01", "9999-12-31"])
def test_a_day_that_has_not_come_cannot_be_opened(day: str) -> None:
    hall = HallAtWork(small_hall()).open_day()
    assert hall.refused(c.OpenDay(day=day)).code == "day_too_far"


def test_a_kiosk_stops_itself_but_no_service_of_the_hall() -> None:
    hall = HallAtWork(small_hall()).open_day()
    own = c.PauseIssuing(kiosk="kiosk-1", reason="缺纸")
    hall.done(own, device="kiosk-1", role="kiosk")
    sly = c.PauseIssuing(kiosk="kiosk-1", service="pension")
    assert hall.refused(sly, device="kiosk-1", role="kiosk").code == "not_allowed"
    hall.done(c.PauseIssuing(service="pension"))
    lift = c.ResumeIssuing(kiosk="kiosk-1", service="pension")
    assert hall.refused(lift, device="kiosk-1", role="kiosk").code == "not_allowed"


def test_one_evaluation_id_rates_one_visit() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c1")
    hall.take_ticket()
    first = hall.serve()
    hall.take_ticket()
    second = hall.serve()
    for visit, refused in ((first, False), (second, True)):
        rate = c.RecordEvaluation(
            evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="web", pressed_at_ms=OPENS_MS
        )
        assert (hall.ask(rate).refusal is not None) == refused


def test_everybody_being_called_is_on_the_board() -> None:
    base = small_hall()
    many = {f"w{n}": msgspec.structs.replace(base.counters["c2"], name=str(n), clerk=None) for n in range(10, 24)}
    hall = HallAtWork(msgspec.structs.replace(base, counters={**base.counters, **many})).open_day()
    hall.open_counters(*many)
    for _ in many:
        hall.take_ticket()
    called = {hall.call(counter) for counter in many}
    board = project(hall.hall, hall.state)["board", "display-1"]
    assert {call.number for call in board.calls} == called


def test_whoever_was_sent_to_a_counter_that_closed_is_called_by_the_others() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    number = hall.take_ticket()
    hall.call("c1")
    hall.done(c.TransferTicket(counter="c1", to_counter="c2"))
    assert hall.refused(c.CallNext(counter="c1")).code == "nobody_waiting"
    hall.done(c.CloseCounter(counter="c2"))
    assert hall.call("c1") == number


def test_notices_are_few() -> None:
    hall = HallAtWork(small_hall()).open_day()
    for index in range(8):
        hall.done(c.PostNotice(notice=f"n{index}", zh="通知"))
    assert hall.refused(c.PostNotice(notice="n9", zh="通知")).code == "too_many_notices"
    hall.done(c.PostNotice(notice="n3", zh="改过的通知"))


def test_a_hall_file_that_lost_what_people_wait_for_is_named_and_one_that_lost_nothing_is_not() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c3")
    hall.take_ticket("card")
    assert misfits(hall.hall, hall.state) == []
    services = {key: service for key, service in hall.hall.services.items() if key != "card"}
    counters = {key: counter for key, counter in hall.hall.counters.items() if key != "c3"}
    edited = msgspec.structs.replace(hall.hall, services=services, counters=counters)
    found = misfits(edited, hall.state)
    assert len(found) == 2
    assert "'card'" in found[0]
    assert "'c3'" in found[1]
