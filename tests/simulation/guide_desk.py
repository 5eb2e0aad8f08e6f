"""导办台: a guide lets a kiosk give a number for somebody who cannot, once or twice over."""

from typing import TYPE_CHECKING

from broker.model import commands as c
from broker.model.numbers import offered_by
from tests.simulation.afar_page import AfarPage

if TYPE_CHECKING:
    from tests.simulation.world import World

ORDERS_S = 40.0


class GuideDesk(AfarPage):
    """Whoever presses twice presses for the same ticket, perhaps at another kiosk."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "guide")

    def start(self) -> None:
        self.again(ORDERS_S, self._order)

    def _order(self) -> None:
        chance, ticket = self.chance, self.own_id()
        kiosks = list(self.world.hall.kiosks)
        kiosk = chance.choice(kiosks)
        order = c.OrderTicket(
            ticket=ticket,
            kiosk=kiosk,
            service=chance.choice(offered_by(self.world.hall, kiosk)),
            priority=chance.choice((None, None, *self.world.hall.priority)),
        )
        self.world.trace.ordered[ticket] = kiosk
        self.ask(order, until_answered=chance.random() < 0.5)
        if chance.random() < 0.4:
            other = c.OrderTicket(ticket=ticket, kiosk=chance.choice(kiosks), service=order.service)
            self.later(1, 90, lambda: self.ask(other))
