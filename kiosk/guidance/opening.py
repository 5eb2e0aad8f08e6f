"""The guidance that the hall file asks for. Speech and its numpy are loaded only where something is to be said."""

import logging
from collections.abc import Callable
from pathlib import Path

from broker.model.hall import Hall
from broker.runtime.speaker_address import parse_speaker_address
from kiosk.guidance.guide import Guide, NoGuide
from kiosk.guidance.keys import GuidanceKeys
from kiosk.guidance.mind import GuidanceMind

logger = logging.getLogger(__name__)

CLIP_FOLDER = "clips"
CLIP_BYTES = 100_000_000


def guide_of(hall: Hall, kiosk: str, data_folder: Path, wake: Callable[[], None]) -> Guide | NoGuide:
    """The guide of a kiosk, not yet started. Without the packages of speech there is none, and the log says why."""
    declared = hall.kiosks[kiosk].guidance
    if declared.output == "none":
        return NoGuide()
    try:
        from broker.runtime.speech.voices import VoiceSettings, voices_of
        from kiosk.guidance.earphone import Earphone
    except ImportError as error:
        logger.error("no voice guidance: %s; install jiaohao[kiosk,guidance]", error)
        return NoGuide("missing")
    keys = GuidanceKeys(declared)
    keys.wake = wake
    languages = [language for language in hall.speech.languages if language in ("zh", "en", "yue")]
    usual = languages[0] if languages else "zh"
    mind = GuidanceMind(usual, declared.gain_db, by_plug=keys.has_plug, one=hall.speech.one)
    settings = VoiceSettings(folder=data_folder / CLIP_FOLDER, folder_bytes=CLIP_BYTES, voices=voices_of(hall.speech))
    return Guide(mind, keys, Earphone(parse_speaker_address(declared.output), settings))
