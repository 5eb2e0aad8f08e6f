"""Each screen in words: nothing that can be touched is unsaid, nothing that identifies a person is said."""

import re
from dataclasses import replace

import pytest

from broker.runtime.canvas.ops import middles
from kiosk import gallery
from kiosk import targets as t
from kiosk.guidance.reading import Reading, language_of, reading
from kiosk.guidance.spoken import spoken
from kiosk.menu import Menu
from kiosk.screens.frame import LANDSCAPE, PORTRAIT, Surroundings
from kiosk.screens.view import view
from kiosk.visit import Visit

HANZI = re.compile(r"[\u3400-\u9fff]")
STATES = pytest.mark.parametrize(
    ("visit", "menu"), [row[1:] for row in gallery.STATES], ids=[row[0] for row in gallery.STATES]
)
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
WHOLE_IN_CHINESE = re.compile("打印机换纸|系统升级|中文")
"""What a hall wrote in Chinese alone, and the name of the language."""


def read(visit: Visit, menu: Menu, language: str, around: Surroundings = gallery.AROUND) -> Reading:
    return reading(replace(visit, language=language), menu, around)


def words(found: Reading, texts: tuple[str, ...]) -> list[str]:
    return [piece.text for text in texts for piece in spoken(text, found.language, found.codes)]


def all_words(found: Reading) -> list[str]:
    return [*words(found, found.body), *(said for spot in found.spots for said in words(found, spot.texts))]


@STATES
@LANGUAGES
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_every_screen_says_something_and_all_that_can_be_chosen(
    visit: Visit, menu: Menu, language: str, size: tuple[int, int]
) -> None:
    around = replace(gallery.AROUND, size=size)
    for manner in (manner for _, manner in gallery.MANNERS):
        shown = replace(visit, language=language, **manner)
        found = reading(shown, menu, around)
        assert words(found, found.body)
        drawn = set(middles(view(shown, menu, around)))
        assert {spot.target for spot in found.spots} == drawn
        for spot in found.spots:
            assert words(found, spot.texts), f"{spot.target} is unsaid"


@STATES
def test_a_screen_is_said_in_one_language(visit: Visit, menu: Menu) -> None:
    if menu.emergency is not None:
        return  # said in both, like its picture
    found = read(visit, menu, "en")
    chinese = [said for said in all_words(found) if HANZI.search(said)]
    assert all(WHOLE_IN_CHINESE.search(said) for said in chinese), chinese
    voices = {piece.language for text in read(visit, menu, "zh").body for piece in spoken(text, "zh")}
    assert voices == {"zh"}


def test_an_emergency_is_said_in_both_languages_whoever_stands_there() -> None:
    alarm = gallery.EVACUATE
    menu = replace(gallery.MENU, state="emergency", emergency=alarm)
    for language in ("zh", "en"):
        said = " ".join(all_words(read(Visit(), menu, language)))
        assert alarm.zh in said
        assert alarm.en in said


@pytest.mark.parametrize("state", ["paused", "closed", "connecting"])
@LANGUAGES
def test_what_stands_instead_of_the_first_screen_is_said(state: str, language: str) -> None:
    _, visit, menu = next(row for row in gallery.STATES if row[0] == state)
    said = " ".join(words(found := read(visit, menu, language), found.body))
    wanted = {
        "paused": ("暂停取号", "Issuing is paused"),
        "closed": ("现在不是取号时间", "Closed at the moment"),
        "connecting": ("正在连接系统", "Starting up"),
    }
    assert wanted[state][language == "en"] in said


@LANGUAGES
def test_the_warning_says_how_long_and_how_to_go_on(language: str) -> None:
    found = read(gallery.PENSION, gallery.MENU, language, replace(gallery.AROUND, warned_s=17))
    assert found.body == ()
    (stay,) = found.spots
    assert stay.target == t.STAY
    assert "17" in stay.texts
    assert len(stay.texts) >= 4


@LANGUAGES
@pytest.mark.parametrize("help", [*gallery.HELPS, "asking"])
def test_each_state_of_a_call_for_help_has_its_words(language: str, help: str) -> None:
    visit = next(row[1] for row in gallery.STATES if row[0] == "help")
    others = {
        tuple(read(visit, gallery.MENU, language, replace(gallery.AROUND, help=other)).body)
        for other in (*gallery.HELPS, "asking")
    }
    assert len(others) == len(gallery.HELPS) + 1
    assert read(visit, gallery.MENU, language, replace(gallery.AROUND, help=help)).body


@STATES
@LANGUAGES
def test_numbers_of_cards_and_telephones_are_never_said(visit: Visit, menu: Menu, language: str) -> None:
    said = " ".join(all_words(read(visit, menu, language)))
    assert "*" not in said
    for card in (visit.card, visit.principal):
        assert card is None or card.masked[:3] not in said
    tail = visit.phone_tail or (visit.typed if visit.step in ("find", "phone") else "")
    assert not tail or tail not in said


@LANGUAGES
def test_the_number_is_spelt_digit_by_digit_with_its_label(language: str) -> None:
    _, visit, menu = next(row for row in gallery.STATES if row[0] == "ticket")
    said = words(found := read(visit, menu, language), found.body)
    label, number = {"zh": ("您的号码", "A零四二"), "en": ("Your number", "A, 0, 4, 2")}[language]
    assert said[said.index(number) - 1] == label


def test_keys_that_can_be_pressed_are_named_and_pale_ones_are_not() -> None:
    _, visit, menu = next(row for row in gallery.STATES if row[0] == "missed-typed")
    found = read(visit, menu, "zh")
    assert found.spot(t.target(t.KEY, "7")).texts == ("7",)
    assert found.spot(t.ERASE).texts == ("删除",)
    assert found.spot(t.target(t.KEY, "A")) is None
    assert not {"B", "C"} & set(found.body)


def test_a_tick_is_said() -> None:
    found = read(replace(gallery.PENSION, priority="elderly"), gallery.MENU, "zh")
    assert found.spot(t.UNCLAIM).texts[-1] == "已选中"


def test_other_languages_fall_to_the_halls_first() -> None:
    assert language_of(Visit(language="ug"), "zh") == "zh"
    assert language_of(Visit(language="ug"), "en") == "en"
    assert language_of(Visit(language="zh-Hant"), "en") == "zh"
    foreign = reading(replace(gallery.PENSION, language="bo"), gallery.MENU, gallery.AROUND)
    assert foreign.spot(t.TAKE).texts == ("取号",)
