"""One day of a report: its facts, and how much of its ratings may be read now. Pure."""

from dataclasses import dataclass

from broker.oversight.facts import DayFacts


@dataclass(frozen=True, slots=True)
class ReportDay:
    """``over``: the date has changed since, so rows of ratings may be read; ``levels``: the hall's sum of that day as
    it may be read now, None where there is none."""

    facts: DayFacts
    over: bool
    levels: tuple[int, ...] | None
