"""A page of staff in a browser: each wish is a command of its own, asked again with the same id where that matters."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from broker.contract.envelope import Reply
from broker.model import commands as c

if TYPE_CHECKING:
    from tests.simulation.world import World

FIRST_S = 1_800.0
"""Nothing of this before: the short runs of planted bugs keep their stories."""
AGAIN_S = 5.0
Heard = Callable[[Reply], None]


class StaffPage:
    """Has a chance of its own, so that it changes nobody else's."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.chance = Random(f"{world.trace.seed} {name}")
        self.here = True

    def start(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        self.here = False

    def ask(
        self, command: c.Command, heard: Heard | None = None, until_answered: bool = False, id: str | None = None,
        by: str = "web",
    ) -> None:  # fmt: skip
        """Asked once; or again and again with the same id, until somebody answers. ``heard`` gets what was done."""
        id = id or self.world.collector.make_id()

        def ask() -> None:
            if self.world.collector.alive:
                self.world.collector.submit(command, id, by, done)
            elif until_answered:
                self.world.agenda.after(AGAIN_S, ask)

        def done(reply: Reply | None) -> None:
            if reply is None and until_answered:
                self.world.agenda.after(AGAIN_S, ask)
            elif reply is not None and reply.kind == "done" and heard is not None:
                heard(reply)

        ask()
