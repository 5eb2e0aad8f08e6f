"""A hall as an attentive porter would keep it on paper: who holds which number, and who stands where.

Written from the meaning of the commands (docs/reference.md), apart from the engine, of which it imports nothing but
words. It knows no policy, no clock and no ranges: it foretells what must be refused and what an accepted wish must have
done to statuses, counters and numbers, and leaves to the engine what only the engine can know (who is next, when).
"""

from dataclasses import dataclass, field

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.words import CounterStatus as C
from broker.model.words import Holding
from broker.model.words import TicketStatus as S

OVER = {S.SERVED, S.VOID, S.CANCELLED, S.EXPIRED}
WITH_CLERK = {S.CALLED, S.SERVING}


@dataclass
class Window:
    """A counter: its state and the ticket (id) that is at it."""

    status: C = C.CLOSED
    ticket: str | None = None
    clerk: str | None = None


@dataclass
class Paper:
    """A ticket: its printed number and where it stands in its life."""

    number: str
    status: S


@dataclass
class PaperModel:
    """``may`` foretells, ``did`` notes down. Everything is of the open day."""

    hall: Hall
    day: str | None
    papers: dict[str, Paper] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Numbers that were given and taken back: nobody may ever get one again today."""
    rated: set[str] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)
    visit_of: dict[str, str] = field(default_factory=dict)
    """Number -> the visit that it became."""
    calls_off: bool = False
    """An emergency is shown: nobody is called, no number is given."""
    helps: set[str] = field(default_factory=set)
    claims: dict[str, str] = field(default_factory=dict)
    """Ticket -> the priority it has."""
    booked: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Appointment -> service and slot."""

    def window(self, counter: str) -> Window:
        return self.windows.setdefault(counter, Window())

    def of_number(self, number: str) -> str | None:
        """The ticket id of a number."""
        return next((id for id, paper in self.papers.items() if paper.number == number), None)

    # -- what is foretold ------------------------------------------------

    def may(self, wish: c.Command) -> bool | None:
        """True: it must be done. False: it must be refused. None: only the engine knows."""
        counter = getattr(wish, "counter", None)
        if counter is not None and counter not in self.hall.counters:
            return False
        window = self.window(counter) if counter is not None else Window()
        held = self.papers[window.ticket].status if window.ticket is not None else None
        if self.calls_off and isinstance(wish, c.CallNext | c.CallNumber | c.Recall | c.CheckIn):
            return False
        match wish:
            case c.OpenCounter():
                return None if self.day is not None and window.status is C.CLOSED else False
            case c.PauseCounter():
                return None if window.status is C.OPEN else False
            case c.ResumeCounter():
                return window.status is C.PAUSED
            case c.CloseCounter():
                return window.status is not C.CLOSED and window.ticket is None
            case c.CallNext() if window.status is not C.OPEN or held is not None:
                return False
            case c.CallNext():
                return None if any(paper.status is S.WAITING for paper in self.papers.values()) else False
            case c.CallNumber(number=number):
                wanted = self.of_number(number)
                status = self.papers[wanted].status if wanted is not None else None
                able = status in (S.WAITING, S.HELD, S.NO_SHOW) and window.status is C.OPEN and held is None
                return None if able and status is S.NO_SHOW else able  # may have another ticket by now
            case c.StartService() | c.MarkNoShow():
                return held is S.CALLED
            case c.FinishService() | c.HoldTicket():
                return held in WITH_CLERK
            case c.Recall():
                return None if held is S.CALLED and window.status is C.OPEN else False
            case c.TransferTicket():
                return None if held in WITH_CLERK else False
        return self._may_with_paper(wish)

    def _may_with_paper(self, wish: c.Command) -> bool | None:
        paper = self.papers.get(getattr(wish, "ticket", ""))
        match wish:
            case c.ReturnTicket(number=number) | c.CancelTicket(number=number):
                there = self.papers.get(self.of_number(number) or "")
                fits = (S.WAITING,) if isinstance(wish, c.CancelTicket) else (S.HELD, S.NO_SHOW)
                if there is None or there.status not in fits:
                    return False
                return True if isinstance(wish, c.CancelTicket) or there.status is S.HELD else None
            case c.ConfirmTicket():
                return None if paper is not None and paper.status is not S.VOID else False
            case c.VoidTicket():
                return None if paper is not None and paper.status in (S.RESERVED, S.VOID) else False
            case c.IssueTicket(service=service):
                if paper is not None:
                    return False if paper.status is S.VOID else None
                able = self.day is not None and service in self.hall.services and not self.calls_off
                return None if able else False
            case c.ConfirmPriority(number=number, priority=priority):
                return self._claim(number, priority) in self.hall.priority
            case c.RevokePriority(number=number):
                return self._claim(number, None) is not None
            case c.RateVisit(number=number):
                visit = self.visit_of.get(number)
                return None if visit is not None and visit not in self.rated else False
            case c.EndEmergency():
                return self.calls_off
            case c.AnswerHelp(help=help):
                return help in self.helps
            case c.CancelAppointment(appointment=appointment):
                return None if appointment in self.booked else False
            case c.BookAppointment(appointment=appointment, service=service, at_ms=at_ms):
                return None if self._has_room(appointment, service, at_ms) else False
            case c.ListAppointments():
                return True
            case c.FindTicket():
                return self.hall.rules.lost_ticket_lookup
            case c.RecordEvaluation(visit=visit):
                return None if visit in self.visits and visit not in self.rated else False
            case c.CloseDay():
                return self.day is not None and all(window.ticket is None for window in self.windows.values())
        return None

    def _claim(self, number: str, given: str | None) -> str | None:
        """The priority that is spoken of, of a ticket whose story is not over."""
        ticket = self.of_number(number)
        if ticket is None or self.papers[ticket].status in OVER:
            return None
        return given or self.claims.get(ticket)

    def _slot(self, service: str, at_ms: int) -> tuple[str, int]:
        return service, at_ms // (self.hall.rules.appointment_slot_min * 60_000)

    def _has_room(self, appointment: str, service: str, at_ms: int) -> bool:
        """Whether the slot has a place, or this appointment has one in it."""
        if service not in self.hall.services:
            return False
        slot = self._slot(service, at_ms)
        own = self.hall.services[service].appointment_capacity
        most = self.hall.rules.appointment_slot_capacity if own is None else own
        taken = [known for known, where in self.booked.items() if where == slot]
        return appointment in taken or len(taken) < most

    # -- what is noted ------------------------------------------------

    def did(self, wish: c.Command, result: dict) -> None:  # type: ignore[type-arg]
        """An accepted wish."""
        window = self.window(getattr(wish, "counter", ""))
        match wish:
            case c.CheckIn() if result.get("own"):
                assert result["service"] in self.hall.services, "the kiosk gives the number itself"
            case c.CheckIn() if "again" in result:
                self._is_known(result)
            case c.IssueTicket(ticket=ticket) | c.CheckIn(ticket=ticket):
                claimed = result["priority"] if isinstance(wish, c.CheckIn) else wish.priority
                if claimed is not None and ticket not in self.papers:
                    self.claims[ticket] = claimed
                self._given(ticket, result["number"], S.RESERVED)
            case c.ReportTicket(ticket=ticket, number=number, holding=holding) if not result.get("late"):
                self._given(ticket, number, S.RESERVED if holding is Holding.MAYBE else S.WAITING)
            case c.ConfirmTicket(ticket=ticket) if self.papers[ticket].status is S.RESERVED:
                self.papers[ticket].status = S.WAITING
            case c.VoidTicket(ticket=ticket):
                self.papers[ticket].status = S.VOID
            case c.OpenCounter(counter=counter, clerk=clerk):
                window.status, window.clerk = C.OPEN, clerk or self.hall.counters[counter].clerk
            case c.PauseCounter():
                window.status = C.PAUSED
            case c.ResumeCounter():
                window.status = C.OPEN
            case c.CloseCounter():
                window.status, window.clerk = C.CLOSED, None
            case c.CallNext() | c.CallNumber():
                window.ticket = self.of_number(result["number"])
                assert window.ticket is not None, "somebody was called whom nobody knows"
                self.papers[window.ticket].status = S.CALLED
            case c.StartService():
                self.papers[str(window.ticket)].status = S.SERVING
            case c.FinishService() | c.MarkNoShow() | c.HoldTicket() | c.TransferTicket():
                self._leaves(wish, window, result)
            case c.ReturnTicket(number=number) | c.CancelTicket(number=number):
                back = isinstance(wish, c.ReturnTicket)
                self.papers[str(self.of_number(number))].status = S.WAITING if back else S.CANCELLED
            case c.RecordEvaluation(visit=visit):
                self.rated.add(visit)
            case c.RateVisit():
                self.rated.add(result["visit"])
            case c.ConfirmPriority(number=number):
                self.claims[str(self.of_number(number))] = result["priority"]
            case c.RevokePriority(number=number):
                del self.claims[str(self.of_number(number))]
            case c.BeginEmergency() | c.EndEmergency():
                self.calls_off = isinstance(wish, c.BeginEmergency)
            case c.CallForHelp():
                self.helps.add(result["help"])
            case c.AnswerHelp(help=help):
                self.helps.discard(help)
            case c.BookAppointment() | c.CancelAppointment() | c.ListAppointments():
                self._writes_down(wish, result)
            case c.CloseDay():
                self._ends()
            case c.OpenDay(day=day):
                self._begins(day)

    def _writes_down(
        self,
        wish: c.BookAppointment | c.CancelAppointment | c.ListAppointments,
        result: dict,  # type: ignore[type-arg]
    ) -> None:
        match wish:
            case c.BookAppointment(appointment=appointment, service=service, at_ms=at_ms):
                self.booked[appointment] = self._slot(service, at_ms)
            case c.CancelAppointment(appointment=appointment):
                del self.booked[appointment]
            case c.ListAppointments(appointment=appointment) if appointment is not None and wish.code is None:
                known = [appointment] if appointment in self.booked else []
                assert [row["appointment"] for row in result["appointments"]] == known

    def _given(self, ticket: str, number: str, status: S) -> None:
        owner = self.of_number(number)
        assert owner in (None, ticket), f"{number} is on two papers"
        assert number not in self.gone, f"{number} was taken back and is given again"
        known = self.papers.get(ticket)
        if known is None:
            self.papers[ticket] = Paper(number, status)
            return
        if known.number != number:
            self.gone.add(known.number)
            known.number = number
        if known.status is S.RESERVED and status is S.WAITING:
            known.status = S.WAITING

    def _leaves(self, wish: c.Command, window: Window, result: dict) -> None:  # type: ignore[type-arg]
        after = {c.FinishService: S.SERVED, c.MarkNoShow: S.NO_SHOW, c.HoldTicket: S.HELD, c.TransferTicket: S.WAITING}
        paper = self.papers[str(window.ticket)]
        assert result["number"] == paper.number
        paper.status, window.ticket = after[type(wish)], None
        if isinstance(wish, c.FinishService):
            assert result["visit"] not in self.visits, "two visits share an id"
            self.visits.add(result["visit"])
            self.visit_of[paper.number] = result["visit"]

    def _is_known(self, result: dict) -> None:  # type: ignore[type-arg]
        assert self.papers[result["ticket"]].number == result["number"], "one ticket for an appointment"
        if result["again"]:
            self.told(result["number"])

    def told(self, number: str) -> None:
        """Somebody was told at another place that this number is theirs: they hold it."""
        self.waited_in_silence(str(self.of_number(number)))

    def waited_in_silence(self, ticket: str) -> None:
        """Nobody said whether the number is on paper: after a while it must be taken for one."""
        if self.papers[ticket].status is S.RESERVED:
            self.papers[ticket].status = S.WAITING

    def _ends(self) -> None:
        for paper in self.papers.values():
            if paper.status not in OVER:
                paper.status = S.EXPIRED
        for window in self.windows.values():
            window.status, window.clerk, window.ticket = C.CLOSED, None, None
        self.day = None

    def _begins(self, day: str) -> None:
        """Of the later days this model knows only that they begin empty; the machine opens them after a close."""
        self.papers, self.gone, self.day = {}, set(), day
