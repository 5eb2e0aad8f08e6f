"""Every layout of a wall display: how it is drawn, and how much it has room for. Pure."""

from __future__ import annotations

from datetime import tzinfo

from broker.runtime.canvas.ops import Op
from display import entrance_view, overview_view, services_view, staff_view
from display.board import BoardState
from display.board_cards import ROW_NAME_W
from display.board_view import board_ops
from display.emergency_view import emergency_ops
from display.entrance_view import entrance_ops
from display.facts import Facts
from display.layout import Fitted, Layout, board_grid
from display.overview_view import overview_ops
from display.room import NameRoom, Room
from display.services_view import services_ops
from display.staff_view import staff_ops
from display.whole_view import whole_ops

LANDSCAPE_NAMES = (NameRoom(5, 296, 2), NameRoom(4, 388, 2), NameRoom(3, 541, 2))
PORTRAIT_NAMES = (NameRoom(4, 432), NameRoom(3, ROW_NAME_W))
WITH_PICTURES: tuple[Layout, ...] = ("landscape", "portrait")
"""Layouts with a place for the hall's pictures: where the call stands while there is one."""


def room_of(fitted: Fitted, layout: Layout) -> Room:
    """Return how many services and counters one page of a wall display takes."""
    if layout == "overview":
        return Room(counters=overview_view.MOST[fitted.shape])
    if layout == "staff":
        return Room(counters=staff_view.MOST[fitted.shape])
    if layout in ("services", "entrance"):
        names = (services_view if layout == "services" else entrance_view).NAMES[fitted.shape]
        most = names[0].services
        return Room(services=most, services_paged=most, every=True, names=names)
    grid = board_grid(fitted.size, fitted.shape)
    services = grid.service_columns * grid.service_rows
    return Room(services=services, services_paged=4, names=PORTRAIT_NAMES if grid.portrait else LANDSCAPE_NAMES)


def draw_board(state: BoardState, layout: Layout, fitted: Fitted, zone: tzinfo, facts: Facts) -> tuple[Op, ...]:
    """Return what a wall display shows in real pixels; an emergency takes the whole of any of them,
    and media that of a hall which is shut, if it wants that."""
    if state.emergency is not None:
        return emergency_ops(state.emergency, fitted, zone)
    if state.whole:
        return whole_ops(state, fitted, zone)
    if layout == "overview":
        return overview_ops(state, fitted, zone)
    if layout == "services":
        return services_ops(state, fitted, zone)
    if layout == "entrance":
        return entrance_ops(state, fitted, zone, facts)
    if layout == "staff":
        return staff_ops(state, fitted, zone, facts)
    return board_ops(state, fitted, zone)
