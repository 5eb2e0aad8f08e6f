"""L25: a person has one live ticket for a service by real name, and takes no more of them a day than the hall allows.

Judged where the engine gives a number or a clerk sends somebody on: a paper that a kiosk gave by itself wins. A missed
number that may not return any more is nobody's obstacle. Whoever has an appointment showed its code instead of an ID.
"""

from collections.abc import Iterator

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import OVER, Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    story = Story()
    for entry in trace.journal:
        event = entry.event
        found: Iterator[str] = iter(())
        if trace.hall is not None and isinstance(event, e.TicketReserved):
            whose = event.principal or event.person
            found = _given(trace.hall, story, event, whose)
        elif trace.hall is not None and isinstance(event, e.TicketTransferred | e.VisitPartFinished):
            sent_on = story.tickets.get(event.ticket)
            whose = None if sent_on is None else sent_on.whose
            found = _second(trace.hall, story, event.ticket, event.service, whose, event.at_ms)
        elif trace.hall is not None and isinstance(event, e.ActionUndone):
            found = _again(trace.hall, story, event)
        yield from (Violation("L25", entry.at_ms, sentence) for sentence in found)
        story.take(entry)


def _given(hall: Hall, story: Story, event: e.TicketReserved, whose: str | None) -> Iterator[str]:
    yield from _second(hall, story, event.ticket, event.service, whose, event.at_ms)
    if event.appointment is not None:
        return
    if hall.services[event.service].real_name and event.person is None:
        yield f"{event.number} was given to nobody, and the service is by real name"
    counted = [told for told in story.tickets.values() if told.status is not TicketStatus.VOID]
    mine = sum(told.whose == whose for told in counted)
    if whose is not None and mine >= hall.rules.person_tickets_a_day:
        yield f"{event.number} is ticket {mine + 1} of one person today"
    as_agent = sum(told.principal is not None and told.person == event.person for told in counted)
    if event.principal is not None and event.person is not None and as_agent >= hall.rules.agent_tickets_a_day:
        yield f"{event.number} is ticket {as_agent + 1} of one agent today"


def _again(hall: Hall, story: Story, event: e.ActionUndone) -> Iterator[str]:
    """Who is sent back to where he was, in place of whatever he took since."""
    told, acts = story.tickets.get(event.ticket), story.window(event.counter).acts
    before = acts[-1].before if acts else None
    if told is not None and before is not None:
        yield from _second(hall, story, event.ticket, before.service, told.whose, event.at_ms)


def _second(hall: Hall, story: Story, ticket: str, service: str, whose: str | None, at_ms: int) -> Iterator[str]:
    if whose is None or not hall.services[service].real_name:
        return
    for told in story.tickets.values():
        same = told.whose == whose and told.service == service and told.ticket != ticket
        if same and told.status not in OVER and not _is_past_returning(hall, told, at_ms):
            yield f"a person who has {told.number} for {service} got another ticket for it"


def _is_past_returning(hall: Hall, told: Told, at_ms: int) -> bool:
    late = at_ms - told.since_ms > hall.rules.return_within_min * 60_000
    return told.status is TicketStatus.NO_SHOW and (late or told.returns >= hall.rules.return_times)
