"""Small halls for tests, made from text so that they pass the same door as a real hall file."""

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall

DAY = "2026-03-04"
OPENS_MS = 1_772_586_000_000
"""2026-03-04 09:00 in Shanghai, a Wednesday."""
CLOSES_MS = OPENS_MS + 8 * 3_600_000

_WIRED = """
[consoles.console-{n}]
counter = "c{n}"
caller = "{caller}"
address = "p1://{line}/{unit}"
[keypads.keypad-{n}]
counter = "c{n}"
caller = "{caller}"
address = "p1://{line}/{evaluator}"
levels.0 = "very_satisfied"
levels.1 = "satisfied"
levels.2 = "basically_satisfied"
levels.3 = "dissatisfied"
levels.4 = "very_dissatisfied"
"""


def wired(n: int, caller: str, unit: int, evaluator: int | None = None, line: str = "a") -> str:
    """Terminal and evaluator of counter ``cN`` on a caller's line, as a hall file has them."""
    own = unit if evaluator is None else evaluator
    return _WIRED.format(n=n, caller=caller, line=line, unit=unit, evaluator=own)


_PLACES = """
[hall]
id = "small"
names = { zh = "小厅", en = "Small Hall" }
phone = "12333"
[sessions.day]
names = { zh = "全天", en = "All day" }
days = ["workday"]
opens = "09:00"
closes = "17:00"
last_ticket = "16:30"
[categories.person]
names = { zh = "个人", en = "Personal" }
[series.a]
letter = "A"
[series.b]
letter = "B"
[services.pension]
names = { zh = "养老", en = "Pension" }
series = "a"
category = "person"
mean_minutes = 5
[services.card]
names = { zh = "社保卡", en = "Card" }
series = "b"
category = "person"
mean_minutes = 5
quota = 400
[priority.elderly]
names = { zh = "老年人", en = "Elderly" }
factor = 0.3
[clerks.a1]
staff_number = "016"
substitute = "a2"
[clerks.a2]
staff_number = "017"
phone = "0432-000"
[counters.c1]
name = "1"
services = { pension = 1, card = 2 }
clerk = "a1"
[counters.c2]
name = "2"
services = { pension = 1 }
clerk = "a2"
[counters.c3]
name = "3"
services = { card = 1 }
[kiosks.kiosk-1]
names = { zh = "一号机", en = "Kiosk 1" }
screen = "virtual://screen?size=1080x1920"
printer = "virtual://printer"
[kiosks.kiosk-2]
names = { zh = "二号机", en = "Kiosk 2" }
screen = "virtual://screen?size=1080x1920"
printer = "virtual://printer"
[displays.display-1]
names = { zh = "大屏", en = "Board" }
screen = "virtual://screen?size=1920x1080"
[callers.desk-1]
names = { zh = "柜台", en = "Desk" }
lines.a = "virtual://rs485"
"""
SMALL = _PLACES + wired(1, "desk-1", 1) + wired(2, "desk-1", 2)


def small_hall() -> Hall:
    """Two series, three counters, two kiosks, one caller."""
    return parse_hall(SMALL)


def with_one_kiosk(text: str) -> str:
    """Without the second one."""
    start, end = text.index("[kiosks.kiosk-2]"), text.index("[displays.display-1]")
    return text[:start] + text[end:]


def one_kiosk_hall() -> Hall:
    """The same with a single kiosk, which therefore owns all numbers."""
    return parse_hall(with_one_kiosk(SMALL))


def lobby_hall() -> Hall:
    """The small hall with an ID reader at each kiosk, real names for the card, appointments and a look-up by phone."""
    text = SMALL.replace('printer = "virtual://printer"', 'printer = "virtual://printer"\nreader = "virtual://reader"')
    text = text.replace("quota = 400\n", "quota = 400\nreal_name = true\n")
    text = text.replace(
        "[priority.elderly]", '[priority.appointment]\nnames = { zh = "预约", en = "Booked" }\n[priority.elderly]'
    )
    return parse_hall(text + "[rules]\nlost_ticket_lookup = true\n")
