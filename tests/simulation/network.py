"""The hall's network: a path of two directions per machine, an MQTT broker that keeps everything in RAM, and links.

A link has the interface of ``broker.runtime.link.Link``. Within a connection messages are held while a direction is
blocked (as TCP would) and are gone when an end gives the connection up; loss, repetition and another order are added
where a run's plan asks for more than TCP would do.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from broker.runtime.errors import LinkBusy, LinkOffline, PayloadTooLarge
from broker.runtime.link import LinkOptions, LinkState, Message, Presence
from broker.runtime.link.parts import Backoff
from broker.runtime.pulse import Pulse
from tests.simulation.agenda import Act, Agenda
from tests.simulation.plan import Weather

SERVER = "server"
HEARTBEAT = "/engine/state"
Arrived = Callable[[bool], None]
"""Told that something came, and whether it is only a heartbeat."""
CALM = (SERVER, "collector")
GIVES_UP_S = (7.0, 13.0)
"""When an end notices that nothing comes back (keepalive 8 s, TCP user time-out 8 s)."""


class Path:
    """One direction between a machine and the broker node."""

    def __init__(self, agenda: Agenda, chance: Random, weather: Weather, counts: dict[str, int]) -> None:
        self._agenda, self._chance, self.weather, self._counts = agenda, chance, weather, counts
        self.blocked = False
        self._held: list[Act] = []
        self._last_s = 0.0

    def carry(self, arrive: Act) -> None:
        """One message; ``arrive`` is called never, once or more often."""
        weather, chance = self.weather, self._chance
        if weather.loss and chance.random() < weather.loss:
            self._counts["message lost"] += 1
            return
        if weather.repeat and chance.random() < weather.repeat:
            self._counts["message repeated"] += 1
            self._agenda.after(chance.uniform(0.0, 6.0), lambda: self._through(arrive))
        delay_s = weather.delay_s * chance.expovariate(1.0) + 0.001
        if weather.overtake and chance.random() < weather.overtake:
            self._counts["message overtaken"] += 1
            self._agenda.after(delay_s + chance.uniform(0.0, 4.0), lambda: self._through(arrive))
            return
        self._last_s = max(self._last_s, self._agenda.now_s + delay_s)
        self._agenda.at(self._last_s, lambda: self._through(arrive))

    def block(self) -> None:
        self.blocked = True

    def heal(self) -> None:
        """What was held goes on its way."""
        self.blocked = False
        held, self._held = self._held, []
        for arrive in held:
            self._agenda.after(0.01, arrive)

    def _through(self, arrive: Act) -> None:
        if self.blocked:
            self._held.append(arrive)
        else:
            arrive()


class Wire:
    """Both directions of one machine."""

    def __init__(self, agenda: Agenda, chance: Random, weather: Weather, counts: dict[str, int]) -> None:
        self.up = Path(agenda, chance, weather, counts)
        self.down = Path(agenda, chance, weather, counts)

    @property
    def open(self) -> bool:
        return not (self.up.blocked or self.down.blocked)

    def heal(self) -> None:
        self.up.heal()
        self.down.heal()


class SimBroker:
    """An MQTT broker: retained messages and sessions, all lost when it dies."""

    def __init__(self) -> None:
        self.up = True
        self.retained: dict[str, bytes] = {}
        self._sessions: dict[str, SimLink] = {}

    def connect(self, link: "SimLink") -> None:
        """A client of a name; an older connection of the name is thrown out."""
        self._sessions.pop(link.client_id, None)
        self._sessions[link.client_id] = link
        for topic, payload in list(self.retained.items()):
            if link.wants(topic):
                link.deliver(topic, payload, retained=True)

    def leave(self, link: "SimLink") -> None:
        self._sessions.pop(link.client_id, None)

    def knows(self, link: "SimLink") -> bool:
        return self._sessions.get(link.client_id) is link

    def publish(self, topic: str, payload: bytes, retain: bool) -> None:
        if not self.up:
            return
        if retain:
            self.retained[topic] = payload
        for link in list(self._sessions.values()):
            if link.wants(topic):
                link.deliver(topic, payload, retained=False)

    def die(self) -> None:
        """Everything in RAM is gone."""
        self.up = False
        self.retained.clear()
        sessions, self._sessions = list(self._sessions.values()), {}
        for link in sessions:
            link.cut_off()


@dataclass(frozen=True)
class _Change:
    state: LinkState
    reason: str


class SimLink:
    """Stands in for a Link; made by ``make_link`` of one machine. ``arrived`` is called when ``pump`` has something."""

    def __init__(
        self,
        net: "Network",
        machine: str,
        arrived: Arrived,
        client_id: str,
        *,
        on_message: Callable[[Message], None],
        on_state: Callable[[LinkState, str], None] | None = None,
        subscriptions: Sequence[tuple[str, int]] = (),
        presence_of: Callable[[str], Presence] | None = None,
        options: LinkOptions | None = None,
        **_: Any,
    ) -> None:
        self.client_id, self._net, self._machine, self._arrived = client_id, net, machine, arrived
        self._wire = net.wires[machine]
        self._on_message, self._on_state = on_message, on_state
        self._exact = {topic for topic, _ in subscriptions if "+" not in topic}
        self._begins = tuple(topic.partition("+")[0] for topic, _ in subscriptions if "+" in topic)
        self._presence_of = presence_of or (lambda boot: Presence())
        self._options = options or LinkOptions()
        self._backoff = Backoff(self._options.first_wait_s, self._options.longest_wait_s, uniform=net.chance.uniform)
        self.pulse = Pulse("network")
        self.state = LinkState.IDLE
        self.gone = False
        self._connection = 0
        self._presence = Presence()
        self._online_s = 0.0
        self._in_flight = 0
        self._inbox: deque[Message | _Change] = deque()

    # -- what the program sees ------------------------------------------------

    @property
    def online(self) -> bool:
        return self.state is LinkState.ONLINE

    def start(self) -> None:
        self._net.agenda.after(self._net.chance.uniform(0.01, 0.1), self._connect)

    def stop(self, timeout_s: float = 2.0) -> None:
        self.die()

    def wake(self) -> None: ...

    def acknowledge(self, message: Message) -> None: ...

    def pump(self, timeout_s: float = 0.0, most: int = 200) -> int:
        handled = 0
        while self._inbox and handled < most:
            item = self._inbox.popleft()
            handled += 1
            if isinstance(item, Message):
                self._on_message(item)
            elif self._on_state is not None:
                self._on_state(item.state, item.reason)
        return handled

    @property
    def waiting(self) -> int:
        return len(self._inbox)

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        if len(payload) > self._options.message_limit_bytes:
            raise PayloadTooLarge(len(payload), self._options.message_limit_bytes)
        if not self.online:
            raise LinkOffline(self.state)
        if self._in_flight >= self._options.flight_bound:
            raise LinkBusy(self._in_flight, self._options.flight_bound)
        if self._net.unheard(topic, retain):
            return
        connection = self._connection
        blocked = self._wire.up.blocked
        self._in_flight += blocked

        def arrive() -> None:
            self._in_flight = max(0, self._in_flight - blocked)
            still_sent = self._connection == connection or self.gone  # what left before the power went arrives
            if still_sent and self._net.broker.knows(self):
                self._net.broker.publish(topic, payload, retain)

        self._wire.up.carry(arrive)

    # -- what the network does ------------------------------------------------

    def wants(self, topic: str) -> bool:
        return topic in self._exact or (bool(self._begins) and topic.startswith(self._begins))

    def deliver(self, topic: str, payload: bytes, retained: bool) -> None:
        connection = self._connection

        def arrive() -> None:
            if self._connection == connection and self.online:
                self._put(Message(topic, payload, 1, retained, False, connection, 0))

        self._wire.down.carry(arrive)

    def die(self) -> None:
        """The process or machine is gone; the broker notices at once if the way is free, else later."""
        self.gone = True
        self._connection += 1
        self._inbox.clear()
        self.state = LinkState.STOPPED
        presence = self._presence
        wait_s = 0.05 if self._wire.open else self._net.chance.uniform(*GIVES_UP_S)
        self._net.agenda.after(wait_s, lambda: self._given_up_by_broker(presence))

    def cut_off(self) -> None:
        """The broker is gone: a free way says so at once."""
        connection = self._connection
        self._net.agenda.after(0.02, lambda: self._hear_of_end(connection))

    def way_blocked(self) -> None:
        """A direction was blocked just now: each end gives up after its own time unless it heals before."""
        connection, chance, agenda = self._connection, self._net.chance, self._net.agenda

        def client() -> None:
            if not self._wire.open:
                self._lose(connection, "no answer")

        def broker() -> None:
            if not self._wire.open and self._connection == connection:
                self._given_up_by_broker(self._presence)

        agenda.after(chance.uniform(*GIVES_UP_S), client)
        agenda.after(chance.uniform(*GIVES_UP_S), broker)

    def _connect(self) -> None:
        if self.gone or self.online:
            return
        self._connection += 1
        connection = self._connection
        self._become(LinkState.CONNECTING, "")
        if self._wire.open and self._net.broker.up:
            self._net.agenda.after(self._net.chance.uniform(0.01, 0.15), lambda: self._connected(connection))
        else:
            wait_s = 0.05 if self._wire.open else self._options.answer_within_s
            self._net.agenda.after(wait_s, lambda: self._failed(connection))

    def _connected(self, connection: int) -> None:
        if connection != self._connection or self.gone:
            return
        if not (self._wire.open and self._net.broker.up):
            self._failed(connection)
            return
        self._presence = self._presence_of(f"{self.client_id}-{connection}")
        self._online_s, self._in_flight = self._net.agenda.now_s, 0
        self._become(LinkState.ONLINE, "")
        self._net.broker.connect(self)
        birth = self._presence.birth
        if birth is not None:
            self._net.broker.publish(birth.topic, birth.payload, birth.retain)

    def _failed(self, connection: int) -> None:
        if connection != self._connection or self.gone:
            return
        self._become(LinkState.WAITING, "refused")
        self._net.agenda.after(self._backoff.next_s(0.0), self._connect)

    def _lose(self, connection: int, reason: str) -> None:
        if connection != self._connection or self.gone or not self.online:
            return
        self._connection += 1
        self._become(LinkState.WAITING, reason)
        presence = self._presence
        if self._wire.open:
            self._given_up_by_broker(presence)
        else:
            self._net.agenda.after(self._net.chance.uniform(*GIVES_UP_S), lambda: self._given_up_by_broker(presence))
        self._net.agenda.after(self._backoff.next_s(self._net.agenda.now_s - self._online_s), self._connect)

    def _given_up_by_broker(self, presence: Presence) -> None:
        """The broker drops the session and says its Will; not when a newer connection took the name."""
        broker = self._net.broker
        if presence is not self._presence or not broker.knows(self):
            return
        broker.leave(self)
        connection = self._connection
        if presence.will is not None:
            broker.publish(presence.will.topic, presence.will.payload, presence.will.retain)
        self._net.agenda.after(0.02, lambda: self._hear_of_end(connection))

    def _hear_of_end(self, connection: int) -> None:
        """The broker has closed the connection: told as soon as the way is free, unless given up here before."""
        if self._connection != connection or self.gone:
            return
        if self._wire.open:
            self._lose(connection, "closed by broker")
        else:
            self._net.agenda.after(1.0, lambda: self._hear_of_end(connection))

    def _become(self, state: LinkState, reason: str) -> None:
        self.state = state
        self._put(_Change(state, reason))

    def _put(self, item: Message | _Change) -> None:
        if len(self._inbox) >= self._options.inbox_bound:
            self._net.counts["inbox full"] += 1
            return
        self._inbox.append(item)
        self._arrived(isinstance(item, Message) and item.topic.endswith(HEARTBEAT))


class Network:
    """All wires and the broker. ``machine`` names a wire; the server's is that of its own node's loop."""

    def __init__(self, agenda: Agenda, chance: Random, weather: Weather, machines: Sequence[str]) -> None:
        self.agenda, self.chance = agenda, chance
        self.counts: dict[str, int] = dict.fromkeys(
            ("message lost", "message repeated", "message overtaken", "inbox full"), 0
        )
        calm = Weather(delay_s=0.001)
        """Server and collector run on the broker's own machine."""
        self.wires = {name: Wire(agenda, chance, calm if name in CALM else weather, self.counts) for name in machines}
        self.broker = SimBroker()
        self._links: dict[str, SimLink] = {}

    def link(self, machine: str, arrived: Arrived, client_id: str, **wanted: Any) -> SimLink:
        link = SimLink(self, machine, arrived, client_id, **wanted)
        self._links[machine] = link
        return link

    def unheard(self, topic: str, retain: bool) -> bool:
        """Whether this world does not carry such messages. Nobody here listens to health and panels; callers would, to
        what others tell of wrong PINs (guesses, retained), but here each counts its own alone, as before any news."""
        return "/device/" in topic

    def block(self, machine: str, up: bool = True, down: bool = True) -> None:
        wire = self.wires[machine]
        if up:
            wire.up.block()
        if down:
            wire.down.block()
        if machine in self._links:
            self._links[machine].way_blocked()

    def heal(self, machine: str) -> None:
        self.wires[machine].heal()
