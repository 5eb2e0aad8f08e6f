"""The one way to start a program of the hall: logging, signals, exit codes, data folder; any dead thread ends it.

A program is a function ``main(process)`` that works until ``process.stopping`` is set and then returns. systemd (or the
launcher) starts it again after every exit code but 0 and CONFIGURATION.
"""

import enum
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from broker.model.address import BadAddress
from broker.runtime.clock import Clock, clock_from_environment
from broker.runtime.errors import (
    DatabaseError,
    DataFolderUnusable,
    MqttBrokerUnavailable,
    NodeError,
    SettingError,
    in_both_languages,
)
from broker.runtime.folder_lock import FolderInUse, one_program
from broker.runtime.heap import give_memory_back
from broker.runtime.log import set_up_logging
from broker.runtime.stop_signals import set_on_signals

logger = logging.getLogger(__name__)

DATA_ENVIRONMENT_NAME = "JIAOHAO_DATA"
LOG_LEVEL_ENVIRONMENT_NAME = "JIAOHAO_LOG"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_GRACE_S = 5.0
SWITCH_S = 0.001
"""How long one thread may keep others from their turn (Python's own is 5 ms): a thread that asks a printer three
questions while another paints would pay it at every answer."""


class ExitCode(enum.IntEnum):
    """After sysexits.h. A unit file should say ``RestartPreventExitStatus=78``: programs with a screen end so only
    where nobody sees it, and otherwise wait under a calm sign for a hall file that can be used (``hall_wait``)."""

    DONE = 0
    UNAVAILABLE = 69
    CRASH = 70
    DISK = 74
    CONFIGURATION = 78


@dataclass(frozen=True)
class Process:
    """What a program is given: its name, hall time, its own folder, and the event that asks it to end."""

    name: str
    clock: Clock
    data_folder: Path
    stopping: threading.Event = field(default_factory=threading.Event)


Main = Callable[[Process], None]


def run_process(name: str, main: Main, environment: Mapping[str, str] | None = None) -> int:
    """Run ``main`` in this (main) thread and return the exit code for ``sys.exit``.

    The only one on its data folder: UNAVAILABLE when another program does not leave it.
    """
    environment = os.environ if environment is None else environment
    sys.setswitchinterval(SWITCH_S)
    give_memory_back()
    set_up_logging(name, _log_level(environment))
    try:
        process = Process(name, clock_from_environment(environment), data_folder(name, environment))
        with one_program(process.data_folder, name):
            return _run_guarded(process, main)
    except NodeError as error:
        logger.error("cannot start: %s", in_both_languages(error, " / "))
        return exit_code_of(error)


def _run_guarded(process: Process, main: Main) -> ExitCode:
    guard = _Guard(process.stopping)
    guard.install()
    try:
        main(process)
    except Exception as error:
        code = exit_code_of(error)
        if code is ExitCode.CRASH:
            logger.exception("crashed")
        else:
            logger.error("cannot go on: %s", in_both_languages(error, " / "))
        return code
    finally:
        guard.remove()
    return ExitCode.CRASH if guard.thread_crashed else ExitCode.DONE


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code that tells a supervisor what kind of trouble it was."""
    if isinstance(error, DatabaseError | DataFolderUnusable):
        return ExitCode.DISK
    if isinstance(error, MqttBrokerUnavailable | FolderInUse):
        return ExitCode.UNAVAILABLE
    if isinstance(error, SettingError | BadAddress):
        return ExitCode.CONFIGURATION
    return ExitCode.CRASH


def data_folder(name: str, environment: Mapping[str, str]) -> Path:
    """``$JIAOHAO_DATA/<name>``, or ``./var/<name>``; made when missing, only readable by us. DataFolderUnusable."""
    if _NAME.fullmatch(name) is None:
        raise SettingError("process name", "must be lower-case letters, digits and hyphens")
    folder = (Path(environment.get(DATA_ENVIRONMENT_NAME) or "var") / name).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = folder / ".writable"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise DataFolderUnusable(folder, error.strerror or type(error).__name__) from error
    return folder


class _Guard:
    """Turns signals and the death of any thread into one orderly end; forces the end when it does not come."""

    def __init__(self, stopping: threading.Event, force: Callable[[int], None] = os._exit) -> None:
        self.thread_crashed = False
        self._stopping = stopping
        self._force = force
        self._undo_signals: Callable[[], None] = lambda: None
        self._hook_before = threading.excepthook
        self._deadline: threading.Timer | None = None

    def install(self) -> None:
        self._undo_signals = set_on_signals(self._stopping)
        threading.excepthook = self._on_thread_crash

    def remove(self) -> None:
        self._undo_signals()
        threading.excepthook = self._hook_before
        if self._deadline is not None:
            self._deadline.cancel()

    def _on_thread_crash(self, crash: threading.ExceptHookArgs) -> None:
        if crash.exc_type is SystemExit:
            return
        self.thread_crashed = True
        name = crash.thread.name if crash.thread is not None else "?"
        trace = (crash.exc_type, crash.exc_value or crash.exc_type(), crash.exc_traceback)
        logger.critical("thread %s crashed, the process ends", name, exc_info=trace)
        self._stopping.set()
        self._deadline = threading.Timer(_GRACE_S, self._end_by_force)
        self._deadline.daemon = True
        self._deadline.start()

    def _end_by_force(self) -> None:
        logger.critical("no orderly end within %.0f s, ending by force", _GRACE_S)
        sys.stderr.flush()
        self._force(ExitCode.CRASH)


def _log_level(environment: Mapping[str, str]) -> str:
    level = environment.get(LOG_LEVEL_ENVIRONMENT_NAME, "INFO").upper()
    return level if level in ("DEBUG", "INFO", "WARNING", "ERROR") else "INFO"
