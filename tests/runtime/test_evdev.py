"""USB keypads: records of the input layer, unplugging, and what is said when one cannot be read."""

from __future__ import annotations

import errno
import logging
import subprocess
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.address import BadAddress, parse_address
from broker.model.input_codes import CLEARING, DIGITS, NAME_OF, code_of, name_of
from broker.runtime import evdev_events as ev
from broker.runtime.evdev_events import InputRecord, KeyMove, KeyStream, Records
from broker.runtime.evdev_keys import EvdevMissing, UsbKeypad, trouble_of

FIVE, PLUS, ENTER = 76, 78, 28


def key(code: int, value: int) -> InputRecord:
    return InputRecord(ev.EV_KEY, code, value)


def syn(code: int = ev.SYN_REPORT) -> InputRecord:
    return InputRecord(ev.EV_SYN, code, 0)


def moves(*records: InputRecord, stream: KeyStream | None = None) -> list[tuple[int, bool]]:
    return [(move.code, move.down) for move in (stream or KeyStream()).feed(records, 1.0)]


# -- the records


def test_a_key_goes_down_and_up_and_its_repeats_are_passed_over():
    records = (key(FIVE, 1), syn(), key(FIVE, 2), syn(), key(FIVE, 2), syn(), key(FIVE, 0), syn())
    assert moves(*records) == [(FIVE, True), (FIVE, False)]


def test_what_is_no_key_presses_nothing():
    assert moves(InputRecord(4, 4, 0x7005D), key(0x110, 1), InputRecord(2, 0, 5), key(FIVE, 7), syn()) == []


def test_a_key_that_is_down_when_the_keypad_is_opened_is_asleep_until_it_is_let_go():
    stream = KeyStream()
    stream.begin((FIVE,))
    assert moves(key(FIVE, 2), key(FIVE, 0), stream=stream) == []
    assert moves(key(FIVE, 1), stream=stream) == [(FIVE, True)]


def test_after_lost_records_what_is_up_is_up_and_what_went_down_meanwhile_is_asleep():
    stream = KeyStream(lambda: (PLUS,))
    moves(key(FIVE, 1), syn(), stream=stream)
    assert moves(syn(ev.SYN_DROPPED), key(FIVE, 0), key(PLUS, 1), key(ENTER, 1), stream=stream) == []
    assert moves(syn(), stream=stream) == [(FIVE, False)]
    assert moves(key(PLUS, 2), key(PLUS, 0), syn(), key(PLUS, 1), stream=stream) == [(PLUS, True)]
    assert stream.overflows == 1


@given(st.lists(st.sampled_from([ev.pack(FIVE, True), ev.pack(FIVE, False), ev.pack(PLUS, True)])), st.data())
def test_records_come_through_in_any_chunks(sent, data):
    stream, records, at, found = b"".join(sent), Records(), 0, []
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        found += records.feed(stream[at : at + size])
        at += size
    assert found == Records().feed(stream)
    assert len(found) == 2 * len(sent)


@given(st.binary(max_size=400))
def test_any_bytes_are_records_and_no_key_is_down_twice(noise):
    stream, down = KeyStream(), set()
    for move in stream.feed(Records().feed(noise), 1.0):
        assert move.down != (move.code in down)
        (down.add if move.down else down.discard)(move.code)
    assert {move.code for move in stream.end(2.0)} == down


# -- the names


def test_the_names_of_keys_are_those_of_the_kernel():
    header = Path("/usr/include/linux/input-event-codes.h")
    known = {76: "KEY_KP5", 28: "KEY_ENTER", 96: "KEY_KPENTER", 1: "KEY_ESC", 119: "KEY_PAUSE", 183: "KEY_F13"}
    if header.exists():
        lines = (line.split() for line in header.read_text(encoding="utf-8").splitlines() if "#define KEY_" in line)
        words = {words[1]: words[2] for words in lines if len(words) > 2}
        known |= NAME_OF
        assert {name: int(words[name]) for name in known.values()} == {name: code for code, name in known.items()}
    assert {code: NAME_OF[code] for code in known} == known


def test_a_key_is_written_by_its_name_or_its_number():
    assert code_of("KEY_KP5") == code_of("76") == FIVE
    assert [code_of(wrong) for wrong in ("KEY_KP55", "kp5", "076", "0", "768", "", "７６")] == [None] * 7
    assert (name_of(FIVE), name_of(500)) == ("KEY_KP5", "500")
    assert DIGITS[FIVE] == DIGITS[6] == "5"
    assert len(CLEARING) == 3


# -- the keypad


class Desk:
    """A virtual keypad and a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 100.0
        self.keypad = UsbKeypad("pad-1", parse_address("virtual://usb-keypad"), folder, monotonic=lambda: self.now_s)
        self.keypad.start()
        self.finger = self.keypad.simulated
        assert self.finger is not None

    def poll(self, after_s: float = 0.02) -> list[tuple[int, bool]]:
        self.now_s += after_s
        return [(move.code, move.down) for move in self.keypad.poll()]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.keypad.close()


def test_keys_of_the_simulated_keypad_are_heard_with_the_time_they_were_read(desk):
    desk.finger.move(FIVE, True)
    desk.now_s = 105.0
    assert desk.keypad.poll() == [KeyMove(FIVE, True, 105.0)]
    desk.finger.move(FIVE, False)
    assert desk.poll() == [(FIVE, False)]
    assert desk.poll() == []


def test_a_tap_lets_the_key_go_by_itself(desk):
    desk.finger.tap(FIVE)
    assert desk.poll() == [(FIVE, True)]
    assert desk.poll(0.05) == []
    assert desk.poll(0.2) == [(FIVE, False)]


def test_records_written_by_another_program_press_keys(desk):
    code = "import sys; open(sys.argv[1], 'wb').write(bytes.fromhex(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, desk.finger.path, ev.pack(PLUS, True).hex()], check=True)
    assert desk.poll() == [(PLUS, True)]


def test_a_keypad_that_is_pulled_out_lets_its_keys_go_and_is_heard_again_when_it_is_back(desk, caplog):
    desk.finger.move(FIVE, True)
    assert desk.poll() == [(FIVE, True)]
    with caplog.at_level(logging.WARNING):
        desk.finger.unplug()
        assert desk.poll() == [(FIVE, False)]
        for _ in range(50):
            assert desk.poll(0.5) == []
    assert desk.keypad.fault() == "absent"
    assert [record.message.count("is it plugged in") for record in caplog.records] == [1], "said once, not every time"
    desk.finger.plug_in()
    desk.poll(5.0)
    assert desk.keypad.fault() == ""
    desk.finger.move(FIVE, True)
    assert desk.poll() == [(FIVE, True)]


def test_a_keypad_that_nobody_reads_loses_moves_and_nothing_else(desk):
    for _ in range(5_000):
        desk.finger.move(FIVE, True)
        desk.finger.move(FIVE, False)
    heard = [move for _ in range(400) for move in desk.poll()]
    assert 0 < len(heard) <= 10_000
    desk.finger.move(PLUS, True)
    assert (PLUS, True) in desk.poll()


def test_options_of_a_keypad_are_refused(tmp_path):
    with pytest.raises(BadAddress):
        UsbKeypad("pad-1", parse_address("evdev:///dev/input/event3?grab=no"), tmp_path)


# -- the library, played by a double: no machine of the suite has a keypad


class FakeEvdev(types.ModuleType):
    """What ``evdev_keys`` uses of the library, with its signatures."""

    def __init__(self) -> None:
        super().__init__("evdev")
        self.opened: list[FakeEvdev.InputDevice] = []
        self.trouble: dict[str, OSError] = {}
        library = self

        class InputDevice:
            def __init__(self, dev: str) -> None:
                if "open" in library.trouble:
                    raise library.trouble["open"]
                self.path, self.name, self.grabbed, self.closed = dev, "Some keypad", False, False
                self.events: list[types.SimpleNamespace] = []
                library.opened.append(self)

            def grab(self) -> None:
                if "grab" in library.trouble:
                    raise library.trouble["grab"]
                self.grabbed = True

            def active_keys(self, verbose: bool = False) -> list[int]:
                return [PLUS]

            def read(self):
                if "read" in library.trouble:
                    raise library.trouble["read"]
                if not self.events:
                    raise BlockingIOError(errno.EAGAIN, "nothing to read")
                events, self.events = self.events, []
                yield from events

            def close(self) -> None:
                self.closed = True
                if "read" in library.trouble:
                    raise library.trouble["read"]

        self.InputDevice = InputDevice


@pytest.fixture
def library(monkeypatch) -> FakeEvdev:
    fake = FakeEvdev()
    monkeypatch.setitem(sys.modules, "evdev", fake)
    return fake


def real(tmp_path, now: list[float]) -> UsbKeypad:
    address = parse_address("evdev:///dev/input/by-path/pci-0-usb-0:1.2-event-kbd")
    return UsbKeypad("pad-1", address, tmp_path, monotonic=lambda: now[0])


def event(kind: int, code: int, value: int) -> types.SimpleNamespace:
    return types.SimpleNamespace(type=kind, code=code, value=value, sec=0, usec=0)


def test_a_real_keypad_is_grabbed_so_that_it_types_nowhere_else(library, tmp_path):
    keypad = real(tmp_path, [1.0])
    keypad.start()
    (device,) = library.opened
    assert (device.path, device.grabbed) == ("/dev/input/by-path/pci-0-usb-0:1.2-event-kbd", True)
    device.events = [event(1, FIVE, 1), event(0, 0, 0), event(1, PLUS, 0), event(0, 0, 0)]
    assert keypad.poll() == [KeyMove(FIVE, True, 1.0)], "a key that was down before is no press"
    keypad.close()
    assert device.closed


@pytest.mark.parametrize(
    ("stage", "error", "word"),
    [
        ("open", FileNotFoundError(errno.ENOENT, "no such file"), "absent"),
        ("open", PermissionError(errno.EACCES, "denied"), "no-permission"),
        ("grab", OSError(errno.EBUSY, "busy"), "busy"),
        ("open", OSError(errno.ENOTTY, "inappropriate ioctl"), "not-a-keypad"),
        ("read", OSError(errno.ENODEV, "no such device"), "absent"),
    ],
)
def test_a_keypad_that_cannot_be_read_says_what_to_do_and_is_tried_again(library, tmp_path, caplog, stage, error, word):
    now = [1.0]
    keypad = real(tmp_path, now)
    library.trouble[stage] = error
    with caplog.at_level(logging.WARNING):
        keypad.start()
        assert keypad.poll() == []
    assert keypad.fault() == word == trouble_of(error)
    assert len(caplog.records) == 1
    assert any(hint in caplog.text for hint in ("plugged in", "group 'input'", "another program", "-event-kbd"))
    assert all(device.closed for device in library.opened), "what was opened and not grabbed is let go"
    library.trouble.clear()
    now[0] += 5.0
    keypad.poll()
    assert keypad.fault() == ""


def test_without_the_library_the_program_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "evdev", None)
    with pytest.raises(EvdevMissing, match=r"apt install python3-evdev") as caught:
        real(tmp_path, [1.0]).start()
    assert "apt install python3-evdev" in caught.value.zh


def test_the_pipe_of_the_simulator_is_private(desk):
    assert desk.finger.path.stat().st_mode & 0o077 == 0
