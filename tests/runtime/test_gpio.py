"""Buttons and lamps run through gpiozero itself, on its mock pins."""

from __future__ import annotations

import os
import sys
import threading
import types
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from broker.runtime import gpio
from broker.runtime.gpio import (
    BadKeyAddress,
    ContactChange,
    GpioUnavailable,
    Pad,
    PinTaken,
    UnknownKey,
    parse_key_address,
    parse_lamp_address,
)


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pad(clock):
    keys = {
        "call": parse_key_address("virtual://pad/17?lamp=27"),
        "pause": parse_key_address("virtual://pad?hold_ms=800"),
        "finish": parse_key_address("virtual://pad/22?pull=down"),
    }
    pad = Pad(keys, monotonic=clock)
    pad.start()
    yield pad
    pad.close()


def after(pad: Pad, clock: Clock, delay_s: float) -> list[tuple[str, ContactChange]]:
    clock.now_s += delay_s
    return [(event.key, event.change) for event in pad.poll()]


def test_an_address_names_pin_lamp_and_bounce():
    key = parse_key_address("gpio://17?lamp=27&bounce_ms=50&settle_ms=12&hold_ms=800&pull=down&lamp_active=low")
    assert (key.pin, key.lamp_pin, key.bounce_ms, key.settle_ms, key.hold_ms) == (17, 27, 50, 12, 800)
    assert not key.virtual
    assert not key.pull_up
    assert not key.lamp_active_high


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("gpio://28", "pin must lie between 0 and 27"),
        ("gpio://x", "pin must be a whole number"),
        ("gpio://", "pin must be a whole number"),
        ("gpio://17/2", "pin must be a whole number"),
        ("gpio://17?lamp=17", "same pin"),
        ("gpio://17?lamb=27", "unknown option lamb"),
        ("gpio://17?pull=sideways", "pull must be up or down"),
        ("gpio://17?bounce_ms=0", "bounce_ms must lie between"),
        ("gpio://１７", "pin must be a whole number"),
        ("serial://17", "must start with"),
        ("17", "is not an address"),
    ],
)
def test_a_wrong_address_is_refused_with_its_reason(address, reason):
    with pytest.raises(BadKeyAddress, match=reason):
        parse_key_address(address)


def test_a_press_that_bounces_is_one_press(pad, clock):
    pad.press("call", chatter=6)
    assert after(pad, clock, 0.004) == []
    assert after(pad, clock, 0.03) == [("call", ContactChange.PRESSED)]
    pad.finger_up("call")
    pad.finger_down("call")
    pad.finger_up("call")
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.05) == [("call", ContactChange.RELEASED)]


def test_a_key_that_pulls_down_is_pressed_by_a_high_line(pad, clock):
    pad.press("finish")
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.05) == [("finish", ContactChange.PRESSED)]


def test_a_long_press_is_reported_as_held(pad, clock):
    pad.press("pause")
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.05) == [("pause", ContactChange.PRESSED)]
    assert after(pad, clock, 0.80) == [("pause", ContactChange.HELD)]


def test_an_edge_that_never_came_is_found_by_reading_the_line_again(pad, clock):
    after(pad, clock, 0.0)
    pad._lines["call"].when_activated = None  # lgpio lost the edge
    pad.press("call")
    after(pad, clock, gpio.REREAD_S)
    assert after(pad, clock, 0.05) == [("call", ContactChange.PRESSED)]


def test_a_storm_of_edges_is_bounded_and_ends_in_the_true_level(pad, clock):
    pad.press("call", chatter=gpio.EDGE_QUEUE_LENGTH)
    assert pad._edges.qsize() == gpio.EDGE_QUEUE_LENGTH
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.05) == [("call", ContactChange.PRESSED)]


def test_a_callback_that_fails_never_raises_into_the_gpio_thread(pad, clock, monkeypatch):
    def broken() -> float:
        raise RuntimeError("clock gone")

    monkeypatch.setattr(pad, "_monotonic", broken)
    pad.press("call")  # MockPin runs the callback here: anything that escapes would be raised here
    monkeypatch.setattr(pad, "_monotonic", clock)
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.05) == [("call", ContactChange.PRESSED)]


def test_a_key_pressed_before_the_start_is_stuck_until_it_is_let_go(clock):
    factory = MockFactory()
    key = parse_key_address("virtual://pad/17")
    pad = Pad({"call": key}, factory=factory, monotonic=clock)
    pin = factory.pin(17)
    pin._set_pull = lambda value: None  # the finger is stronger than the pull-up
    pin._state = False
    pad.start()
    assert pad.stuck() == ("call",)
    assert after(pad, clock, 0.1) == [("call", ContactChange.STUCK)]
    pad.finger_up("call")
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.1) == [("call", ContactChange.FREED)]
    assert pad.stuck() == ()
    pad.close()


def test_a_lamp_lights_its_own_pin(pad):
    lamp_pin = pad.factory.pin(27)
    assert lamp_pin.state == 0
    pad.lamp("call", "on")
    assert lamp_pin.state == 1
    pad.lamp("call", "off")
    assert lamp_pin.state == 0
    pad.lamp("call", "blink")
    assert pad.lamp_state("call") == "blink"
    with pytest.raises(UnknownKey):
        pad.lamp("finish", "on")
    with pytest.raises(ValueError, match="on, off, blink or flash"):
        pad.lamp("call", "dim")


def test_a_lamp_may_have_a_line_of_its_own_in_the_hall_file(clock):
    keys = {"call": parse_key_address("virtual://pad/17?lamp=27")}
    lamps = {"rating": parse_lamp_address("virtual://pad/22?active=low"), "spare": parse_lamp_address("virtual://pad")}
    pad = Pad(keys, lamps, monotonic=clock)
    pad.start()
    assert pad.factory.pin(22).state == 1
    pad.lamp("rating", "on")
    assert pad.factory.pin(22).state == 0
    assert pad.has_lamp("spare")
    pad.close()


def test_two_keys_on_one_pin_are_refused_and_no_pin_is_kept(clock):
    factory = MockFactory()
    keys = {"call": parse_key_address("virtual://pad/17"), "recall": parse_key_address("virtual://pad/17")}
    with pytest.raises(PinTaken, match="recall"):
        Pad(keys, factory=factory, monotonic=clock).start()
    again = Pad({"call": parse_key_address("virtual://pad/17")}, factory=factory, monotonic=clock)
    again.start()
    again.close()


def test_a_pad_of_virtual_and_real_keys_is_refused():
    keys = {"call": parse_key_address("virtual://pad"), "recall": parse_key_address("gpio://17")}
    with pytest.raises(BadKeyAddress, match="all virtual or all real"):
        Pad(keys)


def test_a_virtual_pad_has_room_for_twenty_keys_and_says_so_when_it_is_full():
    pad = Pad({f"k{i}": parse_key_address("virtual://pad") for i in range(20)})
    pad.start()
    assert pad.has_lamp("k0")
    assert not pad.has_lamp("k19")
    pad.close()
    with pytest.raises(BadKeyAddress, match="no free mock pin"):
        Pad({f"k{i}": parse_key_address("virtual://pad") for i in range(25)})


def test_real_pins_on_a_machine_without_them_are_one_typed_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "lgpio", None)  # what an import finds where lgpio is not installed
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    with pytest.raises(GpioUnavailable):
        Pad({"call": parse_key_address("gpio://17")}).start()


def test_lgpio_is_told_a_writable_directory_before_it_is_loaded(monkeypatch, tmp_path):
    monkeypatch.delenv("LG_WD", raising=False)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    monkeypatch.setitem(sys.modules, "lgpio", None)
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    with pytest.raises(GpioUnavailable):
        gpio.open_factory(virtual=False)
    assert os.environ["LG_WD"] == str(tmp_path)


def test_lgpio_does_not_move_the_process_to_another_folder(monkeypatch, tmp_path):
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")

    def factory_that_moves() -> MockFactory:
        os.chdir(tmp_path)  # as lgpio 0.2.2 does when LG_WD is set
        return MockFactory()

    stand_in = types.SimpleNamespace(LGPIOFactory=factory_that_moves)
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", stand_in)
    gpio.open_factory(virtual=False)
    assert Path.cwd() == tmp_path / "home"


def test_a_pad_whose_callback_thread_died_is_not_alive(clock, monkeypatch):
    pad = Pad({"call": parse_key_address("gpio://17")}, factory=MockFactory(), monotonic=clock)
    pad.start()
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    assert pad.alive()
    monkeypatch.setitem(sys.modules, "lgpio", types.SimpleNamespace(_notify_thread=thread))
    assert not pad.alive()
    pad.close()


def test_a_tap_goes_down_and_comes_up_by_itself(pad, clock):
    pad.tap("call")
    after(pad, clock, 0.0)
    assert after(pad, clock, 0.05) == [("call", ContactChange.PRESSED)]
    assert after(pad, clock, 0.05) == []
    assert after(pad, clock, 0.05) == [("call", ContactChange.RELEASED)]


def test_only_a_virtual_pad_can_be_pressed_by_the_program(clock):
    pad = Pad({"call": parse_key_address("gpio://17")}, factory=MockFactory(), monotonic=clock)
    pad.start()
    with pytest.raises(gpio.GpioError):
        pad.press("call")
    pad.close()


def test_closing_twice_gives_the_pins_back_once(clock):
    factory = MockFactory()
    pad = Pad({"call": parse_key_address("virtual://pad/17?lamp=27")}, factory=factory, monotonic=clock)
    pad.start()
    pad.close()
    pad.close()
    pad.start()
    pad.close()
