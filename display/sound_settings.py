"""What a display's sound is told at the start, and what it tells of itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from broker.model.hall import Speech
from display.announcer import Policy
from display.clips import DISK_BYTES
from display.espeak import Origin
from display.voice import VoiceChoice
from display.volume import VolumePlan
from display.wording import Wording

VOICES = {"zh": VoiceChoice("cmn-latn-pinyin+f2", 175), "en": VoiceChoice("en-us+f2", 155)}


@dataclass(frozen=True)
class SoundSettings:
    """``folder`` keeps clips, ``counters`` are the names made ready at the start, ``library`` which espeak-ng first.

    ``zone`` is where the hours of ``volume`` are read; None is the machine's own. ``log`` is where announcements are
    written down.
    """

    speaker: str = "none"
    folder: Path | None = None
    folder_bytes: int = DISK_BYTES
    log: Path | None = None
    counters: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
    wording: Wording = field(default_factory=Wording)
    voices: dict[str, VoiceChoice] = field(default_factory=lambda: dict(VOICES))
    volume: VolumePlan = field(default_factory=VolumePlan)
    zone: tzinfo | None = None
    library: tuple[Origin, ...] = ("system", "embedded")

    @classmethod
    def from_hall(
        cls, speech: Speech, speaker: str, counters: Sequence[str], folder: Path | None, zone: tzinfo | None = None
    ) -> "SoundSettings":
        """From the hall file: its ``speech`` table, this display's ``speaker``, the counters' names as printed."""
        rates = {"zh": speech.rate_zh, "en": speech.rate_en}
        return cls(
            speaker=speaker,
            folder=folder,
            counters=tuple(counters),
            policy=Policy(languages=tuple(speech.languages), readings=speech.repeat, chime=speech.chime),
            wording=Wording(speech.one, speech.template_zh, speech.template_en),
            voices={language: replace(choice, rate=rates[language]) for language, choice in VOICES.items()},
            volume=VolumePlan(speech.gain_db),
            zone=zone,
        )


@dataclass(frozen=True)
class SoundHealth:
    """How the sound feels. ``speaker``: ok, off, unavailable, stopped; ``voice``: ok, second, failed, missing, off.

    ``faults`` are sentences for the log and the maintainer; ``screen_only`` counts calls that were not spoken.
    """

    speaker: str
    voice: str
    backlog: int = 0
    spoken: int = 0
    screen_only: int = 0
    faults: tuple[str, ...] = ()

    def parts(self) -> dict[str, str]:
        """The short states for ``DeviceHealth.parts``."""
        return {"speaker": self.speaker, "voice": self.voice}


@dataclass(frozen=True)
class SpokenWav:
    """What a virtual speaker says, for a browser: parts come in order and follow one another without a gap."""

    call_id: str
    label: str
    wav: bytes
