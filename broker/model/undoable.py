"""What a counter may take back, and how much of it. Said once, for the engine (which does it) and for reports.

Both remember as many actions as this: reports would find nothing to put back where the engine remembers more.
"""

from broker.model import events as e

UNDONE_MOST = 3
"""How many actions of a counter can be taken back one after the other: finish, call the next, start."""
UNDOABLE = (
    e.TicketCalled,
    e.ServiceStarted,
    e.ServiceFinished,
    e.TicketMissed,
    e.TicketHeld,
    e.TicketTransferred,
    e.VisitPartFinished,
    e.DirectServed,
)
