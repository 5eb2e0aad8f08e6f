"""An emergency: the whole screen, still, both languages, nothing to touch, until staff end it. Pure."""

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, Text, text
from broker.runtime.canvas.theme import EMERGENCY, WHITE, rgb
from kiosk.screens import words as w
from kiosk.screens.frame import Frame
from kiosk.screens.parts import width_of

LINE = rgb("#E6C3C1")


def emergency(frame: Frame) -> list[Op]:
    """What staff typed, Chinese before English, as large as it fits."""
    told = frame.menu.emergency
    assert told is not None
    sheet = frame.sheet
    inner = sheet.inset(84 if frame.tall else 120, 0)
    head_h, sign = (520, 340) if frame.tall else (300, 220)
    foot = Rect(inner.x, sheet.bottom - 150, inner.w, 90)
    ops: list[Op] = [Box(rect=sheet, fill=EMERGENCY)]
    if frame.tall:
        ops += [
            Icon(rect=Rect(sheet.centre_x - sign // 2, 90, sign, sign), name="warning", colour=WHITE),
            _line(Rect(inner.x, 450, inner.w, 120), w.EMERGENCY.zh, 112, "centre"),
            _line(Rect(inner.x, 572, inner.w, 70), w.EMERGENCY.en, 54, "centre"),
        ]
        top = head_h + 170
    else:
        x = inner.x + sign + 70
        ops += [
            Icon(rect=Rect(inner.x, 70, sign, sign), name="warning", colour=WHITE),
            _line(Rect(x, 70, inner.right - x, 140), w.EMERGENCY.zh, 124, "left"),
            _line(Rect(x, 212, inner.right - x, 78), w.EMERGENCY.en, 58, "left"),
        ]
        top = head_h + 40
    ops.append(Box(rect=Rect(inner.x, top, inner.w, 4), fill=LINE))
    room = Rect(inner.x, top + 44, inner.w, foot.y - top - 70)
    share = room.h * 11 // 20
    ops += [
        _message(Rect(room.x, room.y, room.w, share), told.zh, 108, True),
        _message(Rect(room.x, room.y + share + 20, room.w, room.h - share - 20), told.en, 66, False),
    ]
    if frame.around.emergency_since:
        since = w.since(frame.around.emergency_since)
        said = f"{since.zh}　{since.en}" if frame.around.ear else w.issued_at(frame.around.emergency_since)
        ops.append(text(foot, said, 40, WHITE, bold=True, min_size=30))
    return ops


def _line(rect: Rect, words: str, size: int, align: str) -> Text:
    return text(rect, words, size, WHITE, bold=True, align=align, min_size=36)  # type: ignore[arg-type]


def _message(rect: Rect, words: str, most: int, bold: bool) -> Text:
    """As large as its lines find room; 200 characters are the most that staff can type."""
    size = most
    while size > 30 and _lines(words, size, rect.w) * size * 14 // 10 > rect.h:
        size -= 2
    lines = max(1, rect.h * 10 // (size * 13))
    return text(rect, words, size, WHITE, bold=bold, lines=lines, min_size=30, vertical="top")


def _lines(words: str, size: int, width: int) -> int:
    """How many lines, with some room for words that do not break where the line ends."""
    return -(-width_of(words, size) * 11 // (10 * width))
