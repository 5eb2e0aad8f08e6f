"""A caller: the real application with pads and evaluators made of queues, and its post to the collector."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from broker.contract.codec import decode
from broker.model.commands import AnyCommand
from broker.model.words import Level
from broker.runtime.clock import Age
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import LinkBusy
from broker.runtime.link import Message
from broker.runtime.outbox import Entry
from broker.runtime.presence import device_presence
from broker.runtime.sender import CommandTransport, Sender
from caller.app import CallerApp
from caller.console.keys import Press
from caller.console.picture import Picture
from caller.pads.gpio_pad import PadConsole, PadKeypad
from caller.rating.book import PATH_FIELD, RatingBook
from caller.rating.mind import RatingState
from caller.rating.post import IN_FLIGHT, PATH, PATIENCE_S, TIMEOUT_S, Outcome, Posted, RatingSender, verdict
from caller.station import Station
from caller.wiring import Equipment
from tests.simulation.disk import PowerCut, SimFile
from tests.simulation.node import Node
from tests.simulation.outboxes import WatchedOutbox, answer_in
from tests.simulation.trace import AskedNoMore, Sent, Thanked

if TYPE_CHECKING:
    from tests.simulation.world import World

BUSY_TURN_S, IDLE_TURN_S = 0.25, 10.0
ORPHAN_S = 45.0
"""A request that the caller has given up on may still be sent by its kernel for so long."""


class QueuePad(PadConsole):
    """A clerk's console: presses go in by ``presses``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.presses: list[Press] = []
        self.refusals = 0

    def poll(self) -> list[Press]:
        presses, self.presses = self.presses, []
        return presses

    def show(self, picture: Picture) -> None: ...

    def refuse(self) -> None:
        self.refusals += 1

    def fault(self) -> str:
        return ""


class QueueKeypad(PadKeypad):
    """An evaluator: raw keys go in by ``keys``; ``on_thanks`` is told of each thanks, ``on_asks`` when it begins to
    ask and when it ends."""

    def __init__(self, name: str, on_thanks: Callable[[Level], None], on_asks: Callable[[bool], None]) -> None:
        self.name = name
        self._on_asks = on_asks
        self.keys: list[str] = []
        self.broken = False
        """Its cable is out: it takes no key and says so."""
        self._on_thanks = on_thanks

    def poll(self) -> list[str]:
        keys, self.keys = self.keys, []
        return [] if self.broken else keys

    def prompt(self) -> None:
        self._on_asks(True)

    def thank(self, level: Level) -> None:
        self._on_thanks(level)

    def reject(self) -> None: ...

    def apologise(self) -> None: ...

    def rest(self) -> None:
        self._on_asks(False)

    def fault(self) -> str:
        return "gone" if self.broken else ""


class SimPost:
    """``caller.rating.post.Poster`` without its thread: one post at a time, each ends or times out."""

    def __init__(self, node: "CallerNode") -> None:
        self._node = node
        self._waiting: list[tuple[Entry, str, Age, float]] = []
        self._under_way = False
        self._ended: list[Posted] = []

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        if len(self._waiting) >= IN_FLIGHT:
            raise LinkBusy(len(self._waiting), IN_FLIGHT)
        self._waiting.append((entry, epoch, age, self._node.world.agenda.now_s))
        self._next()

    def ended(self) -> list[Posted]:
        ended, self._ended = self._ended, []
        return ended

    def _next(self) -> None:
        if self._under_way or not self._waiting:
            return
        self._under_way = True
        entry, epoch, age, queued_s = self._waiting.pop(0)
        world = self._node.world
        waited_ms = int((world.agenda.now_s - queued_s) * 1_000)
        body = {**msgspec.json.decode(entry.payload), "age_ms": age.ms + waited_ms}
        path = body.pop(PATH_FIELD, PATH)
        if not age.sure:
            body["sure"] = False
        said = False

        def end(outcome: Outcome, detail: str) -> None:
            nonlocal said
            if said or not self._node.alive or self._node.post is not self:
                return
            said, self._under_way = True, False
            self._ended.append(Posted(epoch, entry.seq, entry.id, outcome, detail))
            self._node.wake(0.0)
            self._next()

        def answered(status: int, answer: bytes) -> None:
            wire.down.carry(lambda: end(*verdict(status, answer)))

        wire = world.network.wires[self._node.name]
        if not world.collector.alive and wire.open:
            world.agenda.after(0.02, lambda: end(Outcome.FAILED, "refused"))
            return
        data, sent_s = msgspec.json.encode(body), world.agenda.now_s

        def arrive() -> None:
            if world.agenda.now_s - sent_s < ORPHAN_S:
                world.collector.post(data, answered, path)

        wire.up.carry(arrive)
        world.agenda.after(TIMEOUT_S, lambda: end(Outcome.FAILED, "time-out"))


class CallerNode(Node):
    """``press`` is a clerk's finger, ``rate`` a citizen's."""

    role = "caller"

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, name)
        self.commands_file, self.ratings_file = SimFile(f"{name}-commands.db"), SimFile(f"{name}-ratings.db")
        self.app: CallerApp | None = None
        self.post: SimPost | None = None
        self._ratings: RatingSender | None = None
        hall = world.hall
        self.consoles = {c.counter: key for key, c in hall.consoles.items() if c.caller == name}
        self.keypads = {k.counter: key for key, k in hall.keypads.items() if k.caller == name}
        self.outboxes: list[WatchedOutbox] = []
        self._asks: dict[str, str] = {}
        """Counter -> the visit that its keypad asks about, or asked about last."""
        self.cut_when_thanking = False
        """The power goes with the next thanks: the rating is kept, and nobody was told of it."""

    def _equipment(self) -> Equipment:
        counters = tuple(dict.fromkeys((*self.consoles, *self.keypads)))
        made = Equipment(counters)
        for counter, name in self.consoles.items():
            made.consoles[name] = QueuePad(name)
            made.counter_of[name] = counter
        for counter, name in self.keypads.items():
            made.keypads[name] = QueueKeypad(
                name,
                lambda level, counter=counter: self._thanked(counter, level),
                lambda asks, counter=counter: self._asked(counter, asks),
            )
            made.counter_of[name] = counter
        return made

    def _build(self) -> None:
        """As ``caller.node`` wires it."""
        hall, name = self.world.hall, self.name
        clock = EngineTime(self.clock)
        post = self.post = SimPost(self)
        connection = self.ratings_file.open()
        ratings = WatchedOutbox(
            connection, self.clock, post, bound=5_000, window=IN_FLIGHT, patience_s=PATIENCE_S,
            make_epoch=self.make_id, on_kept=lambda entry: None,
        )  # fmt: skip
        ratings.start()
        self._ratings = RatingSender(ratings, post, self.clock.machine_s)  # type: ignore[arg-type]
        book = RatingBook(connection, ratings, clock)
        book.start()
        self.equipment = self._equipment()
        app = CallerApp(hall, name, self.equipment, clock, book, ratings, make_id=self.make_id)
        self.link = self.world.network.link(
            name,
            self.arrived,
            name,
            on_message=self._on_message,
            on_state=app.on_link,
            subscriptions=app.subscriptions(),
            presence_of=device_presence(app.topics, name, "caller"),
        )
        transport = CommandTransport(self.link, app.topics, name, clock)
        commands = WatchedOutbox(
            self.commands_file.open(), self.clock, transport, bound=200, make_epoch=self.make_id, on_kept=self._kept
        )
        commands.start()
        app.connect(self.link, Sender(commands, app.topics, name, app.on_answer))
        self.outboxes = [commands, ratings]
        self.app = app
        self._reply_topic = app.topics.reply(name)
        self.link.start()

    def _turn(self) -> float:
        app, link, ratings = self.app, self.link, self._ratings
        assert app is not None
        assert link is not None
        assert ratings is not None
        link.pump()
        app.turn()
        ratings.tick()
        busy = any(station.console._asked for station in app.stations.values()) or len(self.outboxes[1])
        wait_s = self.outboxes[0].wait_s()
        limit_s = BUSY_TURN_S if busy else IDLE_TURN_S
        return limit_s if wait_s is None else min(limit_s, max(0.02, wait_s))

    def _on_message(self, message: Message) -> None:
        assert self.app is not None
        if message.topic == self._reply_topic:
            found = answer_in(message.payload)
            if found is not None:
                self.world.answered(self.name, *found)
        self.app.on_message(message)

    def _lost_power(self, kept: bool) -> None:
        self.app = self.post = self._ratings = None
        self.outboxes = []
        self.cut_when_thanking = False
        self.commands_file.lose_power()
        self.ratings_file.lose_power()

    # -- people ------------------------------------------------

    def station(self, counter: str) -> Station | None:
        return self.app.stations[counter] if self.alive and self.app is not None else None

    def press(self, counter: str, press: Press) -> None:
        if self.alive and self.app is not None:
            device = self.equipment.consoles[self.consoles[counter]]
            assert isinstance(device, QueuePad)
            device.presses.append(press)
            self.wake(0.0)

    def rate(self, counter: str, raw_key: str) -> None:
        if self.alive and self.app is not None:
            device = self.equipment.keypads[self.keypads[counter]]
            assert isinstance(device, QueueKeypad)
            device.keys.append(raw_key)
            self.wake(0.0)

    def unplug_evaluator(self, counter: str, out: bool) -> None:
        """Out or in again."""
        if self.alive and self.app is not None and counter in self.keypads:
            device = self.equipment.keypads[self.keypads[counter]]
            assert isinstance(device, QueueKeypad)
            device.broken = out

    # -- what an outsider sees ------------------------------------------------

    def _thanked(self, counter: str, level: Level) -> None:
        station = self.station(counter)
        visit = (station.rating.visit if station is not None and station.rating is not None else None) or ""
        query = self.ratings_file.connection.execute("SELECT evaluation FROM rated WHERE visit = ?", (visit,))
        row = query.fetchone()
        self.world.trace.thanked.append(
            Thanked(
                at_ms=self.world.agenda.now_ms,
                keypad=self.keypads[counter],
                counter=counter,
                visit=visit,
                evaluation=row[0] if row else f"{self.name}.{self._made:08d}",
                level=str(level),
            )
        )
        if self.cut_when_thanking:
            self.world.fault("caller power while thanking", self.name)
            raise PowerCut(self.ratings_file.name, kept=True)

    def _asked(self, counter: str, asks: bool) -> None:
        station = self.station(counter)
        if station is None or station.rating is None:
            return
        if asks:
            self._asks[counter] = station.rating.visit or ""
        elif counter in self._asks:
            declined = station.rating.state is RatingState.DECLINED
            self.world.trace.asked_no_more.append(
                AskedNoMore(self.world.agenda.now_ms, self.keypads[counter], counter, self._asks[counter], declined)
            )

    def _kept(self, entry: Entry) -> None:
        command: Any = decode(entry.payload, AnyCommand)  # type: ignore[arg-type]
        sent = Sent(self.world.agenda.now_ms, self.name, entry.id, type(command).__name__, durable=True)
        self.world.trace.sent.append(sent)
