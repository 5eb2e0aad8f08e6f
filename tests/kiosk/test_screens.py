import os
from dataclasses import replace

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import msgspec
import pygame
import pytest
import zxingcpp
from PIL import Image

from broker.model.words import SHUT_REASONS, Names
from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Op, Text
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.texts import fit, ink_of
from broker.runtime.canvas.theme import KIOSK_GROUND
from kiosk import targets as t
from kiosk.flow import HANDLERS
from kiosk.gallery import (
    AROUND,
    AWAY_NOW,
    LOOKUP,
    MANY,
    MENU,
    OFFERS,
    PENSION,
    PRIORITIES,
    QR_TEXT,
    SLIP,
    STATES,
    screens,
)
from kiosk.screens import words
from kiosk.screens.frame import LANDSCAPE, PORTRAIT
from kiosk.screens.view import view
from kiosk.visit import Step, Visit

SIZES = (PORTRAIT, LANDSCAPE, (768, 1366), (1280, 800), (1080, 2160))


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


def words_of(ops: tuple[Op, ...]) -> list[str]:
    return [op.plain for op in ops if isinstance(op, Text)]


def said(ops: tuple[Op, ...]) -> str:
    return " | ".join(words_of(ops))


def test_every_picture_in_every_language_and_manner_passes_the_lint(fonts: Fonts):
    pictures = list(screens())
    assert len(pictures) > 500
    findings = [(name, f) for name, size, ops in pictures for f in lint(ops, size, fonts, KIOSK_GROUND)]
    assert findings == []


@pytest.mark.parametrize("size", [(768, 1366), (1280, 800), (1080, 2160), (1366, 768)])
def test_other_screens_get_the_same_picture_scaled_and_centred(fonts: Fonts, size: tuple[int, int]):
    ops = view(Visit(), MENU, replace(AROUND, size=size))
    kinds = {finding.kind for finding in lint(ops, size, fonts, KIOSK_GROUND)}
    assert kinds <= {"small"}, "smaller panels have smaller letters, and nothing else wrong"


def test_names_are_unique_so_that_each_picture_gets_its_own_file():
    names = [name for name, _, _ in screens()]
    assert len(names) == len(set(names))


def test_every_target_drawn_is_understood_by_the_flow():
    for name, visit, menu in STATES:
        for changes in ({}, {"larger": True}, {"lower": True}, {"language": "en"}):
            for size in (PORTRAIT, LANDSCAPE):
                shown = replace(visit, **changes)
                for op in view(shown, menu, replace(AROUND, size=size)):
                    if op.target is not None:
                        assert t.parse(op.target)[0] in HANDLERS[visit.step], (name, op.target)


def test_every_step_has_a_picture_in_the_gallery():
    assert {visit.step for _, visit, _ in STATES} == set(Step)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_cannot_be_served_is_on_the_home_screen_with_its_reason(size: tuple[int, int], language: str):
    text = said(view(Visit(language=language), MENU, replace(AROUND, size=size)))
    for offer in OFFERS:
        assert getattr(offer.names, language) in text
    for wanted in (Names("今日号已取完", "Full today"), words.opens_at("13:30"), words.quota(5), words.NO_WAIT):
        assert getattr(wanted, language) in text


def test_the_ticket_shows_number_people_ahead_wait_and_counters():
    text = said(view(Visit(step=Step.TICKET, slip=SLIP, printed=True), MENU, AROUND))
    for wanted in ("A042", "12 人", "约 20–35 分", "3、5 号", "请取走号票"):
        assert wanted in text


def test_without_the_engine_no_wait_is_invented():
    alone = replace(SLIP, ahead=None, wait_min=None)
    text = said(view(Visit(step=Step.TICKET, slip=alone, printed=True), replace(MENU, alone=True), AROUND))
    assert "约" not in text
    assert words.LISTEN.zh in text


def test_a_ticket_for_which_no_counter_is_open_says_so_where_the_wait_would_stand():
    unserved = replace(SLIP, wait_min=None, counters=())
    for language in ("zh", "en"):
        visit = Visit(step=Step.TICKET, slip=unserved, printed=True, language=language)
        text = said(view(visit, MENU, AROUND))
        assert getattr(SHUT_REASONS["no_counter"], language) in text
        assert getattr(words.LISTEN, language) not in text


def test_the_reason_of_a_priority_never_stands_on_a_public_screen():
    claimed = Visit(step=Step.DETAIL, service="pension", priority="elderly")
    named = replace(MENU, priorities=PRIORITIES[1:])  # the offer to claim names classes, the claim itself does not
    pictures = [
        view(claimed, named, AROUND),
        view(replace(claimed, step=Step.TICKET, slip=SLIP), MENU, AROUND),
        view(replace(claimed, step=Step.NO_PAPER, slip=SLIP), MENU, AROUND),
        view(replace(claimed, step=Step.TAKING), MENU, AROUND),
    ]
    for ops in pictures:
        assert PRIORITIES[0].names.zh not in said(ops)
        assert PRIORITIES[0].names.en not in said(ops)


def number_height(ops: tuple[Op, ...]) -> int:
    return max(span.size for op in ops if isinstance(op, Text) and op.plain == "A042" for span in op.spans)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("lower", [False, True])
def test_printer_trouble_shows_the_number_very_large_with_a_code_a_phone_can_read(size: tuple[int, int], lower: bool):
    ops = view(Visit(step=Step.NO_PAPER, slip=SLIP, lower=lower), MENU, replace(AROUND, size=size))
    assert number_height(ops) >= 240
    assert words.NO_PAPER_HINT.zh in said(ops)
    assert words.PHOTOGRAPH.zh in said(ops)
    assert codes_in(ops, size) == [QR_TEXT]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("lower", [False, True])
def test_without_an_address_to_scan_the_number_alone_fills_the_screen(size: tuple[int, int], lower: bool):
    slip = replace(SLIP, qr_text="", qr_rows=())
    ops = view(Visit(step=Step.NO_PAPER, slip=slip, lower=lower), MENU, replace(AROUND, size=size))
    assert number_height(ops) >= 240
    assert words.SHOW_NUMBER.zh in said(ops) and words.SCAN.zh not in said(ops)
    assert codes_in(ops, size) == []


def codes_in(ops: tuple[Op, ...], size: tuple[int, int]) -> list[str]:
    screen = VirtualScreen(size)
    screen.start()
    screen.show(ops)
    picture = Image.frombytes("RGB", size, pygame.image.tobytes(screen.surface, "RGB"))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize(("size", "share"), [(PORTRAIT, 0.43), (LANDSCAPE, 0.35)])
def test_in_the_lower_manner_everything_to_be_touched_is_low(size: tuple[int, int], share: float):
    for _, visit, menu in STATES:
        for op in view(replace(visit, lower=True), menu, replace(AROUND, size=size)):
            if op.target is not None:
                assert op.rect.y >= size[1] * share, op.target


def test_in_the_larger_manner_what_a_card_says_is_at_least_34_px():
    for visit, menu in ((Visit(larger=True), MENU), (Visit(larger=True), MANY)):
        ops = view(visit, menu, AROUND)
        cards = [op for op in ops if isinstance(op, Box) and (op.target or "").startswith((t.SERVICE, t.CATEGORY))]
        inside = [op for op in ops if isinstance(op, Text) for card in cards if card.rect.encloses(op.rect)]
        assert len(inside) >= 2 * len(cards) >= 4
        assert min(op.min_size for op in inside) >= 34


def test_targets_for_fingers_are_at_least_60_px_high():
    for _, visit, menu in STATES:
        for op in view(visit, menu, AROUND):
            assert op.target is None or min(op.rect.w, op.rect.h) >= 60, op.target


def test_the_count_down_covers_everything_with_one_way_to_go_on():
    ops = view(Visit(step=Step.DETAIL, service="pension"), MENU, replace(AROUND, warned_s=17))
    from broker.runtime.canvas.ops import target_at

    assert {target_at(ops, x, y) for x in range(5, 1080, 50) for y in range(5, 1920, 50)} == {t.STAY}
    assert "17" in words_of(ops)


def test_without_a_printer_copies_are_off_for_the_printer_and_not_for_want_of_tickets():
    broken = view(Visit(Step.MORE), replace(LOOKUP, printer_ok=False), AROUND)
    assert words.NO_PAPER_HINT.zh in words_of(broken)
    assert words.COPIES_NONE.zh not in words_of(broken)
    none = view(Visit(Step.MORE), replace(LOOKUP, given=()), AROUND)
    assert words.COPIES_NONE.zh in words_of(none)


def test_an_answer_about_a_ticket_one_has_is_not_titled_as_a_ticket_refused_or_as_a_place_in_line():
    states = {name: (visit, menu) for name, visit, menu in STATES}
    rated, refused = (said(view(*states[name], AROUND)) for name in ("rated", "refused"))
    assert words.DONE.zh in rated and "重新排队" not in rated
    assert words.CANNOT.zh in refused
    assert words.CANNOT.zh not in said(view(*states["not-rejoined"], AROUND))


def test_a_kiosk_without_the_system_does_not_say_that_staff_were_told_of_its_printer():
    alone = {"no-paper-no-code": True, "no-paper": False}
    for name, visit, menu in STATES:
        if name in alone:
            shown = said(view(visit, menu, AROUND))
            assert (words.NO_PAPER_ALONE.zh in shown) is alone[name]
            assert (words.NO_PAPER_HINT.zh in shown) is not alone[name]


def test_every_word_exists_in_both_languages():
    for name, names in vars(words).items():
        if isinstance(names, Names):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in names.zh), name
            assert names.en.isascii() and names.en.strip(), name


def test_pages_show_every_service_once():
    menu = replace(MENU, categories=MENU.categories[:1], offers=tuple(
        replace(OFFERS[n % 8], service=f"s{n}", category="personal") for n in range(30)
    ))  # fmt: skip
    seen: list[str] = []
    for page in range(10):
        ops = view(Visit(page=page), menu, AROUND)
        seen += [t.parse(op.target)[1] for op in ops if op.target and t.parse(op.target)[0] == t.SERVICE]
        if not any(op.target == t.target(t.PAGE, page + 1) for op in ops):
            break
    assert seen == [f"s{n}" for n in range(30)]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_a_paused_counter_neither_the_telephone_nor_where_to_go_is_cut(fonts: Fonts, size, language: str):
    leader = Names("社会保险科综合服务岗值班长欧阳春晓", "Ouyang Chunxiao, duty leader of social insurance")
    away = msgspec.structs.replace(
        AWAY_NOW, contact=leader, phone="0512-6688-1234", instead=("122", "124", "125", "126", "127", "128")
    )
    menu = replace(MENU, offers=(replace(OFFERS[1], paused=(away,)),))
    for manner in ({}, {"larger": True}, {"lower": True}, {"larger": True, "lower": True}):
        ops = view(replace(PENSION, language=language, **manner), menu, replace(AROUND, size=size))
        whole = [op.plain for op in ops if isinstance(op, Text) and not fit(op, fonts).shortened]
        assert any("0512-6688-1234" in words for words in whole), manner
        assert any("122" in words for words in whole), manner


@pytest.mark.parametrize("larger", [False, True])
def test_a_category_without_any_service_to_be_had_says_so_before_it_is_opened(larger: bool):
    shut = replace(MANY, offers=tuple(replace(o, open=o.category == "personal", reason=None) for o in MANY.offers))
    read = said(view(Visit(larger=larger, language="en"), shut, AROUND))
    assert read.count("Not possible now") == len(shut.categories) - 1
    assert "Not possible now" not in said(view(Visit(larger=larger, language="en"), MANY, AROUND))


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_the_list_of_papers_is_a_code_that_a_phone_can_read(size: tuple[int, int]):
    ops = view(Visit(step=Step.DETAIL, service="pension"), MENU, replace(AROUND, size=size))
    assert codes_in(ops, size) == [OFFERS[1].checklist_url]


def test_in_the_larger_manner_no_content_is_small(fonts: Fonts):
    small: dict[tuple[str, int], str] = {}
    for name, size, ops in screens():
        if not name.endswith("larger"):
            continue
        for op in ops:
            content = op.rect.x > 528 if size == LANDSCAPE else 300 < op.rect.y < 1800
            if isinstance(op, Text) and content:
                least = min((piece.span.size for piece in fit(op, fonts).pieces), default=99)
                if least < 28:
                    small[op.plain, least] = name
    assert small == {}


def test_words_stay_on_the_card_they_stand_on(fonts: Fonts):
    beyond: dict[str, str] = {}
    for name, _, ops in screens():
        for place, op in enumerate(ops):
            ink = ink_of(fit(op, fonts), fonts) if isinstance(op, Text) else None
            if ink is None or not ink.area:
                continue
            below = [box for box in ops[:place] if isinstance(box, Box) and box.fill]
            cards = [box for box in below if box.rect.holds(ink.centre_x, ink.centre_y)]
            if not cards[-1].rect.inset(-3, -3).encloses(ink):
                beyond[op.plain] = name
    assert beyond == {}
