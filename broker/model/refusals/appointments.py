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


class NotOpenThen(Refusal, frozen=True, kw_only=True):
    """By the hall's calendar; ``time`` is local."""

    service: str
    time: str
    template = Names("{time} 不办理该业务，请另选时间", "That service is not open at {time}. Choose another time.")


class TooFarAhead(Refusal, frozen=True, kw_only=True):
    """``most`` working days."""

    most: int
    template = Names("最多可提前 {most} 个工作日预约", "Book at most {most} working days ahead.")


class TooManyDaysAhead(Refusal, frozen=True, kw_only=True):
    """``most`` calendar days, also for staff."""

    most: int
    template = Names("最多可提前 {most} 天预约，请核对日期", "Book at most {most} days ahead. Check the day.")


class OneADay(Refusal, frozen=True, kw_only=True):
    """``most`` appointments of one person or employer on one day."""

    most: int
    template = Names(
        "该证件当天已有预约（每天最多 {most} 个），请先取消或改期",
        "There is an appointment for this ID on that day already ({most} at most). Cancel or move it first.",
    )


class BookingRestricted(Refusal, frozen=True, kw_only=True):
    """``until`` is a local date."""

    until: str
    template = Names(
        "因多次预约未到，{until} 前不能网上预约；您仍可到大厅取号",
        "Too many appointments were missed: no booking online before {until}. You may still take a number in the hall.",
    )


class NotRestricted(Refusal, frozen=True, kw_only=True):
    """Nothing to lift: it ended by itself, or a colleague was faster."""

    template = Names(
        "该证件现在没有预约限制，不用解除",
        "Nothing restricts bookings with this ID now, so there is nothing to lift.",
    )


class NotWhoseItIs(Refusal, frozen=True, kw_only=True):
    """Staff move it, and the number that they typed is not the one that it was booked with."""

    template = Names(
        "证件号码与预约时的不一致，没有改期。请核对，或不填证件号码",
        "This is not the ID that it was booked with, and nothing was moved. Check it, or leave it out.",
    )


class TooLateToChange(Refusal, frozen=True, kw_only=True):
    """``hours`` before its time; ``time`` is local."""

    hours: str
    time: str
    template = Names(
        "距预约时间 {time} 不足 {hours} 小时，不能再网上取消或改期，请致电大厅",
        "Less than {hours} hours before {time} it can no longer be cancelled or moved online. Please call the hall.",
    )


class BookedDifferently(Refusal, frozen=True, kw_only=True):
    """The asker's id was used for another wish."""

    template = Names("这个编号已用于另一个预约", "This id was used for another appointment.")


class NotFromHome(Refusal, frozen=True, kw_only=True):
    template = Names("本大厅不办理网上预约", "This hall takes no appointments online.")


class BookingIncomplete(Refusal, frozen=True, kw_only=True):
    """Whose it is, or what it is for, is missing; each item a service of its own, the first the booking's."""

    template = Names("预约信息不完整", "The booking is not complete.")
