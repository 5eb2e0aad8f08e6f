"""L12: a call is announced once per display, in call order, and never later than a minute after it was made."""

from collections.abc import Iterator

from broker.model import events as e
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

LATEST_MS = 60_000


def check(trace: Trace) -> Iterator[Violation]:
    """Every announcement against the call it speaks of."""
    calls: dict[str, Entry] = {}
    for entry in trace.journal:
        if isinstance(entry.event, e.TicketCalled | e.TicketRecalled):
            if entry.event.call_id in calls:
                yield Violation("L12", entry.at_ms, f"two calls bear the id {entry.event.call_id}")
            calls.setdefault(entry.event.call_id, entry)
    readings: dict[tuple[str, str], int] = {}
    newest: dict[str, int] = {}
    for spoken in trace.spoken:
        call = calls.get(spoken.call_id)
        if call is None:
            yield Violation("L14", spoken.at_ms, f"{spoken.display} spoke of {spoken.call_id}, which was never made")
            continue
        if spoken.at_ms < call.at_ms:
            yield Violation("L14", spoken.at_ms, f"{spoken.display} spoke of {spoken.call_id} before it was safe")
        late_ms = spoken.at_ms - call.at_ms
        if late_ms > LATEST_MS:
            yield Violation("L12", spoken.at_ms, f"{spoken.display} spoke of an old call", {"late_ms": late_ms})
        before = readings.get((spoken.display, spoken.call_id), 0)
        readings[spoken.display, spoken.call_id] = max(before, spoken.reading)
        if spoken.reading <= before:
            sentence = f"{spoken.display} announced {spoken.call_id} again from the start"
            yield Violation("L12", spoken.at_ms, sentence, {"reading": spoken.reading, "before": before})
        if spoken.reading > 1:
            continue
        if call.position < newest.get(spoken.display, 0):
            yield Violation("L12", spoken.at_ms, f"{spoken.display} spoke of {spoken.call_id} after a later call")
        newest[spoken.display] = max(call.position, newest.get(spoken.display, 0))
