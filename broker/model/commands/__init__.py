"""Everything that can be asked of the engine, one small frozen class each.

A command is a wish: the engine answers it with events, or with a refusal. ``ticket`` is always the ticket's id,
made by the device at the visitor's first touch; printed numbers such as ``A042`` appear as ``number``.
"""

from broker.model.commands.appointments import (
    BookAppointment,
    CancelAppointment,
    CheckIn,
    FindRestriction,
    LiftRestriction,
    ListAppointments,
    MoveAppointment,
)
from broker.model.commands.base import Command
from broker.model.commands.broadcasting import BeginEmergency, BroadcastText, ClearNotice, EndEmergency, PostNotice
from broker.model.commands.calling import (
    CallNext,
    CallNumber,
    CancelTicket,
    FinishService,
    HoldTicket,
    MarkNoShow,
    Recall,
    ReturnTicket,
    StartService,
    TransferTicket,
)
from broker.model.commands.cases import GiveCase, OpenCase, TakeStep
from broker.model.commands.console import ApproveExtension, NextService, ServeDirect, UndoLast
from broker.model.commands.counters import CloseCounter, OpenCounter, PauseCounter, ResumeCounter
from broker.model.commands.day import CloseDay, OpenDay, PassTime, SessionTimes
from broker.model.commands.duty import AppointSubstitute, ExcuseCounter, LogIn, LogOut
from broker.model.commands.evaluating import (
    ExplainEvaluation,
    LeaveUnrated,
    RateBySign,
    RateByTicket,
    RateVisit,
    RecordEvaluation,
)
from broker.model.commands.floor import ChangeServices, OpenEmergencyCounter, RaiseClass
from broker.model.commands.guiding import ListClaims, OrderTicket
from broker.model.commands.helping import AnswerHelp, CallForHelp, FindTicket
from broker.model.commands.inspections import Checked, DrawInspection, RecordInspection
from broker.model.commands.issuing import (
    ConfirmTicket,
    IssueTicket,
    PauseIssuing,
    ReportTicket,
    ResumeIssuing,
    VoidTicket,
)
from broker.model.commands.phones import GiveUpTicket, PostponeTicket, ProveTicket, TakeOnPhone
from broker.model.commands.priority import ConfirmPriority, RevokePriority
from broker.model.commands.records import KeepAuditHead
from broker.model.commands.rota import MakeRota, RotaPost, RotaSession
from broker.model.commands.sheets import FillSheet, ReopenSheet, SignSheet
from broker.model.commands.slips import GiveReturnSlip
from broker.model.commands.surveys import AnswerSurvey, BeginSurvey, SurveyMark

AnyCommand = (
    IssueTicket
    | ConfirmTicket
    | VoidTicket
    | ReportTicket
    | PauseIssuing
    | ResumeIssuing
    | OpenCounter
    | PauseCounter
    | ResumeCounter
    | CloseCounter
    | LogIn
    | LogOut
    | AppointSubstitute
    | ExcuseCounter
    | ChangeServices
    | RaiseClass
    | OpenEmergencyCounter
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
    | UndoLast
    | TakeOnPhone
    | PostponeTicket
    | GiveUpTicket
    | ProveTicket
    | NextService
    | ServeDirect
    | ApproveExtension
    | GiveReturnSlip
    | ConfirmPriority
    | RevokePriority
    | BookAppointment
    | MoveAppointment
    | CancelAppointment
    | CheckIn
    | ListAppointments
    | FindRestriction
    | LiftRestriction
    | RecordEvaluation
    | RateVisit
    | RateByTicket
    | RateBySign
    | ExplainEvaluation
    | LeaveUnrated
    | FillSheet
    | SignSheet
    | ReopenSheet
    | OpenCase
    | TakeStep
    | GiveCase
    | DrawInspection
    | BeginSurvey
    | AnswerSurvey
    | RecordInspection
    | MakeRota
    | OrderTicket
    | ListClaims
    | CallForHelp
    | AnswerHelp
    | FindTicket
    | PostNotice
    | ClearNotice
    | BeginEmergency
    | EndEmergency
    | KeepAuditHead
    | OpenDay
    | CloseDay
    | PassTime
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
    LogIn,
    LogOut,
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
    UndoLast,
    NextService,
    ServeDirect,
    GiveReturnSlip,
)
HOLDER_COMMANDS = (TakeOnPhone, PostponeTicket, GiveUpTicket, ProveTicket)
"""By who holds a ticket on a phone: with the keys that prove it."""
INTERNAL_COMMANDS = (PassTime, DrawInspection, BeginSurvey)
PROMPT_COMMANDS = COUNTER_COMMANDS
"""Presses that make sense only at once: they carry a time to live and are refused when late."""

__all__ = [
    "COUNTER_COMMANDS",
    "HOLDER_COMMANDS",
    "INTERNAL_COMMANDS",
    "KIOSK_COMMANDS",
    "PROMPT_COMMANDS",
    "AnswerHelp",
    "AnswerSurvey",
    "AnyCommand",
    "AppointSubstitute",
    "ApproveExtension",
    "BeginEmergency",
    "BeginSurvey",
    "BookAppointment",
    "BroadcastText",
    "CallForHelp",
    "CallNext",
    "CallNumber",
    "CancelAppointment",
    "CancelTicket",
    "ChangeServices",
    "CheckIn",
    "Checked",
    "ClearNotice",
    "CloseCounter",
    "CloseDay",
    "Command",
    "ConfirmPriority",
    "ConfirmTicket",
    "DrawInspection",
    "EndEmergency",
    "ExcuseCounter",
    "ExplainEvaluation",
    "FillSheet",
    "FindRestriction",
    "FindTicket",
    "FinishService",
    "GiveCase",
    "GiveReturnSlip",
    "GiveUpTicket",
    "HoldTicket",
    "IssueTicket",
    "KeepAuditHead",
    "LeaveUnrated",
    "LiftRestriction",
    "ListAppointments",
    "ListClaims",
    "LogIn",
    "LogOut",
    "MakeRota",
    "MarkNoShow",
    "MoveAppointment",
    "NextService",
    "OpenCase",
    "OpenCounter",
    "OpenDay",
    "OpenEmergencyCounter",
    "OrderTicket",
    "PassTime",
    "PauseCounter",
    "PauseIssuing",
    "PostNotice",
    "PostponeTicket",
    "ProveTicket",
    "RaiseClass",
    "RateBySign",
    "RateByTicket",
    "RateVisit",
    "Recall",
    "RecordEvaluation",
    "RecordInspection",
    "ReopenSheet",
    "ReportTicket",
    "ResumeCounter",
    "ResumeIssuing",
    "ReturnTicket",
    "RevokePriority",
    "RotaPost",
    "RotaSession",
    "ServeDirect",
    "SessionTimes",
    "SignSheet",
    "StartService",
    "SurveyMark",
    "TakeOnPhone",
    "TakeStep",
    "TransferTicket",
    "UndoLast",
    "VoidTicket",
]
