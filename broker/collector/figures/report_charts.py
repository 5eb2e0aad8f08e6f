"""Where the bars and lines of a report's charts stand, in the units of their drawings. Pure.

Every figure is written at its bar, or stands in the table below, and shapes differ where colours do: nobody has to
tell colours apart, also on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from broker.model.words import LEVEL_NAMES, Level, Names
from broker.oversight.report_shape import Line

WIDTH, HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 20, 26
LABELS_MOST = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the ground up; ``text`` above it, ``label`` below it (empty: no room)."""

    x: float
    y: float
    width: float
    height: float
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """A dot of a line; ``label`` below the ground (empty: no room)."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across, with what it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Two lines over the same days in pieces, interrupted where nobody waited: mean and ninth of ten, minutes."""

    mean: tuple[tuple[Point, ...], ...]
    p90: tuple[tuple[Point, ...], ...]
    labels: tuple[Point, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One level's part of a bar as wide as a drawing."""

    level: str
    names: Names
    x: float
    width: float
    n: int
    share: float


WIDEST = 60.0
"""Of a bar: two hours on a page are two bars, not two walls."""


def hour_bars(lines: Sequence[Line]) -> Bars | None:
    """Numbers given out, by hour; where only counters are counted (no numbers), calls."""
    found = [(line.key, line.called if line.issued is None else line.issued) for line in lines]
    most = max((value for _, value in found), default=0)
    if not most:
        return None
    top, step = _top(most), (WIDTH - _LEFT - _RIGHT) / len(found)
    bars, width = [], min(0.7 * step, WIDEST)
    for place, (key, value) in enumerate(found):
        height = (HEIGHT - _TOP - _BOTTOM) * value / top
        x = _LEFT + step * (place + 0.5) - width / 2
        y = HEIGHT - _BOTTOM - height
        bars.append(Bar(round(x, 1), round(y, 1), round(width, 1), round(height, 1), str(value), key))
    return Bars(tuple(bars), _marks(top))


def wait_curves(lines: Sequence[Line]) -> Curves | None:
    """Waits by day (or month), in minutes."""
    waits = [line.wait for line in lines]
    most = max((one.p90_s for one in waits if one is not None), default=0) / 60
    mean_most = max((one.mean_s for one in waits if one is not None), default=0) / 60
    if len(lines) < 2 or not max(most, mean_most):
        return None
    top, step = _top(max(most, mean_most)), (WIDTH - _LEFT - _RIGHT) / len(lines)
    every = -(-len(lines) // LABELS_MOST)
    labels = tuple(
        Point(round(_LEFT + step * (place + 0.5), 1), HEIGHT - 8, line.key[5:] if len(line.key) > 7 else line.key)
        for place, line in enumerate(lines)
        if place % every == 0
    )

    def pieces(part: str) -> tuple[tuple[Point, ...], ...]:
        made: list[list[Point]] = [[]]
        for place, one in enumerate(waits):
            if one is None:
                made.append([])
                continue
            y = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * getattr(one, part) / 60 / top
            made[-1].append(Point(round(_LEFT + step * (place + 0.5), 1), round(y, 1), ""))
        return tuple(tuple(piece) for piece in made if piece)

    return Curves(pieces("mean_s"), pieces("p90_s"), labels, _marks(top))


def level_shares(total: Line) -> tuple[Share, ...]:
    """Of the ratings that are told; empty where none is."""
    if not total.rated:
        return ()
    made, x = [], 0.0
    for level in Level:
        n = total.levels.get(level.value, 0)
        width = WIDTH * n / total.rated
        made.append(Share(level.value, LEVEL_NAMES[level], round(x, 1), round(width, 1), n, n / total.rated))
        x += width
    return tuple(made)


def _top(most: float) -> float:
    """A round number that is not less: 1, 2 or 5 times a power of ten, at least 4."""
    if most <= 4:
        return 4
    power = 1
    while True:
        for factor in (1, 2, 4, 5, 6, 8):
            if factor * power >= most:
                return factor * power
        power *= 10


def _marks(top: float) -> tuple[Mark, ...]:
    height = HEIGHT - _TOP - _BOTTOM
    return tuple(Mark(round(HEIGHT - _BOTTOM - height * part, 1), f"{top * part:g}") for part in (0, 0.5, 1))
