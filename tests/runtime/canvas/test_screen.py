import io
import threading
import time
from pathlib import Path

import pygame
import pytest
from PIL import Image as Picture

from broker.model.address import BadAddress
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Icon, Op, Ticker, text
from broker.runtime.canvas.press import Touch
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.window import WindowScreen, open_screen

CARD = Box(rect=Rect(20, 20, 200, 100), fill=theme.WHITE, radius=12, target="service:card")
WORDS = text(Rect(30, 30, 180, 80), "社会保障卡", 30, theme.KIOSK_INK, bold=True)
LANE = Ticker(rect=Rect(0, 200, 320, 40), words="请妥善保管号票，过号请到导办台咨询。" * 3, size=24,
              colour=theme.WHITE, ground=theme.INK_DEEP)  # fmt: skip


@pytest.fixture
def screen() -> VirtualScreen:
    screen = open_screen("virtual://screen?size=320x240")
    screen.start()
    return screen


def colours_of(screen: VirtualScreen) -> int:
    picture = Picture.open(io.BytesIO(screen.picture()))
    return len(picture.getcolors(1 << 20) or [])


def test_what_is_drawn_is_what_is_tapped(screen: VirtualScreen) -> None:
    screen.show((CARD, WORDS))
    screen.press(120, 70)
    screen.press(300, 230)
    assert screen.inputs() == [Touch("service:card", 120, 70)]
    assert screen.inputs() == []


def test_an_unchanged_list_paints_nothing(screen: VirtualScreen) -> None:
    assert screen.show((CARD, WORDS)).pixels == 320 * 240
    assert screen.show((CARD, WORDS)).pixels == 0


def test_a_ticker_moves_in_its_own_band_and_keeps_its_place_when_the_rest_changes() -> None:
    now = [100.0]
    screen = VirtualScreen((320, 240), clock_s=lambda: now[0])
    screen.start()
    screen.show((CARD, LANE))
    assert screen.moving
    now[0] = 103.0
    assert screen.animate().rects == (LANE.rect,)
    before = screen.surface.subsurface(LANE.rect).copy()
    screen.show((CARD, WORDS, LANE))
    after = screen.surface.subsurface(LANE.rect)
    assert pygame.image.tobytes(before, "RGB") == pygame.image.tobytes(after, "RGB")
    assert screen.animate().pixels == 0
    screen.show((CARD, WORDS))
    assert not screen.moving


def test_another_thread_can_end_the_waiting(screen: VirtualScreen) -> None:
    threading.Timer(0.05, screen.wake).start()
    started_s = time.monotonic()
    assert screen.inputs(timeout_s=10.0) == []
    assert time.monotonic() - started_s < 5.0


def test_inputs_that_nobody_reads_are_bounded(screen: VirtualScreen) -> None:
    now = [0.0]
    screen = VirtualScreen((320, 240), screen.fonts, lambda: now[0])
    screen.start()
    screen.show((CARD,))
    for _ in range(500):
        now[0] += 1.0
        screen.press(100, 50)
    assert len(screen.inputs()) == 64


def test_a_picture_is_a_png_within_its_limit(screen: VirtualScreen) -> None:
    screen.show((CARD, WORDS))
    full = screen.picture()
    assert Picture.open(io.BytesIO(full)).size == (320, 240)
    small = screen.picture(limit_bytes=len(full) - 1)
    assert len(small) < len(full)
    assert Picture.open(io.BytesIO(small)).size == (160, 120)


def test_a_list_that_cannot_be_drawn_leaves_a_calm_picture_and_the_next_list_is_drawn(screen: VirtualScreen) -> None:
    screen.show((CARD,))
    assert screen.show((CARD, Icon(rect=Rect(0, 0, 40, 40), name="unicorn", colour=theme.WHITE))).pixels == 0
    assert screen.failed
    assert screen.surface.get_at((2, 2))[:3] == theme.BLUE_DARK
    assert colours_of(screen) > 10
    screen.press(100, 50)
    assert screen.inputs() == []
    assert screen.show((CARD,)).pixels == 320 * 240
    assert not screen.failed
    assert screen.surface.get_at((100, 50))[:3] == theme.WHITE


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1280, 400)])
def test_without_fonts_the_screen_still_says_whom_to_ask(tmp_path: Path, size: tuple[int, int]) -> None:
    screen = VirtualScreen(size, Fonts(tmp_path))
    screen._owns_fonts = True
    screen.start()
    screen.show((CARD, WORDS))
    assert screen.failed
    white = pygame.mask.from_threshold(screen.surface, theme.WHITE, (40, 40, 40, 255)).count()
    amber = pygame.mask.from_threshold(screen.surface, theme.AMBER, (40, 40, 40, 255)).count()
    assert white > 3000
    assert amber > 1000


def test_an_address_opens_the_kind_of_screen_it_names() -> None:
    assert open_screen("virtual://screen", (1280, 400)).size == (1280, 400)
    assert isinstance(open_screen("window://0?size=800x600"), WindowScreen)
    with pytest.raises(BadAddress):
        open_screen("paper://0")


@pytest.mark.parametrize("words", ["\0", "\ud800", "号\n票\t", "长" * 5000, "", "👨‍👩‍👧", "\u202e倒"])
def test_hostile_text_neither_fails_nor_eats_memory(screen: VirtualScreen, words: str) -> None:
    ops: tuple[Op, ...] = (
        text(Rect(10, 10, 300, 60), words, 48, theme.WHITE, lines=2),
        Ticker(rect=Rect(0, 200, 320, 40), words=words, size=24, colour=theme.WHITE, ground=theme.INK),
    )
    screen.show(ops)
    assert not screen.failed
