"""Texts of the eye as they are said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.runtime.speech.utterance import TEXT_LENGTH, free_utterance
from kiosk.guidance.spoken import Piece, spoken, voice_of


def said(text: str, language: str, *codes: str) -> list[str]:
    return [piece.text for piece in spoken(text, language, codes)]


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("A042", "A零四二"),
        ("A042 请等候叫号，前面 3 人", "A零四二 请等候叫号，前面 3 人"),
        ("14:05", "14点零5分"),
        ("开放时间  09:00-12:00 / 13:30-17:00", "开放时间 9点到12点，13点30分到17点"),
        ("约 20–35 分", "约 20到35分钟"),
        ("约 5 分", "约 5分钟"),
        ("不到 2 分", "不到 2分钟"),
        ("第 1 / 3 页", "第1页，共3页"),
        ("电话 0571-8765 4321", "电话 零五七一，八七六五，四三二一"),
        ("10 项业务 · 等候 54 人", "10 项业务，等候 54 人"),
        ("3月5日 星期四", "3月5日，星期四"),
    ],
)
def test_chinese_is_said_as_people_say_it(text: str, zh: str) -> None:
    assert said(text, "zh") == [zh]


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("A042", "A, 0, 4, 2"),
        ("Open  09:00-12:00 / 13:30-17:00", "Open 9 o'clock to 12 o'clock, 13 30 to 17 o'clock"),
        ("20–35 min", "20 to 35 minutes"),
        ("Household & ID", "Household and ID"),
        ("Thu 5 March", "Thursday 5 March"),
        ("EMERGENCY", "Emergency"),
        ("phone 0571-8765 4321", "phone 0 5 7 1, 8 7 6 5, 4 3 2 1"),
        ("11, 12, 13 …", "11, 12, 13"),
    ],
)
def test_english_is_said_as_people_say_it(text: str, en: str) -> None:
    assert said(text, "en") == [en]


def test_a_number_of_the_hall_is_spelt_whatever_it_looks_like() -> None:
    assert said("017 请等候", "zh", "017") == ["零一七 请等候"]
    assert said("017", "zh") == ["017"]


def test_a_text_is_said_by_the_voice_that_can_read_it() -> None:
    assert voice_of("打印机换纸", "en") == "zh"
    assert voice_of("English", "zh") == "en"
    assert voice_of("A042", "zh") == "zh"
    assert spoken("14:30 发布　issued at 14:30", "zh") == (Piece("zh", "14点30分 发布"), Piece("en", "issued at 14 30"))


def test_what_is_no_word_is_not_said() -> None:
    assert spoken("—", "zh") == spoken(" ", "en") == spoken("…", "zh") == ()


@pytest.mark.parametrize("text", ["请大家按工作人员的引导离开。" * 40, "词" * 700, "Please go to the exit. " * 40])
def test_a_long_text_is_cut_at_its_stops_and_nothing_is_lost(text: str) -> None:
    parts = said(text, "zh")
    assert all(0 < len(part) <= TEXT_LENGTH for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "").strip()


@settings(deadline=None, max_examples=200, derandomize=True, database=None)
@given(
    st.text(alphabet="0123456789:-–—~/ .,，。（）·…　分min点第页号AZaz一号口🙂", max_size=120) | st.text(max_size=700)
)
def test_whatever_staff_type_can_be_said_or_is_left_out(text: str) -> None:
    for language in ("zh", "en", "yue"):
        for piece in spoken(text, language, ("A042", "017")):
            assert 0 < len(piece.text) <= TEXT_LENGTH
            assert piece.language in ("zh", "en", "yue")
    for piece in spoken(text.replace("\0", ""), "en"):
        if piece.text.isascii():
            free_utterance(piece.text, piece.language)
