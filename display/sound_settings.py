"""What a display's sound is told at the start, and what it tells of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from broker.model.hall_speech import Speech
from broker.runtime.speech.voices import VoiceSettings, fine_choice, voices_of
from display.announcer import Policy
from display.volume import VolumePlan, volume_db
from display.wording import Wording


@dataclass(frozen=True, kw_only=True)
class SoundSettings(VoiceSettings):
    """Beside the voices: ``counters`` are the names made ready at the start.

    ``zone`` is where the hours of ``volume`` are read; None is the machine's own. ``log`` is where announcements are
    written down. ``module`` is the address of a serial voice module that speaks when the loudspeaker cannot. Films
    sound at ``media_db``, ``duck_db`` less while something is said; None is without sound.
    """

    speaker: str = "none"
    log: Path | None = None
    counters: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
    wording: Wording = field(default_factory=Wording)
    volume: VolumePlan = field(default_factory=VolumePlan)
    zone: tzinfo | None = None
    module: str = "none"
    media_db: float | None = None
    duck_db: float = -18.0
    emergency_every_s: float = 20.0

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to speak with."""
        return self.speaker == "none" and self.module == "none"

    @classmethod
    def from_hall(
        cls,
        speech: Speech,
        speaker: str,
        counters: Sequence[str],
        folder: Path | None,
        zone: tzinfo | None = None,
        *,
        module: str = "none",
        part: str | None = None,
        media_volume: int = 0,
    ) -> "SoundSettings":
        """From the hall file: its ``speech`` table, this display's ``speaker``, the counters' names as printed.

        ``part`` is the zone of the lobby that the display stands in, ``media_volume`` (0 to 100) that of its films.
        """
        return cls(
            speaker=speaker,
            folder=folder,
            counters=tuple(counters),
            policy=Policy(languages=tuple(speech.languages), readings=speech.repeat, chime=speech.chime),
            wording=Wording(speech.one, speech.template_zh, speech.template_en, speech.template_yue),
            voices=voices_of(speech),
            volume=VolumePlan.of(speech, part),
            zone=zone,
            module=module,
            fine=fine_choice(speech),
            media_db=volume_db(media_volume) if media_volume else None,
            duck_db=speech.duck_db,
            emergency_every_s=speech.emergency_every_s,
        )


@dataclass(frozen=True)
class SoundHealth:
    """How the sound feels. ``speaker``: ok, off, unavailable, stopped; ``voice``: ok, second, failed, missing, off.

    ``faults`` are sentences for the log and the maintainer; ``screen_only`` counts calls that were not spoken.
    ``others`` are further parts that somebody must hear of: ``module`` (ok, unavailable) where there is one, ``fine``
    (ok, failed) too, ``clips`` that cannot be kept (not_kept), ``calls`` faster than they can be spoken (behind),
    ``pinyin`` where the dictionary cannot be opened (missing).
    """

    speaker: str
    voice: str
    backlog: int = 0
    spoken: int = 0
    screen_only: int = 0
    faults: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    def parts(self) -> dict[str, str]:
        """The short states for ``DeviceHealth.parts``."""
        return {"speaker": self.speaker, "voice": self.voice, **self.others}


@dataclass(frozen=True)
class SpokenWav:
    """What a virtual speaker says, for a browser: parts come in order and follow one another without a gap."""

    call_id: str
    label: str
    wav: bytes
