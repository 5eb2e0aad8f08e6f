"""Questions and answers over an open port: the state, a ticket's bytes in pieces, the acknowledgement at its end.

Raises `SerialPortError` when the line itself fails; a silent printer is no error here but an answer: None, UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broker.runtime.serial_port import SerialPort, WriteStalled
from kiosk.printer.escpos import residue_cleared
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.status import (
    ACKNOWLEDGE_REQUEST,
    Acknowledgement,
    PrinterState,
    acknowledgement_of,
    is_status,
    state_of,
    status_request,
)

CHUNK_BYTES = 256
ANSWER_WAIT_S = 0.2
_ASK_EVERY_S = 0.5
_QUIET_S = 1.0  # longer than a feed and a cut: after it no further old answer can come


@dataclass
class Attempt:
    """How far one job went: bytes handed to the kernel, and the moment of the first of them."""

    sent: int = 0
    first_byte_at: float | None = None


class Conversation:
    """All talk with one printer. Used by one thread only."""

    def __init__(self, port: SerialPort, profile: PrinterProfile, clock: Callable[[], float]) -> None:
        self._port = port
        self._profile = profile
        self._clock = clock

    def ask_state(self, tries: int = 1) -> PrinterState:
        """The state by the profile's questions, one at a time; UNKNOWN at the first that stays without an answer.

        Bytes that came unasked are dropped before each question.
        """
        for _ in range(tries):
            answers: dict[int, bytes] = {}
            for question in self._profile.status_questions:
                self._port.discard_input()
                self._port.write(status_request(question))
                answers[question] = self._port.read(1, ANSWER_WAIT_S)
                if not (answers[question] and is_status(answers[question][0])):
                    self._port.discard_output()  # a held-back question must not be answered minutes later
                    break
            state = state_of(answers, self._profile.status_questions)
            if state is not PrinterState.UNKNOWN:
                return state
        return PrinterState.UNKNOWN

    def send(self, data: bytes, attempt: Attempt) -> None:
        """All of `data` in pieces, then the request to acknowledge; `attempt` tells the progress even on an error."""
        self._port.discard_input()
        whole = data + (ACKNOWLEDGE_REQUEST if self._profile.acknowledges else b"")
        for start in range(0, len(whole), CHUNK_BYTES):
            chunk = whole[start : start + CHUNK_BYTES]
            try:
                self._port.write(chunk)
            except WriteStalled as stalled:
                self._count(attempt, stalled.written)
                raise
            self._count(attempt, len(chunk))

    def await_acknowledgement(
        self, wire_time_s: float, wait_s: float, observe: Callable[[PrinterState], None]
    ) -> Acknowledgement | None:
        """The answer to the request at the ticket's end, or None `wait_s` after the last byte, or at a fault.

        After `wire_time_s`, when the ticket has left the line free, the printer is asked for its state from time to
        time; what it says goes to `observe`.
        """
        deadline = self._clock() + wire_time_s + wait_s
        listen_s = wire_time_s + _ASK_EVERY_S
        while (remaining_s := deadline - self._clock()) > 0:
            acknowledgement = self._listen(min(listen_s, remaining_s))
            if acknowledgement is not None:
                return acknowledgement
            acknowledgement, state = self._acknowledgement_or_state()
            if acknowledgement is not None:
                return acknowledgement
            if state is not PrinterState.UNKNOWN:
                observe(state)
                if not state.can_print:
                    return None
            listen_s = _ASK_EVERY_S
        return None

    def settle(self, wait_s: float, cut: bool) -> bool:
        """Wait until everything sent earlier was processed and every old answer has come; False if none comes.

        With `cut`, the remains of a broken ticket are parted from the next one.
        """
        if cut:
            self._port.write(residue_cleared(self._profile))
        self._port.write(ACKNOWLEDGE_REQUEST)
        if self._listen(wait_s) is None:
            return False
        while self._port.read_available(_QUIET_S):
            continue
        return True

    def _listen(self, wait_s: float) -> Acknowledgement | None:
        """Wait for an acknowledgement; other bytes (a late answer, noise) are passed over."""
        deadline = self._clock() + wait_s
        while (remaining_s := deadline - self._clock()) > 0:
            for byte in self._port.read_available(remaining_s):
                acknowledgement = acknowledgement_of(byte)
                if acknowledgement is not None:
                    return acknowledgement
        return None

    def _acknowledgement_or_state(self) -> tuple[Acknowledgement | None, PrinterState]:
        """Ask for the state while an acknowledgement may come between the answers; the two cannot be confused."""
        answers: dict[int, bytes] = {}
        for question in self._profile.status_questions:
            self._port.write(status_request(question))
            byte = self._port.read(1, ANSWER_WAIT_S)
            if byte and (acknowledgement := acknowledgement_of(byte[0])) is not None:
                return acknowledgement, PrinterState.UNKNOWN
            if not byte:
                break
            answers[question] = byte
        return None, state_of(answers, self._profile.status_questions)

    def _count(self, attempt: Attempt, written: int) -> None:
        attempt.sent += written
        if written and attempt.first_byte_at is None:
            attempt.first_byte_at = self._clock()
