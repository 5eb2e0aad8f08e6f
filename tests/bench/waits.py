"""What forecasts of waits cost: processor time of one thread in this process, beside the plain rule that they replace.

The hall is the town hall on its third made-up morning, with whoever waits then.
"""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import msgspec

from broker.engine.apply import apply
from broker.engine.context import Asked, Desk
from broker.engine.forecasting import Outlook, foretell
from broker.engine.project import project
from broker.engine.state import State
from broker.engine.waiting import expected, load_of
from broker.model import events as e
from broker.runtime.hall_source import load_hall
from tests.bench.figures import Figure, spread
from tests.engine.made_up_day import MadeUpHall

EVENT_WITHIN_MS = 0.2
SHOWN_AT_ONCE = ("counter", "board")
SEED, LOAD, MORNINGS = 7, 1.05, 2


def wait_figures(hall_file: Path, times: int) -> list[Figure]:
    """So many of each; the fold of all mornings once with and once without learning."""
    made = MadeUpHall(load_hall(hall_file), SEED, LOAD).days(MORNINGS)
    made.day(close=False)
    hall, state, now_ms = made.hall, made.state, made.now_ms
    services = list(hall.services)
    plain = replace(state, pace=None)
    desk = Desk(hall, state, Asked(now_ms, "collector", "collector", now_ms))
    pace, waits = deepcopy(state.pace), made.waited
    assert pace is not None

    def learned(turn: int) -> None:
        one = waits[turn % len(waits)]
        pace.learn(one.service, one.priority or "", one.foretold, one.waited_s)

    def lines(turn: int) -> None:
        outlook = Outlook(hall, state, now_ms)
        for service in services:
            outlook.of_service(service)

    def plain_lines(turn: int) -> None:
        load = load_of(hall, plain)
        for service in services:
            expected(load, service)

    waiting = sum(map(len, state.lanes.values()))
    note = f"{len(services)} services, {len(pace.mix.weights)} weights, {waiting} waiting"
    return [
        *_an_event(made.events),
        *spread("learned from a wait", _took(learned, times), note=note),
        *spread("a forecast for a ticket", _took(lambda turn: foretell(desk, "t", services[0], None, now_ms), times)),
        *spread("ranges of all services", _took(lines, times), note=note),
        *spread("  by queue length alone", _took(plain_lines, times)),
        *spread("counters' and boards' views", _took(lambda turn: project(hall, state, SHOWN_AT_ONCE), times)),
        *spread("  with ranges by queue length", _took(lambda turn: project(hall, plain, SHOWN_AT_ONCE), times)),
    ]


def _took(work: Callable[[int], object], times: int) -> list[float]:
    found = []
    for turn in range(times):
        began_s = time.thread_time()
        work(turn)
        found.append(time.thread_time() - began_s)
    return found


def _an_event(events: list[e.Event]) -> list[Figure]:
    """The mean cost of the fold, with learning and without, and what learning adds to it."""
    unlearned = [
        msgspec.structs.replace(event, usual_s=None) if isinstance(event, e.DayOpened) else event for event in events
    ]
    with_ms, without_ms = (
        min(1000 * _folded_s(story) / len(events) for _ in range(3)) for story in (events, unlearned)
    )
    n = len(events)
    return [
        Figure("an event folded, learning, mean", with_ms, "ms", n=n),
        Figure("  without, mean", without_ms, "ms", n=n),
        Figure("what learning adds to an event, mean", with_ms - without_ms, "ms", EVENT_WITHIN_MS, n=n),
    ]


def _folded_s(events: list[e.Event]) -> float:
    state = State()
    began_s = time.thread_time()
    for event in events:
        apply(state, event)
    return time.thread_time() - began_s
