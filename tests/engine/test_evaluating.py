"""A visit is rated by the number and the code on its paper, may be explained once, and may be left unrated."""

from typing import Any

import pytest
from msgspec.structs import replace

from broker.model import commands as c
from broker.model import events as e
from broker.model.rating_keys import CODE_DIGITS, DeviceKeys, RatingKeys
from broker.model.ratings import REASONS, REASONS_VERSION, reasons_kept
from broker.model.words import Holding, Level
from tests.engine.bench_hall import AT_KIOSK, KEYS, HallAtWork
from tests.halls import DAY, OPENS_MS, lobby_hall


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(lobby_hall()).open_day().open_counters("c1", "c2", "c3")


def code_of(work: HallAtWork, number: str) -> str:
    return KEYS.of("kiosk-1").code(work.state.by_number[number])


def rating(number: str, id: str = "rating-0001", at_ms: int = OPENS_MS, **more: Any) -> c.RateVisit:
    more = {"device": "kiosk-1", "level": Level.SATISFIED, **more}
    return c.RateVisit(evaluation=id, number=number, pressed_at_ms=at_ms, **more)


def pressed(visit: str, level: Level, at_ms: int, **more: Any) -> c.RecordEvaluation:
    more = {"device": "keypad-1", **more}
    return c.RecordEvaluation(evaluation="rating-0001", visit=visit, level=level, pressed_at_ms=at_ms, **more)


def test_a_visit_is_rated_once_by_number_and_code_on_the_paper(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
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
    number = work.take_ticket(kiosk="kiosk-1")
    work.serve()
    wrong = f"{(int(code_of(work, number)) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
    for code in (None, wrong):
        assert work.refused(rating(number, code=code), **AT_KIOSK).code == "wrong_rating_code"
    assert not work.state.evaluations
    assert work.done(rating(number, code=code_of(work, number)), **AT_KIOSK)


def by_phone(work: HallAtWork, ticket: str, keys: DeviceKeys, **more: Any) -> c.RateByTicket:
    more = {"level": Level.SATISFIED, "evaluation": "rating-0001", **more}
    return c.RateByTicket(ticket=ticket, proof=keys.ticket_proof(ticket), pressed_at_ms=work.now_ms, **more)


def by_sign(work: HallAtWork, visit: str, device: str, **more: Any) -> c.RateBySign:
    more = {"level": Level.SATISFIED, "evaluation": "rating-0001", "proof": KEYS.of(device).visit_proof(visit), **more}
    return c.RateBySign(visit=visit, device=device, pressed_at_ms=work.now_ms, **more)


def test_a_code_worked_out_from_the_tickets_id_alone_rates_nothing(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    work.serve()
    ticket = work.state.by_number[number]
    for keys in (RatingKeys("any", (b"a secret that somebody made up",)), RatingKeys("any", (b"",)), RatingKeys()):
        made_up = keys.of("kiosk-1").code(ticket) or "000000"
        assert work.refused(rating(number, code=made_up), **AT_KIOSK).code == "wrong_rating_code"
    other_hall = RatingKeys("other", KEYS.secrets).of("kiosk-1")
    assert work.refused(rating(number, code=other_hall.code(ticket)), **AT_KIOSK).code == "wrong_rating_code"


def test_a_stolen_kiosk_signs_for_no_ticket_but_those_it_gave(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    ticket = work.state.by_number[number]
    thief = KEYS.of("kiosk-2")
    assert work.refused(rating(number, code=thief.code(ticket)), **AT_KIOSK).code == "wrong_rating_code"
    assert work.refused(by_phone(work, ticket, thief)).code == "wrong_rating_proof"
    assert work.refused(by_sign(work, visit, "keypad-1", proof=thief.visit_proof(visit))).code == "wrong_rating_proof"
    assert not work.state.evaluations


def test_a_visit_without_a_kiosks_paper_is_rated_by_nobodys_code(work: HallAtWork) -> None:
    number = work.take_ticket()
    work.serve()
    code = KEYS.of("").code(work.state.by_number[number])
    assert work.refused(rating(number, code=code), **AT_KIOSK).code == "wrong_rating_code"


def test_the_code_on_the_paper_rates_once_by_phone_too_and_not_before_the_visit(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    ticket, keys = work.state.by_number[number], KEYS.of("kiosk-1")
    assert work.refused(by_phone(work, ticket, keys)).code == "not_served_yet"
    visit = work.serve()
    assert work.done(by_phone(work, ticket, keys))["visit"] == visit
    assert work.refused(by_phone(work, ticket, keys, evaluation="rating-0002")).code == "already_rated"
    assert work.refused(rating(number, "rating-0003", code=keys.code(ticket)), **AT_KIOSK).code == "already_rated"
    assert work.refused(by_phone(work, "ticket-unheard-of", keys)).code == "wrong_rating_proof"


def test_of_two_visits_within_a_millisecond_the_last_is_rated(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    ticket, keys = work.state.by_number[number], KEYS.of("kiosk-1")
    counter = "c1"
    work.call(counter)
    work.done(c.StartService(counter=counter))
    first = work.done(c.NextService(counter=counter, service="pension", to_counter=counter))["visit"]
    last = work.done(c.FinishService(counter=counter))["visit"]
    assert first != last
    assert work.done(rating(number, code=keys.code(ticket)), **AT_KIOSK)["visit"] == last
    assert work.refused(by_phone(work, ticket, keys, evaluation="rating-0002")).code == "already_rated"


def test_a_paper_of_another_number_that_became_known_after_the_visit_rates_it(work: HallAtWork) -> None:
    called = work.take_ticket(kiosk="kiosk-1")
    ticket, keys = work.state.by_number[called], KEYS.of("kiosk-1")
    visit = work.serve()
    paper = c.ReportTicket(
        ticket=ticket, service="pension", number="A801", holding=Holding.PAPER, day=DAY, kiosk="kiosk-1"
    )
    work.done(paper, **AT_KIOSK)
    assert work.done(rating("A801", code=keys.code(ticket)), **AT_KIOSK)["visit"] == visit


def test_a_paper_rates_until_the_hall_calendars_last_day_and_under_its_own_days_code(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    ticket, code = work.state.by_number[number], code_of(work, number)
    visit = work.serve()
    work.done(c.CloseCounter(counter="c1"))
    work.done(c.CloseCounter(counter="c2"))
    work.done(c.CloseCounter(counter="c3"))
    work.done(c.CloseDay())
    work.wait(86_400)
    tomorrow = c.SessionTimes("day", work.now_ms, work.now_ms + 8 * 3_600_000, work.now_ms + 7 * 3_600_000)
    work.done(c.OpenDay(day="2026-03-05", sessions=(tomorrow,)))
    work.open_counters("c1")
    again = work.take_ticket(kiosk="kiosk-1")
    assert again == number, "numbers begin anew"
    newer = work.serve()
    assert work.done(rating(number, at_ms=work.now_ms, code=code), **AT_KIOSK)["visit"] == visit
    assert not work.state.visits[newer].rated
    work.rate_from_ms = work.now_ms + 1
    late = rating(again, "rating-0002", work.now_ms, code=code_of(work, again))
    assert work.refused(late, **AT_KIOSK).code == "rating_closed"
    assert work.refused(by_phone(work, ticket, KEYS.of("kiosk-1"))).code == "already_rated"


def test_the_code_at_the_counter_is_good_for_its_visit_its_window_and_once(work: HallAtWork) -> None:
    work.take_ticket(kiosk="kiosk-1")
    work.take_ticket(kiosk="kiosk-1")
    first = work.serve()
    screenshot = KEYS.of("keypad-1").visit_proof(first)
    second = work.serve()
    assert work.refused(by_sign(work, second, "keypad-1", proof=screenshot)).code == "wrong_rating_proof"
    assert work.refused(by_sign(work, second, "keypad-2")).code == "wrong_rating_proof", "of another counter"
    assert work.refused(by_sign(work, second, "kiosk-1")).code == "wrong_rating_proof"
    assert work.done(by_sign(work, second, "keypad-1"))["visit"] == second
    assert work.refused(by_sign(work, second, "keypad-1", evaluation="rating-0002")).code == "already_rated"
    work.wait(work.hall.rules.rating_window_s + 6)
    assert work.refused(by_sign(work, first, "keypad-1", evaluation="rating-0003")).code == "sign_code_over"
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert event.device == "sign-code"


def test_new_secrets_sign_and_old_ones_are_believed_until_they_are_taken_away() -> None:
    old, new = RatingKeys("any", (b"old",)), RatingKeys("any", (b"new", b"old"))
    code, proof = old.of("kiosk-1").code("ticket-1"), old.of("kiosk-1").ticket_proof("ticket-1")
    now = new.of("kiosk-1")
    assert now.made_code("ticket-1", code) and now.made_ticket_proof("ticket-1", proof)
    assert (now.code("ticket-1"), now.ticket_proof("ticket-1")) != (code, proof)
    after = RatingKeys("any", (b"new",)).of("kiosk-1")
    assert not after.made_code("ticket-1", code) and not after.made_ticket_proof("ticket-1", proof)
    assert not DeviceKeys().made_code("ticket-1", "") and DeviceKeys().code("ticket-1") == ""


def test_a_paper_form_is_entered_by_number_and_keeps_who_entered_it_not_who_rated(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    work.serve()
    work.done(rating(number, device="paper"))
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert (event.device, event.entered_by) == ("paper", "")


def test_a_paper_form_of_an_earlier_day_counts_once_while_papers_may_rate(work: HallAtWork) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    first = work.serve()
    for counter in ("c1", "c2", "c3"):
        work.done(c.CloseCounter(counter=counter))
    work.done(c.CloseDay())
    form = rating(number, device="paper", at_ms=work.now_ms, day="2026-03-04")
    work.wait(86_400)
    tomorrow = c.SessionTimes("day", work.now_ms, work.now_ms + 8 * 3_600_000, work.now_ms + 7 * 3_600_000)
    work.done(c.OpenDay(day="2026-03-05", sessions=(tomorrow,)))
    work.open_counters("c1")
    assert work.take_ticket(kiosk="kiosk-1") == number, "numbers begin anew"
    second = work.serve()
    work.rate_from_ms = work.now_ms
    assert work.refused(form).code == "rating_closed"
    work.rate_from_ms = 0
    assert work.refused(replace(form, day="2026-03-03")).code == "not_served_that_day"
    assert work.refused(replace(form, number="A555")).code == "not_served_that_day"
    assert work.done(form)["visit"] == first
    assert work.refused(replace(form, evaluation="rating-0002")).code == "already_rated"
    assert work.done(replace(form, evaluation="rating-0003", day="2026-03-05"))["visit"] == second


def test_a_low_rating_keeps_reasons_of_its_version_and_the_wish_to_be_called(work: HallAtWork) -> None:
    work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    reasons = ("slow", "unheard_of", "attitude", "slow")
    work.done(pressed(visit, Level.DISSATISFIED, work.now_ms, reasons=reasons, reasons_version=1, contact=True))
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert (event.reasons, event.reasons_version, event.contact) == (("attitude", "slow"), 1, True)


@pytest.mark.parametrize("level", [Level.VERY_SATISFIED, Level.SATISFIED, Level.BASICALLY_SATISFIED])
def test_a_good_rating_is_taken_without_what_only_low_ones_may_add(work: HallAtWork, level: Level) -> None:
    work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    work.done(pressed(visit, level, work.now_ms, reasons=("slow",), reasons_version=1, contact=True))
    (event,) = [one for one in work.events if isinstance(one, e.EvaluationRecorded)]
    assert (event.reasons, event.reasons_version, event.contact) == ((), 0, False)


def test_reasons_of_an_unknown_version_are_left_out_and_the_list_of_today_is_in_both_languages() -> None:
    assert reasons_kept(Level.DISSATISFIED, ("slow",), 99) == ()
    assert all(names.zh and names.en for names in REASONS[REASONS_VERSION].values())


def test_whoever_rated_low_at_the_keypad_explains_it_once_and_only_there(work: HallAtWork) -> None:
    work.take_ticket(kiosk="kiosk-1")
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
    work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    work.done(pressed(visit, Level.SATISFIED, work.now_ms))
    why = c.ExplainEvaluation(visit=visit, device="keypad-1", reasons=("slow",), reasons_version=1)
    assert work.refused(why).code == "not_explainable"


def test_a_visit_that_was_declined_is_unrated_says_so_once_and_may_still_be_rated_by_its_paper(
    work: HallAtWork,
) -> None:
    number = work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    left = c.LeaveUnrated(visit=visit, device="keypad-1", why="declined")
    assert work.done(left)["why"] == "declined"
    work.done(left)
    assert len([one for one in work.events if isinstance(one, e.VisitLeftUnrated)]) == 1
    assert not work.state.stars, "nobody counts as satisfied"
    work.done(rating(number, code=code_of(work, number)), **AT_KIOSK)
    assert work.refused(left).code == "already_rated"


def test_only_the_evaluator_of_the_visits_own_counter_says_why_it_is_unrated(work: HallAtWork) -> None:
    work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    for device in ("keypad-2", "kiosk-1", "phone"):
        left = c.LeaveUnrated(visit=visit, device=device, why="device_fault")
        assert work.refused(left).code == "visit_not_rateable"


def test_a_counter_and_a_kiosk_can_neither_decline_nor_explain_for_a_visitor(work: HallAtWork) -> None:
    work.take_ticket(kiosk="kiosk-1")
    visit = work.serve()
    for wish in (
        c.LeaveUnrated(visit=visit, device="keypad-1", why="declined"),
        c.ExplainEvaluation(visit=visit, device="keypad-1", contact=True),
        pressed(visit, Level.VERY_SATISFIED, work.now_ms),
        rating("A001", device="desk-1"),
    ):
        assert work.refused(wish, device="desk-1", role="caller").code == "not_allowed"
