"""L9: the minute in which a visit may be rated at its counter is the visitor's, and nobody else's.

An evaluator that was asked to ask goes on until the minute is over, unless the visit was rated or declined, its end was
taken back, or another service began or ended at the counter meanwhile. No call, no pause and no closing shortens it.
When all is quiet each counter asks about the visit that ended there last, if nothing began there since and nobody rated
it; what was taken back last at a counter is left to the tests of undoing.
"""

import json
from collections.abc import Iterator

from broker.model import events as e
from tests.simulation.checkers.excuses import SERVER, clock_set_between, cut_off_between, restarted_between
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import AskedNoMore, Entry, Trace

GRACE_MS = 5_000
SET_BACK_MS = 900_000
"""So long a world leaves a clock wrong."""
ENDS = (e.ServiceFinished, e.VisitPartFinished, e.DirectServed)
TOPIC = "/view/counter/"


def check(trace: Trace) -> Iterator[Violation]:
    """Evaluators against the journal, and at rest the counters' views."""
    for stopped in trace.asked_no_more:
        if not stopped.declined:
            yield from _too_soon(trace, stopped)
    yield from _at_rest(trace)


def _too_soon(trace: Trace, stopped: AskedNoMore) -> Iterator[Violation]:
    before = [entry for entry in trace.journal if entry.at_ms <= stopped.at_ms]
    ends = [entry for entry in before if isinstance(entry.event, ENDS) and entry.event.visit == stopped.visit]
    if not ends:
        return  # the journal has lost it with its disk, or it is no visit: other judges look at that
    end = ends[-1]
    window_ms = (60 if trace.hall is None else trace.hall.rules.rating_window_s) * 1000
    after_ms = stopped.at_ms - end.at_ms
    if after_ms >= window_ms - GRACE_MS or any(_ends_it(entry, end, stopped) for entry in before):
        return
    caller = stopped.keypad
    if trace.hall is not None and stopped.keypad in trace.hall.keypads:
        caller = trace.hall.keypads[stopped.keypad].caller
    for device in (SERVER, caller):
        if clock_set_between(trace, device, end.at_ms - SET_BACK_MS, stopped.at_ms):
            return
        if restarted_between(trace, device, end.at_ms, stopped.at_ms):
            return  # who does not know for how long it was off takes the minute for over
        if any(_heard_alone(trace, device, first, end, stopped.at_ms - window_ms + GRACE_MS) for first in ends[:-1]):
            return
    facts = {"after_ms": after_ms, "window_ms": window_ms}
    yield Violation("L9", stopped.at_ms, f"{stopped.keypad} stopped asking about {stopped.visit} too soon", facts)


def _heard_alone(trace: Trace, device: str, first: Entry, end: Entry, at_most_ms: int) -> bool:
    """Whether all that was known there was an earlier end of the visit, whose minute was over: it was taken back, and
    the visit ended once more, while nothing was heard."""
    return first.at_ms <= at_most_ms and cut_off_between(trace, device, first.at_ms, end.at_ms)


def _ends_it(entry: Entry, end: Entry, stopped: AskedNoMore) -> bool:
    """Why an evaluator may stop before its time."""
    event = entry.event
    if isinstance(event, e.EvaluationRecorded):
        return event.visit == stopped.visit
    if entry.position <= end.position:
        return False
    if isinstance(event, e.DayOpened):
        return True  # the hall's clock has gone over a night
    if getattr(event, "counter", "") != stopped.counter:
        return False
    return isinstance(event, (e.ServiceStarted, e.ActionUndone, *ENDS))


def _at_rest(trace: Trace) -> Iterator[Violation]:
    rest = trace.rest
    if rest is None:
        return
    asked = _asked(trace)
    for topic, body in rest.live.items():
        counter = topic.partition(TOPIC)[2]
        if counter in asked:
            shown = json.loads(body).get("evaluation")
            visit = None if shown is None else shown["visit"]
            if visit != asked[counter]:
                facts = {"shown": visit, "journal": asked[counter]}
                yield Violation("L9", rest.at_ms, f"counter {counter} asks about another visit than its last", facts)


def _asked(trace: Trace) -> dict[str, str | None]:
    """Counter -> the visit to ask about; not of counters where something was taken back since the last beginning."""
    asked: dict[str, str | None] = {}
    rated: set[str] = set()
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, ENDS):
            asked[event.counter] = event.visit
        elif isinstance(event, e.ServiceStarted):
            asked[event.counter] = None
        elif isinstance(event, e.ActionUndone):
            asked.pop(event.counter, None)
        elif isinstance(event, e.EvaluationRecorded):
            rated.add(event.visit)
    return {counter: None if visit in rated else visit for counter, visit in asked.items()}
