"""L10, L11, L13: at rest every screen shows the fold of the journal, and none ever went back in time."""

from collections.abc import Iterator

from tests.simulation.checkers.excuses import restarted_between
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Shown, Trace


def check(trace: Trace) -> Iterator[Violation]:
    """Pictures in the order in which they were shown, then the hall at rest."""
    yield from _never_back(trace)
    rest = trace.rest
    if rest is None:
        return
    for topic in sorted(rest.live.keys() | rest.folded.keys()):
        if rest.live.get(topic) != rest.folded.get(topic):
            facts = {"live": (rest.live.get(topic) or b"")[:200], "folded": (rest.folded.get(topic) or b"")[:200]}
            yield Violation("L13", rest.at_ms, f"{topic} of the running engine is not the fold of the journal", facts)
    for (display, topic), body in rest.shown.items():
        if body != rest.folded.get(topic):
            facts = {"shown": body[:200], "folded": (rest.folded.get(topic) or b"")[:200]}
            yield Violation("L10", rest.at_ms, f"{display} shows something else than the journal on {topic}", facts)
    for display in () if trace.hall is None else trace.hall.displays:
        if not any(name == display for name, _ in rest.shown):
            yield Violation("L10", rest.at_ms, f"{display} shows nothing")


def _never_back(trace: Trace) -> Iterator[Violation]:
    last: dict[tuple[str, str], Shown] = {}
    for shown in trace.shown:
        before = last.get((shown.display, shown.topic))
        last[shown.display, shown.topic] = shown
        if before is None or (shown.epoch, shown.as_of) >= (before.epoch, before.as_of):
            continue
        if restarted_between(trace, shown.display, before.at_ms, shown.at_ms):
            continue  # it has no memory of what it showed; the broker's newest picture is on its way
        facts = {"before": (before.epoch, before.as_of), "then": (shown.epoch, shown.as_of)}
        yield Violation("L11", shown.at_ms, f"{shown.display} went back in time on {shown.topic}", facts)
