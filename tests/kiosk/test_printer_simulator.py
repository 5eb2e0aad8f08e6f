"""The simulated printer behaves as printers do, and shows what a person would see."""

from __future__ import annotations

import io
import queue
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from broker.model.address import BadAddress
from broker.runtime.serial_port import BadSerialAddress, SerialPort
from kiosk.printer import paper_picture
from kiosk.printer.connect import start_printer
from kiosk.printer.interpreter import Command, Interpreter
from kiosk.printer.job import JobDone, Outcome, PrintJob
from kiosk.printer.letters import letter
from kiosk.printer.machine import BUFFER_BYTES, PAPERS_KEPT, Fault, PrinterMachine
from kiosk.printer.profile import UnknownProfile, profile_of
from kiosk.printer.simulator import PrinterSimulator
from tests.kiosk.ticket_samples import FULL, job, printed, sample
from tests.waiting import until

ALL_PAPER = 1_000_000


@pytest.fixture
def machine():
    return PrinterMachine(profile_of())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 20))
def test_any_bytes_in_any_pieces_are_read_alike_and_break_nothing(data, piece):
    whole, pieces = PrinterMachine(profile_of()), PrinterMachine(profile_of())
    answers = whole.receive(data) + whole.advance(ALL_PAPER)
    in_pieces = b"".join(pieces.receive(data[at : at + piece]) for at in range(0, len(data), piece))
    in_pieces += pieces.advance(ALL_PAPER)
    assert sorted(answers) == sorted(in_pieces)
    assert whole.papers_cut == pieces.papers_cut
    assert whole.feed.strip.length_dots == pieces.feed.strip.length_dots


def test_a_ticket_in_single_bytes_is_the_same_paper():
    data = job(sample(hall_zh="㙓头"))
    at_once, _ = printed(data)
    interpreter = Interpreter()
    machine = PrinterMachine(profile_of())
    for byte in data:
        machine.receive(bytes((byte,)))
    machine.advance(ALL_PAPER)
    assert machine.papers[0].marks == at_once.marks
    assert list(interpreter.feed(b"\x1d")) == [], "half a command is waited for"


def test_status_is_answered_at_once_also_without_paper_and_inside_a_picture(machine):
    machine.faults.add(Fault.PAPER_OUT)
    assert machine.receive(b"\x10\x04\x04") == b"\x7e"
    assert machine.receive(b"\x1dv0\x00\x03\x00\x01\x00\x10\x04") == b""
    assert machine.receive(b"\x02") == b"\x32"


def test_the_acknowledgement_waits_for_all_before_it(machine):
    machine.receive(b"abc\n\x1bJ\xc8\x1dr\x01")
    assert machine.advance(100) == b"", "30 dots of text and 200 of feed come first"
    assert machine.advance(100) == b""
    assert machine.advance(100) == b"\x00"


def test_a_printer_out_of_paper_prints_the_rest_after_loading(machine):
    machine.paper_left_dots = 40
    machine.receive(b"one\ntwo\nthree\n\x1dV\x01\x1dr\x01")
    assert machine.advance(ALL_PAPER) == b""
    assert machine.faults == {Fault.PAPER_OUT}
    assert machine.feed.strip.text_lines == ["one", "two"]
    machine.load_paper()
    assert machine.advance(ALL_PAPER) == b"\x00"
    assert machine.papers[0].text_lines == ["one", "two", "three"]


def test_switching_off_forgets_the_buffer_but_not_the_paper(machine):
    machine.receive(b"one\n")
    machine.advance(ALL_PAPER)
    machine.receive(b"\x1c&two")
    machine.power_cycle()
    machine.receive(b"\xc4\xe3\n\x1dV\x01")
    machine.advance(ALL_PAPER)
    lines = machine.papers[0].text_lines
    assert lines[0] == "one"
    assert lines[1] != "你", "the Chinese mode is off until FS &"


def test_hanzi_without_the_chinese_mode_come_out_as_a_person_would_see_them():
    strip, _ = printed("你好\n".encode("gbk") + b"\x1dV\x01")
    assert strip.text_lines == ["你好".encode("gbk").decode("cp437")]


def test_an_unknown_command_is_reported_and_its_rest_printed(machine):
    machine.receive(b"\x1b\x7fxyz\n")
    machine.advance(ALL_PAPER)
    assert machine.feed.unknown == [b"\x1b\x7f"]


def test_a_line_too_long_for_the_paper_goes_on_in_the_next():
    strip, _ = printed(b"x" * 50 + b"\n\x1dV\x01")
    assert strip.text_lines == ["x" * 48, "xx"]


def test_letters_are_read_from_the_grid_of_the_print_head():
    assert [c.name for c in Interpreter().feed(b"a\n\x1b@\x1d(k\x03\x00\x31\x43\x06")] == [
        "text",
        "LF",
        "ESC @",
        "GS (k",
    ]
    assert list(Interpreter().feed(b"\x0c")) == [Command("control", b"\x0c")]


def test_a_cut_is_counted_and_the_watcher_sees_the_paper():
    seen = []
    machine = PrinterMachine(profile_of(), on_paper=seen.append)
    machine.receive(job())
    machine.advance(ALL_PAPER)
    assert machine.papers_cut == 1
    assert seen[0].qr_texts == [FULL.qr_text]


def test_only_the_last_papers_are_kept_and_lightly(machine):
    for number in range(PAPERS_KEPT + 3):
        machine.receive(b"No.%d\n\x1dV\x01" % number)
        machine.advance(ALL_PAPER)
    assert machine.papers_cut == PAPERS_KEPT + 3
    assert [paper.text_lines for paper in machine.papers][-1] == [f"No.{PAPERS_KEPT + 2}"]
    assert len(machine.papers) == PAPERS_KEPT
    assert not hasattr(machine.papers[-1].marks[0], "__dict__"), "a paper has hundreds of letters"


def test_a_watcher_that_fails_does_not_stop_the_printer(caplog):
    machine = PrinterMachine(profile_of(), on_paper=lambda strip: 1 / 0)
    machine.receive(b"\x1dV\x01\x1dV\x01")
    machine.advance(ALL_PAPER)
    assert machine.papers_cut == 2
    assert "watcher" in caplog.text


@pytest.mark.parametrize("width", ["58", "80"])
def test_the_picture_has_the_papers_width_and_black_where_the_number_is(width):
    profile = profile_of("generic", width)
    strip, _ = printed(job(FULL, profile), profile)
    image = Image.open(io.BytesIO(paper_picture.png(strip, profile)))
    assert image.width == int(width) * 8
    number = next(mark for mark in strip.marks if mark.character == "4" and mark.scale[0] > 4)
    left = (image.width - profile.dots) // 2 + number.x
    top = paper_picture.TOP_DOTS + number.y
    cell = image.crop((left, top, left + 12 * number.scale[0], top + 24 * number.scale[1]))
    black = sum(cell.histogram()[:100]) / (cell.width * cell.height)
    assert 0.1 < black < 0.8


def test_a_paper_without_marks_and_one_still_in_the_printer_can_be_drawn():
    empty, _ = printed(b"\x1dV\x01")
    assert paper_picture.png(empty, profile_of()).startswith(b"\x89PNG")
    unfinished, _ = printed(b"abc\n", profile_of("no-cutter"))
    assert paper_picture.png(unfinished, profile_of("no-cutter")).startswith(b"\x89PNG")


def test_a_character_that_no_font_has_is_drawn_as_the_missing_letter_mark():
    assert letter("𓀀", (24, 24)).tobytes() == letter("〓", (24, 24)).tobytes()
    assert letter("养", (24, 24)).tobytes() != letter("〓", (24, 24)).tobytes()


@pytest.mark.parametrize(
    "address",
    [
        "virtual://printer?width=60",
        "virtual://printer?baud=fast",
        "virtual://printer?flow=dtr",
        "virtual://printer?hanzi=big",
        "virtual://printer?colour=red",
        "virtual://screen",
        "serial:///dev/x",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(address):
    with pytest.raises((BadAddress, UnknownProfile)):
        PrinterSimulator(address)


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="fire"):
        PrinterSimulator("virtual://printer").play("fire")


def test_the_state_names_what_is_wrong():
    simulator = PrinterSimulator("virtual://printer")
    assert simulator.state == "ok"
    simulator.play("near_end")
    simulator.play("cover")
    assert simulator.state == "cover+near_end"


def test_bytes_pass_no_faster_than_the_line_carries_them():
    simulator = PrinterSimulator("virtual://printer?baud=9600&speed=0")
    simulator.start()
    port = SerialPort(simulator.serial_address)
    port.open()
    began = time.monotonic()
    port.write(b"x" * 479 + b"\n")
    until(lambda: len(simulator.received) >= 480)
    assert time.monotonic() - began > 0.35, "480 bytes take half a second at 9600 baud"
    port.close()
    simulator.stop()


def test_a_full_buffer_holds_the_line_back_until_there_is_paper_again():
    simulator = PrinterSimulator("virtual://printer?baud=921600&speed=0&flow=xonxoff")
    simulator.play("paper_out")
    simulator.start()
    port = SerialPort(simulator.serial_address, write_timeout_s=60)
    port.open()
    port.write(b"y\n" * BUFFER_BYTES)
    until(lambda: simulator.machine.buffer_full)
    held = len(simulator.received)
    assert BUFFER_BYTES <= held < 2 * BUFFER_BYTES
    simulator.play("ok")
    until(lambda: len(simulator.received) >= 2 * BUFFER_BYTES)
    assert len(simulator.received) == 2 * BUFFER_BYTES
    port.close()
    simulator.stop()


def test_stopping_leaves_no_link_behind():
    simulator = PrinterSimulator("virtual://printer")
    simulator.start()
    place = simulator.serial_address.path
    simulator.stop()
    assert not Path(place).parent.exists()


def test_a_virtual_address_starts_simulator_and_driver_and_prints():
    events: queue.Queue = queue.Queue()
    papers = []
    printer = start_printer(
        "virtual://printer?baud=921600&speed=0", events.put, make="epson", paper="58", on_paper=papers.append
    )
    assert printer.link.profile == profile_of("epson", "58")
    assert printer.simulator.picture() is None
    printer.link.submit(PrintJob("A042", job(FULL, printer.link.profile)))
    while not isinstance(done := events.get(timeout=60), JobDone):
        continue
    assert done.outcome is Outcome.PRINTED
    assert papers[0].text_lines[1] == "A042"
    assert Image.open(io.BytesIO(printer.simulator.picture())).width == 58 * 8
    printer.stop()


def test_a_serial_address_needs_no_device_to_start_but_must_be_meant(tmp_path):
    events: queue.Queue = queue.Queue()
    printer = start_printer(f"serial://{tmp_path}/printer?baud=19200&flow=rtscts", events.put)
    assert printer.simulator is None
    assert printer.link.is_alive
    printer.stop()
    with pytest.raises(BadSerialAddress):
        start_printer("serial:///dev/hall/printer?baud=1", events.put)
    with pytest.raises(UnknownProfile):
        start_printer("serial:///dev/hall/printer", events.put, make="laser")
