"""Staff on the floor: they look at papers, give and take away priorities, and now and then there is an alarm."""

from typing import TYPE_CHECKING

from broker.model import commands as c
from tests.simulation.staff_page import FIRST_S, StaffPage

if TYPE_CHECKING:
    from tests.simulation.world import World

LOOKS_S, ALARMS_S = 60.0, 1_500.0
"""Mean seconds between two looks at a paper, and between two alarms."""
PAPERS_AT_HAND = 5


class FloorStaff(StaffPage):
    """Whoever walks about between the kiosks."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "lobby")

    def start(self) -> None:
        self.world.agenda.after(FIRST_S + self.chance.expovariate(1 / LOOKS_S), self._look)
        self.world.agenda.after(FIRST_S + self.chance.expovariate(1 / ALARMS_S), self._alarm)

    def _look(self) -> None:
        if not self.here:
            return
        self.world.agenda.after(self.chance.expovariate(1 / LOOKS_S) + 1, self._look)
        papers = self.world.trace.papers[-PAPERS_AT_HAND:]
        if papers:
            number = self.chance.choice(papers).number
            priority = self.chance.choice([None, *self.world.hall.priority])
            revoke = c.RevokePriority(number=number)
            if self.chance.random() < 0.2:
                self.ask(revoke)
                return
            wrong = self.chance.random() < 0.5
            self.ask(c.ConfirmPriority(number=number, priority=priority), lambda _: self.ask(revoke) if wrong else None)

    def _alarm(self) -> None:
        """Whoever begins it stays until it is ended: a hall is not left with a false alarm on its walls."""
        if not self.here:
            return
        self.world.agenda.after(self.chance.expovariate(1 / ALARMS_S) + 300, self._alarm)
        self.ask(c.BeginEmergency(zh="请从东门离开", en="Leave by the east door"))
        lasts_s = self.chance.uniform(10, 90)
        self.world.agenda.after(lasts_s, lambda: self.ask(c.EndEmergency(), until_answered=True))
