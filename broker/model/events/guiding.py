"""Events of the guide desk."""

from broker.model.events.base import Event
from broker.model.words import Need


class TicketOrdered(Event, tag=True, kw_only=True, frozen=True):
    """A kiosk is to give this ticket until ``until_ms``; there is no number yet."""

    ticket: str
    kiosk: str
    service: str
    until_ms: int
    language: str = "zh"
    needs: tuple[Need, ...] = ()
    large: bool = False
    priority: str | None = None
