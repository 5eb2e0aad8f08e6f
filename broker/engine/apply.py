"""Events change the state: one small function each, no decisions, no clock but the event's own.

``apply`` is the only writer of ``State``; the same events always give the same state, live and in replay.
"""

from collections.abc import Callable
from typing import Any

from broker.engine.apply_lobby import LOBBY_WRITERS
from broker.engine.state import CLASHES_MOST, DOUBTFUL_MOST, LATE_MOST, CallRecord, Counter, Pause, State, Ticket, Visit
from broker.model import events as e
from broker.model.ticket import allowed
from broker.model.views import Notice
from broker.model.words import CounterStatus, Holding, TicketStatus

LEARNING = 0.1
"""Weight of the newest service time in a service's running mean."""
DAY_MS = 86_400_000
VISITS_KEPT_MS = 10 * DAY_MS
_writers: dict[type[e.Event], Callable[[State, Any], None]] = dict(LOBBY_WRITERS)


class BrokenLifeCycle(RuntimeError):
    """An event asks for a status change that the life cycle does not have; the journal or the engine is wrong."""

    def __init__(self, ticket: str, before: TicketStatus, after: TicketStatus) -> None:
        super().__init__(f"ticket {ticket} cannot go from {before} to {after}")
        self.ticket, self.before, self.after = ticket, before, after


def apply(state: State, event: e.Event) -> None:
    """Fold one event into the state."""
    state.now_ms = max(state.now_ms, event.at_ms)
    _writers[type(event)](state, event)
    state.position += 1


def _on(kind: type[e.Event]) -> Callable[[Callable[[State, Any], None]], Callable[[State, Any], None]]:
    def register(writer: Callable[[State, Any], None]) -> Callable[[State, Any], None]:
        _writers[kind] = writer
        return writer

    return register


def _move(state: State, ticket: Ticket, after: TicketStatus, at_ms: int) -> None:
    """Change a status along the life cycle, keeping lanes and counts true."""
    before = ticket.status
    if not allowed(before, after):
        raise BrokenLifeCycle(ticket.ticket, before, after)
    if before is TicketStatus.WAITING:
        state.leave_line(ticket)
    if before is TicketStatus.RESERVED:
        state.reserved.pop(ticket.ticket, None)
    state.counts[before] -= 1
    state.counts[after] = state.counts.get(after, 0) + 1
    ticket.status = after
    ticket.since_ms = at_ms
    if after is TicketStatus.WAITING:
        state.enter_line(ticket)


def _leave_counter(state: State, ticket: Ticket) -> None:
    if ticket.counter is not None:
        state.counters[ticket.counter].ticket = None
        ticket.counter = None


class NumberBoundTwice(RuntimeError):
    """An event gives a number of the day to a second ticket (law L1)."""

    def __init__(self, number: str) -> None:
        super().__init__(f"L1 number {number} is bound already")
        self.number = number


def _bind(state: State, event: e.TicketReserved | e.TicketReported | e.TicketRenumbered) -> None:
    number = event.number
    if state.by_number.get(number, event.ticket) != event.ticket or number in state.burned:
        raise NumberBoundTwice(number)
    state.by_number[number] = event.ticket
    if not isinstance(event, e.TicketReserved) and event.doubtful:
        state.doubtful = (*state.doubtful, number)[-DOUBTFUL_MOST:]
        return
    owned = event.series, event.owner
    state.highest[owned] = max(event.value, state.highest.get(owned, 0))


def _admit(state: State, event: e.TicketReserved | e.TicketReported, status: TicketStatus, holding: Holding) -> None:
    ticket = Ticket(
        ticket=event.ticket,
        number=event.number,
        series=event.series,
        service=event.service,
        priority=event.priority,
        language=event.language,
        kiosk=event.kiosk,
        status=status,
        holding=holding,
        arrived_at_ms=event.arrived_at_ms,
        clock_ms=event.arrived_at_ms,
        rank=state.position,
        since_ms=event.at_ms,
        priority_confirmed=event.appointment is not None and event.priority is not None,
        person=event.person,
        principal=event.principal,
        needs=event.needs,
        phone_tail=event.phone_tail,
        large=event.large,
    )
    state.tickets[event.ticket] = ticket
    state.counts[status] = state.counts.get(status, 0) + 1
    state.issued[event.service] = state.issued.get(event.service, 0) + 1
    if event.appointment in state.appointments:
        state.appointments[event.appointment].ticket = event.ticket
    _bind(state, event)
    if event.kiosk is not None:
        state.contacts[event.kiosk] = max(event.arrived_at_ms, state.contacts.get(event.kiosk, 0))
    if status is TicketStatus.WAITING:
        state.enter_line(ticket)
    else:
        state.reserved[event.ticket] = event.at_ms


@_on(e.TicketReserved)
def _reserved(state: State, event: e.TicketReserved) -> None:
    _admit(state, event, TicketStatus.RESERVED, Holding.MAYBE)


@_on(e.TicketReported)
def _reported(state: State, event: e.TicketReported) -> None:
    status = TicketStatus.RESERVED if event.holding is Holding.MAYBE else TicketStatus.WAITING
    _admit(state, event, status, event.holding)


@_on(e.TicketRenumbered)
def _renumbered(state: State, event: e.TicketRenumbered) -> None:
    ticket = state.tickets[event.ticket]
    del state.by_number[event.voided]
    state.burned.add(event.voided)
    ticket.number, ticket.series, ticket.holding = event.number, event.series, event.holding
    _bind(state, event)


@_on(e.TicketReportedLate)
def _reported_late(state: State, event: e.TicketReportedLate) -> None:
    """A paper that no open day takes is on record; one of a day to come, or of a closed one, may yet get in line."""
    if event.owner and (state.day is None or event.day > state.day) and len(state.late) < LATE_MOST:
        state.late[event.ticket] = (state.position, event)


@_on(e.TicketConfirmed)
def _confirmed(state: State, event: e.TicketConfirmed) -> None:
    ticket = state.tickets[event.ticket]
    ticket.holding = event.holding
    if ticket.status is TicketStatus.RESERVED:
        _move(state, ticket, TicketStatus.WAITING, event.at_ms)


@_on(e.TicketVoided)
def _voided(state: State, event: e.TicketVoided) -> None:
    ticket = state.tickets[event.ticket]
    _move(state, ticket, TicketStatus.VOID, event.at_ms)
    state.issued[ticket.service] -= 1


@_on(e.TicketCalled)
def _called(state: State, event: e.TicketCalled) -> None:
    ticket = state.tickets[event.ticket]
    _move(state, ticket, TicketStatus.CALLED, event.at_ms)
    ticket.counter, ticket.call_id, ticket.called_at_ms = event.counter, event.call_id, event.at_ms
    ticket.started_at_ms, ticket.recalled_at_ms, ticket.recalls = None, None, 0
    ticket.first_clerk = ticket.first_clerk or event.clerk
    counter = state.counters[event.counter]
    counter.ticket = event.ticket
    counter.visit = None
    state.calls_made += 1
    state.calls.appendleft(CallRecord(event.call_id, event.ticket, event.counter, event.at_ms, 0))


@_on(e.TicketRecalled)
def _recalled(state: State, event: e.TicketRecalled) -> None:
    ticket = state.tickets[event.ticket]
    ticket.recalls += 1
    ticket.recalled_at_ms = event.at_ms
    ticket.call_id = event.call_id
    state.calls_made += 1
    state.calls.appendleft(CallRecord(event.call_id, event.ticket, event.counter, event.at_ms, ticket.recalls))


@_on(e.ServiceStarted)
def _started(state: State, event: e.ServiceStarted) -> None:
    ticket = state.tickets[event.ticket]
    ticket.started_at_ms = event.at_ms
    _move(state, ticket, TicketStatus.SERVING, event.at_ms)


@_on(e.ServiceFinished)
def _finished(state: State, event: e.ServiceFinished) -> None:
    ticket = state.tickets[event.ticket]
    counter = state.counters[event.counter]
    _learn(state, ticket, event.at_ms)
    _move(state, ticket, TicketStatus.SERVED, event.at_ms)
    _leave_counter(state, ticket)
    counter.visit = ticket.visit = event.visit
    state.visits_made += 1
    state.visits[event.visit] = Visit(
        event.visit, ticket.number, ticket.service, event.counter, counter.clerk, event.at_ms
    )


def _learn(state: State, ticket: Ticket, at_ms: int) -> None:
    """The running mean of a service's duration, from the call on: walking and wrap-up take the counter's time too."""
    took_ms = at_ms - (ticket.called_at_ms or at_ms)
    known = state.mean_ms.get(ticket.service)
    state.mean_ms[ticket.service] = took_ms if known is None else known + LEARNING * (took_ms - known)


@_on(e.TicketMissed)
def _missed(state: State, event: e.TicketMissed) -> None:
    ticket = state.tickets[event.ticket]
    _move(state, ticket, TicketStatus.NO_SHOW, event.at_ms)
    _leave_counter(state, ticket)


@_on(e.TicketHeld)
def _held(state: State, event: e.TicketHeld) -> None:
    ticket = state.tickets[event.ticket]
    ticket.note = event.note or ticket.note
    _move(state, ticket, TicketStatus.HELD, event.at_ms)
    _leave_counter(state, ticket)


@_on(e.TicketTransferred)
def _transferred(state: State, event: e.TicketTransferred) -> None:
    ticket = state.tickets[event.ticket]
    ticket.service, ticket.to_counter, ticket.clock_ms = event.service, event.to_counter, event.clock_ms
    ticket.note = event.note or ticket.note
    _move(state, ticket, TicketStatus.WAITING, event.at_ms)
    _leave_counter(state, ticket)


@_on(e.TicketReturned)
def _returned(state: State, event: e.TicketReturned) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.status is TicketStatus.NO_SHOW:
        ticket.returns += 1
    ticket.clock_ms, ticket.rank = event.clock_ms, state.position
    _move(state, ticket, TicketStatus.WAITING, event.at_ms)


@_on(e.TicketCancelled)
def _cancelled(state: State, event: e.TicketCancelled) -> None:
    _move(state, state.tickets[event.ticket], TicketStatus.CANCELLED, event.at_ms)


@_on(e.TicketExpired)
def _expired(state: State, event: e.TicketExpired) -> None:
    _move(state, state.tickets[event.ticket], TicketStatus.EXPIRED, event.at_ms)


@_on(e.CounterOpened)
def _opened(state: State, event: e.CounterOpened) -> None:
    counter = state.counters.setdefault(event.counter, Counter(event.counter))
    counter.status, counter.clerk, counter.pause = CounterStatus.OPEN, event.clerk, None


@_on(e.CounterPaused)
def _paused(state: State, event: e.CounterPaused) -> None:
    counter = state.counters[event.counter]
    counter.status = CounterStatus.PAUSED
    counter.pause = Pause(event.reason, event.contact, event.phone, event.at_ms, event.returns_at_ms, event.substitute)


@_on(e.CounterResumed)
def _resumed(state: State, event: e.CounterResumed) -> None:
    counter = state.counters[event.counter]
    counter.status, counter.pause = CounterStatus.OPEN, None


@_on(e.CounterClosed)
def _closed(state: State, event: e.CounterClosed) -> None:
    counter = state.counters[event.counter]
    counter.status, counter.pause, counter.clerk = CounterStatus.CLOSED, None, None


@_on(e.IssuingWasPaused)
def _issuing_paused(state: State, event: e.IssuingWasPaused) -> None:
    state.no_issuing[aim(event.service, event.kiosk)] = event.reason


@_on(e.IssuingWasResumed)
def _issuing_resumed(state: State, event: e.IssuingWasResumed) -> None:
    state.no_issuing.pop(aim(event.service, event.kiosk), None)


def aim(service: str | None, kiosk: str | None) -> tuple[str, str]:
    """Key of a pause of issuing: of a service, of a kiosk, or of the whole hall."""
    return ("service", service) if service else ("kiosk", kiosk) if kiosk else ("hall", "")


@_on(e.EvaluationRecorded)
def _evaluated(state: State, event: e.EvaluationRecorded) -> None:
    state.visits[event.visit].evaluation = event.evaluation
    state.evaluations[event.evaluation] = event.visit
    if event.clerk is not None:
        count, stars = state.stars.get(event.clerk, (0, 0))
        state.stars[event.clerk] = (count + 1, stars + event.level.stars)


@_on(e.NumberClashed)
def _clashed(state: State, event: e.NumberClashed) -> None:
    """The clash is an alert for people; the first ticket keeps the number."""
    state.clashes = (*state.clashes, event)[-CLASHES_MOST:]


@_on(e.NoticePosted)
def _notice_posted(state: State, event: e.NoticePosted) -> None:
    state.notices[event.notice] = Notice(
        notice=event.notice, zh=event.zh, en=event.en, until_ms=event.until_ms, urgent=event.urgent
    )


@_on(e.NoticeCleared)
def _notice_cleared(state: State, event: e.NoticeCleared) -> None:
    state.notices.pop(event.notice, None)


@_on(e.DayOpened)
def _day_opened(state: State, event: e.DayOpened) -> None:
    state.day, state.last_day, state.sessions, state.day_kind = event.day, event.day, event.sessions, event.kind
    state.late = {}
    if event.again:
        return
    if state.withheld_through is not None:  # the first new day may be the one of the restore; no later one is
        state.withheld_through = event.day if event.day <= state.withheld_through else None
    _forget_tickets(state)
    state.calls_made = state.visits_made = 0
    state.helps, state.help_answered, state.stars = {}, {}, {}
    state.appointments = {
        key: booked for key, booked in state.appointments.items() if booked.time_ms > event.at_ms - DAY_MS
    }
    oldest = event.at_ms - VISITS_KEPT_MS
    state.visits = {key: visit for key, visit in state.visits.items() if visit.finished_at_ms > oldest}
    state.evaluations = {visit.evaluation: key for key, visit in state.visits.items() if visit.evaluation}


def _forget_tickets(state: State) -> None:
    state.tickets, state.by_number, state.burned = {}, {}, set()
    state.highest, state.issued, state.counts = {}, {}, {}
    state.lanes, state.reserved = {}, {}
    state.contacts, state.clashes, state.doubtful = {}, (), ()
    state.calls.clear()


@_on(e.JournalRestored)
def _journal_restored(state: State, event: e.JournalRestored) -> None:
    state.withheld_through = event.through


@_on(e.SessionBegan)
def _session_began(state: State, event: e.SessionBegan) -> None:
    state.session = event.session


@_on(e.DayClosed)
def _day_closed(state: State, event: e.DayClosed) -> None:
    state.day, state.session = None, None
    state.no_issuing = {key: reason for key, reason in state.no_issuing.items() if key[0] != "hall"}
