"""Why something is paused, for whoever reads Chinese and for whoever does not."""

from broker.model import refusals as r
from broker.model.reasons import has_english, reason_said
from broker.model.refusal_names import sentence_in
from broker.model.words import PAUSE_REASONS, Names
from tests.halls import lobby_hall


def test_staff_s_own_english_is_what_english_readers_see() -> None:
    assert reason_said("打印机换纸", "The printer gets new paper") == Names("打印机换纸", "The printer gets new paper")


def test_without_english_the_chinese_stands_behind_a_neutral_word() -> None:
    assert reason_said("打印机换纸") == Names("打印机换纸", "Paused: 打印机换纸")


def test_the_usual_reasons_have_their_english() -> None:
    for names in PAUSE_REASONS.values():
        assert reason_said(names.zh) == names


def test_a_reason_typed_in_chinese_alone_has_no_english_of_its_own() -> None:
    usual = next(iter(PAUSE_REASONS.values()))
    assert has_english("换纸", "New paper") and has_english(usual.zh)
    assert not has_english("换纸")


def test_english_alone_leaves_no_chinese_reader_without_words() -> None:
    assert reason_said("", "Water on the floor") == Names("暂停服务", "Water on the floor")
    assert reason_said("") == Names("暂停服务", "Paused")


def test_a_refusal_says_the_reason_in_each_language() -> None:
    assert r.IssuingPaused(reason="会议").sentence == Names("已暂停取号：会议", "Issuing is paused: Meeting")
    assert r.IssuingPaused(reason="换纸", reason_en="New paper").sentence.en == "Issuing is paused: New paper"
    assert r.IssuingPaused(reason="换纸").sentence.en == "Issuing is paused: 换纸"
    assert r.IssuingPaused(reason_en="New paper").sentence.zh == "已暂停取号"
    assert r.IssuingPaused().sentence == r.IssuingPaused.template


def test_a_refusal_in_the_words_of_a_hall_says_the_reason_too() -> None:
    hall = lobby_hall()
    assert sentence_in(hall, r.IssuingPaused(reason="换纸")) == Names("已暂停取号：换纸", "Issuing is paused: 换纸")
    both = sentence_in(hall, r.IssuingPaused(reason="换纸", reason_en="New paper"))
    assert both == Names("已暂停取号：换纸", "Issuing is paused: New paper")
    assert sentence_in(hall, r.IssuingPaused()) == r.IssuingPaused.template
