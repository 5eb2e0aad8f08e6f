"""Events of a clerk's console beside calling."""

from broker.model.events.base import Event
from broker.model.words import TicketStatus


class ActionUndone(Event, tag=True, kw_only=True, frozen=True):
    """撤销: what the event of type ``undone`` did at this counter is taken back; the ticket has ``status`` again.

    ``call_id`` of a call that was taken back, ``visit`` of a visit that goes on. Both stay in the journal: whoever
    heard the call heard it. Of a service without a ticket there is no ``ticket`` and no ``status``, and its ``visit``
    has not been.
    """

    ticket: str = ""
    counter: str
    undone: str
    status: TicketStatus | None = None
    call_id: str = ""
    visit: str = ""


class VisitPartFinished(Event, tag=True, kw_only=True, frozen=True):
    """一票到底: one visit of a ticket is over and may be rated; the ticket goes on to ``service``.

    ``stays``: at the same counter at once; otherwise it is in line, its waiting counted from ``clock_ms``.
    """

    ticket: str
    counter: str
    visit: str
    outcome: str
    items: int
    service: str
    to_counter: str | None
    clock_ms: int
    stays: bool
    note: str = ""
    clerk: str | None = None


class DirectServed(Event, tag=True, kw_only=True, frozen=True):
    """Somebody was served without a ticket: the visit counts and may be rated."""

    counter: str
    service: str
    visit: str
    reason: str
    clerk: str | None = None
    outcome: str = "done"
    items: int = 1


class ExtensionApproved(Event, tag=True, kw_only=True, frozen=True):
    """延时服务: people may be called at a counter (None: at all) until then, after hours; ``by`` whom."""

    until_ms: int
    reason: str
    counter: str | None = None
    by: str = ""
