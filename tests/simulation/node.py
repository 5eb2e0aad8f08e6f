"""A machine of the hall: it turns when something arrived or is due, loses its power, and starts again."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from broker.runtime.errors import NodeError
from tests.simulation.agenda import MachineClock
from tests.simulation.disk import PowerCut
from tests.simulation.network import SimLink

if TYPE_CHECKING:
    from tests.simulation.world import World


class Node:
    """``start`` builds the program anew from what its disk kept; subclasses say how, and what a turn is."""

    role = ""

    def __init__(self, world: "World", name: str) -> None:
        self.world, self.name = world, name
        self.chance = Random(f"{world.trace.seed} {name}")
        self.clock = MachineClock(world.agenda, name, drift=self.chance.uniform(-50e-6, 50e-6))
        self.alive = False
        self.wanted = True
        """Somebody would switch it on again."""
        self.at_start: Callable[[], None] | None = None
        """Done once, when it is switched on the next time."""
        self.link: SimLink | None = None
        self._made = 0
        self._due_s = float("inf")
        self._urgent = False

    # -- for subclasses ------------------------------------------------

    def _build(self) -> None:
        raise NotImplementedError

    def _turn(self) -> float:
        """One round of the program; returns in how many seconds it wants the next."""
        raise NotImplementedError

    def _lost_power(self, kept: bool) -> None:
        """What stood on no disk is gone."""

    def _boot(self) -> None:
        """The machine (not only the program) starts again."""
        self.clock.boot()

    # -- life ------------------------------------------------

    def start(self) -> None:
        """Switch on."""
        if self.alive or not self.wanted:
            return
        self.alive = True
        self._due_s = float("inf")
        act, self.at_start = self.at_start, None
        if act is not None:
            act()
        if self._guarded(self._build):
            self.wake(0.0)

    def power_off(self, kept: bool = False) -> None:
        """At once, whatever it was doing."""
        if not self.alive:
            return
        self.alive = False
        if self.link is not None:
            self.link.die()
            self.link = None
        self._lost_power(kept)

    def restart_after(self, seconds: float, *, machine: bool = False) -> None:
        """Switch on again later; ``machine``: its monotonic clock begins anew."""

        def on() -> None:
            if machine and not self.alive:
                self._boot()
            self.start()

        self.world.agenda.after(seconds, on)

    def wake(self, delay_s: float) -> None:
        """See to it that a turn comes at the latest then."""
        at_s = self.world.agenda.now_s + delay_s
        if at_s < self._due_s:
            self._due_s = at_s
            self.world.agenda.at(at_s, lambda: self._come_to_turn(at_s))

    def woken(self) -> None:
        """After time in which no loop turned."""
        self._due_s = float("inf")
        if self.alive:
            self.wake(0.0)

    def arrived(self, heartbeat: bool) -> None:
        """The link has something. A heartbeat is heard at once, and needs no whole turn."""
        if heartbeat:
            self.world.agenda.after(0.0, self._hear)
        else:
            self.wake(0.0)

    def _hear(self) -> None:
        if self.alive and self.link is not None:
            self._guarded(self.link.pump)  # type: ignore[arg-type]

    def make_id(self) -> str:
        """Never given before, also not before a restart."""
        self._made += 1
        return f"{self.name}.{self._made:08d}"

    def _come_to_turn(self, at_s: float) -> None:
        if not self.alive or at_s != self._due_s:
            return
        self._due_s = float("inf")
        wait_s = 0.0

        def turn() -> None:
            nonlocal wait_s
            wait_s = self._turn()

        if self._guarded(turn):
            self.wake(max(0.004, wait_s))

    def guarded(self, act: Callable[[], None]) -> None:
        """A person does something to the program."""
        if self.alive and self._guarded(act):
            self.wake(0.0)

    def _guarded(self, act: Callable[[], None]) -> bool:
        """False when the machine is off afterwards. Whatever ends a program lets its keeper start it again."""
        try:
            act()
        except PowerCut as cut:
            self.world.fault("power cut at commit", self.name)
            self.power_off(kept=cut.kept)
            self.restart_after(self.chance.uniform(3.0, 30.0), machine=True)
        except NodeError as error:
            self.world.fault(f"stopped by {type(error).__name__}", self.name)
            self.power_off()
            self.restart_after(self.chance.uniform(2.0, 6.0))
        except Exception as error:
            self.world.alarm(self.name, f"{type(error).__name__}: {error}", error)
            self.power_off()
            self.restart_after(self.chance.uniform(2.0, 6.0))
        return self.alive
