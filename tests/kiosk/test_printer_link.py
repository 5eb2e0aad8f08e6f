"""The live link against simulated printers on real pseudo-terminals: what it says is what happened to the paper."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import replace

import pytest

from broker.runtime.serial_port import SerialPort
from kiosk.printer.conversation import Patience
from kiosk.printer.job import JobDone, JobTooLarge, Outcome, PrinterStopped, PrintJob, PrintQueueFull, StateChanged
from kiosk.printer.link import JOB_BYTES_LIMIT, QUEUE_LENGTH, PrinterLink
from kiosk.printer.profile import profile_of
from kiosk.printer.simulator import PrinterSimulator
from kiosk.printer.status import PrinterState
from tests.kiosk.ticket_samples import job, sample
from tests.waiting import until

# Long where an answer will come, so that a slow machine does not look like a silent printer; short where none will.
PATIENCE = Patience(answer_s=0.4, ask_every_s=0.15, acknowledge_s=1.5, settle_s=1.5, quiet_s=0.1, poll_s=0.1)
FAST = "virtual://printer?baud=921600&speed=0"
ENORMOUS = job(sample(number="A001")) * 140  # more than all buffers on the way hold


class Rig:
    """A simulator, a link to it, and the events that came."""

    def __init__(self, address: str, make: str, patience: Patience, fault: str) -> None:
        self.simulator = PrinterSimulator(address, make)
        self.simulator.play(fault)
        self.simulator.start()
        self.events: queue.Queue = queue.Queue()
        self.seen: list = []
        port = SerialPort(self.simulator.serial_address, write_timeout_s=0.5)
        self.link = PrinterLink(port, profile_of(make), self.events.put, patience=patience)
        self.link.start()

    def stop(self) -> None:
        self.link.stop()
        self.simulator.stop()

    def submit(self, job_id: str, data: bytes, **more: float) -> None:
        self.link.submit(PrintJob(job_id, data, **more))

    def print(self, job_id: str, data: bytes | None = None) -> JobDone:
        self.submit(job_id, data or job(sample(number=job_id)))
        return self.done()

    def done(self) -> JobDone:
        while True:
            event = self.events.get(timeout=60)
            self.seen.append(event)
            if isinstance(event, JobDone):
                return event

    def until(self, condition: Callable[[], bool]) -> None:
        until(condition, lambda: f"it never happened; the printer is {self.link.state}")

    def until_ready(self) -> None:
        """The printer answers, and nothing is left of what came before."""
        self.until(lambda: self.link.state is PrinterState.OK and self.link.is_settled)

    def until_state(self, state: PrinterState) -> None:
        self.until(lambda: self.link.state is state)

    def numbers(self) -> list[str]:
        """The second line of each paper is its number; papers without text are left out."""
        return [strip.text_lines[1] for strip in self.simulator.papers() if len(strip.text_lines) > 1]


@pytest.fixture
def rig():
    made = started()
    made.until_ready()
    yield made
    made.stop()


def started(address: str = FAST, make: str = "generic", fault: str = "ok", **patience: float) -> Rig:
    return Rig(address, make, replace(PATIENCE, **patience), fault)


def test_a_ticket_is_printed_when_the_printer_itself_says_so(rig):
    done = rig.print("A001")
    assert (done.outcome, done.state) == (Outcome.PRINTED, PrinterState.OK)
    assert rig.numbers() == ["A001"]
    assert done.submitted_at <= done.first_byte_at <= done.done_at
    assert done.bytes_sent == len(job(sample(number="A001"))) + 3


def test_tickets_come_out_in_order_each_on_its_own_paper(rig):
    for number in ("A001", "A002", "A003"):
        rig.submit(number, job(sample(number=number)))
    assert [rig.done().job_id for _ in range(3)] == ["A001", "A002", "A003"]
    assert rig.numbers() == ["A001", "A002", "A003"]
    assert rig.simulator.papers_cut == 3


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("paper_out", PrinterState.PAPER_OUT),
        ("cover", PrinterState.COVER),
        ("cutter", PrinterState.CUTTER),
        ("error", PrinterState.OFFLINE),
    ],
)
def test_a_fault_before_the_ticket_fails_the_job_without_one_byte_and_mending_prints_the_next(rig, fault, state):
    rig.simulator.play(fault)
    done = rig.print("A001")
    assert (done.outcome, done.state, done.bytes_sent, done.may_be_on_paper) == (Outcome.FAILED, state, 0, False)
    rig.simulator.play("ok")
    rig.until_ready()
    assert rig.print("A002").outcome is Outcome.PRINTED
    assert rig.numbers() == ["A002"]


def test_a_roll_near_its_end_prints_and_is_reported(rig):
    rig.simulator.play("near_end")
    done = rig.print("A001")
    assert (done.outcome, done.state) == (Outcome.PRINTED, PrinterState.NEAR_END)
    assert any(isinstance(event, StateChanged) and event.state is PrinterState.NEAR_END for event in rig.seen)


def test_paper_that_ends_in_mid_ticket_fails_the_job_as_perhaps_on_paper():
    rig = started()
    rig.until_ready()
    rig.simulator.run_out_after(300)
    done = rig.print("A001")
    assert (done.outcome, done.state, done.may_be_on_paper) == (Outcome.FAILED, PrinterState.PAPER_OUT, True)
    assert rig.print("A002").bytes_sent == 0
    rig.simulator.play("ok")
    rig.until_ready()
    assert rig.print("A003").outcome is Outcome.PRINTED
    assert rig.numbers() == ["A001", "A003"], "the torn ticket is parted from the next, which is whole"
    rig.stop()


def test_a_silent_printer_is_unknown_and_is_given_no_ticket():
    rig = started(answer_s=0.1)
    rig.until_ready()
    rig.simulator.play("silent")
    done = rig.print("A001")
    assert (done.outcome, done.state, done.bytes_sent) == (Outcome.FAILED, PrinterState.UNKNOWN, 0)
    assert rig.simulator.papers_cut == 0
    rig.stop()


def test_a_printer_that_never_answered_is_never_called_healthy():
    rig = started(answer_s=0.05, fault="silent")
    before = rig.link.ticked_at
    rig.until(lambda: rig.link.ticked_at > before + 0.5)
    assert rig.link.state is PrinterState.UNKNOWN
    assert rig.events.empty(), "it was unknown from the start and nothing changed"
    rig.stop()


def test_garbage_instead_of_status_is_unknown(rig):
    rig.simulator.play("garbage")
    done = rig.print("A001")
    assert (done.outcome, done.state, done.bytes_sent) == (Outcome.FAILED, PrinterState.UNKNOWN, 0)


def test_a_printer_that_falls_silent_in_mid_ticket_leaves_the_outcome_unknown():
    rig = started("virtual://printer?baud=9600&speed=100", answer_s=0.15, acknowledge_s=0.5)
    rig.until_ready()
    rig.submit("A001", job(sample(number="A001")))
    rig.until(lambda: b"A001" in rig.simulator.received)
    rig.simulator.play("silent")
    done = rig.done()
    assert (done.outcome, done.may_be_on_paper) == (Outcome.UNKNOWN, True)
    assert done.state is PrinterState.UNKNOWN
    rig.stop()


def test_a_last_zero_byte_of_a_dying_printer_is_not_taken_for_a_confirmation():
    """A power cut reads as one zero byte, which is what ``GS r`` answers with paper present."""
    rig = started("virtual://printer?baud=921600&speed=50", answer_s=0.1, acknowledge_s=1.0)
    rig.until_ready()
    rig.submit("A001", job(sample(number="A001")))
    rig.until(lambda: b"A001" in rig.simulator.received)
    rig.simulator.play("dead")
    rig.simulator.say(b"\x00")
    done = rig.done()
    assert done.outcome is Outcome.UNKNOWN
    assert rig.numbers() == []
    rig.stop()


def test_unplugging_in_mid_ticket_is_noticed_and_replugging_heals():
    rig = started("virtual://printer?baud=9600&speed=0")
    rig.until_ready()
    rig.submit("A001", job(sample(number="A001")))
    rig.until(lambda: b"A001" in rig.simulator.received)
    rig.simulator.play("unplugged")
    done = rig.done()
    assert (done.outcome, done.state, done.may_be_on_paper) == (Outcome.UNKNOWN, PrinterState.OFFLINE, True)
    absent = rig.print("A002")
    assert (absent.outcome, absent.state, absent.bytes_sent) == (Outcome.FAILED, PrinterState.OFFLINE, 0)
    rig.simulator.play("ok")
    rig.until_ready()
    assert rig.print("A003").outcome is Outcome.PRINTED
    assert rig.numbers()[-1] == "A003"
    assert "A003" not in "".join(rig.numbers()[:-1])
    rig.stop()


def test_a_printer_replugged_between_two_questions_gets_its_ticket_all_the_same():
    rig = started(poll_s=30.0)
    rig.until_ready()
    for fault in ("unplugged", "ok"):
        rig.simulator.play(fault)
        rig.until(lambda fault=fault: rig.simulator.is_plugged == (fault == "ok"))
    assert rig.print("A001").outcome is Outcome.PRINTED
    rig.stop()


def test_a_line_stopped_by_xoff_fails_the_job_in_bounded_time_and_no_half_ticket_comes_later():
    rig = started("virtual://printer?baud=921600&speed=0&flow=xonxoff", answer_s=0.2)
    rig.until_ready()
    rig.simulator.play("stalled")
    rig.until_state(PrinterState.UNKNOWN)
    done = rig.print("A001")
    assert (done.outcome, done.state, done.bytes_sent) == (Outcome.FAILED, PrinterState.UNKNOWN, 0)
    rig.simulator.play("ok")
    rig.until_ready()
    assert rig.print("A002").outcome is Outcome.PRINTED
    assert rig.numbers() == ["A002"]
    rig.stop()


def test_a_line_stopped_in_mid_ticket_leaves_the_outcome_unknown_and_the_next_ticket_whole():
    rig = started("virtual://printer?baud=9600&speed=0&flow=xonxoff", answer_s=0.3, acknowledge_s=0.5)
    rig.until_ready()
    rig.submit("A001", ENORMOUS)
    rig.until(lambda: b"A001" in rig.simulator.received)
    rig.simulator.play("stalled")
    done = rig.done()
    assert (done.outcome, done.may_be_on_paper) == (Outcome.UNKNOWN, True)
    assert done.bytes_sent < len(ENORMOUS)
    rig.simulator.play("ok")
    rig.until_ready()
    assert rig.print("A002").outcome is Outcome.PRINTED
    assert rig.numbers()[-1] == "A002"
    rig.stop()


def test_a_slow_line_of_9600_baud_is_given_its_time():
    rig = started("virtual://printer?baud=9600&speed=150")
    rig.until_ready()
    done = rig.print("A001", job(sample(number="A001", hall_zh="㙓头镇便民中心")))
    assert done.outcome is Outcome.PRINTED
    assert done.done_at - done.first_byte_at > 1.0, "1300 bytes cannot have passed faster"
    rig.stop()


def test_a_question_hidden_in_a_picture_is_answered_by_the_printer_and_confuses_nobody(rig):
    """DLE EOT bytes inside raster data make a real printer talk; the ticket's confirmation must survive it."""
    picture = b"\x1dv0\x00\x03\x00\x04\x00" + b"\x10\x04\x01" * 4
    assert rig.print("A001", b"\x1b@" + picture + b"A001\n\x1dV\x01").outcome is Outcome.PRINTED


def test_a_printer_wired_one_way_prints_and_stays_unknown():
    rig = started(make="one-way")
    rig.simulator.play("silent")
    done = rig.print("A001")
    assert (done.outcome, done.state, done.may_be_on_paper) == (Outcome.UNKNOWN, PrinterState.UNKNOWN, True)
    assert rig.print("A002").outcome is Outcome.UNKNOWN
    rig.until(lambda: rig.numbers() == ["A001", "A002"])
    assert rig.simulator.papers_cut == 2, "no blank papers between"
    rig.stop()


def test_a_printer_that_answers_status_but_never_confirms_still_prints_and_is_never_called_printed():
    rig = started(settle_s=0.2, acknowledge_s=0.4)
    rig.simulator.machine.confirms = False
    rig.until_state(PrinterState.OK)
    outcomes = [rig.print(number).outcome for number in ("A001", "A002")]
    assert outcomes == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert rig.numbers() == ["A001", "A002"]
    rig.stop()


def test_the_confirmation_of_an_earlier_ticket_is_not_taken_for_the_next_one():
    """The first ticket ends, and is confirmed, only after new paper was loaded, when the next is already asked for."""
    rig = started("virtual://printer?baud=921600&speed=150", settle_s=3.0, quiet_s=0.6, poll_s=30.0)
    rig.until_ready()
    rig.simulator.run_out_after(300)
    assert rig.print("A001").outcome is Outcome.FAILED
    rig.simulator.play("ok")
    rig.submit("A002", job(sample(number="A002")))
    rig.until(lambda: b"A002" in rig.simulator.received)
    rig.simulator.run_out_after(300)
    done = rig.done()
    assert (done.outcome, done.state) == (Outcome.FAILED, PrinterState.PAPER_OUT)
    assert rig.numbers() == ["A001"]
    rig.stop()


def test_the_queue_is_bounded_and_a_full_one_refuses_at_once():
    rig = started("virtual://printer?baud=9600&speed=50")
    rig.until_ready()
    data = job()
    accepted = 0
    with pytest.raises(PrintQueueFull) as caught:
        for number in range(QUEUE_LENGTH + 2):
            rig.submit(f"A{number}", data)
            accepted += 1
    assert caught.value.length == QUEUE_LENGTH
    assert accepted in (QUEUE_LENGTH, QUEUE_LENGTH + 1)
    rig.link.stop()
    ends = [rig.done() for _ in range(accepted)]
    assert [end.job_id for end in ends] == [f"A{number}" for number in range(accepted)]
    assert {(end.outcome, end.bytes_sent) for end in ends[1:]} == {(Outcome.FAILED, 0)}, "stopped before their turn"
    rig.simulator.stop()


def test_a_job_that_waited_too_long_is_not_printed_for_a_visitor_who_has_left(rig):
    rig.submit("A001", job(), give_up_after_s=-1.0)
    done = rig.done()
    assert (done.outcome, done.bytes_sent) == (Outcome.FAILED, 0)
    assert rig.simulator.papers_cut == 0


def test_empty_and_enormous_jobs_are_refused(rig):
    for data in (b"", bytes(JOB_BYTES_LIMIT + 1)):
        with pytest.raises(JobTooLarge):
            rig.submit("A001", data)


def test_a_stopped_link_refuses_jobs(rig):
    rig.link.stop()
    assert not rig.link.is_alive
    with pytest.raises(PrinterStopped):
        rig.submit("A001", job())


def test_a_listener_that_fails_does_not_stop_the_printer():
    rig = started()
    heard = []

    def fail(event: object) -> None:
        heard.append(event)
        raise RuntimeError("the queue is broken")

    rig.link._notify = fail
    rig.submit("A001", job(sample(number="A001")))
    rig.until(lambda: any(isinstance(event, JobDone) for event in heard))
    assert rig.link.is_alive
    assert rig.numbers() == ["A001"]
    rig.stop()


def test_a_bug_in_the_drivers_own_code_ends_the_job_and_not_the_thread(rig, monkeypatch):
    monkeypatch.setattr(rig.link._talk, "send", lambda *_: 1 / 0)
    done = rig.print("A001")
    assert (done.outcome, done.bytes_sent) == (Outcome.UNKNOWN, 0)
    monkeypatch.undo()
    assert rig.print("A002").outcome is Outcome.PRINTED


def test_the_watchdog_sees_the_thread_tick_also_during_a_long_wait():
    rig = started("virtual://printer?baud=9600&speed=50", acknowledge_s=6.0)
    rig.until_ready()
    rig.submit("A001", job())
    rig.until(lambda: len(rig.simulator.received) > 300)
    before = rig.link.ticked_at
    rig.until(lambda: rig.link.ticked_at > before)
    assert rig.done().outcome is Outcome.PRINTED
    rig.stop()


def test_a_port_that_does_not_exist_is_offline_and_the_link_goes_on_looking(tmp_path):
    from broker.runtime.serial_port import SerialAddress

    events: queue.Queue = queue.Queue()
    link = PrinterLink(SerialPort(SerialAddress(str(tmp_path / "none"))), profile_of(), events.put, patience=PATIENCE)
    link.start()
    link.submit(PrintJob("A001", job()))
    while not isinstance(done := events.get(timeout=60), JobDone):
        continue
    assert (done.outcome, done.state, done.bytes_sent) == (Outcome.FAILED, PrinterState.OFFLINE, 0)
    assert link.is_alive
    link.stop()
