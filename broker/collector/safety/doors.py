"""What one address may hold open, so that a single stranger with idle connections cannot shut everybody out.

waitress counts connections only in total, and a request that trickles in byte by byte never looks idle to it.
"""

import socket
import time
from collections.abc import Callable, MutableMapping
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer

from broker.collector.safety.guard import is_loopback

CONNECTIONS_MOST = 800
"""In total; each is a file, of which a process may usually open 1024."""
CROWDED = 400
"""From so many on each connection ends with its answer: kept ones of people who only read would shut the others out."""
OF_ONE_ADDRESS_MOST = 160
"""Enough for the phones of a hall behind one address."""
REQUEST_S = 20.0
"""Within this a request must be here in full; ours have 16 KiB at most."""


def bound_doors(
    server: BaseWSGIServer,
    *,
    most: int = OF_ONE_ADDRESS_MOST,
    request_s: float = REQUEST_S,
    crowded: int = CROWDED,
    unbounded: Callable[[str], bool] = is_loopback,
    channel: type[HTTPChannel] = HTTPChannel,
) -> None:
    """Bound what each address may do to this server, before it runs; ``unbounded`` addresses stand for many people.

    A proxy, on this machine or named in the hall file, is such an address: it keeps its own limits. ``channel`` is what
    a connection is, encrypted or not.
    """

    parts = [server, *getattr(server, "map", {}).values()]  # ``localhost`` may be two listeners
    listeners = [part for part in dict.fromkeys(parts) if isinstance(part, BaseWSGIServer)]

    class Parser(HTTPRequestParser):
        """Reads a request; of a crowd, as if it had asked for one answer and no more."""

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if sum(len(listener.active_channels) for listener in listeners) >= crowded:
                self.headers["CONNECTION"] = "close"

    class BoundedChannel(channel):  # type: ignore[misc, valid-type]
        """A connection that ends at once when its address has too many, and later when its request never ends."""

        parser_class = Parser
        began_s = 0.0

        def __init__(
            self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: MutableMapping[int, Any] | None = None
        ) -> None:
            super().__init__(server, sock, addr, adj, map=map)
            same = sum(1 for other in list(server.active_channels.values()) if other.addr[0] == addr[0])
            if same > most and not unbounded(addr[0]):
                self.will_close = True

        def received(self, data: bytes) -> bool:
            now_s = time.monotonic()
            if self.request is None:
                self.began_s = now_s
            elif now_s - self.began_s > request_s:
                self.will_close = True
                return False
            return bool(super().received(data))

    for listener in listeners:
        listener.channel_class = BoundedChannel
