"""The dictionary as one block: it reads what pypinyin reads, phrase by phrase and in any order, or is no dictionary."""

import random
import re

import pytest
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from broker.runtime.speech.readings import HEAD_BYTES, Readings, block_of, check
from tests.runtime.speech.rig import readings

ONLY_HANZI = re.compile("[〇\u3400-\u4dbf\u4e00-\u9fff]+")
PHRASES = sorted(words for words in PHRASES_DICT if ONLY_HANZI.fullmatch(words))
ENTRIES = {"重": "zhong4", "新": "xin1", "重新": "chong2 xin1", "新闻": "xin1 wen2", "重新闻名": "a1 b1 c1 d1"}


def dictionary(text: str) -> list[str]:
    return lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False, errors="ignore")


def differing(texts: list[str]) -> dict[str, tuple[list[str], list[str]]]:
    both = {text: (readings().syllables(text), dictionary(text)) for text in texts}
    return {text: (ours, theirs) for text, (ours, theirs) in both.items() if ours != theirs}


def test_every_phrase_of_pypinyin_is_read_alike() -> None:
    assert len(PHRASES) > 40_000
    assert differing(random.Random(1).sample(PHRASES, 8_000)) == {}


def test_every_sign_is_read_alike_and_unknown_ones_are_left_out_alike() -> None:
    signs = [chr(code) for code in (0x3007, *range(0x3400, 0xA000))]
    assert differing(random.Random(2).sample(signs, 6_000)) == {}
    assert readings().syllables("\u4dc0") == []


def test_phrases_that_run_into_one_another_are_cut_where_pypinyin_cuts_them() -> None:
    chance = random.Random(3)
    signs = "".join(PHRASES)

    def piece() -> str:
        words = chance.choice(PHRASES)
        kinds = (words, words[: chance.randint(1, 4)], chance.choice(signs), chr(chance.randint(0x3400, 0x9FFF)))
        return chance.choice(kinds)

    texts = ["".join(piece() for _ in range(chance.randint(1, 6))) for _ in range(6_000)]
    assert differing(texts) == {}


def test_the_longest_phrase_is_taken_and_a_broken_off_one_is_read_sign_by_sign() -> None:
    found = Readings(block_of(ENTRIES, "1"))
    assert found.syllables("重新") == ["chong2", "xin1"]
    assert found.syllables("新重") == ["xin1", "zhong4"]
    assert found.syllables("重新闻") == ["chong2", "xin1"], "the sign that stands in no line of its own is left out"
    assert found.syllables("重新闻名") == ["a1", "b1", "c1", "d1"]
    assert found.version == "1"


@pytest.mark.parametrize(
    "entries", [{"": "a1"}, {"重\t新": "a1"}, {"重": "a1\nb1"}], ids=["empty", "tabulator", "new line"]
)
def test_what_could_not_be_read_back_is_not_written(entries: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="phrase"):
        block_of(entries, "1")


@pytest.mark.parametrize("cut", [0, 10, HEAD_BYTES, -1])
def test_a_file_cut_off_is_no_dictionary(cut: int) -> None:
    with pytest.raises(ValueError, match="readings"):
        check(block_of(ENTRIES, "1")[:cut])


def test_a_file_of_another_format_or_with_a_flipped_bit_is_no_dictionary() -> None:
    block = bytearray(block_of(ENTRIES, "1"))
    check(bytes(block))
    block[-3] ^= 4
    with pytest.raises(ValueError, match="damaged"):
        check(bytes(block))
    with pytest.raises(ValueError, match="no dictionary"):
        Readings(b"readings 9 little 1 5 5".ljust(4_000))
