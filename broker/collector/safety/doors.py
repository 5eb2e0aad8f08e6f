"""What one address may hold open, so that a single stranger with idle connections cannot shut everybody out.

waitress counts connections only in total, and a request that trickles in byte by byte never looks idle to it. Here is
also answered at once what is ready for everybody (``ReadyAnswers``), without a thread; and an answer that says that
nothing changed does not end its connection, as waitress has it.
"""

import contextlib
import socket
import time
from collections import Counter
from collections.abc import Callable, MutableMapping
from typing import Any, NamedTuple

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from broker.collector.safety.guard import is_loopback
from broker.collector.safety.limits import counted_as
from broker.collector.safety.serving_loop import ServingLoop

CONNECTIONS_MOST = 800
"""In total; each is a file, of which a process may usually open 1024."""
CROWDED = 400
"""From so many on each connection ends with its answer: kept ones of people who only read would shut the others out."""
OF_ONE_ADDRESS_MOST = 160
"""Enough for the phones of a hall behind one address."""
REQUEST_S = 20.0
"""Within this a request must be here in full; ours have 16 KiB at most."""


class Asked(NamedTuple):
    """What of a request decides which of the answers for everybody it gets. Header fields are empty where missing."""

    method: str
    path: str
    query: str
    host: str
    if_none_match: str
    part: str
    cookie: str


ReadyAnswers = Callable[[Asked, bool], bytes | None]
"""(what was asked, whether the connection ends with it) -> a whole HTTP/1.1 answer; None: ask the application.

Called by the thread that serves all connections: it must not wait for anything.
"""


def nothing_ready(asked: Asked, ends: bool) -> bytes | None:
    """Everything goes to the application."""
    return None


class KeepingTask(WSGITask):  # type: ignore[misc]
    """As waitress's, but 204 and 304, which have no length, end nothing: whoever asks again keeps his connection."""

    def set_close_on_finish(self) -> None:
        asked_to = self.request.headers.get("CONNECTION", "").lower() == "close" or self.version != "1.1"
        if self.has_body or asked_to:
            super().set_close_on_finish()


class Door:
    """What all connections of one server share: the limits, who holds how many, and the loop that serves them."""

    def __init__(
        self,
        listeners: list[BaseWSGIServer],
        most: int,
        request_s: float,
        crowded: int,
        unbounded: Callable[[str], bool],
    ) -> None:
        self.listeners, self.loop = listeners, ServingLoop(listeners)
        self.most, self.request_s = most, request_s
        self._crowded, self._unbounded = crowded, unbounded
        self.held: Counter[str] = Counter()

    @property
    def crowded(self) -> bool:
        """Whether each connection ends with its answer."""
        return sum(len(listener.active_channels) for listener in self.listeners) >= self._crowded

    def take(self, address: str) -> bool:
        """One connection more of this address; whether it may stay."""
        self.held[address] += 1
        return self.held[address] <= self.most or self.speaks_for_many(address)

    def speaks_for_many(self, address: str) -> bool:
        """Whether no limit holds for it: a proxy."""
        return self._unbounded(address)

    def give_back(self, address: str) -> None:
        """One less; nothing is remembered of those who left."""
        self.held[address] -= 1
        if not self.held[address]:
            del self.held[address]


class BoundedConnection:
    """Mixed into waitress's connection: ends when its address has too many, or when its request never ends."""

    door: Door
    task_class = KeepingTask
    began_s = 0.0
    counted = ""

    def __init__(
        self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: MutableMapping[int, Any] | None = None
    ) -> None:
        super().__init__(server, sock, addr, adj, map=map)  # type: ignore[call-arg]
        self.counted = addr[0] if self.door.speaks_for_many(addr[0]) else counted_as(addr[0])
        self.will_close = not self.door.take(self.counted)
        self.door.loop.changed(self)

    def del_channel(self, map: MutableMapping[int, Any] | None = None) -> None:
        super().del_channel(map)  # type: ignore[misc]
        if self.counted:
            self.door.give_back(self.counted)
            self.counted = ""

    def received(self, data: bytes) -> bool:
        now_s = time.monotonic()
        if self.request is None:  # type: ignore[attr-defined]
            self.began_s = now_s
        elif now_s - self.began_s > self.door.request_s:
            self.will_close = True
            return False
        return bool(super().received(data))  # type: ignore[misc]

    def service(self) -> None:
        self.door.loop.serves(self)
        super().service()  # type: ignore[misc]


def answered_at_once(channel: HTTPChannel, ready: ReadyAnswers) -> bool:
    """Whether the one request that a connection has sent had its answer ready, which is then on its way."""
    request = channel.requests[0]
    # Whoever has not taken the last answer gets the next by a worker, which may wait for him: this thread would wait
    # for itself, and everybody for it.
    alone = len(channel.requests) == 1 and not channel.total_outbufs_len
    asked = _asked(request, channel.adj.url_scheme) if alone else None
    if asked is None:
        return False
    ends = request.headers.get("CONNECTION", "").lower() == "close"
    data = ready(asked, ends)
    if data is None:
        return False
    channel.requests.pop()
    request.close()
    with contextlib.suppress(ClientDisconnected):
        channel.write_soon(data)  # what the line does not take now follows by the loop
        channel.current_outbuf_count = channel.adj.outbuf_high_watermark  # a new buffer next time, as waitress has it
    channel.close_when_flushed = channel.close_when_flushed or ends
    return True


def bound_doors(
    server: BaseWSGIServer,
    *,
    most: int = OF_ONE_ADDRESS_MOST,
    request_s: float = REQUEST_S,
    crowded: int = CROWDED,
    unbounded: Callable[[str], bool] = is_loopback,
    channel: type[HTTPChannel] = HTTPChannel,
    ready: ReadyAnswers = nothing_ready,
) -> None:
    """Bound what each address may do to this server, before it runs; ``unbounded`` addresses stand for many people.

    A proxy, on this machine or named in the hall file, is such an address: it keeps its own limits. ``channel`` is what
    a connection is, encrypted or not. ``ready``: what is answered at once.
    """
    parts = [server, *getattr(server, "map", {}).values()]  # ``localhost`` may be two listeners
    listeners = [part for part in dict.fromkeys(parts) if isinstance(part, BaseWSGIServer)]
    at = Door(listeners, most, request_s, crowded, unbounded)

    class Parser(HTTPRequestParser):
        """Reads a request; of a crowd, as if it had asked for one answer and no more."""

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if at.crowded:
                self.headers["CONNECTION"] = "close"

    class BoundedChannel(BoundedConnection, channel):  # type: ignore[misc, valid-type]
        """A connection of this server."""

        parser_class = Parser
        door = at

    def take_in(one: HTTPChannel) -> None:
        if not answered_at_once(one, ready):
            server.task_dispatcher.add_task(one)

    for listener in listeners:
        listener.maintenance = _ending_stuck(listener, listener.maintenance)
        listener.channel_class = BoundedChannel
        listener.add_task = take_in
    server.asyncore = at.loop


def _ending_stuck(listener: BaseWSGIServer, maintain: Callable[[float], None]) -> Callable[[float], None]:
    """Also ends whoever takes nothing of his answer for as long as an idle connection may live: he holds a thread, and
    as his line is full, waitress never comes to close it."""

    def maintain_all(now_s: float) -> None:
        maintain(now_s)
        for one in list(listener.active_channels.values()):
            if one.total_outbufs_len and one.last_activity < now_s - listener.adj.channel_timeout:
                one.handle_close()

    return maintain_all


def _asked(request: HTTPRequestParser, scheme: str) -> Asked | None:
    """What a plain request without a body asks for; None for anything else, which the application judges."""
    if request.error or request.version != "1.1" or request.body_rcv is not None or request.url_scheme != scheme:
        return None
    field = request.headers.get
    return Asked(
        request.command,
        request.path,
        request.query,
        field("HOST", ""),
        field("IF_NONE_MATCH", ""),
        field("X_PART", ""),
        field("COOKIE", ""),
    )
