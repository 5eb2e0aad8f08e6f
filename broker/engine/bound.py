"""How often somebody can be overtaken at most, and how long he waits then, by the rule that the hall calls by. Pure.

Somebody of mine whose waiting counts from a is passed at the moment t by somebody of theirs who came later, at b, only
where the rule puts theirs first. Under the ratio that is (t - b) / T_theirs >= (t - a) / T_mine, so with r = T_theirs /
T_mine theirs came within (1 - r)(t - a) of mine. Every other rule gives such a window as well; where it puts classes
before others that is the whole wait. Who came after the window cannot pass, so the people that can are counted.

Reckoned is with the worst counter for mine, by the skills of the hall file or as counters were changed (``assigned``).
What the rule compares is what waiting counts from: whoever is sent on or comes back keeps, or is given, such a moment,
and counts as having come then.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import exp, floor, inf, log

from broker.engine.policy import stand_in, target_ms
from broker.engine.policy_rules import MINUTE_MS
from broker.model.hall import Hall
from broker.model.hall_calling import Calling
from broker.model.ratios import at_skill

Assigned = Mapping[str, Mapping[str, int]]
"""Counter -> service -> skill, as ``services_of`` says it of a state."""
Kind = tuple[str, str | None]
"""Service, and priority class or nothing."""


def window_min(
    hall: Hall,
    calling: Calling,
    mine: Kind,
    theirs: Kind,
    waited_min: float,
    raised: float = 1.0,
    assigned: Assigned | None = None,
) -> float:
    """Who came more minutes after mine than this has not passed it before it has waited so long.

    0 where nobody who came later passes, ``waited_min`` where every one of theirs may. ``raised``: the smallest factor
    that theirs is raised by meanwhile (1: it is not) while mine is not. ``assigned``: what counters do while mine
    waits, where that was changed on the floor; None: what the hall file says.
    """
    found = 0.0
    for services in _done_at(hall, assigned):
        if mine[0] not in services or theirs[0] not in services:
            continue
        skills = services[mine[0]], services[theirs[0]]
        for mine_as, theirs_as, until_min in _lives(hall, calling, mine, theirs, waited_min):
            targets = (
                at_skill(target_ms(hall, (mine[0], mine_as, None)), skills[0]) / MINUTE_MS,
                at_skill(target_ms(hall, (theirs[0], theirs_as, None)), skills[1]) / MINUTE_MS * raised,
            )
            credits = _credit_min(hall, calling, mine, mine_as), _credit_min(hall, calling, theirs, theirs_as)
            places = _place(hall, mine, mine_as), _place(hall, theirs, theirs_as)
            found = max(found, _window(calling.rule, until_min, targets, credits, places, raised))
    return found


def _done_at(hall: Hall, assigned: Assigned | None) -> Iterable[Mapping[str, int]]:
    return (counter.services for counter in hall.counters.values()) if assigned is None else assigned.values()


def _lives(
    hall: Hall, calling: Calling, mine: Kind, theirs: Kind, waited_min: float
) -> Iterator[tuple[str | None, str | None, float]]:
    """As which classes both can count at one moment, and until when in the waiting of mine."""
    cap_min = calling.cap_min if hall.priority else 0.0
    if not cap_min or (mine[1] is not None and theirs[1] is not None):
        yield mine[1], theirs[1], waited_min
        return
    capped = stand_in(hall)
    if mine[1] is None:
        yield None, theirs[1], min(waited_min, cap_min)
    else:
        yield mine[1], theirs[1], waited_min
    if waited_min >= cap_min:  # theirs has waited less, so it counts as more than it is only once mine does too
        yield (capped if mine[1] is None else mine[1]), theirs[1], waited_min
        if theirs[1] is None:
            yield (capped if mine[1] is None else mine[1]), capped, waited_min


def _credit_min(hall: Hall, calling: Calling, kind: Kind, counted: str | None) -> float:
    if counted is None:
        return 0.0
    names = [counted] if kind[1] is not None else list(hall.priority)
    return max(calling.credit_ms(name) for name in names) / MINUTE_MS


def _place(hall: Hall, kind: Kind, counted: str | None) -> int | None:
    """Of its class; who waited too long counts as of the first one."""
    if counted is None:
        return None
    return list(hall.priority).index(counted) if kind[1] is not None else 0


def _window(
    rule: str,
    waited_min: float,
    targets_min: tuple[float, float],
    credits_min: tuple[float, float],
    places: tuple[int | None, int | None],
    raised: float,
) -> float:
    """Of mine and theirs each: the largest b - a for which the rule may put theirs first."""
    mine, theirs = places
    if rule == "max_wait":
        return min(waited_min, max(0.0, targets_min[0] - targets_min[1]))
    if rule == "head_start":
        return min(waited_min, max(0.0, (1 - raised) * waited_min + credits_min[1] - raised * credits_min[0]))
    if rule == "ratio":
        return max(0.0, (1 - targets_min[1] / targets_min[0]) * waited_min)
    if rule == "strict" and mine != theirs:
        return waited_min if mine is None or (theirs is not None and theirs < mine) else 0.0
    if rule == "rotation" and (mine is None) != (theirs is None):
        return waited_min  # see ``turns_most``
    return (1 - raised) * waited_min


def overtaken_most(
    hall: Hall,
    calling: Calling,
    mine: Kind,
    waited_min: float,
    rates: Mapping[Kind, float],
    raised: float = 1.0,
    assigned: Assigned | None = None,
) -> int:
    """How many at most pass somebody of mine who waits so long, where ``rates`` of each kind come *evenly* a minute.

    Of a rate l then at most l x w + 1 come within w minutes. People who come by chance sometimes come in a bunch, for
    which there is no most: see ``overtaken_rarely_over``.
    """
    total = 0
    for kind, rate in rates.items():
        window = window_min(hall, calling, mine, kind, waited_min, raised, assigned) if rate else 0.0
        total += floor(rate * window) + 1 if window else 0
    return total


def overtaken_rarely_over(
    hall: Hall,
    calling: Calling,
    mine: Kind,
    waited_min: float,
    rates: Mapping[Kind, float],
    raised: float = 1.0,
    share: float = 0.99,
    assigned: Assigned | None = None,
) -> int:
    """So many or fewer have passed, with the probability ``share``, by the time mine has waited so long.

    People come by chance, ``rates`` of each kind a minute on the mean. Who can pass has come within the window of his
    kind; what comes in windows of Poisson streams is Poisson of the sum of rate x window.
    """
    mean = sum(
        rate * window_min(hall, calling, mine, kind, waited_min, raised, assigned)
        for kind, rate in rates.items()
        if rate
    )
    return _poisson_quantile(mean, share)


def _poisson_quantile(mean: float, share: float) -> int:
    """The least k of which P(X <= k) is at least ``share``. In logarithms: exp(-mean) may be no number any more."""
    if not mean:
        return 0
    count, log_term, within = 0, -mean, exp(-mean)
    while within < share:
        count += 1
        log_term += log(mean / count)
        within += exp(log_term)
        if count > mean and exp(log_term) < 1e-18:
            break  # what is left is less than the sum can hold
    return count


def turns_most(calling: Calling, others: int, counters: int) -> int:
    """How many with priority the rotating rule lets pass somebody of no class, however many of them come.

    ``others`` of no class stand before him when he comes. Each of the ``counters`` calls so many with priority before
    one of the others at most, and after the last of these so many once more.
    """
    return calling.priority_in_a_row * (others + counters)


def longest_wait_min(
    hall: Hall,
    calling: Calling,
    mine: Kind,
    work_min: float,
    counters: int,
    rates: Mapping[Kind, float],
    raised: float = 1.0,
    assigned: Assigned | None = None,
) -> float:
    """The worst wait of mine before ``counters`` counters that are never without work, in minutes.

    ``work_min``: the services that stand before it when it comes, with those going on. A service takes its
    ``mean_minutes``, and people come evenly, ``rates`` a minute. While mine waits all counters work, and on nobody but
    those before it and who passes it, so the wait is where their work is done. Infinite where people who pass bring
    more work than the counters do.

    Left out is what no rate tells: counters that are paused or work on other services meanwhile, calls by number, and
    whoever joins with a waiting that began before mine (sent on, or back from a missed call; these count as
    ``work_min``).
    """
    wait_min, most_min = work_min / counters, 100_000.0
    while wait_min < most_min:
        passing = sum(
            (rate * window + 1) * hall.services[kind[0]].mean_minutes
            for kind, rate in rates.items()
            if rate and (window := window_min(hall, calling, mine, kind, wait_min, raised, assigned))
        )
        needed_min = (work_min + passing) / counters
        if needed_min <= wait_min * (1 + 1e-9):
            return wait_min
        wait_min = needed_min
    return inf
