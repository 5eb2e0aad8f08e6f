"""The town hall at work: every program of its plan as a process of its own, started one after the other."""

import os
import random
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path

from broker.model.commands import ConfirmTicket, IssueTicket, OpenCounter
from broker.runtime.clock import ENVIRONMENT_NAME as CLOCK_ENVIRONMENT_NAME
from broker.runtime.clock import ScaledClock
from broker.runtime.whereabouts import mqtt_url
from firmware_config.plan import plan_hall
from tests.bench.halls import OWN_SERVICE, Halls
from tests.bench.node import Client
from tests.bench.program import Program
from tests.halls import OPENS_MS
from tests.system.watcher import Watcher

TEN_O_CLOCK_MS = OPENS_MS + 3_600_000
"""The hall's clock starts at ten on a Wednesday, whatever the real time is."""
WAITING_PER_COUNTER = 8


def hall_clock() -> dict[str, str]:
    """The setting that makes every process believe in the hall's own time."""
    return {CLOCK_ENVIRONMENT_NAME: ScaledClock(TEN_O_CLOCK_MS, 1.0).setting()}


class Town:
    """``hall``, ``url`` and ``watcher`` are also what the hands of the system tests need."""

    def __init__(self, halls: Halls, folder: Path) -> None:
        self.halls = halls
        self.hall = halls.hall
        self.folder = folder
        self.url = mqtt_url(self.hall, {})
        self.programs: dict[str, Program] = {}
        self.arguments: dict[str, list[str]] = {}
        """As planned, by program."""
        self.watcher = Watcher(self.url, self.hall)
        self.engine_side = Client(self.hall.hall.id, self.url)
        self._environment = {
            **os.environ,
            **hall_clock(),
            "JIAOHAO_DATA": str(folder),
            "JIAOHAO_LOG": "INFO",
            "PYTHONUNBUFFERED": "1",
        }
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Each program alone, as on a machine of its own, so that each start can be timed."""
        for planned in plan_hall(self.hall, str(self.halls.town), virtual_page=True):
            self.arguments[planned.name] = list(planned.arguments)
            self.run(planned.name, list(planned.arguments))

    def run(
        self,
        name: str,
        arguments: list[str],
        on_line: Callable[[str], None] = lambda line: None,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        """Start a program, in the place of the one of this name if there is one."""
        if name in self.programs:
            self.programs.pop(name).stop()
        log = self.folder / f"{name}.log"
        self.programs[name] = Program(name, arguments, {**self._environment, **(environment or {})}, log, on_line)
        return self.programs[name]

    def stop(self) -> None:
        """Devices first, the broker node last."""
        self.engine_side.stop()
        self.keep_only("server")
        self.keep_only()

    def keep_only(self, *names: str) -> None:
        """End all others, all at once."""
        ending = [self.programs.pop(name) for name in list(self.programs) if name not in names]
        for program in ending:
            program.process.terminate()
        for program in ending:
            program.stop()

    def fill(self) -> int:
        """Open every counter and let people take numbers for each; how many wait now."""
        self.engine_side.start()
        self.engine_side.ask(*(OpenCounter(counter=key) for key in self.hall.counters))
        services = [
            service
            for counter in self.hall.counters.values()
            for service, _ in zip(cycle(counter.services), range(WAITING_PER_COUNTER), strict=False)
        ]
        random.Random(5).shuffle(services)
        return self.admit(*services)

    def admit(self, *services: str) -> int:
        """A person for each takes a number of the engine's and waits; how many did. The kiosk's own series has none."""
        stamp = time.monotonic_ns()
        asked = [IssueTicket(ticket=f"bench-{stamp}-{place}", service=s) for place, s in enumerate(services)]
        asked = [command for command in asked if command.service != OWN_SERVICE]
        self.engine_side.ask(*asked)
        self.engine_side.ask(*(ConfirmTicket(ticket=command.ticket) for command in asked))
        return len(asked)
