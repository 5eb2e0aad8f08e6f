"""Moving pictures on a surface: only their place, with round corners, and again whenever it was painted over."""

import pygame
import pytest

from broker.runtime.canvas.film import Frame
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Film, Op, rule, scaled
from broker.runtime.canvas.screen import VirtualScreen
from tests.display.pictures import shared_fonts

INK, RED, GREEN = (10, 22, 38), (255, 0, 0), (0, 255, 0)
PLACE = Rect(20, 10, 80, 60)
FILM = Film(rect=PLACE, name="a", ground=INK, radius=12)


def frame_of(colour: tuple[int, int, int], size: tuple[int, int] = (80, 60)) -> Frame:
    return Frame(size, bytes(colour) * (size[0] * size[1]))


class Kino:
    def __init__(self) -> None:
        self.screen = VirtualScreen((200, 100), shared_fonts())
        self.screen.start(INK)
        self.frames: list[Frame] = []
        self.screen.frames = lambda name: self.frames.pop(0) if self.frames else None

    def at(self, x: int, y: int) -> tuple[int, ...]:
        return tuple(self.screen.surface.get_at((x, y)))[:3]


@pytest.fixture
def kino() -> Kino:
    return Kino()


def test_before_the_first_frame_there_is_plain_ground_and_the_screen_waits_for_more(kino: Kino) -> None:
    kino.screen.show((FILM,))
    assert kino.at(60, 40) == INK
    assert kino.screen.moving
    assert kino.screen.animate().rects == ()


def test_a_frame_paints_its_place_alone_with_round_corners(kino: Kino) -> None:
    kino.screen.show((FILM,))
    kino.frames = [frame_of(RED)]
    assert kino.screen.animate().rects == (PLACE,)
    assert kino.at(60, 40) == RED
    assert kino.at(PLACE.x, PLACE.y) == INK
    assert kino.at(PLACE.right, 40) == INK


def test_what_is_painted_anew_keeps_the_last_frame_and_another_film_does_not_inherit_it(kino: Kino) -> None:
    kino.screen.show((FILM,))
    kino.frames = [frame_of(RED)]
    kino.screen.animate()
    moved = Film(rect=PLACE.moved(2, 2), name="a", ground=INK, radius=12)
    kino.screen.show((rule(Rect(150, 10, 20, 20), GREEN), moved))
    assert kino.at(60, 40) == RED
    kino.screen.show((Film(rect=PLACE, name="b", ground=INK),))
    assert kino.at(60, 40) == INK


def test_the_op_going_away_takes_the_film_with_it(kino: Kino) -> None:
    kino.screen.show((FILM,))
    kino.frames = [frame_of(RED), frame_of(RED)]
    kino.screen.animate()
    kino.screen.show((rule(PLACE, GREEN),))
    assert kino.at(60, 40) == GREEN
    assert not kino.screen.moving
    assert kino.screen.animate().rects == ()


@pytest.mark.parametrize("frame", [Frame((80, 60), b"short"), Frame((0, 0), b""), Frame((80, 60), b"x" * 99_999)])
def test_a_frame_of_the_wrong_length_is_not_laid_down(kino: Kino, frame: Frame) -> None:
    kino.screen.show((FILM,))
    kino.frames = [frame]
    kino.screen.animate()
    assert kino.at(60, 40) == INK


def test_a_film_grows_with_its_screen() -> None:
    ops: tuple[Op, ...] = scaled([FILM], 1.5)
    assert isinstance(ops[0], Film)
    assert ops[0].radius == 18
    assert ops[0].rect == pygame.Rect(30, 15, 120, 90)
