"""What a package's gallery yields: one screen in one state. Pure."""

from __future__ import annotations

from typing import NamedTuple

from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.theme import Colour


class Sample(NamedTuple):
    """`ops` of a screen of `size` px on `ground`; `screen` and `state` name its picture `screen/state.png`."""

    screen: str
    state: str
    size: tuple[int, int]
    ops: tuple[Op, ...]
    ground: Colour
