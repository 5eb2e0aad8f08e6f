"""What was foretold to whom took a ticket, as the journal keeps it: what the hall learns from once the wait ends.

Labels (service and class) are not in it: they are those of the ticket, by name.
"""

import msgspec


class Foretold(msgspec.Struct, frozen=True, array_like=True):
    """A forecast made when a ticket was given; times are seconds, but for ``told_min``.

    ``log_s``: the middle, as a logarithm; ``numbers``: the predictors that it was mixed of, likewise. ``ahead`` people
    were to go first, a person whom other counters may serve as well counted by share; ``ahead_alike`` of them for the
    same service. ``outer_s`` is the range by which predictors are compared, ``shown_s`` that which people are shown,
    and ``told_min`` the same as it was said: whole minutes, rounded outwards; None where nobody was told, because the
    paper had been given long before.
    """

    log_s: float
    numbers: tuple[float, ...]
    ahead: float
    ahead_alike: int
    outer_s: tuple[float, float]
    shown_s: tuple[float, float]
    told_min: tuple[int, int] | None


class Again(msgspec.Struct, frozen=True, array_like=True):
    """What was shown at that moment to one who waited already (``ticket``): seconds, and the whole minutes said."""

    ticket: str
    shown_s: tuple[float, float]
    said_min: tuple[int, int]
