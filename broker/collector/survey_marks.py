"""What was ticked in a form of the survey, as a command; the same form on phones and, for papers, at the desk."""

from collections.abc import Iterable, Mapping

from broker.collector.errors import Malformed, WebError
from broker.collector.forms import form_id, new_form_id
from broker.model.commands import AnswerSurvey, SurveyMark
from broker.model.commands.surveys import SurveyChannel
from broker.model.words import Level

FORM = form_id("survey")


class NothingTicked(WebError):
    """An empty form."""

    status, code = 400, "nothing_ticked"
    zh = "没有提交：请至少选一项"
    en = "Not sent: please answer one question at least."


def new_form() -> str:
    """The name under which one form counts once, however often it is sent."""
    return new_form_id("survey")


def survey_answer(
    form: Mapping[str, str], round_name: str, questions: Iterable[str], channel: SurveyChannel
) -> AnswerSurvey:
    """Of the round that the form was made for: of another the engine says that it is over."""
    said = form.get("round", round_name)
    marks = [SurveyMark(one, _level(one, level)) for one in questions if (level := form.get(f"mark-{one}", ""))]
    if not marks:
        raise NothingTicked
    if len(said) > len("2026-Q4") or not said.isascii():
        raise Malformed(detail="round")
    return AnswerSurvey(round=said, marks=tuple(marks), channel=channel)


def _level(question: str, said: str) -> Level:
    try:
        return Level(said)
    except ValueError as error:
        raise Malformed(detail=f"mark-{question}") from error
