"""A hall that does nothing but rate: broker node, collector and a caller with evaluator screens, as real processes."""

import contextlib
import os
import queue
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from broker.model.commands import OpenCounter, ServeDirect
from broker.runtime.hall_source import load_hall
from tests.bench.node import Client
from tests.bench.program import Program
from tests.bench.town import hall_clock
from tests.ports import free_port
from tests.system.town import children_of

CALLER = "desk-1"
PATIENCE_S = 25.0
_HALL = """
[hall]
id = "ratings"
names = {{ zh = "评价厅", en = "Hall of ratings" }}
phone = "12333"
[sessions.day]
names = {{ zh = "全天", en = "All day" }}
days = ["workday"]
opens = "09:00"
closes = "17:00"
last_ticket = "16:30"
[categories.person]
names = {{ zh = "个人", en = "Personal" }}
[series.a]
letter = "A"
[services.pension]
names = {{ zh = "养老", en = "Pension" }}
series = "a"
category = "person"
[callers.desk-1]
names = {{ zh = "柜台", en = "Desk" }}
[broker]
port = {mqtt}
[collector]
port = {web}
public_url = "http://127.0.0.1:{web}"
"""
_COUNTER = """
[counters.c{n}]
name = "{n}"
services = {{ pension = 1 }}
[keypads.keypad-{n}]
counter = "c{n}"
caller = "desk-1"
address = "virtual://evaluator?size={size}"
"""


@dataclass(frozen=True)
class Thanks:
    """A visitor was thanked: the picture said so."""

    keypad: str
    visit: str
    level: str
    after_s: float


class RatingHall:
    """``heard`` gives what the caller prints. Programs can be killed, started again, and stood still."""

    def __init__(self, folder: Path, counters: int, size: str = "800x480") -> None:
        mqtt, web = free_port("127.0.0.1"), free_port("127.0.0.1")
        self.folder, self.counters = folder, [f"c{n + 1}" for n in range(counters)]
        self.hall_file, self.data = folder / "hall.toml", folder / "data"
        text = _HALL.format(mqtt=mqtt, web=web) + "".join(_COUNTER.format(n=n + 1, size=size) for n in range(counters))
        self.hall_file.write_text(text, encoding="utf-8")
        load_hall(self.hall_file)
        self.heard: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        self.programs: dict[str, Program] = {}
        self.client = Client("ratings", f"mqtt://127.0.0.1:{mqtt}")
        self._environment = {
            **os.environ, **hall_clock(), "JIAOHAO_DATA": str(self.data), "JIAOHAO_LOG": "WARNING",
            "SDL_VIDEODRIVER": "dummy",
        }  # fmt: skip

    def start(self) -> "RatingHall":
        """All programs, then every counter opens."""
        for name in ("server", "collector", CALLER):
            self.begin(name)
        self.client.start()
        self.client.ask(*(OpenCounter(counter=counter) for counter in self.counters))
        return self

    def begin(self, name: str) -> None:
        """Start a program, or start it again."""
        arguments = {
            "server": ["-m", "broker", "run", str(self.hall_file)],
            "collector": ["-m", "broker", "collector", str(self.hall_file)],
            CALLER: ["-m", "tests.bench.observed_caller", str(self.hall_file), CALLER],
        }[name]
        log = self.folder / f"{name}.log"
        self.programs[name] = Program(
            name, arguments, self._environment, log, lambda line: self.heard.put(line.split())
        )

    def kill(self, name: str) -> None:
        """As a power cut ends it, with everything it had started."""
        process = self.programs[name].process
        for pid in (process.pid, *children_of(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(PATIENCE_S)

    def stand_still(self, *names: str, still: bool = True) -> None:
        """Nobody answers there any more, as behind a cut cable; or they go on."""
        for name in names:
            pid = self.programs[name].process.pid
            for each in (pid, *children_of(pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGSTOP if still else signal.SIGCONT)

    def serve(self, *counters: str) -> dict[str, str]:
        """Somebody is served at each counter; counter -> visit. RuntimeError when the engine does not answer."""
        wishes = [ServeDirect(counter=counter, service="pension", reason="评价测试") for counter in counters]
        return {
            counter: str((reply.result or {})["visit"])
            for counter, reply in zip(counters, self.client.ask(*wishes), strict=True)
        }

    def press(self, counter: str, face: str) -> None:
        """A finger on a face of the counter's evaluator."""
        with contextlib.suppress(OSError, ValueError):  # the caller was killed a moment ago
            self.programs[CALLER].tell(f"press {keypad_of(counter)} {face}")

    def next_word(self, wait_s: float) -> list[str] | None:
        """What the caller printed next."""
        with contextlib.suppress(queue.Empty):
            return self.heard.get(timeout=wait_s)
        return None

    def await_prompt(self, counter: str, visit: str, wait_s: float = PATIENCE_S) -> bool:
        """Whether the evaluator asks about this visit; other words are dropped."""
        until_s = time.monotonic() + wait_s
        while (left_s := until_s - time.monotonic()) > 0:
            if self.next_word(left_s) == ["prompt", keypad_of(counter), visit]:
                return True
        return False

    def await_thanks(self, counter: str, wait_s: float = PATIENCE_S) -> Thanks | None:
        until_s = time.monotonic() + wait_s
        while (left_s := until_s - time.monotonic()) > 0:
            word = self.next_word(left_s)
            if word is not None and word[:2] == ["thanks", keypad_of(counter)]:
                return Thanks(word[1], word[2], word[3], float(word[4]))
        return None

    def stop(self) -> None:
        """End everything."""
        with contextlib.suppress(Exception):
            self.client.stop()
        self.stand_still(*self.programs, still=False)
        for program in reversed(self.programs.values()):
            program.stop()


def keypad_of(counter: str) -> str:
    return f"keypad-{counter.removeprefix('c')}"
