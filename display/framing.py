"""A wall display without a hero, whatever is inside: its frame, and the bands that interrupt it. Pure."""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import PausedCounter
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op
from display import phrases
from display.board import BoardState
from display.board_frame import WELCOMES, dots, header, open_kind, opening, ticker, urgent_band
from display.layout import Fitted, FrameGrid, frame_grid
from display.pause_view import expected_back, pause_band
from display.pieces import stack


def grid_of(state: BoardState, fitted: Fitted, *, tells_hours: bool = False) -> FrameGrid:
    """Return the grid with the bands that this state needs; a board that `tells_hours` itself needs none for them."""
    again = state.open is not None and state.open.state != "open" and not tells_hours
    urgent, pause = state.urgent is not None, state.told is not None
    return frame_grid(fitted.size, fitted.shape, urgent=urgent, pause=pause, again=again)


def framed(state: BoardState, grid: FrameGrid, zone: tzinfo, inner: list[Op]) -> list[Op]:
    """Header, what is inside, an urgent notice, the next opening or a paused counter, pages, running line.

    While something else has the band, the paused counter runs first in the line below, but in no hall that is shut.
    """
    bands = urgent_band(state.urgent, grid.urgent) if state.urgent and grid.urgent else []
    bands += _again(state, grid.again) if grid.again else []
    bands += pause_band(state, grid.pause, zone) if state.told and grid.pause else []
    runs = None if grid.pause or state.resting else state.told
    first = (_said(runs, expected_back(state, zone)[:1]),) if runs else ()
    pages = dots(state.page, state.pages, grid.dots)
    return [*header(state, grid, zone), *inner, *bands, *pages, *ticker(state, grid, first)]


def _again(state: BoardState, place: Rect) -> list[Op]:
    """When a hall that does not serve opens: what everybody looks for who finds no number on the board."""
    _, hint, icon = WELCOMES[open_kind(state.open)]
    inner = place.inset(36, 8)
    sign = Rect(inner.x, inner.y, 72, inner.h)
    words = Rect(sign.right + 32, inner.y, inner.right - sign.right - 32, inner.h)
    sizes = (50, 32) if place.h > 120 else (40, 27)
    return [
        Box(rect=place, fill=theme.BLUE_DARK, radius=22),
        Icon(rect=sign, name=icon, colour=theme.AMBER),
        *stack(words, opening(state.open, hint), sizes, (theme.WHITE, theme.ICE), bold=True),
    ]


def _said(told: PausedCounter, backs: tuple[Names, ...]) -> Names:
    """A paused counter as one sentence."""
    zh = f"{told.counter_name} {phrases.COUNTER.zh}{phrases.PAUSED_COUNTERS.zh}"
    en = f"{phrases.COUNTER.en} {told.counter_name}: {phrases.PAUSED_COUNTERS.en.lower()}"
    if told.instead:
        instead = phrases.use_instead(told.instead)
        zh, en = f"{zh}，{instead.zh}", f"{en}. {instead.en}"
    for back in backs:
        zh, en = f"{zh}，{back.zh}", f"{en}. {back.en}"
    phone = f" {told.phone}" if told.phone else ""
    ask, who = phrases.SIGN_CONTACT, told.contact
    return Names(f"{zh}。{ask.zh} {who.zh}{phone}", f"{en}. {ask.en}: {who.en}{phone}")
