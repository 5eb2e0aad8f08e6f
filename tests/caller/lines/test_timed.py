"""Lines in true time: collisions, terminals that listen or do not, and sixty-four counters on one line."""

from __future__ import annotations

import pytest

from broker.model.address import BadAddress, parse_address
from broker.runtime.frames import key_simulator, p1
from caller.lines.key_line import KeyLine, TerminalKey, Units
from caller.lines.timed import TimedLine, timed_options
from caller.lines.wire import Wire
from tests.caller.virtual_bus import VirtualBus
from tests.waiting import until

BYTE_S = 0.001


def heard(wire: Wire, until_s: float = 9.0) -> list[tuple[object, int]]:
    return [(one.speaker, one.byte) for one in wire.passed(until_s)]


def test_bytes_take_their_time_and_one_speaker_waits_for_itself():
    wire = Wire(BYTE_S)
    assert wire.say("a", b"\x01\x02", 0.0) == pytest.approx(0.002)
    assert wire.say("a", b"\x03", 0.001) == pytest.approx(0.003)
    assert [one.byte for one in wire.passed(0.0021)] == [1, 2]
    assert wire.next_s == pytest.approx(0.003)
    assert heard(wire) == [("a", 3)]
    assert (wire.next_s, wire.collisions, wire.busy_s) == (None, 0, pytest.approx(0.003))


def test_who_speaks_into_another_spoils_what_both_say_at_that_moment():
    wire = Wire(BYTE_S)
    wire.say("a", b"\x01\x02\x03", 0.0)
    wire.say("b", b"\x0a", 0.0015)
    assert heard(wire) == [("a", 1), ("a", 2 ^ 0xFF), ("b", 0x0A ^ 0xFF), ("a", 3 ^ 0xFF)]
    assert wire.collisions == 3


def test_how_long_the_line_has_been_quiet_is_what_a_listener_can_know():
    wire = Wire(BYTE_S)
    assert wire.quiet_s(0.0) == float("inf")
    wire.say("a", b"\x01\x02", 1.0)
    assert wire.quiet_s(1.0005) == 0.0
    wire.passed(1.0025)
    assert wire.quiet_s(1.0025) == pytest.approx(0.0005)
    wire.cut()
    assert wire.next_s is None


def test_the_options_of_a_timed_line_are_checked():
    assert timed_options(parse_address("virtual://rs485")) is None
    options = timed_options(parse_address("virtual://rs485?baud=19200&listen=0"))
    assert options == {"baud": 19200, "listens": 0}
    for text in ("virtual://rs485?speed=9600", "virtual://rs485?baud=1", "virtual://rs485?baud=9600&listen=2"):
        with pytest.raises(BadAddress):
            timed_options(parse_address(text))


def test_sixty_four_terminals_that_listen_lose_no_press_and_wait_for_less_than_fifty_milliseconds():
    """Wire, gaps and adapter only, in virtual time: computing is measured by script/bench."""
    bus = VirtualBus(64, listens=True).run(presses=150, rate_per_s=0.6)
    waits = sorted(bus.waits_ms)
    assert len(waits) == 150 == len(bus.heard)
    assert bus.given_up == 0
    assert waits[len(waits) // 2] < 30
    assert waits[int(0.99 * len(waits)) - 1] <= 50
    assert len({terminal.digits for terminal in bus.devices.terminal.values()}) > 1, "they show their numbers"


def test_a_single_press_costs_two_frames_two_short_gaps_and_the_adapter():
    bus = VirtualBus(1).run(presses=1, rate_per_s=1.0)
    two_frames_ms = 2 * 10 * 10 / 9.6
    assert two_frames_ms < bus.waits_ms[0] < two_frames_ms + 6


def test_terminals_that_do_not_listen_collide_and_their_presses_come_through_all_the_same():
    bus = VirtualBus(64, listens=False, seed=3).run(presses=60, rate_per_s=2.0)
    assert bus.devices.wire.collisions > 0
    assert len(bus.waits_ms) == 60
    assert bus.given_up == 0
    assert len(bus.heard) >= 60, "what was acknowledged in vain is heard twice; the console merges it"


def test_two_terminals_pressed_at_one_moment_are_both_heard():
    bus = VirtualBus(2, listens=False)
    bus._play([(5.0, 1), (5.0, 2)], 12.0)
    assert bus.devices.wire.collisions > 0
    assert sorted(set(bus.heard)) == ["t1", "t2"]
    assert bus.given_up == 0


# -- the same line with real threads and a real pty, as CI runs it


def test_sixty_four_counters_on_one_pty_lose_no_press(tmp_path, monkeypatch):
    """Counted, not timed: a terminal may wait as long as this machine is busy before it gives a press up."""
    monkeypatch.setattr(key_simulator, "RESEND_S", 5.0)
    units = Units(
        terminals={unit: f"t{unit}" for unit in range(1, 65)},
        evaluators={unit: f"e{unit}" for unit in range(65, 129)},
        evaluator_keys=dict.fromkeys(range(65, 129), 5),
        strips={("p2", unit) for unit in range(1, 65)},
    )
    line = KeyLine("a", "virtual://rs485", units, tmp_path)
    line.start()
    try:
        until(lambda: line.line.health.online)
        for unit in range(1, 65):
            line.simulated.press(unit, "call")
            line.send(p1.encode(p1.beep(unit + 64)))
        events: list[object] = []

        def settled() -> bool:
            events.extend(line.poll())
            quiet = not any(device.waiting for device in line.simulated.devices())
            return quiet and all(evaluator.beeps for evaluator in line.simulated.evaluator.values())

        until(settled)
    finally:
        line.stop()
    pressed = {event.name for event in events if isinstance(event, TerminalKey)}
    assert pressed == set(units.terminals.values())
    assert sum(terminal.given_up for terminal in line.simulated.terminal.values()) == 0
    assert set(line.line.addresses()) == set(range(1, 65))


def test_a_line_in_true_time_is_chosen_by_its_address_and_can_be_pulled_out(tmp_path):
    line = KeyLine("a", "virtual://rs485?baud=19200", Units(terminals={3: "t3"}), tmp_path)
    assert isinstance(line.simulated, TimedLine)
    line.start()
    try:
        until(lambda: line.line.health.online)
        line.simulated.press(3, "call")
        until(lambda: not line.simulated.terminal[3].waiting)
        (wait_s,) = line.simulated.waits_s
        assert wait_s > 20 * 10 / 19200
        line.simulated.unplug()
        until(lambda: not line.line.health.online)
        line.simulated.plug_in()
        until(lambda: line.line.health.online)
        line.simulated.press(3, "recall")
        until(lambda: len(line.simulated.waits_s) == 2)
    finally:
        line.stop()
