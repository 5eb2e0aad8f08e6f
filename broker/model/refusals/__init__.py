"""Why the engine says no: one class per cause, a stable code, one sentence in each language, facts as attributes.

A refusal is an answer, not an exception: it travels, it is stored as the receipt, it is shown to a person.
The code is the class name in snake case and never changes meaning.
"""

from broker.model.refusals.appointments import (
    AppointmentOfAnotherDay,
    AppointmentsFull,
    CodeTaken,
    NoAppointments,
    SlotFull,
    TooEarly,
    UnknownAppointment,
)
from broker.model.refusals.base import Refusal, code_of
from broker.model.refusals.broadcasting import EmergencyNow, NoEmergency, NoticeOver, TooManyNotices
from broker.model.refusals.calling import (
    ClerkElsewhere,
    CounterAlready,
    CounterBusy,
    CounterNotOpen,
    NobodyAtCounter,
    NobodyWaiting,
    NoPriority,
    NotServedHere,
    RecalledEnough,
    RecallTooSoon,
    ReturnNotPossible,
    TicketIsSettled,
    TransferNowhere,
)
from broker.model.refusals.day import DayAlreadyOpen, DayInPast, DayNotOpen, DayTooFar, PeopleAtCounters
from broker.model.refusals.evaluating import AlreadyRated, NotServedYet, RatingClosed, VisitNotRateable
from broker.model.refusals.gate import (
    LawBroken,
    NotAllowed,
    PersonalNumberTyped,
    TooLate,
    TooMuchAtOnce,
    UnknownDevice,
    Unreadable,
)
from broker.model.refusals.helping import HelpUnknown, LookupNotOffered, LookupsUsedUp
from broker.model.refusals.issuing import (
    HallClosed,
    IssuingPaused,
    NumberNotOwned,
    NumbersUsedUp,
    NumbersWithheld,
    NumberTaken,
    QuotaUsedUp,
)
from broker.model.refusals.persons import AgentDayCap, PersonDayCap, PersonHasTicket, PersonRequired
from broker.model.refusals.unknown import (
    UnknownClerk,
    UnknownCounter,
    UnknownKiosk,
    UnknownNotice,
    UnknownPriority,
    UnknownService,
    UnknownTicket,
)

__all__ = [
    "AgentDayCap",
    "AlreadyRated",
    "AppointmentOfAnotherDay",
    "AppointmentsFull",
    "ClerkElsewhere",
    "CodeTaken",
    "CounterAlready",
    "CounterBusy",
    "CounterNotOpen",
    "DayAlreadyOpen",
    "DayInPast",
    "DayNotOpen",
    "DayTooFar",
    "EmergencyNow",
    "HallClosed",
    "HelpUnknown",
    "IssuingPaused",
    "LawBroken",
    "LookupNotOffered",
    "LookupsUsedUp",
    "NoAppointments",
    "NoEmergency",
    "NoPriority",
    "NobodyAtCounter",
    "NobodyWaiting",
    "NotAllowed",
    "NotServedHere",
    "NotServedYet",
    "NoticeOver",
    "NumberNotOwned",
    "NumberTaken",
    "NumbersUsedUp",
    "NumbersWithheld",
    "PeopleAtCounters",
    "PersonDayCap",
    "PersonHasTicket",
    "PersonRequired",
    "PersonalNumberTyped",
    "QuotaUsedUp",
    "RatingClosed",
    "RecallTooSoon",
    "RecalledEnough",
    "Refusal",
    "ReturnNotPossible",
    "SlotFull",
    "TicketIsSettled",
    "TooEarly",
    "TooLate",
    "TooManyNotices",
    "TooMuchAtOnce",
    "TransferNowhere",
    "UnknownAppointment",
    "UnknownClerk",
    "UnknownCounter",
    "UnknownDevice",
    "UnknownKiosk",
    "UnknownNotice",
    "UnknownPriority",
    "UnknownService",
    "UnknownTicket",
    "Unreadable",
    "VisitNotRateable",
    "code_of",
]
