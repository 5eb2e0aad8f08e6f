"""What ``/api/waits`` answers, for the document. Pure."""

import msgspec

from broker.collector.operation import Operation
from broker.store.told_waits import ToldDay


class ToldWaitsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How often the waits told with tickets held, and those shown to who waited (``waiting``, ``shown``), of up to
    seven days, newest first. ``enough``: for fewer no share."""

    enough: int
    days: tuple[ToldDay, ...]


TOLD_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get",
        "/api/waits",
        "toldWaits",
        "manager",
        "号票上的预计等候有多准，按日和业务",
        "How often the waits told with tickets came true, by day and service",
        ToldWaitsAnswer,
        errors=(401, 403, 503),
    ),
)
