"""A foreign eye reads the boards: ticket numbers and counters, in the places the layout promises."""

import shutil

import pytest

from display.gallery import CALLS, screens
from display.gallery_lobby import COUNTERS
from tests.display.pictures import picture_of, read_line

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
SAMPLES = {name: (size, ops) for name, size, ops in screens()}
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"  # without Q: tesseract takes the 0 of A0122 for one
DIGITS = "0123456789"
# (left, top, width, height) of the documented grids: hero number, hero counter, then the five rows.
LANDSCAPE_HERO, LANDSCAPE_TILE = (64, 232, 1008, 304), (470, 572, 236, 152)
LANDSCAPE_ROWS = [(1140, 212 + round(90.4 * i), 246, 82) for i in range(5)]
LANDSCAPE_TILES = [(1724, 222 + round(90.4 * i), 108, 62) for i in range(5)]
PORTRAIT_HERO = (64, 270, 950, 280)
PORTRAIT_ROWS = [(76, 884 + round(107.2 * i), 350, 92) for i in range(5)]


def test_a_landscape_board_is_read_without_a_mistake() -> None:
    picture = picture_of(*SAMPLES["board-landscape-calling"])
    assert read_line(picture, LANDSCAPE_HERO, LETTERS) == CALLS[0].number
    assert [read_line(picture, box, LETTERS) for box in LANDSCAPE_ROWS] == [call.number for call in CALLS[1:6]]


def test_counters_of_a_landscape_board_are_read() -> None:
    picture = picture_of(*SAMPLES["board-landscape-calling"])
    assert read_line(picture, LANDSCAPE_TILE, DIGITS, mode=10) == CALLS[0].counter_name
    assert [read_line(picture, box, DIGITS, mode=8) for box in LANDSCAPE_TILES] == [c.counter_name for c in CALLS[1:6]]


def test_a_portrait_board_is_read_without_a_mistake() -> None:
    picture = picture_of(*SAMPLES["board-portrait-calling"])
    assert read_line(picture, PORTRAIT_HERO, LETTERS) == CALLS[0].number
    assert [read_line(picture, box, LETTERS) for box in PORTRAIT_ROWS] == [call.number for call in CALLS[1:6]]


@pytest.mark.parametrize("state", ["serving", "calling"])
def test_a_sign_is_read(state: str) -> None:
    picture = picture_of(*SAMPLES[f"sign-{state}"])
    box = (400, 120, 720, 190) if state == "serving" else (520, 120, 600, 190)
    assert read_line(picture, box, LETTERS) == "A0123"
    assert read_line(picture, (40, 20, 280, 280), DIGITS, mode=10) == "3"


def test_an_overview_is_read_without_a_mistake() -> None:
    """Four columns of 441 px and three rows of 273 px, 20 px apart, from (48, 124); a ticket stands right of a tile."""
    picture = picture_of(*SAMPLES["overview-landscape-calling"])
    for position, line in enumerate(COUNTERS):
        left, top = 48 + 461 * (position % 4), 124 + 293 * (position // 4)
        if line.number:
            assert read_line(picture, (left + 198, top + 20, 236, 140), LETTERS) == line.number


def test_the_last_calls_of_a_service_board_are_read_without_a_mistake() -> None:
    picture = picture_of(*SAMPLES["services-landscape-calling"])
    wanted = ["A0123", "B0046", "D0018"]
    boxes = [(540, 212 + round(160.4 * row), 230, 116) for row in range(3)]
    assert [read_line(picture, box, LETTERS) for box in boxes] == wanted
