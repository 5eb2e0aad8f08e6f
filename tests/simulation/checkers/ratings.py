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

ENDS = (e.ServiceFinished, e.VisitPartFinished, e.DirectServed)
LOW = ("dissatisfied", "very_dissatisfied")
"""The levels of which reasons are asked."""


def check(trace: Trace) -> Iterator[Violation]:
    """Thanks against the journal, the journal against itself."""
    stored: dict[str, Entry] = {}
    rated: dict[str, str] = {}
    finished: dict[str, list[Entry]] = {}
    unrated: set[str] = set()
    explained: set[str] = set()
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, ENDS):
            finished.setdefault(event.visit, []).append(entry)  # once more where an end was taken back
            unrated.discard(event.visit)
        elif isinstance(event, e.ActionUndone) and event.visit in rated:
            yield Violation("L9", entry.at_ms, f"the end of visit {event.visit} was taken back after its rating")
        elif isinstance(event, e.VisitLeftUnrated):
            yield from _left_unrated(trace, entry, event, finished, rated.keys() | unrated)
            unrated.add(event.visit)
        elif isinstance(event, e.EvaluationExplained):
            yield from _explained(entry, event, stored.get(event.evaluation), event.evaluation in explained)
            explained.add(event.evaluation)
        elif isinstance(event, e.EvaluationRecorded):
            if event.evaluation in stored:
                yield Violation("L9", entry.at_ms, f"rating {event.evaluation} is stored twice")
            if rated.setdefault(event.visit, event.evaluation) != event.evaluation:
                yield Violation("L9", entry.at_ms, f"visit {event.visit} has two ratings")
            if event.visit not in finished:
                yield Violation("L9", entry.at_ms, f"visit {event.visit} was rated and never served")
            if (event.reasons or event.contact) and event.level.value not in LOW:
                yield Violation("L9", entry.at_ms, f"reasons of a rating that is {event.level}")
            stored.setdefault(event.evaluation, entry)
    thanked_visits: dict[str, str] = {}
    for thanks in trace.thanked:
        if thanked_visits.setdefault(thanks.visit, thanks.evaluation) != thanks.evaluation:
            yield Violation("L9", thanks.at_ms, f"visit {thanks.visit} was thanked for twice")
        yield from _in_window(trace, thanks, finished.get(thanks.visit, []))
        if trace.rest is not None and not _rated_elsewhere(thanks, stored.get(rated.get(thanks.visit, ""))):
            yield from _is_stored(trace, thanks, stored.get(thanks.evaluation))


def _left_unrated(
    trace: Trace, entry: Entry, event: e.VisitLeftUnrated, finished: dict[str, list[Entry]], settled: set[str]
) -> Iterator[Violation]:
    """Said by the counter's own evaluator of a visit that nobody has rated, once."""
    keypad = None if trace.hall is None else trace.hall.keypads.get(event.device)
    counters = {getattr(end.event, "counter", "") for end in finished.get(event.visit, ())}
    if not counters or (trace.hall is not None and (keypad is None or keypad.counter not in counters)):
        yield Violation("L9", entry.at_ms, f"{event.device} says {event.why} of visit {event.visit}, not its own")
    if event.visit in settled:
        yield Violation("L9", entry.at_ms, f"visit {event.visit} was left unrated and that was known already")


def _explained(entry: Entry, event: e.EvaluationExplained, rating: Entry | None, again: bool) -> Iterator[Violation]:
    """Of a low rating, once, by the device that took it."""
    rated = None if rating is None else rating.event
    if not isinstance(rated, e.EvaluationRecorded) or (rated.visit, rated.device) != (event.visit, event.device):
        yield Violation("L9", entry.at_ms, f"rating {event.evaluation} was explained by whoever did not give it")
    elif rated.level.value not in LOW or rated.reasons or rated.contact or again:
        yield Violation("L9", entry.at_ms, f"rating {event.evaluation} needs no explanation")


def _in_window(trace: Trace, thanks: Thanked, ends: list[Entry]) -> Iterator[Violation]:
    if not ends:
        yield Violation("L9", thanks.at_ms, f"{thanks.keypad} thanked for {thanks.visit}, which was never served")
        return
    counters = {getattr(end.event, "counter", "") for end in ends}
    if thanks.counter not in counters:
        yield Violation("L9", thanks.at_ms, f"{thanks.keypad} thanked for a visit of counter {', '.join(counters)}")
    window_ms = (60 if trace.hall is None else trace.hall.rules.rating_window_s) * 1000
    after_ms = [thanks.at_ms - end.at_ms for end in ends]
    stood_still = any(_time_stood_still(trace, end.at_ms, thanks.at_ms) for end in ends)
    if not any(-GRACE_MS <= ms <= window_ms + GRACE_MS for ms in after_ms) and not stood_still:
        facts = {"after_ms": after_ms, "window_ms": window_ms}
        yield Violation("L9", thanks.at_ms, f"{thanks.keypad} thanked for a press outside its window", facts)


def _time_stood_still(trace: Trace, from_ms: int, to_ms: int) -> bool:
    """A server whose clock had been set back lost its power in the window: it cannot know for how long it was off."""
    behind = clock_set_between(trace, SERVER, from_ms - SET_BACK_MS, to_ms)
    return behind and restarted_between(trace, SERVER, from_ms, to_ms)


def _rated_elsewhere(thanks: Thanked, entry: Entry | None) -> bool:
    """Somebody rated the same visit on a phone: the keypad, cut off, could not know, and a visit has one rating."""
    return entry is not None and isinstance(entry.event, e.EvaluationRecorded) and entry.event.device != thanks.keypad


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
