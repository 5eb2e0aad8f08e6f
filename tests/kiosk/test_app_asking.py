"""What the kiosk tells the engine about the person before it, and what it says about the answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.contract.codec import refusal_message
from broker.contract.envelope import RefusalMessage
from broker.model.commands import CallForHelp, Command, FindTicket, RateVisit, ReportTicket, ReturnTicket
from broker.model.hall_file import parse_hall
from broker.model.refusals import TooManyWrong
from broker.model.views import Emergency
from broker.model.words import Level, Names
from broker.runtime.canvas.ops import Text
from kiosk.asking import NO_ANSWER, NOT_FOUND, THANKS
from kiosk.flow import COPIED, NOT_COPIED
from kiosk.helping import TTL_MS
from kiosk.screens import words as w
from kiosk.screens.view import view
from kiosk.ticket import PaperEnd
from tests.kiosk.app_bench import Bench
from tests.kiosk.small_hall import BUTTONS, parsed, small_hall

EMERGENCY = Emergency(zh="请离开大厅", en="Leave the hall", since_ms=1_772_676_000_000)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, parsed(more=BUTTONS)).goes_online()
    yield bench
    bench.close()


def said(bench: Bench) -> str:
    now_s = bench.hand.machine_s()
    ops = view(bench.app.visit, bench.app.offering.menu(now_s), bench.app.showing.surroundings(bench.app.visit, now_s))
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


def test_who_presses_help_all_day_while_the_engine_is_away_does_not_fill_the_outbox(bench: Bench):
    bench.app.on_linked(False)
    bench.tap(*["help"] * 50)
    assert len(bench.said(CallForHelp)) == 1
    bench.turn(TTL_MS / 1000)
    bench.tap("help")
    assert len(bench.said(CallForHelp)) == 2


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


CODE = ("key/4", "key/8", "key/2", "key/1", "key/0", "key/7", "send")


def test_a_rating_goes_to_the_engine_and_its_word_to_the_visitor(bench: Bench):
    bench.tap("more", "rate", "key/A", "key/0", "key/4", "key/2", "send", *CODE, "face/satisfied")
    rating = bench.said(RateVisit)[-1]
    assert (rating.number, rating.level, rating.device) == ("A042", Level.SATISFIED, "kiosk-1")  # type: ignore[attr-defined]
    assert rating.code == "482107"  # type: ignore[attr-defined]
    assert w.CHECKING.zh in said(bench)
    answer_last(bench, RateVisit)
    assert THANKS.zh in said(bench)


@pytest.mark.parametrize("code", ["not_served_yet", "already_rated"])
def test_a_rating_that_was_not_taken_is_not_thanked_for(bench: Bench, code: str):
    bench.tap("more", "rate", "key/A", "key/0", "key/4", "key/2", "send", *CODE, "face/satisfied")
    answer_last(bench, RateVisit, **refused(code, "还没有办结"))
    assert "还没有办结" in said(bench)
    assert THANKS.zh not in said(bench)


def test_a_rating_that_nobody_answers_is_not_thanked_for(bench: Bench):
    bench.tap("more", "rate", "key/A", "key/0", "key/4", "key/2", "send", *CODE, "face/satisfied")
    bench.turn(6)
    assert NO_ANSWER.zh in said(bench)


def test_who_typed_too_many_wrong_numbers_reads_in_how_many_seconds_to_try_again(bench: Bench):
    bench.tap("missed", "key/A", "key/0", "key/4", "key/2", "send")
    told = refusal_message(TooManyWrong(wait_s=30))
    answer_last(bench, ReturnTicket, kind="refused", refusal=told)
    assert "30 秒" in said(bench)


def lookup_bench(folder: Path) -> Bench:
    return Bench(folder, parse_hall(small_hall() + "\n[rules]\nlost_ticket_lookup = true\n")).goes_online()


def test_lost_tickets_are_found_by_the_digits_left_with_them(tmp_path: Path):
    bench = lookup_bench(tmp_path)
    bench.tap("service/pension", "phone", "key/4", "key/3", "key/2", "key/1", "send", "take")
    assert bench.said(ReportTicket)[-1].phone_tail == "4321"  # type: ignore[attr-defined]
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    bench.tap("done", "more", "find", "key/4", "key/3", "key/2", "key/1", "send")
    rows = [{"number": "A001", "service": "pension", "ahead": 2, "large": False}, {"number": 7}, None]
    answer_last(bench, FindTicket, result={"tickets": rows})
    assert "A001" in said(bench)
    assert w.before_you(2).zh in said(bench)
    bench.close()


@pytest.mark.parametrize("result", [{}, {"tickets": []}, {"tickets": "A001"}, None])
def test_nothing_found_is_said_plainly(tmp_path: Path, result: dict | None):
    bench = lookup_bench(tmp_path)
    bench.tap("more", "find", "key/4", "key/3", "key/2", "key/1", "send")
    answer_last(bench, FindTicket, result=result)
    assert NOT_FOUND.zh in said(bench)
    bench.close()


def test_a_copy_of_the_last_ticket_is_marked_and_changes_nothing_else(bench: Bench):
    bench.tap("service/pension", "take")
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    words = len(bench.rig.kept())
    first = bench.press.printed[-1][0]
    bench.tap("done", "more", "copies", f"copy/{first.ticket}")
    order, slip = bench.press.printed[-1]
    assert (bench.press.copies, slip.number) == ([order.ticket], "A001")
    assert order.ticket != first.ticket, "its end is not the first paper's end"
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    assert COPIED.zh in said(bench)
    assert len(bench.rig.kept()) == words


def test_a_copy_that_never_ends_is_not_waited_for_for_ever(bench: Bench):
    bench.tap("service/pension", "take")
    bench.press.end(PaperEnd.PRINTED)
    bench.turn()
    bench.tap("done", "more", "copies", f"copy/{bench.press.printed[-1][0].ticket}")
    bench.turn(31)
    assert NOT_COPIED.zh in said(bench)
