"""Every paper of every service we ship: as the golden file has it by a foreign decoder, its code by a foreign reader,
its number and names by OCR. ``python -m tests.kiosk.golden`` writes the file anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageFilter, ImageOps

from kiosk.printer import paper_picture
from kiosk.printer.paper import Glyph, Strip
from tests.kiosk.golden import ISSUED, Case, as_npos_reads, cases, read_golden, tidy
from tests.kiosk.ticket_samples import printed

CASES = tuple(cases())
USUAL = {
    language: [
        one for one in CASES if (one.kind, one.language, one.width, one.large) == ("ticket", language, "80", False)
    ]
    for language in ("zh", "en")
}


ROUNDING = "epson"
"""A make that rounds enlarged letters, as OCR knows letters; the golden file is of one that does not."""


@cache
def strip_of(case: Case, make: str = "generic") -> Strip:
    return printed(case.made(make).data, case.profile)[0]


def test_every_paper_reads_for_npos_as_the_golden_file_has_it() -> None:
    golden, now = read_golden(), as_npos_reads()
    assert golden.keys() == now.keys(), "another service: python -m tests.kiosk.golden"
    changed = [name for name in golden if golden[name] != now[name]]
    assert not changed, f"{len(changed)} papers changed (see above how to write them anew): {now[changed[0]]}"


def test_the_golden_file_is_what_our_own_simulated_paper_shows_too() -> None:
    golden = read_golden()
    for case in CASES:
        seen = tidy("\n".join(strip_of(case).text_lines))
        assert re.sub(r"[ -]", "", seen) == re.sub(r"[ -]", "", golden[case.name]), case.name


def test_every_ticket_has_its_own_number_once_and_no_letter_beyond_the_paper() -> None:
    for case in CASES:
        glyphs = [mark for mark in strip_of(case).marks if isinstance(mark, Glyph)]
        assert all(mark.x + mark.columns * 12 * mark.scale[0] <= case.profile.dots for mark in glyphs), case.name
        assert "〓" not in {mark.character for mark in glyphs}
        lines = read_golden()[case.name].split("\n")
        assert [line.strip() for line in lines].count(case.slip.number) == (case.kind != "notice")


@pytest.mark.parametrize("width", ["58", "80"])
def test_zxing_reads_the_code_of_every_service(width: str) -> None:
    zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    for place, case in enumerate(one for one in CASES if one.kind == "ticket" and one.width == width):
        if place % 3:  # a third of them, languages and sizes in turn
            continue
        picture = paper_picture.draw(strip_of(case), case.profile)
        found = zxingcpp.read_barcodes(picture)
        assert [code.text for code in found] == [case.slip.qr_text], case.name


# -- OCR ------------------------------------------------


def read_by_tesseract(picture: Image.Image, folder: Path, language: str, *options: str) -> str:
    if shutil.which("tesseract") is None:
        pytest.skip("tesseract is not installed (Debian: apt install tesseract-ocr tesseract-ocr-chi-sim)")
    languages = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    if language not in languages:
        pytest.skip(f"tesseract has no {language} (Debian: apt install tesseract-ocr-chi-sim)")
    picture.save(folder / "read.png")
    command = ["tesseract", str(folder / "read.png"), "-", "-l", language, "--psm", "6", *options]
    one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # four threads on two cores take five times as long
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=True, env=one_thread).stdout


def below_each_other(pictures: list[Image.Image]) -> Image.Image:
    sheet = Image.new("L", (max(one.width for one in pictures), sum(one.height for one in pictures)), 253)
    top = 0
    for one in pictures:
        sheet.paste(one, (0, top))
        top += one.height
    return sheet


def name_of(case: Case) -> Image.Image:
    """The part of the paper from below the number to the first rule."""
    strip = strip_of(case, ROUNDING)
    glyphs = [mark for mark in strip.marks if isinstance(mark, Glyph)]
    above = max(mark.y + 24 * mark.scale[1] for mark in glyphs if mark.scale[1] > 4)
    rule = min(mark.y for mark in glyphs if mark.character == "-" and mark.y > above)
    top = paper_picture.TOP_DOTS
    picture = paper_picture.draw(strip, case.profile)
    return picture.crop((0, top + above, picture.width, top + rule + 4))


def bare(text: str, language: str) -> str:
    """Without what OCR is free to differ in: spaces and punctuation."""
    return re.sub(r"[^\u4e00-\u9fff]" if language == "zh" else r"[^A-Za-z]", "", text)


@pytest.mark.parametrize(("language", "tongue"), [("zh", "chi_sim"), ("en", "eng")])
def test_tesseract_reads_the_name_of_every_service(language: str, tongue: str, tmp_path: Path) -> None:
    """Each in one of two readings: with dots as sharp as only a simulator's are, and with softer ones."""
    sheet = below_each_other([name_of(case) for case in USUAL[language]])
    soft = sheet.filter(ImageFilter.GaussianBlur(1))
    read = [bare(read_by_tesseract(one, tmp_path, tongue), language) for one in (sheet, soft)]
    for case in USUAL[language]:
        name = bare(getattr(case.slip.names, language), language)
        assert any(name in one for one in read), f"{name} was not read"


def number_of(case: Case, smaller: int, digits: bool) -> Image.Image:
    """The letter or the digits of the number, as small as the letters that OCR was trained on."""
    strip = strip_of(case, ROUNDING)
    large = [mark for mark in strip.marks if isinstance(mark, Glyph) and mark.scale[1] > 4]
    first, second = sorted(large, key=lambda mark: mark.x)[:2]
    picture = paper_picture.draw(strip, case.profile)
    edge, top = (picture.width - case.profile.dots) // 2 + second.x, paper_picture.TOP_DOTS + first.y
    bottom = top + 24 * first.scale[1]
    area = (edge - 6, top - 12, picture.width, bottom + 24) if digits else (0, top - 12, edge, bottom - 12)
    cut = picture.crop(area)
    if not digits:  # a long name of the service begins right below the letter: no part of it, and white instead
        cut = ImageOps.expand(cut, (0, 0, 0, 36), fill=253)
    return cut.resize((int(cut.width / smaller), int(cut.height / smaller)), Image.Resampling.LANCZOS)


def test_tesseract_reads_the_number_of_every_ticket(tmp_path: Path) -> None:
    """Letter and digits apart: what may stand in which place is known to every reader of a ticket."""
    letters = below_each_other([number_of(case, 4, digits=False) for case in USUAL["zh"]])
    digits = below_each_other([number_of(case, 5, digits=True) for case in USUAL["zh"]])
    only = ("-c", "tessedit_char_whitelist=ABCDEFGK"), ("-c", "tessedit_char_whitelist=0123456789")
    read_letters = read_by_tesseract(letters, tmp_path, "eng", *only[0]).split()
    read_digits = read_by_tesseract(digits.filter(ImageFilter.GaussianBlur(1)), tmp_path, "eng", *only[1]).split()
    numbers = [case.slip.number for case in USUAL["zh"]]
    assert [letter + digits for letter, digits in zip(read_letters, read_digits, strict=True)] == numbers


def time_of(case: Case) -> Image.Image:
    """The place of the moment at which the ticket was given: the end of the line that holds a colon between digits."""
    strip = strip_of(case, ROUNDING)
    rows: dict[int, list[Glyph]] = {}
    for mark in strip.marks:
        if isinstance(mark, Glyph):
            rows.setdefault(mark.y + 24 * mark.scale[1], []).append(mark)
    (row,) = (row for row in rows.values() if "".join(mark.character for mark in row).endswith(ISSUED.replace(" ", "")))
    moment = sorted(row, key=lambda mark: mark.x)[-len(ISSUED.replace(" ", "")) :]
    picture = paper_picture.draw(strip, case.profile)
    edge, top = (picture.width - case.profile.dots) // 2, paper_picture.TOP_DOTS + moment[0].y
    last = moment[-1]
    cut = picture.crop((edge + moment[0].x - 12, top - 8, edge + last.x + 12 * last.scale[0] + 12, top + 32))
    return cut.resize((cut.width * 2, cut.height * 2), Image.Resampling.LANCZOS)


def test_tesseract_reads_when_every_ticket_was_given(tmp_path: Path) -> None:
    sheet = below_each_other([time_of(case) for case in USUAL["zh"]])
    only = ("-c", "tessedit_char_whitelist=0123456789-:")
    read = read_by_tesseract(sheet.filter(ImageFilter.GaussianBlur(1)), tmp_path, "eng", *only).split("\n")
    moments = [line.replace(" ", "") for line in read if line.strip()]
    assert moments == [ISSUED.replace(" ", "")] * len(USUAL["zh"])
