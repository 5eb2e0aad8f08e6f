"""Cross-checks of a hall: references, names, times, number ranges and texts that must fit together.

Each check is a line of ``CHECKS`` with the tables it reads; it is left out while one of them is out of shape. The
hardware addresses and what people read have files of their own, ``hall_address_checks`` and ``hall_screen_checks``.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from broker.model.days import may_share_a_date
from broker.model.hall import Hall
from broker.model.hall_address_checks import ADDRESS_CHECKS
from broker.model.hall_calling_checks import CALLING_CHECKS
from broker.model.hall_key_checks import KEY_CHECKS, has_faces
from broker.model.hall_machine_checks import MACHINE_CHECKS
from broker.model.hall_mistakes import Mistake, complain, did_you_mean, listed, twice
from broker.model.hall_network_checks import NETWORK_CHECKS
from broker.model.hall_notify_checks import NOTIFY_CHECKS
from broker.model.hall_outlet_checks import OUTLET_CHECKS
from broker.model.hall_outward_checks import OUTWARD_CHECKS
from broker.model.hall_screen_checks import SCREEN_CHECKS
from broker.model.hall_sentences import TABLE_WORDS
from broker.model.hall_strip_checks import STRIP_CHECKS
from broker.model.numbers import ENGINE, kiosks_on, offered_by, ranges_of
from broker.model.promised_times import PROMISED_TIMES
from broker.model.ratings import PAPER_FORM, PHONE, SIGN_CODE
from broker.model.sheet_items import ITEMS, OWN_ITEMS_MOST
from broker.model.speech import template_fault
from broker.model.work_cards import salt_of

RESERVED_NAMES = ("collector", "server", "virtual", PAPER_FORM, PHONE, SIGN_CODE)
"""No device may have them: the last three are what the journal calls ways to rate that are no device of the hall."""

Check = Callable[[Hall], Iterator[Mistake]]
CheckRow = tuple[Check, str]
"""A check and the names of the tables it reads, with spaces between them."""


def check_hall(hall: Hall, broken: Collection[str] = (), rows: Iterable[CheckRow] | None = None) -> list[Mistake]:
    """All mistakes that only show when the tables are read together; tables named in ``broken`` are not read."""
    return [
        mistake
        for check, tables in (CHECKS if rows is None else rows)
        if not set(tables.split()) & set(broken)
        for mistake in check(hall)
    ]


def _unknown(path: str, names: Iterable[str | None], hall: Hall, table: str) -> Iterator[Mistake]:
    known: dict[str, Any] = getattr(hall, table)
    for name in names:
        if name is not None and name not in known:
            hint, what = did_you_mean(name, known), TABLE_WORDS[table]
            yield complain(path, "unknown_reference", what=what, name=name, hint=hint, known=listed(known))


# -- references: one check a pair of tables, so that a broken table silences no more than it must -----------------


def _service_series(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        yield from _unknown(f"services.{key}.series", [service.series], hall, "series")


def _promised_once(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        known = PROMISED_TIMES[service.promised_as] if service.promised_as else None
        if known and (
            service.promised_days not in (None, known.days) or service.promised_unit not in ("workday", known.unit)
        ):
            name = service.promised_as
            yield complain(f"services.{key}.promised_as", "promised_otherwise", name=name, said=known.said)


def _service_category(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        yield from _unknown(f"services.{key}.category", [service.category], hall, "categories")
    used = {service.category for service in hall.services.values()}
    for key in hall.categories:
        if key not in used and used <= set(hall.categories):  # a misspelt one may be the use of this one
            yield complain(f"categories.{key}", "category_unused")


def _service_sessions(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        yield from _unknown(f"services.{key}.sessions", service.sessions, hall, "sessions")


def _counter_services(hall: Hall) -> Iterator[Mistake]:
    for key, counter in hall.counters.items():
        yield from _unknown(f"counters.{key}.services", counter.services, hall, "services")


def _counter_sessions(hall: Hall) -> Iterator[Mistake]:
    for key, counter in hall.counters.items():
        yield from _unknown(f"counters.{key}.sessions", counter.sessions, hall, "sessions")


def _counter_clerk(hall: Hall) -> Iterator[Mistake]:
    for key, counter in hall.counters.items():
        yield from _unknown(f"counters.{key}.clerk", [counter.clerk], hall, "clerks")


def _kiosk_services(hall: Hall) -> Iterator[Mistake]:
    for key, kiosk in hall.kiosks.items():
        yield from _unknown(f"kiosks.{key}.services", kiosk.services, hall, "services")
        offered = offered_by(hall, key)
        if not offered and all(name in hall.services for name in kiosk.services):
            yield complain(f"kiosks.{key}.services", "kiosk_offers_nothing")
        for name, button in kiosk.buttons.items():
            path = f"kiosks.{key}.buttons.{name}.service"
            yield from _unknown(path, [button.service], hall, "services")
            if button.action == "issue" and button.service is None:
                yield complain(path, "button_without_service")
            elif button.action == "issue" and button.service in hall.services and button.service not in offered:
                yield complain(path, "button_service_not_offered", service=button.service)


def _device_counters(hall: Hall) -> Iterator[Mistake]:
    for key, display in hall.displays.items():
        yield from _unknown(f"displays.{key}.counters", display.counters, hall, "counters")
    for table in ("signs", "consoles", "keypads", "strips"):
        for key, device in getattr(hall, table).items():
            yield from _unknown(f"{table}.{key}.counter", [device.counter], hall, "counters")
    for key, strip in hall.strips.items():
        yield from _unknown(f"strips.{key}.also", strip.also, hall, "counters")


def _device_callers(hall: Hall) -> Iterator[Mistake]:
    for table in ("consoles", "keypads", "strips"):
        for key, device in getattr(hall, table).items():
            yield from _unknown(f"{table}.{key}.caller", [device.caller], hall, "callers")


def _device_names(hall: Hall) -> Iterator[Mistake]:
    """Device names are topic levels, client ids and names in the journal, so one name is one device."""
    seen: dict[str, str] = {name: name for name in RESERVED_NAMES}
    for table in ("kiosks", "displays", "signs", "callers", "consoles", "keypads", "strips"):
        for name in getattr(hall, table):
            if name in seen:
                yield complain(f"{table}.{name}", "device_name_taken", other=seen[name])
            seen.setdefault(name, f"{table}.{name}")


def _one_at_least(table: str) -> Check:
    def check(hall: Hall) -> Iterator[Mistake]:
        if not getattr(hall, table):
            yield complain(table, "table_empty", what=TABLE_WORDS[table])

    return check


# -- times ----------------------------------------------------------------------------------------------------


def _sessions(hall: Hall) -> Iterator[Mistake]:
    for key, session in hall.sessions.items():
        opens, closes, last = session.opens, session.closes, session.last_ticket
        if opens >= closes:
            yield complain(f"sessions.{key}.closes", "closes_before_opens", opens=opens)
        elif last is not None and not opens < last <= closes:
            yield complain(f"sessions.{key}.last_ticket", "last_ticket_outside", opens=opens, closes=closes)
        if not session.days:
            yield complain(f"sessions.{key}.days", "days_empty")
        yield from twice(f"sessions.{key}.days", session.days)
    for (first, one), (second, two) in itertools.combinations(hall.sessions.items(), 2):
        if one.opens < two.closes and two.opens < one.closes and may_share_a_date(one.days, two.days):
            yield complain(f"sessions.{second}", "sessions_overlap", other=first)


def _served_in_sessions(hall: Hall) -> Iterator[Mistake]:
    """A session that a service names must have a counter for it; one that names none takes what counters there are."""
    for key, service in hall.services.items():
        serving = [counter for counter in hall.counters.values() if key in counter.services]
        for session in service.sessions if serving else ():
            if session in hall.sessions and not any(session in (c.sessions or service.sessions) for c in serving):
                yield complain(f"services.{key}.sessions", "session_unserved", session=session)


def _calendar(hall: Hall) -> Iterator[Mistake]:
    for name in ("holidays", "workdays"):
        days: tuple[str, ...] = getattr(hall.calendar, name)
        yield from twice(f"calendar.{name}", days)
        for day in days:
            try:
                dt.date.fromisoformat(day)
            except ValueError:
                yield complain(f"calendar.{name}", "no_such_date", day=day)
    for day in sorted(set(hall.calendar.holidays) & set(hall.calendar.workdays)):
        yield complain("calendar.workdays", "date_in_both", day=day)


# -- numbers and counters -------------------------------------------------------------------------------------


def _series(hall: Hall) -> Iterator[Mistake]:
    letters: dict[str, str] = {}
    for key, series in hall.series.items():
        other = letters.setdefault(series.letter, key)
        if other != key:
            yield complain(f"series.{key}.letter", "letter_taken", letter=series.letter, other=other)
        if series.first >= series.last:
            yield complain(f"series.{key}.last", "last_not_above_first", first=series.first)
        elif series.last >= 10**series.digits:
            yield complain(f"series.{key}.last", "too_many_digits", last=series.last, digits=series.digits)


def _ranges(hall: Hall) -> Iterator[Mistake]:
    if any(service.series not in hall.series for service in hall.services.values()):
        return
    for key, series in hall.series.items():
        ranges = ranges_of(hall, key)
        if series.first < series.last and ENGINE in ranges and not len(ranges[ENGINE]):
            count, path = len(kiosks_on(hall, key)), f"series.{key}.kiosk_part"
            yield complain(path, "no_number_for_engine", count=count, part=series.kiosk_part)


def _quotas(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        series = hall.series.get(service.series)
        count = 0 if series is None else series.last - series.first + 1
        if service.quota is not None and 0 < count < service.quota:
            path = f"services.{key}.quota"
            yield complain(path, "quota_above_range", quota=service.quota, count=count, series=service.series)


def _counters(hall: Hall) -> Iterator[Mistake]:
    names: dict[str, str] = {}
    clerks: dict[str, str] = {}
    for key, counter in hall.counters.items():
        other = names.setdefault(counter.name, key)
        if other != key:
            yield complain(f"counters.{key}.name", "counter_name_taken", name=counter.name, other=other)
        other = clerks.setdefault(counter.clerk, key) if counter.clerk else key
        if other != key:
            yield complain(f"counters.{key}.clerk", "clerk_elsewhere", clerk=counter.clerk, other=other)
        if not counter.services:
            yield complain(f"counters.{key}.services", "counter_without_services")


def _served(hall: Hall) -> Iterator[Mistake]:
    served = {name for counter in hall.counters.values() for name in counter.services}
    for key, service in hall.services.items():
        if key not in served and not service.hidden and served <= set(hall.services):
            yield complain(f"services.{key}", "service_unserved")


def _clerks(hall: Hall) -> Iterator[Mistake]:
    numbers: dict[str, str] = {}
    for key, clerk in hall.clerks.items():
        yield from _unknown(f"clerks.{key}.substitute", [clerk.substitute], hall, "clerks")
        if clerk.substitute == key:
            yield complain(f"clerks.{key}.substitute", "own_substitute")
        other = numbers.setdefault(clerk.staff_number, key)
        if other != key:
            number = clerk.staff_number
            yield complain(f"clerks.{key}.staff_number", "staff_number_taken", number=number, other=other)


def _work_cards(hall: Hall) -> Iterator[Mistake]:
    """One salt, or a laid card would cost a computation for each clerk; and a card says who somebody is."""
    cards = {key: clerk.card for key, clerk in hall.clerks.items() if clerk.card}
    first, seen = next(iter(cards), ""), dict[str, str]()
    for key, card in cards.items():
        if salt_of(card) != salt_of(cards[first]):
            yield complain(f"clerks.{key}.card", "card_salt", other=first)
        elif (other := seen.setdefault(card, key)) != key:
            yield complain(f"clerks.{key}.card", "card_taken", other=other)


def _sheet_items(hall: Hall) -> Iterator[Mistake]:
    """A hall adds items; what a shipped one means is not for it to change."""
    if len(hall.sheet_items) > OWN_ITEMS_MOST:
        yield complain("sheet_items", "sheet_items_many", most=OWN_ITEMS_MOST)
    for key in hall.sheet_items:
        if any(key.replace("-", "_") in items for items in ITEMS.values()):
            yield complain(f"sheet_items.{key}", "sheet_item_shipped")


def _keypads(hall: Hall) -> Iterator[Mistake]:
    at: dict[str, str] = {}
    for key, keypad in hall.keypads.items():
        other = at.setdefault(keypad.counter, key)
        if other != key:
            yield complain(f"keypads.{key}.counter", "keypad_second", other=other)
        levels = list(keypad.levels.values())
        if not levels and not has_faces(keypad.address):
            yield complain(f"keypads.{key}.levels", "keypad_without_levels")
        for level in sorted({level for level in levels if levels.count(level) > 1}):
            yield complain(f"keypads.{key}.levels", "level_twice", level=level)


# -- speech and network ---------------------------------------------------------------------------------------


def _speech(hall: Hall) -> Iterator[Mistake]:
    if not hall.speech.languages:
        yield complain("speech.languages", "languages_empty")
    yield from twice("speech.languages", hall.speech.languages)
    yield from twice("speech.model_languages", hall.speech.model_languages)
    for name in ("template_zh", "template_en", "template_yue"):
        fault = template_fault(getattr(hall.speech, name))
        if fault is not None:
            yield complain(f"speech.{name}", fault)
    if hall.speech.engine != "espeak" and not hall.speech.model.startswith("/"):
        yield complain("speech.model", "model_missing", engine=hall.speech.engine)


def _speech_hours(hall: Hall) -> Iterator[Mistake]:
    """Those that begin and end at the same time never come."""
    rows = {"speech": hall.speech.hours, **{f"speech.zones.{key}": z.hours for key, z in hall.speech.zones.items()}}
    for path, hours in rows.items():
        for index, part in enumerate(hours):
            if part.from_time == part.until_time:
                yield complain(f"{path}.hours[{index}].until_time", "hours_empty")


def _zones(hall: Hall) -> Iterator[Mistake]:
    """One that nobody is in is a slip of the pen."""
    places = {counter.zone for counter in hall.counters.values()} | {kiosk.zone for kiosk in hall.kiosks.values()}
    for path, zones in (("speech.zones", hall.speech.zones), ("zones", hall.zones)):
        for key in zones:
            if key not in places:
                yield complain(f"{path}.{key}", "zone_unknown", hint=did_you_mean(key, places))


def _paused_texts(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        if service.paused_en and not service.paused:
            yield complain(f"services.{key}.paused_en", "english_alone", key="paused")


def _real_names(hall: Hall) -> Iterator[Mistake]:
    """A kiosk that cannot read a card could only refuse."""
    for key, kiosk in hall.kiosks.items():
        for service in offered_by(hall, key) if kiosk.reader == "none" else ():
            if hall.services[service].real_name:
                yield complain(f"kiosks.{key}.reader", "real_name_without_reader", service=service)


CHECKS: tuple[CheckRow, ...] = (
    *((_one_at_least(table), table) for table in ("sessions", "categories", "series", "services", "counters")),
    (_service_series, "services series"),
    (_service_category, "services categories"),
    (_promised_once, "services"),
    (_service_sessions, "services sessions"),
    (_counter_services, "counters services"),
    (_counter_sessions, "counters sessions"),
    (_counter_clerk, "counters clerks"),
    (_kiosk_services, "kiosks services"),
    (_device_counters, "displays signs consoles keypads strips counters"),
    (_device_callers, "consoles keypads strips callers"),
    (_device_names, "kiosks displays signs callers consoles keypads strips"),
    (_sessions, "sessions"),
    (_served_in_sessions, "services counters sessions"),
    (_calendar, "calendar"),
    (_series, "series"),
    (_ranges, "series services kiosks remote"),
    (_quotas, "services series"),
    (_counters, "counters"),
    (_served, "counters services"),
    (_clerks, "clerks"),
    (_work_cards, "clerks"),
    (_sheet_items, "sheet_items"),
    (_keypads, "keypads"),
    (_paused_texts, "services"),
    (_real_names, "kiosks services"),
    (_speech, "speech"),
    (_speech_hours, "speech"),
    (_zones, "speech zones counters kiosks"),
    *CALLING_CHECKS,
    *NETWORK_CHECKS,
    *ADDRESS_CHECKS,
    *KEY_CHECKS,
    *OUTLET_CHECKS,
    *OUTWARD_CHECKS,
    *SCREEN_CHECKS,
    *STRIP_CHECKS,
    *NOTIFY_CHECKS,
    *MACHINE_CHECKS,
)
"""Each check with the tables it reads."""
