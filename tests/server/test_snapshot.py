"""A state as bytes: every field comes back, the same state gives the same bytes, a foreign snapshot is not read."""

from copy import deepcopy
from dataclasses import fields, replace

import msgspec
import pytest

from broker.engine.apply import apply
from broker.engine.state import State
from broker.model import events as e
from broker.model.commands import RotaPost, RotaSession, SessionTimes
from broker.model.days import DayKind
from broker.model.slots import BookedItem
from broker.model.words import Holding, Level
from broker.server.snapshot import SHAPE, load_state, save_state
from broker.store.archive import Snapshot
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_engine_properties import steps_of
from tests.halls import small_hall

SEEDS = range(12)


def story(seed: int) -> list[e.Event]:
    """The events of a busy day full of nonsense."""
    hall = HallAtWork(small_hall()).open_day().open_counters("c1", "c2", "c3")
    for command, wait_s in steps_of(seed):
        hall.wait(wait_s)
        hall.ask(command)
    return hall.events


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fold_may_begin_at_any_snapshot(seed: int) -> None:
    events = story(seed)
    whole = State()
    snapshots: list[Snapshot] = []
    for event in events:
        apply(whole, event)
        if whole.position % 2 == 0:
            snapshots.append(save_state(whole))
            loaded = load_state(snapshots[-1])
            assert loaded == whole
            assert save_state(loaded) == snapshots[-1]
    assert len(snapshots) > 5
    for snapshot in snapshots[:: len(snapshots) // 3]:
        state = load_state(snapshot)
        assert state is not None
        for event in events[snapshot.position :]:
            apply(state, event)
        assert state == whole
        assert list(state.tickets) == list(whole.tickets)


def rated(at_ms: int, visit: str) -> tuple[e.Event, ...]:
    """Somebody was served without a ticket and rated."""
    return (
        e.DirectServed(at_ms=at_ms, counter="c1", visit=visit, service="pension", clerk="a1", reason="x"),
        e.EvaluationRecorded(
            at_ms=at_ms, evaluation=f"of-{visit}", visit=visit, level=Level.SATISFIED, device="phone", raw_key="",
            counter="c1", service="pension", clerk="a1", pressed_at_ms=at_ms,
        ),
    )  # fmt: skip


ON_DUTY = RotaPost("c1", "a1")
RARE: tuple[e.Event, ...] = (
    e.TicketReportedLate(
        at_ms=1, ticket="t-0", number="A801", service="pension", day="2026-03-04", series="a", value=801, owner="k"
    ),
    e.DayOpened(
        at_ms=2, day="2026-03-03", sessions=(SessionTimes("day", 1, 9, 8),), kind=DayKind.WORKDAY, calls_go_on=True
    ),
    e.EmergencyBegan(at_ms=2, zh="请离开", en="Leave"),
    e.EmergencyEnded(at_ms=3),
    e.EmergencyBegan(at_ms=3, zh="请离开", en="Leave"),
    e.ServicesChanged(at_ms=3, counter="c2", services={"card": 2}, until_ms=90_000),
    e.ClassRaised(at_ms=3, priority="elderly", factor=0.5, until_ms=90_000),
    e.TicketOrdered(at_ms=3, ticket="desk-ticket-1", kiosk="kiosk-1", service="pension", until_ms=60_003),
    e.HelpWanted(at_ms=3, help="help-0001", kiosk="kiosk-1"),
    e.HelpWanted(at_ms=3, help="help-0002", kiosk="kiosk-2"),
    e.HelpAnswered(at_ms=3, help="help-0001", kiosk="kiosk-1"),
    e.AppointmentBooked(
        at_ms=3, appointment="booked-1", code="ABC123", service="pension", time_ms=9, person="a" * 32, source="home",
        items=(BookedItem("pension", 6, 2),), who="b" * 32,
    ),
    e.AppointmentMissed(at_ms=3, appointment="booked-1", counts_until_ms=99, restricted_until_ms=99),
    e.RestrictionLifted(at_ms=3, whose=("c" * 32,), until_ms=99, missed=3, reason="不是本人预约"),
    e.SessionBegan(at_ms=3, session="day"),
    e.IssuingEnded(at_ms=3, session="day"),
    e.ExtensionApproved(at_ms=3, until_ms=99, reason="人多"),
    e.AttendanceTaken(at_ms=3, session="day", due_ms=2, absent=("a1", "a2")),
    e.ClerkLoggedIn(at_ms=3, counter="c1", clerk="a1"),
    e.CoverWanted(at_ms=3, task="task-0001", counter="c2", kind="nobody", since_ms=2, due_ms=9),
    e.CounterExcused(at_ms=3, task="task-0001", counter="c3", reason="轮休"),
    e.NoticePosted(at_ms=3, notice="lift", zh="电梯停运", en="No lift"),
    e.TicketReserved(
        at_ms=4, ticket="t-1", number="A001", series="a", value=1, owner="engine", service="pension", arrived_at_ms=4
    ),
    e.TicketRenumbered(
        at_ms=5, ticket="t-1", number="A802", series="a", value=802, owner="k", voided="A001", holding=Holding.PAPER
    ),
    e.TicketReported(
        at_ms=6, ticket="t-2", number="A803", series="a", value=803, owner="k", service="pension", arrived_at_ms=5,
        holding=Holding.MAYBE, kiosk="kiosk-1", doubtful=True,
    ),
    e.NumberClashed(at_ms=7, number="A803", ticket="t-9", kiosk="kiosk-2"),
    e.TicketReportedLate(
        at_ms=8, ticket="t-3", number="A804", service="pension", day="2026-03-04", series="a", value=804, owner="k"
    ),
    e.JournalRestored(at_ms=8, through="2026-03-04"),
    e.IssuingWasPaused(at_ms=9, service="pension", kiosk=None, reason="停电"),
    e.AttendanceTaken(at_ms=10, session="day", due_ms=9, absent=("a1", "a2")),
    e.ClerkLoggedIn(at_ms=11, counter="c1", clerk="a1"),
    e.CoverWanted(at_ms=12, task="2026-03-03-t1", counter="c2", kind="nobody", since_ms=9, due_ms=99, clerk="a2"),
    e.CoverWanted(at_ms=12, task="2026-03-03-t2", counter="c3", kind="nobody", since_ms=9, due_ms=99),
    e.SubstituteAppointed(at_ms=13, task="2026-03-03-t1", counter="c2", clerk="a3", phone="12333", due_ms=120),
    e.CounterExcused(at_ms=14, task="2026-03-03-t2", counter="c3", reason="休息"),
    *(event for n in range(5) for event in rated(15 + n, f"2026-03-03-v{n}.1-000000")),
    e.CaseOpened(
        at_ms=19, case="T2026-0001", kind="complaint", number="T2026-0001", stage="assign", due_ms=99, channel="box"
    ),
    e.CaseStepped(at_ms=19, case="T2026-0001", step="assign", stage="answer", due_ms=99, target="待遇科", by="ann"),
    e.CaseStepped(at_ms=19, case="T2026-0001", step="answer", stage="closed", due_ms=99, verdict="founded", by="ben"),
    e.CaseOpened(
        at_ms=19, case="W2026-0001", kind="blame", number="W2026-0001", stage="decide", due_ms=99, of="T2026-0001",
        cause="loss", reason="经核实",
    ),
    e.RotaMade(at_ms=19, day="2026-03-09", leader="a1", sessions=(RotaSession(session="day", posts=(ON_DUTY,)),)),
    e.RotaLooked(at_ms=19, day="2026-03-04", session="day", until_ms=90, planned=1, closed=("c1",)),
    e.SurveyBegan(at_ms=19, round="2026-Q1", ends_ms=90, questions=("waiting",)),
    e.InspectionDrawn(at_ms=19, week="2026-W10", visit_ms=50, until_ms=90),
    e.DayOpened(at_ms=20, day="2026-03-05", sessions=()),  # a staff wall shows the day before
)  # fmt: skip


def test_every_field_that_a_state_has_comes_back() -> None:
    """Whoever adds a field must fill it here, or this fails."""
    filled: set[str] = set()
    empty = State()
    for events in (RARE, *map(story, range(40))):
        state = State()
        for event in events:
            apply(state, event)
            filled |= {one.name for one in fields(State) if getattr(state, one.name) != getattr(empty, one.name)}
            assert load_state(save_state(state)) == state
    assert filled == {one.name for one in fields(State)}


def test_a_snapshot_of_another_shape_or_with_a_wrong_digest_is_not_read() -> None:
    hall = HallAtWork(small_hall()).open_day()
    good = save_state(hall.state)
    assert load_state(good) == hall.state
    assert load_state(replace(good, shape=f"{SHAPE}x")) is None
    assert load_state(replace(good, state=good.state.replace(b"2026-03-04", b"2026-03-05"))) is None


def test_a_snapshot_is_a_copy_of_its_moment() -> None:
    hall = HallAtWork(small_hall()).open_day()
    hall.take_ticket()
    before, snapshot = deepcopy(hall.state), save_state(hall.state)
    hall.take_ticket()
    assert load_state(snapshot) == before
    assert msgspec.json.decode(snapshot.state)[0] == snapshot.position == before.position
