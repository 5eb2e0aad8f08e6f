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
from broker.runtime.speech.errors import WordingRefused
from broker.runtime.speech.utterance import LANGUAGES, Utterance, counter_words, free_utterance, ticket_words

_PLACE_ENDINGS = ("窗口", "窗", "柜台", "台", "柜", "室", "厅", "区", "口", "处")
_SEAM = re.compile(r"(?<=[，。；！,;!])\s*|(?<=\.)\s+")
_PLACE = re.compile(r"(\{counter\})(号?)(窗口)")


class CallLike(Protocol):
    """What must be known of a call to word it; ``broker.model.views.Call`` has it."""

    number: str
    counter_name: str


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


def call_text(call: CallLike, language: str, wording: Wording) -> str:
    """The whole call as a person reads it: ``请A零零五号，到三号窗口``."""
    joint = " " if language == "en" else ""
    return joint.join(part.text for part in call_utterances(call, language, wording))


def _fitted(template: str, name: str) -> str:
    """Keep ``{counter}号窗口`` from becoming 咨询台号窗口 or 三号窗口号窗口 when the name already says what it is."""
    name = name.strip()
    if name.endswith(_PLACE_ENDINGS):
        return _PLACE.sub(r"\1", template)
    if not name[-1:].isascii() or name.endswith("号"):
        return _PLACE.sub(r"\1\3", template)
    return template
