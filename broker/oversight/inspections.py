"""Every visit of the inspections: drawn, made in time or late, missed, or one more than was drawn; what they amount to.

A pure fold of the journal, as ``case_stories``; the findings themselves are cases and stand there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from broker.model import events as e
from broker.model.commands.inspections import Checked
from broker.model.words import Names
from broker.oversight.case_figures import Share
from broker.oversight.case_stories import Story

INSPECTION_EVENTS = (e.InspectionDrawn, e.InspectionMade, e.InspectionMissed)
VisitState = Literal["planned", "made", "late", "missed", "extra"]


@dataclass(frozen=True, slots=True)
class Visit:
    """``week`` is None of a visit that nobody had drawn, which has no ``visit_ms`` and ``until_ms`` either (0).

    ``made_ms`` is when it was written down; ``missed``: the week ended before that.
    """

    week: str | None = None
    visit_ms: int = 0
    until_ms: int = 0
    made_ms: int | None = None
    missed: bool = False
    late: bool = False
    checked: tuple[Checked, ...] = ()
    findings: tuple[str, ...] = ()
    by: str = ""

    @property
    def state(self) -> VisitState:
        """A visit that was missed and made afterwards is late."""
        if self.week is None:
            return "extra"
        if self.made_ms is not None:
            return "late" if self.late else "made"
        return "missed" if self.missed else "planned"

    @property
    def when_ms(self) -> int:
        """When it was made, or else was to be."""
        return self.visit_ms if self.made_ms is None else self.made_ms


class Visits:
    """The fold: ``fold`` each event once, in order."""

    def __init__(self) -> None:
        self._known: dict[str, Visit] = {}

    def fold(self, event: e.Event) -> None:
        """Take one event in; those of nothing here change nothing."""
        if isinstance(event, e.InspectionDrawn):
            self._known[event.week] = Visit(event.week, event.visit_ms, event.until_ms)
        elif isinstance(event, e.InspectionMade):
            key = event.week or f"extra {len(self._known)}"
            self._known[key] = replace(
                self._known.get(key) or Visit(event.week),
                made_ms=event.at_ms,
                late=event.late,
                checked=event.checked,
                findings=event.findings,
                by=event.by,
            )
        elif isinstance(event, e.InspectionMissed) and event.week in self._known:
            self._known[event.week] = replace(self._known[event.week], missed=True)

    def told(self) -> tuple[Visit, ...]:
        """In the order in which they were drawn or, undrawn, made."""
        return tuple(self._known.values())


@dataclass(frozen=True)
class InspectionFigures:
    """Of the visits that were to be or were made in a span. ``looked_at``: points looked at, by all visits."""

    in_time: Share
    late: int
    missed: int
    extra: int
    looked_at: int
    found: int
    corrected: Share


def inspection_figures(
    visits: Iterable[Visit], stories: Iterable[Story], from_ms: int, to_ms: int
) -> InspectionFigures:
    """Visits by their moment, findings by their beginning, from one moment on and before the other."""
    those = [one for one in visits if from_ms <= one.when_ms < to_ms]
    states = [one.state for one in those]
    judged = [state for state in states if state in ("made", "late", "missed")]
    found = [one for one in stories if one.kind == "finding" and from_ms <= one.begun_ms < to_ms]
    due = [one for one in found if one.took("correct") or _overdue(one)]
    return InspectionFigures(
        in_time=Share(
            part=judged.count("made"),
            n=len(judged),
            formula=Names("当周完成 / 抽定且当周已过或已完成", "made within their week / drawn, made or week over"),
        ),
        late=states.count("late"),
        missed=states.count("missed"),
        extra=states.count("extra"),
        looked_at=sum(len({point.item for point in one.checked}) for one in those),
        found=len(found),
        corrected=Share(
            part=sum(not _overdue(one) for one in due),
            n=len(due),
            formula=Names("按期整改 / （已整改 + 逾期未整改）", "put right in time / (put right + overdue)"),
        ),
    )


def _overdue(finding: Story) -> bool:
    """The first correction or one after it passed its day."""
    told = any(alarm.stage == "correct" for alarm in finding.alarms)
    return told or any(step.late for step in finding.steps if step.step == "correct")
