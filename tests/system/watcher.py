"""Somebody who hears everything of a hall: views with their order, panels, pictures, health, replies."""

import contextlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from broker.contract.codec import CodecError, decode, decode_view, encode
from broker.contract.envelope import (
    SOUND_LIMIT_BYTES,
    Ask,
    DeviceHealth,
    DeviceStatus,
    EngineState,
    Panel,
    PanelPart,
    Reply,
)
from broker.contract.topics import Topics
from broker.model.hall import Hall
from broker.model.views import Shown
from broker.runtime.link import Link, LinkOptions, Message

PATIENCE_S = 90.0
LOOK_S = 0.05
PICTURES_KEPT = 40
QUICK = LinkOptions(
    first_wait_s=(0.1, 0.3), longest_wait_s=0.8, message_limit_bytes=SOUND_LIMIT_BYTES, inbox_bound=8_000
)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Seen:
    """One view as it came."""

    kind: str
    name: str
    epoch: int
    as_of: int
    body: Shown


class Watcher:
    """A client in a thread of its own. What it heard may be read by the test's thread at any time."""

    def __init__(self, url: str, hall: Hall) -> None:
        self.topics = Topics(hall.hall.id)
        self.history: list[Seen] = []
        self.views: dict[tuple[str, str], Seen] = {}
        self.panels: dict[str, Panel] = {}
        self.health: dict[str, DeviceHealth] = {}
        self.status: dict[str, DeviceStatus] = {}
        self.pictures: dict[tuple[str, str], deque[bytes]] = defaultdict(lambda: deque(maxlen=PICTURES_KEPT))
        self.replies: deque[tuple[str, Reply]] = deque(maxlen=20_000)
        self.engine: EngineState | None = None
        self.heard = 0
        self._asking: tuple[str, ...] = ()
        self._ended = threading.Event()
        self._link = Link(
            url, f"watcher-{time.monotonic_ns()}", on_message=self._take, options=QUICK,
            subscriptions=[(f"jh/{hall.hall.id}/#", 1)],
        )  # fmt: skip
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._link.start()
        self._thread.start()
        self.await_that(lambda: self._link.online, "the watcher's own connection")

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(25.0)
        self._link.stop()

    def ask_pictures(self, *devices: str) -> None:
        """From now on look at these devices' screens."""
        self._asking = devices

    def await_that(self, look: Callable[[], Found], what: str, within_s: float = PATIENCE_S) -> Found:
        """What ``look`` finds, as soon as it is true; fails after a generous while."""
        until_s = time.monotonic() + within_s
        while True:
            found = look()
            if found:
                return found
            assert time.monotonic() < until_s, f"within {within_s:.0f} s this did not happen: {what}"
            time.sleep(LOOK_S)

    def view(self, kind: str, name: str) -> Shown | None:
        """The newest body of a view."""
        seen = self.views.get((kind, name))
        return None if seen is None else seen.body

    def part(self, device: str, name: str) -> PanelPart | None:
        """A virtual part as its device's panel shows it."""
        panel = self.panels.get(device)
        return next((part for part in panel.parts if part.part == name), None) if panel is not None else None

    def refusals(self) -> list[str]:
        """Codes of all refusals heard, in order."""
        return [reply.refusal.code for _, reply in list(self.replies) if reply.refusal is not None]

    def steps_back(self) -> list[tuple[Seen, Seen]]:
        """Pairs of views of one name where the later one was older."""
        newest: dict[tuple[str, str], Seen] = {}
        found = []
        for seen in list(self.history):
            before = newest.get((seen.kind, seen.name))
            if before is not None and (seen.epoch, seen.as_of) < (before.epoch, before.as_of):
                found.append((before, seen))
            newest[(seen.kind, seen.name)] = seen
        return found

    def _run(self) -> None:
        ask_s = 0.0
        while not self._ended.is_set():
            self._link.pump(LOOK_S)
            if self._asking and self._link.online and time.monotonic() >= ask_s:
                ask_s = time.monotonic() + 5.0
                for device in self._asking:
                    self._link.publish(self.topics.ask(device), encode(Ask(for_s=20)), qos=0)

    def _take(self, message: Message) -> None:
        self.heard += 1
        row, parts = self.topics.parse(message.topic) or ("", {})
        with contextlib.suppress(CodecError):  # somebody else's hostile bytes, not ours to judge
            self._note(row, parts, message.payload)

    def _note(self, row: str, parts: dict[str, str], payload: bytes) -> None:
        match row:
            case "view":
                frame, body = decode_view(payload)
                seen = Seen(frame.kind, frame.name, frame.epoch, frame.as_of, body)
                self.history.append(seen)
                self.views[(frame.kind, frame.name)] = seen
            case "panel":
                self.panels[parts["device"]] = decode(payload, Panel)
            case "health":
                self.health[parts["device"]] = decode(payload, DeviceHealth)
            case "status":
                self.status[parts["device"]] = decode(payload, DeviceStatus)
            case "picture":
                self.pictures[(parts["device"], parts["name"])].append(payload)
            case "reply":
                self.replies.append((parts["device"], decode(payload, Reply)))
            case "engine":
                self.engine = decode(payload, EngineState)
