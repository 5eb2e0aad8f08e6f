"""Single letters in black and white, in cells of the print head's grid. Home of Pillow's fonts in the kiosk.

The first font is the screens' own Noto Sans SC. It is cut to common characters, so fonts of the system follow for
rare ones; a character that no font has is drawn as 〓.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk.printer.escpos import MISSING

_OWN = Path(__file__).parents[2] / "broker" / "runtime" / "canvas" / "fonts"
_REGULAR = (_OWN / "NotoSansSC-Medium.otf", 0)
_BOLD = (_OWN / "NotoSansSC-Bold.otf", 0)
_SYSTEM = (
    (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),  # Debian fonts-noto-cjk; face 2 is SC
    (Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"), 0),  # Debian fonts-hanazono, extensions A to F
    (Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"), 0),
    (Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"), 0),
)
_NO_CHARACTER = "\U0010ffff"
_HANGING = frozenset("gjpqyç")  # a dot higher, or the cell's edge cuts their feet
_THRESHOLD = 110  # of 255: strokes neither break nor run together at 24 dots


def letter(character: str, cell: tuple[int, int], bold: bool = False) -> Image.Image:
    """`character` fitted into `cell` (width, height in dots): 255 is ink, 0 is paper."""
    width, height = cell
    font = _font_with(character, round(height * 0.92), bold)
    if font is None:
        return letter(MISSING, cell, bold)
    baseline = 0.8 if character in _HANGING else 0.83
    advance = max(1, round(font.getlength(character)))
    canvas = Image.new("L", (advance, height), 0)
    ImageDraw.Draw(canvas).text((0, round(height * baseline)), character, fill=255, font=font, anchor="ls")
    if advance > width:
        canvas = canvas.resize(cell, Image.Resampling.LANCZOS)
    placed = Image.new("L", cell, 0)
    placed.paste(canvas, ((width - canvas.width) // 2, 0))
    return placed.point(lambda value: 255 if value > _THRESHOLD else 0)


@lru_cache(maxsize=4000)
def _font_with(character: str, height: int, bold: bool) -> ImageFont.FreeTypeFont | None:
    """The first font that has the character; None if there is none (never for `MISSING` itself)."""
    faces = ((_BOLD,) if bold else ()) + (_REGULAR, *_SYSTEM)
    for path, index in faces:
        font = _font(path, index, height)
        if font is not None and (character == MISSING or _has(font, character)):
            return font
    return None


@lru_cache(maxsize=64)
def _font(path: Path, index: int, height: int) -> ImageFont.FreeTypeFont | None:
    return ImageFont.truetype(str(path), height, index=index) if path.exists() else None


def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """A font draws what it does not have with one fixed box; whatever looks otherwise it has."""
    shown, box = font.getmask(character), font.getmask(_NO_CHARACTER)
    return character.isspace() or shown.size != box.size or bytes(shown) != bytes(box)
