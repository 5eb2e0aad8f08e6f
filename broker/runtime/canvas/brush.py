"""Paints single operations onto a pygame surface. Corners, shadows, words and icons are kept, large areas filled."""

from __future__ import annotations

import io
import math
from collections.abc import Collection
from typing import Any

import pygame

from broker.runtime.canvas.cache import ByteCache
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.icons import draw_icon
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Film, Hatch, Icon, Image, Matrix, Op, Ring, Text, Ticker
from broker.runtime.canvas.shadow import make_parts, paint_shadow, place_of
from broker.runtime.canvas.texts import Fitted, fit, ink_of
from broker.runtime.canvas.theme import Colour

ENTRY_BYTES = 400
CACHE_BYTES = 1920 * 1080 * 4
"""As much as the pixels of the usual screen: usually for words and images; for shapes SHAPES_SHARE of it.

The words of a kiosk's picture and of all that one touch leads to from there weigh 4 to 10 MB (32 services at 1080p);
the shapes of all that two touches lead to in three languages 3 MB.
"""
SHAPES_SHARE = 0.5
FITTED_BYTES = 1_500_000
SHADOW_BYTES = 1_000_000
_LARGE_CORNER, _CORNER_OVERSAMPLE, _LARGE_CORNER_OVERSAMPLE = 48, 8, 4
_FLIPS = ((False, False), (True, False), (True, True), (False, True))
"""How the upper left corner becomes each corner, clockwise."""
Picture = tuple[pygame.Surface, int, int]


def _weigh(picture: Picture) -> int:
    return picture[0].get_width() * picture[0].get_height() * 4 + ENTRY_BYTES


def _weigh_shadow(parts: tuple[pygame.Surface, pygame.Surface]) -> int:
    return sum(_weigh((part, 0, 0)) for part in parts)


def _weigh_fitted(fitted: tuple[Fitted, Rect]) -> int:
    """The words themselves lie in the list of operations anyway."""
    return 2 * ENTRY_BYTES + ENTRY_BYTES * len(fitted[0].pieces)


class Brush:
    """Knows how each op looks. `areas` tells which pixels an op colours, `paint` colours them."""

    def __init__(self, fonts: Fonts, cache_bytes: int = CACHE_BYTES, words_share: float = 1.0) -> None:
        """`words_share` of `cache_bytes` is for words and images. Shapes (icons, corners, stripes) have a cache of
        their own: one takes ten times as long to make as a word, and a kiosk has few of them, so words must not push
        them out."""
        self.fonts = fonts
        self._pictures: ByteCache[Picture] = ByteCache(int(cache_bytes * words_share), _weigh)
        self._shapes: ByteCache[Picture] = ByteCache(int(cache_bytes * SHAPES_SHARE), _weigh)
        self._shadows: ByteCache[tuple[pygame.Surface, pygame.Surface]] = ByteCache(SHADOW_BYTES, _weigh_shadow)
        self._fitted: ByteCache[tuple[Fitted, Rect]] = ByteCache(FITTED_BYTES, _weigh_fitted)
        self._nowhere = pygame.Surface((1, 1), 0, 32)

    def placed(self, op: Text) -> tuple[Fitted, Rect]:
        """Return where the pieces of a Text go, and the pixels they colour."""

        def measure() -> tuple[Fitted, Rect]:
            fitted = fit(op, self.fonts)
            return fitted, ink_of(fitted, self.fonts).inset(-2)

        return self._fitted.get(op, measure)

    def areas(self, op: Op) -> tuple[Rect, ...]:
        """Return the rectangles that an op may colour."""
        if isinstance(op, Text):
            return (self.placed(op)[1],)
        if isinstance(op, Box):
            return (_with_shadow(op),) if op.fill or op.border else ()
        if isinstance(op, Ring):
            return ring_strips(op)
        return (op.rect,) if isinstance(op, Film | Hatch | Icon | Image | Matrix | Ticker) else ()

    def paint(self, surface: pygame.Surface, op: Op) -> None:
        if isinstance(op, Text):
            self._paint_text(surface, op)
        elif isinstance(op, Box):
            self._paint_box(surface, op)
        elif isinstance(op, Hatch):
            self._paint_hatch(surface, op)
        elif isinstance(op, Ring):
            frame = Box(rect=op.rect, radius=op.radius, border=op.width, border_colour=op.colour)
            self._paint_box(surface, frame)
        elif isinstance(op, Icon):
            self._paint_icon(surface, op)
        elif isinstance(op, Matrix):
            _paint_matrix(surface, op)
        elif isinstance(op, Image):
            self._paint_image(surface, op)
        elif isinstance(op, Film):
            surface.fill(op.ground, op.rect)  # its frames are laid over this by film.Projection
        elif isinstance(op, Ticker):
            surface.fill(op.ground, op.rect)  # its words are laid over this by ticker.Band

    def prepare(self, op: Op, *, words: bool = True) -> None:
        """Keep what painting this op will need, as if it had been painted; without `words` all but their pictures,
        which weigh most and which the font gives fastest."""
        if isinstance(op, Text) and not words:
            self.placed(op)
        elif isinstance(op, Box | Hatch | Icon | Image | Ring | Text):
            self.paint(self._nowhere, op)

    def forget(self, parts: Collection[str]) -> None:
        """Keep neither pictures, places nor bounds of words in which one of these stands."""

        def has_one(words: object) -> bool:
            return isinstance(words, str) and any(part in words for part in parts)

        self._pictures.forget(lambda key: isinstance(key, tuple) and key[0] == "text" and has_one(key[1]))
        self._fitted.forget(lambda key: isinstance(key, Text) and any(has_one(span.text) for span in key.spans))
        self.fonts.forget(has_one)

    def mark(self) -> None:
        """From now on `room` and `room_for_words` judge what was wanted since."""
        for cache in self._caches:
            cache.mark()

    @property
    def room_for_words(self) -> bool:
        """Whether pictures of words can be prepared without pushing out what was wanted since the mark."""
        return self._pictures.room

    @property
    def room(self) -> bool:
        """The same for everything else."""
        return all(cache.room for cache in (self._shapes, self._shadows, self._fitted))

    @property
    def made(self) -> int:
        """How often something had to be made that was not kept."""
        return sum(cache.made for cache in self._caches)

    @property
    def _caches(self) -> tuple[ByteCache[Any], ...]:
        return self._pictures, self._shapes, self._shadows, self._fitted

    def _paint_text(self, surface: pygame.Surface, op: Text) -> None:
        for span, x, baseline in self.placed(op)[0].pieces:
            key = ("text", span.text, span.size, span.bold, span.colour, span.spacing)
            picture, dx, dy = self._pictures.get(
                key,
                lambda span=span: self.fonts.render(span.text, span.size, span.bold, span.colour, span.spacing),
            )
            surface.blit(picture, (x + dx, baseline + dy))

    def _paint_icon(self, surface: pygame.Surface, op: Icon) -> None:
        size = min(op.rect.w, op.rect.h)
        key = ("icon", op.name, size, op.colour, op.stroke)
        picture, _, _ = self._shapes.get(key, lambda: (draw_icon(op.name, size, op.colour, op.stroke), 0, 0))
        surface.blit(picture, (op.rect.x + (op.rect.w - size) // 2, op.rect.y + (op.rect.h - size) // 2))

    def _paint_image(self, surface: pygame.Surface, op: Image) -> None:
        def load() -> Picture:
            picture = pygame.image.load(io.BytesIO(op.data), "picture.png")
            factor = min(op.rect.w / picture.get_width(), op.rect.h / picture.get_height())
            size = (max(1, int(picture.get_width() * factor)), max(1, int(picture.get_height() * factor)))
            return pygame.transform.smoothscale(_true_colour(picture), size), 0, 0

        # By its hash (which bytes remember), or the key would be a second copy of it that nobody weighs.
        key = ("image", hash(op.data), len(op.data), op.rect.w, op.rect.h)
        picture, _, _ = self._pictures.get(key, load)
        place = (op.rect.centre_x - picture.get_width() // 2, op.rect.centre_y - picture.get_height() // 2)
        surface.blit(picture, place)

    # --- Boxes ------------------------------------------------------------------------------------------------------

    def _paint_box(self, surface: pygame.Surface, op: Box) -> None:
        if op.shadow:
            self._paint_shadow(surface, op)
        if op.border and op.border_colour and op.fill:
            if 2 * op.border < min(op.rect.w, op.rect.h):  # what the inner filling covers need not be filled before
                self._frame(surface, op.rect, op.radii, op.border, op.border_colour, filled=True)
            else:
                self._fill(surface, op.rect, op.radii, op.border_colour)
            inner = tuple(max(0, radius - op.border) for radius in op.radii)
            self._fill(surface, op.rect.inset(op.border), inner, op.fill)
        elif op.fill:
            self._fill(surface, op.rect, op.radii, op.fill)
        elif op.border and op.border_colour:
            self._frame(surface, op.rect, op.radii, op.border, op.border_colour)

    def _fill(self, surface: pygame.Surface, rect: Rect, radii: tuple[int, ...], colour: Colour) -> None:
        """Fill a rectangle with round corners: three plain parts and four kept corners."""
        if not any(radii):
            surface.fill(colour, rect)
            return
        top_left, top_right, bottom_right, bottom_left = radii
        left, right = max(top_left, bottom_left), max(top_right, bottom_right)
        surface.fill(colour, (rect.x + left, rect.y, rect.w - left - right, rect.h))
        surface.fill(colour, (rect.x, rect.y + top_left, left, rect.h - top_left - bottom_left))
        surface.fill(colour, (rect.right - right, rect.y + top_right, right, rect.h - top_right - bottom_right))
        for left_part, radius, top in ((left, top_left, True), (left, bottom_left, False)):
            if radius < left_part:
                y = rect.y if top else rect.bottom - radius
                surface.fill(colour, (rect.x + radius, y, left_part - radius, radius))
        for right_part, radius, top in ((right, top_right, True), (right, bottom_right, False)):
            if radius < right_part:
                y = rect.y if top else rect.bottom - radius
                surface.fill(colour, (rect.right - right_part, y, right_part - radius, radius))
        self._corners(surface, rect, radii, 0, colour)

    def _frame(
        self,
        surface: pygame.Surface,
        rect: Rect,
        radii: tuple[int, ...],
        width: int,
        colour: Colour,
        *,
        filled: bool = False,
    ) -> None:
        """Four strips and four corners, which may be whole discs where something is laid over their inside."""
        top_left, top_right, bottom_right, bottom_left = radii
        surface.fill(colour, (rect.x + top_left, rect.y, rect.w - top_left - top_right, width))
        surface.fill(colour, (rect.x + bottom_left, rect.bottom - width, rect.w - bottom_left - bottom_right, width))
        surface.fill(colour, (rect.x, rect.y + top_left, width, rect.h - top_left - bottom_left))
        surface.fill(colour, (rect.right - width, rect.y + top_right, width, rect.h - top_right - bottom_right))
        self._corners(surface, rect, radii, 0 if filled else width, colour)

    def _corners(self, surface: pygame.Surface, rect: Rect, radii: tuple[int, ...], width: int, colour: Colour) -> None:
        """Blit the four quarter discs, or quarter rings of `width` px."""
        places = (
            lambda r: (rect.x, rect.y),
            lambda r: (rect.right - r, rect.y),
            lambda r: (rect.right - r, rect.bottom - r),
            lambda r: (rect.x, rect.bottom - r),
        )
        for number, (radius, place) in enumerate(zip(radii, places, strict=True)):
            if radius:
                surface.blit(self._corner(number, radius, width, colour), place(radius))

    def _corner(self, number: int, radius: int, width: int, colour: Colour) -> pygame.Surface:
        """One of the four, which are one drawing and its reflections."""

        def make() -> Picture:
            if number:
                return pygame.transform.flip(self._corner(0, radius, width, colour), *_FLIPS[number]), 0, 0
            return _corner(radius, width, colour), 0, 0

        return self._shapes.get(("corner", number, radius, width, colour), make)[0]

    def _paint_shadow(self, surface: pygame.Surface, op: Box) -> None:
        radius = max(0, min(max(op.radii), min(op.rect.w, op.rect.h) // 2 - op.shadow))
        parts = self._shadows.get((radius, op.shadow), lambda: make_parts(radius, op.shadow))
        paint_shadow(surface, op.rect, op.shadow, parts)

    def _paint_hatch(self, surface: pygame.Surface, op: Hatch) -> None:
        key = ("hatch", op.rect.w, op.rect.h, op.colour, op.radius, op.step, op.width)
        picture, _, _ = self._shapes.get(key, lambda: (_hatch(op), 0, 0))
        surface.blit(picture, op.rect[:2])


def covers(op: Op, rect: Rect) -> bool:
    """Whether an op colours every pixel of `rect`, so that nothing below it is seen there."""
    if not isinstance(op, Box) or not op.fill:
        return False
    round_part = max(op.radii)
    return op.rect.inset(round_part, 0).encloses(rect) or op.rect.inset(0, round_part).encloses(rect)


def ring_strips(op: Ring) -> tuple[Rect, ...]:
    """Return the four strips that a ring colours, so that its coming and going repaints nothing inside."""
    rect, deep = op.rect, max(op.width, math.ceil(op.radius * 0.3) + op.width)
    middle = Rect(rect.x, rect.y + deep, rect.w, rect.h - 2 * deep)
    return (
        Rect(rect.x, rect.y, rect.w, deep),
        Rect(rect.x, rect.bottom - deep, rect.w, deep),
        Rect(rect.x, middle.y, deep, middle.h),
        Rect(rect.right - deep, middle.y, deep, middle.h),
    )


def _with_shadow(op: Box) -> Rect:
    return place_of(op.rect, op.shadow).joined(op.rect) if op.shadow else op.rect


def _corner(radius: int, width: int, colour: Colour) -> pygame.Surface:
    """Return the upper left quarter of a disc (or ring), smooth."""
    times = _CORNER_OVERSAMPLE if radius <= _LARGE_CORNER else _LARGE_CORNER_OVERSAMPLE
    side = radius * times
    big = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    big.fill((*colour, 0))
    pygame.draw.circle(big, (*colour, 255), (side, side), side)
    if width and radius > width:
        pygame.draw.circle(big, (*colour, 0), (side, side), side - width * times)
    return pygame.transform.smoothscale(big, (radius, radius))


def _hatch(op: Hatch) -> pygame.Surface:
    """Return 45 degree stripes cut to a rectangle with round corners."""
    w, h = op.rect.w, op.rect.h
    stripes = pygame.Surface((w * 2, h * 2), pygame.SRCALPHA, 32)
    stripes.fill((*op.colour, 0))
    step, width = op.step * 2, op.width * 2
    for start in range(-2 * h, 2 * w, step):
        points = [(start, 2 * h), (start + width, 2 * h), (start + width + 2 * h, 0), (start + 2 * h, 0)]
        pygame.draw.polygon(stripes, (*op.colour, 255), points)
    picture = pygame.transform.smoothscale(stripes, (w, h))
    if op.radius:
        mask = pygame.Surface((w, h), pygame.SRCALPHA, 32)
        mask.fill((255, 255, 255, 0))
        pygame.draw.rect(mask, (255, 255, 255, 255), (0, 0, w, h), border_radius=op.radius)
        picture.blit(mask, (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
    return picture


def _paint_matrix(surface: pygame.Surface, op: Matrix) -> None:
    side = max((len(row) for row in op.rows), default=0)
    module = min(op.rect.w, op.rect.h) // max(side, len(op.rows), 1)
    left = op.rect.x + (op.rect.w - module * side) // 2
    top = op.rect.y + (op.rect.h - module * len(op.rows)) // 2
    for y, row in enumerate(op.rows):
        for x, cell in enumerate(row):
            if cell == "#":
                surface.fill(op.colour, (left + x * module, top + y * module, module, module))


def _true_colour(picture: pygame.Surface) -> pygame.Surface:
    copy = pygame.Surface(picture.get_size(), pygame.SRCALPHA, 32)
    copy.blit(picture, (0, 0))
    return copy
