"""USB keypads through Linux' input layer: the only home of ``evdev``.

A satisfaction keypad or a numeric block is a keyboard to Linux. Left alone it types into whatever console is in front,
so it is grabbed: from then on only we hear it. It is named by its place, ``evdev:///dev/input/by-path/...-event-kbd``,
because cheap keypads share their numbers and have no serial; ``by-id`` is as good where there is one.

``virtual://usb-keypad`` is the simulator: the same records come out of a pipe in the file system. Nothing else of this
file knows which of the two it reads. (A kernel's own virtual keyboard, /dev/uinput, needs rights that no test has.)
"""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from broker.model.address import BadAddress, DeviceAddress
from broker.runtime.errors import SettingError
from broker.runtime.evdev_events import InputRecord, KeyMove, KeyStream, Records
from broker.runtime.evdev_simulator import VirtualKeypad
from broker.runtime.serial_port import BackOff

log = logging.getLogger(__name__)

USB_KEYPAD = "usb-keypad"
READ_MOST = 4_096
TURNS_MOST = 16
_GONE = (errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.EIO)
_CURES = {
    "absent": "it is not there: is it plugged in, and is this its place? See ls /dev/input/by-path",
    "no-permission": "this user may not read it: add the user to the group 'input', or give it away with a udev rule",
    "busy": "another program has grabbed it: end that one, or give this keypad to one device of the hall file only",
    "not-a-keypad": "it is no input device: the name must end in -event-kbd",
}
"""Short word for health -> what to do about it."""


class EvdevMissing(SettingError):
    """The library that reads input devices is not installed."""

    def __init__(self, setting: str) -> None:
        super().__init__(
            setting,
            "a USB keypad needs the Python library evdev: apt install python3-evdev, or pip install 'jiaohao[usb]'",
            "USB 键盘需要 Python 库 evdev：apt install python3-evdev，或 pip install 'jiaohao[usb]'",
        )


class _Device(Protocol):
    """An open keypad."""

    def down(self) -> Iterable[int]: ...

    def read(self) -> list[InputRecord]: ...

    def close(self) -> None: ...


class _KernelDevice:
    """A grabbed input device of the kernel. Raises OSError."""

    def __init__(self, path: str) -> None:
        import evdev

        self._device = evdev.InputDevice(path)
        try:
            self._device.grab()
        except OSError:
            self._device.close()
            raise
        log.info("USB keypad %s: %s", path, self._device.name)

    def down(self) -> Iterable[int]:
        return self._device.active_keys()

    def read(self) -> list[InputRecord]:
        try:
            return [InputRecord(event.type, event.code, event.value) for event in self._device.read()]
        except BlockingIOError:
            return []

    def close(self) -> None:
        try:
            self._device.close()
        except OSError as error:  # a keypad that was pulled out lets itself go
            log.debug("closing a keypad: %s", error)


class _PipeDevice:
    """The simulator's pipe."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._records = Records()

    def down(self) -> Iterable[int]:
        return ()

    def read(self) -> list[InputRecord]:
        try:
            received = os.read(self._descriptor, READ_MOST)
        except BlockingIOError:
            return []
        if not received:
            raise OSError(errno.ENODEV, "the other end of the pipe is closed")
        return self._records.feed(received)

    def close(self) -> None:
        os.close(self._descriptor)


class UsbKeypad:
    """One keypad, owned by one thread that calls :meth:`poll` every 10-50 ms. Pulled out, it is waited for."""

    def __init__(
        self, name: str, address: DeviceAddress, folder: Path, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.wake: Callable[[], None] = lambda: None
        self.simulated: VirtualKeypad | None = None
        if address.options:
            raise BadAddress("a USB keypad has no options", "USB 键盘没有选项")
        if address.is_virtual:
            self.simulated = VirtualKeypad(folder / f"usb-{name}")
        self._path = address.path if self.simulated is None else str(self.simulated.path)
        self._open = _KernelDevice if self.simulated is None else _PipeDevice
        self._monotonic = monotonic
        self._back_off = BackOff(limit_s=2.0)
        self._device: _Device | None = None
        self._stream = KeyStream(lambda: self._device.down() if self._device is not None else ())
        self._trouble = "waiting"

    @property
    def settling(self) -> bool:
        """A USB keypad settles its contacts itself."""
        return False

    def start(self) -> None:
        """Look for it; one that is not there, or not ours, is looked for again and again. Raises EvdevMissing."""
        if self.simulated is not None:
            self.simulated.plug_in()
        self._try_open(self._monotonic())

    def close(self) -> None:
        """Let it go: others may hear it again."""
        if self._device is not None:
            self._device.close()
            self._device = None
        if self.simulated is not None:
            self.simulated.unplug()

    def alive(self) -> bool:
        """It has no thread that could die."""
        return True

    def fault(self) -> str:
        """Empty, or a short word for health: what is done about it is in the log."""
        return "" if self._device is not None else self._trouble

    @property
    def overflows(self) -> int:
        """How often the kernel lost keys because nobody read them."""
        return self._stream.overflows

    def now_s(self) -> float:
        """The clock by which its moves are dated."""
        return self._monotonic()

    def poll(self) -> list[KeyMove]:
        """What its keys did since the last poll; when it is pulled out, its keys go up."""
        now_s = self._monotonic()
        if self.simulated is not None:
            self.simulated.tick(now_s)
        if self._device is None and not self._try_open(now_s):
            return []
        moves: list[KeyMove] = []
        try:
            for _ in range(TURNS_MOST):
                if self._device is None or not (records := self._device.read()):
                    break
                moves += self._stream.feed(records, now_s)
        except OSError as error:
            return moves + self._lost(error, now_s)
        return moves

    def _try_open(self, now_s: float) -> bool:
        if not self._back_off.is_due(now_s):
            return False
        try:
            device = self._open(self._path)
            self._stream.begin(device.down())
        except ImportError as error:
            raise EvdevMissing(self.name) from error
        except OSError as error:
            self._back_off.failed(now_s)
            self._complain(error)
            return False
        self._device = device
        self._back_off.reset()
        self._trouble = ""
        return True

    def _lost(self, error: OSError, now_s: float) -> list[KeyMove]:
        if self._device is not None:
            self._device.close()
            self._device = None
        self._back_off.failed(now_s)
        self._complain(error)
        return self._stream.end(now_s)

    def _complain(self, error: OSError) -> None:
        trouble = trouble_of(error)
        if trouble != self._trouble:
            log.warning("USB keypad %s (%s): %s", self.name, self._path, _CURES[trouble])
        self._trouble = trouble


def trouble_of(error: OSError) -> str:
    """The short word for what keeps a keypad from being read."""
    if error.errno in _GONE:
        return "absent"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "no-permission"
    return "busy" if error.errno == errno.EBUSY else "not-a-keypad"
