"""Whatever is asked, in whatever order: the laws hold, the past replays, and nobody is passed over."""

from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.contract.codec import encode
from broker.engine.apply import apply
from broker.engine.project import project
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.ticket import LIFE, UNDO
from broker.model.words import CounterStatus, Holding, Level, TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.halls import small_hall

COUNTERS = ("c1", "c1", "c2", "c2", "c3", "nowhere")
SERVICES = ("pension", "pension", "card", "card", "nothing")
NUMBERS = ("A001", "A002", "A003", "A004", "B001", "B002", "A800", "A801", "A900", "Z999")
Step = tuple[c.Command, int]


def steps_of(seed: int, length: int = 150) -> list[Step]:
    """A busy day with every kind of nonsense in it; the same seed is the same day."""
    chance = Random(seed)
    makers = _usual(chance) * 10 + (_anything(chance) + _at_counters(chance)) * 2
    makers += _seldom(chance) * (chance.random() < 0.3)
    return [(chance.choice(makers)(), chance.choice((0, 1, 6, 20, 90) * 3 + (660,))) for _ in range(length)]


def _usual(chance: Random) -> list[Callable[[], c.Command]]:
    """What happens in a hall all day; without a hearty share of it no story gets anywhere."""

    def ticket() -> str:
        return f"ticket-{chance.randrange(40):04d}"

    return [
        lambda: c.IssueTicket(
            ticket=ticket(), service=chance.choice(SERVICES), priority=chance.choice((None, None, "elderly", "royal"))
        ),
        lambda: c.ConfirmTicket(ticket=ticket(), holding=chance.choice(list(Holding))),
        lambda: c.ConfirmTicket(ticket=ticket()),
        lambda: c.CallNext(counter=chance.choice(COUNTERS)),
        lambda: c.FinishService(counter=chance.choice(COUNTERS)),
        lambda: c.PassTime(),
        lambda: c.RecordEvaluation(
            evaluation=f"rating-{chance.randrange(9999):04d}",
            visit=f"2026-03-04-v{chance.randrange(1, 12)}",
            level=chance.choice(list(Level)),
            device=chance.choice(("keypad-1", "keypad-2", "web")),
            pressed_at_ms=0,
        ),
    ]


def _anything(chance: Random) -> list[Callable[[], c.Command]]:
    def counter() -> str:
        return chance.choice(COUNTERS)

    def report() -> c.Command:
        return c.ReportTicket(
            ticket=f"ticket-{chance.randrange(40):04d}",
            service=chance.choice(SERVICES),
            number=chance.choice(NUMBERS),
            holding=chance.choice(list(Holding)),
            day=chance.choice(("2026-03-04", "2026-03-04", "2026-03-03")),
            kiosk=chance.choice(("kiosk-1", "kiosk-2")),
        )

    return [
        report,
        report,
        lambda: c.VoidTicket(ticket=f"ticket-{chance.randrange(40):04d}"),
        lambda: c.OpenCounter(counter=counter()),
        lambda: c.OpenCounter(counter=counter()),
        lambda: c.PauseCounter(counter=counter(), reason=chance.choice(("", "会议"))),
        lambda: c.ResumeCounter(counter=counter()),
        lambda: c.ResumeCounter(counter=counter()),
        lambda: c.CloseCounter(counter=counter()),
        lambda: c.CallNumber(counter=counter(), number=chance.choice(NUMBERS)),
        lambda: c.Recall(counter=counter()),
        lambda: c.StartService(counter=counter()),
        lambda: c.MarkNoShow(counter=counter()),
        lambda: c.HoldTicket(counter=counter()),
        lambda: c.TransferTicket(
            counter=counter(),
            to_service=chance.choice((None, *SERVICES)),
            to_counter=chance.choice((None, None, *COUNTERS)),
        ),
        lambda: c.ReturnTicket(number=chance.choice(NUMBERS)),
        lambda: c.CancelTicket(number=chance.choice(NUMBERS)),
        lambda: c.ResumeIssuing(service=chance.choice(SERVICES)),
    ]


def _at_counters(chance: Random) -> list[Callable[[], c.Command]]:
    """The day at the counters: keys taken back, further services, no ticket, slips, who is there, pauses seen to."""

    def counter() -> str:
        return chance.choice(COUNTERS)

    def clerk() -> str:
        return chance.choice(("a1", "a2", "a9"))

    def slip() -> c.Command:
        code = chance.randrange(1_000_000)
        return c.GiveReturnSlip(counter=counter(), slip=f"slip-{code:06d}", code=f"S{code:06d}", missing="户口簿")

    def service() -> str:
        return chance.choice(SERVICES)

    return [
        slip,
        lambda: c.UndoLast(counter=counter()),
        lambda: c.UndoLast(counter=counter()),
        lambda: c.NextService(counter=counter(), service=service(), to_counter=chance.choice((None, counter()))),
        lambda: c.ServeDirect(counter=counter(), service=service(), reason=chance.choice(("咨询", " "))),
        lambda: c.LogIn(counter=counter(), clerk=clerk()),
        lambda: c.LogOut(counter=counter()),
        lambda: c.AppointSubstitute(counter=counter(), clerk=clerk()),
        lambda: c.ExcuseCounter(counter=counter(), reason="检修"),
        lambda: c.ApproveExtension(reason="最后一位", minutes=chance.choice((0, 30))),
        lambda: c.LeaveUnrated(
            visit=f"2026-03-04-v{chance.randrange(1, 12)}",
            device="keypad-1",
            why=chance.choice(("declined", "device_fault")),
        ),
    ]


def _seldom(chance: Random) -> list[Callable[[], c.Command]]:
    """What ends or empties a day; in some stories only."""
    return [
        lambda: c.PauseIssuing(service=chance.choice(SERVICES)),
        lambda: c.CloseDay(),
        lambda: c.OpenDay(day=chance.choice(("2026-03-03", "2026-03-04", "2026-03-04", "2026-03-05"))),
    ]


SEEDS = st.integers(0, 2**32)
STORY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def play(steps: list[Step]) -> HallAtWork:
    """Every law is checked after every event, inside ``ask``."""
    hall = HallAtWork(small_hall()).open_day().open_counters("c1", "c2", "c3")
    for command, seconds in steps:
        before = {key: (t.status, t.number) for key, t in hall.state.tickets.items()}
        better = _best_waiting(hall, command)
        outcome = hall.ask(command, "server", "server")
        _statuses_follow_the_table(hall, before)
        if better and outcome.refusal is None:
            assert outcome.result is not None
            assert outcome.result["number"] in better
        hall.wait(seconds)
    return hall


def _best_waiting(hall: HallAtWork, command: c.Command) -> set[str]:
    """Who may be called next, worked out without the policy: the largest ratio over every waiting ticket."""
    if not isinstance(command, c.CallNext) or command.counter not in hall.hall.counters:
        return set()
    skills = hall.hall.counters[command.counter].services
    scores: dict[str, float] = {}
    for ticket in hall.state.tickets.values():
        aim = ticket.to_counter
        free = aim in (None, command.counter) or hall.state.counter(str(aim)).status is CounterStatus.CLOSED
        mine = ticket.service in skills and free
        if ticket.status is TicketStatus.WAITING and mine:
            waited = max(0, hall.now_ms - ticket.clock_ms)
            target = 600_000 * (hall.hall.services[ticket.service].mean_minutes / 5) ** 0.5
            target *= 0.3 if ticket.priority == "elderly" else 1.0
            scores[ticket.number] = waited / target / (1 + 0.25 * (skills[ticket.service] - 1))
    return {number for number, score in scores.items() if score >= max(scores.values()) - 1e-9}


def _statuses_follow_the_table(hall: HallAtWork, before: dict[str, tuple[TicketStatus, str]]) -> None:
    """Reachable in the table, however many events one command caused."""
    for key, (status, _) in before.items():
        ticket = hall.state.tickets.get(key)
        if ticket is None:
            continue
        reachable = {status}
        for _ in LIFE:
            reachable |= {after for one in reachable for after in (LIFE[one] | UNDO.get(one, frozenset()))}
        assert ticket.status in reachable


@STORY
@given(SEEDS)
def test_the_laws_hold_whatever_is_asked(seed: int) -> None:
    hall = play(steps_of(seed))
    counters = [counter.ticket for counter in hall.state.counters.values() if counter.ticket]
    assert len(counters) == len(set(counters))
    for counter in hall.state.counters.values():
        if counter.status is CounterStatus.CLOSED:
            assert counter.ticket is None


@STORY
@given(SEEDS)
def test_a_number_belongs_to_one_ticket_a_day(seed: int) -> None:
    hall = play(steps_of(seed))
    owner: dict[tuple[str, str], str] = {}
    day = ""
    for event in hall.events:
        if isinstance(event, e.DayOpened):
            day = event.day
        if isinstance(event, e.TicketReserved | e.TicketReported | e.TicketRenumbered):
            assert owner.setdefault((day, event.number), event.ticket) == event.ticket


@STORY
@given(SEEDS)
def test_replaying_the_events_shows_the_same_bytes(seed: int) -> None:
    hall = play(steps_of(seed))
    again = State()
    for event in hall.events:
        apply(again, event)
    live = {key: encode(view) for key, view in project(hall.hall, hall.state).items()}
    assert {key: encode(view) for key, view in project(hall.hall, again).items()} == live


@STORY
@given(SEEDS)
def test_a_visit_is_rated_once_at_most(seed: int) -> None:
    hall = play(steps_of(seed))
    rated = [event.visit for event in hall.events if isinstance(event, e.EvaluationRecorded)]
    assert len(rated) == len(set(rated))
