"""What is loud and what is quiet on a picture, and that what it says is so."""

from dataclasses import replace

import pytest

from broker.runtime.canvas.ops import Box, Op, Text
from broker.runtime.canvas.theme import AMBER
from display import phrases
from kiosk.gallery import (
    ALONE,
    APPOINTMENTS,
    AROUND,
    AT_READER,
    BOOKED,
    CARD,
    EARLY,
    EVACUATE,
    FOUND,
    LOOKUP,
    MENU,
    NEXT_DAY,
    OTHER_CARD,
    WITH_READER,
)
from kiosk.menu import Menu
from kiosk.refusal_words import FOR_VISITORS, TEMPLATES
from kiosk.screens import words
from kiosk.screens.frame import LANDSCAPE, PORTRAIT
from kiosk.screens.view import view
from kiosk.visit import Step, Visit

MANNERS = [{}, {"larger": True}, {"language": "en"}]
SIZES = [PORTRAIT, LANDSCAPE]


def drawn(visit: Visit, menu: Menu, size: tuple[int, int] = PORTRAIT) -> tuple[Op, ...]:
    return view(visit, menu, replace(AROUND, size=size))


def said(ops: tuple[Op, ...]) -> str:
    return " | ".join(op.plain for op in ops if isinstance(op, Text))


def loud(ops: tuple[Op, ...]) -> list[str | None]:
    return [op.target for op in ops if isinstance(op, Box) and op.target and op.fill == AMBER]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
def test_who_is_too_early_is_not_led_to_an_ordinary_number_but_may_take_one(manner: dict, size: tuple[int, int]):
    early = replace(BOOKED, note=EARLY, **manner)
    ops = drawn(early, APPOINTMENTS, size)
    assert loud(ops) == ["home"]
    assert "ordinary" in [op.target for op in ops]
    assert loud(drawn(replace(early, note=BOOKED.note), APPOINTMENTS, size)) == ["ordinary"]
    assert loud(drawn(early, replace(APPOINTMENTS, state="paused"), size)) == [], "none are given"


def test_several_tickets_of_four_digits_are_not_said_to_be_all_yours():
    many = said(drawn(Visit(step=Step.FOUND, found=FOUND), LOOKUP))
    assert "请按业务找到您的号码" in many
    assert "请记下您的号码" not in many
    assert "请记下您的号码" in said(drawn(Visit(step=Step.FOUND, found=FOUND[:1]), LOOKUP))
    assert "前面没有人" in many
    assert "前面 0 人" not in many
    assert "Nobody ahead" in said(drawn(Visit(step=Step.FOUND, found=FOUND, language="en"), LOOKUP))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("language", "unknown", "foot"), [
    ("zh", "等候人数未知", "取号正常，等候人数暂缺"), ("en", "Wait unknown", "Numbers as usual, waits unknown"),
])  # fmt: skip
def test_a_kiosk_alone_says_that_the_wait_is_not_known(size: tuple[int, int], language: str, unknown: str, foot: str):
    shown = said(drawn(Visit(language=language), ALONE, size))
    assert unknown in shown
    assert foot in shown
    assert "请听叫号" not in shown


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", [{}, {"larger": True}, {"lower": True}, {"larger": True, "lower": True}])
def test_who_comes_for_another_is_told_to_take_the_own_card_away_first(manner: dict, size: tuple[int, int]):
    agent = replace(AT_READER, card=CARD, for_another=True, **manner)
    assert "请先拿走您的证件" in said(drawn(agent, WITH_READER, size))
    assert "请先拿走您的证件" not in said(drawn(replace(agent, principal=OTHER_CARD), WITH_READER, size))
    assert "请先拿走您的证件" not in said(drawn(replace(AT_READER, **manner), WITH_READER, size))


def test_an_emergency_is_called_the_same_on_kiosks_and_boards():
    assert (words.EMERGENCY.zh, words.EMERGENCY.en) == (phrases.EMERGENCY.zh, phrases.EMERGENCY.en)


@pytest.mark.parametrize("size", SIZES)
def test_an_emergency_says_once_when_it_was_declared_and_to_the_ear_in_both_languages(size: tuple[int, int]):
    around, menu = replace(AROUND, size=size), replace(MENU, state="emergency", emergency=EVACUATE)
    seen = said(view(Visit(), menu, around))
    assert "发布时间 Issued at 14:30" in seen
    assert seen.count("14:30") == 1
    assert "14:30 发布　issued at 14:30" in said(view(Visit(), menu, replace(around, ear=True)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
def test_a_card_of_a_service_that_is_over_for_today_says_when_it_opens_next(manner: dict, size: tuple[int, int]):
    seen = said(drawn(Visit(**manner), replace(NEXT_DAY, offers=NEXT_DAY.offers[5:]), size))
    heard = said(view(Visit(**manner), NEXT_DAY, replace(AROUND, size=size, ear=True)))
    if manner.get("language") == "en":
        assert "Opens 30 Sep, 08:30" in seen
        assert "Opens 23 Nov, 09:00" in seen
        assert "Opens Mon 23 November, 09:00" in heard, "a voice does not say Nov"
    else:
        assert "9月30日 08:30 起取号" in seen
        assert "11月23日 09:00 起取号" in seen


def test_no_refusal_that_a_visitor_reads_speaks_to_staff():
    read = " ".join(TEMPLATES[code].en for code in FOR_VISITORS)
    for wrong in ("manager", "reached", "Looked for", "rule", "queue"):
        assert wrong not in read
