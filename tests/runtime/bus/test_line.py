"""One thread owns a half-duplex line: gaps, echo, noise, limits, and a cable that comes and goes. On a real pty."""

from __future__ import annotations

import contextlib
import logging
import os
import time
import tty
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from broker.runtime.bus import echo as bus_echo
from broker.runtime.bus import line as bus
from broker.runtime.bus import outgoing as bus_outgoing
from broker.runtime.bus.line import Answer, Ask, Line, LineDown, LineUp, RateLimit, Received, Spacing
from broker.runtime.serial_port import BackOff, SerialAddress, SerialPort
from tests.waiting import until


@dataclass(frozen=True)
class Word:
    """The frame of this test's own protocol: ``<``, address, one byte, ``>``."""

    address: int
    value: int

    def __str__(self) -> str:
        return f"3C {self.address:02X} {self.value:02X} 3E"


class WordDecoder:
    """Fails on the value 0xEE, as a driver with a mistake would."""

    def __init__(self) -> None:
        self.noise_bytes = 0
        self._pending = b""

    @property
    def waiting(self) -> bool:
        return bool(self._pending)

    def feed(self, received: bytes) -> list[Word]:
        self._pending += received
        words = []
        while self._pending:
            if self._pending[:1] != b"<" or (len(self._pending) >= 4 and self._pending[3:4] != b">"):
                self._pending = self._pending[1:]
                self.noise_bytes += 1
            elif len(self._pending) < 4:
                break
            else:
                word = Word(self._pending[1], self._pending[2])
                self._pending = self._pending[4:]
                if word.value == 0xEE:
                    raise RuntimeError("a mistake in the driver")
                words.append(word)
        return words

    def flush(self) -> list[Word]:
        self.noise_bytes += len(self._pending)
        self._pending = b""
        return []


def frame(address: int, value: int) -> bytes:
    return bytes((0x3C, address, value, 0x3E))


class Wire:
    """The far end of the line: what a test says on it and hears from it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug_in()

    def plug_in(self) -> None:
        self.end, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self.end, False)
        self.path.symlink_to(os.ttyname(self._near))

    def pull_out(self) -> None:
        self.path.unlink()
        os.close(self.end)
        os.close(self._near)

    def say(self, data: bytes) -> None:
        os.write(self.end, data)

    def hear(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self.end, 65536)
        return b""


class Bench:
    def __init__(self, folder: Path, **settings: object) -> None:
        self.wire = Wire(folder / "line")
        port = SerialPort(SerialAddress(str(self.wire.path), baud=115200), back_off=BackOff(0.02, 0.05))
        self.line = Line("test", port, WordDecoder(), frozenset({1, 2, 3}), gap_s=0.005, **settings)
        self.events: list[object] = []

    def poll(self) -> list[object]:
        new = self.line.poll()
        self.events += new
        return new

    def until(self, found, within_s: float = 25.0):
        """Wait until ``found()`` is true; its value."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            self.poll()
            if value := found():
                return value
            time.sleep(0.005)
        raise AssertionError(f"not seen within {within_s} s; events: {self.events}, {self.line.health}")

    def words(self) -> list[Word]:
        return [event.frame for event in self.events if isinstance(event, Received)]

    def up(self) -> None:
        self.until(lambda: any(isinstance(event, LineUp) for event in self.events))

    def heard(self, count: int) -> bytes:
        seen = b""

        def enough() -> bytes:
            nonlocal seen
            seen += self.wire.hear()
            return seen if len(seen) >= count else b""

        return self.until(enough)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.line.start()
    bench.up()
    yield bench
    bench.line.stop()


@pytest.fixture
def patient(monkeypatch):
    """Echoes may come as late as this machine is busy."""
    monkeypatch.setattr(bus_echo, "SLACK_S", 20.0)
    monkeypatch.setattr(bus_echo, "SURE_SLACK_S", 20.0)


def test_a_frame_of_a_known_address_comes_in(bench):
    bench.wire.say(frame(1, 7))
    assert bench.until(bench.words) == [Word(1, 7)]


def test_noise_is_counted_and_does_not_hide_the_frame_behind_it(bench):
    bench.wire.say(b"\x00\x55\xaa" + frame(2, 9))
    assert bench.until(bench.words) == [Word(2, 9)]
    assert bench.line.health.noise_bytes == 3


def test_an_unfinished_frame_times_out_and_the_next_one_counts(bench):
    bench.wire.say(b"<\x01")
    bench.until(lambda: bench.line.health.noise_bytes == 2)
    bench.wire.say(frame(1, 8))
    assert bench.until(bench.words) == [Word(1, 8)]


def test_a_frame_of_an_unknown_address_is_logged_in_hex_and_goes_nowhere(bench, caplog):
    with caplog.at_level(logging.WARNING, logger="broker.runtime.bus.line"):
        bench.wire.say(frame(0x2A, 7) + frame(1, 1))
        assert bench.until(bench.words) == [Word(1, 1)]
    assert bench.line.health.unknown == 1
    assert "unknown address 0x2A: 3C 2A 07 3E" in caplog.text


def test_frames_are_sent_in_order_with_nothing_lost(bench):
    for value in range(10):
        assert bench.line.send(frame(1, value))
    assert bench.heard(40) == b"".join(frame(1, value) for value in range(10))


def test_answers_go_first_and_only_the_newest_picture_of_a_slot_is_sent(tmp_path):
    bench = Bench(tmp_path)
    for value in range(50):
        bench.line.show(("digits", 1), frame(1, value))
        bench.line.show(("digits", 2), frame(2, value))
    bench.line.send(frame(3, 3))
    bench.line.start()
    bench.up()
    assert bench.heard(12) == frame(3, 3) + frame(1, 49) + frame(2, 49)
    bench.line.stop()


def test_our_own_echo_is_not_a_frame_of_a_device(bench, patient):
    for value in range(8):
        bench.line.send(frame(1, value))
        assert bench.heard(4) == frame(1, value)
        bench.wire.say(frame(1, value))
    bench.wire.say(frame(2, 200))
    bench.until(lambda: Word(2, 200) in bench.words())
    assert bench.words() == [Word(2, 200)]
    assert bench.line.health.echo == "heard"


def test_a_device_that_speaks_into_our_echo_is_still_heard(bench, patient):
    bench.line.send(frame(1, 5))
    assert bench.heard(4) == frame(1, 5)
    bench.wire.say(frame(1, 5) + frame(2, 6))
    assert bench.until(bench.words) == [Word(2, 6)]


def test_an_adapter_without_echo_is_recognised_and_no_longer_waited_for(bench):
    for value in range(bus_echo.TRIALS):
        bench.line.send(frame(1, value))
        bench.heard(4)
    bench.until(lambda: bench.line.health.echo == "none")
    bench.line.send(frame(1, 9))
    assert bench.heard(4) == frame(1, 9)
    bench.wire.say(frame(1, 9))
    assert bench.until(bench.words) == [Word(1, 9)]


def test_a_device_gone_mad_is_listened_to_only_so_often(tmp_path):
    bench = Bench(tmp_path, rate_per_s=5)
    bench.line.start()
    bench.up()
    bench.wire.say(frame(1, 1) * 40 + frame(2, 2))
    bench.until(lambda: Word(2, 2) in bench.words())
    assert bench.words().count(Word(1, 1)) == 5
    assert bench.line.health.limited == 35
    bench.line.stop()


def test_the_limit_is_per_address_and_per_second():
    limit = RateLimit(rate_per_s=2)
    assert [limit.allows(1, at_s) for at_s in (0.0, 0.1, 0.2, 1.05, 1.06)] == [True, True, False, True, False]
    assert limit.allows(2, 0.2)


def test_a_line_that_never_falls_silent_cannot_silence_us(bench, monkeypatch):
    monkeypatch.setattr(bus, "BABBLE_S", 0.2)
    bench.line.send(frame(1, 1))
    heard = b""

    def babble() -> bool:
        nonlocal heard
        bench.wire.say(b"\x00")
        heard += bench.wire.hear()
        return heard == frame(1, 1)

    bench.until(babble)


def test_a_pulled_cable_is_reported_and_the_line_comes_back_by_itself(bench):
    bench.wire.say(frame(1, 1))
    bench.until(bench.words)
    bench.wire.pull_out()
    bench.until(lambda: any(isinstance(event, LineDown) for event in bench.events))
    assert not bench.line.health.online
    assert bench.line.alive()
    bench.events.clear()
    bench.wire.plug_in()
    bench.up()
    bench.wire.say(frame(1, 2))
    assert bench.until(bench.words) == [Word(1, 2)]
    assert bench.line.health.online


def test_an_answer_from_before_the_cable_was_pulled_is_not_sent_after(bench):
    bench.wire.pull_out()
    bench.until(lambda: any(isinstance(event, LineDown) for event in bench.events))
    bench.line.send(frame(1, 1))
    bench.line.show("digits", frame(2, 2))
    bench.until(lambda: bench.line.unsent == 1)
    bench.events.clear()
    bench.wire.plug_in()
    bench.up()
    assert bench.heard(4) == frame(2, 2)


def test_a_line_that_is_not_there_at_the_start_is_waited_for(tmp_path):
    bench = Bench(tmp_path)
    bench.wire.pull_out()
    bench.line.start()
    bench.until(lambda: bench.line._port.last_error)
    assert not bench.line.health.online
    bench.wire.plug_in()
    bench.up()
    bench.line.stop()


def test_a_mistake_in_a_decoder_is_logged_and_the_line_goes_on(bench, caplog):
    bench.wire.say(frame(1, 0xEE))
    bench.until(lambda: "a turn failed" in caplog.text)
    bench.wire.say(frame(1, 3))
    assert bench.until(bench.words) == [Word(1, 3)]


def test_queues_are_bounded_and_what_did_not_fit_is_counted(tmp_path):
    bench = Bench(tmp_path)
    accepted = [bench.line.send(frame(1, 1)) for _ in range(bus_outgoing.SEND_LIMIT + 3)]
    assert accepted.count(False) == 3
    for slot in range(bus_outgoing.SHOW_LIMIT + 2):
        bench.line.show(slot, b"x")
    assert bench.line.health.dropped_sends == 5


def test_a_stopped_line_is_not_alive_and_lets_the_port_go(bench):
    bench.line.stop()
    assert not bench.line.alive()
    with SerialPortOf(bench.wire.path) as port:
        assert port.is_open


class SerialPortOf:
    """Another program that asks for the same line."""

    def __init__(self, path: Path) -> None:
        self._port = SerialPort(SerialAddress(str(path)))

    def __enter__(self) -> SerialPort:
        self._port.open()
        return self._port

    def __exit__(self, *_: object) -> None:
        self._port.close()


def test_what_is_owed_goes_first_and_an_impatient_device_is_answered_once(tmp_path):
    bench = Bench(tmp_path, answer=lambda word: frame(word.address, 0x41))
    for value in range(3):
        bench.line.send(frame(2, value))
    bench.line._accept([Word(1, 1), Word(1, 1), Word(1, 1), Word(3, 1)])
    assert bench.line.unsent == 5
    bench.line.start()
    bench.up()
    assert bench.heard(20) == frame(1, 0x41) + frame(3, 0x41) + b"".join(frame(2, value) for value in range(3))
    bench.line.stop()


def test_nobody_is_spoken_into_who_has_begun_a_frame():
    """Half-duplex: what waits is sent when the frame is over and the line was quiet, or when the frame is given up."""
    for rest, heard in ((b"\x07\x3e", [Word(1, 7)]), (b"", [])):
        hands = Talking({1.0: b"\x3c\x01", 1.04: rest})
        line = quiet_line(hands, gap_s=0.01, frame_timeout_s=0.06)
        hands.at(1.005, lambda line=line: line.send(frame(2, 2)))
        ((at_s, _),) = turned(hands, line, 1.5)
        assert at_s >= (1.04 if rest else 1.06)
        assert [event.frame for event in line.poll() if isinstance(event, Received)] == heard


# -- questions and answers


def ask(key: str, address: int = 1, **settings) -> Ask:
    return Ask(key, frame(address, 0x51), lambda word: word.address == address, **settings)


def answers(bench: Bench) -> list[Answer]:
    return bench.until(lambda: [event for event in bench.events if isinstance(event, Answer)])


def test_a_question_is_answered_and_the_answer_is_no_event_of_its_own(bench):
    assert bench.line.ask(ask("who", 9, timeout_s=25))
    assert bench.heard(4) == frame(9, 0x51)
    bench.wire.say(frame(9, 7))
    (answer,) = answers(bench)
    assert (answer.key, answer.frames, answer.raw) == ("who", (Word(9, 7),), frame(9, 7))
    assert bench.words() == []
    assert bench.line.health.unknown == 0


def test_a_question_without_an_answer_is_asked_again_and_then_given_up(bench):
    bench.line.ask(ask("who", tries=3, timeout_s=0.05))
    assert bench.heard(12) == frame(1, 0x51) * 3
    (answer,) = answers(bench)
    assert (answer.frames, answer.raw) == ((), b"")
    assert bench.line.health.unanswered == 1


def test_nothing_else_is_sent_while_an_answer_is_awaited(bench):
    bench.line.ask(ask("who", timeout_s=60))
    assert bench.heard(4) == frame(1, 0x51)
    bench.line.send(frame(2, 2))
    bench.line.show("digits", frame(3, 3))
    bench.wire.say(frame(2, 200))
    assert bench.until(bench.words) == [Word(2, 200)]
    assert bench.wire.hear() == b""
    bench.wire.say(frame(1, 1))
    answers(bench)
    assert bench.heard(8) == frame(2, 2) + frame(3, 3)


def test_two_answers_and_garbled_ones_are_told_to_who_waits_for_them(bench):
    bench.line.ask(ask("twice", whole_wait=True, timeout_s=1.5))
    bench.heard(4)
    bench.wire.say(frame(1, 1) + frame(1, 2))
    (answer,) = answers(bench)
    assert answer.frames == (Word(1, 1), Word(1, 2))
    bench.events.clear()
    bench.line.ask(ask("garbled", whole_wait=True, timeout_s=1.5))
    bench.heard(4)
    bench.wire.say(b"\x55\x3c\x01")
    (answer,) = answers(bench)
    assert (answer.frames, answer.raw) == ((), b"\x55\x3c\x01")


def test_a_question_on_a_line_that_is_pulled_out_is_answered_with_nothing(bench):
    bench.line.ask(ask("who", timeout_s=30))
    bench.heard(4)
    bench.wire.pull_out()
    (answer,) = answers(bench)
    assert answer.frames == ()
    bench.line.ask(ask("again", timeout_s=30))
    bench.until(lambda: [event for event in bench.events if isinstance(event, Answer) and event.key == "again"])


# -- what is owed, what can wait: `until` takes none of the line's events


def test_what_is_owed_to_a_frame_is_sent_although_nobody_polls(tmp_path):
    bench = Bench(tmp_path, answer=lambda word: frame(word.address, 0x41) if word.value == 7 else None)
    bench.line.start()
    bench.up()
    bench.wire.say(frame(1, 6) + frame(1, 7) + frame(9, 7))
    heard: list[bytes] = []
    until(lambda: heard.append(bench.wire.hear()) or len(b"".join(heard)) >= 4)
    assert b"".join(heard) == frame(1, 0x41)
    assert bench.until(bench.words) == [Word(1, 6), Word(1, 7)]
    bench.line.stop()


def test_a_frame_that_found_no_room_is_not_owed_anything_so_that_its_device_sends_again(tmp_path, monkeypatch):
    monkeypatch.setattr(bus, "EVENT_LIMIT", 2)
    bench = Bench(tmp_path, answer=lambda word: frame(word.address, word.value))
    bench.line.start()
    until(lambda: bench.line.health.online)
    bench.wire.say(b"".join(frame(1, value) for value in range(5)))
    until(lambda: bench.line.health.dropped_events >= 4)
    until(lambda: not bench.line.unsent)
    time.sleep(0.05)
    assert bench.wire.hear() == frame(1, 0)  # one place was taken by the line's own coming up
    bench.line.stop()


class Hands:
    """A port that only counts: what was sent when, by a clock that the test moves."""

    def __init__(self, baud: int = 9600) -> None:
        self.address = SerialAddress("/dev/none", baud=baud)
        self.now_s = 0.0
        self.sent: list[tuple[float, bytes]] = []
        self.is_open = True
        self.last_error = None

    def read_available(self, timeout_s: float, limit: int = 4096, wake: int | None = None) -> bytes:
        self.now_s += max(timeout_s, 0.001)
        return b""

    def write(self, data: bytes) -> None:
        self.sent.append((self.now_s, data))


class Talking(Hands):
    """What a device says, and what else happens, at these seconds."""

    def __init__(self, says: dict[float, bytes]) -> None:
        super().__init__()
        self._says = sorted(says.items())
        self._then: list[tuple[float, object]] = []

    def at(self, at_s: float, do) -> None:
        self._then.append((at_s, do))

    def read_available(self, timeout_s: float, limit: int = 4096, wake: int | None = None) -> bytes:
        until_s = self.now_s + max(timeout_s, 0.001)
        due = [at_s for at_s, _ in (*self._says, *self._then) if at_s <= until_s]
        self.now_s = max(self.now_s, min([until_s, *due]))
        for at_s, do in list(self._then):
            if at_s <= self.now_s:
                self._then.remove((at_s, do))
                do()
        if self._says and self._says[0][0] <= self.now_s:
            return self._says.pop(0)[1]
        return b""


def turned(hands: Hands, line: Line, until_s: float) -> list[tuple[float, bytes]]:
    while hands.now_s < until_s:
        line._turn()
    return hands.sent


def quiet_line(hands: Hands, **settings) -> Line:
    line = Line("test", hands, WordDecoder(), frozenset({1}), monotonic=lambda: hands.now_s, **settings)
    line._echo.word = "none"
    return line


def test_the_gap_is_counted_from_the_last_bit_of_the_frame_before():
    hands = Hands(baud=1200)
    line = quiet_line(hands, gap_s=0.03)
    for value in range(3):
        line.show(value, frame(1, value) * 5)
    begun = [at_s for at_s, _ in turned(hands, line, 2.0)]
    wire_s = hands.address.wire_time_s(20)
    assert len(begun) == 3
    assert all(wire_s + 0.03 <= late - early < wire_s + 0.06 for early, late in pairwise(begun))


def test_frames_of_one_spacing_keep_it_and_others_go_between_them():
    hands = Hands()
    line = quiet_line(hands)
    for value in range(3):
        line.show(("strip", value), frame(3, value), spacing=Spacing("p2", 0.1))
    line.show("digits", frame(1, 9))
    sent = turned(hands, line, 2.0)
    strips = [at_s for at_s, data in sent if data[1] == 3]
    wire_s = hands.address.wire_time_s(4)
    assert len(strips) == 3
    assert all(0.1 + wire_s <= late - early < 0.13 + wire_s for early, late in pairwise(strips))
    assert strips[0] < next(at_s for at_s, data in sent if data[1] == 1) < strips[1]


def test_an_answer_need_not_wait_for_the_longer_gap_of_pictures():
    hands = Hands()
    line = quiet_line(hands, gap_s=0.05, answer_gap_s=0.004)
    line._last_byte_s = hands.now_s = 1.0
    line._last_chance_s = 1.0
    line.show("digits", frame(1, 1))
    line.send(frame(1, 2))
    (first_s, first), (second_s, second) = turned(hands, line, 1.5)
    assert (first, second) == (frame(1, 2), frame(1, 1))
    assert 1.004 <= first_s < 1.02
    assert second_s >= first_s + hands.address.wire_time_s(4) + 0.05


def test_pictures_shown_again_wait_for_all_others_and_leave_the_line_free():
    hands = Hands()
    line = quiet_line(hands)
    for slot in range(5):
        line.show(slot, frame(1, slot), again=True)
    line.show("new", frame(1, 99))
    line.show(4, frame(1, 44))  # news replaces what was to be shown again
    line.show(3, frame(1, 33))
    line.show(3, frame(1, 34), again=True)  # newer still, and no less urgent for that
    sent = turned(hands, line, 4.5)
    assert [data[2] for _, data in sent] == [99, 44, 34, 0, 1, 2]
    again = [at_s for at_s, data in sent if data[2] < 10]
    share_s = hands.address.wire_time_s(4) / bus_outgoing.AGAIN_SHARE
    assert all(share_s < late - early < share_s + 0.1 for early, late in pairwise(again))


def test_what_is_longer_than_any_frame_is_refused(bench):
    assert not bench.line.send(bytes(bus_outgoing.LONGEST_FRAME + 1))
    assert not bench.line.send(b"")
    assert not bench.line.show("x", bytes(bus_outgoing.LONGEST_FRAME + 1))
    assert not bench.line.ask(Ask("x", b"", lambda word: True))
    assert bench.line.health.dropped_sends == 4


# -- echoes that are not clean, addresses that are not known


def test_noise_before_our_echo_does_not_make_it_a_frame_of_a_device(bench, patient):
    for noise in (b"", b"\x00", b"\x00\xff\x55"):
        bench.line.send(frame(1, 5))
        assert bench.heard(4) == frame(1, 5)
        bench.wire.say(noise + frame(1, 5))
        bench.until(lambda: bench.line.health.echo == "heard")
    bench.wire.say(frame(2, 6))
    assert bench.until(bench.words) == [Word(2, 6)]


def test_an_adapter_that_stops_echoing_is_learnt_anew(bench, monkeypatch):
    monkeypatch.setattr(bus_echo, "SLACK_S", 20.0)
    bench.line.send(frame(1, 1))
    bench.heard(4)
    bench.wire.say(frame(1, 1))
    bench.until(lambda: bench.line.health.echo == "heard")
    for value in range(bus_echo.TRIALS):
        bench.line.send(frame(1, value))
        bench.heard(4)
    bench.until(lambda: bench.line.health.echo != "heard")


def test_each_unknown_address_is_logged_and_counted_by_itself(bench, caplog):
    bench.wire.say(frame(0x2A, 7) + frame(0x2B, 8) + frame(0x2A, 9) + frame(1, 1))
    bench.until(bench.words)
    assert "0x2A: 3C 2A 07 3E" in caplog.text
    assert "0x2B: 3C 2B 08 3E" in caplog.text
    assert "3C 2A 09" not in caplog.text
    assert {address: health.frames for address, health in bench.line.addresses().items()} == {1: 1, 0x2A: 2, 0x2B: 1}


def test_a_tap_hears_both_ways_and_our_echo_only_once(tmp_path, patient):
    tapped: list[tuple[bool, bytes]] = []
    bench = Bench(tmp_path, tap=lambda sent, data: tapped.append((sent, data)))
    bench.line.start()
    bench.up()
    bench.line.send(frame(1, 1))
    bench.heard(4)
    bench.wire.say(frame(1, 1))
    bench.until(lambda: bench.line.health.echo == "heard")
    bench.wire.say(frame(2, 2))
    bench.until(bench.words)
    bench.line.stop()
    assert tapped == [(True, frame(1, 1)), (False, frame(2, 2))]


def test_stopping_and_starting_again_leaves_no_pipe_open(bench):
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        bench.line.stop()
        bench.events.clear()
        bench.line.start()
        bench.up()
    bench.wire.say(frame(1, 4))
    assert bench.until(bench.words) == [Word(1, 4)]
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors
