"""A simulated SDT reader on a pseudo-terminal: the simulator beside ``sdt.py``, chosen by ``virtual://reader``.

It is our own idea of what such a reader does: what works here was not thereby tried on a real one. It has no thread:
`turn` answers what came, and is called before the driver is polled. Its cards name nobody: region 990000 exists
nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from broker.model.words import Names
from broker.runtime.cable import Cable
from broker.runtime.serial_port import SerialAddress
from kiosk.readers import sdt
from kiosk.readers.card_reader import Reader
from kiosk.readers.cards import CardEvent
from kiosk.readers.sdt import Status

BAUD = 115_200
HOLDER = "样例人"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class SampleCard:
    """A card of nobody. ``number`` has 17 places; the check digit is worked out as GB 11643 says."""

    names: Names
    number: str

    @property
    def whole_number(self) -> str:
        weighed = sum(int(digit) * weight for digit, weight in zip(self.number, _WEIGHTS, strict=True))
        return self.number + _CHECKS[weighed % 11]

    def data(self) -> bytes:
        """What the reader sends of it: lengths, text, a picture of no face."""
        places = (
            (HOLDER, 15), ("1", 1), ("01", 2), (self.number[6:14], 8), ("样例路一号", 35),
            (self.whole_number, 18), ("样例市公安局", 15), ("20200101", 8), ("20400101", 8), ("", 18),
        )  # fmt: skip
        text = "".join(value.ljust(width) for value, width in places).encode("utf-16-le")
        lengths = sdt.TEXT_BYTES.to_bytes(2, "big") + sdt.PICTURE_BYTES.to_bytes(2, "big")
        return lengths + text + bytes(place % 251 for place in range(sdt.PICTURE_BYTES))


CARDS = {
    "young": SampleCard(Names("放青年身份证", "lay a young person's card"), "99000120010507101"),
    "middle": SampleCard(Names("放中年身份证", "lay a middle-aged person's card"), "99000119780211204"),
    "elder": SampleCard(Names("放老人身份证", "lay an elderly person's card"), "99000119480923305"),
}
LIFT = Names("拿走证件", "lift the card")


class Fault(StrEnum):
    """What can be wrong with it."""

    SILENT = "silent"
    GARBAGE = "garbage"
    UNREADABLE = "unreadable"
    UNPLUGGED = "unplugged"


FAULT_NAMES = {
    Fault.SILENT: Names("没有应答", "does not answer"),
    Fault.GARBAGE: Names("应答有误", "answers nonsense"),
    Fault.UNREADABLE: Names("证件读不出", "cannot read the card"),
    Fault.UNPLUGGED: Names("线缆断开", "unplugged"),
}
MEND = Names("恢复正常", "mend")
KEYS: dict[str, Names] = {
    **{name: card.names for name, card in CARDS.items()},
    "lift": LIFT,
    **{fault.value: names for fault, names in FAULT_NAMES.items()},
    "ok": MEND,
}
"""What a person can do at it."""


class SdtMachine:
    """The module in the reader: requests in, answers out. Pure of any line."""

    def __init__(self) -> None:
        self.faults: set[Fault] = set()
        self._card: SampleCard | None = None
        self._selected = self._read = False
        self._decoder = sdt.Decoder()

    def lay(self, card: SampleCard | None) -> None:
        """Lay a card down, or lift the one that lies there (None)."""
        self._card, self._selected, self._read = card, False, False

    @property
    def state(self) -> str:
        """``"ok"`` without a card, ``"card"`` with one, ``"read"`` once its data were sent; before all, its faults."""
        lies = "ok" if self._card is None else "read" if self._read else "card"
        return "+".join(sorted(self.faults)) or lies

    def receive(self, data: bytes) -> bytes:
        """The answers to what came."""
        answers = b"".join(self._answer(body) for body in self._decoder.feed(data))
        if Fault.SILENT in self.faults:
            return b""
        return bytes(byte ^ 0x5A for byte in answers) if Fault.GARBAGE in self.faults else answers

    def _answer(self, body: bytes) -> bytes:
        card = None if self._read else self._card
        match body[:2]:
            case sdt.ASK_MODULE:
                return _said(Status.OK, bytes(16))
            case sdt.FIND:
                return _said(Status.FOUND, bytes(4)) if card else _said(Status.NO_CARD)
            case sdt.SELECT:
                self._selected = card is not None
                return _said(Status.OK, bytes(8)) if card else _said(Status.SELECT_FAILED)
            case sdt.READ if card and self._selected and Fault.UNREADABLE not in self.faults:
                self._read = True  # found no more until it is lifted and laid again
                return _said(Status.OK, card.data())
            case sdt.READ:
                return _said(Status.READ_FAILED)
        return b""


def _said(status: Status, data: bytes = b"") -> bytes:
    return sdt.encode(bytes((0, 0, status)) + data)


class SdtSimulator:
    """The machine at its cable."""

    def __init__(self) -> None:
        self.machine = SdtMachine()
        self._cable = Cable("reader")

    @property
    def serial_address(self) -> SerialAddress:
        """Where the driver finds it; valid from `start` to `stop`."""
        return SerialAddress(self._cable.path, BAUD)

    def start(self) -> None:
        self._cable.start()

    def stop(self) -> None:
        self._cable.stop()

    def turn(self) -> None:
        """Answer what has come."""
        self._cable.follow(Fault.UNPLUGGED in self.machine.faults)
        self._cable.write(self.machine.receive(self._cable.read(4096)))

    def play(self, key: str) -> bool:
        """Do one of `KEYS`; False when there is none of that name."""
        if key in CARDS:
            self.machine.lay(CARDS[key])
        elif key == "lift":
            self.machine.lay(None)
        elif key == "ok":
            self.machine.faults.clear()
        elif key in set(Fault):
            self.machine.faults.add(Fault(key))
        else:
            return False
        return True

    @property
    def state(self) -> str:
        """What a panel shows of it."""
        return self.machine.state


class SimulatedReader:
    """Driver and simulator as one reader: what a virtual address gives."""

    def __init__(self, make_driver: Callable[[SerialAddress], Reader]) -> None:
        self.simulator = SdtSimulator()
        self._make_driver = make_driver

    def start(self) -> None:
        self.simulator.start()
        self._driver = self._make_driver(self.simulator.serial_address)
        self._driver.start()

    def stop(self) -> None:
        self._driver.stop()
        self.simulator.stop()

    def poll(self) -> list[CardEvent]:
        self.simulator.turn()
        return self._driver.poll()

    def health(self) -> str:
        return self._driver.health()
