"""Events of the inspections. When a visit is due is known to who inspects alone, until it was made."""

from broker.model.commands.inspections import Checked
from broker.model.events.base import Event


class InspectionDrawn(Event, tag=True, kw_only=True, frozen=True):
    """The week's visit is from ``visit_ms`` on; it was missed if nobody made it before ``until_ms``."""

    week: str
    visit_ms: int
    until_ms: int


class InspectionMade(Event, tag=True, kw_only=True, frozen=True):
    """A visit and what was looked at; its findings are the cases that were begun in the same decision.

    ``week`` is None of a visit that nobody had drawn; ``late``: the drawn one, after it had been told as missed.
    """

    checked: tuple[Checked, ...]
    week: str | None = None
    findings: tuple[str, ...] = ()
    late: bool = False
    by: str = ""


class InspectionMissed(Event, tag=True, kw_only=True, frozen=True):
    """The week's last opening is over and nobody made the visit."""

    week: str
