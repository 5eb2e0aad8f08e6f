"""Every wish that a kiosk, a clerk, a manager or the server may have, sensible or not, in any order, against two
judges: the engine's own laws after every event, and a model on paper that foretells answers, statuses and numbers.

``JIAOHAO_HYPOTHESIS=long pytest tests/engine/test_engine_machine.py`` looks for long, at other examples each time.
"""

import os
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from broker.contract.codec import encode
from broker.engine.apply import apply
from broker.engine.project import project
from broker.engine.state import State
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.hall import Hall
from broker.model.words import Holding, Level, TicketStatus
from tests.contract.strategies import COMMANDS, messages_of
from tests.engine.bench_hall import HallAtWork
from tests.engine.paper_model import OVER, PaperModel
from tests.halls import CLOSES_MS, DAY, OPENS_MS, lobby_hall, one_kiosk_hall, small_hall

RULES = msgspec.structs.replace(lobby_hall().rules, appointment_slot_capacity=2)
LOBBY = msgspec.structs.replace(lobby_hall(), rules=RULES)
HALLS = {"two kiosks": small_hall(), "one kiosk": one_kiosk_hall(), "readers": LOBBY}
COUNTERS = st.sampled_from(("c1", "c1", "c1", "c2", "c2", "c3", "nowhere"))
SERVICES = st.sampled_from(("pension", "pension", "card", "nothing"))
TICKETS = st.integers(0, 11).map(lambda number: f"ticket-{number:04d}")
KIOSKS = st.sampled_from(("kiosk-1", "kiosk-1", "kiosk-2"))
NUMBERS = st.sampled_from(
    ("A001", "A002", "A003", "A700", "A799", "A800", "A801", "A802", "A900", "B001", "B900", "Z999")
)
HOLDINGS = st.sampled_from(list(Holding))
CLERKS = st.sampled_from((None, None, "a1", "a2", "a9"))
ENDS = (c.FinishService, c.FinishService, c.MarkNoShow, c.HoldTicket, c.TransferTicket)
PEOPLE = st.sampled_from((None, "a" * 32, "b" * 32))
WORDS = st.sampled_from(("", "会议", "x" * 200))
SESSION = c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS - 1_800_000)
AT_ITS_WINDOW: dict[str, Any] = {"device": "desk-1", "role": "caller"}
ROLES = {
    "kiosk-1": "kiosk",
    "kiosk-2": "kiosk",
    "desk-1": "caller",
    "display-1": "display",
    "collector": "collector",
    "server": "server",
}
LONG = os.environ.get("JIAOHAO_HYPOTHESIS") == "long"
EFFORT = settings(
    derandomize=not LONG,
    max_examples=20_000 if LONG else 260,
    stateful_step_count=120 if LONG else 60,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class EngineMachine(RuleBasedStateMachine):
    """One hall of one day, perhaps reopened; ``reserved`` holds since when nobody has said a word of a number."""

    @initialize(name=st.sampled_from(sorted(HALLS)))
    def begin(self, name: str) -> None:
        """A hall with something in it, so that no story is over before it begins."""
        self.open(name)
        for counter in ("c1", "c2", "c3"):
            self.open_counter(counter, None)
        for place in range(3):
            self.somebody_comes(place, "pension")

    def open(self, name: str) -> None:
        self.hall: Hall = HALLS[name]
        self.work = HallAtWork(self.hall).open_day()
        self.model = PaperModel(self.hall, DAY)
        self.numbers: dict[str, str] = {}
        """Number -> the ticket it was first given to, for the whole day."""

    def wish(self, command: c.Command, device: str = "collector", role: str = "collector", **asked: Any) -> None:
        """Ask, compare with what was foretold, note what was done."""
        foretold = self.model.may(command)
        outcome = self.work.ask(command, device, role, **asked)
        refused = outcome.refusal is not None
        if refused:
            assert foretold is not True, f"{command} was refused: {outcome.refusal}"
            assert outcome.refusal.sentence.zh
            assert outcome.refusal.sentence.en
            if isinstance(outcome.refusal, r.PersonHasTicket):
                self.model.told(outcome.refusal.number)
            return
        assert foretold is not False, f"{command} was done"
        self.model.did(command, outcome.result or {})

    # -- kiosks ------------------------------------------------

    @rule(ticket=TICKETS, service=SERVICES, priority=st.sampled_from((None, "elderly", "royal")))
    def issue(self, ticket: str, service: str, priority: str | None) -> None:
        self.wish(c.IssueTicket(ticket=ticket, service=service, priority=priority))

    @rule(ticket=TICKETS, service=SERVICES, kiosk=KIOSKS, age_ms=st.sampled_from((0, 5_000, 9_999_999)))
    def issue_at_a_kiosk(self, ticket: str, service: str, kiosk: str, age_ms: int) -> None:
        if kiosk in self.hall.kiosks:
            self.wish(c.IssueTicket(ticket=ticket, service=service, kiosk=kiosk), kiosk, "kiosk", age_ms=age_ms)

    @rule(place=st.integers(20, 40), service=st.sampled_from(("pension", "pension", "card")))
    def somebody_comes(self, place: int, service: str) -> None:
        """As most people do: a number of whoever has them here, on paper."""
        ticket, series = f"ticket-{place:04d}", "A" if service == "pension" else "B"
        if "kiosk-2" in self.hall.kiosks:
            self.wish(c.IssueTicket(ticket=ticket, service=service))
            self.wish(c.ConfirmTicket(ticket=ticket))
        else:
            known = self.model.papers.get(ticket)
            number = known.number if known is not None else f"{series}{place + 1:03d}"
            self.report(ticket, service, number, Holding.PAPER, "kiosk-1", True)

    @rule(ticket=TICKETS, holding=HOLDINGS)
    def confirm(self, ticket: str, holding: Holding) -> None:
        self.wish(c.ConfirmTicket(ticket=ticket, holding=holding))

    @rule(ticket=TICKETS)
    def void(self, ticket: str) -> None:
        self.wish(c.VoidTicket(ticket=ticket))

    @rule(ticket=TICKETS, service=SERVICES, number=NUMBERS, holding=HOLDINGS, kiosk=KIOSKS, sure=st.booleans())
    def report(self, ticket: str, service: str, number: str, holding: Holding, kiosk: str, sure: bool) -> None:
        told = c.ReportTicket(ticket=ticket, service=service, number=number, holding=holding, day=DAY, kiosk=kiosk)
        if kiosk in self.hall.kiosks:
            self.wish(told, kiosk, "kiosk", sure=sure)

    # -- counters ------------------------------------------------

    @rule(counter=COUNTERS, clerk=CLERKS)
    def open_counter(self, counter: str, clerk: str | None) -> None:
        self.wish(c.OpenCounter(counter=counter, clerk=clerk))

    @rule(
        counter=COUNTERS,
        reason=WORDS,
        substitute=CLERKS,
        minutes=st.sampled_from((None, 0, 5, 600)),
        back=st.booleans(),
    )
    def pause_counter(self, counter: str, reason: str, substitute: str | None, minutes: int | None, back: bool) -> None:
        self.wish(c.PauseCounter(counter=counter, reason=reason, substitute=substitute, return_in_min=minutes))
        if back:
            self.wish(c.ResumeCounter(counter=counter))

    @rule(counter=COUNTERS)
    def resume_counter(self, counter: str) -> None:
        self.wish(c.ResumeCounter(counter=counter))

    @rule(counter=COUNTERS)
    def close_counter(self, counter: str) -> None:
        self.wish(c.CloseCounter(counter=counter))

    @rule(counter=COUNTERS, of_its_own=st.booleans())
    def call_next(self, counter: str, of_its_own: bool) -> None:
        own = of_its_own and counter in ("c1", "c2")
        self.wish(c.CallNext(counter=counter), **(AT_ITS_WINDOW if own else {}))

    @rule(counter=COUNTERS, number=NUMBERS, reason=WORDS)
    def call_number(self, counter: str, number: str, reason: str) -> None:
        self.wish(c.CallNumber(counter=counter, number=number, reason=reason))

    @rule(counter=st.sampled_from(("c1", "c1", "c2", "c3")), kind=st.sampled_from(ENDS), wait_s=st.sampled_from((6, 0)))
    def a_visit(self, counter: str, kind: type[c.Command], wait_s: int) -> None:
        """As it mostly goes: called, perhaps again, and then one of the things that end it."""
        self.wish(c.CallNext(counter=counter))
        self.work.wait(wait_s)
        if wait_s:
            self.wish(c.Recall(counter=counter))
        if kind is c.FinishService:
            self.wish(c.StartService(counter=counter))
        if kind is c.TransferTicket:
            self.wish(c.TransferTicket(counter=counter, to_service="card"))
        else:
            self.wish(kind(counter=counter))  # type: ignore[call-arg]

    @precondition(lambda self: self.model.papers)
    @rule(
        place=st.integers(0, 40),
        kind=st.sampled_from((c.ReturnTicket, c.CancelTicket, c.CallNumber)),
        counter=st.sampled_from(("c1", "c2")),
    )
    def with_a_number_that_exists(self, place: int, kind: type[c.Command], counter: str) -> None:
        number = sorted(paper.number for paper in self.model.papers.values())[place % len(self.model.papers)]
        if kind is c.CallNumber:
            self.wish(c.CallNumber(counter=counter, number=number))
        else:
            self.wish(kind(number=number))  # type: ignore[call-arg]

    @rule(
        counter=COUNTERS,
        kind=st.sampled_from((c.Recall, c.StartService, c.FinishService, c.MarkNoShow, c.HoldTicket)),
    )
    def at_the_window(self, counter: str, kind: type[c.Command]) -> None:
        self.wish(kind(counter=counter))  # type: ignore[call-arg]

    @rule(counter=COUNTERS, service=st.none() | SERVICES, other=st.none() | COUNTERS)
    def transfer(self, counter: str, service: str | None, other: str | None) -> None:
        self.wish(c.TransferTicket(counter=counter, to_service=service, to_counter=other))

    @rule(number=NUMBERS, cancel=st.booleans())
    def return_or_cancel(self, number: str, cancel: bool) -> None:
        self.wish(c.CancelTicket(number=number) if cancel else c.ReturnTicket(number=number))

    # -- visitors who rate, managers, the server ------------------------------------------------

    @rule(
        place=st.integers(0, 12),
        level=st.sampled_from(list(Level)),
        device=st.sampled_from(("keypad-1", "keypad-2", "web")),
        rating=st.integers(0, 9),
        early_ms=st.sampled_from((0, 4_000, 10**12)),
    )
    def rate(self, place: int, level: Level, device: str, rating: int, early_ms: int) -> None:
        visits = [*sorted(self.model.visits), "no-such-visit"]
        self.wish(
            c.RecordEvaluation(
                evaluation=f"rating-{rating:04d}",
                visit=visits[place % len(visits)],
                level=level,
                device=device,
                pressed_at_ms=max(0, self.work.now_ms - early_ms),
            )
        )

    @precondition(lambda self: self.model.visits - self.model.rated)
    @rule(level=st.sampled_from(list(Level)))
    def rate_on_a_phone(self, level: Level) -> None:
        visit = min(self.model.visits - self.model.rated)
        made = c.RecordEvaluation(
            evaluation=f"phone-{visit}", visit=visit, level=level, device="phone", pressed_at_ms=self.work.now_ms
        )
        self.wish(made)
        self.wish(made)

    @rule(service=st.none() | SERVICES, kiosk=st.none() | KIOSKS, resume=st.integers(0, 3))
    def stop_issuing(self, service: str | None, kiosk: str | None, resume: int) -> None:
        if resume == 3:
            self.wish(c.PauseIssuing(service=service, kiosk=kiosk))
        else:
            self.wish(c.ResumeIssuing(service=service, kiosk=kiosk))

    @rule(notice=st.sampled_from(("n1", "n2")), clear=st.booleans(), for_s=st.sampled_from((None, 0, 1, 600)))
    def notices(self, notice: str, clear: bool, for_s: int | None) -> None:
        until_ms = None if for_s is None else self.work.now_ms + for_s * 1000
        self.wish(c.ClearNotice(notice=notice) if clear else c.PostNotice(notice=notice, zh="通知", until_ms=until_ms))

    # -- the lobby ------------------------------------------------

    @rule(ticket=TICKETS, service=SERVICES, person=PEOPLE, principal=PEOPLE)
    def issue_by_name(self, ticket: str, service: str, person: str | None, principal: str | None) -> None:
        self.wish(
            c.IssueTicket(
                ticket=ticket,
                service=service,
                person=person,
                principal=principal,
                needs=("hearing",),
                phone_tail="1234",
            )
        )

    @precondition(lambda self: self.model.papers)
    @rule(
        place=st.integers(0, 40),
        priority=st.sampled_from((None, "elderly", "royal")),
        confirm=st.booleans(),
        device=st.sampled_from(("collector", "collector", "collector", "kiosk-1", "desk-1")),
    )
    def somebody_looks_at_a_priority(self, place: int, priority: str | None, confirm: bool, device: str) -> None:
        number = sorted(paper.number for paper in self.model.papers.values())[place % len(self.model.papers)]
        wish = c.ConfirmPriority(number=number, priority=priority) if confirm else c.RevokePriority(number=number)
        if device == "collector":
            self.wish(wish)
        else:
            assert self.work.ask(wish, device, ROLES[device]).refusal is not None

    @precondition(lambda self: self.model.papers)
    @rule(place=st.integers(0, 40))
    def a_claim_is_believed_and_then_not(self, place: int) -> None:
        number = sorted(paper.number for paper in self.model.papers.values())[place % len(self.model.papers)]
        self.wish(c.ConfirmPriority(number=number, priority="elderly"))
        self.wish(c.RevokePriority(number=number))

    @rule(seconds=st.sampled_from((0, 5)))
    def a_false_alarm(self, seconds: int) -> None:
        self.wish(c.BeginEmergency(zh="请从东门离开", en="Leave by the east door"))
        self.wish(c.CallNext(counter="c1"))
        self.wish(c.IssueTicket(ticket="ticket-alarm", service="pension"))
        self.work.wait(seconds)
        assert all(
            view.emergency for (kind, _), view in project(self.hall, self.work.state).items() if kind != "service"
        )
        self.wish(c.EndEmergency())

    @rule(kiosk=KIOSKS, come=st.booleans())
    def help_is_wanted(self, kiosk: str, come: bool) -> None:
        if kiosk in self.hall.kiosks:
            self.wish(c.CallForHelp(kiosk=kiosk), kiosk, "kiosk")
        if come and self.model.helps:
            self.wish(c.AnswerHelp(help=min(self.model.helps)))

    @rule(
        who=st.integers(1, 4),
        service=st.sampled_from(("pension", "card")),
        in_min=st.sampled_from((-60, 0, 10, 60)),
        comes=st.sampled_from(("at once", "at once", "with a number", "later", "never")),
    )
    def somebody_has_an_appointment(self, who: int, service: str, in_min: int, comes: str) -> None:
        at_ms = self.work.now_ms + in_min * 60_000
        appointment, code = f"appointment-{who}", f"CODE{who:04d}"
        self.wish(c.BookAppointment(appointment=appointment, code=code, service=service, at_ms=at_ms))
        self.wish(c.ListAppointments(appointment=appointment))
        if comes == "never":
            self.wish(c.CancelAppointment(appointment=appointment))
        elif comes != "later":
            ticket = f"ticket-book-{who}{comes[0]}"
            if comes == "with a number":
                number = ("A8" if service == "pension" else "B8") + f"{who:02d}"
                paper = c.ReportTicket(
                    ticket=ticket, service=service, number=number, holding=Holding.PAPER, day=DAY, kiosk="kiosk-1",
                    appointment=appointment,
                )  # fmt: skip
                self.wish(paper, "kiosk-1", "kiosk")
            self.wish(c.CheckIn(ticket=ticket, code=code, kiosk="kiosk-1"), "kiosk-1", "kiosk")

    @precondition(lambda self: self.model.visit_of)
    @rule(rating=st.integers(0, 9), age_h=st.sampled_from((0, 0, 30)))
    def rate_by_number(self, rating: int, age_h: int) -> None:
        number = sorted(self.model.visit_of)[rating % len(self.model.visit_of)]
        self.work.wait(age_h)
        made = c.RateVisit(
            evaluation=f"number-{rating:04d}",
            number=number,
            level=Level.SATISFIED,
            device="kiosk-1",
            pressed_at_ms=self.work.now_ms,
        )
        self.wish(made, "kiosk-1", "kiosk")

    @rule(tail=st.sampled_from(("1234", "4321")))
    def look_for_a_lost_paper(self, tail: str) -> None:
        before = len(self.work.events)
        self.wish(c.FindTicket(phone_tail=tail, kiosk="kiosk-1"), "kiosk-1", "kiosk")
        assert len(self.work.events) == before

    @rule(seconds=st.sampled_from((0, 1, 6, 31, 600)))
    def time_passes(self, seconds: int) -> None:
        self.work.wait(seconds)
        self.wish(c.PassTime(), "server", "server")
        for ticket, paper in self.model.papers.items():
            known = self.work.state.tickets[ticket]
            if paper.status is TicketStatus.RESERVED and known.status is not TicketStatus.RESERVED:
                assert self.work.now_ms - known.since_ms <= 600_000
                self.model.waited_in_silence(ticket)

    @precondition(lambda self: all(window.ticket is None for window in self.model.windows.values()))
    @rule(sure=st.integers(0, 9))
    def close_and_reopen_the_day(self, sure: int) -> None:
        """A manager closed too early; numbers go on where they stood."""
        if sure < 7:
            return
        before = dict(self.numbers)
        self.wish(c.CloseDay())
        if self.model.day is None:
            papers, gone = self.model.papers, self.model.gone
            self.wish(c.OpenDay(day=DAY, sessions=(SESSION,)), "server", "server")
            self.model.papers, self.model.gone = papers, gone
        assert self.numbers == before

    @rule(day=st.sampled_from(("2026-03-03", DAY, "2035-01-01")))
    def open_a_wrong_day(self, day: str) -> None:
        outcome = self.work.ask(c.OpenDay(day=day, sessions=(SESSION,)), "server", "server")
        assert outcome.refusal is not None

    @rule(data=st.data(), device=st.sampled_from(sorted(ROLES)), kind=st.sampled_from(COMMANDS))
    def anything_that_can_be_written(self, data: st.DataObject, device: str, kind: type[c.Command]) -> None:
        """Whatever the codec lets through, from anybody. Days only the server opens, and it has its own rules above."""
        command = data.draw(messages_of(kind))
        if isinstance(command, c.OpenDay | c.CloseDay | c.PassTime | c.ReportTicket):
            return
        allowed = {"kiosk": c.KIOSK_COMMANDS, "caller": c.COUNTER_COMMANDS, "display": ()}.get(ROLES[device], COMMANDS)
        named = [getattr(command, name, device) for name in ("kiosk", "device")]
        if isinstance(command, allowed) and (ROLES[device] != "kiosk" or named == [device, device]):
            self.wish(command, device, ROLES[device])
        else:
            assert self.work.ask(command, device, ROLES[device]).refusal is not None

    @rule(device=st.sampled_from(sorted(set(ROLES) - {"server"})), kind=st.sampled_from(("day", "time", "report")))
    def what_is_nobodys_business(self, device: str, kind: str) -> None:
        report = c.ReportTicket(
            ticket="ticket-0000", service="pension", number="A999", holding=Holding.PAPER, day=DAY, kiosk="kiosk-9"
        )
        command = {"day": c.CloseDay(), "time": c.PassTime(), "report": report}[kind]
        if kind != "day" or device != "collector":
            assert self.work.ask(command, device, ROLES[device]).refusal is not None

    # -- what is always true ------------------------------------------------

    @invariant()
    def the_engine_and_the_paper_agree(self) -> None:
        if not hasattr(self, "work"):
            return
        state, model = self.work.state, self.model
        assert state.day == model.day
        assert {id: (t.number, t.status) for id, t in state.tickets.items()} == {
            id: (paper.number, paper.status) for id, paper in model.papers.items()
        }
        for counter in self.hall.counters:
            window, known = model.window(counter), state.counter(counter)
            assert (known.status, known.ticket, known.clerk) == (window.status, window.ticket, window.clerk)
        assert {key for key, visit in state.visits.items() if visit.rated} == model.rated

    @invariant()
    def who_goes_first_and_who_has_one_already_is_known(self) -> None:
        if not hasattr(self, "work"):
            return
        tickets = self.work.state.tickets
        assert {id: ticket.priority for id, ticket in tickets.items() if ticket.priority} == self.model.claims
        live = [ticket for ticket in tickets.values() if ticket.person and ticket.status not in OVER]
        named = [(t.beneficiary, t.service) for t in live if self.hall.services[t.service].real_name]
        assert len(named) == len(set(named))

    @invariant()
    def no_slot_holds_more_than_the_hall_gives_it(self) -> None:
        if not hasattr(self, "work"):
            return
        length_ms = self.hall.rules.appointment_slot_min * 60_000
        booked = self.work.state.appointments.values()
        slots = Counter((one.service, one.time_ms // length_ms) for one in booked)
        assert all(count <= self.hall.rules.appointment_slot_capacity for count in slots.values())

    @invariant()
    def a_number_is_one_persons_all_day(self) -> None:
        if not hasattr(self, "work"):
            return
        for ticket, paper in self.model.papers.items():
            assert self.numbers.setdefault(paper.number, ticket) == ticket
        assert len({paper.number for paper in self.model.papers.values()}) == len(self.model.papers)

    @invariant()
    def who_waits_is_shown_and_who_is_called_stands_on_a_board(self) -> None:
        if not hasattr(self, "work"):
            return
        views = project(self.hall, self.work.state)
        waiting = [paper.number for paper in self.model.papers.values() if paper.status is TicketStatus.WAITING]
        listed = [number for (kind, _), view in views.items() if kind == "service" for number in view.numbers]
        assert len(listed) == len(set(listed))
        assert set(listed) <= set(waiting)
        called = {paper.number for paper in self.model.papers.values() if paper.status is TicketStatus.CALLED}
        assert called <= {call.number for call in views["board", "display-1"].calls}

    def teardown(self) -> None:
        """The past replays to the same bytes, and what is over stays over."""
        if not hasattr(self, "work"):
            return
        again = State()
        over: dict[str, TicketStatus] = {}
        for event in self.work.events:
            apply(again, event)
            for id, status in over.items():
                assert again.tickets[id].status is status, f"{id} was {status}"
            over |= {id: ticket.status for id, ticket in again.tickets.items() if ticket.status in OVER}
        views = project(self.hall, self.work.state)
        assert encode(list(project(self.hall, again).values())) == encode(list(views.values()))


def test_whatever_is_wished_in_whatever_order_engine_and_paper_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    done: set[type] = set()
    did = PaperModel.did

    def noted(model: PaperModel, wish: c.Command, result: dict[str, Any]) -> None:
        done.add(type(wish))
        did(model, wish, result)

    monkeypatch.setattr(PaperModel, "did", noted)
    run_state_machine_as_test(EngineMachine, settings=EFFORT)
    few = {c.Recall, c.ReturnTicket, c.VoidTicket, c.CloseDay, c.OpenDay}
    assert set(COMMANDS) - done <= few, "the stories are too poor"


@pytest.mark.parametrize(
    ("law", "spoil"),
    [
        ("a status", lambda state: setattr(next(iter(state.tickets.values())), "status", TicketStatus.SERVED)),
        ("a number", lambda state: setattr(next(iter(state.tickets.values())), "number", "A777")),
        ("a counter", lambda state: setattr(state.counters["c1"], "ticket", None)),
        ("a ticket", lambda state: state.tickets.clear()),
    ],
)
def test_the_paper_notices_when_the_engine_forgets(law: str, spoil: Any) -> None:
    machine = EngineMachine()
    machine.open("two kiosks")
    machine.somebody_comes(1, "pension")
    machine.open_counter("c1", None)
    machine.call_next("c1", True)
    machine.the_engine_and_the_paper_agree()
    spoil(machine.work.state)
    with pytest.raises(AssertionError):
        machine.the_engine_and_the_paper_agree()
