"""A wall display without a hero, whatever is inside: its frame, and the bands that interrupt it. Pure."""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import PausedCounter
from broker.model.words import Names
from broker.runtime.canvas.ops import Op
from display import phrases
from display.board import BoardState
from display.board_frame import dots, header, ticker, urgent_band
from display.layout import Fitted, FrameGrid, frame_grid
from display.pause_view import pause_band


def grid_of(state: BoardState, fitted: Fitted) -> FrameGrid:
    """Return the grid with the bands that this state needs."""
    return frame_grid(fitted.size, fitted.shape, urgent=state.urgent is not None, pause=state.told is not None)


def framed(state: BoardState, grid: FrameGrid, zone: tzinfo, inner: list[Op]) -> list[Op]:
    """Header, what is inside, an urgent notice or a paused counter, pages, running line.

    While an urgent notice has the band, the paused counter runs first in the line below.
    """
    bands = urgent_band(state.urgent, grid.urgent) if state.urgent and grid.urgent else []
    bands += pause_band(state, grid.pause) if state.told and grid.pause else []
    first = (_said(state.told),) if state.told and not grid.pause else ()
    pages = dots(state.page, state.pages, grid.dots)
    return [*header(state, grid, zone), *inner, *bands, *pages, *ticker(state, grid, first)]


def _said(told: PausedCounter) -> Names:
    """A paused counter as one sentence."""
    zh = f"{told.counter_name} {phrases.COUNTER.zh}{phrases.PAUSED_COUNTERS.zh}"
    en = f"{phrases.COUNTER.en} {told.counter_name}: {phrases.PAUSED_COUNTERS.en.lower()}"
    if told.instead:
        instead = phrases.use_instead(told.instead)
        zh, en = f"{zh}，{instead.zh}", f"{en}. {instead.en}"
    phone = f" {told.phone}" if told.phone else ""
    ask, who = phrases.SIGN_CONTACT, told.contact
    return Names(f"{zh}。{ask.zh} {who.zh}{phone}", f"{en}. {ask.en}: {who.en}{phone}")
