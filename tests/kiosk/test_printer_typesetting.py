"""Wrapping by Chinese rules, sizes chosen to fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer.escpos import FieldRow, TextRow, columns_of
from kiosk.printer.typesetting import Fields, Text, balanced, fit, wrapped


def test_hanzi_wrap_at_the_edge():
    assert wrapped("过号后请到咨询台", 8) == ["过号后请", "到咨询台"]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    assert wrapped("一二三四，五六", 8) == ["一二三", "四，五六"]
    assert wrapped("一二三（四五）", 8) == ["一二三", "（四五）"]
    assert wrapped("甲乙丙丁）。戊", 8) == ["甲乙丙", "丁）。戊"]


def test_words_and_numbers_stay_whole():
    assert wrapped("please bring ID card", 12) == ["please bring", "ID card"]
    assert wrapped("过号后30分钟", 7) == ["过号后", "30分钟"]


def test_a_word_wider_than_the_line_is_cut():
    assert wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_nothing_is_still_one_line():
    assert wrapped("", 10) == [""]


@given(st.text(alphabet="一二三四五，。（）ab1 .", max_size=60), st.integers(2, 48))
def test_wrapping_loses_nothing_but_spaces_and_never_overflows(text, room):
    lines = wrapped(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns_of(line) <= room for line in lines)


@given(st.text(alphabet="一二三四五，。（）ab1 .", max_size=60), st.integers(2, 48))
def test_balanced_lines_are_no_more_than_needed(text, room):
    lines = balanced(text, room)
    assert len(lines) <= len(wrapped(text, room))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns_of(line) <= room for line in lines)


def test_a_centred_name_leaves_no_single_character_alone():
    assert balanced("某某市人力资源和社会保障服务中心", 30) == ["某某市人力资源和", "社会保障服务中心"]


def test_the_first_size_that_fits_is_taken():
    sizes = ((2, 2), (1, 2), (1, 1))
    assert fit([Text("八个汉字正好一行", sizes)], 32)[0].size == (2, 2)
    assert fit([Text("九个汉字超过了一行", sizes)], 32)[0].size == (1, 2)
    long = fit([Text("字" * 20, sizes)], 32)
    assert [(row.text, row.size) for row in long] == [("字" * 16, (1, 1)), ("字" * 4, (1, 1))]


def test_two_lines_of_a_larger_size_may_be_preferred():
    sizes = ((2, 2), (1, 2))
    rows = fit([Text("城乡居民基本养老保险关系转移接续", sizes, "centre", lines=2)], 32)
    assert [(row.text, row.size) for row in rows] == [("城乡居民基本养老", (2, 2)), ("保险关系转移接续", (2, 2))]


PLAIN, DOUBLE = (1, 1), (2, 2)
SIZES = ((DOUBLE, DOUBLE), (PLAIN, DOUBLE), (PLAIN, PLAIN))


@pytest.mark.parametrize(("columns", "sizes"), [(48, SIZES[0]), (32, SIZES[1]), (24, SIZES[2])])
def test_fields_share_the_first_sizes_in_which_all_fit(columns, sizes):
    pairs = (("前面等候：", "12人"), ("预计等待：", "15～25分钟"))
    rows = fit([Fields(pairs, SIZES)], columns, margin=0)
    assert {(row.label_size, row.value_size) for row in rows} == {sizes}
    assert [(row.label, row.value) for row in rows] == list(pairs)


def test_a_long_value_wraps_under_itself():
    rows = fit([Fields((("所需材料：", "身份证、社保卡、户口簿、银行卡"),))], 28)
    texts = [row.label + row.value for row in rows]
    assert texts == ["所需材料：身份证、社保卡、", "          户口簿、银行卡"], "items stay whole"


def test_an_item_wider_than_the_line_is_cut_like_any_text():
    rows = fit([Fields((("材料：", "身份证、机关事业单位养老保险转移表"),))], 18)
    assert [row.label + row.value for row in rows] == ["材料：身份证、机关", "      事业单位养老", "      保险转移表"]


def test_a_label_longer_than_half_the_line_stands_alone():
    rows = fit([Fields((("这是一个很长的标签：", "值"),))], 20)
    assert rows == (TextRow("这是一个很长的标签："), FieldRow("", "值"))


def test_a_quoted_word_stays_with_its_quotes():
    assert wrapped('Press "Rejoin" now', 12) == ["Press", '"Rejoin" now']


def test_a_last_hanzi_is_not_left_alone_where_the_line_before_can_spare_one():
    lines = [row.text for row in fit([Text("不会取号请找导办台，一号窗口可代取")], 32)]
    assert lines == ["不会取号请找导办台，一号窗口可", "代取"]
    assert [row.text for row in fit([Text("甲乙丙丁戊")], 8)] == ["甲乙丙", "丁戊"]


def test_a_telephone_number_goes_below_its_label_rather_than_being_cut_in_two():
    (label, value) = fit([Fields((("咨询电话：", "021-12345678"),), (((1, 2), (2, 2)),))], 32)
    assert (label.text, value.value) == ("咨询电话：", "021-12345678")
