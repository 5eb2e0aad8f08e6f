"""Why was he called before me? What is told afterwards is what the engine compared, for everybody who waited."""

import pytest

from broker.engine import policy
from broker.model import commands as c
from broker.model.words import TicketStatus
from broker.store.call_reasons import Waiter, call_rows, compared_with, reason_of
from broker.store.line_fold import LineFold
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_floor import busy_day
from tests.halls import DAY, small_hall


class Told:
    """A hall at work and the fold of its events, as the reports have it."""

    def __init__(self, work: HallAtWork) -> None:
        self.work, self.fold, self.taken = work, LineFold(DAY), 0

    def catch_up(self) -> LineFold:
        for event in self.work.events[self.taken :]:
            self.taken += 1
            self.fold.fold(self.taken, event)  # positions as of a journal: the first event has 1
        return self.fold


@pytest.fixture
def told() -> Told:
    return Told(HallAtWork(small_hall()).open_day().open_counters("c1", "c2"))


def reason_now(told: Told) -> object:
    fold = told.catch_up()
    return reason_of(fold, fold.calls[-1].event.call_id)


def standing(told: Told, number: str) -> Waiter:
    fold = told.catch_up()
    found = compared_with(fold, fold.calls[-1].event.call_id, number)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(8))
def test_everybody_who_waited_gets_the_ratio_that_the_policy_would_have_given_him(seed: int) -> None:
    told, calls = None, 0
    for work, command in busy_day(seed):
        told = told or Told(work)
        state, counter = work.state, getattr(command, "counter", "")
        if not isinstance(command, c.CallNext) or counter not in work.hall.counters:
            work.ask(command, "server", "server")
            continue
        wanted = {}
        skills = policy.services_of(work.hall, state, counter)
        for lane, places in state.lanes.items():
            for _, _, ticket in places:
                one = state.tickets[ticket]
                mine = policy.serves(work.hall, state, counter, lane)
                raised = policy.raised_factor(state, lane, work.now_ms)
                ratio = policy.score(work.hall, one, skills[lane[0]], work.now_ms, raised) if mine else None
                wanted[one.number] = ratio, one.clock_ms, lane
        if work.ask(command, "server", "server").refusal is not None:
            continue
        calls += 1
        found = reason_now(told)
        got = {
            one.number: (one.ratio, one.clock_ms, (one.service, one.priority, one.to_counter))
            for one in (found.called, *found.waiting)
        }
        assert got == wanted
        assert found.called.number == found.call.number
        assert all((one.ratio or 0.0) <= found.called.ratio for one in found.waiting)
    assert calls > 2


@pytest.mark.parametrize("seed", range(8))
def test_at_every_position_the_same_people_stand_in_the_same_lines_as_the_engine_has_them(seed: int) -> None:
    told = None
    for work, command in busy_day(seed + 100):
        told = told or Told(work)
        work.ask(command, "server", "server")
        fold = told.catch_up()
        ours = {
            (holder.number, (stay.service, stay.priority, stay.to_counter), stay.clock_ms)
            for holder, stay in fold.waiting_at(told.taken + 1)
        }
        engine = {
            (work.state.tickets[place[2]].number, lane, place[0])
            for lane, places in work.state.lanes.items()
            for place in places
        }
        assert ours == engine


def test_who_had_not_come_yet_or_stood_elsewhere_is_told_so(told: Told) -> None:
    work = told.work
    first, other = work.take_ticket("pension"), work.take_ticket("pension")
    work.call("c1")
    work.done(c.HoldTicket(counter="c1"))
    card = work.take_ticket("card")
    work.call("c2")
    late = work.take_ticket("pension")
    assert standing(told, other).standing == "called"
    assert (standing(told, first).standing, standing(told, first).status) == ("not_there", TicketStatus.HELD)
    assert (standing(told, card).standing, standing(told, card).ratio) == ("elsewhere", None)
    assert (standing(told, late).standing, standing(told, late).status) == ("not_there", None)


def test_who_was_called_by_number_is_told_so_with_its_reason(told: Told) -> None:
    work = told.work
    work.take_ticket("pension")
    second = work.take_ticket("pension")
    work.done(c.CallNumber(counter="c1", number=second, reason="赶火车"))
    row = call_rows(told.catch_up())[0]
    assert (row.number, row.chosen, row.reason, row.ratio) == (second, True, "赶火车", None)


def test_a_call_that_was_taken_back_stays_on_the_list_and_says_so(told: Told) -> None:
    work = told.work
    number = work.take_ticket("pension")
    work.call("c1")
    work.done(c.UndoLast(counter="c1"))
    work.call("c2")
    rows = call_rows(told.catch_up())
    assert [(row.number, row.undone) for row in rows] == [(number, False), (number, True)]
    assert rows[0].waited_ms == rows[1].waited_ms


def test_a_call_that_is_not_of_the_day_has_no_reason(told: Told) -> None:
    assert reason_of(told.catch_up(), "2026-03-04-c99") is None
    assert compared_with(told.catch_up(), "2026-03-04-c99", "A001") is None
