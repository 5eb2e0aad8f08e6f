"""What frames every wall display: the hall's name, whether it serves, the clock; notices; which page it is. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from broker.model.views import OpenState
from broker.model.words import Names
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.naming import named
from broker.runtime.canvas.ops import Box, Icon, Op, Span, Text, Ticker, rule, text
from display import phrases
from display.board import BoardState
from display.layout import FrameGrid
from display.pieces import pair, stack
from display.reopening import opens_again

CHIP_COLOURS = {
    "open": (theme.MINT_GROUND, theme.MINT_LINE, theme.MINT),
    "break": (theme.SAND_GROUND, theme.SAND_LINE, theme.SAND),
    "closed": (theme.PANEL, theme.LINE, theme.SOFT),
    "connecting": (theme.PANEL, theme.LINE, theme.SOFT),
    "stale": (theme.SAND_GROUND, theme.SAND_LINE, theme.SAND),
}
CHIP_WORDS = {
    "open": phrases.OPEN,
    "break": phrases.BREAK,
    "closed": phrases.CLOSED,
    "connecting": phrases.CONNECTING,
    "stale": phrases.OFFLINE,
}
WELCOMES = {
    "open": (phrases.WELCOME, phrases.WELCOME_HINT, "ticket"),
    "before": (phrases.BEFORE, phrases.BREAK_HINT, "sun"),
    "break": (phrases.BREAK, phrases.BREAK_HINT, "clock"),
    "closed": (phrases.CLOSED, phrases.CLOSED_HINT, "moon"),
}


# --- Header ---------------------------------------------------------------------------------------------------------


def header(state: BoardState, grid: FrameGrid, zone: tzinfo) -> list[Op]:
    """The hall's name, whether it serves, and the time where a clock can be trusted."""
    place = grid.header
    ops: list[Op] = [Box(rect=Rect(place.x, place.y + 6, 8, place.h - 12), fill=theme.AMBER, radius=4)]
    if grid.portrait:
        clock = Rect(place.right - 216, place.y - 4, 216, place.h + 8)
        chip = Rect(clock.x - 12 - 236, place.y + 14, 236, 80)
    else:
        clock = Rect(place.right - 484, place.y, 484, place.h)
        chip = Rect(clock.x - 24 - 420, place.y + 4, 420, 76)
    if state.local is None:  # the clock's place is not left empty
        chip = chip.moved(place.right - chip.right, 0)
    title = Rect(place.x + 32, place.y, chip.x - place.x - 32 - 24, place.h)
    ops += _title(state.hall, title, tall=grid.portrait)
    ops += chip_of(state, chip, grid, zone)
    if state.local is not None:
        ops += clock_of(state.local, clock, grid)
    return ops


def _title(hall: Names, place: Rect, *, tall: bool) -> list[Op]:
    """The hall's name; a long one takes two lines where the header is high enough, rather than to be cut."""
    if not tall:
        return list(named(place.inset(0, -6), hall, (46, 26)))
    zh, en = Rect(place.x, place.y, place.w, place.h - 36), Rect(place.x, place.bottom - 38, place.w, 36)
    return [
        text(zh, hall.zh, 46, theme.WHITE, bold=True, lines=2, min_size=28),
        text(en, hall.en, 26, theme.SOFT),
    ]


def chip_of(state: BoardState, place: Rect, grid: FrameGrid, zone: tzinfo) -> list[Op]:
    """The hall's open state in words, with a dot or sign; stale data says since when."""
    ground, line, bright = CHIP_COLOURS[state.chip]
    ops: list[Op] = [Box(rect=place, fill=ground, radius=place.h // 2, border=2, border_colour=line)]
    if state.chip == "stale":
        ops.append(Icon(rect=Rect(place.x + 22, place.y, 32, place.h), name="link-lost", colour=bright))
    else:
        dot = Rect(place.x + 28, place.centre_y - 10, 20, 20)
        ops.append(Box(rect=dot, fill=bright, radius=10))
    words = Rect(place.x + 62, place.y + 4, place.w - 62 - 22, place.h - 8)
    names, below = CHIP_WORDS[state.chip], _chip_detail(state, zone)
    if state.chip == "break" and open_kind(state.open) == "before":
        names = phrases.BEFORE
    if below and not grid.portrait:
        top, bottom = words.rows(2)
        ops.append(pair(top, names, (28, 24), (theme.WHITE, theme.WHITE), gap=10))
        ops.append(text(bottom, below, 24, theme.ICE))
    elif grid.portrait:
        detail = below.partition(" · ")[0] if state.chip == "stale" else names.en
        ops += stack(words, Names(names.zh, detail), (28, 24))
    else:
        ops.append(pair(words, names, (30, 24), (theme.WHITE, theme.ICE), gap=12))
    return ops


def _chip_detail(state: BoardState, zone: tzinfo) -> str:
    if state.chip == "stale" and state.contact_ms is not None:
        return phrases.as_of(clock_text(state.contact_ms, zone))
    if state.chip in ("open", "break", "closed") and state.open is not None:
        return phrases.hours(state.open.hours)
    return ""


def clock_of(local: datetime, place: Rect, grid: FrameGrid) -> list[Op]:
    """Date and time of the hall."""
    weekday, month = phrases.WEEKDAYS[local.weekday()], phrases.MONTHS[local.month - 1]
    zh = f"{local.month}月{local.day}日 {weekday.zh}"
    time = f"{local.hour:02d}:{local.minute:02d}"
    if grid.portrait:
        top, bottom = Rect(place.x, place.y, place.w, 76), Rect(place.x, place.y + 78, place.w, 38)
        return [
            text(top, time, 76, theme.WHITE, align="right"),
            text(bottom, zh, 28, theme.SOFT, align="right"),
        ]
    date = Rect(place.x, place.y, 234, place.h)
    line = Rect(date.right + 24, place.y + 12, 2, place.h - 24)
    return [
        *stack(date, Names(zh, f"{weekday.en} {local.day} {month}"), (32, 26), align="right"),
        rule(line, theme.LINE),
        text(Rect(line.right, place.y, place.right - line.right, place.h), time, 76, theme.WHITE, align="right"),
    ]


def open_kind(state: OpenState | None) -> str:
    """Return `open`, `closed`, `break`, or `before`: the first opening of the day is still to come."""
    if state is None:
        return "open"
    first = state.hours.partition("-")[0]
    return "before" if state.state == "break" and state.next_opens == first else state.state


def opening(state: OpenState | None, otherwise: Names) -> Names:
    """Return when the hall serves again, as far as it is known; `otherwise` while it serves, or nobody knows."""
    if state is None or state.state == "open":
        return otherwise
    again = opens_again(state)
    if again is not None:
        return again
    if state.state == "closed" and state.hours:
        hours = phrases.hours(state.hours)
        return Names(f"{phrases.SERVICE_HOURS.zh} {hours}", f"{phrases.SERVICE_HOURS.en} {hours}")
    return otherwise


def clock_text(at_ms: int, zone: tzinfo) -> str:
    """Return epoch milliseconds as the hall's `14:32`."""
    local = datetime.fromtimestamp(at_ms / 1000, zone)
    return f"{local.hour:02d}:{local.minute:02d}"


# --- Ticker ---------------------------------------------------------------------------------------------------------


def ticker(state: BoardState, grid: FrameGrid, first: tuple[Names, ...] = ()) -> list[Op]:
    """The running line of notices, with what comes `first`; a standing one where there are none."""
    place = grid.ticker
    size = 36 if grid.portrait else 34
    ops: list[Op] = [rule(place, theme.INK_DEEP)]
    notices = (*first, *state.notices) or (phrases.STANDING_NOTICE,)
    icon = Rect(place.x + 48, place.centre_y - 18, 36, 36)
    label = Rect(icon.right + 16, place.y, 76, place.h)
    words = "   ◆   ".join(f"{notice.zh} {phrases.english_marks(notice.en)}".strip() for notice in notices)
    lane = Rect(label.right + 24, place.y, place.right - label.right - 24, place.h)
    return [
        *ops,
        Icon(rect=icon, name="bell", colour=theme.AMBER),
        Text(rect=label, spans=(Span(phrases.NOTICE.zh, size, theme.AMBER, True),)),
        Ticker(rect=lane, words=words, size=size, colour=theme.WHITE, ground=theme.INK_DEEP),
    ]


# --- What interrupts and what turns -----------------------------------------------------------------------------------


def urgent_band(names: Names, place: Rect) -> list[Op]:
    """An urgent notice, still and large: nobody waits for it to come round in the running line."""
    icon = Rect(place.x + 32, place.y, min(112, place.h - 32), place.h)
    words = Rect(icon.right + 36, place.y + 8, place.right - icon.right - 36 - 32, place.h - 16)
    tall = place.h >= 180
    zh = Rect(words.x, words.y, words.w, round(words.h * (0.6 if tall else 0.56)))
    en = Rect(words.x, zh.bottom, words.w, words.bottom - zh.bottom)
    return [
        Box(rect=place, fill=theme.SAND_GROUND, radius=22, border=3, border_colour=theme.AMBER),
        Icon(rect=icon, name="warning", colour=theme.AMBER),
        text(zh, names.zh, 56 if tall else 40, theme.WHITE, bold=True, lines=4 if tall else 1),
        text(en, phrases.english_marks(names.en), 34 if tall else 27, theme.SAND, lines=4 if tall else 1),
    ]


def dots(page: int, pages: int, place: Rect) -> list[Op]:
    """Which of several pages this is; nothing when there is only one."""
    step = 28
    x = place.centre_x - (pages - 1) * step // 2
    ops: list[Op] = []
    for number in range(pages if pages > 1 else 0):
        width, colour = (24, theme.AMBER) if number == page else (10, theme.LINE)
        ops.append(Box(rect=Rect(x + number * step - width // 2, place.centre_y - 5, width, 10), fill=colour, radius=5))
    return ops
