"""Cross-checks of the hardware addresses: schemes, serial options, pins and bus units that are used once."""

from collections.abc import Callable, Iterator

from broker.model.address import BadAddress, DeviceAddress, line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_devices import Console
from broker.model.hall_makes import may_be_make, on_line
from broker.model.hall_mistakes import Mistake, complain, did_you_mean
from broker.model.words import Names

SCREENS = ("window", "virtual")
PRINTERS = ("serial", "virtual")
SPEAKERS = ("alsa", "pulse", "virtual", "none")
VOICE_MODULES = ("serial", "virtual", "none")
LINES = ("serial", "virtual")
READERS = ("sdt", "pcsc", "virtual", "none")
SCANNERS = ("serial", "virtual", "none")
CARD_READERS = ("serial", "evdev", "virtual", "none")
BUS_MAKES = ("p1", "modbus")
"""Named where a wrong address is complained of; others may exist, see ``hall_makes``."""
PADS = ("gpio", "virtual")
USB = ("evdev",)
WINDOWS = ("window",)
CONSOLE_KEYS = (*PADS, "key", "hold", "chord")
CONSOLE_LAMPS = (*PADS, "lamp")
PADS_OR_NONE = (*PADS, "none")
SERIAL_LINES = ("serial", "sdt")
"""Schemes whose path is a serial line of the node."""
GUIDANCE_CONTACTS = ("plug", "next", "previous", "choose", "repeat", "louder")
SERIAL_OPTIONS = ("baud", "flow", "parity", "bits", "stop")
HIGHEST_PIN = 27
TERMINAL_DIGITS = 3
ADDRESS_TABLES = "kiosks displays signs callers consoles keypads"
"""The tables that hold addresses."""

Row = tuple[str, str, str, tuple[str, ...]]
"""(path, the node whose hardware it is, address, allowed schemes)"""


def address_rows(hall: Hall) -> Iterator[Row]:
    """Every address of the hall; a node is a device with a computer of its own: kiosk, display, sign or caller."""
    for key, kiosk in hall.kiosks.items():
        yield f"kiosks.{key}.screen", key, kiosk.screen, SCREENS
        yield f"kiosks.{key}.printer", key, kiosk.printer, PRINTERS
        yield f"kiosks.{key}.reader", key, kiosk.reader, READERS
        yield f"kiosks.{key}.scanner", key, kiosk.scanner, SCANNERS
        for name, button in kiosk.buttons.items():
            yield f"kiosks.{key}.buttons.{name}.address", key, button.address, PADS
            if button.lamp is not None:
                yield f"kiosks.{key}.buttons.{name}.lamp", key, button.lamp, PADS
        yield f"kiosks.{key}.guidance.output", key, kiosk.guidance.output, SPEAKERS
        for name in GUIDANCE_CONTACTS:
            yield f"kiosks.{key}.guidance.{name}", key, getattr(kiosk.guidance, name), PADS_OR_NONE
    for key, display in hall.displays.items():
        yield f"displays.{key}.screen", key, display.screen, SCREENS
        yield f"displays.{key}.speaker", key, display.speaker, SPEAKERS
        yield f"displays.{key}.voice_module", key, display.voice_module, VOICE_MODULES
    for key, sign in hall.signs.items():
        yield f"signs.{key}.screen", key, sign.screen, SCREENS
    for key, caller in hall.callers.items():
        for name, text in caller.lines.items():
            yield f"callers.{key}.lines.{name}", key, text, LINES
        yield f"callers.{key}.speaker", key, caller.speaker, SPEAKERS
    yield from _console_rows(hall)


def _console_rows(hall: Hall) -> Iterator[Row]:
    for table in ("consoles", "keypads"):
        for key, device in getattr(hall, table).items():
            touched = WINDOWS if table == "keypads" else ()
            yield f"{table}.{key}.address", device.caller, device.address, BUS_MAKES + PADS + USB + touched
    for key, console in hall.consoles.items():
        yield f"consoles.{key}.cards", console.caller, console.cards, CARD_READERS
        for group, schemes in (("keys", CONSOLE_KEYS), ("lamps", CONSOLE_LAMPS)):
            for name, text in getattr(console, group).items():
                yield f"consoles.{key}.{group}.{name}", console.caller, text, schemes


def _addresses(hall: Hall) -> Iterator[Mistake]:
    """Scheme and options; a serial line and a pin belong to one thing of a node."""
    lines: dict[tuple[str, str], str] = {}
    pins: dict[tuple[str, str, str], str] = {}
    for path, node, text, schemes in address_rows(hall):
        try:
            address = parse_address(text)
        except BadAddress as error:
            yield complain(path, "address_unreadable", why=Names(error.zh, str(error)))
            continue
        if address.scheme not in schemes and not _other_make(address, schemes):
            yield complain(path, "address_scheme", scheme=text.split("://")[0], allowed=_either(schemes))
        elif address.scheme in SERIAL_LINES or (schemes is VOICE_MODULES and not address.is_virtual and address.path):
            yield from _serial(path, address)
            other = lines.setdefault((node, address.path), path)
            if other != path:
                yield complain(path, "address_taken", address=f"{address.scheme}://{address.path}", other=other)
        elif address.scheme == "pcsc" and not (address.path.isascii() and address.path.isdecimal()):
            yield complain(path, "smartcard_number")
        elif address.scheme in USB:
            yield from _usb(path, address, node, lines)
        elif set(PADS) <= set(schemes) and address.scheme in PADS:
            yield from _pins(path, address, node, pins)


def _other_make(address: DeviceAddress, schemes: tuple[str, ...]) -> bool:
    """A make that is not named in the table: which there are is known to whoever speaks with the gear."""
    if schemes is VOICE_MODULES:
        return may_be_make(address.scheme) and address.path.startswith("/")
    return set(BUS_MAKES) <= set(schemes) and on_line(address)


def _usb(path: str, address: DeviceAddress, node: str, taken: dict[tuple[str, str], str]) -> Iterator[Mistake]:
    """A USB keypad is grabbed, so it belongs to one thing of a node."""
    if not address.path.startswith("/dev/input/") or len(address.path) < 12:
        yield complain(path, "usb_path")
    other = taken.setdefault((node, address.path), path)
    if other != path:
        yield complain(path, "address_taken", address=f"evdev://{address.path}", other=other)


def _serial(path: str, address: DeviceAddress) -> Iterator[Mistake]:
    if not address.path.startswith("/") or len(address.path) < 2:
        yield complain(path, "serial_path", scheme=address.scheme)
    for option in address.options:
        if option not in SERIAL_OPTIONS:
            yield complain(path, "address_option", option=option, allowed=", ".join(SERIAL_OPTIONS))


def _pins(path: str, address: DeviceAddress, node: str, taken: dict[tuple[str, str, str], str]) -> Iterator[Mistake]:
    """Mock pins follow the rule of real ones, so that a virtual hall proves the wiring of the real one."""
    own = address.path.partition("/")[2] if address.is_virtual else address.path
    for pin in (own, address.options.get("lamp", "")):
        if not pin:
            continue
        if not (pin.isascii() and pin.isdecimal() and len(pin) <= 2 and int(pin) <= HIGHEST_PIN):
            yield complain(path, "pin_impossible", pin=pin[:20])
            continue
        where = (node, address.scheme, str(int(pin)))
        if where in taken:
            yield complain(path, "pin_taken", pin=int(pin), other=taken[where])
        taken.setdefault(where, path)


def _either(schemes: tuple[str, ...]) -> Names:
    known = [scheme if scheme == "none" else f"{scheme}://" for scheme in schemes]
    return Names(" 或 ".join(known), " or ".join(known))


def _bus_units(hall: Hall) -> Iterator[Mistake]:
    """A console and a keypad of one counter may share a unit; two counters may not."""
    units: dict[tuple[str, str, int], tuple[str, str]] = {}
    makes: dict[tuple[str, str], tuple[str, str]] = {}
    for table in ("consoles", "keypads"):
        for key, device in getattr(hall, table).items():
            path = f"{table}.{key}.address"
            address = _bus_address(device.address)
            if address is None or device.caller not in hall.callers or device.counter not in hall.counters:
                continue
            try:
                line, unit = line_and_unit(address)
            except BadAddress as error:
                yield complain(path, "address_unreadable", why=Names(error.zh, str(error)))
                continue
            lines = hall.callers[device.caller].lines
            if line not in lines:
                yield complain(path, "line_unknown", caller=device.caller, line=line, hint=did_you_mean(line, lines))
            makes.setdefault((device.caller, line), (address.scheme, path))
            make, first = makes[device.caller, line]
            if make != address.scheme:
                yield complain(path, "line_mixed", line=line, make=make, other=first)
            counter, other = units.setdefault((device.caller, line, unit), (device.counter, path))
            shared = counter == device.counter and other.split(".")[0] != table and address.scheme != "modbus"
            if other != path and not shared:
                yield complain(path, "unit_taken", unit=unit, line=line, other=other)


def _bus_address(text: str) -> DeviceAddress | None:
    try:
        address = parse_address(text)
    except BadAddress:
        return None  # already said by _addresses
    return address if address.scheme in BUS_MAKES or on_line(address) else None


def _console_keys(hall: Hall) -> Iterator[Mistake]:
    for key, console in hall.consoles.items():
        if _bus_address(console.address) is None:
            simulated = console.address.startswith("virtual://usb-keypad")
            if not console.keys and not simulated and console.address.startswith(tuple(f"{pad}://" for pad in PADS)):
                yield complain(f"consoles.{key}.keys", "pad_without_keys")
        elif (console.keys or console.lamps) and not console.address.startswith("modbus://"):
            yield complain(f"consoles.{key}.{'keys' if console.keys else 'lamps'}", "terminal_with_keys")


def _terminal_digits(hall: Hall) -> Iterator[Mistake]:
    """What a terminal cannot show, its clerk cannot read."""
    for key, console in hall.consoles.items():
        if not console.address.startswith("p1://") or console.counter not in hall.counters:
            continue
        for series in sorted(_series_at(hall, console)):
            if series in hall.series and hall.series[series].digits > TERMINAL_DIGITS:
                digits = hall.series[series].digits
                yield complain(f"consoles.{key}.address", "terminal_digits", series=series, digits=digits)


def _series_at(hall: Hall, console: Console) -> set[str]:
    served = hall.counters[console.counter].services
    return {hall.services[name].series for name in served if name in hall.services}


def _guidance(hall: Hall) -> Iterator[Mistake]:
    """Without keys nobody could use it; a default output may be the lobby's loudspeaker."""
    for key, kiosk in hall.kiosks.items():
        path, guidance = f"kiosks.{key}.guidance", kiosk.guidance
        if guidance.output == "none":
            continue
        for name in ("next", "choose"):
            if getattr(guidance, name) == "none":
                yield complain(f"{path}.{name}", "guidance_without_key", key=name)
        if guidance.output.partition("?")[0] in ("alsa://default", "pulse://default"):
            yield complain(f"{path}.output", "guidance_in_public")


ADDRESS_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_addresses, ADDRESS_TABLES),
    (_guidance, "kiosks"),
    (_bus_units, "consoles keypads callers counters"),
    (_console_keys, "consoles"),
    (_terminal_digits, "consoles counters services series"),
)
"""Each check with the tables it reads."""
