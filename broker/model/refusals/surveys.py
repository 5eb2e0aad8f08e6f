"""Why an answer to a survey cannot be taken."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class SurveysNotKept(Refusal, frozen=True, kw_only=True):
    """The hall file does not turn them on."""

    template = Names(
        "本大厅没有启用满意度测评；可在大厅文件的 [quality.survey] 中把 on 设为 true",
        "This hall holds no surveys; set on to true in [quality.survey] of the hall file.",
    )


class NoSurveyOpen(Refusal, frozen=True, kw_only=True):
    """Over, or not begun."""

    round: str
    template = Names("{round} 的满意度测评已经结束，谢谢您", "The survey of {round} is over. Thank you all the same.")


class UnknownQuestion(Refusal, frozen=True, kw_only=True):
    """No question of this round."""

    question: str
    template = Names(
        "本轮测评没有“{question}”这一项，请刷新页面后再提交",
        "{question} is no question of this round. Reload the page and answer again.",
    )


class MarkedTwice(Refusal, frozen=True, kw_only=True):
    """A question stands twice in one answer."""

    question: str
    template = Names("“{question}”答了两次，请只留一次", "{question} is answered twice. Leave one of them.")
