"""What goes to the printer's thread and what comes back: jobs, results, states. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from broker.runtime.errors import NodeError
from kiosk.printer.status import PrinterState


class Outcome(StrEnum):
    """PRINTED: the printer itself said so. FAILED: not begun, or a fault came first. UNKNOWN: nobody can tell."""

    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrintJob:
    """Bytes of one ticket. A job not begun `give_up_after_s` after its submission is not begun at all."""

    job_id: str
    data: bytes
    give_up_after_s: float = 10.0


@dataclass(frozen=True)
class JobDone:
    """The end of a job; exactly one for each accepted job.

    `bytes_sent` is what left this program. 0 proves that nothing of it is on paper, so that its number may safely be
    printed again; with any other value and an outcome other than PRINTED a piece of it may be in somebody's hand.
    `state` is the printer's state at the end. Times are monotonic seconds; `first_byte_at` is None if none was sent.
    """

    job_id: str
    outcome: Outcome
    state: PrinterState
    reason: str
    bytes_sent: int
    submitted_at: float
    first_byte_at: float | None
    done_at: float

    @property
    def may_be_on_paper(self) -> bool:
        return self.bytes_sent > 0


@dataclass(frozen=True)
class StateChanged:
    """The printer's state became another; for the health report and the staff's alarm."""

    before: PrinterState
    state: PrinterState
    at: float


PrinterEvent = JobDone | StateChanged


class PrinterRefusal(NodeError):
    """Base of reasons why a job is not accepted."""


class PrintQueueFull(PrinterRefusal):
    """More jobs wait than a kiosk can sensibly have; `length` of them."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} print jobs are waiting already")
        self.length = length


class JobTooLarge(PrinterRefusal):
    """The job would hold the printer for too long, or is empty."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"a print job of {size} bytes, 1 to {limit} are allowed")
        self.size = size
        self.limit = limit


class PrinterStopped(PrinterRefusal):
    """The printer's thread is not running."""
