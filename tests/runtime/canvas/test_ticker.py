import pygame
import pytest

from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Ticker
from broker.runtime.canvas.ticker import Band

LANE = Rect(20, 40, 300, 40)
LONG = "办理不动产登记请携带身份证原件与不动产权证书，过号请到导办台。"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


def new_band(words: str, fonts: Fonts) -> Band:
    op = Ticker(rect=LANE, words=words, size=24, colour=theme.WHITE, ground=theme.INK_DEEP, speed_px_s=100)
    return Band(op, fonts, started_s=10.0, rest_s=1.0)


def bright(surface: pygame.Surface, rect: Rect) -> int:
    return sum(surface.get_at((x, y)).g > 128 for x in range(rect.x, rect.right) for y in range(rect.y, rect.bottom))


def test_a_line_that_fits_stands_still(fonts: Fonts) -> None:
    surface = pygame.Surface((400, 120), 0, 32)
    band = new_band("请妥善保管号票。", fonts)
    assert not band.moving
    assert band.draw(surface, 10.0) == LANE
    assert band.draw(surface, 500.0) is None


def test_a_long_line_rests_first_and_then_moves_with_time_not_with_frames(fonts: Fonts) -> None:
    one, other = pygame.Surface((400, 120), 0, 32), pygame.Surface((400, 120), 0, 32)
    often, seldom = new_band(LONG, fonts), new_band(LONG, fonts)
    assert often.draw(one, 10.5) == LANE
    assert often.draw(one, 10.9) is None
    for i in range(60):
        often.draw(one, 11.0 + i / 30)
    seldom.draw(other, 10.5)
    seldom.draw(other, 11.0 + 59 / 30)
    assert pygame.image.tobytes(one, "RGB") == pygame.image.tobytes(other, "RGB")


def test_words_come_round_again(fonts: Fonts) -> None:
    surface, first = pygame.Surface((400, 120), 0, 32), pygame.Surface((400, 120), 0, 32)
    band = new_band(LONG, fonts)
    band.draw(first, 11.0)
    round_s = (round(fonts.advance(LONG, 24, False)) + 3 * 24) / 100
    band.draw(surface, 11.0 + 0.35 * round_s)
    assert bright(surface, LANE) > 200
    band.draw(surface, 11.0 + round_s + 1e-6)
    assert pygame.image.tobytes(surface, "RGB") == pygame.image.tobytes(first, "RGB")


def test_nothing_outside_the_lane_is_touched(fonts: Fonts) -> None:
    surface = pygame.Surface((400, 120), 0, 32)
    surface.fill((9, 9, 9))
    band = new_band(LONG, fonts)
    for i in range(40):
        band.draw(surface, 10.0 + i * 0.37)
    outside = [(x, y) for x in range(0, 400, 3) for y in range(0, 120, 3) if not LANE.holds(x, y)]
    assert {surface.get_at(place)[:3] for place in outside} == {(9, 9, 9)}
    assert surface.get_clip() == surface.get_rect()
