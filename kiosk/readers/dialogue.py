"""The talk with an SDT reader: find a card, select it, read it, wait until it is lifted. Pure: no line, no clock.

    WAKING -module answered or given up-> RESTING -due-> FINDING -found-> SELECTING -ok-> READING -> LIFTING -> RESTING

A card is read once each time it is laid down. Readers differ in what they say of a card that stays: some find it no
more, some find it for ever; either way it counts as lifted at the first "no card".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum

from kiosk.readers import sdt
from kiosk.readers.cards import CardEvent, CardRead, CardUnread
from kiosk.readers.sdt import Answer, Status

logger = logging.getLogger(__name__)

FIND_EVERY_S = 0.3
ANSWER_WITHIN_S = 0.3
READ_WITHIN_S = 3.0
SILENT_AFTER = 3
"""Questions in a row without an answer."""
SILENT_EVERY_S = 2.0
SELECT_TRIES = 3


class Stage(StrEnum):
    """What is being waited for."""

    WAKING = "waking"
    RESTING = "resting"
    FINDING = "finding"
    SELECTING = "selecting"
    READING = "reading"


REQUESTS = {
    Stage.WAKING: (sdt.ASK_MODULE, ANSWER_WITHIN_S),
    Stage.FINDING: (sdt.FIND, ANSWER_WITHIN_S),
    Stage.SELECTING: (sdt.SELECT, ANSWER_WITHIN_S),
    Stage.READING: (sdt.READ, READ_WITHIN_S),
}
EXPECTED = {
    Stage.WAKING: {Status.OK},
    Stage.FINDING: {Status.FOUND, Status.NO_CARD},
    Stage.SELECTING: {Status.OK, Status.SELECT_FAILED, Status.NO_CARD},
    Stage.READING: {Status.OK, Status.READ_FAILED, Status.NO_CARD},
}
"""What a stage can be answered; anything else is a late answer to an earlier question and passed over."""


class Dialogue:
    """``turn`` takes what came and gives what to send. ``identify`` makes of a number what may be known of it, or None
    while no business day is known; the number goes nowhere else. Times are monotonic seconds."""

    def __init__(self, identify: Callable[[str], CardRead | None]) -> None:
        self._identify = identify
        self._decoder = sdt.Decoder()
        self._stage = Stage.WAKING
        self._asked = False
        self._due_s = float("-inf")
        self._unanswered = 0
        self._selects = 0
        self._lifted = True
        self._events: list[CardEvent] = []

    @property
    def silent(self) -> bool:
        """Whether the reader has stopped answering."""
        return self._unanswered >= SILENT_AFTER

    def begin_again(self) -> None:
        """The line was lost, or is a new one."""
        self._decoder = sdt.Decoder()
        self._stage, self._asked, self._due_s = Stage.WAKING, False, float("-inf")

    def turn(self, received: bytes, now_s: float) -> tuple[bytes, list[CardEvent]]:
        """(bytes to send, what happened)."""
        for body in self._decoder.feed(received):
            answer = sdt.answer_of(body)
            if answer is not None and self._asked and answer.status in EXPECTED[self._stage]:
                self._unanswered = 0
                self._answered(answer, now_s)
        request = b""
        if now_s >= self._due_s:
            request = self._overdue(now_s) if self._asked else self._ask(now_s)
        events, self._events = self._events, []
        return request, events

    def _ask(self, now_s: float) -> bytes:
        if self._stage is Stage.RESTING:
            self._stage = Stage.FINDING
        body, within_s = REQUESTS[self._stage]
        self._decoder.flush()
        self._asked, self._due_s = True, now_s + within_s
        return sdt.encode(body)

    def _overdue(self, now_s: float) -> bytes:
        """No answer: ask the module at the start again, later only whether a card is there."""
        self._unanswered += 1
        if self.silent and self._unanswered == SILENT_AFTER:
            logger.warning("the card reader does not answer")
        if self._stage in (Stage.SELECTING, Stage.READING):
            self._give_up(CardUnread("moved"))
        if self._stage is not Stage.WAKING or self.silent:
            self._rest(now_s, SILENT_EVERY_S if self.silent else FIND_EVERY_S)
            return b""
        return self._ask(now_s)

    def _rest(self, now_s: float, for_s: float = FIND_EVERY_S) -> None:
        self._stage, self._asked, self._due_s = Stage.RESTING, False, now_s + for_s

    def _go_on(self, stage: Stage) -> None:
        self._stage, self._asked, self._due_s = stage, False, float("-inf")

    def _give_up(self, event: CardEvent) -> None:
        """This card is done with until it is lifted."""
        self._lifted, self._selects = False, 0
        self._events.append(event)

    def _answered(self, answer: Answer, now_s: float) -> None:
        if answer.status == Status.NO_CARD:
            self._lifted, self._selects = True, 0
            self._rest(now_s)
            return
        match self._stage:
            case Stage.FINDING if self._lifted:
                self._go_on(Stage.SELECTING)
            case Stage.SELECTING:
                self._selected(answer, now_s)
            case Stage.READING:
                self._give_up(self._event_of(answer))
                self._rest(now_s)
            case _:
                self._rest(now_s)

    def _selected(self, answer: Answer, now_s: float) -> None:
        self._selects += 1
        if answer.status == Status.OK:
            self._go_on(Stage.READING)
            return
        if self._selects >= SELECT_TRIES:
            self._give_up(CardUnread("moved"))
        self._rest(now_s)

    def _event_of(self, answer: Answer) -> CardEvent:
        if answer.status != Status.OK:
            return CardUnread("moved")
        try:
            return self._identify(sdt.number_of(answer.data)) or CardUnread("no_day")
        except sdt.SdtError as error:
            logger.info("a card of another kind: %s", error)  # the sentence names no data
            return CardUnread("other")
