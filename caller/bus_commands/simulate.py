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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from broker.runtime.frames.key_simulator import SimulatedLine
from broker.runtime.frames.modbus_simulator import SimulatedModbusLine
from broker.runtime.frames.pty_line import PtyLine
from broker.runtime.frames.voice_simulator import SimulatedModule
from caller.bus_commands.bench import Say
from caller.bus_commands.orders import WrongOrder
from caller.lines.modbus_line import MODBUS, ModbusUnits, simulated_devices
from caller.lines.timed import BITS_A_BYTE, TimedLine

Place = tuple[str, int]
"""Make and unit."""
LOOK_S = 0.05
USUAL_KEYS = 5
HELP = (
    "press UNIT KEY (呼叫器 terminal: call recall rate confirm transfer pause, 0-9 随后的键带上 go with the next key; "
    "评价器 evaluator: 0 1 2 ...; modbus: 0-15) | press UNIT KEY evaluator (与呼叫器同地址 one address for both) | "
    "unplug | plug | noise | echo on|off | show | quit"
)


class CastMistake(WrongOrder):
    """These devices cannot stand on one line."""


@dataclass(frozen=True)
class Cast:
    """The devices that are played."""

    terminals: tuple[Place, ...] = ()
    evaluators: tuple[tuple[Place, int], ...] = ()
    """With the number of their keys."""
    strips: tuple[Place, ...] = ()
    voice: str | None = None
    """The make of a voice module."""

    def __len__(self) -> int:
        return len(self.terminals) + len(self.evaluators) + len(self.strips) + (self.voice is not None)

    @property
    def talking(self) -> str:
        """The one make that speaks here; P1 where none does. Raises CastMistake for two."""
        makes = sorted({make for make, _ in (*self.terminals, *(place for place, _ in self.evaluators))})
        if len(makes) > 1:
            words = " + ".join(makes)
            raise CastMistake(
                f"one make speaks on a line, not {words}: simulate two lines",
                f"一条线路只能有一种按键设备，不能同时有 {words}；请开两条虚拟线路",
            )
        return makes[0] if makes else MODBUS if self.strips and self._all_modbus else "p1"

    @property
    def _all_modbus(self) -> bool:
        return all(make == MODBUS for make, _ in self.strips)


def simulated(path: Path, cast: Cast, baud: int | None, *, listens: bool) -> PtyLine:
    """The line, not yet started; ``baud`` None: bytes take no time. Raises CastMistake."""
    if cast.voice is not None:
        if len(cast) > 1:
            raise CastMistake("a voice module is alone on its line", "语音模块要单独一条线路")
        return SimulatedModule(path, make=cast.voice)
    make = cast.talking
    if make == MODBUS or any(strip == MODBUS for strip, _ in cast.strips):
        return _modbus(path, cast, baud, make)
    devices = (
        path,
        tuple(unit for _, unit in cast.terminals),
        tuple((unit, count) for (_, unit), count in cast.evaluators),
        cast.strips,
    )
    if baud is None:
        return SimulatedLine(*devices, make=make)
    return TimedLine(*devices, make=make, baud=baud, listens=listens)


def _modbus(path: Path, cast: Cast, baud: int | None, make: str) -> PtyLine:
    speaking = {make} if cast.terminals or cast.evaluators else set()
    others = sorted((speaking | {strip for strip, _ in cast.strips}) - {MODBUS})
    if others:
        words = ", ".join(others)
        raise CastMistake(
            f"Modbus devices need a line of their own, without {words}",
            f"Modbus 设备要单独一条线路，不能与 {words} 同线",
        )
    units = ModbusUnits(
        {unit: f"pad-{unit}" for _, unit in cast.terminals},
        {unit: f"evaluator-{unit}" for (_, unit), _ in cast.evaluators},
        {unit: f"sign-{unit}" for _, unit in cast.strips},
    )
    if len(units.names) < len(cast):
        raise CastMistake("each Modbus device has a unit of its own", "每台 Modbus 设备的地址码不能重复")
    byte_s = 0.0 if baud is None else BITS_A_BYTE / baud
    return SimulatedModbusLine(path, simulated_devices(units), byte_s=byte_s)


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

    def __init__(self, line: PtyLine, say: Say) -> None:
        self._line = line
        self._say = say
        self._seen: dict[str, str] = {}

    def look(self) -> None:
        """Print every device that looks different."""
        for name, state in self._line.states():
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
                case ["press", unit, key, *kind] if kind in ([], ["terminal"], ["evaluator"]):
                    self._line.press(int(unit), key, *kind)
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


def standard_input() -> TextIO | None:
    """What a person types; None where there is nothing that can be waited for."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdin.fileno()
        return sys.stdin
    return None
