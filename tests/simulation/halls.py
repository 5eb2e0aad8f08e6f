"""The halls of the simulation: one kiosk that owns its numbers, two kiosks, and a larger one with short ranges.

Each has a desk that gives numbers of one more service by real name, appointments, and finds tickets by telephone. All
close early enough for a run to see what is done after hours; those with two kiosks have less patience with a pause, and
in the larger one clerks log in.
"""

from functools import cache

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.pins import hash_pin
from tests.halls import SMALL, wired, with_one_kiosk

PIN = "1357"
"""Of the clerk who has one."""
_IMPATIENT = """
pause_warning_min = 3
pause_limit_min = 4
nobody_limit_min = 2
cover_within_min = 2
"""
_SIGN = """
[signs.sign-1]
counter = "c1"
screen = "virtual://screen?size=1280x400"
[displays.display-2]
names = { zh = "东屏", en = "East board" }
screen = "virtual://screen?size=1920x1080"
counters = ["c1", "c2"]
"""
_AFAR = """
[remote]
services = {services}
waiting_most = 3
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
_WITH_DESK = (
    ("[services.pension]", """[series.n]
letter = "N"
[services.named]
names = { zh = "档案", en = "Records" }
series = "n"
category = "person"
mean_minutes = 5
hidden = true
real_name = true
[services.pension]"""),
    ("pension = 1, card = 2 }", "pension = 1, card = 2, named = 2 }"),
    ("{ card = 1 }", '{ card = 1, named = 1 }\nclerk = "a3"'),
    ('closes = "17:00"', 'closes = "16:20"'),
    ('last_ticket = "16:30"', 'last_ticket = "16:10"'),
    ('staff_number = "016"', f'staff_number = "016"\npin = "{hash_pin(PIN, bytes(16))}"'),
    ("[counters.c1]", """[clerks.a3]
staff_number = "018"
[counters.c1]"""),
    ("[priority.elderly]", """[priority.appointment]
names = { zh = "预约", en = "Booked" }
[priority.elderly]"""),
    ("[sessions.day]", """[rules]
lost_ticket_lookup = true
person_tickets_a_day = 3
agent_tickets_a_day = 2
recall_most = 2
pause_reason_default = "无人说明"
appointment_slot_capacity = 6
appointment_cancel_hours = 0.5
appointment_no_shows = 1
[sessions.day]"""),
)  # fmt: skip


def _with_desk(text: str) -> str:
    for place, there in _WITH_DESK:
        assert place in text
        text = text.replace(place, there)
    return text


@cache
def hall_of(name: str) -> Hall:
    """``one``, ``small`` or ``large``."""
    small = _with_desk(SMALL)
    if name == "one":
        # Of a series that one kiosk has whole nothing is given from afar: it would lose its part.
        return parse_hall(with_one_kiosk(small) + _AFAR.format(services='["named"]'))
    small += _AFAR.format(services='["pension", "card", "named"]')
    strict = small.replace("[rules]", "[rules]" + _IMPATIENT)
    if name == "small":
        return parse_hall(strict + _SIGN)
    strict = strict.replace("[rules]", "[rules]\nclerks_log_in = true")
    short = strict.replace('letter = "A"', 'letter = "A"\nlast = 260\nkiosk_part = 40')
    return parse_hall(short + _LARGER)
