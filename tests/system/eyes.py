"""Reading what the hall shows, by foreign programs: a barcode reader for paper, an OCR program for screens."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image

TESSERACT = shutil.which("tesseract")
NUMBER = re.compile(r"[A-Z][0-9]{3}")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
BRIGHT = 200
SCALES = (0.2, 0.25, 0.35)
"""The number is by far the largest thing on a screen; OCR reads letters of some 40 px best."""


def ticket_on_paper(png: bytes, address: str) -> str | None:
    """The ticket's id in the QR code on a paper's picture, which leads to the ticket's page below ``address``."""
    image = Image.open(io.BytesIO(png)).convert("L")
    found = zxingcpp.read_barcodes(image)
    if not found:
        return None
    before, _, rest = found[0].text.rpartition("/t/")
    ticket, _, proof = rest.partition("?k=")
    assert before == address and len(proof) == 13, f"the code leads to {found[0].text}"
    return ticket


def numbers_seen(png: bytes, folder: Path) -> set[str]:
    """Ticket numbers that an OCR program reads among the bright letters of a screen's picture."""
    assert TESSERACT is not None
    image = Image.open(io.BytesIO(png)).convert("L").point(lambda light: 0 if light >= BRIGHT else 255)
    found: set[str] = set()
    for scale in SCALES:
        path = folder / "seen.png"
        image.resize((int(image.width * scale), int(image.height * scale))).save(path)
        call = [TESSERACT, str(path), "-", "--psm", "11", "-l", "eng", "-c", f"tessedit_char_whitelist={LETTERS}"]
        told = {"OMP_THREAD_LIMIT": "1"}
        said = subprocess.run(call, capture_output=True, text=True, timeout=60, check=True, env=told).stdout
        found |= set(NUMBER.findall(said))
    return found
