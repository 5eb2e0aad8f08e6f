"""What the floor answers as JSON."""

import msgspec

from broker.collector.floor.alerts import Alert
from broker.collector.floor.floor_map import CounterTile, DeviceTile, QueueBar
from broker.model.views import RaisedNow
from broker.store.call_reasons import CallReason, CallRow, Waiter


class FloorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The floor now: what is the matter, counters, lines, devices, who is raised. Times are hall time."""

    at_ms: int
    engine: str
    alerts: tuple[Alert, ...]
    counters: tuple[CounterTile, ...]
    queues: tuple[QueueBar, ...]
    devices: tuple[DeviceTile, ...]
    raised: tuple[RaisedNow, ...]


class AcknowledgeBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody has taken note of the alert of this key."""

    key: str


class CallList(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of a day, newest first."""

    day: str | None
    calls: tuple[CallRow, ...]


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call was made; ``asked`` is the number that was asked about, ``zh`` and ``en`` say why it came first."""

    reason: CallReason
    zh: str
    en: str
    asked: Waiter | None = None
