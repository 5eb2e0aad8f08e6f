"""Numbers and how they are printed: percentiles, a table, a verdict against a target."""

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path


def percentile(values: list[float], share: float) -> float:
    """The smallest of the values that at least ``share`` (0-1) of them do not exceed: nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Figure:
    """One row: ``target`` None is for comparison only; ``most`` False means that larger is better.

    ``n`` is how many measurements the value is of.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    most: bool = True
    note: str = ""
    n: int = 1

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.most else self.value >= self.target

    @property
    def verdict(self) -> str:
        """``met``, ``MISSED``, or nothing where there is no target."""
        if self.target is None:
            return ""
        return "met" if self.met else "MISSED"

    def __str__(self) -> str:
        sign = "<=" if self.most else ">="
        goal = "" if self.target is None else f"{sign} {self.target:g}"
        row = f"{self.name:<52} {self.value:>9.2f} {self.unit:<6} {goal:>8} {self.verdict:<6} n={self.n:<6} {self.note}"
        return row.rstrip()


def spread(name: str, seconds: list[float], target_ms: float | None = None, note: str = "") -> list[Figure]:
    """p50 and p99 of durations; the target is for the p99."""
    p50, p99 = percentile(seconds, 0.5) * 1000, percentile(seconds, 0.99) * 1000
    n = len(seconds)
    return [
        Figure(f"{name}, p50", p50, "ms", note=note, n=n),
        Figure(f"{name}, p99", p99, "ms", target_ms, note=note, n=n),
    ]


@dataclass
class Report:
    """Prints each row as soon as it is known, and keeps all for the summary and the JSON file."""

    circumstances: dict[str, object]
    figures: list[Figure] = field(default_factory=list)
    accidents: list[str] = field(default_factory=list)
    """What could not be measured at all, one sentence each."""

    def section(self, title: str, figures: Iterable[Figure]) -> None:
        """A headed group of rows."""
        _say(f"\n{title}")
        for figure in figures:
            self.figures.append(figure)
            _say(f"  {figure}")

    def accident(self, title: str, why: str) -> None:
        """A group of rows that could not be measured."""
        self.accidents.append(f"{title}: {why}")
        _say(f"\n{title}\n  COULD NOT RUN: {why}")

    def summary(self) -> str:
        """Two sentences at the end of a run."""
        aimed = [figure for figure in self.figures if figure.target is not None]
        missed = [figure.name for figure in aimed if not figure.met]
        text = f"{len(self.figures)} figures, {len(aimed) - len(missed)} of {len(aimed)} targets met"
        text += f"; MISSED: {'; '.join(missed)}" if missed else ""
        return text + (f"; COULD NOT RUN: {'; '.join(self.accidents)}" if self.accidents else "")

    def write(self, path: Path) -> None:
        """Everything as JSON."""
        rows = [{**asdict(figure), "verdict": figure.verdict} for figure in self.figures]
        whole = {"circumstances": self.circumstances, "figures": rows, "accidents": self.accidents}
        path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
