"""It is your turn: what an open page of one ticket is told at once, itself and not only that something changed.

A stream of the ticket's page carries ``called`` with the counter, again at each recall, also while the phone shows
something else, and ``nearly`` once few people are before it (``notify.ahead``), each time it comes so near. ``moved``
says to which service a clerk sent it on, ``again`` that it is back in its line, ``missed`` that it was passed by.
Whoever cannot hear the hall's voice depends on it: a ticket taken with that need has a seat kept.
"""

import json
from collections.abc import Callable

from broker.collector.answers import TicketAnswer
from broker.collector.heard import glance
from broker.collector.web import Web
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError


def summons_of(web: Web, ticket: TicketAnswer) -> Callable[[], bytes]:
    """A function that gives the event to send now: empty while there is nothing new about the ticket."""
    told: tuple[str, int, int] | None = None
    near = False
    last: TicketAnswer | None = None

    def news() -> bytes:
        nonlocal told, near, last
        shown = glance.standing(web.hall, web.hub.live, ticket.number)
        near, before = _is_near(web, shown), near
        turned, last = _turned(last, shown), shown or last
        if shown is None or shown.status is not TicketStatus.CALLED:
            told = None
            if turned or shown is None or not near or before:
                return turned  # one thing at a time is read out; how few are before it stands on the page
            return _event("nearly", number=shown.number, ahead=shown.ahead)
        call = shown.counter or "", shown.called_at_ms or 0, shown.recalls
        if call == told:
            return b""
        told = call
        return _event("called", number=shown.number, counter=shown.counter_name, at_ms=call[1], recalls=call[2])

    return (lambda: b"") if ticket.status in FINAL else news


def _turned(last: TicketAnswer | None, shown: TicketAnswer | None) -> bytes:
    """What became of a number that was called or set aside: sent on, in line again, missed; empty for anything else.

    What is on no screen for a moment, because one was renewed before the other, keeps its last state."""
    if last is None or shown is None or shown.status is last.status:
        return b""
    if shown.status is TicketStatus.NO_SHOW:
        return _event("missed", number=shown.number)
    if shown.status is not TicketStatus.WAITING or last.status is TicketStatus.RESERVED:
        return b""
    names = shown.service_names
    if names is not None and last.service is not None and shown.service != last.service:
        return _event("moved", number=shown.number, service={"zh": names.zh, "en": names.en})
    return _event("again", number=shown.number)


def _is_near(web: Web, shown: TicketAnswer | None) -> bool:
    """Whether so few people are before it that its holder should be in the waiting area."""
    waits = shown is not None and shown.status is TicketStatus.WAITING and shown.ahead is not None
    return waits and (shown.ahead or 0) <= web.hall.notify.ahead  # type: ignore[union-attr]


def _event(name: str, **said: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n".encode()


def cannot_hear(web: Web, key: str) -> bool:
    """Whether the ticket was taken by somebody who said so. Never told to anybody, also not to this page."""
    try:
        story = web.reports.ticket(key)
    except (StoreError, DatabaseError):
        return False
    return story is not None and "hearing" in story.needs
