"""A real kiosk process on a real MQTT broker, with a tiny engine that answers and a hand that touches."""

import contextlib
import dataclasses
import io
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import zxingcpp
from PIL import Image

from broker.contract.codec import decode, decode_envelope, encode, encode_view
from broker.contract.envelope import (
    PICTURE_LIMIT_BYTES,
    Ask,
    DeviceHealth,
    DeviceStatus,
    EngineState,
    Envelope,
    Panel,
    RefusalMessage,
    Reply,
    VirtualInput,
)
from broker.contract.topics import Topics
from broker.model.commands import CheckIn, Command, IssueTicket, PauseIssuing, ResumeIssuing
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.numbers import offered_by
from broker.model.refusals import Refusal
from broker.model.views import KioskView, OpenState, ServiceLine, WaitRange
from broker.runtime.link import Message
from tests.runtime.mqtt_rig import QUICK, Client

READY_WITHIN_S = 60.0
DAY = "2026-03-05"


class TinyEngine:
    """Answers every command, counts numbers, shows each kiosk a view. ``mute`` it, or let it refuse."""

    def __init__(self, url: str, hall: Hall) -> None:
        self.hall, self.topics = hall, Topics(hall.hall.id)
        self.taken: list[tuple[Envelope, Command]] = []
        self.seen: dict[str, Reply] = {}
        self.mute = False
        self.refuse: Refusal | None = None
        self.issuing = True
        self.as_of, self.next_number = 1, 42
        self.highest: dict[str, int] = {}
        large = dataclasses.replace(QUICK, message_limit_bytes=PICTURE_LIMIT_BYTES)
        topics = (self.topics.command("+"), "jh/town/device/#")
        self.client = Client(url, "town-server", *topics, on_message=self._take, options=large)
        self.others: list[Message] = []
        self.client.come_online()
        self.beat()

    def beat(self) -> None:
        """Heartbeat and views, as the server does after every commit."""
        state = EngineState(online=True, epoch=1, at_ms=int(time.time() * 1000), as_of=self.as_of, day=DAY)
        self.client.link.publish(self.topics.engine(), encode(state), qos=1, retain=True)
        for kiosk in self.hall.kiosks:
            payload = encode_view("kiosk", kiosk, 1, self.as_of, state.at_ms, encode(self.view(kiosk)))
            self.client.link.publish(self.topics.view("kiosk", kiosk), payload, qos=1, retain=True)

    def view(self, kiosk: str) -> KioskView:
        return view_of(self.hall, kiosk, self.issuing, self.highest)

    def _take(self, message: Message) -> None:
        kind, parts = self.topics.parse(message.topic) or ("", {})
        if kind != "command":
            self.others.append(message)
            return
        envelope, command = decode_envelope(message.payload)
        if self.mute:
            return
        if envelope.id not in self.seen:
            self.taken.append((envelope, command))
            self.as_of += 1
            self.seen[envelope.id] = self._decide(envelope, command)
        reply = self.seen[envelope.id]
        again = msgspec.structs.replace(reply, epoch=envelope.epoch, seq=envelope.seq)
        self.client.link.publish(self.topics.reply(parts["device"]), encode(again), qos=1)
        self.beat()

    def _decide(self, envelope: Envelope, command: Command) -> Reply:
        if self.refuse is not None:
            said = RefusalMessage(code=self.refuse.code, sentence=self.refuse.sentence)
            return Reply(id=envelope.id, kind="refused", refusal=said, as_of=self.as_of)
        result: dict = {}
        if isinstance(command, IssueTicket):
            number = f"A{self.next_number:03d}"
            self.next_number += 1
            wait = {"low_min": 5, "high_min": 15}
            result = {"number": number, "ahead": 3, "wait": wait, "counters": ["1"]}
        elif isinstance(command, CheckIn):
            result = {"number": "A077", "ahead": 0, "counters": ["1"], "service": "pension", "time": "10:00"}
            result |= {"appointment": "booked-0001", "priority": "appointment", "late": False}
        elif isinstance(command, PauseIssuing | ResumeIssuing):
            self.issuing = isinstance(command, ResumeIssuing)
        return Reply(id=envelope.id, kind="done", result=result, as_of=self.as_of)

    # -- what was heard

    def commands(self, kind: type | None = None) -> list[Command]:
        return [command for _, command in self.taken if kind is None or isinstance(command, kind)]

    def await_command(self, kind: type, count: int = 1) -> Command:
        """The ``count``-th command of a kind."""
        self.turn_until(lambda: len(self.commands(kind)) >= count, f"{count} {kind.__name__}; heard {self.commands()}")
        return self.commands(kind)[count - 1]

    def turn_until(self, condition: Callable[[], bool], what: str = "what was awaited") -> None:
        """Run the engine's loop, with a heartbeat a second, until the condition holds."""
        next_s = time.monotonic()

        def turned() -> bool:
            nonlocal next_s
            if time.monotonic() > next_s and not self.mute:
                next_s = time.monotonic() + 1.0
                self.beat()
            return condition()

        self.client.turn_until(turned, what)

    def latest(self, row: str, kiosk: str, **names: str) -> bytes | None:
        topic = self.topics.of(row, device=kiosk, **names)
        found = [message.payload for message in self.others if message.topic == topic]
        return found[-1] if found else None

    def health(self, kiosk: str) -> DeviceHealth | None:
        payload = self.latest("health", kiosk)
        return None if payload is None else decode(payload, DeviceHealth)

    def panel(self, kiosk: str) -> Panel | None:
        payload = self.latest("panel", kiosk)
        return None if payload is None else decode(payload, Panel)

    # -- the hand

    def watch(self, kiosk: str) -> None:
        """Ask for pictures for a while; older ones are forgotten."""
        self.others = [message for message in self.others if "/picture/" not in message.topic]
        self.client.link.publish(self.topics.ask(kiosk), encode(Ask(for_s=60)), qos=0)

    def hand(self, kiosk: str, part: str, kind: str, **fields: object) -> None:
        touched = VirtualInput(part=part, kind=kind, **fields)  # type: ignore[arg-type]
        self.client.link.publish(self.topics.input(kiosk), encode(touched), qos=1)

    def targets(self, kiosk: str) -> dict[str, tuple[int, int]]:
        """What can be touched now, by the kiosk's own panel."""
        panel = self.panel(kiosk)
        parts = () if panel is None else panel.parts
        return next((part.targets for part in parts if part.kind == "screen"), {})

    def after_restart(self, kiosk: "KioskProcess") -> None:
        """A power cut and the start after it, until the kiosk is on the line again: it is ready before, and deaf."""
        kiosk.kill()
        gone = lambda: (said := self.latest("status", kiosk.name)) and not decode(said, DeviceStatus).online  # noqa: E731
        self.turn_until(gone, "the will of a killed kiosk, after everything else that it said")
        self.others = [message for message in self.others if f"/{kiosk.name}/" not in message.topic]
        kiosk.start()
        self.turn_until(lambda: self.panel(kiosk.name) is not None, "the panel of a restarted kiosk")

    def touch(self, kiosk: str, *targets: str) -> None:
        """Tap one target after the other, each as soon as it is there."""
        for target in targets:
            self.turn_until(lambda target=target: target in self.targets(kiosk), f"{target} on the screen")
            x, y = self.targets(kiosk)[target]
            self.hand(kiosk, "screen", "touch", x=x, y=y)

    def await_code(self, kiosk: str, picture: str, text: str | None = None) -> str:
        """The text of the QR code on a picture."""
        found: list[str] = []

        def seen() -> bool:
            payload = self.latest("picture", kiosk, name=picture)
            found[:] = [] if payload is None else codes_in(payload)
            return bool(found) and (text is None or text in found)

        self.turn_until(seen, f"a code on the {picture}")
        return found[0] if text is None else text


def view_of(hall: Hall, kiosk: str, issuing: bool = True, highest: dict[str, int] | None = None) -> KioskView:
    """What the tiny engine shows a kiosk."""
    lines = tuple(
        ServiceLine(
            service=key,
            names=hall.services[key].names,
            state="open",
            waiting=3,
            wait=WaitRange(low_min=5, high_min=15),
            counters=("1",),
        )
        for key in offered_by(hall, kiosk)
    )
    return KioskView(
        kiosk=kiosk,
        day=DAY,
        open=OpenState(state="open", hours="09:00-12:00"),
        issuing=issuing,
        reason="" if issuing else "暂停",
        services=lines,
        highest=highest or {},
    )


def codes_in(png: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("RGB"))]


class KioskProcess:
    """``python -m kiosk`` with its own data folder; ``kill`` is a power cut, ``end`` an orderly stop."""

    def __init__(self, folder: Path, text: str, name: str, url: str, **environment: str) -> None:
        self.folder, self.name = folder, name
        self.file = folder / f"{name}.toml"
        self.file.write_text(text, encoding="utf-8")
        parse_hall(text)
        self._environment = {
            **os.environ,
            "JIAOHAO_DATA": str(folder / "data"),
            "JIAOHAO_MQTT_URL": url,
            "SDL_AUDIODRIVER": "dummy",
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "KioskProcess":
        log = (self.folder / f"{self.name}.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", str(self.file), self.name],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        self._await_ready()
        return self

    def _await_ready(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], READY_WITHIN_S)
        line = self.process.stdout.readline() if ready else ""
        assert re.match(rf"ready {self.name} \d", line), f"not ready: {line!r}\n{self.log()}"

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()

    def kill(self) -> None:
        """The power is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(25)

    def end(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)


@contextlib.contextmanager
def running_kiosk(folder: Path, text: str, name: str, url: str, **environment: str) -> Iterator[KioskProcess]:
    kiosk = KioskProcess(folder, text, name, url, **environment)
    try:
        yield kiosk.start()
    finally:
        kiosk.kill()
