"""Why a day's rota cannot be made like this."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class RotaNotKept(Refusal, frozen=True, kw_only=True):
    """The hall file does not turn it on."""

    template = Names(
        "本大厅没有启用值班表；可在大厅文件的 [rota] 中把 on 设为 true",
        "This hall keeps no rota; set on to true in [rota] of the hall file.",
    )


class RotaDayOver(Refusal, frozen=True, kw_only=True):
    """What was planned for a day stays on record as it was."""

    day: str
    template = Names("{day} 已过，值班表不能再改", "{day} is over: its rota cannot be changed any more.")


class RotaTwice(Refusal, frozen=True, kw_only=True):
    """A counter, a clerk or a session stands twice."""

    name: str
    template = Names(
        "“{name}”在同一时段排了两次，请只留一处", "'{name}' stands twice in one session. Leave one of them."
    )


class RotaTooLarge(Refusal, frozen=True, kw_only=True):
    """More posts than one message holds."""

    most: int
    template = Names(
        "一天最多排 {most} 个岗；其余时段按窗口本人在岗，不必排",
        "{most} posts a day at most. Leave sessions out in which everybody is at the own counter.",
    )


class UnknownSession(Refusal, frozen=True, kw_only=True):
    """Not one of the hall file."""

    session: str
    template = Names("没有开放时段“{session}”", "There is no session '{session}' in this hall.")
