"""Surveys (满意度测评): a round begins with the time it asks about, takes answers for some days, and ends. Pure."""

from collections.abc import Iterator

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.hall import Hall
from broker.model.views import OpenSurvey


def begin(desk: Desk, command: c.BeginSurvey) -> Outcome:
    """Once; while one is open no other begins, and one that is over is not opened again."""
    table, known = desk.hall.quality.survey, desk.state.survey
    if not table.on:
        raise Refused(r.SurveysNotKept())
    if known is not None and (not known.ended or command.round <= known.round):
        return Outcome(result={})
    event = e.SurveyBegan(
        at_ms=desk.now_ms,
        round=command.round,
        ends_ms=desk.asked.calendar.end_ms(table.open_days, "day", desk.now_ms),
        questions=tuple(table.asked),
    )
    return Outcome((event,), {"round": event.round})


def answer(desk: Desk, command: c.AnswerSurvey) -> Outcome:
    """Counted once, whoever it is."""
    known = desk.state.survey
    if not desk.hall.quality.survey.on:
        raise Refused(r.SurveysNotKept())
    if known is None or known.ended or known.round != command.round or desk.now_ms >= known.ends_ms:
        raise Refused(r.NoSurveyOpen(round=command.round))
    seen: set[str] = set()
    for mark in command.marks:
        if mark.question not in known.questions:
            raise Refused(r.UnknownQuestion(question=mark.question))
        if mark.question in seen:
            raise Refused(r.MarkedTwice(question=mark.question))
        seen.add(mark.question)
    event = e.SurveyAnswered(
        at_ms=desk.now_ms,
        round=command.round,
        marks=command.marks,
        channel=command.channel,
        by=desk.asked.by if command.channel == "paper" else "",
    )
    return Outcome((event,), {"round": command.round})


def over(desk: Desk) -> Iterator[e.Event]:
    """Told once."""
    known = desk.state.survey
    if known is not None and not known.ended and known.ends_ms <= desk.now_ms:
        yield e.SurveyEnded(at_ms=desk.now_ms, round=known.round)


def open_survey(hall: Hall, state: State) -> OpenSurvey | None:
    """What phones are shown; None between rounds."""
    known = state.survey
    if known is None or known.ended or not hall.quality.survey.on:
        return None
    return OpenSurvey(round=known.round, ends_ms=known.ends_ms, questions=known.questions)
