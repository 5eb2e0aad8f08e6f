"""The one door of the rules: a command and its circumstances in, what happens or a refusal out. Changes nothing."""

from collections.abc import Callable
from typing import Any

from broker.engine import (
    appointments,
    booked,
    calling,
    cases,
    counters,
    cover,
    day,
    emergency,
    evaluating,
    extending,
    floor,
    going_on,
    guiding,
    helping,
    inspections,
    issuing,
    lost_tickets,
    notices,
    phones,
    posts,
    priority,
    records,
    reporting,
    restricting,
    rota,
    sheets,
    slips,
    surveys,
    undoing,
)
from broker.engine.context import Asked, Desk, Outcome, Refused
from broker.engine.free_text import check_free_text
from broker.engine.rights import check_rights
from broker.engine.seen import check_seen
from broker.engine.state import State
from broker.model import commands as c
from broker.model.hall import Hall

Decider = Callable[[Desk, Any], Outcome]

DECIDERS: dict[type[c.Command], Decider] = {
    c.IssueTicket: issuing.issue,
    c.ConfirmTicket: issuing.confirm,
    c.VoidTicket: issuing.void,
    c.ReportTicket: reporting.report,
    c.CancelTicket: issuing.cancel,
    c.PauseIssuing: issuing.pause_issuing,
    c.ResumeIssuing: issuing.resume_issuing,
    c.OpenCounter: counters.open_counter,
    c.PauseCounter: counters.pause,
    c.ResumeCounter: counters.resume,
    c.CloseCounter: counters.close,
    c.LogIn: posts.log_in,
    c.LogOut: posts.log_out,
    c.AppointSubstitute: cover.appoint,
    c.ExcuseCounter: cover.excuse,
    c.ChangeServices: floor.change_services,
    c.RaiseClass: floor.raise_class,
    c.OpenEmergencyCounter: floor.open_emergency,
    c.CallNext: calling.call_next,
    c.CallNumber: calling.call_number,
    c.Recall: calling.recall,
    c.StartService: calling.start,
    c.FinishService: calling.finish,
    c.MarkNoShow: calling.no_show,
    c.HoldTicket: calling.hold,
    c.TransferTicket: calling.transfer,
    c.ReturnTicket: calling.give_back,
    c.UndoLast: undoing.undo,
    c.TakeOnPhone: phones.take,
    c.PostponeTicket: phones.postpone,
    c.GiveUpTicket: phones.give_up,
    c.ProveTicket: phones.prove,
    c.NextService: going_on.next_service,
    c.ServeDirect: going_on.serve_direct,
    c.ApproveExtension: extending.approve,
    c.GiveReturnSlip: slips.give,
    c.RecordEvaluation: evaluating.record,
    c.RateVisit: evaluating.rate_visit,
    c.RateByTicket: evaluating.rate_by_ticket,
    c.RateBySign: evaluating.rate_by_sign,
    c.ExplainEvaluation: evaluating.explain,
    c.LeaveUnrated: evaluating.leave_unrated,
    c.FillSheet: sheets.fill,
    c.SignSheet: sheets.sign,
    c.ReopenSheet: sheets.reopen,
    c.OpenCase: cases.open_case,
    c.TakeStep: cases.take_step,
    c.GiveCase: cases.give,
    c.DrawInspection: inspections.draw,
    c.RecordInspection: inspections.record,
    c.BeginSurvey: surveys.begin,
    c.AnswerSurvey: surveys.answer,
    c.MakeRota: rota.make,
    c.PostNotice: notices.post,
    c.ClearNotice: notices.clear,
    c.ConfirmPriority: priority.confirm,
    c.RevokePriority: priority.revoke,
    c.BeginEmergency: emergency.begin,
    c.EndEmergency: emergency.end,
    c.OrderTicket: guiding.order,
    c.ListClaims: guiding.claims,
    c.CallForHelp: helping.call,
    c.AnswerHelp: helping.answer,
    c.FindTicket: lost_tickets.find,
    c.BookAppointment: appointments.book,
    c.MoveAppointment: appointments.move,
    c.CancelAppointment: appointments.cancel,
    c.CheckIn: appointments.check_in,
    c.ListAppointments: booked.list_booked,
    c.FindRestriction: restricting.find,
    c.LiftRestriction: restricting.lift,
    c.KeepAuditHead: records.keep_audit_head,
    c.OpenDay: day.open_day,
    c.CloseDay: day.close_day,
    c.PassTime: day.pass_time,
}


def decide(hall: Hall, state: State, command: c.Command, asked: Asked) -> Outcome:
    """What a command leads to. Pure: the same hall, state, command and circumstances give the same answer."""
    try:
        check_rights(hall, command, asked)
        check_free_text(command)
        desk = Desk(hall, state, asked)
        check_seen(desk, command)
        return DECIDERS[type(command)](desk, command)
    except Refused as refused:
        return Outcome(refused.events, refusal=refused.refusal)
