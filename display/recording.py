"""A call as a file: the same words, voices, levels and pauses as in the hall, without a hall."""

from pathlib import Path

import numpy as np

from display.clips import Clips, wav_bytes
from display.espeak import find_speech_library
from display.levels import RATE_HZ, chime, silence, stereo16
from display.performer import AFTER_CHIME_S, BETWEEN_LANGUAGES_S, BETWEEN_PARTS_S
from display.sound_settings import SoundSettings
from display.voice import guarded_voice
from display.wording import CallLike, Wording, call_utterances


def call_programme(call: CallLike, clips: Clips, wording: Wording, languages: tuple[str, ...]) -> np.ndarray:
    """Chime and words as they follow one another in a quiet hall: float32 mono at 48 kHz. Raises SoundError."""
    parts = [chime(), silence(AFTER_CHIME_S)]
    for language in languages:
        for utterance in call_utterances(call, language, wording):
            parts += [clips.make(utterance), silence(BETWEEN_PARTS_S)]
        parts[-1] = silence(BETWEEN_LANGUAGES_S)
    return np.concatenate(parts)


def write_call_wav(path: Path, call: CallLike, settings: SoundSettings) -> float:
    """Write a call as 16-bit mono WAV at 48 kHz and return its seconds. Raises SoundError, or OSError of the file."""
    library = find_speech_library(settings.library)
    voice = guarded_voice(library)
    try:
        clips = Clips(voice, f"espeak-ng {library.version}", settings.voices)
        programme = call_programme(call, clips, settings.wording, settings.policy.languages)
    finally:
        voice.stop()
    samples16 = stereo16(programme, settings.volume.gain_db)[:, 0]
    path.write_bytes(wav_bytes(samples16))
    return len(samples16) / RATE_HZ
