"""Everything that can happen in a hall. The journal is a list of these; every state, view and figure is a fold of it.

An event holds results, never rules: whatever the engine worked out (number, call id, place in line) is written down,
so that replaying an old journal under new rules gives the same past. ``at_ms`` is the hall's clock.
"""

from broker.model.events.appointments import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    RestrictionLifted,
)
from broker.model.events.base import Event
from broker.model.events.broadcasting import EmergencyBegan, EmergencyEnded, NoticeCleared, NoticePosted
from broker.model.events.calling import (
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketCancelled,
    TicketExpired,
    TicketHeld,
    TicketMissed,
    TicketRecalled,
    TicketReturned,
    TicketTransferred,
)
from broker.model.events.cases import CaseGiven, CaseOpened, CaseOverdue, CaseStepped
from broker.model.events.console import ActionUndone, DirectServed, ExtensionApproved, VisitPartFinished
from broker.model.events.counters import CounterClosed, CounterOpened, CounterPaused, CounterResumed
from broker.model.events.day import UNKNOWN_DAY, DayClosed, DayOpened, IssuingEnded, JournalRestored, SessionBegan
from broker.model.events.duty import (
    AttendanceTaken,
    ClerkLoggedIn,
    ClerkLoggedOut,
    CounterExcused,
    CounterStoodEmpty,
    CoverLapsed,
    CoverWanted,
    PauseRanLong,
    SubstituteAppointed,
)
from broker.model.events.evaluating import EvaluationExplained, EvaluationRecorded, VisitLeftUnrated
from broker.model.events.floor import ClassRaised, ServicesChanged
from broker.model.events.guiding import TicketOrdered
from broker.model.events.helping import HelpAnswered, HelpWanted
from broker.model.events.inspections import InspectionDrawn, InspectionMade, InspectionMissed
from broker.model.events.phones import HolderArrived, TicketPostponed
from broker.model.events.priority import PriorityConfirmed, PriorityRevoked
from broker.model.events.records import AuditHeadKept
from broker.model.events.rota import RotaLooked, RotaMade
from broker.model.events.sheets import SheetFilled, SheetLapsed, SheetReopened, SheetSigned, SheetUnfinished
from broker.model.events.slips import ReturnSlipGiven
from broker.model.events.surveys import SurveyAnswered, SurveyBegan, SurveyEnded
from broker.model.events.tickets import (
    IssuingWasPaused,
    IssuingWasResumed,
    NumberClashed,
    TicketConfirmed,
    TicketRenumbered,
    TicketReported,
    TicketReportedLate,
    TicketReserved,
    TicketVoided,
)

AnyEvent = (
    TicketReserved
    | TicketReported
    | TicketRenumbered
    | TicketReportedLate
    | TicketConfirmed
    | TicketVoided
    | NumberClashed
    | IssuingWasPaused
    | IssuingWasResumed
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | ServiceFinished
    | TicketMissed
    | TicketHeld
    | TicketTransferred
    | TicketReturned
    | TicketCancelled
    | TicketExpired
    | TicketPostponed
    | HolderArrived
    | ActionUndone
    | VisitPartFinished
    | DirectServed
    | ExtensionApproved
    | ReturnSlipGiven
    | CounterOpened
    | CounterPaused
    | CounterResumed
    | CounterClosed
    | ClerkLoggedIn
    | ClerkLoggedOut
    | AttendanceTaken
    | PauseRanLong
    | CoverWanted
    | SubstituteAppointed
    | CounterExcused
    | CoverLapsed
    | CounterStoodEmpty
    | ServicesChanged
    | ClassRaised
    | PriorityConfirmed
    | PriorityRevoked
    | AppointmentBooked
    | AppointmentCancelled
    | AppointmentMissed
    | RestrictionLifted
    | EvaluationRecorded
    | EvaluationExplained
    | VisitLeftUnrated
    | SheetFilled
    | SheetSigned
    | SheetReopened
    | SheetUnfinished
    | SheetLapsed
    | CaseOpened
    | CaseStepped
    | CaseGiven
    | CaseOverdue
    | InspectionDrawn
    | InspectionMade
    | InspectionMissed
    | SurveyBegan
    | SurveyAnswered
    | SurveyEnded
    | RotaMade
    | RotaLooked
    | TicketOrdered
    | HelpWanted
    | HelpAnswered
    | NoticePosted
    | NoticeCleared
    | EmergencyBegan
    | EmergencyEnded
    | AuditHeadKept
    | DayOpened
    | JournalRestored
    | SessionBegan
    | IssuingEnded
    | DayClosed
)

__all__ = [
    "UNKNOWN_DAY",
    "ActionUndone",
    "AnyEvent",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentMissed",
    "AttendanceTaken",
    "AuditHeadKept",
    "CaseGiven",
    "CaseOpened",
    "CaseOverdue",
    "CaseStepped",
    "ClassRaised",
    "ClerkLoggedIn",
    "ClerkLoggedOut",
    "CounterClosed",
    "CounterExcused",
    "CounterOpened",
    "CounterPaused",
    "CounterResumed",
    "CounterStoodEmpty",
    "CoverLapsed",
    "CoverWanted",
    "DayClosed",
    "DayOpened",
    "DirectServed",
    "EmergencyBegan",
    "EmergencyEnded",
    "EvaluationExplained",
    "EvaluationRecorded",
    "Event",
    "ExtensionApproved",
    "HelpAnswered",
    "HelpWanted",
    "HolderArrived",
    "InspectionDrawn",
    "InspectionMade",
    "InspectionMissed",
    "IssuingEnded",
    "IssuingWasPaused",
    "IssuingWasResumed",
    "JournalRestored",
    "NoticeCleared",
    "NoticePosted",
    "NumberClashed",
    "PauseRanLong",
    "PriorityConfirmed",
    "PriorityRevoked",
    "RestrictionLifted",
    "ReturnSlipGiven",
    "RotaLooked",
    "RotaMade",
    "ServiceFinished",
    "ServiceStarted",
    "ServicesChanged",
    "SessionBegan",
    "SessionTimes",
    "SheetFilled",
    "SheetLapsed",
    "SheetReopened",
    "SheetSigned",
    "SheetUnfinished",
    "SubstituteAppointed",
    "SurveyAnswered",
    "SurveyBegan",
    "SurveyEnded",
    "TicketCalled",
    "TicketCancelled",
    "TicketConfirmed",
    "TicketExpired",
    "TicketHeld",
    "TicketMissed",
    "TicketOrdered",
    "TicketPostponed",
    "TicketRecalled",
    "TicketRenumbered",
    "TicketReported",
    "TicketReportedLate",
    "TicketReserved",
    "TicketReturned",
    "TicketTransferred",
    "TicketVoided",
    "VisitLeftUnrated",
    "VisitPartFinished",
]
