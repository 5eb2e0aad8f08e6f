"""State -> views, pure: the same state always projects to the same bytes. Nothing here knows a wire or a clock."""

import collections
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import msgspec

from broker.engine.assigned import services_of
from broker.engine.booked import ticket_items
from broker.engine.context import Asked, Desk
from broker.engine.forecasting import Outlook
from broker.engine.holding import Told, as_it_is
from broker.engine.issuing import issuing_session, pause_reason, reopening
from broker.engine.notices import shown
from broker.engine.policy import eligible_count
from broker.engine.project_duty import cover_of, orders_at, post_of, sheets_of, stranded_at
from broker.engine.project_line import line_view
from broker.engine.state import CallRecord, State
from broker.engine.surveys import open_survey
from broker.engine.turn_to_press import rather
from broker.engine.waiting import Load, load_of
from broker.model import views as v
from broker.model.hall import Hall
from broker.model.numbers import offered_by, ranges_of
from broker.model.outlets import own_counters, services_away
from broker.model.reasons import reason_said
from broker.model.words import SHUT_REASONS, UNDO_NAMES, CounterStatus, Names, TicketStatus, WallRatings
from broker.model.zones import counters_of

Key = tuple[str, str]
KINDS = tuple(v.VIEW_KINDS)
CALLS_SHOWN = 8
EACH_COUNTER = ("overview", "staff")
"""Layouts that show every counter by itself."""
LISTED = 200
"""Numbers of held and missed tickets a counter lists; the rest is called by number all the same."""
PAUSED = Names("暂停取号", "Paused")
HELP_DESK = Names("咨询台", "Help desk")


class Projection:
    """All views of one state. Parts used by several views are worked out once."""

    def __init__(self, hall: Hall, state: State, told: Told = as_it_is) -> None:
        self.hall = hall
        self.state = state
        self._told = told
        self.load: Load = load_of(hall, state)
        self.outlook = Outlook(hall, state, state.shown_ms)
        self._desk = Desk(hall, state, Asked(state.shown_ms, "server", "server", state.shown_ms))
        self.open = self._open_state()
        self.paused = tuple(self._paused(key) for key in hall.counters if self._is(key, CounterStatus.PAUSED))
        self.notices = shown(hall, state)
        self.lines = {key: self._line(key) for key in hall.services}

    def views(self, kinds: Iterable[str]) -> dict[Key, v.Shown]:
        """(kind, name) -> view, of the kinds wanted."""
        hall = self.hall
        makers: dict[str, tuple[Iterable[str], Callable[[str], v.Shown]]] = {
            "board": (hall.displays, self._board),
            "counter": (hall.counters, self._counter),
            "hall": ((hall.hall.id,), self._hall),
            "kiosk": (hall.kiosks, self._kiosk),
            "service": (hall.services, self._service),
        }
        return {(kind, name): makers[kind][1](name) for kind in kinds for name in makers[kind][0]}

    def _served(self, counter: str) -> tuple[str, ...]:
        return tuple(services_of(self.hall, self.state, counter))

    def _is(self, counter: str, status: CounterStatus) -> bool:
        return self.state.counter(counter).status is status

    def _open_state(self) -> v.OpenState:
        sessions = self.state.sessions if self.state.day else ()
        declared = [self.hall.sessions[s.name] for s in sessions if s.name in self.hall.sessions]
        now_ms = self.state.shown_ms
        later = [s for s in sessions if s.opens_ms > now_ms and s.name in self.hall.sessions]
        state: v.OpenStateName = "open" if self.state.session else "break" if later else "closed"
        return v.OpenState(
            state=state,
            hours=" ".join(f"{session.opens}-{session.closes}" for session in declared),
            session=self.state.session,
            next_opens=self.hall.sessions[later[0].name].opens if later else None,
        )

    def _paused(self, key: str) -> v.PausedCounter:
        pause = self.state.counters[key].pause
        assert pause is not None, key
        return v.PausedCounter(
            counter=key,
            counter_name=self.hall.counters[key].name,
            reason=pause.reason,
            reason_en=pause.reason_en,
            contact=Names(pause.contact, pause.contact) if pause.contact else self._contact(key),
            phone=pause.phone,
            since_ms=pause.since_ms,
            returns_at_ms=pause.returns_at_ms,
            instead=self._instead(key),
            services=self._served(key),
        )

    def _contact(self, key: str) -> Names:
        """Whom to turn to where the clerk named nobody: who stands in, by staff number, else the hall's desk."""
        counter = self.state.counters[key]
        clerk = self.hall.clerks.get(counter.clerk or "")
        named = counter.pause.substitute if counter.pause else None
        substitute = self.hall.clerks.get(named or (clerk.substitute if clerk else None) or "")
        if substitute is None:
            return HELP_DESK
        return Names(f"工号 {substitute.staff_number}", f"Staff {substitute.staff_number}")

    def _instead(self, key: str) -> tuple[str, ...]:
        """Open counters that serve what this one serves, best match first, three at most."""
        ours = set(self._served(key))
        others = [
            (-len(ours & set(self._served(other))), index, counter.name)
            for index, (other, counter) in enumerate(self.hall.counters.items())
            if other != key and self._is(other, CounterStatus.OPEN) and ours & set(self._served(other))
        ]
        return tuple(name for _, _, name in sorted(others)[:3])

    def _line(self, key: str) -> v.ServiceLine:
        service = self.hall.services[key]
        ours = self.load.open_counters[key]
        counters = tuple(counter.name for name, counter in self.hall.counters.items() if name in ours)
        state, reason = self._issuing_state(key, None)
        left = None if service.quota is None else max(0, service.quota - self.state.issued.get(key, 0))
        return v.ServiceLine(
            service=key,
            names=service.names,
            state=state,
            waiting=self.load.waiting[key],
            wait=self._told(key, self.outlook.of_service(key)),
            counters=counters,
            reason=reason,
            reopens=reopening(self._desk, key) if state == "closed" else None,
            quota_left=left,
        )

    def _line_at(self, key: str, kiosk: str) -> v.ServiceLine:
        """The service's line at one kiosk, which may be paused by itself."""
        if ("kiosk", kiosk) not in self.state.no_issuing:
            return self.lines[key]
        state, reason = self._issuing_state(key, kiosk)
        return msgspec.structs.replace(self.lines[key], state=state, reason=reason)

    def _issuing_state(self, key: str, kiosk: str | None) -> tuple[v.ServiceStateName, Names | None]:
        service = self.hall.services[key]
        reason = pause_reason(self._desk, key, kiosk)
        if self.state.day is None or not issuing_session(self.state.sessions, service.sessions, self.state.shown_ms):
            return "closed", SHUT_REASONS["closed"]
        if reason is not None:
            said = reason_said(reason.zh, reason.en) if reason.zh or reason.en else PAUSED
            return "paused", Names(said.zh, said.en)
        if service.quota is not None and self.state.issued.get(key, 0) >= service.quota:
            return "full", SHUT_REASONS["full"]
        return ("open", None) if self.load.open_counters[key] else ("no_counter", SHUT_REASONS["no_counter"])

    def _calls(self, counters: tuple[str, ...]) -> tuple[v.Call, ...]:
        """Newest first, one row a ticket: a recall replaces the earlier. Whoever is being called is always in it."""
        rows: dict[str, v.Call] = {}
        for record in self.state.calls:
            ticket = self.state.tickets.get(record.ticket)
            if ticket is None or record.ticket in rows or (counters and record.counter not in counters):
                continue
            if record.counter not in self.hall.counters or ticket.service not in self.hall.services:
                continue  # the hall file has lost it since
            if len(rows) < CALLS_SHOWN or ticket.status is TicketStatus.CALLED:
                rows[record.ticket] = self._call(record)
        return tuple(rows.values())

    def _call(self, record: CallRecord) -> v.Call:
        ticket = self.state.tickets[record.ticket]
        return v.Call(
            call_id=record.call_id,
            number=ticket.number,
            counter=record.counter,
            counter_name=self.hall.counters[record.counter].name,
            service=self.hall.services[ticket.service].names,
            called_at_ms=record.called_at_ms,
            valid_until_ms=record.called_at_ms + self.hall.rules.call_valid_s * 1000,
            recall=record.recall,
            language=ticket.language,
            status=ticket.status,
            linger="hearing" in ticket.needs,
        )

    def _board(self, display: str) -> v.BoardView:
        counters = counters_of(self.hall, display)
        served = {s for c in counters for s in self._served(c)} if counters else set(self.hall.services)
        return v.BoardView(
            display=display,
            hall=self.hall.hall.names,
            day=self.state.day,
            open=self.open,
            calls=self._calls(counters),
            paused=tuple(p for p in self.paused if not counters or p.counter in counters),
            services=tuple(line for k, line in self.lines.items() if k in served and not self.hall.services[k].hidden),
            notices=self.notices,
            emergency=self.state.emergency,
            counters=self._counter_lines(display, counters),
            ratings=self.hall.displays[display].ratings,
        )

    def _counter_lines(self, display: str, counters: tuple[str, ...]) -> tuple[v.CounterLine, ...]:
        """Each counter of a display that shows them one by one."""
        declared = self.hall.displays[display]
        if declared.layout not in EACH_COUNTER:
            return ()
        stars = self._wall_stars(declared.ratings)
        return tuple(self._counter_line(key, stars) for key in counters or self.hall.counters)

    def _wall_stars(self, ratings: WallRatings) -> Mapping[str, tuple[int, int]]:
        """Clerk -> how many ratings a wall may show of them, and their stars together."""
        return {"none": {}, "last_day": self.state.stars_shown, "today": self.state.stars_today}[ratings]

    def _counter_line(self, key: str, wall_stars: Mapping[str, tuple[int, int]]) -> v.CounterLine:
        counter = self.state.counter(key)
        clerk = self.hall.clerks.get(counter.clerk or "")
        ticket = self.state.tickets[counter.ticket] if counter.ticket else None
        count, stars = wall_stars.get(counter.clerk or "", (0, 0))
        return v.CounterLine(
            counter=key,
            name=self.hall.counters[key].name,
            status=counter.status,
            number=ticket.number if ticket else None,
            ticket_status=ticket.status if ticket else None,
            staff_number=clerk.staff_number if clerk else None,
            stars=round(2 * stars / count) / 2 if count else None,
        )

    def _counter(self, key: str) -> v.CounterView:
        declared, counter = self.hall.counters[key], self.state.counter(key)
        clerk = self.hall.clerks.get(counter.clerk or "")
        paused = next((p for p in self.paused if p.counter == key), None)
        return v.CounterView(
            counter=key,
            name=declared.name,
            status=counter.status,
            services=tuple(self.hall.services[s].names for s in self._served(key)),
            served=self._served(key),
            reassigned=self._reassigned(key),
            clerk=counter.clerk,
            staff_number=clerk.staff_number if clerk else None,
            assumed=counter.assumed,
            opened_by=counter.opened_by,
            ticket=self._counter_ticket(counter.ticket) if counter.ticket else None,
            waiting=eligible_count(self.hall, self.state, key),
            rather=self._named(self.rather.get(key)),
            pause=paused,
            evaluation=self._evaluation(counter.visit),
            held=self._numbers_of(key, TicketStatus.HELD),
            missed=self._numbers_of(key, TicketStatus.NO_SHOW),
            hall=self.hall.hall.names,
            open=self.open,
            emergency=self.state.emergency,
            cover=cover_of(self.hall, self.state, key),
            stranded=stranded_at(self.hall, self.state, key, LISTED),
            post=post_of(self.hall, self.state, key),
            undo=self._undo(key),
            sheets=sheets_of(self.hall, self.state, key),
            extended_until_ms=max(self.state.extended.get(key, 0), self.state.extended.get("", 0)) or None,
        )

    @cached_property
    def rather(self) -> dict[str, str]:
        """Asked for by views of counters alone."""
        return rather(self.hall, self.state, self.state.shown_ms)

    def _named(self, counter: str | None) -> str | None:
        return None if counter is None else self.hall.counters[counter].name

    def _reassigned(self, key: str) -> v.Reassigned | None:
        changed = self.state.reassigned.get(key)
        return None if changed is None else v.Reassigned(until_ms=changed.until_ms)

    def _raised(self) -> tuple[v.RaisedNow, ...]:
        now_ms = self.state.shown_ms
        return tuple(
            v.RaisedNow(service=service, priority=priority, factor=one.factor, until_ms=one.until_ms)
            for (service, priority), one in self.state.raised.items()
            if one.until_ms > now_ms
        )

    def _undo(self, key: str) -> v.UndoOffer | None:
        done = self.state.counter(key).done
        within_ms = self.hall.rules.undo_s * 1000
        if not done or not within_ms or done[-1].what not in UNDO_NAMES:
            return None
        before = done[-1].before
        number = "" if before is None else self.state.tickets[before.ticket].number
        return v.UndoOffer(what=done[-1].what, number=number, until_ms=done[-1].at_ms + within_ms)

    def _counter_ticket(self, ticket_id: str) -> v.CounterTicket:
        ticket = self.state.tickets[ticket_id]
        return v.CounterTicket(
            ticket=ticket.ticket,
            number=ticket.number,
            service=ticket.service,
            service_names=self.hall.services[ticket.service].names,
            status=ticket.status,
            call_id=ticket.call_id,
            arrived_at_ms=ticket.arrived_at_ms,
            called_at_ms=ticket.called_at_ms or ticket.since_ms,
            started_at_ms=ticket.started_at_ms,
            recalls=ticket.recalls,
            priority=ticket.priority,
            language=ticket.language,
            note=ticket.note,
            first_clerk=ticket.first_clerk,
            priority_confirmed=ticket.priority_confirmed,
            needs=ticket.needs,
            by_agent=ticket.principal is not None,
            items=ticket_items(self.hall, self.state, ticket),
        )

    def _evaluation(self, visit_id: str | None) -> v.EvaluationRequest | None:
        visit = self.state.visits.get(visit_id or "")
        if visit is None or visit.rated:
            return None
        until = visit.finished_at_ms + self.hall.rules.rating_window_s * 1000
        return v.EvaluationRequest(
            visit=visit.visit, number=visit.number, opened_at_ms=visit.finished_at_ms, until_ms=until
        )

    def _numbers_of(self, counter: str, status: TicketStatus) -> tuple[str, ...]:
        if not self.state.counts.get(status):
            return ()
        services = self._served(counter)
        found = [t.number for t in self.state.tickets.values() if t.status is status and t.service in services]
        return tuple(found[-LISTED:])

    def _kiosk(self, key: str) -> v.KioskView:
        hall_pause = self.state.no_issuing.get(("hall", ""), self.state.no_issuing.get(("kiosk", key)))
        offered = set(offered_by(self.hall, key))
        series = {self.hall.services[s].series for s in offered}
        return v.KioskView(
            kiosk=key,
            day=self.state.day,
            open=self.open,
            issuing=hall_pause is None,
            reason=hall_pause.zh if hall_pause else "",
            reason_en=hall_pause.en if hall_pause else "",
            services=tuple(self._line_at(s, key) for s in offered_by(self.hall, key)),
            highest={name: self._highest_in_part(name, key) for name in sorted(series)},
            emergency=self.state.emergency,
            help_answered_ms=self.state.help_answered.get(key),
            paused=tuple(p for p in self.paused if offered & set(p.services)),
            orders=orders_at(self.state, key),
        )

    def _highest_in_part(self, series: str, kiosk: str) -> int:
        """The largest number known of this kiosk's part, whoever gave it: parts move when a kiosk is added."""
        part = ranges_of(self.hall, series)[kiosk]
        owners = self.state.highest.items()
        return max((value for (name, _), value in owners if name == series and value in part), default=0)

    def _service(self, key: str) -> v.ServiceView:
        return line_view(self.hall, self.state, self.lines[key], self.outlook, self._told)

    def _counts(self, away: frozenset[str]) -> dict[str, int]:
        """Tickets by status without those of outlets, which are counted apart only where there are any."""
        counts: Mapping[TicketStatus, int] = self.state.counts
        if away:
            counts = collections.Counter(
                ticket.status for ticket in self.state.tickets.values() if ticket.service not in away
            )
        return {status.value: count for status, count in sorted(counts.items()) if count}

    def _hall(self, name: str) -> v.HallView:
        reason = self.state.no_issuing.get(("hall", ""))
        here, away = own_counters(self.hall), services_away(self.hall)
        shown_here = (key for key, service in self.hall.services.items() if not service.hidden and key not in away)
        return v.HallView(
            hall=self.hall.hall.names,
            day=self.state.day,
            open=self.open,
            services=tuple(self.lines[key] for key in shown_here),
            counters_open=tuple(self.hall.counters[key].name for key in here if self._is(key, CounterStatus.OPEN)),
            paused=tuple(paused for paused in self.paused if paused.counter in here),
            counts=self._counts(away),
            issuing=reason is None,
            issuing_reason=reason.zh if reason else "",
            issuing_reason_en=reason.en if reason else "",
            notices=self.notices,
            clashed=tuple(dict.fromkeys(clash.number for clash in self.state.clashes)),
            doubtful=self.state.doubtful,
            emergency=self.state.emergency,
            help=tuple(self.state.helps.values()),
            raised=self._raised(),
            survey=open_survey(self.hall, self.state),
        )


def project(hall: Hall, state: State, kinds: Iterable[str] = KINDS, told: Told = as_it_is) -> dict[Key, v.Shown]:
    """Views of a state by (kind, name): all of them, or only some kinds; ``told`` may hold a wait back for a while."""
    return Projection(hall, state, told).views(kinds)
