"""Everything that can be asked of the engine, one small frozen class each.

A command is a wish: the engine answers it with events, or with a refusal. ``ticket`` is always the ticket's id,
made by the device at the visitor's first touch; printed numbers such as ``A042`` appear as ``number``.
"""

from typing import Annotated, Literal

import msgspec

from broker.model.command_base import BusinessDay, Command, Language, Phone, PrintedNumber
from broker.model.commands_lobby import (
    AnswerHelp,
    BeginEmergency,
    BookAppointment,
    CallForHelp,
    CancelAppointment,
    CheckIn,
    ConfirmPriority,
    EndEmergency,
    FindTicket,
    RateVisit,
    RevokePriority,
)
from broker.model.days import DayKind
from broker.model.words import (
    Holding,
    Identifier,
    Level,
    Milliseconds,
    Need,
    PersonKey,
    PhoneTail,
    Sentence,
    Slug,
)

# -- kiosk: issuing ------------------------------------------------


class IssueTicket(Command, tag=True, kw_only=True, frozen=True):
    """Ask the engine for a number out of its own part of the series; the ticket is reserved, not yet waiting.

    ``person`` showed an ID; with ``principal``, whose business it is, ``person`` is the agent. ``phone_tail`` is kept
    only where ``rules.lost_ticket_lookup`` says so. ``large``: paper in the elder size is wanted.
    """

    ticket: Identifier
    service: Slug
    priority: Slug | None = None
    language: Language = "zh"
    kiosk: Slug | None = None
    person: PersonKey | None = None
    principal: PersonKey | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: PhoneTail | None = None
    large: bool = False


class ConfirmTicket(Command, tag=True, kw_only=True, frozen=True):
    """The visitor holds the number: on paper, on a screen or on a phone."""

    ticket: Identifier
    holding: Holding = Holding.PAPER


class VoidTicket(Command, tag=True, kw_only=True, frozen=True):
    """Nobody has the number and nobody ever will."""

    ticket: Identifier
    reason: Sentence = ""


class ReportTicket(Command, tag=True, kw_only=True, frozen=True):
    """A kiosk issued a number of its own range on ``day``. The paper wins: only a taken number is refused.

    Who holds it, as of an ``IssueTicket``.
    """

    ticket: Identifier
    service: Slug
    number: PrintedNumber
    holding: Holding
    day: BusinessDay
    priority: Slug | None = None
    language: Language = "zh"
    kiosk: Slug | None = None
    person: PersonKey | None = None
    principal: PersonKey | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: PhoneTail | None = None
    large: bool = False


# -- counter: the visitor at the window ------------------------------------------------


class OpenCounter(Command, tag=True, kw_only=True, frozen=True):
    """A clerk begins to serve; ``clerk`` is a key of the hall file, None keeps the counter's own clerk."""

    counter: Slug
    clerk: Slug | None = None


class PauseCounter(Command, tag=True, kw_only=True, frozen=True):
    """暂停服务: with reason, contact, phone, expected return (minutes) and substitute, all shown to waiting people."""

    counter: Slug
    reason: Sentence = ""
    contact: Sentence = ""
    phone: Phone = ""
    return_in_min: Annotated[int, msgspec.Meta(ge=0, le=600)] | None = None
    substitute: Slug | None = None


class ResumeCounter(Command, tag=True, kw_only=True, frozen=True):
    """The clerk is back."""

    counter: Slug


class CloseCounter(Command, tag=True, kw_only=True, frozen=True):
    """The counter ends its work; the ticket being served, if any, must be finished first."""

    counter: Slug


class CallNext(Command, tag=True, kw_only=True, frozen=True):
    """Call whoever the policy says is next for this counter."""

    counter: Slug


class CallNumber(Command, tag=True, kw_only=True, frozen=True):
    """特呼: call a chosen number out of turn; why is kept in the journal."""

    counter: Slug
    number: PrintedNumber
    reason: Sentence = ""


class Recall(Command, tag=True, kw_only=True, frozen=True):
    """重呼: summon the called visitor again, with a new call id."""

    counter: Slug


class StartService(Command, tag=True, kw_only=True, frozen=True):
    """The called visitor is at the window."""

    counter: Slug


class FinishService(Command, tag=True, kw_only=True, frozen=True):
    """The visit is over; this opens the evaluation of the visit."""

    counter: Slug
    outcome: Literal["done", "papers_missing", "referred"] = "done"
    items: Annotated[int, msgspec.Meta(ge=0, le=999)] = 1


class MarkNoShow(Command, tag=True, kw_only=True, frozen=True):
    """过号: the called visitor did not come."""

    counter: Slug


class HoldTicket(Command, tag=True, kw_only=True, frozen=True):
    """挂起: set the visitor at the counter aside, to be called again by number."""

    counter: Slug
    note: Sentence = ""


class TransferTicket(Command, tag=True, kw_only=True, frozen=True):
    """转移: to another service or another counter, same number, original arrival kept."""

    counter: Slug
    to_service: Slug | None = None
    to_counter: Slug | None = None
    note: Sentence = ""


class ReturnTicket(Command, tag=True, kw_only=True, frozen=True):
    """A missed or held number is back in line, a few places behind the head."""

    number: PrintedNumber


class CancelTicket(Command, tag=True, kw_only=True, frozen=True):
    """The visitor gives the waiting number up."""

    number: PrintedNumber
    reason: Sentence = ""


# -- evaluation ------------------------------------------------


class RecordEvaluation(Command, tag=True, kw_only=True, frozen=True):
    """One visitor's rating of one served visit. ``raw_key`` is what the device really sent."""

    evaluation: Identifier
    visit: Identifier
    level: Level
    device: Slug
    raw_key: Annotated[str, msgspec.Meta(max_length=16)] = ""
    pressed_at_ms: Milliseconds


# -- manager ------------------------------------------------


class PauseIssuing(Command, tag=True, kw_only=True, frozen=True):
    """No new tickets: of one service, of one kiosk, or of the whole hall when both are None."""

    service: Slug | None = None
    kiosk: Slug | None = None
    reason: Sentence = ""


class ResumeIssuing(Command, tag=True, kw_only=True, frozen=True):
    """Undo of ``PauseIssuing`` with the same aim."""

    service: Slug | None = None
    kiosk: Slug | None = None


class PostNotice(Command, tag=True, kw_only=True, frozen=True):
    """A line in the ticker of every display, until cleared or until ``until_ms``; an ``urgent`` one stands out."""

    notice: Slug
    zh: Sentence
    en: Sentence = ""
    until_ms: Milliseconds | None = None
    urgent: bool = False


class ClearNotice(Command, tag=True, kw_only=True, frozen=True):
    """Take a posted notice down."""

    notice: Slug


class OpenDay(Command, tag=True, kw_only=True, frozen=True):
    """A business day begins; ``sessions`` and ``kind`` are the day's opening times and kind as the calendar has them.

    ``unsure_from`` is the journal position since which the server could not tell the date: who came after it, came on
    this day. Only the server's own word counts.
    """

    day: BusinessDay
    sessions: tuple["SessionTimes", ...] = ()
    unsure_from: Annotated[int, msgspec.Meta(ge=0)] | None = None
    kind: DayKind | None = None


class SessionTimes(msgspec.Struct, frozen=True):
    """One opening of the day, epoch milliseconds; ``last_ticket_ms`` is when issuing ends."""

    name: Slug
    opens_ms: Milliseconds
    closes_ms: Milliseconds
    last_ticket_ms: Milliseconds


class CloseDay(Command, tag=True, kw_only=True, frozen=True):
    """The day is over: waiting, held and missed tickets expire. Refused while someone is at a counter."""


class PassTime(Command, tag=True, kw_only=True, frozen=True):
    """From the server itself: let time-outs act (silent reservations, session borders).

    ``steady_ms``: for how long the server has been there and its clock has not leapt; a kiosk cannot have been silent
    for longer. None: for long enough.
    """

    steady_ms: Milliseconds | None = None


AnyCommand = (
    IssueTicket
    | ConfirmTicket
    | VoidTicket
    | ReportTicket
    | OpenCounter
    | PauseCounter
    | ResumeCounter
    | CloseCounter
    | CallNext
    | CallNumber
    | Recall
    | StartService
    | FinishService
    | MarkNoShow
    | HoldTicket
    | TransferTicket
    | ReturnTicket
    | CancelTicket
    | RecordEvaluation
    | PauseIssuing
    | ResumeIssuing
    | PostNotice
    | ClearNotice
    | OpenDay
    | CloseDay
    | PassTime
    | ConfirmPriority
    | RevokePriority
    | BeginEmergency
    | EndEmergency
    | CallForHelp
    | AnswerHelp
    | FindTicket
    | RateVisit
    | BookAppointment
    | CancelAppointment
    | CheckIn
)

KIOSK_COMMANDS = (
    IssueTicket,
    ConfirmTicket,
    VoidTicket,
    ReportTicket,
    PauseIssuing,
    ResumeIssuing,
    ReturnTicket,
    CallForHelp,
    FindTicket,
    RateVisit,
    CheckIn,
)
COUNTER_COMMANDS = (
    OpenCounter,
    PauseCounter,
    ResumeCounter,
    CloseCounter,
    CallNext,
    CallNumber,
    Recall,
    StartService,
    FinishService,
    MarkNoShow,
    HoldTicket,
    TransferTicket,
    ReturnTicket,
    CancelTicket,
)
INTERNAL_COMMANDS = (PassTime,)
PROMPT_COMMANDS = COUNTER_COMMANDS
"""Presses that make sense only at once: they carry a time to live and are refused when late."""
