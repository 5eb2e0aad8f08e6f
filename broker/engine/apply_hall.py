"""What events change about the hall: counters, issuing, ratings, what screens show, help, the day.

No decisions, no clock of its own.
"""

from collections.abc import Callable
from typing import Any

from broker.engine.apply_appointments import keep_appointments
from broker.engine.apply_duty import came, come_back, end, forget_duties, leave, left
from broker.engine.apply_pace import begin_pace
from broker.engine.apply_sheets import touch_day
from broker.engine.local_time import DAY_MS
from broker.engine.slips import still_good
from broker.engine.state import Counter, Pause, State, Why
from broker.model import events as e
from broker.model.sheet_touch import day_of_visit
from broker.model.views import Emergency, HelpCall, Notice
from broker.model.words import CounterStatus

STARS_TOGETHER = 5
"""Of fewer ratings of a clerk on a day a wall shows nothing."""
VISITS_KEPT_MS = 17 * DAY_MS
HELP_KEPT_MS = 2 * 3_600_000
"""Whoever called before the hall opened may still stand there; who called last night does not."""


def _opened(state: State, event: e.CounterOpened) -> None:
    counter = state.counters.setdefault(event.counter, Counter(event.counter))
    counter.status, counter.pause, counter.since_ms = CounterStatus.OPEN, None, event.at_ms
    came(state, counter, event.clerk, event.at_ms)
    counter.assumed, counter.opened_by = event.assumed, event.by
    come_back(state, counter, event.owes, event.at_ms)


def _paused(state: State, event: e.CounterPaused) -> None:
    counter = state.counters[event.counter]
    counter.status = CounterStatus.PAUSED
    counter.pause = Pause(
        event.reason,
        event.contact,
        event.phone,
        event.at_ms,
        event.returns_at_ms,
        event.substitute,
        event.reason_en,
    )
    if event.absent_since_ms is None:
        end(state, counter)
    leave(state, counter, event.absent_since_ms, event.at_ms)


def _resumed(state: State, event: e.CounterResumed) -> None:
    counter = state.counters[event.counter]
    counter.status, counter.pause = CounterStatus.OPEN, None
    come_back(state, counter, event.owes, event.at_ms)


def _closed(state: State, event: e.CounterClosed) -> None:
    counter = state.counters[event.counter]
    counter.status, counter.pause = CounterStatus.CLOSED, None
    left(counter, event.at_ms)
    since_ms = counter.away_ms if event.absent_since_ms is None else event.absent_since_ms
    if event.absent_since_ms == event.at_ms:
        end(state, counter)
    leave(state, counter, since_ms, event.at_ms)


def _issuing_paused(state: State, event: e.IssuingWasPaused) -> None:
    state.no_issuing[aim(event.service, event.kiosk)] = Why(event.reason, event.reason_en)


def _issuing_resumed(state: State, event: e.IssuingWasResumed) -> None:
    state.no_issuing.pop(aim(event.service, event.kiosk), None)


def aim(service: str | None, kiosk: str | None) -> tuple[str, str]:
    """Key of a pause of issuing: of a service, of a kiosk, or of the whole hall."""
    return ("service", service) if service else ("kiosk", kiosk) if kiosk else ("hall", "")


def _evaluated(state: State, event: e.EvaluationRecorded) -> None:
    visit = state.visits[event.visit]
    visit.evaluation, visit.level, visit.rated_at = event.evaluation, event.level, event.device
    visit.explained = bool(event.reasons or event.contact)
    state.evaluations[event.evaluation] = event.visit
    if day_of_visit(event.visit) != state.day:
        return
    at = event.counter, event.clerk or ""
    state.rated_by[at] = state.rated_by.get(at, 0) + 1
    if event.clerk is not None:
        count, stars = state.stars.get(event.clerk, (0, 0))
        state.stars[event.clerk] = (count + 1, stars + event.level.stars)
        if (count + 1) % STARS_TOGETHER == 0:
            state.stars_today[event.clerk] = state.stars_next.get(event.clerk, (0, 0))
            state.stars_next[event.clerk] = state.stars[event.clerk]


def _stars_of_the_day(state: State) -> dict[str, tuple[int, int]]:
    """Of whom a wall may show the day's mean: not of a clerk who was rated where anybody was by so few that they would
    be what is left of the counter's sum, or of his mean, without the others."""
    few = {counter for (counter, _), count in state.rated_by.items() if count < STARS_TOGETHER}
    hidden = {clerk for counter, clerk in state.rated_by if counter in few}
    return {clerk: one for clerk, one in state.stars.items() if clerk not in hidden}


def _explained(state: State, event: e.EvaluationExplained) -> None:
    state.visits[event.visit].explained = True


def _left_unrated(state: State, event: e.VisitLeftUnrated) -> None:
    state.visits[event.visit].unrated = event.why


def _notice_posted(state: State, event: e.NoticePosted) -> None:
    state.notices[event.notice] = Notice(
        notice=event.notice, zh=event.zh, en=event.en, until_ms=event.until_ms, urgent=event.urgent
    )


def _notice_cleared(state: State, event: e.NoticeCleared) -> None:
    state.notices.pop(event.notice, None)


def _emergency_began(state: State, event: e.EmergencyBegan) -> None:
    state.emergency = Emergency(zh=event.zh, en=event.en, since_ms=event.at_ms)


def _emergency_ended(state: State, event: e.EmergencyEnded) -> None:
    state.emergency = None
    state.calm_since_ms = event.at_ms
    for counter in state.counters.values():  # nobody could be called meanwhile: they come back now
        counter.back_ms = event.at_ms


ORDER_KEPT_MS = 600_000
"""A kiosk that began in time may tell of its paper later."""


def _ordered(state: State, event: e.TicketOrdered) -> None:
    state.orders = {key: known for key, known in state.orders.items() if known.until_ms + ORDER_KEPT_MS > event.at_ms}
    state.orders[event.ticket] = event


def _help_wanted(state: State, event: e.HelpWanted) -> None:
    state.helps[event.help] = HelpCall(help=event.help, kiosk=event.kiosk, since_ms=event.at_ms)
    state.helps_made += 1


def _help_answered(state: State, event: e.HelpAnswered) -> None:
    state.helps.pop(event.help, None)
    state.help_answered[event.kiosk] = event.at_ms


def _day_opened(state: State, event: e.DayOpened) -> None:
    touch_day(state, event)
    state.day, state.last_day, state.sessions, state.day_kind = event.day, event.day, event.sessions, event.kind
    state.calls_go_on = event.calls_go_on
    state.late, state.extended = {}, {}
    begin_pace(state, event)
    if event.again:
        return
    if state.withheld_through is not None:  # the first new day may be the one of the restore; no later one is
        state.withheld_through = event.day if event.day <= state.withheld_through else None
    slips = [booked for booked in state.appointments.values() if still_good(state, booked, event.at_ms)]
    _forget_tickets(state)
    forget_duties(state)
    state.calls_made = state.visits_made = 0
    state.helps = {key: call for key, call in state.helps.items() if call.since_ms > event.at_ms - HELP_KEPT_MS}
    state.help_answered = {}
    state.stars_shown = _stars_of_the_day(state)
    state.stars, state.stars_today, state.stars_next, state.rated_by = {}, {}, {}, {}
    keep_appointments(state, event.at_ms, slips)
    oldest = event.at_ms - VISITS_KEPT_MS
    state.visits = {key: visit for key, visit in state.visits.items() if visit.finished_at_ms > oldest}
    state.evaluations = {visit.evaluation: key for key, visit in state.visits.items() if visit.evaluation}


def _extension_approved(state: State, event: e.ExtensionApproved) -> None:
    state.extended[event.counter or ""] = event.until_ms


def _forget_tickets(state: State) -> None:
    state.tickets, state.by_number, state.burned = {}, {}, set()
    state.highest, state.issued, state.counts = {}, {}, {}
    state.lanes, state.reserved = {}, {}
    state.contacts, state.clashes, state.doubtful = {}, (), ()
    state.calls.clear()


def _journal_restored(state: State, event: e.JournalRestored) -> None:
    state.withheld_through = event.through


def _session_began(state: State, event: e.SessionBegan) -> None:
    state.session, state.issuing_ended = event.session, None
    state.covers = {}


def _issuing_ended(state: State, event: e.IssuingEnded) -> None:
    state.issuing_ended = event.session


def _day_closed(state: State, event: e.DayClosed) -> None:
    state.day, state.session, state.issuing_ended = None, None, None
    state.covers, state.excused = {}, set()
    state.reassigned, state.raised, state.orders = {}, {}, {}
    for counter in state.counters.values():
        counter.clerk, counter.assumed, counter.opened_by, counter.post_ms = None, False, None, None
    state.no_issuing = {key: reason for key, reason in state.no_issuing.items() if key[0] != "hall"}


HALL_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.CounterOpened: _opened,
    e.CounterPaused: _paused,
    e.CounterResumed: _resumed,
    e.CounterClosed: _closed,
    e.IssuingWasPaused: _issuing_paused,
    e.IssuingWasResumed: _issuing_resumed,
    e.EvaluationRecorded: _evaluated,
    e.EvaluationExplained: _explained,
    e.VisitLeftUnrated: _left_unrated,
    e.NoticePosted: _notice_posted,
    e.NoticeCleared: _notice_cleared,
    e.EmergencyBegan: _emergency_began,
    e.EmergencyEnded: _emergency_ended,
    e.TicketOrdered: _ordered,
    e.HelpWanted: _help_wanted,
    e.HelpAnswered: _help_answered,
    e.ExtensionApproved: _extension_approved,
    e.DayOpened: _day_opened,
    e.JournalRestored: _journal_restored,
    e.SessionBegan: _session_began,
    e.IssuingEnded: _issuing_ended,
    e.DayClosed: _day_closed,
}
"""Event -> what it changes."""
