"""How hanzi are read: pypinyin's dictionary as one sorted block of bytes that is searched where it lies. Pure.

As Python's own objects the dictionary takes 55 MB of every process that reads one word; as a block it takes 2.
``readings_maker`` writes it from the installed pypinyin. The longest phrase is taken first, as pypinyin takes it, so
that both read every text alike. The block is held, not mapped: a worn card would end the program at the first page.
"""

import re
import sys
from array import array
from bisect import bisect_left
from zlib import crc32

FORMAT = f"readings 1 {sys.byteorder}"
NUMBER_BYTES = 4
HEAD_BYTES = 128
"""The first line, filled up with blanks: format, version of the dictionary, number of signs, check sum of the rest."""

_NO_HANZI = re.compile("[\u4dc0-\u4dff]+")
"""The hexagrams, which lie between the hanzi of Unicode and end a phrase."""


class Readings:
    """``syllables`` of hanzi. The block holds: the head; the signs that begin a line, by their code; where the lines of
    each sign begin; the lines, ``\\n银行\\tyin2 hang2``, all of one sign together."""

    def __init__(self, block: bytes) -> None:
        """Raises ValueError for what is no whole block."""
        self.version, count = _head_of(block)
        numbers = array("I", block[HEAD_BYTES : HEAD_BYTES + (2 * count + 1) * NUMBER_BYTES])
        self._signs, self._places = numbers[:count], numbers[count:]
        self._block = block

    def syllables(self, hanzi: str) -> list[str]:
        """``重新`` -> ``["chong2", "xin1"]``; a sign that nobody knows is left out."""
        return [syllable for part in _NO_HANZI.split(hanzi) for syllable in self._read(part)]

    def _read(self, hanzi: str) -> list[str]:
        said: list[str] = []
        while hanzi:
            lines = self._lines(hanzi[0])
            length, reading, to_the_end = _longest(lines, hanzi)
            if reading is None and to_the_end:
                # What is left begins a longer phrase and holds none at its head: pypinyin then reads sign by sign.
                return said + [syllable for sign in hanzi for syllable in self._alone(sign)]
            said += self._alone(hanzi[0]) if reading is None else reading.split()
            hanzi = hanzi[length:]
        return said

    def _alone(self, sign: str) -> list[str]:
        return (_reading_in(self._lines(sign), sign) or "").split()

    def _lines(self, sign: str) -> bytes:
        """All that begins with it."""
        place = bisect_left(self._signs, ord(sign))
        if place == len(self._signs) or self._signs[place] != ord(sign):
            return b""
        return self._block[self._places[place] : self._places[place + 1]]


def _longest(lines: bytes, hanzi: str) -> tuple[int, str | None, bool]:
    """(length, reading) of the longest phrase that ``hanzi`` begins with, and whether a phrase holds all of it."""
    length, reading, known = 1, None, 1
    while known < len(hanzi) and b"\n" + hanzi[: known + 1].encode() in lines:
        known += 1
        found = _reading_in(lines, hanzi[:known])
        if found is not None:
            length, reading = known, found
    return length, reading, known == len(hanzi)


def _reading_in(lines: bytes, words: str) -> str | None:
    start = lines.find(b"\n" + words.encode() + b"\t")
    if start < 0:
        return None
    return lines[lines.index(b"\t", start) + 1 : lines.index(b"\n", start + 1)].decode()


def block_of(entries: dict[str, str], version: str) -> bytes:
    """The block of ``{"重新": "chong2 xin1"}``; raises ValueError where it could not be read back."""
    if any("\t" in words or "\n" in words + reading or not words for words, reading in entries.items()):
        raise ValueError("a phrase is empty, or holds a tabulator or a new line")
    by_sign: dict[int, list[str]] = {}
    for words in sorted(entries):
        by_sign.setdefault(ord(words[0]), []).append(f"{words}\t{entries[words]}")
    signs = sorted(by_sign)
    groups = [("\n" + "\n".join(by_sign[sign]) + "\n").encode() for sign in signs]
    place = HEAD_BYTES + (2 * len(signs) + 1) * NUMBER_BYTES
    places = [place]
    for group in groups:
        places.append(places[-1] + len(group))
    rest = array("I", signs).tobytes() + array("I", places).tobytes() + b"".join(groups)
    head = f"{FORMAT} {version} {len(signs)} {crc32(rest)}".encode()
    if len(head) >= HEAD_BYTES:
        raise ValueError("the version is too long")
    return head.ljust(HEAD_BYTES - 1) + b"\n" + rest


def check(block: bytes) -> None:
    """Raise ValueError for a block that is not whole. Reads all of it: once, when it was read from a disk."""
    _head_of(block)
    if int(block[:HEAD_BYTES].split()[-1]) != crc32(block[HEAD_BYTES:]):
        raise ValueError("the dictionary of readings is damaged")


def _head_of(block: bytes) -> tuple[str, int]:
    """(version, number of signs)."""
    words = block[:HEAD_BYTES].decode("ascii", "replace").split()
    if " ".join(words[:3]) != FORMAT or len(words) != 6 or not words[4].isdecimal():
        raise ValueError("this is no dictionary of readings")
    return words[3], int(words[4])
