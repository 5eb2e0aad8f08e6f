"""What this kiosk gave out, kept so that a power cut between any two steps neither repeats nor loses a number.

One transaction holds the number, the ticket, "may be on paper" and the message to the engine; only after it may paper
or screen show the number. The file is the outbox's own, so a message cannot be kept without the number or the number
without the message. All calls come from the one thread that opened the database.
"""

import sqlite3
from dataclasses import dataclass

from broker.model.commands import Command, ConfirmTicket, VoidTicket
from broker.model.words import Holding
from broker.runtime.clock import Clock, moment
from broker.runtime.database import transaction
from broker.runtime.outbox import Adding
from broker.runtime.sender import Sender
from kiosk.errors import DayUnknown, NotOffered, TicketUnknown
from kiosk.ledger_tables import HOLDING, keep_journal, make_tables, stands_before, taken_by, told_again, unsettle
from kiosk.ledger_words import asked, language_of, reported
from kiosk.numbering import OwnPart, begins_new_day, left_of, next_value
from kiosk.numbering_plan import NumberingPlan
from kiosk.pause_key import PauseKey
from kiosk.standing import Doubt, Standing
from kiosk.ticket import LIFE, WORDS_EACH, Order, TicketState

KEPT_TICKETS = 20_000


@dataclass(frozen=True)
class Recovery:
    """What a start found unfinished: numbers that may be on paper, and requests whose number nobody can have seen."""

    unclear: tuple[str, ...]
    voided: tuple[str, ...]


def command_id(ticket: str, step: str) -> str:
    """The id of a ticket's command; the same step of the same ticket is the same command for ever."""
    return f"{ticket}.{step}"


class Ledger:
    """The numbers and tickets of one kiosk. ``sender`` must use the database of ``connection``."""

    def __init__(
        self, connection: sqlite3.Connection, sender: Sender, clock: Clock, kiosk: str, parts: dict[str, OwnPart]
    ) -> None:
        self._connection = connection
        self._sender = sender
        self._clock = clock
        self._kiosk = kiosk
        self._parts = parts
        self.pause = PauseKey(connection, sender, kiosk)
        self.numbering = NumberingPlan(connection)
        self._doubt = Doubt()
        self._settling: dict[str, tuple[int, str | None]] = {}
        """Answers that the disk has not kept yet; nobody says them again."""

    def start(self) -> Recovery:
        """Make the tables when they are new and close what a power cut left open. Raises a DatabaseError."""
        with transaction(self._connection) as connection:
            make_tables(connection)
            self.pause.recover(connection)
        self.numbering.start()
        with self._sender.outbox.adding() as adding:
            recovery = self._recover(adding)
        self._sender.tick()
        return recovery

    def _recover(self, adding: Adding) -> Recovery:
        unclear, voided = [], []
        rows = adding.connection.execute(
            "SELECT id, state, own FROM ticket WHERE state IN (?, ?) ORDER BY at",
            (TicketState.ASKED, TicketState.MAYBE),
        ).fetchall()
        for ticket, state, own in rows:
            if state == TicketState.ASKED:
                self._move(adding, ticket, TicketState.VOID)
                self._say(adding, VoidTicket(ticket=ticket, reason="power cut"), command_id(ticket, "void"))
                voided.append(ticket)
                continue
            self._move(adding, ticket, TicketState.UNCLEAR)
            if not own:  # an own number was reported as "may be on paper" in the transaction that gave it
                self._say(adding, ConfirmTicket(ticket=ticket, holding=Holding.MAYBE), command_id(ticket, "hold"))
            unclear.append(ticket)
        return Recovery(tuple(unclear), tuple(voided))

    # -- the engine's journal ------------------------------------------------

    @property
    def journal(self) -> str:
        """The name of the journal whose positions are kept here; empty before any was heard."""
        row = self._connection.execute("SELECT name FROM journal").fetchone()
        return "" if row is None else str(row[0])

    def engine_stands(self, standing: Standing) -> bool:
        """The engine said where it stands. True when it has forgotten papers, and all of them are told again."""
        known = self.journal
        other = bool(known and standing.journal and standing.journal != known)
        behind = stands_before(self._connection, standing)
        if self._doubt.heard(behind, self._clock.monotonic_s()) or other:
            self._doubt.settled()
            self._settling.clear()
            self.pause.unsettle()
            again = told_again(self._connection, self._kiosk)
            self._sender.outbox.begin_again(again, lambda connection: unsettle(connection, standing.journal))
            self._sender.tick()
            return True
        if standing.journal and not known:
            with transaction(self._connection) as connection:
                keep_journal(connection, standing.journal)
        return False

    # -- the business day ------------------------------------------------

    @property
    def day(self) -> str | None:
        """The business day that numbers belong to; None on a fresh card that has heard of none."""
        row = self._connection.execute("SELECT day FROM business_day").fetchone()
        return None if row is None else str(row[0])

    def learn(self, day: str | None, highest: dict[str, int], as_of: int) -> bool:
        """Take the engine's day and the highest numbers it has seen. True when a new day began.

        A number given here that the engine cannot have counted in the old day for certain (unanswered, or answered at
        or after ``as_of``) belongs to the new day: counting starts above it.
        """
        known = self.day
        if begins_new_day(known, day):
            with transaction(self._connection) as connection:
                self._write_settled(connection)
                self._begin_day(connection, str(day), as_of)
                self._raise_seen(connection, highest)
                connection.execute("DELETE FROM ticket WHERE at <= (SELECT max(at) FROM ticket) - ?", (KEPT_TICKETS,))
            self._settling.clear()
            return True
        if day is not None and day == known and self._sees_more(highest):
            with transaction(self._connection) as connection:
                self._raise_seen(connection, highest)
        return False

    def _begin_day(self, connection: sqlite3.Connection, day: str, as_of: int) -> None:
        floors = connection.execute(
            "SELECT series, max(value) FROM ticket WHERE own = 1 AND (settled_as_of >= ? OR (settled_as_of IS NULL"
            " AND (day = ? OR id || '.report' IN (SELECT id FROM outbox)))) GROUP BY series",
            (as_of, self.day),
        ).fetchall()
        connection.execute("INSERT OR REPLACE INTO business_day VALUES (1, ?)", (day,))
        connection.execute("DELETE FROM numbers")
        connection.executemany("INSERT INTO numbers VALUES (?, ?, 0)", floors)

    def _sees_more(self, highest: dict[str, int]) -> bool:
        known = {series: max(given, seen) for series, (given, seen) in self._numbers().items()}
        return any(highest.get(series, 0) > known.get(series, 0) for series in self._parts)

    def _raise_seen(self, connection: sqlite3.Connection, highest: dict[str, int]) -> None:
        rows = [(series, highest[series]) for series in self._parts if highest.get(series, 0) > 0]
        connection.executemany(
            "INSERT INTO numbers VALUES (?, 0, ?) ON CONFLICT (series) DO UPDATE SET seen = max(seen, excluded.seen)",
            rows,
        )

    def _numbers(self) -> dict[str, tuple[int, int]]:
        rows = self._connection.execute("SELECT series, given, seen FROM numbers").fetchall()
        return {series: (given, seen) for series, given, seen in rows}

    def left(self, series: str) -> int:
        """How many own numbers of a series are left today."""
        part = self._parts[series]
        return left_of(part, *self._numbers().get(series, (0, 0)))

    # -- one ticket ------------------------------------------------

    def ask(self, order: Order, series: str) -> None:
        """Ask the engine for a number: nobody has one yet. OutboxError or DatabaseError: nothing was asked."""
        self._sender.outbox.check_room(WORDS_EACH)
        with self._sender.outbox.adding() as adding:
            self._insert(adding, order, series, TicketState.ASKED)
            self._say(adding, asked(order, self._kiosk), command_id(order.ticket, "issue"))
        self._sender.tick()

    def learn_purpose(self, order: Order, series: str) -> None:
        """What an appointment is for, as the engine told; nobody has a number yet. Raises TicketUnknown."""
        with transaction(self._connection) as connection:
            changed = connection.execute(
                "UPDATE ticket SET service = ?, series = ?, priority = ?, appointment = ? WHERE id = ? AND state = ?",
                (order.service, series, order.priority, order.appointment, order.ticket, TicketState.ASKED),
            ).rowcount
            if not changed:
                raise TicketUnknown(order.ticket, TicketState.MAYBE)

    def take_engine_number(self, ticket: str, number: str, as_of: int = 0) -> None:
        """The engine's number is about to be shown: from here on somebody may hold it. Raises TicketUnknown."""
        with transaction(self._connection) as connection:
            changed = connection.execute(
                "UPDATE ticket SET state = ?, number = ?, settled_as_of = ? WHERE id = ? AND state = ?",
                (TicketState.MAYBE, number, as_of, ticket, TicketState.ASKED),
            ).rowcount
            if not changed:
                raise TicketUnknown(ticket, TicketState.MAYBE)

    def take_own_number(self, order: Order, series: str) -> str:
        """Give the next number of the own part, kept and reported in one commit; returns it as printed.

        Also for a ticket that was asked for and not answered in time: the paper wins. Raises DayUnknown, NotOffered,
        NumbersExhausted, TicketUnknown, OutboxError or DatabaseError, and then no number was used.
        """
        part = self._parts.get(series)
        if part is None:
            raise NotOffered(order.service)
        day = self.day
        if day is None:
            raise DayUnknown
        self._sender.outbox.check_room(WORDS_EACH - 1)
        with self._sender.outbox.adding() as adding:
            value = next_value(part, *self._numbers().get(series, (0, 0)))
            adding.connection.execute(
                "INSERT INTO numbers VALUES (?, ?, 0) ON CONFLICT (series) DO UPDATE SET given = excluded.given",
                (series, value),
            )
            number = self._give_own(adding, order, part, value, day)
        self._sender.tick()
        return number

    def _give_own(self, adding: Adding, order: Order, part: OwnPart, value: int, day: str) -> str:
        if self.state_of(order.ticket) is None:
            self._insert(adding, order, part.series, TicketState.ASKED)
        self._move(adding, order.ticket, TicketState.MAYBE)
        number = part.printed(value)
        adding.connection.execute(
            "UPDATE ticket SET own = 1, value = ?, number = ?, settled_as_of = NULL WHERE id = ?",
            (value, number, order.ticket),
        )
        self._say(adding, reported(order, self._kiosk, number, day), command_id(order.ticket, "report"))
        return number

    def hold(self, ticket: str, state: TicketState) -> None:
        """The visitor has the number on paper (PAPER) or on the screen (SCREEN). Raises TicketUnknown."""
        with self._sender.outbox.adding() as adding:
            self._move(adding, ticket, state)
            self._say(adding, ConfirmTicket(ticket=ticket, holding=HOLDING[state]), command_id(ticket, "hold"))
        self._sender.tick()

    def void(self, ticket: str, reason: str) -> None:
        """Give a request up whose number certainly nobody saw. Raises TicketUnknown once a number was taken."""
        with self._sender.outbox.adding() as adding:
            self._move(adding, ticket, TicketState.VOID)
            self._say(adding, VoidTicket(ticket=ticket, reason=reason), command_id(ticket, "void"))
        self._sender.tick()

    def refuse(self, ticket: str) -> None:
        """The engine said no: there is no number. Raises TicketUnknown."""
        with self._sender.outbox.adding() as adding:
            self._move(adding, ticket, TicketState.REFUSED)

    def settle(self, ticket: str, as_of: int, refused: str | None = None) -> None:
        """The engine answered the report of a number, at journal position ``as_of``; ``refused`` is why it did not.

        DatabaseError: it is kept with the next answer, or when a day begins. For ever open, it would keep the numbers
        of all days to come above its own.
        """
        self._settling[ticket] = (as_of, refused)
        with transaction(self._connection) as connection:
            self._write_settled(connection)
        self._settling.clear()

    def _write_settled(self, connection: sqlite3.Connection) -> None:
        for ticket, (as_of, refused) in self._settling.items():
            connection.execute(
                "UPDATE ticket SET settled_as_of = ?, refused = ? WHERE id = ?", (as_of, refused, ticket)
            )

    def refused_today(self) -> int:
        """How many of today's papers the engine would not take: their visitors need a human."""
        sql = "SELECT count(*) FROM ticket WHERE refused IS NOT NULL AND day = ?"
        return int(self._connection.execute(sql, (self.day or "",)).fetchone()[0])

    def state_of(self, ticket: str) -> TicketState | None:
        """What is known about a ticket; None if it was never asked for here."""
        row = self._connection.execute("SELECT state FROM ticket WHERE id = ?", (ticket,)).fetchone()
        return None if row is None else TicketState(row[0])

    def taken_by(self, person: str) -> list[tuple[str, str, bool]]:
        """(service, number, whether as an agent) of what this kiosk gave a person today."""
        return taken_by(self._connection, self.day or "", person)

    def unreported(self, as_of: int) -> dict[str, int]:
        """Service -> own numbers of today that a view at journal position ``as_of`` does not count yet."""
        rows = self._connection.execute(
            "SELECT service, count(*) FROM ticket WHERE own = 1 AND day = ? AND value IS NOT NULL"
            " AND (settled_as_of IS NULL OR settled_as_of > ?) GROUP BY service",
            (self.day or "", as_of),
        ).fetchall()
        return dict(rows)

    # -- inside ------------------------------------------------

    def _insert(self, adding: Adding, order: Order, series: str, state: TicketState) -> None:
        came, day = moment(self._clock), self.day or ""
        who = order.ticket, order.service, order.priority, language_of(order)
        adding.connection.execute(
            "INSERT INTO ticket (id, service, priority, language, person, principal, large, needs, appointment, day,"
            " series, own, state, at_ms, monotonic_s, era) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
            (
                *who,
                order.person,
                order.principal,
                order.large,
                " ".join(order.needs),
                order.appointment,
                day,
                series,
                state,
                came.at_ms,
                came.monotonic_s,
                came.era,
            ),
        )

    def _move(self, adding: Adding, ticket: str, after: TicketState) -> None:
        before = self.state_of(ticket)
        if before is None or after not in LIFE[before]:
            raise TicketUnknown(ticket, after)
        adding.connection.execute("UPDATE ticket SET state = ? WHERE id = ?", (after, ticket))

    def _say(self, adding: Adding, command: Command, id: str) -> None:
        self._sender.put_within(adding, command, id=id)
