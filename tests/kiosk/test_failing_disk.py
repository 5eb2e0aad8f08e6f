"""A kiosk whose ledger cannot be written: no paper, a sentence on the screen, no number lost or doubled; it recovers.

The refusals are SQLite's own: a page limit gives its "full", ``query_only`` its "read-only"; a really full small disk
is mounted where that is allowed.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.model.commands import ReportTicket
from broker.runtime.canvas.window import open_screen
from broker.runtime.clock import ManualClock
from broker.runtime.errors import DatabaseError, DiskFull
from broker.runtime.process import ExitCode, Process, exit_code_of
from kiosk import node
from kiosk.issuing import CANNOT_KEEP
from kiosk.screens.notes import failsafe
from kiosk.ticket import Order, PaperEnd
from kiosk.visit import Step
from tests.kiosk.app_bench import Bench
from tests.kiosk.ledger_rig import Rig
from tests.kiosk.small_hall import BUTTONS, parsed
from tests.runtime.small_disk import fill, small_disk

ONE_OF_EACH = pytest.mark.parametrize("cause", ["full", "read-only"])
TICKETS_MOST = 400


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, parsed(more=BUTTONS)).goes_online()
    yield made
    made.close()


def fail(bench: Bench, cause: str) -> None:
    if cause == "full":
        pages = bench.rig.connection.execute("PRAGMA page_count").fetchone()[0]
        bench.rig.connection.execute(f"PRAGMA max_page_count={pages}")
    else:
        bench.rig.connection.execute("PRAGMA query_only=ON")


def heal(bench: Bench) -> None:
    bench.rig.connection.execute("PRAGMA max_page_count=1000000")
    bench.rig.connection.execute("PRAGMA query_only=OFF")


def take(bench: Bench) -> str | None:
    """The number of the paper; None when the kiosk said that it cannot give one."""
    printed = len(bench.press.printed)
    bench.turn(130.0)
    bench.tap("service/pension", "take")
    bench.turn()
    if bench.app.visit.step is Step.NOTE:
        assert bench.app.visit.note == CANNOT_KEEP
        assert len(bench.press.printed) == printed
        return None
    assert len(bench.press.printed) == printed + 1
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    return bench.press.printed[-1][1].number


def take_until_refused(bench: Bench) -> list[str]:
    given: list[str] = []
    while (number := take(bench)) is not None:
        given.append(number)
        assert len(given) < TICKETS_MOST, "the disk refuses nothing"
    return given


def told(bench: Bench) -> list[str]:
    return [command.number for command in bench.said(ReportTicket)]  # type: ignore[attr-defined]


def recovers(bench: Bench, given: list[str]) -> None:
    given = [*given, *(number for _ in range(3) if (number := take(bench)) is not None)]
    assert given == [f"A{value:03d}" for value in range(1, len(given) + 1)], "none lost, none twice, in order"
    assert told(bench) == given
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "ok"


@ONE_OF_EACH
def test_a_ledger_that_cannot_be_written_gives_no_paper_says_so_and_goes_on_by_itself(bench: Bench, cause: str) -> None:
    given = [number for _ in range(2) if (number := take(bench)) is not None]
    fail(bench, cause)
    given += take_until_refused(bench)
    assert told(bench) == given, "what was refused is kept nowhere"
    assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == ("full" if cause == "full" else "failed")
    assert take(bench) is None
    heal(bench)
    recovers(bench, given)


@ONE_OF_EACH
def test_a_disk_that_fails_while_a_paper_is_printed_leaves_the_number_told(bench: Bench, cause: str) -> None:
    bench.tap("service/pension", "take")
    bench.turn()
    fail(bench, cause)
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    assert bench.app.shown_number() == "A001"
    heal(bench)
    assert told(bench) == ["A001"]
    bench.rig.restart()
    assert bench.rig.ledger.take_own_number(Order("ticket-next", "pension"), "a") == "A002"


@pytest.mark.parametrize("restarts", [False, True])
def test_a_pause_whose_answer_the_disk_refused_is_ended_by_a_manager(bench: Bench, restarts: bool) -> None:
    bench.press_key("stop")
    command = bench.rig.connection.execute("SELECT command FROM pause").fetchone()[0]
    fail(bench, "read-only")
    bench.answer(command)
    heal(bench)
    if restarts:  # the outbox was luckier than the row of the wish: its entry is gone
        bench.rig.connection.execute("DELETE FROM outbox WHERE id = ?", (command,))
        bench.rig.restart()
        bench.app.wire(bench.rig.sender, bench.rig.ledger)
    bench.hears(issuing=False)
    assert state(bench) == "paused"
    bench.hears(issuing=True)
    assert state(bench) == "ready", "the wish of this morning must not outlive what the engine shows"


def state(bench: Bench) -> str:
    bench.turn()
    return bench.app.offering.menu(bench.hand.machine_s()).state


@ONE_OF_EACH
def test_a_new_day_that_cannot_be_written_down_is_taken_up_later(bench: Bench, cause: str) -> None:
    given = [take(bench)]
    fail(bench, cause)
    bench.hears(day="2026-03-06", epoch=2)
    bench.turn()
    refused = bench.app.ledger.day != "2026-03-06"
    heal(bench)
    bench.hears(day="2026-03-06", epoch=2)
    assert bench.app.ledger.day == "2026-03-06"
    assert refused or cause == "full", "a new day may fit into a full file; a read-only one takes nothing"
    assert given == ["A001"]


def test_a_start_on_a_read_only_ledger_ends_with_a_cause_and_a_later_one_counts_on(tmp_path: Path) -> None:
    rig = Rig(tmp_path, parsed())
    rig.ledger.learn("2026-03-05", {}, 0)
    rig.ledger.take_own_number(Order("ticket-0001", "pension"), "a")
    rig.connection.execute("PRAGMA query_only=ON")
    with pytest.raises(DatabaseError):
        rig.ledger.start()
    rig.restart()
    assert rig.ledger.take_own_number(Order("ticket-0002", "pension"), "a") == "A002"


def test_a_really_full_card_gives_no_paper_and_room_brings_it_back(tmp_path: Path) -> None:
    with small_disk(tmp_path / "card", 2048) as card:
        bench = Bench(card, parsed()).goes_online()
        given = [number for _ in range(2) if (number := take(bench)) is not None]
        fill(card)
        given += take_until_refused(bench)
        assert bench.app.parts_health(bench.hand.machine_s())["ledger"] == "full"
        (card / "filler").unlink()
        recovers(bench, given)
        bench.close()


def test_a_start_on_a_really_full_card_counts_on_once_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "card", 2048) as card:
        rig = Rig(card, parsed())
        rig.ledger.learn("2026-03-05", {}, 0)
        rig.ledger.take_own_number(Order("ticket-0001", "pension"), "a")
        rig.power_off()
        fill(card)
        with pytest.raises(DatabaseError):
            start_and_give(rig)
        rig.power_off()
        (card / "filler").unlink()
        assert start_and_give(rig) == "A002"
        assert [command.number for command in rig.kept()] == ["A001", "A002"]  # type: ignore[attr-defined]
        rig.power_off()


class _Screen:
    """A real virtual screen that remembers what was shown on it."""

    def __init__(self, address: str) -> None:
        self.real = open_screen(address)
        self.shown: list[object] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def show(self, ops: tuple[object, ...]) -> object:
        self.shown.append(ops)
        return self.real.show(ops)  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["open_ledger_file", "Ledger.start"])
def test_a_kiosk_whose_disk_fails_at_its_start_sends_visitors_to_the_desk_and_ends_to_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    screens: list[_Screen] = []

    def opened(address: str, **_: object) -> _Screen:
        screens.append(_Screen(address))
        return screens[-1]

    def full(*_: object) -> None:
        raise DiskFull(tmp_path / "kiosk.db")

    process = Process("kiosk-1", ManualClock(), tmp_path)
    process.stopping.set()
    monkeypatch.setattr(node, "open_screen", opened)
    monkeypatch.setattr(f"kiosk.node.{part}", full)
    with pytest.raises(DiskFull) as ended:
        node.run_kiosk(parsed(), "kiosk-1", process)
    assert exit_code_of(ended.value) is ExitCode.DISK
    assert screens[-1].shown == [failsafe(screens[-1].real.size)]


def start_and_give(rig: Rig) -> str:
    """As far as a start on this card comes, and so many numbers as fit in."""
    rig.power_on()
    return rig.ledger.take_own_number(Order("ticket-0002", "pension"), "a")
