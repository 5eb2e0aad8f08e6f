import pygame
import pytest

from broker.runtime.canvas.icons import UnknownIcon, draw_icon, names

PROMISED = {
    "id-card", "shield-check", "heart-plus", "briefcase", "house", "yen", "document", "globe", "letters", "wheelchair",
    "help", "bell", "clock", "people", "pause", "arrow-right", "calendar-check", "chevron-right", "printer", "warning",
    "speaker", "face-1", "face-2", "face-3", "face-4", "face-5",
}  # fmt: skip


def ink(name: str, size: int = 48) -> frozenset[tuple[int, int]]:
    picture = draw_icon(name, size, (255, 255, 255))
    return frozenset((x, y) for x in range(size) for y in range(size) if picture.get_at((x, y)).a > 127)


def test_the_icons_that_views_were_promised_exist() -> None:
    assert set(names()) >= PROMISED


@pytest.mark.parametrize("name", names())
def test_an_icon_is_drawn_inside_its_square_and_not_cut(name: str) -> None:
    found = ink(name)
    assert 40 < len(found) < 0.6 * 48 * 48
    edge = [(x, y) for x, y in found if x in (0, 47) or y in (0, 47)]
    assert len(edge) <= 6, f"{name} touches the edge at {edge}"


def test_no_two_icons_look_the_same() -> None:
    shapes = {name: ink(name) for name in names()}
    pairs = [(a, b) for a in shapes for b in shapes if a < b]
    assert not [(a, b) for a, b in pairs if len(shapes[a] ^ shapes[b]) < 12]


def test_edges_are_smooth_and_without_a_dark_fringe() -> None:
    picture = draw_icon("clock", 48, (255, 194, 51))
    half = [picture.get_at((x, y)) for x in range(48) for y in range(48) if 30 < picture.get_at((x, y)).a < 220]
    assert len(half) > 50
    assert all(abs(colour.r - 255) <= 2 and abs(colour.b - 51) <= 2 for colour in half)


def test_an_unknown_icon_is_a_typed_error() -> None:
    with pytest.raises(UnknownIcon, match="'unicorn'"):
        draw_icon("unicorn", 24, (0, 0, 0))


def test_tiny_icons_do_not_fail() -> None:
    assert isinstance(draw_icon("id-card", 1, (0, 0, 0)), pygame.Surface)
