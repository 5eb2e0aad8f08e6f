"""P4: LED strips and boards of the 银达汇智 / 重庆中意 family, 9600 8N1. Pure.

Strip: ``UNIT FE LEN TURN 86 3C 00 05 00 TEXT 00 CRC(2)``; board: ``UNIT FE LEN TURN 8C 00 TEXT 00 CRC(2)``. LEN is the
whole frame, TEXT is GBK without a zero byte, CRC is CRC-16/XMODEM over everything before it, high byte first.
From the source code of counter systems in use, never tried on a strip. The source calls TURN a sequence; that it is to
count up, 1 to 255, is our reading of it.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Mapping

from broker.model.words import Names
from broker.runtime.frames.driver import Driver, FrameError, StripMake, TextFrame
from broker.runtime.frames.scanner import Scanner
from broker.runtime.frames.text import fitting, from_gbk, gbk_signs

MARK = 0xFE
FORMS = {"strip": b"\x86\x3c\x00\x05\x00", "board": b"\x8c\x00"}
_FORM_BY = {code[0]: form for form, code in FORMS.items()}
HEAD = 4
"""Bytes before the form's own."""
TAIL = 3
LONGEST_TEXT = 64
SHORTEST = HEAD + len(FORMS["board"]) + TAIL
LONGEST = HEAD + len(FORMS["strip"]) + LONGEST_TEXT + TAIL


def encode(frame: TextFrame) -> bytes:
    """The frame as bytes. Raises FrameError when a part is out of range."""
    if not (0 <= frame.unit <= 0xFF and 0 <= frame.turn <= 0xFF) or frame.form not in FORMS:
        raise FrameError(f"P4 has no unit {frame.unit} with form '{frame.form}' and turn {frame.turn}")
    if len(frame.payload) > LONGEST_TEXT or 0 in frame.payload:
        raise FrameError(f"the text must be at most {LONGEST_TEXT} bytes of GBK without a zero byte")
    body = FORMS[frame.form] + frame.payload + b"\0"
    head = bytes((frame.unit, MARK, HEAD + len(body) + 2, frame.turn))
    return head + body + crc_hqx(head + body, 0).to_bytes(2, "big")


class Decoder(Scanner[TextFrame]):
    """Finds frames in a stream of bytes."""

    longest = LONGEST

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = held[at : at + 9]
        if len(head) > 1 and head[1] != MARK:
            return 0
        if len(head) > 2 and not SHORTEST <= head[2] <= LONGEST:
            return 0
        if len(head) > HEAD:
            form = FORMS.get(_FORM_BY.get(head[HEAD], ""), b"")
            begun = bytes(head[HEAD : HEAD + len(form)])
            fits = HEAD + len(form) + TAIL <= head[2] <= HEAD + len(form) + LONGEST_TEXT + TAIL
            if not form or not fits or not form.startswith(begun):
                return 0
        return head[2] if len(head) > HEAD and len(held) - at >= head[2] else None

    def frame_at(self, held: bytearray, at: int, size: int) -> TextFrame | None:
        body = bytes(held[at : at + size - 2])
        form = _FORM_BY[body[HEAD]]
        text = body[HEAD + len(FORMS[form]) : -1]
        right = crc_hqx(body, 0).to_bytes(2, "big") == held[at + size - 2 : at + size]
        return TextFrame(body[0], form, text, body[3]) if right and body[-1] == 0 and 0 not in text else None

    def address_at(self, held: bytearray, at: int) -> int:
        return held[at]


def text_frame(unit: int, text: str, options: Mapping[str, str], turn: int) -> bytes:
    """Show a text; what does not fit a frame is cut after a whole character."""
    payload = fitting(gbk_signs(text), LONGEST_TEXT)
    return encode(TextFrame(unit, options.get("form", "strip"), payload, turn % 255 + 1))


def describe(frame: TextFrame) -> str:
    return f"P4 {frame.form} {frame.unit} shows “{from_gbk(frame.payload)}” (frame {frame.turn})"


DRIVER = Driver(
    make="p4",
    names=Names("条屏 P4（银达汇智、重庆中意）", "LED strip or board P4"),
    decoder=Decoder,
    encode=encode,
    describe=describe,
    probe=lambda unit: text_frame(unit, f"地址{unit:03d}", {}, 0),
    seen=Names("每块屏显示自己的地址码", "each strip shows its own address"),
    strip=StripMake(
        text=text_frame,
        shown=lambda frame: from_gbk(frame.payload),
        options={"form": tuple(FORMS)},
        spacing_s=0.05,
    ),
)
