"""Whatever is asked, in whatever order: the laws hold, the past replays, and nobody is passed over."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.contract.codec import encode
from broker.engine.apply import apply
from broker.engine.project import project
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.ticket import LIFE
from broker.model.words import CounterStatus, Holding, Level, TicketStatus
from tests.engine.bench_hall import HallAtWork
from tests.halls import small_hall

COUNTERS = st.sampled_from(["c1", "c2", "c3", "nowhere"])
SERVICES = st.sampled_from(["pension", "card", "nothing"])
TICKETS = st.integers(0, 12).map(lambda index: f"ticket-{index:04d}")
NUMBERS = st.sampled_from(["A001", "A002", "A003", "B001", "A800", "A801", "A900", "Z999"])
PRIORITIES = st.sampled_from([None, None, "elderly", "royal"])
LEVELS = st.sampled_from(list(Level))

COMMANDS = st.one_of(
    st.builds(c.IssueTicket, ticket=TICKETS, service=SERVICES, priority=PRIORITIES),
    st.builds(c.ConfirmTicket, ticket=TICKETS, holding=st.sampled_from(list(Holding))),
    st.builds(c.VoidTicket, ticket=TICKETS),
    st.builds(
        c.ReportTicket,
        ticket=TICKETS,
        service=SERVICES,
        number=NUMBERS,
        holding=st.sampled_from(list(Holding)),
        day=st.sampled_from(["2026-03-04", "2026-03-03"]),
        kiosk=st.sampled_from(["kiosk-1", "kiosk-2"]),
    ),
    st.builds(c.OpenCounter, counter=COUNTERS),
    st.builds(c.PauseCounter, counter=COUNTERS, reason=st.sampled_from(["", "会议"])),
    st.builds(c.ResumeCounter, counter=COUNTERS),
    st.builds(c.CloseCounter, counter=COUNTERS),
    st.builds(c.CallNext, counter=COUNTERS),
    st.builds(c.CallNumber, counter=COUNTERS, number=NUMBERS),
    st.builds(c.Recall, counter=COUNTERS),
    st.builds(c.StartService, counter=COUNTERS),
    st.builds(c.FinishService, counter=COUNTERS),
    st.builds(c.MarkNoShow, counter=COUNTERS),
    st.builds(c.HoldTicket, counter=COUNTERS),
    st.builds(
        c.TransferTicket,
        counter=COUNTERS,
        to_service=st.one_of(st.none(), SERVICES),
        to_counter=st.one_of(st.none(), COUNTERS),
    ),
    st.builds(c.ReturnTicket, number=NUMBERS),
    st.builds(c.CancelTicket, number=NUMBERS),
    st.builds(
        c.RecordEvaluation,
        evaluation=st.sampled_from(["rating-001", "rating-002"]),
        visit=st.sampled_from(["2026-03-04-v1", "2026-03-04-v2", "2026-03-04-v9"]),
        level=LEVELS,
        device=st.sampled_from(["keypad-1", "keypad-2", "web"]),
        pressed_at_ms=st.just(0),
    ),
    st.builds(c.PauseIssuing, service=st.one_of(st.none(), SERVICES)),
    st.builds(c.ResumeIssuing, service=st.one_of(st.none(), SERVICES)),
    st.builds(c.CloseDay),
    st.builds(c.OpenDay, day=st.sampled_from(["2026-03-03", "2026-03-04", "2026-03-05"])),
    st.builds(c.PassTime),
)
STEPS = st.lists(st.tuples(COMMANDS, st.integers(0, 90)), max_size=60)
STORY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def play(steps: list[tuple[c.Command, int]]) -> HallAtWork:
    """Every law is checked after every event, inside ``ask``."""
    hall = HallAtWork(small_hall()).open_day()
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
        mine = ticket.service in skills and ticket.to_counter in (None, command.counter)
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
            reachable |= {after for one in reachable for after in LIFE[one]}
        assert ticket.status in reachable


@STORY
@given(STEPS)
def test_the_laws_hold_whatever_is_asked(steps: list[tuple[c.Command, int]]) -> None:
    hall = play(steps)
    counters = [counter.ticket for counter in hall.state.counters.values() if counter.ticket]
    assert len(counters) == len(set(counters))
    for counter in hall.state.counters.values():
        if counter.status is CounterStatus.CLOSED:
            assert counter.ticket is None


@STORY
@given(STEPS)
def test_a_number_belongs_to_one_ticket_a_day(steps: list[tuple[c.Command, int]]) -> None:
    hall = play(steps)
    owner: dict[tuple[str, str], str] = {}
    day = ""
    for event in hall.events:
        if isinstance(event, e.DayOpened):
            day = event.day
        if isinstance(event, e.TicketReserved | e.TicketReported | e.TicketRenumbered):
            assert owner.setdefault((day, event.number), event.ticket) == event.ticket


@STORY
@given(STEPS)
def test_replaying_the_events_shows_the_same_bytes(steps: list[tuple[c.Command, int]]) -> None:
    hall = play(steps)
    again = State()
    for event in hall.events:
        apply(again, event)
    live = {key: encode(view) for key, view in project(hall.hall, hall.state).items()}
    assert {key: encode(view) for key, view in project(hall.hall, again).items()} == live


@STORY
@given(STEPS)
def test_a_visit_is_rated_once_at_most(steps: list[tuple[c.Command, int]]) -> None:
    hall = play(steps)
    rated = [event.visit for event in hall.events if isinstance(event, e.EvaluationRecorded)]
    assert len(rated) == len(set(rated))
