"""Whose numbers are whose, worked out from the hall file once more and by itself.

One kiosk on a series owns it whole. With several, each has ``kiosk_part`` numbers of its own at the top, in name
order, and the engine has the rest; without any the engine has all.
"""

from broker.model.hall import Hall

ENGINE = "engine"
Span = tuple[int, int]
"""First and last number, both included."""


def spans(hall: Hall, series: str) -> dict[str, Span]:
    """Owner -> its numbers of one series."""
    declared = hall.series[series]
    kiosks = [name for name in sorted(hall.kiosks) if series in _series_at(hall, name)]
    if len(kiosks) == 1:
        return {kiosks[0]: (declared.first, declared.last)}
    found: dict[str, Span] = {}
    last = declared.last
    for name in reversed(kiosks):
        found[name] = (last - declared.kiosk_part + 1, last)
        last -= declared.kiosk_part
    found[ENGINE] = (declared.first, last)
    return found


def _series_at(hall: Hall, kiosk: str) -> set[str]:
    chosen = hall.kiosks[kiosk].services
    return {s.series for key, s in hall.services.items() if (key in chosen if chosen else not s.hidden)}


def printed(hall: Hall, series: str, value: int) -> str:
    declared = hall.series[series]
    return declared.letter + str(value).rjust(declared.digits, "0")


def owner_of(hall: Hall, number: str) -> tuple[str, str, int] | None:
    """(series, owner, value) of a printed number; None when nobody owns it."""
    for series in hall.series:
        for owner, (first, last) in spans(hall, series).items():
            value = int(number[1:])
            if first <= value <= last and printed(hall, series, value) == number:
                return series, owner, value
    return None
