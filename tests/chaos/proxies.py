"""TCP proxies that can be bad links: cut, stalled, slow, half-open, deaf in one direction, or an island.

All proxies live in one thread with an event loop; ``set`` may be called from any thread.
"""

import asyncio
import contextlib
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from tests.chaos.mqtt_sieve import Packets, passes

CHUNK_BYTES = 65_536
LOOK_S = 0.03


class Mode(StrEnum):
    """What a link is like now."""

    OPEN = "open"
    CUT = "cut"  # connections are reset, new ones too
    STALL = "stall"  # nothing moves; all of it comes later
    DELAY = "delay"  # everything comes, late
    HALF_OPEN = "half_open"  # connections live, everything is swallowed, new connections too
    SWALLOW_UP = "swallow_up"  # what the device sends is swallowed
    SWALLOW_DOWN = "swallow_down"  # what the device should hear is swallowed
    ISLAND = "island"  # MQTT only: nothing passes but the finger and what it sees


SWALLOWING = {
    "up": {Mode.HALF_OPEN, Mode.SWALLOW_UP},
    "down": {Mode.HALF_OPEN, Mode.SWALLOW_DOWN},
}


@dataclass(eq=False)
class _Pair:
    """One connection through a proxy. ``torn``: something of it was swallowed, so it cannot go on afterwards."""

    transports: list[asyncio.BaseTransport] = field(default_factory=list)
    torn: bool = False

    def abort(self) -> None:
        for transport in self.transports:
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()


class Proxy:
    """One link. ``port`` is where the device connects; ``finger`` are the topics an island still carries (MQTT)."""

    def __init__(self, target_port: int, finger: Collection[str] = ()) -> None:
        self.port = 0
        self.mode = Mode.OPEN
        self.accepted = 0
        self._delay_s = 0.0
        self._target_port = target_port
        self._finger = frozenset(finger)
        self._pairs: set[_Pair] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for pair in list(self._pairs):
            pair.abort()

    def become(self, mode: Mode, delay_s: float) -> None:
        """In the loop's thread. What was torn by the mode before does not survive it: the other end has forgotten."""
        self.mode, self._delay_s = mode, delay_s
        for pair in list(self._pairs):
            if mode is Mode.CUT or (pair.torn and mode in (Mode.OPEN, Mode.STALL, Mode.DELAY)):
                pair.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        pair = _Pair([writer.transport])
        self._pairs.add(pair)
        try:
            if self.mode is Mode.CUT:
                return
            if self.mode is Mode.HALF_OPEN:
                await self._swallow(reader)
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port, limit=CHUNK_BYTES)
            pair.transports.append(far_writer.transport)
            pumps = (self._pump(pair, reader, far_writer, "up"), self._pump(pair, far_reader, writer, "down"))
            done, rest = await asyncio.wait(
                [asyncio.ensure_future(pump) for pump in pumps], return_when=asyncio.FIRST_COMPLETED
            )
            for task in rest:
                task.cancel()
            await asyncio.gather(*done, *rest, return_exceptions=True)
        except OSError:
            pass  # nobody listens behind the proxy, or the device has gone: both look so from outside
        finally:
            pair.abort()
            self._pairs.discard(pair)

    async def _swallow(self, reader: asyncio.StreamReader) -> None:
        while self.mode is Mode.HALF_OPEN:
            with contextlib.suppress(asyncio.TimeoutError):
                if not await asyncio.wait_for(reader.read(CHUNK_BYTES), LOOK_S * 5):
                    return

    async def _pump(
        self, pair: _Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: str
    ) -> None:
        packets = Packets() if self._finger else None
        while data := await reader.read(CHUNK_BYTES):
            while self.mode is Mode.STALL:
                await asyncio.sleep(LOOK_S)
            if self.mode is Mode.DELAY:
                await asyncio.sleep(self._delay_s)
            if self.mode in SWALLOWING[direction]:
                pair.torn = True
                continue
            whole = packets.feed(data) if packets is not None else [data]
            if self.mode is Mode.ISLAND:
                kept = [packet for packet in whole if passes(packet, self._finger)]
                pair.torn = pair.torn or len(kept) < len(whole)
                whole = kept
            writer.writelines(whole)
            await writer.drain()
        while self.mode in SWALLOWING[direction]:
            await asyncio.sleep(LOOK_S)  # a farewell is swallowed, too


class Proxies:
    """All links of a run by name."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self._links: dict[str, Proxy] = {}
        self._thread.start()

    def add(self, name: str, target_port: int, finger: Collection[str] = ()) -> int:
        """Open a link to a port of this machine; returns the port to connect to instead."""
        proxy = self._links[name] = Proxy(target_port, finger)
        asyncio.run_coroutine_threadsafe(proxy.open(), self._loop).result(25.0)
        return proxy.port

    def set(self, name: str, mode: Mode, delay_s: float = 0.0) -> None:
        """From now on the link is like this."""
        self._loop.call_soon_threadsafe(self._links[name].become, mode, delay_s)

    def accepted(self, name: str) -> int:
        """How many connections came so far."""
        return self._links[name].accepted

    def stop(self) -> None:
        async def close() -> None:
            for link in self._links.values():
                await link.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(25.0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(25.0)
