"""Misfortunes: each kind strikes at random moments, as often as the plan says; at the end all is mended."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.caller_node import CallerNode
from tests.simulation.disk import SimFile
from tests.simulation.kiosk_node import KioskNode
from tests.simulation.network import SERVER
from tests.simulation.node import Node
from tests.simulation.printer import STAGES

if TYPE_CHECKING:
    from tests.simulation.world import World

OLD_TIME_MS = -40 * 86_400_000
"""A board without a battery clock wakes up with the time of long ago."""


class Misfortune:
    """``start`` begins, ``end`` stops and mends everything."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.chance = Random(f"{world.trace.seed} faults")
        self._on = True
        self._kinds: dict[str, Callable[[], None]] = {
            "server kill": lambda: self._kill(world.server, self._moment(1, 15)),
            "server kill before commit": lambda: self._at_commit(world.server, world.server.file, "before"),
            "server kill after commit": lambda: self._at_commit(world.server, world.server.file, "after"),
            "broker death": lambda: self._broker(self._moment(1, 40)),
            "broker wiped": lambda: self._broker(0.1),
            "partition": lambda: self._partition(self._device(), self._moment(0.5, 60)),
            "long partition": lambda: self._partition(self._device(), self._moment(120, 1200)),
            "half open": lambda: self._half_open(self._device(), self._moment(1, 60)),
            "server partition": lambda: self._partition(world.server, self._moment(0.5, 40)),
            "kiosk power": lambda: self._power(self._kiosk(), "kiosk power"),
            "kiosk power before commit": lambda: self._device_commit(self._kiosk(), "before"),
            "kiosk power after commit": lambda: self._device_commit(self._kiosk(), "after"),
            "kiosk power while printing": self._while_printing,
            "caller power": self._caller_power,
            "caller power before commit": lambda: self._device_commit(self._caller(), "before"),
            "caller power after commit": lambda: self._device_commit(self._caller(), "after"),
            "display power": self._display_power,
            "collector down": lambda: self._kill(world.collector, self._moment(5, 300)),
            "server clock": self._server_clock,
            "device clock": self._device_clock,
            "unsure clock": self._unsure,
            "lost card": self._lost_card,
            "paper out": self._paper_out,
            "silent printer": self._silent_printer,
            "disk full": self._disk_full,
            "night": self._night,
        }

    def start(self) -> None:
        for kind, rate in self.world.plan.rates.items():
            self._next(kind, rate)

    def end(self) -> None:
        self._on = False
        self.world.calm_down()

    def _next(self, kind: str, rate: float) -> None:
        def strike() -> None:
            if self._on:
                self._kinds[kind]()
                self._next(kind, rate)

        self.world.agenda.after(self.chance.expovariate(rate / 3600.0), strike)

    def _moment(self, least_s: float, most_s: float) -> float:
        """Short ones are more frequent than long ones."""
        return least_s * (most_s / least_s) ** self.chance.random()

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        """Unless peace came meanwhile."""
        self.world.agenda.after(seconds, lambda: act() if self._on else None)

    # -- whom ------------------------------------------------

    def _one(self, of):  # type: ignore[no-untyped-def]
        return of[self.chance.choice(list(of))]

    def _kiosk(self) -> KioskNode:
        return self._one(self.world.kiosks)

    def _caller(self) -> CallerNode:
        return self._one(self.world.callers)

    def _device(self) -> Node:
        world = self.world
        return self._one({**world.kiosks, **world.displays, **world.callers, **world.kiosks})

    # -- programs and power ------------------------------------------------

    def _kill(self, node: Node, off_s: float) -> None:
        if node.alive:
            self.world.fault(f"{node.role} kill", node.name)
            node.power_off()
            node.restart_after(off_s)

    def _at_commit(self, node: Node, file: SimFile, when: str) -> None:
        if node.alive:
            self.world.fault(f"power {when} commit", node.name)
            file.cut = when

    def _device_commit(self, node: KioskNode | CallerNode, when: str) -> None:
        files = (node.file,) if isinstance(node, KioskNode) else (node.commands_file, node.ratings_file)
        file = self.chance.choice(files)
        self._at_commit(node, file, when)

    def _power(self, node: Node, kind: str, off_s: float | None = None) -> None:
        if node.alive:
            self.world.fault(kind, node.name)
            node.power_off()
            node.restart_after(self._moment(3, 120) if off_s is None else off_s, machine=True)

    def _while_printing(self) -> None:
        self._kiosk().printer.cut_at = self.chance.choice(STAGES)

    def _caller_power(self) -> None:
        caller = self._caller()
        if self.chance.random() < 0.4:
            caller.cut_when_thanking = True
        else:
            self._power(caller, "caller power")

    def _display_power(self) -> None:
        display = self._one(self.world.displays)
        if self.chance.random() < 0.5:
            display.cut_when_speaking = True
        else:
            self._power(display, "display power")

    def _broker(self, down_s: float) -> None:
        broker = self.world.network.broker
        if broker.up:
            self.world.fault("broker death", "broker")
            broker.die()

            def up() -> None:
                broker.up = True

            self.world.agenda.after(down_s, up)

    def _night(self) -> None:
        """Somebody may switch the server off before the kiosks, which go on giving numbers under the old day's name."""
        server = self.world.server
        if self.chance.random() < 0.5:
            self._sleep(server)
        elif server.alive:
            self.world.fault("server kill", server.name)
            server.power_off()
            self._later(self._moment(30, 900), lambda: self._sleep(server))
            server.restart_after(1000)

    def _sleep(self, server: Node) -> None:
        loses_date = self.chance.random() < 0.6
        slept_s = self.world.night(self.chance, surely_off=server if loses_date else None)
        if not slept_s:
            return
        if loses_date:
            self._lost_date(server, slept_s)
        kiosk = self._kiosk()
        self.world.crowd.rush(kiosk, people=4)
        if not server.alive:
            server.at_start = lambda: self._slow_morning(kiosk)

    def _slow_morning(self, kiosk: KioskNode) -> None:
        """The server is there at last and people press; the kiosk hears of the new day before it can say a word."""
        if self._on:
            self._half_open(kiosk, self.chance.uniform(2, 14), up=True)
            self.world.crowd.rush(kiosk, people=5)

    def _lost_date(self, server: Node, slept_s: float) -> None:
        """A server without a battery clock goes on where it stood in the evening, and knows that it does not know."""
        self.world.fault("clock", f"{SERVER} does not know the date")
        server.clock.is_sure, server.clock.off_ms = False, -int(slept_s * 1000)
        self._later(self._moment(120, 1500), lambda: _set_right(server.clock))

    # -- network ------------------------------------------------

    def _partition(self, node: Node, for_s: float) -> None:
        self.world.fault("partition", node.name)
        self.world.network.block(node.name)
        self.world.agenda.after(for_s, lambda: self.world.network.heal(node.name))

    def _half_open(self, node: Node, for_s: float, up: bool | None = None) -> None:
        self.world.fault("half open", node.name)
        up = self.chance.random() < 0.5 if up is None else up
        self.world.network.block(node.name, up=up, down=not up)
        self.world.agenda.after(for_s, lambda: self.world.network.heal(node.name))

    # -- clocks ------------------------------------------------

    def _server_clock(self) -> None:
        """Back by anything, ahead by what a hall believes; or a glitch of hours that is over within the minute."""
        clock = self.world.server.clock
        glitch = self.chance.random() < 0.3
        step_s = self.chance.uniform(7200, 90_000) if glitch else self.chance.choice((-86_400, -600, -5, 5, 300))
        self.world.fault("clock", f"{SERVER} {step_s:+.0f} s")
        clock.off_ms = int(step_s * 1000)
        self._later(self.chance.uniform(1, 40) if glitch else self._moment(10, 900), lambda: _set_right(clock))

    def _device_clock(self) -> None:
        node = self._device()
        step_s = self.chance.choice((-1, 1)) * self._moment(1, 200_000)
        self.world.fault("clock", f"{node.name} {step_s:+.0f} s")
        node.clock.off_ms = int(step_s * 1000)
        self._later(self._moment(5, 900), lambda: _set_right(node.clock))

    def _unsure(self) -> None:
        """A reboot after which nobody knows the time until the network does."""
        node = self.chance.choice((self._kiosk(), self._caller()))
        if not node.alive:
            return
        self.world.fault("unsure clock", node.name)
        node.clock.is_sure, node.clock.off_ms = False, OLD_TIME_MS
        self._power(node, f"{node.role} power")
        self._later(self._moment(30, 1200), lambda: _set_right(node.clock))

    # -- things ------------------------------------------------

    def _lost_card(self) -> None:
        """A card dies whose papers the engine all knows; one that dies with more needs a human, and is not played."""
        kiosk = self._kiosk()
        if kiosk.alive and kiosk.outbox is not None and not len(kiosk.outbox) and not kiosk.app.issuing.busy:
            self._power(kiosk, "lost card")
            kiosk.file.replace()

    def _paper_out(self) -> None:
        printer = self._kiosk().printer
        self.world.fault("paper out", "printer")
        printer.has_paper = False

        def refill() -> None:
            printer.has_paper = True

        self._later(self._moment(10, 300), refill)

    def _silent_printer(self) -> None:
        printer = self._kiosk().printer
        self.world.fault("silent printer", "printer")
        printer.speaks = False

        def mend() -> None:
            printer.speaks = True

        self._later(self._moment(10, 300), mend)

    def _disk_full(self) -> None:
        world = self.world
        files = [kiosk.file for kiosk in world.kiosks.values()]
        files += [file for caller in world.callers.values() for file in (caller.commands_file, caller.ratings_file)]
        file = self.chance.choice([*files, world.server.file])
        world.fault("disk full", file.name)
        file.full = True

        def room() -> None:
            file.full = False

        rated_on = any(file is caller.ratings_file for caller in world.callers.values())
        self._later(self._moment(*((300, 1800) if rated_on else (5, 300))), room)  # few visitors rate at one desk


def _set_right(clock) -> None:  # type: ignore[no-untyped-def]
    clock.off_ms, clock.is_sure = 0, True
