"""Tickets from afar, as the hall file allows them (``[remote]``). Pure."""

from typing import Annotated

import msgspec

from broker.model.hall_base import ClockTime, Declared
from broker.model.words import Slug


class Remote(Declared, frozen=True, kw_only=True):
    """远程取号: ``services`` for which a number is given on the web (none: the hall has no such numbers).

    From ``opens`` on, where that is later than the hall's own hours; ``waiting_most`` people of a service may be on
    their way at once. A series of such a service keeps a part for the engine, also where one kiosk alone is on it.
    """

    services: tuple[Slug, ...] = ()
    opens: ClockTime | None = None
    waiting_most: Annotated[int, msgspec.Meta(ge=1, le=500)] = 10
