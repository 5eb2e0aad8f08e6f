"""A whole server with a link that is only a list, on a real file and a clock that stands still."""

from pathlib import Path
from types import SimpleNamespace

import msgspec

from broker.contract.codec import encode_envelope
from broker.contract.envelope import EngineState, Reply, View
from broker.contract.topics import Topics
from broker.model.commands import Command
from broker.model.hall import Hall
from broker.runtime.clock import ManualClock
from broker.runtime.link import Message
from broker.server.app import Server
from tests.halls import OPENS_MS, small_hall


class ListLink:
    """Everything published, in order; ``arrive`` what the next ``pump`` hands over."""

    def __init__(self, url: str, client_id: str, *, on_message: object, **_: object) -> None:
        self.on_message = on_message
        self.online = True
        self.counters = SimpleNamespace(dropped_full=0)
        self.published: list[tuple[str, bytes]] = []
        self.arriving: list[Message] = []
        self.acknowledged: list[Message] = []

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def pump(self, wait_s: float, most: int = 0) -> None:
        now, self.arriving = self.arriving, []
        for message in now:
            self.on_message(message)  # type: ignore[operator]

    def publish(self, topic: str, payload: bytes, qos: int = 0, *, retain: bool = False) -> None:
        self.published.append((topic, payload))

    def acknowledge(self, message: Message) -> None:
        self.acknowledged.append(message)


class ServerRig:
    """``say`` a device's command, ``turn`` the server, read what left it."""

    def __init__(self, path: Path, hall: Hall | None = None, **more: object) -> None:
        self.hall = hall or small_hall()
        self.clock = ManualClock(OPENS_MS)
        self.path = path
        self.more = more
        self.topics = Topics(self.hall.hall.id)
        self.boot()

    def boot(self) -> None:
        self.server = Server(self.hall, self.path, "mqtt://nowhere", self.clock, make_link=ListLink, **self.more)  # type: ignore[arg-type]
        self.server.start()
        self.link: ListLink = self.server.link  # type: ignore[assignment]

    def say(self, command: Command, id: str, device: str = "collector", **frame: object) -> None:
        payload = encode_envelope(command, id=id, device=device, **frame)
        self.link.arriving.append(Message(self.topics.command(device), payload, 1, False, False, 1, 1))

    def turn(self, seconds: float = 0.5) -> None:
        self.clock.advance(seconds)
        self.server.turn()

    def _said(self, topic: str, kind: type) -> list:  # type: ignore[type-arg]
        return [msgspec.json.decode(body, type=kind) for place, body in self.link.published if place == topic]

    def replies(self, device: str = "collector") -> list[Reply]:
        return self._said(self.topics.reply(device), Reply)

    def beats(self) -> list[EngineState]:
        return self._said(self.topics.engine(), EngineState)

    def views(self, kind: str, name: str) -> list[View]:
        return self._said(self.topics.view(kind, name), View)
