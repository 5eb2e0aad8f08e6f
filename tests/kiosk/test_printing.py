"""Tickets, copies and notices through the printer's thread to simulated paper, and how each of them ended."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from broker.model.hall import Hall
from broker.model.hall_devices import Kiosk, PrinterFlags
from broker.model.words import Names
from kiosk.printer import connect
from kiosk.printer.conversation import Patience
from kiosk.printer.link import PrinterLink
from kiosk.printer.paper import Picture, Strip
from kiosk.printer.profile import DOTS_PER_MM, PrinterProfile, profile_of
from kiosk.printer.roll_file import NAME, RollFile
from kiosk.printing import Printing
from kiosk.ticket import Order, PaperEnd, Slip
from tests.kiosk.small_hall import parsed
from tests.waiting import until

FAST = "virtual://printer?speed=0"
PATIENT = Patience(answer_s=20.0, acknowledge_s=40.0, settle_s=20.0, quiet_s=0.1)
"""A printer's chip answers while the kiosk is busy; the simulator is a thread of this process, and while a whole suite
runs it may not have its turn for longer than a printer may be silent. Silence is meant once only: ``HASTY``."""
HASTY = replace(PATIENT, acknowledge_s=1.0, settle_s=1.0)
ORDER = Order("ticket-0001", "pension")
SLIP = Slip("A042", "pension", Names("养老保险", "Pension"), 3, (5, 15), ("3",), "https://hall.example/t/1", (), 1_000)


def hall_with(**changes: object) -> Hall:
    hall = parsed()
    kiosk = msgspec.structs.replace(hall.kiosks["kiosk-1"], printer=FAST, **changes)
    return msgspec.structs.replace(hall, kiosks={"kiosk-1": kiosk})


class Bench:
    """One started `Printing`."""

    def __init__(self, folder: Path | None = None, hall_folder: Path = Path(), **changes: object) -> None:
        self.printing = Printing(
            hall_with(**changes), "kiosk-1", lambda at_ms: f"at {at_ms}", folder=folder, hall_folder=hall_folder
        )
        self.printing.start()
        self.until(lambda: self.printing.state.can_print)

    @property
    def papers(self) -> list[Strip]:
        return self.printing.simulator.papers()

    def until(self, condition: Callable[[], object]) -> None:
        """Turn as the kiosk's loop does."""
        until(condition)

    def ends(self, notices: bool = False) -> list[tuple[str, PaperEnd]]:
        ended: list[tuple[str, PaperEnd]] = []
        take = self.printing.take_notice_ends if notices else self.printing.take_ends
        self.until(lambda: ended.extend(take()) or ended)
        return ended


@pytest.fixture
def patience() -> Patience:
    return PATIENT


@pytest.fixture(autouse=True)
def links_have_patience(monkeypatch: pytest.MonkeyPatch, patience: Patience) -> None:
    monkeypatch.setattr(connect, "PrinterLink", partial(PrinterLink, patience=patience))


@pytest.fixture
def make() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def bench(folder: Path | None = None, **changes: object) -> Bench:
        made.append(Bench(folder, **changes))
        return made[-1]

    yield bench
    for one in made:
        one.printing.stop()


def test_a_ticket_is_printed_and_said_to_be(make: Callable[..., Bench]) -> None:
    bench = make()
    assert bench.printing.print_ticket(ORDER, SLIP)
    assert bench.ends() == [("ticket-0001", PaperEnd.PRINTED)]
    (paper,) = bench.papers
    assert "A042" in paper.text_lines
    assert not [line for line in paper.text_lines if "COPY" in line]


def test_a_copy_is_marked_and_a_large_ticket_is_longer(make: Callable[..., Bench]) -> None:
    bench = make()
    for order, copy in ((ORDER, False), (ORDER, True), (replace(ORDER, large=True), False)):
        assert bench.printing.print_ticket(order, SLIP, copy=copy)
        bench.ends()
    usual, copied, large = bench.papers
    assert copied.text_lines[0].replace(" ", "") == "补打COPY"
    assert large.length_dots > usual.length_dots


def test_a_notice_is_a_paper_of_its_own_and_its_end_is_not_a_tickets(make: Callable[..., Bench]) -> None:
    bench = make()
    assert bench.printing.print_ticket(ORDER, SLIP)
    assert bench.printing.print_papers("notice-1", "pension", at_ms=2_000)
    assert bench.ends() == [("ticket-0001", PaperEnd.PRINTED)]
    assert bench.ends(notices=True) == [("notice-1", PaperEnd.PRINTED)]
    ticket, notice = bench.papers
    assert (ticket.was_cut, notice.was_cut) == (True, True)
    lines = notice.text_lines
    assert lines[0] == "一次性告知单"
    assert "1.身份证原件" in [line.replace(" ", "") for line in lines]
    assert "打印时间：at2000" in [line.replace(" ", "") for line in lines]
    assert "A042" not in "".join(lines)


@pytest.mark.parametrize("patience", [HASTY])
def test_a_fault_before_the_first_byte_is_a_failure_and_one_that_leaves_doubt_is_unknown(
    make: Callable[..., Bench],
) -> None:
    bench = make()
    bench.printing.play("paper_out")
    bench.printing.print_ticket(ORDER, SLIP)
    assert bench.ends() == [("ticket-0001", PaperEnd.FAILED)]
    bench.printing.play("ok")
    bench.until(lambda: bench.printing.state.can_print)
    bench.printing.simulator.machine.confirms = False
    bench.printing.print_ticket(replace(ORDER, ticket="ticket-0002"), SLIP)
    assert bench.ends() == [("ticket-0002", PaperEnd.UNKNOWN)]


def test_a_printer_that_cannot_tell_leaves_it_unsaid(make: Callable[..., Bench]) -> None:
    printing = Printing(hall_with(printer_profile="one-way"), "kiosk-1", str)
    printing.start()
    assert printing.print_ticket(ORDER, SLIP)
    ended: list[tuple[str, PaperEnd]] = []
    until(lambda: ended.extend(printing.take_ends()) or ended)
    printing.stop()
    assert ended == [("ticket-0001", PaperEnd.UNSAID)]


def test_the_flags_of_one_printer_stand_before_those_of_its_make(make: Callable[..., Bench]) -> None:
    bench = make(printer_flags=PrinterFlags(native_qr=False, cut="full", dots=512))
    bench.printing.print_ticket(ORDER, SLIP)
    bench.ends()
    (paper,) = bench.papers
    assert paper.qr_texts == []
    assert [mark for mark in paper.marks if isinstance(mark, Picture)]
    assert b"\x1dV\x00" in bench.printing.simulator.received
    assert bench.printing.simulator.profile.columns == 42


def test_every_flag_of_the_hall_file_is_one_of_the_profile() -> None:
    flags = msgspec.structs.asdict(PrinterFlags())
    for name in flags:
        assert name in PrinterProfile.__dataclass_fields__
    assert profile_of("generic", "80", {"cut": "none"}).cutter is False


# -- the roll ------------------------------------------------


def test_the_count_asks_for_a_new_roll_before_the_old_one_ends_and_a_new_one_ends_it(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make(tmp_path, roll_m=0.5)
    printed_m = 0.0
    for number in range(9):
        if bench.printing.health() == "near_end":
            break
        bench.printing.print_ticket(replace(ORDER, ticket=f"ticket-{number:04}"), SLIP)
        bench.ends()
        printed_m += bench.papers[-1].length_dots / DOTS_PER_MM / 1000
    assert bench.printing.health() == "near_end"
    assert bench.printing.usable
    assert bench.printing.paper_left_m == pytest.approx(0.5 - printed_m, abs=0.001)
    assert printed_m < 0.5
    bench.printing.play("paper_out")
    bench.until(lambda: bench.printing.health() == "paper_out")
    bench.printing.play("ok")
    bench.until(lambda: bench.printing.take_ends() or bench.printing.health() == "ok")
    assert bench.printing.paper_left_m == 0.5
    assert (tmp_path / NAME).read_text() == "0\n"


def test_a_printer_without_a_sensor_is_not_believed_that_its_paper_ends(make: Callable[..., Bench]) -> None:
    bench = make(printer_flags=PrinterFlags(near_end_sensor=False))
    bench.printing.play("near_end")
    bench.printing.print_ticket(ORDER, SLIP)
    bench.ends()
    assert bench.printing.health() == "ok"
    believed = make()
    believed.printing.play("near_end")
    believed.until(lambda: believed.printing.health() == "near_end")


def test_the_count_goes_on_after_a_restart(make: Callable[..., Bench], tmp_path: Path) -> None:
    first = make(tmp_path, roll_m=30.0)
    first.printing.print_ticket(ORDER, SLIP)
    first.ends()
    left_m = first.printing.paper_left_m
    first.printing.stop()
    assert left_m < 30.0
    assert make(tmp_path, roll_m=30.0).printing.paper_left_m == left_m


def test_without_a_length_nothing_is_counted(make: Callable[..., Bench], tmp_path: Path) -> None:
    bench = make(tmp_path)
    bench.printing.print_ticket(ORDER, SLIP)
    bench.ends()
    assert bench.printing.paper_left_m is None
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("text", ["", "x", "-5", "9" * 40, "１２", "\x00"])
def test_a_count_that_cannot_be_read_is_a_new_roll(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert RollFile(tmp_path).load(30.0).left_m == 30.0


def test_a_disk_that_keeps_no_count_costs_no_ticket(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = RollFile(tmp_path / "missing")
    for used in (1, 2, 3):
        file.keep(file.load(30.0).fed(used))
    assert caplog.text.count("not kept") == 1


# -- the mark ------------------------------------------------


def test_the_halls_mark_stands_on_top_and_a_bad_file_costs_no_ticket(
    make: Callable[..., Bench], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = tmp_path / "mark.png", tmp_path / "bad.png"
    Image.new("L", (300, 120), 0).save(good)
    bad.write_bytes(b"no picture")
    bench = make(logo=good.name, hall_folder=tmp_path)  # beside the hall file
    bench.printing.print_ticket(ORDER, SLIP)
    assert bench.ends() == [("ticket-0001", PaperEnd.PRINTED)]
    marks = [mark for mark in bench.papers[0].marks if isinstance(mark, Picture)]
    assert marks[0].y == 0
    assert marks[0].raster.height <= 96
    spoilt = make(logo=str(bad))
    assert "bad.png" in caplog.text
    spoilt.printing.print_ticket(ORDER, SLIP)
    assert spoilt.ends() == [("ticket-0001", PaperEnd.PRINTED)]


def test_the_hall_file_declares_what_the_kiosk_prints_with() -> None:
    fields = {field.name for field in msgspec.structs.fields(Kiosk)}
    assert {"logo", "roll_m", "printer_flags", "reader", "scanner"} <= fields
