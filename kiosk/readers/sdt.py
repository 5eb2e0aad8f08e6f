"""The serial frames of readers for the resident identity card (SAM modules, "SDT" readers). Pure: bytes in, bodies out.

A frame is ``AA AA AA 96 69 | length (2, big-endian) | body | XOR``: the length counts body and XOR, the XOR runs over
length and body. 115200 8N1. The body of a request is command and parameter; the body of an answer is three status
bytes, of which the third tells, and data. The constants agree in several public programs that speak to such readers;
none was tried on a real reader.

The data of a read card begin with the lengths of its parts (two bytes each: text, picture and, from readers that also
send one, fingerprint); the text part is UTF-16LE with fixed places. Only the number is ever taken from it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field

from broker.runtime.frames.scanner import Scanner

HEAD = b"\xaa\xaa\xaa\x96\x69"
LONGEST_LENGTH = 0x090A
"""Status, three lengths, text, picture, fingerprint and XOR: the longest answer there is."""
SHORTEST_LENGTH = 3
BEFORE_BODY = len(HEAD) + 2
LONGEST_FRAME = BEFORE_BODY + LONGEST_LENGTH
TEXT_BYTES, PICTURE_BYTES, FINGER_BYTES = 256, 1024, 1024
_NUMBER_PLACE = slice(122, 158)
_NUMBER = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")

FIND, SELECT, READ, ASK_MODULE = b"\x20\x01", b"\x20\x02", b"\x30\x01", b"\x12\xff"
"""Bodies of the four requests that a kiosk makes."""


class SdtError(ValueError):
    """A body that cannot be sent, or card data that hold no number of a resident; the sentence holds no data."""


class Status(enum.IntEnum):
    """The third status byte of an answer, as far as it is known."""

    FOUND = 0x9F
    OK = 0x90
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    READ_FAILED = 0x41


@dataclass(frozen=True)
class Answer:
    """What a reader said. ``data`` may be a person's: it is kept out of every text made of this."""

    status: int
    data: bytes = field(default=b"", repr=False)


def encode(body: bytes) -> bytes:
    """The frame around a body; SdtError when it is too short or too long."""
    length = len(body) + 1
    if not SHORTEST_LENGTH <= length <= LONGEST_LENGTH:
        raise SdtError(f"a body of {len(body)} bytes, {SHORTEST_LENGTH - 1} to {LONGEST_LENGTH - 1} are possible")
    counted = length.to_bytes(2, "big") + body
    return HEAD + counted + bytes((_xor(counted),))


def answer_of(body: bytes) -> Answer | None:
    """A body as an answer, or None when it is too short for one."""
    return Answer(body[2], bytes(body[3:])) if len(body) >= 3 else None


def number_of(data: bytes) -> str:
    """The 18 places of the number among the data of a read card.

    SdtError for another kind of card (permits of residence have other places) and for what is no card at all.
    """
    text = _text_of(data)
    try:
        number = text[_NUMBER_PLACE].decode("utf-16-le")
    except UnicodeDecodeError:
        raise SdtError("the place of the number holds no text") from None
    if _NUMBER.fullmatch(number) is None:
        raise SdtError("the place of the number holds no number of a resident")
    return number


def _text_of(data: bytes) -> bytes:
    """The text part: its length and the picture's say where it begins."""
    if len(data) < 4 or int.from_bytes(data[:2], "big") != TEXT_BYTES:
        raise SdtError("the lengths of the parts are not those of a card")
    picture = int.from_bytes(data[2:4], "big")
    finger = int.from_bytes(data[4:6], "big")
    if len(data) == 4 + TEXT_BYTES + picture:
        return data[4 : 4 + TEXT_BYTES]
    if len(data) == 6 + TEXT_BYTES + picture + finger:
        return data[6 : 6 + TEXT_BYTES]
    raise SdtError("the parts are not as long as they say")


class Decoder(Scanner[bytes]):
    """Finds bodies in a stream of bytes, whatever else is in it.

    What it has done with is overwritten: the bytes of a card do not stay in its memory.
    """

    longest = LONGEST_FRAME

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = bytes(held[at : at + len(HEAD)])
        if not HEAD.startswith(head):
            return 0
        if len(held) - at < BEFORE_BODY:
            return None
        length = int.from_bytes(held[at + len(HEAD) : at + BEFORE_BODY], "big")
        if not SHORTEST_LENGTH <= length <= LONGEST_LENGTH:
            return 0
        size = BEFORE_BODY + length
        return size if len(held) - at >= size else None

    def frame_at(self, held: bytearray, at: int, size: int) -> bytes | None:
        return None if _xor(held[at + len(HEAD) : at + size]) else bytes(held[at + BEFORE_BODY : at + size - 1])

    def drop(self, held: bytearray, count: int) -> None:
        held[:count] = bytes(count)
        super().drop(held, count)


def _xor(counted: bytes | bytearray) -> int:
    value = 0
    for byte in counted:
        value ^= byte
    return value
