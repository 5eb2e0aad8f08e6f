"""What a hall promised to reach, and whether it does: satisfied visitors of a year and of each counter. Pure.

An unrated visit is never a satisfied one, and a gauge says of how many ratings it is and how many visits were rated at
all: ninety-nine of a hundred says little where one visit in fifty was rated. Version 1 of the formulas.
"""

import msgspec

from broker.model.hall_quality import Goals
from broker.model.words import Names
from broker.oversight.report_shape import Line, Report

GAUGES_VERSION = 1
SATISFIED = Names(
    "（非常满意＋满意＋基本满意）÷ 已评价",
    "(very satisfied + satisfied + fairly satisfied) / rated",
)
RATED = Names("已评价 ÷ 可评价（办结的服务）", "rated / visits that may be rated")


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """``satisfied`` of ``rated``, and those of ``rateable`` visits; None where there were too few to be told.

    ``strictly``: the goal itself is not enough.
    """

    key: str
    label: Names
    satisfied: int | None
    rated: int | None
    rateable: int
    goal: float
    strictly: bool = False

    @property
    def percent(self) -> float | None:
        """As it is shown: one decimal, cut off, so that nothing below a goal is shown as the goal."""
        return None if not self.rated or self.satisfied is None else (1000 * self.satisfied // self.rated) / 10

    @property
    def rating_rate(self) -> float | None:
        """In percent; None where no visit may be rated."""
        return None if not self.rateable or self.rated is None else round(100 * self.rated / self.rateable, 1)

    @property
    def met(self) -> bool | None:
        """By the exact share, not by what is shown of it; None where nothing is told."""
        if not self.rated or self.satisfied is None:
            return None
        share = 100 * self.satisfied / self.rated
        return share > self.goal if self.strictly else share >= self.goal


class Gauges(msgspec.Struct, frozen=True, kw_only=True):
    """Of a year so far: the hall, and each counter; ``month``: the counters in the present month."""

    year: Gauge
    counters: tuple[Gauge, ...]
    month: dict[str, Gauge]
    first: str
    last: str
    version: int = GAUGES_VERSION

    @property
    def red(self) -> tuple[Gauge, ...]:
        """The red list: counters that do not reach their goal in this year, the worst first."""
        missed = (one for one in self.counters if one.met is False)
        return tuple(sorted(missed, key=lambda one: (one.satisfied or 0) / (one.rated or 1)))


def gauges_of(goals: Goals, year: Report, month: Report) -> Gauges:
    """Two reports by counter, of the year so far and of its present month."""
    return Gauges(
        year=_gauge(year.total, goals.year_satisfied),
        counters=tuple(_gauge(line, goals.counter_satisfied, strictly=True) for line in year.lines),
        month={line.key: _gauge(line, goals.counter_satisfied, strictly=True) for line in month.lines},
        first=year.first,
        last=year.last,
    )


def _gauge(line: Line, goal: float, *, strictly: bool = False) -> Gauge:
    return Gauge(
        key=line.key,
        label=line.label,
        satisfied=line.satisfied,
        rated=line.rated,
        rateable=line.rated_of,
        goal=goal,
        strictly=strictly,
    )
