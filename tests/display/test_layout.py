from typing import get_args

import msgspec
import pytest

from broker.model.hall import Hall
from broker.runtime.canvas.geometry import Rect
from display.layout import DESIGN_PX, Layout, Shape, board_grid, fit_shape, shape_of, sign_grid
from display.legibility import TIERS, TooSmall, too_small
from tests.display.pictures import shared_fonts
from tests.halls import small_hall

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


def hall_with(layout: str = "landscape", inches: float = 55, distance_m: float = 8) -> Hall:
    """The small hall with one display of a layout, a panel and a distance."""
    hall = small_hall()
    name, display = next(iter(hall.displays.items()))
    changed = msgspec.structs.replace(display, layout=layout, inches=inches, distance_m=distance_m)
    return msgspec.structs.replace(hall, displays={name: changed})


def found_in(hall: Hall, size: tuple[int, int] = (1920, 1080)) -> list[TooSmall]:
    name, display = next(iter(hall.displays.items()))
    return too_small(hall, name, fit_shape(shape_of(display.layout, size), size), size, shared_fonts())


def test_a_large_panel_near_by_is_legible_and_a_small_one_far_away_is_not() -> None:
    assert found_in(hall_with(inches=75)) == []
    found = {text.what for text in found_in(hall_with(inches=32, distance_m=15))}
    assert "recent numbers" in found
    assert "called numbers" not in found
    assert str(found_in(hall_with(inches=32, distance_m=60))[1]).startswith("counters are 4")


@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
def test_every_layout_knows_the_sizes_it_really_draws(layout: Layout, size: tuple[int, int]) -> None:
    """Twice the panel is twice as high; what is warned of is what the drawing has, not a figure kept beside it."""
    near, far = hall_with(layout, 27, 60), hall_with(layout, 54, 60)
    small, large = found_in(near, size), found_in(far, size)
    assert [text.what for text in small] == [what for what, _ in TIERS[layout]]
    for text in large:
        same = next(other for other in small if other.what == text.what)
        assert text.height_mm == pytest.approx(2 * same.height_mm)
    assert found_in(hall_with(layout, 200, 1), size) == []


def test_more_counters_on_an_overview_are_smaller_counters() -> None:
    hall = hall_with("overview", 20, 60)
    counters = {f"c{n}": next(iter(hall.counters.values())) for n in range(20)}
    crowded = msgspec.structs.replace(hall, counters=counters)
    sizes = [{text.what: text.height_mm for text in found_in(each)}["called numbers"] for each in (hall, crowded)]
    assert sizes[1] < sizes[0]
