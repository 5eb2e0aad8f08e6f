"""How full the half-hours are, as the engine shows it: free, few places left, full. Nothing here decides anything."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from broker.collector.errors import NothingKnown
from broker.collector.web import Web
from broker.model.slots import capacity_of, reserved_of, slot_ms, slot_of
from broker.model.views import ServiceView
from broker.runtime.business_calendar import BookingDays

Pressure = Literal["free", "few", "full"]
FEW_SHARE = 1 / 3


@dataclass(frozen=True)
class SlotShown:
    """A slot that can still be reached. ``at_ms`` is what is booked: its begin, or when the hall opens within it."""

    at_ms: int
    until_ms: int
    left: int
    most: int

    @property
    def pressure(self) -> Pressure:
        """In a word."""
        return "full" if self.left <= 0 else "few" if self.left <= self.most * FEW_SHARE else "free"


@dataclass(frozen=True)
class DayShown:
    """A day: none of its slots is left when it is full, none is there when the hall is closed."""

    day: date
    slots: tuple[SlotShown, ...]

    @property
    def pressure(self) -> Pressure | Literal["closed"]:
        """Of the whole day."""
        if not self.slots:
            return "closed"
        left, most = sum(max(0, slot.left) for slot in self.slots), sum(slot.most for slot in self.slots)
        return "full" if left <= 0 else "few" if left <= most * FEW_SHARE else "free"


class Slots:
    """Of one hall."""

    def __init__(self, web: Web) -> None:
        self._web, self._days = web, BookingDays(web.hall)

    def services(self) -> list[str]:
        """Those that take appointments from home, in the order of the hall file."""
        hall = self._web.hall
        return [key for key, one in hall.services.items() if not one.hidden and self.most(key) > 0]

    def most(self, service: str) -> int:
        """How many places of a slot are for bookings from home."""
        return capacity_of(self._web.hall, service) - reserved_of(self._web.hall, service)

    def days(self, service: str) -> list[DayShown]:
        """Today and every day that may be booked; NothingKnown while the engine was not heard."""
        taken = self.taken(service)
        return [DayShown(day, self._slots(service, day, taken)) for day in self._days.days(self._web.clock.now_ms())]

    def taken(self, service: str) -> dict[int, int]:
        """Begin of a slot -> places taken, as shown last."""
        body = self._web.hub.live.body("service", service)
        if not isinstance(body, ServiceView):
            raise NothingKnown
        return dict(body.slots)

    def left(self, service: str, at_ms: int) -> int:
        """Places left in a moment's slot, as shown last; 0 or less: none."""
        return self.most(service) - self.taken(service).get(slot_of(self._web.hall, at_ms), 0)

    def _slots(self, service: str, day: date, taken: dict[int, int]) -> tuple[SlotShown, ...]:
        hall, length, now_ms = self._web.hall, slot_ms(self._web.hall), self._web.clock.now_ms()
        most, found = self.most(service), {}
        for times in self._days.openings(service, day):
            for begins in range(slot_of(hall, times.opens_ms), times.closes_ms, length):
                at_ms = max(begins, times.opens_ms)
                if at_ms > now_ms:
                    left = most - taken.get(begins, 0)
                    found[begins] = SlotShown(at_ms, min(begins + length, times.closes_ms), left, most)
        return tuple(found[begins] for begins in sorted(found))
