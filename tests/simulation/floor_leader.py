"""Whoever runs the hall: counters serve something else for a while, a class goes sooner, a counter more opens."""

from typing import TYPE_CHECKING

from broker.model import commands as c
from tests.simulation.afar_page import AfarPage

if TYPE_CHECKING:
    from tests.simulation.world import World

CHANGES_S, RAISES_S, OPENS_S = 150.0, 150.0, 300.0


class FloorLeader(AfarPage):
    """Changes something, thinks better of it, and now and then asks for what cannot be."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "leader")

    def start(self) -> None:
        self.again(CHANGES_S, self._changes)
        self.again(RAISES_S, self._raises)
        self.again(OPENS_S, self._opens)

    def _services(self) -> tuple[str, ...]:
        services = list(self.world.hall.services)
        return tuple(self.chance.sample(services, self.chance.randint(1, len(services))))

    def _changes(self) -> None:
        """For minutes or the rest of the day, or back to what the hall file says."""
        chance, counter = self.chance, self.chance.choice(list(self.world.hall.counters))
        lasts_ms = chance.choice((None, chance.randrange(20_000, 400_000), chance.randrange(20_000, 400_000)))
        until_ms = None if lasts_ms is None else self.world.agenda.now_ms + lasts_ms
        self.ask(c.ChangeServices(counter=counter, services=self._services(), until_ms=until_ms))
        if lasts_ms is None:
            self.later(60, 600, lambda: self.ask(c.ChangeServices(counter=counter)))

    def _raises(self) -> None:
        chance = self.chance
        service, priority = chance.choice(list(self.world.hall.services)), chance.choice(list(self.world.hall.priority))
        by_class = chance.random() < 0.4
        self.ask(
            c.RaiseClass(
                service=None if by_class else service,
                priority=priority if by_class else None,
                factor=chance.choice((0.2, 0.5, 0.8)),
                minutes=chance.choice((0, 1, 2, 5, 10)),
            )
        )

    def _opens(self) -> None:
        """A closed counter, when there is one; otherwise one is asked for that is taken."""
        views = self.world.collector.counters.values()
        closed = [view.counter for view in views if view.status.value == "closed"]
        counter = self.chance.choice(closed or list(self.world.hall.counters))
        services = self._services() if self.chance.random() < 0.6 else ()
        clerk = self.chance.choice(list(self.world.hall.clerks))
        self.ask(c.OpenEmergencyCounter(counter=counter, clerk=clerk, services=services))
