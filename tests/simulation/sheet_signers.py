"""签字: clerks and the duty leader sign the sheets of their counters, too early, twice, and for each other."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model.sheet_items import ITEMS_VERSION, SheetPart, items_of
from tests.simulation.afar_page import AfarPage

if TYPE_CHECKING:
    from tests.simulation.world import World

SIGNS_S = 25.0
DIGEST = "1:" + "0" * 64


class SheetSigners(AfarPage):
    """Whoever fills a sheet in does so completely; what is on paper is not what this world looks at."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "sheets")

    def start(self) -> None:
        self.again(SIGNS_S, self._signs)

    def _signs(self) -> None:
        """Of today's or yesterday's sheet, where the counter is closed if there is one."""
        chance, world = self.chance, self.world
        views = world.collector.counters.values()
        counters = [view.counter for view in views if view.status.value == "closed"] or list(world.hall.counters)
        now = datetime.fromtimestamp(world.agenda.now_ms / 1000, ZoneInfo(world.hall.hall.time_zone))
        day = f"{now - timedelta(days=chance.choice((0, 0, 1))):%Y-%m-%d}"
        counter, clerk = chance.choice(counters), chance.choice((None, *world.hall.clerks))
        items = items_of(world.hall.sheet_items, ITEMS_VERSION)
        fill = c.FillSheet(
            day=day,
            counter=counter,
            who="leader",
            items_version=ITEMS_VERSION,
            counts={key: 0 for key, item in items.items() if item.kind == "count"},
            checks={key: True for key, item in items.items() if item.kind == "check"},
            remark=chance.choice(("", "", "晚到", "正常")),
        )

        def filled(reply: Reply) -> None:
            self._sign(day, counter, "clerk", clerk, reply.as_of)
            self.later(1, 120, lambda: self._sign(day, counter, "leader", None, world.server.committed))
            if chance.random() < 0.3:
                again = c.ReopenSheet(day=day, counter=counter, reason="数字有误")
                self.later(1, 200, lambda: self.ask(again, by="leader"))

        self.ask(fill, filled, by="leader")

    def _sign(self, day: str, counter: str, who: SheetPart, clerk: str | None, as_of: int) -> None:
        """By the own account, now and then by the other one."""
        chance = self.chance
        accounts = (clerk or "post", "leader") if who == "clerk" else ("leader", clerk or "post")
        note = "值班" if who == "leader" and chance.random() < 0.2 else ""
        sign = c.SignSheet(
            day=day, counter=counter, who=who, clerk=clerk, digest=DIGEST, as_of=as_of, note=note
        )  # fmt: skip
        self.ask(sign, by=chance.choices(accounts, (5, 1))[0])
