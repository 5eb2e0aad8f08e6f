"""Opening hours as people read them, and when a hall that is shut opens again."""

import msgspec


class NextOpening(msgspec.Struct, frozen=True):
    """The next time the hall opens on a later day: ISO date and local clock time, such as ``09:00``."""

    day: str
    opens: str


def hours_spans(hours: str) -> tuple[str, ...]:
    """``09:00-12:00 12:00-14:00 15:00-17:00`` -> ``09:00–14:00``, ``15:00–17:00``.

    Sessions that follow each other without a gap are one to a visitor.
    """
    spans: list[tuple[str, str]] = []
    for part in hours.split():
        opens, _, closes = part.partition("-")
        if spans and spans[-1][1] == opens:
            opens = spans.pop()[0]
        spans.append((opens, closes))
    return tuple(f"{opens}–{closes}" for opens, closes in spans)
