"""Brings a receiver what happened, in the journal's order, each at least once, and always under the same id.

One letter at a time: the next one leaves when this one has arrived or was refused for good. A receiver that does not
answer is asked again, after longer and longer pauses, for as long as it takes; what waits for it waits in the journal.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from broker.collector.notify.http_post import Posted
from broker.collector.notify.ways import NotDelivered
from broker.collector.outward.places import Place, Places
from broker.model import events as e
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError
from broker.store.tail import JournalTail, Told

CHUNK = 200
LOOK_S = 1.0
"""So often it looks whether something happened."""
PAUSE_S, PAUSE_LONGEST_S, PAUSE_TOLD_MOST_S = 1.0, 300.0, 3_600.0
TRIES_EXPONENT_MOST = 16
ARRIVED = (*range(200, 300), 409)
"""409: it has this one already."""
REFUSED = (400, 413, 415, 422)
"""This letter is wrong for it, as the next one need not be. Every other answer is about the receiver itself (not
found, not allowed, busy, broken): then nothing is put aside, and it is asked again."""
NO_DAY = "-"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """What is sent of one event. ``id``: the receiver drops what it already has under it."""

    id: str
    kind: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class NotYet:
    """It is sent from this moment of the hall's clock on."""

    at_ms: int


class Letters(Protocol):
    """Makes letters of events: None of what is not for this receiver."""

    def __call__(self, told: Told, journal: str) -> Letter | NotYet | None: ...


Send = Callable[[Letter], Posted]
"""Raises NotDelivered when nobody answers."""


@dataclass
class Courier:
    """Of one receiver. ``turn`` does what there is to do now; ``now_ms`` is the hall's clock."""

    receiver: str
    letters: Letters
    send: Send
    places: Places
    tail: JournalTail
    now_ms: Callable[[], int]

    def turn(self) -> float:
        """Tell what is to be told, up to ``CHUNK`` events; seconds until the next look. A StoreError or DatabaseError
        of the journal or of our own file comes out; nothing is lost by it."""
        place = self._place()
        pause_s = self._once_more()
        if pause_s is not None:
            return pause_s
        chunk = self.tail.after(place.position, CHUNK)
        passed = None
        for told in chunk:
            made = self._made(told)
            if made is None:
                passed = told
                continue
            if passed is not None:
                self._pass(passed)
                passed = None
            if isinstance(made, NotYet):
                return min(max((made.at_ms - self.now_ms()) / 1000, 0.0), LOOK_S)
            if (pause_s := self._bring(made, told)) is not None:
                return pause_s
        if passed is not None:
            self._pass(passed)
        return 0.0 if len(chunk) == CHUNK else LOOK_S

    def _place(self) -> Place:
        """Where this receiver stands in the journal that there is now."""
        journal = self.tail.identity()
        place = self.places.of(self.receiver)
        if place is None:
            self.places.begin(self.receiver, journal, self.tail.newest())
        elif place.journal != journal:
            # A backup came back: what it holds happened before, what follows is later than all that was told.
            self.places.move(self.receiver, journal, min(self.tail.until(place.event_ms), self.tail.newest()))
        else:
            return place
        found = self.places.of(self.receiver)
        assert found is not None
        return found

    def _pass(self, told: Told) -> None:
        self.places.pass_by(self.receiver, told.position, told.event.at_ms)

    def _once_more(self) -> float | None:
        """Refused ones that somebody wants to be sent again; how long to wait where it does not answer."""
        for row in self.places.to_try_again(self.receiver):
            told = next(iter(self.tail.after(row.position - 1, 1)), None)
            made = self._made(told) if told is not None and told.position == row.position else None
            if told is None or not isinstance(made, Letter):
                self.places.refuse(self.receiver, row.position, row.at_ms, row.day, row.kind, row.fault)
                continue
            if (pause_s := self._bring(made, told)) is not None:
                return pause_s
        return None

    def _made(self, told: Told) -> Letter | NotYet | None:
        try:
            return self.letters(told, self.places.journal_at(self.receiver, told.position))
        except (StoreError, DatabaseError):
            raise
        except Exception as error:  # a fault of ours with one event must not hold up all that follow
            kind, fault = type(told.event).__name__, type(error).__name__
            _log.exception("no letter could be made of %s at %d", kind, told.position)
            self.places.refuse(self.receiver, told.position, told.event.at_ms, _day_of(told), kind, fault)
            return None

    def _bring(self, letter: Letter, told: Told) -> float | None:
        """None when it is settled; else how long to wait before the next try."""
        day = _day_of(told)
        try:
            answer = self.send(letter)
        except NotDelivered as error:
            return self._failed(error.fault, 0.0)
        if answer.status in ARRIVED:
            self.places.arrived(self.receiver, told.position, told.event.at_ms, day)
            return None
        fault = f"HTTP {answer.status}"
        if answer.status in REFUSED:
            self.places.refuse(self.receiver, told.position, told.event.at_ms, day, letter.kind, fault)
            _log.warning(
                "the receiver %s would not take %s at %d: %s", self.receiver, letter.kind, told.position, fault
            )
            return None
        after = answer.after if answer.after.isdecimal() and len(answer.after) <= 6 else "0"
        return self._failed(fault, min(float(after), PAUSE_TOLD_MOST_S))

    def _failed(self, fault: str, after_s: float) -> float:
        tries = self.places.failed(self.receiver, fault)
        if tries == 1:
            _log.warning("the receiver %s does not take what is sent: %s; it is tried again", self.receiver, fault)
        pause_s = PAUSE_S * 2 ** min(tries - 1, TRIES_EXPONENT_MOST)
        return max(after_s, min(pause_s, PAUSE_LONGEST_S))


def _day_of(told: Told) -> str:
    """The business day that it belongs to: what opened it, too."""
    return told.event.day if isinstance(told.event, e.DayOpened) else told.day or NO_DAY
