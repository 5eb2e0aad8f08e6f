"""A scanner on its cable."""

from collections.abc import Iterator

import pytest

from broker.runtime.code_lines import CODES_MOST, QUIET_S
from broker.runtime.scanner import Scanner, ScannerSimulator
from broker.runtime.serial_port import SerialPort


class Bench:
    def __init__(self) -> None:
        self.simulator = ScannerSimulator()
        self.simulator.start()
        self.now_s = 0.0
        port = SerialPort(self.simulator.serial_address, clock=lambda: self.now_s)
        self.scanner = Scanner(port, clock=lambda: self.now_s)
        self.scanner.start()

    def run(self, for_s: float = 0.1) -> list[str]:
        texts = []
        for _ in range(round(for_s / 0.02)):
            self.now_s += 0.02
            texts += [event.text for event in self.scanner.poll()]
        return texts


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.scanner.stop()
    bench.simulator.stop()


def test_a_code_is_read_once_while_it_is_held_before_the_window(bench: Bench) -> None:
    texts = []
    for _ in range(20):
        bench.simulator.scan("A042")
        texts += bench.run(0.2)
    assert texts == ["A042"]
    bench.run(4.0)
    bench.simulator.scan("A042")
    assert bench.run() == ["A042"]


def test_a_scanner_without_an_end_mark_is_read_after_a_silence(bench: Bench) -> None:
    bench.simulator.scan("预约1234", end=b"")
    assert bench.run(0.2) == []
    assert bench.run(0.6) == ["预约1234"]


def test_noise_and_overlong_lines_cost_no_code(bench: Bench) -> None:
    bench.simulator.send(b"\x00\xff\xfe\r" + b"x" * 3_000 + b"\r")
    assert bench.run() == []
    bench.simulator.scan("A042")
    assert bench.run() == ["A042"]


def test_a_scanner_that_talks_without_end_is_not_listened_to_until_it_is_quiet(bench: Bench) -> None:
    heard = []
    for number in range(200):
        bench.simulator.scan(f"noise {number}")
        heard += bench.run()
    assert len(heard) == CODES_MOST
    assert bench.scanner.health() == "noisy"
    bench.run(QUIET_S)
    assert bench.scanner.health() == "ok"
    bench.simulator.scan("A042")
    assert bench.run() == ["A042"]


def test_people_one_after_another_are_all_heard(bench: Bench) -> None:
    heard = []
    for number in range(10):
        bench.simulator.scan(f"code {number}")
        heard += bench.run(2.0)
    assert len(heard) == 10


def test_a_scanner_that_is_unplugged_and_plugged_in_again_goes_on(bench: Bench) -> None:
    assert bench.scanner.health() == "ok"
    bench.simulator.unplug()
    assert bench.run(1.0) == []
    assert bench.scanner.health() == "offline"
    assert bench.simulator.state == "unplugged"
    bench.simulator.unplug(False)
    bench.run(6.0)
    assert bench.scanner.health() == "ok"
    bench.simulator.scan("A042")
    assert bench.run() == ["A042"]
