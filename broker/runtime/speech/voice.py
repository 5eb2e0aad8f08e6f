"""Text becomes sound, whatever happens to the engine: voices in guarded worker processes, tried one after the other.

pyttsx3 2.99 hangs for ever on ordinary faults, can give an empty file as a success, and crashes the process when it
is stopped from another thread. So each voice is a child process with a deadline; what it answers is measured
before it is believed; a child that hangs, dies or is stopped is ended by its pid and started again; and while that
goes on the second voice, espeak-ng called directly, speaks.
"""

import contextlib
import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from broker.runtime.speech.errors import (
    VoiceDied,
    VoiceError,
    VoiceFailed,
    VoiceSaidTooLittle,
    VoiceTimedOut,
    WordingRefused,
)
from broker.runtime.speech.espeak import SpeechLibrary

log = logging.getLogger(__name__)
T = TypeVar("T")

START_S = 8.0  # a cold Raspberry Pi
ANSWER_S = 1.5
TEXT_LENGTH = 2_600
"""What the 200 characters of a clip are written as at most: a W in a Mandarin text is ``da2 bu4 liu2``, a hanzi up to
seven letters and a space."""
LONGEST_S = 300.0
"""For that at the slowest pace that a hall can ask for: 200 W take 110 s at 175 words a minute, 240 s at 80; an
emergency of 200 hanzi takes 50 to 80 s at the usual one."""
LEAST_S_PER_WORD = 0.09  # at the usual 160 words a minute; real speech takes 0.2 and more
LEAST_PEAK = 300
FIRST_REST_S, LONGEST_REST_S = 2.0, 60.0


@dataclass(frozen=True)
class VoiceChoice:
    """Which of the engine's voices, and how fast, in its words a minute (Mandarin 175 is 3.45 syllables a second)."""

    name: str
    rate: int


@dataclass(frozen=True)
class Recording:
    """What a voice said: 16-bit mono at ``rate_hz``, as it came."""

    samples: np.ndarray
    rate_hz: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz


class Voice(Protocol):
    """Anything that can say a text."""

    name: str

    @property
    def alive(self) -> bool:
        """Whether it can speak at once."""
        ...

    def start(self) -> None:
        """Make it ready; raises VoiceError, within a bounded time."""
        ...

    def say(self, text: str, choice: VoiceChoice) -> Recording:
        """Raises VoiceError, within a bounded time."""
        ...

    def stop(self) -> None: ...


class WorkerVoice:
    """One engine in a child process; not to be shared by threads without a lock.

    ``pyttsx3`` and ``espeak`` need a library, ``piper`` and ``sherpa`` a model; these run at the lowest priority.
    """

    def __init__(
        self,
        engine: str,
        library: SpeechLibrary | None = None,
        *,
        model: Path | None = None,
        answer_s: float = ANSWER_S,
        start_s: float = START_S,
        scratch: Path | None = None,
    ) -> None:
        self.name = engine
        self._library = library
        self._model = model
        self._answer_s = answer_s
        self._start_s = start_s
        self._scratch = scratch or _scratch_folder()
        self._process: subprocess.Popen[bytes] | None = None
        self._file: Path | None = None
        self._request = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    @property
    def alive(self) -> bool:
        return self.pid is not None

    def start(self) -> None:
        """Start the child unless it runs and wait until it is ready; raises VoiceDied or VoiceTimedOut."""
        if self.pid is not None:
            return
        self.stop()
        self._file = self._scratch / f"jiaohao-voice-{os.getpid()}-{id(self):x}.wav"
        try:
            self._process = subprocess.Popen(
                self._command(self._file),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        except OSError as error:
            raise VoiceDied(self.name, str(error)) from error
        deadline_s = time.monotonic() + self._start_s
        greeting = self._guarded(lambda: self._header(deadline_s), self._start_s)
        if "ready" not in greeting:
            self.stop()
            raise VoiceDied(self.name, str(greeting.get("error", "it did not start"))[:300])
        log.info("voice %s is ready (%s)", greeting["ready"], self._model or self._library.sentence)

    def say(self, text: str, choice: VoiceChoice) -> Recording:
        """Starts the child when needed; raises VoiceDied, VoiceTimedOut, VoiceFailed, WordingRefused for the text.

        A child that says too little is ended, and a fresh one is asked once more; VoiceSaidTooLittle if that does too.
        """
        if not text.strip() or "\0" in text or len(text) > TEXT_LENGTH:
            raise WordingRefused(text, f"a voice takes 1 to {TEXT_LENGTH} characters and no NUL")
        try:
            return self._said(text, choice)
        except VoiceSaidTooLittle as error:
            log.warning("%s; a fresh one is asked once more", error)
            self.stop()
            return self._said(text, choice)

    def _said(self, text: str, choice: VoiceChoice) -> Recording:
        self.start()
        return self._guarded(lambda: self._ask(text, choice), self._answer_s)

    def stop(self) -> None:
        """End the child, stopped or hanging though it be."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)

    def _command(self, scratch: Path) -> list[str]:
        command = [sys.executable, "-P", str(Path(__file__).with_name("voice_worker.py")), self.name]
        command += ["--scratch", str(scratch)]
        if self._library is not None:
            command += ["--library", self._library.path]
            command += [] if self._library.data is None else ["--data", self._library.data]
        return command if self._model is None else [*command, "--model", str(self._model)]

    def _guarded(self, ask: Callable[[], T], limit_s: float) -> T:
        """Run one exchange; after any fault of the pipe the child is not trusted with another."""
        try:
            return ask()
        except TimeoutError:
            self.stop()
            raise VoiceTimedOut(self.name, limit_s) from None
        except (OSError, ValueError, EOFError, LookupError, TypeError) as error:
            self.stop()
            raise VoiceDied(self.name, str(error) or type(error).__name__) from error

    def _ask(self, text: str, choice: VoiceChoice) -> Recording:
        deadline_s = time.monotonic() + self._answer_s + len(text) * 0.005
        self._request += 1
        asked = {"id": self._request, "text": text, "voice": choice.name, "rate": choice.rate}
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        answer = self._header(deadline_s)
        if answer.get("id") != self._request:
            raise ValueError("an answer to something else")
        if "error" in answer:
            raise VoiceFailed(self.name, str(answer["error"])[:300])
        rate_hz, size = int(answer["rate_hz"]), int(answer["bytes"])
        if not 8_000 <= rate_hz <= 48_000 or not 0 <= size <= LONGEST_S * rate_hz * 2:
            raise ValueError(f"{size} bytes at {rate_hz} Hz are no utterance")
        recording = Recording(np.frombuffer(self._read(size - size % 2, deadline_s), np.int16), rate_hz)
        check_speech(recording, text, choice, self.name)
        return recording

    def _header(self, deadline_s: float) -> dict:
        line = b""
        while not line.endswith(b"\n"):
            line += self._read(1, deadline_s)
            if len(line) > 2000:
                raise ValueError("an answer without an end")
        answer = json.loads(line)
        if not isinstance(answer, dict):
            raise ValueError("an answer of the wrong shape")
        return answer

    def _read(self, size: int, deadline_s: float) -> bytes:
        read, pipe = bytearray(), self._process.stdout.fileno()
        while len(read) < size:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
                raise TimeoutError
            some = os.read(pipe, min(size - len(read), 65536))
            if not some:
                raise EOFError("it ended without an answer")
            read += some
        return bytes(read)


class GuardedVoice:
    """Several voices, best first. The first that answers is heard; one that failed rests, then is started again.

    Safe to use from several threads: one is served at a time, and ``stop`` waits for nobody.
    """

    def __init__(self, voices: list[Voice], *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._voices = voices
        self._now_s = now_s
        self._turn = threading.Lock()
        self._rest_s: dict[str, float] = {}
        self._rests_until_s: dict[str, float] = {}
        self.name = ", then ".join(voice.name for voice in voices)
        self.speaks_with: str | None = None
        self.faults: dict[str, str] = {}
        self.failures = 0

    @property
    def alive(self) -> bool:
        return any(voice.alive for voice in self._voices)

    @property
    def state(self) -> str:
        """``ok``; ``second`` when not the best one speaks; ``failed`` when none does."""
        well = [voice.name not in self.faults for voice in self._voices]
        return "ok" if well[:1] == [True] else "second" if any(well) else "failed"

    def start(self) -> None:
        """Make all ready; raises VoiceDied when none is."""
        while self.heal():
            pass
        if not self.alive:
            raise VoiceDied(self.name, "; ".join(self.faults.values()))

    def heal(self) -> bool:
        """Start one voice that is not alive and has rested, for when nobody waits for words; whether there was one."""
        with self._turn:
            return self._heal()

    def _heal(self) -> bool:
        for voice in self._voices:
            if not voice.alive and not self._rests(voice):
                try:
                    voice.start()
                except VoiceError as error:
                    self._failed(voice, error)
                return True
        return False

    def say(self, text: str, choice: VoiceChoice) -> Recording:
        """Ask the voices that are ready, in order, then those that are not; raises the last one's VoiceError."""
        with self._turn:
            return self._say(text, choice)

    def _say(self, text: str, choice: VoiceChoice) -> Recording:
        last: VoiceError | None = None
        for voice in sorted(self._voices, key=lambda voice: (not voice.alive, self._rests(voice))):
            try:
                recording = voice.say(text, choice)
            except VoiceError as error:
                last = error
                self._failed(voice, error)
                continue
            self.speaks_with = voice.name
            for kept in (self._rest_s, self._rests_until_s, self.faults):
                kept.pop(voice.name, None)
            return recording
        self.speaks_with = None
        raise last or VoiceDied(self.name, "there is no voice")

    def stop(self) -> None:
        for voice in self._voices:
            voice.stop()

    def _rests(self, voice: Voice) -> bool:
        return self._now_s() < self._rests_until_s.get(voice.name, float("-inf"))

    def _failed(self, voice: Voice, error: VoiceError) -> None:
        self.failures += 1
        self.faults[voice.name] = str(error)
        rest_s = min(self._rest_s.get(voice.name, FIRST_REST_S / 2) * 2, LONGEST_REST_S)
        self._rest_s[voice.name] = rest_s
        self._rests_until_s[voice.name] = self._now_s() + rest_s
        log.warning("%s; it rests for %.0f s", error, rest_s)


def check_speech(recording: Recording, text: str, choice: VoiceChoice, engine: str) -> None:
    """Raise VoiceSaidTooLittle for an empty, silent or much too short answer: engines give those as a success."""
    least_s = LEAST_S_PER_WORD * count_words(text) * 160 / max(choice.rate, 160)
    if recording.seconds < least_s:
        raise VoiceSaidTooLittle(engine, f"{recording.seconds:.2f} s of sound, at least {least_s:.2f} s were expected")
    if int(np.abs(recording.samples.astype(np.int32)).max(initial=0)) < LEAST_PEAK:
        raise VoiceSaidTooLittle(engine, "it answered with silence")


def count_words(text: str) -> int:
    """Words of a Latin text, or hanzi: what takes time to say; at least one."""
    latin = [word for word in text.split() if word.isascii() and any(sign.isalnum() for sign in word)]
    return max(1, len(latin) + sum(not sign.isascii() and sign.isalnum() for sign in text))


def guarded_voice(library: SpeechLibrary, *, answer_s: float = ANSWER_S) -> GuardedVoice:
    """pyttsx3, and behind it espeak-ng called directly, both on one library."""
    engines = ("pyttsx3", "espeak")
    return GuardedVoice([WorkerVoice(engine, library, answer_s=answer_s) for engine in engines])


def _scratch_folder() -> Path:
    """Memory rather than the card: an utterance lives there for milliseconds."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
