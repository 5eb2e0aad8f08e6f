"""Why a notice or an emergency does not begin or end."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class NoticeOver(Refusal, frozen=True, kw_only=True):
    template = Names("通知的结束时间已过", "The notice would be over already. Choose a later end.")


class NothingToShow(Refusal, frozen=True, kw_only=True):
    """A text of blanks and characters that cannot be seen, for screens that would then show nothing."""

    template = Names(
        "文字是空的，屏幕上什么也不会显示，请填写内容",
        "The text is empty: screens would show nothing. Write what is to be read.",
    )


class TooManyNotices(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("滚动通知最多 {most} 条，请先撤下一条", "There are {most} notices already. Take one down first.")


class EmergencyNow(Refusal, frozen=True, kw_only=True):
    """Screens show nothing but the emergency, so nobody would see a call."""

    template = Names("紧急广播中，暂停取号和叫号", "An emergency is on: no tickets and no calls until staff end it.")


class NoEmergency(Refusal, frozen=True, kw_only=True):
    template = Names("现在没有紧急广播", "There is no emergency to end.")
