"""Events about booked times."""

from broker.model.events.base import Event


class AppointmentBooked(Event, tag=True, kw_only=True, frozen=True):
    """A visitor will come at ``time_ms``."""

    appointment: str
    code: str
    service: str
    time_ms: int
    person: str | None = None


class AppointmentCancelled(Event, tag=True, kw_only=True, frozen=True):
    """The visitor will not come."""

    appointment: str
    reason: str = ""
