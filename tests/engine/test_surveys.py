"""Surveys: a round begins once, takes answers while it is open, and keeps the questions with which it began."""

from datetime import date

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.hall_file import parse_hall
from broker.model.survey_questions import QUESTIONS
from broker.model.words import Level
from broker.oversight.surveys import Surveys
from tests.engine.bench_hall import HallAtWork, view
from tests.engine.test_cases import last_day, ms
from tests.halls import SMALL

ON = "\n[quality.survey]\non = true\n"
OWN = ON + 'questions.queue = { zh = "排队", en = "Queue" }\n'


def marks(**levels: str) -> tuple[c.SurveyMark, ...]:
    return tuple(c.SurveyMark(question, Level(level)) for question, level in levels.items())


SOME = marks(waiting="dissatisfied", manner="very_satisfied")


@pytest.fixture
def work() -> HallAtWork:
    made = HallAtWork(parse_hall(SMALL + ON))
    made.now_ms = ms("2026-03-04 08:30")
    made.ask(c.BeginSurvey(round="2026-Q1"), "server", "server")
    return made


def test_a_round_takes_answers_until_the_end_of_its_days_and_ends_once(work: HallAtWork) -> None:
    (began,) = work.events
    assert isinstance(began, e.SurveyBegan)
    assert (last_day(began.ends_ms), began.questions) == ("2026-03-18", tuple(QUESTIONS))
    shown = view(work, "hall", "small").survey
    assert (shown.round, shown.ends_ms) == ("2026-Q1", began.ends_ms)
    work.done(c.AnswerSurvey(round="2026-Q1", marks=SOME))
    work.now_ms = began.ends_ms - 1
    work.done(c.AnswerSurvey(round="2026-Q1", marks=SOME, channel="paper"), by="ann")
    work.now_ms += 1
    assert work.refused(c.AnswerSurvey(round="2026-Q1", marks=SOME)).code == "no_survey_open"
    assert [type(one) for one in work.ask(c.PassTime(), "server", "server").events] == [e.SurveyEnded]
    assert work.ask(c.PassTime(), "server", "server").events == ()
    assert view(work, "hall", "small").survey is None
    answers = [one for one in work.events if isinstance(one, e.SurveyAnswered)]
    assert [(one.channel, one.by) for one in answers] == [("phone", ""), ("paper", "ann")]


def test_no_round_begins_twice_or_while_another_is_open(work: HallAtWork) -> None:
    for name in ("2026-Q1", "2026-Q2"):
        assert work.ask(c.BeginSurvey(round=name), "server", "server").events == ()
    work.now_ms = ms("2026-03-20 09:00")
    work.ask(c.PassTime(), "server", "server")
    assert work.ask(c.BeginSurvey(round="2026-Q1"), "server", "server").events == ()
    assert len(work.ask(c.BeginSurvey(round="2026-Q2"), "server", "server").events) == 1
    assert work.refused(c.AnswerSurvey(round="2026-Q1", marks=SOME)).code == "no_survey_open"


def test_what_was_not_asked_is_refused_and_one_thing_is_marked_once(work: HallAtWork) -> None:
    assert work.refused(c.AnswerSurvey(round="2026-Q1", marks=marks(food="satisfied"))).code == "unknown_question"
    twice = c.AnswerSurvey(round="2026-Q1", marks=(*SOME, SOME[0]))
    assert work.refused(twice).code == "marked_twice"


def test_a_round_keeps_its_questions_whatever_the_hall_file_says_later(work: HallAtWork) -> None:
    work.hall = parse_hall(SMALL + OWN)
    work.done(c.AnswerSurvey(round="2026-Q1", marks=SOME))
    assert work.refused(c.AnswerSurvey(round="2026-Q1", marks=marks(queue="satisfied"))).code == "unknown_question"
    assert view(work, "hall", "small").survey.questions == tuple(QUESTIONS)


def test_a_hall_that_turns_them_off_takes_no_more(work: HallAtWork) -> None:
    work.hall = parse_hall(SMALL)
    assert work.refused(c.AnswerSurvey(round="2026-Q1", marks=SOME)).code == "surveys_not_kept"
    assert view(work, "hall", "small").survey is None


@pytest.mark.parametrize(
    ("every", "name"), [("month", "2026-11"), ("quarter", "2026-Q4"), ("half_year", "2026-H2"), ("year", "2026")]
)
def test_the_round_of_a_day_is_that_of_its_month_quarter_half_or_year(every: str, name: str) -> None:
    survey = parse_hall(SMALL + ON + f'every = "{every}"\n').quality.survey
    day = date(2026, 11, 24)
    assert survey.round_of(day.year, day.month) == name
    ends = {survey.round_of(2026, month) for month in range(1, 13)}
    assert len(ends) == {"month": 12, "quarter": 4, "half_year": 2, "year": 1}[every]
    assert sorted(ends) == list(dict.fromkeys(survey.round_of(2026, month) for month in range(1, 13)))


def test_the_second_fold_counts_each_mark_once_and_satisfied_are_the_first_three_levels(work: HallAtWork) -> None:
    for level in Level:
        work.done(c.AnswerSurvey(round="2026-Q1", marks=marks(whole=level.value)))
    work.done(c.AnswerSurvey(round="2026-Q1", marks=SOME, channel="paper"), by="ann")
    folded = Surveys()
    for event in work.events:
        folded.fold(event)  # type: ignore[arg-type]
    (one,) = folded.told()
    assert (one.answers, one.channels) == (6, {"phone": 5, "paper": 1})
    assert (one.share("whole").part, one.share("whole").n) == (3, 5)
    assert (one.share("waiting").part, one.share("waiting").n) == (0, 1)
    assert (one.share().part, one.share().n, one.share("papers").percent) == (4, 7, None)
