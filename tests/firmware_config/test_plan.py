"""The plan of a hall's programs is a pure function of the hall."""

import re
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.simulated import has_virtual
from broker.runtime.hall_source import load_hall
from firmware_config.plan import plan_hall
from tests.halls import SMALL, small_hall

HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"


def test_every_device_has_a_program_and_the_broker_node_comes_first() -> None:
    hall = load_hall(HALLS / "town_hall.toml")
    plan = plan_hall(hall, "hall.toml")
    assert plan[0].name == "server"
    assert plan[0].stage < min(program.stage for program in plan[1:])
    started = {name for program in plan for name in program.arguments[3:]}
    assert started >= {*hall.kiosks, *hall.displays, *hall.signs, *hall.callers}


def test_the_same_hall_gives_the_same_plan() -> None:
    assert plan_hall(small_hall(), "h.toml") == plan_hall(small_hall(), "h.toml")


REAL = {
    r"virtual://screen\?size=\d+x\d+": "window://0",
    r"virtual://printer": "serial:///dev/hall/printer-{}",
    r"virtual://rs485": "serial:///dev/hall/rs485",
}


def with_real(*patterns: str) -> Hall:
    text = SMALL
    numbers = count(1)
    for pattern in patterns:
        text = re.sub(pattern, lambda _, real=REAL[pattern]: real.format(next(numbers)), text)
    return parse_hall(text)


def test_a_hall_of_real_devices_is_not_simulated() -> None:
    assert not has_virtual(with_real(*REAL))


@pytest.mark.parametrize("left", REAL)
def test_one_simulated_kind_of_device_makes_a_simulated_hall(left: str) -> None:
    assert has_virtual(with_real(*(pattern for pattern in REAL if pattern != left)))


def test_a_hall_is_checked_by_the_programs_that_know(tmp_path: Path) -> None:
    """One command for the installer; a mistake in the hall file ends it before the boards are looked at."""
    ours = HALLS / "one_kiosk.toml"
    command = [sys.executable, "-m", "firmware_config", "check"]
    good = subprocess.run([*command, str(ours)], capture_output=True, text=True, timeout=120)
    assert good.returncode == 0
    assert "No mistakes found" in good.stdout
    assert "everything can be read" in good.stdout
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(ours.read_text(encoding="utf-8").replace('layout = "landscape"', 'layout = "round"'))
    assert subprocess.run([*command, str(wrong)], capture_output=True, timeout=120).returncode == 78
