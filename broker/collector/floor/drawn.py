"""Pieces of the floor's page, drawn once for what they show.

Of some seventy counters, lines and devices a call changes two or three. What a piece shows follows from its value, its
further arguments, the language and where the program is mounted alone (``hall`` stays as it was read), so the same
again is handed out as it was drawn.
"""

from collections.abc import Callable

from flask import request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from broker.collector.wording import language

PIECES_MOST = 1_000
"""Some hundred bytes to three kilobytes each. When so many are there all are forgotten, and drawn again as needed."""


class Drawn:
    """Safe for threads: at worst two draw the same."""

    def __init__(self) -> None:
        self._pieces: dict[object, Markup] = {}

    def __len__(self) -> int:
        return len(self._pieces)

    @pass_eval_context
    def __call__(self, context: EvalContext, macro: Callable[..., Markup], value: object, *more: object) -> Markup:
        """What ``macro`` makes of ``value`` and ``more``, which must be hashable and all that it depends on."""
        key = (getattr(macro, "name", ""), language(), request.script_root, value, more)
        piece = self._pieces.get(key)
        if piece is None:
            piece = macro(context, value, *more)
            if len(self._pieces) >= PIECES_MOST:
                self._pieces.clear()
            self._pieces[key] = piece
        return piece
