"""Why the engine says no: one class per cause, a stable code, one sentence in each language, facts as attributes.

A refusal is an answer, not an exception: it travels, it is stored as the receipt, it is shown to a person.
The code is the class name in snake case and never changes meaning.
"""

from broker.model.refusals.appointments import (
    AppointmentOfAnotherDay,
    AppointmentsFull,
    CodeTaken,
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
from broker.model.refusals.console import ActionMovedOn, NothingToUndo
from broker.model.refusals.day import DayAlreadyOpen, DayInPast, DayNotOpen, DayTooFar, PeopleAtCounters
from broker.model.refusals.duty import NobodyLoggedIn, NoCoverWanted, OwnSubstitute, PhoneNotOfOffice
from broker.model.refusals.evaluating import (
    AlreadyRated,
    NotExplainable,
    NotServedYet,
    RatingClosed,
    RatingCodesUsedUp,
    VisitNotRateable,
    WrongRatingCode,
)
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
    "ActionMovedOn",
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
    "NoCoverWanted",
    "NoEmergency",
    "NoPriority",
    "NobodyAtCounter",
    "NobodyLoggedIn",
    "NobodyWaiting",
    "NotAllowed",
    "NotExplainable",
    "NotServedHere",
    "NotServedYet",
    "NothingToUndo",
    "NoticeOver",
    "NumberNotOwned",
    "NumberTaken",
    "NumbersUsedUp",
    "NumbersWithheld",
    "OwnSubstitute",
    "PeopleAtCounters",
    "PersonDayCap",
    "PersonHasTicket",
    "PersonRequired",
    "PersonalNumberTyped",
    "PhoneNotOfOffice",
    "QuotaUsedUp",
    "RatingClosed",
    "RatingCodesUsedUp",
    "RecallTooSoon",
    "RecalledEnough",
    "Refusal",
    "ReturnNotPossible",
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
    "WrongRatingCode",
    "code_of",
]
