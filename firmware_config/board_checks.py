"""What does not fit a board: pins that are taken, ports and outputs that it lacks, clocks and sound. Pure.

The hall file's own checks come first; these ask what only the boards know.
"""

from collections.abc import Callable, Iterator

from broker.model.hall import Hall
from broker.model.hall_mistakes import HallFileError, Mistake
from firmware_config.boards import BOARDS, I2C_PINS, I2S_PINS, UART_PINS, Board
from firmware_config.gear import Part, parts_of, ports_used, screens_of, sounds
from firmware_config.machines import Computer, computers

Check = Callable[[Computer, Board, tuple[Part, ...]], Iterator[Mistake]]


def board_mistakes(hall: Hall) -> list[Mistake]:
    """Everything that a board cannot do, of all machines, in order."""
    found: list[Mistake] = []
    for computer in computers(hall):
        board, parts = BOARDS[computer.machine.board], parts_of(hall, computer)
        found += [mistake for check in CHECKS for mistake in check(computer, board, parts)]
    return sorted(set(found))


def refuse_mistakes(hall: Hall, file: str) -> None:
    """HallFileError with all of them, as a hall file's other mistakes are told."""
    found = board_mistakes(hall)
    if found:
        raise HallFileError(found, file)


def _say(path: str, zh: str, en: str, code: str) -> Mistake:
    return Mistake(path, en, zh, code)


def _pins(computer: Computer, board: Board, parts: tuple[Part, ...]) -> Iterator[Mistake]:
    """A pin belongs to one thing of a machine, also where two programs run on it; some are a bus's."""
    reserved = dict(_reserved(computer))
    taken: dict[int, str] = {}
    for part in parts:
        for pin in part.pins:
            if not board.is_pi:
                yield _say(
                    part.path,
                    f"{board.names} 没有 GPIO 引脚",
                    f"a {board.names} has no GPIO pins",
                    "board_no_pins",
                )
            elif pin in reserved:
                yield _say(
                    part.path,
                    f"引脚 {pin} 已用于 {reserved[pin]}",
                    f"pin {pin} is used for {reserved[pin]}",
                    "board_pin_reserved",
                )
            elif pin in taken and taken[pin] != part.path:
                yield _say(
                    part.path,
                    f"引脚 {pin} 在同一台机器上已给了 {taken[pin]}",
                    f"pin {pin} of the same machine is taken by {taken[pin]}",
                    "board_pin_taken",
                )
            taken.setdefault(pin, part.path)


def _reserved(computer: Computer) -> Iterator[tuple[int, str]]:
    machine, at = computer.machine, f"machines.{computer.name}"
    if "uart" in machine.ports.values():
        yield from ((pin, f"{at}.ports (uart)") for pin in UART_PINS)
    if machine.clock == "ds3231":
        yield from ((pin, f"{at}.clock (I2C)") for pin in I2C_PINS)
    if machine.sound == "i2s":
        yield from ((pin, f"{at}.sound (I2S)") for pin in I2S_PINS)


def _ports(computer: Computer, board: Board, parts: tuple[Part, ...]) -> Iterator[Mistake]:
    used = ports_used(parts) | ({"speaker"} if computer.machine.sound == "usb" else set())
    for name, place in computer.machine.ports.items():
        path = f"machines.{computer.name}.ports.{name}"
        if place == "uart" and not board.is_pi:
            yield _say(path, f"{board.names} 没有排针串口", f"a {board.names} has no serial pins", "board_no_uart")
        elif place.startswith("usb") and board.controllers > 1 and not place[3].isdigit():
            yield _say(
                path,
                f"{board.names} 有 {board.controllers} 个 USB 控制器，请写明是哪一个：usb0:… 或 usb1:…",
                f"a {board.names} has {board.controllers} USB controllers; say which: usb0:... or usb1:...",
                "board_which_usb",
            )
        elif place.startswith("usb") and board.controllers == 1 and place[3].isdigit():
            yield _say(
                path,
                f"{board.names} 只有一个 USB 控制器，请写 usb:…",
                f"a {board.names} has one USB controller; write usb:...",
                "board_one_usb",
            )
        if name not in used:
            yield _say(
                path,
                f"没有设备用到 /dev/hall/{name}；请在设备地址里用它，或删去这一行",
                f"no device uses /dev/hall/{name}; name it in a device's address, or leave it out",
                "port_unused",
            )


def _outputs(computer: Computer, board: Board, parts: tuple[Part, ...]) -> Iterator[Mistake]:
    taken: dict[str, str] = {}
    for part in screens_of(parts):
        output = part.address.path or "0"
        if not output.isdecimal() or int(output) >= board.outputs:
            yield _say(
                part.path,
                f"{board.names} 有 {board.outputs} 个显示输出，没有 {output} 号",
                f"a {board.names} has {board.outputs} screens to offer, counted from 0; there is no {output}",
                "board_no_output",
            )
        elif output in taken:
            yield _say(
                part.path,
                f"{output} 号显示输出已给了 {taken[output]}",
                f"output {output} of the same machine is taken by {taken[output]}",
                "board_output_taken",
            )
        taken.setdefault(output, part.path)
    if len(computer.machine.screens) > board.outputs:
        yield _say(
            f"machines.{computer.name}.screens",
            f"{board.names} 只有 {board.outputs} 个显示输出",
            f"a {board.names} has {board.outputs} outputs",
            "board_no_output",
        )


def _sound(computer: Computer, board: Board, parts: tuple[Part, ...]) -> Iterator[Mistake]:
    machine, path = computer.machine, f"machines.{computer.name}.sound"
    if machine.sound not in board.sounds:
        yield _say(
            path,
            f"{board.names} 没有 {machine.sound}；可用 {'、'.join(board.sounds)}",
            f"a {board.names} has no {machine.sound}; it has {', '.join(board.sounds)}",
            "board_no_sound",
        )
    elif sounds(parts) and machine.sound == "none":
        yield _say(
            path,
            '这台机器上有要发声的设备，请写明喇叭接在哪里，例如 sound = "usb"',
            'something on this machine is to be heard; say where the loudspeaker is, e.g. sound = "usb"',
            "board_silent",
        )
    elif machine.sound == "usb" and "speaker" not in machine.ports:
        yield _say(
            f"machines.{computer.name}.ports",
            'USB 声卡插在哪里？例如 speaker = "usb:1.2"',
            'where is the USB sound card plugged in? e.g. speaker = "usb:1.2"',
            "board_where_sound",
        )


def _clock(computer: Computer, board: Board, parts: tuple[Part, ...]) -> Iterator[Mistake]:
    clock = computer.machine.clock
    if (clock == "onboard" and not board.onboard_clock) or (clock == "ds3231" and not board.is_pi):
        yield _say(
            f"machines.{computer.name}.clock",
            f"{board.names} 没有这种时钟",
            f"a {board.names} has no such clock",
            "board_no_clock",
        )


def _network(computer: Computer, board: Board, parts: tuple[Part, ...]) -> Iterator[Mistake]:
    if not board.ethernet and not computer.machine.wifi:
        yield _say(
            f"machines.{computer.name}.wifi",
            f"{board.names} 没有网口，请写 wifi = true",
            f"a {board.names} has no network socket; write wifi = true",
            "board_no_cable",
        )


CHECKS: tuple[Check, ...] = (_pins, _ports, _outputs, _sound, _clock, _network)
