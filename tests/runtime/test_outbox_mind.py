"""The outbox's rules under a network that loses, doubles and reorders, with restarts on both sides."""

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from broker.runtime.outbox_mind import OutboxMind, Turn

WINDOW = 5


@dataclass
class Engine:
    """The engine's side of the bargain, written from the contract: takes last + 1, answers older again, or go back."""

    last: int = 0
    done: list[int] = field(default_factory=list)

    def take(self, seq: int) -> tuple[str, int]:
        if seq == self.last + 1:
            self.last = seq
            self.done.append(seq)
            return ("answer", seq)
        return ("answer", seq) if seq <= self.last else ("go_back", self.last + 1)


class LossyHall(RuleBasedStateMachine):
    """Any order of putting, sending, losing, doubling, reordering, disconnecting and restarting."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.engine = Engine()
        self.mind = OutboxMind(window=WINDOW)
        self.put = 0
        self.on_disk: list[int] = []
        self.answers: list[int] = []
        self.up: list[int] = []
        self.down: list[tuple[str, int]] = []

    @rule(count=st.integers(1, 8))
    def put_some(self, count: int) -> None:
        for _ in range(count):
            self.put += 1
            self.on_disk.append(self.put)
            self.mind.added(self.put)

    @rule(seconds=st.sampled_from([0.0, 0.05, 0.5, 2.0, 5.0]))
    def turn(self, seconds: float) -> None:
        self.now_s += seconds
        self.up.extend(self.mind.due(self.now_s))

    @rule(at=st.integers(0, 50), copies=st.integers(0, 2))
    def network_up(self, at: int, copies: int) -> None:
        if self.up:
            seq = self.up.pop(at % len(self.up))
            for _ in range(copies):
                self.down.append(self.engine.take(seq))

    @rule(at=st.integers(0, 50), copies=st.integers(0, 2))
    def network_down(self, at: int, copies: int) -> None:
        if self.down:
            message = self.down.pop(at % len(self.down))
            for _ in range(copies):
                self.receive(*message)

    @rule()
    def transport_refuses(self) -> None:
        due = self.mind.due(self.now_s)
        if due:
            self.mind.held(due[0], self.now_s)

    @rule()
    def connect(self) -> None:
        self.mind.connected()

    @rule()
    def disconnect(self) -> None:
        self.mind.disconnected()

    @rule()
    def restart(self) -> None:
        self.mind = OutboxMind(self.put, self.on_disk, window=WINDOW)

    @invariant()
    def the_engine_did_everything_once_and_in_order(self) -> None:
        assert self.engine.done == list(range(1, self.engine.last + 1))

    @invariant()
    def nothing_unanswered_was_forgotten(self) -> None:
        assert len(self.mind) == len(self.on_disk)
        assert self.mind.oldest == (self.on_disk[0] if self.on_disk else None)

    def teardown(self) -> None:
        """Once the network heals, everything drains within a bounded number of turns."""
        self.mind.connected()
        for _ in range(10 + 3 * self.put):
            self.now_s += 1.0
            self.up.extend(self.mind.due(self.now_s))
            self.down.extend(self.engine.take(seq) for seq in self.up)
            self.up.clear()
            for message in self.down:
                self.receive(*message)
            self.down.clear()
        assert self.engine.done == list(range(1, self.put + 1))
        assert sorted(self.answers) == list(range(1, self.put + 1))
        assert not self.on_disk

    def receive(self, kind: str, seq: int) -> None:
        if kind == "answer":
            if self.mind.answered(seq, self.now_s):
                self.on_disk.remove(seq)
                self.answers.append(seq)
        else:
            assert self.mind.go_back(seq, self.now_s) is not Turn.NEW_EPOCH or seq not in self.on_disk


LossyHall.TestCase.settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
TestLossyHall = LossyHall.TestCase


def connected_mind(last: int, window: int = WINDOW) -> OutboxMind:
    mind = OutboxMind(last, range(1, last + 1), window=window)
    mind.connected()
    return mind


def test_it_sends_in_order_and_no_further_than_the_window() -> None:
    mind = connected_mind(12)
    assert mind.due(0.0) == (1, 2, 3, 4, 5)
    assert mind.due(0.1) == ()
    assert mind.answered(1, 0.2)
    assert mind.due(0.2) == (6,)


def test_nothing_is_due_while_disconnected() -> None:
    mind = OutboxMind(3, [1, 2, 3])
    assert mind.due(0.0) == ()
    assert mind.wait_s(0.0) is None


def test_an_entry_is_answered_once() -> None:
    mind = connected_mind(2)
    mind.due(0.0)
    assert mind.answered(1, 0.1)
    assert not mind.answered(1, 0.2)
    assert not mind.answered(77, 0.2)


def test_two_seconds_without_progress_send_everything_unanswered_again() -> None:
    mind = connected_mind(3)
    mind.due(0.0)
    mind.answered(2, 0.5)
    assert mind.due(2.4) == ()
    assert mind.due(2.5) == (1, 3)


def test_repeated_answers_are_no_progress() -> None:
    mind = connected_mind(3)
    mind.due(0.0)
    mind.answered(1, 0.1)
    for tenth in range(1, 22):
        mind.answered(1, tenth / 10)
    assert mind.due(2.15) == (2, 3)


def test_complaints_about_a_gap_do_not_keep_the_timer_from_firing() -> None:
    mind = connected_mind(4)
    mind.due(0.0)
    mind.answered(1, 0.0)
    assert mind.go_back(2, 0.1) is Turn.SENT_AGAIN
    assert mind.due(0.1) == (2, 3, 4)
    for tenth in range(2, 20):
        mind.go_back(2, tenth / 10)
    assert mind.due(2.1) == (2, 3, 4)


def test_one_gap_is_answered_once_however_often_the_engine_complains() -> None:
    mind = connected_mind(5)
    mind.due(0.0)
    turns = [mind.go_back(2, 0.1) for _ in range(4)]
    assert turns == [Turn.SENT_AGAIN, Turn.IGNORED, Turn.IGNORED, Turn.IGNORED]
    assert mind.due(0.1) == (2, 3, 4, 5)
    assert mind.go_back(2, 0.2) is Turn.IGNORED
    assert mind.due(0.2) == ()


def test_a_reconnect_begins_at_the_oldest_unanswered_entry() -> None:
    mind = connected_mind(4)
    mind.due(0.0)
    mind.answered(1, 0.1)
    mind.disconnected()
    mind.connected()
    assert mind.due(0.2) == (2, 3, 4)


def test_a_refused_send_is_tried_again_in_order_after_a_pause() -> None:
    mind = connected_mind(4)
    mind.due(0.0)
    mind.held(3, 0.0)
    assert mind.due(0.05) == ()
    assert mind.wait_s(0.05) == pytest.approx(0.05)
    assert mind.due(0.11) == (3, 4)


def test_an_engine_that_forgot_answered_entries_gets_a_new_epoch_after_a_full_round() -> None:
    mind = OutboxMind(20, range(11, 21), window=WINDOW)
    mind.connected()
    turns = []
    for second in range(6):
        if mind.due(float(second)):
            turns.append(mind.go_back(4, float(second)))
    assert turns[0] is Turn.IGNORED
    assert turns[-1] is Turn.NEW_EPOCH
    mind.renumbered()
    mind.connected()
    assert mind.due(10.0) == (1, 2, 3, 4, 5)
    assert mind.last_seq == 10


def test_a_late_duplicate_of_an_old_complaint_changes_nothing() -> None:
    mind = connected_mind(6)
    mind.due(0.0)
    for seq in (1, 2, 3):
        mind.answered(seq, 0.1)
    assert mind.go_back(2, 0.2) is Turn.IGNORED
    mind.answered(4, 3.0)
    assert mind.go_back(2, 4.0) is Turn.IGNORED


def test_numbers_have_no_holes() -> None:
    mind = connected_mind(3)
    with pytest.raises(ValueError, match="follows 3"):
        mind.added(5)


def test_it_says_how_long_it_may_sleep() -> None:
    mind = connected_mind(1)
    assert mind.wait_s(0.0) == 0.0
    mind.due(0.0)
    assert mind.wait_s(0.5) == pytest.approx(1.5)
    mind.answered(1, 0.6)
    assert mind.wait_s(0.6) is None
