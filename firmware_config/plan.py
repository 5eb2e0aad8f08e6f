"""Which programs make a hall, and how each is started. Pure: the same hall gives the same plan, here and on devices."""

from dataclasses import dataclass

from broker.model.hall import Hall
from broker.model.simulated import is_virtual


@dataclass(frozen=True)
class Program:
    """One process: ``arguments`` follow the Python interpreter. ``stage`` 0 is ready before 1 starts, and so on."""

    name: str
    role: str
    arguments: tuple[str, ...]
    stage: int


def plan_hall(hall: Hall, hall_path: str, *, virtual_page: bool = False) -> tuple[Program, ...]:
    """All programs of a hall in starting order: broker node, collector, devices.

    Signs with virtual screens share one process; a real screen has a process of its own.
    """
    return (
        Program("server", "broker", ("-m", "broker", "run", hall_path), 0),
        _collector(hall_path, virtual_page),
        *(Program(name, "kiosk", ("-m", "kiosk", hall_path, name), 1) for name in hall.kiosks),
        *_displays(hall, hall_path),
        *(Program(name, "caller", ("-m", "caller", hall_path, name), 1) for name in hall.callers),
    )


def plan_checks(hall_path: str) -> tuple[tuple[str, ...], ...]:
    """What to ask before a hall is run: arguments after the Python interpreter. The first that fails ends it."""
    programs = (("broker", "describe"), ("display", "--check"), ("kiosk", "--check"), ("caller", "--check"))
    return tuple(("-m", program, asked, hall_path) for program, asked in programs)


def _collector(hall_path: str, virtual_page: bool) -> Program:
    arguments = ("-m", "broker", "collector", hall_path, *(("--virtual",) if virtual_page else ()))
    return Program("collector", "broker", arguments, 1)


def _displays(hall: Hall, hall_path: str) -> list[Program]:
    programs = [Program(name, "display", ("-m", "display", hall_path, name), 1) for name in hall.displays]
    virtual = [name for name, sign in hall.signs.items() if is_virtual(sign.screen)]
    programs += [
        Program(name, "display", ("-m", "display", hall_path, name), 1) for name in hall.signs if name not in virtual
    ]
    if virtual:
        programs.append(Program("signs", "display", ("-m", "display", hall_path, *virtual), 1))
    return programs
