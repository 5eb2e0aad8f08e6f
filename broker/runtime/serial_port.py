"""Serial lines: the only place where pyserial is used. Printers and RS-485 buses both open their line here.

A line is named by a :class:`SerialAddress`. A driver's simulator opens a real pseudo-terminal and hands out the same
kind of address, so the code under test is the code that runs in the hall.

Four habits of the kernel and of pyserial decided the shape (all four were seen on Linux with pyserial 3.5):

* a pulled cable raises ``OSError`` from some calls and ``termios.error``, which is *not* an ``OSError``, from
  others: every call here raises :class:`SerialPortError` and nothing else;
* ``Serial.write`` does not tell how many bytes went out before its time-out, and a printer driver must know
  whether a ticket was begun: bytes are written here one ``os.write`` at a time and counted;
* closing a line that is stopped by flow control waits for the unsent bytes, up to 30 s: they are dropped first;
* an exclusive lock holds only against programs which also ask for it, so it is always asked for.

Not safe for two threads at once: one thread owns a port. Times are seconds of the monotonic clock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import termios
import time
from collections.abc import Callable

import serial

from broker.runtime.errors import NodeError
from broker.runtime.serial_address import BadSerialAddress, SerialAddress

__all__ = [
    "BackOff",
    "BadSerialAddress",
    "PortAbsent",
    "PortBusy",
    "PortClosed",
    "PortLost",
    "PortRefused",
    "SerialAddress",
    "SerialPort",
    "SerialPortError",
    "WriteStalled",
]

_LOST = (OSError, termios.error)


class SerialPortError(NodeError):
    """A serial line could not do what was asked. ``path`` names the device file."""

    def __init__(self, path: str, sentence: str, zh: str = "") -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path
        self.zh = f"{path}：{zh}" if zh else ""


class PortAbsent(SerialPortError):
    """No such device now: unplugged, or not yet named by udev."""


class PortBusy(SerialPortError):
    """Another program holds the line."""


class PortRefused(SerialPortError):
    """The operating system does not let this user open or configure the line."""


class PortClosed(SerialPortError):
    """The line is not open."""


class PortLost(SerialPortError):
    """The line was open and is gone. The port has closed itself and may be opened again."""


class WriteStalled(SerialPortError):
    """The other end held the line back. ``written`` bytes of the call were accepted by the kernel."""

    def __init__(self, path: str, written: int, total: int) -> None:
        super().__init__(path, f"the line was held back after {written} of {total} bytes")
        self.written = written
        self.total = total


class BackOff:
    """When to try again: at once, then after ever longer waits, never longer than `limit_s`."""

    def __init__(self, first_s: float = 0.25, limit_s: float = 5.0) -> None:
        self._first_s = first_s
        self._limit_s = limit_s
        self.reset()

    def reset(self) -> None:
        self._wait_s = 0.0
        self._due_at = float("-inf")

    def failed(self, now: float) -> None:
        self._wait_s = min(self._limit_s, max(self._first_s, self._wait_s * 2))
        self._due_at = now + self._wait_s

    def is_due(self, now: float) -> bool:
        return now >= self._due_at


class SerialPort:
    """One serial line with counted writes, bounded waits and a quiet way to reopen it.

    `write_timeout_s` bounds one call of `write`; nothing else here waits longer than its caller asked.
    """

    def __init__(
        self,
        address: SerialAddress,
        *,
        write_timeout_s: float = 2.0,
        back_off: BackOff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.last_error: SerialPortError | None = None
        self._write_timeout_s = write_timeout_s
        self._back_off = back_off or BackOff()
        self._clock = clock
        self._line: serial.Serial | None = None

    @property
    def is_open(self) -> bool:
        return self._line is not None

    def open(self) -> None:
        """Open and lock the line, unless it is open. Raise `PortAbsent`, `PortBusy` or `PortRefused`."""
        if self._line is not None:
            return
        try:
            self._line = self._opened_line()
        except ValueError as error:
            raise self._noted(
                PortRefused(self.address.path, f"pyserial refused the settings: {error}", f"线路参数不能用：{error}")
            ) from error
        except _LOST as error:
            raise self._noted(_opening_error(self.address.path, error)) from error
        self.last_error = None
        self._back_off.reset()

    def try_open(self) -> bool:
        """True if the line is open now. Tries no oftener than the back-off allows; the reason is `last_error`."""
        if self._line is not None:
            return True
        if not self._back_off.is_due(self._clock()):
            return False
        try:
            self.open()
        except SerialPortError:
            return False
        return True

    def close(self) -> None:
        """Let the line go at once. Bytes which have not left the host are dropped, never sent later."""
        line, self._line = self._line, None
        if line is None:
            return
        with contextlib.suppress(*_LOST):  # the device may be gone, and its buffer with it
            line.reset_output_buffer()
        with contextlib.suppress(*_LOST):  # the descriptor is released either way
            line.close()

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the kernel, or raise `WriteStalled` with the count of what was accepted.

        Accepted by the kernel does not mean seen by the device: only an answer proves that.
        """
        line = self._open_line()
        deadline = self._clock() + self._write_timeout_s
        written = 0
        while written < len(data):
            remaining_s = deadline - self._clock()
            try:
                if _is_ready(line, select.POLLOUT, remaining_s):
                    written += os.write(line.fileno(), data[written:])
            except BlockingIOError:
                continue  # flow control stopped the line between the two calls; the deadline still holds
            except _LOST as error:
                raise self._lost(error) from error
            if remaining_s <= 0 and written < len(data):
                raise self._noted(WriteStalled(self.address.path, written, len(data)))

    def read(self, count: int, timeout_s: float) -> bytes:
        """Up to `count` bytes: returns as soon as all came, or with what came when `timeout_s` is over."""
        deadline = self._clock() + timeout_s
        received = b""
        while len(received) < count:
            remaining_s = deadline - self._clock()
            received += self._arrived(count - len(received), remaining_s)
            if remaining_s <= 0:
                break
        return received

    def read_available(self, timeout_s: float, limit: int = 4096, wake: int | None = None) -> bytes:
        """Wait up to `timeout_s` for a first byte, then return what has arrived, at most `limit` bytes.

        `wake` is the reading end of a pipe: whatever is written to it ends the wait, and is read away here.
        """
        return self._arrived(limit, timeout_s, wake)

    def discard_input(self) -> None:
        """Forget bytes that arrived unasked, so that the next answer is the answer to the next question."""
        try:
            self._open_line().reset_input_buffer()
        except _LOST as error:
            raise self._lost(error) from error

    def discard_output(self) -> None:
        """Drop bytes that have not left the host yet."""
        try:
            self._open_line().reset_output_buffer()
        except _LOST as error:
            raise self._lost(error) from error

    def _opened_line(self) -> serial.Serial:
        address = self.address
        line = serial.Serial(
            port=address.path,
            baudrate=address.baud,
            bytesize=address.bits,
            parity=address.parity,
            stopbits=address.stop,
            timeout=0,  # waiting is done here, by poll, for as long as the caller asked
            write_timeout=self._write_timeout_s,
            xonxoff=address.flow == "xonxoff",
            rtscts=address.flow == "rtscts",
            exclusive=True,
        )
        # An FTDI adapter collects bytes for 16 ms unless it is asked not to. Others, and ptys, cannot be asked.
        with contextlib.suppress(ValueError, NotImplementedError, *_LOST):
            line.set_low_latency_mode(True)
        return line

    def _arrived(self, limit: int, timeout_s: float, wake: int | None = None) -> bytes:
        """What is there to read, up to `limit` bytes, after waiting at most `timeout_s` for the first of it."""
        line = self._open_line()
        try:
            return line.read(limit) if _is_ready(line, select.POLLIN, timeout_s, wake) else b""
        except _LOST as error:
            raise self._lost(error) from error

    def _open_line(self) -> serial.Serial:
        if self._line is None:
            raise PortClosed(self.address.path, "the line is not open")
        return self._line

    def _lost(self, error: BaseException) -> SerialPortError:
        """Close what is left of the line after the operating system reported `error`."""
        self.close()
        return self._noted(PortLost(self.address.path, f"the line was lost: {error}", f"线路断开：{error}"))

    def _noted(self, error: SerialPortError) -> SerialPortError:
        """Remember the reason; a lost line and a failed opening also start the back-off."""
        self.last_error = error
        if not isinstance(error, WriteStalled):
            self._back_off.failed(self._clock())
        return error


def _is_ready(line: serial.Serial, event: int, timeout_s: float, wake: int | None = None) -> bool:
    """Wait until the line can be read or written, or has gone (which the next read or write will tell)."""
    poller = select.poll()
    poller.register(line.fileno(), event)
    if wake is not None:
        poller.register(wake, select.POLLIN)
    ready = {descriptor for descriptor, _ in poller.poll(max(0.0, timeout_s) * 1000)}
    if wake in ready and wake is not None:
        with contextlib.suppress(OSError):
            os.read(wake, 4096)
    return line.fileno() in ready


def _opening_error(path: str, error: BaseException) -> SerialPortError:
    code = getattr(error, "errno", None)
    if code in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO):
        return PortAbsent(path, "there is no such device now", "现在没有这个设备")
    if code in (errno.EAGAIN, errno.EBUSY):
        return PortBusy(path, "another program holds the line", "线路正被别的程序占用")
    if code == errno.ENOTTY or "ioctl for device" in str(error):  # a file, /dev/null; pyserial says it in words alone
        return PortRefused(path, f"this is no serial line ({error})", f"这不是串口（{error}）")
    if code in (errno.EACCES, errno.EPERM):
        zh = "本用户不能打开：sudo usermod -aG dialout 用户名，然后重新登录"
        return PortRefused(
            path, f"this user may not open it: sudo usermod -aG dialout USER, then log in again ({error})", zh
        )
    return PortRefused(path, f"the line cannot be opened: {error}", f"线路打不开：{error}")
