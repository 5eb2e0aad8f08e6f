"""Which characters the screens and the printer can draw: read from the fonts' own tables, and never guessed.

An OpenType file lists its characters in the table ``cmap`` (OpenType 1.9, "cmap": format 4 for the first plane, 12 for
all); a collection (``ttcf``) begins with the offsets of its faces. Nothing else of a font is read here.
"""

import struct
import unicodedata
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

FONT_FOLDER = Path(__file__).parents[1] / "canvas" / "fonts"
BUNDLED = tuple(FONT_FOLDER / f"NotoSansSC-{weight}.otf" for weight in ("Bold", "Medium"))
SYSTEM_FOLDER = Path("/usr/share/fonts/opentype/noto")
SYSTEM = tuple(SYSTEM_FOLDER / f"NotoSansCJK-{weight}.ttc" for weight in ("Bold", "Regular"))
SYSTEM_PACKAGE = "fonts-noto-cjk"
_FORMATS = (12, 4)
_SHAPED = (
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "HANGUL CHOSEONG", "HANGUL JUNGSEONG",
    "HANGUL JONGSEONG", "HEBREW", "KANNADA", "KHMER", "LAO", "MALAYALAM", "MONGOLIAN", "MYANMAR", "NKO", "ORIYA",
    "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN",
)  # fmt: skip


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Code points that this machine can draw in both weights: bundled fonts, and the system's where it has them."""
    weights = [characters_of(path) for path in BUNDLED]
    for number, path in enumerate(SYSTEM):
        if path.exists():
            weights[number] |= characters_of(path)
    return frozenset(weights[0] & weights[1])


def shaped_script(words: str) -> str | None:
    """The script of the first character that has to be joined, stacked or set from right to left; None if none has.

    ``words`` in composed form (NFC): what is then still a combining mark has to be placed by a shaping engine.
    """
    for character in words:
        name = unicodedata.name(character, "")
        if unicodedata.bidirectional(character) in ("R", "AL", "AN") or name.startswith(_SHAPED):
            return next((script for script in _SHAPED if name.startswith(script)), name.split(" ")[0]).title()
        if unicodedata.category(character) in ("Mn", "Mc", "Me"):
            return "combining marks"
    return None


def characters_of(path: Path) -> set[int]:
    """The code points of a font file; of a collection those of its first face."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:  # a few pages of 20 MB
        return _of_font(content)


def _of_font(content: mmap) -> set[int]:
    start = struct.unpack_from(">I", content, 12)[0] if content[:4] == b"ttcf" else 0
    for number in range(struct.unpack_from(">H", content, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", content, start + 12 + 16 * number)
        if tag == b"cmap":
            return _of_cmap(content, offset)
    return set()


def _of_cmap(content: mmap, cmap: int) -> set[int]:
    tables: dict[int, int] = {}
    for number in range(struct.unpack_from(">H", content, cmap + 2)[0]):
        offset = cmap + struct.unpack_from(">I", content, cmap + 4 + 8 * number + 4)[0]
        tables[struct.unpack_from(">H", content, offset)[0]] = offset
    for form in _FORMATS:
        if form in tables:
            return (_groups if form == 12 else _segments)(content, tables[form])
    return set()


def _groups(content: mmap, table: int) -> set[int]:
    found: set[int] = set()
    for number in range(struct.unpack_from(">I", content, table + 12)[0]):
        first, last, _ = struct.unpack_from(">III", content, table + 16 + 12 * number)
        found.update(range(first, last + 1))
    return found


def _segments(content: mmap, table: int) -> set[int]:
    size = struct.unpack_from(">H", content, table + 6)[0]
    found: set[int] = set()
    for at in range(0, size, 2):
        last = struct.unpack_from(">H", content, table + 14 + at)[0]
        first = struct.unpack_from(">H", content, table + 16 + size + at)[0]
        found.update(range(first, last + 1))
    return found - {0xFFFF}
