"""The broker node: the real server on the simulated disk and network. The MQTT broker dies apart from it."""

from pathlib import Path
from typing import TYPE_CHECKING

from broker.server.app import Server
from broker.server.lookahead import Lookahead
from broker.server.steady_time import LEAP_S
from tests.simulation.disk import SimFile
from tests.simulation.network import SERVER
from tests.simulation.node import Node

if TYPE_CHECKING:
    from tests.simulation.world import World
LOOKS_S = 120.0
"""So often it looks ahead here: without a thread, which no simulated clock moves, and seldom, for days are many."""


class ServerNode(Node):
    """``committed`` is the last journal position that a power cut cannot take away."""

    role = "server"

    def __init__(self, world: "World") -> None:
        super().__init__(world, SERVER)
        self.committed = 0
        self.committed_ms: list[int] = [0]
        """True time of the commit of each position."""
        self.file = SimFile("hall.db", on_kept=self._kept)
        self.server: Server | None = None

    def _build(self) -> None:
        def make_link(url: str, client_id: str, **wanted: object):  # type: ignore[no-untyped-def]
            self.link = self.world.network.link(SERVER, self.arrived, client_id, **wanted)
            return self.link

        self.server = Server(
            self.world.hall,
            Path("/nowhere/hall.db"),
            "mqtt://nowhere",
            self.clock,
            make_link,
            self.file.open,
            keys=self.world.secrets,
            lookahead=Lookahead(self.world.hall, threaded=False, every_s=LOOKS_S),
        )
        self.server.start()

    def _boot(self) -> None:
        """A clock that is hours ahead as the machine starts is asked of a time server first: nobody behind it could
        tell such a clock from a night without power."""
        super()._boot()
        if self.clock.is_sure and self.clock.off_ms > LEAP_S * 1000:
            self.clock.off_ms = 0

    def _turn(self) -> float:
        server = self.server
        assert server is not None
        assert self.link is not None
        server.turn()
        assert server.lookahead is not None and not server.lookahead.has_failed, "a fault that a hall would live with"
        if self.link.waiting:
            return 0.0
        wait_s = server.publisher.wait_s(server.writer.state, self.clock.machine_s()) if self.link.online else None
        limit_s = self.world.plan.server_turn_s
        return limit_s if wait_s is None else min(limit_s, wait_s)

    def arrived(self, heartbeat: bool) -> None:
        """Under load many commands share a turn."""
        self.wake(0.005)

    def _lost_power(self, kept: bool) -> None:
        self.server = None
        self.file.lose_power()
        top = self._top()
        del self.committed_ms[top + 1 :]
        self.committed = min(self.committed, top)

    def _kept(self) -> None:
        self.committed = self._top()
        missing = self.committed + 1 - len(self.committed_ms)
        if missing > 0:
            self.committed_ms.extend([self.world.agenda.now_ms] * missing)

    def _top(self) -> int:
        plainly = self.file.connection.plainly
        if not plainly("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return 0
        return int(plainly("SELECT coalesce(max(position), 0) FROM events").fetchone()[0])
