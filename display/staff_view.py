"""The staff wall: who serves at which counter, by photo and staff number, and how visitors rated it. Pure.

A photo, a name and a rating stand there only where the hall gave them or asked for them; a drawn person stands in for
a photo.
"""

from __future__ import annotations

from datetime import tzinfo

from broker.model.views import CounterLine
from broker.model.words import CounterStatus, Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Image, Op, scaled, text
from display import phrases
from display.board import BoardState
from display.facts import Facts, Person
from display.framing import framed, grid_of
from display.layout import Fitted, FrameGrid, cells, frame_grid
from display.pieces import counter_tile, pair, paused_tile, stack, welcome

GAP = 20
HEAD_PX = 76
PHOTO_RADIUS = 16
SHAPES = {
    "landscape": ((2, 1), (2, 2), (3, 2), (4, 2), (4, 3)),
    "portrait": ((1, 2), (1, 3), (1, 4), (1, 5), (2, 4), (2, 6)),
}
MOST = {shape: counts[-1][0] * counts[-1][1] for shape, counts in SHAPES.items()}
PHOTO_SHARE = 0.74
"""Width of a photo in parts of its height: a passport photo with a little air."""


def staff_ops(state: BoardState, fitted: Fitted, zone: tzinfo, facts: Facts) -> tuple[Op, ...]:
    """Return the drawing of a staff wall in real pixels."""
    grid = grid_of(state, fitted)
    head = Rect(grid.body.x, grid.body.y, grid.body.w, HEAD_PX)
    rest = _below_head(grid)
    rated = phrases.STAFF_RATED.get(state.ratings) if any(line.stars is not None for line in state.counters) else None
    inner = _head(head, rated, portrait=grid.portrait)
    if not state.counters:
        inner += welcome(rest)
    for line, place in zip(state.counters, cells(rest, SHAPES[fitted.shape], GAP, len(state.counters)), strict=False):
        inner += _card(line, place, facts.staff.get(line.staff_number or "", Person()))
    return scaled(framed(state, grid, zone, inner), fitted.scale)


def _head(place: Rect, rated: Names | None, *, portrait: bool) -> list[Op]:
    """What this is, and what a star means."""
    ops: list[Op] = [pair(place, phrases.STAFF_WALL, (46, 29))]
    if rated is None:
        return ops
    words = Rect(place.right - (330 if portrait else 560), place.y, 330 if portrait else 560, place.h)
    ops = [pair(Rect(place.x, place.y, place.w - words.w - 90, place.h), phrases.STAFF_WALL, (46, 29))]
    soft = (theme.SOFT, theme.SOFT)
    said = stack(words, rated, (28, 24), soft) if portrait else (
        pair(words, rated, (30, 26), soft, bold=False, gap=14),
    )  # fmt: skip
    return [*ops, Icon(rect=Rect(words.x - 60, place.y, 44, place.h), name="star", colour=theme.AMBER), *said]


def _below_head(grid: FrameGrid) -> Rect:
    return Rect(grid.body.x, grid.body.y + HEAD_PX + 8, grid.body.w, grid.body.h - HEAD_PX - 8)


def staff_photo_size(fitted: Fitted, people: int) -> tuple[int, int]:
    """Return the design size of a photo on a wall for so many people; an urgent notice shows them a little smaller."""
    shown = min(people, MOST[fitted.shape])
    rest = _below_head(frame_grid(fitted.size, fitted.shape))
    return photo_size(cells(rest, SHAPES[fitted.shape], GAP, max(1, shown))[0])


def photo_size(place: Rect) -> tuple[int, int]:
    """Return width and height of the photo in a card."""
    height = place.h - 40
    width = min(round(height * PHOTO_SHARE), round(place.w * 0.37))
    return width, min(height, round(width / PHOTO_SHARE))


def _card(line: CounterLine, place: Rect, person: Person) -> list[Op]:
    here = line.staff_number is not None and line.status is not CounterStatus.CLOSED
    width, height = photo_size(place)
    photo = Rect(place.x + 20, place.centre_y - height // 2, width, height)
    right = Rect(photo.right + 28, photo.y, place.right - photo.right - 28 - 24, photo.h)
    return [
        Box(rect=place, fill=theme.PANEL, radius=20),
        *_photo(person if here else Person(), photo, here=here),
        *_counter(line, right, here=here),
        *(_who(line, person, right) if here else _nobody(right)),
    ]


def _photo(person: Person, place: Rect, *, here: bool) -> list[Op]:
    ops: list[Op] = [Box(rect=place, fill=theme.BLUE_DARK if here else theme.SLATE, radius=PHOTO_RADIUS)]
    if person.photo is not None:
        return [*ops, Image(rect=place, data=person.photo)]
    side = round(min(place.w, place.h) * 0.62)
    middle = Rect(place.centre_x - side // 2, place.centre_y - side // 2, side, side)
    return [*ops, Icon(rect=middle, name="person", colour=theme.ICE if here else theme.SOFT, stroke=1.6)]


def _counter(line: CounterLine, place: Rect, *, here: bool) -> list[Op]:
    """The counter on amber, hatched while nobody serves there; beside it a rating, or that it is paused."""
    side = _tile_height(place)
    tile = Rect(place.x, place.y, round(side * 1.25), side)
    beside = Rect(tile.right + 20, tile.y, place.right - tile.right - 20, tile.h)
    size = round(side * 0.64)
    if not here:
        return [*paused_tile(tile, line.name, size, radius=12)]
    if line.status is CounterStatus.PAUSED:
        paused = stack(beside, phrases.STAFF_PAUSED, (32, 25), (theme.SAND, theme.SAND))
        return [*paused_tile(tile, line.name, size, radius=12), *paused]
    stars = _stars(line.stars, beside) if line.stars is not None else []
    return [*counter_tile(tile, line.name, size, radius=12), *stars]


def _tile_height(place: Rect) -> int:
    return min(96, max(72, round(place.h * 0.3)))


def _who(line: CounterLine, person: Person, place: Rect) -> list[Op]:
    """Staff number always; name and title where the hall gave them and they fit."""
    top = place.y + _tile_height(place) + 8
    below = Rect(place.x, top, place.w, place.bottom - top)
    number = f"{phrases.STAFF_NUMBER.zh} {line.staff_number}"
    english = f"{phrases.STAFF_NUMBER.en} {line.staff_number}"
    large = below.h >= 150
    title = person.title if place.w >= 300 else ""
    label = phrases.STAFF_NUMBER_SHORT if title else phrases.STAFF_NUMBER
    both = f"{label.zh} {label.en} {line.staff_number}"
    first, second = (person.name, both) if person.name else (number, english)
    names = Names(first, f"{title} · {second}" if title else second)
    return list(stack(below, names, (52, 30) if large else (40, 26), bold=True))


def _stars(stars: float, place: Rect) -> list[Op]:
    """The mean as a figure beside one star: five little stars would pretend to be exact."""
    side = min(40, place.w // 3)
    icon = Rect(place.x, place.centre_y - side // 2, side, side)
    words = Rect(icon.right + 10, place.y, place.right - icon.right - 10, place.h)
    return [
        Icon(rect=icon, name="star", colour=theme.AMBER),
        text(words, f"{stars:.1f}", 44, theme.WHITE, bold=True),
    ]


def _nobody(place: Rect) -> list[Op]:
    top = place.y + _tile_height(place) + 12
    below = Rect(place.x, top, place.w, place.bottom - top)
    names = phrases.STAFF_AWAY
    zh = Rect(below.x, below.y + below.h // 8, below.w, 52)
    return [
        text(zh, names.zh, 36, theme.SOFT),
        text(Rect(below.x, zh.bottom, below.w, 36), names.en, 25, theme.SOFT),
    ]
