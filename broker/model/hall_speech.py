"""How a hall's voice speaks, as the hall file declares it."""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import ClockTime, Declared
from broker.model.words import Sentence, Slug

Language = Literal["zh", "en", "yue"]
Gain = Annotated[float, msgspec.Meta(ge=-30, le=6)]
Rate = Annotated[int, msgspec.Meta(ge=80, le=300)]


class SpeechHours(Declared, frozen=True, kw_only=True):
    """A part of the day (over midnight when it ends earlier) in which the voice is louder, softer or ``quiet``."""

    from_time: ClockTime
    until_time: ClockTime
    gain_db: Gain = 0.0
    quiet: bool = False


class SpeechZone(Declared, frozen=True, kw_only=True):
    """A zone's own loudness: ``gain_db`` is added to the hall's, ``hours`` (when there are any) replace the hall's."""

    gain_db: Gain = 0.0
    hours: tuple[SpeechHours, ...] = ()


class Speech(Declared, frozen=True, kw_only=True):
    """How calls are spoken: Mandarin, English, Cantonese (``yue``), in this order, the first one always.

    ``duck_db`` is how far the sound of films goes down meanwhile (``displays.NAME.media_volume``); an emergency is said
    again every ``emergency_every_s`` until it is ended. ``engine`` other than espeak fills the store of clips in the
    background with a neural voice of ``model_languages`` from the model at ``model``, a file (piper) or a folder
    (sherpa) of the display's own machine.
    """

    languages: tuple[Language, ...] = ("zh", "en")
    repeat: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    one: Literal["yi", "yao"] = "yi"
    template_zh: Sentence = "请{ticket}号，到{counter}号窗口"
    template_en: Sentence = "Number {ticket}. Please go to counter {counter}."
    template_yue: Sentence = "请{ticket}号，到{counter}号窗口"
    rate_zh: Rate = 175
    rate_en: Rate = 155
    rate_yue: Rate = 150
    gain_db: Annotated[float, msgspec.Meta(ge=-40, le=6)] = 0.0
    hours: tuple[SpeechHours, ...] = ()
    zones: dict[Slug, SpeechZone] = {}
    duck_db: Annotated[float, msgspec.Meta(ge=-40, le=0)] = -18.0
    emergency_every_s: Annotated[int, msgspec.Meta(ge=5, le=300)] = 20
    chime: bool = True
    engine: Literal["espeak", "piper", "sherpa"] = "espeak"
    model: Annotated[str, msgspec.Meta(max_length=300)] = ""
    model_languages: tuple[Language, ...] = ("zh",)
