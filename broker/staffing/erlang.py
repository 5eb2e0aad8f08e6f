"""The formulas of waiting lines: Erlang B and C, and Erlang A, in which people leave who have waited too long. Pure.

Time is counted in mean services and load in counters kept busy (arrivals a service), so nothing here has a unit.
``leave`` is how many of those who wait leave in one mean service: service / patience; 0 when nobody does.
"""

from dataclasses import dataclass
from math import exp, expm1, inf, log, sqrt

COUNTERS_MOST = 99
"""No more are counted: a load beyond it is a mistake somewhere, or a hall that no figure helps."""
_NEGLIGIBLE_LOG = 32.0
"""States whose chance is smaller by this power of e than that of the likeliest are left out."""
_LEAVE_LEAST = 1e-9
"""Whoever is more patient (thousands of years) is reckoned as if nobody left: the limit, and exact arithmetic."""
_STEP = 0.25
"""By how much the logarithm of a density changes in one piece of its integral."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in its steady state. ``waits``: the share that waits at all; ``mean_wait`` of everybody, those who leave
    included; ``leaves``: the share that leaves; ``late``: the share that would wait longer than asked for."""

    waits: float
    mean_wait: float
    leaves: float
    late: float


def erlang_b(counters: int, load: float) -> float:
    """The share that finds all counters busy where nobody waits."""
    share = 1.0
    for count in range(1, counters + 1):
        share = load * share / (count + load * share)
    return share


def erlang_c(counters: int, load: float) -> float:
    """The share that waits where nobody leaves; 1 of a line that only grows."""
    if counters <= load:
        return 1.0
    share = erlang_b(counters, load)
    return share / (1 - load / counters * (1 - share))


def line(counters: int, load: float, leave: float, within: float) -> Line:
    """The line before one counter or more under a ``load`` above zero; ``late`` is of waits above ``within``."""
    if leave < _LEAVE_LEAST:
        waits = erlang_c(counters, load)
        spare = counters - load
        if spare <= 0:
            return Line(waits, inf, 0.0, 1.0)
        return Line(waits, waits / spare, 0.0, waits * exp(-spare * within))
    chances = _occupied(counters, load, leave)
    waiting = sum((people - counters) * chance for people, chance in enumerate(chances) if people > counters)
    waits = sum(chances[counters:])
    return Line(waits, waiting / load, leave * waiting / load, _late(counters, load, leave, within))


def counters_needed(load: float, leave: float, within: float, share: float) -> int | None:
    """The fewest counters of which at least ``share`` of all wait no longer than ``within``; 0 without any load.

    None where ``COUNTERS_MOST`` do not suffice.
    """
    if load <= 0:
        return 0
    # Below this even a line without any chance in it keeps everybody waiting longer than ``within``.
    first = max(1, int(load * exp(-leave * within)))
    for counters in range(first, COUNTERS_MOST + 1):
        late = _late(counters, load, leave, within) if leave >= _LEAVE_LEAST else line(counters, load, 0, within).late
        if late <= 1 - share:
            return counters
    return None


def _occupied(counters: int, load: float, leave: float) -> list[float]:
    """The chance of each number of people in the hall, by the balance of births and deaths."""
    logs, most, people = [0.0], 0.0, 0
    while logs[-1] > most - _NEGLIGIBLE_LOG or people <= counters:
        people += 1
        logs.append(logs[-1] + log(load / (min(people, counters) + max(0, people - counters) * leave)))
        most = max(most, logs[-1])
    weights = [exp(value - most) for value in logs]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _late(counters: int, load: float, leave: float, within: float) -> float:
    """The chance that who comes now and never leaves waits longer than ``within``, by the density of that wait.

    Beyond no wait at all it is as ``load * f(x)``, with the logarithm of ``f`` below; no wait has the weight 1 / B of
    one counter less (Baccelli and Hebuterne). The chain of deaths says the same with a hundred times the work, and
    the tests hold one against the other.
    """

    def power(wait: float) -> float:
        return -load * expm1(-leave * wait) / leave - counters * wait

    peak = max(0.0, log(load / counters) / leave)
    top = power(peak)
    slowest = sqrt(leave * counters)
    soon = late = 0.0
    # Only where the density counts, which takes some hundred pieces however patient people are.
    below, begin = 0.0, peak
    if power(below) > top - _NEGLIGIBLE_LOG:
        begin = 0.0
    while begin - below > 1e-6 * begin:
        middle = (below + begin) / 2
        below, begin = (below, middle) if power(middle) > top - _NEGLIGIBLE_LOG else (middle, begin)
    begin = below
    before = exp(power(begin) - top)
    while begin <= peak or power(begin) > top - _NEGLIGIBLE_LOG:
        step = _STEP / max(abs(load * exp(-leave * begin) - counters), slowest)
        end = min(begin + step, within) if begin < within else begin + step
        after = exp(power(end) - top)
        piece = (end - begin) / 6 * (before + 4 * exp(power((begin + end) / 2) - top) + after)
        soon, late = (soon + piece, late) if begin < within else (soon, late + piece)
        begin, before = end, after
    return load * late / (exp(-top) / erlang_b(counters - 1, load) + load * (soon + late))
