"""The nouns of the link to the MQTT broker: address, options, states, messages, presence, back-off. No network here."""

import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from broker.contract.envelope import VIEW_LIMIT_BYTES
from broker.runtime.errors import SettingError

_PORTS = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}


class LinkState(StrEnum):
    """Where the link is; ONLINE only after the broker granted the subscriptions, so that no answer can be missed."""

    IDLE = "idle"
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"
    STOPPED = "stopped"


LIFE: dict[LinkState, tuple[LinkState, ...]] = {
    LinkState.IDLE: (LinkState.CONNECTING, LinkState.STOPPED),
    LinkState.CONNECTING: (LinkState.ONLINE, LinkState.WAITING, LinkState.STOPPED),
    LinkState.ONLINE: (LinkState.WAITING, LinkState.STOPPED),
    LinkState.WAITING: (LinkState.CONNECTING, LinkState.STOPPED),
    LinkState.STOPPED: (),
}


@dataclass(frozen=True)
class Address:
    """An MQTT address; ``str()`` of it never holds a secret."""

    scheme: str
    host: str
    port: int
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def encrypted(self) -> bool:
        return self.scheme in ("mqtts", "wss")

    @property
    def websocket(self) -> bool:
        return self.scheme in ("ws", "wss")


def parse_address(url: str) -> Address:
    """``mqtt://``, ``mqtts://``, ``ws://`` or ``wss://host[:port][/path]``; SettingError otherwise.

    User names and passwords in an address are refused: addresses are logged and shown.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingError("MQTT address", "host or port cannot be read") from None
    if parts.scheme not in _PORTS:
        raise SettingError("MQTT address", f"must begin with one of {', '.join(f'{s}://' for s in _PORTS)}")
    if "@" in parts.netloc:
        raise SettingError("MQTT address", "user and password belong into the hall's secrets, not into the address")
    if not parts.hostname:
        raise SettingError("MQTT address", "names no host")
    if parts.query or parts.fragment or (parts.path not in ("", "/") and parts.scheme in ("mqtt", "mqtts")):
        raise SettingError("MQTT address", "has something after host and port")
    return Address(parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port, parts.path)


@dataclass(frozen=True)
class Credentials:
    """What one connection shows: a TLS context with the program's certificate in it, or a name and a password."""

    context: ssl.SSLContext | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class LinkOptions:
    """How to connect. Waits in seconds; ``*_bytes`` limit one message, ``*_bound`` how many wait in memory.

    ``trial_s`` is how long a broker of unknown kind may take to answer in MQTT 5 before 3.1.1 is tried.
    ``manual_acknowledge`` leaves QoS 1 messages unacknowledged until ``Link.acknowledge`` (after the commit).
    ``lane_of`` (topic -> name) gives each name a queue of its own of ``lane_bound`` messages, served in turn, so that
    one sender cannot keep the others waiting; order then holds within a lane only. ``receive_limit_bytes`` is for what
    comes in, where it may be less than what goes out. ``identity`` (``broker.runtime.link_identity``) is asked before
    each connection and may raise SettingError; with it ``username`` and ``password`` here are not used.
    """

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    identity: Callable[[Address], Credentials] | None = field(default=None, repr=False)
    keepalive_s: int = 8
    answer_within_s: float = 5.0
    trial_s: float = 1.5
    first_wait_s: tuple[float, float] = (1.0, 3.0)
    longest_wait_s: float = 15.0
    message_limit_bytes: int = VIEW_LIMIT_BYTES
    inbox_bound: int = 1_000
    flight_bound: int = 256
    flight_limit_bytes: int = 8 * 1024 * 1024
    manual_acknowledge: bool = False
    lane_of: Callable[[str], str] | None = None
    lane_bound: int = 1_000
    receive_limit_bytes: int | None = None

    @property
    def received_most_bytes(self) -> int:
        """What one message may have that comes in."""
        return self.message_limit_bytes if self.receive_limit_bytes is None else self.receive_limit_bytes


@dataclass(frozen=True)
class Message:
    """One message as it arrived; a ``retained`` one is old by an unknown time.

    ``connection`` and ``mid`` are needed to acknowledge it.
    """

    topic: str
    payload: bytes
    qos: int
    retained: bool
    duplicate: bool
    connection: int
    mid: int


@dataclass(frozen=True)
class Publication:
    """Something the link publishes by itself: birth, Will, farewell."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = True


@dataclass(frozen=True)
class Presence:
    """What the link says about its process: at connect, when cut off (the broker says it), and at an orderly end."""

    will: Publication | None = None
    birth: Publication | None = None
    farewell: Publication | None = None


@dataclass
class LinkCounters:
    """How often something happened since the start; for health and for tests.

    ``cut_short`` counts connections that others ended within seconds. Three in a row mean, as a rule, that another
    device uses the same name: Mosquitto 2.0 throws the older one out without a word, so ``taken_over`` stays 0 there.
    """

    connections: int = 0
    received: int = 0
    dropped_full: int = 0
    dropped_large: int = 0
    dropped_unasked: int = 0
    published: int = 0
    refused_by_broker: int = 0
    taken_over: int = 0
    cut_short: int = 0
    handler_errors: int = 0
    network_errors: int = 0


class Backoff:
    """Waits between attempts, with jitter, so that a hundred kiosks do not come back in the same instant.

    The first wait is random within ``first_s``, each next about twice as long, ``longest_s`` at most. Only a connection
    that held for ``settled_s`` starts over: two devices of one name that keep throwing each other out slow down.
    """

    def __init__(
        self,
        first_s: tuple[float, float],
        longest_s: float,
        settled_s: float = 10.0,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self.settled_s = settled_s
        self._uniform = uniform
        self._failures = 0

    def next_s(self, online_for_s: float) -> float:
        """How long to wait now, after a connection that was online for ``online_for_s``."""
        if online_for_s >= self.settled_s:
            self._failures = 0
        wait_s = self._uniform(*self._first_s) * 2.0 ** min(self._failures, 10)
        self._failures += 1
        if wait_s > self._longest_s:
            return self._uniform(0.6, 1.0) * self._longest_s
        return wait_s
