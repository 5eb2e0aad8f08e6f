"""A visit is rated by the number and the code on its paper, may be explained once, and may be left unrated."""

from typing import Any

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.ratings import REASONS, REASONS_VERSION, rating_code, reasons_kept
from broker.model.words import Level
from tests.engine.bench_hall import AT_KIOSK, HallAtWork
from tests.halls import OPENS_MS, lobby_hall


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def code_of(work: HallAtWork, number: str) -> str:
    return rating_code(work.state.by_number[number])


def rating(number: str, id: str = "rating-0001", at_ms: int = OPENS_MS, **more: Any) -> c.RateVisit:
    more = {"device": "kiosk-1", "level": Level.SATISFIED, **more}
    return c.RateVisit(evaluation=id, number=number, pressed_at_ms=at_ms, **more)


def pressed(visit: str, level: Level, at_ms: int, **more: Any) -> c.RecordEvaluation:
    more = {"device": "keypad-1", **more}
    return c.RecordEvaluation(evaluation="rating-0001", visit=visit, level=level, pressed_at_ms=at_ms, **more)


def test_a_visit_is_rated_once_by_number_and_code_on_the_paper(work: HallAtWork) -> None:
    number = work.take_ticket()
    code = code_of(work, number)
    assert work.refused(rating(number, code=code), **AT_KIOSK).code == "not_served_yet"
    visit = work.serve()
    work.wait(600)
    assert work.done(rating(number, at_ms=work.now_ms, code=code), **AT_KIOSK)["visit"] == visit
    again = rating(number, "rating-0002", work.now_ms, code=code)
    assert work.refused(again, **AT_KIOSK).code == "already_rated"
    assert work.refused(rating("A555", code=code), **AT_KIOSK).code == "unknown_ticket"
    assert work.refused(rating(number, device="kiosk-2", code=code), **AT_KIOSK).code == "not_allowed"


def test_a_number_read_off_the_board_rates_nobodys_visit_at_a_kiosk(work: HallAtWork) -> None:
    number = work.take_ticket()
    work.serve()
    wrong = f"{(int(code_of(work, number)) + 1) % 10_000:04d}"
    for code in (None, wrong):
        assert work.refused(rating(number, code=code), **AT_KIOSK).code == "wrong_rating_code"
    assert not work.state.evaluations
    assert work.done(rating(number, code=code_of(work, number)), **AT_KIOSK)


def test_a_paper_form_is_entered_by_number_and_keeps_who_entered_it_not_who_rated(work: HallAtWork) -> None:
    number = work.take_ticket()
    work.serve()
    work.done(rating(number, device="paper"))
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert (event.device, event.entered_by) == ("paper", "")


def test_a_low_rating_keeps_reasons_of_its_version_and_the_wish_to_be_called(work: HallAtWork) -> None:
    work.take_ticket()
    visit = work.serve()
    reasons = ("slow", "unheard_of", "attitude", "slow")
    work.done(pressed(visit, Level.DISSATISFIED, work.now_ms, reasons=reasons, reasons_version=1, contact=True))
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert (event.reasons, event.reasons_version, event.contact) == (("attitude", "slow"), 1, True)


@pytest.mark.parametrize("level", [Level.VERY_SATISFIED, Level.SATISFIED, Level.BASICALLY_SATISFIED])
def test_a_good_rating_is_taken_without_what_only_low_ones_may_add(work: HallAtWork, level: Level) -> None:
    work.take_ticket()
    visit = work.serve()
    work.done(pressed(visit, level, work.now_ms, reasons=("slow",), reasons_version=1, contact=True))
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert (event.reasons, event.reasons_version, event.contact) == ((), 0, False)


def test_reasons_of_an_unknown_version_are_left_out_and_the_list_of_today_is_in_both_languages() -> None:
    assert reasons_kept(Level.DISSATISFIED, ("slow",), 99) == ()
    assert all(names.zh and names.en for names in REASONS[REASONS_VERSION].values())


def test_whoever_rated_low_at_the_keypad_explains_it_once_and_only_there(work: HallAtWork) -> None:
    work.take_ticket()
    visit = work.serve()
    why = c.ExplainEvaluation(visit=visit, device="keypad-1", reasons=("slow",), reasons_version=1, contact=True)
    assert work.refused(why).code == "not_explainable", "not rated yet"
    work.done(pressed(visit, Level.VERY_DISSATISFIED, work.now_ms))
    elsewhere = c.ExplainEvaluation(visit=visit, device="keypad-2", contact=True)
    assert work.refused(elsewhere).code == "not_explainable"
    empty = c.ExplainEvaluation(visit=visit, device="keypad-1")
    assert work.refused(empty).code == "not_explainable"
    work.done(why)
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationExplained)]
    assert (event.evaluation, event.reasons, event.contact) == ("rating-0001", ("slow",), True)
    assert work.refused(why).code == "not_explainable", "once"


def test_a_good_rating_cannot_be_explained(work: HallAtWork) -> None:
    work.take_ticket()
    visit = work.serve()
    work.done(pressed(visit, Level.SATISFIED, work.now_ms))
    why = c.ExplainEvaluation(visit=visit, device="keypad-1", reasons=("slow",), reasons_version=1)
    assert work.refused(why).code == "not_explainable"


def test_a_visit_that_was_declined_is_unrated_says_so_once_and_may_still_be_rated_by_its_paper(
    work: HallAtWork,
) -> None:
    number = work.take_ticket()
    visit = work.serve()
    left = c.LeaveUnrated(visit=visit, device="keypad-1", why="declined")
    assert work.done(left)["why"] == "declined"
    work.done(left)
    assert len([one for one in work.events if isinstance(one, e.VisitLeftUnrated)]) == 1
    assert not work.state.stars, "nobody counts as satisfied"
    work.done(rating(number, code=code_of(work, number)), **AT_KIOSK)
    assert work.refused(left).code == "already_rated"


def test_only_the_evaluator_of_the_visits_own_counter_says_why_it_is_unrated(work: HallAtWork) -> None:
    work.take_ticket()
    visit = work.serve()
    for device in ("keypad-2", "kiosk-1", "phone"):
        left = c.LeaveUnrated(visit=visit, device=device, why="device_fault")
        assert work.refused(left).code == "visit_not_rateable"


def test_a_counter_and_a_kiosk_can_neither_decline_nor_explain_for_a_visitor(work: HallAtWork) -> None:
    work.take_ticket()
    visit = work.serve()
    for wish in (
        c.LeaveUnrated(visit=visit, device="keypad-1", why="declined"),
        c.ExplainEvaluation(visit=visit, device="keypad-1", contact=True),
        pressed(visit, Level.VERY_SATISFIED, work.now_ms),
        rating("A001", device="desk-1"),
    ):
        assert work.refused(wish, device="desk-1", role="caller").code == "not_allowed"
