"""What the hall remembers of how it behaves, so that it can be rolled forward: bounded, and carried from day to day.

Times are seconds, kept to a tenth. Written by ``apply_habits`` alone.
"""

from dataclasses import dataclass, field

SERVICES_MOST, GAPS_MOST, PAUSES_MOST = 400, 400, 200
ARRIVALS_MOST = 600
"""Of one service and class; twenty a minute for half an hour."""
ARRIVALS_MS = 30 * 60_000
BOOKED_MOST = 400
"""Beyond so many bookings both counts are halved, so that old months fade."""
SHOW_BELIEVED, BOOKED_BELIEVED = 0.9, 10
"""Before any booking was seen to be kept or missed; it counts as much as ten that were."""
LONGEST_S = 4 * 3600.0
"""What took longer was forgotten by somebody, and tells nothing."""
DIGITS = 1


@dataclass(slots=True)
class Habits:
    """``services``: how long somebody called kept a counter, by service, whether or not he came. ``gaps``: from one
    leaving to the next call while somebody waited all along. ``pauses``: how long counters paused.

    ``arrivals``: service -> class or "" -> when people simply came within the last half hour. ``came`` of ``booked``
    kept their time; bookings up to ``counted_ms`` are counted. ``free``: counter -> since when it has nobody.
    """

    services: dict[str, list[float]] = field(default_factory=dict)
    gaps: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    arrivals: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    came: int = 0
    booked: int = 0
    counted_ms: int = 0
    free: dict[str, int] = field(default_factory=dict)

    def served(self, service: str, seconds: float) -> None:
        """Somebody left a counter."""
        keep(self.services.setdefault(service, []), seconds, SERVICES_MOST)

    def arrived(self, service: str, group: str, at_ms: int) -> None:
        """Somebody simply came."""
        known = self.arrivals.setdefault(service, {}).setdefault(group, [])
        known.append(at_ms)
        if known[0] < at_ms - ARRIVALS_MS or len(known) > ARRIVALS_MOST:
            known[:] = [one for one in known if one >= at_ms - ARRIVALS_MS][-ARRIVALS_MOST:]

    def kept(self, came: bool) -> None:
        """A booked time is over."""
        self.booked += 1
        self.came += came
        if self.booked > BOOKED_MOST:
            self.booked, self.came = self.booked // 2, self.came // 2

    @property
    def show_share(self) -> float:
        """Of those who booked, who comes."""
        return (self.came + SHOW_BELIEVED * BOOKED_BELIEVED) / (self.booked + BOOKED_BELIEVED)


def keep(known: list[float], seconds: float, most: int) -> None:
    """The last so many, but for what nobody can have meant."""
    if 0 <= seconds <= LONGEST_S:
        known.append(round(seconds, DIGITS))
        del known[:-most]
