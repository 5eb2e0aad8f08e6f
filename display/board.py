"""The mind of a wall display: boards and time in, what is shown out. Pure; seconds are monotonic and passed in.

A new call becomes the hero at once, or waits behind a hero that is younger than HERO_LEAST_S; meanwhile it already
stands on top of the recent rows, so no call is ever invisible. The first board after a (re)connect is shown without a
pulse, and an older picture never replaces a newer one.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broker.contract.envelope import ENGINE_SILENT_S
from broker.model.views import (
    BoardView,
    Call,
    CounterLine,
    Emergency,
    Notice,
    OpenState,
    PausedCounter,
    ServiceLine,
)
from broker.model.words import Names, TicketStatus, WallRatings
from broker.runtime.newest import Newest, Position
from display.room import Room, page_of, worth_showing

HERO_LEAST_S = 4.0
LINGER_HERO_S = 10.0
"""For whom the voice may be of no use; the others wait a little longer, as rows."""
PULSE_S = 0.5
PULSES = 3
RING_S = 15.0
LINGER_RING_S = 45.0
SLOT_FREE_S = 30.0
"""How long a call stands large before pictures may take its place; it goes on standing on top of the rows."""
PAGE_S = 8.0
BAND_ZH, BAND_EN = 30, 64
"""Letters of an urgent notice that its still band holds on every board."""
QUEUE_MOST = 8
MEMORY_CALLS = 2048

Chip = Literal["open", "break", "closed", "connecting", "stale"]
Place = Literal["slot", "screen"]
"""Where media may stand: in the place of a call, or over the whole screen while the hall is shut."""


@dataclass(frozen=True)
class Row:
    """A recent call. `fresh`: its turn as hero is still to come."""

    number: str
    counter: str
    service: Names
    at_ms: int
    fresh: bool


@dataclass(frozen=True)
class Medium:
    """What stands in a free slot: a picture, or a film by the name under which its frames come."""

    picture: bytes | None = None
    film: str = ""


MediaOf = Callable[[Place | None], Medium | None]
"""Asked once at every look, with the place that is free now, or None: what stands there."""


def no_media(place: Place | None) -> Medium | None:
    """A display without pictures and videos."""
    return None


@dataclass(frozen=True)
class BoardState:
    """Everything a wall display shows at one moment. `local` is None while no clock can be trusted.

    `ring` comes and goes, `fresh` says that the hero is news all the while. `whole` is the hall shut and `medium`, or
    the notice `poster`, over the whole screen.
    """

    hall: Names
    local: datetime | None
    chip: Chip
    open: OpenState | None
    contact_ms: int | None
    hero: Call | None
    ring: bool
    rows: tuple[Row, ...]
    paused: tuple[str, ...]
    services: tuple[ServiceLine, ...]
    page: int
    pages: int
    notices: tuple[Names, ...]
    urgent: Names | None = None
    emergency: Emergency | None = None
    counters: tuple[CounterLine, ...] = ()
    latest: tuple[Call, ...] = ()
    medium: Medium | None = None
    fresh: bool = False
    whole: bool = False
    poster: Names | None = None
    names: tuple[Names, ...] = ()
    """Those of all services, on whichever page they stand: the longest decides how rows and cards are laid out."""
    ratings: WallRatings = "none"
    told: PausedCounter | None = None
    """Of the paused counters the one of this turn, with where to go instead and whom to ask."""

    @property
    def resting(self) -> bool:
        """Whether the hall is closed and nobody is called: nobody looks for anything but when it opens again."""
        return self.chip == "closed" and self.hero is None and self.emergency is None and self.urgent is None


@dataclass
class _Hero:
    call: Call
    since_s: float
    pulses: bool


@dataclass
class _Pager:
    """Turns pages every PAGE_S, and waits while `held`."""

    page: int = 0
    turned_s: float | None = None

    def turn(self, now_s: float, held: bool) -> None:
        if self.turned_s is None:
            self.turned_s = now_s
        elif now_s - self.turned_s >= PAGE_S and not held:
            self.page += 1
            self.turned_s = now_s


class BoardMind:
    """Takes boards and heartbeats, says what to show. `hall` is what the hall file says, for the time before.

    `whole_when_shut`: a hall that does not serve and calls nobody shows media and notices over the whole screen.
    """

    def __init__(self, hall: Names, room: Room | None = None, *, whole_when_shut: bool = False) -> None:
        self._hall = hall
        self._room = room or Room()
        self._whole_when_shut = whole_when_shut
        self._view: BoardView | None = None
        self._newest = Newest()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._queue: deque[str] = deque(maxlen=QUEUE_MOST)
        self._hero: _Hero | None = None
        self.silent_next = True
        self._contact: tuple[float, int] | None = None
        self._pager = _Pager()

    def connected(self) -> None:
        """The link came up: what arrives next is what was missed, not news."""
        self.silent_next = True

    def heard(self, now_s: float, now_ms: int) -> None:
        """The server gave a sign of life at this moment."""
        self._contact = (now_s, now_ms)

    def engine_at(self, position: Position) -> None:
        """A live heartbeat tells where the server is, which may be before what was shown."""
        self._newest.engine_at(position)

    def take(self, view: BoardView, position: Position, now_s: float) -> bool:
        """Take a board of `position` (epoch, as_of); False when it is older than what was shown."""
        if not self._newest.take(view.display, position):
            return False
        self._view = view
        fresh = [call for call in reversed(view.calls) if call.call_id not in self._known]
        for call in fresh:
            self._remember(call.call_id)
        silent, self.silent_next = self.silent_next, False
        if silent:
            self._queue.clear()
            self._hero = None
        if not silent:
            self._queue.extend(call.call_id for call in fresh if call.status is TicketStatus.CALLED)
        self._advance(now_s)
        return True

    def look(self, now_s: float, local: datetime | None, media: MediaOf = no_media) -> BoardState:
        """Return what to show at this moment; `local` is the hall's wall clock, `media` fills a free place."""
        place, shown = self._free_place(now_s), tuple(self._notices_now(local))
        self._pager.turn(now_s, held=self._pulsing(now_s))
        urgent = self._urgent(shown)
        medium = media(None if place == "screen" and urgent else place)
        runs = (*(n for n in shown if n.urgent and _is_long(n)), *(n for n in shown if not n.urgent))
        notices = tuple(Names(notice.zh, notice.en) for notice in runs)
        poster = urgent or self._turned(notices) if place == "screen" and medium is None else None
        hero = None if self._over() or medium else self._hero
        ring = self._ring(now_s)
        view = self._view
        services, page, pages = self._page_of_services()
        counters, counters_page, counters_pages = self._page_of_counters(now_s)
        return BoardState(
            hall=view.hall if view else self._hall,
            local=local,
            chip=self._chip(now_s),
            open=view.open if view else None,
            contact_ms=self._contact[1] if self._contact else None,
            hero=hero.call if hero else None,
            ring=ring,
            rows=() if self._over() else self._rows(hero),
            paused=tuple(counter.counter_name for counter in view.paused) if view else (),
            services=services,
            page=counters_page if counters else page,
            pages=counters_pages if counters else pages,
            notices=notices,
            urgent=urgent,
            emergency=view.emergency if view else None,
            counters=counters,
            ratings=view.ratings if view else "none",
            latest=view.calls if view and not self._over() else (),
            medium=medium,
            fresh=self._news(now_s),
            whole=place == "screen" and (medium or poster) is not None,
            poster=poster,
            names=self._names(),
            told=view.paused[self._pager.page % len(view.paused)] if view and view.paused else None,
        )

    # --- The hero ---------------------------------------------------------------------------------------------------

    def _advance(self, now_s: float) -> None:
        calls = {call.call_id: call for call in self._view.calls} if self._view else {}
        self._queue = deque(
            (key for key in self._queue if key in calls and calls[key].status is TicketStatus.CALLED),
            maxlen=QUEUE_MOST,
        )
        if self._hero is not None:
            known = calls.get(self._hero.call.call_id)
            if known is None:
                self._hero = None
            else:
                self._hero.call = known
        if self._queue and self._may_change(calls[self._queue[0]], now_s):
            self._hero = _Hero(calls[self._queue.popleft()], now_s, pulses=True)
        elif not self._queue and self._view and self._view.calls and self._is_behind(self._view.calls[0], now_s):
            self._hero = _Hero(self._view.calls[0], now_s, pulses=False)

    def _is_behind(self, newest: Call, now_s: float) -> bool:
        """Whether the hero is older than the last call: one whose visitor had come before any picture of it did."""
        if self._hero is None:
            return True
        came = newest.status in (TicketStatus.SERVING, TicketStatus.SERVED)
        old = newest.call_id != self._hero.call.call_id and self._hero.call.status is not TicketStatus.CALLED
        return old and came and self._may_change(newest, now_s)

    def _may_change(self, coming: Call, now_s: float) -> bool:
        """A hero stays HERO_LEAST_S, unless it was no news, was served, or is only called once more."""
        hero = self._hero
        if hero is None or not hero.pulses or hero.call.status is not TicketStatus.CALLED:
            return True
        same = (hero.call.number, hero.call.counter) == (coming.number, coming.counter)
        return same or now_s - hero.since_s >= (LINGER_HERO_S if hero.call.linger else HERO_LEAST_S)

    def _free_place(self, now_s: float) -> Place | None:
        """Where media may stand: where calls do once the last one is no news, or a whole screen that calls nobody."""
        self._advance(now_s)
        view, hero = self._view, self._hero
        if view is None or view.emergency is not None or self._queue:
            return None
        if view.open.state != "open":
            return "screen" if self._whole_when_shut and self._over() else None
        if hero is None:
            return "slot"
        called = hero.call.status is TicketStatus.CALLED
        rests = now_s - hero.since_s >= (LINGER_RING_S if hero.call.linger and called else SLOT_FREE_S)
        return "slot" if rests else None

    def _pulsing(self, now_s: float) -> bool:
        hero = self._hero
        return hero is not None and hero.pulses and now_s - hero.since_s < PULSES * 2 * PULSE_S

    def _news(self, now_s: float) -> bool:
        """Whether the hero is still to be marked as new, if its visitor has not come yet."""
        hero = self._hero
        if hero is None or not hero.pulses or hero.call.status is not TicketStatus.CALLED:
            return False
        return now_s - hero.since_s < (LINGER_RING_S if hero.call.linger else RING_S)

    def _ring(self, now_s: float) -> bool:
        """Half a second on, half a second off, three times; then steadily as long as it is news."""
        if not self._news(now_s) or self._hero is None:
            return False
        age_s = now_s - self._hero.since_s
        return age_s >= PULSES * 2 * PULSE_S or int(age_s / PULSE_S) % 2 == 0

    def _remember(self, call_id: str) -> None:
        self._known[call_id] = None
        if len(self._known) > MEMORY_CALLS:
            self._known.popitem(last=False)

    def _over(self) -> bool:
        """Whether the hall does not serve now and nobody is at a counter: the last calls are history."""
        view = self._view
        if view is None or view.open.state == "open":
            return False
        return all(call.status not in (TicketStatus.CALLED, TicketStatus.SERVING) for call in view.calls)

    # --- The rest ---------------------------------------------------------------------------------------------------

    def _rows(self, hero: _Hero | None) -> tuple[Row, ...]:
        """The calls that are not large, newest first; whoever may not hear the voice stays on top until they came."""
        if self._view is None:
            return ()
        rows: dict[str, Row] = {}
        calls = sorted(self._view.calls, key=lambda call: not (call.linger and call.status is TicketStatus.CALLED))
        for call in calls:
            if hero is not None and call.number == hero.call.number:
                continue
            fresh = call.call_id in self._queue
            rows.setdefault(call.number, Row(call.number, call.counter_name, call.service, call.called_at_ms, fresh))
        return tuple(rows.values())

    def _chip(self, now_s: float) -> Chip:
        if self._contact is None or self._view is None:
            return "connecting"
        if now_s - self._contact[0] >= ENGINE_SILENT_S:
            return "stale"
        return self._view.open.state

    def _notices_now(self, local: datetime | None) -> Iterator[Notice]:
        """Those whose time it is; without a clock only those that need none to begin."""
        now_ms = None if local is None else int(local.timestamp() * 1000)
        for notice in self._view.notices if self._view else ():
            begun = notice.from_ms is None or (now_ms is not None and now_ms >= notice.from_ms)
            if begun and (notice.until_ms is None or now_ms is None or now_ms < notice.until_ms):
                yield notice

    def _urgent(self, shown: tuple[Notice, ...]) -> Names | None:
        return self._turned(tuple(Names(notice.zh, notice.en) for notice in shown if notice.urgent))

    def _turned(self, notices: tuple[Names, ...]) -> Names | None:
        """The one of this turn of the pages."""
        return notices[self._pager.page % len(notices)] if notices else None

    def _page_of_counters(self, now_s: float) -> tuple[tuple[CounterLine, ...], int, int]:
        """One page of counters: the one with the counter that calls, as long as its ring is there."""
        counters, turn = self._view.counters if self._view else (), self._pager.page
        _, _, pages = page_of(counters, self._room.counters, 0)
        hero = self._hero
        if hero is not None and self._news(now_s):
            for page in range(pages):
                if any(line.counter == hero.call.counter for line in page_of(counters, self._room.counters, page)[0]):
                    turn = page
        return page_of(counters, self._room.counters, turn)

    def _page_of_services(self) -> tuple[tuple[ServiceLine, ...], int, int]:
        services = self._view.services if self._view else ()
        services = services if self._room.every else worth_showing(services, self._room)
        most = self._room.for_names(self._names())
        room = self._room.services if len(services) <= self._room.services else self._room.services_paged
        return page_of(services, min(room, most), self._pager.page)

    def _names(self) -> tuple[Names, ...]:
        return tuple(line.names for line in self._view.services) if self._view else ()


def _is_long(notice: Notice) -> bool:
    """More than the still band of any board surely holds: it runs in the line below too, where all of it is read."""
    return len(notice.zh) > BAND_ZH or len(notice.en) > BAND_EN
