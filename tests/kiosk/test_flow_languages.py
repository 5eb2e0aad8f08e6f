"""Choosing a language: two change at a touch, more are shown to choose from."""

from dataclasses import replace
from pathlib import Path

import pytest

from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Op, Text, target_at
from broker.runtime.canvas.theme import KIOSK_GROUND
from kiosk import events as e
from kiosk import flow
from kiosk import targets as t
from kiosk.gallery import AROUND, MENU, PENSION, SLIP, STATES
from kiosk.gallery_languages import KOREAN, SIX, THREE, TRADITIONAL
from kiosk.ledger_words import language_of
from kiosk.screens.frame import LANDSCAPE, PORTRAIT
from kiosk.screens.view import view
from kiosk.ticket import Order
from kiosk.visit import Scene, Step, Visit

KEYS = ("zh", "en", "ko")


def touched(visit: Visit, target: str, keys: tuple[str, ...] = KEYS, now_s: float = 100.0) -> Visit:
    after, wishes = flow.step(visit, e.Touched(target), Scene(MENU, now_s, "ticket-0001", keys))
    assert not [wish for wish in wishes if not isinstance(wish, e.CallStaff)]
    return after


def words(ops: tuple[Op, ...]) -> list[str]:
    return [op.plain for op in ops if isinstance(op, Text)]


def test_with_two_languages_a_touch_changes_to_the_other_and_back():
    english = touched(Visit(), "language", ("zh", "en"))
    assert (english.language, english.choosing) == ("en", False)
    assert touched(english, "language", ("zh", "en")).language == "zh"


def test_with_more_a_touch_shows_them_and_the_next_one_chooses():
    asked = touched(replace(PENSION, touched_s=99.0), "language")
    assert (asked.language, asked.choosing, asked.step) == ("zh", True, Step.DETAIL)
    chosen = touched(asked, "language/ko")
    assert (chosen.language, chosen.choosing, chosen.step, chosen.service) == ("ko", False, Step.DETAIL, "pension")


@pytest.mark.parametrize("target", ["back", "language/xx", "language/", "stay", "service/estate"])
def test_anything_else_leaves_the_languages_and_changes_nothing(target: str):
    left = touched(touched(Visit(), "language"), target)
    assert (left.language, left.step) == ("zh", Step.HOME)


def test_staff_can_be_called_while_the_languages_are_shown():
    called = touched(touched(Visit(), "language"), "help")
    assert (called.step, called.choosing) == (Step.HELP, False)


@pytest.mark.parametrize("step", [Step.TICKET, Step.NO_PAPER])
def test_a_number_on_its_way_is_there_again_after_choosing(step: Step):
    given = Visit(step=step, ticket="ticket-0001", slip=SLIP, touched_s=99.0)
    asked = touched(given, "language")
    scene = Scene(MENU, 101.0, "ticket-0002", KEYS)
    printed, _ = flow.step(asked, e.Printed("ticket-0001"), scene)
    chosen = touched(printed, "language/ko", now_s=102.0)
    assert (chosen.step, chosen.printed, chosen.slip, chosen.language) == (Step.TICKET, True, SLIP, "ko")


def test_whoever_leaves_while_choosing_leaves_nothing_behind():
    asked = touched(Visit(), "language")
    gone, _ = flow.step(asked, e.Passed(), Scene(MENU, 200.0, "ticket-0002", KEYS))
    assert (gone.choosing, gone.language) == (False, "zh")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("languages", [THREE, SIX])
def test_each_language_is_shown_in_its_own_name_and_can_be_touched(size: tuple[int, int], languages: tuple):
    ops = view(Visit(choosing=True), MENU, replace(AROUND, size=size, languages=languages))
    for language in languages:
        assert language.name in words(ops)
        card = next(op for op in ops if op.target == t.target(t.LANGUAGE, language.key))
        assert target_at(ops, card.rect.centre_x, card.rect.centre_y) == card.target


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_the_first_picture_names_the_other_languages(size: tuple[int, int]):
    assert "English · 한국어" in words(view(Visit(), MENU, replace(AROUND, size=size, languages=THREE)))
    assert "English" in words(view(Visit(), MENU, replace(AROUND, size=size)))


def test_a_korean_visitor_reads_korean_with_chinese_below():
    said = words(view(Visit(language="ko"), MENU, replace(AROUND, languages=THREE)))
    for wanted in (
        "업무를 선택해 번호표를 뽑으세요",
        "양로보험",
        "养老保险",
        "대기 12명",
        "약 20–35분",
        "3월 5일 목요일",
    ):
        assert wanted in said
    assert not [text for text in said if text in ("Pension", "12 waiting")]


def test_a_reader_of_traditional_chinese_has_english_below():
    around = replace(AROUND, languages=(*THREE, TRADITIONAL))
    said = words(view(Visit(language="zh-hant"), MENU, around))
    assert "請選擇要辦理的業務" in said and "Pension" in said
    assert "养老保险" in said, "the hall has not translated its own names"


@pytest.mark.parametrize(
    ("language", "travels"), [("zh", "zh"), ("zh-hant", "zh"), ("en", "en"), ("ko", "en"), ("ja", "en")]
)
def test_who_reads_neither_language_is_called_in_both(language: str, travels: str):
    assert language_of(Order("ticket-0001", "pension", language=language)) == travels


def test_a_language_that_is_gone_is_chinese():
    assert "养老保险" in words(view(Visit(language="ko"), MENU, AROUND))
    assert KOREAN.say(MENU.hall) == "빈장구 행정 서비스 센터"


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("manner", [{}, {"larger": True}, {"lower": True}])
def test_pictures_in_traditional_chinese_pass_the_lint_too(size: tuple[int, int], manner: dict):
    fonts = Fonts(system_folder=Path("/nowhere"))
    fonts.start()
    around = replace(AROUND, size=size, languages=(*THREE, TRADITIONAL))
    for name, visit, menu in STATES:
        shown = replace(visit, language="zh-hant", **manner)
        assert lint(view(shown, menu, around), size, fonts, KIOSK_GROUND) == [], name
