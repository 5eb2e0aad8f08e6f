"""Cross-checks of a hall: references, names, addresses and number ranges that must fit together."""

from collections.abc import Callable, Iterable, Iterator
from string import Formatter
from typing import Any

from broker.model.address import BadAddress, DeviceAddress, line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_file import Mistake
from broker.model.numbers import ENGINE, kiosks_on, ranges_of

SCREENS = ("window", "virtual")
PRINTERS = ("serial", "virtual")
SPEAKERS = ("alsa", "pulse", "virtual", "none")
LINES = ("serial", "virtual")
BUS_MAKES = ("p1",)
PADS = ("gpio", "virtual")


def check_hall(hall: Hall) -> list[Mistake]:
    """All mistakes that only show when the tables are read together."""
    checks: tuple[Callable[[Hall], Iterator[Mistake]], ...] = (
        _references,
        _device_names,
        _sessions,
        _series,
        _counters,
        _addresses,
        _bus_units,
        _templates,
    )
    return [mistake for check in checks for mistake in check(hall)]


def _unknown(path: str, names: Iterable[str], table: dict[str, Any], what: str) -> Iterator[Mistake]:
    for name in names:
        if name not in table:
            known = ", ".join(list(table)[:12]) or "none declared"
            yield Mistake(path, f"there is no {what} '{name}' (known: {known})")


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _references(hall: Hall) -> Iterator[Mistake]:
    for key, service in hall.services.items():
        yield from _unknown(f"services.{key}.series", [service.series], hall.series, "series")
        yield from _unknown(f"services.{key}.category", [service.category], hall.categories, "category")
        yield from _unknown(f"services.{key}.sessions", service.sessions, hall.sessions, "session")
    for key, counter in hall.counters.items():
        yield from _unknown(f"counters.{key}.services", counter.services, hall.services, "service")
        yield from _unknown(f"counters.{key}.sessions", counter.sessions, hall.sessions, "session")
        yield from _unknown(f"counters.{key}.clerk", _one(counter.clerk), hall.clerks, "clerk")
    for key, clerk in hall.clerks.items():
        yield from _unknown(f"clerks.{key}.substitute", _one(clerk.substitute), hall.clerks, "clerk")
    for key, kiosk in hall.kiosks.items():
        yield from _unknown(f"kiosks.{key}.services", kiosk.services, hall.services, "service")
        for name, button in kiosk.buttons.items():
            path = f"kiosks.{key}.buttons.{name}.service"
            yield from _unknown(path, _one(button.service), hall.services, "service")
            if button.action == "issue" and button.service is None:
                yield Mistake(path, "a button that issues tickets needs a service")
    for key, display in hall.displays.items():
        yield from _unknown(f"displays.{key}.counters", display.counters, hall.counters, "counter")
    for key, sign in hall.signs.items():
        yield from _unknown(f"signs.{key}.counter", [sign.counter], hall.counters, "counter")
    for table in ("consoles", "keypads"):
        for key, device in getattr(hall, table).items():
            yield from _unknown(f"{table}.{key}.counter", [device.counter], hall.counters, "counter")
            yield from _unknown(f"{table}.{key}.caller", [device.caller], hall.callers, "caller")


def _device_names(hall: Hall) -> Iterator[Mistake]:
    """Device names are topic levels and client ids, so one name is one device."""
    seen: dict[str, str] = {"collector": "collector", "server": "server", "virtual": "virtual"}
    for table in ("kiosks", "displays", "signs", "callers", "consoles", "keypads"):
        for name in getattr(hall, table):
            path = f"{table}.{name}"
            if name in seen:
                yield Mistake(path, f"the name is already used by {seen[name]}; device names are unique in a hall")
            seen.setdefault(name, path)


def _sessions(hall: Hall) -> Iterator[Mistake]:
    for key, session in hall.sessions.items():
        if session.opens >= session.closes:
            yield Mistake(f"sessions.{key}.closes", f"must be later than opens ({session.opens})")
        if session.last_ticket and not session.opens < session.last_ticket <= session.closes:
            yield Mistake(f"sessions.{key}.last_ticket", "must lie between opens and closes")
        if not session.days:
            yield Mistake(f"sessions.{key}.days", "names no day")
    pairs = [(a, b) for a in hall.sessions for b in hall.sessions if a < b]
    for first, second in pairs:
        one, two = hall.sessions[first], hall.sessions[second]
        if set(one.days) & set(two.days) and one.opens < two.closes and two.opens < one.closes:
            yield Mistake(f"sessions.{second}", f"overlaps session '{first}' on the same day")


def _series(hall: Hall) -> Iterator[Mistake]:
    letters: dict[str, str] = {}
    for key, series in hall.series.items():
        if series.letter in letters:
            yield Mistake(
                f"series.{key}.letter", f"'{series.letter}' is already the letter of '{letters[series.letter]}'"
            )
        letters.setdefault(series.letter, key)
        if series.first >= series.last:
            yield Mistake(f"series.{key}.last", f"must be larger than first ({series.first})")
        elif series.last >= 10**series.digits:
            yield Mistake(f"series.{key}.last", f"{series.last} does not fit in {series.digits} digits")
        elif all(s.category in hall.categories and s.series in hall.series for s in hall.services.values()):
            yield from _ranges_fit(hall, key)


def _ranges_fit(hall: Hall, key: str) -> Iterator[Mistake]:
    if any(name not in hall.services for kiosk in hall.kiosks.values() for name in kiosk.services):
        return
    ranges = ranges_of(hall, key)
    if ENGINE in ranges and len(ranges[ENGINE]) < 1:
        count = len(kiosks_on(hall, key))
        yield Mistake(
            f"series.{key}.kiosk_part", f"{count} kiosk parts leave no number to the engine; make them smaller"
        )


def _counters(hall: Hall) -> Iterator[Mistake]:
    names: dict[str, str] = {}
    clerks: dict[str, str] = {}
    for key, counter in hall.counters.items():
        if counter.name in names:
            yield Mistake(f"counters.{key}.name", f"'{counter.name}' is already the name of '{names[counter.name]}'")
        names.setdefault(counter.name, key)
        if counter.clerk and counter.clerk in clerks:
            yield Mistake(f"counters.{key}.clerk", f"'{counter.clerk}' already works at '{clerks[counter.clerk]}'")
        if counter.clerk:
            clerks.setdefault(counter.clerk, key)
        if not counter.services:
            yield Mistake(f"counters.{key}.services", "names no service, so nobody could ever be called here")
    served = {name for counter in hall.counters.values() for name in counter.services}
    for key, service in hall.services.items():
        if key not in served and not service.hidden:
            yield Mistake(f"services.{key}", "no counter serves it; add it to a counter or set hidden = true")
    for table in ("signs", "consoles", "keypads"):
        at: dict[str, str] = {}
        for key, device in getattr(hall, table).items():
            if table == "keypads" and device.counter in at:
                yield Mistake(f"keypads.{key}.counter", f"counter already has the keypad '{at[device.counter]}'")
            at.setdefault(device.counter, key)


def _address_rows(hall: Hall) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(path, text, allowed schemes) of every address."""
    for key, kiosk in hall.kiosks.items():
        yield f"kiosks.{key}.screen", kiosk.screen, SCREENS
        yield f"kiosks.{key}.printer", kiosk.printer, PRINTERS
        for name, button in kiosk.buttons.items():
            yield f"kiosks.{key}.buttons.{name}.address", button.address, PADS
            if button.lamp:
                yield f"kiosks.{key}.buttons.{name}.lamp", button.lamp, PADS
    for key, display in hall.displays.items():
        yield f"displays.{key}.screen", display.screen, SCREENS
        yield f"displays.{key}.speaker", display.speaker, SPEAKERS
    for key, sign in hall.signs.items():
        yield f"signs.{key}.screen", sign.screen, SCREENS
    for key, caller in hall.callers.items():
        for name, text in caller.lines.items():
            yield f"callers.{key}.lines.{name}", text, LINES
    for table in ("consoles", "keypads"):
        for key, device in getattr(hall, table).items():
            yield f"{table}.{key}.address", device.address, BUS_MAKES + PADS
    for key, console in hall.consoles.items():
        for group in ("keys", "lamps"):
            for name, text in getattr(console, group).items():
                yield f"consoles.{key}.{group}.{name}", text, PADS


def _addresses(hall: Hall) -> Iterator[Mistake]:
    seen: dict[tuple[str, str], str] = {}
    for path, text, schemes in _address_rows(hall):
        try:
            address = parse_address(text)
        except BadAddress as error:
            yield Mistake(path, str(error))
            continue
        if address.scheme not in schemes:
            yield Mistake(path, f"'{address.scheme}://' cannot be used here; use {' or '.join(schemes)}")
        elif address.scheme in ("serial", "gpio"):
            owner = path.split(".")[1] if address.scheme == "gpio" else ""
            used = seen.setdefault((owner, f"{address.scheme}://{address.path}"), path)
            if used != path and address.path:
                yield Mistake(path, f"{address.scheme}://{address.path} is already used by {used}")


def _bus_units(hall: Hall) -> Iterator[Mistake]:
    """A console and a keypad of one counter may share a unit; two counters may not."""
    units: dict[tuple[str, str, int], tuple[str, str]] = {}
    for table in ("consoles", "keypads"):
        for key, device in getattr(hall, table).items():
            path = f"{table}.{key}.address"
            address = _parsed(device.address)
            if address is None or address.scheme not in BUS_MAKES or device.caller not in hall.callers:
                continue
            try:
                line, unit = line_and_unit(address)
            except BadAddress as error:
                yield Mistake(path, str(error))
                continue
            if line not in hall.callers[device.caller].lines:
                yield Mistake(path, f"caller '{device.caller}' has no line '{line}'")
            counter, other = units.setdefault((device.caller, line, unit), (device.counter, path))
            if other != path and (counter != device.counter or other.split(".")[0] == table):
                yield Mistake(path, f"unit {unit} on line '{line}' is already {other}")


def _parsed(text: str) -> DeviceAddress | None:
    try:
        return parse_address(text)
    except BadAddress:
        return None


def _templates(hall: Hall) -> Iterator[Mistake]:
    for name in ("template_zh", "template_en"):
        text = getattr(hall.speech, name)
        try:
            fields = {part for _, part, _, _ in Formatter().parse(text) if part is not None}
        except ValueError as error:
            yield Mistake(f"speech.{name}", f"not a template: {error}")
            continue
        if fields != {"ticket", "counter"}:
            yield Mistake(f"speech.{name}", "must contain {ticket} and {counter}, and no other {field}")
