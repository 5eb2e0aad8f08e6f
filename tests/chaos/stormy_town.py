"""The town hall of a chaos run: every program a process, every device behind links of its own, its gear outside."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broker.contract.topics import Topics
from broker.runtime.parent_death import die_with_parent
from firmware_config.plan import Program
from tests.chaos.disks import SmallDisk
from tests.chaos.hall import DESKS, KIOSKS, ChaosHall, chaos_hall
from tests.chaos.proxies import Proxies
from tests.chaos.walls import SEAM, Walls
from tests.system.halls import HallFile
from tests.system.town import ROOT, Town

HALL_ID = "chaos"


class GearProcess:
    """The process with the printers and lines; nobody harms it."""

    def __init__(self, folder: Path, records: Path, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.gear", str(folder), str(records), str(seed)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(records.parent / "gear.log").open("ab"),
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("ready"), "the gear did not start, read gear.log"

    def order(self, **what: Any) -> None:
        """Unplug, plug in, press."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5.0)


class StormyTown:
    """``kind`` is the MQTT broker, ``folder`` the evidence. Between ``start`` and ``stop`` its parts may be harmed."""

    def __init__(self, folder: Path, kind: str, seed: int, small_disk_of: str) -> None:
        self.folder = folder
        self.records = folder / "records"
        self.records.mkdir(parents=True, exist_ok=True)
        self.hall_file: ChaosHall = chaos_hall(folder)
        self.proxies = Proxies()
        self.walls = Walls(folder / "walls")
        self._topics = Topics(HALL_ID)
        file = HallFile(self.hall_file.path, self.hall_file.mqtt_port, self.hall_file.collector_port)
        self.town = Town(file, kind, own=self._told)
        self.gear = GearProcess(self.hall_file.gear, self.records, seed)
        self.disk = SmallDisk(self.town.folder / small_disk_of, lambda: self.town.pid(small_disk_of))
        self._runs = False

    def start(self) -> None:
        """Everything that the hall needs; a program that does not start is StartFailed."""
        self.town.__enter__()
        self._runs = True

    def stop(self) -> None:
        """End everything; the files stay."""
        try:
            if self._runs:
                self.town.__exit__()
        finally:
            self.gear.stop()
            self.proxies.stop()
            self.disk.take_down()

    @property
    def programs(self) -> tuple[str, ...]:
        return tuple(self.town.launcher.running)

    @property
    def victims(self) -> tuple[str, ...]:
        """Everything that can be killed; ``mqtt`` is the server's child and forgets all it knew."""
        return (*self.programs, "mqtt")

    @property
    def links(self) -> tuple[str, ...]:
        """Every link that can be harmed: each device's to the MQTT broker, each desk's to the collector."""
        return (*(name for name in self.programs if name != "server"), *(f"{desk}-http" for desk in DESKS))

    def _told(self, program: Program) -> Mapping[str, str]:
        wall = self.walls.environment(program.name)
        if program.name == "server":
            return wall
        finger = ()
        if program.name in KIOSKS:
            finger = (self._topics.input(program.name), self._topics.panel(program.name))
        port = self.proxies.add(program.name, self.hall_file.mqtt_port, finger)
        told = {**wall, "JIAOHAO_MQTT_URL": f"mqtt://127.0.0.1:{port}"}
        if program.name in DESKS:
            http = self.proxies.add(f"{program.name}-http", self.hall_file.collector_port)
            told["JIAOHAO_COLLECTOR_URL"] = f"http://127.0.0.1:{http}"
        return told


def assert_seam_is_ours() -> None:
    """The stepped clock hides behind ``sitecustomize``; another one of that name would hide it."""
    found = subprocess.run(
        [sys.executable, "-c", "import sitecustomize; print(sitecustomize.__file__)"],
        env={**os.environ, "PYTHONPATH": str(SEAM)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert str(SEAM) in found, f"another sitecustomize comes first: {found}"
