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


class ExtensionNeeded(Refusal, frozen=True, kw_only=True):
    """After the last session only what was begun is finished; nobody else is called without a manager's word."""

    waiting: int
    template = Names(
        "服务时间已结束，还有 {waiting} 人等候；继续叫号须经值班领导批准延时服务",
        "Service hours are over and {waiting} people wait: a manager must approve extended service first.",
    )
