"""Events of the surveys. Who answered is in none of them."""

from broker.model.commands.surveys import SurveyChannel, SurveyMark
from broker.model.events.base import Event


class SurveyBegan(Event, tag=True, kw_only=True, frozen=True):
    """A round is open until ``ends_ms``. It keeps the ``questions`` with which it began, whatever the hall file says
    later."""

    round: str
    ends_ms: int
    questions: tuple[str, ...]


class SurveyAnswered(Event, tag=True, kw_only=True, frozen=True):
    """One answer; ``by`` is who typed a paper in, and empty of a phone."""

    round: str
    marks: tuple[SurveyMark, ...]
    channel: SurveyChannel = "phone"
    by: str = ""


class SurveyEnded(Event, tag=True, kw_only=True, frozen=True):
    """The round is over."""

    round: str
