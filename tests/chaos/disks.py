"""A data folder that can become full: a small tmpfs where one may be mounted, else a limit on the process's files."""

import contextlib
import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

SIZE_BYTES = 6 * 1024 * 1024
FILLER = "chaos-filler"


class SmallDisk:
    """``kind`` says which of the two it is. ``pid`` gives the process that writes there now."""

    def __init__(self, folder: Path, pid: Callable[[], int]) -> None:
        self.folder = folder
        self._pid = pid
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.kind = "tmpfs" if self._mount() else "RLIMIT_FSIZE"

    def _mount(self) -> bool:
        if os.geteuid() != 0:
            return False
        call = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES},mode=0700", "chaos", str(self.folder)]
        return subprocess.run(call, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        """Not one byte more."""
        if self.kind == "RLIMIT_FSIZE":
            self._limit(0)
            return
        descriptor = os.open(self.folder / FILLER, os.O_WRONLY | os.O_CREAT)
        try:
            for size in (65_536, 4_096, 1):
                with contextlib.suppress(OSError):
                    while os.write(descriptor, b"\xff" * size):
                        pass
        finally:
            os.close(descriptor)

    def mend(self) -> None:
        """There is room again."""
        if self.kind == "RLIMIT_FSIZE":
            self._limit(resource.RLIM_INFINITY)
            return
        (self.folder / FILLER).unlink(missing_ok=True)

    def take_down(self) -> None:
        """Once nobody uses it: what was written stays in the folder, the small disk goes."""
        if self.kind == "RLIMIT_FSIZE" or not os.path.ismount(self.folder):
            return
        aside = self.folder.with_name(self.folder.name + "-kept")
        shutil.copytree(self.folder, aside)
        subprocess.run(["umount", "-l", str(self.folder)], check=True, capture_output=True)
        self.folder.rmdir()
        aside.rename(self.folder)

    def _limit(self, size: int) -> None:
        try:
            resource.prlimit(self._pid(), resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        except (ProcessLookupError, AssertionError):
            pass  # it is being started again; the limit was the dead one's
        except OSError as error:
            if error.errno != errno.ESRCH:
                raise
