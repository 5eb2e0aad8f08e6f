"""L4, L6, L18: nobody appears or disappears, every change of status is in the table, and time only goes forward.

The table is stated here a second time on purpose; ``rest`` compares the engine's own counting with ours.
"""

import json
from collections import Counter as Tally
from collections.abc import Iterator

from broker.model import events as e
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import Story, status_after
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

S = TicketStatus
MAY_BECOME: dict[TicketStatus, tuple[TicketStatus, ...]] = {
    S.RESERVED: (S.WAITING, S.VOID),
    S.WAITING: (S.CALLED, S.HELD, S.CANCELLED, S.EXPIRED),
    S.CALLED: (S.SERVING, S.SERVED, S.NO_SHOW, S.HELD, S.WAITING),
    S.SERVING: (S.SERVED, S.HELD, S.WAITING, S.SERVING),
    S.HELD: (S.CALLED, S.WAITING, S.EXPIRED),
    S.NO_SHOW: (S.WAITING, S.EXPIRED),
    S.VOID: (),
    S.SERVED: (),
    S.CANCELLED: (),
    S.EXPIRED: (),
}
"""Serving goes on as serving where one visit of a ticket ends and the next begins. An undo goes arrows of its own."""
MAY_BE_AGAIN: dict[TicketStatus, tuple[TicketStatus, ...]] = {
    S.CALLED: (S.WAITING, S.HELD, S.NO_SHOW),
    S.SERVING: (S.CALLED, S.SERVING),
    S.SERVED: (S.CALLED, S.SERVING),
    S.NO_SHOW: (S.CALLED,),
    S.HELD: (S.CALLED, S.SERVING),
    S.WAITING: (S.CALLED, S.SERVING),
}
_BIRTHS = (e.TicketReserved, e.TicketReported)
_NOT_TODAY = (e.TicketReportedLate, e.NumberClashed, e.TicketOrdered)


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    story = Story()
    now_ms = 0
    for index, entry in enumerate(trace.journal, start=1):
        if entry.position != index:
            yield Violation("L4", entry.at_ms, f"position {index} of the journal is {entry.position}")
        if entry.event.at_ms < now_ms:
            sentence = f"{type(entry.event).__name__} happened before the event that precedes it"
            yield Violation("L18", entry.at_ms, sentence, {"by_ms": now_ms - entry.event.at_ms})
        now_ms = max(now_ms, entry.event.at_ms)
        yield from _of_ticket(story, entry)
        if isinstance(entry.event, e.ActionUndone):
            yield from _taken_back(trace, story, entry, entry.event)
        story.take(entry)
        if isinstance(entry.event, e.DayClosed):
            yield from _after_close(story, entry, _staying(trace, index, entry.command))
    yield from _counted(trace, story)


def _of_ticket(story: Story, entry: Entry) -> Iterator[Violation]:
    event = entry.event
    ticket = getattr(event, "ticket", None)
    if not ticket or isinstance(event, _NOT_TODAY):
        return
    told = story.tickets.get(ticket)
    if isinstance(event, _BIRTHS):
        if told is not None:
            yield Violation("L4", entry.at_ms, f"ticket {ticket} came into the world twice", {"number": event.number})
        if event.arrived_at_ms > event.at_ms:
            yield Violation("L18", entry.at_ms, f"ticket {event.number} arrived before it was known of, in the future")
        return
    if told is None:
        yield Violation("L4", entry.at_ms, f"{type(event).__name__} of ticket {ticket}, which nobody ever gave out")
        return
    after = S.WAITING if isinstance(event, e.TicketConfirmed) else status_after(event)
    unchanged = isinstance(event, e.TicketConfirmed) and told.status is not S.RESERVED
    table = MAY_BE_AGAIN if isinstance(event, e.ActionUndone) else MAY_BECOME
    if after is not None and not unchanged and after not in table.get(told.status, ()):
        yield Violation("L6", entry.at_ms, f"ticket {told.number} went from {told.status} to {after}")
    if isinstance(event, e.TicketCalled) and event.at_ms < told.arrived_ms:
        yield Violation("L18", entry.at_ms, f"ticket {told.number} was called before it arrived")
    if isinstance(event, e.ServiceFinished) and told.called_ms is not None and event.at_ms < told.called_ms:
        yield Violation("L18", entry.at_ms, f"ticket {told.number} was served before it was called")


def _taken_back(trace: Trace, story: Story, entry: Entry, event: e.ActionUndone) -> Iterator[Violation]:
    """The newest act of the counter, soon after it, while its ticket is as the act left it: it is as it was before."""
    window, told = story.window(event.counter), story.tickets.get(event.ticket)
    act = window.acts[-1] if window.acts else None
    within_s = 10 if trace.hall is None else trace.hall.rules.undo_s
    if act is not None and act.before is None and (act.what, "") == (event.undone, event.ticket):
        if event.at_ms - act.at_ms > within_s * 1000:
            yield Violation("L6", entry.at_ms, "a service without a ticket was taken back too late")
        return
    before = None if act is None else act.before
    if act is None or told is None or before is None or (act.what, before.ticket) != (event.undone, event.ticket):
        newest = "nothing" if act is None else f"{act.what} of ticket {before.ticket if before else ''}"
        sentence = f"counter {event.counter} took {event.undone} of ticket {event.ticket} back, and did {newest} last"
        yield Violation("L6", entry.at_ms, sentence)
        return
    facts = {"after_ms": event.at_ms - act.at_ms}
    if event.at_ms - act.at_ms > within_s * 1000:
        yield Violation("L6", entry.at_ms, f"{event.undone} of {told.number} was taken back too late", facts)
    if event.status is not before.status:
        facts = {"was": before.status, "is": event.status}
        yield Violation("L6", entry.at_ms, f"{told.number} is not again what it was", facts)
    if told.since_ms != act.at_ms or window.ticket not in (None, told.ticket):
        sentence = f"{event.undone} of {told.number} was taken back after somebody had gone on"
        yield Violation("L6", entry.at_ms, sentence)


def _staying(trace: Trace, after: int, command: str) -> set[str]:
    """Tickets that the same decision takes over into the day that it opens."""
    staying = set()
    for entry in trace.journal[after:]:
        if entry.command != command:
            break
        if isinstance(entry.event, e.TicketReported):
            staying.add(entry.event.ticket)
    return staying


def _after_close(story: Story, entry: Entry, staying: set[str]) -> Iterator[Violation]:
    for told in story.tickets.values():
        if MAY_BECOME[told.status] and told.ticket not in staying:
            yield Violation("L6", entry.at_ms, f"the day closed and ticket {told.number} is still {told.status}")


def _counted(trace: Trace, story: Story) -> Iterator[Violation]:
    """The public page counts tickets by status: by our own count too."""
    if trace.rest is None:
        return
    ours = {status.value: count for status, count in Tally(told.status for told in story.tickets.values()).items()}
    for where in (trace.rest.live, trace.rest.folded):
        for topic, body in where.items():
            if "/view/hall/" not in topic:
                continue
            theirs = json.loads(body).get("counts", {})
            if theirs != ours:
                facts = {"counted": theirs, "told": ours}
                yield Violation("L4", trace.rest.at_ms, "the hall does not count its tickets as we do", facts)
