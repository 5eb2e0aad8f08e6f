"""Ratings that look made up: a sample for a person to look at, with the evidence. Pure; it punishes nobody.

No pattern proves anything: a visitor may be quick, and a family may rate one after the other. So a rating keeps its
full weight in every figure whatever stands here, and neither visitor nor ticket number is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec

from broker.model.words import Names

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
    """Something to look at. ``evidence`` are the figures by which it was found; ``evaluations`` the ratings' marks."""

    pattern: Pattern
    names: Names
    counter: str
    clerk: str | None
    device: str
    from_ms: int
    until_ms: int
    evaluations: tuple[str, ...]
    evidence: dict[str, int]


class AuditSample(msgspec.Struct, frozen=True, kw_only=True):
    """What of a day's ratings a person should look at. ``left_out``: beyond so many the rest is only counted."""

    day: str
    ratings: int
    suspicions: tuple[Suspicion, ...]
    left_out: int


def mark_of(evaluation: str) -> str:
    """By which people know a rating again, and nothing else: its id itself would have the engine repeat its answer,
    which names the visit, and the visit the visitor."""
    return sha256(f"jiaohao mark {evaluation}".encode()).hexdigest()[:24]


def audit(day: str, ratings: Iterable[Rated]) -> AuditSample:
    """The sample of a day, in the order of the hall's clock."""
    ordered = sorted(ratings, key=lambda rated: (rated.pressed_at_ms, rated.evaluation))
    found = [*_too_fast(ordered), *_no_ticket(ordered), *_same_rhythm(ordered), *_bursts(ordered)]
    found.sort(key=lambda one: (one.from_ms, one.pattern, one.evaluations))
    return AuditSample(
        day=day,
        ratings=len(ordered),
        suspicions=tuple(found[:SAMPLE_MOST]),
        left_out=max(0, len(found) - SAMPLE_MOST),
    )


def _too_fast(ratings: list[Rated]) -> Iterator[Suspicion]:
    for one in ratings:
        if one.at_counter and 0 <= one.delay_ms < TOO_FAST_MS:
            yield _suspicion("too_fast", [one], delay_ms=one.delay_ms, least_ms=TOO_FAST_MS)


def _no_ticket(ratings: list[Rated]) -> Iterator[Suspicion]:
    for one in ratings:
        if not one.by_kiosk:
            yield _suspicion("no_ticket", [one])


def _same_rhythm(ratings: list[Rated]) -> Iterator[Suspicion]:
    """Runs as long as they last, so that one run is one finding."""
    for at_device in _by(ratings, "device"):
        run: list[Rated] = []
        for one in [*(rated for rated in at_device if rated.at_counter), None]:
            if one is not None and (not run or _fits(run, one)):
                run.append(one)
                continue
            if len(run) >= RHYTHM_RUN:
                delays = [rated.delay_ms for rated in run]
                yield _suspicion("same_rhythm", run, least_delay_ms=min(delays), most_delay_ms=max(delays))
            run = [] if one is None else [one]


def _fits(run: list[Rated], one: Rated) -> bool:
    delays = [*(rated.delay_ms for rated in run), one.delay_ms]
    return one.level == run[0].level and max(delays) - min(delays) <= RHYTHM_MS


def _bursts(ratings: list[Rated]) -> Iterator[Suspicion]:
    """The counter's own evaluator asks one visitor at a time; phones, kiosks and forms know no such pace."""
    for of_clerk in _by([one for one in ratings if not one.at_counter and one.clerk is not None], "clerk"):
        run: list[Rated] = []
        for one in of_clerk:
            if run and one.pressed_at_ms - run[0].pressed_at_ms > BURST_MS:
                if len(run) >= BURST_RUN:
                    yield _suspicion("burst", run, within_ms=run[-1].pressed_at_ms - run[0].pressed_at_ms)
                    run = []
                else:
                    run = [rated for rated in run if one.pressed_at_ms - rated.pressed_at_ms <= BURST_MS]
            run.append(one)
        if len(run) >= BURST_RUN:
            yield _suspicion("burst", run, within_ms=run[-1].pressed_at_ms - run[0].pressed_at_ms)


def _by(ratings: list[Rated], name: str) -> Iterable[list[Rated]]:
    groups: dict[str, list[Rated]] = defaultdict(list)
    for one in ratings:
        groups[getattr(one, name)].append(one)
    return groups.values()


def _suspicion(pattern: Pattern, run: list[Rated], **evidence: int) -> Suspicion:
    first = run[0]
    return Suspicion(
        pattern=pattern,
        names=PATTERN_NAMES[pattern],
        counter=first.counter,
        clerk=first.clerk,
        device=first.device,
        from_ms=first.pressed_at_ms,
        until_ms=run[-1].pressed_at_ms,
        evaluations=tuple(mark_of(one.evaluation) for one in run),
        evidence={"count": len(run), **evidence},
    )
