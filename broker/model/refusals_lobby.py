"""Refusals about people in the lobby: priority, emergencies, help, real names, appointments, lost tickets."""

from broker.model.refusal_base import Refusal
from broker.model.words import Names


class NoPriority(Refusal, frozen=True, kw_only=True):
    """Nothing to confirm or to take away."""

    number: str
    template = Names("号票 {number} 没有优先", "Ticket {number} has no priority. Choose a class to give one.")


class EmergencyNow(Refusal, frozen=True, kw_only=True):
    """Screens show nothing but the emergency, so nobody would see a call."""

    template = Names("紧急广播中，暂停取号和叫号", "An emergency is on: no tickets and no calls until staff end it.")


class NoEmergency(Refusal, frozen=True, kw_only=True):
    template = Names("现在没有紧急广播", "There is no emergency to end.")


class NoticeOver(Refusal, frozen=True, kw_only=True):
    template = Names("通知的结束时间已过", "The notice would be over already. Choose a later end.")


class HelpUnknown(Refusal, frozen=True, kw_only=True):
    """Answered by somebody else already, or of another day."""

    template = Names("该求助已有人应答", "This call for help was answered already.")


class PersonRequired(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names(
        "该业务实名取号，请出示证件", "This service is by real name: please show your ID card at the kiosk."
    )


class PersonHasTicket(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "您已取得该业务的号码 {number}，请凭此号等候", "You have ticket {number} for this service already."
    )


class PersonDayCap(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("每人每天最多取 {most} 个号", "One person may take {most} tickets a day; that is reached.")


class AgentDayCap(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("代办每天最多取 {most} 个号", "An agent may take {most} tickets a day; that is reached.")


class LookupNotOffered(Refusal, frozen=True, kw_only=True):
    template = Names(
        "本大厅不提供按手机尾号找号，请到导办台", "This hall finds no tickets by telephone. Please ask at the desk."
    )


class NotServedYet(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "号码 {number} 还没有办结，办结后可以评价", "Ticket {number} was not served yet; rate it afterwards."
    )


class UnknownAppointment(Refusal, frozen=True, kw_only=True):
    template = Names("今天没有这个预约，请核对预约码", "There is no such appointment today. Check the code.")


class TooEarly(Refusal, frozen=True, kw_only=True):
    """``from_time`` is local HH:MM."""

    from_time: str
    template = Names(
        "预约签到还没有开始，请 {from_time} 以后再来", "Too early for this appointment: check in from {from_time}."
    )


class AppointmentsFull(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("预约已达上限 {most} 个", "There are {most} appointments already, which is the limit.")


class CodeTaken(Refusal, frozen=True, kw_only=True):
    """Another appointment has this code; the asker makes another one."""

    template = Names("预约码已被使用，请换一个", "This code belongs to another appointment. Make another one.")
