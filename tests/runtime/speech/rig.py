"""What the tests of speech and sound share: the speech libraries of this machine, how hanzi are read, recordings."""

import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from broker.runtime.speech.errors import NoSpeechLibrary
from broker.runtime.speech.espeak import Origin, SpeechLibrary, find_speech_library
from broker.runtime.speech.pronounce import cantonese, latin, mandarin
from broker.runtime.speech.readings import Readings, block_of
from broker.runtime.speech.readings_maker import entries
from broker.runtime.speech.utterance import Utterance
from broker.runtime.speech.voice import GuardedVoice, WorkerVoice


def library_or_skip(origin: Origin) -> SpeechLibrary:
    """The library of one origin; the embedded one comes with the display's own dependencies and must be there."""
    try:
        return find_speech_library((origin,))
    except NoSpeechLibrary:
        if origin == "embedded":
            raise
        pytest.skip("Debian's espeak-ng is not on this machine (apt install espeak-ng)")


@cache
def readings() -> Readings:
    """The dictionary as a device makes it from the installed pypinyin."""
    return Readings(block_of(entries(), "test"))


def keep_readings(folder: Path) -> None:
    """The dictionary beside the clips, as a device has it from its second start on: no child need make it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"pypinyin-{version('pypinyin')}.readings").write_bytes(block_of(entries(), "test"))


def patient_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is said: the voices of a device with as much time as a loaded machine may need."""

    def guarded(library: SpeechLibrary) -> GuardedVoice:
        return GuardedVoice([WorkerVoice(name, library, answer_s=25, start_s=25) for name in ("pyttsx3", "espeak")])

    monkeypatch.setattr("broker.runtime.speech.voices.guarded_voice", guarded)


def pinyin_of(text: str) -> str:
    """What espeak-ng is given for a Mandarin text."""
    return mandarin(text, lambda hanzi: readings().syllables(hanzi))


def fed(utterance: Utterance) -> str:
    """What espeak-ng is given, as ``Reader.fed`` has it once the dictionary is open."""
    if utterance.language == "yue":
        return cantonese(utterance.text)
    if utterance.language == "zh":
        return pinyin_of(utterance.text)
    return latin(utterance.text, lambda hanzi: readings().syllables(hanzi))


def phonemes(library: SpeechLibrary, voice: str, texts: Iterable[str]) -> list[list[str]]:
    """What ``espeak-ng -x`` prints for each text, asked of a library in a process of its own; a list of syllables."""
    lines = list(texts)
    asked = json.dumps({"library": library.path, "data": library.data, "voice": voice, "texts": lines})
    told = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("phoneme_trace.py"))],
        input=asked,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [line.replace("_|", " ").replace("'", "").split() for line in json.loads(told.stdout)]


def played(file: Path) -> np.ndarray:
    """Left channel of what SDL's disk driver wrote; both channels must be alike."""
    stereo = np.fromfile(file, np.int16)
    stereo = stereo[: len(stereo) // 2 * 2].reshape(-1, 2)
    assert (stereo[:, 0] == stereo[:, 1]).all()
    return stereo[:, 0]


def position(part: np.ndarray, recording: np.ndarray, after: int = 0) -> int:
    """The sample at which ``part`` begins in ``recording``, every sample equal; -1 when it is not in it."""
    loud = int(np.flatnonzero(part)[0])
    body = part[loud:]
    first = np.flatnonzero(recording[after : len(recording) - len(body) + 1] == body[0]) + after
    for step in range(1, min(len(body), 64)):
        first = first[recording[first + step] == body[step]]
    for at in first:
        if (recording[at : at + len(body)] == body).all():
            return int(at) - loud
    return -1
