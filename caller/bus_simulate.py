"""A virtual bus for people: devices on a pseudo-terminal or a TCP port, pressed and watched from the keyboard.

It plays our idea of the devices. What works here was not thereby tried on a real one.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import threading
import tty
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from broker.runtime.frames.p1_simulator import SimulatedLine
from caller.bus_timed import TimedLine

Say = Callable[[str], None]
LOOK_S = 0.05
HELP = (
    "press UNIT KEY (呼叫器 terminal: call recall rate confirm transfer pause 0-9; 评价器 evaluator: 0 1 2 ...) "
    "| unplug | plug | noise | echo on|off | show | quit"
)


@dataclass(frozen=True)
class Cast:
    """The devices that are played."""

    terminals: tuple[int, ...]
    evaluators: tuple[tuple[int, int], ...]
    strips: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return len(self.terminals) + len(self.evaluators) + len(self.strips)


def simulated(path: Path, cast: Cast, baud: int | None, *, listens: bool) -> SimulatedLine:
    """The line, not yet started; ``baud`` None: bytes take no time."""
    if baud is None:
        return SimulatedLine(path, cast.terminals, cast.evaluators, cast.strips)
    return TimedLine(path, cast.terminals, cast.evaluators, cast.strips, baud=baud, listens=listens)


class TcpEnd:
    """The line's end on a TCP port of this machine, for one client at a time: raw bytes, no protocol of its own."""

    def __init__(self, path: Path, port: int) -> None:
        self._path = path
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bus-tcp", daemon=True)

    def start(self) -> None:
        """Take clients."""
        self._server.settimeout(0.2)
        self._thread.start()

    def stop(self) -> None:
        """End the client's connection and the port."""
        self._stopping.set()
        self._thread.join(timeout=5)
        self._server.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(OSError):
                client, _ = self._server.accept()
                with client:
                    self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        line = os.open(self._path, os.O_RDWR | os.O_NOCTTY)
        try:
            tty.setraw(line)
            while not self._stopping.is_set():
                both: list[socket.socket | int] = [client, line]
                ready, _, _ = select.select(both, [], [], 0.2)
                if client in ready:
                    data = client.recv(4096)
                    if not data:
                        return
                    os.write(line, data)
                if line in ready:
                    client.sendall(os.read(line, 4096))
        finally:
            os.close(line)


class Stage:
    """Watches the devices and does what is typed."""

    def __init__(self, line: SimulatedLine, say: Say) -> None:
        self._line = line
        self._say = say
        self._seen: dict[str, str] = {}

    def look(self) -> None:
        """Print every device that looks different."""
        for name, state in self._states():
            if self._seen.get(name, "") != state:
                self._seen[name] = state
                self._say(f"{name}: {state}")

    def run(self, stopping: Callable[[], bool], typed: TextIO | None) -> None:
        """Until ``stopping``, or ``quit`` is typed. The end of the input is no end."""
        while not stopping():
            self.look()
            if typed is None:
                select.select([], [], [], LOOK_S)
                continue
            ready, _, _ = select.select([typed], [], [], LOOK_S)
            if ready:
                order = typed.readline()
                if not order:
                    typed = None
                elif not self.do(order.split()):
                    return

    def do(self, words: list[str]) -> bool:
        """One order; False for ``quit``. What cannot be done is said with what can."""
        try:
            match words:
                case []:
                    pass
                case ["quit"]:
                    return False
                case ["press", unit, key]:
                    self._line.press(int(unit), key)
                case ["unplug"]:
                    self._line.unplug()
                case ["plug"]:
                    self._line.plug_in()
                case ["noise"]:
                    self._line.put_noise(b"\xff\x68\x03\x55\x00\xaa")
                case ["echo", ("on" | "off") as state]:
                    self._line.faults.echo = state == "on"
                case ["show"]:
                    self._seen.clear()
                case _:
                    self._say(f"? {HELP}")
        except (KeyError, ValueError):
            self._say(f"? 没有这台设备或这个键 no such device or key: {' '.join(words[1:])}; {HELP}")
        return True

    def _states(self) -> Iterable[tuple[str, str]]:
        for unit, terminal in sorted(self._line.terminal.items()):
            unheard = f", 未应答 not acknowledged: {terminal.given_up}" if terminal.given_up else ""
            beeps = f", beeps {terminal.beeps}" if terminal.beeps else ""
            yield f"p1 {unit} 呼叫器", f"[{terminal.digits}]{beeps}{unheard}" * bool(terminal.digits.strip() or unheard)
        for unit, evaluator in sorted(self._line.evaluator.items()):
            asking = "asking " if evaluator.asking else ""
            yield f"p1 {unit} 评价器", f"{asking}{'★' * evaluator.stars}".strip()
        for (make, unit), strip in sorted(self._line.strip.at.items()):
            yield f"{make} {unit} 条屏", strip.text


def standard_input() -> TextIO | None:
    """What a person types; None where there is nothing that can be waited for."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdin.fileno()
        return sys.stdin
    return None
