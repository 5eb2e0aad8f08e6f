"""A text of the screen as it is said: codes spelt, times, ranges and telephones as people say them. Pure.

The screen's text is for the eye: ``A042``, ``09:00-12:00``, ``约 12–20 分``. A voice would read the first as a number,
the second as four, and swallow the dash.
"""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from broker.runtime.speech.errors import WordingRefused
from broker.runtime.speech.pronounce import singly
from broker.runtime.speech.utterance import TEXT_LENGTH, ticket_words

One = Literal["yi", "yao"]
_HANZI = re.compile(r"[〇\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z][a-z]|[A-Z]{4}")
_CODE = re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}[0-9]{2,5}(?![0-9A-Za-z])")
_TIME = re.compile(r"(?<![0-9])([01]?[0-9]|2[0-4]):([0-5][0-9])(?![0-9])")
_TELEPHONE = re.compile(r"(?<![0-9])(?:0[0-9]{2,3}|400|[0-9]{3,4})(?:[- ][0-9]{3,4}){1,2}(?![0-9])|[0-9]{5,}")
_RANGE = re.compile(r"(?<=[0-9分点钟k])\s*[-–—~]\s*(?=[0-9])")
_PAGE = re.compile(r"第\s*([0-9]+)\s*/\s*([0-9]+)\s*页")
_MINUTES_ZH = re.compile(r"(?<=[0-9])\s*分(?!钟|之)")
_MINUTES_EN = re.compile(r"(?<=[0-9])\s*min\b")
_GAP_BETWEEN_HANZI = re.compile(r"(?<=[〇\u3400-\u9fff])\s+(?=[〇\u3400-\u9fff])")
_STOPS = re.compile(r"(?<=[。！？；.!?;])\s*|(?<=[，,])\s*")
_SIGNS = {" · ": "，", "·": "，", " / ": "，", " …": "", "...": "", "…": "，", " & ": " and ", "&": " and "}
_DAYS = {day[:3]: day for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")}
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})\b")


class Piece(NamedTuple):
    """A few words for one voice."""

    language: str
    text: str


def spoken(text: str, language: str, codes: Iterable[str] = (), one: One = "yi") -> tuple[Piece, ...]:
    """The pieces to say; none where there is nothing to say. ``codes`` are spelt whatever they look like."""
    if "　" in text:
        return tuple(piece for part in text.split("　") for piece in spoken(part, language, codes, one))
    voice = voice_of(text, language)
    text = _GAP_BETWEEN_HANZI.sub("，", " ".join(text.split())) if voice != "en" else " ".join(text.split())
    for code in sorted(set(codes), key=len, reverse=True):
        if code:
            pattern = rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])"
            text = re.sub(pattern, lambda found: _spelt(found[0], voice, one), text)
    text = _CODE.sub(lambda found: _spelt(found[0], voice, one), text)
    text = _english(text) if voice == "en" else _chinese(text)
    for sign, said in _SIGNS.items():
        text = text.replace(sign, f"{said} " if voice == "en" and said == "，" else said)
    if voice == "en":
        text = text.replace("，", ",")
    return tuple(Piece(voice, part) for part in _short(text) if any(letter.isalnum() for letter in part))


def voice_of(text: str, language: str) -> str:
    """Whose voice can say it: a Chinese text in an English visit is still Chinese, a name in Latin words English."""
    if _HANZI.search(text):
        return "zh" if language == "en" else language
    return "en" if _LATIN_WORD.search(text) else language


def _spelt(code: str, voice: str, one: One) -> str:
    try:
        return ticket_words(code, voice, one)
    except WordingRefused:
        return code


def _chinese(text: str) -> str:
    text = _PAGE.sub(r"第\1页，共\2页", text)
    text = _TELEPHONE.sub(lambda found: "，".join(singly(part) for part in re.split("[- ]", found[0])), text)
    text = _MINUTES_ZH.sub("分钟", text)
    text = _TIME.sub(lambda found: _clock_zh(int(found[1]), int(found[2])), text)
    text = _RANGE.sub("到", text.replace("（", "，").replace("）", "，"))
    return re.sub(r"(?<=[0-9])\s+(?=[0-9])", "，", re.sub(r"(?<=分|点)\s+(?=[0-9])", "，", text))


def _clock_zh(hour: int, minute: int) -> str:
    return f"{hour}点" + (f"{'零' if minute < 10 else ''}{minute}分" if minute else "")


def _english(text: str) -> str:
    text = _TELEPHONE.sub(lambda found: ", ".join(" ".join(part) for part in re.split("[- ]", found[0])), text)
    text = _TIME.sub(lambda found: _clock_en(int(found[1]), int(found[2])), text)
    text = _RANGE.sub(" to ", _DAY.sub(lambda found: _DAYS[found[1]], text))
    text = text.capitalize() if text.isupper() and _LATIN_WORD.search(text) else text
    return _MINUTES_EN.sub(" minutes", text)


def _clock_en(hour: int, minute: int) -> str:
    return f"{hour} {'o ' if minute < 10 else ''}{minute}" if minute else f"{hour} o'clock"


def _short(text: str) -> list[str]:
    """Cut at its stops where it is too long for a voice; by force where there are none."""
    if len(text) <= TEXT_LENGTH:
        return [text.strip(" ，,")]
    parts, held = [], ""
    for piece in _STOPS.split(text):
        if held and len(held) + len(piece) > TEXT_LENGTH:
            parts.append(held)
            held = ""
        held += piece
    whole = [*parts, held]
    return [part[start : start + TEXT_LENGTH] for part in whole for start in range(0, len(part), TEXT_LENGTH)]
