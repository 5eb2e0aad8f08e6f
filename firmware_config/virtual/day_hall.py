"""A hall for a recorded day: its servers become counters, its services services, so that it can be played. Pure.

Counters have 16-key terminals, which show three digits; a day with more tickets of one service than three digits can
number gets four digits and button pads instead.
"""

from string import ascii_uppercase

from broker.model.words import Level
from firmware_config.virtual.day import Day, Shift, Visitor
from firmware_config.virtual.day_file import Recorded

LETTERS = [letter for letter in ascii_uppercase if letter not in "IO"]
COUNTERS_MOST = 64
KIOSKS = 3
EARLY_S, LATE_S = 1800, 7200
UNITS_A_LINE = 16
THREE_DIGITS_MOST = 600
PADS_A_CALLER = 5
PAD_KEYS = ("call", "start", "finish", "no_show", "pause")
FIRST_PIN = 2
LEVELS = ", ".join(f'"{key}" = "{level}"' for key, level in enumerate(Level))


class DayTooLarge(ValueError):
    """The recorded day does not fit a hall."""


def hall_text(recorded: Recorded, mean_minutes: dict[str, float]) -> str:
    """A hall file for the day; DayTooLarge when it has more counters or services than a hall can have."""
    if len(recorded.servers) > COUNTERS_MOST:
        raise DayTooLarge(f"{len(recorded.servers)} servers, a hall has at most {COUNTERS_MOST} counters")
    if len(recorded.services) > len(LETTERS):
        raise DayTooLarge(f"{len(recorded.services)} services, at most {len(LETTERS)} have a letter of their own")
    return "\n".join([*_place(recorded), *_services(recorded, mean_minutes), *_counters(recorded), *_devices(recorded)])


def renamed(day: Day, recorded: Recorded) -> Day:
    """The day with the hall's own keys for services and counters."""
    services, counters = service_keys(recorded), counter_keys(recorded)
    visitors = tuple(
        Visitor(v.name, v.comes_ms, services[v.service], v.service_ms, v.priority, v.patience_ms, v.level)
        for v in day.visitors
    )
    shifts = tuple(Shift(s.at_ms, counters[s.counter], s.action, s.reason_digit) for s in day.shifts)
    return Day(visitors, shifts, day.length_ms)


def service_keys(recorded: Recorded) -> dict[str, str]:
    """Name in the file -> key in the hall."""
    return {name: f"service-{index + 1}" for index, name in enumerate(recorded.services)}


def counter_keys(recorded: Recorded) -> dict[str, str]:
    """Name in the file -> key in the hall."""
    return {name: f"counter-{index + 1}" for index, name in enumerate(sorted(recorded.servers))}


def _place(recorded: Recorded) -> list[str]:
    opens_s = max(0, int(recorded.first_s) - EARLY_S)
    closes_s = min(86_340, int(recorded.last_s) + LATE_S)
    days = '["workday", "saturday", "sunday", "holiday"]'
    return [
        '[hall]\nid = "replay"\nnames = { zh = "回放大厅", en = "Replay Hall" }\ntime_zone = "Asia/Shanghai"',
        f'[sessions.day]\nnames = {{ zh = "全天", en = "All day" }}\ndays = {days}',
        f'opens = "{_clock(opens_s)}"\ncloses = "{_clock(closes_s)}"',
        '[categories.all]\nnames = { zh = "业务", en = "Services" }',
        '[priority.elderly]\nnames = { zh = "老年人", en = "Elderly" }\nfactor = 0.3',
        '[priority.appointment]\nnames = { zh = "预约", en = "Appointment" }\nfactor = 0.1',
    ]


def _services(recorded: Recorded, mean_minutes: dict[str, float]) -> list[str]:
    lines = []
    for index, (name, key) in enumerate(service_keys(recorded).items()):
        letter = LETTERS[index]
        numbers = "last = 9999\ndigits = 4\nkiosk_part = 2000" if _is_large(recorded) else "kiosk_part = 100"
        lines += [
            f'[series.{letter.lower()}]\nletter = "{letter}"\n{numbers}',
            f'[services.{key}]\nnames = {{ zh = "业务 {letter}", en = "Service {_plain(name)}" }}',
            f'series = "{letter.lower()}"\ncategory = "all"\nmean_minutes = {mean_minutes.get(name, 4.0):.2f}',
        ]
    return lines


def _counters(recorded: Recorded) -> list[str]:
    services = service_keys(recorded)
    served = {name for names in recorded.servers.values() for name in names}
    orphans = [name for name in recorded.services if name not in served]
    lines = []
    for index, (name, key) in enumerate(counter_keys(recorded).items()):
        names = [*recorded.servers[name], *orphans] or recorded.services
        skills = ", ".join(f"{services[service]} = 1" for service in names)
        lines += [f'[counters.{key}]\nname = "{index + 1}"\nservices = {{ {skills} }}']
    return lines


def _devices(recorded: Recorded) -> list[str]:
    lines = []
    for index in range(KIOSKS):
        names = f'{{ zh = "{index + 1} 号取号机", en = "Kiosk {index + 1}" }}'
        lines.append(f'[kiosks.kiosk-{index + 1}]\nnames = {names}\nscreen = "virtual://screen?size=1080x1920"')
        lines.append('printer = "virtual://printer?width=80&baud=115200"')
    lines.append(
        '[displays.board-1]\nnames = { zh = "大屏", en = "Board" }\nscreen = "virtual://screen?size=1920x1080"'
    )
    lines.append('speaker = "none"')
    per_caller = PADS_A_CALLER if _is_large(recorded) else UNITS_A_LINE
    for index in range((len(recorded.servers) + per_caller - 1) // per_caller):
        names = f'{{ zh = "柜台 {index + 1}", en = "Desks {index + 1}" }}'
        lines.append(f'[callers.desks-{index + 1}]\nnames = {names}\nlines.a = "virtual://rs485"')
    for index, key in enumerate(counter_keys(recorded).values()):
        place = index % per_caller
        where = f'counter = "{key}"\ncaller = "desks-{index // per_caller + 1}"'
        unit = f"p1://a/{place + 1}"
        console = _pad(place) if _is_large(recorded) else f'address = "{unit}"'
        lines.append(f"[consoles.console-{index + 1}]\n{where}\n{console}")
        lines.append(f'[keypads.keypad-{index + 1}]\n{where}\naddress = "{unit}"\nlevels = {{ {LEVELS} }}')
    return lines


def _pad(place: int) -> str:
    """A button pad on pins of its own: header pins GPIO 2 to 27 hold five pads of five keys."""
    pins = {name: FIRST_PIN + place * len(PAD_KEYS) + offset for offset, name in enumerate(PAD_KEYS)}
    keys = ", ".join(f'{name} = "virtual://pad/{pin}"' for name, pin in pins.items())
    return f'address = "virtual://pad"\nkeys = {{ {keys} }}'


def _is_large(recorded: Recorded) -> bool:
    return max(recorded.taken().values()) > THREE_DIGITS_MOST


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _plain(name: str) -> str:
    """A service's name in a file may be anything; in the hall file it is letters, digits and spaces."""
    return "".join(character for character in name if character.isalnum() or character == " ")[:40] or "unnamed"
