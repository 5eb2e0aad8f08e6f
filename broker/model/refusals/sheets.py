"""Why a day's sheet cannot be completed or signed like this."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class SheetNotOpen(Refusal, frozen=True, kw_only=True):
    """Nothing happened at the counter that day, or the days in which its sheet may be changed are over."""

    counter: str
    day: str
    days: int
    template = Names(
        "{counter} 号窗口 {day} 没有可以填写的日报表（只能补填最近 {days} 个营业日）",
        "Counter {counter} has no sheet of {day} to complete: only the last {days} business days are open.",
    )


class NotYourSheet(Refusal, frozen=True, kw_only=True):
    """A clerk signs for a counter where the clerk stood that day, and nobody as somebody else."""

    counter: str
    day: str
    template = Names(
        "您 {day} 不在 {counter} 号窗口，不能填写或签署它的日报表",
        "You were not at counter {counter} on {day}: its sheet is for those who were.",
    )


class UnknownSheetItem(Refusal, frozen=True, kw_only=True):
    item: str
    template = Names("日报表没有项目“{item}”，请刷新页面", "The sheet has no item '{item}'. Reload the page.")


class SheetItemsChanged(Refusal, frozen=True, kw_only=True):
    """The form is of another version of the list."""

    version: int
    template = Names(
        "日报表项目已更新（第 {version} 版），请刷新页面后重填",
        "The items of the sheet have changed (version {version}). Reload the page and complete it again.",
    )


class SheetChanged(Refusal, frozen=True, kw_only=True):
    """Somebody signs or writes what he sees; this is not what he saw."""

    counter: str
    template = Names(
        "{counter} 号窗口的日报表刚有变化，请看过新内容再操作",
        "The sheet of counter {counter} has just changed. Look at it once more.",
    )


class SheetSealed(Refusal, frozen=True, kw_only=True):
    """Both have signed."""

    counter: str
    template = Names(
        "{counter} 号窗口的日报表已双签，须由值班领导说明原因后重新打开",
        "The sheet of counter {counter} is signed by both: the duty leader must open it again first, with a reason.",
    )


class SheetNotSigned(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names(
        "{counter} 号窗口的日报表没有有效签字，无须重新打开",
        "The sheet of counter {counter} bears no signature that holds: it is open.",
    )


class SheetSignedAlready(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names("{counter} 号窗口的日报表已经签过", "The sheet of counter {counter} was signed already.")


class SheetIncomplete(Refusal, frozen=True, kw_only=True):
    missing: int
    template = Names(
        "还有 {missing} 项未填，填完才能签字", "{missing} items are still empty; complete them before signing."
    )


class CounterStillOpen(Refusal, frozen=True, kw_only=True):
    """The day's work there is not over yet."""

    counter: str
    template = Names(
        "{counter} 号窗口还没有关闭，请先关闭窗口并退出再签字",
        "Counter {counter} is not closed yet: close it and log out before signing.",
    )


class ClerkSignsFirst(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names(
        "{counter} 号窗口人员尚未签字；确实不能签的，请写明原因",
        "The clerk of counter {counter} has not signed yet; where that cannot be, say why.",
    )


class SignerUnknown(Refusal, frozen=True, kw_only=True):
    """A signature is somebody's: without an account there is none."""

    template = Names("没有登录账号，不能签字", "Nobody is logged in, so nobody can sign.")


class SameSigner(Refusal, frozen=True, kw_only=True):
    """Two signatures are two people's."""

    counter: str
    template = Names(
        "{counter} 号窗口的日报表不能由同一账号签两次",
        "One account cannot sign the sheet of counter {counter} for both.",
    )
