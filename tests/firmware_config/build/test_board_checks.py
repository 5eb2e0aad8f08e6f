"""What a board cannot do is said at the line that asks for it."""

import pytest

from broker.model.hall_file import parse_hall
from firmware_config.board_checks import board_mistakes
from tests.firmware_config.build.office import office, text

CALLER = '[machines.pi-caller]\nboard = "pi3"'
ROWS = [
    ({'recall = "gpio://13"': 'recall = "gpio://2"'}, "consoles.console-2.keys.recall", "board_pin_reserved"),
    (
        {'line-a = "usb:1.2"': 'line-a = "uart"', '"gpio://13"': '"gpio://15"'},
        "consoles.console-2.keys.recall",
        "board_pin_reserved",
    ),
    ({'clock = "ds3231"': 'clock = "onboard"'}, "machines.pi-caller.clock", "board_no_clock"),
    ({'printer = "usb0:1"': 'printer = "usb:1"'}, "machines.pi-kiosk.ports.printer", "board_which_usb"),
    ({'line-a = "usb:1.2"': 'line-a = "usb0:1.2"'}, "machines.pi-caller.ports.line-a", "board_one_usb"),
    (
        {'{ line-a = "usb:1.2" }': '{ line-a = "usb:1.2", spare = "usb:1.3" }'},
        "machines.pi-caller.ports.spare",
        "port_unused",
    ),
    ({'sound = "headphones"': ""}, "machines.pi-board.sound", "board_silent"),
    ({'sound = "headphones"': 'sound = "usb"'}, "machines.pi-board.ports", "board_where_sound"),
    ({'board = "zero2w"': 'board = "zero2w"\nsound = "headphones"'}, "machines.pi-sign.sound", "board_no_sound"),
    ({"wifi = true\n": ""}, "machines.pi-sign.wifi", "board_no_cable"),
    (
        {'counter = "counter-1"\nscreen = "window://0': 'counter = "counter-1"\nscreen = "window://1'},
        "signs.sign-1.screen",
        "board_no_output",
    ),
    (
        {'screens = ["1280x400@60"]': 'screens = ["1280x400@60", "1280x400@60"]'},
        "machines.pi-sign.screens",
        "board_no_output",
    ),
]


def test_the_shipped_branch_office_fits_its_boards() -> None:
    assert board_mistakes(office()) == []


@pytest.mark.parametrize(("edits", "path", "code"), ROWS, ids=[f"{code}-{path}" for _, path, code in ROWS])
def test_what_does_not_fit_is_said_once_in_both_languages(edits: dict[str, str], path: str, code: str) -> None:
    (mistake,) = board_mistakes(parse_hall(text(**edits)))
    assert (mistake.path, mistake.code) == (path, code)
    assert any("一" <= letter <= "鿿" for letter in mistake.zh) and mistake.sentence.isascii()


def test_two_programs_of_a_machine_do_not_share_pin_or_screen() -> None:
    shared = text(
        **{'runs = ["caller-1"]': 'runs = ["caller-1", "kiosk-1", "sign-1"]', CALLER: CALLER.replace("pi3", "pi4")}
    )
    shared = shared.replace(
        'ports = { line-a = "usb:1.2" }', 'ports = { line-a = "usb:1.2", printer = "usb:1.3", scanner = "usb:1.4" }'
    )
    start, end = shared.index("[machines.pi-kiosk]"), shared.index("[machines.pi-board]")
    shared = (shared[:start] + shared[end:]).partition("[machines.pi-sign]")[0]
    shared = shared.replace('address = "gpio://17?lamp=27"', 'address = "gpio://5?lamp=27"')
    found = {(one.path, one.code) for one in board_mistakes(parse_hall(shared))}
    assert found == {("consoles.console-2.keys.call", "board_pin_taken"), ("signs.sign-1.screen", "board_output_taken")}
