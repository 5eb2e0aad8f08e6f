"""What a brush keeps: bounded by the size of its screen, and words never push out the shapes."""

import pygame
import pytest

from broker.runtime.canvas import brush as brushes
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Icon, text
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.theme import BLUE, WHITE

WORDS = ("请到 3 号窗口 A005", "Number A 005", "优 123　重新取号", "ffi ÄÖ…")


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    made = Fonts()
    made.start()
    return made


def laid(picture: pygame.Surface, at: tuple[int, int]) -> bytes:
    surface = pygame.Surface((1200, 200), 0, 32)
    surface.fill((90, 120, 30))
    surface.blit(picture, at)
    return pygame.image.tobytes(surface, "RGB")


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("size", [20, 33, 96])
def test_words_are_painted_as_the_font_paints_them_itself(fonts: Fonts, words: str, size: int) -> None:
    ours, x, y = fonts.render(words, size, True, (250, 40, 90), 0)
    ((font, drawn),) = fonts.runs(words, True)
    theirs, box = font.render(drawn, fgcolor=(250, 40, 90), size=size)
    assert (x, y, *ours.get_size()) == (box.x, -box.y, *theirs.get_size())
    at = (20 + x, 120 + y)
    assert laid(ours, at) == laid(theirs, at)


def test_blanks_paint_nothing(fonts: Fonts) -> None:
    assert laid(fonts.render(" ", 40, True, WHITE, 0)[0], (0, 0)) == laid(
        pygame.Surface((1, 1), pygame.SRCALPHA), (0, 0)
    )


def test_many_words_are_bounded_by_the_pixels_of_the_screen_and_leave_the_shapes(
    fonts: Fonts, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = brushes.draw_icon
    monkeypatch.setattr(brushes, "draw_icon", lambda name, *rest: drawn.append(name) or draw(name, *rest))
    screen = VirtualScreen((400, 300), fonts)
    screen.start()
    place = Rect(0, 0, 400, 300)
    shapes = (Box(rect=place, fill=BLUE, radius=20), Icon(rect=Rect(0, 0, 60, 60), name="ticket", colour=WHITE))
    for number in range(200):
        screen.show((*shapes, text(place, f"{number} 请到窗口", 50, WHITE)))
    brush = screen._painter._brush
    assert len(brush._pictures) > 5
    assert brush._pictures.used_bytes <= 400 * 300 * 4
    assert brush._shapes.used_bytes <= 400 * 300 * 4
    assert drawn == ["ticket"]
