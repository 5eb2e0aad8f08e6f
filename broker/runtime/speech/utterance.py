"""What a clip is made of: a text as a person reads it. Codes spelt, numbers said. Pure.

No number is ever left to a voice as digits where it should be spelt: espeak-ng reads A123 as one hundred and
twenty-three. What the voice is given for a text is the matter of a ``reader``: Mandarin goes through pinyin.
"""

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import category

from broker.runtime.speech.errors import WordingRefused
from broker.runtime.speech.pronounce import can_be_spoken, cardinal, singly

NAME_LENGTH = 32
TEXT_LENGTH = 200
LANGUAGES = ("zh", "en", "yue")
"""Mandarin, English, Cantonese; the written Chinese of the first and the last is the same."""

_GROUPS = re.compile(r"[0-9]+|[A-Za-z]|[〇\u3400-\u9fff]+")


@dataclass(frozen=True)
class Utterance:
    """One clip to be: ``text`` as a person reads it."""

    language: str
    text: str


def free_utterance(text: str, language: str) -> Utterance:
    """A free sentence, such as an emergency text, as one clip; numbers in Chinese text are said as numbers.

    Characters that no screen shows are left out: a voice takes a NUL for the end of what it is to say.
    """
    seen = (sign if sign.isprintable() else "" if category(sign) == "Cf" else " " for sign in text)
    text = " ".join("".join(seen).split())
    if language not in LANGUAGES:
        raise WordingRefused(text, f"no such language as {language!r}; known are {', '.join(LANGUAGES)}")
    if len(text) > TEXT_LENGTH:
        raise WordingRefused(text, f"longer than {TEXT_LENGTH} characters")
    if not can_be_spoken(text, language):
        raise WordingRefused(text, "nothing in it can be spoken")
    return Utterance(language, text)


def ticket_words(number: str, language: str, one: Literal["yi", "yao"] = "yi") -> str:
    """``A005`` -> ``A零零五`` (zh, yue) or ``A, 0, 0, 5`` (en).

    Without the comma A would be the article "a"; with commas between the digits a recogniser understood 97 calls of a
    hundred where it had understood 94.
    """
    groups = _groups(number)
    if language == "en":
        return ", ".join(", ".join(group) if group.isdigit() else group for group in groups)
    said_one = "幺" if one == "yao" and language == "zh" else "一"
    return "".join(singly(group, said_one) if group.isdigit() else group for group in groups)


def counter_words(name: str, language: str) -> str:
    """A counter's name, digits as one number: ``12`` -> ``十二`` (zh, yue) or ``12`` (en); 3号窗口 -> 三号窗口 or 3."""
    groups = _groups(name)
    if language == "en":
        plain = [group for group in groups if group.isascii()] or groups
        return ", ".join(str(int(group)) if group.isdigit() else group for group in plain)
    return "".join(cardinal(int(group)) if group.isdigit() else group for group in groups)


def _groups(name: str) -> list[str]:
    if len(name) > NAME_LENGTH:
        raise WordingRefused(name, f"longer than {NAME_LENGTH} characters")
    groups = [group.upper() for group in _GROUPS.findall(name)]
    if not groups:
        raise WordingRefused(name, "no letter, digit or hanzi in it")
    return groups
