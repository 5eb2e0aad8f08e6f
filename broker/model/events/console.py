"""Events of a clerk's console beside calling."""

from broker.model.events.base import Event
from broker.model.words import TicketStatus


class ActionUndone(Event, tag=True, kw_only=True, frozen=True):
    """撤销: what the event of type ``undone`` did at this counter is taken back; the ticket has ``status`` again.

    ``call_id`` of a call that was taken back, ``visit`` of a visit that goes on. Both stay in the journal: whoever
    heard the call heard it.
    """

    ticket: str
    counter: str
    undone: str
    status: TicketStatus
    call_id: str = ""
    visit: str = ""
