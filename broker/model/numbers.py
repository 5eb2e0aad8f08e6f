"""Ticket numbers: how they are printed and who may hand out which.

The number space of a series is cut statically, by a pure function of the hall, so nobody ever asks for a lease:
one kiosk on the series owns it whole; with several, or where numbers are given on phones, the engine owns the low part
and each kiosk a part of its own at the top (kiosks in name order). Without a kiosk the engine owns all.
"""

import re
from dataclasses import dataclass

from broker.model.hall import Hall, Series
from broker.model.outlets import services_away

ENGINE = "engine"


@dataclass(frozen=True)
class NumberRange:
    """Whole numbers ``first``..``last``, both included."""

    first: int
    last: int

    def __contains__(self, value: int) -> bool:
        return self.first <= value <= self.last

    def __len__(self) -> int:
        return max(0, self.last - self.first + 1)


def printed(series: Series, value: int) -> str:
    """Letter and zero-padded digits, e.g. ``A042``."""
    return f"{series.letter}{value:0{series.digits}d}"


def parse_printed(hall: Hall, number: str) -> tuple[str, int] | None:
    """(series key, value) of a printed number, or None if no series of this hall prints it so."""
    match = re.fullmatch(r"([A-Z])([0-9]{2,4})", number)
    if match is None:
        return None
    for key, series in hall.series.items():
        value = int(match[2])
        if series.letter == match[1] and printed(series, value) == number and series.first <= value <= series.last:
            return key, value
    return None


def offered_by(hall: Hall, kiosk: str) -> tuple[str, ...]:
    """Services a kiosk offers, in hall order; those of an outlet only where the kiosk names them."""
    chosen = hall.kiosks[kiosk].services
    if chosen:
        return tuple(key for key in hall.services if key in chosen)
    away = services_away(hall)
    return tuple(key for key, service in hall.services.items() if not service.hidden and key not in away)


def kiosks_on(hall: Hall, series: str) -> list[str]:
    """Kiosks that offer a service of the series, in name order."""
    return sorted(k for k in hall.kiosks if any(hall.services[s].series == series for s in offered_by(hall, k)))


def given_from_afar(hall: Hall, series: str) -> bool:
    """Whether the engine gives numbers of the series to phones, so that it needs a part."""
    return any(hall.services[key].series == series for key in hall.remote.services if key in hall.services)


def ranges_of(hall: Hall, series: str) -> dict[str, NumberRange]:
    """Owner -> its range of one series; owners are kiosk names and ``ENGINE``. Ranges never overlap."""
    declared = hall.series[series]
    kiosks = kiosks_on(hall, series)
    if len(kiosks) == 1 and not given_from_afar(hall, series):
        return {kiosks[0]: NumberRange(declared.first, declared.last)}
    top = declared.last - declared.kiosk_part * len(kiosks)
    ranges = {ENGINE: NumberRange(declared.first, top)}
    for index, kiosk in enumerate(kiosks):
        first = top + 1 + index * declared.kiosk_part
        ranges[kiosk] = NumberRange(first, first + declared.kiosk_part - 1)
    return ranges


def owner_of(hall: Hall, series: str, value: int) -> str | None:
    """Who may hand this number out; None outside every range."""
    return next((owner for owner, numbers in ranges_of(hall, series).items() if value in numbers), None)
