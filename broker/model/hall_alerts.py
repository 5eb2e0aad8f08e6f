"""When whoever runs the hall is told that something needs a hand: thresholds of the manager's floor."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared
from broker.model.words import Slug

People = Annotated[int, msgspec.Meta(ge=0, le=9999)]
AlertMinutes = Annotated[int, msgspec.Meta(ge=0, le=600)]


class QueueAlerts(Declared, frozen=True, kw_only=True):
    """Of one service, where it has other thresholds than the hall; what is not said is the hall's."""

    waiting: People | None = None
    longest_min: AlertMinutes | None = None
    predicted_min: AlertMinutes | None = None


class Alerts(Declared, frozen=True, kw_only=True):
    """More than ``waiting`` people in one line, somebody waiting for more than ``longest_min``, a newcomer's expected
    wait of more than ``predicted_min``; 0: never. A device is silent after ``device_silent_s`` without a sign of life,
    its clock is off by more than ``clock_off_s``, its messages pile up from ``unsent`` on. Pauses and empty counters
    have their limits in ``[rules]``, for there the engine acts on them. ``services`` names lines of their own limits.

    ``low_rating``: managers are told as soon as a visitor chose one of the last two levels. Without counter and ticket,
    but beside a floor that shows who has just left; so each hall decides (docs/ratings.md).
    """

    waiting: People = 20
    longest_min: AlertMinutes = 30
    predicted_min: AlertMinutes = 0
    device_silent_s: Annotated[int, msgspec.Meta(ge=5, le=600)] = 15
    clock_off_s: Annotated[int, msgspec.Meta(ge=1, le=600)] = 2
    unsent: Annotated[int, msgspec.Meta(ge=1, le=9999)] = 20
    low_rating: bool = False
    services: dict[Slug, QueueAlerts] = {}

    def of(self, service: str) -> tuple[int, int, int]:
        """Waiting, longest and expected wait in minutes from which on a line is told of; 0: never."""
        own = self.services.get(service, QueueAlerts())
        return (
            self.waiting if own.waiting is None else own.waiting,
            self.longest_min if own.longest_min is None else own.longest_min,
            self.predicted_min if own.predicted_min is None else own.predicted_min,
        )
