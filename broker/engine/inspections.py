"""Inspections: one unannounced visit a week at a moment that chance draws out of the openings, and what visits found.

Pure: the chance is handed in. Every moment of what is left of the week's openings is as likely as any other, so nobody
can tell from earlier weeks when the next one comes.
"""

from collections.abc import Iterator

from broker.engine import cases
from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r


def draw(desk: Desk, command: c.DrawInspection) -> Outcome:
    """Once a week; asked again, or of a week before, nothing happens."""
    table = desk.hall.quality.inspections
    if not (table.on and table.weekly):
        raise Refused(r.InspectionsNotDrawn())
    known = desk.state.inspection
    left = [(max(one.opens_ms, desk.now_ms), one.closes_ms) for one in command.openings]
    left = [(opens_ms, closes_ms) for opens_ms, closes_ms in left if opens_ms < closes_ms]
    if not left or (known is not None and command.week <= known.week):
        return Outcome(result={})
    event = e.InspectionDrawn(
        at_ms=desk.now_ms,
        week=command.week,
        visit_ms=_moment_ms(left, command.chance),
        until_ms=max(closes_ms for _, closes_ms in left),
    )
    return Outcome((event,), {"week": event.week})


def record(desk: Desk, command: c.RecordInspection) -> Outcome:
    """The visit, and a case for each point that was not fine."""
    if not desk.hall.quality.inspections.on:
        raise Refused(r.CasesNotKept(kind="finding"))
    known = desk.state.inspection
    if command.week is not None and (known is None or known.week != command.week or known.made):
        raise Refused(r.NoSuchInspection(week=command.week))
    if command.week is not None and known is not None and desk.now_ms < known.visit_ms:
        raise Refused(r.InspectionTooEarly(week=command.week))
    seen: set[tuple[str, str | None]] = set()
    for point in command.checked:
        if point.item not in desk.hall.quality.inspections.points:
            raise Refused(r.UnknownPoint(item=point.item))
        if point.counter is not None:
            desk.counter(point.counter)
        if (point.item, point.counter) in seen:
            raise Refused(r.CheckedTwice(item=point.item))
        seen.add((point.item, point.counter))
    wrong = [point for point in command.checked if not point.fine]
    found = [cases.of_finding(desk, point.item, point.counter, more=place) for place, point in enumerate(wrong)]
    made = e.InspectionMade(
        at_ms=desk.now_ms,
        checked=command.checked,
        week=command.week,
        findings=tuple(case.case for case in found),
        late=command.week is not None and known is not None and desk.now_ms >= known.until_ms,
        by=desk.asked.by,
    )
    return Outcome(
        (*found, made), {"findings": [case.number for case in found], "cases": [case.case for case in found]}
    )


def missed(desk: Desk) -> Iterator[e.Event]:
    """Told once, when the week's last opening is over."""
    known = desk.state.inspection
    if known is not None and not (known.made or known.missed) and known.until_ms <= desk.now_ms:
        yield e.InspectionMissed(at_ms=desk.now_ms, week=known.week)


def _moment_ms(openings: list[tuple[int, int]], chance: float) -> int:
    """So far into all openings laid end to end."""
    into_ms = int(chance * sum(closes_ms - opens_ms for opens_ms, closes_ms in openings))
    for opens_ms, closes_ms in openings:
        if into_ms < closes_ms - opens_ms:
            return opens_ms + into_ms
        into_ms -= closes_ms - opens_ms
    return openings[-1][1] - 1  # a chance so near to one that it was rounded up
