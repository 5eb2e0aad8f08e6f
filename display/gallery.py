"""Every screen of the wall display and of the counter sign in every state: for the eye, for lint, OCR and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from broker.model import views as v
from broker.model.words import CounterStatus, Names, TicketStatus
from broker.runtime.canvas.ops import Op
from broker.runtime.newest import Position
from display.board import BoardMind
from display.board_view import board_ops
from display.emergency_view import emergency_ops
from display.gallery_boards import layout_sample, layout_states
from display.gallery_hall import (
    BEFORE,
    BOARD,
    BREAK,
    CALLS,
    CLOSED,
    COUNTER,
    EMERGENCY,
    HALL,
    LONG_EMERGENCY,
    LONG_HALL,
    LONG_SERVICE,
    NOON,
    NOTICES,
    NOW_MS,
    SERVICES,
    TOWN,
    TOWN_NAMES,
    ZONE,
    let_arrive,
    long_pause,
    make_call,
    make_line,
    make_pause,
    make_ticket,
    town_calls,
)
from display.layout import DESIGN_PX, Layout, Shape, fit_shape
from display.layouts import room_of
from display.sign import SignMind
from display.sign_view import sign_ops


def boards() -> dict[str, tuple[v.BoardView | None, str]]:
    """State name -> (board, how it came): `news` with a fresh hero, `quiet` found on connecting, `stale`, `rest`."""

    def changed(**changes: object) -> v.BoardView:
        return msgspec.structs.replace(BOARD, **changes)

    wide = (
        make_line("household", 1234, (180, 240)),
        make_line("social", 88, (45, 75), names=LONG_SERVICE),
        make_line("estate", 5, None),
        make_line("business", 0, None, "full"),
        make_line("vehicles", 0, None, "paused", reason=Names("系统维护", "System maintenance")),
        make_line("tax", 0, None, "no_counter"),
        make_line("fund", 0, None, "closed"),
        make_line("health", 3, (8, 8)),
    )
    stress = (
        make_call("A1234", "128", LONG_SERVICE, 2),
        make_call("预0007", "12A", LONG_SERVICE, 61),
        *CALLS[2:],
    )
    keys = ("household", "social", "estate", "business", "vehicles")
    shut = tuple(make_line(key, 0, None, "closed") for key in keys)
    later = tuple(make_line(key, 0, None, "closed", reopens="09:00") for key in keys)
    noon = tuple(make_line(key, 0, None, "closed", reopens="13:30") for key in keys)
    again = make_call("A0123", "3", SERVICES["household"], 2, recall=2)
    over = make_call("A0123", "3", SERVICES["household"], 2, status=TicketStatus.SERVED)
    return {
        "calling": (BOARD, "news"),
        "calling-ring-off": (BOARD, "ring-off"),
        "called-again": (changed(calls=(again, *CALLS[1:])), "news"),
        "visit-over": (changed(calls=(over, *CALLS[1:])), "quiet"),
        "two-at-once": (BOARD, "two"),
        "after-connecting": (BOARD, "quiet"),
        "none-paused": (changed(paused=()), "news"),
        "no-calls": (changed(calls=(), paused=()), "quiet"),
        "one-call": (changed(calls=CALLS[:1], paused=()), "news"),
        "not-yet-open": (changed(calls=(), paused=(), open=BEFORE, services=later), "quiet"),
        "break": (changed(calls=(), paused=(), open=BREAK, services=noon), "quiet"),
        "closed": (changed(calls=(), paused=(), open=CLOSED, notices=(), services=shut), "quiet"),
        "stale": (BOARD, "stale"),
        "starting": (None, "quiet"),
        "no-trusted-clock": (BOARD, "no-clock"),
        "long-names": (changed(hall=LONG_HALL, calls=stress, services=wide), "news"),
        "town-names": (changed(calls=town_calls(), services=TOWN), "news"),
        "town-names-none-paused": (changed(calls=town_calls(), services=TOWN, paused=()), "news"),
        "town-names-second-page": (changed(calls=town_calls(), services=TOWN), "second"),
        "second-page": (changed(services=wide), "second"),
        "paused-long": (changed(paused=(long_pause(),)), "news"),
        "many-paused": (changed(paused=tuple(make_pause(str(n)) for n in range(20, 33))), "news"),
        "three-services": (changed(services=BOARD.services[:3], notices=NOTICES[:1]), "news"),
    }


def signs() -> dict[str, tuple[v.CounterView | None, str]]:
    """State name -> (counter, how it came)."""

    def changed(**changes: object) -> v.CounterView:
        return msgspec.structs.replace(COUNTER, **changes)

    def shut(**changes: object) -> v.CounterView:
        return changed(status=CounterStatus.CLOSED, clerk=None, staff_number=None, **changes)

    paused = changed(status=CounterStatus.PAUSED, pause=make_pause("3", instead=("2", "4")))
    overdue = msgspec.structs.replace(make_pause("3", instead=("2", "4")), returns_at_ms=NOW_MS - 120_000)
    late = changed(status=CounterStatus.PAUSED, pause=overdue)
    long = changed(name="128", status=CounterStatus.PAUSED, pause=long_pause())
    alone = changed(status=CounterStatus.PAUSED, pause=make_pause("3", returns=False))
    visit = "2026-03-05-v12.3-ab12cd"
    rating = v.EvaluationRequest(visit=visit, number="A0123", opened_at_ms=NOW_MS, until_ms=NOW_MS + 60_000)
    return {
        "calling": (changed(ticket=make_ticket("A0123", TicketStatus.CALLED)), "news"),
        "serving": (changed(ticket=make_ticket("A0123", TicketStatus.SERVING)), "quiet"),
        "idle": (COUNTER, "quiet"),
        "idle-break": (changed(open=msgspec.structs.replace(COUNTER.open, state="break", session=None)), "quiet"),
        "rating": (changed(evaluation=rating), "quiet"),
        "rating-code": (changed(evaluation=rating), "quiet"),
        "paused": (paused, "quiet"),
        "paused-late": (late, "quiet"),
        "paused-town-names": (long, "quiet"),
        "paused-nowhere-else": (alone, "quiet"),
        "closed": (shut(open=CLOSED), "quiet"),
        "closed-long-names": (shut(open=CLOSED, hall=LONG_HALL), "quiet"),
        "not-open-yet": (shut(), "quiet"),
        "stale": (changed(ticket=make_ticket("A0123", TicketStatus.SERVING)), "stale"),
        "starting": (None, "quiet"),
        "long-names": (
            changed(name="128", ticket=make_ticket("A1234", TicketStatus.CALLED, LONG_SERVICE), hall=LONG_HALL),
            "news",
        ),
        "town-names": (
            changed(ticket=make_ticket("A1234", TicketStatus.CALLED, TOWN_NAMES[0]), services=TOWN_NAMES),
            "news",
        ),
        "town-services": (changed(services=TOWN_NAMES), "quiet"),
        "many-services": (changed(services=tuple(SERVICES.values())), "quiet"),
        "emergency": (changed(emergency=EMERGENCY), "quiet"),
        "emergency-long": (changed(emergency=LONG_EMERGENCY), "quiet"),
    }


def board_sample(shape: Shape, size: tuple[int, int], name: str) -> tuple[Op, ...]:
    """One wall display in one state."""
    view, how = boards()[name]
    fitted = fit_shape(shape, size)
    mind = BoardMind(HALL, room_of(fitted, shape if shape != "sign" else "landscape"))
    now_s = 100.0
    if view is not None:
        let_arrive(mind, view, how, now_s)
    if how == "ring-off":
        now_s += 0.6
    elif how == "stale":
        now_s += 100.0
    elif how == "second":
        mind.look(now_s, NOON)
        now_s += 10.0
        mind.heard(now_s, NOW_MS)
    state = mind.look(now_s, None if how == "no-clock" else NOON)
    return board_ops(state, fitted, ZONE)


def sign_sample(size: tuple[int, int], name: str) -> tuple[Op, ...]:
    """One counter sign in one state."""
    view, how = signs()[name]
    url = "https://hall.binjiang.gov.cn/r/sign-3/{}?k=abcdefghijklm"
    mind = SignMind("3", url.format if name == "rating-code" else lambda visit: "")
    if view is not None:
        mind.heard(100.0, NOW_MS)
        if how == "news":
            mind.take(COUNTER, Position(1, 1), 99.0)
        mind.take(view, Position(1, 2), 100.0)
    if view is not None and view.emergency is not None:
        return emergency_ops(view.emergency, fit_shape("sign", size), ZONE)
    state = mind.look(200.0 if how == "stale" else 100.0, NOW_MS)
    return sign_ops(state, fit_shape("sign", size), ZONE)


def sketches() -> Iterator[tuple[str, tuple[int, int], Callable[[], tuple[Op, ...]]]]:
    """(name, size, what lays it out) of every state, at the sizes they were designed for; names such as
    ``board-portrait-stale``. Nothing is laid out until it is called: who needs one screen pays for one.
    """
    shapes: tuple[Shape, ...] = ("landscape", "portrait")
    for shape in shapes:
        for state in boards():
            yield f"board-{shape}-{state}", DESIGN_PX[shape], partial(board_sample, shape, DESIGN_PX[shape], state)
    layouts: tuple[Layout, ...] = ("landscape", "portrait", "overview", "services", "entrance", "staff")
    for layout in layouts:
        kind = "board" if layout in shapes else layout
        for shape in (layout,) if layout in shapes else shapes:
            for state in layout_states(layout):
                name, size = f"{kind}-{shape}-{state}", DESIGN_PX[shape]
                yield name, size, partial(layout_sample, layout, size, state)
    for state in signs():
        yield f"sign-{state}", DESIGN_PX["sign"], partial(sign_sample, DESIGN_PX["sign"], state)


def screens() -> Iterator[tuple[str, tuple[int, int], tuple[Op, ...]]]:
    """(name, size, ops) of every state."""
    for name, size, laid_out in sketches():
        yield name, size, laid_out()
