"""A call written to a file."""

import wave
from pathlib import Path

import numpy as np
import pytest

from display.levels import RATE_HZ, SPEECH_LUFS, chime, loudness_lufs, stereo16
from display.recording import write_call_wav
from display.sound_settings import SoundSettings
from tests.display.speech_rig import make_call, position


def test_a_call_becomes_a_file_with_chime_and_words_as_loud_as_in_the_hall(tmp_path: Path) -> None:
    seconds = write_call_wav(tmp_path / "call.wav", make_call(), SoundSettings())
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, RATE_HZ)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert len(samples) / RATE_HZ == seconds
    assert 7 < seconds < 12
    assert position(stereo16(chime())[:, 0], samples) == 0
    assert loudness_lufs(samples / 32767) == pytest.approx(SPEECH_LUFS, abs=1.0)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"call\.wav"):
        write_call_wav(tmp_path / "missing" / "call.wav", make_call(), SoundSettings())
