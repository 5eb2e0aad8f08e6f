"""Colours, text sizes and distances that every screen shares. Pure.

Amber means a counter and white means a ticket, everywhere; colour is never the only sign of a state. The sizes follow
reading distance on a 55-inch 1080p panel (0.634 mm a pixel): T1 is read from beyond 16 m, T2 from 10 to 16 m.
Nothing is smaller than MIN_TEXT_PX.
"""

from __future__ import annotations

Colour = tuple[int, int, int]


def rgb(code: str) -> Colour:
    """Return the colour of `#RRGGBB`."""
    value = int(code.removeprefix("#"), 16)
    return (value >> 16, value >> 8 & 255, value & 255)


# Dark screens: lobby board and counter sign.
INK = rgb("#0A1626")
INK_DEEP = rgb("#060E1A")
PANEL = rgb("#10233A")
PANEL_RAISED = rgb("#1B2D45")
LINE = rgb("#1F3B5C")
HATCH = rgb("#1A3350")
SLATE = rgb("#2A3A52")
SLATE_HATCH = rgb("#34496A")
BLUE = rgb("#124A9E")
BLUE_DARK = rgb("#0E3C82")
AMBER = rgb("#FFC233")
AMBER_INK = rgb("#1A1300")
WHITE = rgb("#FFFFFF")
SOFT = rgb("#A9C0DA")
ICE = rgb("#C9DCF5")
MINT = rgb("#7FE0C3")
MINT_GROUND = rgb("#0E2A2A")
MINT_LINE = rgb("#2E7D6B")
SAND = rgb("#FFD98A")
SAND_GROUND = rgb("#33270C")
SAND_LINE = rgb("#8A6A1F")
HELP = rgb("#B3261E")
EMERGENCY = rgb("#A3150F")
"""The ground of an emergency: red is for this and for calling staff; white on it has a contrast of 7.8."""

# Light screens: the kiosk.
KIOSK_GROUND = rgb("#EEF2F7")
KIOSK_CARD = rgb("#FFFFFF")
KIOSK_INK = rgb("#0F2238")
KIOSK_SUB = rgb("#4A6078")
KIOSK_OFF = rgb("#E4EAF1")
KIOSK_LINE = rgb("#D6DEE8")
KIOSK_EDGE = rgb("#9DB2C9")
KIOSK_TINT = rgb("#E3EBF8")
KIOSK_GOOD_GROUND = rgb("#DDF3E9")
KIOSK_GOOD_INK = rgb("#0A5C45")
KIOSK_WARN_GROUND = rgb("#FFF0CC")
KIOSK_WARN_INK = rgb("#6B4A00")
KIOSK_WARN_LINE = rgb("#B98A1B")

MIN_TEXT_PX = 24
MIN_TARGET_PX = 44
MIN_CONTRAST = 4.5

T1_HERO = 340
T1_COUNTER = 164
T2_LIST = 66

# Half of the cap height and the optical centre of a hanzi both lie this far above the baseline, in em.
OPTICAL_CENTRE_EM = 0.37
ASCENT_EM = 0.92
DESCENT_EM = 0.31
LINE_HEIGHT_EM = 1.3


def luminance(colour: Colour) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2, 'relative luminance')."""
    channels = [value / 255 for value in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast ratio, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
