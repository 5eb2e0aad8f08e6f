"""Spoken clips, ready to play: made once, kept on disk, the latest in memory too, the longest unused thrown away first.

A clip is a 16-bit mono WAV at 48 kHz, levelled. Its name is a digest of everything that decides how it sounds: engine,
version, voice, rate, words, and the recipe of levels. A disk that is full, read-only or damaged costs time, never
speech: the clip is made again and kept in memory.
"""

import contextlib
import errno
import hashlib
import io
import json
import logging
import os
import threading
import time
import wave
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from broker.runtime.speech.levels import FULL_SCALE, RATE_HZ, RECIPE, mastered16
from broker.runtime.speech.utterance import Utterance
from broker.runtime.speech.voice import LONGEST_S, Recording, VoiceChoice

log = logging.getLogger(__name__)

DISK_BYTES = 500_000_000
LEAST_FREE_BYTES = 100_000_000
"""Room that clips leave to everything else on the disk: tickets and journals matter more."""
MEMORY_BYTES = 24_000_000
"""Of clips that no disk keeps."""
RECENT_BYTES = 4_000_000
"""Of clips that the disk keeps as well: the words of a dozen counters in two languages."""
LONGEST_CLIP_BYTES = 2 * RATE_HZ * int(LONGEST_S) + 1_000
NOTED_EVERY_S = 3_600.0
"""So often the use of a file is noted on the disk: for the next start, and a card is not worn by every call."""


class Speaks(Protocol):
    """What makes a recording of a text."""

    def say(self, text: str, choice: VoiceChoice) -> Recording: ...


def as_written(utterance: Utterance) -> str:
    """For a voice that is given the text as it stands."""
    return utterance.text


def as_float(samples16: np.ndarray) -> np.ndarray:
    """16-bit samples as float32, full scale 1.0."""
    return samples16.astype(np.float32) / FULL_SCALE


def wav_bytes(samples16: np.ndarray) -> bytes:
    """16-bit mono samples at 48 kHz as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(np.ascontiguousarray(samples16, "<i2").tobytes())
    return file.getvalue()


class ClipFolder:
    """Files by digest, bounded in bytes. Every fault of the disk is logged once and otherwise means "not there"."""

    def __init__(self, folder: Path, limit_bytes: int = DISK_BYTES, least_free_bytes: int = LEAST_FREE_BYTES) -> None:
        self._folder = folder
        self._least_free_bytes = least_free_bytes
        self._limit_bytes = limit_bytes
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._noted_s: dict[str, float] = {}
        self._lock = threading.Lock()
        self.fault: str | None = None

    def open(self) -> None:
        """Make the folder, count what it holds, oldest use first, and throw away what is too much or half written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for rest in self._folder.glob("*.part"):
                rest.unlink(missing_ok=True)
            found = [(path.stat(), path.stem) for path in self._folder.glob("*.wav")]
        except OSError as error:
            self._failed(error)
            return
        with self._lock:
            for stat, key in sorted(found, key=lambda item: item[0].st_mtime):
                self._sizes[key] = stat.st_size
        self._shrink()

    @property
    def size_bytes(self) -> int:
        with self._lock:
            return sum(self._sizes.values())

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._sizes

    def get(self, key: str) -> np.ndarray | None:
        """The clip, or None; a file that is no whole clip is deleted, so that it is made again."""
        path = self._path(key)
        try:
            if path.stat().st_size > LONGEST_CLIP_BYTES:
                raise wave.Error("larger than any clip")
            with wave.open(str(path), "rb") as file:
                shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
                samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
                if shape != (1, 2, RATE_HZ) or not samples.any() or len(samples) != file.getnframes():
                    raise wave.Error("not a whole clip")
        except FileNotFoundError:
            return None
        except (wave.Error, EOFError, ValueError):
            log.warning("clip %s on disk is damaged and is made again", key)
            self._forget(key)
            return None
        except OSError as error:
            self._failed(error)
            return None
        self._used(key)
        return samples

    def put(self, key: str, samples16: np.ndarray) -> bool:
        """Keep a clip: written beside, then renamed, so that a power cut leaves the old file or the new one. False
        where the disk does not take it."""
        data, path = wav_bytes(samples16), self._path(key)
        part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            self._leave_room(len(data))
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            self._failed(error)
            return False
        if self.fault is not None:
            log.info("clips can be kept on disk again")
            self.fault = None
        with self._lock:
            self._sizes[key] = len(data)
            self._sizes.move_to_end(key)
            self._noted_s[key] = time.monotonic()
        self._shrink()
        return True

    def _leave_room(self, size: int) -> None:
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize - size < self._least_free_bytes:
            raise OSError(errno.ENOSPC, "the disk is nearly full")

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"

    def _used(self, key: str) -> None:
        now_s = time.monotonic()
        with self._lock:
            if key in self._sizes:
                self._sizes.move_to_end(key)
            if now_s - self._noted_s.get(key, float("-inf")) < NOTED_EVERY_S:
                return
            self._noted_s[key] = now_s
        with contextlib.suppress(OSError):
            os.utime(self._path(key))

    def _shrink(self) -> None:
        with self._lock:
            too_much, drop = sum(self._sizes.values()) - self._limit_bytes, []
            for key, size in self._sizes.items():
                if too_much <= 0:
                    break
                drop.append(key)
                too_much -= size
        for key in drop:
            self._forget(key)

    def _forget(self, key: str) -> None:
        with self._lock:
            self._sizes.pop(key, None)
            self._noted_s.pop(key, None)
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _failed(self, error: OSError) -> None:
        sentence = f"clips cannot be kept in {self._folder}: {error.strerror or error}"
        if sentence != self.fault:
            log.warning("%s; they stay in memory", sentence)
        self.fault = sentence


class Clips:
    """Utterances to sound, from memory, from disk, or from the voice; safe to call from several threads."""

    def __init__(
        self,
        voice: Speaks,
        engine: str,
        choices: dict[str, VoiceChoice],
        folder: ClipFolder | None = None,
        words: Callable[[Utterance], str] = as_written,
        background: Callable[[np.ndarray, int], np.ndarray] = mastered16,
    ) -> None:
        """``engine`` names engine and version for the key; ``choices`` says which voice speaks a language.

        ``words`` takes from an utterance what this engine is given. ``background`` levels what nobody waits for.
        """
        self._voice = voice
        self._engine = engine
        self._choices = choices
        self._folder = folder
        self._words = words
        self._background = background
        self._memory: OrderedDict[str, np.ndarray] = OrderedDict()
        self._memory_lock = threading.Lock()
        self._voice_lock = threading.Lock()
        self.made = 0

    def key(self, utterance: Utterance) -> str:
        """The digest of all that decides how the clip sounds."""
        choice = self._choices[utterance.language]
        decisive = [self._engine, choice.name, choice.rate, self._words(utterance), RECIPE]
        return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:40]

    def ready(self, utterance: Utterance) -> np.ndarray | None:
        """The clip (float32 mono, 48 kHz) if it need not be made, else None."""
        key = self.key(utterance)
        with self._memory_lock:
            known = self._memory.get(key)
            if known is not None:
                self._memory.move_to_end(key)
                return as_float(known)
        samples16 = None if self._folder is None else self._folder.get(key)
        return None if samples16 is None else self._keep(key, samples16)

    def prepare(self, utterance: Utterance) -> None:
        """Make the clip unless it is in memory or on disk; it is not read. Whoever wants another one meanwhile waits
        for the voice alone."""
        key = self.key(utterance)
        with self._memory_lock:
            in_memory = key in self._memory
        if not in_memory and (self._folder is None or key not in self._folder):
            with self._voice_lock:
                recording = self._said(utterance)
            samples16 = self._background(recording.samples, recording.rate_hz)
            if self._folder is None or not self._folder.put(key, samples16):
                self._keep(key, samples16)

    def make(self, utterance: Utterance) -> np.ndarray:
        """The clip, spoken now unless it is ready; raises SoundError within a bounded time."""
        with self._voice_lock:
            known = self.ready(utterance)
            if known is not None:
                return known
            recording = self._said(utterance)
            samples16 = mastered16(recording.samples, recording.rate_hz)
            if self._folder is not None:
                self._folder.put(self.key(utterance), samples16)
            return self._keep(self.key(utterance), samples16)

    def _said(self, utterance: Utterance) -> Recording:
        recording = self._voice.say(self._words(utterance), self._choices[utterance.language])
        self.made += 1
        return recording

    def _keep(self, key: str, samples16: np.ndarray) -> np.ndarray:
        most = RECENT_BYTES if self._folder is not None and self._folder.fault is None else MEMORY_BYTES
        with self._memory_lock:
            self._memory[key] = samples16
            self._memory.move_to_end(key)
            while sum(clip.nbytes for clip in self._memory.values()) > most:
                self._memory.popitem(last=False)
        return as_float(samples16)
