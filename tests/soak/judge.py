"""Whether a process held still for a day: memory, threads, open files, and what it said of its own pictures. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

PARTS = 6
"""Into so many equal parts the run after the warm-up is cut, to see whether memory rises in each of them."""


@dataclass(frozen=True)
class Sample:
    """One look at one process: seconds of the run, resident memory in 10^6 bytes, threads, open files.

    ``mapped_mb`` of the memory are pages of files that it only reads: fonts and libraries.
    """

    at_s: float
    rss_mb: float
    threads: int
    files: int
    mapped_mb: float = 0.0


@dataclass(frozen=True)
class Rule:
    """What still counts as flat.

    Judged is what a process holds beyond its caches that are bounded in bytes, for these may fill all day; that they
    keep to their bounds is judged apart. The first ``warm_up`` of a run (a share of it) does not count: fonts, words
    and pictures are made once. Of the rest the median of the last third may lie ``growth_mb`` above the median of the
    second third, and the medians of its sixths must not rise each time by ``step_mb`` or more; those without the pages
    of files, for a rare letter late in the day brings in a page of its font, which the kernel takes back when it likes,
    and of which there are no more than the file has. For the growth they count. The last third may see
    ``files`` and ``threads`` more than ever were before (an unplugged printer closes some, and opens them again).
    """

    warm_up: float = 0.25
    growth_mb: float = 3.0
    step_mb: float = 0.15
    files: int = 2
    threads: int = 0


@dataclass(frozen=True)
class Drift:
    """How a process changed after its warm-up."""

    rss_mb: float
    """Median of the last third, without the caches."""
    growth_mb: float
    steps_mb: tuple[float, ...]
    """From sixth to sixth, without the pages of files."""
    threads: int
    files: int
    whole_mb: float
    """Median of the last third with the caches."""
    highest_mb: float


@dataclass
class Pictures:
    """What a screen's program told of its pictures; all are counts since its start."""

    painted: int = 0
    moved: int = 0
    failsafe: int = 0
    blank: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    caches: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """Name -> (held, most); most is None for a cache without a bound."""
    unbounded_before: dict[str, int] = field(default_factory=dict)
    """What the caches without a bound held when the warm-up was over."""
    told: list[dict[str, object]] = field(default_factory=list)
    """Everything the program said, every second."""


def drift_of(samples: Sequence[Sample], rule: Rule, kept: Sequence[tuple[float, float]] = ()) -> Drift:
    """``kept``: at a moment (seconds of the run) the caches held so many 10^6 bytes.

    Raises ValueError when there are too few samples to say anything.
    """
    whole = median(sample.rss_mb for sample in samples[-max(1, len(samples) // 4) :])
    highest = max(sample.rss_mb for sample in samples)
    samples = _beyond(samples, kept)
    counted = _after(samples, rule.warm_up)
    if len(counted) < PARTS:
        raise ValueError(f"{len(counted)} samples after the warm-up are too few")
    second, last = _cut(counted, 3)[1:]
    before = [sample for sample in samples if sample.at_s < last[0].at_s]
    sixths = [median(sample.rss_mb - sample.mapped_mb for sample in part) for part in _cut(counted, PARTS)]
    return Drift(
        rss_mb=median(sample.rss_mb for sample in last),
        growth_mb=median(sample.rss_mb for sample in last) - median(sample.rss_mb for sample in second),
        steps_mb=tuple(after - before for before, after in pairwise(sixths)),
        threads=max(one.threads for one in last) - max(one.threads for one in before),
        files=max(one.files for one in last) - max(one.files for one in before),
        whole_mb=whole,
        highest_mb=highest,
    )


def _beyond(samples: Sequence[Sample], kept: Sequence[tuple[float, float]]) -> Sequence[Sample]:
    """Each sample without what the caches held when they were last asked."""
    moments = [at_s for at_s, _ in kept]
    held = [0.0, *(mb for _, mb in kept)]
    return [replace(one, rss_mb=one.rss_mb - held[bisect_right(moments, one.at_s)]) for one in samples]


def _after(samples: Sequence[Sample], share: float) -> Sequence[Sample]:
    begins_s = samples[0].at_s + share * (samples[-1].at_s - samples[0].at_s) if samples else 0.0
    return [sample for sample in samples if sample.at_s >= begins_s]


def _cut(samples: Sequence[Sample], parts: int) -> list[Sequence[Sample]]:
    edges = [len(samples) * part // parts for part in range(parts + 1)]
    return [samples[low:high] for low, high in pairwise(edges)]


def faults_of_process(drift: Drift, rule: Rule) -> list[str]:
    """Sentences about what was not flat; none when all was."""
    found = []
    if drift.growth_mb > rule.growth_mb:
        found.append(f"memory grew by {drift.growth_mb:.1f} MB from the second third to the last")
    if min(drift.steps_mb) >= rule.step_mb:
        found.append("memory rose in every part: " + ", ".join(f"{step:+.2f}" for step in drift.steps_mb) + " MB")
    if drift.threads > rule.threads:
        found.append(f"{drift.threads} more threads")
    if drift.files > rule.files:
        found.append(f"{drift.files} more open files")
    return found


def faults_of_pictures(pictures: Pictures) -> list[str]:
    """Sentences about screens that stood still, went blank, failed, or keep more than they may."""
    found = [] if pictures.painted else ["nothing was painted"]
    if pictures.failsafe:
        found.append(f"the failsafe picture was shown {pictures.failsafe} times")
    if pictures.blank:
        found.append(f"{pictures.blank} pictures were blank")
    for name, (held, most) in pictures.caches.items():
        if most is not None and held > most:
            found.append(f"{name} holds {held}, more than {most}")
        elif most is None and held > 2 * pictures.unbounded_before.get(name, held):
            found.append(f"{name} has no bound and grew to {held}")
    return found


def faults_of_log(text: str) -> list[str]:
    """What no program should have to say on an ordinary day."""
    marks = ("level=error", "level=critical", "Traceback (most recent call last)")
    lines = [line for line in text.splitlines() if any(mark in line for mark in marks)]
    return [f"{len(lines)} errors in the log, first: {lines[0][:100]} ... {lines[0][-200:]}"] if lines else []
