"""The list that drawings of icons enter themselves into."""

from __future__ import annotations

from collections.abc import Callable

from broker.runtime.canvas.pencil import Pencil

Drawing = Callable[[Pencil], None]
DRAWINGS: dict[str, Drawing] = {}


def icon(name: str) -> Callable[[Drawing], Drawing]:
    """Register a drawing under a name."""

    def keep(drawing: Drawing) -> Drawing:
        DRAWINGS[name] = drawing
        return drawing

    return keep
