"""What the engine keeps of other records of the hall: the head of the collector's audit log. Pure."""

from broker.engine.context import Desk, Outcome
from broker.model import commands as c
from broker.model import events as e


def keep_audit_head(desk: Desk, command: c.KeepAuditHead) -> Outcome:
    """Into the journal as it was told; an older or another one beside those before is what a reader must see."""
    event = e.AuditHeadKept(at_ms=desk.now_ms, sequence=command.sequence, digest=command.digest)
    return Outcome((event,), {"sequence": command.sequence})
