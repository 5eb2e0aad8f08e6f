"""Which words are read without the dictionary, and that the dictionary would read them alike."""

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from broker.runtime.speech.pronounce import CERTAIN, cardinal, singly

IDIOM = "一五一十"
"""In full detail; the only such word with a reading of its own, and no number is said so."""


def dictionary(text: str) -> str:
    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False, errors="ignore"))


def certain(text: str) -> str:
    return " ".join(CERTAIN[sign] for sign in text)


def test_no_word_of_the_dictionary_reads_a_certain_sign_otherwise() -> None:
    words = [word for word in PHRASES_DICT if word != IDIOM and all(sign in CERTAIN for sign in word)]
    assert words
    assert {word: dictionary(word) for word in words} == {word: certain(word) for word in words}


def test_tickets_and_counters_are_read_as_the_dictionary_reads_them() -> None:
    texts = [f"请{singly(f'{number:03d}', one)}号" for number in range(1000) for one in ("一", "幺")]
    texts += [f"到{cardinal(number)}号" for number in range(100)]
    assert [dictionary(text) for text in texts] == [certain(text) for text in texts]
