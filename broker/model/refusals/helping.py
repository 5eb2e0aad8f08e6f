"""Why a visitor is not helped by this button."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class HelpUnknown(Refusal, frozen=True, kw_only=True):
    """Answered by somebody else already, or of another day."""

    template = Names("该求助已有人应答", "This call for help was answered already.")


class LookupsUsedUp(Refusal, frozen=True, kw_only=True):
    """A telephone's last digits are soon guessed by whoever may try often."""

    wait_min: int
    template = Names(
        "查询次数过多，请 {wait_min} 分钟后再试或到导办台",
        "Too many searches here. Please try again in {wait_min} min, or ask at the desk.",
    )


class TooManyWrong(Refusal, frozen=True, kw_only=True):
    """Codes of appointments and slips, and numbers of who comes back, are soon tried in turn by who may try often."""

    wait_s: int
    template = Names(
        "这里输错的次数太多，请 {wait_s} 秒后再试，或到导办台",
        "Too many wrong tries at this kiosk. Please try again in {wait_s} s, or ask at the desk.",
    )


class LookupNotOffered(Refusal, frozen=True, kw_only=True):
    template = Names(
        "本大厅不提供按手机尾号找号，请到导办台", "This hall finds no tickets by telephone. Please ask at the desk."
    )
