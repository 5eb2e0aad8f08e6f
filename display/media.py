"""The hall's own pictures, one after another: read and scaled beside the program, so that a call never waits for them.

PNG and JPEG files of one folder, in the order of their names; a file put there or taken away is noticed within a round.
Video is not played: no decoder is the same on all our platforms.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

SUFFIXES = (".png", ".jpg", ".jpeg")
FILES_MOST = 200
EMPTY_LOOK_S = 60.0
Load = Callable[[Path], bytes]


class Shelf:
    """Pictures of `folder` by turns, each for `seconds`. `load` makes one ready and raises NodeError or OSError.

    Two pictures are held: the one shown and the next one, which `prepare` makes ready, from a thread of its own.
    """

    def __init__(self, folder: Path, seconds: float, load: Load) -> None:
        self._folder = folder
        self._seconds = seconds
        self._load = load
        self._shown: bytes | None = None
        self._shown_at_s = float("-inf")
        self._next: bytes | None = None
        self._last_name = ""
        self._refused: dict[Path, str] = {}
        self._wanted = threading.Event()

    def start(self) -> None:
        """Begin to make pictures ready, from a thread that ends with the program."""
        self._wanted.set()
        threading.Thread(target=self._work, name="media", daemon=True).start()

    def at(self, now_s: float) -> bytes | None:
        """Return the picture of this moment; None while none is ready. Never waits."""
        if self._next is not None and now_s - self._shown_at_s >= self._seconds:
            self._shown, self._next, self._shown_at_s = self._next, None, now_s
            self._wanted.set()
        return self._shown

    def _work(self) -> None:
        while True:
            self._wanted.wait(EMPTY_LOOK_S)
            self._wanted.clear()
            if self._next is None:
                self.prepare()

    def prepare(self) -> None:
        """Make the next picture ready; with none left that can be shown, the slot is the calls' own again."""
        files = self._files()
        later = [path for path in files if path.name > self._last_name]
        for path in [*later, *files]:
            picture = self._loaded(path)
            if picture is not None:
                self._last_name, self._next = path.name, picture
                return
        self._shown = None

    def _files(self) -> list[Path]:
        try:
            found = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in SUFFIXES)
        except OSError as error:
            self._refuse(self._folder, error.strerror or "it cannot be read")
            return []
        self._refused.pop(self._folder, None)
        return found[:FILES_MOST]

    def _loaded(self, path: Path) -> bytes | None:
        try:
            return self._load(path)
        except Exception as error:  # a picture of the hall never costs the hall its display
            self._refuse(path, str(error))
            return None

    def _refuse(self, path: Path, reason: str) -> None:
        """Say once why a file is not shown."""
        if self._refused.get(path) != reason:
            if len(self._refused) >= FILES_MOST:
                self._refused.clear()
            self._refused[path] = reason
            log.warning("not shown: %s: %s", path, reason)
