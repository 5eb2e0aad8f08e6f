"""What the tests of speech and sound share: the speech libraries of this machine, recordings read back."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from broker.runtime.speech.errors import NoSpeechLibrary
from broker.runtime.speech.espeak import Origin, SpeechLibrary, find_speech_library


def library_or_skip(origin: Origin) -> SpeechLibrary:
    """The library of one origin; the embedded one comes with the display's own dependencies and must be there."""
    try:
        return find_speech_library((origin,))
    except NoSpeechLibrary:
        if origin == "embedded":
            raise
        pytest.skip("Debian's espeak-ng is not on this machine (apt install espeak-ng)")


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
