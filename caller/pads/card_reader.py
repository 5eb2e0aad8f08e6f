"""Readers at which clerks lay their work cards: on a serial line, or on USB as a keyboard that types the number.

``serial:///dev/hall/cards?baud=9600`` sends a line for each card, ``evdev:///dev/input/by-path/...-event-kbd`` types it
and Enter. ``virtual://cards`` and ``virtual://usb-cards`` are the simulators of the two: a pseudo-terminal, and a pipe
of input records. A card that lies there is read again and again and counts once; a number is never logged.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from broker.contract.envelope import PanelPart
from broker.model.address import BadAddress, DeviceAddress, parse_address
from broker.model.input_codes import DIGITS, code_of, name_of
from broker.runtime.code_lines import Lines, Once, Patience
from broker.runtime.evdev_keys import UsbKeypad
from broker.runtime.scanner import Scanner, SimulatedScanner
from broker.runtime.serial_address import SerialAddress
from broker.runtime.serial_port import SerialPort
from caller.devices import CallerSetupError

SIMULATED, SIMULATED_USB = "cards", "usb-cards"
_ENTER = frozenset(code for code in (code_of("KEY_ENTER"), code_of("KEY_KPENTER")) if code is not None)
_LETTERS = {code: letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if (code := code_of(f"KEY_{letter}")) is not None}
_TYPED = {**_LETTERS, **DIGITS}
_CODE = {typed: code for code, typed in _TYPED.items()}


class CardSource(Protocol):
    """Where card numbers come from."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def poll(self) -> list[str]: ...

    def fault(self) -> str: ...

    def lay(self, number: str) -> None: ...


class CardReader:
    """The reader of one counter, asked each turn of the caller's loop."""

    def __init__(self, name: str, counter: str, source: CardSource) -> None:
        self.name = name
        self.counter = counter
        self._source = source

    def start(self) -> None:
        """Look for it; one that is not there is looked for again and again."""
        self._source.start()

    def stop(self) -> None:
        """Let it go."""
        self._source.stop()

    def poll(self) -> list[str]:
        """What the cards sent that were laid since the last poll."""
        return self._source.poll()

    def fault(self) -> str:
        """Empty, or a short word for health."""
        return self._source.fault()

    def tap(self, key: str) -> None:
        """A person lays a card of that number; KeyError at a real reader."""
        self._source.lay(key)

    def panel(self, state: str) -> PanelPart:
        """How it looks on the virtual hall's page."""
        return PanelPart(part=self.name, kind="reader", counter=self.counter, state=state)


class SerialCards:
    """A reader on a line, which says what a scanner of codes says: a line of text."""

    def __init__(self, scanner: Scanner | SimulatedScanner) -> None:
        self._scanner = scanner

    def start(self) -> None:
        self._scanner.start()

    def stop(self) -> None:
        self._scanner.stop()

    def poll(self) -> list[str]:
        return [scanned.text for scanned in self._scanner.poll()]

    def fault(self) -> str:
        health = self._scanner.health()
        return "" if health == "ok" else health

    def lay(self, number: str) -> None:
        if not isinstance(self._scanner, SimulatedScanner):
            raise KeyError
        self._scanner.simulator.scan(number)


class UsbCards:
    """A reader that is a keyboard: grabbed, so that a card types into nothing else."""

    def __init__(self, keypad: UsbKeypad) -> None:
        self._keypad = keypad
        self._lines, self._once, self._patience = Lines(), Once(), Patience()

    def start(self) -> None:
        self._keypad.start()

    def stop(self) -> None:
        self._keypad.close()

    def poll(self) -> list[str]:
        typed = "".join(_meant(move.code) for move in self._keypad.poll() if move.down)
        now_s = self._keypad.now_s()
        new = [text for text in self._lines.feed(typed.encode(), now_s) if self._once.new(text, now_s)]
        return [text for text in new if self._patience.lets(now_s)]

    def fault(self) -> str:
        return self._keypad.fault() or ("noisy" if self._patience.over(self._keypad.now_s()) else "")

    def lay(self, number: str) -> None:
        if self._keypad.simulated is None:
            raise KeyError
        for code in (*(_CODE[letter] for letter in number.upper()), min(_ENTER)):
            self._keypad.simulated.move(code, True)
            self._keypad.simulated.move(code, False)


def card_reader_of(name: str, counter: str, address: str, folder: Path) -> CardReader | None:
    """The reader at this address of console ``name``, not started; None for none. Raises CallerSetupError."""
    try:
        parsed = parse_address(address)
        source = None if parsed.scheme == "none" else _source(f"{name}-cards", parsed, address, folder)
    except BadAddress as error:
        raise CallerSetupError(f"{name}.cards", str(error), error.zh) from error
    return None if source is None else CardReader(f"{name}-cards", counter, source)


def _source(name: str, parsed: DeviceAddress, address: str, folder: Path) -> CardSource:
    makers: dict[tuple[str, str], Callable[[], CardSource]] = {
        ("virtual", SIMULATED): lambda: SerialCards(SimulatedScanner()),
        ("virtual", SIMULATED_USB): lambda: UsbCards(UsbKeypad(name, parsed, folder)),
        ("serial", ""): lambda: SerialCards(Scanner(SerialPort(SerialAddress.parse(address)))),
        ("evdev", ""): lambda: UsbCards(UsbKeypad(name, parsed, folder)),
    }
    maker = makers.get((parsed.scheme, parsed.path if parsed.is_virtual else ""))
    if maker is None or (parsed.is_virtual and parsed.options):
        raise BadAddress(
            "no reader of work cards: serial:///dev/NAME, evdev:///dev/input/by-path/NAME, virtual://cards",
            "不是工作卡读卡器地址；写法：serial:///dev/名字、evdev:///dev/input/by-path/名字 或 virtual://cards",
        )
    return maker()


def _meant(code: int) -> str:
    """What a key types; a key that no card number has makes the line none of ours."""
    if code in _ENTER:
        return "\r"
    if code in _TYPED:
        return _TYPED[code]
    return "" if "SHIFT" in name_of(code) else "?"
