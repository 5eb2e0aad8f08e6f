"""The look ahead calls whom the hall would call: by every rule, at every counter, whoever waits."""

from random import Random

import pytest

from broker.engine.ahead.claims import claim
from broker.engine.ahead.rollout import Rollout
from broker.engine.ahead.scene import freeze
from broker.engine.ahead.stage import NOBODY, set_up
from broker.engine.policy import next_for
from broker.model import commands as c
from broker.model.hall_file import parse_hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import SMALL

CLASSES = '[priority.appointment]\nnames = { zh = "预约", en = "Booked" }\nfactor = 0.1\n[priority.elderly]'
COUNTERS = ("c1", "c2", "c3")
RULES = ("ratio", "fcfs", "strict", "rotation", "max_wait", "head_start")


def filled(rule: str, cap_min: int, seed: int) -> HallAtWork:
    """A hall in which people of all kinds have waited for different times, some for a counter of their wish."""
    text = SMALL.replace("mean_minutes = 5", "mean_minutes = 12", 1).replace("[priority.elderly]", CLASSES)
    calling = f'[calling]\nrule = "{rule}"\ncap_min = {cap_min}\nhead_start_min = {{ elderly = 7 }}\n'
    work = HallAtWork(parse_hall(text + calling)).open_day().open_counters(*COUNTERS)
    chance = Random(seed)
    for _ in range(chance.randrange(3, 25)):
        work.wait(chance.uniform(1, 240))
        priority = chance.choice([None, None, "elderly"])
        number = work.take_ticket(chance.choice(["pension", "card"]), priority)
        ticket = work.state.find(number)
        assert ticket is not None
        if chance.random() < 0.2:
            work.state.leave_line(ticket)
            ticket.to_counter = "c1" if ticket.service == "pension" else "c3"
            work.state.enter_line(ticket)
        if chance.random() < 0.1:
            work.state.leave_line(ticket)
            ticket.clock_ms += 600_000  # its time has not come
            work.state.enter_line(ticket)
    if chance.random() < 0.5:
        work.done(c.RaiseClass(service="card", factor=0.5, minutes=240))
    for counter in COUNTERS:
        work.state.counters[counter].favoured = chance.randrange(4)
    return work


@pytest.mark.parametrize("cap_min", [0, 10])
@pytest.mark.parametrize("rule", RULES)
def test_at_each_counter_the_same_person_is_first(rule: str, cap_min: int) -> None:
    for seed in range(25):
        work = filled(rule, cap_min, seed)
        scene = freeze(work.hall, work.state, work.now_ms)
        assert scene is not None
        stage = set_up(scene)
        for desk, counter in zip(stage.desks, COUNTERS, strict=True):
            owes = bool(stage.in_a_row) and desk.favoured >= stage.in_a_row
            heads = [(stage.queues[lane][0], kinds) for lane, kinds in desk.lanes if stage.queues[lane]]
            claims = [
                (claim(work.now_ms, clock_ms, rank, kinds, stage.cap_ms, owes), stage.tickets[whom])
                for (clock_ms, rank, whom), kinds in heads
            ]
            expected = next_for(work.hall, work.state, counter, work.now_ms)
            assert (min(claims)[1] if claims else None) == (expected.ticket.ticket if expected else None)


@pytest.mark.parametrize("rule", RULES)
def test_a_future_of_services_that_are_known_is_the_day_that_comes(rule: str) -> None:
    """Every service takes two minutes and nobody else comes: then a future is what the hall does, call by call."""
    for seed in range(8):
        work = filled(rule, 0, seed)
        work.state.habits.services = {key: [120.0] * 20 for key in work.hall.services}
        work.state.habits.gaps, work.state.habits.free = [0.0] * 20, {}
        work.state.habits.arrivals = {}
        scene = freeze(work.hall, work.state, work.now_ms)
        assert scene is not None
        stage = set_up(scene)
        found = Rollout(stage, lambda: 0.0, 10**9).run()
        began_ms = work.now_ms
        real: dict[str, int] = {}
        free = {counter: began_ms + desk.rests[0] for counter, desk in zip(COUNTERS, stage.desks, strict=True)}
        while free:
            counter = min(free, key=lambda key: (free[key], COUNTERS.index(key)))
            work.now_ms = free.pop(counter)
            if work.state.counters[counter].ticket is not None:
                work.done(c.FinishService(counter=counter))
            choice = next_for(work.hall, work.state, counter, work.now_ms)
            if choice is not None:
                real[choice.ticket.ticket] = work.now_ms - began_ms
                work.call(counter)
                free[counter] = work.now_ms + 120_000
        called = {ticket: found.called[place] for place, ticket in enumerate(stage.tickets)}
        assert {ticket: wait for ticket, wait in called.items() if wait != NOBODY} == real
