"""Commands of the surveys (满意度测评): begin a round, and answer it. Apart from the rating of each visit."""

from typing import Annotated, Literal

import msgspec

from broker.model.commands.base import Command
from broker.model.survey_questions import QUESTIONS_MOST
from broker.model.words import Level, Slug

RoundName = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}(-(Q[1-4]|H[12]|[01][0-9]))?$(?!\n)")]
"""What is asked about: ``2026``, ``2026-H2``, ``2026-Q4`` or ``2026-11``."""
SurveyChannel = Literal["phone", "paper"]


class SurveyMark(msgspec.Struct, frozen=True, array_like=True):
    """What somebody thinks of one thing."""

    question: Slug
    level: Level


class BeginSurvey(Command, tag=True, kw_only=True, frozen=True):
    """The round of a time that has begun. The server asks on each new day; a round that was begun is not begun anew."""

    round: RoundName


class AnswerSurvey(Command, tag=True, kw_only=True, frozen=True):
    """Somebody's answers. ``paper``: typed in by staff. Nothing says who it was; no ticket and no visit is named."""

    round: RoundName
    marks: Annotated[tuple[SurveyMark, ...], msgspec.Meta(min_length=1, max_length=QUESTIONS_MOST)]
    channel: SurveyChannel = "phone"
