"""What a wall display has announced, line by line: the answer to "was my number ever called aloud?"

One JSON object a line, handed to the system before the first sound of it, so that a display that is killed has not
spoken in secret; it is not synced, for a voice does not wait for a card, and a power cut may take the last lines:
``call_id``, ``number``, ``counter``, ``reading`` (1 is the first), ``languages``, ``at_ms`` and ``called_at_ms`` (the
hall's clock), ``monotonic_s`` (this machine's, never set back). The file is bounded: when it is full it becomes
``...1``, and the one before that is forgotten. A disk that refuses a line is told once in the log; nobody is kept
waiting for it and the call is spoken all the same.
"""

import errno
import json
import logging
import os
from pathlib import Path

from broker.runtime.clock import Clock
from display.announcer import Announcement

log = logging.getLogger(__name__)

FILE_NAME = "spoken.jsonl"
LIMIT_BYTES = 1_000_000


class SpeechLog:
    """Appends to ``path``, or keeps nothing when there is none. Used by one thread."""

    def __init__(self, path: Path | None, clock: Clock, limit_bytes: int = LIMIT_BYTES) -> None:
        self._path = path
        self._clock = clock
        self._limit_bytes = limit_bytes
        self._refused = False

    @property
    def refused(self) -> bool:
        """Whether the disk refused the last line."""
        return self._refused

    def begins(self, announcement: Announcement, at_ms: int) -> None:
        """This is about to be heard; ``at_ms`` is the hall's time."""
        if self._path is None:
            return
        call = announcement.call
        line = {
            "call_id": call.call_id,
            "number": call.number,
            "counter": call.counter,
            "reading": announcement.reading,
            "languages": announcement.languages,
            "at_ms": at_ms,
            "called_at_ms": call.called_at_ms,
            "monotonic_s": round(self._clock.machine_s(), 3),
        }
        try:
            self._append(self._path, json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._refused = False
        except OSError as error:
            if not self._refused:
                log.warning("what is spoken cannot be written down: %s", error.strerror)
            self._refused = True

    def _append(self, path: Path, line: bytes) -> None:
        """In one write: a line cut short by a full disk or a power cut is closed before the next."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
            written = os.write(descriptor, line)
            if written < len(line):
                raise OSError(errno.ENOSPC, "the disk took only a part of the line")
        finally:
            os.close(descriptor)
        if size + len(line) > self._limit_bytes:
            path.replace(path.with_suffix(path.suffix + ".1"))
