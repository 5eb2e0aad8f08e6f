"""From what was heard to what is shown of an entrusted outlet. Pure but for reading what was heard."""

from broker.collector.errors import NotFound
from broker.collector.heard.live import Live
from broker.collector.heard.neighbours import Outlets
from broker.collector.public.outlet_answers import OutletList, OutletStatus
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.hall_outlets import Outlet
from broker.model.outlets import services_at
from broker.model.views import HallView, OpenState, ServiceLine, ServiceView, WaitRange
from broker.model.words import CounterStatus


class OutletBoard:
    """Every outlet of a hall as it stands now."""

    def __init__(self, hall: Hall, live: Live, elsewhere: Outlets) -> None:
        self._hall, self._live, self._elsewhere = hall, live, elsewhere

    def all(self, today: tuple[SessionTimes, ...], now_ms: int) -> OutletList:
        """Those of the hall file, in its order."""
        return OutletList(outlets=tuple(self.one(key, today, now_ms) for key in self._hall.outlets))

    def one(self, outlet: str, today: tuple[SessionTimes, ...], now_ms: int) -> OutletStatus:
        """One of them; NotFound. ``today`` are the hall's openings of this day."""
        declared = self._hall.outlets.get(outlet)
        if declared is None:
            raise NotFound
        return self._told(outlet, declared) if declared.url else self._here(outlet, declared, today, now_ms)

    def _here(self, outlet: str, declared: Outlet, today: tuple[SessionTimes, ...], now_ms: int) -> OutletStatus:
        """From the views of its counters and services, which the engine of this hall keeps."""
        seen, body = self._live.hall_view(), self._live.hall_body()
        lines = self._lines(outlet)
        counters = self._live.counters(declared.counters)
        known = body is not None and bool(lines)
        return OutletStatus(
            outlet=outlet,
            names=declared.names,
            address=declared.address,
            phone=declared.phone,
            source="hall",
            url="",
            at_ms=None if seen is None else seen.frame.at_ms,
            stale=not self._live.engine_speaks(),
            open=None if body is None else opening(self._hall, declared, body, today, now_ms),
            issuing=body is not None and body.issuing,
            issuing_reason="" if body is None else body.issuing_reason,
            issuing_reason_en="" if body is None else body.issuing_reason_en,
            waiting=sum(line.waiting for line in lines) if known else None,
            wait=span_of(lines),
            counters_open=tuple(view.name for view in counters if view.status is CounterStatus.OPEN),
            paused=tuple(view.pause for view in counters if view.pause is not None),
            services=lines,
            emergency=None if body is None else body.emergency,
        )

    def _lines(self, outlet: str) -> tuple[ServiceLine, ...]:
        """In hall order; a service that is hidden from visitors is not told of."""
        shown = (key for key in services_at(self._hall, outlet) if not self._hall.services[key].hidden)
        bodies = (self._live.body("service", key) for key in shown)
        return tuple(body.line for body in bodies if isinstance(body, ServiceView))

    def _told(self, outlet: str, declared: Outlet) -> OutletStatus:
        """As it said of itself when it was last asked."""
        seen = self._elsewhere.of(outlet)
        status = seen.status
        return OutletStatus(
            outlet=outlet,
            names=declared.names,
            address=declared.address,
            phone=declared.phone,
            source="own",
            url=declared.url,
            at_ms=None if status is None else status.at_ms,
            stale=self._elsewhere.is_stale(seen),
            open=None if status is None else status.open,
            issuing=status is not None and status.issuing,
            issuing_reason="" if status is None else status.issuing_reason,
            issuing_reason_en="" if status is None else status.issuing_reason_en,
            waiting=None if status is None else sum(line.waiting for line in status.services),
            wait=None if status is None else span_of(status.services),
            counters_open=() if status is None else status.counters_open,
            paused=() if status is None else status.paused,
            services=() if status is None else status.services,
            emergency=None if status is None else status.emergency,
        )


def opening(hall: Hall, outlet: Outlet, body: HallView, today: tuple[SessionTimes, ...], now_ms: int) -> OpenState:
    """The hall's hours as far as the outlet keeps them; whether a session runs, the engine says."""
    if not outlet.sessions:
        return body.open
    kept = [times for times in today if times.name in outlet.sessions and times.name in hall.sessions]
    later = [hall.sessions[times.name].opens for times in kept if times.opens_ms > now_ms]
    running = body.open.session if body.open.session in outlet.sessions else None
    return OpenState(
        state="open" if running else "break" if later and body.day else "closed",
        hours=" ".join(f"{hall.sessions[t.name].opens}-{hall.sessions[t.name].closes}" for t in kept),
        session=running,
        next_opens=later[0] if later and body.day and not running else None,
    )


def span_of(lines: tuple[ServiceLine, ...]) -> WaitRange | None:
    """From the shortest to the longest wait of the services that give tickets now; None when none is honest."""
    waits = [line.wait for line in lines if line.state == "open" and line.wait is not None]
    if not waits:
        return None
    return WaitRange(low_min=min(w.low_min for w in waits), high_min=max(w.high_min for w in waits))
