"""A child process that is an MQTT broker: started, awaited, watched, restarted when it dies or hangs, ended with us."""

import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Protocol

from broker.runtime.errors import NodeError
from broker.runtime.link_identity import is_this_machine
from broker.runtime.parent_death import die_with_parent
from broker.runtime.whereabouts import reachable

logger = logging.getLogger(__name__)

_READY_WITHIN_S = 8.0
_LOOK_EVERY_S = 0.1
_ANSWER_WITHIN_S = 2.0
_SILENCES_MEAN_HUNG = 3
_SHORTEST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_SETTLED_S = 30.0
_END_WITHIN_S = 3.0
# CONNECT of MQTT 3.1.1, clean session, keepalive 10 s, client id "node-probe"; then DISCONNECT.
_CONNECT = bytes.fromhex("10 16 0004 4d515454 04 02 000a 000a") + b"node-probe"
_DISCONNECT = bytes.fromhex("e000")
_CONNACK_TYPE = 0x20


class ChildFailed(NodeError):
    """The broker's process did not come up; ``why`` is its last line, or what was seen."""

    def __init__(self, recipe: str, why: str) -> None:
        super().__init__(f"{recipe}: {why}")
        self.recipe = recipe
        self.why = why


@dataclass(frozen=True)
class Listen:
    """Where the broker listens; local clients connect to ``reach``."""

    host: str
    port: int

    @property
    def reach(self) -> str:
        return reachable(self.host)

    @property
    def loopback(self) -> bool:
        return is_this_machine(self.host)


class Recipe(Protocol):
    """How to start one kind of broker. ``prepare`` writes what is needed and gives the command line."""

    name: str

    def prepare(self, listen: Listen) -> list[str]: ...


@dataclass
class _Life:
    process: subprocess.Popen[bytes]
    said: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    born_s: float = field(default_factory=time.monotonic)


class MqttChild:
    """One broker as a private child process, on one port for its whole life."""

    def __init__(
        self,
        recipe: Recipe,
        listen: Listen,
        environment: Mapping[str, str] | None = None,
        ask_every_s: float = 5.0,
    ) -> None:
        self.listen = listen
        self._ask_every_s = ask_every_s
        self.restarts = 0
        self._recipe = recipe
        self._environment = dict(os.environ if environment is None else environment)
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._failure: ChildFailed | None = None
        self._life: _Life | None = None
        # The kernel ends the child when the thread that made it ends, so one thread does all the making.
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{recipe.name}", daemon=True)

    @property
    def pid(self) -> int | None:
        """The child's process id, for tests and health."""
        return None if self._life is None else self._life.process.pid

    def start(self) -> None:
        """Start and wait until it speaks MQTT. ChildFailed: it did not, and nothing of it is left running."""
        self._thread.start()
        self._settled.wait(_READY_WITHIN_S + _END_WITHIN_S + 2.0)
        if self._failure is not None:
            self._thread.join(_END_WITHIN_S)
            raise self._failure

    def stop(self) -> None:
        """End it; returns within seconds whatever it does."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_END_WITHIN_S + 2.0)

    def _run(self) -> None:
        try:
            self._life = self._give_birth()
        except ChildFailed as failure:
            self._failure = failure
            self._settled.set()
            return
        self._settled.set()
        pause_s = _SHORTEST_PAUSE_S
        while self._watch(self._life):
            if time.monotonic() - self._life.born_s >= _SETTLED_S:
                pause_s = _SHORTEST_PAUSE_S
            while not self._stopping.wait(pause_s) and not self._bring_back():
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        _end(self._life.process)

    def _bring_back(self) -> bool:
        self.restarts += 1
        try:
            self._life = self._give_birth()
        except ChildFailed as failure:
            logger.error("MQTT broker does not come back: %s", failure)
            return False
        return True

    def _give_birth(self) -> _Life:
        try:
            command = self._recipe.prepare(self.listen)
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=self._environment,
                start_new_session=True,  # Ctrl-C at the terminal is for us; we end it after the last farewell
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        except (OSError, subprocess.SubprocessError, NodeError) as error:
            raise ChildFailed(self._recipe.name, f"cannot be started: {error}") from error
        life = _Life(process)
        threading.Thread(target=_listen_to, args=(process.stderr, life.said), daemon=True).start()
        self._await_ready(life)
        logger.info("MQTT broker runs kind=%s pid=%d port=%d", self._recipe.name, process.pid, self.listen.port)
        return life

    def _await_ready(self, life: _Life) -> None:
        until_s = time.monotonic() + _READY_WITHIN_S
        why = "does not speak MQTT in time"
        while time.monotonic() < until_s and not self._stopping.is_set():
            if life.process.poll() is not None:
                time.sleep(0.05)  # its last words may still be on their way
                why = f"ended with {life.process.returncode}"
                break
            if speaks_mqtt(self.listen.reach, self.listen.port, within_s=0.5):
                return
            self._stopping.wait(0.02)
        _end(life.process)
        raise ChildFailed(self._recipe.name, f"{why}: {life.said[-1] if life.said else 'said nothing'}")

    def _watch(self, life: _Life) -> bool:
        """Until it dies or hangs (True: make another) or we stop (False)."""
        answer_within_s = min(_ANSWER_WITHIN_S, self._ask_every_s)
        silences, ask_s = 0, time.monotonic() + self._ask_every_s
        while not self._stopping.wait(_LOOK_EVERY_S):
            if life.process.poll() is not None:
                logger.error("MQTT broker died code=%d", life.process.returncode)
                return True
            if time.monotonic() < ask_s:
                continue
            ask_s = time.monotonic() + self._ask_every_s
            answered = speaks_mqtt(self.listen.reach, self.listen.port, answer_within_s)
            silences = 0 if answered else silences + 1
            if silences >= _SILENCES_MEAN_HUNG:
                logger.error("MQTT broker does not answer, ending it")
                _end(life.process, by=signal.SIGKILL)
                return True
        return False


def speaks_mqtt(host: str, port: int, within_s: float) -> bool:
    """Whether something at this address answers a CONNECT with a CONNACK, be it a refusal."""
    try:
        with socket.create_connection((host, port), timeout=within_s) as probe:
            probe.settimeout(within_s)
            probe.sendall(_CONNECT)
            answer = probe.recv(4)
            if answer[:1] == bytes([_CONNACK_TYPE]):
                probe.sendall(_DISCONNECT)
                return True
    except OSError:
        pass
    return False


def port_is_free(host: str, port: int) -> bool:
    """Whether we could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str) -> int:
    """A port that nobody listens on at this moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.bind((host, 0))
        port: int = trial.getsockname()[1]
        return port


def _listen_to(stream: IO[bytes] | None, said: deque[str]) -> None:
    """Keep the last lines; a pipe that nobody reads would stop the broker."""
    if stream is None:
        return
    with stream:
        while line := stream.readline(1_000):
            text = line.decode("utf-8", "replace").strip()
            if text:
                said.append(text)
                logger.debug("MQTT broker says: %s", text)


def _end(process: "subprocess.Popen[bytes]", by: signal.Signals = signal.SIGTERM) -> None:
    if process.poll() is not None:
        return
    process.send_signal(by)
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_END_WITHIN_S)
