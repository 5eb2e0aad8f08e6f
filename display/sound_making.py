"""What a display's sound is made of: the studio with its voices, the store of clips, the serial module."""

import logging
from dataclasses import dataclass

from broker.model.address import parse_address
from broker.runtime.serial_port import SerialAddress
from display.clips import ClipFolder, Clips
from display.espeak import find_speech_library
from display.fine_voice import FineStudio
from display.sound_errors import NoSpeechLibrary
from display.sound_settings import SoundSettings
from display.studio import NoStudio, Studio
from display.voice import GuardedVoice, guarded_voice
from display.voice_module import VoiceModule
from display.voice_module_simulator import SimulatedModule

log = logging.getLogger(__name__)

AnyStudio = Studio | NoStudio | FineStudio


@dataclass(frozen=True)
class Voices:
    """The studio at work; ``usual`` is None, and ``fault`` says why, where there is no speech library."""

    studio: AnyStudio
    folder: ClipFolder | None = None
    usual: GuardedVoice | None = None
    fine: GuardedVoice | None = None
    fault: str | None = None

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
    def faults(self) -> list[str]:
        """Sentences, the worst first."""
        found = [] if self.fault is None else [self.fault]
        for voice in (self.usual, self.fine):
            found += [] if voice is None else voice.faults.values()
        return found


def open_voices(settings: SoundSettings) -> Voices:
    """Start the studio of a display with its store of clips; for a loudspeaker only."""
    try:
        library = find_speech_library(settings.library)
    except NoSpeechLibrary as error:
        log.error("%s; until then calls are chimed, not spoken", error)
        return Voices(NoStudio(error), fault=str(error))
    log.info("%s", library.sentence)
    folder = None if settings.folder is None else ClipFolder(settings.folder, settings.folder_bytes)
    if folder is not None:
        folder.open()
    voice = guarded_voice(library)
    studio = Studio(Clips(voice, f"espeak-ng {library.version}", settings.voices, folder), voice)
    studio.start()
    if settings.fine is None:
        return Voices(studio, folder, voice)
    finer = FineStudio(studio, settings.fine, folder)
    finer.start()
    return Voices(finer, folder, voice, finer.voice)


def voice_module(address: str) -> VoiceModule | None:
    """The serial module at an address of the hall file, not yet started; None for ``none``."""
    parsed = parse_address(address)
    if parsed.scheme == "none":
        return None
    if parsed.is_virtual:
        return VoiceModule(None, SimulatedModule())
    return VoiceModule(SerialAddress.parse(address))
