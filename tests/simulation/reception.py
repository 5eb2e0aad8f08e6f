"""The reception desk: people by real name and their agents, appointments, lost papers, calls for help, notices.

The commands are those that a kiosk sends for them, asked from a page of staff, so that each meets every misfortune of
the network and of the server. Most people with an appointment type their code at a kiosk.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model.numbers import offered_by
from broker.model.words import Level
from kiosk.flow import Step
from tests.simulation.staff_page import FIRST_S, StaffPage
from tests.simulation.trace import LookedFor

if TYPE_CHECKING:
    from tests.simulation.kiosk_node import KioskNode
    from tests.simulation.world import World

EVERY_S: dict[str, float] = {
    "person": 25.0,
    "appointment": 70.0,
    "look": 50.0,
    "help": 150.0,
    "notice": 100.0,
    "rating": 15.0,
}
"""Mean seconds between two of a kind."""
PEOPLE = tuple(f"{number:032x}" for number in range(1, 8))
PATIENCE_TURNS = 50
TAILS = ("1111", "2222", "3333")


class Reception(StaffPage):
    """Whoever sits there is patient and now and then confused: things are asked twice, and some people walk away."""

    def __init__(self, world: "World") -> None:
        super().__init__(world, "reception")

    def start(self) -> None:
        acts: dict[str, Callable[[], None]] = {
            "person": self._person,
            "appointment": self._appointment,
            "look": self._look,
            "help": self._help,
            "notice": self._notice,
            "rating": self._rating,
        }
        for kind, act in acts.items():
            self._again(kind, act, FIRST_S)

    def _again(self, kind: str, act: Callable[[], None], after_s: float = 0.0) -> None:
        def come() -> None:
            if self.here:
                act()
                self._again(kind, act)

        self.world.agenda.after(after_s + 1 + self.chance.expovariate(1 / EVERY_S[kind]), come)

    # -- people by name ------------------------------------------------

    def _person(self) -> None:
        """For oneself or for somebody else; most get the number, some turn back, of some nobody hears."""
        chance, ticket = self.chance, self.world.collector.make_id()
        person = chance.choice(PEOPLE)
        wish = c.IssueTicket(
            ticket=ticket,
            service=chance.choice(("named", "named", "card")),
            person=person,
            principal=chance.choice(PEOPLE) if chance.random() < 0.4 else None,
            phone_tail=chance.choice((None, *TAILS)),
        )
        end = chance.choices((c.ConfirmTicket(ticket=ticket), c.VoidTicket(ticket=ticket), None), (8, 1, 1))[0]
        self.ask(wish, lambda reply: self.ask(end, until_answered=True) if end else None, until_answered=True)

    # -- appointments ------------------------------------------------

    def _appointment(self) -> None:
        """Booked, sometimes cancelled; then they come: early, in time, late, and now and then twice."""
        chance = self.chance
        id = self.world.collector.make_id()
        kiosk = chance.choice(list(self.world.hall.kiosks))
        service = chance.choice(offered_by(self.world.hall, kiosk))
        code = f"C{chance.randrange(10**9):09d}"
        at_ms = self.world.agenda.now_ms + chance.randrange(-25 * 60_000, 30 * 60_000)
        self.ask(c.BookAppointment(appointment=id, code=code, service=service, at_ms=at_ms), until_answered=True)
        if chance.random() < 0.1:
            self.world.agenda.after(chance.uniform(5, 60), lambda: self.ask(c.CancelAppointment(appointment=id)))
        for _ in range(chance.choice((1, 1, 2, 3))):
            self.world.agenda.after(chance.uniform(5, 400), lambda: self._comes(code, kiosk))

    def _comes(self, code: str, kiosk: str) -> None:
        if self.chance.random() < 0.6:
            BookedVisitor(self, self.world.kiosks[kiosk], code).step_up(tries=5)
            return
        ticket = self.world.collector.make_id()
        end = self.chance.choices((c.ConfirmTicket(ticket=ticket), c.VoidTicket(ticket=ticket)), (8, 1))[0]
        came = c.CheckIn(ticket=ticket, code=code, kiosk=kiosk)
        self.ask(came, lambda reply: self.ask(end, until_answered=True), until_answered=True)

    # -- lost papers, help, notices, ratings ------------------------------------------------

    def _look(self) -> None:
        tail = self.chance.choice((*TAILS, "9999"))

        def found(reply: Reply) -> None:
            told = (reply.result or {})["tickets"]
            numbers = tuple(str(one["number"]) for one in told)
            self.world.trace.looked_for.append(LookedFor(self.world.agenda.now_ms, tail, numbers, reply.as_of))

        self.ask(c.FindTicket(phone_tail=tail, kiosk=next(iter(self.world.hall.kiosks))), found)

    def _help(self) -> None:
        kiosk = self.chance.choice(list(self.world.hall.kiosks))

        def goes(reply: Reply) -> None:
            answer = c.AnswerHelp(help=str((reply.result or {})["help"]))
            self.world.agenda.after(self.chance.uniform(10, 300), lambda: self.ask(answer))

        self.ask(c.CallForHelp(kiosk=kiosk), goes)

    def _notice(self) -> None:
        chance, key = self.chance, f"n{self.chance.randrange(4)}"
        if chance.random() < 0.25:
            self.ask(c.ClearNotice(notice=key))
            return
        lasts_ms = chance.choice((None, chance.randrange(5_000, 240_000)))
        until_ms = None if lasts_ms is None else self.world.agenda.now_ms + lasts_ms
        self.ask(c.PostNotice(notice=key, zh="通知", until_ms=until_ms, urgent=chance.random() < 0.3))

    def _rating(self) -> None:
        """By the number on the paper, of a visit at a counter without a keypad; sometimes by two people."""
        with_keypad = {keypad.counter for keypad in self.world.hall.keypads.values()}
        views = [view for key, view in self.world.collector.counters.items() if key not in with_keypad]
        numbers = [view.evaluation.number for view in views if view.evaluation is not None]
        for number in numbers[:1]:
            for _ in range(self.chance.choice((1, 1, 2))):
                rating = c.RateVisit(
                    evaluation=self.world.collector.make_id(),
                    number=number,
                    level=self.chance.choice(list(Level)),
                    device="phone",
                    pressed_at_ms=self.world.agenda.now_ms,
                )
                self.ask(rating, until_answered=True)


class BookedVisitor:
    """One person at a kiosk who types the code of an appointment and takes what comes."""

    def __init__(self, desk: Reception, kiosk: "KioskNode", code: str) -> None:
        self._desk, self._kiosk, self._crowd = desk, kiosk, desk.world.crowd
        self._typed = ["check_in", *(f"key/{sign}" for sign in code), "send"]
        self._turns = 0

    def step_up(self, tries: int) -> None:
        """Wait until the place is free."""
        if self._crowd.stands_at(self._kiosk):
            self._look()
        elif tries:
            self._later(self._desk.chance.uniform(5, 20), lambda: self.step_up(tries - 1))

    def _look(self) -> None:
        """One look at the screen, one tap."""
        self._turns += 1
        step = self._kiosk.step
        if self._turns > PATIENCE_TURNS or (not self._typed and self._is_over(step)):
            self._crowd.leaves(self._kiosk)
            return
        if self._typed and step in (Step.HOME, Step.CHECK_IN):
            self._kiosk.tap(self._typed.pop(0))
        self._later(self._desk.chance.uniform(0.3, 1.2), self._look)

    def _is_over(self, step: Step | None) -> bool:
        app = self._kiosk.app
        printing = step is Step.TICKET and app is not None and not app.visit.printed
        if step in (Step.TAKING, Step.CHECKING, Step.CHECK_IN) or printing:
            return False
        if step in (Step.BOOKED, Step.NO_PAPER, Step.NOTE, Step.TICKET):
            self._kiosk.tap("done")
        return True

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._desk.world.agenda.after(seconds, act)
