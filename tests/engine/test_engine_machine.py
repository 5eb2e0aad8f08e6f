"""Every wish that a kiosk, a clerk, a manager or the server may have, sensible or not, in any order, against two
judges: the engine's own laws after every event, and a model on paper that foretells answers, statuses and numbers. At
the end of each story the judges of ``tests/simulation`` read its journal: pauses, hours, slips, who is next.

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
from broker.model import events as e
from broker.model import refusals as r
from broker.model.hall import Hall
from broker.model.words import Holding, Level, TicketStatus
from tests.contract.strategies import COMMANDS, messages_of
from tests.engine.bench_hall import KEYS, HallAtWork
from tests.engine.paper_model import OVER, PaperModel
from tests.halls import CLOSES_MS, DAY, OPENS_MS, lobby_hall, one_kiosk_hall, small_hall
from tests.simulation.checkers import (
    appointments,
    counters,
    covers,
    emergencies,
    going_on,
    helping,
    hours,
    order,
    persons,
    posts,
    ratings,
    slips,
    statuses,
    summons,
)
from tests.simulation.trace import Entry, Fault, Sent, Trace

JUDGES = (
    *(statuses, counters, order, emergencies, persons, appointments, helping, ratings),
    *(covers, posts, hours, going_on, slips, summons),
)
"""Those of the rules; kiosks give numbers as they please here, and nobody sees paper."""


def log_in_hall() -> Hall:
    """Where clerks log in, recalls are few and a pause is soon too long."""
    hall = small_hall()
    rules = msgspec.structs.replace(hall.rules, clerks_log_in=True, recall_most=2, pause_warning_min=2)
    return msgspec.structs.replace(hall, rules=msgspec.structs.replace(rules, pause_limit_min=3))


RULES = msgspec.structs.replace(lobby_hall().rules, appointment_slot_capacity=2)
LOBBY = msgspec.structs.replace(lobby_hall(), rules=RULES)
HALLS = {"two kiosks": small_hall(), "one kiosk": one_kiosk_hall(), "readers": LOBBY, "log in": log_in_hall()}
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
REASONS = st.sampled_from(("特呼", "特呼", " "))
PHONES = st.sampled_from(("", "", "12333", "0432 000", "13800000000"))
AT_C = st.sampled_from(("c1", "c1", "c2", "c3"))
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
    max_examples=20_000 if LONG else 300,
    stateful_step_count=120 if LONG else 60,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class HallOnRecord(HallAtWork):
    """Keeps which command each event came from, as a journal does."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(hall)
        self.trace = Trace(seed=0, hall=hall)

    def ask(self, command: c.Command, *asked: Any, **how: Any) -> Any:
        before, id = len(self.events), f"command-{len(self.trace.sent)}"
        outcome = super().ask(command, *asked, **how)
        self.trace.sent.append(Sent(self.now_ms, "anybody", id, type(command).__name__, durable=False))
        for place, event in enumerate(self.events[before:], before + 1):
            self.trace.journal.append(Entry(place, id, event, self.now_ms))  # type: ignore[arg-type]
        return outcome

    def judged(self) -> list[str]:
        """What outsiders have against the journal. Time passes here only when it is asked to: nobody is late."""
        moments = {entry.at_ms for entry in self.trace.journal}
        self.trace.faults = [Fault(at_ms, "server stopped", "server") for at_ms in moments]
        return [str(violation) for judge in JUDGES for violation in judge.check(self.trace)]


class EngineMachine(RuleBasedStateMachine):
    """One hall of one day, perhaps reopened; ``reserved`` holds since when nobody has said a word of a number."""

    @initialize(name=st.sampled_from(sorted(HALLS)))
    def begin(self, name: str) -> None:
        """A hall with something in it, so that no story is over before it begins."""
        self.open(name)
        for counter, clerk in (("c1", "a1"), ("c2", "a2"), ("c3", None)):
            if clerk is not None and self.hall.rules.clerks_log_in:
                self.log_in(counter, clerk)
            self.open_counter(counter, None)
        for place in range(3):
            self.somebody_comes(place, "pension")

    def open(self, name: str) -> None:
        self.hall: Hall = HALLS[name]
        self.work = HallOnRecord(self.hall)
        self.work.open_day()
        self.model = PaperModel(self.hall, DAY)
        self.numbers: dict[str, str] = {}
        """Number -> the ticket it was first given to, for the whole day."""

    def wish(self, command: c.Command, device: str = "collector", role: str = "collector", **asked: Any) -> None:
        """Ask, compare with what was foretold, note what was done."""
        self.model.now_ms, self.model.after_hours = self.work.now_ms, self.work.now_ms >= CLOSES_MS
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
        phone=PHONES,
        back=st.booleans(),
    )
    def pause_counter(
        self, counter: str, reason: str, substitute: str | None, minutes: int | None, phone: str, back: bool
    ) -> None:
        self.wish(
            c.PauseCounter(counter=counter, reason=reason, substitute=substitute, return_in_min=minutes, phone=phone)
        )
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
            self.wish(c.CallNumber(counter=counter, number=number, reason="特呼"))
        else:
            self.wish(kind(number=number))  # type: ignore[call-arg]

    @rule(
        counter=COUNTERS,
        kind=st.sampled_from((c.Recall, c.StartService, c.FinishService, c.MarkNoShow, c.HoldTicket, c.UndoLast)),
    )
    def at_the_window(self, counter: str, kind: type[c.Command]) -> None:
        self.wish(kind(counter=counter))  # type: ignore[call-arg]

    @rule(counter=COUNTERS, service=st.none() | SERVICES, other=st.none() | COUNTERS)
    def transfer(self, counter: str, service: str | None, other: str | None) -> None:
        self.wish(c.TransferTicket(counter=counter, to_service=service, to_counter=other))

    @rule(number=NUMBERS, cancel=st.booleans())
    def return_or_cancel(self, number: str, cancel: bool) -> None:
        self.wish(c.CancelTicket(number=number) if cancel else c.ReturnTicket(number=number))

    # -- who is there ------------------------------------------------

    @rule(counter=COUNTERS, clerk=st.sampled_from(("a1", "a1", "a2", "a9")))
    def log_in(self, counter: str, clerk: str) -> None:
        self.wish(c.LogIn(counter=counter, clerk=clerk))

    @rule(counter=COUNTERS)
    def log_out(self, counter: str) -> None:
        self.wish(c.LogOut(counter=counter))

    @rule(counter=COUNTERS, clerk=st.sampled_from(("a1", "a2", "a9")), reason=REASONS, excuse=st.booleans())
    def the_duty_leader_says_something(self, counter: str, clerk: str, reason: str, excuse: bool) -> None:
        excused = c.ExcuseCounter(counter=counter, reason=reason)
        self.wish(excused if excuse else c.AppointSubstitute(counter=counter, clerk=clerk))

    @rule(
        counter=AT_C,
        leave=st.sampled_from((c.PauseCounter, c.PauseCounter, c.LogOut)),
        says=st.sampled_from(("nothing", "nothing", "sent", "excused")),
        minutes=st.sampled_from((2, 4, 6, 9, 11)),
        comes=st.sampled_from((None, "a1", "a2")),
    )
    def nobody_is_there(self, counter: str, leave: Any, says: str, minutes: int, comes: str | None) -> None:
        """A pause, or a counter that nobody comes to: warned, wanted, sent, come, or an incident on record."""
        self.wish(leave(counter=counter))
        for _ in range(2):
            self.time_passes(minutes * 60)
            if says != "nothing":
                self.wish(
                    c.AppointSubstitute(counter=counter, clerk="a2")
                    if says == "sent"
                    else c.ExcuseCounter(counter=counter, reason="检修")
                )
        if comes is not None:
            self.wish(c.LogIn(counter=counter, clerk=comes))

    @rule(counter=AT_C, kind=st.sampled_from((c.CallNext, *ENDS)), seconds=st.sampled_from((0, 3, 10, 10.1)))
    def a_wrong_key(self, counter: str, kind: type[c.Command], seconds: float) -> None:
        """Pressed, and taken back at once, at the last moment, or too late."""
        if kind is not c.CallNext:
            self.wish(c.CallNext(counter=counter))
        more = {"to_service": "card"} if kind is c.TransferTicket else {}
        self.wish(kind(counter=counter, **more))  # type: ignore[call-arg]
        self.work.wait(seconds)
        self.wish(c.UndoLast(counter=counter))
        if seconds == 3:
            self.wish(c.UndoLast(counter=counter))

    # -- further services, no ticket, slips, hours ------------------------------------------------

    @rule(counter=AT_C, service=SERVICES, to_counter=st.none() | COUNTERS, call=st.booleans(), here=st.booleans())
    def another_service(self, counter: str, service: str, to_counter: str | None, call: bool, here: bool) -> None:
        if call:
            self.wish(c.CallNext(counter=counter))
        self.wish(c.NextService(counter=counter, service=service, to_counter=counter if here else to_counter))

    @rule(counter=COUNTERS, service=SERVICES, reason=REASONS)
    def served_without_a_number(self, counter: str, service: str, reason: str) -> None:
        self.wish(c.ServeDirect(counter=counter, service=service, reason=reason))

    @rule(
        counter=AT_C,
        who=st.integers(1, 4),
        missing=st.sampled_from(("户口簿", "户口簿", " ")),
        days=st.sampled_from((None, 1)),
        comes=st.integers(0, 3),
    )
    def papers_are_missing(self, counter: str, who: int, missing: str, days: int | None, comes: int) -> None:
        """A slip, and its holder comes again so many times."""
        self.wish(c.CallNext(counter=counter))
        slip, code = f"slip-{who:04d}", f"SLIP{who:04d}"
        self.wish(c.GiveReturnSlip(counter=counter, slip=slip, code=code, missing=missing, days=days))
        for time in range(comes):
            ticket = f"ticket-slip-{who}{time}"
            self.wish(c.CheckIn(ticket=ticket, code=code, kiosk="kiosk-1"), "kiosk-1", "kiosk")
            self.wish(c.ConfirmTicket(ticket=ticket) if time else c.VoidTicket(ticket=ticket))

    @rule(counter=st.none() | COUNTERS, minutes=st.sampled_from((0, 1, 30)), reason=REASONS)
    def hours_are_extended(self, counter: str | None, minutes: int, reason: str) -> None:
        self.wish(c.ApproveExtension(counter=counter, minutes=minutes, reason=reason))

    @rule(
        counter=COUNTERS,
        services=st.lists(SERVICES, max_size=2).map(tuple),
        clerk=CLERKS,
        how=st.sampled_from(("change", "change", "emergency", "raise", "raise class")),
        factor=st.sampled_from((0.2, 0.5, 1.0)),
        minutes=st.sampled_from((0, 1, 30)),
    )
    def the_hall_is_run(
        self, counter: str, services: tuple[str, ...], clerk: str | None, how: str, factor: float, minutes: int
    ) -> None:
        """A counter serves other things, one more opens, somebody goes sooner; then somebody is called."""
        if how == "change":
            self.wish(c.ChangeServices(counter=counter, services=services))
        elif how == "emergency":
            self.wish(c.CloseCounter(counter=counter))
            self.wish(c.OpenEmergencyCounter(counter=counter, clerk=clerk, services=services))
        else:
            aim = {"service": services[0] if services else None} if how == "raise" else {"priority": "elderly"}
            self.wish(c.RaiseClass(**aim, factor=factor, minutes=minutes))
        self.wish(c.CallNext(counter=counter))

    @rule(late=st.integers(0, 9))
    def evening_comes(self, late: int) -> None:
        if late == 9 and self.work.now_ms < CLOSES_MS:
            self.work.now_ms = CLOSES_MS - 1
            self.time_passes(1)
            self.wish(c.CallNext(counter="c1"))

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
        self.wish(c.ExplainEvaluation(visit=visit, device="phone", contact=True))

    @precondition(lambda self: self.model.visit_of)
    @rule(
        place=st.integers(0, 12),
        by_sign=st.sampled_from((True, True, False)),
        forged=st.sampled_from((False, False, False, True)),
        level=st.sampled_from(list(Level)),
    )
    def rate_by_a_code(self, place: int, by_sign: bool, forged: bool, level: Level) -> None:
        """By the QR code on the paper, or by the one at the counter; a made up one proves nothing."""
        if by_sign or place % 2:
            self.wish(c.CallNext(counter="c1"))
            self.wish(c.FinishService(counter="c1"))
        newest = self.work.state.counter("c1").visit if by_sign or place % 2 else None
        numbers = [number for number, visit in self.model.visit_of.items() if visit == newest]
        numbers = numbers or sorted(self.model.visit_of)
        number = numbers[place % len(numbers)]
        ticket, visit = str(self.model.of_number(number)), self.model.visit_of[number]
        if self.model.of_number(number) is None:
            return
        facts: dict[str, Any] = {"evaluation": f"code-{number}", "level": level, "pressed_at_ms": self.work.now_ms}
        kiosk = self.work.state.tickets[ticket].kiosk or "kiosk-9"
        whose = KEYS.of("kiosk-8") if forged else KEYS.of(kiosk)
        made: c.Command = c.RateByTicket(ticket=ticket, proof=whose.ticket_proof(ticket), **facts)
        if by_sign:
            keypad = "keypad-1" if self.model.visit_at.get(visit) == "c1" else "keypad-2"
            signed = KEYS.of("kiosk-8" if forged else keypad).visit_proof(visit)
            made = c.RateBySign(visit=visit, device=keypad, proof=signed, **facts)
        if forged:
            assert self.work.ask(made).refusal is not None
        else:
            self.wish(made)

    @precondition(lambda self: self.model.visits)
    @rule(
        place=st.integers(0, 12),
        device=st.sampled_from(("keypad-1", "keypad-1", "keypad-2", "web")),
        why=st.sampled_from(("declined", "device_fault")),
    )
    def nobody_rates(self, place: int, device: str, why: Any) -> None:
        visit = sorted(self.model.visits)[place % len(self.model.visits)]
        self.wish(c.LeaveUnrated(visit=visit, device=device, why=why))

    @precondition(lambda self: self.model.ratings)
    @rule(
        place=st.integers(0, 12),
        device=st.sampled_from(("phone", "phone", "keypad-1", "web")),
        reasons=st.sampled_from(((), ("slow",), ("waiting", "nothing_known"))),
        contact=st.booleans(),
    )
    def why_so_low(self, place: int, device: str, reasons: tuple[str, ...], contact: bool) -> None:
        visit = sorted(self.model.ratings)[place % len(self.model.ratings)]
        told = c.ExplainEvaluation(visit=visit, device=device, reasons=reasons, reasons_version=1, contact=contact)
        self.wish(told)

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

    @rule(rating=st.integers(0, 9), age_s=st.sampled_from((0, 0, 30)), served=st.booleans())
    def rate_by_number(self, rating: int, age_s: int, served: bool) -> None:
        """Somebody who was just served, or anybody who was some time."""
        number = self._served_from_a_kiosk(f"ticket-rates-{rating}") if served else None
        numbers = sorted(self.model.visit_of)
        if number is None and numbers:
            number = numbers[rating % len(numbers)]
        if number is None or self.model.of_number(number) is None:  # the papers of a closed day are another day's
            return
        self.work.wait(age_s)
        made = c.RateVisit(
            evaluation=f"number-{rating:04d}",
            number=number,
            level=Level.SATISFIED,
            device="kiosk-1",
            pressed_at_ms=self.work.now_ms,
            code=self.code_on(str(self.model.of_number(number))) if rating % 5 else None,
        )
        self.wish(made, "kiosk-1", "kiosk")

    def _served_from_a_kiosk(self, ticket: str) -> str | None:
        """His number, if the hall lets him take one and have his turn."""
        self.wish(c.IssueTicket(ticket=ticket, service="pension", kiosk="kiosk-1"), "kiosk-1", "kiosk")
        self.wish(c.ConfirmTicket(ticket=ticket), "kiosk-1", "kiosk")
        paper = self.model.papers.get(ticket)
        if paper is None:
            return None
        self.wish(c.FinishService(counter="c1"))
        self.wish(c.CallNumber(counter="c1", number=paper.number, reason="特呼"))
        self.wish(c.FinishService(counter="c1"))
        return paper.number if paper.number in self.model.visit_of else None

    def code_on(self, ticket: str) -> str:
        """As the paper of a ticket bears it; one that no kiosk gave has none, and then any code is wrong."""
        return KEYS.of(self.work.state.tickets[ticket].kiosk or "kiosk-9").code(ticket)

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
        booked = [one for one in self.work.state.appointments.values() if one.until_ms is None]  # the others are slips
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
        assert self.work.judged() == []
        again = State()
        over: dict[str, TicketStatus] = {}
        for event in self.work.events:
            apply(again, event)
            if isinstance(event, e.ActionUndone):
                over.pop(event.ticket, None)
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
    few |= {c.FillSheet, c.SignSheet, c.ReopenSheet}  # which need an account by name: tests/engine/test_sheets.py
    # Phones, moves and orders are wished in the simulated halls, and foretold there: tests/simulation/checkers.
    few |= {c.TakeOnPhone, c.PostponeTicket, c.GiveUpTicket, c.ProveTicket, c.MoveAppointment, c.OrderTicket}
    few |= {c.KeepAuditHead}  # the collector's own, once an hour, of no ticket: tests/engine/test_records.py
    few |= {c.FindRestriction, c.LiftRestriction}  # nobody is held back here for days: tests/engine/test_restricting.py
    few |= {c.OpenCase, c.TakeStep, c.GiveCase}  # of no ticket, and step by step: tests/engine/test_cases.py
    few |= {c.MakeRota}  # of no ticket: tests/engine/test_rota.py
    few |= {c.DrawInspection, c.RecordInspection}  # of no ticket, once a week: tests/engine/test_inspections.py
    few |= {c.BeginSurvey, c.AnswerSurvey}  # of no ticket: tests/engine/test_surveys.py
    few |= {c.RateByTicket, c.ListClaims}  # chance seldom has both ticket and code: test_evaluating.py, test_guiding.py
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
