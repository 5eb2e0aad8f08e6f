"""The hall's own pictures and videos, one after another: made ready beside the program, so a call never waits for them.

PNG and JPEG files, and videos where an ffmpeg is installed, of one folder in the order of their names; a file put there
or taken away is noticed within a round. A call ends a video at once; when the place is free again, it goes on there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from broker.runtime.canvas.film import Frame
from display import film
from display.board import Medium, Place
from display.film import Film

log = logging.getLogger(__name__)

PICTURES = (".png", ".jpg", ".jpeg")
FILES_MOST = 200
EMPTY_LOOK_S = 60.0
AHEAD_S = 3.0
"""How long before its turn the next one is made ready; a video needs a moment to begin."""
ASK_EVERY_S = 2.0
READY_S = 8.0
NO_DECODER = "videos need ffmpeg, which is not installed (apt install ffmpeg); pictures are shown"
Load = Callable[[Path], bytes]
Open = Callable[[Path, float], Film]


class _Ready(NamedTuple):
    path: Path
    medium: Medium
    film: Film | None


class Shelf:
    """Files of `folder` by turns: a picture for `seconds`, a video to its end.

    `load` makes a picture ready and raises NodeError or OSError; `open_film` gives the showing of a video from a second
    of it, None where nothing can decode one. ``at`` and ``frame`` belong to the thread that paints and never wait.
    """

    def __init__(
        self, folder: Path, seconds: float, load: Load, open_film: Open | None = None, name: Place = "slot"
    ) -> None:
        """``name`` tells the films of this shelf from those of another."""
        self._folder = folder
        self._name = name
        self._seconds = seconds
        self._load = load
        self._open_film = open_film
        self._shown: _Ready | None = None
        self._shown_at_s = float("-inf")
        self._next: _Ready | None = None
        self._making: Film | None = None
        self._free = True
        self._stopped = False
        self._bare = False
        self._last_name = ""
        self._first: Path | None = None
        self._films = 0
        self._resume_s: dict[Path, float] = {}
        self._refused: dict[Path, str] = {}
        self._wanted = threading.Event()
        self._asked_s = float("-inf")

    def start(self) -> None:
        """Begin to make things ready, from a thread that ends with the program."""
        self._wanted.set()
        threading.Thread(target=self._work, name="media", daemon=True).start()

    def stop(self) -> None:
        """End what runs; nothing is begun any more."""
        self._stopped = True
        self._interrupt()
        self._wanted.set()

    def at(self, now_s: float, free: bool = True) -> Medium | None:
        """Return what stands in the place at this moment; None while it is not `free`, or nothing is ready."""
        if not free or self._stopped:
            self._interrupt()
            return None
        self._free = True
        left_s = self._left_s(now_s)
        if left_s <= 0 and (self._next is not None or self._bare):
            self._turn(now_s)
        elif self._next is None and not self._bare and left_s <= AHEAD_S and now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s = now_s
            self._wanted.set()
        return self._shown.medium if self._shown else None

    def frame(self, name: str, now_s: float) -> Frame | None:
        """Return the newest frame of the video that is shown as `name`, if it was not given yet."""
        shown = self._shown
        if shown is None or shown.film is None or shown.medium.film != name:
            return None
        return shown.film.frame(now_s)

    # --- The thread that paints ---------------------------------------------------------------------------------------

    def _left_s(self, now_s: float) -> float:
        """How long what is shown still has; a video's end is not known before it comes."""
        if self._shown is None:
            return 0.0
        if self._shown.film is not None:
            return 0.0 if self._shown.film.over else AHEAD_S + 1
        return self._shown_at_s + self._seconds - now_s

    def _turn(self, now_s: float) -> None:
        self._close()
        self._shown, self._next, self._shown_at_s = self._next, None, now_s

    def _close(self) -> None:
        """Leave what is shown; a video that came to its end begins anew the next time."""
        ended = self._shown
        if ended is None or ended.film is None:
            return
        if ended.film.trouble:
            self._refuse(ended.path, ended.film.trouble)
        self._resume_s.pop(ended.path, None)
        ended.film.stop()

    def _interrupt(self) -> None:
        """The place is wanted: no video goes on, also none that was only made ready."""
        self._free = False
        making, shown, coming = self._making, self._shown, self._next
        if making is not None:
            making.stop()
        if shown is not None and shown.film is not None:
            if shown.film.over:
                self._close()
            else:
                self._remember(shown.path, shown.film.at_s)
                shown.film.stop()
            self._shown = None
        if coming is not None and coming.film is not None:
            coming.film.stop()
            self._first, self._next = coming.path, None

    def _remember(self, path: Path, at_s: float) -> None:
        if len(self._resume_s) >= FILES_MOST:
            self._resume_s.clear()
        self._resume_s[path] = at_s
        self._first = path

    # --- The thread that makes ready ----------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._stopped:
            asked = self._wanted.wait(EMPTY_LOOK_S)
            self._wanted.clear()
            if self._next is None and (asked or self._bare):
                self.prepare()

    def prepare(self) -> None:
        """Make the next one ready; with none left that can be shown, the slot is the calls' own again."""
        files = self._files()
        broken_off = [path for path in files if path == self._first]
        later = [path for path in files if path.name > self._last_name]
        for path in dict.fromkeys([*broken_off, *later, *files]):
            ready = self._made(path)
            if ready is not None:
                self._last_name, self._first, self._bare, self._next = path.name, None, False, ready
                return
            if not self._free or self._stopped:
                return
        self._bare = True

    def _files(self) -> list[Path]:
        known = (*PICTURES, *film.SUFFIXES)
        try:
            found = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in known)
        except OSError as error:
            self._refuse(self._folder, error.strerror or "it cannot be read")
            return []
        self._refused.pop(self._folder, None)
        if self._open_film is None:
            shown = [path for path in found if path.suffix.lower() in PICTURES]
            if len(shown) < len(found):
                self._refuse(self._folder / "*", NO_DECODER)
            found = shown
        return found[:FILES_MOST]

    def _made(self, path: Path) -> _Ready | None:
        try:
            if path.suffix.lower() in PICTURES:
                return _Ready(path, Medium(picture=self._load(path)), None)
            return self._begun(path)
        except Exception as error:  # a file of the hall never costs the hall its display
            self._refuse(path, str(error))
            return None

    def _begun(self, path: Path) -> _Ready | None:
        """A video whose first frame is there. Whoever interrupts looks at `_making` after clearing `_free`."""
        assert self._open_film is not None
        opened = self._open_film(path, self._resume_s.get(path, 0.0))
        self._making = opened
        try:
            if not self._free or self._stopped:
                return None
            opened.start()
            if not opened.wait_ready(READY_S):
                if not opened.stopped:
                    self._resume_s.pop(path, None)
                    self._refuse(path, opened.trouble or "it holds no picture")
                opened.stop()
                return None
        finally:
            self._making = None
        if not self._free or self._stopped:
            opened.stop()
            return None
        self._films += 1
        return _Ready(path, Medium(film=f"{path.name}#{self._name}{self._films}"), opened)

    def _refuse(self, path: Path, reason: str) -> None:
        """Say once why a file is not shown."""
        if self._refused.get(path) != reason:
            if len(self._refused) >= FILES_MOST:
                self._refused.clear()
            self._refused[path] = reason
            log.warning("not shown: %s: %s", path, reason)


class Shelves:
    """A display's media, a shelf for each place of theirs; only that of the free place goes on."""

    def __init__(self, shelves: Mapping[Place, Shelf]) -> None:
        self._shelves = dict(shelves)

    def __contains__(self, place: Place) -> bool:
        return place in self._shelves

    def start(self) -> None:
        """Begin to make things ready."""
        for shelf in self._shelves.values():
            shelf.start()

    def stop(self) -> None:
        """End what runs; nothing is begun any more."""
        for shelf in self._shelves.values():
            shelf.stop()

    def at(self, now_s: float, place: Place | None) -> Medium | None:
        """Return what stands in the free `place` at this moment, if anything."""
        found = {name: shelf.at(now_s, name == place) for name, shelf in self._shelves.items()}
        return found.get(place) if place else None

    def frame(self, name: str, now_s: float) -> Frame | None:
        """Return the newest frame of the video that is shown as `name`, if it was not given yet."""
        return next((frame for shelf in self._shelves.values() if (frame := shelf.frame(name, now_s))), None)
