"""A caller node on its bench: real minds, real ptys and mock pins, real disk; engine and network are doubles."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.contract.codec import decode, decode_envelope, encode, encode_view
from broker.contract.envelope import DeviceHealth, EngineState, Panel, RefusalMessage, Reply, VirtualInput
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.model.words import Names
from broker.runtime.clock import Clock, SystemClock
from broker.runtime.database import open_database
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import LinkOffline
from broker.runtime.link import LinkState, Message
from broker.runtime.outbox import Outbox
from broker.runtime.sender import CommandTransport, Sender
from caller.app import CallerApp
from caller.lines.key_line import LineEvaluator
from caller.rating.book import RatingBook
from caller.rating.post import CollectorAddress, Poster
from caller.wiring import equipment_of
from tests.caller.views import unseen, view

CALLER = "caller-1"


class NetworkDouble:
    """Takes what is published; the bench reads it."""

    def __init__(self) -> None:
        self.online = False
        self.published: list[tuple[str, bytes]] = []

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        if not self.online:
            raise LinkOffline("waiting")
        self.published.append((topic, payload))


class Bench:
    """``commands`` is what the engine was asked, by counter; ``answer`` decides what it says."""

    def __init__(self, hall: Hall, folder: Path, clock: Clock | None = None) -> None:
        self.hall = hall
        self.clock = clock or SystemClock()
        self.network = NetworkDouble()
        self.connection = open_database(folder / "ratings.sqlite")
        self.ratings = Outbox(self.connection, self.clock, Poster(CollectorAddress.parse("http://127.0.0.1:9")))
        self.ratings.start()
        self.book = RatingBook(self.connection, self.ratings, self.clock)
        self.book.start()
        self.equipment = equipment_of(hall, CALLER, folder, self.clock.machine_s)
        for keypad in self.equipment.keypads.values():
            if isinstance(keypad, LineEvaluator):
                keypad.lit_s = float("inf")  # stars that go out while this machine is busy would be seen by no test
        self.app = CallerApp(hall, CALLER, self.equipment, EngineTime(self.clock), self.book, self.ratings)
        transport = CommandTransport(self.network, self.app.topics, CALLER)
        self.outbox = Outbox(open_database(folder / "commands.sqlite"), self.clock, transport)
        self.outbox.start()
        self.app.connect(self.network, Sender(self.outbox, self.app.topics, CALLER, self.app.on_answer))
        self.commands: list[c.Command] = []
        self.asked: list[c.Command] = []
        """The same commands, with whom the clerk had in view."""
        self.answer: Callable[[c.Command], RefusalMessage | None] = lambda command: None
        self.silent = False
        """The engine takes commands and says nothing."""
        self.panel: Panel | None = None
        self.health: DeviceHealth | None = None
        self._as_of = 0
        self._read = 0
        self._answered: dict[str, bytes] = {}

    def start(self) -> None:
        """Played lines are waited for: a key pressed before a line is open is lost, as while it is plugged in."""
        self.equipment.start()
        self.connect()
        played = [line.line for line in self.equipment.lines.values() if line.simulated is not None]
        self.until(lambda: all(line.health.online for line in played))

    def stop(self) -> None:
        self.equipment.stop()
        self.connection.close()

    # -- the network and the engine behind it

    def connect(self) -> None:
        self.network.online = True
        self.app.on_link(LinkState.ONLINE, "test")
        self.heartbeat()

    def disconnect(self) -> None:
        self.network.online = False
        self.app.on_link(LinkState.WAITING, "test")

    def heartbeat(self, online: bool = True) -> None:
        state = EngineState(online=online, epoch=1, at_ms=self.clock.now_ms(), as_of=self._as_of)
        self.say(self.app.topics.engine(), encode(state))

    def show(self, shown: CounterView, as_of: int | None = None, retained: bool = False) -> None:
        self._as_of = self._as_of + 1 if as_of is None else as_of
        payload = encode_view("counter", shown.counter, 1, self._as_of, self.clock.now_ms(), encode(shown))
        self.say(self.app.topics.view("counter", shown.counter), payload, retained)

    def show_all(self, **changes: Any) -> None:
        for counter in self.app.stations:
            self.show(view(counter, **changes))

    def touch(self, part: str, key: str, kind: str = "key") -> None:
        self.say(self.app.topics.input(CALLER), encode(VirtualInput(part=part, kind=kind, key=key)))

    def say(self, topic: str, payload: bytes, retained: bool = False) -> None:
        self.app.on_message(Message(topic, payload, qos=1, retained=retained, duplicate=False, connection=1, mid=0))

    def _engine(self) -> None:
        for topic, payload in self.network.published[self._read :]:
            self._read += 1
            found = self.app.topics.parse(topic)
            assert found is not None
            if found[0] == "panel":
                self.panel = decode(payload, Panel)
            elif found[0] == "health":
                self.health = decode(payload, DeviceHealth)
            elif found[0] == "command" and not self.silent:
                self._decide(payload)

    def _decide(self, payload: bytes) -> None:
        envelope, command = decode_envelope(payload)
        if envelope.id not in self._answered:
            self.commands.append(unseen(command))
            self.asked.append(command)
            refusal = self.answer(command)
            self._answered[envelope.id] = encode(
                Reply(
                    id=envelope.id,
                    kind="done" if refusal is None else "refused",
                    epoch=envelope.epoch,
                    seq=envelope.seq,
                    result={} if refusal is None else None,
                    refusal=refusal,
                )
            )
        self.say(self.app.topics.reply(CALLER), self._answered[envelope.id])

    # -- the loop

    def turn(self) -> None:
        self.app.turn()
        self._engine()

    def until(self, true: Callable[[], Any], within_s: float = 25.0) -> Any:
        """Turn the loop until ``true()`` is; its value."""
        deadline = time.monotonic() + within_s
        while not (value := true()):
            assert time.monotonic() < deadline, (self.commands, self.panel, self.app.health().parts)
            self.turn()
            time.sleep(0.004)
        return value

    def rest(self, for_s: float) -> None:
        """Turn the loop for a while."""
        until_s = time.monotonic() + for_s
        self.until(lambda: time.monotonic() >= until_s)

    # -- what stands on the counters

    def terminal(self, name: str):
        return self._simulated("consoles", name).terminal[self._unit("consoles", name)]

    def evaluator(self, name: str):
        return self._simulated("keypads", name).evaluator[self._unit("keypads", name)]

    def line(self, name: str = "a"):
        return self.equipment.lines[name].simulated

    def _simulated(self, table: str, name: str):
        return self.line(getattr(self.hall, table)[name].address.split("/")[2])

    def _unit(self, table: str, name: str) -> int:
        return int(getattr(self.hall, table)[name].address.split("/")[3].partition("?")[0])


def no(code: str = "nobody_waiting", zh: str = "没有人在等候", en: str = "Nobody is waiting.") -> RefusalMessage:
    return RefusalMessage(code=code, sentence=Names(zh, en))
