"""Was the advice right? Asked of the record when its time has come, and never before. Pure.

Advice is right if those who were called ten to forty minutes later had waited longer than their targets on the mean.
Where another counter was opened meanwhile it was followed: what would have been without is not known, so that counts
neither way. Where nobody was called in that time nothing can be said.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from broker.staffing.record import DayRecord

FROM_MS, UNTIL_MS = 10 * 60_000, 40 * 60_000
JUDGED_ENOUGH = 20
"""Before so many were judged nothing is said of how good the advice is."""
MINUTE_MS = 60_000

Verdict = Literal["right", "wrong", "followed", "nobody"]


@dataclass(frozen=True, slots=True)
class Judged:
    """``mean_min`` is what ``n`` people had waited, ``target_min`` what they should at most, on the mean."""

    verdict: Verdict
    n: int = 0
    mean_min: float = 0.0
    target_min: float = 0.0


@dataclass(frozen=True, slots=True)
class Precision:
    """Of ``judged`` pieces of advice ``right`` were so; ``followed`` ones are not among them."""

    judged: int
    right: int
    followed: int = 0

    @property
    def known(self) -> bool:
        """Whether they are enough to say anything by."""
        return self.judged >= JUDGED_ENOUGH


def judge(
    record: DayRecord, services: Collection[str], targets_min: Mapping[str, float], at_ms: int, *, followed: bool
) -> Judged:
    """What became of advice of ``at_ms``; to be asked from ``at_ms + UNTIL_MS`` on."""
    calls = [
        one
        for one in record.waits
        if one.service in services and one.service in targets_min and FROM_MS <= one.at_ms - at_ms < UNTIL_MS
    ]
    if not calls:
        return Judged("followed" if followed else "nobody")
    mean_min = sum(one.waited_ms for one in calls) / len(calls) / MINUTE_MS
    target_min = sum(targets_min[one.service] for one in calls) / len(calls)
    verdict: Verdict = "right" if mean_min > target_min else "wrong"
    return Judged("followed" if followed else verdict, len(calls), mean_min, target_min)


def precision_of(verdicts: Mapping[str, int]) -> Precision:
    """From how often each verdict was given."""
    right, wrong = verdicts.get("right", 0), verdicts.get("wrong", 0)
    return Precision(right + wrong, right, verdicts.get("followed", 0))
