"""The words of a call in Mandarin, English and Cantonese: what a person reads, what the voice is given to say. Pure.

A ticket is spelt, letter and digits singly; a counter is a number as one says it (12 十二, 105 一百零五). No number is
ever left to a voice as digits where it should be spelt: espeak-ng reads A123 as one hundred and twenty-three.
A call is cut at its comma into two clips, ticket | counter, so that a hall of 99 counters and 26 000 tickets needs
26 099 clips a language and not 2.6 million, while the tones inside each part still follow one another.
"""

import re
import string
from dataclasses import dataclass
from typing import Literal, Protocol

from broker.model.hall_sentences import SENTENCES
from broker.model.speech import template_fault
from display.pronounce import cantonese, cardinal, mandarin, singly
from display.sound_errors import WordingRefused

NAME_LENGTH = 32
TEXT_LENGTH = 200
LANGUAGES = ("zh", "en", "yue")
"""Mandarin, English, Cantonese; the written Chinese of the first and the last is the same."""

_PLACE_ENDINGS = ("窗口", "窗", "柜台", "台", "柜", "室", "厅", "区", "口", "处")
_GROUPS = re.compile(r"[0-9]+|[A-Za-z]|[〇\u3400-\u9fff]+")
_SEAM = re.compile(r"(?<=[，。；！,;!])\s*|(?<=\.)\s+")
_PLACE = re.compile(r"(\{counter\})(号?)(窗口)")


class CallLike(Protocol):
    """What must be known of a call to word it; ``broker.model.views.Call`` has it."""

    number: str
    counter_name: str


@dataclass(frozen=True)
class Utterance:
    """One clip to be: ``text`` as a person reads it, ``spoken`` as the voice is fed."""

    language: str
    text: str
    spoken: str


@dataclass(frozen=True)
class Wording:
    """How this hall says it. ``one`` is ``yao`` (幺) where one and seven must not be confused; Cantonese has no 幺.

    Templates have ``{ticket}`` (spelt) and ``{counter}`` (a number as one says it), and nothing else.
    """

    one: Literal["yi", "yao"] = "yi"
    template_zh: str = "请{ticket}号，到{counter}号窗口"
    template_en: str = "Number {ticket}. Please go to counter {counter}."
    template_yue: str = "请{ticket}号，到{counter}号窗口"

    def template(self, language: str) -> str:
        """The template of a language; raises WordingRefused for an unknown language or a template that is not one."""
        templates = {"zh": self.template_zh, "en": self.template_en, "yue": self.template_yue}
        if language not in templates:
            raise WordingRefused(language, f"no such language; known are {', '.join(LANGUAGES)}")
        check_template(templates[language])
        return templates[language]


def check_template(template: str) -> None:
    """Raise WordingRefused for a template that no hall file may hold either."""
    fault = template_fault(template)
    if fault is not None:
        raise WordingRefused(template, SENTENCES[fault].en.format())


def call_utterances(call: CallLike, language: str, wording: Wording) -> tuple[Utterance, ...]:
    """The clips of one call in order, usually two; raises WordingRefused for a number that cannot be spelt."""
    template = wording.template(language)
    values = {
        "ticket": ticket_words(call.number, language, wording.one),
        "counter": counter_words(call.counter_name, language),
    }
    if language != "en":
        template = _fitted(template, call.counter_name)
    return tuple(free_utterance(part.format_map(values), language) for part in clip_templates(template))


def ticket_utterances(number: str, language: str, wording: Wording) -> tuple[Utterance, ...]:
    """The clips that only the ticket decides, to be made before it is called."""
    words = ticket_words(number, language, wording.one)
    return _utterances_of("ticket", words, wording.template(language), language)


def counter_utterances(name: str, language: str, wording: Wording) -> tuple[Utterance, ...]:
    """The clips that only the counter decides, to be made when the hall opens."""
    template = wording.template(language)
    if language != "en":
        template = _fitted(template, name)
    return _utterances_of("counter", counter_words(name, language), template, language)


def _utterances_of(variable: str, words: str, template: str, language: str) -> tuple[Utterance, ...]:
    return tuple(
        free_utterance(part.format_map({variable: words}), language)
        for part in clip_templates(template)
        if {name for _, name, _, _ in string.Formatter().parse(part) if name is not None} == {variable}
    )


def clip_templates(template: str) -> tuple[str, ...]:
    """The template cut where a pause separates ticket from counter; whole when there is none."""
    ticket, counter = template.find("{ticket}"), template.find("{counter}")
    first, last = min(ticket, counter), max(ticket, counter)
    for seam in _SEAM.finditer(template):
        if first >= 0 and first < seam.start() <= last:
            return template[: seam.start()], template[seam.end() :]
    return (template,)


def free_utterance(text: str, language: str) -> Utterance:
    """A free sentence, such as an emergency text, as one clip; numbers in Chinese text are said as numbers."""
    text = " ".join(text.split())
    if language not in LANGUAGES:
        raise WordingRefused(text, f"no such language as {language!r}; known are {', '.join(LANGUAGES)}")
    if len(text) > TEXT_LENGTH:
        raise WordingRefused(text, f"longer than {TEXT_LENGTH} characters")
    spoken = {"zh": mandarin, "yue": cantonese}.get(language, str)(text)
    if not any(sign.isalnum() for sign in spoken):
        raise WordingRefused(text, "nothing in it can be spoken")
    return Utterance(language, text, spoken)


def call_text(call: CallLike, language: str, wording: Wording) -> str:
    """The whole call as a person reads it: ``请A零零五号，到三号窗口``."""
    joint = " " if language == "en" else ""
    return joint.join(part.text for part in call_utterances(call, language, wording))


def ticket_words(number: str, language: str, one: Literal["yi", "yao"] = "yi") -> str:
    """``A005`` -> ``A零零五`` (zh, yue) or ``A, 0, 0, 5`` (en).

    Without the comma A would be the article "a"; with commas between the digits a recogniser understood 97 calls of a
    hundred where it had understood 94.
    """
    groups = _groups(number)
    if language == "en":
        return ", ".join(", ".join(group) if group.isdigit() else _latin(group) for group in groups)
    said_one = "幺" if one == "yao" and language == "zh" else "一"
    return "".join(singly(group, said_one) if group.isdigit() else group for group in groups)


def counter_words(name: str, language: str) -> str:
    """A counter's name, digits as one number: ``12`` -> ``十二`` (zh, yue) or ``12`` (en); 3号窗口 -> 三号窗口 or 3."""
    groups = _groups(name)
    if language == "en":
        plain = [group for group in groups if group.isascii()] or groups
        return ", ".join(str(int(group)) if group.isdigit() else _latin(group) for group in plain)
    return "".join(cardinal(int(group)) if group.isdigit() else group for group in groups)


def _fitted(template: str, name: str) -> str:
    """Keep ``{counter}号窗口`` from becoming 咨询台号窗口 or 三号窗口号窗口 when the name already says what it is."""
    name = name.strip()
    if name.endswith(_PLACE_ENDINGS):
        return _PLACE.sub(r"\1", template)
    if not name[-1:].isascii() or name.endswith("号"):
        return _PLACE.sub(r"\1\3", template)
    return template


def _groups(name: str) -> list[str]:
    if len(name) > NAME_LENGTH:
        raise WordingRefused(name, f"longer than {NAME_LENGTH} characters")
    groups = [group.upper() for group in _GROUPS.findall(name)]
    if not groups:
        raise WordingRefused(name, "no letter, digit or hanzi in it")
    return groups


def _latin(group: str) -> str:
    """Hanzi as toneless pinyin, because an English voice says "Chinese letter" for each."""
    if group.isascii():
        return group
    return " ".join(syllable.rstrip("12345") for syllable in mandarin(group).split())
