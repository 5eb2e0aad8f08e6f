"""The live connection to one printer: one thread owns the port; tickets go in as jobs, results come out as events.

Rules, each the answer to a way in which thermal printers have lied:

* No answer, or an improper one, means *unknown*, never healthy. A printer that should answer and does not is not
  given a ticket: the job FAILS with no byte sent, and the number can safely be shown or printed elsewhere.
* Written is not printed: kilobytes may rest in buffers. Each ticket ends with ``GS r 1``, answered only after all
  before it was processed. PRINTED needs that answer *and* a proper status after it, because a printer that loses its
  power also sends one last zero byte, which alone would look like the answer.
* After a broken ticket its paper is parted from the next one, and a question is asked whose answer tells that all old
  answers have come, so that none is taken for a new one. Until then no ticket is called PRINTED.
* Nothing is asked while a ticket's bytes are on their way: a question inside a picture would be printed.

`notify` is called in the printer's thread and must do no more than put the event into a queue.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from broker.runtime.serial_port import PortLost, SerialPort, SerialPortError, WriteStalled
from kiosk.printer.conversation import Attempt, Conversation, Patience
from kiosk.printer.job import (
    JobDone,
    JobTooLarge,
    Outcome,
    PrinterEvent,
    PrinterStopped,
    PrintJob,
    PrintQueueFull,
    StateChanged,
)
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.status import PrinterState

log = logging.getLogger(__name__)

QUEUE_LENGTH = 4
JOB_BYTES_LIMIT = 65_536
_TICK_S = 0.25
_SETTLE_EVERY_S = 30.0
_USUAL_PATIENCE = Patience()


@dataclass
class _Waiting:
    job: PrintJob
    submitted_at: float


class PrinterLink:
    """One printer. `start` begins, `submit` never waits, `stop` ends the thread."""

    def __init__(
        self,
        port: SerialPort,
        profile: PrinterProfile,
        notify: Callable[[PrinterEvent], None],
        *,
        patience: Patience = _USUAL_PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile = profile
        self.ticked_at = clock()
        self._port = port
        self._notify = notify
        self._patience = patience
        self._clock = clock
        self._talk = Conversation(port, profile, patience, clock, self._tick)
        self._state = PrinterState.UNKNOWN
        self._jobs: queue.Queue[_Waiting] = queue.Queue(QUEUE_LENGTH)
        self._door = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._unsettled = profile.acknowledges  # answers to a process before this one may still come
        self._broken_paper = False
        self._settle_at = float("-inf")

    @property
    def state(self) -> PrinterState:
        """The last known state; UNKNOWN before the first answer."""
        return self._state

    @property
    def is_settled(self) -> bool:
        """Whether every answer to earlier tickets has come; only then can a ticket be called PRINTED."""
        return not self._unsettled

    @property
    def is_alive(self) -> bool:
        """Whether the printer's thread runs; with `ticked_at` (monotonic seconds) this is what a watchdog asks."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the ticket in hand; jobs still waiting end as FAILED with no byte sent."""
        with self._door:
            self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self._port.close()

    def submit(self, job: PrintJob) -> None:
        """Queue a job; raise `PrintQueueFull`, `JobTooLarge` or `PrinterStopped`. Returns at once in every case."""
        if not 0 < len(job.data) <= JOB_BYTES_LIMIT:
            raise JobTooLarge(len(job.data), JOB_BYTES_LIMIT)
        with self._door:  # a job accepted here is seen by the thread before it ends
            if self._stopping.is_set() or not self.is_alive:
                raise PrinterStopped("the printer's thread is not running")
            try:
                self._jobs.put_nowait(_Waiting(job, self._clock()))
            except queue.Full:
                raise PrintQueueFull(self._jobs.qsize()) from None

    def _run(self) -> None:
        next_poll = self._clock()
        while not self._stopping.is_set():
            self._tick()
            waiting = self._next_job()
            if waiting is not None:
                self._serve(waiting)
            elif self._clock() >= next_poll:
                self._guarded(self._poll)
            else:
                continue
            next_poll = self._clock() + self._patience.poll_s
        while (waiting := self._next_job()) is not None:
            self._finish(waiting, Outcome.FAILED, "the printer's thread was stopped", 0, None)

    def _tick(self) -> None:
        self.ticked_at = self._clock()

    def _next_job(self) -> _Waiting | None:
        try:
            return self._jobs.get(timeout=0 if self._stopping.is_set() else min(_TICK_S, self._patience.poll_s))
        except queue.Empty:
            return None

    def _guarded(self, step: Callable[[], None]) -> None:
        """The thread outlives everything: a bug in one step must not silence the printer for the rest of the day."""
        try:
            step()
        except Exception:
            log.exception("the printer's thread met a bug and goes on")
            self._port.close()
            self._now_is(PrinterState.UNKNOWN)

    def _poll(self) -> None:
        if not self._port.try_open():
            self._now_is(PrinterState.OFFLINE)
            return
        try:
            self._now_is(self._talk.ask_state())
            if self._state.can_print:
                self._settle()  # now, while nobody waits for a ticket
        except SerialPortError as error:
            self._trouble(error)

    def _settle(self) -> bool:
        """Have done with what an earlier ticket left behind; False while answers cannot be trusted.

        A printer that never confirms is asked again only from time to time, for asking takes seconds.
        """
        if self._broken_paper:
            self._talk.part()
            self._broken_paper = False
        if not self._unsettled:
            return True
        if self._clock() < self._settle_at:
            return False
        if self._talk.settle():
            self._unsettled = False
            return True
        self._now_is(self._talk.ask_state())
        if self._state.can_print:
            log.warning("the printer says it is %s but does not confirm what it was sent", self._state)
            self._settle_at = self._clock() + _SETTLE_EVERY_S
        return False

    def _serve(self, waiting: _Waiting) -> None:
        """One job from start to its one `JobDone`, whatever happens."""
        attempt = Attempt()
        outcome, reason = Outcome.UNKNOWN, "a bug interrupted the job, see the log"

        def work() -> None:
            nonlocal outcome, reason
            try:
                outcome, reason = self._print_on_any_port(waiting, attempt)
            except SerialPortError as error:
                self._trouble(error)
                outcome = Outcome.UNKNOWN if attempt.sent else Outcome.FAILED
                reason = str(error)

        self._guarded(work)
        if outcome is not Outcome.PRINTED and attempt.sent:
            self._leave_unsettled()
        self._finish(waiting, outcome, reason, attempt.sent, attempt.first_byte_at)

    def _leave_unsettled(self) -> None:
        """The last ticket is in doubt, and its answer may come any time."""
        self._broken_paper = not self._state.can_print and bool(self.profile.status_questions)
        if self.profile.acknowledges and not self._unsettled:
            self._unsettled = True
            self._settle_at = float("-inf")

    def _print_on_any_port(self, waiting: _Waiting, attempt: Attempt) -> tuple[Outcome, str]:
        """A printer that was unplugged and plugged in again since the last question gets its ticket all the same."""
        try:
            return self._print(waiting, attempt)
        except PortLost:
            if attempt.sent:
                raise
            return self._print(waiting, attempt)

    def _print(self, waiting: _Waiting, attempt: Attempt) -> tuple[Outcome, str]:
        job = waiting.job
        if self._clock() - waiting.submitted_at > job.give_up_after_s:
            return Outcome.FAILED, "the job waited too long in the queue"
        self._port.open()
        if self.profile.status_questions:
            self._now_is(self._talk.ask_state(tries=3))
            if not self._state.can_print:
                return Outcome.FAILED, f"the printer is not ready: {self._state.value}"
        settled = self._settle()
        if self.profile.status_questions and not self._state.can_print:
            return Outcome.FAILED, f"the printer is not ready: {self._state.value}"
        self._talk.send(job.data, attempt)
        if not self.profile.acknowledges:
            return Outcome.UNKNOWN, "this printer cannot tell"
        return self._await_end(attempt, settled)

    def _await_end(self, attempt: Attempt, settled: bool) -> tuple[Outcome, str]:
        """Wait for the acknowledgement, asking for the state meanwhile: a fault ends the wait early."""
        wire_time_s = self._port.address.wire_time_s(attempt.sent)
        wait_s = self._patience.acknowledge_s if settled else self._patience.settle_s
        acknowledged = self._talk.await_acknowledgement(wire_time_s, wait_s, self._now_is)
        if acknowledged is None and self._state in (PrinterState.PAPER_OUT, PrinterState.COVER, PrinterState.CUTTER):
            self._port.discard_output()
            return Outcome.FAILED, f"the printer stopped in the middle of the ticket: {self._state.value}"
        if acknowledged is None:
            self._port.discard_output()
            self._now_is(self._talk.ask_state())
            return Outcome.UNKNOWN, "the printer did not confirm the ticket"
        self._now_is(self._talk.ask_state(tries=2))
        if self._state is PrinterState.UNKNOWN:
            return Outcome.UNKNOWN, "the printer fell silent at the end of the ticket"
        if not settled:
            return Outcome.UNKNOWN, "the confirmation may be that of an earlier ticket"
        return Outcome.PRINTED, "the printer confirmed the ticket"

    def _trouble(self, error: SerialPortError) -> None:
        log.warning("printer: %s", error)
        if isinstance(error, WriteStalled):
            self._now_is(PrinterState.UNKNOWN)
            self._port.close()  # what it did not take must not come out as half a ticket an hour later
        else:
            self._now_is(PrinterState.OFFLINE)

    def _finish(self, waiting: _Waiting, outcome: Outcome, reason: str, sent: int, first_byte_at: float | None) -> None:
        now = self._clock()
        log.info("print job %s: %s (%s), %d bytes", waiting.job.job_id, outcome, reason, sent)
        self._tell(
            JobDone(waiting.job.job_id, outcome, self._state, reason, sent, waiting.submitted_at, first_byte_at, now)
        )

    def _now_is(self, state: PrinterState) -> None:
        before, self._state = self._state, state
        if state.can_print and not before.can_print:
            self._settle_at = float("-inf")  # a mended printer deserves a question at once
        if before is not state:
            log.log(logging.INFO if state.can_print else logging.WARNING, "printer: %s -> %s", before, state)
            self._tell(StateChanged(before, state, self._clock()))

    def _tell(self, event: PrinterEvent) -> None:
        try:
            self._notify(event)
        except Exception:
            log.exception("the printer's event %s was not taken", type(event).__name__)
