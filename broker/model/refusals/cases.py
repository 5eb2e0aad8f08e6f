"""Why a case of the quality desk cannot be begun or led on like this."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class CasesNotKept(Refusal, frozen=True, kw_only=True):
    """The hall file does not turn this kind of case on."""

    kind: str
    template = Names(
        "本大厅没有启用这一类登记（{kind}）；可在大厅文件的 [quality] 中打开",
        "This hall does not keep cases of this kind ({kind}); [quality] of the hall file turns them on.",
    )


class UnknownCase(Refusal, frozen=True, kw_only=True):
    """There is none, or its time is over."""

    case: str
    template = Names(
        "没有编号 {case} 的在办件，或已过可以处理的期限",
        "There is no open case {case}, or the time in which it could be led on is over.",
    )


class CaseMovedOn(Refusal, frozen=True, kw_only=True):
    """Somebody else was faster, or the step does not exist from where it stands."""

    number: str
    stage: str
    template = Names(
        "{number} 现在不能这样办理（所处环节：{stage}），请刷新页面",
        "{number} cannot be led on like this from where it stands ({stage}). Reload the page.",
    )


class VerdictNeeded(Refusal, frozen=True, kw_only=True):
    """The step has several ends."""

    verdicts: str
    template = Names("请选择结果（可选：{verdicts}）", "Choose a result ({verdicts}).")


class TargetNeeded(Refusal, frozen=True, kw_only=True):
    """To whom?"""

    template = Names("请写明交给哪个部门或哪位同事", "Say to which office or colleague it goes.")


class ChannelNeeded(Refusal, frozen=True, kw_only=True):
    """How did it come?"""

    template = Names("请选择投诉渠道", "Choose the way by which the complaint came.")


class AnotherPersonNeeded(Refusal, frozen=True, kw_only=True):
    """Nobody judges his own work."""

    number: str
    template = Names(
        "{number} 的这一步须由没有经办过它的另一位同事办理",
        "This step of {number} is for a colleague who had no part in it before.",
    )


class OnlyOnce(Refusal, frozen=True, kw_only=True):
    """It was done before in this case."""

    number: str
    template = Names(
        "{number} 已经办过这一步，只能办一次", "This step of {number} was taken before; it can be taken once."
    )


class CaseOver(Refusal, frozen=True, kw_only=True):
    """Closed, and the days in which it could be asked about are over."""

    number: str
    template = Names("{number} 已办结，可以提出异议的期限已过", "{number} is closed and the days to object are over.")


class TooManyDaysMore(Refusal, frozen=True, kw_only=True):
    """An extension has its limit."""

    days: int
    template = Names("请写明延长的天数，最多 {days} 天", "Say by how many days it is extended, {days} at most.")


class NothingPromised(Refusal, frozen=True, kw_only=True):
    """Only a service with a promised time has a clock."""

    template = Names(
        "请选择在大厅文件中写有承诺时限（promised_days）的业务",
        "Choose a service for which the hall file says a promised time (promised_days).",
    )


class CauseNeeded(Refusal, frozen=True, kw_only=True):
    """Nobody is held to account for nothing; a promise that was not kept makes its record by itself."""

    causes: str
    template = Names("请选择问责事由（可选：{causes}）", "Choose for what somebody is held to account ({causes}).")


class NotFounded(Refusal, frozen=True, kw_only=True):
    """Nobody is held to account for what was not looked into or proved wrong."""

    number: str
    template = Names(
        "{number} 尚未核实属实，不能据此问责；请先核实或答复",
        "{number} has not proved founded, so nobody is held to account for it. Look into it or answer it first.",
    )


class AccountedFor(Refusal, frozen=True, kw_only=True):
    """One record of one cause and case."""

    number: str
    template = Names(
        "{number} 已有同一事由的问责记录，请在那份记录中办理",
        "There is a record of this cause for {number}. Lead on that one.",
    )
