"""The caller at work: presses in, digits and lamps out, ratings kept, cables pulled."""

from __future__ import annotations

import pytest

from broker.model import commands as c
from broker.model.words import CALLED_ON_PAD, CounterStatus, Level, TicketStatus
from broker.runtime.errors import DiskFull
from caller.console.keys import ConsoleKey, Press
from caller.devices import CallerSetupError
from caller.rating.mind import RatingState
from caller.wiring import equipment_of
from tests.caller.bench import CALLER, Bench, no
from tests.caller.views import HALL, hall_with, request, ticket, view

FIVE = {str(key): level.value for key, level in enumerate(Level)}
NAMES = {"zh": "呼叫节点", "en": "Caller"}


def one_counter(**console):
    """A terminal and an evaluator with units of their own, at counter w1."""
    return hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485"}}},
        consoles={"t1": {"counter": "w1", "caller": CALLER, "address": "p1://a/3", **console}},
        keypads={"e1": {"counter": "w1", "caller": CALLER, "address": "p1://a/4", "levels": FIVE}},
    )


def pads():
    """A button pad with lamps and an evaluator of buttons, at counter w1."""
    keys = {"call": "gpio://5?lamp=6", "recall": "gpio://13", "pause": "gpio://16?lamp=20"}
    return hall_with(
        callers={CALLER: {"names": NAMES}},
        consoles={
            "p1": {
                "counter": "w1",
                "caller": CALLER,
                "address": "virtual://pad",
                "keys": keys,
                "lamps": {"refused": "gpio://21"},
            }
        },
        keypads={"e1": {"counter": "w1", "caller": CALLER, "address": "virtual://pad", "levels": FIVE}},
    )


@pytest.fixture
def make(tmp_path):
    benches = []

    def make_bench(hall) -> Bench:
        bench = Bench(hall, tmp_path)
        benches.append(bench)
        bench.start()
        return bench

    yield make_bench
    for bench in benches:
        bench.stop()


def rated(bench: Bench) -> list[tuple[str, bytes]]:
    return bench.connection.execute("SELECT id, payload FROM outbox").fetchall()


# -- terminals


def test_a_key_on_the_terminal_becomes_one_command_and_the_view_its_digits(make):
    bench = make(one_counter())
    bench.show(view(waiting=7))
    bench.until(lambda: bench.terminal("t1").digits == "007   ")
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.commands)
    bench.show(view(waiting=6, ticket=ticket("A042", status=TicketStatus.CALLED)))
    bench.until(lambda: bench.terminal("t1").digits == "006042")
    assert bench.commands == [c.CallNext(counter="w1")]
    assert bench.terminal("t1").waiting == 0


def test_typed_digits_call_a_number(make):
    bench = make(one_counter(address="p1://a/3?digits=3"))
    bench.show_all()
    for key in ("1", "4", "2", "call"):
        bench.terminal("t1").press(key)
    bench.until(lambda: bench.commands)
    assert bench.commands == [c.CallNumber(counter="w1", number="A142", reason=CALLED_ON_PAD)]


def test_a_refusal_of_the_engine_beeps_and_is_written_on_the_panel(make):
    bench = make(one_counter())
    bench.show_all(waiting=0)
    bench.answer = lambda command: no()
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.terminal("t1").beeps == 1)
    bench.until(lambda: bench.panel and bench.panel.parts[0].state == "没有人在等候")
    assert len(bench.commands) == 1


def test_a_key_without_a_meaning_beeps_and_the_cancel_key_does_not(make):
    bench = make(one_counter())
    bench.show_all()
    bench.terminal("t1").press("cancel")
    bench.terminal("t1").press("one_metre_line")
    bench.until(lambda: bench.terminal("t1").beeps == 1)
    assert bench.commands == []
    assert bench.terminal("t1").waiting == 0


def test_a_terminal_whose_acknowledgements_get_lost_sends_again_and_is_heard_once(make):
    bench = make(one_counter())
    bench.show_all()
    bench.until(lambda: bench.terminal("t1").digits.strip())
    bench.line().faults.lose_acknowledgements = 3
    bench.terminal("t1").press("pause")
    bench.until(lambda: bench.commands and bench.terminal("t1").waiting == 0)
    bench.rest(0.4)
    assert bench.commands == [c.PauseCounter(counter="w1")]


def test_a_press_while_the_engine_is_silent_is_refused_after_its_time_and_not_kept(make):
    hall = hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485"}}},
        consoles={"t1": {"counter": "w1", "caller": CALLER, "address": "p1://a/3"}},
        rules={"press_ttl_ms": 1000},
    )
    bench = make(hall)
    bench.show_all()
    bench.silent = True
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.terminal("t1").beeps == 1)
    assert bench.app.stations["w1"].console.refusal.code == "too_late"


def test_presses_without_a_link_do_not_pile_up(make):
    bench = make(one_counter())
    bench.show_all()
    bench.disconnect()
    bench.app.stations["w1"].console._away_since_s = bench.clock.machine_s() - 60
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.app.stations["w1"].console.refusal is not None)
    assert bench.app.stations["w1"].console.refusal.code == "engine_away"
    assert len(bench.outbox) == 0


def test_a_press_of_the_very_first_round_is_asked_once_the_engine_was_heard(make):
    """Found on a busy machine: the round took its presses before it looked whether the engine can be reached."""
    bench = make(pads())
    bench.show_all()
    bench.equipment.consoles["p1"].poll = lambda: [Press(ConsoleKey.CALL)]
    bench.turn()
    assert bench.commands == [c.CallNext(counter="w1")]


def test_a_silent_heartbeat_counts_as_away_and_blanks_the_count(make):
    bench = make(one_counter())
    bench.show_all(ticket=ticket("A042"))
    bench.until(lambda: bench.terminal("t1").digits == "012042")
    bench.heartbeat(online=False)
    bench.until(lambda: bench.terminal("t1").digits == "   042")
    bench.heartbeat(online=True)
    bench.until(lambda: bench.terminal("t1").digits == "012042")


def test_an_older_view_delivered_late_is_not_shown(make):
    bench = make(one_counter())
    bench.show(view(waiting=5), as_of=10)
    bench.show(view(waiting=9), as_of=9)
    bench.until(lambda: bench.terminal("t1").digits == "005   ")
    bench.rest(0.1)
    assert bench.terminal("t1").digits == "005   "


def test_after_a_replaced_journal_the_views_are_believed_again(make):
    bench = make(one_counter())
    bench.show(view(waiting=5), as_of=10)
    bench.until(lambda: bench.terminal("t1").digits == "005   ")
    bench.show(view(waiting=9), as_of=2)
    bench.heartbeat()
    bench.show(view(waiting=9), as_of=2)
    bench.until(lambda: bench.terminal("t1").digits == "009   ")


def test_a_message_that_cannot_be_read_changes_nothing(make):
    bench = make(one_counter())
    for topic in ("view/counter/w1", "engine/state", f"reply/{CALLER}", f"input/{CALLER}"):
        bench.say(f"jh/town/{topic}", b"\xff{")
    bench.say("jh/other/view/counter/w1", b"{}")
    bench.show_all()
    bench.until(lambda: bench.terminal("t1").digits == "012   ")


# -- a line full of terminals


def twelve_counters():
    counters = {f"c{n}": {"name": str(n), "services": {"pension": 1}} for n in range(1, 13)}
    return hall_with(
        counters=counters,
        services={"pension": HALL["services"]["pension"]},
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485"}}},
        consoles={f"t{n}": {"counter": f"c{n}", "caller": CALLER, "address": f"p1://a/{n}"} for n in range(1, 13)},
        keypads={
            f"e{n}": {"counter": f"c{n}", "caller": CALLER, "address": f"p1://a/{n}", "levels": FIVE}
            for n in range(1, 13)
        },
    )


def test_twelve_terminals_on_one_noisy_line_give_twelve_commands_and_show_twelve_pictures(make):
    bench = make(twelve_counters())
    for number in range(1, 13):
        bench.show(view(f"c{number}", waiting=number))
    faults = bench.line().faults
    faults.noise_before, faults.flip_chance, faults.lose_chance = b"\x00\xff\x68\x03\x03", 0.15, 0.1
    bench.until(lambda: all(bench.terminal(f"t{n}").digits == f"{n:03d}   " for n in range(1, 13)))
    for number in range(1, 13):
        bench.terminal(f"t{number}").press("call")
    bench.until(lambda: all(bench.terminal(f"t{n}").waiting == 0 for n in range(1, 13)))
    asked = sorted(command.counter for command in bench.commands)
    gone = [n for n in range(1, 13) if bench.terminal(f"t{n}").given_up]
    assert asked == sorted(f"c{n}" for n in range(1, 13) if n not in gone)
    assert all(isinstance(command, c.CallNext) for command in bench.commands)
    assert len(gone) <= 1, "five tries at a quarter of losses each fail once in a thousand"
    assert bench.equipment.lines["a"].line.health.noise_bytes > 0


def test_a_terminal_that_shares_its_unit_with_an_evaluator_is_told_apart_by_function(make):
    bench = make(twelve_counters())
    bench.show(view("c5", ticket=ticket()))
    bench.terminal("t5").press("rate")
    bench.until(lambda: bench.commands == [c.FinishService(counter="c5")])
    bench.show(view("c5", evaluation=request(opened_at_ms=bench.clock.now_ms())))
    bench.until(lambda: bench.evaluator("e5").asking)
    bench.evaluator("e5").press("0")
    bench.until(lambda: bench.evaluator("e5").stars == 5)
    assert len(rated(bench)) == 1
    assert len(bench.commands) == 1


# -- ratings


def ask_for_rating(bench: Bench, visit: str = "visit-1") -> None:
    bench.show(view(evaluation=request(visit, bench.clock.now_ms())))
    bench.until(lambda: bench.evaluator("e1").asking)


def test_a_rating_is_on_disk_before_the_evaluator_hears_thanks(make):
    bench = make(one_counter())
    ask_for_rating(bench)
    kept_at_thanks = []
    keypad = bench.app.stations["w1"].keypad
    thank = keypad.thank
    keypad.thank = lambda level: (kept_at_thanks.append(len(rated(bench))), thank(level))
    bench.evaluator("e1").press("1")
    bench.until(lambda: bench.evaluator("e1").stars == 4 and bench.evaluator("e1").beeps == 1)
    assert kept_at_thanks == [1]
    assert bench.connection.in_transaction is False
    assert bench.evaluator("e1").acknowledged == 1


def test_a_second_key_is_acknowledged_and_does_not_count(make):
    bench = make(one_counter())
    ask_for_rating(bench)
    bench.evaluator("e1").press("0")
    bench.until(lambda: bench.evaluator("e1").acknowledged == 1)
    bench.evaluator("e1").press("4")
    bench.until(lambda: bench.evaluator("e1").acknowledged == 2)
    assert len(rated(bench)) == 1
    assert bench.app.stations["w1"].rejected == [("already_rated", "4")]
    assert bench.evaluator("e1").stars == 5, "the first rating still stands"


def test_a_key_nobody_asked_for_is_acknowledged_and_does_not_count(make):
    bench = make(one_counter())
    bench.show_all()
    bench.evaluator("e1").press("2")
    bench.until(lambda: bench.evaluator("e1").acknowledged == 1)
    assert rated(bench) == []
    assert bench.evaluator("e1").stars == 0


def test_a_full_disk_means_no_thanks_until_the_key_sent_again_is_kept(make, tmp_path):
    bench = make(one_counter())
    ask_for_rating(bench)
    station = bench.app.stations["w1"]
    keep, tries = bench.book.keep, []

    def full_once(evaluation):
        tries.append(bench.evaluator("e1").stars)
        if len(tries) == 1:
            raise DiskFull(tmp_path)
        keep(evaluation)

    station._keep = full_once
    bench.evaluator("e1").press("1")
    bench.until(lambda: station.rating.state is RatingState.FAULT)
    assert bench.app.health().parts["e1"] == "disk-failed"
    assert bench.evaluator("e1").acknowledged == 0
    bench.until(lambda: bench.evaluator("e1").stars == 4)
    assert tries == [0, 0]
    assert len(rated(bench)) == 1


def test_a_restarted_caller_does_not_ask_a_visitor_twice(make, tmp_path):
    bench = make(one_counter())
    ask_for_rating(bench)
    bench.evaluator("e1").press("1")
    bench.until(lambda: bench.evaluator("e1").stars == 4)
    bench.equipment.stop()
    again = make(one_counter())
    again.show(view(evaluation=request("visit-1", again.clock.now_ms())))
    again.rest(0.2)
    assert again.evaluator("e1").prompts == 0
    assert len(rated(again)) == 1


def test_finishing_again_prompts_the_visitor_again(make):
    bench = make(one_counter())
    ask_for_rating(bench)
    bench.rest(0.2)
    prompts = bench.evaluator("e1").prompts
    bench.terminal("t1").press("rate")
    bench.until(lambda: bench.evaluator("e1").prompts == prompts + 1)
    assert bench.commands == []


# -- cables


def test_a_pulled_line_is_reported_and_after_replugging_everything_is_shown_and_asked_again(make):
    bench = make(one_counter())
    bench.show(view(waiting=3, evaluation=request(opened_at_ms=bench.clock.now_ms())))
    bench.until(lambda: bench.terminal("t1").digits == "003   " and bench.evaluator("e1").asking)
    bench.rest(0.2)
    prompts = bench.evaluator("e1").prompts
    bench.touch("a", "unplug", kind="fault")
    bench.until(lambda: bench.app.health().parts["line-a"] == "down")
    assert bench.app.health().parts["t1"] == "line_down"
    bench.terminal("t1").digits = "      "
    bench.show(view(waiting=4, evaluation=request(opened_at_ms=bench.clock.now_ms())))
    bench.touch("a", "plug_in", kind="fault")
    bench.until(lambda: bench.terminal("t1").digits == "004   ")
    bench.until(lambda: bench.evaluator("e1").prompts > prompts)
    assert bench.app.health().parts["line-a"] == "ok"
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.commands == [c.CallNext(counter="w1")])


def test_an_adapter_that_hears_itself_presses_nothing(make):
    bench = make(one_counter())
    bench.touch("a", "echo", kind="fault")
    ask_for_rating(bench)
    bench.evaluator("e1").press("0")
    bench.until(lambda: bench.evaluator("e1").stars == 5)
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.commands)
    bench.rest(0.3)
    assert bench.commands == [c.CallNext(counter="w1")]
    assert bench.equipment.lines["a"].line.health.echo == "heard"


# -- pads


def test_a_pad_calls_pauses_and_lights_its_lamps(make):
    bench = make(pads())
    bench.show_all()
    pad = bench.equipment.consoles["p1"].pad
    bench.until(lambda: pad.lamp_state("call") == "on")
    pad.press("call", chatter=4)
    bench.until(lambda: bench.commands == [c.CallNext(counter="w1")])
    pad.finger_up("call")
    bench.show(view(status=CounterStatus.PAUSED))
    bench.until(lambda: pad.lamp_state("pause") == "on" and pad.lamp_state("call") == "off")
    bench.rest(1.6)  # sooner it would be one press with whatever paused the counter
    bench.touch("p1", "pause")
    bench.until(lambda: bench.commands[1:] == [c.ResumeCounter(counter="w1")])


def test_keys_on_pins_can_be_held_and_pressed_together(make):
    hall = hall_with(
        callers={CALLER: {"names": NAMES}},
        consoles={
            "p1": {
                "counter": "w1",
                "caller": CALLER,
                "address": "virtual://pad",
                "keys": {
                    "call": "gpio://5",
                    "pause": "gpio://16",
                    "close": "hold://pause?ms=400",
                    "no_show": "chord://call+pause",
                    "hold": "gpio://20?hold_ms=400",
                },
            }
        },
    )
    bench = make(hall)
    bench.show_all(ticket=ticket("A042"))
    pad = bench.equipment.consoles["p1"].pad
    pad.press("pause", chatter=3)
    bench.until(lambda: bench.commands == [c.CloseCounter(counter="w1")])
    pad.finger_up("pause")
    bench.rest(0.1)
    bench.touch("p1", "pause")
    bench.until(lambda: len(bench.commands) == 2)
    bench.rest(0.2)
    assert bench.commands[1] == c.PauseCounter(counter="w1")
    pad.press("call")
    pad.press("pause")
    bench.until(lambda: len(bench.commands) == 3)
    pad.finger_up("call")
    pad.finger_up("pause")
    assert bench.commands[2] == c.MarkNoShow(counter="w1")
    bench.rest(0.1)
    bench.touch("p1", "hold")
    bench.rest(0.3)
    assert len(bench.commands) == 3, "a tap of a key that must be held means nothing"
    pad.press("hold")
    bench.until(lambda: bench.commands[3:] == [c.HoldTicket(counter="w1")])


def test_a_refused_press_flashes_the_pad(make):
    bench = make(pads())
    bench.show_all()
    bench.answer = lambda command: no()
    bench.touch("p1", "call")
    pad = bench.equipment.consoles["p1"].pad
    bench.until(lambda: pad.lamp_state("refused") == "flash")
    assert pad.lamp_state("call") == "on"


def test_a_stuck_key_is_told_in_health_and_calls_nobody(make):
    bench = make(pads())
    pad = bench.equipment.consoles["p1"].pad
    bench.show_all()
    pad._contacts["call"].begin(bench.clock.machine_s(), True)
    pad.finger_down("call")
    bench.rest(0.1)
    assert bench.app.health().parts["p1"] == "stuck:call"
    assert bench.commands == []


def test_an_evaluator_of_buttons_asks_with_its_lamp_and_keeps_the_raw_key(make):
    bench = make(pads())
    pad = bench.equipment.keypads["e1"].pad
    bench.show(view(evaluation=request(opened_at_ms=bench.clock.now_ms())))
    bench.until(lambda: pad.lamp_state("rating") == "blink")
    bench.touch("e1", "3")
    bench.until(lambda: pad.lamp_state("rating") == "on")
    [(_, payload)] = rated(bench)
    assert b'"raw_key":"3"' in payload
    assert b'"level":"dissatisfied"' in payload


def test_the_panel_shows_every_virtual_device(make):
    bench = make(pads())
    bench.show_all()
    bench.until(lambda: bench.panel and "call" in bench.panel.parts[0].lamps)
    console, keypad = bench.panel.parts
    assert (console.kind, console.keys) == ("pad", ("call", "recall", "pause"))
    assert [label.zh for label in console.labels] == ["呼叫", "重呼", "暂停/恢复"]
    assert [label.en for label in console.labels] == ["Call next", "Recall", "Pause/resume"]
    assert (keypad.kind, keypad.labels[0].zh, keypad.state) == ("evaluator", "非常满意", "idle")


@pytest.mark.parametrize(("part", "key"), [("nobody", "call"), ("p1", "fly"), ("e1", "9"), ("p1", "")])
def test_a_touch_of_something_that_is_not_there_is_ignored(make, part, key):
    bench = make(pads())
    bench.show_all()
    bench.touch(part, key)
    bench.touch("a", "explode", kind="fault")
    bench.touch("p1", "call", kind="touch")
    bench.rest(0.1)
    assert bench.commands == []


def test_health_names_every_part_and_the_ratings_that_wait(make):
    bench = make(one_counter())
    ask_for_rating(bench)
    bench.evaluator("e1").press("1")
    bench.until(lambda: bench.evaluator("e1").stars == 4)
    health = bench.app.health()
    assert health.outbox_length == 1
    assert health.parts == {"t1": "ok", "e1": "ok", "line-a": "ok", "ratings": "waiting:1"}
    assert bench.until(lambda: bench.health).parts
    bench.app.refused_ratings = lambda: 2
    assert bench.app.health().parts["ratings"] == "refused:2"


# -- setup


@pytest.mark.parametrize(
    ("table", "device", "reason"),
    [
        ("consoles", {"address": "p1://z/1"}, "no line 'z'"),
        ("consoles", {"address": "p1://a/1?digits=9"}, "digits=9"),
        ("consoles", {"address": "gpio://"}, "a console can have"),
        ("consoles", {"address": "gpio://", "keys": {"call": "gpio://99"}}, "between 0 and 27"),
        ("keypads", {"address": "p1://a/1", "levels": {"up": "satisfied"}}, "sends key numbers"),
        ("keypads", {"address": "gpio://"}, "needs its levels"),
    ],
)
def test_a_device_that_the_driver_cannot_make_is_one_typed_error(tmp_path, table, device, reason):
    tables = {table: {"x1": {"counter": "w1", "caller": CALLER, **device}}}
    hall = hall_with(callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485"}}}, **tables)
    with pytest.raises(CallerSetupError, match=reason):
        equipment_of(hall, CALLER, tmp_path, lambda: 0.0)


def test_a_caller_of_another_name_has_no_equipment_here(tmp_path):
    with pytest.raises(CallerSetupError, match="no such caller"):
        equipment_of(one_counter(), "caller-9", tmp_path, lambda: 0.0)
