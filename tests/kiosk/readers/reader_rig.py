"""A reader with its simulator, driven turn by turn on a clock of the test's own."""

from collections.abc import Callable

from broker.runtime.serial_port import SerialPort
from kiosk.readers.card_reader import SdtReader
from kiosk.readers.cards import CardEvent, CardRead, Persons
from kiosk.readers.dialogue import Dialogue
from kiosk.readers.sdt_simulator import SdtMachine, SdtSimulator

DAY = "2026-03-05"
PERSONS = Persons(b"0123456789abcdef", "hall")


def identify(number: str) -> CardRead | None:
    return PERSONS.known(number, DAY)


class Talk:
    """Dialogue and machine without a cable."""

    def __init__(self, identify: Callable[[str], CardRead | None] = identify) -> None:
        self.machine = SdtMachine()
        self.dialogue = Dialogue(identify)
        self.now_s = 0.0
        self.asked: list[bytes] = []
        self._on_cable = b""

    def run(self, for_s: float, spoil: Callable[[bytes], bytes] = bytes) -> list[CardEvent]:
        """Turns of 20 ms; ``spoil`` changes what comes from the machine."""
        events = []
        for _ in range(round(for_s / 0.02)):
            self.now_s += 0.02
            request, happened = self.dialogue.turn(self._on_cable, self.now_s)
            events += happened
            if request:
                self.asked.append(request)
            self._on_cable = spoil(self.machine.receive(request))
        return events


class Bench:
    """Driver and simulator at the two ends of a real pseudo-terminal; only the clock is the test's own."""

    def __init__(self) -> None:
        self.simulator = SdtSimulator()
        self.now_s = 0.0
        self.simulator.start()
        port = SerialPort(self.simulator.serial_address, clock=lambda: self.now_s)
        self.reader = SdtReader(port, Dialogue(identify), clock=lambda: self.now_s)
        self.reader.start()

    def run(self, for_s: float) -> list[CardEvent]:
        events = []
        for _ in range(round(for_s / 0.02)):
            self.now_s += 0.02
            self.simulator.turn()
            events += self.reader.poll()
        return events

    def stop(self) -> None:
        self.reader.stop()
        self.simulator.stop()
