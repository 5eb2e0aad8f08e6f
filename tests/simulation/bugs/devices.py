"""Bugs of the devices: outbox, ledger, numbering, issuing, displays, announcers, keypads and their post."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import msgspec

from broker.model.commands import VoidTicket
from broker.model.numbers import NumberRange
from broker.runtime import outbox as outboxes
from broker.runtime.clock import age_of
from broker.runtime.engine_watch import EngineWatch
from broker.runtime.errors import DatabaseError, SendRefused
from broker.runtime.newest import Newest, Position
from broker.runtime.outbox import Outbox
from broker.runtime.outbox_mind import OutboxMind
from caller.rating.book import RatingBook
from caller.rating.mind import Rating
from caller.rating.post import Outcome, RatingSender
from display.announcer import Announcer
from kiosk import issuing, ledger, numbering
from kiosk.ledger import Ledger, Recovery, command_id
from kiosk.ticket import TicketState
from tests.simulation.bugs.bug import both, bug, swap, wrap

Planted = AbstractContextManager[Any]

# -- the outbox ------------------------------------------------


@bug("runtime.outbox", "L15", "L2")
def outbox_forgets_what_it_sent() -> Planted:
    """An entry is removed when the broker took it, not when the engine answered."""

    def pump(original: Any, self: Outbox) -> None:
        self._forget_answered()
        now_s = self._clock.machine_s()
        for entry in self._read(self._mind.due(now_s)):
            try:
                self._transport.send(entry, self.epoch, age_of(self._clock, entry.created))
            except SendRefused:
                self._mind.held(entry.seq, now_s)
                return
            self._answered.append(entry.seq)
            self._mind.answered(entry.seq, now_s)

    return wrap(Outbox, "pump", pump)


@bug("runtime.outbox_mind", "L15")
def outbox_never_sends_again() -> Planted:
    """Within one connection nothing is sent a second time."""

    def due(original: Any, self: OutboxMind, now_s: float) -> Any:
        self._patience_s = float("inf")
        return original(self, now_s)

    return wrap(OutboxMind, "due", due)


@bug("runtime.outbox", "L15", "L2")
def an_answer_removes_the_oldest_entry() -> Planted:
    """Whichever entry an answer names, the oldest one is removed."""

    def answered(original: Any, self: Outbox, epoch: Any, seq: Any, id: str) -> bool:
        if epoch != self.epoch or seq is None or self._mind.oldest is None:
            return False
        oldest = self._mind.oldest
        self._answered.append(oldest)
        return self._mind.answered(oldest, self._clock.machine_s())

    return wrap(Outbox, "answered", answered)


@bug("runtime.outbox", "L15", "L2", "L17")
def outbox_begins_empty_after_a_restart() -> Planted:
    """A device that starts again sends only what is new."""

    def start(original: Any, self: Outbox) -> None:
        original(self)
        with outboxes.transaction(self._connection) as connection:
            connection.execute("DELETE FROM outbox")
        self._mind = OutboxMind(self._mind.last_seq, (), window=self._window, patience_s=self._patience_s)

    return wrap(Outbox, "start", start)


@bug("runtime.outbox", "L18", "L9")
def age_is_forgotten() -> Planted:
    """Every entry says that it was made just now."""
    return swap(outboxes, "age_of", lambda clock, then: outboxes.Age(0, sure=True))


# -- the kiosk ------------------------------------------------


@bug("kiosk.numbering", "L1")
def kiosk_counts_what_the_engine_has_seen() -> Planted:
    """The next number is one above the highest the engine named, so a kiosk alone gives one number again and again."""
    return both(
        wrap(ledger, "next_value", lambda original, part, cursor, highest: original(part, 0, highest)),
        wrap(ledger, "left_of", lambda original, part, cursor, highest: original(part, 0, highest)),
    )


@bug("kiosk.numbering", "L1", "L2", hours=1.0)
def new_card_begins_at_the_first_number() -> Planted:
    """A kiosk with a new card does not count above what the engine has seen of it."""
    return both(
        wrap(ledger, "next_value", lambda original, part, cursor, highest: original(part, cursor, 0)),
        wrap(ledger, "left_of", lambda original, part, cursor, highest: original(part, cursor, 0)),
    )


@bug("kiosk.numbering", "L17", "L2", "L1")
def parts_overlap_by_one() -> Planted:
    """Each kiosk believes that its part begins with the last number of its neighbour's."""

    def ranges(original: Any, hall: Any, series: str) -> Any:
        found = original(hall, series)
        if len(found) == 1:
            return found
        return {
            owner: numbers if owner == "engine" else NumberRange(numbers.first - 1, numbers.last)
            for owner, numbers in found.items()
        }

    return wrap(numbering, "ranges_of", ranges)


@bug("kiosk.ledger", "L2", "L3")
def power_cut_voids_the_paper() -> Planted:
    """After a power cut a number that may be on paper is declared unprinted."""

    def recover(original: Any, self: Ledger, adding: Any) -> Recovery:
        rows = adding.connection.execute(
            "SELECT id FROM ticket WHERE state IN (?, ?) ORDER BY at", (TicketState.ASKED, TicketState.MAYBE)
        ).fetchall()
        for (ticket,) in rows:
            adding.connection.execute("UPDATE ticket SET state = ? WHERE id = ?", (TicketState.VOID, ticket))
            self._say(adding, VoidTicket(ticket=ticket, reason="power cut"), command_id(ticket, "void"))
        return Recovery((), tuple(row[0] for row in rows))

    return wrap(Ledger, "_recover", recover)


@bug("kiosk.ledger", "L2", "L17")
def own_number_is_reported_after_the_paper() -> Planted:
    """A kiosk tells the engine of its number only once the printer is done."""
    waiting: dict[str, Any] = {}

    def say(original: Any, self: Ledger, adding: Any, command: Any, id: str) -> None:
        if id.endswith(".report"):
            waiting[command.ticket] = command
            return
        report = waiting.pop(command.ticket, None) if id.endswith(".hold") else None
        if report is not None:
            original(self, adding, report, command_id(report.ticket, "report"))
        original(self, adding, command, id)

    return wrap(Ledger, "_say", say)


@bug("kiosk.ledger", "L1", "L17", hours=1.0)
def new_day_begins_at_the_first_number() -> Planted:
    """Numbers given in the night, which the engine counts to the new day, do not push its beginning up."""

    def begin(original: Any, self: Ledger, connection: Any, day: str, as_of: int) -> None:
        original(self, connection, day, as_of)
        connection.execute("DELETE FROM numbers")

    return wrap(Ledger, "_begin_day", begin)


@bug("kiosk.issuing", "wait")
def kiosk_waits_for_the_engine() -> Planted:
    """A kiosk waits three seconds for an answer before it takes a number of its own."""
    return swap(issuing, "REPLY_WITHIN_S", 3.0)


@bug("kiosk.issuing", "wait")
def kiosk_does_not_look_at_its_own_numbers() -> Planted:
    """A kiosk that got no answer says so, although it has numbers of its own."""

    def tick(original: Any, self: Any, now_s: float) -> None:
        with swap(Ledger, "left", lambda ledger, series: 0):
            original(self, now_s)

    return wrap(issuing.Issuing, "tick", tick)


# -- displays ------------------------------------------------


@bug("runtime.newest", "L11")
def older_pictures_are_shown() -> Planted:
    """Whatever view arrives is the newest."""

    def take(original: Any, self: Newest, name: str, position: Any) -> bool:
        self._taken[name] = position
        return True

    return wrap(Newest, "take", take)


@bug("runtime.newest", "L11", hours=1.0)
def a_late_heartbeat_takes_the_screen_back() -> Planted:
    """A heartbeat that was overtaken by a picture is believed to speak of a journal that was restored."""

    def engine_at(original: Any, self: Newest, position: Position) -> None:
        original(self, position._replace(at_ms=2**53))

    return wrap(Newest, "engine_at", engine_at)


@bug("runtime.engine_watch", "L15", "L9")
def a_farewell_is_for_ever() -> Planted:
    """Once the broker said that the engine is gone, its heartbeats are not believed any more."""

    def take(original: Any, self: EngineWatch, state: Any, *, retained: bool) -> None:
        if not self._gone:
            original(self, state, retained=retained)

    return wrap(EngineWatch, "take", take)


@bug("display.announcer", "L12")
def announcer_has_no_memory() -> Planted:
    """Each picture of the board makes its calls new."""
    return swap(Announcer, "_remember", lambda self, call_id: None)


@bug("display.announcer", "L12", hours=1.0)
def newest_call_is_spoken_first() -> Planted:
    """Of several new calls on one picture the newest is spoken first."""

    def show(original: Any, self: Announcer, calls: Any, now_ms: int) -> Any:
        return original(self, tuple(calls)[::-1], now_ms)

    return wrap(Announcer, "show", show)


@bug("display.announcer", "L12")
def missed_calls_are_made_up_for() -> Planted:
    """A display that comes back speaks the calls it missed, as if they were made just now."""

    def offer(original: Any, self: Announcer, call: Any, now_ms: int) -> bool:
        fresh = msgspec.structs.replace(call, called_at_ms=now_ms, valid_until_ms=now_ms + 60_000)
        return original(self, fresh, now_ms)

    return both(wrap(Announcer, "offer", offer), swap(Announcer, "silent", lambda self, calls: None))


@bug("display.announcer", "L12")
def first_board_is_news() -> Planted:
    """What is on the board when a display starts is spoken like a new call."""
    return swap(Announcer, "silent", lambda self, calls: None)


# -- keypads ------------------------------------------------


@bug("caller.rating.book", "L9")
def ratings_are_written_in_batches() -> Planted:
    """A citizen is thanked at once; the disk is asked when the next rating comes."""
    waiting: dict[int, Any] = {}

    def keep(original: Any, self: RatingBook, evaluation: Any) -> None:
        before = waiting.pop(id(self), None)
        waiting[id(self)] = evaluation
        if before is not None:
            original(self, before)

    return wrap(RatingBook, "keep", keep)


@bug("caller.rating.book", "L9", hours=1.0)
def a_full_disk_is_thanked_for() -> Planted:
    """A rating that the disk refused is thanked for all the same."""

    def keep(original: Any, self: RatingBook, evaluation: Any) -> None:
        try:
            original(self, evaluation)
        except DatabaseError:
            return

    return wrap(RatingBook, "keep", keep)


@bug("caller.rating.post", "L9")
def a_failed_post_counts_as_done() -> Planted:
    """A rating that could not be posted is struck off the list."""

    def take(original: Any, self: RatingSender, posted: Any) -> None:
        original(self, replace(posted, outcome=Outcome.STORED))

    return wrap(RatingSender, "_take", take)


@bug("caller.rating.mind", "L9")
def the_window_stays_open() -> Planted:
    """A key counts however long after the visit it is pressed."""
    return swap(Rating, "tick", lambda self, now_ms: [])


@bug("caller.rating.mind", "L9")
def a_second_key_counts_too() -> Planted:
    """After the thanks the next key of the same citizen is taken as another rating."""

    def stored(original: Any, self: Rating, evaluation: str) -> Any:
        effects = original(self, evaluation)
        if effects:
            self.state = type(self.state).ASKING
        return effects

    def keep(original: Any, self: RatingBook, evaluation: Any) -> None:
        with self._outbox.adding() as adding:
            adding.connection.execute("DELETE FROM rated WHERE visit = ?", (evaluation.visit,))
        original(self, evaluation)

    return both(wrap(Rating, "stored", stored), wrap(RatingBook, "keep", keep))
