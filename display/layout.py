"""Where things stand on each kind of screen: grids of rectangles in design pixels, and their scale. Pure.

The grids are drawn for 1920x1080, 1080x1920 and 1280x400. Another screen takes the largest scale at which the design
still fits; what is left over makes hero, rows and cards larger, so nothing is ever stretched or boxed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broker.runtime.canvas.geometry import Rect

Shape = Literal["landscape", "portrait", "sign"]
Layout = Literal["landscape", "portrait", "overview", "services", "entrance", "staff"]
DESIGN_PX: dict[Shape, tuple[int, int]] = {
    "landscape": (1920, 1080),
    "portrait": (1080, 1920),
    "sign": (1280, 400),
}
MARGIN = 48
GUTTER = 24


@dataclass(frozen=True)
class Fitted:
    """A screen in design pixels: `size`, and by what to multiply to get real pixels."""

    shape: Shape
    size: tuple[int, int]
    scale: float


def fit_shape(shape: Shape, size: tuple[int, int]) -> Fitted:
    """Return how a design fills a screen of `size` px."""
    width, height = DESIGN_PX[shape]
    scale = min(size[0] / width, size[1] / height)
    return Fitted(shape, (round(size[0] / scale), round(size[1] / scale)), scale)


def shape_of(layout: Layout, size: tuple[int, int]) -> Shape:
    """Return how a layout stands on a screen of `size` px: those with one shape only, and those with both."""
    if layout in ("landscape", "portrait"):
        return layout
    return "portrait" if size[1] > size[0] else "landscape"


@dataclass(frozen=True, kw_only=True)
class FrameGrid:
    """What every wall display has: header, running line, dots of pages; `urgent` is the place of urgent notices,
    `pause` that of a paused counter and `again` that of when a hall that does not serve opens."""

    shape: Shape
    size: tuple[int, int]
    header: Rect
    dots: Rect
    ticker: Rect
    body: Rect
    urgent: Rect | None = None
    pause: Rect | None = None
    again: Rect | None = None

    @property
    def portrait(self) -> bool:
        return self.shape == "portrait"


def frame_grid(
    size: tuple[int, int], shape: Shape, *, urgent: bool = False, pause: bool = False, again: bool = False
) -> FrameGrid:
    """Return the grid of a wall display without a hero; an urgent notice takes its place from the body, where there
    is none the next opening does, and else a paused counter."""
    width, height = size
    portrait = shape == "portrait"
    header = Rect(MARGIN, 32, width - 2 * MARGIN, 108) if portrait else Rect(MARGIN, 18, width - 2 * MARGIN, 84)
    running = 92 if portrait else 68
    ticker = Rect(0, height - running, width, running)
    dots = Rect(MARGIN, ticker.y - 26, width - 2 * MARGIN, 24)
    top = 164 if portrait else 124
    bottom = dots.y - 4
    whose = "urgent" if urgent else "again" if again else "pause" if pause else ""
    band_h = 112 if urgent else 164 if portrait else 100
    band = Rect(MARGIN, bottom - band_h, width - 2 * MARGIN, band_h) if whose else None
    body = Rect(MARGIN, top, width - 2 * MARGIN, (band.y - 16 if band else bottom) - top)
    return FrameGrid(shape=shape, size=size, header=header, dots=dots, ticker=ticker, body=body,
                     **({whose: band} if band else {}))  # fmt: skip


def cells(place: Rect, shapes: tuple[tuple[int, int], ...], gap: int, count: int) -> tuple[Rect, ...]:
    """Return `count` equal cells, the largest of the grids (columns, rows; smallest first) that holds them all.

    One alone stands in the middle, as large as others.
    """
    columns, rows = next(((c, r) for c, r in shapes if c * r >= count), shapes[-1])
    if count == 1:
        cell = place.rows(rows, gap)[0].columns(columns, gap)[0]
        return (Rect(place.centre_x - cell.w // 2, place.centre_y - cell.h // 2, cell.w, cell.h),)
    return tuple(cell for row in place.rows(rows, gap) for cell in row.columns(columns, gap))[:count]


def free_below(body: Rect, places: tuple[Rect, ...]) -> Rect:
    """Return what lines or cards leave free under them."""
    top = max(place.bottom for place in places) + 18
    return Rect(body.x, top, body.w, body.bottom - top)


@dataclass(frozen=True, kw_only=True)
class BoardGrid(FrameGrid):
    """The zones of a wall display. `rows` are the places of recent calls, at least `row_least` high; `cards` fit for
    one page of services."""

    hero: Rect
    hero_foot: Rect
    recent: Rect
    recent_title: Rect
    rows: tuple[Rect, ...]
    row_least: int
    paused: Rect
    services: Rect
    service_columns: int
    service_rows: int

    def cards(self, count: int) -> tuple[Rect, ...]:
        """Return the places of `count` services; they always fill the zone."""
        if count == 0:
            return ()
        if self.service_rows == 1:
            return self.services.columns(count, 16)
        lines = -(-count // self.service_columns)
        places: list[Rect] = []
        for row in self.services.rows(lines, 12):
            places += row.columns(min(self.service_columns, count - len(places)), 16)
        return tuple(places)

    def card_rows(self, count: int) -> tuple[Rect, ...]:
        """Return the same, each with the whole width: for long names."""
        return self.services.rows(max(count, 3), 12)[:count] if count else ()

    def rows_of(self, least: int, *, pause: bool) -> tuple[Rect, ...]:
        """Return the places of recent calls, each at least so high; without a paused counter its bar is theirs."""
        bottom = self.paused.y if pause else self.recent.bottom - 12
        place = Rect(self.recent.x, self.recent_title.bottom, self.recent.w, bottom - self.recent_title.bottom)
        return place.rows(max(1, place.h // least))


def board_grid(size: tuple[int, int], shape: Shape, *, with_services: bool = True) -> BoardGrid:
    """Return the grid of a wall display whose design size is `size`; without services the rest is higher."""
    return _portrait(*size, with_services) if shape == "portrait" else _landscape(*size, with_services)


def _landscape(width: int, height: int, with_services: bool) -> BoardGrid:
    ticker = Rect(0, height - 68, width, 68)
    services = Rect(MARGIN, ticker.y - 24 - 212, width - 2 * MARGIN, 212)
    bottom = services.y - 24 if with_services else ticker.y - 32
    body = Rect(MARGIN, 128, width - 2 * MARGIN, bottom - 128)
    hero_width = round(body.w * 1040 / 1824)
    hero = Rect(body.x, body.y, hero_width, body.h)
    recent = Rect(hero.right + GUTTER, body.y, body.w - hero_width - GUTTER, body.h)
    return _board(
        "landscape", (width, height), Rect(MARGIN, 18, width - 2 * MARGIN, 84), hero, 208, recent, (80, 78, 148),
        services, (5, 1), Rect(MARGIN, services.bottom, services.w, 24), ticker,
    )  # fmt: skip


def _portrait(width: int, height: int, with_services: bool) -> BoardGrid:
    ticker = Rect(0, height - 92, width, 92)
    services = Rect(MARGIN, ticker.y - 24 - 284, width - 2 * MARGIN, 284)
    bottom = services.y - 24 if with_services else ticker.y - 32
    body = Rect(MARGIN, 164, width - 2 * MARGIN, bottom - 164)
    hero_height = 604 + (body.h - 1332) // 3
    hero = Rect(body.x, body.y, body.w, hero_height)
    recent = Rect(body.x, hero.bottom + 28, body.w, body.bottom - hero.bottom - 28)
    return _board(
        "portrait", (width, height), Rect(MARGIN, 32, width - 2 * MARGIN, 108), hero, 208, recent, (80, 90, 164),
        services, (2, 2), Rect(MARGIN, services.bottom, services.w, 24), ticker,
    )  # fmt: skip


def _board(
    shape: Shape,
    size: tuple[int, int],
    header: Rect,
    hero: Rect,
    foot_height: int,
    recent: Rect,
    heights: tuple[int, int, int],
    services: Rect,
    cards: tuple[int, int],
    dots: Rect,
    ticker: Rect,
) -> BoardGrid:
    """Cut hero and recent calls: `heights` are those of the title, of a row at least, and of the paused bar."""
    title_height, row_height, paused_height = heights
    title = Rect(recent.x, recent.y, recent.w, title_height)
    paused = Rect(recent.x, recent.bottom - paused_height, recent.w, paused_height)
    list_zone = Rect(recent.x, title.bottom, recent.w, paused.y - title.bottom)
    rows = list_zone.rows(max(1, list_zone.h // row_height))
    return BoardGrid(
        shape=shape,
        size=size,
        header=header,
        hero=hero,
        hero_foot=Rect(hero.x, hero.bottom - foot_height, hero.w, foot_height),
        recent=recent,
        recent_title=title,
        rows=rows,
        row_least=row_height,
        paused=paused,
        services=services,
        service_columns=cards[0],
        service_rows=cards[1],
        dots=dots,
        ticker=ticker,
        body=hero.joined(recent),
        urgent=services,
    )


@dataclass(frozen=True, kw_only=True)
class WholeGrid(FrameGrid):
    """The zones of a hall that is shut: `body` for media over the whole screen; below, why, when, clock, and
    the chip's place where there is one to show.
    """

    line: Rect
    why: Rect
    when: Rect
    chip: Rect
    clock: Rect


def whole_grid(size: tuple[int, int], shape: Shape) -> WholeGrid:
    """Return the grid of a wall display whose hall is shut; its body has nearly the shape of a film."""
    width, height = size
    portrait = shape == "portrait"
    ticker = Rect(0, height - (92 if portrait else 68), width, 92 if portrait else 68)
    line = Rect(0, ticker.y - (252 if portrait else 108), width, 252 if portrait else 108)
    inner = line.inset(MARGIN, 12)
    if portrait:
        top, bottom = inner.rows(2, 8)
        clock = Rect(top.right - 216, top.y, 216, top.h)
        why = Rect(top.x, top.y, clock.x - top.x - 24, top.h)
        chip = Rect(bottom.right - 300, bottom.centre_y - 40, 300, 80)
        when = Rect(bottom.x, bottom.y, chip.x - bottom.x - 24, bottom.h)
    else:
        clock = Rect(inner.right - 484, inner.y, 484, inner.h)
        chip = Rect(clock.x - 24 - 400, inner.centre_y - 38, 400, 76)
        why = Rect(inner.x, inner.y, 336, inner.h)
        when = Rect(why.right + 32, inner.y, chip.x - why.right - 32 - 24, inner.h)
    return WholeGrid(
        shape=shape,
        size=size,
        header=line,
        dots=Rect(MARGIN, line.y - 28, width - 2 * MARGIN, 24),
        ticker=ticker,
        body=Rect(0, 0, width, line.y),
        line=line,
        why=why,
        when=when,
        chip=chip,
        clock=clock,
    )


@dataclass(frozen=True)
class SignGrid:
    """The zones of a counter sign: the counter's block on the left, words on the right in three bands."""

    size: tuple[int, int]
    block: Rect
    number: Rect
    caption: Rect
    top: Rect
    main: Rect
    foot: Rect


def sign_grid(size: tuple[int, int]) -> SignGrid:
    """Return the grid of a counter sign whose design size is `size`."""
    width, height = size
    block = Rect(0, 0, 360, height)
    right = Rect(block.right + MARGIN, 0, width - block.right - 2 * MARGIN, height)
    return SignGrid(
        size=size,
        block=block,
        number=Rect(block.x + 24, 20, block.w - 48, height - 112),
        caption=Rect(block.x + 16, height - 92, block.w - 32, 64),
        top=Rect(right.x, 18, right.w, 84),
        main=Rect(right.x, 104, right.w, height - 184),
        foot=Rect(right.x, height - 72, right.w, 64),
    )
