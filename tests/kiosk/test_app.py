from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from broker.contract.codec import CodecError, encode, refusal_message
from broker.contract.envelope import EngineState, RefusalMessage
from broker.model.commands import ConfirmTicket, IssueTicket, PauseIssuing, ReportTicket, ResumeIssuing, ReturnTicket
from broker.model.refusals import NumberTaken
from broker.model.views import OpenState
from broker.model.words import Holding, Names
from kiosk import flow, showing
from kiosk.printer.status import PrinterState
from kiosk.ticket import PaperEnd
from kiosk.visit import Step
from tests.kiosk.app_bench import Bench
from tests.kiosk.kiosk_rig import view_of
from tests.kiosk.small_hall import BUTTONS, parsed


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, parsed(more=BUTTONS)).goes_online()
    yield bench
    bench.close()


def test_a_touch_becomes_paper(bench: Bench):
    bench.tap("service/pension", "take")
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    assert [order.service for order, _ in bench.press.printed] == ["pension"]
    assert bench.said(ConfirmTicket)[-1].holding is Holding.PAPER  # type: ignore[attr-defined]
    assert bench.app.shown_number() == "A001"


def test_a_double_tap_is_one_ticket(bench: Bench):
    bench.tap("service/pension")
    x, y = bench.app.screen.targets()["take"]
    for _ in range(5):
        bench.app.screen.press(x, y)
        bench.turn(0.05)
    assert len(bench.said(ReportTicket)) == 1


def test_the_time_out_wipes_what_somebody_chose(bench: Bench):
    home = bench.app.screen.picture()
    bench.tap("language", "service/pension", "claim", "class/elderly")
    bench.turn(26)
    assert set(bench.app.screen.targets()) == {"stay"}
    bench.turn(20)
    bench.hears()
    bench.turn()
    assert bench.app.visit.priority is None
    assert bench.app.screen.picture() == home


def test_printer_trouble_shows_the_number_and_asks_for_staff(bench: Bench):
    bench.tap("service/pension", "take")
    bench.press.end(PaperEnd.FAILED)
    bench.press.usable, bench.press.state = False, PrinterState.PAPER_OUT
    bench.turn()
    assert (bench.app.visit.step, bench.app.shown_number()) == (Step.NO_PAPER, "A001")
    assert bench.said(ConfirmTicket)[-1].holding is Holding.SCREEN  # type: ignore[attr-defined]
    assert bench.app.parts_health(bench.hand.machine_s())["printer"] == "paper_out"
    assert bench.app.staff_wanted(bench.hand.machine_s())


def test_a_paper_that_did_not_come_out_asks_for_staff_even_when_the_printer_says_it_is_well(bench: Bench):
    bench.tap("service/pension", "take")
    bench.press.end(PaperEnd.FAILED)
    bench.turn()
    assert bench.app.parts_health(bench.hand.machine_s())["paper"] == "failed"
    assert bench.app.staff_wanted(bench.hand.machine_s())
    bench.turn(181)
    assert not bench.app.staff_wanted(bench.hand.machine_s())


def test_without_the_engine_one_of_several_kiosks_gives_its_own_numbers(tmp_path: Path):
    bench = Bench(tmp_path, parsed("kiosk-1", "kiosk-2")).goes_online()
    bench.turn(16)  # nothing was heard for 16 s
    assert bench.app.offering.menu(bench.hand.machine_s()).alone
    bench.tap("service/pension", "take")
    assert bench.said(IssueTicket) == []
    assert bench.app.shown_number() == "A800"
    bench.close()


def test_help_is_called_for_three_minutes_and_ends_with_the_staff_key(bench: Bench):
    bench.tap("help")
    assert bench.app.parts_health(bench.hand.machine_s())["help"] == "wanted"
    bench.press_key("stop")
    assert "help" not in bench.app.parts_health(bench.hand.machine_s())
    bench.press_key("stop")
    bench.tap("back", "help")
    bench.turn(181)
    assert "help" not in bench.app.parts_health(bench.hand.machine_s())


def test_the_pause_key_works_without_the_engine_and_survives_its_older_views(bench: Bench):
    bench.app.on_linked(False)
    bench.press_key("stop")
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "paused"
    bench.app.on_linked(True)
    bench.hears()  # drawn before the engine heard of the pause
    bench.turn()
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "paused"
    bench.press_key("stop")
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "ready"
    assert len(bench.said(PauseIssuing)) == len(bench.said(ResumeIssuing)) == 1


def test_once_the_engine_shows_the_pause_a_manager_can_end_it(bench: Bench):
    bench.press_key("stop")
    row = bench.rig.connection.execute("SELECT id FROM outbox ORDER BY seq DESC").fetchone()
    bench.answer(row[0])
    bench.hears(issuing=False, reason="x")
    bench.turn()
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "paused"
    bench.hears(issuing=True)
    bench.turn()
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "ready"


def test_a_number_that_belongs_to_somebody_else_is_told_in_health(bench: Bench):
    bench.tap("service/pension", "take")
    ticket = bench.press.printed[0][0].ticket
    refusal = refusal_message(NumberTaken(number="A001"))
    bench.answer(f"{ticket}.report", kind="refused", refusal=refusal)
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "clash:1"


def test_a_view_of_an_earlier_server_or_an_older_moment_changes_nothing(bench: Bench):
    bench.hears(epoch=2, issuing=False)
    bench.hears(epoch=1, issuing=True)
    assert bench.app.engine.view.issuing is False  # type: ignore[union-attr]
    with pytest.raises(CodecError):
        bench.app.on_view("kiosk-1", b"{", False)


def test_after_a_replaced_journal_the_views_are_believed_again(bench: Bench):
    bench.hears(epoch=7, issuing=False)
    beat = EngineState(online=True, epoch=1, at_ms=bench.hand.now_ms(), as_of=bench.as_of)
    bench.app.engine.take_state(encode(beat), retained=False)
    bench.hears(epoch=1, issuing=True)
    assert bench.app.engine.view.issuing is True  # type: ignore[union-attr]


def test_numbers_restart_with_the_engines_new_day_only(bench: Bench):
    bench.tap("service/pension", "take")
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    bench.answer(f"{bench.press.printed[0][0].ticket}.report")
    bench.hand.step_wall(86_400)
    bench.hears()
    bench.tap("done")
    bench.tap("service/pension", "take")
    assert bench.app.shown_number() == "A002"
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    bench.answer(f"{bench.press.printed[1][0].ticket}.report")
    bench.as_of += 5
    bench.hears(day="2026-03-06")
    bench.tap("done")
    bench.tap("service/pension", "take")
    assert bench.app.shown_number() == "A001"


def test_a_fresh_kiosk_without_engine_gives_nothing(tmp_path: Path):
    bench = Bench(tmp_path, parsed(more=BUTTONS))
    bench.turn()
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "connecting"
    bench.press_key("company")
    assert bench.press.printed == []
    assert bench.rig.kept() == []
    bench.close()


def test_a_bug_in_a_picture_costs_the_visit_and_never_the_kiosk(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    real = showing.view

    def broken(visit, menu, around):  # type: ignore[no-untyped-def]
        if visit.step is Step.DETAIL:
            raise KeyError("icon")
        return real(visit, menu, around)

    monkeypatch.setattr(showing, "view", broken)
    bench.tap("service/pension")
    assert bench.app.visit.step is Step.HOME
    bench.turn()
    assert "service/pension" in bench.app.screen.targets()


def test_a_bug_in_the_flow_costs_the_visit_and_never_the_kiosk(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setitem(flow.HANDLERS[Step.DETAIL], "claim", broken)
    bench.tap("service/pension", "claim")
    assert bench.app.visit.step is Step.HOME
    bench.tap("service/pension", "take")
    assert bench.app.shown_number() == "A001"


def test_a_missed_number_is_answered_in_words_for_visitors(bench: Bench):
    bench.tap("missed", "key/A", "key/0", "key/4", "key/2", "send")
    assert bench.said(ReturnTicket) == [ReturnTicket(number="A042")]
    row = bench.rig.connection.execute("SELECT id FROM outbox ORDER BY seq DESC").fetchone()
    refusal = RefusalMessage(code="ticket_is_settled", sentence=Names("x", "x"))
    bench.answer(row[0], kind="refused", refusal=refusal)
    bench.turn()
    assert bench.app.visit.note == Names(
        "A042 没有过号，请留意叫号", "A042 has not been missed. Please listen for your call"
    )


def test_a_missed_number_without_an_answer_leads_to_a_person(bench: Bench):
    bench.tap("missed", "key/A", "key/0", "key/4", "key/2", "send")
    bench.turn(5.1)
    assert (bench.app.visit.step, bench.app.visit.note_good) == (Step.NOTE, False)


def test_what_the_kiosk_asks_staff_for_is_understood_by_the_managers_page():
    from broker.collector.floor.attention_words import PARTS, fault_words

    wrong = "paper_out cover cutter offline silent failed full unavailable stuck:one wanted clash:1 refused:2"
    wrong += " day-unknown outbox-full"
    for state in wrong.split():
        assert fault_words(state) is not None, state
    for state in ("ok", "none", "ready", "paused", "closed", "connecting", "unknown"):
        assert fault_words(state) is None, state
    assert {"printer", "help", "paper", "ledger", "buttons", "disk"} <= set(PARTS)


def test_in_the_evening_the_menu_tells_the_next_day_s_opening_by_the_hall_s_calendar(bench: Bench):
    shown = view_of(bench.hall, bench.kiosk)
    shut = tuple(msgspec.structs.replace(line, state="closed", reopens=None) for line in shown.services)
    bench.hears(services=shut, open=OpenState(state="closed", hours="09:00-12:00"))
    bench.turn(1)
    menu = bench.app.offering.menu(bench.app.clock.machine_s())
    assert menu.state == "closed" and menu.next_opening is not None
    assert menu.next_opening.day == "2026-03-06", "a Friday after this Thursday"
    bench.hand.advance(26 * 3600)
    bench.hears(services=shut, open=OpenState(state="closed", hours="09:00-12:00"))
    bench.turn(1)
    later = bench.app.offering.menu(bench.app.clock.machine_s()).next_opening
    assert later is not None and later.day > "2026-03-06"
