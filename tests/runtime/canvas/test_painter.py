from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pygame
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from broker.runtime.canvas import theme
from broker.runtime.canvas.brush import Brush
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Hatch, Icon, Matrix, Op, Ring, Ticker, Zone, scaled, target_at, text
from broker.runtime.canvas.painter import Painter, changed_ops

SIZE = (320, 240)
HERO = Box(rect=Rect(20, 20, 200, 150), fill=theme.BLUE, radius=24)
RING = Ring(rect=Rect(12, 12, 216, 166), colour=theme.AMBER, width=8, radius=32)


@pytest.fixture(scope="module")
def brush() -> Iterator[Brush]:
    fonts = Fonts()
    fonts.start()
    yield Brush(fonts)


def new_painter(brush: Brush) -> tuple[pygame.Surface, Painter]:
    surface = pygame.Surface(SIZE, 0, 32)
    return surface, Painter(surface, brush, theme.INK)


def pixels(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


def number(words: str) -> Op:
    return text(Rect(30, 40, 180, 90), words, 60, theme.WHITE, bold=True, align="centre")


places = st.builds(Rect, st.integers(0, 280), st.integers(0, 200), st.integers(10, 120), st.integers(10, 90))
colours = st.sampled_from([theme.BLUE, theme.AMBER, theme.WHITE, theme.PANEL])
ops_of_any_kind = st.one_of(
    st.builds(lambda r, c, k, s: Box(rect=r, fill=c, radius=k, shadow=s), places, colours, st.integers(0, 40),
              st.sampled_from([0, 12])),
    st.builds(lambda r, c: Box(rect=r, fill=c, border=3, border_colour=theme.WHITE, corners=(0, 9, 20, 3)),
              places, colours),
    st.builds(lambda r, c: Box(rect=r, border=2, border_colour=c, radius=8), places, colours),
    st.builds(lambda r, c: Ring(rect=r, colour=c, width=4, radius=12), places, colours),
    st.builds(lambda r, c: Hatch(rect=r, colour=c, radius=6), places, colours),
    st.builds(lambda r, c: Icon(rect=r, name="house", colour=c), places, colours),
    st.builds(lambda r, c, w: text(r, w, 30, c, bold=True, lines=2), places, colours,
              st.text(alphabet="叫号A0 1窗口", max_size=8)),
    st.builds(lambda r: Matrix(rect=r, rows=("#.#", ".#.", "##.")), places),
)  # fmt: skip
scenes = st.lists(ops_of_any_kind, max_size=8, unique=True).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(scenes, min_size=2, max_size=4))
def test_painting_only_the_difference_gives_the_same_picture_as_painting_all(brush: Brush, shown: list) -> None:
    surface, painter = new_painter(brush)
    for scene in shown:
        painter.paint(scene)
        fresh, fresh_painter = new_painter(brush)
        fresh_painter.paint(scene)
        assert pixels(surface) == pixels(fresh)


def test_an_unchanged_list_paints_nothing(brush: Brush) -> None:
    _, painter = new_painter(brush)
    assert painter.paint((HERO, number("A012"))).pixels == SIZE[0] * SIZE[1]
    assert painter.paint((HERO, number("A012"))).pixels == 0
    assert painter.painted_pixels == SIZE[0] * SIZE[1]


def test_one_more_digit_repaints_only_the_number(brush: Brush) -> None:
    _, painter = new_painter(brush)
    painter.paint((HERO, number("A012")))
    painted = painter.paint((HERO, number("A013")))
    assert 0 < painted.pixels < 0.2 * SIZE[0] * SIZE[1]


def test_a_ring_comes_and_goes_without_repainting_what_it_surrounds(brush: Brush) -> None:
    _, painter = new_painter(brush)
    painter.paint((HERO, number("A012")))
    inside = HERO.rect.inset(20)
    for scene in ((HERO, number("A012"), RING), (HERO, number("A012"))):
        painted = painter.paint(scene)
        assert 0 < painted.pixels < 0.35 * RING.rect.area
        assert not any(rect.meets(inside) for rect in painted.rects)


def test_a_changed_order_is_repainted(brush: Brush) -> None:
    over = Box(rect=Rect(100, 80, 100, 100), fill=theme.AMBER)
    surface, painter = new_painter(brush)
    painter.paint((HERO, over))
    assert surface.get_at((150, 120))[:3] == theme.AMBER
    painter.paint((over, HERO))
    assert surface.get_at((150, 120))[:3] == theme.BLUE
    assert changed_ops((HERO, over), (HERO, over)) == []


def test_after_forgetting_everything_is_painted(brush: Brush) -> None:
    surface, painter = new_painter(brush)
    painter.paint((HERO,))
    surface.fill((1, 2, 3))
    painter.forget()
    assert painter.paint((HERO,)).pixels == SIZE[0] * SIZE[1]
    assert surface.get_at((60, 60))[:3] == theme.BLUE


def test_round_corners_are_smooth_and_leave_the_ground_free(brush: Brush) -> None:
    surface, painter = new_painter(brush)
    painter.paint((HERO,))
    assert surface.get_at((20, 20))[:3] == theme.INK
    between = {surface.get_at((x, 20))[:3] for x in range(20, 44)}
    assert len(between - {theme.INK, theme.BLUE}) >= 2


def test_what_a_box_hides_in_every_pixel_is_not_painted_and_a_round_corner_hides_nothing(
    brush: Brush, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Box(rect=Rect(0, 0, *SIZE), fill=theme.WHITE)
    drawn: list[Op] = []
    monkeypatch.setattr(brush, "paint", lambda surface, op: drawn.append(op))
    _, painter = new_painter(brush)
    painter.paint((HERO, number("A012"), whole, RING))
    assert drawn == [whole, RING]
    drawn.clear()
    painter.paint((HERO, number("A012"), msgspec.structs.replace(whole, radius=9), RING))
    assert HERO in drawn
    drawn.clear()
    painter.paint((whole, HERO, number("A012")))
    drawn.clear()
    painter.paint((whole, HERO, number("A013")))
    assert drawn == [HERO, number("A013")], "the number lies within the box's round corners"


class Filled(NamedTuple):
    """A surface that counts the pixels that are filled."""

    surface: pygame.Surface
    counted: list[int]

    def fill(self, colour: theme.Colour, rect: Rect) -> None:
        self.counted.append(rect[2] * rect[3])
        self.surface.fill(colour, rect)

    def blit(self, picture: pygame.Surface, place: tuple[int, int]) -> None:
        self.surface.blit(picture, place)


radii = st.integers(0, 40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places, st.integers(1, 60), st.tuples(radii, radii, radii, radii))
def test_a_border_looks_as_if_the_filling_were_laid_over_a_box_of_its_colour(
    brush: Brush, place: Rect, border: int, corners: tuple[int, int, int, int]
) -> None:
    bordered = Box(rect=place, fill=theme.BLUE, border=border, border_colour=theme.AMBER, corners=corners)
    assume(2 * border < min(place.w, place.h))
    below = Box(rect=place, fill=theme.AMBER, corners=bordered.radii)
    inner = tuple(max(0, radius - border) for radius in bordered.radii)
    above = Box(rect=place.inset(border), fill=theme.BLUE, corners=inner)
    assume(above.radii == inner)
    (one, one_painter), (two, two_painter) = new_painter(brush), new_painter(brush)
    one_painter.paint((bordered,))
    two_painter.paint((below, above))
    assert pixels(one) == pixels(two)


def test_a_border_fills_no_pixel_of_what_it_surrounds(brush: Brush) -> None:
    counted = Filled(pygame.Surface(SIZE, 0, 32), [])
    key = Box(rect=Rect(10, 10, 200, 150), fill=theme.WHITE, border=3, border_colour=theme.BLUE, radius=20)
    brush.paint(counted, key)  # type: ignore[arg-type]
    assert sum(counted.counted) < 1.1 * key.rect.area


def test_equal_fields_of_different_kinds_are_different_ops() -> None:
    rect = Rect(1, 2, 3, 4)
    assert Zone(rect=rect) != Box(rect=rect)
    assert len({Zone(rect=rect), Box(rect=rect), Zone(rect=rect)}) == 2


def test_the_topmost_target_is_touched() -> None:
    card = Box(rect=Rect(0, 0, 100, 100), fill=theme.WHITE, target="card")
    button = Box(rect=Rect(50, 50, 50, 50), fill=theme.AMBER, target="button")
    label = text(Rect(50, 50, 50, 50), "是", 30, theme.AMBER_INK)
    ops = (card, button, label)
    assert target_at(ops, 60, 60) == "button"
    assert target_at(ops, 10, 10) == "card"
    assert target_at(ops, 200, 10) is None


def test_scaling_scales_everything_that_has_a_size() -> None:
    ops = (HERO, RING, number("A012"), Hatch(rect=HERO.rect, colour=theme.HATCH),
           Ticker(rect=Rect(0, 200, 320, 40), words="通知", size=30, colour=theme.WHITE, ground=theme.INK))  # fmt: skip
    big = scaled(ops, 2.0, 5, 7)
    assert big[0].rect == Rect(45, 47, 400, 300)
    assert (big[0].radius, big[1].width, big[2].spans[0].size, big[3].step, big[4].speed_px_s) == (48, 16, 120, 56, 192)
    assert scaled(ops, 1.0) == ops
