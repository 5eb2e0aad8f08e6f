"""One thread owns a half-duplex line: gaps, echo, noise, limits, and a cable that comes and goes. On a real pty."""

from __future__ import annotations

import contextlib
import logging
import os
import time
import tty
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.runtime import bus
from broker.runtime.bus import Line, LineDown, LineUp, RateLimit, Received
from broker.runtime.serial_port import BackOff, SerialAddress, SerialPort


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

    def until(self, found, within_s: float = 5.0):
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
    with caplog.at_level(logging.WARNING, logger="broker.runtime.bus"):
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


def test_our_own_echo_is_not_a_frame_of_a_device(bench):
    for value in range(8):
        bench.line.send(frame(1, value))
        assert bench.heard(4) == frame(1, value)
        bench.wire.say(frame(1, value))
    bench.wire.say(frame(2, 200))
    bench.until(lambda: Word(2, 200) in bench.words())
    assert bench.words() == [Word(2, 200)]
    assert bench.line.health.echo == "heard"


def test_a_device_that_speaks_into_our_echo_is_still_heard(bench):
    bench.line.send(frame(1, 5))
    assert bench.heard(4) == frame(1, 5)
    bench.wire.say(frame(1, 5) + frame(2, 6))
    assert bench.until(bench.words) == [Word(2, 6)]


def test_an_adapter_without_echo_is_recognised_and_no_longer_waited_for(bench):
    for value in range(bus.ECHO_TRIALS):
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
    bench.until(bench.line._sends.empty)
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
    accepted = [bench.line.send(frame(1, 1)) for _ in range(bus.SEND_LIMIT + 3)]
    assert accepted.count(False) == 3
    for slot in range(bus.SHOW_LIMIT + 2):
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
