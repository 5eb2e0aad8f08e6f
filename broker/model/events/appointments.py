"""Events about booked times."""

from typing import Literal

from broker.model.events.base import Event
from broker.model.slots import BookedItem, Room


class AppointmentBooked(Event, tag=True, kw_only=True, frozen=True):
    """A visitor will come at ``time_ms``; said again of the same appointment: at another time.

    ``items`` empty: one place of ``service``. ``who``: the key by which missed appointments are counted. ``rooms``:
    what the slots hold that it was booked into, for the law to check; None where it stays in its slot, or an earlier
    program booked it. ``a_day``: how many of them this ``person`` may have. ``person_ms``: of whose day the
    key ``person`` is, where that is not the day of ``time_ms``: staff moved it without the number of whose it is.
    """

    appointment: str
    code: str
    service: str
    time_ms: int
    person: str | None = None
    source: Literal["desk", "home"] = "desk"
    unit: bool = False
    items: tuple[BookedItem, ...] = ()
    who: str | None = None
    rooms: tuple[Room, ...] | None = None
    a_day: int | None = None
    person_ms: int | None = None


class AppointmentCancelled(Event, tag=True, kw_only=True, frozen=True):
    """The visitor will not come."""

    appointment: str
    reason: str = ""


class AppointmentMissed(Event, tag=True, kw_only=True, frozen=True):
    """Its day is over: who booked it from home neither came nor cancelled. It counts until ``counts_until_ms``, and
    until ``restricted_until_ms``, if it was one too many, nobody books from home under its key."""

    appointment: str
    counts_until_ms: int
    restricted_until_ms: int | None = None


class RestrictionLifted(Event, tag=True, kw_only=True, frozen=True):
    """Whoever is counted under the keys ``whose`` books from home again, and nothing missed before counts.

    It would have ended at ``until_ms``, for ``missed`` appointments.
    """

    whose: tuple[str, ...]
    until_ms: int
    missed: int
    reason: str
