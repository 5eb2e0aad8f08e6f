"""Why a day does not open or close."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class DayNotOpen(Refusal, frozen=True, kw_only=True):
    template = Names("今天还没有开始营业", "The hall has not opened for today yet. Please ask at the desk.")


class DayAlreadyOpen(Refusal, frozen=True, kw_only=True):
    day: str
    template = Names("营业日 {day} 已经开始", "Business day {day} is already open.")


class DayInPast(Refusal, frozen=True, kw_only=True):
    day: str
    template = Names(
        "营业日 {day} 不晚于上一个营业日，号码不会重新开始",
        "Day {day} is not after the last day; numbers restart only on a new day.",
    )


class DayTooFar(Refusal, frozen=True, kw_only=True):
    """A date that has not begun anywhere; days never go back, so a wrong one would close the hall until then."""

    day: str
    template = Names(
        "营业日 {day} 还没有到，请检查日期和时钟", "Day {day} has not come yet. Check the date and the clock."
    )


class PeopleAtCounters(Refusal, frozen=True, kw_only=True):
    counters: str
    template = Names(
        "窗口 {counters} 还在办理，不能结束营业日",
        "Counters {counters} are still serving; finish there before closing the day.",
    )
