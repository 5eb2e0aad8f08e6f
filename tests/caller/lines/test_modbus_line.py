"""A Modbus line over a real pty: slow, noisy, hearing itself, pulled out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from caller.lines.modbus_line import KeyMoved, ModbusLine, ModbusUnits


class Rig:
    """A line with two pads; ``heard`` are the keys that went down at pad 1."""

    def __init__(self, folder, **faults) -> None:
        units = ModbusUnits(consoles={1: "pad-1", 2: "pad-2"})
        self.line = ModbusLine("a", "virtual://rs485", units, folder)
        self.devices = self.line.simulated
        assert self.devices is not None
        for name, value in faults.items():
            setattr(self.devices.faults, name, value)
        self.heard: list[int] = []
        self.line.start()
        self.until(lambda: all(unit.listening for unit in self.line.master.units.values()))

    def until(self, true: Callable[[], object], within_s: float = 25.0) -> None:
        deadline_s = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline_s, (self.heard, self.line.line.health, self.line.master.units[1])
            self.turn()

    def turn(self) -> None:
        self.line.poll()
        events = self.line.take(1)
        self.heard += [event.key for event in events if isinstance(event, KeyMoved) and event.down]
        time.sleep(0.002)

    def press(self, *keys: int) -> None:
        for key in keys:
            self.devices.move(1, key, True)
            self.devices.move(1, key, False)


@pytest.fixture
def rig(tmp_path) -> Iterator[Callable[..., Rig]]:
    rigs: list[Rig] = []

    def make(**faults) -> Rig:
        rigs.append(Rig(tmp_path, **faults))
        return rigs[-1]

    yield make
    for made in rigs:
        made.line.stop()


def test_an_answer_that_takes_its_time_and_comes_in_one_piece_is_waited_for(rig):
    """101 bytes at 2400 baud are 0.4 s, and many a USB adapter hands them over at once."""
    made = rig()
    made.line._serial = type(made.line._serial)(made.line._serial.path, 2400)
    made.devices.byte_s = 10 / 2400
    made.press(0, 1, 2, 3, 4, 5, 6)
    made.until(lambda: len(made.heard) == 7)
    assert sorted(made.heard) == [0, 1, 2, 3, 4, 5, 6]
    # A host that does not wait for the 0.4 s never hears an answer; one lost to a busy machine is asked for again.
    assert all(unit.listening for unit in made.line.master.units.values())


def test_an_adapter_that_hears_itself_presses_nothing_twice(rig):
    made = rig(echo=True)
    for key in (1, 2, 3):
        made.press(key)
        made.until(lambda: made.heard[-1:] == [key])  # noqa: B023
    made.line.master.lamps(1, {4: "on"})
    made.until(lambda: made.devices.device[1].lit == {4: "on"})
    assert made.heard == [1, 2, 3]
    assert made.line.line.health.echo == "heard"


def test_noise_wrong_bits_and_lost_answers_lose_and_invent_no_press(rig):
    made = rig()
    made.devices.faults.noise_before = b"\x01\x04\x10\xff"
    made.devices.faults.flip_chance = made.devices.faults.lose_chance = 0.08
    pressed = []
    for number in range(12):
        keys = [number % 5, number % 3]
        made.press(*keys)
        pressed += keys
        expected = len(pressed)
        made.until(lambda: len(made.heard) >= expected)  # noqa: B023
    made.devices.faults.flip_chance = made.devices.faults.lose_chance = 0.0
    until_s = time.monotonic() + 0.3
    made.until(lambda: time.monotonic() > until_s)
    assert sorted(made.heard) == sorted(pressed)
    assert made.line.line.health.noise_bytes > 0


def test_a_pad_that_is_switched_off_is_missed_and_the_other_goes_on(rig):
    made = rig()
    made.devices.silent = {2}
    made.until(lambda: made.line.fault(2) == "no_answer")
    made.press(7)
    made.until(lambda: made.heard == [7])
    made.devices.silent = set()
    made.until(lambda: made.line.fault(2) == "")


def test_a_pulled_line_says_so_and_goes_on_where_it_was(rig):
    made = rig()
    made.devices.unplug()
    made.until(lambda: made.line.fault(1) == "line_down")
    made.press(8)
    made.devices.plug_in()
    made.until(lambda: made.line.fault(1) == "")
    made.until(lambda: made.heard == [8])
