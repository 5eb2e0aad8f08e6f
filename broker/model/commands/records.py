"""A command about the hall's other records."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command

AuditSequence = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
AuditDigest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class KeepAuditHead(Command, tag=True, kw_only=True, frozen=True):
    """Keep the newest row of the audit log (its number and digest) where whoever can write that log cannot."""

    sequence: AuditSequence
    digest: AuditDigest
