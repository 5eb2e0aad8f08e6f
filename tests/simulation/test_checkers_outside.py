"""The judges of what left the devices: answers, thanks, pictures, speech."""

import pytest

from broker.model import events as e
from tests.simulation import checkers
from tests.simulation.hand_made import BOARD, HALL, Tale, a_good_day
from tests.simulation.trace import Alarm, Fault, Sent, Trace, TurnedAway


def laws(trace: Trace) -> set[str]:
    return {violation.law for violation in checkers.check(trace)}


def sentences(trace: Trace, law: str) -> list[str]:
    return [violation.sentence for violation in checkers.check(trace) if violation.law == law]


def test_l8_the_same_answer_again_is_right_and_another_is_found() -> None:
    tale = a_good_day().answers("press-1", "OpenDay", result={"number": "A001"})
    assert laws(tale.answered_again("press-1", result={"number": "A001"}).trace) == set()
    assert sentences(tale.answered_again("press-1", result={"number": "A002"}).trace, "L8") == [
        "desk-1 got two different answers to press-1"
    ]


def test_l8_ids_of_different_devices_have_nothing_to_do_with_each_other() -> None:
    tale = a_good_day().answers("press-1", "OpenDay", result={})
    assert laws(tale.answers("press-1", "OpenDay", device="kiosk-1", code="unknown_ticket").trace) == set()


def test_l8_a_command_decided_twice_is_found() -> None:
    tale = a_good_day()
    tale.reserves("t3", 3, kiosk=None)
    command = tale.trace.journal[-1].command
    tale.confirms("t3")
    tale.confirms("t3", command)
    assert sentences(tale.trace, "L8") == [f"command {command} was decided twice"]


def test_l9_a_rating_thanked_for_and_lost_is_found_unless_the_card_was() -> None:
    tale = Tale().opens().counter_opens("c1").waits("t1", 1)
    tale.thanks(tale.serves("t1"))
    trace = tale.rests()
    assert sentences(trace, "L9") == ["rating rating-1 was thanked for and is lost"]
    trace.faults.append(Fault(tale.now_ms, "lost card", "desk-1"))
    assert laws(trace) == set()


def test_l9_a_rating_stored_as_another_level_is_found() -> None:
    tale = Tale().opens().counter_opens("c1").waits("t1", 1)
    visit = tale.serves("t1")
    tale.thanks(visit, level="dissatisfied").rates(visit)
    assert sentences(tale.rests(), "L9") == ["rating rating-1 is not what was pressed"]


def test_l9_a_visit_rated_twice_is_found() -> None:
    tale = a_good_day()
    tale.rates("visit-of-t1", "rating-2")
    assert sentences(tale.trace, "L9") == ["visit visit-of-t1 has two ratings"]


def test_l9_a_visit_thanked_for_twice_is_found() -> None:
    tale = a_good_day().thanks("visit-of-t1", "rating-2")
    assert "visit visit-of-t1 was thanked for twice" in sentences(tale.trace, "L9")


def test_l9_a_press_after_the_window_is_found() -> None:
    tale = Tale().opens().counter_opens("c1").waits("t1", 1)
    tale.wait(1).serves("t1")
    tale.wait(66).thanks("visit-of-t1")
    assert sentences(tale.trace, "L9") == ["keypad-1 thanked for a press outside its window"]


def test_l9_a_rating_of_a_visit_that_never_was_is_found() -> None:
    tale = a_good_day()
    tale.rates("visit-9", "rating-9")
    assert sentences(tale.trace, "L9") == ["visit visit-9 was rated and never served"]


def test_l10_a_screen_that_shows_something_else_at_rest_is_found() -> None:
    trace = a_good_day().rests(shown={("display-1", BOARD): b'{"calls":[1]}'})
    assert sentences(trace, "L10") == [f"display-1 shows something else than the journal on {BOARD}"]


def test_l10_a_screen_that_shows_nothing_is_found() -> None:
    assert sentences(a_good_day().rests(shown={}), "L10") == ["display-1 shows nothing"]


def test_l11_an_older_picture_is_found_and_the_same_again_is_right() -> None:
    tale = a_good_day().shows(3).shows(5).shows(5)
    assert laws(tale.trace) == set()
    assert sentences(tale.shows(4).trace, "L11") == [f"display-1 went back in time on {BOARD}"]


def test_l11_a_display_without_memory_begins_anew() -> None:
    tale = a_good_day().shows(5)
    tale.trace.faults.append(Fault(tale.now_ms, "display power", "display-1"))
    assert laws(tale.shows(4).trace) == set()


def test_l11_a_new_epoch_may_count_lower() -> None:
    assert laws(a_good_day().shows(5).shows(4, epoch=2).trace) == set()
    assert "L11" in laws(a_good_day().shows(5, epoch=2).shows(6, epoch=1).trace)


def test_l12_a_call_is_announced_once_and_then_repeated() -> None:
    tale = a_good_day().speaks("call-of-t1").speaks("call-of-t1", reading=2)
    assert laws(tale.trace) == set()
    assert "L12" in laws(tale.speaks("call-of-t1").trace)


def test_l12_a_late_announcement_is_found() -> None:
    assert sentences(a_good_day().wait(60).speaks("call-of-t1").trace, "L12") == ["display-1 spoke of an old call"]


def test_l12_announcements_out_of_order_are_found() -> None:
    tale = a_good_day().wait(600)
    tale.calls("t2")
    tale.speaks("call-of-t2")
    tale.trace.journal.append(tale.trace.journal.pop())
    tale.trace.spoken.append(tale.trace.spoken[0].__class__(tale.now_ms, "display-1", "call-of-t1"))
    assert "display-1 spoke of call-of-t1 after a later call" in sentences(tale.trace, "L12")


def test_l12_a_recall_may_be_spoken_after_a_later_first_call_and_not_after_a_later_recall() -> None:
    tale = a_good_day()
    for ticket in ("t1", "t2"):
        tale.happens(e.TicketRecalled, ticket=ticket, counter="c1", call_id=f"recall-of-{ticket}")
    tale.calls("t3")
    tale.speaks("call-of-t3").speaks("recall-of-t1").speaks("recall-of-t2")
    assert sentences(tale.trace, "L12") == []
    tale.trace.spoken[-2:] = reversed(tale.trace.spoken[-2:])
    assert sentences(tale.trace, "L12") == ["display-1 spoke of recall-of-t1 after a later call"]


def test_l12_a_first_call_is_never_spoken_after_a_later_recall() -> None:
    tale = a_good_day()
    tale.calls("t2")
    tale.happens(e.TicketRecalled, ticket="t1", counter="c1", call_id="recall-of-t1")
    tale.speaks("recall-of-t1").speaks("call-of-t2")
    assert sentences(tale.trace, "L12") == ["display-1 spoke of call-of-t2 after a later call"]


def test_l12_a_call_that_a_display_missed_without_power_stays_unspoken() -> None:
    tale = a_good_day().shows(5).wait(5)
    tale.trace.faults.append(Fault(tale.now_ms, "display power", "display-1"))
    tale.wait(5).calls("t2")
    tale.wait(1).shows(6, body=b'{"calls":[{"call_id":"call-of-t2"}]}')
    assert laws(tale.trace) == set()
    said = "display-1 spoke of call-of-t2, which it missed while it had no power"
    assert sentences(tale.wait(1).speaks("call-of-t2").trace, "L12") == [said]


def test_l12_two_calls_with_one_id_are_found() -> None:
    tale = a_good_day().wait(600)
    tale.calls("t2", call="call-of-t1")
    assert sentences(tale.trace, "L12") == ["two calls bear the id call-of-t1"]


def test_l13_a_live_state_that_is_not_the_fold_is_found() -> None:
    trace = a_good_day().rests(live={BOARD: b'{"calls":[2]}'})
    assert sentences(trace, "L13") == [f"{BOARD} of the running engine is not the fold of the journal"]


def test_l14_an_answer_before_its_commit_is_found() -> None:
    tale = a_good_day().answers("press-1", "OpenDay", result={}, committed=3)
    assert sentences(tale.trace, "L14") == ["the answer to press-1 left before it was safe"]


def test_l14_a_picture_before_its_commit_is_found() -> None:
    assert "L14" in laws(a_good_day().shows(5, committed=4).trace)


def test_l14_a_promise_that_did_not_survive_is_found() -> None:
    tale = a_good_day().answers("press-1", "FinishService", result={"visit": "visit-9"})
    assert sentences(tale.trace, "L14") == ["FinishService press-1 was answered and its ServiceFinished is lost"]


def test_l14_speech_about_a_call_that_was_never_made_is_found() -> None:
    assert "L14" in laws(a_good_day().speaks("call-9").trace)


def test_l15_entries_left_in_an_outbox_are_found() -> None:
    assert sentences(a_good_day().rests(outboxes={"kiosk-1": 2}), "L15") == ["the outbox of kiosk-1 still has entries"]


def test_l15_a_command_that_was_never_answered_is_found() -> None:
    tale = a_good_day()
    tale.trace.sent.append(Sent(tale.now_ms, "kiosk-1", "t3.issue", "IssueTicket"))
    assert sentences(tale.rests(), "L15") == ["IssueTicket t3.issue of kiosk-1 was never answered"]


def test_l19_what_travels_is_small() -> None:
    assert sentences(a_good_day().shows(5, body=b"x" * 70_000).trace, "L19") == ["a picture of 70000 bytes"]


@pytest.mark.parametrize(
    ("said", "command", "law"),
    [
        ("L5 counter c1 claims a ticket", "CallNext", "L5"),
        ("SQL", "RecordEvaluation", "L9"),
        ("SQL", "IssueTicket", "L1"),
    ],
)
def test_a_law_that_the_engine_had_to_stop_itself_by_is_broken_all_the_same(said: str, command: str, law: str) -> None:
    tale = a_good_day().answers("press-1", command, code="law_broken", facts={"law": said})
    assert laws(tale.trace) == {law}


def test_an_alarm_is_a_violation() -> None:
    tale = a_good_day()
    tale.trace.alarms.append(Alarm(tale.now_ms, "server", "refused event=TicketCalled because L16 counter c1"))
    assert laws(tale.trace) == {"L16"}


def test_a_kiosk_that_has_numbers_turns_nobody_away() -> None:
    tale = a_good_day()
    reason = "The system does not answer. Please ask at the help desk"
    tale.trace.turned_away.append(TurnedAway(tale.now_ms, "kiosk-1", "pension", reason, True, 10_000))
    assert sentences(tale.trace, "wait") == ["kiosk-1 had numbers and gave none"]


def test_the_public_count_is_part_of_the_rest() -> None:
    assert HALL in a_good_day().rests(counts={}).rest.folded
