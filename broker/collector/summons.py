"""It is your turn: what an open page of one ticket is told at once, itself and not only that something changed.

A stream of the ticket's page carries ``called`` with the counter, again at each recall, also while the phone shows
something else. Whoever cannot hear the hall's voice depends on it: a ticket taken with that need has a seat kept.
"""

import json
from collections.abc import Callable

from broker.collector import glance
from broker.collector.answers import TicketAnswer
from broker.collector.web import Web
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError


def summons_of(web: Web, ticket: TicketAnswer) -> Callable[[], bytes]:
    """A function that gives the event to send now: empty while there is nothing new about the ticket."""
    told: tuple[str, int, int] | None = None

    def news() -> bytes:
        nonlocal told
        shown = glance.standing(web.hall, web.hub.live, ticket.number)
        if shown is None or shown.status is not TicketStatus.CALLED:
            told = None
            return b""
        call = shown.counter or "", shown.called_at_ms or 0, shown.recalls
        if call == told:
            return b""
        told = call
        said = {"number": shown.number, "counter": shown.counter_name, "at_ms": call[1], "recalls": call[2]}
        return f"event: called\ndata: {json.dumps(said, ensure_ascii=False)}\n\n".encode()

    return (lambda: b"") if ticket.status in FINAL else news


def cannot_hear(web: Web, key: str) -> bool:
    """Whether the ticket was taken by somebody who said so. Never told to anybody, also not to this page."""
    try:
        story = web.reports.ticket(key)
    except (StoreError, DatabaseError):
        return False
    return story is not None and "hearing" in story.needs
