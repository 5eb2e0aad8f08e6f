"""Why the engine says no: one class per cause, a stable code, one sentence in each language, facts as attributes.

A refusal is an answer, not an exception: it travels, it is stored as the receipt, it is shown to a person.
The code is the class name in snake case and never changes meaning.
"""

from broker.model.refusal_base import Refusal, clipped, code_of
from broker.model.refusals_lobby import (
    AgentDayCap,
    AppointmentsFull,
    CodeTaken,
    EmergencyNow,
    HelpUnknown,
    LookupNotOffered,
    NoEmergency,
    NoPriority,
    NoticeOver,
    NotServedYet,
    PersonDayCap,
    PersonHasTicket,
    PersonRequired,
    TooEarly,
    UnknownAppointment,
)
from broker.model.words import Names


class Unreadable(Refusal, frozen=True, kw_only=True):
    """The bytes are not a command of this version."""

    detail: str
    template = Names(
        "命令无法读取：{detail}",
        "The command cannot be read: {detail}. Update the device or check its sender.",
    )


class UnknownDevice(Refusal, frozen=True, kw_only=True):
    """The sender is not in the hall file."""

    device: str
    template = Names("设备“{device}”不在大厅配置中", "Device '{device}' is not in the hall file. Add it there first.")


class NotAllowed(Refusal, frozen=True, kw_only=True):
    """This device may not ask this."""

    device: str
    command: str
    template = Names("设备“{device}”无权这样操作", "Device '{device}' may not do this: it is not its work.")


class TooLate(Refusal, frozen=True, kw_only=True):
    """A press that waited longer than its time to live; doing it now would surprise everybody."""

    age_ms: int
    template = Names(
        "按键已过时（{age_ms} 毫秒前），请再按一次",
        "The press is {age_ms} ms old and was not carried out. Press again.",
    )


class TooMuchAtOnce(Refusal, frozen=True, kw_only=True):
    """Not now, and not for ever: it comes with a ``go_back``, and the device sends the same again after a pause."""

    device: str
    wait_ms: int
    template = Names(
        "设备“{device}”发送过快，请在 {wait_ms} 毫秒后再发",
        "Device '{device}' sends too much at once. Send it again in {wait_ms} ms; nothing is lost.",
    )


class UnknownService(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names("没有业务“{service}”", "There is no service '{service}' in this hall.")


class UnknownCounter(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names("没有窗口“{counter}”", "There is no counter '{counter}' in this hall.")


class UnknownPriority(Refusal, frozen=True, kw_only=True):
    priority: str
    template = Names("没有优先类别“{priority}”", "There is no priority class '{priority}' in this hall.")


class UnknownClerk(Refusal, frozen=True, kw_only=True):
    clerk: str
    template = Names("没有工作人员“{clerk}”", "There is no clerk '{clerk}' in this hall.")


class UnknownTicket(Refusal, frozen=True, kw_only=True):
    ticket: str
    template = Names("没有号票“{ticket}”", "Ticket {ticket} is not known today. Check the number.")


class UnknownKiosk(Refusal, frozen=True, kw_only=True):
    kiosk: str
    template = Names("没有取号机“{kiosk}”", "There is no kiosk '{kiosk}' in this hall.")


class UnknownNotice(Refusal, frozen=True, kw_only=True):
    notice: str
    template = Names("没有通知“{notice}”", "Notice '{notice}' is not posted.")


class DayNotOpen(Refusal, frozen=True, kw_only=True):
    template = Names("今天还没有开始营业", "The business day is not open yet. A manager opens it.")


class DayAlreadyOpen(Refusal, frozen=True, kw_only=True):
    day: str
    template = Names("营业日 {day} 已经开始", "Business day {day} is already open.")


class DayInPast(Refusal, frozen=True, kw_only=True):
    day: str
    template = Names(
        "营业日 {day} 不晚于上一个营业日，号码不会重新开始",
        "Day {day} is not after the last day; numbers restart only on a new day.",
    )


class HallClosed(Refusal, frozen=True, kw_only=True):
    reopens: str
    template = Names("现在不在取号时间，{reopens} 起取号", "No tickets are issued now. Issuing starts at {reopens}.")


class IssuingPaused(Refusal, frozen=True, kw_only=True):
    """``reason`` is what a person typed, as typed; empty when nobody gave one."""

    reason: str = ""
    template = Names("已暂停取号", "Issuing is paused.")

    @property
    def sentence(self) -> Names:
        """With the reason, where there is one."""
        if not self.reason:
            return self.template
        reason = clipped(self.reason)
        return Names(f"已暂停取号：{reason}", f"Issuing is paused: {reason}")


class QuotaUsedUp(Refusal, frozen=True, kw_only=True):
    service: str
    quota: int
    template = Names("今日号已取完（{quota} 个）", "All {quota} tickets of today are taken.")


class NumbersUsedUp(Refusal, frozen=True, kw_only=True):
    series: str
    template = Names("{series} 号段今日已用完", "Series {series} has no number left today.")


class NumbersWithheld(Refusal, frozen=True, kw_only=True):
    """After a restored backup nobody knows which of the engine's numbers are on paper: kiosks give their own."""

    series: str
    template = Names(
        "数据刚从备份恢复，{series} 号段今天只由取号机自己的号段出号，请在取号机取号",
        "Records were restored from a backup: today series {series} is given by kiosks only. Take a ticket at a kiosk.",
    )


class NumberTaken(Refusal, frozen=True, kw_only=True):
    """A reported paper carries a number that another ticket already has: a human must look."""

    number: str
    template = Names(
        "号码 {number} 已被占用，请工作人员处理",
        "Number {number} belongs to another ticket already. Staff must help this visitor.",
    )


class NumberNotOwned(Refusal, frozen=True, kw_only=True):
    """A kiosk reported a number outside its own range."""

    number: str
    kiosk: str
    template = Names(
        "号码 {number} 不在取号机“{kiosk}”的号段内",
        "Number {number} is outside the range of kiosk '{kiosk}'.",
    )


class TicketIsSettled(Refusal, frozen=True, kw_only=True):
    """The wish no longer fits the ticket's status."""

    number: str
    status: str
    template = Names(
        "号票 {number} {status}，不能这样操作",
        "Ticket {number} is {status}; this is not possible any more.",
    )


class NobodyWaiting(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names("没有人在等候本窗口的业务", "Nobody is waiting for this counter.")


class NobodyAtCounter(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names("本窗口当前没有号票", "There is no ticket at this counter. Call one first.")


class CounterBusy(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "{number} 还在本窗口，请先办结、过号、挂起或转移",
        "{number} is still at this counter: finish, no-show, hold or transfer first.",
    )


class CounterNotOpen(Refusal, frozen=True, kw_only=True):
    status: str
    template = Names("本窗口未开放（{status}），请先恢复服务", "This counter is {status}. Open or resume it first.")


class CounterAlready(Refusal, frozen=True, kw_only=True):
    status: str
    template = Names("本窗口已经是{status}状态", "This counter is already {status}.")


class ClerkElsewhere(Refusal, frozen=True, kw_only=True):
    clerk: str
    counter: str
    template = Names("该工作人员正在“{counter}”窗口", "That clerk is at counter '{counter}'. Close it there first.")


class RecallTooSoon(Refusal, frozen=True, kw_only=True):
    gap_s: int
    template = Names("重呼太快，请间隔 {gap_s} 秒", "Wait {gap_s} s between recalls.")


class RecalledEnough(Refusal, frozen=True, kw_only=True):
    times: int
    template = Names("已重呼 {times} 次，请按过号", "Recalled {times} times already: press no-show.")


class NotServedHere(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names("没有窗口能办理“{service}”", "No counter serves '{service}'. Choose another target.")


class TransferNowhere(Refusal, frozen=True, kw_only=True):
    template = Names("请选择一个业务或窗口作为转移目标", "Give one target: a service or a counter.")


class ReturnNotPossible(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "{number} 已超过过号返回的次数或时限，请重新取号",
        "{number} is past the return rule. Please take a new ticket.",
    )


class VisitNotRateable(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("该次服务不能评价", "This visit cannot be rated: it is unknown or not served.")


class AlreadyRated(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("该次服务已评价，一次一评", "This visit was rated already; one rating a visit.")


class RatingClosed(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("评价时间已过", "The time to rate this visit is over.")


class PeopleAtCounters(Refusal, frozen=True, kw_only=True):
    counters: str
    template = Names(
        "窗口 {counters} 还在办理，不能结束营业日",
        "Counters {counters} are still serving; finish there before closing the day.",
    )


class DayTooFar(Refusal, frozen=True, kw_only=True):
    """A date that has not begun anywhere; days never go back, so a wrong one would close the hall until then."""

    day: str
    template = Names(
        "营业日 {day} 还没有到，请检查日期和时钟", "Day {day} has not come yet. Check the date and the clock."
    )


class TooManyNotices(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("滚动通知最多 {most} 条，请先撤下一条", "There are {most} notices already. Take one down first.")


class PersonalNumberTyped(Refusal, frozen=True, kw_only=True):
    """A note, reason or notice holds an ID or mobile number. It is not repeated here, as refusals are kept too."""

    template = Names(
        "文字中像有身份证号或手机号码，请删去后再提交；可以写号票号码",
        "The text seems to hold an ID or mobile number. Take it out and try again; a ticket number will do.",
    )


class LawBroken(Refusal, frozen=True, kw_only=True):
    """Doing it would have broken a law of the hall: nothing was done; this is a fault of the program."""

    law: str
    template = Names(
        "系统拒绝了违反规则的操作（{law}），请联系维护人员",
        "Refused: it would break a law of the hall ({law}). Call maintenance.",
    )
