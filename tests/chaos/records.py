"""Records of what really happened, one JSON object a line, handed to the kernel before the next thing happens."""

import json
import threading
import time
from pathlib import Path
from typing import Any


class Record:
    """Appends lines; every line gets ``s``, the machine's monotonic seconds. May be used from any thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def note(self, **facts: Any) -> None:
        """``facts`` of this moment; bytes are written as hexadecimal digits."""
        line = {"s": round(time.monotonic(), 4)}
        line.update({name: fact.hex() if isinstance(fact, bytes) else fact for name, fact in facts.items()})
        with self._lock:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        with self._lock:
            self._file.close()
