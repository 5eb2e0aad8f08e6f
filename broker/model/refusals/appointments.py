"""Why there is no appointment, or no check-in."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class UnknownAppointment(Refusal, frozen=True, kw_only=True):
    template = Names("今天没有这个预约，请核对预约码", "There is no such appointment today. Check the code.")


class AppointmentOfAnotherDay(Refusal, frozen=True, kw_only=True):
    """``days`` from today: one that is over has none left (0 or less)."""

    days: int
    time: str
    template = Names(
        "这个预约不是今天的，请核对预约日期", "This appointment is for another day. Please check its date."
    )


class TooEarly(Refusal, frozen=True, kw_only=True):
    """``from_time`` is local HH:MM."""

    from_time: str
    template = Names(
        "还没到签到时间，请 {from_time} 以后再来签到，预约为您保留",
        "Too early: check in from {from_time}. Your appointment is kept.",
    )


class AppointmentsFull(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("预约已达上限 {most} 个", "There are {most} appointments already, which is the limit.")


class SlipsFull(Refusal, frozen=True, kw_only=True):
    """Of return slips whose holders have not come; they take no place of an appointment."""

    most: int
    template = Names(
        "有效的一次性告知单已达上限 {most} 张", "There are {most} slips of missing papers already, which is the limit."
    )


class SlotFull(Refusal, frozen=True, kw_only=True):
    """``most`` appointments of ``service`` fill a slot."""

    service: str
    most: int
    template = Names(
        "这个时段已约满（该业务每个时段 {most} 个），请另选时间",
        "This time slot is full: {most} appointments of this service in each. Choose another time.",
    )


class SlotOver(Refusal, frozen=True, kw_only=True):
    """Its last moment has passed; somebody in a slot that has begun still comes, in time or late."""

    template = Names("这个时段已经过了，请另选以后的时间", "This time slot is over. Choose a later time.")


class NoAppointments(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names("该业务不接受预约，请直接取号", "This service takes no appointments. Take a number instead.")


class CodeTaken(Refusal, frozen=True, kw_only=True):
    """Another appointment has this code; the asker makes another one."""

    template = Names("预约码已被使用，请换一个", "This code belongs to another appointment. Make another one.")
