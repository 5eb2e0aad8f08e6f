"""A wall display or a counter sign: the real station and minds, with a voice that takes as long as speaking does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broker.contract.codec import encode
from broker.contract.topics import Topics
from broker.model.views import Call
from broker.model.views import Shown as View
from broker.runtime.newest import Position
from display.announcer import Announcer, Policy
from display.app import Station
from display.faces import BoardFace, NoVoice, SignFace
from tests.simulation.node import Node
from tests.simulation.trace import Shown, Spoken

if TYPE_CHECKING:
    from tests.simulation.world import World

SIZE = (1920, 1080)
SPOKEN_S = 5.0
VOICE_TURN_S, RESTING_TURN_S, IDLE_TURN_S = 0.4, 2.0, 10.0


class SimVoice:
    """``display.sound.Sound`` without its thread: the real announcer, words that only take time."""

    def __init__(self, node: "DisplayNode") -> None:
        self._node = node
        self._announcer = Announcer(Policy())
        self._offset_ms = 0
        self._ends_s: float | None = None

    @property
    def wait_s(self) -> float:
        """When it wants the next turn."""
        if self._ends_s is not None or self._announcer.backlog:
            return VOICE_TURN_S
        return RESTING_TURN_S if self._announcer._resting is not None else IDLE_TURN_S

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def keep_time(self, offset_ms: int) -> None:
        self._offset_ms = offset_ms

    def emergency(self, texts: Mapping[str, str] | None) -> None:
        self._announcer.hush(None if texts is None else "an emergency is announced")

    def silent(self, calls: tuple[Call, ...]) -> None:
        self._announcer.silent(calls)

    def show(self, calls: tuple[Call, ...]) -> None:
        self._announcer.show(calls, self._now_ms())

    def turn(self) -> None:
        agenda = self._node.world.agenda
        if self._ends_s is not None:
            if agenda.now_s < self._ends_s:
                return
            self._ends_s = None
            self._announcer.ended(self._now_ms())
        self._announcer.take_notes()
        said = self._announcer.next(self._now_ms())
        if said is not None:
            self._ends_s = agenda.now_s + SPOKEN_S * len(said.languages) ** 0.5
            self._node.speaks(said.call.call_id, said.reading)

    def _now_ms(self) -> int:
        return self._node.clock.now_ms() + self._offset_ms


class _Seen:
    """Mixed into a face: writes down each picture it takes on, and draws nothing."""

    node: "DisplayNode"

    def take(self, view: View, position: Position, now_s: float) -> None:
        before = self._mind._view  # type: ignore[attr-defined]
        super().take(view, position, now_s)  # type: ignore[misc]
        if self._mind._view is not before:  # type: ignore[attr-defined]
            self.node.shows(view, position)  # as published: a display of some counters leaves the others out

    def draw(self, now_s: float, now_ms: int, sure: bool) -> tuple:
        self._mind.look(now_s, None if isinstance(self, BoardFace) else now_ms)  # type: ignore[attr-defined]
        return ()


class SeenBoard(_Seen, BoardFace):
    """A wall display without pixels."""


class SeenSign(_Seen, SignFace):
    """A counter sign without pixels."""


class NoScreen:
    """A screen that nobody paints."""

    size, virtual, moving, failed = SIZE, True, False, False

    class _Painted:
        pixels = 0

    def show(self, ops: object) -> "_Painted":
        return self._Painted()

    def fail(self) -> None:
        self.failed = True

    def wake(self) -> None: ...

    def close(self) -> None: ...


class DisplayNode(Node):
    """``name`` is a display or a sign of the hall file."""

    role = "display"

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, name)
        self.station: Station | None = None
        self.voice: SimVoice | None = None
        self.face: SeenBoard | SeenSign | None = None
        self._last: tuple[Position, bytes] | None = None
        self.cut_when_speaking = False
        """Somebody pulls the plug during the next call, and puts it in again while the call still stands."""

    @property
    def topic(self) -> str:
        """The one view that it shows."""
        hall = self.world.hall
        topics = Topics(hall.hall.id)
        if self.name in hall.signs:
            return topics.view("counter", hall.signs[self.name].counter)
        return topics.view("board", self.name)

    def _build(self) -> None:
        hall, name = self.world.hall, self.name
        zone = ZoneInfo(hall.hall.time_zone)
        self.voice = None if name in hall.signs else SimVoice(self)
        if self.voice is None:
            self.face = SeenSign(hall, name, SIZE, zone)
        else:
            self.face = SeenBoard(hall, name, SIZE, zone, self.voice)
        self.face.node = self
        self._last = None

        def make_link(url: str, client_id: str, **wanted: object):  # type: ignore[no-untyped-def]
            self.link = self.world.network.link(name, self.arrived, client_id, **wanted)
            return self.link

        self.station = Station(
            hall.hall.id, name, self.face, NoScreen(), self.clock, "", self.voice or NoVoice(), make_link  # type: ignore[arg-type]
        )  # fmt: skip
        self.station.start()

    def _turn(self) -> float:
        assert self.station is not None
        self.station.turn()
        if self.voice is None:
            return IDLE_TURN_S
        self.voice.turn()
        return self.voice.wait_s

    def _lost_power(self, kept: bool) -> None:
        self.station = self.voice = self.face = None
        self.cut_when_speaking = False

    def speaks(self, call_id: str, reading: int) -> None:
        """It begins to announce a call."""
        world = self.world
        world.trace.spoken.append(Spoken(world.agenda.now_ms, self.name, call_id, reading))
        if self.cut_when_speaking:
            self.cut_when_speaking = False
            world.agenda.after(self.chance.uniform(0.1, 4.0), self._unplugged)

    def _unplugged(self) -> None:
        if self.alive:
            self.world.fault("display power while speaking", self.name)
            self.power_off()
            self.restart_after(self.chance.uniform(2.0, 10.0), machine=True)

    def shows(self, view: View, position: Position) -> None:
        body = encode(view)
        if self._last == (position, body):
            return
        self._last = (position, body)
        world = self.world
        world.trace.shown.append(
            Shown(
                at_ms=world.agenda.now_ms,
                display=self.name,
                topic=self.topic,
                epoch=position[0],
                as_of=position[1],
                body=body,
                committed=world.server.committed,
            )
        )

    @property
    def picture(self) -> bytes | None:
        return None if self._last is None else self._last[1]
