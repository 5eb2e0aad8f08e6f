"""What nobody can be blamed for: papers and ratings known only to a memory card that was lost.

Fault kinds are matched by a word, so that a world may name them in its own sentence.
"""

from collections.abc import Iterator

from tests.simulation.trace import Fault, Paper, Trace

LOST_CARD = "card"
RESTARTS = ("power", "kill", "stopped", "night")
CLOCKS = "clock"
CUTS = ("partition", "half open")
NEVER_MS = 2**53
HALL = "hall"
SERVER = "server"
JOURNAL = "hall.db"


def lost_card_after(trace: Trace, device: str, at_ms: int) -> bool:
    """Whether this device lost its memory at or after a moment."""
    return any(LOST_CARD in f.kind and f.whom == device and f.at_ms >= at_ms for f in trace.faults)


def lost_card_before(trace: Trace, device: str, at_ms: int) -> bool:
    """Whether this device lost its memory before a moment."""
    return any(LOST_CARD in f.kind and f.whom == device and f.at_ms <= at_ms for f in trace.faults)


def lost_papers(trace: Trace) -> dict[Paper, int]:
    """Papers that only a card knew of, and when it was lost: no program can know them, a human must help."""
    losses = [fault for fault in trace.faults if LOST_CARD in fault.kind]
    if not losses:
        return {}
    known: dict[str, int] = {}
    for entry in trace.journal:
        known.setdefault(getattr(entry.event, "ticket", ""), entry.at_ms)
    return {
        paper: fault.at_ms
        for paper in trace.papers
        for fault in losses
        if fault.whom == paper.kiosk and paper.at_ms <= fault.at_ms < known.get(paper.ticket, NEVER_MS)
    }


def restarted_between(trace: Trace, device: str, from_ms: int, to_ms: int) -> bool:
    """Whether this device began anew between two moments."""
    words = (*RESTARTS, LOST_CARD)
    return any(any(word in fault.kind for word in words) for fault in _faults_of(trace, device, from_ms, to_ms))


def clock_set_between(trace: Trace, device: str, from_ms: int, to_ms: int) -> bool:
    """Whether somebody set this device's clock between two moments."""
    return any(CLOCKS in fault.kind for fault in _faults_of(trace, device, from_ms, to_ms))


def cut_off_between(trace: Trace, device: str, from_ms: int, to_ms: int) -> bool:
    """Whether this device's network was cut between two moments."""
    return any(any(word in fault.kind for word in CUTS) for fault in _faults_of(trace, device, from_ms, to_ms))


def _faults_of(trace: Trace, device: str, from_ms: int, to_ms: int) -> Iterator[Fault]:
    """``whom`` begins with the device's name; what hits the whole hall hits everybody."""
    for fault in trace.faults:
        if from_ms <= fault.at_ms <= to_ms and fault.whom.partition(" ")[0] in (device, HALL):
            yield fault


def slept_at(trace: Trace, at_ms: int, away_ms: int) -> bool:
    """Whether a moment is of a night, or of the ``away_ms`` after it in which programs are still starting."""
    return any(from_ms <= at_ms <= until_ms + away_ms for from_ms, until_ms in trace.nights)


def disk_was_full(trace: Trace, from_ms: int, to_ms: int) -> bool:
    """Whether the server's disk had no room between two moments."""
    return any("full" in f.kind and f.whom == JOURNAL and from_ms <= f.at_ms <= to_ms for f in trace.faults)
