from dataclasses import replace

import pytest

from broker.model.hall_devices import Button
from broker.model.words import Names
from kiosk.buttons import Buttons, LampScene, lamp_of
from kiosk.gallery import MENU

PENSION = Button(address="virtual://pad", service="pension", lamp="virtual://pad")
CLOSED = Button(address="virtual://pad", service="vehicle", lamp="virtual://pad")
STOP = Button(address="virtual://pad", action="pause_issuing", lamp="virtual://pad")
NAMES = {"pension": Names("养老保险", "Pension"), "vehicle": Names("车驾管", "Vehicles")}


@pytest.mark.parametrize(
    ("button", "scene", "state"),
    [
        (PENSION, LampScene(MENU), "on"),
        (PENSION, LampScene(MENU, issuing="pension"), "blink"),
        (PENSION, LampScene(MENU, issuing="household"), "on"),
        (PENSION, LampScene(replace(MENU, state="paused")), "off"),
        (CLOSED, LampScene(MENU), "off"),
        (STOP, LampScene(MENU), "off"),
        (STOP, LampScene(replace(MENU, state="paused")), "on"),
        (STOP, LampScene(MENU, staff_wanted=True), "flash"),
    ],
)
def test_a_lamp_says_what_a_press_would_do(button: Button, scene: LampScene, state: str):
    assert lamp_of(button, scene) == state


class Time:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def buttons(time: Time):  # type: ignore[no-untyped-def]
    buttons = Buttons({"one": PENSION, "two": CLOSED, "stop": STOP}, NAMES, time)
    buttons.start()
    yield buttons
    buttons.stop()


def polled(buttons: Buttons, time: Time, seconds: float = 1.0) -> list[Button]:
    found = []
    until_s = time.now_s + seconds
    while time.now_s < until_s:
        time.now_s += 0.02
        found += buttons.poll()
    return found


def test_a_tap_on_a_virtual_key_is_one_press(buttons: Buttons, time: Time):
    assert buttons.tap("one")
    assert polled(buttons, time) == [PENSION]
    assert buttons.tap("stop")
    assert polled(buttons, time) == [STOP]


def test_a_key_that_is_not_there_is_no_press(buttons: Buttons, time: Time):
    assert not buttons.tap("nowhere")
    assert polled(buttons, time) == []


def test_the_panel_shows_keys_with_their_names_and_lamps(buttons: Buttons):
    buttons.light(LampScene(MENU))
    panel = {part.part: (part.labels[0].zh, part.lamps, part.state) for part in buttons.panel()}
    assert panel == {
        "one": ("养老保险", ("one",), "on"),
        "two": ("车驾管", (), "off"),
        "stop": ("暂停取号", (), "off"),
    }


def test_pins_that_cannot_be_had_leave_a_kiosk_with_its_screen():
    real = Button(address="gpio://17", service="pension", lamp="gpio://27")
    buttons = Buttons({"real": real, "virtual": CLOSED}, NAMES)
    buttons.start()
    try:
        assert buttons.health() == "unavailable"
        assert buttons.poll() == []
        assert [part.part for part in buttons.panel()] == ["virtual"]
        buttons.light(LampScene(MENU))
        assert buttons.alive()
    finally:
        buttons.stop()


def test_without_buttons_there_is_nothing_to_tell():
    buttons = Buttons({}, NAMES)
    buttons.start()
    assert (buttons.health(), buttons.poll(), buttons.panel()) == ("none", [], [])
