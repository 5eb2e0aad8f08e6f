"""One caller node at work: presses go up as commands, views come down as digits, lamps and prompts.

Everything here runs in one loop; the threads of lines, posts and network only fill queues.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from broker.contract.codec import CodecError, decode, decode_view, encode
from broker.contract.envelope import DeviceHealth, EngineState, Reply, VirtualInput, WrongPins
from broker.contract.topics import BY_NAME, Topics
from broker.model.commands import Command
from broker.model.fingerprint import hall_fingerprint
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.runtime.engine_time import EngineTime
from broker.runtime.engine_watch import EngineWatch
from broker.runtime.errors import NodeError, SendRefused
from broker.runtime.link import LinkState, Message
from broker.runtime.newest import Newest, Position
from broker.runtime.outbox import Outbox
from broker.runtime.sender import Sender
from caller.console.guesses import Guesses, guessed_parts
from caller.console.mind import Console, Send
from caller.devices import PolledConsole
from caller.directory import directory_of
from caller.evaluator.screen import ALL_LEVELS
from caller.guess_news import GuessNews
from caller.lines.key_line import EvaluatorKey, LineEvaluator, TerminalKey
from caller.lines.owned_line import LineState
from caller.rating.book import RatingBook
from caller.rating.mind import DECLINE_KEY, Rating
from caller.station import Station
from caller.virtual import VirtualDesk
from caller.wiring import AnyLine, Equipment

log = logging.getLogger(__name__)

HEALTH_EVERY_S = 5.0
REFRESH_EVERY_S = 15.0
PANEL_EVERY_S = 0.1


class Publisher(Protocol):
    """The part of a Link that is needed here."""

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None: ...


class CallerApp:
    """The node called ``name``. ``turn`` is one round of its loop; the link feeds ``on_message`` and ``on_link``."""

    def __init__(
        self,
        hall: Hall,
        name: str,
        equipment: Equipment,
        clock: EngineTime,
        book: RatingBook,
        ratings: Outbox,
        *,
        make_id: Callable[[], str] = lambda: secrets.token_hex(12),
        guesses: Guesses | None = None,
    ) -> None:
        self.name = name
        self.topics = Topics(hall.hall.id)
        self.equipment = equipment
        self.clock = clock
        self.desk = VirtualDesk(name, equipment)
        self.sender: Sender | None = None
        self.refused_ratings: Callable[[], int] = lambda: 0
        """How many ratings were thanked for here and then refused by the engine."""
        self._hall, self._hall_file = hall, hall_fingerprint(hall)
        self._book = book
        self._ratings = ratings
        self._make_id = make_id
        self._guesses = guesses or Guesses()
        self._news = GuessNews(name, self._guesses, clock)
        self._publisher: Publisher | None = None
        self._linked = False
        self._timed = False
        """Whether the engine's time was heard since the link came up: only then is it known which windows are open."""
        self._untimed: dict[str, CounterView] = {}
        self._watch = EngineWatch(clock)
        self._newest = Newest()
        self._asked_by: dict[str, str] = {}
        self._health_due_s = 0.0
        self._refresh_due_s = 0.0
        self._panel_due_s = 0.0
        self.stations = {counter: self._station(counter) for counter in equipment.counters}

    def _station(self, counter: str) -> Station:
        keypad = self.equipment.keypad_at(counter)
        rating = None
        if keypad is not None:
            declared = self._hall.keypads[keypad.name]
            rated = self._book.rated(keypad.name)
            levels = declared.levels or ALL_LEVELS
            decline = declared.decline or DECLINE_KEY
            rating = Rating(keypad.name, levels, self._make_id, rated, decline, declared.contact)
        ttl_s = self._hall.rules.press_ttl_ms / 1_000
        return Station(
            Console(directory_of(self._hall, counter), self._make_id, ttl_s, self._guesses),
            rating,
            self.equipment.consoles_at(counter),
            keypad,
            ask=lambda send: self._ask(counter, send),
            keep=self._book.keep,
            tell=self._book.tell,
            readers=self.equipment.readers_at(counter),
        )

    def subscriptions(self) -> tuple[tuple[str, int], ...]:
        """(topic filter, QoS) of everything this node listens to."""
        topics = [self.topics.reply(self.name), self.topics.engine()]
        topics += [self.topics.view("counter", counter) for counter in self.stations]
        topics += [self.topics.guesses(caller) for caller in self._hall.callers]
        if self.desk.any:
            topics.append(self.topics.input(self.name))
        return tuple((topic, 1) for topic in topics)

    def connect(self, publisher: Publisher, sender: Sender) -> None:
        """Hand in what carries messages; both exist only after this object."""
        self._publisher, self.sender = publisher, sender

    # -- from the network

    def on_link(self, state: LinkState, reason: str) -> None:
        """The link to the broker changed."""
        self._linked = state is LinkState.ONLINE
        self._timed = False
        self._untimed.clear()
        if self.sender is not None:
            self.sender.on_online(self._linked)
        if self._linked:
            self.desk.forget()
            self._news.connected()
            self._health_due_s = self._panel_due_s = 0.0

    def on_message(self, message: Message) -> None:
        """Something arrived on a subscribed topic; what cannot be read is logged and dropped."""
        found = self.topics.parse(message.topic)
        if found is None:
            return
        kind, parts = found
        try:
            match kind:
                case "reply" if self.sender is not None:
                    self.sender.on_message(message.payload)
                case "engine":
                    self._on_engine(decode(message.payload, EngineState), message.retained)
                case "view":
                    self._on_view(parts["name"], message.payload, message.retained)
                case "guesses":
                    self._news.hear(parts["device"], decode(message.payload, WrongPins), retained=message.retained)
                case "input" if self.desk.any:
                    self.desk.input(decode(message.payload, VirtualInput))
        except CodecError as error:
            log.warning("a message on %s cannot be read: %s", kind, error.detail)

    def on_answer(self, id: str, reply: Reply) -> None:
        """The engine answered one command."""
        self._watch.spoke()
        counter = self._asked_by.pop(id, None)
        if counter is not None:
            self.stations[counter].answered(id, reply, self.clock.machine_s())

    def _on_engine(self, state: EngineState, retained: bool) -> None:
        if state.online and not retained:
            self.clock.heard(state.at_ms, retained=False)
            self._newest.engine_at(Position(state.epoch, state.as_of, state.at_ms))
            self._timed = True
            for name in list(self._untimed):
                self._show(name, self._untimed.pop(name))
        self._watch.take(state, retained=retained)

    def _on_view(self, name: str, payload: bytes, retained: bool) -> None:
        view, body = decode_view(payload)
        station = self.stations.get(name)
        if station is None or not isinstance(body, CounterView) or body.counter != name:
            return
        if self._newest.take(name, Position(view.epoch, view.as_of, view.at_ms)):
            if not retained:
                self._watch.spoke()
            self._untimed.pop(name, None)
            asked = body.evaluation
            if retained and not self._timed and asked is not None and asked.visit != station.visit:
                self._untimed[name] = body
                body = msgspec.structs.replace(body, evaluation=None)
            self._show(name, body)

    def _show(self, name: str, view: CounterView) -> None:
        self.stations[name].shown(view, self.clock.now_ms())

    # -- to the engine

    def _ask(self, counter: str, send: Send) -> None:
        assert self.sender is not None, "connect comes first"
        self._asked_by[send.id] = counter
        while len(self._asked_by) > 1_000:
            del self._asked_by[next(iter(self._asked_by))]
        command: Command = send.command
        clerk = self.stations[counter].console.view
        by = (clerk.clerk if clerk is not None else None) or ""
        self.sender.put(command, id=send.id, ttl_ms=self._hall.rules.press_ttl_ms, by=by)

    def engine_online(self) -> bool:
        """Whether a press could be answered now."""
        return self._linked and self._watch.alive()

    # -- the loop

    def turn(self) -> None:
        """One round: take what the devices did, let time pass, show what changed."""
        now_s, now_ms, online = self.clock.machine_s(), self.clock.now_ms(), self.engine_online()
        for station in self.stations.values():
            station.link(online, now_s)  # before any press: one of the first round is judged by it
        for line in self.equipment.lines.values():
            for event in line.poll():
                self._on_line(line, event, now_s, now_ms)
        for device in self.equipment.pads():
            station = self.stations[self.equipment.counter_of[device.name]]
            if isinstance(device, PolledConsole):
                for press in device.poll():
                    station.press(press, now_s, now_ms)
            else:
                for raw_key in device.poll():
                    station.rate(raw_key, now_ms)
        for reader in self.equipment.readers.values():
            for card in reader.poll():
                self.stations[reader.counter].lay(card, now_s)
        if now_s >= self._refresh_due_s:
            self._refresh_due_s = now_s + REFRESH_EVERY_S
            self._refresh(self.stations.values(), prompt=False)
            for strip in self.equipment.strips.values():
                strip.refresh()
        for station in self.stations.values():
            station.tick(now_s, now_ms)
        views = {counter: station.console.view for counter, station in self.stations.items()}
        for strip in self.equipment.strips.values():
            strip.show(views, now_s, now_ms)
        if self.sender is not None:
            self.sender.tick()
        self._report(now_s)

    def _on_line(self, line: AnyLine, event: object, now_s: float, now_ms: int) -> None:
        match event:
            case TerminalKey(name=name, press=press):
                self._station_of(name).press_terminal(press, now_s, now_ms)
            case EvaluatorKey(name=name, raw_key=raw_key, owed=owed):
                station = self._station_of(name)
                assert isinstance(station.keypad, LineEvaluator)
                station.keypad.hear(owed)
                station.rate(raw_key, now_ms)
            case LineState(online=True):
                counters = dict.fromkeys(self.equipment.counter_of[name] for name in self.equipment.names_on(line))
                self._refresh([self.stations[counter] for counter in counters], prompt=True)
            case LineState(online=False):
                log.warning("line %s is down", line.name)

    def _station_of(self, device: str) -> Station:
        return self.stations[self.equipment.counter_of[device]]

    def _refresh(self, stations: Iterable[Station], prompt: bool) -> None:
        for station in stations:
            station.refresh(prompt)

    # -- reports

    def _report(self, now_s: float) -> None:
        if not self._linked or self._publisher is None:
            return
        self._news.tell(lambda news: self._publish("guesses", encode(news)))
        if self.desk.any and now_s >= self._panel_due_s:
            self._panel_due_s = now_s + PANEL_EVERY_S
            shown = [part for station in self.stations.values() for part in station.panels()]
            panel = self.desk.changed([*shown, *(strip.panel() for strip in self.equipment.strips.values())])
            if panel is not None and not self._publish("panel", encode(panel)):
                self.desk.forget()
        if now_s >= self._health_due_s:
            self._health_due_s = now_s + HEALTH_EVERY_S
            self._publish("health", encode(self.health()))

    def health(self) -> DeviceHealth:
        """How this node feels. Counted are presses and ratings that wait for an answer, and the oldest of either."""
        presses = self.sender.outbox.health() if self.sender is not None else None
        ratings = self._ratings.health()
        waiting = [outbox for outbox in (presses, ratings) if outbox is not None]
        parts = {name: word for station in self.stations.values() for name, word in station.health().items()}
        parts |= {name: strip.fault() or "ok" for name, strip in self.equipment.strips.items()}
        for name, line in self.equipment.lines.items():
            parts[f"line-{name}"] = "ok" if line.line.health.online else "down"
        parts |= guessed_parts(self._hall, self._guesses.guessed(self.clock.machine_s()))
        if ratings.length:
            parts["ratings"] = f"waiting:{ratings.length}"
        if refused := self.refused_ratings():
            parts["ratings"] = f"refused:{refused}"
        if any(outbox.length >= outbox.bound for outbox in waiting):
            parts["ratings" if ratings.length >= ratings.bound else "presses"] = "outbox-full"
        return DeviceHealth(
            at_ms=self.clock.now_ms(),
            outbox_length=sum(outbox.length for outbox in waiting),
            outbox_age_ms=max((outbox.oldest.ms for outbox in waiting if outbox.oldest is not None), default=0),
            clock_offset_ms=self.clock.offset_ms(),
            parts=parts,
            hall_file=self._hall_file,
        )

    def _publish(self, row: str, payload: bytes) -> bool:
        assert self._publisher is not None
        topic = BY_NAME[row]
        try:
            self._publisher.publish(self.topics.of(row, device=self.name), payload, qos=topic.qos, retain=topic.retain)
        except (SendRefused, NodeError) as error:
            log.debug("%s is not published: %s", row, error)
            return False
        return True
