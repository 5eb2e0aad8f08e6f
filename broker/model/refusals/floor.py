"""Why what a counter serves cannot be changed like this, or nobody be raised."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class ServiceLeftAlone(Refusal, frozen=True, kw_only=True):
    """No counter of the hall would serve it any more."""

    service: str
    template = Names(
        "“{service}”将没有任何窗口办理：请先让另一个窗口办理它",
        "No counter would serve {service} any more: give it to another counter first.",
    )


class ServiceElsewhere(Refusal, frozen=True, kw_only=True):
    """It belongs to an outlet and the counter does not, or the other way round."""

    service: str
    counter: str
    template = Names(
        "“{service}”与 {counter} 号窗口不在同一个地方：委托网点的业务只在该网点办理",
        "{service} and counter {counter} are not in the same place: what an outlet serves is served there alone.",
    )


class RaiseOne(Refusal, frozen=True, kw_only=True):
    """Neither, or both."""

    template = Names("请选择一项业务或一类优先，只选一个", "Choose one service or one priority class, not both.")


class NothingRaised(Refusal, frozen=True, kw_only=True):
    template = Names("它现在没有提前", "Nothing of it is raised now.")


class TimeIsOver(Refusal, frozen=True, kw_only=True):
    template = Names("结束时间已过，请重新填写", "That time is over already: enter a later one.")
