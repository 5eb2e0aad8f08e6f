"""Judges from outside: npos reads our bytes, zxing-cpp and tesseract our paper, receiptio our status bytes."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from PIL import Image

from kiosk.printer import paper_picture
from kiosk.printer.machine import Fault, PrinterMachine
from kiosk.printer.paper import Glyph
from kiosk.printer.profile import profile_of
from tests.foreign.node_tools import npos_reading, receiptio_verdict, required_node
from tests.kiosk.ticket_samples import FULL, job, plain_job, printed, sample

PAPERS = [("zh", "80"), ("zh", "58"), ("en", "80"), ("en", "58")]


def spaceless(text: str) -> str:
    return re.sub(r"\s", "", text)


def paper_image(paper=FULL, profile=None) -> Image.Image:
    profile = profile or profile_of()
    strip, _ = printed(job(paper, profile), profile)
    return paper_picture.draw(strip, profile)


@pytest.mark.parametrize(("language", "width"), PAPERS)
def test_npos_reads_every_line_of_the_ticket_and_meets_no_unknown_command(language, width):
    profile = profile_of("generic", width)
    data = job(sample(language=language), profile)
    reading = npos_reading(data)
    strip, _ = printed(data, profile)
    assert [spaceless(line) for line in reading["text"].splitlines()] == [spaceless(line) for line in strip.text_lines]
    assert reading["commands"][:2] == ["ESC @", "FS &"]
    assert reading["commands"].count("GS (k") == 5
    assert reading["commands"][-1] == "GS V"
    assert FULL.number in reading["text"]


def test_npos_reads_chinese_exactly():
    text = npos_reading(plain_job(FULL, profile_of()))["text"]
    for words in (FULL.hall_zh, FULL.service_zh, "前面等候：12人", "预计等待：15～25分钟", FULL.missed_rule.zh):
        assert words in text


def test_npos_sees_the_picture_of_a_rare_character_as_we_drew_it():
    data = job(sample(hall_zh="㙓头镇便民中心"))
    (theirs,) = npos_reading(data)["rasters"]
    strip, _ = printed(data)
    ours = next(mark for mark in strip.marks if hasattr(mark, "raster")).raster
    assert (theirs["width"], theirs["height"]) == (ours.width, ours.height)
    assert theirs["rows"] == ["".join("01"[ours.dot(x, y)] for x in range(ours.width)) for y in range(ours.height)]


def test_npos_knows_every_command_of_a_ticket_without_native_qr():
    reading = npos_reading(job(FULL, profile_of("raster-qr")))
    assert "GS (k" not in reading["commands"]
    assert len(reading["rasters"]) == 1


@pytest.mark.parametrize(("language", "width"), PAPERS)
@pytest.mark.parametrize("make", ["generic", "raster-qr"])
def test_zxing_reads_the_code_on_the_paper(language, width, make):
    zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    found = zxingcpp.read_barcodes(paper_image(sample(language=language), profile_of(make, width)))
    assert [code.text for code in found] == [FULL.qr_text]


def hanzi_read_by_tesseract(image: Image.Image, folder: Path) -> str:
    """The hanzi, without spaces and punctuation, in which OCR is free to differ."""
    if shutil.which("tesseract") is None:
        pytest.skip("tesseract is not installed (Debian: apt install tesseract-ocr tesseract-ocr-chi-sim)")
    languages = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    if "chi_sim" not in languages:
        pytest.skip("tesseract has no chi_sim (Debian: apt install tesseract-ocr-chi-sim)")
    image.save(folder / "paper.png")
    command = ["tesseract", str(folder / "paper.png"), "-", "-l", "chi_sim", "--psm", "6"]
    read = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return re.sub(r"[^\u4e00-\u9fff]", "", read)


LABELS = ("前面等候", "预计等待", "办理窗口")


@pytest.mark.parametrize("width", ["58", "80"])
def test_tesseract_reads_the_chinese_lines_on_the_paper(width, tmp_path):
    hanzi = hanzi_read_by_tesseract(paper_image(FULL, profile_of("generic", width)), tmp_path)
    small = "所需材料身份证社保卡取号时间过号后"
    for words in (FULL.hall_zh, FULL.service_zh, small, *(LABELS if width == "80" else ())):
        assert words in hanzi, f"not read: {words} in {hanzi}"


def test_tesseract_reads_the_labels_on_narrow_paper_once_the_larger_values_are_cut_away(tmp_path):
    profile = profile_of("generic", "58")
    strip, _ = printed(job(FULL, profile), profile)
    glyphs = [mark for mark in strip.marks if isinstance(mark, Glyph)]
    colons = [mark for mark in glyphs if mark.character == "："]
    left, top = (profile.paper_mm * 8 - profile.dots) // 2, paper_picture.TOP_DOTS
    area = (0, top + colons[0].y - 8, left + colons[0].x, top + colons[-1].y + 30)
    hanzi = hanzi_read_by_tesseract(paper_picture.draw(strip, profile).crop(area), tmp_path)
    assert hanzi == "".join(LABELS) + "所需材料取号时间"


VERDICTS = [
    (None, "online"),
    (Fault.NEAR_END, "online"),
    (Fault.PAPER_OUT, "paperempty"),
    (Fault.COVER, "coveropen"),
    (Fault.CUTTER, "error"),
]


@pytest.mark.parametrize(("fault", "verdict"), VERDICTS)
def test_receiptio_understands_the_simulators_status_as_we_meant_it(fault, verdict):
    required_node()
    machine = PrinterMachine(profile_of())
    machine.faults = {fault} if fault else set()
    with _listening() as server:
        threading.Thread(target=_serve_one, args=(server, machine), daemon=True).start()
        assert receiptio_verdict("127.0.0.2") == verdict


def _listening() -> socket.socket:
    """receiptio always calls port 9100; an address of its own keeps out of the way of a real service."""
    try:
        return socket.create_server(("127.0.0.2", 9100))
    except OSError as error:
        pytest.skip(f"127.0.0.2:9100 cannot be had: {error}")


def _serve_one(server: socket.socket, machine: PrinterMachine) -> None:
    cable, _ = server.accept()
    with cable:
        cable.settimeout(60)
        while data := cable.recv(4096):
            cable.sendall(machine.receive(data) + machine.advance(1_000_000))
