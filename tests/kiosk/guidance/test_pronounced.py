"""Is the guidance read right? Every screen's sentences against pypinyin's dictionary and two builds of espeak-ng."""

import re
from collections.abc import Iterator

import pytest
from pypinyin import Style, lazy_pinyin

from broker.runtime.speech import espeak
from broker.runtime.speech.pronounce import PHRASES, cardinal, singly
from broker.runtime.speech.voices import VOICES
from kiosk import gallery
from kiosk.guidance.guide import vocabulary
from kiosk.guidance.reading import reading
from kiosk.guidance.spoken import spoken
from tests.runtime.speech.rig import library_or_skip, phonemes, pinyin_of
from tests.voice.pronunciation import ORIGINS

HANZI = re.compile(r"[〇\u3400-\u9fff]")
FIXED = re.compile("|".join(sorted(map(re.escape, PHRASES), key=len, reverse=True)))
SYLLABLE = re.compile(r"[a-z]{1,6}[1-5]")
SANDHI = {"bu2": "bu4", "yi2": "yi1", "yi4": "yi1"}
"""What the table of phrases writes as it sounds, and a dictionary as it is written."""


def _texts() -> Iterator[str]:
    for _, visit, menu in gallery.STATES:
        found = reading(visit, menu, gallery.AROUND)
        for text in (*found.body, *(words for spot in found.spots for words in spot.texts)):
            yield from (piece.text for piece in spoken(text, "zh", found.codes) if piece.language == "zh")
    yield from (piece.text for piece in vocabulary(gallery.MENU, gallery.AROUND) if piece.language == "zh")


TEXTS = sorted(set(_texts()))


def dictionary(hanzi: str) -> list[str]:
    return lazy_pinyin(hanzi, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")


def as_written(text: str) -> str:
    """Digits as the hanzi that are said for them, and nothing but hanzi and pauses."""
    said = re.sub("[0-9]+", lambda found: cardinal(int(found[0])) if len(found[0]) <= 4 else singly(found[0]), text)
    return re.sub(r"[^〇\u3400-\u9fff，。？！、；：,.]", "", said)


def test_every_sentence_is_read_as_the_dictionary_reads_it_whole() -> None:
    """We cut at digits, letters and our own phrases; a dictionary sees the sentence."""
    assert len(TEXTS) > 200
    wrong = {}
    for text in TEXTS:
        if re.search("[A-Za-z]", text):
            continue
        ours = SYLLABLE.findall(pinyin_of(text))
        written = as_written(text)
        theirs = dictionary(written)
        fixed = {place for found in FIXED.finditer(written) for place in range(*found.span())}
        places = [place for place, sign in enumerate(written) if HANZI.match(sign)]
        assert len(ours) == len(theirs) == len(places), text
        differ = [
            (written[place], our, their)
            for place, our, their in zip(places, ours, theirs, strict=True)
            if our != their and place not in fixed
        ]
        if differ:
            wrong[text] = differ
    assert wrong == {}


def test_our_own_phrases_differ_from_the_dictionary_only_where_it_is_known_to_be_wrong() -> None:
    told = {
        (text, our, their)
        for text in ("选中", "补打的", "下一页", "下一项", "点一下", "一张", "不便", "不用")
        for our, their in zip(PHRASES[text].split(), dictionary(text), strict=True)
        if SANDHI.get(our, our) != their
    }
    assert told == {("选中", "zhong4", "zhong1"), ("补打的", "de5", "di1")}


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_syllable_is_one_to_the_engine(origin: espeak.Origin) -> None:
    """A syllable that the voice does not know comes out as several, or as spelt letters."""
    texts = [text for text in TEXTS if not re.search("[A-Za-z]", text)]
    heard = phonemes(library_or_skip(origin), VOICES["zh"].name, [pinyin_of(text) for text in texts])
    wrong = {
        text: sounds
        for text, sounds in zip(texts, heard, strict=True)
        if len(sounds) != len(SYLLABLE.findall(pinyin_of(text)))
    }
    assert wrong == {}
