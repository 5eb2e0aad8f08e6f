"""Why a console's wish beside calling cannot be done now."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class NothingToUndo(Refusal, frozen=True, kw_only=True):
    """Too late, or what was done last cannot be taken back."""

    within_s: int
    template = Names(
        "没有可撤销的操作（仅限 {within_s} 秒内的上一步）",
        "There is nothing to undo: only the last action, within {within_s} s.",
    )


class ReasonNeeded(Refusal, frozen=True, kw_only=True):
    """Out of turn, or without a ticket: the journal keeps why."""

    template = Names("请填写原因", "Give a reason.")


class ActionMovedOn(Refusal, frozen=True, kw_only=True):
    """Somebody else has gone on with the ticket, or its visitor has rated."""

    number: str
    template = Names("{number} 已有后续操作，不能撤销", "{number} has moved on since; this cannot be undone.")


class DoneAlready(Refusal, frozen=True, kw_only=True):
    """The same key on another console of the counter was faster: nothing is left to do, and nothing went wrong."""

    template = Names("此操作刚刚已在本窗口完成", "This was done at this counter just now.")


class VisitorChanged(Refusal, frozen=True, kw_only=True):
    """Another console of the counter was faster, and did something else."""

    number: str
    template = Names(
        "按键时的 {number} 已不在本窗口，未执行",
        "{number} is not at this counter any more; nothing was done.",
    )


class SomebodyCame(Refusal, frozen=True, kw_only=True):
    """Nobody was seen at the counter when the key was pressed, and by now somebody is called there."""

    number: str
    template = Names("本窗口已呼叫 {number}，未执行", "{number} is at this counter by now; nothing was done.")


class SlipIsOut(Refusal, frozen=True, kw_only=True):
    """A slip of missing papers is in its holder's hand: the program cannot take it back."""

    number: str
    template = Names(
        "{number} 的一次性告知单已经交出，不能撤销；写错了请另开一张，或按号再叫",
        "The slip for {number} has been handed over and cannot be taken back: give another one, or call the number.",
    )


class ExtensionNeeded(Refusal, frozen=True, kw_only=True):
    """After the last session only what was begun is finished; nobody else is called without a manager's word."""

    waiting: int
    template = Names(
        "服务时间已结束，还有 {waiting} 人等候；继续叫号须经值班领导批准延时服务",
        "Service hours are over and {waiting} people wait: a manager must approve extended service first.",
    )
