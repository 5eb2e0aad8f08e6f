"""Ratings that look made up: a sample for a person to look at, with the evidence. Pure; it punishes nobody.

No pattern proves anything: a visitor may be quick, and a family may rate one after the other. So a rating keeps its
full weight in every figure whatever stands here. The evidence is of the pattern (how many, which delays), never of a
visit: a finding tells the half day, comes once that is over, and names counter and clerk only where so many were
served there in it that nobody knows whose rating is meant. Single ratings of one place and half day are one finding;
of places with few there is none, unless together they have enough. Of visits without a kiosk's number only such count.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from broker.model.words import Names
from broker.store.disclosure import ENOUGH

Pattern = Literal["too_fast", "same_rhythm", "no_ticket", "burst"]
TOO_FAST_MS = 2_000
"""Sooner after the prompt nobody has read five faces."""
RHYTHM_RUN, RHYTHM_MS = 5, 300
"""So many ratings one after the other at one device, with the same level, whose delays differ by no more than this."""
BURST_RUN, BURST_MS = 6, 60_000
"""So many ratings of one clerk, within this time, that did not come from the counter's own evaluator."""
SAMPLE_MOST = 500

PATTERN_NAMES: dict[str, Names] = {
    "too_fast": Names("提示后不足 2 秒即评价", "Rated within 2 s of the prompt"),
    "same_rhythm": Names("连续多次评价间隔和等级相同", "Several in a row with the same delay and level"),
    "no_ticket": Names("没有在取号机取过号的服务", "A visit whose number no kiosk gave"),
    "burst": Names("短时间内集中评价同一工作人员", "Many ratings of one clerk within a minute"),
}


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating as the journal has it. ``by_kiosk``: a kiosk gave the ticket. Times are epoch milliseconds."""

    evaluation: str
    device: str
    counter: str
    clerk: str | None
    level: str
    finished_at_ms: int
    pressed_at_ms: int
    at_counter: bool
    by_kiosk: bool

    @property
    def delay_ms(self) -> int:
        return self.pressed_at_ms - self.finished_at_ms


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at. ``evidence`` are the figures by which it was found; from and until are those of the half
    day. ``counter`` and ``clerk`` are None where too few were served for that."""

    pattern: Pattern
    names: Names
    counter: str | None
    clerk: str | None
    from_ms: int
    until_ms: int
    evidence: dict[str, int]


class AuditSample(msgspec.Struct, frozen=True, kw_only=True):
    """What of a day's ratings a person should look at. ``left_out``: beyond so many the rest is only counted."""

    day: str
    suspicions: tuple[Suspicion, ...]
    left_out: int


HalfDay = tuple[int, int]
Place = tuple[str | None, str | None]
"""Counter and clerk."""
Crowd = Counter[tuple[HalfDay, Place]]
"""How many were served where and in which half day."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A pattern in some ratings; ``figures`` by which it was found."""

    pattern: Pattern
    run: tuple[Rated, ...]
    figures: dict[str, int]


def audit(
    day: str,
    ratings: Iterable[Rated],
    served: Iterable[tuple[str, str | None, int, bool]],
    half_of: Callable[[int], HalfDay],
    now_ms: int,
) -> AuditSample:
    """The sample of a day. ``served``: (counter, clerk, end, whether a kiosk gave the number) of each visit that may be
    rated; ``half_of``: the half day of a moment, of which only those that are over by ``now_ms`` are told."""
    ordered = sorted(ratings, key=lambda rated: (rated.pressed_at_ms, rated.evaluation))
    visits = [(half_of(at_ms), (counter, clerk), by_kiosk) for counter, clerk, at_ms, by_kiosk in served]
    busy: Crowd = Counter((half, place) for half, place, _ in visits)
    without: Crowd = Counter((half, place) for half, place, by_kiosk in visits if not by_kiosk)
    groups: dict[tuple[Pattern, HalfDay, Place, bool], list[_Found]] = defaultdict(list)
    for one in (*_too_fast(ordered), *_no_ticket(ordered), *_same_rhythm(ordered), *_bursts(ordered)):
        half = half_of(one.run[-1].pressed_at_ms)
        if half[1] > now_ms:
            continue
        place: Place = (one.run[0].counter, one.run[0].clerk)
        crowd = without if one.pattern == "no_ticket" else busy
        named = place if crowd[half, place] >= ENOUGH else (None, None)
        if len(one.run) > 1 or named == place or _others(crowd, half) >= ENOUGH:
            groups[one.pattern, half, named, len(one.run) > 1].append(one)
    found = [
        _suspicion(pattern, half, place, run)
        for (pattern, half, place, runs), ones in groups.items()
        for run in ([[one] for one in ones] if runs else [ones])
    ]
    found.sort(key=lambda one: (one.from_ms, one.pattern, one.counter or "", one.clerk or "", [*one.evidence.values()]))
    return AuditSample(day=day, suspicions=tuple(found[:SAMPLE_MOST]), left_out=max(0, len(found) - SAMPLE_MOST))


def _others(crowd: Crowd, half: HalfDay) -> int:
    """How many a finding without a place may be about: those of all places that would not be named."""
    return sum(count for (when, _), count in crowd.items() if when == half and count < ENOUGH)


def _too_fast(ratings: list[Rated]) -> Iterator[_Found]:
    for one in ratings:
        if one.at_counter and 0 <= one.delay_ms < TOO_FAST_MS:
            yield _Found("too_fast", (one,), _delays([one]))


def _no_ticket(ratings: list[Rated]) -> Iterator[_Found]:
    for one in ratings:
        if not one.by_kiosk:
            yield _Found("no_ticket", (one,), {})


def _same_rhythm(ratings: list[Rated]) -> Iterator[_Found]:
    """Runs as long as they last, so that one run is one finding."""
    for at_device in _by(ratings, "device"):
        run: list[Rated] = []
        for one in [*(rated for rated in at_device if rated.at_counter), None]:
            if one is not None and (not run or _fits(run, one)):
                run.append(one)
                continue
            if len(run) >= RHYTHM_RUN:
                yield _Found("same_rhythm", tuple(run), _delays(run))
            run = [] if one is None else [one]


def _fits(run: list[Rated], one: Rated) -> bool:
    delays = [*(rated.delay_ms for rated in run), one.delay_ms]
    return one.level == run[0].level and max(delays) - min(delays) <= RHYTHM_MS


def _bursts(ratings: list[Rated]) -> Iterator[_Found]:
    """The counter's own evaluator asks one visitor at a time; phones, kiosks and forms know no such pace."""
    for of_clerk in _by([one for one in ratings if not one.at_counter and one.clerk is not None], "clerk"):
        run: list[Rated] = []
        for one in of_clerk:
            if run and one.pressed_at_ms - run[0].pressed_at_ms > BURST_MS:
                if len(run) >= BURST_RUN:
                    yield _burst(run)
                    run = []
                else:
                    run = [rated for rated in run if one.pressed_at_ms - rated.pressed_at_ms <= BURST_MS]
            run.append(one)
        if len(run) >= BURST_RUN:
            yield _burst(run)


def _burst(run: list[Rated]) -> _Found:
    return _Found("burst", tuple(run), {"within_ms": run[-1].pressed_at_ms - run[0].pressed_at_ms})


def _by(ratings: list[Rated], name: str) -> Iterable[list[Rated]]:
    groups: dict[str, list[Rated]] = defaultdict(list)
    for one in ratings:
        groups[getattr(one, name)].append(one)
    return groups.values()


def _delays(run: list[Rated]) -> dict[str, int]:
    delays = [rated.delay_ms for rated in run]
    return {"least_delay_ms": min(delays), "most_delay_ms": max(delays)}


def _suspicion(pattern: Pattern, half: HalfDay, place: Place, ones: list[_Found]) -> Suspicion:
    """One run, or all single ratings of a place and half day together."""
    figures = ones[0].figures if len(ones) == 1 else _delays([one.run[0] for one in ones]) if ones[0].figures else {}
    limit = {"limit_ms": TOO_FAST_MS} if pattern == "too_fast" else {}
    return Suspicion(
        pattern=pattern,
        names=PATTERN_NAMES[pattern],
        counter=place[0],
        clerk=place[1],
        from_ms=half[0],
        until_ms=half[1],
        evidence={"count": sum(len(one.run) for one in ones), **figures, **limit},
    )
