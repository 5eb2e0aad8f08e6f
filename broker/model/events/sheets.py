"""Events of the day's sheet of a counter. Its figures are no events: they are counted from all the others."""

from broker.model.events.base import Event
from broker.model.sheet_items import SheetPart


class SheetFilled(Event, tag=True, kw_only=True, frozen=True):
    """What was completed by hand, whole; ``items_version`` names the shipped list. ``by``: the account."""

    day: str
    counter: str
    who: SheetPart
    items_version: int
    counts: dict[str, int]
    checks: dict[str, bool]
    remark: str = ""
    clerk: str | None = None
    by: str = ""


class SheetSigned(Event, tag=True, kw_only=True, frozen=True):
    """Somebody signed the content of ``digest``. It holds until anything touches the sheet. ``note``: why the duty
    leader signed without the clerk."""

    day: str
    counter: str
    who: SheetPart
    digest: str
    clerk: str | None = None
    by: str = ""
    note: str = ""


class SheetReopened(Event, tag=True, kw_only=True, frozen=True):
    """The signatures are void, and why."""

    day: str
    counter: str
    reason: str
    by: str = ""


class SheetUnfinished(Event, tag=True, kw_only=True, frozen=True):
    """A task for the duty leader, as the next day opens: the sheet of ``day`` lacks ``missing``."""

    task: str
    day: str
    counter: str
    missing: tuple[str, ...]


class SheetLapsed(Event, tag=True, kw_only=True, frozen=True):
    """The days in which it could be finished are over: it stays as it is, for ever."""

    day: str
    counter: str
    missing: tuple[str, ...]
