"""Which computers a hall is made of and what runs on each, worked out from the hall file. Pure.

The programs are those of ``plan``: what is tried on one machine is what runs on many.
"""

from dataclasses import dataclass

from broker.model.hall import Hall
from broker.model.hall_machines import SERVER, Machine
from firmware_config.plan import Program, plan_hall

HALL_FILE = "/etc/jiaohao/hall.toml"
"""Where each machine keeps its copy of the hall file."""
SERVER_PROGRAMS = ("server", "collector")


@dataclass(frozen=True)
class Computer:
    """A machine of the hall with its programs, in starting order; ``serves``: it is the hall server."""

    name: str
    machine: Machine
    programs: tuple[Program, ...]

    @property
    def serves(self) -> bool:
        return SERVER in self.machine.runs

    @property
    def devices(self) -> tuple[str, ...]:
        """The names by which its programs speak MQTT."""
        return tuple(program.name for program in self.programs)


def computers(hall: Hall, hall_path: str = HALL_FILE) -> tuple[Computer, ...]:
    """The declared machines, the hall server first; empty where the hall file names none."""
    plan = plan_hall(hall, hall_path)
    made = [Computer(name, machine, _programs(machine, plan)) for name, machine in hall.machines.items()]
    return tuple(sorted(made, key=lambda computer: (not computer.serves, computer.name)))


def _programs(machine: Machine, plan: tuple[Program, ...]) -> tuple[Program, ...]:
    """Signs with virtual screens share one program of the plan, which runs with the server."""
    wanted = {*machine.runs, *((*SERVER_PROGRAMS, "signs") if SERVER in machine.runs else ())}
    return tuple(program for program in plan if program.name in wanted)
