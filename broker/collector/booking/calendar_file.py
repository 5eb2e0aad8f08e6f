"""An appointment as a file for the calendar of a telephone (RFC 5545). Pure."""

from datetime import UTC, datetime

from broker.collector.booking.booked import Booked
from broker.model.hall import Hall
from broker.model.slots import slot_ms

LINE_BYTES = 73
HOURS_BEFORE = 2


def calendar_file(hall: Hall, booked: Booked, now_ms: int, link: str) -> str:
    """One event with a reminder two hours before; both languages, and where it is."""
    service = hall.services.get(booked.service)
    names = hall.hall.names
    title = f"{names.zh} · {service.names.zh if service else booked.service}"
    address = hall.hall.address.zh if hall.hall.address else names.zh
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//jiaohao//appointment//ZH",
        "BEGIN:VEVENT",
        f"UID:{booked.appointment}@{hall.hall.id}",
        f"DTSTAMP:{_utc(now_ms)}",
        f"DTSTART:{_utc(booked.time_ms)}",
        f"DTEND:{_utc(booked.time_ms + slot_ms(hall))}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(address)}",
        f"DESCRIPTION:{_text(f'预约码 Code {booked.code}')}",
        *([f"URL:{link}"] if link.startswith("http") else []),
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        f"TRIGGER:-PT{HOURS_BEFORE}H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _utc(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _folded(line: str) -> list[str]:
    """No line is longer than 75 bytes; the rest goes on behind a blank."""
    rows, row = [], ""
    for sign in line:
        if len((row + sign).encode()) > LINE_BYTES:
            rows.append(row)
            row = " "
        row += sign
    return [*rows, row]
