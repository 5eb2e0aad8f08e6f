"""Which voices a device speaks with: the studio at work, with its worker processes and its store of clips."""

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path

from broker.model.hall_speech import Speech
from broker.runtime.speech.background_levels import BackgroundLevels
from broker.runtime.speech.clips import DISK_BYTES, ClipFolder, Clips
from broker.runtime.speech.errors import NoSpeechLibrary, ReadingsMissing
from broker.runtime.speech.espeak import Origin, find_speech_library
from broker.runtime.speech.fine_voice import FineChoice, FineStudio
from broker.runtime.speech.reader import Reader
from broker.runtime.speech.studio import NoStudio, Studio
from broker.runtime.speech.voice import GuardedVoice, VoiceChoice, guarded_voice

log = logging.getLogger(__name__)

AnyStudio = Studio | NoStudio | FineStudio

VOICES = {
    "zh": VoiceChoice("cmn-latn-pinyin+f2", 175),
    "en": VoiceChoice("en-us+f2", 155),
    "yue": VoiceChoice("yue+f2", 150),
}
"""espeak-ng's voice and its usual tempo for each language."""


@dataclass(frozen=True, kw_only=True)
class VoiceSettings:
    """``folder`` keeps clips, ``library`` says which espeak-ng first.

    ``fine`` is the voice that fills the store of clips in the background.
    """

    folder: Path | None = None
    folder_bytes: int = DISK_BYTES
    voices: dict[str, VoiceChoice] = field(default_factory=lambda: dict(VOICES))
    library: tuple[Origin, ...] = ("system", "embedded")
    fine: FineChoice | None = None


def voices_of(speech: Speech) -> dict[str, VoiceChoice]:
    """The voice of each language at the tempo that the hall wants."""
    rates = rates_of(speech)
    return {language: replace(choice, rate=rates[language]) for language, choice in VOICES.items()}


def rates_of(speech: Speech) -> dict[str, int]:
    """Words a minute by language, as espeak-ng counts them."""
    return {"zh": speech.rate_zh, "en": speech.rate_en, "yue": speech.rate_yue}


def fine_choice(speech: Speech) -> FineChoice | None:
    """The hall's finer voice, if it has one: a model's own tempo stands for espeak-ng's usual one."""
    if speech.engine == "espeak":
        return None
    rates = rates_of(speech)
    percent = {language: round(100 * rates[language] / VOICES[language].rate) for language in speech.model_languages}
    return FineChoice(speech.engine, Path(speech.model), percent)


@dataclass(frozen=True)
class Voices:
    """The studio at work; ``usual`` is None, and ``fault`` says why, where there is no speech library."""

    studio: AnyStudio
    folder: ClipFolder | None = None
    usual: GuardedVoice | None = None
    fine: GuardedVoice | None = None
    fault: str | None = None
    reader: Reader | None = None

    @property
    def state(self) -> str:
        """``ok``, ``second``, ``failed`` or ``missing``."""
        return "missing" if self.usual is None else self.usual.state

    @property
    def fine_state(self) -> str | None:
        """``ok`` or ``failed``; None where the hall has no finer voice."""
        return None if self.fine is None else self.fine.state

    @property
    def clip_fault(self) -> str | None:
        """Why clips cannot be kept on the disk."""
        return None if self.folder is None else self.folder.fault

    @property
    def reader_fault(self) -> str | None:
        """Why words that only the dictionary can read are not spoken."""
        fault = None if self.reader is None else self.reader.fault
        return None if fault is None else str(ReadingsMissing(fault))

    @property
    def faults(self) -> list[str]:
        """Sentences, the worst first."""
        found = [fault for fault in (self.fault, self.reader_fault) if fault is not None]
        for voice in (self.usual, self.fine):
            found += [] if voice is None else voice.faults.values()
        return found


class _Healing:
    """What the studio sees to while nothing is ordered: the voices, the dictionary that fails less often, and a
    process that nobody needs any more."""

    def __init__(self, voice: GuardedVoice, reader: Reader, levels: BackgroundLevels) -> None:
        self._voice, self._reader, self._levels = voice, reader, levels

    def heal(self) -> bool:
        self._reader.start()
        self._levels.rest()
        return self._voice.heal()

    def stop(self) -> None:
        self._voice.stop()
        self._reader.stop()
        self._levels.stop()


def open_voices(settings: VoiceSettings) -> Voices:
    """Start the studio of a device with its store of clips; for a loudspeaker only."""
    try:
        library = find_speech_library(settings.library)
    except NoSpeechLibrary as error:
        log.error("%s; until then nothing is spoken", error)
        return Voices(NoStudio(error), fault=str(error))
    log.info("%s", library.sentence)
    folder = None if settings.folder is None else ClipFolder(settings.folder, settings.folder_bytes)
    if folder is not None:
        folder.open()
    reader = Reader(settings.folder)
    reader.start()
    voice, levels = guarded_voice(library), BackgroundLevels()
    engine = f"espeak-ng {library.version}"
    clips = Clips(voice, engine, settings.voices, folder, reader.fed, levels.mastered16)
    studio = Studio(clips, _Healing(voice, reader, levels))
    studio.start()
    if settings.fine is None:
        return Voices(studio, folder, voice, reader=reader)
    finer = FineStudio(studio, settings.fine, folder, reader.read, levels.mastered16)
    finer.start()
    return Voices(finer, folder, voice, finer.voice, reader=reader)
