"""The running line: rendered once as a strip, then only copied, moved by elapsed time and not by frames."""

from __future__ import annotations

import pygame

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Ticker
from broker.runtime.canvas.texts import clean
from broker.runtime.canvas.theme import OPTICAL_CENTRE_EM

GAP_EM = 3
FADE_PX = 28
MAX_STRIP_PX = 24_000


class Band:
    """One Ticker on a surface. Times are monotonic seconds; the line starts at the left edge, standing `rest_s`."""

    def __init__(self, op: Ticker, fonts: Fonts, started_s: float, rest_s: float = 1.5) -> None:
        self.op = op
        self._started_s = started_s + rest_s
        words = clean(op.words)
        width = round(fonts.advance(words, op.size, False))
        self.moving = width > op.rect.w
        self._strip = self._render(words, width, fonts)
        self._fade = _fade(op) if self.moving else None
        self._offset: int | None = None

    def _render(self, words: str, width: int, fonts: Fonts) -> pygame.Surface:
        """Return the opaque strip: the words once, and the gap before they come again."""
        gap = self.op.size * GAP_EM if self.moving else 0
        strip = pygame.Surface((min(MAX_STRIP_PX, max(self.op.rect.w, width + gap)), self.op.rect.h), 0, 32)
        strip.fill(self.op.ground)
        if words:
            picture, dx, dy = fonts.render(words, self.op.size, False, self.op.colour, 0)
            baseline = self.op.rect.h / 2 + self.op.size * OPTICAL_CENTRE_EM
            strip.blit(picture, (dx, round(baseline) + dy))
        return strip

    def forget(self) -> None:
        """Draw at the next call even when nothing moved (the pixels below were repainted)."""
        self._offset = None

    def draw(self, surface: pygame.Surface, now_s: float) -> Rect | None:
        """Copy the strip at its place of this moment; return what was painted, None when nothing moved."""
        offset = 0
        if self.moving:
            offset = int(max(0.0, now_s - self._started_s) * self.op.speed_px_s) % self._strip.get_width()
        if offset == self._offset:
            return None
        self._offset = offset
        rect = self.op.rect
        surface.set_clip(rect)
        surface.blit(self._strip, (rect.x - offset, rect.y))
        rest = self._strip.get_width() - offset
        if rest < rect.w:
            surface.blit(self._strip, (rect.x + rest, rect.y))
        if self._fade:
            left, right = self._fade
            if offset:
                surface.blit(left, (rect.x, rect.y))
            surface.blit(right, (rect.right - FADE_PX, rect.y))
        surface.set_clip(None)
        return rect


def _fade(op: Ticker) -> tuple[pygame.Surface, pygame.Surface]:
    """Return what lets the words come and go softly at both edges."""
    left = pygame.Surface((FADE_PX, op.rect.h), pygame.SRCALPHA, 32)
    for x in range(FADE_PX):
        left.fill((*op.ground, round(255 * (1 - x / FADE_PX))), (x, 0, 1, op.rect.h))
    return left, pygame.transform.flip(left, True, False)
