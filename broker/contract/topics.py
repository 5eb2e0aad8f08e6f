"""Every MQTT topic of a hall in one table; rights, documents and subscriptions are derived from it.

Level 1 is the root ``jh``, level 2 the hall's id. ``{device}`` is a name from the hall file, ``{kind}`` a view kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ROOT = "jh"
Role = Literal["server", "kiosk", "display", "caller", "collector", "agent", "virtual"]
"""``agent`` is a computer's own program (``[machines.NAME]``), ``virtual`` the made-up people of a trial hall."""
DEVICE_ROLES: tuple[Role, ...] = ("kiosk", "display", "caller", "collector")


@dataclass(frozen=True)
class Topic:
    """One row: pattern, QoS, retain, who may publish (``own``: a device only under its own name) and who may read.

    Where the pattern names a device and the row is not ``own``, the device is whom it is for, and no other reads it.
    """

    name: str
    pattern: str
    qos: int
    retain: bool
    publishers: tuple[Role, ...]
    readers: tuple[Role, ...]
    own: bool
    carries: str


TOPICS: tuple[Topic, ...] = (
    Topic(
        "command",
        "cmd/{device}",
        1,
        False,
        ("kiosk", "caller", "collector"),
        ("server",),
        True,
        "Envelope: one command of this device",
    ),
    Topic(
        "reply",
        "reply/{device}",
        1,
        False,
        ("server",),
        ("kiosk", "caller", "collector"),
        False,
        "Reply: accepted, refused or 'go back' for one command",
    ),
    Topic(
        "view",
        "view/{kind}/{name}",
        1,
        True,
        ("server",),
        ("kiosk", "display", "caller", "collector", "virtual"),
        False,
        "View: what is shown, with epoch and as_of",
    ),
    Topic(
        "engine",
        "engine/state",
        1,
        True,
        ("server",),
        ("kiosk", "display", "caller", "collector", "virtual"),
        False,
        "EngineState: online, epoch, time every 5 s; its Will says offline",
    ),
    Topic(
        "status",
        "device/{device}/status",
        1,
        True,
        (*DEVICE_ROLES, "agent", "server"),
        ("server", "collector"),
        True,
        "DeviceStatus: online or offline with the boot id; its Will says offline; of a revoked device the server does",
    ),
    Topic(
        "health",
        "device/{device}/health",
        0,
        True,
        (*DEVICE_ROLES, "agent"),
        ("server", "collector"),
        True,
        "DeviceHealth: outbox length and age, printer, sound, clock offset",
    ),
    Topic(
        "guesses",
        "device/{device}/guesses",
        1,
        True,
        ("caller",),
        ("caller",),
        True,
        "WrongPins: whose PINs were typed wrong at this caller, and how often; only when there are any",
    ),
    Topic(
        "ask",
        "ask/{device}",
        0,
        False,
        ("collector",),
        ("kiosk", "display", "caller"),
        False,
        "Ask: please publish pictures of your screens for some seconds",
    ),
    Topic(
        "picture",
        "device/{device}/picture/{name}",
        0,
        False,
        ("kiosk", "display", "caller"),
        ("collector",),
        True,
        "PNG bytes of one screen or one paper; 512 KiB at most",
    ),
    Topic(
        "sound",
        "device/{device}/sound",
        0,
        False,
        ("display",),
        ("collector",),
        True,
        "WAV bytes of what a virtual speaker is saying; 2 MiB at most",
    ),
    Topic(
        "panel",
        "device/{device}/panel",
        0,
        True,
        ("kiosk", "caller"),
        ("collector", "virtual"),
        True,
        "Panel: keys, lamps and digits of this device's virtual hardware",
    ),
    Topic(
        "input",
        "input/{device}",
        1,
        False,
        ("collector", "virtual"),
        ("kiosk", "caller"),
        False,
        "VirtualInput: a touch or key press; only devices with virtual:// addresses subscribe",
    ),
)
BY_NAME = {row.name: row for row in TOPICS}


class Topics:
    """The topics of one hall: ``Topics("town").command("kiosk-1")`` -> ``jh/town/cmd/kiosk-1``."""

    def __init__(self, hall: str) -> None:
        self.hall = hall

    def of(self, row: str, /, **parts: str) -> str:
        """Full topic of a row; a part may be ``+`` for a subscription."""
        return f"{ROOT}/{self.hall}/{BY_NAME[row].pattern.format(**parts)}"

    def command(self, device: str) -> str:
        return self.of("command", device=device)

    def reply(self, device: str) -> str:
        return self.of("reply", device=device)

    def view(self, kind: str, name: str) -> str:
        """``name`` is the display, counter, kiosk or service; the hall's own view is named after the hall."""
        return self.of("view", kind=kind, name=name)

    def engine(self) -> str:
        return self.of("engine")

    def status(self, device: str) -> str:
        return self.of("status", device=device)

    def health(self, device: str) -> str:
        return self.of("health", device=device)

    def guesses(self, device: str) -> str:
        return self.of("guesses", device=device)

    def ask(self, device: str) -> str:
        return self.of("ask", device=device)

    def picture(self, device: str, name: str) -> str:
        return self.of("picture", device=device, name=name)

    def sound(self, device: str) -> str:
        return self.of("sound", device=device)

    def panel(self, device: str) -> str:
        return self.of("panel", device=device)

    def input(self, device: str) -> str:
        return self.of("input", device=device)

    def parse(self, topic: str) -> tuple[str, dict[str, str]] | None:
        """(row name, parts) of a full topic, or None when it is not one of this hall's."""
        levels = topic.split("/")
        if levels[:2] != [ROOT, self.hall]:
            return None
        return next(_matches(levels[2:]), None)


def _matches(levels: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for row in TOPICS:
        wanted = row.pattern.split("/")
        if len(wanted) != len(levels):
            continue
        pairs = list(zip(wanted, levels, strict=True))
        if all(want.startswith("{") or want == have for want, have in pairs):
            yield row.name, {want[1:-1]: have for want, have in pairs if want.startswith("{")}
