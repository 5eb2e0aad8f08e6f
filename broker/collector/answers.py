"""What ``/api/`` answers: one frozen struct each. The OpenAPI document is made from these, so they cannot disagree."""

from typing import Annotated, Any, Literal

import msgspec

from broker.contract.envelope import Span
from broker.model.commands import AnyCommand
from broker.model.commands.evaluating import Reasons
from broker.model.ratings import Unrated
from broker.model.views import Emergency, Notice, OpenState, PausedCounter, ServiceLine, WaitRange
from broker.model.words import (
    PRESENCE_NAMES,
    BusinessDay,
    CounterStatus,
    Identifier,
    Level,
    Milliseconds,
    Names,
    PrintedNumber,
    Slug,
    TicketStatus,
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all answers."""


class SessionLeft(Answer, frozen=True, kw_only=True):
    """Seconds until the log-in ends if nobody touches a page."""

    left_s: int


class HallStatus(Answer, frozen=True, kw_only=True):
    """The hall now. ``engine`` tells whether the picture is being kept up to date; ``at_ms`` is when it was taken."""

    hall: Slug
    names: Names
    phone: str
    day: str | None
    at_ms: int
    engine: Literal["online", "offline"]
    open: OpenState
    issuing: bool
    issuing_reason: str
    services: tuple[ServiceLine, ...]
    counters_open: tuple[str, ...]
    paused: tuple[PausedCounter, ...]
    counts: dict[str, int]
    notices: tuple[Notice, ...]
    emergency: Emergency | None = None
    issuing_reason_en: str = ""


class ServiceAnswer(Answer, frozen=True, kw_only=True):
    """One service and its line: printed numbers, as they would be called if nothing changed."""

    line: ServiceLine
    numbers: tuple[str, ...]
    promised: Names | None
    papers: tuple[Names, ...]
    online: Names | None


class ServiceList(Answer, frozen=True, kw_only=True):
    services: tuple[ServiceAnswer, ...]


class CounterAnswer(Answer, frozen=True, kw_only=True):
    """One counter as anybody in the hall can see it."""

    counter: Slug
    name: str
    status: CounterStatus
    services: tuple[Names, ...]
    staff_number: str | None
    number: str | None
    since_ms: int | None
    waiting: int
    pause: PausedCounter | None


class CounterList(Answer, frozen=True, kw_only=True):
    counters: tuple[CounterAnswer, ...]


class TicketAnswer(Answer, frozen=True, kw_only=True):
    """Where a ticket stands. ``ahead`` counts people of the same service who would be called earlier.

    ``no_counter``: there is no ``wait``, because no counter is open for its service.
    ``recalls``: how often it was called again. ``here``: False while who took it on a phone is not in the hall yet;
    ``postponed``: how often its holder let others go first; ``at_desk``: staff took it
    and saw its code, so it is rated by no code of its own; ``returns_until_ms``: until when a missed number may get
    back into line (a moment that is past: no more). All only of a ticket that was asked for by its id.
    """

    number: str
    status: TicketStatus
    service: Slug | None
    service_names: Names | None
    ahead: int | None
    wait: WaitRange | None
    counter: Slug | None
    counter_name: str | None
    called_at_ms: int | None
    rateable: bool
    paused: tuple[PausedCounter, ...]
    recalls: int = 0
    here: bool = True
    postponed: int = 0
    at_desk: bool = False
    returns_until_ms: int | None = None
    no_counter: bool = False


class HolderBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the holder of a ticket wishes; ``proof`` stood in the QR code or link."""

    id: Identifier
    proof: Annotated[str, msgspec.Meta(max_length=64)]


class HolderAnswer(Answer, frozen=True, kw_only=True):
    """It is done. ``places``: so many people go first now."""

    number: str
    places: int = 0


class PushOffer(Answer, frozen=True, kw_only=True):
    """Whether browsers are told while the page is closed: the hall's public key, None where it tells none.

    ``reached``: the last push service that was asked answered.
    """

    key: str | None
    reached: bool


class PushBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser's subscription, by whoever holds the ticket. ``on``: False to be told no more."""

    id: Identifier
    proof: Annotated[str, msgspec.Meta(max_length=64)]
    endpoint: Annotated[str, msgspec.Meta(max_length=1000)]
    browser_key: Annotated[str, msgspec.Meta(max_length=120)] = ""
    secret: Annotated[str, msgspec.Meta(max_length=40)] = ""
    language: Literal["zh", "en"] = "zh"
    on: bool = True


class HealthAnswer(Answer, frozen=True, kw_only=True):
    """For monitors: whether the hall works and what does not."""

    status: Literal["ok", "degraded"]
    engine: Literal["online", "offline"]
    silent_s: float | None
    day: str | None
    devices_online: int
    devices_expected: int


class EvaluationBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One press on an evaluator. Give ``level``, or ``raw_key`` to be looked up in the hall file, or both.

    ``sure`` is False when only the device's wall clock could tell ``age_ms``, across a restart.
    """

    id: Identifier
    visit: Identifier
    device: Slug
    level: Level | None = None
    raw_key: Annotated[str, msgspec.Meta(max_length=16)] = ""
    pressed_at_ms: Milliseconds
    age_ms: Span = 0
    sure: bool = True
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class ExplanationBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reasons of a low rating, or the wish to be called, from the evaluator that took the rating; once."""

    id: Identifier
    visit: Identifier
    device: Slug
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False
    age_ms: Span = 0
    sure: bool = True


class UnratedBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A visit was left unrated at its evaluator, and why."""

    id: Identifier
    visit: Identifier
    device: Slug
    why: Unrated
    age_ms: Span = 0
    sure: bool = True


class VisitNoted(Answer, frozen=True, kw_only=True):
    """What was said of a visit is stored. A repeated id gets the same answer."""

    id: str
    visit: str
    stored: bool = True


class EvaluationAnswer(Answer, frozen=True, kw_only=True):
    """The rating is stored. A repeated id gets the same answer."""

    id: str
    visit: str
    level: Level
    stored: bool = True


class PaperTaken(Answer, frozen=True, kw_only=True):
    """A paper form was taken in. Whether it counts is not said: it does unless the visit was rated before."""

    id: str
    taken: bool = True


class PhoneRating(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rating given on the visitor's own phone; ``proof`` is what its QR code adds to the address (``k``)."""

    id: Identifier
    proof: Annotated[str, msgspec.Meta(max_length=64)] = ""
    level: Level
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class PaperRating(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper form that a visitor filled in, entered by a manager: of the ticket with this number on ``day``.

    ``day`` None: the latest business day. Earlier ones as long as papers may rate (``rules.rating_days``).
    """

    id: Identifier
    number: PrintedNumber
    day: BusinessDay | None = None
    level: Level
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class CommandBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish of staff. ``id`` is made by the page, so that a repeated click or retry is one wish."""

    id: Identifier
    command: AnyCommand


class CommandAnswer(Answer, frozen=True, kw_only=True):
    """Done, and what the engine says about it."""

    id: str
    result: dict[str, Any]


class DeviceAnswer(Answer, frozen=True, kw_only=True):
    """One device. ``silent_s`` is real seconds since its last sign of life. Of a caller ``outbox_length`` and
    ``outbox_age_ms`` are coarse, and its ``parts`` do not say how many ratings wait: see docs/ratings.md."""

    device: Slug
    names: Names
    role: str
    online: bool
    silent_s: float | None
    outbox_length: int
    outbox_age_ms: int
    clock_offset_ms: int | None
    parts: dict[str, str]
    revoked: bool = False

    @property
    def presence(self) -> Names:
        """Online, offline, never heard, or cut off for good, in words."""
        if self.revoked:
            return PRESENCE_NAMES["revoked"]
        return PRESENCE_NAMES["online" if self.online else "never" if self.silent_s is None else "offline"]


class Attention(Answer, frozen=True, kw_only=True):
    """Something a manager should know now: ``kind`` is what, ``subject`` where, ``since_ms`` since when it has been so
    (None: since it was noticed). ``acts`` name what helps, each with its aim, as ``emergency:pension``.
    """

    level: Literal["warning", "alarm"]
    subject: str
    zh: str
    en: str
    kind: str = ""
    since_ms: int | None = None
    acts: tuple[str, ...] = ()


class DeviceList(Answer, frozen=True, kw_only=True):
    devices: tuple[DeviceAnswer, ...]
    attention: tuple[Attention, ...]


class InputBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person at virtual hardware."""

    device: Slug
    part: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    kind: Literal["touch", "key", "fault"]
    x: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    y: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    key: Annotated[str, msgspec.Meta(max_length=120)] = ""


class InputAnswer(Answer, frozen=True, kw_only=True):
    sent: bool
