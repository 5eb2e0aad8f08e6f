"""What the kiosk tells the engine about the person before it, and what it says about the answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.contract.envelope import RefusalMessage
from broker.model.commands import CallForHelp, Command, ReportTicket
from broker.model.views import Emergency
from broker.model.words import Names
from broker.runtime.canvas.ops import Text
from kiosk.issuing import PaperEnd
from kiosk.screens import words as w
from kiosk.screens.view import view
from tests.kiosk.app_bench import Bench
from tests.kiosk.small_hall import BUTTONS, parsed

EMERGENCY = Emergency(zh="请离开大厅", en="Leave the hall", since_ms=1_772_676_000_000)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, parsed(more=BUTTONS)).goes_online()
    yield bench
    bench.close()


def said(bench: Bench) -> str:
    now_s = bench.hand.machine_s()
    ops = view(bench.app.visit, bench.app.offering.menu(now_s), bench.app._surroundings(now_s))
    return " | ".join(op.plain for op in ops if isinstance(op, Text))


def answer_last(bench: Bench, asked: type[Command], **fields: object) -> None:
    """The engine answers the newest command of a kind."""
    places = [place for place, command in enumerate(bench.rig.kept()) if isinstance(command, asked)]
    row = bench.rig.connection.execute("SELECT id FROM outbox ORDER BY seq LIMIT 1 OFFSET ?", (places[-1],)).fetchone()
    bench.answer(row[0], **fields)
    bench.turn()


def refused(code: str, zh: str = "不行", en: str = "no") -> dict[str, object]:
    return {"kind": "refused", "refusal": RefusalMessage(code=code, sentence=Names(zh, en))}


def test_an_emergency_fills_the_screen_until_staff_end_it(bench: Bench):
    bench.tap("missed", "key/A", "key/0")
    bench.hears(emergency=EMERGENCY)
    bench.turn()
    assert bench.app.screen.targets() == {}
    assert "请离开大厅" in said(bench)
    assert "10:00" in said(bench)
    bench.press_key("company")
    assert bench.said(ReportTicket) == []
    bench.turn(16)  # the engine is away: nobody ended it
    assert "请离开大厅" in said(bench)
    bench.hears()
    bench.turn()
    assert (bench.app.visit.typed, "请离开大厅" in said(bench)) == ("", False)


def test_the_help_button_tells_the_engine_and_shows_who_heard_it(bench: Bench):
    bench.tap("help")
    assert [command.kiosk for command in bench.said(CallForHelp)] == ["kiosk-1"]  # type: ignore[attr-defined]
    assert w.HELP_ASKING.zh in said(bench)
    answer_last(bench, CallForHelp)
    assert w.HELP_CALLED.zh in said(bench)
    bench.hears(help_answered_ms=1_772_676_060_000)
    bench.turn()
    assert w.HELP_COMING.zh in said(bench)
    bench.tap("help")  # nobody came: called once more, and the answer of before is not taken for this one's
    answer_last(bench, CallForHelp)
    assert w.HELP_CALLED.zh in said(bench)


def test_a_call_for_help_that_nobody_heard_is_not_called_heard(bench: Bench):
    bench.app.on_linked(False)
    bench.tap("help")
    assert w.HELP_UNHEARD.zh in said(bench)
    assert bench.app.staff_wanted(bench.hand.machine_s())
    bench.app.on_linked(True)
    bench.hears()
    answer_last(bench, CallForHelp, **refused("too_late"))
    assert w.HELP_UNHEARD.zh in said(bench)


def test_the_engine_that_never_answers_a_call_for_help_is_not_waited_for(bench: Bench):
    bench.tap("help")
    bench.turn(6)
    assert w.HELP_UNHEARD.zh in said(bench)


@pytest.mark.parametrize(("end", "shown"), [(PaperEnd.PRINTED, w.NOTICE_PRINTED), (PaperEnd.FAILED, w.NOTICE_FAILED)])
def test_the_written_notice_is_printed_and_its_end_is_shown(bench: Bench, end: PaperEnd, shown: Names):
    bench.tap("service/pension", "notice")
    assert w.NOTICE_PRINTING.zh in said(bench)
    job, *what = bench.press.notices[0]
    assert what == ["pension", "zh", False]
    bench.press.notice_ends.append(("another", PaperEnd.PRINTED))
    bench.press.notice_ends.append((job, end))
    bench.turn()
    assert shown.zh in said(bench)


def test_a_printer_that_never_says_so_did_not_print_the_notice(bench: Bench):
    bench.tap("service/pension", "notice")
    bench.tap("language")
    for _ in range(2):
        bench.turn(16)
        bench.tap("stay" if "stay" in bench.app.screen.targets() else "language")
    assert bench.app.visit.notice == "failed"
