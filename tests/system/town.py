"""A hall running as it will: the plan's programs as processes, started again by the launcher when they fall."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_NAME
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.rights import Role
from broker.runtime.clock import ENVIRONMENT_NAME as CLOCK_ENVIRONMENT_NAME
from broker.runtime.clock import ScaledClock, SystemClock
from broker.runtime.hall_source import load_hall
from broker.runtime.node_mosquitto import PROGRAM_ENVIRONMENT_NAME as MOSQUITTO_ENVIRONMENT_NAME
from firmware_config.launch import Launcher, Running
from firmware_config.plan import Program, plan_hall
from tests.system.halls import TEN_O_CLOCK_MS, HallFile
from tests.system.watcher import Watcher

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 120.0
MANAGER, PASSWORD = "manager-1", "a-long-proving-word-7"
TOLD_ELSEWHERE = ("JIAOHAO_MQTT_URL", "JIAOHAO_COLLECTOR_URL", "JIAOHAO_LOG", "JIAOHAO_DEVICE_KEY")


class Town:
    """``kind`` is the MQTT broker: ``mosquitto`` or ``amqtt``. ``wanted`` picks programs of the plan,
    ``own`` says what one of them is told apart from the others."""

    def __init__(
        self,
        file: HallFile,
        kind: str = "mosquitto",
        wanted: Callable[[Program], bool] = lambda program: True,
        speed: float = 1.0,
        own: Callable[[Program], Mapping[str, str]] = lambda program: {},
    ) -> None:
        self.file = file
        self.hall = load_hall(file.path)
        self.folder = file.path.parent / "var"
        self.clock = ScaledClock(TEN_O_CLOCK_MS, speed)
        scratch = self.folder / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        # Whoever is killed cannot clear away what he left lying about.
        self.environment = {CLOCK_ENVIRONMENT_NAME: self.clock.setting(), "TMPDIR": str(scratch)}
        if kind == "amqtt":
            self.environment[MOSQUITTO_ENVIRONMENT_NAME] = "/nowhere"
        programs = [p for p in plan_hall(self.hall, str(file.path), virtual_page=True) if wanted(p)]
        self.launcher = Launcher(programs, self.folder, self.environment, {p.name: own(p) for p in programs})
        self.url = f"mqtt://127.0.0.1:{file.mqtt_port}"
        self.watcher = Watcher(self.url, self.hall)
        self.kind = kind

    def hire_manager(self) -> None:
        """Before the hall is started: an account for ``Browser.log_in(MANAGER, PASSWORD)``."""
        accounts = Accounts(self.folder / "collector" / ACCOUNTS_NAME, SystemClock())
        accounts.add(MANAGER, Role.MANAGER, PASSWORD, must_change=False)

    def __enter__(self) -> "Town":
        for name in TOLD_ELSEWHERE:
            assert name not in os.environ, f"{name} is set and would lead the programs elsewhere"
        try:
            self.launcher.start(READY_WITHIN_S)
            self.watcher.start()
        except BaseException:
            self.launcher.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.watcher.stop()
        self.launcher.stop()
        left = [pid for pid in children_of(os.getpid()) if self._is_ours(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left, f"programs outlived the launcher: {left}"

    # -- processes ------------------------------------------------

    def running(self, name: str) -> Running:
        """A program of the plan."""
        return self.launcher.running[name]

    def pid(self, name: str) -> int:
        """The process id of a program that runs; ``mqtt`` is the server's child."""
        if name == "mqtt":
            return next(iter(children_of(self.pid("server"))))
        pid = self.running(name).pid
        assert pid is not None, f"{name} does not run"
        return pid

    def pids(self) -> dict[str, int]:
        """Every process of the hall."""
        return {name: self.pid(name) for name in (*self.launcher.running, "mqtt")}

    def kill(self, name: str) -> float:
        """kill -9, and wait until it runs again and has said that it is ready; real seconds it took."""
        before, began_s = self.pid(name), time.monotonic()
        readies = 0 if name == "mqtt" else self.readies(name)
        os.kill(before, signal.SIGKILL)

        def back() -> bool:
            if name == "mqtt":
                children = children_of(self.pid("server"))
                return bool(children) and before not in children
            return self.readies(name) > readies and self.running(name).pid not in (None, before)

        self.watcher.await_that(back, f"{name} runs again", 90.0)
        return time.monotonic() - began_s

    def kill_all(self, *names: str) -> None:
        """One after the other, each when the one before runs again."""
        for name in names:
            self.kill(name)

    def readies(self, name: str) -> int:
        """How often a program said that it was ready."""
        return self.log(name).count("\nready ") + self.log(name).startswith("ready ")

    def log(self, name: str) -> str:
        """Everything a program has said."""
        path = self.running(name).log
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @property
    def restarts(self) -> dict[str, int]:
        return {name: running.restarts for name, running in self.launcher.running.items()}

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m broker ...`` on this hall."""
        told = {**os.environ, **self.environment, "JIAOHAO_DATA": str(self.folder)}
        action, *more = arguments
        call = [sys.executable, "-m", "broker", action, str(self.file.path), *more]
        return subprocess.run(call, cwd=ROOT, env=told, capture_output=True, text=True, timeout=120, check=False)

    def late_watcher(self) -> Watcher:
        """Somebody who comes only now: what he sees of views is what the MQTT broker keeps."""
        watcher = Watcher(self.url, self.hall)
        watcher.start()
        return watcher

    # -- files ------------------------------------------------

    @property
    def database(self) -> Path:
        return self.folder / "server" / "hall.db"

    def _is_ours(self, pid: int) -> bool:
        try:
            return str(self.file.path).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False


def children_of(pid: int) -> list[int]:
    """Process ids of the direct children that still live."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(entry.name))
    return found
