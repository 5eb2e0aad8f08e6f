"""Answers that are the same for everybody, made once a change and handed out as they are.

Thousands of phones ask for the same few kilobytes. What the hall looks like to them moves with a revision; what time
alone changes (a break ends, the engine falls silent) shows within ``FRESH_S``. ``front`` hands them out before the
application is asked. ``max-age`` lets proxies and browsers keep JSON for as long as pages wait between two questions.
"""

import hashlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

FRESH_S = 1.0
MAX_AGE_S = 5
KEPT_MOST = 400
"""Answers kept at once; the names of outlets and pages are those of the hall file, so this is never reached."""


@dataclass(frozen=True)
class Kept:
    """Bytes to hand out, and the tag that says which they are."""

    data: bytes
    etag: str
    revision: int
    made_s: float


class Shared:
    """``revision`` moves with every change of what was heard; ``machine_s`` is a clock that never goes back."""

    def __init__(self, revision: Callable[[], int], machine_s: Callable[[], float]) -> None:
        self._revision, self._machine_s = revision, machine_s
        self._kept: dict[object, Kept] = {}
        self._lock = threading.Lock()
        self._making: dict[object, threading.Lock] = {}
        self._waiting: dict[object, threading.Lock] = {}

    def fresh(self, key: object) -> Kept | None:
        """The bytes of ``key`` if they are as new as what was heard; waits for nobody."""
        known = self._kept.get(key)
        if known is None or known.revision < self._revision() or self._machine_s() - known.made_s >= FRESH_S:
            return None
        return known

    def kept(self, key: object, make: Callable[[], bytes]) -> Kept:
        """The bytes of ``key``, made again only when something changed; what ``make`` raises is kept by nobody."""
        known = self.fresh(key)
        if known is not None:
            return known
        with self._lock_of(self._making, key):  # one makes it, the others wait for it
            revision, known = self._revision(), self.fresh(key)
            if known is not None:
                return known
            data = make()
            made = Kept(data, hashlib.sha256(data).hexdigest()[:24], revision, self._machine_s())
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            self._kept[key] = made
            return made

    def turn(self, key: object) -> AbstractContextManager[bool] | None:
        """For whoever cannot make ``key`` alone (a page needs the application): held by one, awaited by the others.

        None where nothing was ever kept under it, so nobody knows that it is for everybody.
        """
        return self._lock_of(self._waiting, key) if key in self._kept else None

    def _lock_of(self, locks: dict[object, threading.Lock], key: object) -> threading.Lock:
        with self._lock:
            if key not in locks and len(locks) >= 2 * KEPT_MOST:
                locks.clear()  # at worst two make the same
            return locks.setdefault(key, threading.Lock())
