"""How often what visitors were told came true: of each day and service, counted in the fold. Pure."""

from dataclasses import dataclass

from broker.engine.apply_pace import KEPT, LATER, SOONER
from broker.engine.state import State


@dataclass(frozen=True, slots=True)
class Coverage:
    """Tickets called for the first time on a ``day`` for a ``service``, by whether the wait told with the ticket held.

    The range is that which was said, in whole minutes, of the moment when the ticket was given. Not counted are tickets
    for which nothing was told, that were moved, put back or of another class since, and whoever left.
    """

    day: str
    service: str
    kept: int
    sooner: int
    later: int

    @property
    def told(self) -> int:
        """All of them."""
        return self.kept + self.sooner + self.later


def coverage(state: State, *, again: bool = False) -> tuple[Coverage, ...]:
    """Of the last 31 days, in order of day, then as services were first called.

    ``again``: of ranges shown to those who waited already, one for each ticket that was given meanwhile.
    """
    return tuple(
        Coverage(day, service, counts[KEPT], counts[SOONER], counts[LATER])
        for day, services in sorted((state.foretold_again if again else state.foretold).items())
        for service, counts in services.items()
    )
