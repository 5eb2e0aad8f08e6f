"""What stands on a ticket, in which order, in how many bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.words import Names
from kiosk.printer.escpos import QrTextTooLong
from kiosk.printer.interpreter import Interpreter
from kiosk.printer.paper import Glyph, Picture
from kiosk.printer.profile import profile_of
from kiosk.printer.raster import Raster
from kiosk.screens.words import NO_WAIT, minutes
from kiosk.ticket_layout import TicketPaper
from tests.kiosk.ticket_samples import FULL, job, plain_job, printed, sample


def lines_of(paper: TicketPaper, width: str = "80") -> list[str]:
    profile = profile_of("generic", width)
    strip, _ = printed(plain_job(paper, profile), profile)
    return [line for line in strip.text_lines if not line.startswith("--")]


def test_a_chinese_ticket_reads_from_the_number_to_the_rule_for_missing_it():
    assert lines_of(FULL) == [
        "滨江区社会保险服务大厅",
        "A042",
        "养老保险待遇申领",
        "前面等候：12人",
        "预计等待：15～25分钟",
        "办理窗口：3、4、6号",
        "所需材料：身份证、社保卡",
        "取号时间：2026-03-0509:31",
        "过号后30分钟内请到咨询台签到，可优先安排。",
        "本号当日有效，请勿转让。",
        "扫码看进度、评服务",
    ]


def test_an_english_ticket_says_the_same_and_names_hall_and_service_in_chinese_for_the_staff():
    spaceless = [line.replace(" ", "") for line in lines_of(sample(language="en"))]
    assert spaceless == [
        "BinjiangSocialInsuranceServiceHall",
        "滨江区社会保险服务大厅",
        "A042",
        "Pensionclaims",
        "养老保险待遇申领",
        "Ahead:12people",
        "Wait:15-25min",
        "Counter:3,4,6",
        "Bring:IDcard,socialsecuritycard",
        "Issued:2026-03-0509:31",
        "Ifyoumissyourcall,seetheinformation",
        "deskwithin30minutes.",
        "Validtodayonly.Nottransferable.",
        "Scantofollowandtorate",
    ]


@pytest.mark.parametrize("width", ["58", "80"])
def test_a_full_chinese_ticket_takes_at_most_450_bytes(width):
    assert len(job(FULL, profile_of("generic", width))) <= 450


@pytest.mark.parametrize(("width", "least_mm"), [("58", 17), ("80", 23)])
def test_the_number_is_very_large(width, least_mm):
    profile = profile_of("generic", width)
    strip, _ = printed(job(FULL, profile), profile)
    heights = {mark.scale[1] * 24 / 8 for mark in strip.marks if isinstance(mark, Glyph) and mark.character in "A042"}
    assert max(heights) >= least_mm


@pytest.mark.parametrize("number", ["A1", "A042", "B1207", "ZX99999", "A" * 40])
@pytest.mark.parametrize("width", ["58", "80"])
def test_a_number_of_any_length_is_on_the_paper_once_and_whole(number, width):
    profile = profile_of("generic", width)
    strip, _ = printed(job(sample(number=number), profile), profile)
    assert number in "".join(strip.text_lines)
    assert all(
        mark.x + mark.columns * 12 * mark.scale[0] <= profile.dots for mark in strip.marks if isinstance(mark, Glyph)
    )


def test_58_mm_paper_wraps_at_words_and_keeps_every_character():
    narrow = "".join(lines_of(FULL, "58"))
    wide = "".join(lines_of(FULL, "80"))
    assert narrow == wide


def test_the_qr_code_leads_to_the_ticket():
    strip, _ = printed(job())
    assert strip.qr_texts == [FULL.qr_text]


def test_without_a_qr_text_there_is_neither_code_nor_caption():
    strip, _ = printed(job(sample(qr_text="")))
    assert strip.qr_texts == []
    assert not [line for line in strip.text_lines if "扫码" in line]


def test_a_kiosk_alone_prints_no_guess_of_the_queue():
    lines = lines_of(sample(people_ahead=None, wait_minutes=None))
    assert "前面等候：请看大屏" in lines
    assert not [line for line in lines if line.startswith("预计等待")]


@pytest.mark.parametrize(
    ("width", "large", "zh", "en"),
    [
        ("80", False, "暂无窗口办理", "nocounteropen"),
        ("58", False, "暂无窗口", "nocounter"),
        ("80", True, "暂无窗口", "nocounter"),
        ("58", True, "暂无窗口", "nocounter"),
    ],
)
def test_that_no_counter_is_open_is_said_where_the_wait_stands_and_keeps_the_values_large(width, large, zh, en):
    profile = profile_of("generic", width)
    for language, label, words in (("zh", "预计等待：", zh), ("en", "Wait:", en)):
        unserved = sample(wait_minutes=None, no_counter=True, language=language, large=large)
        strip, _ = printed(plain_job(unserved, profile), profile)
        assert f"{label}{words}" in [line.replace(" ", "") for line in strip.text_lines]
        glyphs = [mark for mark in strip.marks if isinstance(mark, Glyph)]
        counters = [mark.scale for mark in glyphs if mark.character in "36"]
        assert (2, 2) in counters, "what follows is as large as ever"
        assert all(mark.x + mark.columns * 12 * mark.scale[0] <= profile.dots for mark in glyphs)


def test_nobody_ahead_is_said_in_words():
    assert "前面等候：无人，请留意" in lines_of(sample(people_ahead=0))
    assert "Ahead:nobody" in [line.replace(" ", "") for line in lines_of(sample(people_ahead=0, language="en"))]
    assert "Ahead:1person" in [line.replace(" ", "") for line in lines_of(sample(people_ahead=1, language="en"))]


def test_a_wait_with_equal_ends_is_one_number():
    assert "预计等待：5分钟" in lines_of(sample(wait_minutes=(5, 5)))


def test_a_wait_that_is_next_to_none_is_said_as_on_every_page_and_screen():
    assert "预计等待：不到2分钟" in lines_of(sample(wait_minutes=(0, 2)))
    assert "Wait:under2min" in lines_of(sample(wait_minutes=(0, 2), language="en"))
    assert minutes((0, 2)) == Names("不到 2 分", "under 2 min")
    assert minutes((0, 4)) == Names("约 0–4 分", "0–4 min")
    assert minutes((0, 0)) == NO_WAIT


def test_neighbouring_windows_are_a_range():
    assert "办理窗口：1～12号" in lines_of(sample(windows=tuple(str(n) for n in range(1, 13))))
    assert "办理窗口：1、2、5A号" in lines_of(sample(windows=("1", "2", "5A")))
    assert "办理窗口：7～9、11号" in lines_of(sample(windows=("7", "8", "9", "11")))


def test_a_copy_is_marked_at_the_top_in_both_languages():
    assert lines_of(sample(copy=True))[0].replace(" ", "") == "补打COPY"
    assert lines_of(sample(copy=True, language="en"))[0].replace(" ", "") == "COPY补打"
    assert "COPY" not in "".join(lines_of(FULL))


def test_english_text_is_freed_of_marks_that_a_chinese_font_draws_two_columns_wide():
    lines = lines_of(sample(language="en", missed_rule=Names("别着急", "Don’t worry – “ask” us…"), notices_en=()))
    assert 'Don\'tworry-"ask"us...' in [line.replace(" ", "") for line in lines]


def test_a_qr_text_that_is_too_long_is_refused_when_the_ticket_is_made_up():
    with pytest.raises(QrTextTooLong):
        sample(qr_text="x" * 300)


@pytest.mark.parametrize("width", ["58", "80"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_large_ticket_has_nothing_lower_than_double_letters(language, width):
    profile = profile_of("generic", width)
    strip, _ = printed(job(sample(large=True, language=language), profile), profile)
    glyphs = [mark for mark in strip.marks if isinstance(mark, Glyph) and mark.character != "-"]
    assert min(mark.scale[1] for mark in glyphs) == 2
    values = [mark for mark in glyphs if mark.character in "12" and mark.scale[1] == 2]
    assert {mark.scale for mark in values} == {(2, 2)}
    assert all(mark.x + mark.columns * 12 * mark.scale[0] <= profile.dots for mark in glyphs)


def test_a_large_ticket_says_all_but_the_notices_which_hang_in_the_hall():
    usual, large = ("".join(lines_of(sample(large=flag))) for flag in (False, True))
    assert large == usual.replace(FULL.notices_zh[0], "")


def test_the_halls_mark_is_the_first_thing_on_the_paper():
    strip, _ = printed(job(sample(logo=Raster(32, 16, bytes(64)))))
    assert strip.marks[0] == Picture((576 - 32) // 2, 0, Raster(32, 16, bytes(64)), (1, 1))


WORDS = st.text(max_size=80)


@settings(max_examples=80, deadline=None)
@given(
    hall=WORDS,
    service=WORDS,
    number=st.text(max_size=12),
    notices=st.lists(WORDS, max_size=3),
    windows=st.lists(st.text(max_size=6), max_size=6),
    ahead=st.none() | st.integers(0, 10**6),
    wait=st.none() | st.tuples(st.integers(0, 999), st.integers(0, 999)),
    language=st.sampled_from(["zh", "en"]),
    large=st.booleans(),
    unserved=st.booleans(),
    width=st.sampled_from(["58", "80"]),
)
def test_any_words_make_one_whole_ticket(
    hall, service, number, notices, windows, ahead, wait, language, large, unserved, width
):
    paper = sample(
        hall_zh=hall, hall_en=hall, service_zh=service, service_en=service, number=number, language=language,
        notices_zh=tuple(notices), notices_en=tuple(notices), windows=tuple(windows), people_ahead=ahead,
        wait_minutes=wait, large=large, no_counter=unserved,
    )  # fmt: skip
    commands = list(Interpreter().feed(job(paper, profile_of("generic", width))))
    assert [command.name for command in commands].count("GS V") == 1
    assert commands[-1].name == "GS V"
    assert not [c for c in commands if c.name in ("unknown", "control", "DLE EOT")]


def test_a_ticket_for_an_appointment_has_its_own_look_and_a_late_one_says_what_it_is():
    assert lines_of(sample(booked="in_time", booked_for="10:00"))[0] == "预约10:00"
    assert lines_of(sample(booked="late", booked_for="10:00"))[0] == "预约时间已过，按普通号排队"
    assert "APPOINTMENT" in lines_of(sample(booked="in_time", booked_for="10:00", language="en"))[0]
    for paper in (FULL, sample(large=True)):
        assert not any("预约" in line for line in lines_of(paper))
