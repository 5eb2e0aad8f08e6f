"""Cut the screen fonts that are checked in under broker/runtime/canvas/fonts (developer tool; a node never runs this).

    apt-get download fonts-noto-cjk fonts-noto-cjk-extra unicode-data    # Debian 12; dpkg -x each into DIR
    pip install fonttools==4.68.0
    .venv/bin/python script/fonts.py DIR

Sources, all below DIR: NotoSansCJK-Bold.ttc and NotoSansCJK-Medium.ttc (SIL Open Font Licence 1.1), face index 2 = SC,
so that every hanzi has the mainland shape; and Unihan_OtherMappings.txt.bz2, whose field kTGH lists the 8105 characters
of the Table of General Standard Chinese Characters (2013). GB 2312 is added: old halls have names written in it.
For further languages: the 2350 syllables of KS X 1001 (0.33 MB a weight) and the 5401 usual characters of Big5
(0.7 MB), in the shapes of the same face, and whatever else stands in a shipped catalogue.
What the cut leaves out (layout features, vertical metrics) pygame.freetype never reads.

It also draws the words of the failsafe picture into ``failsafe_words.py``: they must be there when no font is.
"""

import base64
import bz2
import re
import sys
import zlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FACE_SC = 2
WEIGHTS = ("Bold", "Medium")
TARGET = Path(__file__).resolve().parent.parent / "broker" / "runtime" / "canvas" / "fonts"
CATALOGUES = TARGET.parents[1] / "languages" / "catalogues"
# Latin, punctuation, arrows, enclosed numbers, shapes, CJK punctuation and full-width forms.
SYMBOL_RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x2010, 0x2027), (0x2030, 0x205E), (0x20AC, 0x20AC), (0x2100, 0x214F),
    (0x2150, 0x2199), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x2606), (0x2713, 0x2717),
    (0x3000, 0x303F), (0x3105, 0x312F), (0x3200, 0x33FF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
)  # fmt: skip


def standard_characters(unihan: Path) -> set[int]:
    """Return the code points of the 8105 standard characters."""
    lines = bz2.decompress(unihan.read_bytes()).decode("utf-8").splitlines()
    found = {int(match[1], 16) for line in lines if (match := re.match(r"U\+([0-9A-F]+)\tkTGH\t", line))}
    if len(found) != 8105:
        sys.exit(f"{unihan} lists {len(found)} standard characters, not 8105")
    return found


def gb2312_characters() -> set[int]:
    """Return the code points of every double-byte character of GB 2312."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(text) for pair in pairs if (text := pair.decode("gb2312", errors="ignore"))}


def korean_syllables() -> set[int]:
    """Return the code points of the Hangul syllables of KS X 1001."""
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
    return {ord(text) for pair in pairs if (text := pair.decode("euc_kr", errors="ignore"))}


def big5_characters() -> set[int]:
    """Return the code points of the frequently used characters of Big5."""
    cells = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    pairs = (bytes((row, cell)) for row in range(0xA4, 0xC7) for cell in cells)
    return {ord(text) for pair in pairs if (text := pair.decode("big5", errors="ignore"))}


def catalogue_characters() -> set[int]:
    """Return the code points of everything that stands in a shipped catalogue."""
    texts = [path.read_text(encoding="utf-8") for path in CATALOGUES.glob("*.po")]
    return {ord(character) for text in texts for character in text if character.isprintable()}


def cut(source: Path, target: Path, code_points: set[int]) -> None:
    """Write the subset of the SC face of `source` as a single-face OTF."""
    options = subset.Options(
        layout_features=[], hinting=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], name_languages=[0x409],
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "DSIG"], notdef_outline=True,
    )  # fmt: skip
    font = TTFont(source, fontNumber=FACE_SC, lazy=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same input gives the same bytes
    font.save(target, reorderTables=False)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size} bytes")


FAILSAFE_WORDS = (("请咨询现场工作人员", 128), ("Please ask our staff", 64))
FAILSAFE_HEAD = '''"""The words of the failsafe picture, drawn by ``script/fonts.py``; not to be edited.

Each is (width, height, rows of one bit a pixel, zlib, base 85), drawn twice as large as it is shown.
"""

WORDS: tuple[tuple[int, int, str], ...] = (
'''


def write_failsafe_words() -> None:
    """Draw the failsafe words with the fonts just cut and keep them as bits."""
    sys.path.insert(0, str(TARGET.parents[3]))
    from broker.runtime.canvas.metrics import Fonts

    fonts = Fonts()
    fonts.start()
    parts = [FAILSAFE_HEAD]
    for words, size in FAILSAFE_WORDS:
        picture, _, _ = fonts.render(words, size, True, (255, 255, 255), 0)
        width, height = picture.get_size()
        rows = []
        for y in range(height):
            dark = [picture.get_at((x, y)).a > 127 for x in range(width)] + [False] * (-width % 8)
            rows.append(bytes(sum(bit << (7 - i) for i, bit in enumerate(dark[x : x + 8])) for x in range(0, width, 8)))
        text = base64.b85encode(zlib.compress(b"".join(rows), 9)).decode("ascii")
        lines = "\n".join(f'        "{text[i : i + 100]}"' for i in range(0, len(text), 100))
        parts.append(f"    (\n        {width},\n        {height},\n{lines},\n    ),\n")
    parts.append(")\n")
    (TARGET.parent / "failsafe_words.py").write_text("".join(parts), encoding="utf-8")


def main() -> None:
    """Cut each weight."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    code_points = standard_characters(next(folder.rglob("Unihan_OtherMappings.txt.bz2"))) | gb2312_characters()
    code_points |= korean_syllables() | big5_characters() | catalogue_characters()
    for low, high in SYMBOL_RANGES:
        code_points |= set(range(low, high + 1))
    for weight in WEIGHTS:
        source = next(folder.rglob(f"NotoSansCJK-{weight}.ttc"))
        cut(source, TARGET / f"NotoSansSC-{weight}.otf", code_points)
    write_failsafe_words()


if __name__ == "__main__":
    main()
