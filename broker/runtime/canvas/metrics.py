"""The fonts: where they lie, which one has a character, how wide text is. Home of pygame.freetype.

pygame.freetype is used instead of pygame.font because only it can open the SC face of a font collection; the JP face,
which pygame.font opens, draws 门 直 骨 复 in Japanese shapes. pygame has no fallback, so text is cut into runs here.

What is kept for good is about single characters, once for all sizes, so that it is soon known and says nothing of the
words they stood in. What is kept of words can be forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pygame
import pygame.freetype

from broker.runtime.canvas.advances import Advances, AdvancesUnreadable
from broker.runtime.canvas.cache import ByteCache
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.theme import Colour
from broker.runtime.errors import NodeError

log = logging.getLogger(__name__)
FONT_FOLDER = Path(__file__).parent / "fonts"
SYSTEM_FOLDER = Path("/usr/share/fonts/opentype/noto")
SYSTEM_FACE_SC = 2
MISSING_SIGN = "〓"
EM_PX = 1000
"""At this size every advance is a whole number: the fonts' em has 1000 units."""
CHARACTERS_MOST = 8192
"""A hall's words hold some thousand; whoever shows more of them begins anew."""
BOUNDS_BYTES, BOUND_BYTES = 600_000, 480


class FontsMissing(NodeError):
    """The screen fonts cannot be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The font {path} cannot be opened: {reason}")
        self.path = path
        self.reason = reason


class _Face(NamedTuple):
    """A font, and what tells the advance of a character at EM_PX; None where the font does not have it."""

    font: pygame.freetype.Font
    advance: Callable[[str], int | None]


class _Character(NamedTuple):
    """What draws a character, as what, and its advance in px at EM_PX."""

    font: pygame.freetype.Font
    drawn: str
    advance: int


class _Characters(dict[str, _Character]):
    """Those of one weight that were ever wanted."""

    def __init__(self, look_up: Callable[[str], _Character]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, character: str) -> _Character:
        if len(self) >= CHARACTERS_MOST:
            self.clear()
        self[character] = found = self._look_up(character)
        return found


class Fonts:
    """Bold and medium, each with the system's Noto Sans CJK behind it for rare characters.

    `advance` and `bounds` are in px; bounds are relative to the start of the baseline, y upwards negative.
    """

    def __init__(self, folder: Path = FONT_FOLDER, system_folder: Path = SYSTEM_FOLDER) -> None:
        self._folder = folder
        self._system_folder = system_folder
        self._chains: dict[bool, tuple[_Face, ...]] = {}
        self._characters = {bold: _Characters(lambda c, bold=bold: self._look_up(c, bold)) for bold in (False, True)}
        self._bounds: ByteCache[Rect] = ByteCache(BOUNDS_BYTES, lambda _: BOUND_BYTES)

    def start(self) -> None:
        """Open the fonts. Raises FontsMissing."""
        pygame.freetype.init()
        self._chains = {True: self._chain("Bold", "Bold"), False: self._chain("Medium", "Regular")}

    def _chain(self, weight: str, system_weight: str) -> tuple[_Face, ...]:
        path = self._folder / f"NotoSansSC-{weight}.otf"
        try:
            chain = [_face(path, 0)]
        except (OSError, pygame.error) as error:
            raise FontsMissing(path, str(error)) from error
        system = self._system_folder / f"NotoSansCJK-{system_weight}.ttc"
        if system.exists():
            chain.append(_face(system, SYSTEM_FACE_SC))
        return tuple(chain)

    def advance(self, words: str, size: int, bold: bool) -> float:
        """As FreeType computes it: 16.16 scale, 26.6 widths, each character's in whole px."""
        known, scale = self._characters[bold], ((size << 22) + EM_PX // 2) // EM_PX
        return float(sum(((known[c].advance * scale + 0x8000 >> 16) + 32) >> 6 for c in words))

    def _look_up(self, character: str, bold: bool) -> _Character:
        chain = self._chains[bold]
        for font, advance_of in chain:
            if (advance := advance_of(character)) is not None:
                return _Character(font, character, advance)
        return _Character(chain[0].font, MISSING_SIGN, chain[0].advance(MISSING_SIGN) or EM_PX)

    def runs(self, words: str, bold: bool) -> tuple[tuple[pygame.freetype.Font, str], ...]:
        """Return (font, piece) for each stretch that one font has."""
        runs: list[tuple[pygame.freetype.Font, str]] = []
        known = self._characters[bold]
        for font, drawn, _ in (known[character] for character in words):
            if runs and runs[-1][0] is font:
                runs[-1] = (font, runs[-1][1] + drawn)
            else:
                runs.append((font, drawn))
        return tuple(runs)

    def placed_runs(
        self, words: str, size: int, bold: bool, spacing: int = 0
    ) -> Iterator[tuple[pygame.freetype.Font, str, float]]:
        """Yield (font, piece, x): one piece a run, or one a character when characters are spaced."""
        x = 0.0
        for font, piece in self.runs(words, bold):
            for part in piece if spacing else (piece,):
                yield font, part, x
                x += self.advance(part, size, bold) + spacing

    def bounds(self, words: str, size: int, bold: bool) -> Rect:
        return self._bounds.get((words, size, bold), lambda: self._measure_bounds(words, size, bold))

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Keep nothing of words that are so."""
        self._bounds.forget(lambda key: isinstance(key, tuple) and is_gone(key[0]))

    def _measure_bounds(self, words: str, size: int, bold: bool) -> Rect:
        found: Rect | None = None
        for font, piece, x in self.placed_runs(words, size, bold):
            box = font.get_rect(piece, size=size)
            ink = Rect(round(x) + box.x, -box.y, box.w, box.h)
            found = ink if found is None else found.joined(ink)
        return found or Rect(0, 0, 0, 0)

    def render(
        self, words: str, size: int, bold: bool, colour: Colour, spacing: int
    ) -> tuple[pygame.Surface, int, int]:
        """Return a picture of the words with transparent ground and its place relative to the start of the baseline."""
        pieces = []
        found: Rect | None = None
        for font, piece, x in self.placed_runs(words, size, bold, spacing):
            covered, (width, height) = font.render_raw(piece, size=size)
            box = font.get_rect(piece, size=size)
            ink = Rect(round(x) + box.x, -box.y, width, height)
            pieces.append((_coloured(covered, (width, height), colour), ink))
            found = ink if found is None else found.joined(ink)
        frame = found or Rect(0, 0, 1, 1)
        if len(pieces) == 1:
            return pieces[0][0], frame.x, frame.y
        surface = pygame.Surface((max(1, frame.w), max(1, frame.h)), pygame.SRCALPHA, 32)
        surface.fill((*colour, 0))
        for picture, ink in pieces:
            surface.blit(picture, (ink.x - frame.x, ink.y - frame.y))
        return surface, frame.x, frame.y


def _face(path: Path, index: int) -> _Face:
    """Raises OSError or pygame.error. A font of a make whose tables are not known is asked through pygame, slowly."""
    font = pygame.freetype.Font(str(path), font_index=index)
    font.origin = True
    font.pad = False
    try:
        return _Face(font, Advances(path, index).of)
    except AdvancesUnreadable as unreadable:
        log.info("widths are asked of the font itself: %s", unreadable)

    def asked(character: str) -> int | None:
        known = font.get_metrics(character, size=EM_PX)[0]
        return None if known is None else int(known[4])

    return _Face(font, asked)


def _coloured(covered: bytes, size: tuple[int, int], colour: Colour) -> pygame.Surface:
    """Words of which ``covered`` says how much of each pixel they cover, in the byte order of our surfaces.

    freetype's own coloured picture has the same pixels, but takes twice as long to make, and forty times to blit.
    """
    if not all(size):
        return pygame.Surface(size, pygame.SRCALPHA, 32)
    red, green, blue = colour
    pixels = bytearray((blue, green, red, 0)) * len(covered)
    pixels[3::4] = covered
    return pygame.image.frombuffer(pixels, size, "BGRA")
