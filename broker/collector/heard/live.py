"""What the hall looks like at this moment, as heard on MQTT. Memory only; bounded by the hall file; safe for threads.

Everything here was published by somebody else: views by the engine, states, panels, pictures and sound by devices.
A change wakes the watchers (open live pages) with the names of what changed.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from msgspec import structs

from broker.collector.heard.trend import Trend
from broker.collector.heard.watching import Watchers
from broker.contract.codec import CodecError, decode, decode_view
from broker.contract.envelope import (
    PICTURE_LIMIT_BYTES,
    SOUND_LIMIT_BYTES,
    DeviceHealth,
    DeviceStatus,
    EngineState,
    Panel,
    View,
)
from broker.contract.topics import Topics
from broker.model.hall import Hall
from broker.model.views import VIEW_KINDS, CounterView, EvaluationRequest, HallView, ServiceView, Shown
from broker.runtime.clock import Clock
from broker.runtime.engine_watch import EngineWatch
from broker.runtime.newest import Newest, Position

PICTURES_MOST = 6
"""Pictures kept of one device: its screens and its last papers."""
ASKED_MOST = 8
"""Visits of one counter that were asked about last: more than a minute has room for."""
STAFF_ONLY = frozenset({"device", "panel", "picture", "sound", "alert"})
"""Names that no page of strangers depends on; devices tell of themselves every few seconds."""
NOT_ON_FLOOR = frozenset({"board", "kiosk", "outlet", "panel", "picture", "sound"})
"""Names of which the manager's floor shows nothing: a picture is fetched by itself, and stays where it is drawn."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """A view as last heard."""

    frame: View
    body: Shown


@dataclass(frozen=True)
class DeviceSeen:
    """A device as last heard; ``heard_s`` is the machine time of its last sign of life."""

    status: DeviceStatus | None = None
    health: DeviceHealth | None = None
    panel: Panel | None = None
    heard_s: float | None = None


@dataclass(frozen=True)
class Blob:
    """Bytes that a device published: a picture or a sound. ``tag`` changes exactly when the bytes do."""

    data: bytes
    tag: str
    count: int


class Live:
    """The hall as last heard."""

    def __init__(self, hall: Hall, clock: Clock) -> None:
        self._hall = hall
        self._topics = Topics(hall.hall.id)
        self.public_revision = 0
        """Moves with every change of what strangers may see; for whoever keeps what was made of it."""
        self.floor_revision = 0
        """Moves with every change of what the manager's floor shows."""
        self._machine_s = clock.machine_s
        self._lock = threading.Lock()
        self._views: dict[tuple[str, str], Seen] = {}
        self._asked: dict[str, dict[str, EvaluationRequest]] = {}
        self._newest = Newest()
        self._engine: EngineState | None = None
        self._watch = EngineWatch(clock)
        self._told = (False, False)
        self._devices: dict[str, DeviceSeen] = {}
        self._pictures: dict[str, dict[str, Blob]] = {}
        self._sounds: dict[str, Blob] = {}
        self.watchers = Watchers()
        self.trend = Trend()

    # -- hearing ------------------------------------------------

    def take(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        """Hear one message; what cannot be read or does not belong to this hall is logged and dropped."""
        parsed = self._topics.parse(topic)
        hear = None if parsed is None else _HEARERS.get(parsed[0])
        if parsed is None or hear is None:
            return
        try:
            changed = hear(self, parsed[1], payload, retained)
        except CodecError as error:
            _log.warning("dropped an unreadable %s message: %s", parsed[0], error.detail)
            return
        if changed:
            self.tell(changed)
        self.look()

    def look(self) -> None:
        """Tell open pages when the engine fell silent, or spoke again; only time says the former, so ask often."""
        with self._lock:
            now = (self._watch.speaks(), self._watch.alive())
            before, self._told = self._told, now
        if now != before:
            self.tell("engine")

    def tell(self, name: str) -> None:
        """Something of this name changed."""
        kind = name.partition("/")[0]
        if kind not in STAFF_ONLY:
            self.public_revision += 1
        if kind not in NOT_ON_FLOOR:
            self.floor_revision += 1
        self.watchers.tell(name)

    def _take_view(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        frame, body = decode_view(payload)
        key = (parts["kind"], parts["name"])
        if key != (frame.kind, frame.name) or not self._is_view(*key):
            _log.warning("dropped a view that is not of this hall")
            return None
        with self._lock:
            if not self._newest.take("/".join(key), Position(frame.epoch, frame.as_of, frame.at_ms)):
                return None
            if not retained:
                self._watch.spoke()
            known = self._views.get(key)
            self._views[key] = Seen(frame, body)
            if isinstance(body, ServiceView):
                self.trend.take(body.line.service, frame.at_ms, body.line.waiting)
            if isinstance(body, CounterView) and body.evaluation is not None:
                self._take_asked(body.counter, body.evaluation)
            same = known is not None and _for_pages(known.body) == _for_pages(body)
        return None if same else "/".join(key)

    def _take_asked(self, counter: str, request: EvaluationRequest) -> None:
        asked = self._asked.setdefault(counter, {})
        asked[request.visit] = request
        while len(asked) > ASKED_MOST:
            del asked[next(iter(asked))]

    def _take_engine(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        state = decode(payload, EngineState)
        with self._lock:
            before = self._engine
            self._engine = state
            self._watch.take(state, retained=retained)
            if state.online and not retained:
                self._newest.engine_at(Position(state.epoch, state.as_of, state.at_ms))
        was = None if before is None else (before.online, before.day)
        return "engine" if was != (state.online, state.day) else None

    def _take_status(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        status = decode(payload, DeviceStatus)
        return self._update(parts["device"], "device", lambda seen: self._with_status(seen, status))

    def _with_status(self, seen: DeviceSeen, status: DeviceStatus) -> DeviceSeen:
        known = seen.status
        leaves = not status.online and not status.revoked
        if leaves and known is not None and (known.revoked or (known.online and known.boot != status.boot)):
            return seen  # the Will of a connection that was cut off, or the late one of an older connection
        heard_s = self._machine_s() if status.online else seen.heard_s
        return replace(seen, status=status, heard_s=heard_s)

    def _take_health(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        health = decode(payload, DeviceHealth)
        return self._update(
            parts["device"], "device", lambda seen: replace(seen, health=health, heard_s=self._machine_s())
        )

    def _take_panel(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        panel = decode(payload, Panel)
        return self._update(parts["device"], "panel", lambda seen: replace(seen, panel=panel))

    def _update(self, device: str, prefix: str, change: Callable[[DeviceSeen], DeviceSeen]) -> str | None:
        if self._hall.device_role(device) is None:
            return None
        with self._lock:
            before = self._devices.get(device, DeviceSeen())
            after = change(before)
            self._devices[device] = after
        return None if _alike(before, after) else f"{prefix}/{device}"

    def _take_picture(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        device, name = parts["device"], parts["name"]
        if len(payload) > PICTURE_LIMIT_BYTES or not payload.startswith(b"\x89PNG") or len(name) > 64:
            raise CodecError("not a PNG picture within the limit")
        if self._hall.device_role(device) is None:
            return None
        with self._lock:
            kept = self._pictures.setdefault(device, {})
            if name not in kept and len(kept) >= PICTURES_MOST:
                return None
            changed = _keep(kept, name, payload)
        return f"picture/{device}/{name}" if changed else None

    def _take_sound(self, parts: dict[str, str], payload: bytes, retained: bool) -> str | None:
        device = parts["device"]
        if len(payload) > SOUND_LIMIT_BYTES or payload[:4] != b"RIFF":
            raise CodecError("not a WAV sound within the limit")
        if self._hall.device_role(device) != "display":
            return None
        with self._lock:
            _keep(self._sounds, device, payload, always=True)
        return f"sound/{device}"

    # -- looking ------------------------------------------------

    def view(self, kind: str, name: str) -> Seen | None:
        """The view as last heard."""
        with self._lock:
            return self._views.get((kind, name))

    def hall_view(self) -> Seen | None:
        """The hall at a glance."""
        return self.view("hall", self._hall.hall.id)

    def body(self, kind: str, name: str) -> Shown | None:
        """Only what is shown."""
        seen = self.view(kind, name)
        return None if seen is None else seen.body

    def hall_body(self) -> HallView | None:
        """Only what is shown of the hall."""
        body = self.body("hall", self._hall.hall.id)
        return body if isinstance(body, HallView) else None

    def counter(self, name: str) -> CounterView | None:
        """What a counter's own devices show."""
        body = self.body("counter", name)
        return body if isinstance(body, CounterView) else None

    def counters(self, names: Iterable[str]) -> tuple[CounterView, ...]:
        """Those of these counters that were heard of, in the order of the names."""
        return tuple(view for name in names if (view := self.counter(name)) is not None)

    def asked(self, counter: str, visit: str) -> EvaluationRequest | None:
        """What was asked at a counter of one of its last visits, whether or not it was rated since."""
        with self._lock:
            return self._asked.get(counter, {}).get(visit)

    def engine(self) -> EngineState | None:
        """The engine's last heartbeat."""
        with self._lock:
            return self._engine

    def engine_silent_s(self) -> float | None:
        """Real seconds since the engine's last sign of life; None when it said goodbye or was never heard."""
        with self._lock:
            return self._watch.silent_s()

    def engine_heard_ms(self) -> int | None:
        """Hall time of the engine's last sign of life, whether or not a farewell followed; None before the first."""
        with self._lock:
            contact = self._watch.contact
        return None if contact is None else contact[1]

    def engine_alive(self) -> bool:
        """Whether a question could be answered now."""
        with self._lock:
            return self._watch.alive()

    def engine_speaks(self) -> bool:
        """Whether no heartbeat is missing; what pages say of the engine goes by this, sooner than what is asked."""
        with self._lock:
            return self._watch.speaks()

    def device(self, name: str) -> DeviceSeen:
        """A device as last heard."""
        with self._lock:
            return self._devices.get(name, DeviceSeen())

    def silent_s(self, seen: DeviceSeen) -> float | None:
        """Real seconds since a device's last sign of life."""
        return None if seen.heard_s is None else self._machine_s() - seen.heard_s

    def picture(self, device: str, name: str) -> Blob | None:
        """The last picture of a screen or paper."""
        with self._lock:
            return self._pictures.get(device, {}).get(name)

    def pictures(self, device: str) -> tuple[str, ...]:
        """Names of the pictures a device has sent."""
        with self._lock:
            return tuple(self._pictures.get(device, {}))

    def sound(self, device: str) -> Blob | None:
        """What a virtual speaker said last."""
        with self._lock:
            return self._sounds.get(device)

    def _is_view(self, kind: str, name: str) -> bool:
        hall = self._hall
        names = {
            "board": {*hall.displays},
            "counter": {*hall.counters},
            "kiosk": {*hall.kiosks},
            "service": {*hall.services},
            "hall": {hall.hall.id},
        }
        return kind in VIEW_KINDS and name in names[kind]


_HEARERS: dict[str, Callable[[Live, dict[str, str], bytes, bool], str | None]] = {
    "view": Live._take_view,
    "engine": Live._take_engine,
    "status": Live._take_status,
    "health": Live._take_health,
    "panel": Live._take_panel,
    "picture": Live._take_picture,
    "sound": Live._take_sound,
}


def _for_pages(body: Shown) -> Shown:
    """What a page shows of it: that somebody has just rated is news for the counter's own devices only."""
    return structs.replace(body, evaluation=None) if isinstance(body, CounterView) else body


def _alike(before: DeviceSeen, after: DeviceSeen) -> bool:
    """Whether a person would see no difference: figures that move with every heartbeat do not count."""
    return _shown(before) == _shown(after)


def _shown(seen: DeviceSeen) -> tuple[object, ...]:
    health = seen.health
    felt = None if health is None else (health.outbox_length, tuple(sorted(health.parts.items())))
    return (seen.status, felt, seen.panel, seen.heard_s is None)


def _keep(kept: dict[str, Blob], name: str, data: bytes, *, always: bool = False) -> bool:
    """Keep the bytes; whether they differ from the last ones (or ``always`` counts)."""
    tag = hashlib.sha256(data).hexdigest()[:16]
    before = kept.get(name)
    if before is not None and before.tag == tag and not always:
        return False
    count = 1 if before is None else before.count + 1
    kept[name] = Blob(data, tag, count)
    return True
