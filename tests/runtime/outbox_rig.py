"""The other side of an outbox, written from the contract: an engine with receipts, and a network that misbehaves."""

import random
from dataclasses import dataclass, field

from broker.runtime.clock import Age
from broker.runtime.errors import LinkOffline
from broker.runtime.outbox import Entry, Outbox


@dataclass
class Sent:
    entry: Entry
    epoch: str
    age: Age


class RecordingTransport:
    """Keeps what it was given; refuses while ``refusing``."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.refusing = False

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        if self.refusing:
            raise LinkOffline("offline")
        self.sent.append(Sent(entry, epoch, age))

    @property
    def seqs(self) -> list[int]:
        return [sent.entry.seq for sent in self.sent]


@dataclass
class Answer:
    kind: str
    epoch: str
    seq: int
    id: str


@dataclass
class ReceiptEngine:
    """Order per epoch, one effect per id for ever; an answer is the same for the same id."""

    last: dict[str, int] = field(default_factory=dict)
    effects: list[str] = field(default_factory=list)
    by_number: dict[tuple[str, int], str] = field(default_factory=dict)

    def take(self, sent: Sent) -> Answer:
        last, seq = self.last.get(sent.epoch, 0), sent.entry.seq
        if seq > last + 1:
            return Answer("go_back", sent.epoch, last + 1, sent.entry.id)
        if seq == last + 1:
            self.last[sent.epoch] = seq
            self.by_number[(sent.epoch, seq)] = sent.entry.id
            if sent.entry.id not in self.effects:
                self.effects.append(sent.entry.id)
        return Answer("answer", sent.epoch, seq, self.by_number[(sent.epoch, seq)])


def give(outbox: Outbox, answer: Answer) -> bool:
    """Hand one answer to the outbox as a sender does."""
    if answer.kind == "go_back":
        outbox.go_back(answer.epoch, answer.seq)
        outbox.pump()
        return False
    first = outbox.answered(answer.epoch, answer.seq, answer.id)
    outbox.pump()
    return first


def scramble(messages: list, chance: random.Random) -> list:
    """Lose some, double some, reorder some."""
    kept = [m for m in messages for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    if chance.random() < 0.3:
        chance.shuffle(kept)
    return kept
