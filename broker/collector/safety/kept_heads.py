"""The heads of the audit log that the hall's journal keeps, as the page and the command compare the log with them."""

from broker.collector.safety.audit_log import Head
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError
from broker.store.reports import Reports


def kept_heads(reports: Reports) -> tuple[Head, ...] | None:
    """All of them, oldest first; None where the journal cannot be read: whoever asks says so and goes on."""
    try:
        return tuple(Head(*one) for one in reports.audit_heads())
    except (StoreError, DatabaseError):
        return None
