"""L12: a call is announced once per display, in call order, and never later than a minute after it was made.

A recall may let first calls go before it that came later: whoever hears the own number for the first time waits less.
What stands on the first picture after a display lost its power is what it missed: shown, and not spoken.
"""

import json
from collections.abc import Iterator

from broker.model import events as e
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Trace

LATEST_MS = 60_000
POWER = "power"


def check(trace: Trace) -> Iterator[Violation]:
    """Every announcement against the call it speaks of."""
    calls: dict[str, Entry] = {}
    for entry in trace.journal:
        if isinstance(entry.event, e.TicketCalled | e.TicketRecalled):
            if entry.event.call_id in calls:
                yield Violation("L12", entry.at_ms, f"two calls bear the id {entry.event.call_id}")
            calls.setdefault(entry.event.call_id, entry)
    readings: dict[tuple[str, str], int] = {}
    newest: dict[tuple[str, bool], int] = {}
    """(display, is a recall) -> position of the newest call of that kind it spoke of."""
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
        recall = isinstance(call.event, e.TicketRecalled)
        kinds = (True,) if recall else (True, False)
        if call.position < max(newest.get((spoken.display, kind), 0) for kind in kinds):
            yield Violation("L12", spoken.at_ms, f"{spoken.display} spoke of {spoken.call_id} after a later call")
        newest[spoken.display, recall] = max(call.position, newest.get((spoken.display, recall), 0))
    yield from _made_up_for(trace)


def _made_up_for(trace: Trace) -> Iterator[Violation]:
    for display in sorted({spoken.display for spoken in trace.spoken}):
        shown = [picture for picture in trace.shown if picture.display == display]
        spoken_here = [spoken for spoken in trace.spoken if spoken.display == display]
        for fault in trace.faults:
            if fault.whom != display or POWER not in fault.kind:
                continue
            first = next((picture for picture in shown if picture.at_ms > fault.at_ms), None)
            missed = set() if first is None else {call["call_id"] for call in json.loads(first.body).get("calls", ())}
            for spoken in spoken_here:
                if spoken.at_ms > fault.at_ms and spoken.call_id in missed:
                    sentence = f"{display} spoke of {spoken.call_id}, which it missed while it had no power"
                    yield Violation("L12", spoken.at_ms, sentence)
