"""Finds the drivers: every module of this folder that declares a ``DRIVER``. A new make is a new file, no more."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import broker.runtime.frames
from broker.runtime.frames.driver import Driver


class DriverMistake(TypeError):
    """A file of this folder declares a driver that is none; ``module`` is the file's module."""

    def __init__(self, module: str, sentence: str) -> None:
        super().__init__(f"{module}: {sentence}")
        self.module = module


@cache
def drivers() -> dict[str, Driver]:
    """Every make by its name, in order of the names. Raises DriverMistake."""
    found: dict[str, Driver] = {}
    for info in sorted(pkgutil.iter_modules(broker.runtime.frames.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{broker.runtime.frames.__name__}.{info.name}")
        driver = getattr(module, "DRIVER", None)
        if driver is None:
            continue
        if not isinstance(driver, Driver):
            raise DriverMistake(module.__name__, "DRIVER must be a broker.runtime.frames.driver.Driver")
        if driver.make != info.name:
            raise DriverMistake(module.__name__, f"the make is '{driver.make}', so the file must be {driver.make}.py")
        found[driver.make] = driver
    return found


def strip_makes() -> tuple[str, ...]:
    """The makes that strips can have."""
    return tuple(make for make, driver in drivers().items() if driver.strip is not None)


def terminal_makes() -> tuple[str, ...]:
    """The makes of terminals for clerks that speak unasked."""
    return tuple(make for make, driver in drivers().items() if driver.keys is not None and driver.keys.terminal)


def evaluator_makes() -> tuple[str, ...]:
    """The makes of evaluators for visitors that speak unasked."""
    return tuple(make for make, driver in drivers().items() if driver.keys is not None and driver.keys.evaluator)


def voice_makes() -> tuple[str, ...]:
    """The makes of serial voice modules."""
    return tuple(make for make, driver in drivers().items() if driver.voice is not None)
