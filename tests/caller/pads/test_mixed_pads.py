"""Pads of every kind at one counter: what one does the others show, and a press on two of them is one press."""

from __future__ import annotations

import pytest

from broker.model import commands as c
from broker.model.words import CALLED_ON_PAD, CLOSE_DIGIT, CounterStatus, TicketStatus
from broker.runtime.evdev_events import pack
from broker.runtime.frames import modbus_map as m
from caller.devices import CallerSetupError
from caller.rating.mind import RatingState
from caller.wiring import equipment_of
from tests.caller.bench import CALLER, Bench
from tests.caller.views import hall_with, pause, request, ticket, view

NAMES = {"zh": "呼叫节点", "en": "Caller"}
KEYS = {
    "call": "key://0",
    "recall": "key://1",
    "pause": "key://2",
    "close": "hold://pause?ms=600",
    "open": "chord://call+pause",
}
FOUR = {"1": "very_satisfied", "2": "satisfied", "3": "basically_satisfied", "4": "dissatisfied"}


def everything():
    """A terminal, a Modbus pad, a button pad and a USB keypad at counter w1, a sign over it, a Modbus evaluator."""
    at = {"counter": "w1", "caller": CALLER}
    usb = {"call": "key://KEY_KPENTER", "pause": "key://KEY_NUMLOCK", "transfer": "key://KEY_KPASTERISK"}
    return hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485", "b": "virtual://rs485"}}},
        consoles={
            "terminal": {**at, "address": "p1://a/3"},
            "open": {**at, "address": "modbus://b/3", "keys": KEYS, "lamps": {"refused": "lamp://9"}},
            "buttons": {**at, "address": "virtual://pad", "keys": {"call": "gpio://5?lamp=6", "pause": "gpio://16"}},
            "block": {**at, "address": "virtual://usb-keypad", "keys": usb},
        },
        keypads={
            "faces": {**at, "address": "modbus://b/7", "levels": FOUR, "decline": "5", "key_count": 5},
        },
        strips={"sign": {**at, "address": "modbus://b/9"}},
    )


@pytest.fixture
def bench(tmp_path):
    bench = Bench(everything(), tmp_path)
    bench.start()
    units = modbus(bench).units
    bench.until(lambda: units[3].listening and units[7].listening and units[9].facts)
    bench.show(view(waiting=7))
    yield bench
    bench.stop()


def modbus(bench: Bench):
    return bench.equipment.lines["b"].master


def pad(bench: Bench, unit: int = 3):
    return bench.line("b").device[unit]


def usb(bench: Bench, name: str = "block"):
    return bench.equipment.consoles[name].pad.simulated


def buttons(bench: Bench):
    return bench.equipment.consoles["buttons"].pad


def test_every_device_shows_the_same_counter(bench):
    bench.show(view(waiting=6, ticket=ticket("A042", status=TicketStatus.CALLED)))
    bench.until(lambda: bench.terminal("terminal").digits == "006042")
    bench.until(lambda: pad(bench).shown == "006042")
    bench.until(lambda: pad(bench).holding[m.STATE] == m.CounterState.OPEN and 1 in pad(bench).lit)
    bench.until(lambda: pad(bench, 9).text == "请A042号")
    bench.show(view(waiting=6, status=CounterStatus.PAUSED, pause=pause()))
    bench.until(lambda: pad(bench).holding[m.STATE] == m.CounterState.PAUSED)
    bench.until(lambda: pad(bench, 9).text == "暂停服务")
    bench.until(lambda: pad(bench).lit.get(2) in ("on", "blink"))
    bench.until(lambda: bench.terminal("terminal").digits == "006   " == pad(bench).shown)


@pytest.mark.parametrize("first", ["terminal", "open", "buttons", "block"])
def test_a_press_on_two_devices_within_a_moment_is_one_press(bench, first):
    press = {
        "terminal": lambda: bench.terminal("terminal").press("call"),
        "open": lambda: bench.line("b").press(3, 0),
        "buttons": lambda: buttons(bench).tap("call"),
        "block": lambda: usb(bench).tap(96),
    }
    press.pop(first)()
    for other in press.values():
        other()
    bench.until(lambda: bench.commands)
    bench.rest(0.5)
    assert bench.commands == [c.CallNext(counter="w1")]


def test_a_press_just_after_somebody_else_did_the_same_is_merged(bench):
    """The clerk pauses in the browser and presses the pad's key as well: that must not resume."""
    bench.rest(0.1)
    bench.show(view(status=CounterStatus.PAUSED, pause=pause()))
    bench.line("b").press(3, 2)
    bench.rest(0.6)
    assert bench.commands == []
    bench.rest(1.2)
    bench.line("b").press(3, 2)
    bench.until(lambda: bench.commands)
    assert bench.commands == [c.ResumeCounter(counter="w1")]


def test_a_key_of_the_open_pad_held_long_and_two_together_mean_what_the_hall_file_says(bench):
    bench.line("b").move(3, 2, True)
    bench.until(lambda: bench.commands)
    bench.line("b").move(3, 2, False)
    assert bench.commands == [c.CloseCounter(counter="w1")]
    bench.rest(1.6)
    bench.line("b").move(3, 0, True)
    bench.line("b").move(3, 2, True)
    bench.until(lambda: len(bench.commands) == 2)
    bench.line("b").move(3, 0, False)
    bench.line("b").move(3, 2, False)
    bench.rest(0.3)
    assert bench.commands[1:] == [c.OpenCounter(counter="w1")]


def test_digits_typed_on_the_usb_block_go_with_the_next_key(bench):
    for code in (2, 80):  # the 1 of the upper row, the 2 of the block
        usb(bench).tap(code)
    bench.until(lambda: bench.equipment.consoles["block"].panel("").digits == "12")
    usb(bench).tap(96)
    bench.until(lambda: bench.commands)
    assert bench.commands == [c.CallNumber(counter="w1", number="A012", reason=CALLED_ON_PAD)]
    assert bench.equipment.consoles["block"].panel("").digits == ""


def test_digits_typed_on_the_usb_block_are_taken_back_and_forgotten(bench):
    block = bench.equipment.consoles["block"]
    usb(bench).tap(79)
    bench.until(lambda: block.panel("").digits == "1")
    usb(bench).tap(14)  # backspace
    bench.until(lambda: block.panel("").digits == "")
    for code in (2, 3, 4, 5, 6):
        usb(bench).tap(code)
    bench.until(lambda: block.panel("").digits == "2345")
    usb(bench).tap(30)  # A means nothing here
    bench.until(lambda: block.unknown_keys == 1)
    assert bench.commands == []


def test_the_digit_of_closing_before_the_pause_key_closes_as_on_a_terminal(bench):
    bench.touch("block", CLOSE_DIGIT)
    bench.touch("block", "pause")
    bench.until(lambda: bench.commands)
    assert bench.commands == [c.CloseCounter(counter="w1")]


def test_a_usb_block_that_is_pulled_out_is_told_in_health_and_found_again(bench):
    usb(bench).write(pack(96, True)[:10])
    usb(bench).unplug()
    bench.until(lambda: bench.app.health().parts["block"] == "absent")
    usb(bench).plug_in()
    bench.until(lambda: bench.app.health().parts["block"] == "ok")
    usb(bench).tap(96)
    bench.until(lambda: bench.commands)


def test_a_refusal_is_heard_and_seen_on_the_open_pad(bench):
    bench.show(
        view(status=CounterStatus.OPEN, ticket=ticket(called_at_ms=bench.clock.now_ms(), status=TicketStatus.CALLED))
    )
    bench.line("b").press(3, 0)
    bench.until(lambda: pad(bench).beeps == 1 and pad(bench).lit.get(9) == "flash")
    assert bench.commands == []


def test_a_pulled_modbus_line_is_told_and_everything_is_shown_again_when_it_is_back(bench):
    bench.show(view(waiting=5))
    bench.until(lambda: pad(bench).shown == "005   ")
    bench.line("b").unplug()
    bench.until(lambda: bench.app.health().parts["open"] == "line_down")
    bench.line("b").restart(3)
    bench.line("b").plug_in()
    bench.until(lambda: pad(bench).shown == "005   ")
    assert bench.app.health().parts["open"] == "ok"


# -- the evaluator


def ask(bench: Bench, visit: str = "visit-1") -> None:
    bench.show(view(evaluation=request(visit, bench.clock.now_ms())))
    bench.until(lambda: pad(bench, 7).holding[m.PROMPT] == m.Prompt.ASKING)


def rated(bench: Bench) -> list[bytes]:
    return [row[0] for row in bench.connection.execute("SELECT payload FROM outbox").fetchall()]


def test_a_rating_on_the_open_evaluator_is_kept_with_its_raw_key_before_the_stars_are_lit(bench):
    ask(bench)
    bench.line("b").press(7, 2)
    bench.until(lambda: pad(bench, 7).holding[m.PROMPT] == m.Prompt.THANKS)
    assert pad(bench, 7).holding[m.STARS] == 4
    (payload,) = rated(bench)
    assert b'"raw_key":"2"' in payload
    assert b'"level":"satisfied"' in payload
    bench.until(lambda: pad(bench, 7).holding[m.PROMPT] == m.Prompt.REST)


def test_the_key_that_declines_is_no_rating(bench):
    ask(bench)
    bench.line("b").press(7, 5)
    bench.until(lambda: bench.app.stations["w1"].rating.state is RatingState.DECLINED)
    (told,) = rated(bench)
    assert b'"why":"declined"' in told and b'"level"' not in told


def test_a_key_outside_the_map_is_logged_in_hex_and_counted_and_never_a_rating(bench, caplog):
    ask(bench)
    for _ in range(3):
        bench.line("b").press(7, 11)
        bench.rest(0.25)
    bench.until(lambda: bench.app.stations["w1"].unknown_keys == 3)
    assert rated(bench) == []
    assert bench.app.stations["w1"].rating.state is RatingState.ASKING
    assert bench.app.health().parts["faces-keys"] == "unknown:3"
    assert caplog.text.count("11 (0x0B) is not in its map") == 2, "the first and the second; not every one"


# -- what cannot be made


@pytest.mark.parametrize(
    ("table", "device", "reason"),
    [
        ("consoles", {"address": "modbus://b/3", "keys": {"call": "key://16"}}, "key://0 to key://15"),
        ("consoles", {"address": "modbus://b/3", "keys": {"call": "gpio://5"}}, "key://0 to key://15"),
        ("consoles", {"address": "modbus://b/248", "keys": {"call": "key://1"}}, "1 to 247"),
        ("consoles", {"address": "modbus://c/3", "keys": {"call": "key://1"}}, "no line 'c'"),
        (
            "consoles",
            {"address": "modbus://b/3", "keys": {"call": "key://1"}, "lamps": {"link": "gpio://4"}},
            "lamp://0",
        ),
        ("consoles", {"address": "evdev:///dev/input/event9", "keys": {"call": "key://KEY_NO"}}, "key://KEY_KP1"),
        ("consoles", {"address": "evdev:///dev/input/event9"}, "unknown key"),
        ("consoles", {"address": "evdev:///dev/input/event9?x=1", "keys": {"call": "key://2"}}, "no options"),
        ("consoles", {"address": "virtual://pad", "keys": {"call": "key://2"}}, "must be on a pin"),
        ("keypads", {"address": "evdev:///dev/input/event9", "levels": {"A": "satisfied"}}, "'A' is no key"),
        ("keypads", {"address": "evdev:///dev/input/event9", "levels": {}}, "needs its levels"),
    ],
)
def test_a_device_that_the_driver_cannot_make_is_one_typed_error(tmp_path, table, device, reason):
    lines = {"callers": {CALLER: {"names": NAMES, "lines": {"b": "virtual://rs485"}}}}
    hall = hall_with(**lines, **{table: {"d1": {"counter": "w1", "caller": CALLER, **device}}})
    with pytest.raises(CallerSetupError, match=reason):
        equipment_of(hall, CALLER, tmp_path, lambda: 0.0)


def test_modbus_pads_and_other_makes_need_a_line_each(tmp_path):
    at = {"counter": "w1", "caller": CALLER}
    hall = hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485"}}},
        consoles={
            "t1": {**at, "address": "p1://a/3"},
            "t2": {**at, "address": "modbus://a/4", "keys": {"call": "key://1"}},
        },
    )
    with pytest.raises(CallerSetupError, match="a line each"):
        equipment_of(hall, CALLER, tmp_path, lambda: 0.0)
