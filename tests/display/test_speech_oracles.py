"""Is it said right? Judged by things that are not ours: a dictionary against two builds of espeak-ng, and recognisers.

What espeak-ng does with our pinyin is read from its own phoneme trace and compared with what the hanzi should sound
like according to pypinyin's dictionary, tones in Chao's numbers and third-tone sandhi included. English calls are
played to pocketsphinx with a grammar, Mandarin ones are told apart by ear. Neither says whether it sounds natural;
nobody listened. These are samples; ``script/voice-proof`` makes the proofs in full.
"""

import re
from collections.abc import Iterator

import pytest

from broker.runtime.speech import espeak
from broker.runtime.speech.pronounce import LETTERS, PHRASES
from broker.runtime.speech.utterance import free_utterance
from broker.runtime.speech.voice import WorkerVoice
from broker.runtime.speech.voices import VOICES
from display.wording import Wording, call_utterances
from tests.display.speech_rig import make_call
from tests.runtime.speech.rig import fed, library_or_skip, phonemes
from tests.voice import english, mandarin
from tests.voice.pronunciation import CHAO, LETTER_SOUNDS, ORIGINS, SEAMLESS, expected, judge, tickets

COUNTERS = [str(number) for number in range(1, 100)]
SPREAD = 7
"""Every seventh ticket: all digits in all places and all letters, in a seventh of the time."""


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("one", ["yi", "yao"])
def test_tickets_and_all_counters_are_read_as_the_dictionary_says(origin: espeak.Origin, one: str) -> None:
    library_or_skip(origin)
    numbers = tickets(1_000)[::SPREAD]
    assert {number[place] for number in numbers for place in (1, 2, 3)} == set("0123456789")
    verdict = judge(origin, numbers, COUNTERS, Wording(one=one))
    assert verdict.clips == len(numbers) + 99
    assert verdict.wrong == []


def test_a_call_said_in_one_breath_is_read_as_the_dictionary_says_too() -> None:
    verdict = judge("embedded", tickets(1_000)[::97], COUNTERS[::7], Wording(template_zh=SEAMLESS))
    assert verdict.clips == verdict.calls > 150
    assert verdict.wrong == []


def test_a_wrong_reading_is_found() -> None:
    """The judge itself: espeak-ng says 一号 of hanzi as yí hào, which the dictionary does not."""
    library = library_or_skip("embedded")
    (said,) = phonemes(library, "cmn", ["到一号窗口"])
    assert said != expected("到一号窗口")


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_letter_has_its_sound_in_both_builds(origin: espeak.Origin) -> None:
    heard = phonemes(library_or_skip(origin), VOICES["zh"].name, [LETTERS[letter] for letter in sorted(LETTERS)])
    said = {
        letter: [re.sub("214$", "21", sound) for sound in sounds]
        for letter, sounds in zip(sorted(LETTERS), heard, strict=True)
    }
    assert said == {letter: sounds.split() for letter, sounds in LETTER_SOUNDS.items()}


def test_no_letter_sounds_like_a_digit() -> None:
    digits = {tuple(expected(digit)) for digit in "零一二三四五六七八九"}
    assert not digits & {tuple(sounds.split()) for sounds in LETTER_SOUNDS.values()}


@pytest.mark.parametrize("origin", ORIGINS)
def test_our_phrases_are_whole_syllables_to_the_engine(origin: espeak.Origin) -> None:
    """A syllable that the voice does not know comes out as several, or as spelt letters."""
    heard = phonemes(library_or_skip(origin), VOICES["zh"].name, PHRASES.values())
    for (hanzi, said), sounds in zip(PHRASES.items(), heard, strict=True):
        assert len(sounds) == len(said.split()) == len(hanzi), (hanzi, sounds)
        for word, sound in zip(said.split(), sounds, strict=True):
            tone = re.search(r"\d+", sound.replace("i.", "").replace("i[", "")).group()
            assert word[-1] == "5" or tone in ({"3": ("214", "21", "35")}.get(word[-1], (CHAO[word[-1]],))), (
                hanzi,
                sounds,
            )


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_letter_a_is_never_the_english_article_nor_digits_a_number(origin: espeak.Origin) -> None:
    library = library_or_skip(origin)
    texts = [fed(call_utterances(make_call(f"{letter}101"), "en", Wording())[0]) for letter in "AIEU"]
    heard = phonemes(library, VOICES["en"].name, texts)
    for letter_sound, sounds in zip(("eI", "aI", "i:", "ju:"), heard, strict=True):
        flat = [sound.replace(",", "").replace("'", "") for sound in sounds]
        assert flat[1] == letter_sound
        assert [sound.strip(",'%") for sound in flat[2:]] == ["wVn", "zi@roU", "wVn"]


def test_a_foreign_recogniser_understands_the_english_calls() -> None:
    """Of its eight letters it took H for A in 2 of 40 calls with either build; hence the lower mark for letters."""
    heard = english.listen(24)
    assert heard.digits >= 23, heard
    assert heard.counter >= 23, heard
    assert heard.letter >= 21, heard


@pytest.fixture
def two_builds() -> Iterator[tuple[WorkerVoice, WorkerVoice]]:
    for origin in ORIGINS:
        library_or_skip(origin)
    judged, reference = mandarin.voices()
    yield judged, reference
    judged.stop()
    reference.stop()


def test_mandarin_tickets_are_told_apart_by_ear_and_the_controls_are_not(
    two_builds: tuple[WorkerVoice, WorkerVoice],
) -> None:
    judged, reference = two_builds
    ear = mandarin.Ear(reference)
    assert mandarin.choose(4, mandarin.ours(judged), ear).taken == 4
    assert mandarin.choose(3, mandarin.ours(judged), ear, wrong=True).taken == 0
    assert mandarin.choose(3, mandarin.english(judged), ear).taken <= 1


CANTONESE = {
    "请A零零五号，": "cing2 (en)eI1(yue) ling4 ling4 ng5 hou6",
    "请B一二三号，": "cing2 (en)bi:1(yue) ja1t ji6saa1m hou6",
    "四六七八九": "sei3 lu6k ca1t baa3t gau2",
    "到三号窗口": "dou3 saa1mhou6 coeng1 hau2",
    "到十二号窗口": "dou3 sa6p ji6 hou6 coeng1 hau2",
    "到一百零五号窗口": "dou3 ja1t baa3k ling4 ng5 hou6 coeng1 hau2",
}
"""Jyutping of the words of a call, as espeak-ng writes it: the tone behind the vowel, letters in English."""


@pytest.mark.parametrize("origin", ORIGINS)
def test_cantonese_calls_have_the_syllables_and_tones_of_jyutping(origin: espeak.Origin) -> None:
    spoken = [fed(free_utterance(text, "yue")) for text in CANTONESE]
    heard = phonemes(library_or_skip(origin), VOICES["yue"].name, spoken)
    assert [" ".join(sounds) for sounds in heard] == list(CANTONESE.values())


def test_an_emergency_text_is_pinyin_too() -> None:
    assert fed(free_utterance("请从3号出口离开", "zh")) == "qing3 cong2 san1 hao4 chu1 kou3 li2 kai1"
