"""Short names of what must be the same everywhere: the hall file, and how its numbers are cut. Pure.

Equal halls have equal fingerprints on every machine, whatever the comments and the order of the lines in their files.
A program of another version may know other settings, and then names the same file otherwise.
"""

import hashlib

import msgspec

from broker.model.hall import Hall
from broker.model.numbers import offered_by, ranges_of


def hall_fingerprint(hall: Hall) -> str:
    """Names all that the hall file says; 16 hexadecimal digits."""
    return _fingerprint(hall)


def numbering_fingerprint(hall: Hall, kiosk: str | None = None) -> str:
    """Names who may give which numbers, and how they are printed; the same before and after any other change.

    Of one ``kiosk``, only the series that it gives numbers of: what others have is nothing to it. A kiosk that the
    hall does not know has none.
    """
    named = set(hall.series) if kiosk is None else _series_of(hall, kiosk)
    return _fingerprint(
        [
            (key, series.letter, series.digits, [(owner, r.first, r.last) for owner, r in ranges_of(hall, key).items()])
            for key, series in sorted(hall.series.items())
            if key in named
        ]
    )


def _series_of(hall: Hall, kiosk: str) -> set[str]:
    offered = offered_by(hall, kiosk) if kiosk in hall.kiosks else ()
    return {hall.services[service].series for service in offered}


def _fingerprint(what: object) -> str:
    return hashlib.sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()[:16]
