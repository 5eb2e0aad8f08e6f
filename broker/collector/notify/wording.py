"""The text of a message: the hall's own where its file has one, both languages unless one was asked for. Pure."""

from broker.collector.notify.message import Message
from broker.model.hall import Hall
from broker.model.hall_notify import PLACES, TEXTS

FACT_MOST, TEXT_MOST = 200, 1_000


class UnknownKind(ValueError):
    """A program asked for a kind of message that does not exist."""


def text_of(hall: Hall, message: Message) -> str:
    """What the person reads; a fact nobody gave is empty. UnknownKind for a kind that is in no table."""
    if message.kind not in PLACES:
        raise UnknownKind(message.kind)
    names = hall.notify.texts.get(message.kind, TEXTS[message.kind])
    languages = ("zh", "en") if message.language is None else (message.language,)
    return "\n".join(_filled(hall, message, language, getattr(names, language)) for language in languages)[:TEXT_MOST]


def subject_of(hall: Hall, message: Message) -> str:
    """Of a mail: whose it is."""
    names = hall.hall.names
    return names.en if message.language == "en" else names.zh


def _filled(hall: Hall, message: Message, language: str, text: str) -> str:
    """A fact may be said in one language: ``service_en`` counts before ``service`` in English."""
    facts = dict.fromkeys(PLACES[message.kind], "")
    facts["hall"] = getattr(hall.hall.names, language)
    for place in facts:
        told = message.facts.get(f"{place}_{language}", message.facts.get(place))
        if told is not None:
            facts[place] = " ".join(str(told).split())[:FACT_MOST]
    return text.format(**facts).strip()
