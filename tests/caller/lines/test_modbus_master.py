"""The host of a Modbus line against simulated devices, in one process on a virtual clock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.hall_file import hall_of
from broker.runtime.frames import modbus_device
from broker.runtime.frames import modbus_map as m
from broker.runtime.frames.modbus import AnswerDecoder, Frame, Function, RequestDecoder, encode, registers_in
from broker.runtime.frames.modbus_device import Device
from caller.lines.modbus_master import Master
from caller.lines.modbus_unit import FORGOTTEN_S, PROBE_EVERY_S, STALE_S, Appeared, KeyMoved, Vanished
from caller.wiring import equipment_of
from tests.model.hall_edits import base

STEP_S = 0.03


class Wire:
    """A line without a cable: every request reaches the device at once, unless it is cut."""

    def __init__(self, *devices: Device) -> None:
        self.now_s = 1_000.0
        self.device = {device.unit: device for device in devices}
        for device in devices:
            device.clock_ms = lambda: int(self.now_s * 1_000)
        self.master = Master(self.device)
        self.events: list[object] = []
        self.asked: list[Frame] = []
        self.cut: set[int] = set()

    def turn(self, for_s: float = STEP_S, *, ask: bool = True) -> None:
        """One question and its answer, and so much time."""
        request = self.master.next(self.now_s) if ask else None
        self.now_s += for_s
        if request is None:
            return
        self.asked.append(request)
        (heard,) = RequestDecoder().feed(encode(request))
        answer = None if request.unit in self.cut else self.device[request.unit].answer(heard)
        if answer is None:
            self.events += self.master.silent(self.now_s)
        else:
            (frame,) = AnswerDecoder().feed(encode(answer))
            self.events += self.master.heard(frame, self.now_s)

    def turns(self, count: int) -> None:
        for _ in range(count):
            self.turn()

    def presses(self, unit: int = 3) -> list[int]:
        return [event.key for event in self.events if isinstance(event, KeyMoved) and event.down and event.unit == unit]


def pad(unit: int = 3, **facts) -> Device:
    return Device(unit, lambda: 0, **facts)


@pytest.fixture
def wire() -> Wire:
    wire = Wire(pad())
    wire.turns(4)
    assert wire.events == [Appeared(3, m.Facts(modbus_device.PAD, (1, 0), 0, 11, 11, 6, 0))]
    return wire


def test_a_press_between_two_questions_is_heard_with_its_time(wire):
    pressed_s = wire.now_s
    wire.device[3].move(5, True)
    wire.now_s += 0.2
    wire.device[3].move(5, False)
    wire.turns(2)
    down, up = wire.events[1:]
    assert (down.key, down.down, up.down) == (5, True, False)
    assert down.at_s == pytest.approx(pressed_s, abs=0.002)
    assert up.at_s == pytest.approx(pressed_s + 0.2, abs=0.002)


def test_many_presses_between_two_questions_are_all_heard(wire):
    for key in (1, 2, 3, 1):
        wire.device[3].press(key)
    wire.turns(3)
    assert wire.presses() == [1, 2, 3, 1]


def test_more_presses_than_the_pad_can_tell_are_in_its_counters(wire):
    for key in (1, 2, 3, 4, 5, 6, 7, 7):
        wire.device[3].press(key)
    wire.turns(3)
    assert sorted(wire.presses()) == [1, 2, 3, 4, 5, 6, 7, 7]
    assert wire.presses()[4:] == [5, 6, 7, 7]
    assert wire.master.units[3].unordered == 4


@given(st.lists(st.lists(st.integers(0, 10), max_size=20), max_size=12))
def test_no_press_is_lost_and_none_invented_however_rarely_the_pad_is_asked(rounds):
    wire = Wire(pad())
    wire.turns(4)
    for keys in rounds:
        for key in keys:
            wire.device[3].press(key)
        wire.turns(3)
    assert sorted(wire.presses()) == sorted(key for keys in rounds for key in keys[:])
    ups = [event.key for event in wire.events if isinstance(event, KeyMoved) and not event.down]
    assert sorted(ups) == sorted(wire.presses())


def test_the_counters_go_round_without_a_press_lost():
    device = pad()
    device.sequence = 65_530
    device.presses = [65_533] * 16
    device.moves = [m.Move(0, bool(place % 2), 0) for place in range(8)]
    wire = Wire(device)
    wire.turns(4)
    for _ in range(7):
        device.press(2)
        wire.turns(2)
    for _ in range(9):
        device.press(2)
    wire.turns(3)
    assert wire.presses() == [2] * 16


def test_what_was_pressed_before_the_first_answer_is_the_past():
    device = pad()
    device.press(1)
    device.move(2, True)
    wire = Wire(device)
    wire.turns(5)
    assert wire.presses() == []
    device.move(2, False)
    device.press(4)
    wire.turns(3)
    assert wire.presses() == [4]


def test_a_press_heard_too_late_is_counted_and_not_acted_on(wire):
    wire.device[3].press(1)
    wire.now_s += STALE_S + 1
    wire.device[3].press(2)
    wire.turns(3)
    assert wire.presses() == [2]
    assert wire.master.units[3].stale == 1


def test_after_a_long_silence_nothing_old_is_acted_on(wire):
    wire.device[3].press(1)
    wire.now_s += FORGOTTEN_S + 5.4  # the pad's clock has gone round: the press looks fresh
    wire.turns(6)
    assert wire.presses() == []
    wire.device[3].press(2)
    wire.turns(3)
    assert wire.presses() == [2]


def test_a_key_that_is_held_while_moves_are_lost_is_let_go_at_last(wire):
    wire.device[3].move(9, True)
    wire.turns(2)
    wire.device[3].move(9, False)
    for _ in range(6):
        wire.device[3].press(1)
    wire.turns(3)
    assert [event.down for event in wire.events if isinstance(event, KeyMoved) and event.key == 9] == [True, False]


def test_a_pad_that_lost_its_power_is_painted_again_and_its_next_press_counts(wire):
    wire.master.lamps(3, {0: "on", 7: "blink"})
    wire.master.show(3, m.digits_of(12, "A042"), m.CounterState.OPEN)
    wire.turns(6)
    assert (wire.device[3].lit, wire.device[3].shown) == ({0: "on", 7: "blink"}, "012042")
    wire.device[3].restart()
    wire.device[3].press(4)
    wire.turns(12)
    assert (wire.device[3].lit, wire.device[3].shown) == ({0: "on", 7: "blink"}, "012042")
    assert wire.presses() == [4]
    assert [type(event) for event in wire.events[:3]] == [Appeared, Vanished, Appeared]


def test_a_silent_pad_is_missed_after_three_questions_and_asked_rarely_then(wire):
    wire.cut = {3}
    wire.turns(3)
    assert wire.events[-1] == Vanished(3)
    assert wire.master.fault(3) == "no_answer"
    before = len(wire.asked)
    for _ in range(200):
        wire.turn()
    assert len(wire.asked) - before == pytest.approx(200 * STEP_S / PROBE_EVERY_S, abs=1)
    wire.cut = set()
    for _ in range(80):
        wire.turn()
    assert wire.master.fault(3) == ""


def test_one_silent_pad_does_not_slow_the_others():
    wire = Wire(*(pad(unit) for unit in range(1, 9)))
    wire.cut = {1, 2}
    wire.turns(60)
    wire.asked.clear()
    for _ in range(60):
        wire.turn()
    assert sum(request.unit in (1, 2) for request in wire.asked) <= 4
    by_unit = [sum(request.unit == unit for request in wire.asked) for unit in range(3, 9)]
    assert max(by_unit) - min(by_unit) <= 1


def test_writes_and_questions_take_turns(wire):
    for number in range(20):
        wire.master.show(3, m.digits_of(number, None), m.CounterState.OPEN)
        wire.turn()
    reads = [request.function == Function.READ_INPUT_REGISTERS for request in wire.asked[-20:]]
    assert 9 <= sum(reads) <= 11


def test_an_output_that_the_device_refuses_is_not_tried_for_ever(wire):
    wire.device[3].holding = wire.device[3].holding[: m.SHOWN_COUNT]
    wire.master.text(3, "请A042号到1号窗口")
    wire.turns(10)
    writes = [request for request in wire.asked if request.function == Function.WRITE_REGISTERS]
    assert len(writes) == 1


def test_a_device_of_another_map_is_no_pad(wire):
    stranger = Wire(pad())
    stranger.device[3].answer = lambda request: Frame(3, 4, bytes((24,)) + bytes(24))
    stranger.turns(3)
    assert stranger.master.fault(3) == "wrong_device"
    assert stranger.events == []


def test_an_answer_to_another_question_is_not_believed(wire):
    request = wire.master.next(wire.now_s)
    assert request is not None
    for other in (
        Frame(4, request.function, bytes((16,)) + bytes(16)),
        Frame(3, Function.READ_HOLDING_REGISTERS, bytes((16,)) + bytes(16)),
        Frame(3, request.function, bytes((2,)) + bytes(2)),
    ):
        assert wire.master.heard(other, wire.now_s) == []
        assert wire.master.waiting


def test_beeps_are_few_and_not_made_up_for(wire):
    for _ in range(9):
        wire.master.beep(3)
    wire.turns(12)
    assert wire.device[3].beeps == 3
    wire.cut = {3}
    wire.turns(12)
    wire.master.beep(3)
    wire.cut = set()
    for _ in range(90):
        wire.turn()
    assert wire.device[3].beeps == 3


def test_a_fault_of_the_pad_is_told_in_health():
    wire = Wire(pad(faults=m.Fault.KEY_STUCK | m.Fault.SUPPLY_LOW))
    wire.turns(3)
    assert wire.master.fault(3) == "key_stuck,supply_low"


# -- the registers


@given(st.binary(max_size=120))
def test_any_registers_at_all_are_a_report_or_a_typed_refusal(noise):
    words = [int.from_bytes(noise[at : at + 2], "big") for at in range(0, len(noise), 2)]
    for read in (m.report_of, m.facts_of):
        for size in (m.SHORT_COUNT, m.FULL_COUNT, m.FACT_COUNT, len(words)):
            try:
                read((words + [0] * size)[:size])
            except m.MapError as error:
                assert str(error)


@pytest.mark.parametrize(
    ("waiting", "number", "count", "text"),
    [
        (7, "A042", 6, "007042"),
        (None, "A042", 6, "   042"),
        (1200, None, 6, "999   "),
        (7, "A042", 4, "A042"),
        (7, "A042", 3, "042"),
        (7, None, 4, "    "),
        (7, "A042", 0, ""),
    ],
)
def test_the_digits_show_what_there_is_room_for(waiting, number, count, text):
    assert "".join(map(chr, m.digits_of(waiting, number, count))) == text


def test_every_lamp_state_comes_back_from_its_coils():
    lamps = {0: "on", 1: "off", 2: "blink", 15: "flash"}
    shown = m.lamps_of(m.coils_of(lamps))
    assert {lamp: shown[lamp] for lamp in lamps} == lamps
    with pytest.raises(m.MapError):
        m.coils_of({16: "on"})


def test_a_text_is_cut_after_a_whole_character_and_never_an_order():
    registers = m.text_registers("请" * 40 + "\n")
    assert m.text_of(registers) == "请" * 30
    assert m.text_of(m.text_registers("A\n𠮷")) == "A □"


def test_the_facts_come_back_from_their_registers():
    facts = m.Facts(m.Part.KEYS | m.Part.TEXT, (2, 7), 0xDEADBEEF, 5, 1, 0, 60, m.Fault.DISPLAY, 9)
    assert m.facts_of(m.registers_of_facts(facts)) == facts


# -- the device by itself


@pytest.mark.parametrize(
    ("function", "data", "answer"),
    [
        (1, "0000 0031", "01"),
        (2, "0000 0010", "02"),
        (2, "0000 0011", "exception 02"),
        (3, "0000 000A", "03"),
        (3, "0030 0001", "exception 02"),
        (4, "0000 007E", "exception 03"),
        (4, "000C 0001", "exception 02"),
        (5, "0030 FF00", "05"),
        (5, "0030 0001", "exception 03"),
        (6, "0006 0002", "06"),
        (6, "1000 0002", "exception 02"),
        (15, "0000 0002 01 03", "0F"),
        (15, "0000 0002 02 0300", "exception 03"),
        (16, "0010 0001 02 0000", "10"),
        (16, "0010 0002 02 0000", "exception 03"),
        (16, "0010 0000 00", "exception 03"),
        (7, "0000 0000", "exception 01"),
    ],
)
def test_a_device_answers_each_function_and_refuses_as_the_standard_says(function, data, answer):
    got = pad().answer(Frame(3, function, bytes.fromhex(data)))
    assert got is not None
    said = f"exception {got.data.hex()}" if got.function & 0x80 else f"{got.function:02X}"
    assert said == answer


def test_a_device_obeys_what_is_said_to_everybody_and_answers_nothing():
    device = pad()
    assert device.answer(Frame(0, 6, bytes.fromhex("00060002"))) is None
    assert device.holding[m.STATE] == m.CounterState.PAUSED
    assert device.answer(Frame(4, 6, bytes.fromhex("00060001"))) is None
    assert device.holding[m.STATE] == m.CounterState.PAUSED


def test_the_short_and_the_full_report_agree():
    device = pad()
    for key in (1, 2, 3, 4, 5, 6):
        device.press(key)
    (request,) = RequestDecoder().feed(bytes.fromhex("03 04 00 10 00 08 F1 EB"))
    answer = device.answer(request)
    assert answer is not None
    short = m.report_of(registers_in(answer, request))
    assert short.sequence == 12
    assert [move.key for move in short.moves] == [6, 6]


def test_a_pad_says_by_itself_that_its_host_is_away(wire):
    wire.master.show(3, m.digits_of(1, None), m.CounterState.OPEN, host_timeout_s=15)
    wire.turns(4)
    assert wire.device[3].state is m.CounterState.OPEN
    wire.now_s += 16
    assert wire.device[3].state is m.CounterState.AWAY
    wire.turns(2)
    assert wire.device[3].state is m.CounterState.OPEN
    wire.device[3].holding[m.STATE] = 99
    assert wire.device[3].state is m.CounterState.AWAY


# -- the document

PAGE = (Path(__file__).parent.parent.parent.parent / "docs" / "modbus.md").read_text(encoding="utf-8")


def test_the_session_in_the_document_is_what_a_device_says():
    now_ms = [1_000]
    device = Device(3, lambda: now_ms[0])
    device.move(5, True)
    now_ms[0] = 1_120
    device.move(5, False)
    now_ms[0] = 1_150
    asked, answered = (line for line in re.findall("`(03 04[0-9A-F ]*)`", PAGE) if len(line) > 20)
    (request,) = RequestDecoder().feed(bytes.fromhex(asked))
    assert str(device.answer(request)) == answered


def test_every_register_of_the_document_is_where_the_code_has_it():
    places = {
        "0000-0005": (m.DIGITS, m.DIGITS + m.MOST_DIGITS - 1),
        "0012-002F": (m.TEXT, m.HOLDING_COUNT - 1),
        "0016-0023": (m.REPORT + 6, m.REPORT + 4 + 2 * m.MOVES_KEPT - 1),
        "0030-003F": (m.REPORT + m.FULL_COUNT - m.MOST_KEYS, m.REPORT + m.FULL_COUNT - 1),
    }
    for name, (first, last) in places.items():
        assert f"| {name} |" in PAGE
        assert name == f"{first:04X}-{last:04X}"
    for number, what in (
        (m.STATE, "counter"),
        (m.PROMPT, "evaluator"),
        (m.STARS, "stars"),
        (m.TEXT_LENGTH, "bytes of text"),
    ):
        assert re.search(rf"\| {number:04X} \| [^|]*{what}", PAGE)
    assert f"`{m.MAGIC:04X}`" in PAGE
    assert f"| {m.BEEP} | beep once" in PAGE


def test_the_hall_file_of_the_document_has_no_mistake(tmp_path):
    (shown,) = re.findall("```toml\n(.*?)```", PAGE, re.DOTALL)
    raw = base()
    raw |= tomllib.loads(shown.replace("serial:///dev/hall/b?baud=9600", "virtual://rs485"))
    hall = hall_of(raw)
    made = equipment_of(hall, "desk", tmp_path, lambda: 0.0)
    assert set(made.consoles) | set(made.keypads) | set(made.strips) == {"pad-1", "face-1", "strip-1"}
