"""People at home: they book, move and cancel times, take numbers on phones, let others go first, give numbers up.

Some come as they should, some too late, some never; and some try what is not theirs.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model.ratings import PHONE
from broker.model.slots import Item
from tests.simulation.afar_page import AfarPage

if TYPE_CHECKING:
    from tests.simulation.world import World

BOOKS_S, TAKES_S, SHOWS_PAPER_S = 22.0, 40.0, 55.0
PEOPLE = 40
MINUTE_MS = 60_000
WRONG_PROOF = "a" * 13


class HomeBookers(AfarPage):
    """预约 from home; a person's key is another one each day, that of missed appointments is not."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "home")

    def start(self) -> None:
        self.again(BOOKS_S, self._book)

    def _book(self) -> None:
        """One service, or an employer's several; said once or twice, and perhaps another day or time afterwards."""
        chance, person = self.chance, self.chance.randrange(PEOPLE)
        services = list(self.world.hall.services)
        chosen = chance.sample(services, chance.choice((1, 1, 1, 2)))
        items = tuple(Item(service, chance.choice((1, 1, 5, 6))) for service in chosen)
        appointment, at_ms = self.own_id(), self._when()
        wish = c.BookAppointment(
            appointment=appointment,
            code=f"H{chance.randrange(10**9):09d}",
            service=chosen[0],
            at_ms=at_ms,
            person=self._key(person, at_ms),
            source="home",
            unit=len(items) > 1,
            items=items if len(items) > 1 else (),
            who=f"{person + 4096:032x}",
            who_before=f"{person + 8192:032x}",
        )
        self.wish(wish, lambda reply: self._booked(wish, person), sure=True)
        if chance.random() < 0.2:
            self.later(1, 30, lambda: self.wish(wish))

    def _booked(self, wish: c.BookAppointment, person: int) -> None:
        chance, act = self.chance, self.chance.random()
        if act < 0.2:
            self.later(5, 300, lambda: self._move(wish, person))
        elif act < 0.3:
            cancel = c.CancelAppointment(appointment=wish.appointment, source="home")
            self.later(5, 900, lambda: self.wish(cancel))
        elif act < 0.7:
            early_s = (wish.at_ms - self.world.agenda.now_ms) / 1000 - chance.uniform(-1_200, 1_200)
            if 0 < early_s < 7_200:
                self.world.agenda.after(early_s, lambda: self._comes(wish.code))

    def _move(self, wish: c.BookAppointment, person: int) -> None:
        """To another time; now and then by somebody whose it is not, or by staff, who are bound by less."""
        chance, at_ms = self.chance, self._when()
        whose = person if chance.random() < 0.7 else chance.randrange(PEOPLE)
        if chance.random() < 0.2:
            self.ask(c.MoveAppointment(appointment=wish.appointment, at_ms=at_ms))
            return
        move = c.MoveAppointment(
            appointment=wish.appointment,
            at_ms=at_ms,
            source="home",
            was=self._key(whose, wish.at_ms),
            person=self._key(whose, at_ms),
        )
        self.wish(move, own=whose == person)

    def _comes(self, code: str) -> None:
        """To the guide desk, which has no kiosk: the number is told, or nobody takes it."""
        ticket = self.own_id()
        end = self.chance.choices((c.ConfirmTicket(ticket=ticket), c.VoidTicket(ticket=ticket)), (8, 1))[0]
        came = c.CheckIn(ticket=ticket, code=code)
        self.ask(came, lambda reply: self.ask(end, until_answered=True), until_answered=True)

    def _when(self) -> int:
        """Mostly one of the next slots, sometimes another day, too far ahead, in the night or over."""
        chance, now_ms = self.chance, self.world.agenda.now_ms
        soon = now_ms + chance.randrange(-20, 50) * MINUTE_MS
        zone = ZoneInfo(self.world.hall.hall.time_zone)
        noon = datetime.fromtimestamp(now_ms / 1000, zone).replace(hour=12, minute=0, second=0, microsecond=0)
        day = noon + timedelta(days=chance.choice((1, 1, 2, 5, 6, 12)), hours=chance.choice((-2, 0, 3, 9)))
        return soon if chance.random() < 0.75 else int(day.timestamp() * 1000)

    def _key(self, person: int, at_ms: int) -> str:
        day = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.world.hall.hall.time_zone))
        return f"{person:08x}{day:%Y%m%d}".rjust(32, "d")


class PhoneHolders(AfarPage):
    """Numbers taken on phones, and papers whose holders show them to the page of their own ticket."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "phones")

    def start(self) -> None:
        self.again(TAKES_S, self._take)
        self.again(SHOWS_PAPER_S, self._shows_paper)

    def _take(self) -> None:
        """Most come in time, some late, some never; some give it up or let others go first while on the way."""
        chance, ticket = self.chance, self.own_id()
        wish = c.TakeOnPhone(
            ticket=ticket,
            service=chance.choice(list(self.world.hall.services)),
            person=f"{chance.randrange(PEOPLE):032x}",
        )

        def given(reply: Reply) -> None:
            told = reply.result or {}
            number, proof = str(told["number"]), str(told["proof"])
            if chance.random() < 0.4:
                self.later(1, 120, lambda: self._postpone(ticket, proof))
            if chance.random() < 0.1:
                self.later(1, 400, lambda: self.wish(c.GiveUpTicket(ticket=ticket, proof=proof)))
            if chance.random() < 0.8:
                arrives = c.ReturnTicket(number=number)
                self.later(5, 900, lambda: self.ask(arrives, until_answered=True))

        self.wish(wish, given, sure=True)

    def _shows_paper(self) -> None:
        """Of one of the last papers; now and then the proof is of another one."""
        papers = self.world.trace.papers[-6:]
        if not papers:
            return
        paper, chance = self.chance.choice(papers), self.chance
        proof = self.world.secrets().of(paper.kiosk).ticket_proof(paper.ticket)
        self._postpone(paper.ticket, proof)
        if chance.random() < 0.1:
            self.wish(c.GiveUpTicket(ticket=paper.ticket, proof=proof))

    def _postpone(self, ticket: str, proof: str) -> None:
        """Once, twice; or a stranger tries."""
        if self.chance.random() < 0.25:
            other = self.world.secrets().of(PHONE).ticket_proof(ticket)
            wrong = WRONG_PROOF if other == proof else other
            self.wish(c.PostponeTicket(ticket=ticket, proof=wrong), own=False)
            return
        for _ in range(self.chance.choice((1, 1, 2))):
            self.wish(c.PostponeTicket(ticket=ticket, proof=proof))
