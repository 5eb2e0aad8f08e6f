"""Why a counter cannot do this now."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


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
    template = Names(
        "该工作人员正在 {counter} 号窗口，请先在那里退出",
        "That clerk is at counter {counter}: log out or close it there first.",
    )


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
        "{number} can no longer rejoin the line. Please take a new ticket.",
    )


class NoPriority(Refusal, frozen=True, kw_only=True):
    """Nothing to confirm or to take away."""

    number: str
    template = Names("号票 {number} 没有优先", "Ticket {number} has no priority. Choose a class to give one.")
