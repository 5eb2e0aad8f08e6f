"""What events change about the surveys. Answers change nothing here: they are for whoever counts them."""

from collections.abc import Callable
from typing import Any

from broker.engine.case_state import Survey
from broker.engine.state import State
from broker.model import events as e


def _began(state: State, event: e.SurveyBegan) -> None:
    state.survey = Survey(event.round, event.ends_ms, event.questions)


def _answered(state: State, event: e.SurveyAnswered) -> None:
    pass


def _ended(state: State, event: e.SurveyEnded) -> None:
    if state.survey is not None:
        state.survey.ended = True


SURVEY_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.SurveyBegan: _began,
    e.SurveyAnswered: _answered,
    e.SurveyEnded: _ended,
}
"""Event -> what it changes."""
