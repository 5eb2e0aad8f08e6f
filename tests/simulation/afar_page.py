"""What the pages of people outside the hall and of those who run it share: a chance of their own, late enough.

They came after the others, so nothing of theirs happens before the short runs of planted bugs are over, and none of
their draws is taken from anybody else's chance.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from broker.model import commands as c
from tests.simulation.staff_page import Heard, StaffPage
from tests.simulation.trace import FromAfar

if TYPE_CHECKING:
    from tests.simulation.world import World

FIRST_S = 1_200.0


class AfarPage(StaffPage):
    """``every_s``: mean seconds between two of a kind."""

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, f"{name} web")
        self._name = name.replace(" ", "-")
        self._made = 0

    def own_id(self) -> str:
        """Never given before."""
        self._made += 1
        return f"{self._name}.{self._made:08d}"

    def again(self, every_s: float, act: Callable[[], None], first_s: float = FIRST_S) -> None:
        """Now and then."""

        def come() -> None:
            if self.here:
                act()
                self.again(every_s, act, 0.0)

        self.world.agenda.after(first_s + 1 + self.chance.expovariate(1 / every_s), come)

    def later(self, from_s: float, until_s: float, act: Callable[[], None]) -> None:
        """Some time between two numbers of seconds from now."""
        self.world.agenda.after(self.chance.uniform(from_s, until_s), act)

    def wish(self, command: c.Command, heard: Heard | None = None, own: bool = True, sure: bool = False) -> None:
        """Asked from outside the hall, which the trace keeps; ``sure``: until somebody answers."""
        id = self.own_id()
        self.world.trace.from_afar.append(FromAfar(id, type(command).__name__, own))
        self.ask(command, heard, until_answered=sure, id=id)
