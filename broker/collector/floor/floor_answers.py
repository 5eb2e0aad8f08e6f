"""What the floor answers as JSON."""

import msgspec

from broker.collector.floor.alerts import Alert
from broker.collector.floor.floor_map import CounterTile, DeviceTile, QueueBar
from broker.model.views import RaisedNow
from broker.model.words import Names, TicketStatus
from broker.store.call_reasons import CallReason, CallRow, Waiter
from broker.store.overtaking import Overtaker


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
    """Why a call was made; ``asked`` is the number that was asked about, ``zh`` and ``en`` say why it came first, for
    staff. ``aloud`` is what may be read out in the hall to who asks; None where nobody was asked about.
    """

    reason: CallReason
    zh: str
    en: str
    asked: Waiter | None = None
    aloud: Names | None = None


class OvertakerTold(msgspec.Struct, frozen=True, kw_only=True):
    """One who came later and was called before: ``zh`` and ``en`` for staff, ``aloud`` to be read out."""

    by: Overtaker
    zh: str
    en: str
    aloud: Names | None


class OvertakenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a day and who came later but was called before it, each with why; ``zh`` and ``en`` sum it up.
    ``overtaken`` counts those whose counter could have called it, which are told first, ``elsewhere`` the others; each
    newest first, and ``left_out`` of both are not named. ``status`` is what it is now.
    """

    day: str
    number: str
    service: str
    arrived_at_ms: int
    status: TicketStatus
    overtaken: int
    elsewhere: int
    left_out: int
    zh: str
    en: str
    by: tuple[OvertakerTold, ...]
