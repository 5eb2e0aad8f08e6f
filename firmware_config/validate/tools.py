"""Runs tools that we did not write over the files of a machine: on this computer, or inside another Debian's root.

A tool of this computer may be too old to see a mistake (cloud-init 22 calls every typo valid; systemd 252 has no
``udevadm verify``), so a root made by debootstrap may stand in for it (``--root``).
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["pass", "fail", "not run"]
LONGEST_S = 120
SAID_MOST = 600


@dataclass(frozen=True)
class Verdict:
    """What one tool said of one thing; ``why`` is its words, or why it was not asked."""

    tool: str
    subject: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True)
class Said:
    """How a tool ended: its exit code and what it printed, both streams."""

    code: int
    words: str


class Place(AbstractContextManager["Place"]):
    """A folder with a machine's files that tools see as ``inside``; gone afterwards. ``root``: of another Debian."""

    def __init__(self, files: Path, root: Path | None = None) -> None:
        self._root = root
        under = None if root is None else root / "tmp"
        self.here = Path(tempfile.mkdtemp(prefix="jiaohao-validate-", dir=under))
        shutil.copytree(files, self.here / "files")

    @property
    def base(self) -> Path:
        """The root whose tools are asked."""
        return self._root or Path("/")

    @property
    def inside(self) -> str:
        """The folder as the tools name it."""
        return f"/{self.here.relative_to(self._root)}" if self._root is not None else str(self.here)

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self.here, ignore_errors=True)

    def has(self, tool: str) -> bool:
        """Whether it is there."""
        if self._root is None:
            return shutil.which(tool, path="/usr/sbin:/usr/bin:/sbin:/bin") is not None
        return any((self._root / folder / tool).exists() for folder in ("usr/bin", "usr/sbin", "bin", "sbin"))

    def run(self, command: Sequence[str], environment: Sequence[str] = ()) -> Said:
        """Run it; a tool that does not end is one that failed."""
        prefix = [] if self._root is None else ["chroot", str(self._root)]
        try:
            done = subprocess.run(
                [*prefix, "env", "LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *environment, *command],
                capture_output=True,
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Said(-1, f"did not end within {LONGEST_S} s")
        words = (done.stdout + done.stderr).decode(errors="replace").strip()
        return Said(done.returncode, words[-SAID_MOST:])

    def version(self, *command: str) -> int:
        """The first number that a tool names when asked for its version; 0 where it names none."""
        found = re.search(r"\d+", self.run(command).words)
        return int(found[0]) if found else 0


def judged(tool: str, subject: str, said: Said, *, quiet: bool = False) -> Verdict:
    """By its exit code; ``quiet``: a tool that only warns has words, so that words are a fault as well."""
    failed = said.code != 0 or (quiet and bool(said.words))
    return Verdict(tool, subject, "fail" if failed else "pass", said.words if failed else "")
