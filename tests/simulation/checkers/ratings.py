"""L9: one rating a served visit; every thanked press is stored exactly once; none outside its window."""

from collections.abc import Iterator

from broker.model import events as e
from tests.simulation.checkers.excuses import SERVER, clock_set_between, lost_card_after, restarted_between
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Entry, Thanked, Trace

GRACE_MS = 5_000
"""A press at the last moment, and the way of the picture that opened the window."""
SET_BACK_MS = 900_000
"""So long a world leaves a clock wrong."""


def check(trace: Trace) -> Iterator[Violation]:
    """Thanks against the journal, the journal against itself."""
    stored: dict[str, Entry] = {}
    rated: dict[str, str] = {}
    finished: dict[str, Entry] = {}
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, e.ServiceFinished):
            finished[event.visit] = entry
        elif isinstance(event, e.EvaluationRecorded):
            if event.evaluation in stored:
                yield Violation("L9", entry.at_ms, f"rating {event.evaluation} is stored twice")
            if rated.setdefault(event.visit, event.evaluation) != event.evaluation:
                yield Violation("L9", entry.at_ms, f"visit {event.visit} has two ratings")
            if event.visit not in finished:
                yield Violation("L9", entry.at_ms, f"visit {event.visit} was rated and never served")
            stored.setdefault(event.evaluation, entry)
    thanked_visits: dict[str, str] = {}
    for thanks in trace.thanked:
        if thanked_visits.setdefault(thanks.visit, thanks.evaluation) != thanks.evaluation:
            yield Violation("L9", thanks.at_ms, f"visit {thanks.visit} was thanked for twice")
        yield from _in_window(trace, thanks, finished.get(thanks.visit))
        if trace.rest is not None:
            yield from _is_stored(trace, thanks, stored.get(thanks.evaluation))


def _in_window(trace: Trace, thanks: Thanked, finished: Entry | None) -> Iterator[Violation]:
    if finished is None or not isinstance(finished.event, e.ServiceFinished):
        yield Violation("L9", thanks.at_ms, f"{thanks.keypad} thanked for {thanks.visit}, which was never served")
        return
    if finished.event.counter != thanks.counter:
        yield Violation("L9", thanks.at_ms, f"{thanks.keypad} thanked for a visit of counter {finished.event.counter}")
    window_ms = (60 if trace.hall is None else trace.hall.rules.rating_window_s) * 1000
    after_ms = thanks.at_ms - finished.at_ms
    if not -GRACE_MS <= after_ms <= window_ms + GRACE_MS and not _time_stood_still(trace, finished.at_ms, thanks.at_ms):
        facts = {"after_ms": after_ms, "window_ms": window_ms}
        yield Violation("L9", thanks.at_ms, f"{thanks.keypad} thanked for a press outside its window", facts)


def _time_stood_still(trace: Trace, from_ms: int, to_ms: int) -> bool:
    """A server whose clock had been set back lost its power in the window: it cannot know for how long it was off."""
    behind = clock_set_between(trace, SERVER, from_ms - SET_BACK_MS, to_ms)
    return behind and restarted_between(trace, SERVER, from_ms, to_ms)


def _is_stored(trace: Trace, thanks: Thanked, entry: Entry | None) -> Iterator[Violation]:
    caller = thanks.keypad
    if trace.hall is not None and thanks.keypad in trace.hall.keypads:
        caller = trace.hall.keypads[thanks.keypad].caller
    if entry is None:
        if not lost_card_after(trace, caller, thanks.at_ms):
            yield Violation("L9", thanks.at_ms, f"rating {thanks.evaluation} was thanked for and is lost")
        return
    event = entry.event
    assert isinstance(event, e.EvaluationRecorded)
    if (event.visit, event.level.value) != (thanks.visit, str(thanks.level)):
        facts = {"pressed": (thanks.visit, str(thanks.level)), "stored": (event.visit, event.level.value)}
        yield Violation("L9", thanks.at_ms, f"rating {thanks.evaluation} is not what was pressed", facts)
