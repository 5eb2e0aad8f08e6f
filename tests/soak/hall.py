"""The hall of a soak: the shipped town hall's broker node, one kiosk and some of its screens, each a process."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from broker.runtime.clock import ENVIRONMENT_NAME as CLOCK_ENVIRONMENT_NAME
from broker.runtime.clock import ScaledClock
from broker.runtime.hall_source import load_hall
from broker.runtime.whereabouts import mqtt_url
from firmware_config.demo import HALLS
from tests.bench.program import Program, descendants_of
from tests.halls import OPENS_MS
from tests.ports import free_port
from tests.soak.judge import Sample

KIOSK, BOARDS = "kiosk-1", ("display-lobby", "display-south")
LEAKY = "display-west"
"""The board of the control run."""
BEFORE_OPENING_MS = 1_800_000
"""A day begins half an hour before the hall opens at nine and ends ten hours later, an hour after it closed."""


class SoakHall:
    """``screens`` are observed (see ``hasty``); of the names in ``leak_kb`` so much is lost with every picture.

    Without ``voices`` nothing speaks: the dictionary of Mandarin is opened at any moment of a short run, and is 60 MB.
    """

    def __init__(
        self, folder: Path, speed: float, start_ms: int, leak_kb: dict[str, int] | None = None, voices: bool = True
    ) -> None:
        self.leak_kb = leak_kb or {}
        self.screens = (KIOSK, *BOARDS, *self.leak_kb)
        self.programs: dict[str, Program] = {}
        self.lines: dict[str, list[str]] = {}
        self.samples: dict[str, list[Sample]] = {}
        self._folder, self._speed = folder, speed
        folder.mkdir(parents=True, exist_ok=True)
        for catalogue in HALLS.glob("*.po"):
            shutil.copy(catalogue, folder)
        self.path = folder / "hall.toml"
        self.path.write_text(_hall_text(folder, voices), encoding="utf-8")
        self.hall = load_hall(self.path)
        self.url = mqtt_url(self.hall, {})
        self._environment = {
            **os.environ,
            CLOCK_ENVIRONMENT_NAME: ScaledClock(start_ms, speed).setting(),
            "JIAOHAO_DATA": str(folder),
            "JIAOHAO_LOG": "INFO",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        self._run("server", ["-m", "broker", "run", str(self.path)])
        for name in self.screens:
            leak = str(self.leak_kb.get(name, 0))
            told = self.lines[name] = []
            arguments = ["-m", "tests.soak.hasty", f"{self._speed:g}", leak, str(self.path), name]
            self._run(name, arguments, _keeper(told))
        self.began_s = time.monotonic()

    def stop(self) -> None:
        """All at once, the broker node last."""
        ending = [program for name, program in self.programs.items() if name != "server"]
        for program in ending:
            program.process.terminate()
        for program in [*ending, *(self.programs[name] for name in ("server",) if name in self.programs)]:
            program.stop()

    def _run(self, name: str, arguments: list[str], on_line: Callable[[str], None] = lambda line: None) -> None:
        log = self._folder / f"{name}.log"
        self.programs[name] = Program(name, arguments, self._environment, log, on_line)

    def log(self, name: str) -> str:
        return self.programs[name].log.read_text(encoding="utf-8", errors="replace")

    def look(self) -> None:
        """One sample of every process, also of the voices that a board has as children."""
        at_s = time.monotonic() - self.began_s
        for name, program in self.programs.items():
            pid = program.process.pid
            children = [(child, f"{name}'s {_what(child)}") for child in descendants_of(pid)]
            for process, label in ((pid, name), *children):
                sample = sample_of(process, at_s)
                if sample is not None:
                    self.samples.setdefault(label, []).append(sample)


def sample_of(pid: int, at_s: float) -> Sample | None:
    """From ``/proc/PID``; None when the process is gone. Memory is there in units of 1024 bytes."""
    try:
        facts = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        whole_mb, mapped_mb = (int(facts[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "RssFile"))
        return Sample(at_s, whole_mb, int(facts["Threads"]), files, mapped_mb)
    except (OSError, KeyError):
        return None


def start_of_day_ms() -> int:
    """A Wednesday, half an hour before the doors open."""
    return OPENS_MS - BEFORE_OPENING_MS


def _what(pid: int) -> str:
    """What a child is: ``voice_worker.py espeak``, ``mosquitto``."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "child"
    words = [word.rsplit("/", 1)[-1] for word in command.split() if not word.startswith("-")]
    return " ".join(words[1:3] if words and words[0].startswith("python") else words[:1]) or "child"


def _keeper(told: list[str]) -> Callable[[str], None]:
    def keep(line: str) -> None:
        if line.startswith("soak "):
            told.append(line[5:])

    return keep


def _hall_text(folder: Path, voices: bool) -> str:
    """The shipped town hall on free ports; its paper moves at once and a board has pictures of its own to show."""
    text = (HALLS / "town_hall.toml").read_text(encoding="utf-8")
    for old, new in (
        ("port = 1883", f"port = {free_port('127.0.0.1')}"),
        ("port = 8080", f"port = {free_port('127.0.0.1')}"),
        ('printer = "virtual://printer" # serial:///dev/hall/printer?baud=115200\npaper = "80"\nroll_m',
         'printer = "virtual://printer?speed=0"\npaper = "80"\nroll_m'),
        ("recall_gap_s = 5 ", "recall_gap_s = 1 "),
        ('layout = "portrait"', f'layout = "portrait"\nmedia = "{folder / "media"}"\nmedia_s = 5'),
    ):  # fmt: skip
        if text.count(old) != 1:
            raise ValueError(f"the shipped town hall has {text.count(old)} times {old!r}, expected once")
        text = text.replace(old, new)
    return text if voices else text.replace('"virtual://speaker"', '"none"')
