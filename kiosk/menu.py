"""What this kiosk offers now, and why it does not offer the rest. Pure.

With the engine, its view decides. Alone (no word from it for 15 s), the kiosk goes by the opening times of the hall
file and by what the last view of the same day said about pauses and quotas; it then knows no waiting times.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from broker.model.hall import Hall, Session
from broker.model.hours import NextOpening
from broker.model.numbers import offered_by
from broker.model.reasons import reason_said
from broker.model.views import Emergency, KioskView, PausedCounter, ServiceLine
from broker.model.words import SHUT_REASONS, Names

MenuState = Literal["ready", "closed", "paused", "connecting", "emergency"]
ReaderState = Literal["none", "ok", "down"]
"""Whether an ID card can be read here, or a code. DOWN: the reader does not answer."""
APPOINTMENT = "appointment"
"""The hall's priority class for who comes in time; a hall that has it has appointments."""

FULL = SHUT_REASONS["full"]
NOT_NOW = SHUT_REASONS["closed"]
USED_UP = Names("号码已用完", "No numbers left")
ASK_AT_DESK = Names("请到咨询台取号", "Ask at the help desk")
NO_COUNTER = SHUT_REASONS["no_counter"]
COUNTER_PAUSED = Names("窗口暂停服务", "Counter paused")


@dataclass(frozen=True)
class Given:
    """One of the last tickets of this kiosk; ``time`` is local, empty on an unsure clock."""

    ticket: str
    number: str
    names: Names
    time: str


@dataclass(frozen=True)
class Circumstances:
    """What else decides: ``heard`` the engine lately, ``day`` of the ledger, own clock when it can be trusted.

    ``today`` is the local ISO date and ``minute`` the local minute of the day, both None on an unsure clock. ``paused``
    is the own pause button's wish (None: the view decides). ``unreported`` counts own tickets by service that the view
    does not know yet, ``used_up`` names series without an own number while nobody else can give one:
    none is left or, with ``other_plan``, they may be somebody else's by the engine's hall file. ``next_openings``
    are those of later days, by the calendar: of the hall under (), of services under the sessions they are bound to.
    """

    heard: bool
    day: str | None
    today: str | None = None
    minute: int | None = None
    paused: bool | None = None
    printer_ok: bool = True
    reader: ReaderState = "none"
    scanner: ReaderState = "none"
    given: tuple[Given, ...] = ()
    unreported: dict[str, int] = field(default_factory=dict)
    used_up: frozenset[str] = frozenset()
    other_plan: bool = False
    next_openings: Mapping[tuple[str, ...], NextOpening | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """One service as the kiosk shows it. ``open``: a ticket can be taken; otherwise ``reason`` says why not.

    An open service may carry a ``reason`` too, as a warning. ``waiting`` and ``wait_min`` are None when not known.
    ``paused`` are its counters that pause now. ``next_opening`` is on a later day, where it does not open today.
    """

    service: str
    names: Names
    icon: str
    category: str
    open: bool
    waiting: int | None = None
    wait_min: tuple[int, int] | None = None
    counters: tuple[str, ...] = ()
    reason: Names | None = None
    reopens: str | None = None
    quota_left: int | None = None
    papers: tuple[Names, ...] = ()
    promised: Names | None = None
    online: Names | None = None
    consult: Names | None = None
    checklist_url: str = ""
    real_name: bool = False
    paused: tuple[PausedCounter, ...] = ()
    next_opening: NextOpening | None = None


@dataclass(frozen=True)
class Choice:
    """A category or a priority class: key, names, icon."""

    key: str
    names: Names
    icon: str = "document"


@dataclass(frozen=True)
class Menu:
    """All that can be chosen. ``alone``: the engine is away; ``hours`` such as ``09:00-12:00 13:30-17:00``.

    ``next_opens`` is today, ``next_opening`` on a later day; where neither is known, nothing is promised.
    """

    state: MenuState
    hall: Names
    categories: tuple[Choice, ...]
    offers: tuple[Offer, ...]
    priorities: tuple[Choice, ...]
    hours: str = ""
    next_opens: str | None = None
    next_opening: NextOpening | None = None
    reason: Names | None = None
    alone: bool = False
    printer_ok: bool = True
    reader: ReaderState = "none"
    given: tuple[Given, ...] = ()
    lookup: bool = False
    appointments: bool = False
    remote: bool = False
    """Whether numbers are taken on phones from afar, whose holders check in here."""
    scanner: ReaderState = "none"
    hall_id: str = ""
    emergency: Emergency | None = None
    """Staff end it, nobody else: while the engine is away it stands."""

    def offer(self, service: str | None) -> Offer | None:
        """The offer of a service, or None."""
        return next((offer for offer in self.offers if offer.service == service), None)

    def in_category(self, category: str) -> tuple[Offer, ...]:
        """The offers of one category, in hall order."""
        return tuple(offer for offer in self.offers if offer.category == category)


def menu_of(hall: Hall, kiosk: str, view: KioskView | None, now: Circumstances) -> Menu:
    """The menu of this moment."""
    offers = tuple(_offer(hall, service, view, now) for service in offered_by(hall, kiosk))
    used = {offer.category for offer in offers}
    trusted = view is not None and (now.heard or _same_day(view, now))
    today = view.open.next_opens if view is not None and now.heard else _next_opening(hall, (), now.minute)
    return Menu(
        state=_state(offers, view, now),
        hall=hall.hall.names,
        categories=tuple(Choice(key, c.names, c.icon) for key, c in hall.categories.items() if key in used),
        offers=offers,
        priorities=tuple(Choice(key, p.names) for key, p in hall.priority.items() if p.at_kiosk and key != APPOINTMENT),
        hours=view.open.hours if view is not None and trusted else _hours(hall),
        next_opens=today,
        next_opening=None if today else now.next_openings.get(()),
        reason=_reason(view),
        alone=not now.heard,
        printer_ok=now.printer_ok,
        reader=now.reader,
        given=now.given,
        lookup=hall.rules.lost_ticket_lookup,
        appointments=APPOINTMENT in hall.priority,
        remote=any(key in hall.services for key in hall.remote.services),
        scanner=now.scanner,
        hall_id=hall.hall.id,
        emergency=view.emergency if view is not None else None,
    )


def once_open(menu: Menu) -> Menu:
    """The menu as it will most likely be once the engine is heard in opening hours and nobody waits yet."""
    offers = (
        replace(offer, open=True, waiting=0, reason=None, reopens=None, next_opening=None)
        if offer.reason in (None, NOT_NOW)
        else offer
        for offer in menu.offers
    )
    return replace(menu, state="ready", offers=tuple(offers), alone=False)


def _state(offers: tuple[Offer, ...], view: KioskView | None, now: Circumstances) -> MenuState:
    if view is not None and view.emergency is not None:
        return "emergency"
    if now.day is None:
        return "connecting"
    if now.paused or (now.paused is None and view is not None and not view.issuing):
        return "paused"
    shut = all(not offer.open and offer.reason == NOT_NOW for offer in offers)
    return "closed" if shut else "ready"


def _reason(view: KioskView | None) -> Names | None:
    """Why nobody gets a number here, where staff said why."""
    if view is None or not (view.reason or view.reason_en):
        return None
    return reason_said(view.reason, view.reason_en)


def _offer(hall: Hall, service: str, view: KioskView | None, now: Circumstances) -> Offer:
    declared = hall.services[service]
    line = next((row for row in view.services if row.service == service), None) if view is not None else None
    if line is not None and now.heard:
        known = _by_engine(declared.icon, declared.category, line, now.unreported.get(service, 0))
    else:
        known = _alone(hall, service, line if view is not None and _same_day(view, now) else None, now)
    if known.open and declared.series in now.used_up:
        known = replace(known, open=False, reason=ASK_AT_DESK if now.other_plan else USED_UP, reopens=None)
    paused = _paused(hall, service, view) if now.heard else ()
    shut = known.reason == NOT_NOW and known.reopens is None
    return replace(
        known,
        papers=declared.papers,
        promised=declared.promised,
        online=declared.online,
        consult=declared.consult,
        checklist_url=declared.checklist_url,
        real_name=declared.real_name,
        paused=paused,
        reason=COUNTER_PAUSED if paused and known.reason == NO_COUNTER else known.reason,
        next_opening=now.next_openings.get(declared.sessions) if shut else None,
    )


def _paused(hall: Hall, service: str, view: KioskView | None) -> tuple[PausedCounter, ...]:
    """The counters of the service that pause, by the engine's word."""
    paused = () if view is None else view.paused
    here = (p for p in paused if p.counter in hall.counters)
    return tuple(p for p in here if service in (p.services or hall.counters[p.counter].services))


def _by_engine(icon: str, category: str, line: ServiceLine, unreported: int) -> Offer:
    left = None if line.quota_left is None else max(0, line.quota_left - unreported)
    may_take = line.state in ("open", "no_counter") and left != 0
    reason = line.reason
    if line.state in ("closed", "full") or (line.state in ("open", "no_counter") and left == 0):
        reason = NOT_NOW if line.state == "closed" else FULL
    elif line.state == "no_counter":
        reason = NO_COUNTER
    return Offer(
        service=line.service,
        names=line.names,
        icon=icon,
        category=category,
        open=may_take,
        waiting=line.waiting + unreported,
        wait_min=(line.wait.low_min, line.wait.high_min) if line.wait else None,
        counters=line.counters,
        reason=reason,
        reopens=line.reopens,
        quota_left=left,
    )


def _alone(hall: Hall, service: str, line: ServiceLine | None, now: Circumstances) -> Offer:
    declared = hall.services[service]
    reason: Names | None = None
    reopens = None
    if declared.paused:
        reason = reason_said(declared.paused, declared.paused_en)
    elif line is not None and line.state in ("paused", "full"):
        reason = line.reason or FULL
    elif not _open_by_hours(hall, declared.sessions, line, now):
        reason, reopens = NOT_NOW, _next_opening(hall, declared.sessions, now.minute)
    return Offer(
        service=service,
        names=declared.names,
        icon=declared.icon,
        category=declared.category,
        open=reason is None,
        reason=reason,
        reopens=reopens,
    )


def _open_by_hours(hall: Hall, wanted: tuple[str, ...], line: ServiceLine | None, now: Circumstances) -> bool:
    """Without a trusted clock the last word of the engine counts, and without one a kiosk rather gives a ticket."""
    if now.minute is None:
        return line is None or line.state != "closed"
    return any(_minutes(s.opens) <= now.minute < _minutes(s.last_ticket or s.closes) for s in _sessions(hall, wanted))


def _same_day(view: KioskView, now: Circumstances) -> bool:
    return view.day is not None and view.day == now.day and now.today in (None, view.day)


def _sessions(hall: Hall, wanted: tuple[str, ...]) -> list[Session]:
    return [session for key, session in hall.sessions.items() if not wanted or key in wanted]


def _next_opening(hall: Hall, wanted: tuple[str, ...], minute: int | None) -> str | None:
    if minute is None:
        return None
    return min((s.opens for s in _sessions(hall, wanted) if _minutes(s.opens) > minute), default=None)


def _hours(hall: Hall) -> str:
    return " ".join(dict.fromkeys(f"{s.opens}-{s.closes}" for s in hall.sessions.values()))


def _minutes(clock_time: str) -> int:
    hours, _, minutes = clock_time.partition(":")
    return int(hours) * 60 + int(minutes)
