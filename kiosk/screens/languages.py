"""The languages of this kiosk to choose from, each in its own words. Pure."""

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_INK
from broker.runtime.languages.lexicon import Language
from kiosk import targets as t
from kiosk.screens import words as w
from kiosk.screens.detail import close_bar
from kiosk.screens.frame import Frame, chrome
from kiosk.screens.parts import card, grid

GAP, ROW_MOST = 22, 190


def languages(frame: Frame) -> list[Op]:
    """One card a language; the one that is shown now has a tick."""
    area, offered = frame.body, frame.around.languages
    columns = 1 if frame.tall or len(offered) <= 3 else 2
    rows = -(-len(offered) // columns)
    height = min(ROW_MOST, (area.h - GAP * (rows - 1)) // rows)
    block = Rect(area.x, area.y, area.w, height * rows + GAP * (rows - 1))
    ops = chrome(frame, w.LANGUAGES_TITLE, w.LANGUAGES_HINT)
    for cell, language in zip(grid(block, columns, rows, GAP), offered, strict=False):
        ops += _card(frame, cell, language)
    return [*ops, *close_bar(frame)]


def _card(frame: Frame, rect: Rect, language: Language) -> list[Op]:
    shown = language is frame.language
    side = 64
    name = Rect(rect.x + 48, rect.y + 12, rect.w - side - 130, rect.h - 24)
    mark = Rect(rect.right - side - 44, rect.centre_y - side // 2, side, side)
    return [
        card(rect, t.target(t.LANGUAGE, language.key)),
        text(name, language.name, 80 if frame.larger else 66, KIOSK_INK, bold=True, min_size=36),
        Icon(rect=mark, name="check-circle" if shown else "chevron-right", colour=BLUE),
    ]
