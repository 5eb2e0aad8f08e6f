"""L32: after the day's last session what was begun is finished; to call anybody else takes a manager's word.

Begun is who was set aside, and who was sent on by a counter that had called him. A missed number that came back waits
like others. Whoever waits stays in line (``statuses`` holds that only the day's end makes a ticket expire).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import TicketStatus
from tests.simulation.checkers.story import Story, Told
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

MINUTE_MS = 60_000


@dataclass
class Hours:
    """When the last session ends and for whom it was extended, as far as the journal tells."""

    hall: Hall
    ends_ms: int | None = None
    until_ms: dict[str, int] = field(default_factory=dict)

    def take(self, event: e.Event) -> None:
        """Fold one event."""
        if isinstance(event, e.DayOpened):
            self.ends_ms = max((session.closes_ms for session in event.sessions), default=None)
            self.until_ms = {}
        elif isinstance(event, e.ExtensionApproved):
            self.until_ms[event.counter or ""] = event.until_ms

    def over(self, counter: str, at_ms: int) -> bool:
        """Whether nobody new may be called at this counter."""
        if self.ends_ms is None or at_ms < self.ends_ms or not self.hall.rules.extended_service_approval:
            return False
        return at_ms >= max(self.until_ms.get("", 0), self.until_ms.get(counter, 0))


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once."""
    if trace.hall is None:
        return
    story, hours = Story(), Hours(trace.hall)
    approved = {sent.id for sent in trace.sent if sent.command == "ApproveExtension"}
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, e.TicketCalled) and hours.over(event.counter, event.at_ms):
            told = story.tickets.get(event.ticket)
            if told is not None and not _is_begun(story, entry, told):
                yield Violation("L32", entry.at_ms, f"{told.number} was called after hours and nobody approved of it")
        elif isinstance(event, e.ExtensionApproved):
            yield from _word(hours, entry, event, approved)
        hours.take(event)
        story.take(entry)


def _is_begun(story: Story, entry: Entry, told: Told) -> bool:
    command, missed = story.back or ("", None)
    if command == entry.command and missed is not None:
        return False  # a missed number, called by itself
    sent_on = told.status is TicketStatus.WAITING and told.called_ms is not None and not told.returns
    return told.status is TicketStatus.HELD or sent_on


def _word(hours: Hours, entry: Entry, event: Any, approved: set[str]) -> Iterator[Violation]:
    if approved and entry.command not in approved:
        yield Violation("L32", entry.at_ms, "hours were extended and no manager said so")
    minutes_ms = event.until_ms - max(event.at_ms, hours.ends_ms or event.at_ms)
    if event.until_ms != event.at_ms and not 0 < minutes_ms <= 600 * MINUTE_MS:
        yield Violation("L32", entry.at_ms, f"hours were extended by {minutes_ms} ms")
