"""One thread, one truth: takes commands in order, decides, and commits many of them in one transaction.

Until ``commit`` returns nothing leaves this object, and what leaves is already durable. Each command id is decided
once: a repeat, also after a restart, gets the stored answer. Commands of a stream (device, epoch) are taken in order.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import msgspec

from broker.contract.codec import CodecError, decode, decode_envelope, encode, refusal_message
from broker.contract.envelope import COMMAND_LIMIT_BYTES, Envelope, Reply
from broker.engine.apply import apply
from broker.engine.context import Asked, Outcome
from broker.engine.decide import decide
from broker.engine.forecasting import Foreseen
from broker.engine.laws import broken_by
from broker.engine.state import State
from broker.model import refusals as r
from broker.model.commands import (
    HOLDER_COMMANDS,
    BookAppointment,
    CheckIn,
    Command,
    GiveReturnSlip,
    IssueTicket,
    MoveAppointment,
    RateBySign,
    RateByTicket,
    RateVisit,
    RecordEvaluation,
)
from broker.model.hall import Hall
from broker.model.rating_keys import RatingKeys
from broker.model.refusals import Refusal
from broker.runtime.business_calendar import BookingDays, RatingDays, ServiceDays, WorkDays
from broker.server.lookups import KioskLimits
from broker.server.snapshot import fold, save_state
from broker.server.streams import Stream, Streams
from broker.store.errors import ConstraintBroken
from broker.store.journal import Batch, Journal, Receipt

logger = logging.getLogger(__name__)

REFUSALS_KEPT = 10_000
"""For each device; more than an outbox holds, so that whoever missed an answer still gets the same one."""
REFUSALS_BEYOND = 1_000
"""So many more, and the oldest are dropped: they are looked for in one go, not one by one."""
RATINGS = (RecordEvaluation, RateVisit, RateByTicket, RateBySign)
_REFUSED = b'"kind":"refused"'
"""In the bytes of each refusal and of no other answer: within a text the quotes would be escaped."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply on its way to a device."""

    device: str
    reply: Reply


@dataclass(slots=True)
class WriterCounters:
    """What the writer has done since its start."""

    commands: int = 0
    repeats: int = 0
    refused: int = 0
    unreadable: int = 0
    commits: int = 0
    laws_broken: int = 0


@dataclass(slots=True)
class _Open:
    """The transaction being gathered."""

    batch: Batch = field(default_factory=Batch)
    answers: list[Answer] = field(default_factory=list)
    receipts: dict[tuple[str, str], Reply] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    """Every message read for it, as it came."""


class Writer:
    """Holds the state, the journal and the streams. ``now_ms`` is the hall's clock, ``sure`` whether it is right.

    ``keys`` are asked for at each rating that must be proved, so that new ones count at once.
    """

    def __init__(
        self,
        hall: Hall,
        journal: Journal,
        now_ms: Callable[[], int],
        sure: Callable[[], bool] = lambda: True,
        keys: Callable[[], RatingKeys] = RatingKeys,
    ) -> None:
        self.hall = hall
        self.state = State()
        self.counters = WriterCounters()
        self.run = ""
        """Names this start of the server in the ids of calls and visits."""
        self.foreseen: Callable[[int], Foreseen | None] = lambda now_ms: None
        """What a look ahead says of waits now."""
        self._journal = journal
        self._now_ms, self._sure, self._keys = now_ms, sure, keys
        self._rating_days, self._service_days = RatingDays(hall), ServiceDays(hall)
        self._work_days = WorkDays(hall)
        self._booking_days = BookingDays(hall)
        self._streams = Streams()
        self._refusals: dict[str, int] = {}
        """Device -> refusals kept since the last look. The first after a start leads to a look."""
        self._open = _Open()
        self._limits = KioskLimits()

    def start(self) -> int:
        """Fold the journal; returns how many events that took.

        Raises a StoreError or BrokenLifeCycle when the journal cannot be believed.
        """
        folded = fold(self._journal)
        self.state = folded.state
        self._streams = Streams(self._journal.streams())
        self._open = _Open()
        return folded.events

    def take(self, device: str, payload: bytes) -> None:
        """A message on a device's command topic: decided now, answered at the next commit."""
        read = self._read(device, payload)
        if read is None:
            return
        envelope, command = read
        self._open.taken.append((device, payload))
        answer = self._answer(device, envelope, command)
        if answer is not None:
            self._open.answers.append(Answer(device, answer))

    def ask(self, command: Command, id: str) -> Reply:
        """A command of the server itself (day, time-outs)."""
        asked = Asked(self._now(), "server", "server", self._now(), run=self.run, calendar=self._work_days)
        before = len(self._open.batch.events)
        reply = self._decided(id, command, asked)
        if len(self._open.batch.events) > before:
            self._open.receipts["server", id] = reply
            self._store(Receipt(id, "server", asked.now_ms, encode(reply)))
        return reply

    def expects(self, device: str, epoch: str) -> int:
        """The number of a stream's next command."""
        return self._streams.last((device, epoch)) + 1

    def commit(self) -> list[Answer]:
        """Make everything gathered durable and give the answers out. DatabaseError: nothing of it happened."""
        gathered, self._open = self._open, _Open()
        if gathered.batch:
            gathered.batch.at_ms = self._now()
            try:
                self._journal.append(gathered.batch)
            except ConstraintBroken as error:
                # SQL holds the laws a second time and said no. Whose command it was is not known, and nobody else's
                # may be lost for it: a refusal is an answer for ever.
                logger.warning("the database refused a batch of %d: %s", len(gathered.taken), error)
                self.start()
                return self._one_by_one(gathered.taken)
            except Exception:
                # The state is ahead of the disk: go back to what is durable. Devices ask again.
                self.start()
                raise
            self.counters.commits += 1
        return gathered.answers

    def _one_by_one(self, taken: list[tuple[str, bytes]]) -> list[Answer]:
        """The same messages again, each in a transaction of its own."""
        answers: list[Answer] = []
        for device, payload in taken:
            self.take(device, payload)
            gathered, self._open = self._open, _Open()
            gathered.batch.at_ms = self._now()
            try:
                answers += self._kept(gathered)
            except Exception:
                self.start()
                raise
        return answers

    def _kept(self, gathered: _Open) -> list[Answer]:
        """One command made durable; or, as durable, the refusal that it gets because SQL's keys hold a law against it.

        Kept, so that saying it again costs a look-up and no second start from the journal.
        """
        if not gathered.batch:
            return gathered.answers
        try:
            self._journal.append(gathered.batch)
        except ConstraintBroken as error:
            logger.critical("refused a command because %s", error)
            self.counters.laws_broken += 1
            self.start()
            gathered.answers = [_against_sql(answer) for answer in gathered.answers]
            said = [encode(answer.reply) for answer in gathered.answers]
            receipts = [replace(one, reply=reply) for one, reply in zip(gathered.batch.receipts, said, strict=False)]
            self._journal.append(replace(gathered.batch, events=[], receipts=receipts))
            self._streams = Streams(self._journal.streams())
        self.counters.commits += 1
        return gathered.answers

    def _now(self) -> int:
        """Never before what already happened, whatever the clock does."""
        return max(self._now_ms(), self.state.now_ms)

    def _read(self, device: str, payload: bytes) -> tuple[Envelope, Command | Refusal] | None:
        try:
            return decode_envelope(payload)
        except CodecError as error:
            self.counters.unreadable += 1
            logger.warning("unreadable command device=%s bytes=%d reason=%r", device, len(payload), error.detail)
            try:
                envelope = decode(payload, Envelope, COMMAND_LIMIT_BYTES)
            except CodecError:
                return None
            return envelope, r.Unreadable(detail=error.detail)

    def _answer(self, device: str, envelope: Envelope, command: Command | Refusal) -> Reply | None:
        role = self.hall.device_role(device)
        if role is None or envelope.device != device:
            logger.warning("command of unknown device=%s claims=%s", device, envelope.device)
            return self._framed(_refused(envelope.id, r.UnknownDevice(device=device)), envelope)
        stream = (device, envelope.epoch) if envelope.epoch and envelope.seq else None
        if stream is not None:
            early = self._out_of_turn(stream, envelope)
            if early is not None:
                return early
        known = self._known(device, envelope.id)
        if known is None:
            reply = self._fresh(role, envelope, command)
        else:
            self.counters.repeats += 1
            reply = known
        if stream is not None and envelope.seq is not None:
            self._went_on(stream, envelope.seq)
        return self._framed(reply, envelope)

    def _went_on(self, stream: Stream, seq: int) -> None:
        batch = self._open.batch
        batch.streams[stream] = seq
        gone = self._streams.answered(stream, seq)
        if gone is not None:
            batch.forget(gone)

    def _out_of_turn(self, stream: Stream, envelope: Envelope) -> Reply | None:
        """The answer to a command that is not its stream's next; None when it is."""
        last, seq = self._streams.last(stream), envelope.seq or 0
        if seq == last + 1:
            return None
        if seq > last + 1:
            go_back = Reply(id=envelope.id, kind="go_back", expected=last + 1, as_of=self.state.position)
            return self._framed(go_back, envelope)
        self.counters.repeats += 1
        known = self._known(stream[0], envelope.id)
        if known is not None:
            return self._framed(known, envelope)
        other = self._journal.receipt_at(stream[0], stream[1], seq)
        if other is not None:
            return self._framed(decode(other[1], Reply), envelope)
        return self._framed(_refused(envelope.id, r.TooLate(age_ms=envelope.age_ms)), envelope)

    def _fresh(self, role: str, envelope: Envelope, command: Command | Refusal) -> Reply:
        now_ms = self._now()
        sure = envelope.sure and self._sure()
        ahead = self.foreseen(now_ms)
        asked = Asked(
            now_ms,
            envelope.device,
            role,
            now_ms - envelope.age_ms,
            sure,
            envelope.by,
            self.run,
            ahead=ahead,
            calendar=self._work_days,
        )
        if isinstance(command, RATINGS):
            asked = replace(asked, keys=self._keys(), rate_from_ms=self._rating_days.from_ms(now_ms))
        elif isinstance(command, HOLDER_COMMANDS) or (
            role == "collector" and isinstance(command, IssueTicket | CheckIn)
        ):
            asked = replace(asked, keys=self._keys())
        elif isinstance(command, GiveReturnSlip):
            asked = replace(asked, service_days=self._service_days.end_ms)
        elif isinstance(command, BookAppointment | MoveAppointment):
            until_ms = self._booking_days.until_ms(now_ms)
            asked = replace(asked, book_until_ms=until_ms, open_then=self._booking_days.is_open)
        if isinstance(command, Refusal):
            reply = _refused(envelope.id, command)
        elif (limit := self._limits.refusal(role, command, asked)) is not None:
            reply = _refused(envelope.id, limit)
        elif (late_ms := self._late_ms(envelope)) > 0:
            reply = _refused(envelope.id, r.TooLate(age_ms=envelope.ttl_ms + late_ms))
        else:
            reply = self._decided(envelope.id, command, asked)
            self._limits.answered(role, command, asked, reply)
        self.counters.commands += 1
        if reply.kind == "refused":
            self.counters.refused += 1
            self._refusals[envelope.device] = self._refusals.get(envelope.device, REFUSALS_BEYOND) + 1
        self._open.receipts[envelope.device, envelope.id] = reply
        self._store(Receipt(envelope.id, envelope.device, now_ms, encode(reply), envelope.epoch, envelope.seq))
        return reply

    def _late_ms(self, envelope: Envelope) -> int:
        """By how much a command outlived itself; 0 or less: it did not. The clock as it is, for devices see it so."""
        if envelope.ttl_ms == 0:
            return 0
        by_age_ms = envelope.age_ms - envelope.ttl_ms
        return by_age_ms if envelope.until_ms is None else max(by_age_ms, self._now_ms() - envelope.until_ms)

    def _decided(self, id: str, command: Command, asked: Asked) -> Reply:
        outcome = decide(self.hall, self.state, command, asked)
        law = self._happen(outcome, id)
        refusal = r.LawBroken(law=law) if law is not None else outcome.refusal
        if refusal is not None:
            return _refused(id, refusal, self.state.position, self.hall)
        return Reply(id=id, kind="done", result=outcome.result, as_of=self.state.position)

    def _happen(self, outcome: Outcome, id: str) -> str | None:
        """Apply the events; when one breaks a law, undo all and say which."""
        for event in outcome.events:
            try:
                apply(self.state, event)
                law = next(broken_by(self.state, event), None)
            except (KeyError, ValueError, RuntimeError) as error:
                law = f"{type(error).__name__} {error}"
            if law is not None:
                self.counters.laws_broken += 1
                logger.critical("refused event=%s because %s", type(event).__name__, law)
                self._undo()
                return law
        self._open.batch.events.extend((event, id) for event in outcome.events)
        return None

    def _undo(self) -> None:
        self.state = fold(self._journal).state
        for event, _ in self._open.batch.events:
            apply(self.state, event)

    def day_over(self) -> str | None:
        """The latest business day that has ended, as far as it is durable."""
        state = self.state
        return state.last_day if state.day is None else self._journal.day_before(state.day)

    def forget_refusals(self) -> None:
        """Drop the oldest refusals of a device that has very many. Call it after ``commit``; one device at a time.

        A refusal changed nothing: without its receipt the same command is refused again, or, by then, done once.
        Without a bound whoever may send nonsense fills the disk with answers.
        """
        for device, fresh in self._refusals.items():
            if fresh >= REFUSALS_BEYOND:
                gone = self._journal.forget_receipts(device, _REFUSED, REFUSALS_KEPT)
                self._refusals[device] = 0 if gone == 0 else fresh
                return

    def keep_snapshot(self) -> None:
        """Let the next fold begin here. Only what is durable is kept: call it right after ``commit``."""
        if not self._open.batch:
            self._journal.store_snapshot(save_state(self.state))

    def _known(self, device: str, id: str) -> Reply | None:
        reply = self._open.receipts.get((device, id))
        if reply is None:
            stored = self._journal.receipt(device, id)
            reply = decode(stored, Reply) if stored is not None else None
        return reply

    def _store(self, receipt: Receipt) -> None:
        self._open.batch.receipts.append(receipt)

    @staticmethod
    def _framed(reply: Reply, envelope: Envelope) -> Reply:
        """The answer, addressed to the place in the stream that this sending has."""
        return msgspec.structs.replace(reply, epoch=envelope.epoch, seq=envelope.seq)


def _refused(id: str, refusal: Refusal, as_of: int = 0, hall: Hall | None = None) -> Reply:
    return Reply(id=id, kind="refused", refusal=refusal_message(refusal, hall), as_of=as_of)


def _against_sql(answer: Answer) -> Answer:
    """Nothing was kept: whatever was to be said, a law would have been broken."""
    refused = _refused(answer.reply.id, r.LawBroken(law="SQL"))
    return Answer(answer.device, msgspec.structs.replace(refused, epoch=answer.reply.epoch, seq=answer.reply.seq))
