"""A line is shown in the order in which it is called, whatever rule the hall goes by."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.engine.issuing import LAST_RANK
from broker.engine.line_order import in_call_order, line_of, people_before
from broker.engine.policy import next_for
from broker.engine.queue_rule import Rule
from broker.engine.state import Counter, Raised, State, Ticket
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_calling import RuleName
from broker.model.hall_file import parse_hall
from broker.model.words import CounterStatus, Holding, TicketStatus
from tests.engine.bench_hall import HallAtWork, view
from tests.halls import OPENS_MS, SMALL

RULES = get_args(RuleName)
NOW_MS = OPENS_MS + 7_200_000
CLASSES = (None, None, "elderly", "disabled", "appointment")
"""The last is one that the hall file has lost."""


SECOND = '[priority.disabled]\nnames = { zh = "残疾人", en = "Disabled" }\nfactor = 0.5\n'


def hall_by(rule: str, cap_min: int = 0) -> Hall:
    return parse_hall(SMALL + SECOND + f'[calling]\nrule = "{rule}"\ncap_min = {cap_min}\n')


def called_one_after_the_other(hall: Hall, state: State) -> list[str]:
    """As the engine itself calls at one counter while time stands still, by its own count of turns."""
    order = []
    while (choice := next_for(hall, state, "c2", NOW_MS)) is not None:
        order.append(choice.ticket.ticket)
        counter = state.counter("c2")
        counter.favoured = 0 if choice.ticket.priority is None else counter.favoured + 1
        state.leave_line(choice.ticket)
    return order


people = st.sampled_from((CLASSES, CLASSES[:4])).flatmap(
    lambda classes: st.lists(
        st.tuples(st.sampled_from(classes), st.integers(-20, 90), st.booleans()), min_size=1, max_size=14
    )
)


@settings(max_examples=300)
@given(people, st.sampled_from(RULES), st.sampled_from((0, 1, 30)), st.integers(0, 4), st.booleans(), st.booleans())
def test_the_shown_order_is_that_of_the_calls(
    who: list[tuple[str | None, int, bool]], rule: str, cap_min: int, favoured: int, raised: bool, ties: bool
) -> None:
    hall = hall_by(rule, cap_min)
    state = State(counters={"c2": Counter("c2", status=CounterStatus.OPEN, favoured=favoured)})
    if raised:
        state.raised[None, "elderly"] = Raised(0.5, NOW_MS + 60_000)
    for rank, (priority, minutes, wanted) in enumerate(who):
        clock_ms = NOW_MS - minutes * 60_000 - (0 if ties else rank)
        ticket = Ticket(
            *(f"ticket-{rank}", f"A{rank:03}", "a", "pension", priority, "zh", None, TicketStatus.WAITING),
            *(Holding.PAPER, clock_ms, clock_ms, rank, clock_ms),
            to_counter="c2" if wanted else None,
        )
        state.tickets[ticket.ticket] = ticket
        state.enter_line(ticket)
    shown = in_call_order(Rule(hall, state, NOW_MS), list(state.lanes.items()), NOW_MS, favoured)
    waiting = list(state.tickets.values())
    rule_now = Rule(hall, state, NOW_MS)
    before = {one.ticket: people_before(hall, state, rule_now, one.lane, one.place, NOW_MS) for one in waiting}
    for priority in CLASSES[1:]:
        lane, place = ("pension", priority, None), (NOW_MS, LAST_RANK, "")
        with_newcomer = in_call_order(rule_now, [*state.lanes.items(), (lane, [place])], NOW_MS, favoured)
        assert people_before(hall, state, rule_now, lane, place, NOW_MS) == with_newcomer.index(place)
    order = called_one_after_the_other(hall, state)
    assert [place[2] for place in shown] == order
    assert [before[ticket] for ticket in order] == list(range(len(order))), "and so many are told to stand in front"


@pytest.mark.parametrize("rule", RULES)
def test_whoever_takes_a_ticket_is_told_as_many_people_as_go_first_by_the_rule(rule: str) -> None:
    work = HallAtWork(hall_by(rule)).open_day().open_counters("c2")
    for made, priority in enumerate((None, None, "elderly", None, "elderly", "elderly", None)):
        ticket = f"ticket-of-{made}"
        told = work.done(c.IssueTicket(ticket=ticket, service="pension", priority=priority))
        work.done(c.ConfirmTicket(ticket=ticket))
        line = line_of(work.hall, work.state, Rule(work.hall, work.state, work.now_ms), "pension", work.now_ms)
        assert told["ahead"] == [place[2] for place in line].index(ticket)
        assert work.done(c.IssueTicket(ticket=ticket, service="pension"))["ahead"] == told["ahead"], "asked once more"
        work.wait(240)


@pytest.mark.parametrize("rule", RULES)
def test_pages_get_the_line_in_the_order_of_the_rule_in_force(rule: str) -> None:
    work = HallAtWork(hall_by(rule)).open_day().open_counters("c2")
    for priority in (None, None, "elderly", None, "elderly", "elderly", None):
        work.take_ticket("pension", priority)
        work.wait(240)
    work.done(c.PassTime(), device="server", role="server")
    shown = view(work, "service", "pension").numbers
    called = []
    while any(work.state.lanes.values()):
        called.append(work.call("c2"))
        work.done(c.MarkNoShow(counter="c2"))
    assert list(shown) == called


def test_who_was_sent_to_a_counter_is_told_of_its_line_alone_and_nothing_while_it_is_paused() -> None:
    work = HallAtWork(hall_by("ratio")).open_day().open_counters("c1", "c2", "c3")
    for _ in range(5):
        work.take_ticket("card")
        work.call("c3")
        work.done(c.StartService(counter="c3"))
        work.done(c.TransferTicket(counter="c3", to_service="pension", to_counter="c2"))
    line = view(work, "service", "pension")
    assert line.waits[0] is not None and line.waits[4] is not None
    assert line.waits[4].high_min > line.waits[0].high_min >= 2, "one counter has five of them, though others are idle"
    work.done(c.PauseCounter(counter="c2", return_in_min=120, reason="lunch"))
    work.take_ticket("pension")
    line = view(work, "service", "pension")
    assert line.waits[:5] == (None,) * 5, "only the paused counter may call them"
    assert line.waits[5] is not None and line.line.wait is not None
