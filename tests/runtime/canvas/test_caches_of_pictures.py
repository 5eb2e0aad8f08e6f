"""What a brush keeps: bounded by the size of its screen, and words never push out the shapes."""

import pygame
import pytest

from broker.runtime.canvas import brush as brushes
from broker.runtime.canvas.brush import Brush
from broker.runtime.canvas.encode import png_of
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Hatch, Icon, Image, Matrix, Ring, Zone, text
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
    assert brush._shapes.used_bytes <= 400 * 300 * 2
    assert drawn == ["ticket"]


SOMETHING = (
    Box(rect=Rect(0, 0, 300, 200), fill=WHITE, radius=20, shadow=16, target="a"),
    Box(rect=Rect(40, 40, 90, 90), fill=BLUE, border=3, border_colour=WHITE, corners=(0, 9, 12, 0)),
    Ring(rect=Rect(0, 0, 200, 100), colour=BLUE),
    Hatch(rect=Rect(0, 0, 120, 90), colour=BLUE, radius=9),
    Icon(rect=Rect(9, 9, 60, 60), name="ticket", colour=WHITE),
    Image(rect=Rect(0, 0, 40, 30), data=png_of(pygame.Surface((8, 6)))),
    Matrix(rect=Rect(0, 0, 40, 40), rows=("# ", " #")),
    text(Rect(0, 0, 200, 60), "请到 3 号窗口", 40, WHITE),
    Zone(rect=Rect(0, 0, 9, 9), target="b"),
)


def test_what_was_prepared_is_only_laid_down_when_it_is_shown(fonts: Fonts) -> None:
    screen = VirtualScreen((400, 300), fonts)
    screen.start()
    before = laid(screen.surface, (0, 0))
    for op in SOMETHING:
        screen.brush.prepare(op)
    made = screen.brush.made
    assert made >= 10
    assert laid(screen.surface, (0, 0)) == before
    screen.show(SOMETHING)
    assert screen.brush.made == made
    assert not screen.failed


def test_words_can_be_measured_without_their_pictures(fonts: Fonts) -> None:
    brush = Brush(fonts)
    for op in SOMETHING:
        brush.prepare(op, words=False)
    assert (len(brush._pictures), len(brush._fitted)) == (1, 1), "the image, and the place of the words"


def test_a_mark_tells_when_preparing_more_would_push_out_what_was_prepared(fonts: Fonts) -> None:
    brush = Brush(fonts, 700_000)
    words = [text(Rect(0, 0, 400, 60), f"{number} 请到窗口", 40, WHITE) for number in range(60)]
    for op in words:
        brush.prepare(op)
    assert not brush.room_for_words
    assert brush.room, "places and shapes weigh little"
    brush.mark()
    prepared = []
    while brush.room_for_words:
        prepared.append(words.pop(0))
        brush.prepare(prepared[-1])
    made = brush.made
    assert 10 < len(prepared) < 60
    for op in prepared[:-1]:
        brush.prepare(op)
    assert brush.made == made
