"""What rolling the hall forward costs: processor time of one thread in this process, by how many people wait.

The hall is the town hall on its third made-up morning; people are added to its lines until so many wait, and come after
that as often as they came before.
"""

import time
from copy import deepcopy
from pathlib import Path
from random import Random

from broker.engine.ahead.roll import Rolling
from broker.engine.ahead.scene import Scene, freeze
from broker.model import commands as c
from broker.runtime.hall_source import load_hall
from tests.bench.figures import Figure, spread
from tests.engine.made_up_day import MadeUpHall

SEED, LOAD, MORNINGS = 7, 1.0, 2
FEW, MANY = 60, 600
BATCH_WITHIN_MS = 50.0
APART_MS = 500


def ahead_figures(hall_file: Path, times: int) -> list[Figure]:
    """So many batches of each."""
    made = MadeUpHall(load_hall(hall_file), SEED, LOAD).days(MORNINGS)
    made.day(close=False)
    found: list[Figure] = []
    for waiting, target_ms in ((FEW, BATCH_WITHIN_MS), (MANY, None)):
        scene, pictures_s = _pictured(made, waiting, times)
        batches_s, futures_s, rollouts, dated = [], [], 0, 0
        for seed in range(times):
            began_s = time.thread_time()
            rolling = Rolling(scene, Random(seed).random)
            while True:
                before_s = time.thread_time()
                more = rolling.step()
                futures_s.append(time.thread_time() - before_s)
                if not more:
                    break
            ahead = rolling.ahead()
            batches_s.append(time.thread_time() - began_s)
            rollouts, dated = ahead.rollouts, len(ahead.tickets)
        note = f"{rollouts} futures, {dated} of {waiting} dated"
        found += [
            *spread(f"the hall rolled forward, {waiting} waiting", batches_s, target_ms, note),
            *spread("  one future of it, without a rest", futures_s),
            *spread("  its picture, on the server's own thread", pictures_s),
        ]
    return found


def _pictured(made: MadeUpHall, waiting: int, times: int) -> tuple[Scene, list[float]]:
    """The hall with so many in line, and how long each picture of it took."""
    chance, arrivals = Random(SEED), deepcopy(made.state.habits.arrivals)
    services = sorted({key for one in made.hall.counters.values() for key in one.services})
    while (place := sum(map(len, made.state.lanes.values()))) < waiting:
        made.now_ms += APART_MS
        ticket = f"added-{waiting}-{place:06d}"
        made.ask(c.IssueTicket(ticket=ticket, service=chance.choice(services)))
        made.ask(c.ConfirmTicket(ticket=ticket))
    made.state.habits.arrivals = arrivals
    taken_s, scene = [], None
    for _ in range(times):
        began_s = time.thread_time()
        scene = freeze(made.hall, made.state, made.now_ms)
        taken_s.append(time.thread_time() - began_s)
    assert scene is not None
    return scene, taken_s
