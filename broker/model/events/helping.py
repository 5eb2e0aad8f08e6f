"""Events of a visitor who needs staff."""

from broker.model.events.base import Event


class HelpWanted(Event, tag=True, kw_only=True, frozen=True):
    """Somebody at a kiosk waits for a member of staff."""

    help: str
    kiosk: str
    reason: str = ""


class HelpAnswered(Event, tag=True, kw_only=True, frozen=True):
    """A member of staff is on the way."""

    help: str
    kiosk: str
