"""No line in a language that whoever stands there did not choose, unless theirs stands beside it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from broker.model.hours import NextOpening
from broker.model.phrases import Phrase
from broker.model.reasons import PAUSED_BECAUSE
from broker.model.words import Names
from broker.runtime.canvas.ops import Op, Text
from broker.runtime.languages.lexicon import language_named
from kiosk.gallery import AROUND, HELPS, MANNERS, MENU, STATES, THREE, WITH_READER
from kiosk.menu import Menu
from kiosk.screens import words as w
from kiosk.screens.frame import LANDSCAPE, PORTRAIT, Frame, Surroundings
from kiosk.screens.view import view
from kiosk.visit import Step, Visit

HAN = re.compile("[\u3400-\u9fff]")
LANGUAGE_NAMES = {language.name for language in THREE} | {"中文 · English", "中文 · 한국어", "中文 …"}

Scene = tuple[str, Visit, Menu, Surroundings]


def scenes(size: tuple[int, int]) -> Iterator[Scene]:
    """Every state, every dialogue over it, and each answer to a call for help."""
    around = replace(AROUND, size=size)
    for name, visit, menu in STATES:
        yield name, visit, menu, around
        yield f"{name}-warned", visit, menu, replace(around, warned_s=17)
    for help in HELPS:
        yield f"help-{help}", Visit(step=Step.HELP), MENU, replace(around, help=help)
    yield "languages", Visit(choosing=True), MENU, replace(around, languages=THREE)
    yield "card-read", Visit(step=Step.CARD, service="pension"), WITH_READER, around


def texts(ops: tuple[Op, ...]) -> list[str]:
    return [op.plain for op in ops if isinstance(op, Text) and op.plain]


def staff_typed(menu: Menu, language: str = "en") -> list[str]:
    """What staff typed in Chinese alone stands behind a word in the visitor's language."""
    reasons = [menu.reason, *(offer.reason for offer in menu.offers)]
    speaker = language_named(language, THREE)
    return [speaker.say(said) for said in reasons if isinstance(said, Phrase) and said.template == PAUSED_BECAUSE]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_visitor_who_chose_another_language_reads_no_line_in_chinese_alone(
    size: tuple[int, int], language: str, monkeypatch: pytest.MonkeyPatch
):
    below: list[tuple[str, str]] = []
    second = Frame.second

    def noted(frame: Frame, names: Names) -> str:
        below.append((frame.first(names), second(frame, names)))
        return below[-1][1]

    monkeypatch.setattr(Frame, "second", noted)
    alone = []
    for name, visit, menu, around in scenes(size):
        around = replace(around, languages=THREE) if language == "ko" else around
        allowed = {*LANGUAGE_NAMES, *staff_typed(menu, language)}
        if menu.emergency is not None:
            continue  # both languages at once, in every session
        for manner, changes in MANNERS:
            below.clear()
            shown = texts(view(replace(visit, language=language, **changes), menu, around))
            whole = " | ".join(shown)
            for line in (line for line in shown if HAN.search(line) and line not in allowed):
                if not any(other in line and first != other and first in whole for first, other in below):
                    alone.append((name, manner, line))
    assert alone == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("manner", [{}, {"larger": True}, {"lower": True}])
def test_read_aloud_in_english_no_screen_has_a_chinese_word(size: tuple[int, int], manner: dict[str, bool]):
    for name, visit, menu, around in scenes(size):
        if menu.emergency is None:
            heard = texts(view(replace(visit, language="en", **manner), menu, replace(around, ear=True)))
            allowed = {*LANGUAGE_NAMES, *staff_typed(menu)}
            assert [line for line in heard if HAN.search(line) and line not in allowed] == [], name


FOUND_BY_EVERYBODY = [
    ("home", (w.MORE, w.MISSED, w.LARGER, w.LOWER, w.HELP)),
    ("home-appointments", (w.CHECK_IN, w.MORE)),
    ("home-no-printer", (w.PRINTER_DOWN,)),
    ("home-alone", (w.OFFLINE_MISSED,)),
    ("home-warned", (w.STILL_THERE, w.GOING_HOME, w.STAY)),
    ("more", (w.MORE_SLIP_TITLE, w.MISSED, w.COPIES, w.FIND, w.RATE, w.SLIP)),
    ("more-appointments", (w.MORE_TITLE, w.MISSED, w.COPIES, w.FIND, w.RATE, w.CHECK_IN)),
    ("check-in-slip", (w.SLIP_TITLE_SCAN, w.TAKE)),
    ("paused", (w.PAUSED, w.PAUSED_HINT, w.MORE)),
    ("closed", (w.CLOSED, w.MORE)),
    ("closed-weekend", (w.CLOSED, w.opens_on(NextOpening("2026-11-23", "09:00")))),
    ("detail-weekend", (w.opens_on(NextOpening("2026-11-23", "09:00")),)),
    ("connecting", (w.CONNECTING, w.CONNECTING_HINT)),
    ("no-paper", (w.PHOTOGRAPH, w.NO_PAPER, w.NO_PAPER_HINT)),
    ("paper-unsure", (w.PHOTOGRAPH, w.PAPER_UNSURE, w.PAPER_UNSURE_HINT)),
    ("help-unheard", (w.HELP_UNHEARD, w.HELP_UNHEARD_HINT)),
    ("help-called", (w.HELP_CALLED, w.HELP_CALLED_HINT)),
    ("find", (w.TAIL_TITLE, w.SEND_FIND)),
]
"""What somebody must find before choosing a language, or meets when another one walked away."""


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("state", "wanted"), FOUND_BY_EVERYBODY)
def test_ways_and_warnings_stand_there_in_both_languages(
    size: tuple[int, int], language: str, state: str, wanted: tuple[Names, ...]
):
    _, visit, menu, around = next(scene for scene in scenes(size) if scene[0] == state)
    whole = " | ".join(texts(view(replace(visit, language=language), menu, around)))
    for names in wanted:
        assert names.zh in whole and names.en in whole


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("step", [Step.FIND, Step.PHONE, Step.MISSED, Step.RATE, Step.RATE_CODE, Step.CHECK_IN])
@pytest.mark.parametrize("typed", ["", "4"])
def test_in_large_letters_a_keypad_says_once_what_to_type_and_its_key_what_it_does(
    size: tuple[int, int], step: Step, typed: str
):
    menu = next(menu for name, _, menu in STATES if name == "check-in")
    shown = texts(view(Visit(step=step, larger=True, typed=typed), menu, replace(AROUND, size=size)))
    hints = (w.TAIL_HINT, w.TYPE_HINT, w.CODE_RATED_HINT, w.CODE_HINT)
    sends = (w.SEND_FIND, w.SEND_KEEP, w.SEND, w.SEND_NEXT, w.SEND_CODE)
    assert sum(shown.count(names.zh) for names in hints) == 1
    assert sum(shown.count(names.zh) for names in sends) == 1
