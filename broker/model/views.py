"""What is shown: frozen pictures of the hall, projected from the state and retained on the wire.

A view holds nothing that a passer-by may not see, except ``CounterView``, which only the counter's own devices and
the collector read. Times are epoch milliseconds of the hall's clock.
"""

from typing import Literal

import msgspec

from broker.model.sheet_items import SheetStage
from broker.model.words import CounterStatus, Names, Need, TicketStatus, WallRatings

OpenStateName = Literal["open", "break", "closed"]
ServiceStateName = Literal["open", "paused", "full", "closed", "no_counter"]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything shown."""


class WaitRange(Shown, frozen=True, kw_only=True):
    """Expected wait in whole minutes, P20 to P85, rounded outwards."""

    low_min: int
    high_min: int


class OpenState(Shown, frozen=True, kw_only=True):
    """Whether the hall serves now, and the hours to print beside it, e.g. ``09:00-12:00 13:30-17:00``."""

    state: OpenStateName
    hours: str
    session: str | None = None
    next_opens: str | None = None


class Call(Shown, frozen=True, kw_only=True):
    """One summons. ``recall`` is 0 for the first; nothing is spoken after ``valid_until_ms``.

    ``linger``: keep it on the screen for longer, as the voice may not be heard. Why is nobody's business.
    """

    call_id: str
    number: str
    counter: str
    counter_name: str
    service: Names
    called_at_ms: int
    valid_until_ms: int
    recall: int = 0
    language: str = "zh"
    status: TicketStatus = TicketStatus.CALLED
    linger: bool = False


class PausedCounter(Shown, frozen=True, kw_only=True):
    """暂停服务, as people may read it. ``returns_at_ms`` is what the clerk expects, not a promise. ``services`` are the
    keys of what it serves today."""

    counter: str
    counter_name: str
    reason: str
    contact: Names
    phone: str
    since_ms: int
    returns_at_ms: int | None
    instead: tuple[str, ...]
    reason_en: str = ""
    services: tuple[str, ...] = ()


class ServiceLine(Shown, frozen=True, kw_only=True):
    """A service as kiosk, board and phone show it; ``wait`` is None when no number would be honest."""

    service: str
    names: Names
    state: ServiceStateName
    waiting: int
    wait: WaitRange | None
    counters: tuple[str, ...]
    reason: Names | None = None
    reopens: str | None = None
    quota_left: int | None = None


class Notice(Shown, frozen=True, kw_only=True):
    """A line of the ticker; a device shows it from ``from_ms`` (included) to ``until_ms`` (not included)."""

    notice: str
    zh: str
    en: str
    from_ms: int | None = None
    until_ms: int | None = None
    urgent: bool = False


class Emergency(Shown, frozen=True, kw_only=True):
    """What every screen shows instead of anything else, until staff end it."""

    zh: str
    en: str
    since_ms: int


class HelpCall(Shown, frozen=True, kw_only=True):
    """Somebody at a kiosk waits for a member of staff."""

    help: str
    kiosk: str
    since_ms: int


class CounterLine(Shown, frozen=True, kw_only=True):
    """A counter as an overview or a staff wall shows it. ``number`` is the ticket called or served there now.

    ``stars`` is the mean of the ratings of whoever serves there, 1 to 5 in halves, of five or more and only where the
    hall shows it: of the last business day, or of today, then by fives and without the newest five (docs/ratings.md).
    """

    counter: str
    name: str
    status: CounterStatus
    number: str | None = None
    ticket_status: TicketStatus | None = None
    staff_number: str | None = None
    stars: float | None = None


class BoardView(Shown, frozen=True, kw_only=True):
    """What one wall display shows; ``calls`` newest first, ``paused`` and ``services`` in hall order.

    ``counters`` are filled for the layouts that show each counter.
    """

    display: str
    hall: Names
    day: str | None
    open: OpenState
    calls: tuple[Call, ...]
    paused: tuple[PausedCounter, ...]
    services: tuple[ServiceLine, ...]
    notices: tuple[Notice, ...]
    emergency: Emergency | None = None
    counters: tuple[CounterLine, ...] = ()
    ratings: WallRatings = "none"


class TicketItem(Shown, frozen=True, kw_only=True):
    """One of several pieces of work that a booking was for."""

    service: str
    names: Names
    count: int


class CounterTicket(Shown, frozen=True, kw_only=True):
    """The ticket at a counter, as its clerk sees it. ``by_agent``: whoever comes does so for somebody else.
    ``items``: the services of a booking for several."""

    ticket: str
    number: str
    service: str
    service_names: Names
    status: TicketStatus
    call_id: str
    arrived_at_ms: int
    called_at_ms: int
    started_at_ms: int | None
    recalls: int
    priority: str | None
    language: str
    note: str
    first_clerk: str | None
    priority_confirmed: bool = False
    needs: tuple[Need, ...] = ()
    by_agent: bool = False
    items: tuple[TicketItem, ...] = ()


class EvaluationRequest(Shown, frozen=True, kw_only=True):
    """A served visit that may be rated until ``until_ms``."""

    visit: str
    number: str
    opened_at_ms: int
    until_ms: int


class CounterCover(Shown, frozen=True, kw_only=True):
    """Nobody serves at a counter. ``stage``: the clerk was warned, the duty leader has the task, somebody was sent,
    nobody came in time (空窗). Staff numbers of whose counter it is and of who was sent; ``due_ms``: when it becomes
    an incident.
    """

    kind: Literal["pause", "nobody"]
    stage: Literal["long", "wanted", "appointed", "incident"]
    since_ms: int
    due_ms: int | None = None
    staff_number: str | None = None
    substitute: str | None = None


class Post(Shown, frozen=True, kw_only=True):
    """Who should stand at a counter (staff number) and since when somebody is logged in there.

    ``absent_since_ms``: not seen since that time today; ``came_late_ms``: came only then.
    """

    expected: str | None = None
    since_ms: int | None = None
    absent_since_ms: int | None = None
    came_late_ms: int | None = None


class SheetNote(Shown, frozen=True, kw_only=True):
    """How far the sheet of a counter and day is; ``task``: the duty leader is to see to it."""

    day: str
    stage: SheetStage
    task: bool = False


class UndoOffer(Shown, frozen=True, kw_only=True):
    """What this counter did last and may take back until ``until_ms``; ``what`` is the event's type."""

    what: str
    number: str
    until_ms: int


class Reassigned(Shown, frozen=True, kw_only=True):
    """A counter serves other things than the hall file says, until then or for the rest of the day."""

    until_ms: int | None = None


class RaisedNow(Shown, frozen=True, kw_only=True):
    """People of a service or class are called sooner until then: their target is ``factor`` of the usual."""

    service: str | None
    priority: str | None
    factor: float
    until_ms: int


class CounterView(Shown, frozen=True, kw_only=True):
    """Everything the devices of one counter show. ``waiting`` counts people this counter could call now; ``stranded``
    are the numbers that no open counter could call while this one is not served. ``assumed``: ``clerk`` is the usual
    one and did not log in; ``opened_by``: the account that opened it in the clerk's place. ``served`` are the keys of
    ``services``, what it serves today. ``rather`` is the name of another counter that has nobody either and should take
    the next visitor, because it can do less else; None where it is this one, or nobody waits. It may call all the same.
    """

    counter: str
    name: str
    status: CounterStatus
    services: tuple[Names, ...]
    clerk: str | None
    staff_number: str | None
    ticket: CounterTicket | None
    waiting: int
    pause: PausedCounter | None
    evaluation: EvaluationRequest | None
    held: tuple[str, ...]
    missed: tuple[str, ...]
    hall: Names
    open: OpenState
    emergency: Emergency | None = None
    cover: CounterCover | None = None
    stranded: tuple[str, ...] = ()
    post: Post | None = None
    undo: UndoOffer | None = None
    extended_until_ms: int | None = None
    sheets: tuple[SheetNote, ...] = ()
    assumed: bool = False
    opened_by: str | None = None
    served: tuple[str, ...] = ()
    reassigned: Reassigned | None = None
    rather: str | None = None


class DeskOrder(Shown, frozen=True, kw_only=True):
    """A ticket that the guide desk asks a kiosk to give, with an id of its own, until ``until_ms`` and no later."""

    ticket: str
    service: str
    until_ms: int
    language: str = "zh"
    needs: tuple[Need, ...] = ()
    large: bool = False


class KioskView(Shown, frozen=True, kw_only=True):
    """What one kiosk may issue. ``highest`` is the largest number that the engine knows in its part of each series.

    ``help_answered_ms``: when staff last said that they are on the way to it, today. ``paused`` are the counters that
    serve what it offers and pause now. ``orders`` are tickets for the guide desk, oldest first.
    """

    kiosk: str
    day: str | None
    open: OpenState
    issuing: bool
    reason: str
    services: tuple[ServiceLine, ...]
    highest: dict[str, int]
    emergency: Emergency | None = None
    help_answered_ms: int | None = None
    paused: tuple[PausedCounter, ...] = ()
    reason_en: str = ""
    orders: tuple[DeskOrder, ...] = ()


class ServiceView(Shown, frozen=True, kw_only=True):
    """One service with its line: printed numbers in the order in which they would be called, and since when the one
    waits who has waited longest; nothing else.

    ``waits``: how long the first of ``numbers`` will still wait, as many as have a range of their own; None for
    somebody who was sent to a counter that is not at work. ``slots`` are those of its appointments in which somebody
    is booked: when each begins, how many places are taken.
    """

    line: ServiceLine
    numbers: tuple[str, ...]
    waits: tuple[WaitRange | None, ...] = ()
    longest_since_ms: int | None = None
    slots: tuple[tuple[int, int], ...] = ()


class OpenSurvey(msgspec.Struct, frozen=True, kw_only=True):
    """The round of the survey that takes answers, until when, and its questions, which the hall file words."""

    round: str
    ends_ms: int
    questions: tuple[str, ...]


class HallView(Shown, frozen=True, kw_only=True):
    """The hall at a glance: public. ``counts`` is tickets by status, today; ``clashed`` numbers are on two papers.

    ``doubtful`` numbers were told by a kiosk, and the engine cannot know how they came into the world.
    """

    hall: Names
    day: str | None
    open: OpenState
    services: tuple[ServiceLine, ...]
    counters_open: tuple[str, ...]
    paused: tuple[PausedCounter, ...]
    counts: dict[str, int]
    issuing: bool
    issuing_reason: str
    notices: tuple[Notice, ...]
    clashed: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    emergency: Emergency | None = None
    help: tuple[HelpCall, ...] = ()
    issuing_reason_en: str = ""
    raised: tuple[RaisedNow, ...] = ()
    survey: OpenSurvey | None = None


VIEW_KINDS: dict[str, type[Shown]] = {
    "board": BoardView,
    "counter": CounterView,
    "kiosk": KioskView,
    "service": ServiceView,
    "hall": HallView,
}
