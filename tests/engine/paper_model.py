"""A hall as an attentive porter would keep it on paper: who holds which number, and who stands where.

Written from the meaning of the commands (docs/reference.md), apart from the engine, of which it imports nothing but
words. It knows no policy and no ranges: it foretells what must be refused and what an accepted wish must have done to
statuses, counters and numbers, and leaves to the engine what only the engine can know (who is next, who is who). What
pauses, hours, slips and further services come to is judged over the whole journal by ``tests/simulation/checkers``.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.visible_text import says_something
from broker.model.words import CounterStatus as C
from broker.model.words import Holding
from broker.model.words import TicketStatus as S

OVER = {S.SERVED, S.VOID, S.CANCELLED, S.EXPIRED}
WITH_CLERK = {S.CALLED, S.SERVING}
LOW = ("dissatisfied", "very_dissatisfied")
ACTS_MOST = 3
"""So many acts can be taken back one after the other."""


@dataclass
class Paper:
    """A ticket: its printed number and where it stands in its life. ``summons`` are of the call that stands."""

    number: str
    status: S
    since_ms: int = 0
    was_called: bool = False
    returns: int = 0
    recalls: int = 0
    summoned_ms: int = 0

    @property
    def begun(self) -> bool:
        """Work begun: on hold, or sent on by a counter that had called it."""
        sent_on = self.status is S.WAITING and self.was_called and not self.returns
        return self.status is S.HELD or sent_on


@dataclass(frozen=True)
class Act:
    """What was done at a counter, and the ticket as it was; of a service without one, ``ticket`` is its visit."""

    what: str
    at_ms: int
    ticket: str
    before: Paper
    after: S


@dataclass
class Window:
    """A counter: its state, the ticket (id) that is at it, and what may be taken back there."""

    status: C = C.CLOSED
    ticket: str | None = None
    clerk: str | None = None
    acts: list[Act] = field(default_factory=list)


@dataclass
class Rated:
    """A rating: where it was given, and whether its reasons may still be told."""

    device: str
    explainable: bool


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
    now_ms: int = 0
    after_hours: bool = False
    """The last session is over: calls may need a manager's word."""
    until_ms: dict[str, int] = field(default_factory=dict)
    """Counter (empty: all) -> until when a manager lets it call."""
    visit_at: dict[str, str] = field(default_factory=dict)
    """Visit -> its counter."""
    ratings: dict[str, Rated] = field(default_factory=dict)
    """Visit -> its rating."""
    codes: dict[str, str] = field(default_factory=dict)
    """Appointment or slip -> its code."""
    slips: set[str] = field(default_factory=set)
    helps: set[str] = field(default_factory=set)
    claims: dict[str, str] = field(default_factory=dict)
    """Ticket -> the priority it has."""
    served: dict[str, list[str]] = field(default_factory=dict)
    """Counter -> what it serves today, where that was changed."""
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
        may = self._may(wish)
        looked = getattr(wish, "seen", None) is not None or getattr(wish, "until_ms", None) is not None
        return None if may and looked and not isinstance(wish, c.PostNotice) else may  # whoever was seen may have gone

    def _may(self, wish: c.Command) -> bool | None:
        counter = getattr(wish, "counter", None)
        if counter is not None and counter not in self.hall.counters:
            return False
        window = self.window(counter) if counter is not None else Window()
        held = self.papers[window.ticket].status if window.ticket is not None else None
        if self.calls_off and isinstance(wish, c.CallNext | c.CallNumber | c.Recall | c.CheckIn):
            return False
        if isinstance(wish, AT_THE_POST):
            return self._may_at_the_post(wish, window)
        match wish:
            case c.ResumeCounter():
                return window.status is C.PAUSED
            case c.UndoLast():
                return self._may_undo(window)
            case c.NextService(service=service, to_counter=to_counter):
                return (
                    self._unless_named(service) if held in WITH_CLERK and self._served(service, to_counter) else False
                )
            case c.GiveReturnSlip(slip=slip, code=code, missing=missing):
                new = slip not in self.codes and code not in self.codes.values()
                return held in WITH_CLERK and says_something(missing) and new
            case c.ServeDirect(service=service, reason=reason):
                able = window.status is C.OPEN and held is None and says_something(reason)
                return able and self._served(service, counter)
            case c.CloseCounter():
                return window.status is not C.CLOSED and window.ticket is None
            case c.CallNext() if window.status is not C.OPEN or held is not None or self._over(str(counter)):
                return False
            case c.CallNext():
                return None if any(paper.status is S.WAITING for paper in self.papers.values()) else False
            case c.CallNumber(number=number, reason=reason):
                wanted = self.of_number(number)
                status = self.papers[wanted].status if wanted is not None else None
                able = status in (S.WAITING, S.HELD, S.NO_SHOW) and window.status is C.OPEN and held is None
                begun = wanted is not None and self.papers[wanted].begun
                if (status is S.WAITING and not says_something(reason)) or (self._over(str(counter)) and not begun):
                    return False
                return None if able and status is S.NO_SHOW else able  # may have another ticket by now
            case c.StartService() | c.MarkNoShow():
                return held is S.CALLED
            case c.FinishService() | c.HoldTicket():
                return held in WITH_CLERK
            case c.Recall():
                return (
                    held is S.CALLED and window.status is C.OPEN and self._may_recall(self.papers[str(window.ticket)])
                )
            case c.ChangeServices():
                return None if self.day is not None else False
            case c.TransferTicket():
                return None if held in WITH_CLERK else False
        return self._may_with_paper(wish)

    def _over(self, counter: str) -> bool:
        """After hours, and no manager lets this counter call."""
        until_ms = max(self.until_ms.get("", 0), self.until_ms.get(counter, 0))
        return self.after_hours and self.hall.rules.extended_service_approval and self.now_ms >= until_ms

    def _served(self, service: str, counter: str | None) -> bool:
        """Whether the hall has the service, and the counter (None: any)."""
        if counter is not None and counter not in self.hall.counters:
            return False
        counters = self.hall.counters if counter is None else (counter,)
        return service in self.hall.services and any(service in self._services(one) for one in counters)

    def _services(self, counter: str) -> list[str]:
        return self.served.get(counter, list(self.hall.counters[counter].services))

    def _unless_named(self, *services: str) -> bool | None:
        """A service by real name may be refused for what the person has already, which is not on this paper."""
        return None if any(self.hall.services[service].real_name for service in services) else True

    def _may_recall(self, paper: Paper) -> bool:
        rules = self.hall.rules
        return paper.recalls < rules.recall_most and self.now_ms - paper.summoned_ms >= rules.recall_gap_s * 1000

    def _may_undo(self, window: Window) -> bool | None:
        """The newest act, soon after it, while its ticket is as it left it and nobody else is there."""
        act = window.acts[-1] if window.acts else None
        if act is None or window.status is C.CLOSED or self.now_ms - act.at_ms > self.hall.rules.undo_s * 1000:
            return False
        if act.what == "DirectServed":
            return act.ticket not in self.rated
        paper = self.papers.get(act.ticket)
        if paper is None or (paper.status, paper.since_ms) != (act.after, act.at_ms):
            return False
        if window.ticket != (act.ticket if act.after in WITH_CLERK else None):
            return False
        if act.what in ENDS and self.visit_of.get(paper.number) in self.rated:
            return False
        return self._unless_named(*self.hall.services)

    def _elsewhere(self, clerk: str, counter: str) -> bool:
        return any(window.clerk == clerk for key, window in self.windows.items() if key != counter)

    def _may_come(self, clerk: str | None, counter: str) -> bool:
        return clerk is None or (clerk in self.hall.clerks and not self._elsewhere(clerk, counter))

    def _may_at_the_post(self, wish: Any, window: Window) -> bool | None:
        """Who opens, pauses, comes and goes, and whom the duty leader sends."""
        hall, counter = self.hall, wish.counter
        match wish:
            case c.OpenCounter(clerk=clerk):
                who = clerk or window.clerk or (None if hall.rules.clerks_log_in else hall.counters[counter].clerk)
                able = self.day is not None and window.status is C.CLOSED and self._may_come(who, counter)
                return able and (who is not None or not hall.rules.clerks_log_in)
            case c.PauseCounter(reason=reason, substitute=substitute, phone=phone):
                known = substitute is None or (substitute in hall.clerks and substitute != window.clerk)
                explained = window.ticket is None or says_something(reason)
                return window.status is C.OPEN and known and explained and self._is_office(phone)
            case c.LogIn(clerk=clerk):
                free = window.status is not C.OPEN or window.clerk == clerk
                return self.day is not None and free and self._may_come(clerk, counter)
            case c.LogOut():
                return window.ticket is None and (window.status is not C.CLOSED or window.clerk is not None)
            case c.OpenEmergencyCounter(clerk=clerk, services=services):
                able = self._may_at_the_post(c.OpenCounter(counter=counter, clerk=clerk), window)
                return None if able and services else able
            case c.ExcuseCounter(reason=reason):
                return None if says_something(reason) else False
            case c.AppointSubstitute(clerk=clerk):
                if clerk not in hall.clerks or clerk == window.clerk:
                    return False
                return True if window.status is C.PAUSED else None
        return None

    def _is_office(self, phone: str) -> bool:
        def digits(text: str) -> str:
            return "".join(sign for sign in text if sign.isdecimal())

        office = {digits(clerk.phone) for clerk in self.hall.clerks.values()} | {digits(self.hall.hall.phone)}
        return not phone or digits(phone) in office - {""}

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
            case c.RateVisit(code=None):
                return False
            case c.RateVisit(number=number):
                visit = self.visit_of.get(number)
                return None if visit is not None and visit not in self.rated else False
            case c.RateByTicket():
                visit = None if paper is None else self.visit_of.get(paper.number)
                return None if visit is not None and visit not in self.rated else False
            case c.RateBySign(visit=visit):
                return None if visit in self.visits and visit not in self.rated else False
            case c.EndEmergency():
                return self.calls_off
            case c.AnswerHelp(help=help):
                return help in self.helps
            case c.CancelAppointment(appointment=appointment):
                return None if appointment in self.booked or appointment in self.slips else False
            case c.ApproveExtension(reason=reason):
                return self.day is not None and says_something(reason)
            case c.LeaveUnrated(visit=visit, device=device):
                keypad = self.hall.keypads.get(device)
                own = keypad is not None and keypad.counter == self.visit_at.get(visit)
                return own and visit in self.visits and visit not in self.rated
            case c.ExplainEvaluation(visit=visit, device=device, reasons=reasons, contact=contact):
                rated = self.ratings.get(visit)
                if rated is None or not rated.explainable or rated.device != device:
                    return False
                return True if contact else None if reasons else False  # a version may not know the reasons
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
        return service, at_ms // self._slot_ms

    @property
    def _slot_ms(self) -> int:
        return self.hall.rules.appointment_slot_min * 60_000

    def _has_room(self, appointment: str, service: str, at_ms: int) -> bool:
        """Whether the slot is not over and has a place, or this appointment has one in it."""
        if service not in self.hall.services:
            return False
        slot = self._slot(service, at_ms)
        if self.booked.get(appointment) != slot and (slot[1] + 1) * self._slot_ms <= self.now_ms:
            return False
        own = self.hall.services[service].appointment_capacity
        most = self.hall.rules.appointment_slot_capacity if own is None else own
        taken = [known for known, where in self.booked.items() if where == slot]
        return appointment in taken or len(taken) < most

    # -- what is noted ------------------------------------------------

    def did(self, wish: c.Command, result: dict) -> None:  # type: ignore[type-arg]
        """An accepted wish."""
        window = self.window(getattr(wish, "counter", None) or "")
        if isinstance(wish, FORGETTING):
            window.acts = []
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
                self._becomes(self.papers[ticket], S.WAITING)
            case c.VoidTicket(ticket=ticket):
                self._becomes(self.papers[ticket], S.VOID)
            case c.ReturnTicket(number=number) | c.CancelTicket(number=number):
                paper = self.papers[str(self.of_number(number))]
                paper.returns += paper.status is S.NO_SHOW
                self._becomes(paper, S.WAITING if isinstance(wish, c.ReturnTicket) else S.CANCELLED)
            case c.RecordEvaluation() | c.RateVisit() | c.RateByTicket() | c.RateBySign():
                self._rated(wish, result["visit"])
            case c.ExplainEvaluation(visit=visit):
                self.ratings[visit].explainable = False
            case c.ApproveExtension(counter=counter):
                self.until_ms[counter or ""] = result["until_ms"]
                assert result["until_ms"] == self.now_ms or wish.minutes, "taken back at once"
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
            case _ if getattr(wish, "counter", None) is not None:
                self._did_at(wish, window, result)

    def _did_at(self, wish: Any, window: Window, result: dict) -> None:  # type: ignore[type-arg]
        """At a counter."""
        match wish:
            case c.ChangeServices(counter=counter):
                self.served[counter] = result["services"]
            case c.OpenCounter(counter=counter, clerk=clerk) | c.OpenEmergencyCounter(counter=counter, clerk=clerk):
                self.served[counter] = result.get("services", self._services(counter))
                own = None if self.hall.rules.clerks_log_in else self.hall.counters[counter].clerk
                window.status, window.clerk = C.OPEN, clerk or window.clerk or own
            case c.PauseCounter() | c.ResumeCounter():
                window.status = C.PAUSED if isinstance(wish, c.PauseCounter) else C.OPEN
            case c.LogIn(clerk=clerk):
                if window.status is C.PAUSED:
                    window.status, window.acts = C.OPEN, []
                window.clerk = clerk
            case c.CloseCounter() | c.LogOut():
                window.status, window.clerk = C.CLOSED, None
            case c.CallNext() | c.CallNumber():
                self._called(window, result["number"], by_number=isinstance(wish, c.CallNumber))
            case c.Recall():
                paper = self.papers[str(window.ticket)]
                paper.recalls, paper.summoned_ms = paper.recalls + 1, self.now_ms
                assert result["recalls"] == paper.recalls
            case c.StartService():
                self._acts(window, "ServiceStarted", str(window.ticket), S.SERVING)
            case c.FinishService() | c.MarkNoShow() | c.HoldTicket() | c.TransferTicket() | c.GiveReturnSlip():
                self._leaves(wish, window, result)
            case c.UndoLast():
                self._undone(window, result)
            case c.NextService() | c.ServeDirect():
                self._another_visit(wish, window, result)

    def _becomes(self, paper: Paper, status: S) -> None:
        paper.status, paper.since_ms = status, self.now_ms

    def _acts(self, window: Window, what: str, ticket: str, after: S, before: Paper | None = None) -> None:
        """Something is done at a counter that may be taken back."""
        paper = self.papers[ticket]
        window.acts = [*window.acts, Act(what, self.now_ms, ticket, before or replace(paper), after)][-ACTS_MOST:]
        self._becomes(paper, after)

    def _called(self, window: Window, number: str, by_number: bool) -> None:
        ticket = self.of_number(number)
        assert ticket is not None, "somebody was called whom nobody knows"
        window.ticket, paper = ticket, self.papers[ticket]
        before = replace(paper)
        if paper.status is S.NO_SHOW:
            assert by_number, "a missed number was called as next"
            paper.returns += 1
        self._acts(window, "TicketCalled", ticket, S.CALLED, before)
        paper.was_called, paper.recalls, paper.summoned_ms = True, 0, self.now_ms

    def _rated(self, wish: Any, visit: str) -> None:
        on_a_phone = {c.RateByTicket: "phone", c.RateBySign: "sign-code"}.get(type(wish))
        low = wish.level.value in LOW
        told = low and (wish.contact or bool(wish.reasons and wish.reasons_version == 1))
        self.rated.add(visit)
        self.ratings[visit] = Rated(on_a_phone or wish.device, low and not told)

    def _writes_down(
        self,
        wish: c.BookAppointment | c.CancelAppointment | c.ListAppointments,
        result: dict,  # type: ignore[type-arg]
    ) -> None:
        match wish:
            case c.BookAppointment(appointment=appointment, service=service, at_ms=at_ms):
                self.booked[appointment], self.codes[appointment] = self._slot(service, at_ms), wish.code
                self.slips.discard(appointment)
            case c.CancelAppointment(appointment=appointment):
                self.booked.pop(appointment, None)
                del self.codes[appointment]
                self.slips.discard(appointment)
            case c.ListAppointments(appointment=appointment) if appointment is not None and wish.code is None:
                known = [appointment] if appointment in self.booked else []
                assert [row["appointment"] for row in result["appointments"]] == known

    def _given(self, ticket: str, number: str, status: S) -> None:
        owner = self.of_number(number)
        assert owner in (None, ticket), f"{number} is on two papers"
        assert number not in self.gone, f"{number} was taken back and is given again"
        known = self.papers.get(ticket)
        if known is None:
            self.papers[ticket] = Paper(number, status, self.now_ms)
            return
        if known.number != number:
            self.gone.add(known.number)
            if known.number in self.visit_of:
                self.visit_of[number] = self.visit_of.pop(known.number)
            known.number = number
        if known.status is S.RESERVED and status is S.WAITING:
            self._becomes(known, S.WAITING)

    def _leaves(self, wish: c.Command, window: Window, result: dict) -> None:  # type: ignore[type-arg]
        what, after = LEAVES[type(wish)]
        ticket = str(window.ticket)
        paper, window.ticket = self.papers[ticket], None
        assert result["number"] == paper.number
        self._acts(window, what, ticket, after)
        if isinstance(wish, c.FinishService | c.GiveReturnSlip):
            self._visited(wish.counter, paper, result["visit"])
        if isinstance(wish, c.GiveReturnSlip):
            window.acts = []
            self.codes[wish.slip] = wish.code
            self.slips.add(wish.slip)

    def _visited(self, counter: str, paper: Paper | None, visit: str) -> None:
        assert visit not in self.visits, "two visits share an id"
        self.visits.add(visit)
        self.visit_at[visit] = counter
        if paper is not None:
            self.visit_of[paper.number] = visit

    def _another_visit(self, wish: Any, window: Window, result: dict) -> None:  # type: ignore[type-arg]
        """A visit is over; a ticket that was served goes on here or is back in line."""
        paper = self.papers[str(window.ticket)] if isinstance(wish, c.NextService) else None
        self._visited(wish.counter, paper, result["visit"])
        if paper is not None:
            assert result["number"] == paper.number, "it keeps its number"
            assert wish.to_counter == wish.counter or not result["stays"]
            after = S.SERVING if result["stays"] else S.WAITING
            self._acts(window, "VisitPartFinished", str(window.ticket), after)
            window.ticket = window.ticket if result["stays"] else None
        else:
            nobody = Paper("", S.SERVED)
            act = Act("DirectServed", self.now_ms, result["visit"], nobody, S.SERVED)
            window.acts = [*window.acts, act][-ACTS_MOST:]

    def _undone(self, window: Window, result: dict) -> None:  # type: ignore[type-arg]
        """The ticket is what it was; whoever was called goes, whoever was sent away is here again."""
        act = window.acts.pop()
        if act.what == "DirectServed":  # it has not been
            assert result == {"undone": act.what, "visit": act.ticket}
            self.visits.discard(act.ticket)
            return
        number = self.papers[act.ticket].number
        expected = {"number": number, "undone": act.what, "status": act.before.status}
        assert result == expected, "something else was taken back"
        self.papers[act.ticket] = replace(act.before, number=number)
        window.ticket = act.ticket if act.before.status in WITH_CLERK else None
        if act.what in ENDS:  # it ends once more, as the same visit
            self.visits.discard(self.visit_of[number])

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
            self._becomes(self.papers[ticket], S.WAITING)

    def _ends(self) -> None:
        for paper in self.papers.values():
            if paper.status not in OVER:
                self._becomes(paper, S.EXPIRED)
        for window in self.windows.values():
            window.status, window.clerk, window.ticket, window.acts = C.CLOSED, None, None, []
        self.day, self.served = None, {}

    def _begins(self, day: str) -> None:
        """Of the later days this model knows only that they begin empty; the machine opens them after a close."""
        self.papers, self.gone, self.day = {}, set(), day
        self.until_ms = {}


ENDS = ("ServiceFinished", "VisitPartFinished")
AT_THE_POST = (
    *(c.OpenCounter, c.OpenEmergencyCounter, c.PauseCounter, c.LogIn, c.LogOut),
    *(c.AppointSubstitute, c.ExcuseCounter),
)
FORGETTING = (
    c.Recall,
    *(c.OpenCounter, c.OpenEmergencyCounter, c.PauseCounter, c.ResumeCounter, c.CloseCounter, c.LogOut),
)
"""After these nothing of before is taken back at the counter."""
LEAVES: dict[type[c.Command], tuple[str, S]] = {
    c.FinishService: ("ServiceFinished", S.SERVED),
    c.GiveReturnSlip: ("ServiceFinished", S.SERVED),
    c.MarkNoShow: ("TicketMissed", S.NO_SHOW),
    c.HoldTicket: ("TicketHeld", S.HELD),
    c.TransferTicket: ("TicketTransferred", S.WAITING),
}
