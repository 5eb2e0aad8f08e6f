"""A foreign eye reads every board, in the places that docs/boards.md promises. 200 states each: script/board-proof."""

import shutil
from typing import get_args

import pytest

from broker.runtime.canvas.geometry import Rect
from display.layout import Layout
from tests.display import reading
from tests.display.pictures import designed, picture_of
from tests.display.reading import BOARDS, DIGITS, EVERY_BOARD, LETTERS, inked, judge, read_all, regions, sized

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
STATES = 3


@needs_tesseract
@pytest.mark.parametrize("board", EVERY_BOARD)
def test_every_number_of_a_board_is_read_without_a_mistake(board: str) -> None:
    verdict = judge(board, STATES, seed=20261122)
    assert verdict.wrong == ()
    assert verdict.texts >= STATES * 2
    assert verdict.second_looks <= verdict.texts // 20


def test_the_document_tells_of_every_layout_in_each_shape_where_its_numbers_are() -> None:
    assert {layout for layout, _, _ in BOARDS.values()} == set(get_args(Layout))
    told = {region.board for region in regions()}
    assert told == {*EVERY_BOARD, "sign 1280x400"}


@pytest.mark.parametrize("region", regions(), ids=lambda region: f"{region.board}, {region.what}")
def test_the_promised_places_lie_on_the_screen_and_never_overlap(region: reading.Region) -> None:
    width, height = (int(part) for part in region.board.split(",")[0].split(" ")[1].split("x"))
    boxes = [Rect(*box) for box in region.boxes]
    assert all(Rect(0, 0, width, height).encloses(box) for box in boxes)
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.meets(b)]


@needs_tesseract
def test_the_eye_would_see_a_wrong_digit() -> None:
    """What is drawn is what is read, not what was wished for."""
    size, ops = designed()["board-landscape-calling"]
    picture = picture_of(size, ops)
    boxes = reading.boxes_of("landscape 1920x1080", "recent numbers")
    read = read_all([sized(inked(picture, box), 36) for box in boxes], LETTERS + DIGITS)
    assert read == ["B0046", "A0122", "D0018", "C0031", "Y0007"]
    assert read[2] != "D0013"
