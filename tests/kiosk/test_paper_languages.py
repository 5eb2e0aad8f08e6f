"""Papers in further languages: the visitor's words with the Chinese names below, in letters that come out as dots."""

from pathlib import Path

import pytest

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.runtime.languages.lexicon import Language
from broker.runtime.languages.offered import languages_of
from kiosk.paper import paper_of
from kiosk.printer.escpos import MISSING
from kiosk.printer.paper import Glyph, Picture
from kiosk.printer.pictures import paint_line, paint_qr
from kiosk.printer.profile import profile_of
from kiosk.printer.typesetting import Fields, Line, Text
from kiosk.printout import printout
from kiosk.ticket import Order, Slip
from kiosk.ticket_layout import compose
from tests.kiosk.ticket_samples import printed

HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"
ISSUED = "2026-03-05 09:31"


@pytest.fixture(scope="module")
def hall() -> Hall:
    text = (HALLS / "town_hall.toml").read_text(encoding="utf-8")
    return parse_hall(text.replace("[languages.ko]", '[languages.zh-hant]\nname = "繁體中文"\n[languages.ko]'))


@pytest.fixture(scope="module")
def languages(hall: Hall) -> tuple[Language, ...]:
    offered, refused = languages_of(hall, HALLS)
    assert not refused
    return offered


def said(lines: tuple[Line, ...]) -> list[str]:
    found = []
    for line in lines:
        if isinstance(line, Text):
            found.append(line.text)
        elif isinstance(line, Fields):
            found += [f"{label}{value}" for label, value in line.pairs]
    return found


def ticket(hall: Hall, languages: tuple[Language, ...], language: str, width: str = "80") -> tuple[Line, ...]:
    service = hall.services["card-apply"]
    slip = Slip("E007", "card-apply", service.names, 4, (10, 20), ("9", "10"))
    order = Order("ticket-0001", "card-apply", language=language)
    return compose(paper_of(hall, order, slip, ISSUED, languages=languages), profile_of("generic", width))


def test_a_korean_ticket_says_everything_in_korean_and_names_hall_and_service_in_chinese(hall: Hall, languages: tuple):
    lines = said(ticket(hall, languages, "ko"))
    for wanted in (
        "청완시 사회보험 민원실",
        "카드 신청",
        hall.hall.names.zh,
        hall.services["card-apply"].names.zh,
        "E007",
    ):
        assert wanted in lines
    fields = [line for line in lines if ":" in line]
    assert any(line.startswith("앞 대기:") and line.endswith("4명") for line in fields)
    assert any(line.startswith("예상 대기:") and line.endswith("10-20분") for line in fields)
    assert any(line.startswith("창구:") and line.endswith("9, 10번") for line in fields)
    assert any("30분 안에" in line for line in lines)
    assert not [line for line in lines if "Ahead" in line or "Card Application" in line]


def test_a_ticket_in_traditional_chinese_repeats_nothing_in_simplified(hall: Hall, languages: tuple):
    lines = said(ticket(hall, languages, "zh-hant"))
    assert any(line.startswith(("前面等候：4人", "前面等候：4 人")) for line in lines)
    assert lines.count(hall.hall.names.zh) == 1, "not translated by this hall: once, as it is"


def test_a_language_that_the_kiosk_does_not_have_is_printed_in_chinese(hall: Hall, languages: tuple):
    assert said(ticket(hall, languages, "ja")) == said(ticket(hall, languages, "zh"))


@pytest.mark.parametrize(
    ("language", "wide", "narrow"), [("ko", "열린 창구 없음", "창구 없음"), ("zh-hant", "暫無窗口辦理", "暫無窗口")]
)
def test_that_no_counter_is_open_is_said_in_every_language(
    hall: Hall, languages: tuple, language: str, wide: str, narrow: str
):
    order = Order("ticket-0001", "card-apply", language=language)
    slip = Slip("E007", "card-apply", hall.services["card-apply"].names, 4, None, ("9", "10"))
    paper = paper_of(hall, order, slip, ISSUED, languages=languages)
    for width, words in (("80", wide), ("58", narrow)):
        assert [line for line in said(compose(paper, profile_of("generic", width))) if line.endswith(words)]
    alone = paper_of(hall, order, Slip("E007", "card-apply", slip.names), ISSUED, languages=languages)
    assert not [line for line in said(compose(alone, profile_of("generic", "80"))) if line.endswith(wide)]


@pytest.mark.parametrize("width", ["80", "58"])
def test_a_korean_ticket_fits_the_paper_and_its_letters_are_pictures(hall: Hall, languages: tuple, width: str):
    profile = profile_of("generic", width)
    job = printout(ticket(hall, languages, "ko", width), profile, paint_line, paint_qr)
    strip, _ = printed(job.data, profile)
    pictures = [mark for mark in strip.marks if isinstance(mark, Picture)]
    assert len(pictures) >= 8
    assert not [mark for mark in strip.marks if isinstance(mark, Glyph) and mark.character == MISSING]
    assert all(mark.x + mark.raster.width * mark.scale[0] <= profile.columns * 12 for mark in pictures)
