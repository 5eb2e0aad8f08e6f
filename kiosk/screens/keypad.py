"""What is typed on large keys: the number on a ticket, the last digits of a telephone. Pure."""

from string import ascii_uppercase

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_CARD, KIOSK_EDGE, KIOSK_INK, KIOSK_OFF, KIOSK_SUB, KIOSK_TINT
from kiosk import targets as t
from kiosk.screens import words as w
from kiosk.screens.detail import back_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import card, figures, grid, primary, split
from kiosk.typed import TYPED
from kiosk.visit import Step

GAP = 18
_WORDS: dict[Step, tuple[Names, Names, Names]] = {
    Step.RATE: (w.TYPE_RATED, w.TYPE_HINT, w.SEND_NEXT),
    Step.RATE_CODE: (w.CODE_RATED, w.CODE_RATED_HINT, w.SEND_NEXT),
    Step.FIND: (w.TAIL_TITLE, w.TAIL_HINT, w.SEND_FIND),
    Step.PHONE: (w.TAIL_TITLE, w.TAIL_HINT, w.SEND_KEEP),
}
"""Title, example, and what sending does."""


def keypad(frame: Frame) -> list[Op]:
    """MISSED, RATE: a letter first, then digits; RATE_CODE, FIND, PHONE: digits; CHECK_IN: digits or letters."""
    area = frame.body
    title, hint, sends = _words_of(frame)
    # In the larger manner the hint stands below the title once what is typed has taken its place in the field.
    ops = chrome(frame, title, hint if frame.visit.typed or not frame.larger else None)
    show_h, send_h = (150, 136) if frame.tall else (128, 120)
    show = Rect(area.x, area.y, area.w, show_h)
    send = Rect(area.x, area.bottom - send_h, area.w, send_h)
    keys = Rect(area.x, show.bottom + GAP, area.w, send.y - show.bottom - 2 * GAP)
    ops += [*_typed(frame, show, hint), *_keys(frame, keys)]
    if TYPED[frame.visit.step].enough(frame.visit.typed):
        ops += primary(frame, send, t.SEND, sends)
    else:
        ops += _not_yet(frame, send, sends, hint)
    return [*ops, *back_bar(frame)]


def _words_of(frame: Frame) -> tuple[Names, Names, Names]:
    if frame.visit.step is Step.CHECK_IN:
        return _of_code(frame)
    if frame.visit.step is Step.MISSED:
        words = w.rejoin_words(frame.menu.remote)
        return w.TYPE_TITLE, words.example, words.sends
    return _WORDS[frame.visit.step]


def _of_code(frame: Frame) -> tuple[Names, Names, Names]:
    """The same of a code, which may be scanned too; of an appointment, or a slip."""
    words = w.code_words(frame.menu.appointments)
    return words.title_scan if frame.menu.scanner == "ok" else words.title, words.example, words.sends


def _not_yet(frame: Frame, rect: Rect, sends: Names, hint: Names) -> list[Op]:
    """The key that sends, pale while too little is typed; to the ear, what is missing."""
    upper, low = split(rect.inset(48, 6), 0.6)
    ops: list[Op] = [Box(rect=rect, fill=KIOSK_OFF, radius=30)]
    if frame.around.ear:
        return [*ops, text(rect, frame.first(hint), 44, KIOSK_SUB)]
    if frame.larger:
        return [*ops, text(rect.inset(48, 0), frame.first(sends), 60, KIOSK_SUB, bold=True, min_size=36)]
    return [
        *ops,
        text(upper, frame.first(sends), 46, KIOSK_SUB, bold=True, vertical="bottom", min_size=34),
        text(low, frame.second(sends), 30, KIOSK_SUB, vertical="top"),
    ]


def _typed(frame: Frame, rect: Rect, hint: Names) -> list[Op]:
    ops: list[Op] = [card(rect)]
    if frame.visit.typed:
        return [*ops, figures(rect.inset(40, 8), frame.visit.typed, 120, KIOSK_INK, min_size=60)]
    return [*ops, text(rect.inset(40, 8), frame.first(hint), 52, KIOSK_SUB, align="centre")]


def _keys(frame: Frame, rect: Rect) -> list[Op]:
    letters = frame.around.letters[:12]
    typed = frame.visit.typed
    if TYPED[frame.visit.step].kind == "code" and frame.visit.letters:
        return _letters(frame, rect)
    if TYPED[frame.visit.step].kind != "number":
        width = rect.w if frame.tall else min(rect.w, 900)
        return _digits(frame, Rect(rect.centre_x - width // 2, rect.y, width, rect.h), live=True, erasable=bool(typed))
    if frame.tall:
        rows = 1 if len(letters) <= 6 else 2
        letters_h = int((rect.h - GAP * (rows + 4)) / (rows + 4)) * rows + GAP * (rows - 1)
        upper = Rect(rect.x, rect.y, rect.w, letters_h)
        low = Rect(rect.x, upper.bottom + GAP, rect.w, rect.h - letters_h - GAP)
    else:
        columns = 2 if len(letters) <= 8 else 3
        rows = -(-max(1, len(letters)) // columns)
        upper = Rect(rect.x, rect.y, rect.w * 2 // 5, rect.h)
        low = Rect(upper.right + GAP, rect.y, rect.w - upper.w - GAP, rect.h)
    per_row = -(-max(1, len(letters)) // rows)
    ops: list[Op] = []
    for cell, letter in zip(grid(upper, per_row, rows, GAP), letters, strict=False):
        ops += _key(cell, t.target(t.KEY, letter), letter, live=not typed)
    return [*ops, *_digits(frame, low, live=bool(typed), erasable=bool(typed))]


def _letters(frame: Frame, rect: Rect) -> list[Op]:
    """The alphabet, seven in a row, then the way back to the digits and the eraser."""
    cells = grid(rect, 7, 4, GAP // 2)
    ops = [op for cell, letter in zip(cells, ascii_uppercase, strict=False)
           for op in _key(cell, t.target(t.KEY, letter), letter, live=True)]  # fmt: skip
    ops += _other_keys(frame, cells[26], w.TO_DIGITS)
    return [*ops, *_erase(cells[27], live=bool(frame.visit.typed))]


def _digits(frame: Frame, rect: Rect, live: bool, erasable: bool) -> list[Op]:
    ops: list[Op] = []
    for cell, digit in zip(grid(rect, 3, 4, GAP), "123456789 0<", strict=True):
        if digit == "<":
            ops += _erase(cell, live=erasable)
        elif digit == " " and TYPED[frame.visit.step].kind == "code":
            ops += _other_keys(frame, cell, w.TO_LETTERS)
        elif digit != " ":
            ops += _key(cell, t.target(t.KEY, digit), digit, live=live)
    return ops


def _key(rect: Rect, target: str, words: str, live: bool) -> list[Op]:
    """A key that would do nothing now is pale and cannot be touched."""
    ground, ink = (KIOSK_CARD, KIOSK_INK) if live else (KIOSK_OFF, KIOSK_SUB)
    return [
        Box(
            rect=rect,
            fill=ground,
            radius=22,
            border=3,
            border_colour=KIOSK_EDGE if live else KIOSK_OFF,
            target=target if live else None,
        ),
        text(rect.inset(8, 4), words, min(68, rect.h - 24), ink, bold=True, align="centre"),
    ]


def _other_keys(frame: Frame, rect: Rect, names: Names) -> list[Op]:
    """The way to the letters or back to the digits; what they are is written on it too."""
    first, second = frame.first(names), names.en
    if first == second or frame.around.ear:
        return _key(rect, t.LETTERS, first, live=True)
    upper, low = split(rect.inset(6, 8), 0.6)
    return [
        Box(rect=rect, fill=KIOSK_CARD, radius=22, border=3, border_colour=KIOSK_EDGE, target=t.LETTERS),
        text(upper, first, min(56, upper.h - 8), KIOSK_INK, bold=True, align="centre", vertical="bottom"),
        text(low, second, 30, KIOSK_SUB, align="centre", vertical="top"),
    ]


def _erase(rect: Rect, live: bool) -> list[Op]:
    side = min(64, rect.h - 28)
    place = Rect(rect.centre_x - side // 2, rect.centre_y - side // 2, side, side)
    return [
        Box(rect=rect, fill=KIOSK_TINT if live else KIOSK_OFF, radius=22, target=t.ERASE if live else None),
        Icon(rect=place, name="backspace", colour=BLUE if live else KIOSK_SUB),
    ]
