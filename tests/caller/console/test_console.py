"""Presses become commands, once; what cannot be asked is refused aloud."""

from __future__ import annotations

import pytest

from broker.model import commands as c
from broker.model.reasons import reason_said
from broker.model.refusals import DoneAlready
from broker.model.views import CounterCover, UndoOffer
from broker.model.words import (
    CALLED_ON_PAD,
    CLOSE_DIGIT,
    PAUSE_REASONS,
    SERVED_ON_PAD,
    CounterStatus,
    Names,
    TicketStatus,
)
from broker.runtime.frames import p1
from caller.console import mind as console_module
from caller.console.keys import ConsoleKey, Press, press_of_terminal
from caller.console.mind import MERGE_S, AskRating, Console, Refuse, Send
from caller.console.picture import picture_of
from caller.directory import directory_of, numbers_meant
from tests.caller.views import NOW_MS, hall_with, ids, pause, request, ticket, unseen, view

CALL = Press(ConsoleKey.CALL)
PAUSE = Press(ConsoleKey.PAUSE)
NO = Refuse("recall_too_soon", Names("重呼太快", "Too soon"))


@pytest.fixture
def console():
    console = Console(directory_of(hall_with(), "w1"), ids())
    console.link(True, 0.0)
    console.shown(view())
    return console


def commands(effects: list) -> list[c.Command]:
    """What is asked, whoever was in view."""
    return [unseen(effect.command) for effect in effects if isinstance(effect, Send)]


def codes(effects: list) -> list[str]:
    return [effect.code for effect in effects if isinstance(effect, Refuse)]


def test_the_call_key_calls_the_next_visitor(console):
    assert commands(console.press(CALL, 1.0, NOW_MS)) == [c.CallNext(counter="w1")]


def test_the_call_key_ends_the_visit_at_the_counter_first_so_that_it_can_be_rated(console):
    console.shown(view(ticket=ticket()))
    assert commands(console.press(CALL, 1.0, NOW_MS)) == [c.FinishService(counter="w1")]


def test_the_call_key_does_not_end_a_visit_called_a_moment_ago(console):
    console.shown(view(ticket=ticket(status=TicketStatus.CALLED, called_at_ms=NOW_MS - 9_999)))
    assert codes(console.press(CALL, 1.0, NOW_MS)) == ["just_called"]
    assert commands(console.press(CALL, 5.0, NOW_MS + 1)) == [c.FinishService(counter="w1")]


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (ConsoleKey.RECALL, c.Recall(counter="w1")),
        (ConsoleKey.START, c.StartService(counter="w1")),
        (ConsoleKey.FINISH, c.FinishService(counter="w1")),
        (ConsoleKey.NO_SHOW, c.MarkNoShow(counter="w1")),
        (ConsoleKey.HOLD, c.HoldTicket(counter="w1")),
        (ConsoleKey.OPEN, c.OpenCounter(counter="w1")),
        (ConsoleKey.CLOSE, c.CloseCounter(counter="w1")),
    ],
)
def test_a_plain_key_is_one_command_and_the_engine_decides(console, key, command):
    assert commands(console.press(Press(key), 1.0, NOW_MS)) == [command]


def test_every_key_does_something_in_some_state(console):
    console.shown(view(ticket=ticket(), held=("A003",)))
    for index, key in enumerate(ConsoleKey):
        named = key in (ConsoleKey.TRANSFER, ConsoleKey.NEXT_SERVICE)
        effects = console.press(Press(key, "2" if named else ""), index * 10.0, NOW_MS)
        assert commands(effects), key
        console.tick(index * 10.0 + 9.0)


@pytest.mark.parametrize(
    ("status", "digits", "command"),
    [
        (CounterStatus.OPEN, "", c.PauseCounter(counter="w1")),
        (CounterStatus.OPEN, "2", c.PauseCounter(counter="w1", reason="吃饭")),
        (CounterStatus.PAUSED, "", c.ResumeCounter(counter="w1")),
        (CounterStatus.CLOSED, "", c.OpenCounter(counter="w1")),
    ],
)
def test_the_pause_key_pauses_resumes_and_opens(console, status, digits, command):
    console.shown(view(status=status))
    console.tick(-9.0)
    assert commands(console.press(Press(ConsoleKey.PAUSE, digits), 1.0, NOW_MS)) == [command]


@pytest.mark.parametrize("digits", PAUSE_REASONS)
def test_every_usual_reason_can_be_typed_and_has_its_english(console, digits):
    (pause,) = commands(console.press(Press(ConsoleKey.PAUSE, digits), 1.0, NOW_MS))
    assert reason_said(pause.reason) == PAUSE_REASONS[digits]
    assert digits != CLOSE_DIGIT


def test_a_pause_reason_that_is_not_in_the_list_is_refused(console):
    assert codes(console.press(Press(ConsoleKey.PAUSE, "9"), 1.0, NOW_MS)) == ["no_such_key"]


# -- one finger, one command


def test_a_press_twice_in_a_row_is_one_command(console):
    assert len(commands(console.press(PAUSE, 1.0, NOW_MS))) == 1
    assert console.press(PAUSE, 1.0 + MERGE_S - 0.01, NOW_MS) == []


def test_a_frame_resent_for_ten_seconds_toggles_the_pause_once(console):
    effects = [effect for i in range(34) for effect in console.press(PAUSE, 1.0 + i * 0.3, NOW_MS)]
    console.answered("command-0001", None, 1.2)
    assert commands(effects) == [c.PauseCounter(counter="w1")]


def test_a_second_press_while_the_first_is_unanswered_is_merged(console):
    console.press(CALL, 1.0, NOW_MS)
    assert console.press(CALL, 3.0, NOW_MS) == []
    console.answered("command-0001", None, 3.1)
    assert len(commands(console.press(CALL, 5.0, NOW_MS))) == 1


def test_pad_and_terminal_of_one_counter_share_the_merging(console):
    terminal = press_of_terminal(p1.KeyPress(3, "", p1.Key.CALL))
    assert len(commands(console.press(CALL, 1.0, NOW_MS))) == 1
    assert console.press(terminal, 1.2, NOW_MS) == []


def test_the_pause_key_does_not_undo_what_was_just_done_elsewhere(console):
    """Paused in the browser and pressed on the pad: one wish of one clerk."""
    console.shown(view(status=CounterStatus.PAUSED, pause=pause()))
    assert console.press(Press(ConsoleKey.PAUSE), 100.0, NOW_MS) == []
    assert console.press(Press(ConsoleKey.PAUSE), 100.0 + MERGE_S - 0.1, NOW_MS) == []
    assert commands(console.press(Press(ConsoleKey.PAUSE), 103.5, NOW_MS)) == [c.ResumeCounter(counter="w1")]


def test_the_pause_key_that_did_it_is_merged_again_once_its_view_is_there(console):
    """A slow engine: the second tap of a nervous finger comes after the picture and would resume."""
    assert commands(console.press(Press(ConsoleKey.PAUSE), 100.0, NOW_MS))
    console.answered("command-0001", None, 101.9)
    console.shown(view(status=CounterStatus.PAUSED, pause=pause()))
    console.tick(102.0)
    assert console.press(Press(ConsoleKey.PAUSE), 102.1, NOW_MS) == []


def test_other_keys_do_not_wait_for_the_counter_s_news(console):
    console.tick(100.0)
    console.shown(view(status=CounterStatus.PAUSED, pause=pause()))
    assert commands(console.press(Press(ConsoleKey.CLOSE), 100.1, NOW_MS)) == [c.CloseCounter(counter="w1")]


def test_another_key_is_not_merged(console):
    console.shown(view(ticket=ticket(status=TicketStatus.CALLED)))
    assert commands(console.press(Press(ConsoleKey.RECALL), 1.0, NOW_MS)) == [c.Recall(counter="w1")]
    assert commands(console.press(Press(ConsoleKey.NO_SHOW), 1.1, NOW_MS)) == [c.MarkNoShow(counter="w1")]


def test_only_a_few_presses_wait_for_an_answer(console):
    for index, key in enumerate((ConsoleKey.RECALL, ConsoleKey.START, ConsoleKey.HOLD, ConsoleKey.NO_SHOW)):
        assert commands(console.press(Press(key), 1.0 + index / 10, NOW_MS))
    assert codes(console.press(Press(ConsoleKey.CLOSE), 1.5, NOW_MS)) == ["too_many"]


# -- no


def test_a_refusal_of_the_engine_is_shown_for_some_seconds(console):
    console.press(Press(ConsoleKey.RECALL), 1.0, NOW_MS)
    assert console.answered("command-0001", NO, 1.1) == [NO]
    assert ("refused", "flash") in picture_of(console, NOW_MS).lamps
    console.tick(6.0)
    assert ("refused", "off") in picture_of(console, NOW_MS).lamps


def test_a_press_that_is_answered_late_shows_within_two_seconds_that_it_is_on_its_way(console):
    """The engine froze at this very moment: nobody shall press again for want of any sign."""
    before = picture_of(console, NOW_MS)
    console.press(CALL, 1.0, NOW_MS)
    console.tick(1.5)
    assert picture_of(console, NOW_MS) == before, "an answer usually comes by then"
    console.tick(2.1)
    slow = picture_of(console, NOW_MS)
    assert ("link", "blink") in slow.lamps
    assert (slow.waiting, slow.state) == (None, before.state)
    assert console.press(CALL, 3.0, NOW_MS) == [], "pressed again it is the same press"
    console.answered("command-0001", None, 3.1)
    console.tick(3.2)
    assert picture_of(console, NOW_MS) == before


def test_nothing_is_on_its_way_any_more_once_a_press_was_given_up(console):
    console.press(CALL, 1.0, NOW_MS)
    console.tick(2.1)
    assert codes(console.tick(6.1)) == ["too_late"]
    assert ("link", "on") in picture_of(console, NOW_MS).lamps


def test_a_press_without_an_answer_is_too_late_after_its_time_and_says_so(console):
    console.press(CALL, 1.0, NOW_MS)
    assert console.tick(5.9) == []
    late = console.tick(6.0)
    assert codes(late) == ["too_late"]
    assert "5000" in late[0].sentence.en
    assert console.answered("command-0001", NO, 7.0) == [], "its late answer is not shown any more"
    assert len(commands(console.press(CALL, 8.0, NOW_MS))) == 1


def test_presses_are_not_collected_while_the_engine_is_away(console):
    console.link(False, 10.0)
    assert len(commands(console.press(CALL, 11.0, NOW_MS))) == 1, "it may come back in time"
    console.tick(16.0)
    assert codes(console.press(CALL, 20.0, NOW_MS)) == ["engine_away"]
    console.link(True, 21.0)
    assert len(commands(console.press(CALL, 23.0, NOW_MS))) == 1


def test_a_console_just_started_asks_nothing_before_it_knows_its_counter():
    console = Console(directory_of(hall_with(), "w1"), ids())
    assert codes(console.press(CALL, 1.0, NOW_MS)) == ["engine_away"]
    console.link(True, 2.0)
    assert codes(console.press(CALL, 4.0, NOW_MS)) == ["not_ready"]


# -- numbers


def test_typed_digits_call_a_number_of_the_counters_series(console):
    effects = console.press(Press(ConsoleKey.CALL, "42"), 1.0, NOW_MS)
    assert commands(effects) == [c.CallNumber(counter="w1", number="A042", reason=CALLED_ON_PAD)]


def test_digits_that_fit_two_series_are_refused(console):
    console = Console(directory_of(hall_with(), "w2"), ids())
    console.link(True, 0.0)
    console.shown(view("w2"))
    assert codes(console.press(Press(ConsoleKey.CALL, "42"), 1.0, NOW_MS)) == ["which_number"]


@pytest.mark.parametrize(
    ("digits", "held", "missed", "meant"),
    [
        ("42", (), (), ("A042", "B042")),
        ("42", ("B042",), (), ("B042",)),
        ("42", ("B142",), (), ("B142",)),
        ("42", ("B142",), ("A042",), ("A042",)),
        ("42", ("B142", "A142"), (), ("B142", "A142")),
        ("2", ("B142",), (), ("A002", "B002")),
        ("0", (), (), ()),
        ("042", (), ("A042",), ("A042",)),
    ],
)
def test_set_aside_and_missed_numbers_are_meant_first(digits, held, missed, meant):
    directory = directory_of(hall_with(), "w2")
    assert numbers_meant(directory, view("w2", held=held, missed=missed), digits) == meant


def test_a_two_digit_series_prints_two_digits():
    assert numbers_meant(directory_of(hall_with(), "w3"), view("w3"), "7") == ("C07",)


def test_call_back_takes_the_first_ticket_set_aside(console):
    assert codes(console.press(Press(ConsoleKey.CALL_BACK), 1.0, NOW_MS)) == ["nobody_set_aside"]
    console.shown(view(held=("A003", "A009"), missed=("A001",)))
    effects = console.press(Press(ConsoleKey.CALL_BACK), 5.0, NOW_MS)
    assert commands(effects) == [c.CallNumber(counter="w1", number="A003")]


@pytest.mark.parametrize("digits", ["2", "02"])
def test_transfer_goes_to_the_counter_whose_number_was_typed(console, digits):
    effects = console.press(Press(ConsoleKey.TRANSFER, digits), 1.0, NOW_MS)
    assert commands(effects) == [c.TransferTicket(counter="w1", to_counter="w2")]


@pytest.mark.parametrize("digits", ["", "9", "1", "0"])
def test_transfer_to_nowhere_is_refused(console, digits):
    assert codes(console.press(Press(ConsoleKey.TRANSFER, digits), 1.0, NOW_MS)) == ["no_counter"]


def test_undo_asks_the_engine_whatever_was_done_and_wherever(console):
    assert commands(console.press(Press(ConsoleKey.UNDO), 1.0, NOW_MS)) == [c.UndoLast(counter="w1")]
    assert console.press(Press(ConsoleKey.UNDO), 1.5, NOW_MS) == [], "pressed twice it is one undo"


def test_digits_before_finish_say_how_many_items_were_handled(console):
    console.shown(view(ticket=ticket()))
    effects = console.press(Press(ConsoleKey.FINISH, "12"), 1.0, NOW_MS)
    assert commands(effects) == [c.FinishService(counter="w1", items=12)]


def test_finishing_again_asks_the_visitor_again(console):
    console.shown(view(evaluation=request()))
    assert console.press(Press(ConsoleKey.FINISH), 1.0, NOW_MS) == [AskRating()]


# -- the terminal's keys


@pytest.mark.parametrize(
    ("digits", "key", "press"),
    [
        ("", p1.Key.CALL, Press(ConsoleKey.CALL)),
        ("42", p1.Key.CALL, Press(ConsoleKey.CALL, "42")),
        ("", p1.Key.RECALL, Press(ConsoleKey.RECALL)),
        ("", p1.Key.RATE, Press(ConsoleKey.FINISH)),
        ("", p1.Key.CONFIRM, Press(ConsoleKey.START)),
        ("6", p1.Key.CONFIRM, Press(ConsoleKey.NO_SHOW)),
        ("0", p1.Key.CONFIRM, Press(ConsoleKey.HOLD)),
        ("3", p1.Key.CONFIRM, Press(ConsoleKey.CALL_BACK)),
        ("9", p1.Key.CONFIRM, Press(ConsoleKey.UNDO)),
        ("5", p1.Key.CONFIRM, None),
        ("72", p1.Key.CONFIRM, Press(ConsoleKey.NEXT_SERVICE, "2")),
        ("8", p1.Key.CONFIRM, Press(ConsoleKey.DIRECT)),
        ("83", p1.Key.CONFIRM, Press(ConsoleKey.DIRECT, "3")),
        ("2", p1.Key.TRANSFER, Press(ConsoleKey.TRANSFER, "2")),
        ("", p1.Key.PAUSE, Press(ConsoleKey.PAUSE)),
        ("2", p1.Key.PAUSE, Press(ConsoleKey.PAUSE, "2")),
        ("5", p1.Key.PAUSE, Press(ConsoleKey.CLOSE)),
        ("", p1.Key.CANCEL, None),
        ("", p1.Key.ONE_METRE_LINE, None),
        ("", None, None),
    ],
)
def test_a_terminal_key_with_its_digits_is_one_press(digits, key, press):
    assert press_of_terminal(p1.KeyPress(3, digits, key)) == press


# -- what is shown


def lamps(console: Console, now_ms: int = NOW_MS) -> dict[str, str]:
    return dict(picture_of(console, now_ms).lamps)


def test_an_idle_open_counter_shows_who_waits_and_lights_the_call_key(console):
    picture = picture_of(console, NOW_MS)
    assert (picture.waiting, picture.number, picture.state) == (12, None, "open")
    assert picture.lit() == ("link", "call")


def test_a_called_visitor_lights_what_can_be_done_about_him(console):
    console.shown(view(ticket=ticket(status=TicketStatus.CALLED)))
    assert picture_of(console, NOW_MS).number == "A005"
    assert picture_of(console, NOW_MS).lit() == ("link", "recall", "start", "finish", "no_show", "hold")


def test_after_enough_recalls_the_no_show_lamp_blinks_instead_of_the_recall_lamp(console):
    console.shown(view(ticket=ticket(status=TicketStatus.CALLED, recalls=5)))
    assert (lamps(console)["recall"], lamps(console)["no_show"]) == ("off", "blink")


def test_a_pause_that_the_engine_calls_long_makes_its_lamp_blink(console):
    console.shown(view(status=CounterStatus.PAUSED, pause=pause(since_ms=NOW_MS)))
    assert lamps(console, NOW_MS + 480_000)["pause"] == "on"
    long = CounterCover(kind="pause", stage="long", since_ms=NOW_MS)
    console.shown(view(status=CounterStatus.PAUSED, pause=pause(since_ms=NOW_MS), cover=long))
    assert lamps(console, NOW_MS + 480_000)["pause"] == "blink"


def test_the_rating_lamp_is_lit_while_a_visit_can_be_rated(console):
    console.shown(view(evaluation=request()))
    assert lamps(console)["rating"] == "on"
    assert lamps(console, NOW_MS + 60_000)["rating"] == "off"


def test_a_console_that_lost_its_engine_shows_no_old_count(console):
    console.shown(view(ticket=ticket()))
    console.link(False, 5.0)
    picture = picture_of(console, NOW_MS)
    assert (picture.waiting, picture.number, picture.state) == (None, "A005", "away")
    assert picture.lit() == ("link",)


def test_every_lamp_has_a_state_in_every_picture(console):
    from caller.console.picture import LAMP_NAMES

    away = Console(directory_of(hall_with(), "w1"), ids())
    for shown in (console, away):
        assert sorted(dict(picture_of(shown, NOW_MS).lamps)) == sorted(LAMP_NAMES)


def test_every_sentence_is_there_in_both_languages():
    refusals = [value for value in vars(console_module).values() if isinstance(value, Refuse)]
    assert len(refusals) >= 9
    assert all(refusal.sentence.zh and refusal.sentence.en for refusal in refusals)


# -- several consoles


def asked(effects: list) -> list[c.Command]:
    return [effect.command for effect in effects if isinstance(effect, Send)]


def test_a_key_says_who_was_in_view_and_a_call_that_nobody_was(console):
    assert asked(console.press(CALL, 1.0, NOW_MS)) == [c.CallNext(counter="w1", seen="")]
    assert asked(console.press(Press(ConsoleKey.START), 5.0, NOW_MS)) == [c.StartService(counter="w1")]
    console.shown(view(ticket=ticket("A007")))
    assert asked(console.press(Press(ConsoleKey.HOLD), 9.0, NOW_MS)) == [c.HoldTicket(counter="w1", seen="A007")]


def test_undo_means_what_was_offered(console):
    console.shown(view(undo=UndoOffer(what="TicketCalled", number="A007", until_ms=NOW_MS + 9_000)))
    wish = c.UndoLast(counter="w1", what="TicketCalled", until_ms=NOW_MS + 9_000)
    assert asked(console.press(Press(ConsoleKey.UNDO), 1.0, NOW_MS)) == [wish]


def test_a_key_that_another_console_pressed_first_is_no_mistake_of_the_clerk(console):
    (send,) = console.press(CALL, 1.0, NOW_MS)
    done = DoneAlready()
    assert console.answered(send.id, Refuse(done.code, done.sentence), 1.1) == []
    assert console.refusal is None


def test_a_terminal_follows_what_its_counter_serves_today():
    directory = directory_of(hall_with(), "w2")
    console = Console(directory, ids())
    console.link(True, 0.0)
    changed = view("w2", served=("cards",), ticket=ticket())
    console.shown(changed)
    assert numbers_meant(directory, changed, "7") == ("C07",)
    sent = commands(console.press(Press(ConsoleKey.NEXT_SERVICE, "3"), 1.0, NOW_MS))
    assert sent == [c.NextService(counter="w2", service="cards", to_counter="w2")]
    sent = commands(console.press(Press(ConsoleKey.NEXT_SERVICE, "2"), 2.0, NOW_MS))
    assert sent == [c.NextService(counter="w2", service="medical")]


def test_a_service_is_named_by_its_place_in_the_hall_file():
    console = Console(directory_of(hall_with(), "w2"), ids())
    console.link(True, 0.0)
    console.shown(view("w2", ticket=ticket()))

    def press(key, digits, at_s):
        effects = console.press(Press(key, digits), at_s, NOW_MS)
        return commands(effects) or codes(effects)

    here = c.NextService(counter="w2", service="medical", to_counter="w2")
    assert press(ConsoleKey.NEXT_SERVICE, "2", 1.0) == [here]
    assert press(ConsoleKey.NEXT_SERVICE, "3", 2.0) == [c.NextService(counter="w2", service="cards")]
    assert press(ConsoleKey.NEXT_SERVICE, "", 3.0) == ["no_service"]
    assert press(ConsoleKey.NEXT_SERVICE, "9", 4.0) == ["no_service"]
    console.shown(view("w2"))
    direct = c.ServeDirect(counter="w2", service="pension", reason=SERVED_ON_PAD)
    assert press(ConsoleKey.DIRECT, "", 5.0) == [direct]
    assert press(ConsoleKey.DIRECT, "0", 6.0) == ["no_service"]
