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


@dataclass(frozen=True)
class Patience:
    """How long the driver waits for what, in seconds.

    `answer_s`: one status answer. `ask_every_s`: between questions while a ticket is being printed.
    `acknowledge_s`: the end of a ticket, beyond its time on the wire. `settle_s`: the end of what was sent long before.
    `quiet_s`: silence after which no old answer can come any more, longer than a feed and a cut. `poll_s`: between
    questions while there is nothing to print.
    """

    answer_s: float = 0.2
    ask_every_s: float = 0.5
    acknowledge_s: float = 8.0
    settle_s: float = 3.0
    quiet_s: float = 1.0
    poll_s: float = 2.0


@dataclass
class Attempt:
    """How far one job went: bytes handed to the kernel, and the moment of the first of them."""

    sent: int = 0
    first_byte_at: float | None = None


class Conversation:
    """All talk with one printer. Used by one thread only."""

    def __init__(
        self,
        port: SerialPort,
        profile: PrinterProfile,
        patience: Patience,
        clock: Callable[[], float],
        tick: Callable[[], None],
    ) -> None:
        """`tick` is called at least every second of a longer wait, for the watchdog."""
        self._tick = tick
        self._port = port
        self._profile = profile
        self._patience = patience
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
                answers[question] = self._port.read(1, self._patience.answer_s)
                if not (answers[question] and is_status(answers[question][0])):
                    self._port.discard_output()  # a held-back question must not be answered minutes later
                    break
            state = self._state_of(answers)
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
            self._tick()

    def await_acknowledgement(
        self, wire_time_s: float, wait_s: float, observe: Callable[[PrinterState], None]
    ) -> Acknowledgement | None:
        """The answer to the request at the ticket's end, or None when it is `wait_s` overdue or at a fault.

        After `wire_time_s`, when the ticket has left the line free, the printer is asked for its state from time to
        time; what it says goes to `observe`.
        """
        deadline = self._clock() + wire_time_s + wait_s
        listen_s = wire_time_s + self._patience.ask_every_s
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
            listen_s = self._patience.ask_every_s
        return None

    def part(self) -> None:
        """Drop what a broken ticket left in the printer and part its paper from the next."""
        self._port.write(residue_cleared(self._profile))

    def settle(self) -> bool:
        """Wait until everything sent earlier was processed and every old answer has come; False if none comes."""
        self._port.write(ACKNOWLEDGE_REQUEST)
        if self._listen(self._patience.settle_s) is None:
            return False
        deadline = self._clock() + self._patience.settle_s
        while self._port.read_available(self._patience.quiet_s):
            if self._clock() > deadline:
                return False  # a line that never falls silent
        return True

    def _listen(self, wait_s: float) -> Acknowledgement | None:
        """Wait for an acknowledgement; other bytes (a late answer, noise) are passed over."""
        deadline = self._clock() + wait_s
        while (remaining_s := deadline - self._clock()) > 0:
            self._tick()
            for byte in self._port.read_available(min(1.0, remaining_s)):
                acknowledgement = acknowledgement_of(byte)
                if acknowledgement is not None:
                    return acknowledgement
        return None

    def _acknowledgement_or_state(self) -> tuple[Acknowledgement | None, PrinterState]:
        """Ask for the state while an acknowledgement may come between the answers; the two cannot be confused."""
        answers: dict[int, bytes] = {}
        for question in self._profile.status_questions:
            self._port.write(status_request(question))
            byte = self._port.read(1, self._patience.answer_s)
            if byte and (acknowledgement := acknowledgement_of(byte[0])) is not None:
                return acknowledgement, PrinterState.UNKNOWN
            if not byte:
                break
            answers[question] = byte
        return None, self._state_of(answers)

    def _state_of(self, answers: dict[int, bytes]) -> PrinterState:
        """What the answers mean; the near-end bit of a printer without that sensor means nothing."""
        state = state_of(answers, self._profile.status_questions)
        return PrinterState.OK if state is PrinterState.NEAR_END and not self._profile.near_end_sensor else state

    def _count(self, attempt: Attempt, written: int) -> None:
        attempt.sent += written
        if written and attempt.first_byte_at is None:
            attempt.first_byte_at = self._clock()
