"""L27: a posted notice stands until its end or until staff take it down, not shorter and not much longer."""

from collections.abc import Iterator

from broker.model import events as e
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

MUCH_MS = 30_000
"""The server looks every second; at rest every clock is right and it has had a minute."""


def check(trace: Trace) -> Iterator[Violation]:
    """Walk the journal once; what still stands at rest must not be over."""
    standing: dict[str, e.NoticePosted] = {}
    staff = {sent.id for sent in trace.sent if sent.command == "ClearNotice"}
    for entry in trace.journal:
        event = entry.event
        if isinstance(event, e.NoticePosted):
            standing[event.notice] = event
        elif isinstance(event, e.NoticeCleared):
            posted = standing.pop(event.notice, None)
            if posted is None:
                yield Violation("L27", entry.at_ms, f"notice {event.notice} was taken down and did not stand")
            elif entry.command not in staff and (posted.until_ms is None or event.at_ms < posted.until_ms):
                yield Violation("L27", entry.at_ms, f"notice {event.notice} was taken down before its end by nobody")
    for key, posted in standing.items() if trace.rest is not None else ():
        if trace.rest is not None and posted.until_ms is not None and posted.until_ms + MUCH_MS < trace.rest.at_ms:
            over_ms = trace.rest.at_ms - posted.until_ms
            yield Violation("L27", trace.rest.at_ms, f"notice {key} still stands", {"over_ms": over_ms})
