"""What runs amounted to: figures of one trace, sums of many, and the hash that proves a run to be repeatable."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from broker.model import events as e
from tests.simulation.trace import Trace


@dataclass
class Tally:
    """Sums over runs. ``faults`` counts misfortunes and what happened to messages, by kind."""

    runs: int = 0
    hours: float = 0.0
    papers: int = 0
    alone: int = 0
    torn: int = 0
    calls: int = 0
    spoken: int = 0
    ratings: int = 0
    answers: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        for name in ("runs", "hours", "papers", "alone", "torn", "calls", "spoken", "ratings", "answers", "events"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults.update(other.faults)

    def lines(self) -> list[str]:
        """For people."""
        faults = ", ".join(f"{kind} {count:,}" for kind, count in sorted(self.faults.items()) if count)
        return [
            f"hall hours       {self.hours:12,.1f} in {self.runs:,} runs",
            f"papers           {self.papers:12,} of these {self.alone:,} by a kiosk alone, {self.torn:,} torn",
            f"calls            {self.calls:12,} and {self.spoken:,} announcements",
            f"ratings thanked  {self.ratings:12,}",
            f"answers heard    {self.answers:12,}",
            f"journal events   {self.events:12,}",
            f"faults injected  {sum(self.faults.values()):12,} ({faults or 'none'})",
        ]


def tally_of(trace: Trace) -> Tally:
    """The figures of one run."""
    faults = Counter(fault.kind for fault in trace.faults)
    faults.update(trace.messages)
    return Tally(
        runs=1,
        hours=trace.hall_ms / 3_600_000,
        papers=len(trace.papers),
        alone=sum(paper.alone for paper in trace.papers),
        torn=sum(not paper.whole for paper in trace.papers),
        calls=sum(isinstance(entry.event, e.TicketCalled | e.TicketRecalled) for entry in trace.journal),
        spoken=len(trace.spoken),
        ratings=len(trace.thanked),
        answers=len(trace.answered),
        events=len(trace.journal),
        faults=faults,
    )


def digest_of(trace: Trace) -> str:
    """SHA-256 of everything that an outsider saw."""
    total = hashlib.sha256()
    lists = (
        trace.papers,
        trace.sent,
        trace.answered,
        trace.shown,
        trace.spoken,
        trace.thanked,
        trace.asked_no_more,
        trace.faults,
        trace.journal,
        trace.turned_away,
        trace.looked_for,
        trace.from_afar,
        trace.alarms,
    )
    for rows in lists:
        for row in rows:
            total.update(repr(row).encode())
    rest = trace.rest
    assert rest is not None
    tables = (rest.outboxes, rest.shown, rest.folded, rest.live, trace.messages)
    total.update(repr([sorted(table.items()) for table in tables]).encode())
    total.update(repr((sorted(rest.unprinted), rest.at_ms, trace.hall_ms, trace.seed)).encode())
    return total.hexdigest()
