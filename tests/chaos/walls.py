"""Wall clocks of processes, each of which can be set apart from the others."""

import struct
from pathlib import Path

ENVIRONMENT_NAME = "JIAOHAO_TEST_WALL"
SEAM = Path(__file__).parent / "wall"


class Walls:
    """One file a process; ``set`` is a step of its wall clock, seen at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def environment(self, process: str) -> dict[str, str]:
        """What a process must be told at its start."""
        path = self._folder / process
        if not path.exists():
            path.write_bytes(struct.pack("<q", 0))
        return {ENVIRONMENT_NAME: str(path), "PYTHONPATH": str(SEAM)}

    def set(self, process: str, ahead_s: float) -> None:
        """From now on this process's wall clock is so much ahead of the true time (or behind)."""
        with (self._folder / process).open("r+b", buffering=0) as file:
            file.write(struct.pack("<q", int(ahead_s * 1e9)))
