"""A screen: shows lists of operations, runs tickers, takes touches, gives a picture of itself.

``VirtualScreen`` is a picture in memory; ``window.WindowScreen`` puts the same picture on a real display. The program
using them cannot tell which one it has, except by `virtual`: only a virtual screen may be touched from outside.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

import pygame

from broker.contract.envelope import PICTURE_LIMIT_BYTES
from broker.runtime.canvas.brush import Brush
from broker.runtime.canvas.encode import png_of
from broker.runtime.canvas.failsafe import paint_failsafe
from broker.runtime.canvas.film import Frame, Projection, no_frames
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts, FontsMissing
from broker.runtime.canvas.ops import Film, Op, Ticker, middles, target_at
from broker.runtime.canvas.painter import Painted, Painter
from broker.runtime.canvas.press import Input, Presser
from broker.runtime.canvas.theme import INK, Colour
from broker.runtime.canvas.ticker import Band

log = logging.getLogger(__name__)
MAX_WAITING_INPUTS = 64


class VirtualScreen:
    """A screen in memory, `size` px. Call `start` first; use it from one thread, except `wake` and `press`."""

    virtual = True

    def __init__(
        self, size: tuple[int, int], fonts: Fonts | None = None, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.size = size
        self.fonts = fonts or Fonts()
        self._owns_fonts = fonts is None
        self._clock_s = clock_s
        self._ops: tuple[Op, ...] = ()
        self._bands: tuple[Band, ...] = ()
        self._films: tuple[Projection, ...] = ()
        self._given_up: set[str] = set()
        """Films that failed: not tried again until they have left the picture."""
        self.frames: Callable[[str], Frame | None] = no_frames
        """Gives the newest frame of a film by its name, None while there is none that was not given yet."""
        self._presser = Presser(lambda x, y: target_at(self._ops, x, y))
        self._inputs: deque[Input] = deque(maxlen=MAX_WAITING_INPUTS)
        self._awake = threading.Event()
        self.words_share = 1.0
        """So much of its own bytes a screen keeps in pictures of words; to be set before `start`."""
        self.brush: Brush | None = None
        """What draws and keeps; None without fonts. Whoever has nothing else to do may let it prepare pictures."""
        self._painter: Painter | None = None
        self._failed = False
        self._hopeless: tuple[Op, ...] | None = None
        """A list that could not be drawn; it is not tried again and again."""

    def start(self, ground: Colour = INK) -> None:
        """Make the surface and open the fonts; without fonts the screen shows its failsafe picture."""
        self.surface = self._make_surface()
        self.surface.fill(ground)
        try:
            if self._owns_fonts:
                self.fonts.start()
        except FontsMissing as error:
            log.error("Screen without fonts: %s", error)
            self._show_failsafe()
            return
        self.brush = Brush(self.fonts, self.size[0] * self.size[1] * 4, self.words_share)
        self._painter = Painter(self.surface, self.brush, ground)

    def _make_surface(self) -> pygame.Surface:
        """Where the picture is painted."""
        return pygame.Surface(self.size, 0, 32)

    def close(self) -> None:
        """Let go of the display."""

    @property
    def failed(self) -> bool:
        """Whether only the failsafe picture can be shown."""
        return self._failed

    @property
    def moving(self) -> bool:
        """Whether something runs on the screen, so that `animate` is wanted 30 times a second."""
        return bool(self._films) or any(band.moving for band in self._bands)

    def targets(self) -> dict[str, tuple[int, int]]:
        """What can be touched now, by name, with the middle of each in the screen's own pixels."""
        return middles(self._ops)

    def show(self, ops: tuple[Op, ...]) -> Painted:
        """Bring the screen to `ops` and put it on the display."""
        if self._painter is None:
            return Painted((), 0)
        if (ops == self._ops and not self._failed) or ops == self._hopeless:
            return Painted((), 0)
        try:
            painted = self._paint(ops)
        except Exception:  # a picture that cannot be drawn must not leave the lobby without a screen
            if not self._failed:
                log.exception("A screen could not be drawn")
            self.fail()
            self._hopeless = ops
            return Painted((), 0)
        self._failed, self._hopeless = False, None
        self._present(painted.rects)
        return painted

    def _paint(self, ops: tuple[Op, ...]) -> Painted:
        assert self._painter is not None
        painted = self._painter.paint(ops)
        now_s = self._clock_s()
        known = {band.op: band for band in self._bands}
        tickers = [op for op in ops if isinstance(op, Ticker)]
        self._bands = tuple(known.get(op) or Band(op, self.fonts, now_s) for op in tickers)
        self._given_up &= {op.name for op in ops if isinstance(op, Film)}
        films = {film.op.name: film for film in self._films}
        self._films = tuple(
            films[op.name].moved_to(op) if op.name in films else Projection(op)
            for op in ops
            if isinstance(op, Film) and op.name not in self._given_up
        )
        self._ops = ops
        for film in self._films:
            film.draw(self.surface)
        for band in self._bands:
            band.forget()
            band.draw(self.surface, now_s)
        return painted

    def animate(self) -> Painted:
        """Move what runs to its place of this moment."""
        rects = tuple(r for band in self._bands if (r := band.draw(self.surface, self._clock_s())))
        rects += tuple(r for film in self._films if (r := self._next_frame(film)))
        self._present(rects)
        return Painted(rects, sum(rect.area for rect in rects))

    def _next_frame(self, film: Projection) -> Rect | None:
        try:
            frame = self.frames(film.op.name)
            return film.draw(self.surface, frame) if frame is not None else None
        except Exception:  # a film that fails stands still; the calls around it go on
            log.exception("the film %s was given up", film.op.name)
            self._films = tuple(other for other in self._films if other is not film)
            self._given_up.add(film.op.name)
            return None

    def fail(self) -> None:
        """Show the failsafe picture until the next list can be drawn."""
        if self._painter is not None:
            self._painter.forget()
        self._ops, self._bands, self._films = (), (), ()
        self._show_failsafe()

    def _show_failsafe(self) -> None:
        self._failed = True
        paint_failsafe(self.surface)
        self._present((Rect(0, 0, *self.size),))

    def _present(self, rects: tuple[Rect, ...]) -> None:
        """Put changed rectangles on the display; memory has none."""

    # --- Inputs -----------------------------------------------------------------------------------------------------

    def wait(self, timeout_s: float) -> None:
        """Wait up to `timeout_s` until something was tapped, which `inputs` then returns, or for `wake`.

        A wake while nobody waits ends the next wait at once; looking without waiting leaves it there.
        """
        if timeout_s <= 0:
            return
        if not self._inputs:
            self._awake.wait(timeout_s)
        self._awake.clear()

    def inputs(self, timeout_s: float = 0.0) -> list[Input]:
        """Return what was tapped since the last call; wait up to `timeout_s` for something or for `wake`."""
        self.wait(timeout_s)
        found = []
        while self._inputs:
            found.append(self._inputs.popleft())
        return found

    @property
    def touched(self) -> bool:
        """Whether a finger lies on a target, or what it did is not fetched yet."""
        return bool(self._inputs) or self._presser.held() is not None

    def wake(self) -> None:
        """End a waiting `inputs` (from any thread)."""
        self._awake.set()

    def press(self, x: int, y: int) -> None:
        """Tap the virtual screen: finger down and up at one place."""
        self._finger(x, y, down=True)
        self._finger(x, y, down=False)

    def _finger(self, x: float, y: float, *, down: bool) -> None:
        if down:
            self._presser.down(x, y, self._clock_s())
            return
        touch = self._presser.up(x, y, self._clock_s())
        if touch:
            self._inputs.append(touch)
            self._awake.set()

    # --- Looking at it ----------------------------------------------------------------------------------------------

    def picture(self, limit_bytes: int = PICTURE_LIMIT_BYTES) -> bytes:
        """Return what the screen shows as PNG, half as large (or less) when it would exceed `limit_bytes`."""
        surface = self.surface
        while True:
            png = png_of(surface)
            if len(png) <= limit_bytes or surface.get_width() < 200:
                return png
            half = (surface.get_width() // 2, surface.get_height() // 2)
            surface = pygame.transform.smoothscale(surface, half)
