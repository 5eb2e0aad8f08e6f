"""The hall file of a program with a screen: read at once, or waited for under a calm sign until somebody mends it.

A board or kiosk whose hall file is gone, torn or wrong does not go dark: it shows the failsafe picture, which needs
neither hall nor font, says in its log what is wrong, and looks at the file again every second. Where the picture stands
is told by what can still be read of the file, else by where this program stood when it last ran; else the whole of the
first display. Where nobody would see it, there is nothing to wait for.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from broker.model.address import BadAddress
from broker.model.hall import Hall
from broker.model.hall_file import HALL_LIMIT_BYTES, HallFileError
from broker.runtime.canvas.address import parse_screen_address
from broker.runtime.canvas.press import Input, Quit
from broker.runtime.errors import NodeError
from broker.runtime.hall_source import load_hall
from broker.runtime.heart import Notifier
from broker.runtime.process import DATA_ENVIRONMENT_NAME, data_folder
from broker.runtime.stop_signals import set_on_signals

TABLES = ("kiosks", "displays", "signs")
FIRST_DISPLAY = "window://0?fullscreen=1"
REMEMBERED = "screen"
"""The file in a program's own folder that keeps the address of its screen."""
LOOK_EVERY_S = 1.0
STATUS = "the hall file cannot be used, see the log; a calm sign is shown and the file is looked at again"


class NotInHall(Exception):
    """A hall file that does not know this program's device; a sentence."""


class Sign(Protocol):
    """A screen that shows the failsafe picture already."""

    def inputs(self, timeout_s: float = 0.0) -> list[Input]: ...

    def close(self) -> None: ...


Find = Callable[[Hall], str]
"""The address of this program's screen in a hall. Raises NotInHall."""


def hall_for_screen(
    path: Path,
    device: str,
    process: str,
    find: Find,
    *,
    open_sign: Callable[[str], Sign | None] | None = None,
    stopping: threading.Event | None = None,
    environment: Mapping[str, str] | None = None,
) -> Hall | None:
    """The hall of the file, now or once it can be used; None to end with CONFIGURATION: nobody would see a sign, or
    the program was asked to end meanwhile. What is wrong stands on stderr, once each time that it changes.

    ``process`` names the program's own folder, ``device`` its screen's table in the hall file.
    """
    environment = os.environ if environment is None else environment
    before = _stamp(path)
    found = _looked_at(path, find)
    if isinstance(found, str):
        _say(found)
        sign = (open_sign or _real_sign)(_address(path, device, _remembered(process, environment)))
        if sign is None:
            return None
        _say(STATUS)
        found = _waited(sign, path, find, before, found, stopping, Notifier(environment))
    if isinstance(found, Hall):
        _remember(process, environment, find(found))
        return found
    return None


def _looked_at(path: Path, find: Find) -> Hall | str:
    """The hall, or why it cannot be used."""
    try:
        hall = load_hall(path)
        find(hall)
    except HallFileError as error:
        return f"{path} cannot be used:\n{error}"
    except NotInHall as error:
        return str(error)
    return hall


def _waited(
    sign: Sign, path: Path, find: Find, before: object, why: str, stopping: threading.Event | None, notifier: Notifier
) -> Hall | None:
    """Look at the file whenever it changed, until it can be used or the program is to end."""
    asked_to_end = stopping or threading.Event()
    undo = set_on_signals(asked_to_end) if stopping is None else lambda: None
    notifier.send("READY=1", f"STATUS={STATUS}")
    try:
        while not asked_to_end.is_set():
            if any(isinstance(found, Quit) for found in sign.inputs(LOOK_EVERY_S)):
                return None
            notifier.send("WATCHDOG=1")
            now = _stamp(path)
            if now == before:
                continue
            before, looked = now, _looked_at(path, find)
            if isinstance(looked, Hall):
                _say(f"{path} can be used again")
                return looked
            if looked != why:
                why = looked
                _say(why)
        return None
    finally:
        undo()
        sign.close()


def _real_sign(address: str) -> Sign | None:
    try:
        from broker.runtime.canvas.window import open_sign
    except ImportError:  # without pygame there is no screen; what is missing is said when the program starts
        return None
    return open_sign(address)


# --- Which screen ---------------------------------------------------------------------------------------------------


def _address(path: Path, device: str, remembered: str) -> str:
    for address in (_written(path, device), remembered):
        with contextlib.suppress(BadAddress):
            parse_screen_address(address)
            return address
    return FIRST_DISPLAY


def _written(path: Path, device: str) -> str:
    """What a file with mistakes still says, as long as it is TOML."""
    with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):  # of any shape, as long as it is TOML
        if path.stat().st_size <= HALL_LIMIT_BYTES and path.is_file():
            tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
            found = next((tables[name][device] for name in TABLES if device in tables.get(name, {})), {})
            return str(found.get("screen", ""))
    return ""


def _remembered(process: str, environment: Mapping[str, str]) -> str:
    folder = Path(environment.get(DATA_ENVIRONMENT_NAME) or "var") / process
    with contextlib.suppress(OSError, ValueError):
        return (folder / REMEMBERED).read_text(encoding="utf-8").strip()
    return ""


def _remember(process: str, environment: Mapping[str, str], address: str) -> None:
    """For a day on which the hall file says nothing; a card is written only when something changed."""
    if parse_screen_address(address).kind != "virtual" and _remembered(process, environment) != address:
        with contextlib.suppress(NodeError, OSError):
            (data_folder(process, environment) / REMEMBERED).write_text(address, encoding="utf-8")


def _stamp(path: Path) -> object:
    """What changes whenever the file does."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
