"""Hall time: two processes agree, ages survive restarts, a doubtful clock says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.runtime.clock import (
    ENVIRONMENT_NAME,
    ManualClock,
    Moment,
    ScaledClock,
    SystemClock,
    age_of,
    boot_id,
    clock_from_environment,
    machine_keeps_time,
    moment,
)
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import SettingError


def scaled(speed: float, wall: list[int]) -> ScaledClock:
    return ScaledClock(
        9_000_000, speed, wall_start_ms=1_000, wall_ns=lambda: wall[0] * 1_000_000, machine_s=lambda: wall[0] / 1000
    )


def test_hall_time_passes_faster_by_the_speed() -> None:
    wall = [1_000]
    clock = scaled(60, wall)
    assert clock.now_ms() == 9_000_000
    before_s = clock.monotonic_s()
    wall[0] += 1_000
    assert clock.now_ms() == 9_060_000
    assert clock.monotonic_s() - before_s == pytest.approx(60)
    assert clock.machine_s() == pytest.approx(2.0)
    assert clock.real_s(30) == pytest.approx(0.5)


def test_two_processes_with_the_same_setting_agree_on_hall_time() -> None:
    mine = ScaledClock(1_767_225_600_000, 60)
    code = "from broker.runtime.clock import clock_from_environment as c; k = c(); print(k.now_ms(), k.era)"
    before_ms = mine.now_ms()
    other = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, ENVIRONMENT_NAME: mine.setting(), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert before_ms - 60 <= int(other[0]) <= mine.now_ms() + 60  # the setting rounds to one real millisecond
    assert other[1] == mine.era


def test_the_setting_round_trips() -> None:
    clock = ScaledClock(1_767_225_600_000, 12.5, wall_start_ms=1_700_000_000_000)
    again = clock_from_environment({ENVIRONMENT_NAME: clock.setting()})
    assert isinstance(again, ScaledClock)
    assert (again.start_ms, again.speed, again.wall_start_ms) == (1_767_225_600_000, 12.5, 1_700_000_000_000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2",
        "1,2,3,4",
        "1,2,fast",
        " 1,2,3",
        "1,2,0",
        "1,2,99999",
        "-1,2,3",
        "1,2,1e3",
        "1.5,2,3",
        "1,2,nan",
        "0,999999999999999,10000",
        "999999999999999,0,10000",
        "１,2,3",
    ],
)
def test_a_malformed_clock_setting_is_refused(text: str) -> None:
    with pytest.raises(SettingError):
        clock_from_environment({ENVIRONMENT_NAME: text})


def test_without_a_setting_it_is_the_machines_clock() -> None:
    assert isinstance(clock_from_environment({}), SystemClock)


def test_an_age_within_one_boot_is_sure_even_when_the_wall_clock_was_set() -> None:
    clock = ManualClock()
    then = moment(clock)
    clock.advance(5)
    clock.step_wall(-3600)
    age = age_of(clock, then)
    assert (age.ms, age.sure) == (5_000, True)


def test_an_age_across_a_reboot_is_known_by_the_wall_clock_and_unsure() -> None:
    clock = ManualClock(era="second boot")
    age = age_of(clock, Moment(clock.now_ms() - 7_000, 99_999.0, "first boot"))
    assert (age.ms, age.sure) == (7_000, False)


def test_an_age_is_never_negative() -> None:
    clock = ManualClock()
    assert age_of(clock, Moment(clock.now_ms() + 60_000, 0.0, "other")).ms == 0


def test_the_monotonic_value_of_a_process_that_ended_still_counts_within_one_boot() -> None:
    code = "from broker.runtime.clock import *; m = moment(SystemClock()); print(m.at_ms, m.monotonic_s, m.era)"
    at_ms, monotonic_s, era = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert age_of(SystemClock(), Moment(int(at_ms), float(monotonic_s), era)).sure


def test_a_kernel_without_boot_id_gives_an_era_of_its_own(tmp_path: Path) -> None:
    assert boot_id(tmp_path / "missing") != boot_id(tmp_path / "missing")


def test_a_board_without_a_battery_clock_is_doubtful(tmp_path: Path) -> None:
    model = tmp_path / "model"
    assert machine_keeps_time(model, tmp_path)  # no device tree: an ordinary computer
    model.write_text("Raspberry Pi 4 Model B")
    assert not machine_keeps_time(model, tmp_path)
    (tmp_path / "rtc0").touch()
    assert machine_keeps_time(model, tmp_path)


class TestEngineTime:
    def test_it_is_unknown_before_the_first_live_heartbeat(self) -> None:
        own = ManualClock()
        own.is_sure = False
        time = EngineTime(own)
        time.heard(own.now_ms() + 500_000, retained=True)
        assert time.offset_ms() is None
        assert time.now_ms() == own.now_ms()
        assert not time.sure()

    def test_the_fastest_heartbeat_of_the_last_minute_counts(self) -> None:
        own = ManualClock()
        time = EngineTime(own)
        for delay_ms in (900, 5, 300):
            time.heard(own.now_ms() + 60_000 - delay_ms, retained=False)
            own.advance(5)
        assert time.offset_ms() == 60_000 - 5

    def test_a_step_of_the_own_clock_does_not_move_hall_time(self) -> None:
        own = ManualClock()
        time = EngineTime(own)
        time.heard(1_800_000_000_000, retained=False)
        own.step_wall(-86_400)
        own.advance(2)
        assert time.now_ms() == 1_800_000_002_000
        assert time.sure()

    def test_a_step_of_the_engines_clock_is_followed_at_once(self) -> None:
        own = ManualClock()
        time = EngineTime(own)
        time.heard(own.now_ms() + 3_600_000, retained=False)
        time.heard(own.now_ms(), retained=False)
        assert time.offset_ms() == 0

    def test_trust_ends_half_a_day_after_the_last_heartbeat(self) -> None:
        own = ManualClock()
        own.is_sure = False
        time = EngineTime(own)
        time.heard(own.now_ms(), retained=False)
        assert time.sure()
        own.advance(13 * 3600)
        assert not time.sure()
        assert time.heard_ago_s() == pytest.approx(13 * 3600)
