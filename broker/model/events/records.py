"""An event about the hall's other records."""

from broker.model.events.base import Event


class AuditHeadKept(Event, tag=True, kw_only=True, frozen=True):
    """The audit log had so many rows, of which the newest had this digest. Nothing in the hall changes by it."""

    sequence: int
    digest: str
