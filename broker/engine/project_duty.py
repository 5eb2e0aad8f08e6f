"""What a counter's view says of its clerk, and of nobody being there; what a kiosk's says of the guide desk. Pure."""

from broker.engine.cover import stranded
from broker.engine.sheets import open_days, stage_of
from broker.engine.state import State
from broker.model import views as v
from broker.model.hall import Hall
from broker.model.words import CounterStatus


def cover_of(hall: Hall, state: State, key: str) -> v.CounterCover | None:
    """Where it stands with a counter that nobody serves; None when all is well."""
    cover = state.covers.get(key)
    if cover is None:
        return None
    return v.CounterCover(
        kind=cover.kind,
        stage=cover.stage,
        since_ms=cover.since_ms,
        due_ms=cover.due_ms,
        staff_number=_staff_number(hall, cover.clerk),
        substitute=_staff_number(hall, cover.substitute),
    )


def stranded_at(hall: Hall, state: State, key: str, most: int) -> tuple[str, ...]:
    """Whom nobody else can call while this counter is not served: asked only where it pauses or somebody is wanted."""
    away = state.counter(key).status is CounterStatus.PAUSED or key in state.covers
    return stranded(hall, state, key)[:most] if away else ()


def post_of(hall: Hall, state: State, key: str) -> v.Post | None:
    """Who should be on post and since when somebody is; None at a counter that is nobody's and where nobody is."""
    declared, counter = hall.counters[key], state.counter(key)
    if declared.clerk is None and (counter.post_ms is None or counter.assumed):
        return None
    own = declared.clerk or ""
    return v.Post(
        expected=_staff_number(hall, declared.clerk),
        since_ms=None if counter.assumed else counter.post_ms,
        absent_since_ms=state.absent.get(own),
        came_late_ms=state.came_late.get(own),
    )


def sheets_of(hall: Hall, state: State, key: str) -> tuple[v.SheetNote, ...]:
    """How far the counter's sheets of the days that may still be changed are, newest first."""
    found = ((day, state.sheets[day].get(key)) for day in open_days(hall, state))
    return tuple(
        v.SheetNote(day=day, stage=stage_of(sheet), task=bool(sheet.task) and not sheet.finished)
        for day, sheet in found
        if sheet is not None
    )


def orders_at(state: State, key: str) -> tuple[v.DeskOrder, ...]:
    """What the guide desk asked this kiosk to give; which of it is too old by now, the kiosk sees."""
    return tuple(
        v.DeskOrder(
            ticket=order.ticket,
            service=order.service,
            until_ms=order.until_ms,
            language=order.language,
            needs=order.needs,
            large=order.large,
        )
        for order in state.orders.values()
        if order.kiosk == key
    )


def _staff_number(hall: Hall, clerk: str | None) -> str | None:
    known = hall.clerks.get(clerk or "")
    return known.staff_number if known else None
