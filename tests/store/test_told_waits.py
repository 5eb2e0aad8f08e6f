"""How often what was told came true: counted from the journal as the engine counts it in its state."""

import msgspec
import pytest

from broker.engine.coverage import coverage
from broker.model import commands as c
from broker.model import events as e
from broker.model.forecasts import Again, Foretold
from broker.store.told_waits import ENOUGH, ToldFold, ToldWaits, told_day
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_floor import busy_day
from tests.halls import DAY, small_hall

MINUTE_MS = 60_000


def folded(events: list[e.Event]) -> ToldFold:
    fold = ToldFold()
    for event in events:
        fold.fold(event)
    return fold


def counted(fold: ToldFold) -> dict[str | None, tuple[int, int, int]]:
    return {one.service: (one.kept, one.shorter, one.longer) for one in told_day(DAY, fold).services}


@pytest.mark.parametrize("seed", range(12))
def test_the_reports_count_what_the_engine_counts(seed: int) -> None:
    work = None
    for work, command in busy_day(seed + 500):
        work.ask(command, "server", "server")
    assert work is not None
    engine = {one.service: (one.kept, one.sooner, one.later) for one in coverage(work.state) if one.day == DAY}
    assert engine
    fold = folded(work.events)
    assert counted(fold) == engine
    again = [one for one in coverage(work.state, again=True) if one.day == DAY]
    assert fold.waiting == [
        sum(one.kept for one in again),
        sum(one.sooner for one in again),
        sum(one.later for one in again),
    ]


def given(ticket: str, at_ms: int, told_min: tuple[int, int] | None, service: str = "pension") -> e.TicketReserved:
    forecast = Foretold(0.0, (), 0.0, 0, (0.0, 1.0), (0.0, 1.0), told_min)
    return e.TicketReserved(
        at_ms=at_ms,
        ticket=ticket,
        number=ticket.upper(),
        series="a",
        value=1,
        owner="engine",
        service=service,
        arrived_at_ms=at_ms,
        forecast=forecast,
    )


def called(ticket: str, at_ms: int) -> e.TicketCalled:
    return e.TicketCalled(at_ms=at_ms, ticket=ticket, counter="c1", call_id=f"call-{ticket}")


@pytest.mark.parametrize(
    ("waited_min", "outcome"), [(3.9, (0, 1, 0)), (4, (1, 0, 0)), (10, (1, 0, 0)), (10.1, (0, 0, 1))]
)
def test_a_wait_is_within_what_was_said_to_the_minute_or_is_not(
    waited_min: float, outcome: tuple[int, int, int]
) -> None:
    fold = folded([given("t1", 0, (4, 10)), called("t1", int(waited_min * MINUTE_MS))])
    assert counted(fold) == {"pension": outcome}


def test_a_second_call_and_a_ticket_without_a_range_are_not_counted() -> None:
    events = [given("t1", 0, (4, 10)), called("t1", 5 * MINUTE_MS), called("t1", 90 * MINUTE_MS)]
    events += [given("t2", 0, None), called("t2", MINUTE_MS)]
    assert counted(folded(events)) == {"pension": (1, 0, 0)}


@pytest.mark.parametrize("ending", ["cancelled", "sent on", "of another class"])
def test_a_forecast_that_speaks_of_another_wait_is_not_counted(ending: str) -> None:
    work = HallAtWork(small_hall()).open_day().open_counters("c1", "c2")
    first = work.take_ticket("pension")
    if ending == "cancelled":
        work.done(c.CancelTicket(number=first, reason="不办了"))
    elif ending == "of another class":
        work.done(c.ConfirmPriority(number=first, priority="elderly"))
        work.call("c1")
    else:
        work.call("c1")
        work.done(c.StartService(counter="c1"))
        work.done(c.TransferTicket(counter="c1", to_service="card"))
        work.call("c1")
    assert sum(map(sum, counted(folded(work.events)).values())) == (ending == "sent on"), "its first call alone"


def test_what_was_shown_to_one_who_waits_is_held_against_what_was_left_of_his_wait() -> None:
    drawn = msgspec.structs.replace(given("t2", 6 * MINUTE_MS, None), again=Again("t1", (0.0, 1.0), (2, 4)))
    late = msgspec.structs.replace(given("t3", 7 * MINUTE_MS, None), again=Again("t1", (0.0, 1.0), (4, 8)))
    fold = folded([given("t1", 0, (4, 10)), drawn, late, called("t1", 9 * MINUTE_MS)])
    assert counted(fold) == {"pension": (1, 0, 0)}
    assert fold.waiting == [1, 1, 0]
    assert told_day(DAY, fold).waiting.told == 2


def test_no_share_is_told_for_fewer_than_enough() -> None:
    few, many = ToldFold(counts={"a": [ENOUGH - 1, 0, 0]}), ToldFold(counts={"a": [ENOUGH - 5, 2, 3], "b": [1, 0, 0]})
    assert told_day(DAY, few).total.kept_share is None
    day = told_day(DAY, many)
    assert (day.total.told, day.total.kept_share) == (ENOUGH + 1, round((ENOUGH - 4) / (ENOUGH + 1), 4))
    assert day.services[0] == ToldWaits(
        service="a", kept=ENOUGH - 5, shorter=2, longer=3, told=ENOUGH, kept_share=(ENOUGH - 5) / ENOUGH
    )
    assert day.services[1].kept_share is None
