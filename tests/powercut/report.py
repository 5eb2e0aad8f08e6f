"""The figures of a series of power cuts in plain words, and all of them as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.powercut.bench import Figures
from tests.powercut.programs import HONEST

_EXAMPLES_OF_CONTROL = 2


def is_control(figures: Figures) -> bool:
    """Whether something was left out that safety rests on, so that it must fail."""
    return not figures.setting.startswith(HONEST.name)


def lines_of(figures: Figures) -> Iterator[str]:
    """What happened to what was acknowledged, what the cuts did to the disk, where they came."""
    control = is_control(figures)
    yield f"{figures.program}, {figures.setting}{' (must fail)' if control else ''}: {figures.cuts} power cuts"
    yield (
        f"  acknowledged before a cut: {figures.acknowledged:,}; found again after it: {figures.found:,}; "
        f"not found: {figures.not_found:,}; corrupt after {figures.corrupt} cuts"
    )
    yield (
        f"  what was not synced: writes {figures.torn_writes:,} torn, {figures.dropped_writes:,} dropped, "
        f"{figures.kept_writes:,} kept; names {figures.dropped_names:,} dropped; "
        f"{figures.before_promises} starts cut before they acknowledged anything"
    )
    if not control:
        yield "  cut at: " + ", ".join(f"{place} {count}" for place, count in figures.where.most_common())
    for example in figures.examples[: _EXAMPLES_OF_CONTROL if control else None]:
        yield f"  {example}"


def table_of(series: Iterable[Figures]) -> Iterator[str]:
    """Markdown. A control ends when it failed often enough."""
    yield "| program | disk and database | power cuts | acknowledged | found again | not found | corrupt after |"
    yield "|---|---|---|---|---|---|---|"
    for one in series:
        setting = f"{one.setting} (must fail)" if is_control(one) else one.setting
        yield (
            f"| {one.program} | {setting} | {one.cuts} | {one.acknowledged:,} | {one.found:,} | {one.not_found:,} "
            f"| {one.corrupt} cuts |"
        )


def verdict_of(good: bool, controls: bool) -> str:
    """The last line of a run: whether all went as it must, and whether any control was run at all."""
    if not good:
        return "FAILED"
    return f"nothing was lost, {'every control failed as it must' if controls else 'no control was run'}"
