"""The hall file on disk -> ``Hall``. What is wrong with the file itself is said like any other mistake in it.

Here the addresses of screens, loudspeakers, serial lines, keys and lamps also pass the parsers of their own drivers, so
that a mistake in one shows when the file is checked and not when the device starts.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.model.address import BadAddress
from broker.model.hall import Hall
from broker.model.hall_address_checks import (
    ADDRESS_TABLES,
    CONSOLE_KEYS,
    CONSOLE_LAMPS,
    PADS,
    SCREENS,
    SPEAKERS,
    address_rows,
)
from broker.model.hall_file import HALL_LIMIT_BYTES, parse_hall
from broker.model.hall_mistakes import HallFileError, Mistake, complain
from broker.model.words import Names
from broker.runtime.canvas.address import parse_screen_address
from broker.runtime.key_address import parse_key_address, parse_lamp_address
from broker.runtime.serial_address import SerialAddress
from broker.runtime.speaker_address import parse_speaker_address

PIN = tuple(f"{scheme}://" for scheme in PADS)


def load_hall(path: Path | str) -> Hall:
    """The hall of a UTF-8 file, with a time zone that this machine knows; HallFileError with all mistakes otherwise."""
    file = Path(path)
    name = file.name or str(path)
    return parse_hall(_text(_bytes(file, name), name), name, is_time_zone, DRIVER_CHECKS)


def is_time_zone(name: str) -> bool:
    """Whether this machine has the data of an IANA time zone."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        # ValueError: a path such as ../x; OSError: a folder such as Asia, or a name too long for a file
        return False
    return True


def _bytes(file: Path, name: str) -> bytes:
    try:
        status = file.stat()
        is_file, size = stat.S_ISREG(status.st_mode), status.st_size
        content = file.read_bytes() if is_file and size <= HALL_LIMIT_BYTES else b""
    except FileNotFoundError:
        mistake = complain(name, "file_missing")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        mistake = complain(name, "file_unreadable", why=getattr(error, "strerror", None) or str(error))
    else:
        if is_file and size <= HALL_LIMIT_BYTES:
            return content
        large = complain(name, "file_too_large", size=size, limit=HALL_LIMIT_BYTES)
        mistake = large if is_file else complain(name, "file_is_none")
    raise HallFileError([mistake], name)


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise HallFileError([complain(name, "file_not_utf8", line=line)], name) from None


def _driver_addresses(hall: Hall) -> Iterator[Mistake]:
    for path, _, text, schemes in address_rows(hall):
        try:
            _driver_reads(path, text, schemes)
        except BadAddress as error:
            yield complain(path, "address_unreadable", why=Names(error.zh, str(error)))


def _driver_reads(path: str, text: str, schemes: tuple[str, ...]) -> None:
    if schemes == SCREENS:
        parse_screen_address(text)
    elif schemes == SPEAKERS:
        parse_speaker_address(text)
    elif schemes in (PADS, CONSOLE_KEYS, CONSOLE_LAMPS) and text.startswith(PIN):
        is_lamp = path.endswith(".lamp") or path.split(".")[-2] == "lamps"
        (parse_lamp_address if is_lamp else parse_key_address)(text)
    elif text.startswith("serial:"):
        SerialAddress.parse(text)


DRIVER_CHECKS = ((_driver_addresses, ADDRESS_TABLES),)
"""Cross-checks that need the drivers' own parsers, each with the tables it reads."""
