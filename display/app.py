"""A display program: takes views from its link, paints, then speaks; answers requests for pictures of its screen.

One process may run several displays (twelve counter signs of a virtual hall); they take turns in one loop.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from broker.contract.codec import CodecError, decode, decode_view, encode
from broker.contract.envelope import SOUND_LIMIT_BYTES, Ask, DeviceHealth, EngineState
from broker.contract.topics import BY_NAME, Topics
from broker.model.views import ServiceView
from broker.runtime.canvas.press import Quit
from broker.runtime.canvas.window import Screen
from broker.runtime.clock import Clock
from broker.runtime.engine_time import EngineTime
from broker.runtime.engine_watch import EngineWatch
from broker.runtime.errors import PayloadTooLarge, SendRefused
from broker.runtime.heart import Heart
from broker.runtime.link import Link, LinkOptions, LinkState, Message
from broker.runtime.link_identity import with_identity
from broker.runtime.newest import Position
from broker.runtime.presence import device_presence
from broker.runtime.pulse import Pulse
from display.faces import Face, NoVoice, Voice

log = logging.getLogger(__name__)

FRAME_S = 1 / 30
QUIET_TURN_S = 0.1
"""So often a picture is looked at, and at once when news came; what runs on it moves at every frame."""
VIRTUAL_FRAME_S = 0.25
HEALTH_S = 5.0
PICTURE_NAME = "screen"
PICTURE_GAP_S = 0.5
REAL_PICTURE_GAP_S = 2.0
MOVING_PICTURE_GAP_S = 2.0
MOST_SOUNDS = 4
SWITCH_S = 0.001
"""So soon a thread that waits for the interpreter gets it from one that paints; Python's own 5 ms, taken at each of the
dozen steps to a sound, would be heard."""


class Health(Protocol):
    """What a voice tells of itself, each part in a word: ok, off, ..."""

    def parts(self) -> dict[str, str]: ...


class Station:
    """One display with its link. Call `start`, then `turn` again and again, then `stop`, all from one thread."""

    def __init__(
        self,
        hall: str,
        device: str,
        face: Face,
        screen: Screen,
        clock: Clock,
        url: str,
        voice: Voice | None = None,
        make_link: Callable[..., Link] = Link,
        services: Sequence[str] = (),
        hall_file: str = "",
    ) -> None:
        """Of ``services`` the numbers that wait are heard, so that ``voice`` has their words ready when they come."""
        self.device = device
        self._hall_file = hall_file
        self.screen = screen
        self._face = face
        self._voice = voice or NoVoice()
        self._topics = Topics(hall)
        self._time = EngineTime(clock)
        self._watch = EngineWatch(self._time)
        self._watched_until_s = float("-inf")
        self._picture_at_s = float("-inf")
        self._picture_wanted = False
        self._health_at_s = float("-inf")
        self._framed_at_s = self._looked_at_s = float("-inf")
        self._news = True
        self._sounds: deque[bytes] = deque(maxlen=MOST_SOUNDS)
        topics = self._topics
        views = (topics.view(face.kind, face.name), *(topics.view("service", service) for service in services))
        rows = (*((topic, "view") for topic in views), (topics.engine(), "engine"), (topics.ask(device), "ask"))
        self.link = make_link(
            url,
            device,
            on_message=self._on_message,
            on_state=self._on_state,
            subscriptions=[(topic, BY_NAME[row].qos) for topic, row in rows],
            presence_of=device_presence(topics, device, "display"),
            options=with_identity(LinkOptions(message_limit_bytes=SOUND_LIMIT_BYTES), device),
            wake=lambda: self.wake(),
        )
        self.wake: Callable[[], None] = screen.wake

    def start(self) -> None:
        """Paint the first picture, then connect and open the loudspeaker."""
        self._paint()
        self.link.start()
        self._voice.start()

    def stop(self) -> None:
        """Say farewell and let go of screen and loudspeaker."""
        self._face.stop()
        self._voice.stop()
        self.link.stop()
        self.screen.close()

    def turn(self) -> None:
        """Take what came, paint it, and only then speak, send pictures, report."""
        self.link.pump()
        self._paint()
        self._face.speak()
        self._send_picture()
        self._send_sounds()
        self._send_health()

    def wait_s(self) -> float:
        """Return how long nothing will happen by itself, in seconds."""
        if not self.screen.moving:
            return QUIET_TURN_S
        frame_s = VIRTUAL_FRAME_S if self.screen.virtual else FRAME_S
        return max(0.0, min(QUIET_TURN_S, self._framed_at_s + frame_s - self._now_s()))

    def take_sound(self, wav: bytes) -> None:
        """A virtual loudspeaker says this; whoever watches may hear it (from any thread)."""
        self._sounds.append(wav)
        self.wake()

    def _now_s(self) -> float:
        return self._time.machine_s()

    # --- Messages ---------------------------------------------------------------------------------------------------

    def _on_state(self, state: LinkState, reason: str) -> None:
        if state is LinkState.ONLINE:
            self._face.connected()
            self._health_at_s = float("-inf")

    def _on_message(self, message: Message) -> None:
        self._news = True
        row, _ = self._topics.parse(message.topic) or ("", {})
        try:
            if row == "view":
                self._take_view(message)
            elif row == "engine":
                self._take_engine(message)
            elif row == "ask":
                self._take_ask(message)
        except CodecError as error:
            log.warning("refused a message topic=%s bytes=%d: %s", message.topic, len(message.payload), error)

    def _take_view(self, message: Message) -> None:
        frame, body = decode_view(message.payload)
        if frame.kind == "service" and isinstance(body, ServiceView):
            self._voice.warm_tickets(body.numbers)
            return
        if (frame.kind, frame.name) != (self._face.kind, self._face.name):
            raise CodecError(f"a view of {frame.kind}/{frame.name} came under another name")
        if not message.retained:
            self._watch.spoke()
            self._tell_contact()
        self._face.take(body, Position(frame.epoch, frame.as_of, frame.at_ms), self._now_s())

    def _take_engine(self, message: Message) -> None:
        engine = decode(message.payload, EngineState)
        if engine.online and not message.retained:
            self._time.heard(engine.at_ms, retained=False)
            self._voice.keep_time(self._time.offset_ms() or 0)
            self._face.engine_at(Position(engine.epoch, engine.as_of, engine.at_ms))
        self._watch.take(engine, retained=message.retained)
        self._tell_contact()

    def _tell_contact(self) -> None:
        """A screen marks how old its picture is; a farewell does not make it older than the last sign of life."""
        if self._watch.contact is not None:
            self._face.heard(*self._watch.contact)

    def _take_ask(self, message: Message) -> None:
        ask = decode(message.payload, Ask)
        self._watched_until_s = self._now_s() + ask.for_s
        self._picture_wanted = True

    # --- Painting and sending ---------------------------------------------------------------------------------------

    def _paint(self) -> None:
        now_s = self._now_s()
        if self._news or not self.screen.moving or now_s - self._looked_at_s >= QUIET_TURN_S:
            self._news, self._looked_at_s = False, now_s
            self._look(now_s)
        self._move(now_s)

    def _look(self, now_s: float) -> None:
        try:
            ops = self._face.draw(now_s, self._time.now_ms(), self._time.sure())
        except Exception:  # whatever a view contains, the lobby keeps a calm picture, and the next view is tried
            if not self.screen.failed:
                log.exception("the view could not be turned into a picture")
                self.screen.fail()
            return
        painted = self.screen.show(ops)
        self._picture_wanted = self._picture_wanted or bool(painted.pixels)

    def _move(self, now_s: float) -> None:
        """What runs takes its place of this moment; a wait that ended late does not shift the beat of the frames."""
        frame_s = VIRTUAL_FRAME_S if self.screen.virtual else FRAME_S
        gone_s = now_s - self._framed_at_s
        if self.screen.moving and gone_s >= frame_s:
            self._framed_at_s = now_s if gone_s >= 2 * frame_s else self._framed_at_s + frame_s
            self.screen.animate()

    def _send_picture(self) -> None:
        now_s = self._now_s()
        if now_s > self._watched_until_s:
            return
        if not self.screen.virtual and self._face.is_private(self._time.now_ms()):
            return  # a visitor's code, and whether it was used: a simulated sign shows its own
        age_s = now_s - self._picture_at_s
        gap_s = PICTURE_GAP_S if self.screen.virtual else REAL_PICTURE_GAP_S
        if (self._picture_wanted and age_s >= gap_s) or (self.screen.moving and age_s >= MOVING_PICTURE_GAP_S):
            self._picture_at_s = now_s
            self._picture_wanted = False
            self._publish("picture", self._topics.picture(self.device, PICTURE_NAME), self.screen.picture())

    def _send_sounds(self) -> None:
        while self._sounds:
            wav = self._sounds.popleft()
            if self._now_s() <= self._watched_until_s:
                self._publish("sound", self._topics.sound(self.device), wav)

    def _send_health(self) -> None:
        now_s = self._now_s()
        if now_s - self._health_at_s < HEALTH_S or not self.link.online:
            return
        self._health_at_s = now_s
        health = DeviceHealth(
            at_ms=self._time.now_ms(),
            clock_offset_ms=self._time.offset_ms(),
            parts={"screen": "failsafe" if self.screen.failed else "ok", **self._sound_parts()},
            hall_file=self._hall_file,
        )
        self._publish("health", self._topics.health(self.device), encode(health))

    def _sound_parts(self) -> dict[str, str]:
        tell: Callable[[], Health] | None = getattr(self._voice, "health", None)
        return {} if tell is None else tell().parts()

    def _publish(self, row: str, topic: str, payload: bytes) -> None:
        """Send what is only of this moment: nothing is kept when it cannot be sent now."""
        try:
            self.link.publish(topic, payload, qos=BY_NAME[row].qos, retain=BY_NAME[row].retain)
        except (SendRefused, PayloadTooLarge) as error:
            log.debug("not sent: %s", error)


def run_stations(stations: Sequence[Station], name: str, stopping: threading.Event) -> None:
    """Run displays in turns until asked to stop, or until a window is closed."""
    sys.setswitchinterval(SWITCH_S)
    loop = Pulse("loop")
    heart = Heart(name, [loop, *(station.link.pulse for station in stations)])
    first = next((station for station in stations if not station.screen.virtual), stations[0])
    for station in stations:
        station.wake = first.screen.wake
        station.start()
    heart.start()
    heart.ready()
    try:
        while not stopping.is_set():
            loop.beat()
            for station in stations:
                station.turn()
            inputs = first.screen.inputs(min(station.wait_s() for station in stations))
            if any(isinstance(found, Quit) for found in inputs):
                return
    finally:
        heart.stop()
        for station in stations:
            station.stop()
