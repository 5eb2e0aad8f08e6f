"""A scene as plain lists, once for all rollouts: who may call whom, how long things take, what is still open. Pure.

Who serves which lane, and how the rule looks at it, is asked of the policy here; nothing of a rule is said twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from broker.engine.ahead.claims import CounterRule, Kinds
from broker.engine.ahead.scene import HORIZON_MS, Kind, Scene
from broker.engine.assigned import services_of
from broker.engine.local_time import MINUTE_MS
from broker.engine.policy import serves
from broker.engine.state import ON_THE_WAY, Lane
from broker.model.words import CounterStatus

BELIEVED = 20
"""So many durations are believed as long as fewer were seen."""
GAP_S, PAUSE_S = 15.0, 600.0
"""From one leaving to the next call, and how long a pause lasts, before any was seen."""
EARLY_MS = 5 * MINUTE_MS
"""Who is booked comes so much before the time."""
Place = tuple[int, int, int]
"""What waiting counts from, rank, and whom it dates (-1: somebody who is not here yet)."""
Durations = tuple[int, ...]
NOBODY = -1


@dataclass(frozen=True, slots=True)
class CallingCounter:
    """A counter that calls. It is free again at ``base_ms`` and one of ``rests`` (milliseconds) more, by chance.

    ``lanes``: those that it calls from, and how the rule looks at their people there; ``until_ms``: from then on it
    calls nobody. ``favoured``: how many of priority classes it called last, one after the other.
    """

    base_ms: int
    rests: Durations
    lanes: tuple[tuple[int, Kinds], ...]
    until_ms: float
    skills: int
    favoured: int


@dataclass(frozen=True, slots=True)
class Stage:
    """All lists run over lanes, desks or tickets by index.

    ``able``: lane -> desks that serve it, the least flexible first. ``newcomers``: a kind and its lane, of whom the
    wait is asked. ``arriving``: (share up to here, lane) of who comes ``every_ms``, on an average; ``booked``: from
    when to when who is booked comes, the chance that he does, his lane, and the booked time. ``favoured``: lanes
    of a priority class; ``cap_ms`` and ``in_a_row`` as of the ``CounterRule``.
    """

    now_ms: int
    queues: tuple[tuple[Place, ...], ...]
    tickets: tuple[str, ...]
    durations: tuple[Durations, ...]
    gaps: Durations
    desks: tuple[CallingCounter, ...]
    able: tuple[tuple[int, ...], ...]
    newcomers: tuple[tuple[Kind, int], ...]
    arriving: tuple[tuple[float, int], ...]
    every_ms: float
    coming: tuple[tuple[int, int], ...]
    booked: tuple[tuple[int, int, float, int, int], ...]
    favoured: tuple[bool, ...]
    cap_ms: float
    in_a_row: int


def set_up(scene: Scene) -> Stage:
    """Everything that does not change from one rollout to the next."""
    lanes = _lanes(scene)
    index = {lane: place for place, lane in enumerate(lanes)}
    durations = {key: _durations(scene, key) for key in scene.hall.services}
    rule = CounterRule(scene.hall, scene.state, scene.now_ms)
    desks = tuple(_desks(scene, lanes, durations, rule))
    able: list[list[int]] = [[] for _ in lanes]
    for place in sorted(range(len(desks)), key=lambda one: (desks[one].skills, one)):
        for lane, _ in desks[place].lanes:
            able[lane].append(place)
    queues, tickets = _queues(scene, lanes, able)
    total = sum(scene.arrivals.values())
    shares, arriving = 0, []
    for (service, priority), count in scene.arrivals.items():
        shares += count
        arriving.append((shares / total, index[service, priority, None]))
    kinds = [*((service, None) for service in scene.hall.services), *scene.arrivals]
    return Stage(
        scene.now_ms,
        queues,
        tickets,
        tuple(durations[lane[0]] for lane in lanes),
        _known(scene.gaps, GAP_S),
        desks,
        tuple(tuple(places) for places in able),
        tuple((kind, index[*kind, None]) for kind in dict.fromkeys(kinds) if able[index[*kind, None]]),
        tuple(arriving),
        scene.window_s * 1000 / total if total else 0.0,
        scene.coming,
        tuple(_booked(scene, index)),
        tuple(lane[1] is not None for lane in lanes),
        rule.cap_ms,
        rule.in_a_row,
    )


def _lanes(scene: Scene) -> list[Lane]:
    """Those in which somebody waits, and those of who may come or is asked for."""
    waiting = [lane for lane in scene.state.lanes if lane[0] in scene.hall.services and lane[2] != ON_THE_WAY]
    kinds: Iterable[Kind] = (
        *((service, None) for service in scene.hall.services),
        *scene.arrivals,
        *(kind for _, kind in scene.bookings),
    )
    return list(dict.fromkeys((*waiting, *((*kind, None) for kind in kinds))))


def _queues(
    scene: Scene, lanes: Sequence[Lane], able: Sequence[Sequence[int]]
) -> tuple[tuple[tuple[Place, ...], ...], tuple[str, ...]]:
    """The lanes' people, numbered; whom no desk serves is in none."""
    tickets: list[str] = []
    queues = []
    for lane, desks in zip(lanes, able, strict=True):
        queue = []
        for clock_ms, rank, ticket in scene.state.lanes.get(lane, ()) if desks else ():
            queue.append((clock_ms, rank, len(tickets)))
            tickets.append(ticket)
        queues.append(tuple(queue))
    return tuple(queues), tuple(tickets)


def _desks(
    scene: Scene, lanes: Sequence[Lane], durations: dict[str, Durations], rule: CounterRule
) -> Iterable[CallingCounter]:
    hall, state = scene.hall, scene.state
    ends_ms = max((one.closes_ms for one in state.sessions), default=None)
    bound = ends_ms is not None and hall.rules.extended_service_approval
    for key in hall.counters:
        if state.counter(key).status is CounterStatus.CLOSED:
            continue
        skills = services_of(hall, state, key)
        served = tuple(
            (place, rule.kinds(lane, skills[lane[0]]))
            for place, lane in enumerate(lanes)
            if lane[0] in skills and serves(hall, state, key, lane)
        )
        until_ms = max(ends_ms or 0, state.extended.get(key, 0), state.extended.get("", 0)) if bound else float("inf")
        waits_ms = min(
            (state.lanes[lanes[place]][0][0] for place, _ in served if state.lanes.get(lanes[place])), default=None
        )
        base_ms, rests = _ready(scene, key, durations, waits_ms)
        yield CallingCounter(base_ms, rests, served, until_ms, len(skills), state.counter(key).favoured)


def _ready(scene: Scene, key: str, durations: dict[str, Durations], waits_ms: int | None) -> tuple[int, Durations]:
    """When the counter calls again: from when at the earliest, and what comes to that. ``waits_ms``: since when
    somebody waits whom it could call: with nobody to call an idle clerk has not gone, only from then on is he slow."""
    now_ms, counter = scene.now_ms, scene.state.counter(key)
    pause, here = counter.pause, scene.at_counter.get(key)
    if pause is not None and (pause.returns_at_ms or 0) <= now_ms:
        return now_ms, _rests(_known(scene.pauses, PAUSE_S), now_ms - pause.since_ms, PAUSE_S)
    back_ms = now_ms if pause is None else pause.returns_at_ms or now_ms
    if here is not None:
        service, since_ms = here
        mean_s = scene.hall.services[service].mean_minutes * 60
        rests = _rests(durations[service], now_ms - since_ms, mean_s)
        return back_ms, tuple(max(0, rest - (back_ms - now_ms)) for rest in rests)
    if pause is not None:
        return back_ms, (0,)
    gaps = _known(scene.gaps, GAP_S)
    idle_ms = 0 if waits_ms is None else now_ms - max(scene.free.get(key, now_ms), waits_ms)
    return now_ms, _rests(gaps, idle_ms, PAUSE_S) if idle_ms > 0 else gaps


def _durations(scene: Scene, service: str) -> Durations:
    return _known(scene.services.get(service, ()), scene.hall.services[service].mean_minutes * 60)


def _known(seen_s: Sequence[float], believed_s: float) -> Durations:
    """What was seen, and while that is little, what is believed."""
    missing = max(0, BELIEVED - len(seen_s))
    return (*(int(one * 1000) for one in seen_s), *_believed(missing, believed_s))


def _believed(count: int, mean_s: float) -> Durations:
    """So many durations of this mean, spread as if each moment were as good as another to end (exponential)."""
    raw = [-log(1 - (place + 0.5) / count) for place in range(count)]
    return tuple(int(one / sum(raw) * count * mean_s * 1000) for one in raw)


def _rests(known: Durations, elapsed_ms: int, believed_s: float) -> Durations:
    """What is left of a duration that has lasted so long already: of those seen, the longer ones."""
    longer = tuple(one - elapsed_ms for one in known if one > elapsed_ms)
    return longer or _believed(BELIEVED, believed_s)


def _booked(scene: Scene, index: dict[Lane, int]) -> Iterable[tuple[int, int, float, int, int]]:
    """Who is booked comes five minutes early, or, if that is over, at any moment until he is too late: ever less likely
    the later it is."""
    late_ms = scene.hall.rules.appointment_late_min * MINUTE_MS
    for time_ms, (service, priority) in scene.bookings:
        from_ms, until_ms, share = time_ms - EARLY_MS, time_ms - EARLY_MS, scene.show
        if from_ms <= scene.now_ms:
            from_ms, until_ms = scene.now_ms, max(time_ms + late_ms, scene.now_ms)
            share *= (until_ms - from_ms) / (EARLY_MS + late_ms)
        if from_ms <= scene.now_ms + HORIZON_MS:
            yield from_ms, until_ms, share, index[service, priority, None], time_ms
