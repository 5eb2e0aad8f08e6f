"""The halls of the simulation: one kiosk that owns its numbers, two kiosks, and a larger one with short ranges."""

from functools import cache

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from tests.halls import SMALL, one_kiosk_hall, wired

_SIGN = """
[signs.sign-1]
counter = "c1"
screen = "virtual://screen?size=1280x400"
[displays.display-2]
names = { zh = "东屏", en = "East board" }
screen = "virtual://screen?size=1920x1080"
counters = ["c1", "c2"]
"""
_LARGER = (
    _SIGN
    + """
[kiosks.kiosk-3]
names = { zh = "三号机", en = "Kiosk 3" }
screen = "virtual://screen?size=1080x1920"
printer = "virtual://printer"
services = ["pension"]
[callers.desk-2]
names = { zh = "二号柜台", en = "Desk 2" }
lines.a = "virtual://rs485"
"""
    + wired(3, "desk-2", 1)
)


@cache
def hall_of(name: str) -> Hall:
    """``one``, ``small`` or ``large``."""
    if name == "one":
        return one_kiosk_hall()
    if name == "small":
        return parse_hall(SMALL + _SIGN)
    short = SMALL.replace('letter = "A"', 'letter = "A"\nlast = 260\nkiosk_part = 40')
    return parse_hall(short + _LARGER)
