import pytest

from broker.runtime.canvas.geometry import Rect
from display.layout import DESIGN_PX, Shape, board_grid, fit_shape, sign_grid
from display.legibility import too_small

SCREENS = [
    ("landscape", (1920, 1080)), ("landscape", (1366, 768)), ("landscape", (3840, 2160)), ("landscape", (1280, 1024)),
    ("landscape", (2560, 1080)), ("portrait", (1080, 1920)), ("portrait", (2160, 3840)), ("portrait", (768, 1366)),
    ("portrait", (1200, 1920)), ("portrait", (1080, 2400)),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "size"), SCREENS)
@pytest.mark.parametrize("with_services", [True, False])
def test_zones_lie_on_the_screen_and_never_overlap(shape: Shape, size: tuple[int, int], with_services: bool) -> None:
    fitted = fit_shape(shape, size)
    grid = board_grid(fitted.size, shape, with_services=with_services)
    screen = Rect(0, 0, *fitted.size)
    zones = [grid.header, grid.hero.inset(-8), grid.recent, grid.ticker]
    zones += grid.cards(grid.service_columns * grid.service_rows) if with_services else []
    assert all(screen.encloses(zone) for zone in zones)
    assert not [(a, b) for i, a in enumerate(zones) for b in zones[i + 1 :] if a.meets(b)]
    assert len(grid.rows) >= 5
    assert all(grid.recent.encloses(row) for row in grid.rows)
    assert grid.hero.encloses(grid.hero_foot)
    assert grid.recent.encloses(grid.paused)


@pytest.mark.parametrize(
    ("shape", "size"), [*SCREENS, ("sign", (1280, 400)), ("sign", (1920, 540)), ("sign", (800, 480))]
)
def test_the_design_fills_the_screen_without_being_stretched(shape: Shape, size: tuple[int, int]) -> None:
    fitted = fit_shape(shape, size)
    assert all(have >= least for have, least in zip(fitted.size, DESIGN_PX[shape], strict=True))
    assert all(abs(have * fitted.scale - real) <= 1 for have, real in zip(fitted.size, size, strict=True))


@pytest.mark.parametrize("count", range(5))
def test_cards_of_a_portrait_screen_fill_their_zone(count: int) -> None:
    grid = board_grid((1080, 1920), "portrait")
    cards = grid.cards(count)
    assert len(cards) == count
    if count:
        assert max(card.right for card in cards) == grid.services.right
        assert max(card.bottom for card in cards) == grid.services.bottom


def test_the_documented_grid_of_the_landscape_screen_stands() -> None:
    grid = board_grid((1920, 1080), "landscape")
    assert grid.hero == Rect(48, 128, 1040, 624)
    assert grid.recent == Rect(1112, 128, 760, 624)
    assert grid.services == Rect(48, 776, 1824, 212)
    assert grid.ticker == Rect(0, 1012, 1920, 68)
    assert len(grid.rows) == 5


def test_the_sign_has_a_block_and_three_bands() -> None:
    grid = sign_grid((1280, 400))
    assert grid.block == Rect(0, 0, 360, 400)
    assert not grid.top.meets(grid.main)
    assert not grid.main.meets(grid.foot)
    assert grid.foot.bottom <= 400


def test_a_large_panel_near_by_is_legible_and_a_small_one_far_away_is_not() -> None:
    size = (1920, 1080)
    fitted = fit_shape("landscape", size)
    assert too_small(fitted, size, inches=75, distance_m=8) == []
    found = {text.what for text in too_small(fitted, size, inches=32, distance_m=15)}
    assert "recent numbers" in found
    assert "called numbers" not in found
    sentence = str(too_small(fitted, size, inches=32, distance_m=60)[0])
    assert sentence == "called numbers are 74 mm high, 180 mm are needed at this distance"
