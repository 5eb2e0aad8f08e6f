"""Why a visit cannot be rated."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class VisitNotRateable(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("该次服务不能评价", "This visit cannot be rated: it is unknown or not served.")


class AlreadyRated(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("该次服务已评价，一次一评", "This visit was rated already; one rating a visit.")


class RatingClosed(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("评价时间已过", "The time to rate this visit is over.")


class NotServedYet(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "号码 {number} 还没有办结，办结后可以评价", "Ticket {number} was not served yet; rate it afterwards."
    )


class NotServedThatDay(Refusal, frozen=True, kw_only=True):
    """``day`` is an earlier business day."""

    number: str
    day: str
    template = Names(
        "{day} 没有号票 {number} 的办结记录，请核对日期和号码",
        "No visit of ticket {number} on {day} is known. Check the date and the number.",
    )


class WrongRatingCode(Refusal, frozen=True, kw_only=True):
    """The number stands on every screen; only the code on the paper says whose visit it was."""

    number: str
    template = Names(
        "评价代码与号票 {number} 不符，请核对号票", "This is not the rating code on ticket {number}. Please check it."
    )


class WrongRatingProof(Refusal, frozen=True, kw_only=True):
    """Made up, of another visit, or signed with a key that was taken away."""

    template = Names(
        "这个二维码不属于这次服务，不能评价。请扫您自己号票上的二维码",
        "This QR code does not belong to this visit. Please scan the code on your own ticket.",
    )


class SignCodeOver(Refusal, frozen=True, kw_only=True):
    """A code of the counter is good only while its sign shows it; the paper's is good for days."""

    visit: str
    template = Names(
        "窗口二维码只在服务结束后短时间有效，现已过期。请扫号票上的二维码评价",
        "The code at the counter is good only for a short time after the visit, which is over. Please scan the code on "
        "your ticket.",
    )


class RatingCodesUsedUp(Refusal, frozen=True, kw_only=True):
    """A few digits are soon guessed by whoever may try often."""

    wait_min: int
    template = Names(
        "评价代码输错次数过多，请 {wait_min} 分钟后再试",
        "Too many wrong rating codes here. Please try again in {wait_min} min.",
    )


class NotExplainable(Refusal, frozen=True, kw_only=True):
    """Not rated there, not rated low, or said already."""

    visit: str
    template = Names("该评价不能补充原因", "Nothing can be added to this rating.")
