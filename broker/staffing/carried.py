"""Who will still wait later on, if no more counters are opened than are open now. Pure.

People come and are served evenly, and nobody leaves. Counters work on the lines in proportion to the work in each, on
none with more counters than can do it: how skills overlap beyond that is left out, as in ``needs``.
"""

from collections.abc import Mapping

from broker.staffing.demand import Demand
from broker.staffing.needs import WALKING, Inputs


def still_waiting(
    waiting: Mapping[str, float],
    coming: Demand,
    inputs: Inputs,
    open_for: Mapping[str, int],
    counters: int,
    *,
    issued_min: float,
    served_min: float,
) -> dict[str, float]:
    """People of each service after a time in which tickets were given for ``issued_min`` and ``counters`` worked for
    ``served_min``. ``open_for``: service -> open counters that can do it; of one with none nobody is served."""
    people = {key: waiting.get(key, 0) + rate * issued_min for key, rate in coming.per_min.items()}
    each_min = {key: inputs.times[key].mean_min * WALKING for key in people}
    work = {key: count * each_min[key] for key, count in people.items()}
    most = {key: min(work[key], open_for.get(key, 0) * served_min) for key in people}
    done = _shared(work, most, counters * served_min)
    return {key: max(0.0, count - done[key] / each_min[key]) for key, count in people.items()}


def _shared(work: Mapping[str, float], most: Mapping[str, float], whole: float) -> dict[str, float]:
    """``whole`` minutes over the lines as their work is; to none more than ``most``, what is over to the others."""
    done = {key: 0.0 for key, least in most.items() if least <= 0}
    left = set(work) - set(done)
    while left:
        part = whole / sum(work[key] for key in left)
        full = {key for key in left if part * work[key] >= most[key]}
        if not full:
            return done | {key: part * work[key] for key in left}
        done |= {key: most[key] for key in full}
        whole -= sum(most[key] for key in full)
        left -= full
    return done
