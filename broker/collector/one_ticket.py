"""Where one ticket stands, by its id or printed number: for its holder, a live page, whoever guides people."""

import re
import unicodedata

import msgspec

from broker.collector import answers as a
from broker.collector.errors import Malformed, UnknownTicketNumber, WebError
from broker.collector.heard import glance
from broker.collector.web import Web, address
from broker.model.hall import Hall
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus
from broker.runtime.business_calendar import RatingDays
from broker.runtime.errors import DatabaseError
from broker.store.day_fold import TicketStory
from broker.store.errors import StoreError
from broker.store.reports import Reports

_KEY = re.compile(r"^[A-Za-z0-9_.:-]{3,64}$")
NUMBER = re.compile(r"[A-Za-z]\d{2,4}")
_TYPED = re.compile(r"([A-Za-z])(\d{1,4})")


def look_up(web: Web, key: str) -> a.TicketAnswer:
    """``find_ticket`` for a visitor; TooMany when this address guesses too much or asks for one ticket too often.

    A whole hall may share one address (its Wi-Fi, a phone network, a proxy), and every open page of a ticket asks
    again at each change: guesses are counted together, the pages of a known ticket each for themselves.
    """
    try:
        found = find_ticket(web, key)
    except WebError:
        web.look_ups.take(address())
        raise
    web.refreshes.take(f"{address()} {key}")
    return found


def as_printed(hall: Hall, typed: str) -> str:
    """A number as people type it (``a1``, ``A 001``, full-width) as it is printed; anything else as it is."""
    plain = unicodedata.normalize("NFKC", typed).replace(" ", "")
    found = _TYPED.fullmatch(plain)
    if found is None:
        return typed
    letter = found[1].upper()
    digits = next((series.digits for series in hall.series.values() if series.letter == letter), 0)
    return f"{letter}{found[2].zfill(digits)}"


def find_ticket(web: Web, key: str) -> a.TicketAnswer:
    """Where a ticket stands, by id or printed number; UnknownTicketNumber or Malformed.

    A number is first looked for on the screens (in memory); an id, and a number no screen shows, in the journal.
    """
    key = as_printed(web.hall, key)
    if not _KEY.match(key):
        raise Malformed(detail="a ticket is asked for by its printed number or its id")
    by_number = NUMBER.fullmatch(key) is not None
    if by_number:
        key = key.upper()
        shown = glance.standing(web.hall, web.hub.live, key)
        if shown is not None:
            return shown
    story = web.reports.ticket(key)
    if story is None:
        raise UnknownTicketNumber
    # Once settled, the same number on a screen is another day's ticket.
    shown = None if story.status in FINAL else glance.standing(web.hall, web.hub.live, story.number)
    told = shown or _told(web, story, by_id=not by_number)
    if by_number:
        return told
    return msgspec.structs.replace(
        told,
        here=story.here,
        postponed=story.postponed,
        at_desk=story.kiosk is None,
        returns_until_ms=_returns_until_ms(web.hall, story),
    )


def is_here(reports: Reports, ticket: str) -> bool:
    """Whether who holds a ticket is known to be in the hall; True also where the journal cannot be read just now."""
    try:
        story = reports.ticket(ticket)
    except (StoreError, DatabaseError):
        return True
    return story is None or story.here


def _returns_until_ms(hall: Hall, story: TicketStory) -> int | None:
    """Of a missed number; when it was missed, where it came back as often as the hall allows."""
    if story.status is not TicketStatus.NO_SHOW or story.missed_at_ms is None:
        return None
    more = hall.rules.return_within_min * 60_000 if story.returns < hall.rules.return_times else 0
    return story.missed_at_ms + more


def _told(web: Web, story: TicketStory, *, by_id: bool) -> a.TicketAnswer:
    """A ticket that no screen shows any more, as the journal tells it; only its holder knows the id and may rate."""
    service = web.hall.services.get(story.service)
    counter = web.hall.counters.get(story.counter or "")
    rateable = by_id and story.visit is not None and _in_time(web, story) and not web.reports.is_rated(story.visit)
    return a.TicketAnswer(
        number=story.number,
        status=story.status,
        service=story.service,
        service_names=None if service is None else service.names,
        ahead=None,
        wait=None,
        counter=story.counter,
        counter_name=None if counter is None else counter.name,
        called_at_ms=story.called_at_ms,
        rateable=rateable,
        paused=(),
    )


def _in_time(web: Web, story: TicketStory) -> bool:
    from_ms = RatingDays(web.hall).from_ms(web.clock.now_ms())
    return story.finished_at_ms is not None and story.finished_at_ms >= from_ms
