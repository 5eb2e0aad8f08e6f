"""What the pictures of an evaluator's screen share: their grid, two languages in a stack, what was seen. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from broker.model.views import CounterView
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Align, Op, text
from broker.runtime.canvas.theme import Colour
from caller.evaluator.mind import EvaluatorState

BAR, PANEL = (1280, 400), (800, 480)


@dataclass(frozen=True)
class Face:
    """The grid of one screen: design size, and by how much it is drawn larger and moved."""

    size: tuple[int, int]
    scale: float
    dx: int
    dy: int

    @property
    def wide(self) -> bool:
        return self.size == BAR


def stack(
    place: Rect,
    names: Names,
    sizes: tuple[int, int],
    colours: tuple[Colour, Colour] = (theme.WHITE, theme.ICE),
    *,
    align: Align = "left",
    bold: bool = True,
    en_lines: int = 1,
) -> list[Op]:
    """Chinese over English, together in the middle of the place."""
    zh_h, en_h = round(sizes[0] * 1.25), round(sizes[1] * 1.3 * en_lines)
    top = place.y + max(0, (place.h - zh_h - en_h) // 2)
    zh, en = Rect(place.x, top, place.w, zh_h), Rect(place.x, top + zh_h, place.w, en_h)
    return [
        text(zh, names.zh, sizes[0], colours[0], bold=bold, align=align),
        text(en, names.en, sizes[1], colours[1], align=align, lines=en_lines),
    ]


def seen(state: EvaluatorState) -> CounterView:
    assert state.view is not None, state.mode
    return state.view
