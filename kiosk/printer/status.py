"""What a thermal printer says about itself, read with suspicion: a byte that is not a proper answer means *unknown*.

Questions and answers follow Epson's ESC/POS: ``DLE EOT n`` is answered at once, even out of paper or with a full
buffer; ``GS r 1`` is answered in its turn, after everything before it was processed, and so tells that a ticket came
out. The two kinds can be told apart: bit 4 is always 1 in the former and always 0 in the latter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ONLINE, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4
ALL_QUESTIONS = (ONLINE, OFFLINE_CAUSE, ERROR_CAUSE, PAPER)
ACKNOWLEDGE_REQUEST = b"\x1d\x72\x01"

_FIXED_MASK, _FIXED_VALUE = 0b1001_0011, 0b0001_0010
_ACK_MASK = 0b1001_0000


class PrinterState(StrEnum):
    """Whether a ticket can be printed now. Only OK and NEAR_END mean yes; UNKNOWN means nobody answered properly."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER = "cover"
    CUTTER = "cutter"
    OFFLINE = "offline"
    UNKNOWN = "unknown"

    @property
    def can_print(self) -> bool:
        return self in (PrinterState.OK, PrinterState.NEAR_END)


@dataclass(frozen=True)
class Acknowledgement:
    """The answer to ``GS r 1``: all bytes before it were processed; the paper as the sensors see it now."""

    paper_out: bool
    near_end: bool


def status_request(question: int) -> bytes:
    """``DLE EOT n`` for n = 1 to 4."""
    if question not in ALL_QUESTIONS:
        raise ValueError(f"there is no status question {question}")
    return bytes((0x10, 0x04, question))


def is_status(answer: int) -> bool:
    """Whether this byte has the fixed bits of an answer to ``DLE EOT`` (bits 1 and 4 set, 0 and 7 clear)."""
    return answer & _FIXED_MASK == _FIXED_VALUE


def state_of(answers: Mapping[int, bytes], questions: tuple[int, ...] = ALL_QUESTIONS) -> PrinterState:
    """The state told by the answers to `questions`. A missing, double or improper answer is UNKNOWN, never OK.

    The cover comes first, because an open cover also lifts the paper off its sensor.
    """
    bits: dict[int, int] = {}
    for question in questions:
        answer = answers.get(question, b"")
        if len(answer) != 1 or not is_status(answer[0]):
            return PrinterState.UNKNOWN
        bits[question] = answer[0]
    if not bits:
        return PrinterState.UNKNOWN
    online, offline_cause = bits.get(ONLINE, 0), bits.get(OFFLINE_CAUSE, 0)
    error_cause, paper = bits.get(ERROR_CAUSE, 0), bits.get(PAPER, 0)
    if offline_cause & 0x04:
        return PrinterState.COVER
    if offline_cause & 0x20 or paper & 0x60:
        return PrinterState.PAPER_OUT
    if error_cause & 0x08:
        return PrinterState.CUTTER
    if online & 0x08 or offline_cause & 0x40 or error_cause & 0x64:
        return PrinterState.OFFLINE
    return PrinterState.NEAR_END if paper & 0x0C else PrinterState.OK


def acknowledgement_of(answer: int) -> Acknowledgement | None:
    """Read one byte as the answer to ``GS r 1`` (bits 4 and 7 clear), or None if it cannot be that."""
    if answer & _ACK_MASK or not 0 <= answer <= 0xFF:
        return None
    return Acknowledgement(paper_out=bool(answer & 0x0C), near_end=bool(answer & 0x03))
