"""Which of the waits in a view have changed since they were last shown. Pure but for this memory.

It is lost with a restart, and then everything counts as changed once.
"""

from broker.engine.state import State
from broker.model.views import BoardView, HallView, KioskView, ServiceLine, ServiceView, Shown, WaitRange
from broker.store.shown_waits import ShownWait


class ShownWaits:
    """What is shown of services, and of each ticket among the first of a line; no more than that is remembered."""

    def __init__(self) -> None:
        self._day: str | None = None
        self._lines: dict[str, WaitRange | None] = {}
        self._people: dict[str, dict[str, WaitRange | None]] = {}

    def changed(self, view: Shown, state: State, now_ms: int) -> list[ShownWait]:
        """A row for each range that this view, just published, shows otherwise than before; nothing without a day."""
        if state.day != self._day:
            self._day = state.day
            self._lines.clear()
            self._people.clear()
        if state.day is None:
            return []
        rows = [
            ShownWait(state.day, now_ms, line.service, None, *_minutes(line.wait), None)
            for line in _lines_of(view)
            if self._is_other(line)
        ]
        if isinstance(view, ServiceView):
            rows += self._of_people(view, state, state.day, now_ms)
        return rows

    def _is_other(self, line: ServiceLine) -> bool:
        is_other = self._lines.get(line.service) != line.wait
        self._lines[line.service] = line.wait
        return is_other

    def _of_people(self, view: ServiceView, state: State, day: str, now_ms: int) -> list[ShownWait]:
        service = view.line.service
        before, after, rows = self._people.get(service, {}), {}, []
        for place, (number, wait) in enumerate(zip(view.numbers, view.waits, strict=False)):
            ticket = state.find(number)
            if ticket is None:
                continue
            after[ticket.ticket] = wait
            if before.get(ticket.ticket) != wait:
                rows.append(ShownWait(day, now_ms, service, place, *_minutes(wait), ticket.ticket))
        self._people[service] = after
        return rows


def _lines_of(view: Shown) -> tuple[ServiceLine, ...]:
    if isinstance(view, ServiceView):
        return (view.line,)
    return view.services if isinstance(view, BoardView | HallView | KioskView) else ()


def _minutes(wait: WaitRange | None) -> tuple[int | None, int | None]:
    return (None, None) if wait is None else (wait.low_min, wait.high_min)
