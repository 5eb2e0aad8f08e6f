"""Staff in the lobby: they look at papers, give and take away priorities, and now and then there is an alarm."""

from random import Random
from typing import TYPE_CHECKING

from broker.contract.envelope import Reply
from broker.model import commands as c

if TYPE_CHECKING:
    from tests.simulation.world import World

LOOKS_S, ALARMS_S = 240.0, 4_800.0
"""Mean seconds between two looks at a paper, and between two alarms."""
FIRST_S = 1_800.0
"""Nothing of this before: the short runs of planted bugs keep their stories."""
PAPERS_AT_HAND = 12


class FloorStaff:
    """Asks like a web page; a chance of its own, so that it changes nobody else's."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.chance = Random(f"{world.trace.seed} lobby")
        self.here = True

    def start(self) -> None:
        self.world.agenda.after(FIRST_S + self.chance.expovariate(1 / LOOKS_S), self._look)
        self.world.agenda.after(FIRST_S + self.chance.expovariate(1 / ALARMS_S), self._alarm)

    def end(self) -> None:
        self.here = False

    def _ask(self, command: c.Command, until_answered: bool = False) -> None:
        """Asked once; or again and again with the same id, until somebody answers."""
        id = self.world.collector.make_id()

        def ask() -> None:
            if self.world.collector.alive:
                self.world.collector.submit(command, id, "web", done)
            elif until_answered:
                self.world.agenda.after(5.0, ask)

        def done(reply: Reply | None) -> None:
            if reply is None and until_answered:
                self.world.agenda.after(5.0, ask)

        ask()

    def _look(self) -> None:
        if not self.here:
            return
        self.world.agenda.after(self.chance.expovariate(1 / LOOKS_S) + 1, self._look)
        papers = self.world.trace.papers[-PAPERS_AT_HAND:]
        if papers:
            number = self.chance.choice(papers).number
            priority = self.chance.choice([None, *self.world.hall.priority])
            confirm = c.ConfirmPriority(number=number, priority=priority)
            self._ask(confirm if self.chance.random() < 0.6 else c.RevokePriority(number=number))

    def _alarm(self) -> None:
        """Whoever begins it stays until it is ended: a hall is not left with a false alarm on its walls."""
        if not self.here:
            return
        self.world.agenda.after(self.chance.expovariate(1 / ALARMS_S) + 300, self._alarm)
        self._ask(c.BeginEmergency(zh="请从东门离开", en="Leave by the east door"))
        lasts_s = self.chance.uniform(10, 90)
        self.world.agenda.after(lasts_s, lambda: self._ask(c.EndEmergency(), until_answered=True))
