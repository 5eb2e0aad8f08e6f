"""Numbers and how they are printed: percentiles, a table, a verdict against a target."""

from dataclasses import dataclass


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` (0-1) of the values lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Figure:
    """One row: ``target`` None is for comparison only; ``most`` False means that larger is better."""

    name: str
    value: float
    unit: str
    target: float | None = None
    most: bool = True
    note: str = ""

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.most else self.value >= self.target

    def __str__(self) -> str:
        sign = "<=" if self.most else ">="
        goal = "" if self.target is None else f"  target {sign} {self.target:g} {self.unit}  {'met' if self.met else 'MISSED'}"
        return f"{self.name:<58} {self.value:>10.2f} {self.unit:<8}{goal}  {self.note}".rstrip()


def spread(name: str, seconds: list[float], target_ms: float | None = None) -> list[Figure]:
    """p50 and p99 of durations."""
    p50, p99 = percentile(seconds, 0.5) * 1000, percentile(seconds, 0.99) * 1000
    count = f"n={len(seconds)}"
    return [Figure(f"{name} p50", p50, "ms", note=count), Figure(f"{name} p99", p99, "ms", target_ms, note=count)]
