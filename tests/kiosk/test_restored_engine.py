"""An engine restored from a backup knows less than its kiosks: they tell it again, and no paper is lost."""

from pathlib import Path

import pytest

from broker.model.words import TicketStatus
from broker.runtime.database import open_database
from kiosk.ledger_tables import make_tables
from kiosk.standing import Standing
from kiosk.ticket import Order, TicketState
from tests.kiosk.kiosk_and_engine import EngineAtWork, KioskAtWork
from tests.kiosk.ledger_rig import Rig
from tests.kiosk.small_hall import parsed


@pytest.fixture
def engine(tmp_path: Path) -> EngineAtWork:
    return EngineAtWork(tmp_path, "kiosk-1", "kiosk-2")


def gives_own(kiosk: KioskAtWork, ticket: str, state: TicketState | None = TicketState.PAPER) -> str:
    """A paper of the kiosk's own part; the number."""
    number = kiosk.ledger.take_own_number(Order(ticket, "pension", "elderly", "en"), "a")
    if state is not None:
        kiosk.ledger.hold(ticket, state)
    return number


def gives_the_engines(engine: EngineAtWork, kiosk: KioskAtWork, ticket: str) -> str:
    """A paper with a number that the engine gave; the number."""
    kiosk.ledger.ask(Order(ticket, "pension"), "a")
    engine.talk(1.0)
    number = engine.numbers()[ticket]
    kiosk.ledger.take_engine_number(ticket, number, engine.writer.state.position)
    kiosk.ledger.hold(ticket, TicketState.PAPER)
    return number


@pytest.mark.parametrize("renamed", [True, False], ids=["restored by the command", "copied back by hand"])
def test_papers_given_after_the_backup_are_told_again(engine: EngineAtWork, renamed: bool) -> None:
    kiosk = engine.kiosks["kiosk-1"]
    before = gives_own(kiosk, "ticket-0001")
    engine.talk()
    backup = engine.back_up()
    papers = {
        "ticket-0001": before,
        "ticket-0002": gives_own(kiosk, "ticket-0002"),
        "ticket-0003": gives_the_engines(engine, kiosk, "ticket-0003"),
        "ticket-0004": gives_own(kiosk, "ticket-0004", TicketState.SCREEN),
    }
    engine.talk(600)
    arrived = {t.ticket: t.arrived_at_ms for t in engine.writer.state.tickets.values()}
    engine.restore(backup, renamed=renamed)
    assert set(engine.numbers()) == {"ticket-0001"}
    engine.talk()
    engine.talk()
    tickets = engine.writer.state.tickets.values()
    assert engine.numbers() == papers
    assert {t.status for t in tickets} == {TicketStatus.WAITING}
    assert all(abs(t.arrived_at_ms - arrived[t.ticket]) <= 1000 for t in tickets), "in line by arrival"
    assert {t.priority for t in tickets} == {"elderly", None}
    assert len(kiosk.outbox) == 0
    assert gives_own(kiosk, "ticket-0005") == "A803", "numbers go on"


def test_a_paper_unanswered_at_the_restore_is_told_once_and_in_its_order(engine: EngineAtWork) -> None:
    kiosk = engine.kiosks["kiosk-1"]
    backup = engine.back_up()
    gives_own(kiosk, "ticket-0001")
    engine.talk()
    kiosk.wire.cut = True
    gives_own(kiosk, "ticket-0002")
    engine.talk()
    engine.restore(backup)
    kiosk.wire.cut = False
    engine.heartbeat()
    kiosk.outbox.connected()
    engine.talk()
    assert list(engine.numbers()) == ["ticket-0001", "ticket-0002"]
    assert len(kiosk.outbox) == 0


def test_what_the_backup_knew_changes_nothing_when_it_is_told_again(engine: EngineAtWork) -> None:
    kiosk = engine.kiosks["kiosk-1"]
    gives_own(kiosk, "ticket-0001")
    gives_the_engines(engine, kiosk, "ticket-0002")
    engine.talk()
    backup = engine.back_up()
    engine.restore(backup)
    position = engine.journal.position
    engine.talk()
    assert engine.journal.position == position
    assert len(kiosk.outbox) == 0


def test_no_number_is_given_anew_before_its_kiosk_could_speak(engine: EngineAtWork) -> None:
    first, second = engine.kiosks.values()
    backup = engine.back_up()
    number = gives_the_engines(engine, first, "ticket-0001")
    engine.talk()
    first.wire.cut = True
    engine.restore(backup)
    second.ledger.ask(Order("ticket-0002", "pension"), "a")
    engine.talk(1.0)
    assert second.answers[-1] == ("ticket-0002.issue", "numbers_withheld")
    own = gives_own(second, "ticket-0002")
    engine.talk()
    first.wire.cut = False
    engine.talk()
    engine.talk()
    assert engine.numbers() == {"ticket-0001": number, "ticket-0002": own}
    assert engine.writer.state.clashes == ()


def test_a_number_given_anew_by_a_journal_that_an_earlier_program_restored_is_an_alert(engine: EngineAtWork) -> None:
    first, second = engine.kiosks.values()
    backup = engine.back_up()
    number = gives_the_engines(engine, first, "ticket-0001")
    engine.talk()
    first.wire.cut = True
    engine.restore(backup, says_so=False)
    assert gives_the_engines(engine, second, "ticket-0002") == number
    first.wire.cut = False
    engine.talk()
    engine.talk()
    assert [clash.number for clash in engine.writer.state.clashes] == [number]
    assert first.ledger.refused_today() == 1
    first.power_cut()
    assert first.ledger.refused_today() == 1, "a restart of the kiosk does not hide it"


def test_a_power_cut_while_everything_is_told_again_loses_nothing(engine: EngineAtWork) -> None:
    kiosk = engine.kiosks["kiosk-1"]
    backup = engine.back_up()
    for place in range(3):
        gives_own(kiosk, f"ticket-000{place}")
    engine.talk()
    engine.restore(backup)
    kiosk.ledger.engine_stands(Standing(engine.journal.identity, engine.journal.position))
    kiosk.power_cut()
    assert kiosk.ledger.journal == engine.journal.identity
    engine.talk()
    assert len(engine.numbers()) == 3


def test_a_heartbeat_that_an_answer_overtook_makes_nobody_tell_anything_again(engine: EngineAtWork) -> None:
    kiosk = engine.kiosks["kiosk-1"]
    late = Standing(engine.journal.identity, engine.journal.position)
    gives_own(kiosk, "ticket-0001")
    engine.talk(1.0)
    epoch = kiosk.outbox.epoch
    assert kiosk.ledger.engine_stands(late) is False
    engine.talk()
    assert kiosk.ledger.engine_stands(late) is False
    assert kiosk.outbox.epoch == epoch


def test_a_stalled_line_that_brings_several_old_heartbeats_at_once_proves_nothing(engine: EngineAtWork) -> None:
    """Found by simulation seed 2095: a paper that had been served was told again and served once more."""
    kiosk = engine.kiosks["kiosk-1"]
    late = Standing(engine.journal.identity, engine.journal.position)
    gives_own(kiosk, "ticket-0001")
    engine.talk(1.0)
    epoch = kiosk.outbox.epoch
    assert not any(kiosk.ledger.engine_stands(late) for _ in range(3))
    engine.talk(20.0)
    assert kiosk.outbox.epoch == epoch


def test_a_pause_that_the_forgotten_journal_had_answered_is_left_to_the_engines_view(engine: EngineAtWork) -> None:
    kiosk = engine.kiosks["kiosk-1"]
    kiosk.ledger.pause.wish(True, "command-pause")
    kiosk.ledger.pause.answered("command-pause", 400)
    kiosk.ledger.engine_stands(Standing("another", 3))
    wish = kiosk.ledger.pause.last()
    assert wish is not None
    assert wish.answered_as_of == 0


def test_numbers_of_a_new_day_begin_anew_also_after_a_restore(tmp_path: Path) -> None:
    rig = Rig(tmp_path, parsed())
    rig.ledger.learn("2026-03-04", {}, 0)
    rig.ledger.engine_stands(Standing("first", 5))
    for day in ("2026-03-03", "2026-03-04"):
        rig.connection.execute("UPDATE business_day SET day = ?", (day,))
        rig.ledger.take_own_number(Order(f"ticket-{day}", "pension"), "a")
    rig.answer_all(as_of=900)
    rig.ledger.engine_stands(Standing("second", 3))
    rig.answer_all(as_of=4)
    rig.ledger.learn("2026-03-05", {}, 6)
    assert rig.ledger.take_own_number(Order("ticket-new", "pension"), "a") == "A001"


def test_a_ledger_of_an_earlier_program_is_brought_up_to_date(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "kiosk.db")
    connection.execute(
        "CREATE TABLE ticket (at INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL,"
        " service TEXT NOT NULL, series TEXT NOT NULL, own INTEGER NOT NULL, value INTEGER, number TEXT,"
        " state TEXT NOT NULL, at_ms INTEGER NOT NULL, settled_as_of INTEGER) STRICT"
    )
    connection.execute(
        "INSERT INTO ticket VALUES (1, 'ticket-0001', '2026-03-04', 'pension', 'a', 1, 7, 'A007', 'paper', 5, 9)"
    )
    make_tables(connection)
    make_tables(connection)
    connection.close()
    rig = Rig(tmp_path, parsed())
    rig.ledger.learn("2026-03-04", {"a": 7}, 9)
    rig.ledger.engine_stands(Standing("first", 5))
    assert rig.ledger.engine_stands(Standing("second", 9)) is True
    assert [command.number for command in rig.kept()] == ["A007"]  # type: ignore[attr-defined]
