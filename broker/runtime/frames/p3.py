"""P3: LED strips of the 欣瑞 family, 9600 8N1. Pure.

``A0 9h ll CMD LEN(2, high byte first) PAYLOAD XOR``: h and ll are the upper and lower bits of the unit; LEN counts the
payload; XOR is over everything from ll to the payload's end. CMD ``50`` carries UCS-2, high byte first; CMD ``A5``
carries GBK with one zero byte behind each character. Found in two sources that do not know each other, never tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor

from broker.model.words import Names
from broker.runtime.frames.driver import Driver, FrameError, StripMake, TextFrame
from broker.runtime.frames.scanner import Scanner
from broker.runtime.frames.text import fitting, from_gbk, from_ucs2, gbk_signs, to_ucs2

START, UNIT_MARK = 0xA0, 0x90
FORMS = {"ucs2": 0x50, "gbk": 0xA5}
_FORM_OF = {code: form for form, code in FORMS.items()}
HEAD = 6
LONGEST_PAYLOAD = 96
HIGHEST_UNIT = 0xFFF


def encode(frame: TextFrame) -> bytes:
    """The frame as bytes. Raises FrameError when a part is out of range."""
    if not 0 <= frame.unit <= HIGHEST_UNIT or frame.form not in FORMS or frame.turn:
        raise FrameError(f"P3 has no unit {frame.unit} with form '{frame.form}' and turn {frame.turn}")
    if len(frame.payload) > LONGEST_PAYLOAD:
        raise FrameError(f"the text must be at most {LONGEST_PAYLOAD} bytes")
    head = bytes((START, UNIT_MARK | frame.unit >> 8, frame.unit & 0xFF, FORMS[frame.form]))
    body = head + len(frame.payload).to_bytes(2, "big") + frame.payload
    return body + bytes((reduce(xor, body[2:], 0),))


class Decoder(Scanner[TextFrame]):
    """Finds frames in a stream of bytes."""

    longest = HEAD + LONGEST_PAYLOAD + 1

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = held[at : at + HEAD]
        if head[0] != START or (len(head) > 1 and head[1] & 0xF0 != UNIT_MARK):
            return 0
        if (len(head) > 3 and head[3] not in _FORM_OF) or (len(head) > 4 and head[4]):
            return 0
        if len(head) > 5 and head[5] > LONGEST_PAYLOAD:
            return 0
        if len(head) < HEAD or len(held) - at < HEAD + head[5] + 1:
            return None
        return HEAD + head[5] + 1

    def frame_at(self, held: bytearray, at: int, size: int) -> TextFrame | None:
        if reduce(xor, held[at + 2 : at + size], 0):  # the check byte makes it zero
            return None
        return TextFrame(self.address_at(held, at), _FORM_OF[held[at + 3]], bytes(held[at + HEAD : at + size - 1]))

    def address_at(self, held: bytearray, at: int) -> int:
        return (held[at + 1] & 0x0F) << 8 | held[at + 2]


def text_frame(unit: int, text: str, options: Mapping[str, str], turn: int) -> bytes:
    """Show a text; what does not fit a frame is cut after a whole character."""
    form = options.get("form", "ucs2")
    signs = [sign + b"\0" for sign in gbk_signs(text)] if form == "gbk" else _ucs2_signs(text)
    return encode(TextFrame(unit, form, fitting(signs, LONGEST_PAYLOAD)))


def shown(frame: TextFrame) -> str:
    """The text that the strip shows."""
    if frame.form == "ucs2":
        return from_ucs2(frame.payload)
    return from_gbk(bytes(byte for byte in frame.payload if byte))


def describe(frame: TextFrame) -> str:
    return f"P3 strip {frame.unit} shows “{shown(frame)}” ({frame.form})"


def _ucs2_signs(text: str) -> list[bytes]:
    coded = to_ucs2(text)
    return [coded[at : at + 2] for at in range(0, len(coded), 2)]


DRIVER = Driver(
    make="p3",
    names=Names("条屏 P3（欣瑞）", "LED strip P3"),
    decoder=Decoder,
    encode=encode,
    describe=describe,
    probe=lambda unit: text_frame(unit, f"地址{unit:03d}", {}, 0),
    seen=Names("每块屏显示自己的地址码", "each strip shows its own address"),
    strip=StripMake(text=text_frame, shown=shown, options={"form": tuple(FORMS)}, spacing_s=0.05),
)
