"""P2: LED strips and boards of the 平安力合 family, 9600 8N1. Pure.

``AA UNIT BB 51 54 SUM K1 K2 99 00 63 TEXT FF``: K1 K2 is ``01 00`` for a strip over a counter and ``08 02`` for a board
in the lobby; TEXT is GBK; SUM is the low byte of the sum of everything from K1 to the last byte. A strip says nothing
itself and wants 100 ms between two frames. From the source code of counter systems in use, never tried on a strip.
"""

from __future__ import annotations

from collections.abc import Mapping

from broker.model.words import Names
from broker.runtime.frames.driver import Driver, FrameError, StripMake, TextFrame
from broker.runtime.frames.scanner import Scanner
from broker.runtime.frames.text import fitting, from_gbk, gbk_signs

START, SECOND, MARK, END = 0xAA, 0xBB, b"\x51\x54", 0xFF
FORMS = {"strip": b"\x01\x00", "board": b"\x08\x02"}
_FORM_OF = {code: form for form, code in FORMS.items()}
LAYOUT = b"\x99\x00\x63"
HEAD = 11
"""Bytes before the text."""
LONGEST_TEXT = 64


def encode(frame: TextFrame) -> bytes:
    """The frame as bytes. Raises FrameError when a part is out of range."""
    if not 0 <= frame.unit <= 0xFF or frame.form not in FORMS or frame.turn:
        raise FrameError(f"P2 has no unit {frame.unit} with form '{frame.form}' and turn {frame.turn}")
    if len(frame.payload) > LONGEST_TEXT or END in frame.payload:
        raise FrameError(f"the text must be at most {LONGEST_TEXT} bytes of GBK")
    summed = FORMS[frame.form] + LAYOUT + frame.payload + bytes((END,))
    return bytes((START, frame.unit, SECOND)) + MARK + bytes((sum(summed) & 0xFF,)) + summed


class Decoder(Scanner[TextFrame]):
    """Finds frames in a stream of bytes."""

    longest = HEAD + LONGEST_TEXT + 1

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = held[at : at + HEAD]
        fixed = {0: START, 2: SECOND, 3: MARK[0], 4: MARK[1], 8: LAYOUT[0], 9: LAYOUT[1], 10: LAYOUT[2]}
        if any(place < len(head) and head[place] != byte for place, byte in fixed.items()):
            return 0
        if len(head) >= 8 and bytes(head[6:8]) not in _FORM_OF:
            return 0
        end = held.find(END, at + HEAD, at + self.longest) if len(head) == HEAD else -1
        if end >= 0:
            return end + 1 - at
        return None if len(held) - at < self.longest else 0

    def frame_at(self, held: bytearray, at: int, size: int) -> TextFrame | None:
        summed = bytes(held[at + 6 : at + size])
        if sum(summed) & 0xFF != held[at + 5]:
            return None
        return TextFrame(held[at + 1], _FORM_OF[summed[:2]], summed[5:-1])

    def address_at(self, held: bytearray, at: int) -> int:
        return held[at + 1]


def text_frame(unit: int, text: str, options: Mapping[str, str], turn: int) -> bytes:
    """Show a text; what does not fit a frame is cut after a whole character."""
    payload = fitting(gbk_signs(text), LONGEST_TEXT)
    return encode(TextFrame(unit, options.get("form", "strip"), payload))


def describe(frame: TextFrame) -> str:
    return f"P2 {frame.form} {frame.unit} shows “{from_gbk(frame.payload)}”"


DRIVER = Driver(
    make="p2",
    names=Names("条屏 P2（平安力合）", "LED strip or board P2"),
    decoder=Decoder,
    encode=encode,
    describe=describe,
    probe=lambda unit: text_frame(unit, f"地址{unit:03d}", {}, 0),
    seen=Names("每块屏显示自己的地址码", "each strip shows its own address"),
    strip=StripMake(
        text=text_frame,
        shown=lambda frame: from_gbk(frame.payload),
        options={"form": tuple(FORMS)},
        spacing_s=0.1,
    ),
)
