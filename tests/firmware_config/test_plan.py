"""The plan of a hall's programs is a pure function of the hall."""

from pathlib import Path

from broker.runtime.hall_source import load_hall
from firmware_config.plan import has_virtual_devices, plan_hall
from tests.halls import small_hall

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


def test_a_simulated_hall_is_known_as_one() -> None:
    assert has_virtual_devices(small_hall())
