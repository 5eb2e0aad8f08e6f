"""Does the disk still move? A thread that touches it, so that a hanging card cannot hide behind memory.

Mostly it reads one block past the page cache, which wears nothing; once a minute it writes and syncs one block. An
answer, even an error, is movement: a full or read-only disk is reported in health, only a hanging one stops the
watchdog.
"""

import contextlib
import errno
import logging
import os
import threading
from pathlib import Path

from broker.runtime.pulse import Pulse

logger = logging.getLogger(__name__)

_BLOCK = b"jiaohao disk probe\n".ljust(4096, b".")
_EVERY_S = 3.0
_WRITE_EVERY = 20


class DiskProbe:
    """Touches ``folder`` every three seconds; ``state`` is ``ok``, ``full``, ``read_only`` or ``failed``."""

    def __init__(self, folder: Path, pulse: Pulse | None = None) -> None:
        self.pulse = pulse or Pulse("disk")
        self.state = "ok"
        self._file = folder / ".disk-probe"
        self._turn = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disk-probe", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def touch(self) -> str:
        """One round: read, and on every twentieth round write. Returns the state."""
        try:
            if self._turn % _WRITE_EVERY == 0 or not self._file.exists():
                self._write()
            self._read()
            state = "ok"
        except OSError as error:
            state = {
                errno.ENOSPC: "full",
                errno.EDQUOT: "full",
                errno.EROFS: "read_only",
                errno.EACCES: "read_only",
            }.get(error.errno or 0, "failed")
        self._turn += 1
        if state != self.state:
            logger.warning("disk state=%s before=%s", state, self.state)
        self.state = state
        self.pulse.beat()
        return state

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.touch()
            self._stopping.wait(_EVERY_S)

    def _write(self) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(handle, _BLOCK, 0)
            os.fsync(handle)
        finally:
            os.close(handle)

    def _read(self) -> None:
        handle = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with contextlib.suppress(AttributeError):
                os.posix_fadvise(handle, 0, len(_BLOCK), os.POSIX_FADV_DONTNEED)
            os.pread(handle, len(_BLOCK), 0)
        finally:
            os.close(handle)
