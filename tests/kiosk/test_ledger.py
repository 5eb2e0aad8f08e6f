import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.model.commands import ConfirmTicket, IssueTicket, PauseIssuing, ReportTicket, ResumeIssuing, VoidTicket
from broker.model.words import Holding
from broker.runtime.errors import DiskFull, OutboxFull
from kiosk.errors import DayUnknown, NotOffered, NumbersExhausted, TicketUnknown
from kiosk.ticket import Order, TicketState
from tests.kiosk.ledger_rig import PowerCut, Rig
from tests.kiosk.small_hall import parsed

DAY, NEXT_DAY = "2026-03-05", "2026-03-06"


def order(ticket: str = "ticket-0001") -> Order:
    return Order(ticket, "pension", "elderly", "en")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path, parsed())
    rig.ledger.learn(DAY, {}, 0)
    return rig


def test_a_fresh_card_gives_no_number_before_it_knows_the_day(tmp_path: Path):
    rig = Rig(tmp_path, parsed())
    with pytest.raises(DayUnknown):
        rig.ledger.take_own_number(order(), "a")
    assert rig.kept() == []


def test_a_lost_card_starts_above_the_highest_number_seen(tmp_path: Path):
    rig = Rig(tmp_path, parsed())
    rig.ledger.learn(DAY, {"a": 41}, 0)
    rig.restart()
    assert rig.ledger.take_own_number(order(), "a") == "A042"


def test_a_highest_number_heard_later_is_kept_over_a_restart(rig: Rig):
    rig.ledger.learn(DAY, {"a": 17}, 3)
    rig.restart()
    assert rig.ledger.take_own_number(order(), "a") == "A018"


def test_the_number_is_reported_as_maybe_on_paper_in_the_commit_that_gives_it(rig: Rig):
    assert rig.ledger.take_own_number(order(), "a") == "A001"
    assert rig.kept() == [
        ReportTicket(
            ticket="ticket-0001",
            service="pension",
            number="A001",
            holding=Holding.MAYBE,
            day=DAY,
            priority="elderly",
            language="en",
            kiosk="kiosk-1",
        )
    ]


def test_after_the_printer_has_ended_the_paper_is_confirmed(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    rig.ledger.hold("ticket-0001", TicketState.PAPER)
    assert rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.PAPER)


def test_a_number_that_only_the_screen_could_show_is_confirmed_as_such(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    rig.ledger.hold("ticket-0001", TicketState.SCREEN)
    assert rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.SCREEN)


def test_one_ticket_cannot_take_two_numbers(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    with pytest.raises(TicketUnknown):
        rig.ledger.take_own_number(order(), "a")
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A002"


def test_an_answered_request_cannot_take_an_own_number_as_well(rig: Rig):
    rig.ledger.ask(order(), "a")
    rig.ledger.take_engine_number("ticket-0001", "A500")
    with pytest.raises(TicketUnknown):
        rig.ledger.take_own_number(order(), "a")


def test_a_late_number_for_a_ticket_already_printed_is_not_taken(rig: Rig):
    rig.ledger.ask(order(), "a")
    assert rig.ledger.take_own_number(order(), "a") == "A001"
    with pytest.raises(TicketUnknown):
        rig.ledger.take_engine_number("ticket-0001", "A500")
    assert [type(command) for command in rig.kept()] == [IssueTicket, ReportTicket]


def test_a_shown_number_can_never_be_declared_unseen(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    with pytest.raises(TicketUnknown):
        rig.ledger.void("ticket-0001", "mistake")
    assert not any(isinstance(command, VoidTicket) for command in rig.kept())


def test_a_used_up_part_gives_nothing_and_keeps_nothing(tmp_path: Path):
    rig = Rig(tmp_path, parsed(last=2))
    rig.ledger.learn(DAY, {"a": 2}, 0)
    with pytest.raises(NumbersExhausted):
        rig.ledger.take_own_number(order(), "a")
    assert rig.kept() == []
    assert rig.ledger.state_of("ticket-0001") is None


def test_a_series_of_another_kiosk_is_not_touched(rig: Rig):
    with pytest.raises(NotOffered):
        rig.ledger.take_own_number(order(), "z")


def test_a_full_outbox_gives_no_number(rig: Rig):
    rig.outbox._bound = 0
    with pytest.raises(OutboxFull):
        rig.ledger.take_own_number(order(), "a")
    rig.outbox._bound = 10
    assert rig.ledger.take_own_number(order(), "a") == "A001"


def test_a_new_day_starts_again_at_the_first_number(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    rig.answer_all(as_of=10)
    assert rig.ledger.learn(NEXT_DAY, {}, 20)
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A001"


def test_a_paper_not_yet_answered_belongs_to_the_new_day_and_is_not_repeated(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    rig.ledger.learn(NEXT_DAY, {}, 20)
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A002"


def test_a_paper_counted_after_the_new_day_was_drawn_is_not_repeated(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    rig.answer_all(as_of=25)
    rig.ledger.learn(NEXT_DAY, {}, 20)
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A002"


def test_an_answer_that_a_full_disk_did_not_keep_lifts_the_numbers_of_no_later_day(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
):
    rig.ledger.take_own_number(order(), "a")
    with monkeypatch.context() as patched:
        patched.setattr(rig.mains, "execute", _full(rig.mains.execute))
        with pytest.raises(DiskFull):
            rig.answer_all(as_of=10)
    assert rig.outbox.answered(rig.outbox.epoch, 1, "ticket-0001.report")
    rig.outbox.pump()  # there is room again, and the engine says it no second time
    assert len(rig.outbox) == 0
    assert rig.ledger.learn(NEXT_DAY, {}, 20)
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A001"


def test_an_answer_lost_in_a_power_cut_after_it_lifts_the_numbers_of_one_day_and_not_of_all(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    assert rig.outbox.answered(rig.outbox.epoch, 1, "ticket-0001.report")
    rig.outbox.pump()
    rig.restart()
    rig.ledger.learn(NEXT_DAY, {}, 20)
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A002", "nobody knows when it was answered"
    rig.answer_all(as_of=25)
    rig.ledger.learn("2026-03-07", {}, 30)
    assert rig.ledger.take_own_number(order("ticket-0003"), "a") == "A001"


def _full(execute: Callable[..., sqlite3.Cursor]) -> Callable[..., sqlite3.Cursor]:
    """The disk has no room for what is changed."""

    def refuse(sql: str, *arguments: object) -> sqlite3.Cursor:
        if sql.startswith("UPDATE ticket"):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return execute(sql, *arguments)

    return refuse


@pytest.mark.parametrize("heard", [None, "2026-03-04", DAY])
def test_no_day_an_older_day_or_the_same_day_restart_nothing(rig: Rig, heard: str | None):
    rig.ledger.take_own_number(order(), "a")
    rig.answer_all()
    assert not rig.ledger.learn(heard, {}, 30)
    assert rig.ledger.take_own_number(order("ticket-0002"), "a") == "A002"


def test_the_highest_number_of_an_older_day_says_nothing_about_today(rig: Rig):
    rig.ledger.learn("2026-03-04", {"a": 900}, 1)
    assert rig.ledger.take_own_number(order(), "a") == "A001"


def test_people_reported_but_not_yet_counted_by_the_engine_are_known(rig: Rig):
    rig.ledger.take_own_number(order(), "a")
    rig.ledger.take_own_number(order("ticket-0002"), "a")
    assert rig.ledger.unreported(as_of=0) == {"pension": 2}
    rig.answer_all(as_of=10)
    assert rig.ledger.unreported(as_of=9) == {"pension": 2}
    assert rig.ledger.unreported(as_of=10) == {}


def test_the_pause_button_is_remembered_and_only_its_last_wish_is_answered(rig: Rig):
    rig.ledger.pause.wish(True, "pause-0001")
    rig.ledger.pause.wish(False, "pause-0002")
    rig.ledger.pause.answered("pause-0001", 5)
    rig.restart()
    wish = rig.ledger.pause.last()
    assert wish is not None
    assert (wish.paused, wish.answered_as_of) == (False, None)
    rig.ledger.pause.answered("pause-0002", 6)
    assert rig.ledger.pause.last().answered_as_of == 6  # type: ignore[union-attr]
    assert rig.kept() == [PauseIssuing(kiosk="kiosk-1"), ResumeIssuing(kiosk="kiosk-1")]


# -- the power goes between any two statements ------------------------------------------------


def own_path(rig: Rig, shown: list[str]) -> None:
    number = rig.ledger.take_own_number(order(), "a")
    shown.append(number)
    rig.ledger.hold("ticket-0001", TicketState.PAPER)


def engine_path(rig: Rig, shown: list[str]) -> None:
    rig.ledger.ask(order(), "a")
    rig.ledger.take_engine_number("ticket-0001", "A500")
    shown.append("A500")
    rig.ledger.hold("ticket-0001", TicketState.SCREEN)


def late_path(rig: Rig, shown: list[str]) -> None:
    rig.ledger.ask(order(), "a")
    shown.append(rig.ledger.take_own_number(order(), "a"))
    rig.ledger.hold("ticket-0001", TicketState.PAPER)


def statements_of(tmp_path: Path, path: Callable[[Rig, list[str]], None]) -> int:
    rig = Rig(tmp_path / "count", parsed())
    rig.ledger.learn(DAY, {}, 0)
    before = rig.mains.statements
    path(rig, [])
    return rig.mains.statements - before


@pytest.mark.parametrize("path", [own_path, engine_path, late_path])
def test_no_power_cut_repeats_or_loses_a_number(tmp_path: Path, path: Callable[[Rig, list[str]], None]):
    total = statements_of(tmp_path, path)
    assert total > 10
    for cut in range(1, total + 1):
        rig = Rig(tmp_path / f"cut{cut}", parsed())
        rig.ledger.learn(DAY, {}, 0)
        shown: list[str] = []
        rig.mains.cut_before(cut)
        with pytest.raises(PowerCut):
            path(rig, shown)
        rig.restart()
        assert_nothing_lost(rig, shown)
        assert rig.ledger.take_own_number(order("ticket-0002"), "a") not in shown
        rig.restart()
        assert_nothing_lost(rig, shown)
        rig.power_off()


def assert_nothing_lost(rig: Rig, shown: list[str]) -> None:
    """The engine will know every number that may have been seen, and no unseen one is said to be held."""
    commands = rig.kept()
    reported = {c.number for c in commands if isinstance(c, ReportTicket)}
    held = {c.ticket for c in commands if isinstance(c, ConfirmTicket)}
    void = {c.ticket for c in commands if isinstance(c, VoidTicket)}
    asked = {c.ticket for c in commands if isinstance(c, IssueTicket)}
    for number in shown:
        assert number in reported or "ticket-0001" in held
    assert not void & held
    assert void <= asked
    if shown:
        assert "ticket-0001" not in void
    elif "ticket-0001" in asked and not reported and "ticket-0001" not in held:
        assert "ticket-0001" in void
    assert len([c for c in commands if isinstance(c, VoidTicket)]) == len(void)


def test_a_paper_that_may_be_out_is_reported_after_the_restart_and_never_printed_again(rig: Rig):
    rig.ledger.ask(order(), "a")
    rig.ledger.take_engine_number("ticket-0001", "A500")
    rig.restart()
    assert rig.recovery is not None
    assert rig.recovery.unclear == ("ticket-0001",)
    assert rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.MAYBE)
    rig.restart()
    assert rig.recovery.unclear == ()
    assert len(rig.kept()) == 2


def test_a_request_whose_answer_nobody_saw_is_declared_void_after_the_restart(rig: Rig):
    rig.ledger.ask(order(), "a")
    rig.restart()
    assert rig.recovery is not None
    assert rig.recovery.voided == ("ticket-0001",)
    assert isinstance(rig.kept()[-1], VoidTicket)
    assert rig.ledger.state_of("ticket-0001") is TicketState.VOID
