"""The frame around every picture: header with clock, title, room for content, tools. Pure.

Coordinates are those of the two sheets, 1080 x 1920 and 1920 x 1080; ``fitted`` brings ops to the real screen.
"""

from dataclasses import dataclass

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, scaled, text
from broker.runtime.canvas.theme import AMBER, BLUE, BLUE_DARK, ICE, KIOSK_GROUND, KIOSK_INK, SAND, WHITE, rgb
from broker.runtime.languages.lexicon import TWO, Language, language_named, other_than
from kiosk.help_state import HelpState
from kiosk.menu import Menu
from kiosk.screens import words as w
from kiosk.visit import Visit

DECORATION = rgb("#1C57B0")
PORTRAIT, LANDSCAPE = (1080, 1920), (1920, 1080)


@dataclass(frozen=True)
class Surroundings:
    """What the picture shows besides the visit: size in px, clock ("" when unsure), date, this kiosk's name, seconds.

    ``warned_s`` is the count-down of the time-out, None while there is none. ``letters`` of the hall's tickets.
    ``languages`` are those one can choose from, in this order.
    ``help`` is what became of a call for help, ``emergency_since`` the local time at which an emergency was declared.
    ``ear``: not to be seen but read aloud, in the visitor's language alone (``kiosk.guidance``).
    """

    size: tuple[int, int]
    clock: str
    date: Names | None
    kiosk: Names
    now_s: float = 0.0
    warned_s: int | None = None
    letters: tuple[str, ...] = ()
    phone: str = ""
    help: HelpState = "asking"
    emergency_since: str = ""
    languages: tuple[Language, ...] = TWO
    ear: bool = False


@dataclass(frozen=True)
class Frame:
    """One picture's sheet, language and manner; ``first`` is the visitor's language, ``second`` stands below it."""

    visit: Visit
    menu: Menu
    around: Surroundings

    @property
    def tall(self) -> bool:
        return self.around.size[1] >= self.around.size[0]

    @property
    def sheet(self) -> Rect:
        return Rect(0, 0, *(PORTRAIT if self.tall else LANDSCAPE))

    @property
    def larger(self) -> bool:
        return self.visit.larger

    @property
    def lower(self) -> bool:
        return self.visit.lower

    @property
    def language(self) -> Language:
        return language_named(self.visit.language, self.around.languages)

    @property
    def colon(self) -> str:
        return "：" if self.language.is_chinese else ": "

    @property
    def comma(self) -> str:
        return "，" if self.language.is_chinese else ", "

    def first(self, names: Names) -> str:
        return self.language.say(names)

    def second(self, names: Names) -> str:
        return "" if self.around.ear else other_than(self.language).say(names)

    @property
    def body(self) -> Rect:
        """Where content goes; in the lower manner everything to be touched stays within a seated person's reach."""
        if self.tall:
            top = 836 if self.lower else 352
            return Rect(48, top, 984, 1656 - top)
        top = 380 if self.lower else 40
        return Rect(576, top, 1296, 1040 - top)

    @property
    def bar(self) -> Rect:
        """Where the tools are."""
        return Rect(48, 1688, 984, 148) if self.tall else Rect(40, 734, 448, 296)

    def fitted(self, ops: list[Op]) -> tuple[Op, ...]:
        """The ops on the real screen, centred."""
        width, height = self.around.size
        factor = min(width / self.sheet.w, height / self.sheet.h)
        dx, dy = round((width - self.sheet.w * factor) / 2), round((height - self.sheet.h * factor) / 2)
        ground = Box(rect=Rect(0, 0, width, height), fill=KIOSK_GROUND)
        return (ground, *scaled(ops, factor, dx, dy))


def chrome(frame: Frame, title: Names, hint: Names | None = None, overlap: int = 40) -> list[Op]:
    """Header, title and hours; in portrait the blue band reaches ``overlap`` px under the content."""
    return _tall_chrome(frame, title, hint, overlap) if frame.tall else _wide_chrome(frame, title, hint)


def _tall_chrome(frame: Frame, title: Names, hint: Names | None, overlap: int) -> list[Op]:
    band = frame.body.y + overlap - 148
    ops: list[Op] = [
        Box(rect=Rect(0, 0, 1080, 148), fill=BLUE_DARK),
        Box(rect=Rect(0, 148, 1080, band), fill=BLUE),
        Box(rect=Rect(48, 44, 8, 64), fill=AMBER, radius=4),
        text(Rect(80, 34, 640, 54), frame.first(frame.menu.hall), 40, WHITE, bold=True, min_size=30),
        text(Rect(80, 86, 640, 36), frame.second(frame.menu.hall), 25, ICE),
        *_clock(frame, Rect(732, 30, 300, 60), Rect(732, 88, 300, 36), "right"),
    ]
    if frame.lower:
        ops.append(Icon(rect=Rect(640, 190, 380, 380), name="ticket", colour=DECORATION, stroke=1.4))
    size, line = (84, 110) if frame.larger else (76, 100)
    bottom = frame.body.y - 28
    hint = hint or title
    hint_room = 62
    title_top = 170 if not frame.lower else bottom - hint_room - line - 20
    ops.append(text(Rect(48, title_top, 984, line), frame.first(title), size, WHITE, bold=True, lines=2, min_size=36))
    if not (frame.larger and hint is title):
        said = frame.first(hint) if frame.larger else frame.second(title)
        hint_size = 37 if frame.larger else 34
        ops.append(text(Rect(48, title_top + line, 984, 52), said, hint_size, ICE, min_size=24))
    foot = Rect(48, 1862, 984, 58)
    alone = _alone(frame, Rect(592, 1862, 440, 58))
    ops.append(Box(rect=Rect(0, 1862, 1080, 58), fill=KIOSK_INK))
    if alone:
        return [*ops, text(Rect(48, 1862, 524, 58), _hours(frame), 27, ICE), *alone]
    return [*ops, text(foot, _hours(frame), 27, ICE, align="centre")]


def _wide_chrome(frame: Frame, title: Names, hint: Names | None) -> list[Op]:
    said = (frame.first(hint) if hint else "") if frame.larger else frame.second(title)
    return [
        Box(rect=Rect(0, 0, 528, 1080), fill=BLUE),
        Box(rect=Rect(0, 0, 528, 132), fill=BLUE_DARK),
        Box(rect=Rect(40, 38, 8, 60), fill=AMBER, radius=4),
        text(Rect(66, 28, 430, 46), frame.first(frame.menu.hall), 33, WHITE, bold=True, min_size=24),
        text(Rect(66, 76, 430, 34), frame.second(frame.menu.hall), 24, ICE),
        *_clock(frame, Rect(40, 156, 200, 64), Rect(244, 168, 252, 48), "left"),
        text(Rect(40, 222, 456, 40), _hours(frame), 24, ICE),
        text(
            Rect(40, 272, 456, 156), frame.first(title), 58, WHITE, bold=True, lines=3, min_size=32, vertical="bottom"
        ),
        text(Rect(40, 432, 456, 84), said, 30, ICE, lines=2, min_size=24, vertical="top"),
        *_alone(frame, Rect(40, 1038, 456, 40)),
    ]


def _clock(frame: Frame, time: Rect, date: Rect, align: str) -> list[Op]:
    if not frame.around.clock:
        return []
    ops: list[Op] = [text(time, frame.around.clock, 60, WHITE, bold=True, align=align)]  # type: ignore[arg-type]
    if frame.around.date is not None:
        ops.append(text(date, frame.first(frame.around.date), 26, ICE, align=align))  # type: ignore[arg-type]
    return ops


def _alone(frame: Frame, rect: Rect) -> list[Op]:
    """The kiosk works without the engine: said quietly, as what it means for a visitor."""
    if not frame.menu.alone or frame.menu.state == "connecting":
        return []
    words = Rect(rect.x + 42, rect.y, rect.w - 42, rect.h)
    return [
        Icon(rect=Rect(rect.x, rect.centre_y - 15, 30, 30), name="link-lost", colour=SAND),
        text(words, frame.first(w.ALONE), 25, SAND, min_size=22),
    ]


def _hours(frame: Frame) -> str:
    return frame.first(w.hours(frame.menu.hours))
