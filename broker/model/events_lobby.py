"""Events about people in the lobby: priority, emergencies, help, appointments."""

from broker.model.event_base import Event


class PriorityConfirmed(Event, tag=True, kw_only=True, frozen=True):
    """Staff stand for the priority of a ticket; from now on it waits in the line of that class."""

    ticket: str
    priority: str


class PriorityRevoked(Event, tag=True, kw_only=True, frozen=True):
    """The ticket has no priority any more; ``priority`` is what was taken away."""

    ticket: str
    priority: str
    reason: str = ""


class EmergencyBegan(Event, tag=True, kw_only=True, frozen=True):
    """Every screen shows this and nothing else."""

    zh: str
    en: str


class EmergencyEnded(Event, tag=True, kw_only=True, frozen=True):
    """The hall goes on."""


class HelpWanted(Event, tag=True, kw_only=True, frozen=True):
    """Somebody at a kiosk waits for a member of staff."""

    help: str
    kiosk: str
    reason: str = ""


class HelpAnswered(Event, tag=True, kw_only=True, frozen=True):
    """A member of staff is on the way."""

    help: str
    kiosk: str


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
